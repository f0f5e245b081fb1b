"""TERM while 1,000 transfers are open: the daemon ends within the grace and a second. What came to
its end meanwhile is archived and not asked for again, what did not is fetched by the next start."""

import collections
import signal
import time
import unittest

import harness
import slow_web
import warc

HOSTS = [f"held-{n}.test" for n in range(1000)]
FINISHED = set(HOSTS[::2])  # within the grace
GRACE_S = 20
BODY = b"<title>Held</title>"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(BODY)


class HeldWeb(slow_web.SlowWeb):
    """Says the heads of its pages, and their bodies when it is told to, host by host."""

    def __init__(self):
        super().__init__()
        self.let_go = set()  # hosts
        self.held = {}  # host: descriptor
        self.pages = collections.Counter()

    def answer(self, number, request):
        host = request.split(b"Host: ")[1].split(b":")[0].decode()
        if request.split(b" ")[1] == b"/robots.txt":
            return self.send(number, slow_web.MISSING)
        self.pages[host] += 1
        self.held[host] = number
        self.send(number, HEAD)

    def feed(self, numbers):
        for host in [host for host in self.held if host in self.let_go]:
            self.send(self.held.pop(host), BODY)

    def close(self, number):
        self.held = {host: held for host, held in self.held.items() if held != number}
        super().close(number)


class StopTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        harness.raise_descriptor_limit()
        directory = harness.workspace_of(cls)
        cls.web = HeldWeb()
        cls.web.start()
        cls.addClassCleanup(cls.web.stop)
        settings = cls.settings(directory)
        with harness.Crawler(directory, settings, "--until-idle") as crawler:
            harness.wait_for(lambda: len(cls.web.held) == len(HOSTS), 60,
                             f"{len(HOSTS)} open transfers\n{crawler.stderr()}")
            crawler.signal(signal.SIGTERM)
            began = time.monotonic()
            crawler.event("daemon.stopping")
            cls.web.let_go = FINISHED
            cls.first_code = crawler.wait(GRACE_S + 20)
            cls.took_s = time.monotonic() - began
        cls.reported = {e["host"] for e in crawler.settled() if e["kind"] == "page"}
        cls.asked_first = collections.Counter(cls.web.pages)
        cls.web.let_go = set(HOSTS)
        with harness.Crawler(directory, settings, "--until-idle") as crawler:
            cls.second_code = crawler.wait(60)
        cls.records = warc.archive(directory / "state" / "archive")

    @classmethod
    def settings(cls, directory):
        port = cls.web.port
        return harness.configuration(
            directory, port, HOSTS,
            crawl={"seeds": [f"http://{host}:{port}/" for host in HOSTS],
                   "scope": {"within": "page"}},
            # A quarter of it is for hosts that are known to answer.
            politeness={"global": {"concurrency": 2 * len(HOSTS)},
                        "ip": {"windows": [], "concurrency": 0}},
            fetch={"total_timeout": "10m", "low_speed_bytes": 0},
            archive={"format": "warc"})

    def test_it_ends_within_the_grace_and_a_second(self):
        print(f"ended {self.took_s:.2f} s after TERM")
        self.assertEqual(self.first_code, 0)
        self.assertGreater(self.took_s, GRACE_S - 1)
        limit = GRACE_S + 1 * harness.SLOW
        if self.took_s >= limit:
            harness.skip_where_processors_are_lent(self, 250, time.monotonic_ns)
        self.assertLess(self.took_s, limit)

    def test_what_ended_within_the_grace_is_reported(self):
        self.assertEqual(self.reported, FINISHED)

    def test_the_next_start_fetches_the_others_only(self):
        self.assertEqual(self.second_code, 0)
        again = self.web.pages - self.asked_first
        self.assertEqual(again, collections.Counter(set(HOSTS) - FINISHED))

    def test_each_page_is_archived_once_and_whole(self):
        pages = collections.Counter(
            record.url.split("/")[2].split(":")[0] for record in self.records
            if record.kind in ("response", "revisit") and not record.url.endswith("/robots.txt"))
        self.assertEqual(pages, collections.Counter(HOSTS))


if __name__ == "__main__":
    harness.program("CRAWLD_BINARY")
    unittest.main()
