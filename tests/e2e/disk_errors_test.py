"""A call to the disk fails once or for a while (strace's injection, a file system that turns
read-only): what passes is tried again, and the crawl goes on by itself; what does not pass ends the
daemon at once, with exit code 74, no failed sync is tried again, and the next start recovers. In
the end the oracle of crashes.py is asked."""

import collections
import dataclasses
import os
import pathlib
import resource
import subprocess
import time
import unittest

import crashes
import harness
from kill_points_test import environment_under_strace, kill_group, strace_or_skip

OS_LIMIT, CANNOT_CREATE, IO = 71, 73, 74
SHAPE = crashes.Shape(pages=100, body_bytes=60_000, windows=((10, 0.05),), concurrency=6)
MANY = dataclasses.replace(SHAPE, pages=1500, body_bytes=4000, windows=((40, 0.1),),
                           concurrency=16, sections={"store": {"memtables": "1MiB"}})
FEW_FILES = 10  # fewer than are open
PAUSE_S = 3
ARCHIVE_FILES = tuple(f"archive/crawld-{n:05}.warc.gz.open" for n in range(4))
DATABASE_LOG = "db/000004.log"
CRAWL_LOG = "../crawl.jsonl"
DISK_BYTES = 64 << 20
SYSFS = pathlib.Path("/sys/fs/ext4")

# `when`: as strace has it, "3" or "3..5", of the calls of one thread for those places.
Fault = collections.namedtuple("Fault", "call places error when")

FINAL = [
    Fault("pwritev", ARCHIVE_FILES, "EIO", "1"),
    Fault("pwritev", ARCHIVE_FILES, "EIO", "9"),
    Fault("pwritev", ARCHIVE_FILES, "EROFS", "9"),
    Fault("openat", ARCHIVE_FILES[:1], "EROFS", "1"),
    Fault("fdatasync", ARCHIVE_FILES, "EIO", "1"),
    Fault("fdatasync", ARCHIVE_FILES, "EIO", "9"),
    Fault("fdatasync", ARCHIVE_FILES, "ENOSPC", "9"),
    Fault("fsync", ("archive",), "EIO", "2"),  # the first one is of the start
    Fault("write", (DATABASE_LOG,), "EIO", "9"),
    Fault("write", (DATABASE_LOG,), "EROFS", "9"),
    Fault("fdatasync", (DATABASE_LOG,), "EIO", "9"),
]
PASSING = [
    Fault("pwritev", ARCHIVE_FILES, "ENOSPC", "1..2"),
    Fault("pwritev", ARCHIVE_FILES, "ENOSPC", "9"),
    Fault("pwritev", ARCHIVE_FILES, "EDQUOT", "9"),
    Fault("openat", ARCHIVE_FILES[:1], "EMFILE", "1"),
    Fault("openat", ARCHIVE_FILES[:1], "ENOSPC", "1"),
    Fault("write", (DATABASE_LOG,), "ENOSPC", "9"),
    Fault("fdatasync", (DATABASE_LOG,), "ENOSPC", "9"),
]


def command(fault, state, log):
    places = [word for place in fault.places
              for word in ("-P", os.path.normpath(state / place))]
    return ["strace", "-f", "-qq", "-o", str(log), *places, "-e", f"trace={fault.call}", "-e",
            f"inject={fault.call}:error={fault.error}:when={fault.when}"]


