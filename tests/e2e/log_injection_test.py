"""Nothing that a server says can forge, break or colour a line of the logs: each is one JSON object
of plain characters, at most 8 KiB long, and there are as many as there were events."""

import collections
import json
import re
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
                    f"<link rel=canonical href='/c{text}'>"
                    for n, text in enumerate(NASTY))
    return as_bytes(f"<title>{NASTY[0]}</title><meta name=robots content='{NASTY[2]}'>" + links)


def header_safe(text):
    return as_bytes(text.replace("\r", "\x0b").replace("\n", "\x0c").replace("\x00", "\x01"))


def answer(target):
    """A whole response; /N has the N-th nasty text in every header and in its reason phrase."""
    if target == b"/":
        return 200, b"OK", [(b"Content-Type", b"text/html; charset=utf-8")], page()
    number = re.fullmatch(rb"/(\d+)", target)
    if not number or int(number[1]) >= len(NASTY):
        return 404, b"Not Found", [], b""
    text = header_safe(NASTY[int(number[1])])[:6_000]
    names = [b"Content-Type", b"Server", b"Link", b"X-Robots-Tag", b"Content-Usage", b"Refresh",
             b"Retry-After", b"Cache-Control"]
    location = [(b"Location", text)] if int(number[1]) % 2 else []
    return 302 if location else 200, text[:500], [(n, text) for n in names] + location, b"body"


class Web(raw_server.RawServer):
    def answer(self, request):
        status, reason, headers, body = answer(request.target.encode())
        headers = [*headers, (b"Content-Length", b"%d" % len(body)), (b"Connection", b"close")]
        head = b"".join(name + b": " + value + b"\r\n" for name, value in headers)
        return b"HTTP/1.1 %d " % status + reason + b"\r\n" + head + b"\r\n" + body


class LogInjectionTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        workspace = harness.Workspace()
        directory = workspace.__enter__()
        cls.addClassCleanup(workspace.__exit__, None)
        cls.web = Web()
        cls.web.start()
        settings = harness.configuration(
            directory, cls.web.port, [HOST], fetch={"retries": 0}, crawl={
                "seeds": [f"http://{HOST}:{cls.web.port}/"], "scope": {"within": "any"}})
        settings["politeness"].update(backoff_min="1ms", backoff_max="1ms", retry_after_max="1ms")
        with harness.Crawler(directory, settings, "--until-idle") as crawler:
            cls.exit_code = crawler.wait(60)
            cls.crawl_log = crawler.crawl_log.read_bytes()
            cls.stderr = crawler.stderr_path.read_bytes()

    def test_the_crawl_ends(self):
        self.assertEqual(self.exit_code, 0, self.stderr)
        self.assertGreater(len(self.web.seen), 2 * len(NASTY))

    def test_each_line_is_one_json_object_of_plain_characters(self):
        for log in (self.crawl_log, self.stderr):
            self.assertTrue(log.endswith(b"\n"))
            for line in log[:-1].split(b"\n"):
                self.assertLessEqual(len(line), LINE_BYTES_MAX)
                text = line.decode("utf-8")  # strict
                self.assertIsInstance(json.loads(text), dict)
                self.assertNotRegex(text, UNWANTED)

    def test_there_are_as_many_lines_as_requests(self):
        lines = [json.loads(line) for line in self.crawl_log.splitlines()]
        self.assertFalse([line for line in lines if "forged" in line])
        own = f"http://{HOST}:{self.web.port}/"
        logged = [harness.target_of(line["url"]) for line in lines
                  if line["event"] == "fetch.settled" and line["url"].startswith(own)]
        asked = collections.Counter(request.target for request in self.web.seen)
        self.assertEqual(collections.Counter(logged), asked)


if __name__ == "__main__":
    unittest.main()
