"""No turn of a loop computes for long, whatever the network sends and however many hosts
there are. What a turn takes of the clock depends on what else the machine does; what it computes is
its own."""

import signal
import unittest

import harness
import raw_server
import slow_web

# Five times what is promised: what others on the machine do to its caches is in the CPU time.
TURN_MAX_MS = 50 * harness.SLOW
BODY_BYTES = 16 << 20
MANY = "many.test"
HOSTS = 10_000


def cut_to_body(pieces):
    """As many of the pieces as fit a body."""
    out, size = [], 0
    for piece in pieces:
        size += len(piece)
        if size > BODY_BYTES:
            break
        out.append(piece)
    return b"".join(out)


def numbered(pattern, count=10_000_000):
    return (pattern % n for n in range(count))


def sitemap(pattern, count):
    return (b"<urlset>" + b"".join(b"<url><loc>" + pattern % n + b"</loc></url>"
                                   for n in range(count)) + b"</urlset>")


def robots():
    lines = [f"Disallow: /*{n}*a*b$" for n in range(5_000)]
    lines += [f"Sitemap: http://{MANY}/sitemap-{n}.xml" for n in range(8_000)]
    return ("User-agent: *\n" + "\n".join(lines)).encode()


def bodies(port):
    """name: body, each made to give somebody as much to do as possible."""
    here = b"http://%s:%d" % (MANY.encode(), port)
    long_base = b"<base href='/%s/'>" % (b"b" * 1_900)
    return {
        "links.html": cut_to_body(numbered(b"<a href=/l/%d>")),
        "long-links.html": long_base + cut_to_body(numbered(b"<a href=%d>", 1_000_000)),
        "hosts.html": cut_to_body(numbered(b"<a href=//h%d.test/>")),
        "deep.html": cut_to_body([b"<div>"] * (BODY_BYTES // 5)),
        "plain.txt": b"x" * BODY_BYTES,
        "sitemap-own.xml": sitemap(here + b"/s/%d.html", 50_000),
        "sitemap-more.xml": sitemap(here + b"/%d.html", 100_000),
        "sitemap-hosts.xml": sitemap(b"http://h%d.test/", 100_000),
        "sitemap-long.xml": sitemap(here + b"/" + b"s" * 1_900 + b"/%d", 20_000),
    }


class Heads(raw_server.RawServer):
    """Heads of responses as large as is let through."""
    LINES = 1_990
    HEAD_BYTES = 290_000

    def answer(self, request):
        return self.HEADS[request.target]() if request.target in self.HEADS else \
            b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

    @staticmethod
    def head(lines, status=200):
        return (b"HTTP/1.1 %d OK\r\nContent-Type: text/html\r\nContent-Length: 0\r\n"
                b"Connection: close\r\n" % status
                + b"".join(line + b"\r\n" for line in lines) + b"\r\n")

    HEADS = {
        "/lines": lambda: Heads.head([b"a:b"] * Heads.LINES),
        "/links": lambda: Heads.head([b"Link: " + b"<a>;rel=next," * 10] * Heads.LINES),
        "/tags": lambda: Heads.head([b"X-Robots-Tag: " + b"crawld:nofollow," * 8] * Heads.LINES),
        "/link": lambda: Heads.head([b"Link: " + b"<a>;rel=next," * 7_000]),
        "/location": lambda: Heads.head([b"Location: /" + b"%c3/../" * 13_000], 301),
        "/cookie": lambda: Heads.head([b"Set-Cookie: " + b"c=d;" * 24_000]),
        "/interim": lambda: (b"HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n" * 900
                             + Heads.head([])),
    }


class TurnsTest(unittest.TestCase):
    def setUp(self):
        workspace = harness.Workspace()
        self.directory = workspace.__enter__()
        self.addCleanup(workspace.__exit__, None)

    def crawler(self, settings, *arguments):
        crawler = harness.Crawler(self.directory, settings, *arguments)
        self.addCleanup(crawler.end)
        return crawler

    def check_turns(self, crawler):
        """At work, that is: at the end nobody waits for the loop any more."""
        crawler.signal(signal.SIGUSR2)
        longest = crawler.event("crawl.progressed")["turn_cpu_ms_max"]
        crawler.signal(signal.SIGTERM)
        self.assertEqual(crawler.wait(30), 0, crawler.stderr())
        print(f"{self.id().split('.')[-1]}: longest turn {longest:.1f} ms of CPU, "
              f"{crawler.cpu_seconds():.1f} s in all")
        stalls = [e for e in crawler.events() if e["event"] == "loop.stalled"]
        if longest > TURN_MAX_MS:
            harness.skip_where_processors_are_lent(self, TURN_MAX_MS)
        self.assertLessEqual(longest, TURN_MAX_MS, stalls)

    def test_bodies(self):
        site = self.directory / MANY
        site.mkdir()
        with harness.Nginx(self.directory, {MANY: [f"root {site};"]}) as nginx:
            made = bodies(nginx.port)
            for name, body in made.items():
                (site / name).write_bytes(body)
            (site / "robots.txt").write_bytes(robots())
            base = f"http://{MANY}:{nginx.port}/"
            seeds = [{"sitemap": base + name} if name.endswith(".xml") else base + name
                     for name in made]
            settings = harness.configuration(
                self.directory, nginx.port, [MANY],
                crawl={"seeds": seeds, "scope": {"within": "any"},
                       "limits": {"pages": len(made) + 500}},
                archive={"format": "none"})
            crawler = self.crawler(settings)
            crawler.idled(120)
        settled = {e["url"].split("/", 3)[3] for e in crawler.settled() if e["host"] == MANY}
        self.assertEqual(set(made) - settled, set())
        self.check_turns(crawler)

    def test_heads(self):
        server = Heads()
        server.start()
        seeds = [f"http://{MANY}:{server.port}{target}" for target in server.HEADS]
        settings = harness.configuration(self.directory, server.port, [MANY],
                                         crawl={"seeds": seeds}, archive={"format": "none"})
        crawler = self.crawler(settings)
        crawler.idled(60)
        self.assertLessEqual(set(server.HEADS), {request.target for request in server.seen})
        self.check_turns(crawler)

    def test_many_hosts_join_and_all_are_configured_anew(self):
        hosts = [slow_web.address_of(n) for n in range(HOSTS)]
        seeds = self.directory / "seeds.txt"
        (self.directory / "www").mkdir()
        (self.directory / "www" / "index.html").write_text("<a href=/1.html><a href=/2.html>")
        port = harness.free_port()
        site = [f"listen 0.0.0.0:{port};", f"root {self.directory}/www;"]
        with harness.Nginx(self.directory, {"_": site}) as nginx:
            seeds.write_text("".join(f"http://{host}:{port}/\n" for host in hosts))
            settings = harness.configuration(self.directory, port, [],
                                             crawl={"seeds": [], "scope": {"within": "host"}},
                                             archive={"format": "none"})
            crawler = self.crawler(settings)
            crawler.event("daemon.ready")
            settings["crawl"]["seeds"] = [{"file": str(seeds)}]
            self.reload(crawler, settings)
            harness.wait_for(lambda: nginx.count() > HOSTS, 120, "half of the requests")
            settings["politeness"]["host"]["windows"] = ["10/1s"]
            settings["hosts"] = [{"match": host, "politeness": {"host": {"windows": ["20/1s"]}}}
                                 for host in hosts[:1_000]]
            self.reload(crawler, settings)
            # robots.txt, the page and its two links, of which there is none
            harness.wait_for(lambda: nginx.count() >= 4 * HOSTS, 120, "all requests")
            crawler.idled(60, HOSTS)
        loaded = [e for e in crawler.events() if e["event"] == "config.loaded"]
        self.assertEqual(len(loaded), 3)
        fetched = {e["host"] for e in crawler.settled() if e["status"] == 200}
        self.assertEqual(len(fetched), HOSTS)
        self.check_turns(crawler)

    @staticmethod
    def reload(crawler, settings):
        crawler.write_config(settings)
        crawler.signal(signal.SIGHUP)


if __name__ == "__main__":
    harness.program("CRAWLD_BINARY")
    unittest.main()
