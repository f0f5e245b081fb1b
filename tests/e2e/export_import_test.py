"""What `crawld export` writes is what the server was asked for and what its pages link to, and what
`crawld import` takes in as seen is not fetched again."""

import collections
import csv
import io
import json
import os
import subprocess
import unittest

import harness

PAGES = 400
HOSTS = 4
SYNTHETIC = ["--synthetic", "--pages", str(PAGES), "--hosts", str(HOSTS), "--links", "12",
             "--children", "4", "--body-bytes", "2000"]

crawld = harness.command


def reachable(port):
    """The oracle: the URLs of the link graph, by the test web's own walk over it."""
    listed = subprocess.run([harness.program("CRAWLD_DEMO_SITE"), *SYNTHETIC, "--port", str(port),
                             "--urls"], capture_output=True, check=True, text=True)
    return set(listed.stdout.split())


def settings(directory, port, **sections):
    hosts = [f"h{i}.example.test" for i in range(HOSTS)]
    return harness.configuration(directory, port, hosts, **sections)


def crawl_of(port, **limits):
    return {"seeds": [f"http://h0.example.test:{port}/"], "scope": {"within": "domain"},
            "limits": limits}


def pages_asked(web):
    return collections.Counter(f"http://{r.host}:{web.port}{r.uri}" for r in web.requests()
                               if r.uri != "/robots.txt")


class TornLogTest(unittest.TestCase):
    """What a power cut tore is cut where the state is opened, and that is told."""
    SECTORS = 3

    def tear(self, directory):
        """As a log that grew and whose last sectors did not arrive."""
        log = max((directory / "state" / "db").glob("*.log"))
        with log.open("ab") as file:
            file.write(bytes(512 * self.SECTORS))

    def test_a_start_and_an_import_say_how_much_is_cut(self):
        directory = harness.workspace_of(type(self))
        with harness.TestWeb(directory / "web", *SYNTHETIC) as web:
            config = settings(directory, web.port, crawl=crawl_of(web.port, pages=3))
            with harness.Crawler(directory, config, "--until-idle") as crawler:
                self.assertEqual(crawler.wait(60), 0, crawler.stderr())
            self.tear(directory)
            with harness.Crawler(directory, config, "--until-idle") as crawler:
                self.assertEqual(crawler.wait(60), 0, crawler.stderr())
                self.assertEqual(crawler.event("state.cut")["bytes"], 512 * self.SECTORS)
            self.tear(directory)
            url = f"http://h1.example.test:{web.port}/\n".encode()
            for said in (f"{512 * self.SECTORS} bytes were cut off", "1 URLs:"):
                code, out, stderr = crawld(directory, "import", "-", stdin=url)
                self.assertEqual(code, 0, stderr)
                self.assertIn(said, out)
            self.assertNotIn("cut off", out)


