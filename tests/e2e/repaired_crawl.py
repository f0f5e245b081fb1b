"""What tests of `crawld repair` share: crawls that crashed, and how their files are damaged."""

import collections
import json
import os
import shutil
import unittest

import crashed_crawl
import harness
import warc
from archive_test import settings_of
from crashed_crawl import PAGES

IN_FLIGHT = 16
GZIP_HEAD = b"\x1f\x8b\x08\x00"


def break_manifest(state):
    for path in (state / "db").glob("MANIFEST-*"):
        path.unlink()


def break_table(state):
    """One that holds known URLs: the largest."""
    path = max((state / "db").glob("*.sst"), key=lambda p: p.stat().st_size)
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 1
    path.write_bytes(data)


def break_links(state):
    """Of all files that are sealed: the records that tell what was found on pages."""
    broken = 0
    for path in (state / "archive").glob("*.warc.gz"):
        data = bytearray(path.read_bytes())
        members = list(warc.members(path))
        ends = [offset for offset, _ in members[1:]] + [len(data)]
        for (offset, text), end in zip(members, ends):
            if b"\r\nWARC-Type: metadata\r\n" in text:
                data[(offset + end) // 2] ^= 1
                broken += 1
        path.write_bytes(data)
    return broken


def open_file(state):
    path, = (state / "archive").glob("*.open")
    return path


def sealed_file(state):
    return next((state / "archive").glob("*.warc.gz"))


def damage_at(path, where):
    """A byte at that share of the file; what is behind its record stays. In gzip it is one of the
    record's checksum, for not every byte counts: the time in its head, the last bits."""
    data = bytearray(path.read_bytes())
    at = int(len(data) * where)
    if data.startswith(GZIP_HEAD):
        behind = data.find(GZIP_HEAD, at + 1)
        at = (behind if behind > 0 else len(data)) - 8
    data[at] ^= 1
    path.write_bytes(data)


def cut_at(path, where):
    os.truncate(path, int(path.stat().st_size * where))


class RepairedCrawl(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.directory, cls.web = crashed_crawl.make_web(cls)
        cls.crashed = cls.directory / "crashed"
        crashed_crawl.crash(cls.crashed, cls.web, (0.25, 0.5))

    def copy(self, name, logs):
        copy = self.directory / name
        copy.mkdir()
        shutil.copytree(self.crashed / "state", copy / "state")
        if logs:
            shutil.copy(self.crashed / "crawl.jsonl", copy)
        (copy / "crawld.yaml").write_text(json.dumps(settings_of(copy, self.web)))
        return copy

    def known(self, copy):
        code, out, stderr = harness.command(copy, "export")
        self.assertEqual(code, 0, stderr)
        return collections.Counter(json.loads(line)["state"] for line in out.splitlines())

    def check_continuation(self, copy, left):
        asked_before = len(self.web.requests())
        with harness.Crawler(copy, (copy / "crawld.yaml").read_text(), "--until-idle") as crawler:
            self.assertEqual(crawler.wait(60), 0, crawler.stderr())
        asked = [f"http://{r.host}:{self.web.port}{r.uri}"
                 for r in self.web.requests()[asked_before:] if r.uri != "/robots.txt"]
        self.assertEqual(len(asked), left)
        pages = collections.Counter(
            r.url for r in warc.archive(copy / "state" / "archive")
            if r.kind in ("response", "revisit") and not r.url.endswith("/robots.txt"))
        self.assertEqual(len(pages), PAGES)
        self.assertEqual([url for url, count in pages.items() if count > 1], [])
        self.assertEqual(self.known(copy), {"fetched": PAGES})
        code, out, stderr = harness.command(copy, "verify")
        self.assertEqual(code, 0, out + stderr)
        self.check_list(copy)

    def check_list(self, copy, visited_again=0):
        listed = collections.Counter(
            json.loads(line)["url"] for path in (copy / "state" / "pages").glob("*.jsonl")
            for line in path.read_text().splitlines())
        twice = [url for url, count in listed.items() if count > 1]
        self.assertLessEqual(len(twice), visited_again, twice)
        # A group that was archived as the crash came may lack its lines.
        self.assertGreaterEqual(len(listed), PAGES - IN_FLIGHT)

    def check_all_is_found(self, copy):
        with harness.Crawler(copy, (copy / "crawld.yaml").read_text(), "--until-idle") as crawler:
            self.assertEqual(crawler.wait(60), 0, crawler.stderr())
        self.assertEqual(self.known(copy), {"fetched": PAGES})
