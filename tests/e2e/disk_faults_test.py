"""Disks that fill up, run out of inodes or fail, under the state, the archive or the crawl log: the
crawl pauses, says so once, costs nothing meanwhile, and goes on by itself; or it ends at once, and
the next start recovers. In the end each page is in the archive once. The oracle is the test web: it
has so many pages, and its log says what was asked for."""

import collections
import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import time
import unittest

import harness
import warc

PAGES = 1200
HOSTS = 4
WINDOW = "10/200ms"  # of each host: the crawl takes some seconds
BODY_BYTES = 4000
PAUSE_S = 2
DISK_BYTES = 64 << 20
ALMOST_BYTES = 1 << 20  # others may write meanwhile
LOW_BYTES = DISK_BYTES // 33  # of it free is too little


class SmallDisk:
    """A file system of its own, gone at the end of the test."""

    def __init__(self, test, name, options=f"size={DISK_BYTES}", kind="tmpfs"):
        self.path = test.directory / name
        self.path.mkdir()
        self.ballast = self.path / "ballast"
        made = self._mount(test, kind, options)
        if made.returncode != 0:
            test.skipTest(f"a small {kind} cannot be mounted: {made.stderr.strip()}")
        test.addCleanup(subprocess.run, ["umount", "-l", str(self.path)])

    def _mount(self, test, kind, options):
        source = "none"
        if kind == "ext4":
            source = test.directory / f"{self.path.name}.img"
            with open(source, "wb") as image:
                image.truncate(DISK_BYTES)
            subprocess.run(["mkfs.ext4", "-q", str(source)], check=True)
        return subprocess.run(["mount", "-t", kind, "-o", options, str(source), str(self.path)],
                              capture_output=True, text=True)

    def fill(self, left=0):
        """Others' bytes, until just `left` are free."""
        with open(self.ballast, "wb", buffering=0) as out, contextlib.suppress(OSError):
            free = os.statvfs(self.path)
            size = free.f_bavail * free.f_frsize - left
            if left == 0:
                size -= ALMOST_BYTES
            os.posix_fallocate(out.fileno(), 0, size)
            while left == 0:
                os.pwrite(out.fileno(), b"\0" * 4096, size)
                size += 4096

    def fill_inodes(self):
        self.ballast.mkdir()
        with contextlib.suppress(OSError):
            for i in range(100_000):
                (self.ballast / str(i)).touch()

    def empty(self):
        if self.ballast.is_dir():
            shutil.rmtree(self.ballast)
        else:
            self.ballast.unlink()


def bytes_in(directory):
    return sum(path.stat().st_size for path in directory.iterdir())


