"""What a person sees: a live line on a terminal, plain lines elsewhere, and a summary whose numbers
are those of the crawl log and of the server."""

import json
import os
import pty
import re
import subprocess
import threading
import unittest

import harness

PAGES = 300
HOSTS = ["h0.example.test", "h1.example.test", "h2.example.test"]
LIVE_LINE = re.compile(r"[\d.]+ pages/s, [\d,]+ pages, [\d,]+ queued, [\d,]+ in flight, "
                       r"[\d,]+ hosts waiting, [\d,]+ errors")


def row(summary, name):
    return re.search(rf"(?m)^  {name} +(.*)$", summary).group(1).rstrip()


def number(text):
    return int(re.match(r"[\d,]+", text).group().replace(",", ""))


class ProgressTest(unittest.TestCase):
    def setUp(self):
        workspace = harness.Workspace()
        self.directory = workspace.__enter__()
        self.addCleanup(workspace.__exit__, None)
        self.web = harness.TestWeb(self.directory, "--synthetic", "--pages", str(PAGES), "--hosts",
                                   str(len(HOSTS)), "--delay-ms", "20")
        self.addCleanup(self.web.end)
        self.settings = harness.configuration(
            self.directory, self.web.port, HOSTS, crawl={
                "seeds": [f"http://{HOSTS[0]}:{self.web.port}/",
                          f"http://{HOSTS[0]}:{self.web.port}/no-such-page"],
                "scope": {"within": "domain"}, "limits": {"depth": 0}})

    def run_on_a_terminal(self):
        """Everything written to the terminal, as it was written."""
        config = self.directory / "crawld.yaml"
        config.write_text(json.dumps(self.settings))
        try:
            screen, terminal = pty.openpty()
        except OSError as error:
            self.skipTest(f"SKIPPED: no terminal can be had here: {error}")
        process = subprocess.Popen(
            [harness.program("CRAWLD_BINARY"), "run", "--config", str(config), "--until-idle"],
            stdin=subprocess.DEVNULL, stdout=terminal, stderr=subprocess.DEVNULL)
        os.close(terminal)
        written = []

        def read():
            try:
                while chunk := os.read(screen, 65536):
                    written.append(chunk)
            except OSError:  # EIO: the last writer has gone
                pass

        reader = threading.Thread(target=read)
        reader.start()
        self.assertEqual(process.wait(60 * harness.SLOW), 0)
        reader.join()
        os.close(screen)
        return b"".join(written).decode()

    def test_a_terminal_shows_one_line_that_is_redrawn_and_gone_at_the_end(self):
        text = self.run_on_a_terminal()
        live, summary = text.split("Crawl ended", 1)
        drawn = live.split("\r\x1b[K")
        self.assertGreater(len(drawn), 2, text)
        for line in drawn:
            if line:
                self.assertRegex(line, LIVE_LINE)
        self.assertEqual(drawn[-1], "", "the live line is erased before the summary")
        self.assertNotIn("\x1b", summary)

    def test_without_one_there_are_no_control_characters(self):
        with harness.Crawler(self.directory, self.settings, "--until-idle") as crawler:
            self.assertEqual(crawler.wait(60), 0)
            self.assertNotRegex(crawler.stdout(), r"[\r\x1b]")

    def test_the_summary_says_what_the_logs_say(self):
        with harness.Crawler(self.directory, self.settings, "--until-idle") as crawler:
            self.assertEqual(crawler.wait(60), 0)
            summary = crawler.stdout()
            settled = crawler.settled()
        pages = [e for e in settled if e["kind"] == "page"]
        self.assertEqual(len(pages), PAGES + 1)
        self.assertIn("nothing is left to fetch", summary)
        self.assertEqual(number(row(summary, "pages")), len(pages))
        self.assertEqual(row(summary, "pages").split("(")[1],
                         f"ok {PAGES}, client_error 1)")
        self.assertEqual(number(row(summary, "hosts")), len(HOSTS))
        self.assertEqual(row(summary, "skipped"), "0")
        self.assertEqual(row(summary, "errors"), "0")
        self.assertEqual(row(summary, "left"), "0 URLs queued")
        self.assertEqual(row(summary, "log"), str(self.directory / "crawl.jsonl"))
        self.assertEqual(row(summary, "state"), self.settings["state_dir"])


if __name__ == "__main__":
    unittest.main()
