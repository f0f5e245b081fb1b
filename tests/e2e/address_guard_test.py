"""The address guard, literally: in a network namespace whose loopback carries the addresses that
no page may lead to, and two public ones. All that a page, a redirect, a robots.txt or a name server
can say is said; not one SYN may go anywhere but to the public addresses."""

import html
import http.server
import ipaddress
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import unittest

import harness
import name_server
from name_server import A, AAAA, CNAME

INSIDE = "CRAWLD_IN_NAMESPACE"
PUBLIC4, PUBLIC6 = "198.41.0.4", "2606:4700::1111"
OTHERS4 = [f"198.41.0.{n}" for n in range(5, 20)]  # public too: 16 with PUBLIC4
FORBIDDEN = ["169.254.169.254", "100.100.100.200", "10.0.0.1", "10.255.255.254", "172.16.0.1",
             "192.168.1.1", "100.64.0.1", "169.254.0.1", "192.0.2.1", "198.18.0.1", "127.0.0.2",
             "127.0.0.1", "168.63.129.16", "192.0.0.192", "198.51.100.1", "203.0.113.1",
             "192.88.99.1", "127.255.255.254", "172.31.255.254", "240.0.0.1",
             "fd00:ec2::254", "fd12:3456::1", "fe80::1234", "fec0::1", "64:ff9b::a00:1",
             "64:ff9b:1::a00:1", "2002:a00:1::1", "2001:0:a00:1::1", "::1",
             "fd20:ce::254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "::ffff:0:a00:1",
             "2001:db8::1", "100::1", "3fff::1", "5f00::1"]
