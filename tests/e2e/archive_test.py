"""The archive of a crawl that is killed with -9 again and again (CRAWLD_KILLS, 50): in the end each
page is in it once, every record is whole, and what the log told is there; so it is with the list of
pages. The oracle is the test
web: it has so many pages, and its log says what was asked for."""

import collections
import json
import os
import random
import signal
import time
import unittest

import harness
import warc

KILLS = int(os.environ.get("CRAWLD_KILLS", "50" if harness.SLOW == 1 else "8"))
PAGES = (40 if harness.SLOW == 1 else 100) * (KILLS + 2)
HOSTS = 4
CONCURRENCY = 4
SEED = 20260204


def settings_of(directory, web, **archive):
    hosts = [f"h{i}.example.test" for i in range(HOSTS)]
    return harness.configuration(
        directory, web.port, hosts,
        crawl={"seeds": [f"http://{hosts[0]}:{web.port}/"], "scope": {"within": "any"}},
        politeness={"host": {"windows": [], "concurrency": CONCURRENCY},
                    "ip": {"windows": [], "concurrency": 0},
                    "global": {"concurrency": CONCURRENCY * HOSTS}},
        archive={"format": "warc", "file_max": "1MiB", **archive},
        pages={"format": "jsonl", "file_max": "1MiB"})


class ArchiveTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        directory = harness.workspace_of(cls)
        with harness.TestWeb(directory / "web", "--synthetic", "--pages", str(PAGES), "--hosts",
                             str(HOSTS)) as web:
            settings = settings_of(directory, web)
            cls.kills = cls.crash_repeatedly(directory, web, settings)
            with harness.Crawler(directory, settings, "--until-idle") as crawler:
                cls.exit_code = crawler.wait(120)
                cls.stderr = crawler.stderr()
                cls.settled = crawler.settled()
            cls.requests = web.requests()
            cls.port = web.port
        cls.verified = harness.command(directory, "verify")
        cls.directory = directory / "state" / "archive"
        cls.listed = [json.loads(line)
                      for path in (directory / "state" / "pages").glob("pages-*.jsonl")
                      for line in path.read_text().splitlines()]
        cls.records = warc.archive(cls.directory)
        cls.pages = collections.Counter(
            r.url for r in cls.records
            if r.kind in ("response", "revisit") and not r.url.endswith("/robots.txt"))
        print(f"{cls.kills} kills, {len(cls.pages)} pages, {len(cls.records)} records in "
              f"{len(list(cls.directory.glob('*.gz')))} files")

    @classmethod
    def crash_repeatedly(cls, directory, web, settings):
        prng = random.Random(SEED)
        for kill in range(KILLS):
            with harness.Crawler(directory, settings, "--until-idle") as crawler:
                # Every fourth dies while it starts, or while it recovers.
                share = 0 if kill % 4 == 3 else PAGES * kill // (KILLS * 5 // 4)
                harness.wait_for(
                    lambda: web.asked_for() >= share or crawler.poll() is not None, 60,
                    f"request {share}\n{crawler.stderr()}")
                time.sleep(prng.random() * (0.3 if share == 0 else 0.05))
                if crawler.poll() is not None:
                    if crawler.poll() != 0:
                        raise AssertionError(f"kill {kill}:\n{crawler.stderr()}")
                    return kill
                crawler.signal(signal.SIGKILL)
                crawler.wait(10)
        return KILLS

    def test_it_was_killed_and_ends_by_itself(self):
        self.assertEqual(self.exit_code, 0, self.stderr)
        self.assertEqual(self.kills, KILLS)

    def test_every_page_is_archived_once(self):
        self.assertEqual([url for url, count in self.pages.items() if count > 1], [])
        self.assertEqual(len(self.pages), PAGES)
        asked = {f"http://{r.host}:{self.port}{r.uri}" for r in self.requests
                 if r.uri != "/robots.txt"}
        self.assertEqual(set(self.pages), asked)

    def test_verify_finds_no_fault(self):
        code, out, _ = self.verified
        self.assertEqual(code, 0, out)
        self.assertIn(f"{PAGES} known URLs of {HOSTS} hosts", out)
        self.assertIn(f"with {len(self.records)} records", out)

    def test_only_what_was_under_way_was_asked_for_again(self):
        pages = sum(r.uri != "/robots.txt" for r in self.requests)
        self.assertLessEqual(pages - PAGES, self.kills * CONCURRENCY * HOSTS)

    def test_what_the_log_told_is_where_it_says(self):
        places = {(r.file, r.offset): r for r in self.records}
        for event in self.settled:
            record = places.get((event["warc_file"], event["warc_offset"]))
            self.assertIsNotNone(record, event)
            self.assertEqual((record.url, record.status), (event["url"], event["status"]))

    def test_every_page_is_listed_once_with_its_place_in_the_archive(self):
        places = {(r.file, r.offset): r.url for r in self.records}
        self.assertEqual(len(self.listed), PAGES)
        for page in self.listed:
            self.assertEqual(places[page["warc_file"], page["warc_offset"]], page["url"])
            self.assertGreater(page["text_bytes"], 0)
            self.assertIn("title", page)
        self.assertEqual({page["url"] for page in self.listed}, set(self.pages))

    def test_a_body_of_another_url_is_referred_to(self):
        """All hosts have the same robots.txt."""
        payloads = {(r.url, r.fields["WARC-Date"]): r.fields["WARC-Payload-Digest"]
                    for r in self.records if r.kind == "response"}
        revisits = [r for r in self.records if r.kind == "revisit"]
        referred = [(r.fields["WARC-Refers-To-Target-URI"], r.fields["WARC-Refers-To-Date"])
                    for r in revisits]
        self.assertEqual([payloads[place] for place in referred],
                         [r.fields["WARC-Payload-Digest"] for r in revisits])
        self.assertGreater(len([r for r, (url, _) in zip(revisits, referred) if r.url != url]), 0)

    def test_each_exchange_has_its_request_and_its_metadata(self):
        of = collections.defaultdict(set)
        for record in self.records:
            if record.kind in ("request", "metadata"):
                of[record.fields["WARC-Concurrent-To"]].add(record.kind)
        for record in self.records:
            if record.kind == "response":
                self.assertEqual(of[record.fields["WARC-Record-ID"]], {"request", "metadata"})

    def test_an_independent_reader_finds_the_same(self):
        self.assertEqual(warc.count_by_warcio(self, self.directory), len(self.records))


class FirstStartTest(unittest.TestCase):
    """A first start that was killed before it made the database leaves an empty directory."""

    def exit_code(self, *left):
        with harness.Workspace() as directory:
            archive = directory / "state" / "archive"
            archive.mkdir(parents=True)
            for name in left:
                (archive / name).write_text("")
            settings = harness.configuration(directory, 1, [], archive={"format": "warc"})
            with harness.Crawler(directory, settings, "--until-idle") as crawler:
                return crawler.wait(30)

    def test_an_empty_archive_directory_is_no_strangers(self):
        self.assertEqual(self.exit_code(), 0)

    def test_an_archive_without_its_state_is_refused(self):
        self.assertEqual(self.exit_code("crawld-00000.warc.gz"), 65)


if __name__ == "__main__":
    harness.program("CRAWLD_BINARY")
    unittest.main()