class ExportTest(unittest.TestCase):
    """A whole crawl, and one that a limit of pages ended."""

    @classmethod
    def setUpClass(cls):
        cls.directory = harness.workspace_of(cls)
        with harness.TestWeb(cls.directory / "web", *SYNTHETIC) as web:
            cls.expected = reachable(web.port)
            config = settings(cls.directory, web.port, crawl=crawl_of(web.port))
            with harness.Crawler(cls.directory, config, "--until-idle") as crawler:
                assert crawler.wait(60) == 0, crawler.stderr()
            cls.asked = pages_asked(web)
        cls.code, out, cls.stderr = crawld(cls.directory, "export")
        cls.rows = [json.loads(line) for line in out.splitlines()]

    def test_every_reachable_url_is_there_once_and_fetched(self):
        self.assertEqual(self.code, 0, self.stderr)
        self.assertEqual(self.expected, {row["url"] for row in self.rows})
        self.assertEqual(len(self.expected), len(self.rows))
        self.assertEqual({url: 1 for url in self.expected}, dict(self.asked))
        self.assertEqual({("fetched", "ok", 200)},
                         {(row["state"], row["outcome"], row["status"]) for row in self.rows})
        self.assertIn(f"{len(self.expected)} known URLs", self.stderr)

    def test_csv_says_the_same(self):
        path = self.directory / "known.csv"
        code, out, stderr = crawld(self.directory, "export", "--format", "csv", "--output",
                                   str(path))
        self.assertEqual((code, out), (0, ""), stderr)
        text = path.read_bytes().decode()
        rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
        without_empty = [{k: v for k, v in row.items() if v} for row in rows]
        as_text = [{k: str(v) for k, v in row.items() if v != ""} for row in self.rows]
        self.assertEqual(as_text, without_empty)
        self.assertFalse((self.directory / "known.csv.part").exists())

    def test_what_is_no_regular_file_is_written_to_and_stays(self):
        pipe, link = self.directory / "pipe", self.directory / "link"
        os.mkfifo(pipe)
        link.symlink_to(self.directory / "linked.jsonl")
        (self.directory / "linked.jsonl").write_text("earlier")
        piped = self.directory / "piped.jsonl"
        with open(piped, "wb") as out, subprocess.Popen(["cat", str(pipe)], stdout=out) as reader:
            code, _, stderr = crawld(self.directory, "export", "--output", str(pipe))
            self.assertEqual(code, 0, stderr)
            self.assertEqual(reader.wait(60), 0)
        self.assertEqual(len(piped.read_text().splitlines()), len(self.rows))
        self.assertTrue(pipe.is_fifo())
        self.assertEqual(crawld(self.directory, "export", "--output", str(link))[0], 0)
        self.assertTrue(link.is_symlink())
        self.assertEqual(len((self.directory / "linked.jsonl").read_text().splitlines()),
                         len(self.rows))
        self.assertNotEqual(crawld(self.directory, "export", "--output", str(self.directory))[0], 0)

    def test_without_the_log_the_rows_are_there_without_text(self):
        code, out, stderr = crawld(self.directory, "export", "--log", os.devnull)
        self.assertEqual(code, 0, stderr)
        rows = [json.loads(line) for line in out.splitlines()]
        self.assertEqual([(row["key"], row["host"], row["state"]) for row in rows],
                         [(row["key"], row["host"], row["state"]) for row in self.rows])
        self.assertFalse(any("url" in row for row in rows))
        self.assertIn("give older logs with --log", stderr)

    def test_wrong_words_and_missing_files_have_their_exit_codes(self):
        self.assertEqual(crawld(self.directory, "export", "--format", "xml")[0], 64)
        self.assertEqual(crawld(self.directory, "export", "--log", "/no/such/log")[0], 66)
        self.assertEqual(crawld(self.directory, "export", "--output", "/no/such/place")[0], 73)
        if os.path.exists("/dev/full"):
            with open("/dev/full", "wb") as full:
                done = subprocess.run([harness.program("CRAWLD_BINARY"), "export", "--config",
                                       str(self.directory / "crawld.yaml")], stdout=full,
                                      stderr=subprocess.PIPE, timeout=60, check=False)
            self.assertEqual(done.returncode, 74, done.stderr)


class ExportOfARunningCrawlTest(unittest.TestCase):
    def test_it_is_refused_while_a_daemon_has_the_state_and_then_says_what_is_queued(self):
        with harness.Workspace() as directory, \
                harness.TestWeb(directory / "web", *SYNTHETIC) as web:
            config = settings(directory, web.port, crawl=crawl_of(web.port, pages=50))
            (directory / "crawld.yaml").write_text(json.dumps(config))
            code, _, stderr = crawld(directory, "export")
            self.assertEqual(code, 66, stderr)
            self.assertIn("there is no state database", stderr)
            with harness.Crawler(directory, config) as crawler:
                crawler.idled(20)
                code, out, stderr = crawld(directory, "export")
                self.assertEqual((code, out), (75, ""), stderr)
                self.assertEqual(len(stderr.splitlines()), 1, stderr)
                self.assertIn("in use by another instance", stderr)
                crawler.signal(15)
                self.assertEqual(crawler.wait(30), 0, crawler.stderr())
            code, out, stderr = crawld(directory, "export")
            self.assertEqual(code, 0, stderr)
            rows = [json.loads(line) for line in out.splitlines()]
            states = collections.Counter(row["state"] for row in rows)
            asked = pages_asked(web)
            self.assertEqual({row["url"] for row in rows if row["state"] == "fetched"}, set(asked))
            self.assertGreater(states["queued"], 0)
            self.assertEqual(set(states), {"fetched", "queued"})
            self.assertLessEqual({row["url"] for row in rows}, reachable(web.port))
            for row in rows:
                if row["state"] == "queued":
                    self.assertIn(row["via"], asked)


def cdxj_line(url, status="200", mime="text/html"):
    fields = {"url": url, "mime": mime, "status": status, "digest": "sha1:X", "length": "1",
              "offset": "0", "filename": "a.warc.gz"}
    return f"test,example)/ 20260203040506 {json.dumps(fields)}\n"


def heritrix_line(url, status):
    return f"2026-02-03T04:05:06.123Z {status:5} {2000:10} {url} LL - text/html #001 - sha1:X - -\n"