class DiskFaultsTest(unittest.TestCase):
    def setUp(self):
        workspace = harness.Workspace()
        self.directory = workspace.__enter__()
        self.addCleanup(workspace.__exit__, None)
        self.hosts = [f"h{i}.example.test" for i in range(HOSTS)]
        self.archives = [self.directory / "state" / "archive"]

    def settings(self, archive=None, limits=None, **sections):
        self.web = harness.TestWeb(self.directory, "--synthetic", "--pages", str(PAGES), "--hosts",
                                   str(HOSTS), "--body-bytes", str(BODY_BYTES))
        self.addCleanup(self.web.end)
        archive = {"format": "warc", **(archive or {})}
        if "directory" in archive:
            self.archives = [pathlib.Path(archive["directory"])]
        crawl = {"seeds": [f"http://{self.hosts[0]}:{self.web.port}/"], "scope": {"within": "any"},
                 "limits": {"disk_free_percent": 0, **(limits or {})}}
        return harness.configuration(
            self.directory, self.web.port, self.hosts, crawl=crawl, archive=archive,
            politeness={"host": {"windows": [WINDOW], "concurrency": 4},
                        "ip": {"windows": [], "concurrency": 0}}, **sections)

    def start(self, settings, *, after_pages=0, **options):
        crawler = harness.Crawler(self.directory, settings, "--until-idle", **options)
        self.addCleanup(crawler.end)
        if after_pages:
            self.await_pages(crawler, after_pages)
        return crawler

    def await_pages(self, crawler, count):
        harness.wait_for(
            lambda: self.web.asked_for() >= count
            or crawler.poll() is not None, 60, f"page {count}\n{crawler.stderr()}")
        self.assertIsNone(crawler.poll(), crawler.stderr())

    def events(self, crawler, name):
        return [e for e in crawler.events() if e.get("event") == name]

    def assert_pauses(self, crawler, directory, *words):
        """It says so once, waits, and computes next to nothing."""
        said = crawler.event("disk.filled", 60)
        self.assertEqual(said["path"], str(directory))
        for word in words:
            self.assertIn(word, said["detail"])
        harness.wait_for(lambda: self.asked_for_nothing_new(), 30, "the pause")
        before = crawler.cpu_seconds_so_far()
        time.sleep(PAUSE_S)
        self.assertIsNone(crawler.poll(), "it pauses and waits")
        took = crawler.cpu_seconds_so_far() - before
        if took >= 0.15 * PAUSE_S and harness.SLOW == 1:
            jump = harness.clock_jump_ms(time.thread_time_ns)
            print(f"{took:.2f} s of CPU in the pause, where CPU time jumps by {jump:.0f} ms itself")
            self.assertGreater(jump, 100, "it spins")
        self.assertEqual(len(self.events(crawler, "disk.filled")), 1, crawler.stderr())
        self.assertLessEqual(len(self.events(crawler, "commit.failed")), 1, crawler.stderr())

    def asked_for_nothing_new(self):
        size = self.web.access_log.stat().st_size
        time.sleep(0.5)
        return self.web.access_log.stat().st_size == size

    def assert_goes_on(self, crawler, directory):
        self.assertEqual(crawler.event("disk.recovered", 60)["path"], str(directory))
        self.assert_ends_whole(crawler)

    def assert_ends_whole(self, crawler, refetched=0):
        self.assertEqual(crawler.wait(120), 0, crawler.stderr())
        records = [r for directory in self.archives for r in warc.archive(directory)]
        pages = collections.Counter(r.url for r in records if r.kind in ("response", "revisit")
                                    and not r.url.endswith("/robots.txt"))
        self.assertEqual([url for url, count in pages.items() if count > 1], [])
        self.assertEqual(len(pages), PAGES)
        asked = collections.Counter(f"http://{r.host}:{self.web.port}{r.uri}"
                                    for r in self.web.requests() if r.uri != "/robots.txt")
        self.assertEqual(set(pages), set(asked))
        self.assertLessEqual(sum(asked.values()) - PAGES, refetched)
        return records

    def test_the_archives_disk_is_full(self):
        disk = SmallDisk(self, "small")
        archive = disk.path / "archive"
        crawler = self.start(self.settings({"directory": str(archive)}), after_pages=PAGES // 8)
        disk.fill()
        self.assert_pauses(crawler, archive, "No space left")
        disk.empty()
        self.assert_goes_on(crawler, archive)

    def test_the_states_disk_is_full_and_the_archives_is_not(self):
        disk = SmallDisk(self, "small")
        state, archive = disk.path / "state", self.directory / "archive"
        # The database takes room for its log in advance: what fills later does not lack it.
        disk.fill(left=200_000)
        crawler = self.start(self.settings({"directory": str(archive)}, state_dir=str(state)))
        self.assert_pauses(crawler, state, "No space left")
        disk.empty()
        self.assert_goes_on(crawler, state)

    def test_no_inode_is_left_for_the_next_archive_file(self):
        disk = SmallDisk(self, "small", "size=64m,nr_inodes=200")
        archive = disk.path / "archive"
        crawler = self.start(self.settings({"directory": str(archive), "file_max": "1MiB"}),
                             after_pages=PAGES // 8)
        disk.fill_inodes()
        self.assert_pauses(crawler, archive, "No space left")
        disk.empty()
        self.assert_goes_on(crawler, archive)

    def test_the_crawl_logs_disk_is_full(self):
        """The crawl goes on. What is lost of the log is counted; what is in it is whole."""
        disk = SmallDisk(self, "small")
        logs = disk.path / "logs"
        crawler = self.start(self.settings(log={"directory": str(logs)}), after_pages=PAGES // 8)
        disk.fill()
        lost = crawler.event("log.failed", 30)["lost"]
        self.assertGreater(lost, 0)
        self.await_pages(crawler, PAGES // 2)
        disk.empty()
        self.assert_ends_whole(crawler)
        self.assertEqual(len(self.events(crawler, "log.failed")), 1)
        lines = (logs / "crawl.jsonl").read_text().splitlines()
        told = [event["url"] for event in harness.read_json_lines(logs / "crawl.jsonl")
                if event["event"] == "fetch.settled" and event["kind"] == "page"]
        self.assertEqual(len(told), len(set(told)))
        self.assertGreater(len(told), PAGES // 8)
        self.assertLess(len(told), PAGES)
        whole = len(harness.read_json_lines(logs / "crawl.jsonl"))
        self.assertLessEqual(len(lines) - whole, 1, "where the disk was full a line may be cut")

    def test_the_archive_has_a_disk_of_its_own_that_fills_up(self):
        disk = SmallDisk(self, "small")
        archive = disk.path / "archive"
        crawler = self.start(self.settings({"directory": str(archive)},
                                           {"disk_free_percent": 5}), after_pages=PAGES // 8)
        disk.fill(left=LOW_BYTES)
        self.assert_pauses(crawler, archive, "limits.disk_free_percent")
        crawler.signal(signal.SIGUSR2)
        harness.wait_for(lambda: any(str(archive) in e["paused"] for e in
                                     self.events(crawler, "crawl.progressed")), 10, "the reason")
        disk.empty()
        self.assert_goes_on(crawler, archive)

    def test_the_disk_budget_of_the_archive(self):
        """It pauses at the bound, goes on when files are moved away, and again when the bound is
        raised."""
        budget = 1 << 20
        settings = self.settings({"file_max": "1MiB", "disk_budget": "1MiB"})
        crawler = self.start(settings)
        archive, away = self.archives[0], self.directory / "away"
        self.assert_pauses(crawler, archive, "archive.disk_budget")
        self.assertGreaterEqual(bytes_in(archive), budget)
        self.assertLess(bytes_in(archive), 2 * budget, "what was under way is kept too")
        away.mkdir()
        for path in [*archive.glob("*.warc.gz"), *archive.glob("*.cdxj")]:
            path.rename(away / path.name)
        self.archives.append(away)
        crawler.event("disk.recovered", 30)
        harness.wait_for(lambda: len(self.events(crawler, "disk.filled")) == 2, 60,
                         f"the second pause\n{crawler.stderr()}")
        settings["archive"]["disk_budget"] = "0"
        crawler.write_config(settings)
        crawler.signal(signal.SIGHUP)
        self.assert_goes_on(crawler, archive)
        self.assertEqual(len(self.events(crawler, "disk.recovered")), 2)

    def test_the_archives_disk_runs_out_of_inodes(self):
        disk = SmallDisk(self, "small", "size=64m,nr_inodes=200")
        archive = disk.path / "archive"
        crawler = self.start(self.settings({"directory": str(archive)},
                                           {"disk_free_percent": 5}), after_pages=PAGES // 8)
        disk.fill_inodes()
        self.assert_pauses(crawler, archive, "inodes")
        disk.empty()
        self.assert_goes_on(crawler, archive)

    def test_an_archive_that_cannot_be_written_is_refused_before_anything_is_asked_for(self):
        disk = SmallDisk(self, "archive-disk", "ro")
        crawler = self.start(self.settings({"directory": str(disk.path)}))
        self.assertEqual(crawler.wait(30), 73, crawler.stderr())
        self.assertIn(f"cannot write to the archive directory {disk.path}", crawler.stderr())
        self.assertEqual(self.web.asked_for(), 0)

    def test_the_crawl_log_has_a_disk_of_its_own_that_fills_up(self):
        disk = SmallDisk(self, "small")
        logs = disk.path / "logs"
        crawler = self.start(self.settings(limits={"disk_free_percent": 5},
                                           log={"directory": str(logs)}), after_pages=PAGES // 8)
        disk.fill(left=LOW_BYTES)
        self.assert_pauses(crawler, logs, "limits.disk_free_percent")
        disk.empty()
        self.assert_goes_on(crawler, logs)
        lines = [e for e in harness.read_json_lines(logs / "crawl.jsonl")
                 if e["event"] == "fetch.settled" and e["kind"] == "page"]
        self.assertEqual(len(lines), PAGES)


if __name__ == "__main__":
    harness.program("CRAWLD_BINARY")
    unittest.main()
