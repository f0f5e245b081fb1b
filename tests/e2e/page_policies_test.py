"""What pages ask of archives and indexes (noarchive, noindex), where the configuration obeys it:
the body of such a page is nowhere on the disk, its links are followed, each visit has one record
all the same, and verify, repair and later visits go on from that."""

import json
import shutil
import signal
import unittest

import harness
import raw_server
import warc

HOST = "pages.test"
# Target: (status, headers, robots meta, whether the body stays, whether the page is listed).
PAGES = {
    "/": ("200 OK", "", "", True, True),
    "/meta": ("200 OK", "", "noarchive", False, True),
    "/header": ("200 OK", "X-Robots-Tag: noarchive", "", False, True),
    "/ours": ("200 OK", "X-Robots-Tag: crawld: noarchive", "", False, True),
    "/others": ("200 OK", "X-Robots-Tag: otherbot: noarchive, noindex", "", True, True),
    "/noindex": ("200 OK", "", "noindex", True, False),
    "/none": ("200 OK", "X-Robots-Tag: none", "", True, False),
    "/both": ("200 OK", "X-Robots-Tag: noindex", "noarchive", False, False),
    "/gone": ("404 Not Found", "X-Robots-Tag: noarchive", "", False, False),
    "/moved": ("301 Moved", "Location: /target\r\nX-Robots-Tag: noarchive", "", False, False),
    "/target": ("200 OK", "", "", True, True),
    "/picture": ("200 OK", "Content-Type: image/png\r\nX-Robots-Tag: noarchive", "", False, True),
}
# The links of what is left out are found, where they may be followed.
CHILDREN = {name: f"/from{name}" for name in ("/meta", "/header", "/ours", "/noindex", "/both")}


def secret(target):
    return f"the words of {target}."


class PolicyServer(raw_server.RawServer):
    def answer(self, request):
        status, headers, robots, _, _ = PAGES.get(request.target, PAGES["/target"])
        if request.target == "/robots.txt":
            status, body = "404 Not Found", ""
        else:
            links = list(PAGES) if request.target == "/" else [CHILDREN.get(request.target, "/")]
            body = (f"<title>{request.target}</title><meta name=robots content='{robots}'>"
                    f"<p>{secret(request.target)}" + "".join(f"<a href={to}>1</a>" for to in links))
        return (f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n"
                + (headers + "\r\n" if headers else "") + "\r\n" + body).encode()


def settings_of(directory, server, sections):
    return harness.configuration(
        directory, server.port, [HOST],
        crawl={"seeds": [f"http://{HOST}:{server.port}/"], "scope": {"within": "host"}},
        politeness={"host": {"windows": [], "concurrency": 4},
                    "ip": {"windows": [], "concurrency": 0}}, **sections)


def crawl(directory, server, sections):
    settings = settings_of(directory, server, sections)
    with harness.Crawler(directory, settings, "--until-idle") as crawler:
        code = crawler.wait(60)
        assert code == 0, crawler.stderr()
        return {harness.target_of(e["url"]): e for e in crawler.settled() if e["kind"] == "page"}


class Crawled(unittest.TestCase):
    sections = {"archive": {"format": "warc"}, "pages": {"format": "jsonl"}}

    @classmethod
    def setUpClass(cls):
        cls.directory = harness.workspace_of(cls)
        cls.server = PolicyServer()
        cls.server.start()
        cls.settled = crawl(cls.directory, cls.server, cls.sections)
        cls.records = warc.archive(cls.directory / "state" / "archive")
        cls.responses = {harness.target_of(r.url): r for r in cls.records if r.kind == "response"}
        cls.listed = [json.loads(line)
                      for path in (cls.directory / "state" / "pages").glob("*.jsonl")
                      for line in path.read_text().splitlines()]

    def check_verify(self, directory):
        code, out, stderr = harness.command(directory, "verify")
        self.assertEqual(code, 0, out + stderr)

    def check_records(self, kept):
        self.assertEqual(len([r for r in self.records if r.kind == "response"]),
                         len(self.responses))
        for target in PAGES:
            record, event = self.responses[target], self.settled[target]
            self.assertEqual((record.file, record.offset),
                             (event["warc_file"], event["warc_offset"]))
            head, _, body = record.block.partition(b"\r\n\r\n")
            self.assertIn(PAGES[target][0].encode(), head)
            stays = target in kept
            self.assertEqual(secret(target).encode() in body, stays, target)
            self.assertEqual(record.fields.get("WARC-Truncated"),
                             None if stays else "unspecified", target)
            if not stays:
                self.assertEqual(body, b"", target)
                for other in self.records:
                    self.assertNotIn(secret(target).encode(), other.block)


