"""Nothing that a server says can forge, break or colour a line of the logs: each is one JSON object
of plain characters, at most 8 KiB long, and there are as many as there were events."""

import collections
import html
import json
import os
import pty
import re
import subprocess
import unittest

import harness
import raw_server

HOST = "h0.example.test"
NASTY = ['\n{"event":"fetch.settled","forged":true}', "\r\n\r\nfake", "\x1b[31mred\x1b[0m", '"}{"',
         "\u202eevil", "\u2028line", "\x00nul", "\x7f", "\\u000a", "<script>", "%0a%0d", "\x9b31m",
         "a" * 20_000, "\udcff\udcfe"]  # the last are the bytes ff fe
# What may stand in a log line: no control characters, none that change the direction of text.
UNWANTED = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e"
                      "\u2066-\u2069\ufffe\uffff]")
LINE_BYTES_MAX = 8 * 1024


def as_bytes(text):
    return text.encode("utf-8", "surrogateescape")


def page():
    links = "".join(f"<a href='/{n}'>x</a><a href='/q?{n}={text}'>x</a><a href='/p/{text}'>x</a>"
                    f"<a href='http://{text}/'>x</a><a href='{text}'>x</a>"
                    f"<a href='/deny-{n}/{text}'>x</a><a href='/page-{n}'>x</a>"
                    for n, text in enumerate(NASTY))
    return as_bytes(links)


def nasty_page(text):
    """All in a page that reaches the log, or might."""
    return as_bytes(f"<title>{text}</title><meta name=robots content='nofollow, {text}'>"
                    f"<meta charset='{text}'><meta name=tdm-reservation content='1{text}'>"
                    f"<meta name=tdm-policy content='/{text}'><html lang='{text}'>"
                    f"<link rel=canonical href='/c{text}'>"
                    f"<link rel=alternate hreflang='{text}' href='/l{text}'>"
                    f"<link rel=alternate type='{text}' hreflang=en href='/l{text}'>")


def robots():
    """The lines of a robots.txt that keep /deny-N/ out, each in the log as what decided."""
    denied = "".join(f"Disallow: /deny-{n}\nDisallow: /deny-{n}/{one_line(text)}\n"
                     for n, text in enumerate(NASTY))
    others = "".join(f"{name}: {one_line(text)}\n" for text in NASTY for name in
                     ("Content-Usage", "Crawl-delay", "Sitemap", one_line(text)))
    return as_bytes("User-agent: *\n" + denied + others + "Sitemap: /sitemap.xml\n")


def sitemap():
    return as_bytes("<urlset>" + "".join(
        f"<url><loc>http://{HOST}:PORT/s{n}{xml(text)}</loc><lastmod>2026-01-01</lastmod>"
        f"<lastmod>{xml(text)}</lastmod><changefreq>{xml(text)}</changefreq>"
        f"<priority>{xml(text)}</priority></url>" for n, text in enumerate(NASTY[:-1])) +
        "</urlset>")


def xml(text):
    """In XML no control characters can be; what remains is as nasty as before."""
    return html.escape("".join(c for c in one_line(text) if c >= " "))


def one_line(text):
    return text.replace("\r", "\x0b").replace("\n", "\x0c")[:1_000]


def header_safe(text):
    return as_bytes(one_line(text).replace("\x00", "\x01"))


def answer(target):
    """A whole response; /N has the N-th nasty text in every header and in its reason phrase,
    /page-N in all that a page says of itself."""
    own = {b"/robots.txt": robots, b"/sitemap.xml": sitemap}.get(target)
    if own:
        return 200, b"OK", [(b"Content-Type", b"text/plain; charset=utf-8")], own()
    if target.startswith(b"/page-"):
        text = NASTY[int(target[6:])]
        kind = b"text/html; charset=" + header_safe(text)
        return 200, b"OK", [(b"Content-Type", kind)], nasty_page(text)
    if target == b"/":
        return 200, b"OK", [(b"Content-Type", b"text/html; charset=utf-8")], page()
    number = re.fullmatch(rb"/(\d+)", target)
    if not number or int(number[1]) >= len(NASTY):
        return 404, b"Not Found", [], b""
    text = header_safe(NASTY[int(number[1])])
    names = [b"Content-Type", b"Server", b"Link", b"X-Robots-Tag", b"Content-Usage", b"Refresh",
             b"Retry-After", b"Cache-Control", b"ETag", b"Last-Modified", b"TDM-Policy",
             b"TDM-Reservation", b"Content-Language", b"Content-Disposition", b"Alt-Svc"]
    location = [(b"Location", text)] if int(number[1]) % 2 else []
    return 302 if location else 200, text[:500], [(n, text) for n in names] + location, b"body"


