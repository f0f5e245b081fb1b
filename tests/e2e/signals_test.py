"""Signals: TERM finishes what is in flight, a second one hurries, HUP reads the configuration again
and keeps the old one if the new one is wrong, USR1 opens the crawl log again."""

import json
import os
import signal
import time
import unittest

import harness

PAGES = 400
HOSTS = [f"h{n}.example.test" for n in range(4)]
GRACE_S = 20


class SignalsTest(unittest.TestCase):
    def setUp(self):
        workspace = harness.Workspace()
        self.directory = workspace.__enter__()
        self.addCleanup(workspace.__exit__, None)

    def web(self, *arguments):
        web = harness.TestWeb(self.directory, "--synthetic", "--pages", str(PAGES), "--hosts",
                              str(len(HOSTS)), "--body-bytes", "3000", *arguments)
        self.addCleanup(web.end)
        return web

    def settings(self, web, windows):
        return harness.configuration(
            self.directory, web.port, HOSTS,
            crawl={"seeds": [f"http://{host}:{web.port}/" for host in HOSTS]},
            politeness={"host": {"windows": windows, "concurrency": 2},
                        "ip": {"windows": [], "concurrency": 0}},
            archive={"format": "none"})

    def crawler(self, settings, *arguments):
        crawler = harness.Crawler(self.directory, settings, *arguments)
        self.addCleanup(crawler.end)
        return crawler

    def wait_settled(self, crawler, count):
        harness.wait_for(lambda: len(crawler.settled()) >= count, 30,
                         f"{count} settled requests\n{crawler.stderr()}")

    def test_term_finishes_and_the_next_start_goes_on(self):
        web = self.web()
        settings = self.settings(web, ["20/200ms"])
        crawler = self.crawler(settings, "--until-idle")
        self.wait_settled(crawler, 100)
        crawler.signal(signal.SIGTERM)
        self.assertEqual(crawler.wait(GRACE_S + 5), 0, crawler.stderr())
        names = [e["event"] for e in crawler.events()]
        self.assertIn("daemon.stopping", names)
        self.assertEqual(names[-1], "daemon.stopped")

        crawler = self.crawler(settings, "--until-idle")
        self.assertEqual(crawler.wait(120), 0, crawler.stderr())
        pages = [(r.host, r.uri) for r in web.requests() if r.uri != "/robots.txt"]
        self.assertEqual(len(pages), len(set(pages)), "a graceful stop fetches nothing twice")
        self.assertEqual(len(pages), PAGES)

    def test_int_is_as_good_as_term(self):
        crawler = self.crawler(self.settings(self.web(), ["20/200ms"]))
        self.wait_settled(crawler, 20)
        crawler.signal(signal.SIGINT)
        self.assertEqual(crawler.wait(GRACE_S + 5), 0, crawler.stderr())

    def test_a_second_term_does_not_wait_for_the_server(self):
        web = self.web("--delay-ms", "60000")
        crawler = self.crawler(self.settings(web, []))
        harness.wait_for(lambda: any(r.uri == "/" for r in web.requests()), 20, "a slow request")
        crawler.signal(signal.SIGTERM)
        crawler.event("daemon.stopping")
        time.sleep(0.3)
        self.assertIsNone(crawler.poll(), "the first TERM waits for what is in flight")
        before = time.monotonic()
        crawler.signal(signal.SIGTERM)
        self.assertEqual(crawler.wait(10), 0, crawler.stderr())
        self.assertLess(time.monotonic() - before, 2 * harness.SLOW)

    def test_hup_takes_a_good_file_and_refuses_a_bad_one(self):
        web = self.web()
        # So slow that nothing more happens before the reload.
        settings = self.settings(web, ["2/10m"])
        crawler = self.crawler(settings)
        self.wait_settled(crawler, 2)

        broken = json.loads(json.dumps(settings))
        broken["politeness"]["host"]["windos"] = ["1/1s"]
        crawler.write_config(broken)
        crawler.signal(signal.SIGHUP)
        message = crawler.event("config.rejected")["message"]
        self.assertRegex(message, r"crawld\.yaml:\d+:\d+")
        self.assertIn("windos", message)
        self.assertIn("windows", message)
        self.assertIsNone(crawler.poll())

        faster = json.loads(json.dumps(settings))
        faster["politeness"]["global"] = {"concurrency": 64}
        faster["fetch"] = {"total_timeout": "30s"}
        crawler.write_config(faster)
        crawler.signal(signal.SIGHUP)
        changed = harness.wait_for(
            lambda: [e for e in crawler.events() if e["event"] == "config.changed"], 20,
            f"the changes\n{crawler.stderr()}")
        options = {e["option"]: e for e in changed}
        self.assertIn("fetch.total_timeout", options)
        self.assertEqual(options["fetch.total_timeout"]["to"], "30s")
        crawler.signal(signal.SIGTERM)
        self.assertEqual(crawler.wait(GRACE_S + 5), 0, crawler.stderr())

    def test_what_needs_a_restart_stays_as_it_is(self):
        web = self.web()
        settings = self.settings(web, ["10/200ms"])
        crawler = self.crawler(settings)
        self.wait_settled(crawler, 20)
        settings["identity"]["product"] = "otherbot"
        settings["log"]["crawl_log"] = "other.jsonl"
        crawler.write_config(settings)
        for reloads in (1, 2):  # and is told each time
            crawler.signal(signal.SIGHUP)
            harness.wait_for(lambda: sum(e["event"] == "config.changed" and not e["live"]
                                         for e in crawler.events()) == 2 * reloads, 20,
                             f"the changes\n{crawler.stderr()}")
        crawler.signal(signal.SIGUSR1)
        self.assertEqual(crawler.event("log.reopened")["path"], str(crawler.crawl_log))
        self.assertFalse((self.directory / "other.jsonl").exists())
        crawler.signal(signal.SIGTERM)
        self.assertEqual(crawler.wait(GRACE_S + 5), 0, crawler.stderr())

    def test_hup_reads_the_seed_files_that_changed(self):
        web = self.web()
        seeds = self.directory / "seeds.txt"
        seeds.write_text(f"http://{HOSTS[0]}:{web.port}/\n")
        settings = self.settings(web, ["1/1h"])  # so that no link of the first host is followed
        settings["crawl"]["seeds"] = [{"file": str(seeds)}]
        crawler = self.crawler(settings)
        crawler.event("seeds.read")

        def reload_and_read():
            loads = len([e for e in crawler.events() if e["event"] == "config.loaded"])
            crawler.signal(signal.SIGHUP)
            harness.wait_for(lambda: len([e for e in crawler.events()
                                          if e["event"] == "config.loaded"]) > loads,
                             20, f"the reload\n{crawler.stderr()}")

        reload_and_read()
        with open(seeds, "a") as out:
            out.write(f"http://{HOSTS[1]}:{web.port}/\n")
        reload_and_read()
        reads = harness.wait_for(
            lambda: [e for e in crawler.events() if e["event"] == "seeds.read"][1:], 20,
            f"the file to be read again\n{crawler.stderr()}")
        self.assertEqual([(e["added"], e["known"]) for e in reads], [(1, 1)])
        harness.wait_for(lambda: any(r.host.startswith(HOSTS[1]) for r in web.requests()), 20,
                         "a request to the new host")

    def test_a_window_that_a_reload_tightens_acts_at_once(self):
        web = self.web()
        crawler = self.crawler(self.settings(web, ["20/200ms"]))
        self.wait_settled(crawler, 60)
        crawler.write_config(self.settings(web, ["1/1h"]))
        loads = sum(e["event"] == "config.loaded" for e in crawler.events())
        crawler.signal(signal.SIGHUP)
        harness.wait_for(lambda: sum(e["event"] == "config.loaded" for e in crawler.events())
                         > loads, 20, f"the reload\n{crawler.stderr()}")
        time.sleep(0.3)  # what was on its way arrives
        before = len(web.requests())
        time.sleep(1.0)  # a hundred requests, by the old windows
        self.assertEqual(len(web.requests()), before)
        self.assertLess(before, PAGES)

    def test_a_hup_before_they_are_watched_waits_until_they_are(self):
        settings = self.settings(self.web(), ["10/200ms"])
        # So long that reading it takes a while.
        text = "".join(f"# {n} {'comment ' * 12}\n" for n in range(200_000)) + json.dumps(settings)
        crawler = self.crawler(text)

        def state():
            hup = 1 << (signal.SIGHUP - 1)
            lines = [line.split() for line in open(f"/proc/{crawler.pid}/status")]
            return [line[0] for line in lines
                    if line[0] in ("SigBlk:", "SigCgt:") and int(line[1], 16) & hup]

        self.assertEqual(harness.wait_for(state, 20, "the process to care for HUP"), ["SigBlk:"])
        for number in (signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2):
            crawler.signal(number)
        crawler.event("log.reopened")
        crawler.event("crawl.progressed")
        harness.wait_for(lambda: [e["event"] for e in crawler.events()].count("config.loaded") == 2,
                         20, f"the reload\n{crawler.stderr()}")
        crawler.signal(signal.SIGTERM)
        self.assertEqual(crawler.wait(GRACE_S + 5), 0, crawler.stderr())

    def test_usr1_opens_the_crawl_log_again(self):
        web = self.web()
        crawler = self.crawler(self.settings(web, ["10/200ms"]))
        self.wait_settled(crawler, 20)
        rotated = self.directory / "crawl.jsonl.1"
        os.rename(crawler.crawl_log, rotated)
        crawler.signal(signal.SIGUSR1)
        crawler.event("log.reopened")
        self.wait_settled(crawler, 20)
        crawler.signal(signal.SIGTERM)
        self.assertEqual(crawler.wait(GRACE_S + 5), 0, crawler.stderr())
        lines = [e for e in harness.read_json_lines(rotated) if e["event"] == "fetch.settled"]
        self.assertEqual(len(lines) + len(crawler.settled()), len(web.requests()),
                         "no line is lost or written twice")


if __name__ == "__main__":
    harness.program("CRAWLD_BINARY")
    unittest.main()
