"""`crawld repair` that is killed, or that the disk keeps from ending: the state is the old one or
the fresh one, it is told which, and the next repair knows no less."""

import shutil
import subprocess
import time
import unittest

import harness
import kill_points_test
from crashed_crawl import PAGES
from repaired_crawl import RepairedCrawl, break_table, cut_at, open_file, sealed_file


class RepairCutShortTest(RepairedCrawl):
    def repair_under_strace(self, copy, *injected, options=(), paths=(), only=False):
        """Where system calls on the state, its fresh one and these paths meet that."""
        state = copy / "state"
        ours = () if only else (state / "db", state / "db.repaired")
        words = [word for path in (*ours, *paths) for word in ("-P", path)]
        for what in injected:
            words += ["-e", f"inject={what}"]
        done = subprocess.run(
            ["strace", "-f", "-qq", "-o", str(copy / "strace"),
             "-e", "trace=rename,renameat2,fsync", *words, harness.program("CRAWLD_BINARY"),
             "repair", "--config", str(copy / "crawld.yaml"), *options],
            env=kill_points_test.environment_under_strace(), capture_output=True,
            text=True, timeout=60 * harness.SLOW, check=False)
        self.assertRegex((copy / "strace").read_text(), "INJECTED|killed by SIGKILL")
        return done

    def repair_with(self, copy, *injected, options=()):
        done = self.repair_under_strace(copy, *injected, options=options)
        return done.returncode, done.stderr

    def test_a_repair_that_is_killed_has_lost_no_url_that_an_index_names(self):
        kill_points_test.strace_or_skip()
        for name, damage, options in (
                ("cut", lambda state: cut_at(sealed_file(state), 0.01), ()),
                ("lost", lambda state: sealed_file(state).unlink(), ("--lost",))):
            with self.subTest(name):
                copies = [self.copy(f"{name}-{when}", logs=False) for when in ("whole", "killed")]
                for copy in copies:
                    shutil.rmtree(copy / "state" / "pages", ignore_errors=True)
                    cut_at(open_file(copy / "state"), 0)
                    damage(copy / "state")
                code, _ = self.repair_with(copies[1], "renameat2:signal=KILL", options=options)
                self.assertNotEqual(code, 0)
                indexes = list((copies[1] / "state" / "archive").glob("*.cdxj.damaged*"))
                self.assertEqual(len(indexes), 1)
                for copy in copies:
                    code, out, stderr = harness.command(copy, "repair", *options)
                    self.assertEqual(code, 0, stderr)
                    self.assertRegex(out, r"\d+ pages are fetched again, for their records")
                self.assertEqual(self.known(copies[1]), self.known(copies[0]))
                self.assertEqual(
                    list((copies[1] / "state" / "archive").glob("*.cdxj.damaged*")), indexes)
                # Nor is a page that is there fetched again for it stands in that index.
                self.check_all_is_found(copies[1])
                known = self.known(copies[1])
                code, out, stderr = harness.command(copies[1], "repair", "--force")
                self.assertEqual(code, 0, stderr)
                self.assertEqual(self.known(copies[1]), known)

    def test_a_file_system_where_two_directories_cannot_change_places(self):
        kill_points_test.strace_or_skip()
        copy = self.copy("places", logs=False)
        break_table(copy / "state")
        tables = sorted(p.name for p in (copy / "state" / "db").glob("*.sst"))
        code, stderr = self.repair_with(copy, "renameat2:error=EINVAL")
        self.assertEqual(code, 0, stderr)
        aside, = (copy / "state").glob("db?*")
        self.assertEqual(sorted(p.name for p in aside.glob("*.sst")), tables)
        code, out, stderr = harness.command(copy, "verify")
        self.assertEqual(code, 0, out + stderr)
        self.check_all_is_found(copy)

    def test_where_it_cannot_take_its_place_the_old_state_stays(self):
        kill_points_test.strace_or_skip()
        for name, injected in (
                ("exchange", ["renameat2:error=EIO"]),
                ("away", ["renameat2:error=EINVAL", "rename:error=EIO:when=1"]),
                ("in", ["renameat2:error=EINVAL", "rename:error=EIO:when=2"])):
            with self.subTest(name):
                copy = self.copy(name, logs=False)
                break_table(copy / "state")
                tables = sorted(p.name for p in (copy / "state" / "db").glob("*.sst"))
                code, stderr = self.repair_with(copy, *injected)
                self.assertEqual(code, 74, stderr)
                self.assertIn("change places", stderr)
                self.assertEqual(
                    sorted(p.name for p in (copy / "state" / "db").glob("*.sst")), tables)
                self.assertEqual(list((copy / "state").glob("db.damaged*")), [])
                code, out, stderr = harness.command(copy, "repair")
                self.assertEqual(code, 0, stderr)
                self.assertEqual(len(list((copy / "state").glob("db?*"))), 1)

    def test_what_an_exchange_left_under_way_is_never_taken_for_a_fresh_state(self):
        copy = self.copy("left", logs=False)
        break_table(copy / "state")
        shutil.copytree(copy / "state" / "db", copy / "state" / "db.repaired")
        code, out, stderr = harness.command(copy, "repair")
        self.assertEqual(code, 0, stderr)
        self.assertEqual(len(list((copy / "state").glob("db.damaged-*"))), 2)
        self.assertFalse((copy / "state" / "db.repaired").exists())

    def test_a_repair_killed_behind_the_exchange_leaves_nothing_that_is_taken_for_fresh(self):
        kill_points_test.strace_or_skip()
        copy = self.copy("behind", logs=False)
        state = copy / "state"
        known = self.known(copy)
        break_table(state)
        tables = {p.name: p.read_bytes() for p in (state / "db").glob("*.sst")}
        code, _ = self.repair_with(copy, "rename:signal=KILL:when=1")
        self.assertNotEqual(code, 0)
        self.assertEqual({p.name for p in (state / "db.repaired").glob("*.sst")}, set(tables))
        with harness.Crawler(copy, (copy / "crawld.yaml").read_text()) as crawler:
            left = crawler.event("state.left_over")
            self.assertIn("db.repaired", left["message"])
        shutil.rmtree(state / "db")
        code, _, stderr = harness.command(copy, "run")
        self.assertEqual(code, 65, stderr)
        code, out, stderr = harness.command(copy, "repair")
        self.assertEqual(code, 0, stderr)
        aside, = state.glob("db.damaged-*")
        self.assertIn(f"it is kept as {aside}", out)
        self.assertEqual({p.name: p.read_bytes() for p in aside.glob("*.sst")}, tables)
        self.assertEqual(list(state.glob("db.rep*")), [])
        self.assertGreaterEqual(self.known(copy).total(), known.total())
        code, out, stderr = harness.command(copy, "verify")
        self.assertEqual(code, 0, out + stderr)

    def test_a_fresh_state_that_never_took_its_place_is_not_put_in_it_later(self):
        """The crawl went on with the old one, and more is in the archive by now."""
        kill_points_test.strace_or_skip()
        for name, injected in (("exchange", ["renameat2:signal=KILL"]),
                               ("steps", ["renameat2:error=EINVAL", "rename:signal=KILL:when=2"])):
            with self.subTest(name):
                copy = self.copy("stale-" + name, logs=False)
                state = copy / "state"
                code, _ = self.repair_with(copy, *injected, options=["--force"])
                self.assertNotEqual(code, 0)
                if not (state / "db").exists():  # the operator goes back to the old one
                    aside, = state.glob("db.damaged-*")
                    aside.rename(state / "db")
                self.check_all_is_found(copy)
                shutil.rmtree(state / "db")
                code, out, stderr = harness.command(copy, "repair")
                self.assertEqual(code, 0, stderr)
                self.assertIn("never took its place", out)
                self.assertEqual(list(state.glob("db?*")), [])
                self.assertEqual(self.known(copy), {"fetched": PAGES})
                self.check_continuation(copy, 0)

    def test_a_repair_that_is_killed_as_it_ends_is_done_again(self):
        kill_points_test.strace_or_skip()
        copy = self.copy("killed", logs=False)
        known = self.known(copy)
        break_table(copy / "state")
        code, _ = self.repair_with(copy, "renameat2:error=EINVAL", "rename:signal=KILL:when=2")
        self.assertNotEqual(code, 0)
        self.assertFalse((copy / "state" / "db").exists())
        code, _, stderr = harness.command(copy, "run")
        self.assertEqual(code, 65, stderr)
        self.assertIn("crawld repair", stderr)
        code, out, stderr = harness.command(copy, "repair")
        self.assertEqual(code, 0, stderr)
        self.assertGreaterEqual(self.known(copy).total(), known.total())
        self.assertEqual(len(list((copy / "state").glob("db?*"))), 1)
        self.check_all_is_found(copy)

    def test_a_fresh_state_that_is_in_no_place_is_told_where_it_is(self):
        """Neither it nor the old one can be put there."""
        kill_points_test.strace_or_skip()
        copy = self.copy("nowhere", logs=False)
        state = copy / "state"
        known = self.known(copy)
        break_table(state)
        now = time.time()
        done = self.repair_under_strace(
            copy, "renameat2:error=EINVAL", "rename:error=EIO:when=2+",
            paths=[state / time.strftime("db.damaged-%Y%m%d%H%M%S", time.gmtime(now + after))
                   for after in range(90)])
        self.assertEqual(done.returncode, 74, done.stderr)
        self.assertFalse((state / "db").exists())
        aside, = state.glob("db.damaged-*")
        self.assertIn(f"the old state is in {aside}", done.stderr)
        self.assertIn("run crawld repair again", done.stderr)
        self.assertNotIn("stays as it was", done.stderr)
        code, out, stderr = harness.command(copy, "repair")
        self.assertEqual(code, 0, stderr)
        self.assertGreaterEqual(self.known(copy).total(), known.total())
        self.assertEqual(list(state.glob("db?*")), [aside])
        self.check_all_is_found(copy)

    def test_a_sync_that_fails_behind_the_exchange_costs_no_report(self):
        kill_points_test.strace_or_skip()
        copy = self.copy("unsynced", logs=False)
        state = copy / "state"
        break_table(state)
        # The first one is of the fresh state's own name.
        done = self.repair_under_strace(copy, "fsync:error=EIO:when=2", paths=[state], only=True)
        self.assertEqual(done.returncode, 74, done.stderr)
        aside, = state.glob("db.damaged-*")
        self.assertIn(f"the old state is in {aside}", done.stdout)
        self.assertIn("the archive: ", done.stdout)
        self.assertIn("the fresh state is in its place", done.stderr)
        code, out, stderr = harness.command(copy, "verify")
        self.assertEqual(code, 0, out + stderr)
        self.check_all_is_found(copy)


if __name__ == "__main__":
    harness.program("CRAWLD_BINARY")
    unittest.main()
