"""The power of the daemon's disk is cut at random instants of a crawl (CRAWLD_POWER_CUTS, 8): what
was not synced is gone, the next start goes on, and the oracle of crashes.py is asked."""

import os
import random
import time
import unittest

import crashes
import harness
import power_cuts

CUTS = int(os.environ.get("CRAWLD_POWER_CUTS", "8" if harness.SLOW == 1 else "3"))
SEED = 20261121


class PowerCutTest(unittest.TestCase):
    def test_what_was_reported_survives_and_the_rest_is_done_again(self):
        prng = random.Random(SEED)
        shape = crashes.Shape(pages=60 * (CUTS + 1), body_bytes=30_000, windows=((10, 0.02),))
        with harness.Workspace() as directory, power_cuts.Disk(directory, prng) as disk, \
                crashes.Trial(directory, shape, disk.path / "state") as trial:
            for cut in range(CUTS):
                self.crawl_until_cut(trial, disk, cut, prng)
            trial.finish()
            self.assertEqual(trial.violations(), {})
        print(f"{trial.crashes} power cuts, {len(trial.expected)} pages, {trial.refetches} fetched "
              f"again (at most {trial.refetches_max()})")

    def crawl_until_cut(self, trial, disk, cut, prng):
        with trial.start() as crawler:
            share = len(trial.expected) * cut // (CUTS + 1)
            harness.wait_for(
                lambda: trial.asked_for() > share or crawler.poll() is not None, 60,
                f"request {share}\n{trial.last_words()}")
            time.sleep(prng.random() * 0.15)
            self.assertIsNone(crawler.poll(), trial.last_words())
            disk.cut(crawler.pid)
            crawler.wait(10)
        disk.power_on()
        trial.note_crash()


if __name__ == "__main__":
    harness.program("CRAWLD_BINARY")
    power_cuts.enter_or_skip()
    unittest.main()