class ObeyedTest(Crawled):
    sections = {"archive": {"format": "warc", "noarchive": "drop"},
                "pages": {"format": "jsonl", "noindex": "drop"}}

    def test_bodies_that_are_not_to_be_archived_are_not(self):
        self.check_records({target for target, page in PAGES.items() if page[3]})

    def test_pages_that_are_not_to_be_indexed_are_not_listed(self):
        listed = sorted(harness.target_of(page["url"]) for page in self.listed)
        self.assertEqual(listed, sorted([target for target, page in PAGES.items() if page[4]] +
                                        list(CHILDREN.values())))

    def test_the_links_of_all_are_followed(self):
        for target in CHILDREN.values():
            self.assertEqual(self.settled[target]["outcome"], "ok")

    def test_the_crawl_log_says_what_was_left_out(self):
        for target, (status, _, _, stays, listed) in PAGES.items():
            dropped = ([] if listed or status[0] != "2" else ["noindex"]) + \
                      ([] if stays else ["noarchive"])
            self.assertEqual(self.settled[target].get("dropped", ""), ", ".join(dropped), target)

    def test_an_independent_reader_reads_it(self):
        self.assertEqual(warc.count_by_warcio(self, self.directory / "state" / "archive"),
                         len(self.records))

    def test_verify_and_repair_go_on_from_it(self):
        self.check_verify(self.directory)
        copy = self.directory / "copy"
        copy.mkdir()
        shutil.copytree(self.directory / "state", copy / "state")
        for path in (copy / "state" / "db").glob("MANIFEST-*"):
            path.unlink()
        before = len(self.server.seen)
        text = (self.directory / "crawld.yaml").read_text()
        (copy / "crawld.yaml").write_text(text.replace(str(self.directory), str(copy)))
        code, out, stderr = harness.command(copy, "repair")
        self.assertEqual(code, 0, out + stderr)
        crawl(copy, self.server, self.sections)
        asked = [r.target for r in self.server.seen[before:]]
        self.assertEqual([target for target in asked if target != "/robots.txt"], [])
        self.check_verify(copy)

    def test_a_later_visit_is_no_revisit_of_what_is_not_there(self):
        copy = self.directory / "again"
        copy.mkdir()
        sections = {**self.sections, "fetch": {"refetch_after": "1s"}}
        records = self.refetch(copy, sections)
        for target in ("/meta", "/both"):
            kinds = [(r.kind, r.fields.get("WARC-Truncated")) for r in records
                     if harness.target_of(r.url) == target and r.kind in ("response", "revisit")]
            self.assertGreater(len(kinds), 1)
            self.assertEqual(set(kinds), {("response", "unspecified")}, target)
        kinds = [r.kind for r in records if harness.target_of(r.url) == "/noindex" and
                 r.kind in ("response", "revisit")]
        self.assertEqual(kinds[:2], ["response", "revisit"])
        self.check_verify(copy)

    def refetch(self, directory, sections):
        """All records of a crawl that visited its pages more than once."""
        visits = lambda crawler: [e for e in crawler.settled()
                                  if harness.target_of(e["url"]) in ("/meta", "/both", "/noindex")]
        with harness.Crawler(directory, settings_of(directory, self.server, sections)) as crawler:
            harness.wait_for(lambda: len(visits(crawler)) >= 9, 60,
                             f"three visits of each\n{crawler.stderr()}")
            crawler.signal(signal.SIGTERM)
            self.assertEqual(crawler.wait(30), 0, crawler.stderr())
        return warc.archive(directory / "state" / "archive")


class DefaultTest(Crawled):
    def test_it_decides_nothing(self):
        self.check_records(set(PAGES))
        self.assertEqual(len(self.listed), len([p for p in PAGES.values() if p[0][0] == "2"]) +
                         len(CHILDREN))
        self.assertEqual({e.get("dropped", "") for e in self.settled.values()}, {""})
        self.check_verify(self.directory)


if __name__ == "__main__":
    harness.program("CRAWLD_BINARY")
    unittest.main()
