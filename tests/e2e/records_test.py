"""What the archive says of exchanges on the wire, held against the bytes that the server sent and
received: heads, bodies, redirects, what is cut, what came again, and TLS."""

import collections
import gzip
import signal
import time
import unittest

import harness
import raw_server
import warc

HOST = "raw.test"
BODY_MAX = 4096
ZIPPED = gzip.compress(b"<html>zipped</html>")
LINKS = ["chunked", "trailers", "interim", "moved", "zipped", "large", "silent", "lost", "bare"]
SAID = {
    "/": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-A: 1\r\nx-a:  2 \r\nContent-Length: %d"
         b"\r\n\r\n%s",
    "/chunked": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                b"a\r\n5\r\nhello\r\n\r\n0\r\n\r\n",
    "/trailers": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                 b"2\r\nab\r\n0\r\nT: 1\r\n\r\n",
    "/interim": b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                b"HTTP/1.1 200 Fine\r\nContent-Length: 1\r\n\r\nx",
    "/moved": b"HTTP/1.1 301 Moved\r\nLocation: /target\r\nContent-Length: 0\r\n\r\n",
    "/zipped": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
               b"%x\r\n%s\r\n0\r\n\r\n" % (len(ZIPPED), ZIPPED),
    "/large": b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n" + b"l" * 9000,
    "/silent": b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nsil",
    "/lost": b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nlos",
    "/bare": b"HTTP/1.1 200 OK\nContent-Length: 4\n\nbare",
    "/target": b"HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: 6\r\n\r\ntarget",
}
NOT_MODIFIED = b"HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\n\r\n"


class Server(raw_server.RawServer):
    def serve(self, connection):
        request = self.read(connection)
        connection.sendall(self.answer(request))
        if request.target == "/silent":
            time.sleep(30 * harness.SLOW)

    def answer(self, request):
        if b"If-None-Match" in request.head:
            return NOT_MODIFIED
        if request.target == "/":
            body = b"".join(b"<a href=/%s>x</a>" % link.encode() for link in LINKS)
            return SAID["/"] % (len(body), body)
        return SAID.get(request.target, b"HTTP/1.1 404 None\r\nContent-Length: 0\r\n\r\n")


class RecordsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        directory = harness.workspace_of(cls)
        server = Server()
        server.start()
        cls.port = server.port
        settings = harness.configuration(
            directory, server.port, [HOST], archive={"format": "warc"},
            crawl={"seeds": [cls.url("/")], "scope": {"within": "host"}},
            fetch={"body_max": f"{BODY_MAX}B", "connect_timeout": "5s", "total_timeout": "5s",
                   "retries": 0, "refetch_after": "1s"},
            politeness={"backoff_min": "1ms", "backoff_max": "1ms"})
        with harness.Crawler(directory, settings) as crawler:
            crawler.event("daemon.ready")
            harness.wait_for(lambda: cls.has_all(crawler.settled()), 60, "a page that came again")
            crawler.signal(signal.SIGTERM)
            crawler.wait(60)
        cls.sent = {request.head for request in server.seen}
        cls.records = warc.archive(directory / "state" / "archive")

    @staticmethod
    def has_all(settled):
        seen = collections.Counter((harness.target_of(event["url"]), event["status"])
                                   for event in settled)
        return seen["/silent", 200] and seen["/", 200] > 1 and seen["/target", 304]

    @classmethod
    def url(cls, target):
        return f"http://{HOST}:{cls.port}{target}"

    def of(self, target, kind="response"):
        return [r for r in self.records if r.url == self.url(target) and r.kind == kind]

    def test_responses_are_what_was_sent_without_framing(self):
        self.assertIn(b"X-A: 1\r\nx-a:  2 \r\n", self.of("/")[0].block)
        gone = {target: said.replace(b"Transfer-", b"X-Crawler-Transfer-").partition(b"\r\n\r\n")[0]
                for target, said in SAID.items()}
        for target, body in (("/chunked", b"5\r\nhello\r\n"), ("/trailers", b"ab"),
                             ("/zipped", ZIPPED)):
            self.assertEqual(self.of(target)[0].block, gone[target] + b"\r\n\r\n" + body)
        for target in ("/moved", "/target", "/bare"):
            self.assertEqual(self.of(target)[0].block, SAID[target])

    def test_an_interim_response_is_left_out(self):
        self.assertEqual(self.of("/interim")[0].block, SAID["/interim"].partition(b"\r\n\r\n")[2])

    def test_requests_are_what_was_received(self):
        sent = {r.block for r in self.records if r.kind == "request"}
        self.assertLessEqual(sent, self.sent)
        self.assertLessEqual({head for head in self.sent if b"None-Match" in head}, sent)

    def test_what_is_cut_says_why(self):
        for target, reason in (("/large", "length"), ("/silent", "time"), ("/lost", "disconnect")):
            record = self.of(target)[0]
            self.assertEqual(record.fields["WARC-Truncated"], reason)
            self.assertTrue(SAID[target].startswith(record.block))
        self.assertEqual(len(self.of("/large")[0].block.partition(b"\r\n\r\n")[2]), BODY_MAX)
        self.assertNotIn("WARC-Truncated", self.of("/")[0].fields)

    def test_a_redirect_names_its_target(self):
        self.assertIn(f"outlink: {self.url('/target')} R\r\n".encode(),
                      self.of("/moved", "metadata")[0].block)

    def test_what_came_again_refers_to_the_first(self):
        for target, profile in (("/", "identical-payload-digest"),
                                ("/target", "server-not-modified")):
            first, again = self.of(target)[0], self.of(target, "revisit")[0]
            fields = again.fields
            self.assertEqual(fields["WARC-Profile"],
                             "http://netpreserve.org/warc/1.1/revisit/" + profile)
            self.assertEqual(fields["WARC-Refers-To-Target-URI"], first.url)
            self.assertEqual(fields["WARC-Refers-To-Date"], first.fields["WARC-Date"])
        self.assertEqual(self.of("/target", "revisit")[0].block, NOT_MODIFIED)
        again = self.of("/", "revisit")[0]
        self.assertEqual(again.fields["WARC-Truncated"], "length")
        self.assertEqual(again.fields["WARC-Payload-Digest"],
                         self.of("/")[0].fields["WARC-Payload-Digest"])
        self.assertEqual(again.block, self.of("/")[0].block.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")


class WarcinfoTest(unittest.TestCase):
    def test_a_file_begins_with_the_configuration_of_its_time(self):
        host = "h0.example.test"
        with harness.Workspace() as directory, \
                harness.TestWeb(directory / "web", "--synthetic", "--pages", "2",
                                "--hosts", "1") as web:
            settings = harness.configuration(
                directory, web.port, [host],
                archive={"format": "warc", "file_age_max": "100ms"},
                crawl={"seeds": [f"http://{host}:{web.port}/"], "scope": {"within": "host"}},
                fetch={"refetch_after": "1s"})
            archive = directory / "state" / "archive"
            with harness.Crawler(directory, settings) as crawler:
                first = harness.wait_for(lambda: self.sealed(archive), 20, "an archive file")
                settings["politeness"].update(robots="ignore", own_hosts=[host])
                crawler.write_config(settings)
                crawler.signal(signal.SIGHUP)
                harness.wait_for(lambda: self.ignoring(archive), 20, "a file that says so")
                crawler.signal(signal.SIGTERM)
                self.assertEqual(crawler.wait(30), 0, crawler.stderr())
            told = [self.fields(path) for path in (first[0], self.ignoring(archive)[0])]
        self.assertEqual(told[0]["operator"], harness.CONTACT)
        self.assertEqual(told[0]["robots"], "obey")
        self.assertIn(harness.CONTACT, told[0]["http-header-user-agent"])
        self.assertTrue(told[0]["software"].startswith("crawld/"))
        self.assertEqual(told[1]["robots"], "ignore")
        self.assertTrue(told[1]["configuration-digest"].startswith("sha256:"))
        self.assertNotEqual(told[0]["configuration-digest"], told[1]["configuration-digest"])

    @staticmethod
    def sealed(archive):
        return sorted(archive.glob("*.warc.gz"))

    def ignoring(self, archive):
        return [path for path in self.sealed(archive)
                if self.fields(path)["robots"] == "ignore"]

    @staticmethod
    def fields(path):
        _, text = next(warc.members(path))
        lines = text.decode().partition("\r\n\r\n")[2].split("\r\n")
        return dict(line.split(": ", 1) for line in lines if line)


class TlsRecordsTest(unittest.TestCase):
    PAGES = 30

    def test_each_record_of_a_kept_connection_names_protocol_and_cipher_suite(self):
        with harness.Workspace() as directory:
            www = directory / "www"
            www.mkdir()
            links = [f"{page}.txt" for page in range(self.PAGES)]
            (www / "index.html").write_text("".join(f"<a href={link}>x</a>" for link in links))
            for link in links:
                (www / link).write_text(link)
            port = harness.free_port()
            lines = [f"root {www};", "ssl_protocols TLSv1.2;",
                     "ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256;",
                     *harness.tls_lines(directory, port)]
            with harness.Nginx(directory, {HOST: lines}):
                settings = harness.configuration(
                    directory, port, [HOST], archive={"format": "warc"},
                    crawl={"seeds": [f"https://{HOST}:{port}/"], "scope": {"within": "host"}},
                    fetch={"verify_tls": False},
                    politeness={"host": {"windows": [], "concurrency": 1}})
                with harness.Crawler(directory, settings, "--until-idle") as crawler:
                    self.assertEqual(crawler.wait(60), 0, crawler.stderr())
            responses = [text for path in (directory / "state" / "archive").glob("*.warc.gz")
                         for _, text in warc.members(path) if b"WARC-Type: response" in text]
        self.assertEqual(len(responses), self.PAGES + 2)  # the first page, robots.txt
        for text in responses:
            self.assertIn(b"WARC-Protocol: http/1.1\r\nWARC-Protocol: tls/1.2\r\n"
                          b"WARC-Cipher-Suite: TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256\r\n", text)


if __name__ == "__main__":
    harness.program("CRAWLD_BINARY")
    unittest.main()
