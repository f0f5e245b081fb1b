"""Many pages at once that each bring far more bytes of URLs than they have: a base href makes every
link long. What is found and waits to be on disk has a bound."""

import unittest

import harness

HOSTS = [f"h{n}.test" for n in range(120)]
LINKS = 10_000
BASE_BYTES = 1_900
# Of 120 pages, each with 10,000 links of 1,900 bytes, together 2.3 GB. What the process has without
# them, two pages being parsed, what may wait (found_held_max) and its copy in the write to disk.
RSS_MAX_BYTES = 256 << 20


class FoundUrlsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        links = "".join(f"<a href={n}>" for n in range(LINKS))
        page = f"<base href='/{'b' * BASE_BYTES}/'>" + links
        crawler = harness.fetch_everywhere(
            cls, page.encode(), HOSTS, crawl={"limits": {"pages": len(HOSTS)}},
            politeness={"host": {"windows": ["2/1h"]}, "ip": {"windows": [], "concurrency": 0}},
            threads={"loops": 1, "workers": 2})
        cls.exit_code = crawler.poll()
        cls.stderr = crawler.stderr()
        cls.pages = [e for e in crawler.settled() if e["kind"] == "page"]
        cls.rss = crawler.rss_max_bytes()
        cls.cpu = crawler.cpu_seconds()
        print(f"{cls.rss >> 20} MiB, {cls.cpu:.1f} s of CPU")

    def test_every_page_brought_what_there_was_room_for(self):
        self.assertEqual(self.exit_code, 0, self.stderr)
        self.assertEqual(sorted(e["host"] for e in self.pages), sorted(HOSTS))
        for page in self.pages:
            self.assertEqual((page["outcome"], page["links_found"]), ("ok", LINKS), page)
            self.assertGreater(page["links_new"], 1_000, page)
            left_out = page["links_left_out"]
            self.assertEqual(left_out, f"found-bytes {LINKS - page['links_new']}", page)

    def test_memory_stays_at_its_bound(self):
        if harness.SLOW > 1:
            self.skipTest("sanitizers have their own memory")
        self.assertLess(self.rss, RSS_MAX_BYTES)


if __name__ == "__main__":
    harness.program("CRAWLD_BINARY")
    unittest.main()
