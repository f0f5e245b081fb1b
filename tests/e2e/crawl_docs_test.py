"""Three documentation sites served by nginx, crawled to the end: every page that an independent
walker reaches is fetched exactly once and none else; nginx's log and the crawl log agree line for
line; robots.txt comes first and is obeyed; no window is exceeded in nginx's log."""

import collections
import unittest

import docs
import harness

HOST_WINDOWS = [(40, 0.1), (250, 1.0)]
IP_WINDOWS = [(500, 1.0)]


class CrawlDocsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        directory = harness.workspace_of(cls)
        with harness.Nginx(directory / "walk", docs.sites()) as nginx:
            cls.expected = docs.expected(nginx.port)
        with harness.Nginx(directory / "crawl", docs.sites()) as nginx:
            settings = docs.settings(directory, nginx.port, HOST_WINDOWS, IP_WINDOWS)
            with harness.Crawler(directory, settings, "--until-idle") as crawler:
                cls.exit_code = crawler.wait(300)
                cls.stderr = crawler.stderr()
                cls.settled = crawler.settled()
                cls.cpu_seconds = crawler.cpu_seconds()
            cls.requests = nginx.requests()
        print(f"{len(cls.requests)} requests, {cls.cpu_seconds:.1f} s of CPU")

    def test_it_ends_by_itself(self):
        self.assertEqual(self.exit_code, 0, self.stderr)

    def test_every_reachable_page_is_fetched_once_and_none_else(self):
        pages = collections.Counter((r.host, r.uri) for r in self.requests
                                    if r.uri != "/robots.txt")
        wanted = collections.Counter(list(self.expected))
        self.assertEqual(pages, wanted, harness.difference(pages, wanted))

    def test_the_server_answered_the_crawler_as_it_answered_the_walker(self):
        other = [(r, self.expected[r.host, r.uri]) for r in self.requests
                 if (r.host, r.uri) in self.expected
                 and r.status != self.expected[r.host, r.uri]]
        self.assertEqual(other, [])

    def test_both_logs_agree(self):
        server = collections.Counter((r.host, r.uri, r.status) for r in self.requests)
        crawler = harness.requests_in(self.settled)
        self.assertEqual(server, crawler, harness.difference(server, crawler))

    def test_robots_comes_first_and_once(self):
        for host in docs.HOSTS:
            uris = [r.uri for r in self.requests if r.host == host]
            self.assertEqual(uris[0], "/robots.txt")
            self.assertEqual(uris.count("/robots.txt"), 1)
        kinds = collections.Counter(e["kind"] for e in self.settled)
        self.assertEqual(kinds["robots"], len(docs.HOSTS))

    def test_robots_is_obeyed(self):
        for request in self.requests:
            for prefix, is_allowed in docs.ROBOTS[request.host]:
                exceptions = [p for p, allow in docs.ROBOTS[request.host] if allow]
                if not is_allowed and not request.uri.startswith(tuple(exceptions)):
                    self.assertFalse(request.uri.startswith(prefix), request)

    def test_no_window_is_exceeded_as_the_server_saw_it(self):
        for count, period in HOST_WINDOWS:
            for host in docs.HOSTS:
                times = [r.start for r in self.requests if r.host == host]
                self.assertEqual(
                    harness.window_violations(times, count, period, harness.NGINX_CLOCK_S), [])
        for count, period in IP_WINDOWS:
            times = [r.start for r in self.requests]
            self.assertEqual(
                harness.window_violations(times, count, period, harness.NGINX_CLOCK_S), [])


if __name__ == "__main__":
    docs.skip_unless_installed()
    unittest.main()