class Web(raw_server.RawServer):
    def answer(self, request):
        status, reason, headers, body = answer(request.target.encode())
        body = body.replace(b"PORT", b"%d" % self.port)
        headers = [*headers, (b"Content-Length", b"%d" % len(body)), (b"Connection", b"close")]
        head = b"".join(name + b": " + value + b"\r\n" for name, value in headers)
        return b"HTTP/1.1 %d " % status + reason + b"\r\n" + head + b"\r\n" + body


class LogInjectionTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        directory = harness.workspace_of(cls)
        cls.web = Web()
        cls.web.start()
        settings = harness.configuration(
            directory, cls.web.port, [HOST], fetch={"retries": 0}, crawl={
                "seeds": [f"http://{HOST}:{cls.web.port}/", {"file": "seeds.txt"}],
                "scope": {"within": "any"}})
        (directory / "seeds.txt").write_bytes(b"".join(
            as_bytes(one_line(text)) + b"\n" for text in NASTY))
        settings["politeness"].update(backoff_min="1ms", backoff_max="1ms", retry_after_max="1ms")
        with harness.Crawler(directory, settings, "--until-idle") as crawler:
            cls.exit_code = crawler.wait(60)
            cls.crawl_log = crawler.crawl_log.read_bytes()
            cls.stderr = crawler.stderr_path.read_bytes()

    def test_the_crawl_ends(self):
        self.assertEqual(self.exit_code, 0, self.stderr)
        asked = {request.target for request in self.web.seen}
        wanted = {f"/{kind}{n}" for kind in ("", "page-") for n in range(len(NASTY))}
        self.assertLessEqual(wanted | {"/sitemap.xml"}, asked)
        self.assertFalse([target for target in asked if target.startswith("/deny-")])

    def test_each_line_is_one_json_object_of_plain_characters(self):
        for log in (self.crawl_log, self.stderr):
            self.assertTrue(log.endswith(b"\n"))
            for line in log[:-1].split(b"\n"):
                self.assertLessEqual(len(line), LINE_BYTES_MAX)
                text = line.decode("utf-8")  # strict
                self.assertIsInstance(json.loads(text), dict)
                self.assertNotRegex(text, UNWANTED)

    def test_what_was_nasty_is_in_the_log(self):
        lines = [json.loads(line) for line in (self.crawl_log + self.stderr).splitlines()]
        for field, part in [("reason", "Disallow: /deny-2/"), ("canonical", "/c%1B[31mred"),
                            ("charset", ""), ("mime", ""), ("alternates", "/l"), ("usage", "tdm")]:
            self.assertTrue([e for e in lines if part in e.get(field, "") and e.get(field)], field)
        rejected = [e for e in lines if e["event"] == "seed.rejected"]
        self.assertEqual(len(rejected), len(NASTY))

    def test_there_are_as_many_lines_as_requests(self):
        lines = [json.loads(line) for line in self.crawl_log.splitlines()]
        self.assertFalse([line for line in lines if "forged" in line])
        own = f"http://{HOST}:{self.web.port}/"
        logged = [harness.target_of(line["url"]) for line in lines
                  if line["event"] == "fetch.settled" and line["url"].startswith(own)]
        asked = collections.Counter(request.target for request in self.web.seen)
        self.assertEqual(collections.Counter(logged), asked)


class TerminalTest(unittest.TestCase):
    def test_a_terminal_is_told_plain_text(self):
        """Seeds are foreign input too: lists of them are found and bought."""
        try:
            screen, terminal = pty.openpty()
        except OSError as error:
            self.skipTest(f"SKIPPED: no terminal can be had here: {error}")
        with harness.Workspace() as directory:
            (directory / "seeds.txt").write_bytes(b"".join(
                as_bytes(one_line(text)) + b"\n" for text in NASTY))
            config = directory / "crawld.yaml"
            config.write_text(json.dumps(harness.configuration(
                directory, 80, [HOST], crawl={"seeds": [{"file": "seeds.txt"}]})))
            with os.fdopen(screen, "rb", 0) as reader:
                process = subprocess.Popen(
                    [harness.program("CRAWLD_BINARY"), "run", "--config", str(config),
                     "--until-idle"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                    stderr=terminal)
                os.close(terminal)
                written = b""
                try:
                    while chunk := reader.read(65536):
                        written += chunk
                except OSError:  # EIO: the last writer has gone
                    pass
                self.assertEqual(process.wait(60), 0, written)
        lines = written.decode("utf-8").split("\r\n")  # strict
        self.assertEqual(len([line for line in lines if "seed.rejected" in line]), len(NASTY))
        for line in lines:
            self.assertNotRegex(line, UNWANTED)


if __name__ == "__main__":
    unittest.main()
