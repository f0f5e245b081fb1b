"""Redirects and conditional requests, judged by what the servers were asked: a ring over three
hosts ends, each form of Location leads where the URL standard says, unusable ones lead nowhere, and
a page that comes back is asked for by its validators."""

import collections
import signal
import unittest

import harness
import raw_server
import warc

RING = ["a.ring-one.test", "b.ring-two.test", "c.ring-three.test"]
START = "start.forms.test"
OTHER = "other.test"
# Location's value, "PORT" being the server's: the target asked for, of START unless it has a host.
FORMS = {
    "/from/absolute-path": "/from/absolute-path", "relative": "/from/relative",
    "../up": "/up", "../../../too/far/up": "/too/far/up", "./same": "/from/same",
    "?query=1": "/from/here-6?query=1", "//other.test:PORT/protocol-relative":
    (OTHER, "/protocol-relative"), "http://OTHER.test:PORT/host-in-capitals":
    (OTHER, "/host-in-capitals"), "http:/one-slash": "/one-slash",
    "\\backslash": "/backslash", "/with#fragment": "/with", "/a b": "/a%20b",
    "/caf\u00e9": "/caf%C3%A9", "/%7Etilde": "/~tilde", "  /spaces-around  ": "/spaces-around",
    "http://me:secret@other.test:PORT/credentials": (OTHER, "/credentials"),
}
UNUSABLE = ["", "javascript:alert(1)", "ftp://other.test/x", "//[bad/", "/a\x02b"]
VALIDATORS = {
    "etag": (b'ETag: "one"', b'If-None-Match: "one"'),
    "weak": (b'ETag: W/"two"', b'If-None-Match: W/"two"'),
    "date": (b"Last-Modified: Mon, 05 Jan 2026 10:00:00 GMT",
             b"If-Modified-Since: Mon, 05 Jan 2026 10:00:00 GMT"),
}
CONDITIONS = (b"If-None-Match:", b"If-Modified-Since:")


def response(status, headers=b"", body=b""):
    return (b"HTTP/1.1 " + status + b"\r\nContent-Type: text/html\r\nContent-Length: %d\r\n" %
            len(body) + b"Connection: close\r\n" + headers + b"\r\n" + body)


def redirect(to, status=b"302 Found"):
    return response(status, b"Location: " + to + b"\r\n")


class Redirecting(raw_server.RawServer):
    def __init__(self):
        super().__init__()
        self.locations = [text.replace("PORT", str(self.port)) for text in (*FORMS, *UNUSABLE)]

    def answer(self, request):
        host, target = request.host, request.target
        if target == "/robots.txt":
            return response(b"404 Not Found")
        if host in RING:
            to = f"http://{RING[(RING.index(host) + 1) % len(RING)]}:{self.port}/"
            return redirect(to.encode(), b"301 Moved Permanently")
        if target == "/":
            links = "".join(f"<a href=/from/here-{n + 1}>x</a>" for n in range(len(self.locations)))
            return response(b"200 OK", body=links.encode())
        number = target.removeprefix("/from/here-")
        if target.startswith("/from/here-") and number.isdigit():
            return redirect(self.locations[int(number) - 1].encode())
        return response(b"200 OK", body=b"x")


class Revisited(raw_server.RawServer):
    def answer(self, request):
        have, condition = VALIDATORS.get(request.target[1:], (b"X-None: x", b"\r\n\r\n"))
        if request.target == "/":
            return response(b"200 OK", body=b"".join(b"<a href=/%s>x</a>" % name.encode()
                                                     for name in (*VALIDATORS, "neither")))
        if request.target == "/robots.txt":
            return response(b"404 Not Found")
        if condition in request.head and request.target != "/neither":
            return response(b"304 Not Modified", have + b"\r\n")
        return response(b"200 OK", have + b"\r\n", b"page")


