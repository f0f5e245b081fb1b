"""Many large pages at once: memory stays at its bound, and every page comes whole. Over TLS too,
where a transfer that waits holds what its library has read already."""

import unittest

import harness

HOSTS = [f"h{n}.test" for n in range(40)]
PAGE_BYTES = 6 << 20
BODIES_MAX_MIB = 12
# What the process has without bodies, what two workers take to read one, and what may come out of
# the bound; all of the pages together are 240 MiB.
RSS_MAX_BYTES = 160 << 20


class BodiesTest(unittest.TestCase):
    tls = False

    @classmethod
    def setUpClass(cls):
        crawler = harness.fetch_everywhere(
            cls, b"<p>" + b"words " * (PAGE_BYTES // 6), HOSTS, tls=cls.tls,
            fetch={"bodies_max": f"{BODIES_MAX_MIB}MiB", "verify_tls": not cls.tls},
            threads={"workers": 2})
        cls.exit_code = crawler.poll()
        cls.stderr = crawler.stderr()
        cls.events = crawler.events()
        cls.pages = [e for e in crawler.settled() if e["kind"] == "page"]
        cls.rss = crawler.rss_max_bytes()
        print(f"{cls.rss >> 20} MiB")

    def test_every_page_came_whole(self):
        self.assertEqual(self.exit_code, 0, self.stderr)
        self.assertEqual(sorted(e["host"] for e in self.pages), sorted(HOSTS))
        for page in self.pages:
            self.assertEqual((page["outcome"], page["attempt"]), ("ok", 1), page)
            self.assertEqual(page["bytes_body"], 3 + PAGE_BYTES // 6 * 6)

    def test_that_the_bound_was_reached_is_said(self):
        waiting = [e for e in self.events if e["event"] == "bodies.waiting"]
        self.assertEqual(len(waiting), 1)
        self.assertGreater(waiting[0]["transfers"], 0)
        self.assertLessEqual(waiting[0]["bytes"], (BODIES_MAX_MIB << 20) + (16 << 20))

    def test_memory_stays_at_its_bound(self):
        if harness.SLOW > 1:
            self.skipTest("sanitizers have their own memory")
        self.assertLess(self.rss, RSS_MAX_BYTES)


class BodiesOverTlsTest(BodiesTest):
    tls = True

    def test_it_is_tls(self):
        self.assertEqual({page["url"].split(":")[0] for page in self.pages}, {"https"})
        self.assertTrue(all(page["tls"] for page in self.pages), self.pages[:1])


if __name__ == "__main__":
    harness.program("CRAWLD_BINARY")
    unittest.main()
