"""What a server can do wrong on the wire, each on a host of its own: every one has its outcome in
the crawl log, none hurts another host, and nothing is read from a server whose certificate is
wrong, unless the configuration says so for that host."""

import gzip
import pathlib
import shutil
import socket
import ssl
import struct
import subprocess
import time
import unittest
import warnings

import harness
import raw_server

warnings.filterwarnings("ignore", ".*TLSVersion", DeprecationWarning)  # old ones are meant

PAGE = b"<a href=/found>x</a>"
ZIPPED = gzip.compress(PAGE * 100)


def response(body=PAGE, headers=b"", status=b"200 OK", length=None):
    length = b"%d" % len(body) if length is None else length
    return (b"HTTP/1.1 " + status + b"\r\nContent-Type: text/html\r\nContent-Length: " + length +
            b"\r\n" + headers + b"\r\n" + body)


def chunked(body):
    return transferred(b"chunked", body)


def transferred(coding, body, headers=b""):
    return (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: " + coding +
            b"\r\n" + headers + b"\r\n" + body)


def in_chunks(body):
    return b"%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n"


def forever(head, part, gap=0.0):
    def play(connection):
        connection.sendall(head)
        while True:
            connection.sendall(part)
            time.sleep(gap)
    return play


def then_reset(data):
    def play(connection):
        connection.sendall(data)
        time.sleep(0.1)  # the data before the reset
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return play


UNUSABLE_LOCATIONS = [
    b"/a\x01b", b"/a\tb", b"/a\x7fb", b"\x1b[31m/a", b"ftp://x/", b"file:///etc/passwd",
    b"javascript:alert(1)", b"data:text/html,x", b"mailto:x@faults.test", b"gopher://x/",
    b"http://", b"http://a b/", b"//", b"http://x:99999/", b"http://[::1/"]

