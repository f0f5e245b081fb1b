"""The daemon is killed at its k-th fdatasync, write, rename ... (strace's injection), in the first
crawl of a small web and in the recovery from a kill; then it goes on without strace, and the
oracle of crashes.py is asked. For each call and place, k goes from 1 until the crawl ends before
its k-th call.

CRAWLD_KILL_POINTS: how many of them are tried, spread over all (20 by default); `all` for each.
"""

import collections
import dataclasses
import os
import signal
import subprocess
import time
import unittest

import crashes
import harness

TRIED = os.environ.get("CRAWLD_KILL_POINTS", "20" if harness.SLOW == 1 else "6")
WHEN_MAX = 65_535  # of strace
SHAPE = crashes.Shape(pages=60, body_bytes=60_000, windows=((10, 0.05),), concurrency=6)
SLOWER = dataclasses.replace(SHAPE, windows=((2, 0.1),))  # there is time to kill it half way
ARCHIVE_FILES = [f"archive/crawld-{n:05}.warc.gz.open" for n in range(8)]

# What is killed: calls, and the places in the state's directory that they count for; none: any.
# strace counts for each thread, so that a place singles out what the committer does among what is
# done more often elsewhere. `half`: a crawl that was killed half way is there already.
Series = collections.namedtuple("Series", "calls places half", defaults=[(), False])
SERIES = [
    Series("pwritev"),                                   # records and indexes of the archive
    Series("fdatasync", tuple(ARCHIVE_FILES)),
    Series("fsync", ("archive",)),                       # names of the archive
    Series("write", ("db/000004.log",)),                 # the database's log
    Series("fdatasync", ("db/000004.log",)),
    Series("write", ("../crawl.jsonl",)),                # behind the commit
    Series("rename"),
    Series("mkdir"),
    Series("fdatasync"),
    Series("fsync"),
    Series("ftruncate,unlink"),
    Series("fdatasync", (), True),                       # recovery
    Series("fsync", (), True),
    Series("rename", (), True),
    Series("ftruncate,unlink", (), True),
    Series("pwritev", (), True),
    Series("fdatasync", tuple(ARCHIVE_FILES), True),
    Series("write", tuple(f"db/{n:06}.log" for n in range(4, 16)), True),
]


def strace_or_skip():
    probe = subprocess.run(
        ["strace", "-f", "-o", "/dev/null", "-e", "trace=getpid", "true"],
        capture_output=True, text=True, check=False) if harness.shutil.which("strace") else None
    if probe is None or probe.returncode != 0:
        harness.skip("strace is not installed" if probe is None else
                     f"strace cannot attach: {probe.stderr.strip()}")


def environment_under_strace():
    """Of what runs under strace: LeakSanitizer cannot work there, and would end it with a code of
    its own."""
    return {**os.environ, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}


def command(series, k, state, log):
    places = [word for place in series.places
              for word in ("-P", os.path.normpath(state / place))]
    return ["strace", "-f", "-qq", "-o", str(log), *places, "-e", f"trace={series.calls}", "-e",
            f"inject={series.calls}:signal=SIGKILL:when={k}"]


def kill_group(process):
    """strace and what it traces."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def crash_half_way(trial):
    trial.shape = SLOWER
    with trial.start() as crawler:
        harness.wait_for(lambda: trial.asked_for() >= SHAPE.pages // 3 or
                         crawler.poll() is not None, 30, "a third of the crawl")
        crawler.signal(signal.SIGKILL)
        crawler.wait(10)
    trial.note_crash()
    trial.shape = SHAPE


def try_point(series, k):
    """Whether it was killed, and what was wrong in the end."""
    with harness.Workspace() as directory, crashes.Trial(directory, SHAPE) as trial:
        if series.half:
            crash_half_way(trial)
        with trial.start(command(series, k, trial.state, directory / "strace")) as crawler:
            try:
                killed = crawler.wait(60) == -signal.SIGKILL
            finally:
                kill_group(crawler)
        trial.note_crash()
        trial.finish()
        return killed, trial.violations()


def calls_of(series):
    """The largest number of its calls that one thread makes in a crawl that nobody kills."""
    with harness.Workspace() as directory, crashes.Trial(directory, SHAPE) as trial:
        if series.half:
            crash_half_way(trial)
        log = directory / "strace"
        with trial.start(command(series, WHEN_MAX, trial.state, log)) as crawler:
            crawler.wait(60)
        threads = collections.Counter(
            line.split()[0] for line in log.read_text(errors="replace").splitlines()
            if "resumed>" not in line and "+++" not in line)
        return max(threads.values(), default=0)


class KillPointsTest(unittest.TestCase):
    def test_what_is_killed_at_any_call_goes_on(self):
        began = time.monotonic()
        points = [(series, k) for series in SERIES for k in range(1, calls_of(series) + 1)]
        count = len(points) if TRIED == "all" else min(int(TRIED), len(points))
        chosen = [points[(2 * i + 1) * len(points) // (2 * count)] for i in range(count)]
        killed = 0
        for series, k in chosen:
            was_killed, violations = try_point(series, k)
            killed += was_killed
            where = f"{series.calls} {series.places[:1]} {series.half} {k}"
            with self.subTest(where):
                self.assertEqual(violations, {})
        print(f"{killed} kills at {count} of {len(points)} points in "
              f"{time.monotonic() - began:.0f} s")
        # Threads take turns as they like: some points are not reached again.
        self.assertGreater(killed, count // 2)


if __name__ == "__main__":
    harness.program("CRAWLD_BINARY")
    strace_or_skip()
    unittest.main()