class ImportTest(unittest.TestCase):
    def run(self, result=None):
        with harness.Workspace() as self.directory, \
                harness.TestWeb(self.directory / "web", *SYNTHETIC) as self.web:
            self.urls = sorted(reachable(self.web.port))
            self.configure()
            return super().run(result)

    def configure(self, **limits):
        config = settings(self.directory, self.web.port, crawl=crawl_of(self.web.port, **limits))
        (self.directory / "crawld.yaml").write_text(json.dumps(config))
        return config

    def take(self, text, *arguments):
        """The first line of what it says, behind the name."""
        code, out, stderr = crawld(self.directory, "import", *arguments, "-", stdin=text.encode())
        self.assertEqual(code, 0, stderr)
        return out.split(": ", 1)[1].strip()

    def crawl(self):
        with harness.Crawler(self.directory, self.configure(), "--until-idle") as crawler:
            self.assertEqual(crawler.wait(60), 0, crawler.stderr())
        return pages_asked(self.web)

    def test_what_another_crawler_fetched_is_not_fetched_again(self):
        """Its index, its log of the same, a failure in it, and what it had not come to."""
        fetched, failed, waiting = self.urls[:300], self.urls[300:310], self.urls[310:]
        index = "".join(cdxj_line(url) for url in fetched[:200])
        log = "".join(heritrix_line(url, 200) for url in fetched[100:]) + \
            "".join(heritrix_line(url, -2) for url in failed)
        self.assertEqual(self.take(index, "--as", "seen"),
                         "200 URLs: 0 queued, 200 added as fetched, 0 taken from their queues, "
                         "0 known, 0 rejected")
        self.assertEqual(self.take(log, "--as", "seen"),
                         "210 URLs: 10 queued, 100 added as fetched, 0 taken from their queues, "
                         "100 known, 0 rejected")
        self.assertEqual(self.take("\n".join(waiting)),
                         f"{len(waiting)} URLs: {len(waiting)} queued, 0 added as fetched, "
                         "0 taken from their queues, 0 known, 0 rejected")
        for text, arguments in ((index, ("--as", "seen")), (log, ("--as", "seen")), (log, ())):
            self.assertIn(" 0 queued, 0 added as fetched, 0 taken", self.take(text, *arguments))
        asked = self.crawl()
        self.assertEqual(dict(asked), {url: 1 for url in failed + waiting})
        code, out, stderr = crawld(self.directory, "export")
        self.assertEqual(code, 0, stderr)
        rows = [json.loads(line) for line in out.splitlines()]
        self.assertEqual(len(rows), len(self.urls))
        self.assertEqual({row["state"] for row in rows}, {"fetched"})

    def test_an_export_is_a_list_of_urls_to_import(self):
        with harness.Crawler(self.directory, self.configure(pages=50), "--until-idle") as crawler:
            self.assertEqual(crawler.wait(60), 0, crawler.stderr())
        first = pages_asked(self.web)
        _, out, _ = crawld(self.directory, "export")
        rows = [json.loads(line) for line in out.splitlines()]
        (self.directory / "state").rename(self.directory / "old-state")
        for state, how in (("queued", "queued"), ("fetched", "seen")):
            self.take("\n".join(r["url"] for r in rows if r["state"] == state), "--as", how)
        both = self.crawl()
        self.assertEqual({url: count for url, count in both.items() if count > 1}, {})
        self.assertLess(len(first), len(both))
        self.assertEqual(set(both), set(self.urls))

    def test_it_is_refused_while_a_daemon_has_the_state(self):
        with harness.Crawler(self.directory, self.configure()) as crawler:
            crawler.event("crawl.idled")
            code, out, stderr = crawld(self.directory, "import", "-", stdin=b"http://a/\n")
            self.assertEqual((code, out), (75, ""), stderr)
            self.assertIn("in use by another instance", stderr)

    def test_what_cannot_be_imported_is_named(self):
        seen = self.directory / "requests.seen"
        seen.write_text("00b1c9a0e8a1d6b8a4d1b1fd6d3be7ad6f3f8d55\n" * 3)
        code, _, stderr = crawld(self.directory, "import", str(seen))
        self.assertEqual(code, 65, stderr)
        self.assertIn("requests.seen of Scrapy", stderr)
        code, _, stderr = crawld(self.directory, "import", "-",
                                 stdin=b"http://elsewhere.test/\x1b[2J\xff\n")
        self.assertEqual(code, 65, stderr)
        self.assertIn(':1: out-of-scope: "http://elsewhere.test/\\u001b[2J\\ufffd"', stderr)
        state = self.directory / "state"
        before = {path: path.read_bytes() for path in state.rglob("*") if path.is_file()}
        self.assertEqual(crawld(self.directory, "import", "/no/such/file")[0], 66)
        self.assertEqual(crawld(self.directory, "import")[0], 64)
        self.assertEqual(crawld(self.directory, "import", "--as", "done", str(seen))[0], 64)
        self.assertEqual(before, {path: path.read_bytes() for path in before})


if __name__ == "__main__":
    unittest.main()