class Crawl(unittest.TestCase):
    def start(self, server, hosts, seeds, *arguments, **sections):
        workspace = harness.Workspace()
        directory = workspace.__enter__()
        self.addCleanup(workspace.__exit__, None)
        server.start()
        settings = harness.configuration(
            directory, server.port, hosts, crawl={
                "seeds": [f"http://{host}:{server.port}/" for host in seeds],
                "scope": {"within": "any"}}, **sections)
        crawler = harness.Crawler(directory, settings, *arguments)
        self.addCleanup(crawler.end)
        return crawler


class RedirectsTest(Crawl):
    def setUp(self):
        self.server = Redirecting()
        self.crawler = self.start(self.server, [*RING, START, OTHER], [RING[0], START],
                                  "--until-idle", archive={"format": "warc"})
        self.assertEqual(self.crawler.wait(60), 0, self.crawler.stderr())

    def test_the_archive_tells_where_a_redirect_leads(self):
        """Without which the target would be lost with the state."""
        records = warc.archive(self.crawler.directory / "state" / "archive")
        links = {harness.target_of(r.url): r.block.decode() for r in records
                 if r.kind == "metadata" and r.url.startswith(f"http://{START}:")}
        for n, to in enumerate(FORMS.values()):
            host, target = to if isinstance(to, tuple) else (START, to)
            line = f"outlink: http://{host}:{self.server.port}{target} R"
            self.assertIn(line, links[f"/from/here-{n + 1}"])
        for n in range(len(FORMS), len(FORMS) + len(UNUSABLE)):
            self.assertNotIn("outlink", links[f"/from/here-{n + 1}"])

    def test_a_ring_ends_and_every_form_of_location_leads_where_it_should(self):
        asked = collections.Counter((r.host, r.target) for r in self.server.seen)
        pages = [(host, "/") for host in (*RING, START)]
        pages += [(START, f"/from/here-{n + 1}") for n in range(len(self.server.locations))]
        pages += [to if isinstance(to, tuple) else (START, to) for to in FORMS.values()]
        robots = [(host, "/robots.txt") for host in (*RING, START, OTHER)]
        self.assertEqual(asked, collections.Counter(pages + robots))
        self.assertFalse([r for r in self.server.seen if b"uthorization" in r.head])

    def test_what_leads_nowhere_is_named(self):
        lines = {harness.target_of(e["url"]): e for e in self.crawler.settled()
                 if e["host"] == START}
        for n, text in enumerate(UNUSABLE):
            line = lines[f"/from/here-{len(FORMS) + n + 1}"]
            with self.subTest(text):
                outcome = "redirect" if text else "odd_status"
                self.assertEqual(line["outcome"], outcome, line)
                if text:
                    self.assertEqual(line["reason"], "redirect-unusable", line)


class ConditionalRequestsTest(Crawl):
    def test_a_page_that_comes_back_is_asked_for_by_its_validators(self):
        server = Revisited()
        host = "revisited.test"
        crawler = self.start(server, [host], [host], fetch={"refetch_after": "1s"})

        def asked(name):
            return [r.head for r in server.seen if r.target == "/" + name]

        names = [*VALIDATORS, "neither"]
        harness.wait_for(lambda: all(len(asked(name)) >= 3 for name in names), 60,
                         "third visits")
        crawler.signal(signal.SIGTERM)
        self.assertEqual(crawler.wait(30), 0, crawler.stderr())
        outcomes = collections.defaultdict(list)
        for line in crawler.settled():
            outcomes[harness.target_of(line["url"])[1:]].append(line["outcome"])
        for name in names:
            first, *later = asked(name)
            condition = VALIDATORS[name][1] if name in VALIDATORS else None
            with self.subTest(name):
                self.assertFalse([c for c in CONDITIONS if c in first])
                for head in later:
                    self.assertEqual([c for c in CONDITIONS if c in head],
                                     [c for c in CONDITIONS if condition and c in condition])
                    self.assertTrue(condition is None or condition + b"\r\n" in head, head)
                self.assertEqual(set(outcomes[name][1:]),
                                 {"not_modified" if condition else "ok"})


if __name__ == "__main__":
    unittest.main()
