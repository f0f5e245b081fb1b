#!/usr/bin/env python3
"""Crashes by the thousand, held against the durability clauses of the contract by crashes.py.

    long_crashes.py [--kills 1000] [--cuts 300] [--seed 1]

Each trial is a crawl of its own shape that is crashed some dozen times and then ends: with -9 in
the middle of the crawl, 5 to 50 ms into a start (often into a recovery), or while it stops; or by
cutting the power of its disk. Prints a line for each trial and a report; exit 1 if a clause is
violated, and then the files of that trial are kept. The environment is that of harness.py.
"""

import argparse
import collections
import pathlib
import random
import shutil
import signal
import sys
import tempfile
import time

import crashes
import harness
import power_cuts

CRASHES = 25  # a trial
PAGES = 30  # for each of them
HOW = {"crawl": 5, "start": 4, "stop": 1}  # shares
CLAUSES = ["D1", "D2", "D3", "D4", "D5", "D6", "D8"]


def shape_of(prng):
    hosts = prng.choice([1, 3, 4, 8])
    return crashes.Shape(
        pages=CRASHES * PAGES, hosts=hosts, seed=prng.randrange(1 << 32),
        body_bytes=prng.choice([1000, 8000, 30_000]), host_concurrency=prng.choice([1, 3, 6]),
        concurrency=prng.choice([2, 8, 16]),
        windows=prng.choice([((10, 0.02),), ((20, 0.05), (60, 0.2)), ((1, 0.004),)]),
        # With little memory the database is written, merged and begun anew all the time.
        sections={"store": {"memtables": prng.choice(["1MiB", "48MiB"])},
                  "threads": {"loops": prng.choice([1, 2, 3])},
                  "archive": {"digest": prng.choice(["sha1", "sha256"])}})


class Campaign:
    def __init__(self, seed):
        self.prng = random.Random(seed)
        self.count = collections.Counter()
        self.violations = collections.Counter()
        self.start_ms_max = 0

    def trial(self, number, crash_count, cuts):
        directory = pathlib.Path(tempfile.mkdtemp(prefix="crawld-crashes-"))
        disk = power_cuts.Disk(directory, self.prng) if cuts else None
        try:
            shape = shape_of(self.prng)
            state = disk.path / "state" if cuts else None
            with crashes.Trial(directory, shape, state) as trial:
                for _ in range(crash_count):
                    if not self.crash(trial, disk):
                        break
                trial.finish()
                broken = trial.violations()
                self.add(number, trial, broken, directory)
        finally:
            if disk:
                disk.unmount()
        if not broken:
            shutil.rmtree(directory)

    def crash(self, trial, disk):
        """False: the crawl had come to its end."""
        how = self.prng.choices(list(HOW), list(HOW.values()))[0]
        prng, before = self.prng, trial.asked_for()
        with trial.start() as crawler:
            if how == "start":
                time.sleep(prng.uniform(0.005, 0.05))
            else:
                share = before + prng.randrange(2 * PAGES)
                harness.wait_for(
                    lambda: trial.asked_for() > share or crawler.poll() is not None, 120,
                    f"request {share}\n{trial.last_words()}")
                time.sleep(prng.uniform(0, 0.05))
            if how == "stop" and crawler.poll() is None:
                crawler.signal(signal.SIGTERM)
                time.sleep(prng.uniform(0, 0.05))
            if crawler.poll() is not None:
                if crawler.poll() != 0:
                    trial.broken["D8"].append(f"ended with {crawler.poll()}: {trial.last_words()}")
                # With TERM it has stopped before it was killed, which is no crash.
                return how == "stop" and crawler.poll() == 0
            if disk:
                disk.cut(crawler.pid)
            else:
                crawler.signal(signal.SIGKILL)
            crawler.wait(20)
        if disk:
            disk.power_on()
        trial.note_crash()
        self.count[f"cut in a {how}" if disk else f"kill in a {how}"] += 1
        self.count["cuts" if disk else "kills"] += 1
        return True

    def add(self, number, trial, broken, directory):
        for clause, sentences in broken.items():
            self.violations[clause] += len(sentences)
            print(f"VIOLATED {clause} in {directory}:")
            for sentence in sentences[:5]:
                print(f"    {sentence}")
        ready = [e["startup_ms"] for e in trial.events("daemon.ready")]
        self.start_ms_max = max([self.start_ms_max, *ready])
        refetches = getattr(trial, "refetches", 0)
        self.count["trials"] += 1
        self.count["pages"] += len(trial.expected)
        self.count["records"] += len(getattr(trial, "records", []))
        self.count["refetches"] += refetches
        self.count["refetches at most"] += trial.refetches_max()
        print(f"trial {number}: {trial.crashes} crashes, {len(trial.expected)} pages, {refetches} "
              f"fetched again of at most {trial.refetches_max()}, "
              f"{'violated: ' + ' '.join(broken) if broken else 'all clauses hold'}", flush=True)

    def report(self, seconds):
        count = self.count
        print(f"{count['kills']} kills and {count['cuts']} power cuts in {count['trials']} crawls, "
              f"{seconds:.0f} s: " + ", ".join(f"{n} {how}" for how, n in sorted(count.items())
                                               if " in a " in how))
        print(f"{count['pages']} pages, {count['records']} records read back; {count['refetches']} "
              f"pages fetched again, at most {count['refetches at most']} (crashes x in flight)")
        print(f"longest start: {self.start_ms_max:.0f} ms")
        print("violations: " + ", ".join(f"{c} {self.violations[c]}" for c in CLAUSES))
        return sum(self.violations.values())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--cuts", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    harness.program("CRAWLD_BINARY")
    if arguments.cuts:
        power_cuts.enter_or_skip()
    began = time.monotonic()
    campaign = Campaign(arguments.seed)
    for what, wanted in ("kills", arguments.kills), ("cuts", arguments.cuts):
        while campaign.count[what] < wanted:
            left = wanted - campaign.count[what]
            campaign.trial(campaign.count["trials"], min(left, CRASHES), what == "cuts")
    return 1 if campaign.report(time.monotonic() - began) else 0


if __name__ == "__main__":
    sys.exit(main())