class DiskErrorsTest(unittest.TestCase):
    maxDiff = None

    def trial(self, shape=SHAPE):
        workspace = harness.Workspace()
        directory = workspace.__enter__()
        self.addCleanup(workspace.__exit__, None)
        trial = crashes.Trial(directory, shape)
        trial.__enter__()
        self.addCleanup(trial.__exit__, None)
        return trial

    def run_with(self, trial, fault):
        """The exit code of a crawl that meets the fault, and the calls that strace saw."""
        log = trial.directory / "strace"
        with trial.start(command(fault, trial.state, log)) as crawler:
            try:
                code = crawler.wait(90)
            finally:
                kill_group(crawler)
        calls = [line for line in log.read_text(errors="replace").splitlines()
                 if "resumed>" not in line and "+++" not in line]
        self.assertTrue(any("(INJECTED)" in line for line in log.read_text().splitlines()),
                        "the fault was not met")
        return code, calls

    @staticmethod
    def of_its_thread_behind_the_fault(calls):
        """Another thread may be sealing a file meanwhile."""
        at = next(i for i, call in enumerate(calls) if "(INJECTED)" in call)
        thread = calls[at].split()[0]
        return [call for call in calls[at + 1:] if call.split()[0] == thread]

    def test_what_does_not_pass_ends_the_daemon_and_the_next_start_recovers(self):
        for fault in FINAL:
            with self.subTest(fault):
                trial = self.trial()
                code, calls = self.run_with(trial, fault)
                self.assertEqual(code, IO, trial.last_words())
                self.assertEqual(len(trial.events("commit.failed")), 1, trial.last_words())
                if fault.call in ("fdatasync", "fsync"):
                    self.assertEqual(self.of_its_thread_behind_the_fault(calls), [],
                                     "a sync that failed is not tried again")
                trial.note_crash()
                trial.finish()
                self.assertEqual(trial.violations(), {})

    def test_what_passes_is_tried_again(self):
        for fault in PASSING:
            with self.subTest(fault):
                trial = self.trial()
                code, _ = self.run_with(trial, fault)
                self.assertEqual(code, 0, trial.last_words())
                self.assertEqual(trial.violations(), {})
                self.assertEqual(trial.refetches, 0)

    def test_no_descriptor_is_left_for_a_while(self):
        """The database ends the daemon when it needs one, for its file was to be durable; all else
        waits for one."""
        trial = self.trial(MANY)
        with trial.start() as crawler:
            harness.wait_for(lambda: trial.asked_for() >= 300, 60, "300 requests")
            soft, hard = resource.prlimit(crawler.pid, resource.RLIMIT_NOFILE)
            resource.prlimit(crawler.pid, resource.RLIMIT_NOFILE, (FEW_FILES, hard))
            before = crawler.cpu_seconds_so_far()
            time.sleep(PAUSE_S)
            if crawler.poll() is None:
                self.assertLess(crawler.cpu_seconds_so_far() - before, PAUSE_S)
                resource.prlimit(crawler.pid, resource.RLIMIT_NOFILE, (soft, hard))
            code = crawler.wait(120)
        self.assertIn(code, (0, OS_LIMIT), trial.last_words())
        if code == OS_LIMIT:
            self.assertIn("Too many open files", trial.last_words())
            trial.note_crash()
            trial.finish()
        self.assertEqual(trial.violations(), {})

    def test_the_crawl_log_cannot_be_written_for_a_while(self):
        """What is lost of it is counted, and lines after that are whole."""
        trial = self.trial()
        code, _ = self.run_with(trial, Fault("write", (CRAWL_LOG,), "EIO", "5..9"))
        self.assertEqual(code, 0, trial.last_words())
        failed = trial.events("log.failed")
        self.assertEqual(len(failed), 1)
        self.assertEqual(trial.violations(), {})
        text = (trial.directory / "crawl.jsonl").read_text()
        self.assertTrue(all(line.endswith("}") for line in text.splitlines() if line))
        told = {e["url"] for e in trial.settled() if e["kind"] == "page"}
        self.assertLess(len(told), SHAPE.pages)

    def mount(self, directory, options="errors=remount-ro"):
        """An ext4 file system on a loop device; where it is, and its name in sysfs."""
        if not SYSFS.is_dir():
            self.skipTest("no ext4, or no sysfs")
        image, path = directory / "disk.img", directory / "disk"
        path.mkdir(exist_ok=True)
        if not image.exists():
            with open(image, "wb") as out:
                out.truncate(DISK_BYTES)
            subprocess.run(["mkfs.ext4", "-q", str(image)], check=True)
        mounted = subprocess.run(["mount", "-o", f"loop,{options}", str(image), str(path)],
                                 capture_output=True, text=True, check=False)
        if mounted.returncode != 0:
            self.skipTest(f"ext4 cannot be mounted: {mounted.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", "-l", str(path)], stderr=subprocess.DEVNULL)
        source = subprocess.run(["findmnt", "-n", "-o", "SOURCE", str(path)], capture_output=True,
                                text=True, check=True).stdout.strip()
        return path, SYSFS / pathlib.Path(source).name

    def test_a_file_system_that_turns_read_only(self):
        """ext4 does so after an error, which can be feigned. A start on it is refused, with a
        sentence; on a repaired one the crawl goes on, unless the archive alone was on it and has
        less than the file system had said yes to: Linux 6.18 returns 0 from fdatasync while the
        journal is being given up, and drops what it was for."""
        for what in ("archive", "state"):
            with self.subTest(what):
                trial = self.trial()
                path, sysfs = self.mount(trial.directory)
                if what == "state":
                    trial.state = path / "state"
                    trial.archive = trial.state / "archive"
                else:
                    trial.archive = path / "archive"
                    trial.shape = dataclasses.replace(SHAPE, sections={
                        "archive": {"directory": str(trial.archive)}})
                with trial.start() as crawler:
                    harness.wait_for(lambda: trial.asked_for() >= SHAPE.pages // 3, 30, "a third")
                    (sysfs / "trigger_fs_error").write_text("feigned by a test")
                    self.assertEqual(crawler.wait(30), IO, trial.last_words())
                trial.note_crash()
                with trial.start() as crawler:
                    self.assertIn(crawler.wait(30), (IO, CANNOT_CREATE), trial.last_words())
                    self.assertIn("Read-only file system", crawler.stderr())
                trial.note_crash()
                subprocess.run(["umount", str(path)], check=True)
                subprocess.run(["e2fsck", "-fy", str(trial.directory / "disk.img")],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
                self.mount(trial.directory)
                trial.finish()
                violations = trial.violations()
                if what == "archive" and "were committed" in str(violations.get("D8")):
                    print(f"{what}: a sync that ext4 said yes to was none; it was told")
                    continue
                self.assertEqual(violations, {})


if __name__ == "__main__":
    harness.program("CRAWLD_BINARY")
    strace_or_skip()
    os.environ.update(environment_under_strace())
    unittest.main()
