"""Killed with -9 ten times in the middle of a crawl, the daemon still ends with every page done.
What was reported done is never asked for again, the rest is at most what was under way at a crash,
and no window is exceeded across it."""

import collections
import random
import signal
import time
import unittest

import docs
import harness

KILLS = 10
CONCURRENCY = 4  # a host
# Of the process: a request counts until its page is committed (lib/crawl/shared_gates.h).
UNDER_WAY_MAX = CONCURRENCY * len(docs.HOSTS)
HOST_WINDOWS = [(100, 0.5)]
SEED = 20260203


class KillTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        directory = harness.workspace_of(cls)
        with harness.Nginx(directory / "walk", docs.sites()) as nginx:
            cls.expected = docs.expected(nginx.port)
        with harness.Nginx(directory / "crawl", docs.sites()) as nginx:
            settings = docs.settings(directory, nginx.port, HOST_WINDOWS, [], CONCURRENCY)
            settings["politeness"]["global"] = {"concurrency": UNDER_WAY_MAX}
            cls.crash_repeatedly(directory, nginx, settings)
            with harness.Crawler(directory, settings, "--until-idle") as crawler:
                cls.exit_code = crawler.wait(300)
                cls.stderr = crawler.stderr()
                cls.settled = crawler.settled()
            cls.requests = nginx.requests()

    @classmethod
    def crash_repeatedly(cls, directory, nginx, settings):
        """Kills spread over the crawl, each some milliseconds after a share of it is done."""
        prng = random.Random(SEED)
        cls.crashes = []  # (when, the targets reported until then)
        for kill in range(1, KILLS + 1):
            share = len(cls.expected) * kill // (KILLS + 2)
            with harness.Crawler(directory, settings, "--until-idle") as crawler:
                harness.wait_for(lambda: nginx.count() >= share or crawler.poll() is not None, 120,
                                 f"request {share}\n{crawler.stderr()}")
                time.sleep(prng.random() * 0.1)
                if crawler.poll() is not None:
                    raise AssertionError(f"ended before kill {kill}:\n{crawler.stderr()}")
                crawler.signal(signal.SIGKILL)
                crawler.wait(10)
                reported = {(host, uri) for host, uri, _ in
                            harness.requests_in(crawler.settled())}
                cls.crashes.append((time.time(), reported))

    def test_it_ends_by_itself(self):
        self.assertEqual(self.exit_code, 0, self.stderr)

    def test_no_page_is_missing_and_none_is_foreign(self):
        self.assertEqual({(r.host, r.uri) for r in self.requests if r.uri != "/robots.txt"},
                         set(self.expected))

    def test_what_was_reported_is_not_asked_for_again(self):
        for when, reported in self.crashes:
            later = {(r.host, r.uri) for r in self.requests
                     if r.start > when and r.uri != "/robots.txt"}
            self.assertEqual(later & reported, set())

    def test_only_what_was_under_way_is_asked_for_again(self):
        pages = collections.Counter((r.host, r.uri) for r in self.requests
                                    if r.uri != "/robots.txt")
        again = sum(pages.values()) - len(pages)
        print(f"{again} pages asked for again after {KILLS} kills")
        self.assertLessEqual(again, KILLS * UNDER_WAY_MAX)

    def test_robots_is_asked_for_once_a_start_at_most(self):
        for host in docs.HOSTS:
            asked = sum(r.uri == "/robots.txt" and r.host == host for r in self.requests)
            self.assertLessEqual(asked, KILLS + 1)

    def test_a_page_is_reported_once(self):
        pages = collections.Counter(e["url"] for e in self.settled if e["kind"] == "page")
        self.assertEqual([url for url, count in pages.items() if count > 1], [])

    def test_what_is_reported_was_asked_for(self):
        asked = collections.Counter((r.host, r.uri, r.status) for r in self.requests)
        self.assertEqual(harness.requests_in(self.settled) - asked, collections.Counter())

    def test_no_window_is_exceeded_across_a_crash(self):
        for count, period in HOST_WINDOWS:
            for host in docs.HOSTS:
                times = [r.start for r in self.requests if r.host == host]
                self.assertEqual(
                    harness.window_violations(times, count, period, harness.NGINX_CLOCK_S), [])


if __name__ == "__main__":
    docs.skip_unless_installed()
    unittest.main()