# How else 10.0.0.1, 127.0.0.1 and 169.254.169.254 are written in URLs.
SPELLINGS = ["0x0a.0.0.1", "012.0.0.1", "10.1", "167772161", "0xa000001", "10.0.0.1.",
             "%31%30.0.0.1", "１０.0.0.1", "127.1", "0177.1", "2130706433", "017700000001",
             "0x7f.0x0.0x0.0x1", "0", "0.0.0.0", "localhost", "LOCALHOST.", "a.localhost",
             "2852039166", "0xa9fea9fe", "169.254.43518", "[::]", "[::1]",
             "[::ffff:10.0.0.1]", "[::ffff:a9fe:a9fe]", "[::10.0.0.1]",
             "[0:0:0:0:0:ffff:127.0.0.1]", "[64:ff9b::169.254.169.254]", "[FD00:EC2::254]",
             "0251.0376.0251.0376", "0xA9.254.43518", "00012.0.0.1", "10.0.1", "10.0.0.1:80",
             "①⓪.0.0.1", "10。0．0｡1", "%EF%BC%91%30.0.0.1", "127.1.",
             "1­0.0.0.1", "1%C2%AD0.0.0.1", "[::FFFF:169.254.169.254]", "[::127.0.0.1]",
             "[::ffff:7f00:1]", "locаlhost", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ"]

PROXIES = {name: "http://10.0.0.1:80" for name in
           ("http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")}
KINDS = [b"a href", b"area href", b"iframe src", b"frame src", b"link rel=next href",
         b"link rel=canonical href", b"link rel=stylesheet href", b"img src", b"img srcset",
         b"form action", b"script src", b"object data", b"embed src", b"video poster"]


def in_url(address):
    return f"[{address}]" if ":" in address else address


def label(address):
    return address.replace(".", "-").replace(":", "-") + "-x.evil.test"


def urls():
    hosts = [in_url(a) for a in FORBIDDEN] + SPELLINGS + [label(a) for a in FORBIDDEN]
    return [f"http://{host}/secret" for host in hosts] + [
        "http://cname.evil.test/", "http://cname-local.evil.test/", "http://flips.evil.test/",
        "http://nothing.evil.test/", "http://maps.evil.test/page",
        "http://sixteen.evil.test/", "http://mixed.evil.test/",
        "http://robots.evil.test/page", "http://public.test:22/", "http://public.test:8080/",
        f"http://user:pw@{in_url('10.0.0.1')}/", f"http://{in_url(PUBLIC4)}@10.0.0.1/",
        "http://public.test#@10.0.0.1/", "http://10.0.0.1\\@public.test/"]


class Names(name_server.NameServer):
    """Says what its owner wants, and changes its mind."""

    def __init__(self):
        super().__init__(self.records_of, 53)

    def records_of(self, name):
        if name == "cname.evil.test":
            return [(CNAME, "chain.evil.test"), (CNAME, "end.evil.test"), (A, "10.0.0.1")]
        if name == "cname-local.evil.test":
            return [(CNAME, "localhost"), (A, "127.0.0.1"), (AAAA, "::1")]
        if name == "nothing.evil.test":
            return [(A, "0.0.0.0"), (AAAA, "::")]
        if name == "flips.evil.test":  # public, private, public ...
            return [(A, PUBLIC4 if self.asked[name] % 2 else "10.0.0.1")]
        if name == "sixteen.evil.test":
            return [(A, a) for a in OTHERS4[:8] + ["10.0.0.1"] + OTHERS4[8:]]
        if name == "mixed.evil.test":
            return [(A, PUBLIC4), (AAAA, "fd00:ec2::254"), (AAAA, "::1")]
        if name == "rebind.evil.test":
            return [(A, PUBLIC4 if self.asked[name] <= 2 else "169.254.169.254")]
        if name in ("public.test", "robots.evil.test", "maps.evil.test"):
            return [(A, PUBLIC4), (AAAA, PUBLIC6)]
        for address in FORBIDDEN:
            if name == label(address):
                return [(AAAA if ":" in address else A, address)]
        return []


class Web(http.server.BaseHTTPRequestHandler):
    """Listens at every address of the namespace."""

    protocol_version = "HTTP/1.1"
    seen = []  # (address reached, host asked for, path)

    def do_GET(self):
        host = self.headers.get("Host", "")
        self.seen.append((self.connection.getsockname()[0], host, self.path))
        if self.path == "/robots.txt" and host == "robots.evil.test":
            return self.answer(302, b"", [("Location", "http://10.0.0.1/robots.txt")])
        if self.path == "/robots.txt" and host == "maps.evil.test":
            own = [f"http://{host}/{name}.xml" for name in ("map", "index", "feed")]
            maps = own + urls()
            return self.answer(200, "".join(f"Sitemap: {url}\n" for url in maps).encode())
        if self.path == "/robots.txt":
            return self.answer(404, b"")
        if self.path.endswith(".xml"):
            return self.answer(200, self.listing(), xml=True)
        if self.path.startswith("/to/"):
            return self.answer(302, b"", [("Location", urls()[int(self.path[4:])])])
        if self.path == "/base":
            return self.answer(200, b"<base href='http://169.254.169.254/latest/'>"
                                    b"<a href=meta-data><a href='//10.0.0.1/x'>")
        if self.path == "/headers":
            return self.answer(200, b"x", [("Link", "<http://10.0.0.1/link>; rel=next"),
                                           ("Alt-Svc", 'http/1.1="10.0.0.1:80"; ma=60'),
                                           ("Content-Location", "http://10.0.0.1/content"),
                                           ("Refresh", "0; url=http://169.254.169.254/refresh")])
        if self.path == "/kinds":
            return self.answer(200, b"".join(
                b"<" + tag + b"='http://10.0.0.1/%d'>" % n for n, tag in enumerate(KINDS)) +
                b"<meta http-equiv=refresh content='0; url=http://169.254.169.254/'>")
        links = urls() + [f"/to/{n}" for n in range(len(urls()))] + ["/base", "/headers",
                                                                         "/kinds"]
        if host.startswith("rebind"):
            links = [f"/{n}" for n in range(20)]
        self.answer(200, "".join(f"<a href='{link}'>x</a>\n" for link in links).encode())

    def listing(self):
        """A sitemap, an index of sitemaps, or a feed."""
        row, around = {"/map.xml": ("<url><loc>{}</loc></url>", "urlset"),
                       "/index.xml": ("<sitemap><loc>{}</loc></sitemap>", "sitemapindex"),
                       "/feed.xml": ("<item><link>{}</link></item>", "rss")}[self.path]
        rows = "".join(row.format(html.escape(url)) for url in urls())
        return f"<{around}>{rows}</{around}>".encode()

    def answer(self, status, body, headers=(), xml=False):
        self.send_response(status)
        kind = "application/xml" if xml else "text/html; charset=utf-8"
        for name, value in [*headers, ("Content-Type", kind),
                            ("Content-Length", str(len(body)))]:
            self.send_header(name, value.encode().decode("latin-1"))  # bytes as they are
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_):
        pass


class Sniffer(threading.Thread):
    """Where every TCP handshake on loopback was meant to go."""

    def __init__(self):
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3))
        self.targets = set()

    def run(self):
        while True:
            packet = self.socket.recv(65536)
            if packet[0] >> 4 == 4 and packet[9] == 6:
                tcp, target = (packet[0] & 15) * 4, packet[16:20]
            elif packet[0] >> 4 == 6 and packet[6] == 6:
                tcp, target = 40, packet[24:40]
            else:
                continue
            if packet[tcp + 13] & 0x12 == 0x02:
                self.targets.add(str(ipaddress.ip_address(target)))


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


class AddressGuardTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        directory = harness.workspace_of(cls)
        run("ip", "link", "set", "lo", "up")
        for address in FORBIDDEN + [PUBLIC4, PUBLIC6] + OTHERS4:
            bits = "128" if ":" in address else "32"
            if address not in ("127.0.0.1", "::1"):
                run("ip", "addr", "add", f"{address}/{bits}", "dev", "lo")
        for port in (80, 22, 8080):
            threading.Thread(target=Server(("::", port), Web).serve_forever, daemon=True).start()
        cls.names, cls.sniffer = Names(), Sniffer()
        cls.names.start()
        cls.sniffer.start()
        cls.check_the_sniffer()
        settings = {
            "version": 1, "identity": {"product": "crawld", "contact": harness.CONTACT},
            "state_dir": str(directory / "state"), "log": {"directory": str(directory)},
            "crawl": {"seeds": ["http://public.test/", "http://rebind.evil.test/", *urls()[:3]],
                      "scope": {"within": "any"}},
            "network": {"dns_servers": ["127.0.0.1:53"], "dns_ttl_min": "1ms"},
            "politeness": {"host": {"windows": ["1000/1s"]}, "ip": {"windows": []},
                           "backoff_min": "10ms", "backoff_max": "10ms"},
        }
        with harness.Crawler(directory, settings, "--until-idle", env=PROXIES) as crawler:
            cls.exit_code = crawler.wait(120)
            cls.stderr = crawler.stderr()
            cls.events = harness.read_json_lines(crawler.crawl_log)

    @classmethod
    def check_the_sniffer(cls):
        """Every address can be reached, and the sniffer sees it."""
        wanted = [a for a in FORBIDDEN if not a.startswith("fe80")]
        for address in wanted:
            socket.create_connection((address, 80), 5).close()
        harness.wait_for(lambda: cls.sniffer.targets >= {str(ipaddress.ip_address(a))
                                                         for a in wanted}, 10, "the sniffer")
        time.sleep(0.2)
        cls.sniffer.targets.clear()
        Web.seen.clear()

    def test_not_one_syn_goes_to_an_address_that_is_refused(self):
        self.assertEqual(self.sniffer.targets - {PUBLIC4, PUBLIC6, *OTHERS4}, set())

    def test_what_is_public_was_crawled(self):
        self.assertEqual(self.exit_code, 0, self.stderr)
        self.assertIn(PUBLIC4, self.sniffer.targets)
        paths = {path for _, host, path in Web.seen if host == "public.test"}
        self.assertLessEqual({f"/to/{n}" for n in range(len(urls()))} |
                             {"/base", "/headers", "/kinds"}, paths)
        maps = {path for _, host, path in Web.seen if host == "maps.evil.test"}
        self.assertLessEqual({"/page", "/map.xml", "/index.xml", "/feed.xml"}, maps)

    def test_each_refusal_is_in_the_log_with_its_reason(self):
        refused = {e["host"]: e["reason"] for e in self.events
                   if e.get("outcome") == "address_refused"}
        for host, reason in [("169.254.169.254", "metadata"), ("10.0.0.1", "private-address"),
                             ("127.0.0.1", "loopback"), ("localhost", "loopback"),
                             ("a.localhost", "loopback"), ("[fd00:ec2::254]", "metadata"),
                             (label("10.0.0.1"), "private-address"),
                             ("cname.evil.test", "private-address"),
                             ("cname-local.evil.test", "loopback"),
                             ("168.63.129.16", "metadata")]:
            self.assertIn(reason, refused.get(host, "not refused"), host)

    def test_no_other_port_is_asked(self):
        self.assertEqual([entry for entry in Web.seen if entry[1].endswith((":22", ":8080"))], [])

    def test_a_name_that_changes_its_address_is_refused_from_then_on(self):
        self.assertGreater(self.names.asked["rebind.evil.test"], 2)
        refused = [e for e in self.events if e.get("host") == "rebind.evil.test"
                   and e.get("outcome") == "address_refused"]
        self.assertTrue(refused)


def enter_namespace():
    """Runs this file again in a network namespace of its own."""
    for tool in ("unshare", "ip"):
        if not shutil.which(tool):
            harness.skip(f"{tool} is not installed")
    options = ["-n"] if os.geteuid() == 0 else ["-rn"]
    if subprocess.run(["unshare", *options, "true"], stderr=subprocess.DEVNULL).returncode:
        harness.skip("this machine lets nobody make a network namespace")
    os.execvpe("unshare", ["unshare", *options, sys.executable, "-B", *sys.argv],
               {**os.environ, INSIDE: "1"})


if __name__ == "__main__":
    if INSIDE not in os.environ:
        enter_namespace()
    unittest.main()
