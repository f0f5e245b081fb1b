"""What `crawld export` writes is what the server was asked for and what its pages link to."""

import collections
import csv
import io
import json
import os
import subprocess
import unittest

import harness

PAGES = 400
HOSTS = 4
SYNTHETIC = ["--synthetic", "--pages", str(PAGES), "--hosts", str(HOSTS), "--links", "12",
             "--children", "4", "--body-bytes", "2000"]


def crawld(directory, command, *arguments, stdin=b""):
    """The exit code, standard output and standard error of one command."""
    done = subprocess.run([harness.program("CRAWLD_BINARY"), command, "--config",
                           str(directory / "crawld.yaml"), *arguments], input=stdin,
                          capture_output=True, timeout=60 * harness.SLOW, check=False)
    return done.returncode, done.stdout, done.stderr.decode(errors="replace")


def reachable(port):
    """The oracle: the URLs of the link graph, by the test web's own walk over it."""
    listed = subprocess.run([harness.program("CRAWLD_DEMO_SITE"), *SYNTHETIC, "--port", str(port),
                             "--urls"], capture_output=True, check=True, text=True)
    return set(listed.stdout.split())


def settings(directory, port, **sections):
    hosts = [f"h{i}.example.test" for i in range(HOSTS)]
    return harness.configuration(directory, port, hosts, **sections)


def crawl_of(port, **limits):
    return {"seeds": [f"http://h0.example.test:{port}/"], "scope": {"within": "domain"},
            "limits": limits}


def pages_asked(web):
    return collections.Counter(f"http://{r.host}:{web.port}{r.uri}" for r in web.requests()
                               if r.uri != "/robots.txt")


class ExportTest(unittest.TestCase):
    """A whole crawl, and one that a limit of pages ended."""

    @classmethod
    def setUpClass(cls):
        workspace = harness.Workspace()
        cls.directory = workspace.__enter__()
        cls.addClassCleanup(workspace.__exit__, None)
        with harness.TestWeb(cls.directory / "web", *SYNTHETIC) as web:
            cls.expected = reachable(web.port)
            config = settings(cls.directory, web.port, crawl=crawl_of(web.port))
            with harness.Crawler(cls.directory, config, "--until-idle") as crawler:
                assert crawler.wait(60) == 0, crawler.stderr()
            cls.asked = pages_asked(web)
        cls.code, out, cls.stderr = crawld(cls.directory, "export")
        cls.rows = [json.loads(line) for line in out.splitlines()]

    def test_every_reachable_url_is_there_once_and_fetched(self):
        self.assertEqual(self.code, 0, self.stderr)
        self.assertEqual(self.expected, {row["url"] for row in self.rows})
        self.assertEqual(len(self.expected), len(self.rows))
        self.assertEqual({url: 1 for url in self.expected}, dict(self.asked))
        self.assertEqual({("fetched", "ok", 200)},
                         {(row["state"], row["outcome"], row["status"]) for row in self.rows})
        self.assertIn(f"{len(self.expected)} known URLs", self.stderr)

    def test_csv_says_the_same(self):
        path = self.directory / "known.csv"
        code, out, stderr = crawld(self.directory, "export", "--format", "csv", "--output",
                                   str(path))
        self.assertEqual((code, out), (0, b""), stderr)
        text = path.read_bytes().decode()
        rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
        without_empty = [{k: v for k, v in row.items() if v} for row in rows]
        as_text = [{k: str(v) for k, v in row.items() if v != ""} for row in self.rows]
        self.assertEqual(as_text, without_empty)
        self.assertFalse((self.directory / "known.csv.part").exists())

    def test_without_the_log_the_rows_are_there_without_text(self):
        code, out, stderr = crawld(self.directory, "export", "--log", os.devnull)
        self.assertEqual(code, 0, stderr)
        rows = [json.loads(line) for line in out.splitlines()]
        self.assertEqual([(row["key"], row["host"], row["state"]) for row in rows],
                         [(row["key"], row["host"], row["state"]) for row in self.rows])
        self.assertFalse(any("url" in row for row in rows))
        self.assertIn("give older logs with --log", stderr)

    def test_wrong_words_and_missing_files_have_their_exit_codes(self):
        self.assertEqual(crawld(self.directory, "export", "--format", "xml")[0], 64)
        self.assertEqual(crawld(self.directory, "export", "--log", "/no/such/log")[0], 66)
        self.assertEqual(crawld(self.directory, "export", "--output", "/no/such/place")[0], 73)
        if os.path.exists("/dev/full"):
            with open("/dev/full", "wb") as full:
                done = subprocess.run([harness.program("CRAWLD_BINARY"), "export", "--config",
                                       str(self.directory / "crawld.yaml")], stdout=full,
                                      stderr=subprocess.PIPE, timeout=60, check=False)
            self.assertEqual(done.returncode, 74, done.stderr)


class ExportOfARunningCrawlTest(unittest.TestCase):
    def test_it_is_refused_while_a_daemon_has_the_state_and_then_says_what_is_queued(self):
        with harness.Workspace() as directory, \
                harness.TestWeb(directory / "web", *SYNTHETIC) as web:
            config = settings(directory, web.port, crawl=crawl_of(web.port, pages=50))
            (directory / "crawld.yaml").write_text(json.dumps(config))
            code, _, stderr = crawld(directory, "export")
            self.assertEqual(code, 66, stderr)
            self.assertIn("there is no state database", stderr)
            with harness.Crawler(directory, config) as crawler:
                crawler.event("crawl.idled")
                code, out, stderr = crawld(directory, "export")
                self.assertEqual((code, out), (75, b""), stderr)
                self.assertEqual(len(stderr.splitlines()), 1, stderr)
                self.assertIn("in use by another instance", stderr)
                crawler.signal(15)
                self.assertEqual(crawler.wait(30), 0, crawler.stderr())
            code, out, stderr = crawld(directory, "export")
            self.assertEqual(code, 0, stderr)
            rows = [json.loads(line) for line in out.splitlines()]
            states = collections.Counter(row["state"] for row in rows)
            asked = pages_asked(web)
            self.assertEqual({row["url"] for row in rows if row["state"] == "fetched"}, set(asked))
            self.assertGreater(states["queued"], 0)
            self.assertEqual(set(states), {"fetched", "queued"})
            self.assertLessEqual({row["url"] for row in rows}, reachable(web.port))
            for row in rows:
                if row["state"] == "queued":
                    self.assertIn(row["via"], asked)


if __name__ == "__main__":
    unittest.main()