# host: (what it sends before it closes, the outcome, links found; None: some)
FAULTS = {
    "whole": (response(), "ok", 1),
    "empty": (b"", "empty_reply", 0),
    "reset-at-once": (then_reset(b""), "connection_lost", 0),
    "reset-in-body": (then_reset(response(PAGE, length=b"1000")), "connection_lost", 0),
    "silent": (lambda connection: time.sleep(60), "too_slow", 0),
    "drip": (forever(response(b"", length=b"100000"), b"x", 0.1), "too_slow", 0),
    "drip-of-headers": (forever(b"HTTP/1.1 200 OK\r\n", b"x", 0.1), "too_slow", 0),
    "endless-headers": (forever(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n" * 100),
                        "headers_too_large", 0),
    "endless-header": (forever(b"HTTP/1.1 200 OK\r\nX: ", b"x" * 10_000), "headers_too_large", 0),
    "endless-1xx": (forever(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 50),
                    "headers_too_large", 0),
    "some-1xx": (b"HTTP/1.1 100 Continue\r\n\r\n" * 3 + response(), "ok", 1),
    "endless-body": (forever(chunked(b""), b"400\r\n" + b"x" * 1024 + b"\r\n"),
                     "body_too_large", 0),
    "short-body": (response(PAGE, length=b"1000"), "truncated", 1),
    "absurd-length": (response(PAGE, length=b"99999999999999999999"), "ok", 1),
    "negative-length": (response(PAGE, length=b"-1"), "bad_response", 0),
    "two-lengths": (response(PAGE, b"Content-Length: 7\r\n"), "ok", 0),
    "length-and-chunks": (response(b"14\r\n" + PAGE + b"\r\n0\r\n\r\n",
                                   b"Transfer-Encoding: chunked\r\n", length=b"5"), "ok", 1),
    "cut-chunk": (chunked(b"400\r\n" + PAGE), "truncated", 1),
    "no-last-chunk": (chunked(b"14\r\n" + PAGE + b"\r\n"), "truncated", 1),
    "bad-chunk": (chunked(b"zz\r\n" + PAGE + b"\r\n0\r\n\r\n"), "bad_response", 0),
    "folded-header": (response(headers=b"X-A: 1\r\n  and more\r\n"), "ok", 1),
    "nul-in-header": (response(headers=b"X-A: 1\x002\r\n"), "bad_response", 0),
    "not-http": (b"SSH-2.0-OpenSSH_9.2\r\n", "bad_response", 0),
    "http-0.9": (PAGE, "bad_response", 0),
    "status-999": (response(status=b"999 Odd"), "odd_status", 0),
    "status-000": (response(status=b"000 Odd"), "bad_response", 0),
    "204-with-body": (response(status=b"204 No Content"), "ok", 0),
    "304-unasked": (response(b"", status=b"304 Not Modified"), "odd_status", 0),
    "gzip": (response(ZIPPED, b"Content-Encoding: gzip\r\n"), "ok", 100),
    "gzip-cut": (response(ZIPPED[:-10], b"Content-Encoding: gzip\r\n"), "undecodable", None),
    "gzip-wrong-sum": (response(ZIPPED[:-8] + b"\0" * 4 + ZIPPED[-4:],
                                b"Content-Encoding: gzip\r\n"), "undecodable", None),
    "gzip-and-more": (response(ZIPPED + b"garbage", b"Content-Encoding: gzip\r\n"), "ok", 100),
    "not-gzip": (response(PAGE, b"Content-Encoding: gzip\r\n"), "undecodable", 0),
    "gzip-on-the-way": (transferred(b"gzip, chunked", in_chunks(ZIPPED)), "ok", 100),
    "gzip-on-the-way-to-the-end": (transferred(b"gzip", ZIPPED), "ok", 100),
    "gzip-in-gzip": (transferred(b"gzip, chunked", in_chunks(gzip.compress(ZIPPED)),
                                 b"Content-Encoding: gzip\r\n"), "ok", 100),
    "gzip-cut-on-the-way": (transferred(b"gzip, chunked", in_chunks(ZIPPED[:-10])),
                            "undecodable", None),
    "not-gzip-on-the-way": (transferred(b"gzip, chunked", in_chunks(PAGE)), "undecodable", 0),
    "odd-on-the-way": (transferred(b"odd, chunked", in_chunks(PAGE)), "undecodable", 0),
    "101-unasked": (response(status=b"101 Switching Protocols"), "odd_status", 0),
    **{f"to-{n}": (response(b"", b"Location: " + to + b"\r\n", b"302 Found"), "redirect", 0)
       for n, to in enumerate(UNUSABLE_LOCATIONS)},
    "to-cr": (response(b"", b"Location: /a\rSet-Cookie: x\r\n", b"302 Found"),
              "bad_response", 0),
    "to-nul": (response(b"", b"Location: /a\x00b\r\n", b"302 Found"), "bad_response", 0),
}
UNUSABLE = {f"to-{n}" for n in range(len(UNUSABLE_LOCATIONS))}
DOUBTFUL = {"absurd-length", "two-lengths", "length-and-chunks"}
DOMAIN = ".faults.test"

# host: (its certificate, more of the server, the outcome, what its line says)
TLS = {
    "trusted": ("good", {}, "ok", ""),
    "expired": ("expired", {}, "tls_certificate", "expired"),
    "wrong-host": ("other", {}, "tls_certificate", "no alternative certificate subject name"),
    "self-signed": ("self", {}, "tls_certificate", "self-signed"),
    "incomplete-chain": ("leaf", {}, "tls_certificate", "local issuer"),
    "whole-chain": ("chain", {}, "ok", ""),
    "old-protocol": ("good", {"maximum_version": ssl.TLSVersion.TLSv1_1}, "tls_failed", ""),
    "allowed-self": ("self", {}, "ok", ""),  # these by their overlay
    "allowed-expired": ("expired", {}, "ok", ""),
    "allowed-other": ("other", {}, "ok", ""),
    "allowed-leaf": ("leaf", {}, "ok", ""),
    "allowed-old": ("good", {"maximum_version": ssl.TLSVersion.TLSv1_1}, "tls_failed", ""),
    "hangs-up": (None, {"hangs_up": True}, "tls_failed", ""),
    "plain-text": (None, {}, "tls_failed", ""),
    "stalls": (None, {"silent": True}, "connect_timeout", ""),
}


def openssl(directory, *arguments):
    subprocess.run(["openssl", *arguments], cwd=directory, check=True, stderr=subprocess.DEVNULL,
                   stdout=subprocess.DEVNULL)


class Certificates:
    """A root that the crawler trusts, and what hangs on it or does not."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.extensions = self.directory / "extensions"
        self.authority("root", None)
        self.authority("middle", "root")
        self.server("good", "root")
        self.server("expired", "root", days="-1")
        self.server("other", "root", "elsewhere.test")
        self.server("self", None)
        self.server("leaf", "middle")
        self.server("chain", "middle")
        with open(self.file("chain"), "ab") as chain:
            chain.write(self.file("middle").read_bytes())

    def file(self, name, kind="pem"):
        return self.directory / f"{name}.{kind}"

    def make(self, name, issuer, extensions, days="2"):
        self.extensions.write_text(extensions)
        openssl(self.directory, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                "-nodes", "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
        signer = (["-CA", f"{issuer}.pem", "-CAkey", f"{issuer}.key", "-CAcreateserial"] if issuer
                  else ["-signkey", f"{name}.key"])
        openssl(self.directory, "x509", "-req", "-in", f"{name}.csr", *signer, "-days", days,
                "-extfile", str(self.extensions), "-out", f"{name}.pem")

    def authority(self, name, issuer):
        self.make(name, issuer, "basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign\n")

    def server(self, name, issuer, host="*" + DOMAIN, days="2"):
        self.make(name, issuer, f"subjectAltName=DNS:{host}\n", days)

    def context(self, name, maximum_version=None):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file(name), self.file(name, "key"))
        if maximum_version:
            context.set_ciphers("DEFAULT@SECLEVEL=0")
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = maximum_version
        return context


class Server(raw_server.RawServer):
    """One port; the host of the request, or of the handshake, says what happens."""

    def request(self, connection):
        request = self.read(connection)
        return request.host.removesuffix(DOMAIN), request.target

    def serve(self, connection):
        host, target = self.request(connection)
        if target != "/":
            return connection.sendall(response(b"", b"Connection: close\r\n", b"404 Not Found"))
        play, _, _ = FAULTS[host]
        if callable(play):
            return play(connection)
        connection.sendall(play)


class TlsServer(Server):
    def __init__(self, certificates):
        super().__init__()
        self.certificates = certificates

    def serve(self, connection):
        host = self.server_name(connection)
        certificate, options, _, _ = TLS[host]
        if options.get("silent"):
            return time.sleep(60)
        if options.get("hangs_up"):
            return
        if certificate is None:
            return connection.sendall(b"220 mail.example ESMTP\r\n")
        context = self.certificates.context(certificate, **options)
        with context.wrap_socket(connection, server_side=True) as tls:
            _, target = self.request(tls)
            status = b"200 OK" if target == "/" else b"404 Not Found"
            tls.sendall(response(PAGE, b"Connection: close\r\n", status))

    @staticmethod
    def server_name(connection):
        """The host in the first message, before it is answered."""
        hello = b""
        while DOMAIN.encode() not in hello:
            hello = connection.recv(4096, socket.MSG_PEEK)
            if not hello:
                raise OSError("gone")
        return max((host for host in TLS if host.encode() + DOMAIN.encode() in hello), key=len)


class WireFaultsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not shutil.which("openssl"):
            harness.skip("openssl is not installed")
        directory = harness.workspace_of(cls)
        certificates = Certificates(directory)
        cls.server, cls.tls = Server(), TlsServer(certificates)
        cls.server.start()
        cls.tls.start()
        ports = [cls.server.port, cls.tls.port]
        hosts = [host + DOMAIN for host in (*FAULTS, *TLS)]
        settings = harness.configuration(
            directory, ports[0], hosts, crawl={
                "seeds": [f"http://{host}{DOMAIN}:{ports[0]}/" for host in FAULTS] +
                         [f"https://{host}{DOMAIN}:{ports[1]}/" for host in TLS],
                "scope": {"within": "page"}},
            fetch={"retries": 0, "connect_timeout": "4s", "total_timeout": "8s",
                   "low_speed_time": "4s", "body_max": "1MiB"})
        settings["hosts"] = [{"match": host + DOMAIN, "fetch": {"verify_tls": False}}
                             for host in TLS if host.startswith("allowed")]
        settings["network"].update(allow=[f"127.0.0.0/8:{port}" for port in ports], ports=ports,
                                   ca_file=str(certificates.file("root")))
        settings["politeness"].update(backoff_min="1ms", backoff_max="1ms")
        with harness.Crawler(directory, settings, "--until-idle") as crawler:
            cls.exit_code = crawler.wait(90)
            cls.stderr = crawler.stderr()
            lines = harness.read_json_lines(crawler.crawl_log)
        cls.pages = {e["host"].removesuffix(DOMAIN): e for e in lines if e.get("kind") == "page"}
        cls.robots = {e["host"].removesuffix(DOMAIN): e for e in lines if e.get("kind") == "robots"}

    def test_the_crawl_ends(self):
        self.assertEqual(self.exit_code, 0, self.stderr)

    def test_every_fault_has_its_outcome(self):
        for host, (_, outcome, links) in FAULTS.items():
            with self.subTest(host):
                line = self.pages[host]
                found = line["links_found"]
                self.assertEqual(line["outcome"], outcome, line)
                self.assertEqual(found, links if links is not None else max(found, 1), line)

    def test_a_failure_and_doubtful_framing_say_what_it_was(self):
        for host, line in self.pages.items():
            with self.subTest(host):
                if line["status"] == 0 or host in DOUBTFUL:
                    self.assertTrue(line["detail"], line)

    def test_an_unusable_location_is_named(self):
        for host in UNUSABLE:
            self.assertEqual(self.pages[host]["reason"], "redirect-unusable")

    def test_certificates_and_handshakes(self):
        for host, (_, _, outcome, detail) in TLS.items():
            with self.subTest(host):
                line = self.robots[host] if outcome != "ok" else self.pages[host]
                self.assertEqual(line["outcome"], outcome, line)
                self.assertIn(detail, line["detail"])

    def test_nothing_is_asked_of_a_server_that_is_not_trusted(self):
        asked = {request.host.removesuffix(DOMAIN) for request in self.tls.seen}
        self.assertEqual(asked, {host for host in TLS if TLS[host][2] == "ok"})


if __name__ == "__main__":
    unittest.main()
