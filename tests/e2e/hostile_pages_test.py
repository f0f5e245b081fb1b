"""Pages made to hurt: their links are still found, memory stays flat, other hosts go on."""

import ctypes
import ctypes.util
import gzip
import unittest

import harness

HOSTILE = "hostile.test"
PLAIN = "plain.test"
PLAIN_PAGES = 300
BOMB_BYTES = 256 << 20
RSS_MAX_BYTES = 300 << 20
CPU_MAX_S = 6.0
STALL_MS = 10


def brotli_of_zeros(length):
    """`length` zero bytes as brotli: a few dozen bytes, made with the system's encoder."""
    name = ctypes.util.find_library("brotlienc")
    if not name:
        harness.skip("libbrotlienc is not installed")
    encode = ctypes.CDLL(name).BrotliEncoderCompress
    out = ctypes.create_string_buffer(1 << 16)
    size = ctypes.c_size_t(len(out))
    source = ctypes.create_string_buffer(length)
    encode.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_size_t, ctypes.c_void_p,
                       ctypes.POINTER(ctypes.c_size_t), ctypes.c_void_p]
    assert encode(5, 24, 0, length, source, ctypes.byref(size), out)
    return out.raw[:size.value]


def link(number):
    return f'<a href="/found/{number}.html">{number}</a>'.encode()


def hostile_pages():
    """name: (body, content coding, numbers of the links that must be found)"""
    deep = b"<div>" * 100_000 + link(2) + b"</div>" * 100_000 + link(3)
    attributes = b" ".join(b"a%d=v" % n for n in range(60_000))
    return {
        "nested.html": (b"<!DOCTYPE html>" + link(1) + deep, "", [1, 2, 3]),
        "lists.html": (link(4) + b"<ul><li>" * 20_000 + link(5), "", [4, 5]),
        "svg.html": (link(6) + b"<svg>" * 20_000 + link(7), "", [6, 7]),
        "attributes.html": (link(8) + b"<p " + attributes + b">" + link(9), "", [8, 9]),
        "spans.html": (link(10) + b"<span>" * 400_000 + link(11), "", [10, 11]),
        "comments.html": (link(12) + b"<!-" * 500_000 + b">" + link(13), "", [12]),
        "quotes.html": (link(14) + b"<a href='" * 200_000, "", [14]),
        "bomb-brotli.html": (brotli_of_zeros(BOMB_BYTES), "br", []),
        "bomb-gzip.html": (gzip.compress(b"\0" * BOMB_BYTES, 1), "gzip", []),
        "bomb-with-link.html": (gzip.compress(link(15) + b" " * (64 << 20)), "gzip", [15]),
        "many.html": (b"".join(b"<a href='/gone/%d'>x</a>" % n for n in range(30_000)), "", []),
    }


class HostilePagesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        directory = harness.workspace_of(cls)
        cls.pages = hostile_pages()
        cls.write_sites(directory)
        with harness.Nginx(directory, cls.sites(directory)) as nginx:
            settings = harness.configuration(
                directory, nginx.port, [HOSTILE, PLAIN],
                crawl={"seeds": [f"http://{host}:{nginx.port}/" for host in (HOSTILE, PLAIN)],
                       "scope": {"within": "host",
                                 "rules": [{"name": "no-gone", "deny": "/gone/"}]}},
                archive={"format": "none"})
            with harness.Crawler(directory, settings, "--until-idle") as crawler:
                cls.exit_code = crawler.wait(120)
                cls.stderr = crawler.stderr()
                cls.events = crawler.events()
                cls.settled = {e["url"].split("/", 3)[3]: e for e in crawler.settled()
                               if e["host"] == HOSTILE}
                cls.plain = [e for e in crawler.settled() if e["host"] == PLAIN]
                cls.crawler = crawler
        print(f"{crawler.cpu_seconds():.2f} s of CPU, {crawler.rss_max_bytes() >> 20} MiB")

    @classmethod
    def write_sites(cls, directory):
        hostile, plain = directory / HOSTILE, directory / PLAIN
        (hostile / "found").mkdir(parents=True)
        plain.mkdir()
        for name, (body, _, numbers) in cls.pages.items():
            (hostile / name).write_bytes(body)
            for number in numbers:
                (hostile / "found" / f"{number}.html").write_text("found")
        (hostile / "index.html").write_text(
            "".join(f'<a href="/{name}">{name}</a>\n' for name in cls.pages))
        (plain / "index.html").write_text(
            "".join(f'<a href="/{n}.html">{n}</a>\n' for n in range(PLAIN_PAGES)))
        for n in range(PLAIN_PAGES):
            (plain / f"{n}.html").write_text(f"<p>{n}")

    @classmethod
    def sites(cls, directory):
        coded = [f"location = /{name} {{ add_header Content-Encoding {coding}; }}"
                 for name, (_, coding, _) in cls.pages.items() if coding]
        return {HOSTILE: [f"root {directory / HOSTILE};", *coded],
                PLAIN: [f"root {directory / PLAIN};"]}

    def test_it_ends_by_itself(self):
        self.assertEqual(self.exit_code, 0, self.stderr)

    def test_every_page_was_fetched(self):
        self.assertEqual(set(self.pages) - set(self.settled), set())
        self.assertEqual(len(self.plain), PLAIN_PAGES + 2)

    def test_links_are_found_before_and_after_what_hurts(self):
        for name, (_, _, numbers) in self.pages.items():
            for number in numbers:
                found = self.settled.get(f"found/{number}.html")
                self.assertIsNotNone(found, f"{name}: link {number}")
                self.assertEqual(found["status"], 200)

    def test_links_are_capped(self):
        self.assertLessEqual(self.settled["many.html"]["links_found"], 10_000)

    def test_bombs_are_no_success(self):
        for name in ("bomb-brotli.html", "bomb-gzip.html"):
            self.assertLessEqual(self.settled[name]["bytes_body"], 16 << 20, self.settled[name])
            self.assertNotEqual(self.settled[name]["outcome"], "ok", self.settled[name])

    def test_memory_is_flat(self):
        if harness.SLOW > 1:
            self.skipTest("sanitizers have their own memory")
        self.assertLess(self.crawler.rss_max_bytes(), RSS_MAX_BYTES)

    def test_processor_time_is_bounded(self):
        if harness.SLOW > 1:
            self.skipTest("sanitizers have their own pace")
        self.assertLess(self.crawler.cpu_seconds(), CPU_MAX_S)

    def test_no_loop_stalled(self):
        if harness.SLOW > 1:
            self.skipTest("sanitizers have their own pace")
        stalls = [e for e in self.events if e["event"] == "loop.stalled"]
        if stalls:
            harness.skip_where_processors_are_lent(self, STALL_MS)
        self.assertEqual(stalls, [])


class BombsTest(unittest.TestCase):
    """Bodies that unpack to far more than a page has take hardly more memory than ordinary ones."""
    PAGES = 40
    GROWTH_MAX_BYTES = 8 << 20  # of a worker: what a decoder looks back on

    def peak_of(self, bodies):
        """Most memory of a crawl of one host with these pages: name: (body, content coding)."""
        with harness.Workspace() as directory:
            site = directory / HOSTILE
            site.mkdir()
            for name, (body, _) in bodies.items():
                (site / name).write_bytes(body)
            (site / "index.html").write_text(
                "".join(f'<a href="/{name}">{name}</a>\n' for name in bodies))
            coded = [f"location = /{name} {{ add_header Content-Encoding {coding}; }}"
                     for name, (_, coding) in bodies.items() if coding]
            with harness.Nginx(directory, {HOSTILE: [f"root {site};", *coded]}) as nginx:
                settings = harness.configuration(
                    directory, nginx.port, [HOSTILE],
                    crawl={"seeds": [f"http://{HOSTILE}:{nginx.port}/"]},
                    threads={"workers": 1}, archive={"format": "none"})
                with harness.Crawler(directory, settings, "--until-idle") as crawler:
                    self.assertEqual(crawler.wait(60), 0, crawler.stderr())
                    pages = [e for e in crawler.settled() if e["kind"] == "page"]
                    self.assertEqual(len(pages), len(bodies) + 1)
                    return crawler.rss_max_bytes()

    def test_bombs_take_no_more_than_ordinary_pages(self):
        if harness.SLOW > 1:
            self.skipTest("sanitizers have their own memory")
        bomb = {"gzip": gzip.compress(b" " * BOMB_BYTES, 9), "br": brotli_of_zeros(BOMB_BYTES)}
        text = b"<p>text" * (len(bomb["gzip"]) // 7)  # as much on the wire
        ordinary = {f"{n}.html": (b"<p>page %d" % n + text, "") for n in range(self.PAGES)}
        bombs = {f"{coding}{n}.html": (body, coding)
                 for n in range(self.PAGES // 2) for coding, body in bomb.items()}
        peak, peak_bombs = self.peak_of(ordinary), self.peak_of(bombs)
        print(f"ordinary pages {peak >> 20} MiB, bombs {peak_bombs >> 20} MiB")
        self.assertLessEqual(peak_bombs, peak + self.GROWTH_MAX_BYTES)


if __name__ == "__main__":
    harness.program("CRAWLD_BINARY")
    unittest.main()
