"""`crawld repair` after a crash and a damaged database: the crawl goes on, no page that the archive
holds is fetched again, the links that it names are, and in the end all is there and whole."""

import json
import os
import re
import shutil
import subprocess
import unittest
import zlib
from unittest import mock

import harness
import warc
from crashed_crawl import PAGES
from repaired_crawl import (IN_FLIGHT, RepairedCrawl, break_links, break_manifest, break_table,
                            cut_at, damage_at, open_file, sealed_file)

# What becomes of the archive, with the options of repair.
LOSSES = {
    "the open file is cut": (lambda state: cut_at(open_file(state), 0.5), ()),
    "the open file is cut to nothing": (lambda state: cut_at(open_file(state), 0), ()),
    "the open file is removed": (lambda state: open_file(state).unlink(), ()),
    "the open file is damaged": (lambda state: damage_at(open_file(state), 0.4), ()),
    "a sealed file is cut": (lambda state: cut_at(sealed_file(state), 0.3), ()),
    "a sealed file is damaged": (lambda state: [damage_at(sealed_file(state), n / 20)
                                                for n in range(20)], ()),
    "a sealed file is lost": (lambda state: sealed_file(state).unlink(), ("--lost",)),
    "a sealed file and the database are damaged": (
        lambda state: (break_manifest(state), cut_at(sealed_file(state), 0.3)), ()),
}


class RepairTest(RepairedCrawl):
    def check_repair(self, name, damage, logs):
        copy = self.copy(name, logs)
        before = self.known(copy)
        database = sorted(p.name for p in (copy / "state" / "db").iterdir())
        damage(copy / "state")
        code, out, stderr = harness.command(copy, "verify")
        self.assertEqual(code, 65, out + stderr)
        code, out, stderr = harness.command(copy, "repair")
        self.assertEqual(code, 0, stderr)
        self.assertIn("covered up to 20", out)
        repaired = self.known(copy)
        # The archive may hold a group that the crash kept from its commit; nothing less is known.
        self.assertLessEqual(repaired["fetched"] - before["fetched"], IN_FLIGHT, out)
        self.assertGreaterEqual(repaired["fetched"], before["fetched"], out)
        self.assertGreaterEqual(repaired.total(), before.total(), out)
        aside = list((copy / "state").glob("db.damaged-*"))
        self.assertEqual(len(aside), 1)
        kept = {p.name for p in aside[0].iterdir()}
        self.assertLessEqual({f for f in database if not f.startswith("MANIFEST-")}, kept)
        code, out, stderr = harness.command(copy, "verify")
        self.assertEqual(code, 0, out + stderr)
        self.check_continuation(copy, PAGES - repaired["fetched"])

    def test_a_database_that_cannot_be_opened_is_made_of_the_archive_alone(self):
        self.check_repair("archive", break_manifest, logs=False)

    def test_what_a_table_has_lost_is_found_in_the_archive_and_the_logs(self):
        self.check_repair("table", break_table, logs=True)

    def test_a_database_that_is_gone_is_made_of_the_archive_alone(self):
        copy = self.copy("gone", logs=False)
        shutil.rmtree(copy / "state" / "db")
        code, _, stderr = harness.command(copy, "run")
        self.assertEqual(code, 65, stderr)
        self.assertIn("crawld repair", stderr)
        code, out, stderr = harness.command(copy, "repair")
        self.assertEqual(code, 0, stderr)
        self.assertNotIn("the old state is in", out)
        self.check_all_is_found(copy)

    def test_an_archive_file_under_way_that_is_damaged_is_kept_aside(self):
        copy = self.copy("open", logs=False)
        break_manifest(copy / "state")
        damage_at(open_file(copy / "state"), 0.5)
        data = open_file(copy / "state").read_bytes()
        code, out_of_repair, stderr = harness.command(copy, "repair")
        self.assertEqual(code, 0, stderr)
        kept, = (copy / "state" / "archive").glob("*.damaged")
        self.assertEqual(kept.read_bytes(), data)
        self.assertIn(str(kept), out_of_repair)
        with harness.Crawler(copy, (copy / "crawld.yaml").read_text(), "--until-idle") as crawler:
            self.assertEqual(crawler.wait(60), 0, crawler.stderr())
        self.assertEqual(self.known(copy), {"fetched": PAGES})
        code, out, stderr = harness.command(copy, "verify")
        self.assertEqual(code, 0, out + stderr)
        # A page that the archive lost and that is fetched again has one line, with its new place;
        # one that it has, but for the links that were found on it, is visited twice.
        unlinked = re.search(r"(\d+) pages of the archive are fetched again", out_of_repair)
        self.check_list(copy, int(unlinked[1]) if unlinked else 0)

    def test_pages_whose_links_cannot_be_read_are_fetched_again(self):
        copy = self.copy("links", logs=True)
        break_manifest(copy / "state")
        self.assertGreater(break_links(copy / "state"), 20)
        code, out, stderr = harness.command(copy, "repair")
        self.assertEqual(code, 0, stderr)
        self.assertRegex(out, r"\b[1-9]\d* pages of the archive are fetched again")
        self.check_all_is_found(copy)

    def test_pages_that_only_a_log_tells_are_fetched_again_for_their_links(self):
        copy = self.copy("logs", logs=True)
        break_manifest(copy / "state")
        shutil.rmtree(copy / "state" / "archive")
        code, out, stderr = harness.command(copy, "repair")
        self.assertEqual(code, 0, stderr)
        self.check_all_is_found(copy)

    def test_links_that_cannot_be_read_are_not_missed_where_the_state_is_whole(self):
        copy = self.copy("known", logs=False)
        before = self.known(copy)
        self.assertGreater(break_links(copy / "state"), 20)
        code, out, stderr = harness.command(copy, "repair", "--force")
        self.assertEqual(code, 0, stderr)
        self.assertNotIn("fetched again", out)
        self.assertGreaterEqual(self.known(copy)["fetched"], before["fetched"])
        self.check_all_is_found(copy)

    def records(self, state):
        """The URL of each page's record that is whole; of a file that was being written, before
        the first that is not."""
        urls = set()
        for path in (state / "archive").glob("*.warc.gz*"):
            if ".damaged" in path.name:
                continue
            data = path.read_bytes()
            at = data.find(b"\x1f\x8b\x08")
            while at >= 0:  # wherever a member may begin behind one that is none
                try:
                    inflater = zlib.decompressobj(wbits=31)
                    text = inflater.decompress(data[at:])
                    if inflater.eof:
                        at = len(data) - len(inflater.unused_data) - 1
                    if inflater.eof and b"\r\nWARC-Type: re" in text[:200]:
                        kind = re.search(rb"WARC-Type: (\w+)", text)[1]
                        url = re.search(rb"WARC-Target-URI: <?([^>\s]+)", text)[1].decode()
                        if kind != b"request" and not url.endswith("/robots.txt"):
                            urls.add(url)
                except zlib.error:
                    if path.suffix == ".open":
                        break
                at = data.find(b"\x1f\x8b\x08", at + 1)
        return urls

    def test_pages_whose_records_are_gone_are_fetched_again(self):
        for number, (name, (damage, options)) in enumerate(LOSSES.items()):
            for logs in (False, True):
                with self.subTest(name, logs=logs):
                    copy = self.copy(f"gone-{number}-{logs}", logs=logs)
                    self.check_loss(copy, damage, options)

    def check_loss(self, copy, damage, options):
        archived = self.records(copy / "state")
        damage(copy / "state")
        kept = self.records(copy / "state")
        self.assertLess(kept, archived)
        code, out, stderr = harness.command(copy, "repair", *options)
        self.assertEqual(code, 0, stderr)
        has_database = "gives nothing" not in out
        if has_database:
            again = re.search(r"(\d+) pages are fetched again, for their records", out)
            # What the crash left uncommitted was not fetched.
            self.assertAlmostEqual(int(again[1]), len(archived - kept), delta=IN_FLIGHT, msg=out)
        self.assertNotIn("not known any more", out)
        asked_before = len(self.web.requests())
        self.check_all_is_found(copy)
        asked = [f"http://{r.host}:{self.web.port}{r.uri}"
                 for r in self.web.requests()[asked_before:] if r.uri != "/robots.txt"]
        self.assertEqual(archived - kept - set(asked), set(), out)
        self.assertEqual(len(asked), len(set(asked)))
        self.assertLessEqual(len(asked), PAGES - len(kept) + IN_FLIGHT)
        self.assertEqual(len(self.records(copy / "state")), PAGES)

    def test_pages_of_files_that_were_moved_away_are_not_fetched_again(self):
        copy = self.copy("moved", logs=False)
        before = self.known(copy)
        path = sealed_file(copy / "state")
        path.rename(copy / path.name)
        code, out, stderr = harness.command(copy, "repair")
        self.assertEqual((code, out), (64, ""), stderr)
        self.assertIn("1 files that are not there", stderr)
        code, out, stderr = harness.command(copy, "repair", "--force")
        self.assertEqual(code, 0, stderr)
        self.assertIn(f"the archive file {path.name} is not there", out)
        self.assertEqual(self.known(copy), before)
        code, out, stderr = harness.command(copy, "verify", "--moved")
        self.assertEqual(code, 0, out + stderr)
        code, out, stderr = harness.command(copy, "verify")
        self.assertEqual(code, 65, out + stderr)
        self.assertIn(f"{path.name}: is missing", out)
        # It was lost after all.
        code, out, stderr = harness.command(copy, "repair", "--lost")
        self.assertEqual(code, 0, stderr)
        self.assertRegex(out, r"\d+ pages are fetched again, for their records")
        self.check_all_is_found(copy)
        self.assertEqual(len(self.records(copy / "state")), PAGES)

    def test_what_is_kept_of_a_file_stays_when_more_of_it_is_damaged(self):
        copy = self.copy("salvaged", logs=False)
        kept = []
        for where in (0.6, 0.3):  # behind what was committed nothing is read
            damage_at(open_file(copy / "state"), where)
            kept.append(open_file(copy / "state").read_bytes())
            code, out, stderr = harness.command(copy, "repair", "--force")
            self.assertEqual(code, 0, out + stderr)
        archive = copy / "state" / "archive"
        self.assertTrue([p.read_bytes() for p in sorted(archive.glob("*.gz.damaged*"))] == kept)

    def test_an_index_kept_aside_brings_no_page_of_a_moved_file_back(self):
        copy = self.copy("moved-index", logs=False)
        known = self.known(copy)
        path = sealed_file(copy / "state")
        index = path.with_name(path.name.replace(".warc.gz", ".cdxj"))
        text = index.read_bytes()
        damage_at(index, 0.5)
        code, out, stderr = harness.command(copy, "repair")
        self.assertEqual(code, 0, stderr)
        self.assertIn(f"kept in {index}.damaged", out)
        self.assertEqual(index.read_bytes(), text)
        self.assertNotEqual(index.with_name(index.name + ".damaged").read_bytes(), text)
        path.rename(copy / path.name)
        index.rename(copy / index.name)
        code, out, stderr = harness.command(copy, "repair", "--force")
        self.assertEqual(code, 0, stderr)
        self.assertEqual(self.known(copy), known)

    def test_it_refuses_while_a_daemon_works(self):
        copy = self.copy("locked", logs=False)
        settings = json.loads((copy / "crawld.yaml").read_text())
        with harness.Crawler(copy, settings) as crawler:
            crawler.event("daemon.ready")
            for name in ("repair", "verify"):
                code, out, stderr = harness.command(copy, name)
                self.assertEqual((code, out), (75, ""), stderr)
        self.assertEqual(list((copy / "state").glob("db?*")), [])

    def test_one_works_at_a_time_also_on_a_state_that_cannot_be_opened(self):
        copy = self.copy("twice", logs=False)
        break_manifest(copy / "state")
        fifo = copy / "fifo"
        os.mkfifo(fifo)
        first = harness.Process([harness.program("CRAWLD_BINARY"), "repair", "--config",
                                 str(copy / "crawld.yaml"), "--log", str(fifo)], copy, "repair")
        with first:
            log = open(fifo, "w")  # until then it waits, and from then on
            for name in ("repair", "verify", "export", "import", "run"):
                files = ["/dev/null"] if name == "import" else []
                code, out, stderr = harness.command(copy, name, *files)
                self.assertEqual((code, out), (75, ""), f"{name}: {stderr}")
                self.assertIn("in use by another instance", stderr)
            log.close()
            self.assertEqual(first.wait(60), 0, first.stderr())
        self.assertEqual(len(list((copy / "state").glob("db?*"))), 1)
        self.check_all_is_found(copy)

    def test_a_state_that_is_whole_is_refused(self):
        copy = self.copy("whole", logs=False)
        before = sorted((copy / "state").rglob("*"))
        code, out, stderr = harness.command(copy, "repair")
        self.assertEqual((code, out), (64, ""), stderr)
        self.assertIn("nothing to repair", stderr)
        self.assertEqual(sorted((copy / "state").rglob("*")), before)

    def test_a_repair_that_fails_leaves_nothing_behind(self):
        copy = self.copy("fails", logs=False)
        break_manifest(copy / "state")
        before = sorted((copy / "state").rglob("*"))
        code, out, stderr = harness.command(copy, "repair", "--log", str(copy / "none.jsonl"))
        self.assertEqual(code, 66, out + stderr)
        self.assertEqual(sorted((copy / "state").rglob("*")), before)

    def test_a_full_disk_leaves_the_old_state_and_nothing_else(self):
        """Wherever in its work the disk is full: RocksDB's tables, its logs and its own log."""
        small = self.directory / "small"
        small.mkdir()
        copy = self.copy("room", logs=False)
        size = sum(p.stat().st_size for p in (copy / "state").rglob("*")) + 110_000
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", small],
                                 capture_output=True, check=False)
        if mounted.returncode != 0:
            self.skipTest("nothing can be mounted")
        self.addCleanup(subprocess.run, ["umount", small], check=True)
        shutil.copytree(copy / "state", small / "state")
        break_manifest(small / "state")
        settings = json.loads((copy / "crawld.yaml").read_text())
        (copy / "crawld.yaml").write_text(json.dumps(
            {**settings, "state_dir": str(small / "state")}))
        before = {p: p.stat().st_size for p in (small / "state").rglob("*") if p.is_file()}
        failures = 0
        while True:
            code, out, stderr = harness.command(copy, "repair")
            if code == 0:
                break
            failures += 1
            self.assertIn(code, (73, 74), f"{size}: {out}{stderr}")
            self.assertIn("No space left", stderr)
            self.assertEqual({p: p.stat().st_size for p in (small / "state").rglob("*")
                              if p.is_file()}, before)
            size += 10_000
            subprocess.run(["mount", "-o", f"remount,size={size}", small], check=True)
        self.assertGreater(failures, 5)

    def test_a_report_that_cannot_be_written(self):
        copy = self.copy("report", logs=False)
        break_manifest(copy / "state")
        for name in ("verify", "repair"):
            with open("/dev/full", "w") as full:
                done = subprocess.run(
                    [harness.program("CRAWLD_BINARY"), name, "--config", copy / "crawld.yaml"],
                    stdout=full, stderr=subprocess.PIPE, text=True, check=False,
                    timeout=60 * harness.SLOW)
            self.assertEqual(done.returncode, 74, done.stderr)
            self.assertIn("standard output", done.stderr)
        code, out, stderr = harness.command(copy, "verify")
        self.assertEqual(code, 0, out + stderr)

    def test_without_room_for_temporary_files_it_repairs_and_says_what_it_left_out(self):
        copy = self.copy("temporary", logs=False)
        break_manifest(copy / "state")
        with mock.patch.dict(os.environ, TMPDIR=str(copy / "none")):
            code, out, stderr = harness.command(copy, "repair")
        self.assertEqual(code, 0, out + stderr)
        self.assertIn("run crawld verify", out)
        code, out, stderr = harness.command(copy, "verify")
        self.assertEqual(code, 0, out + stderr)

    def test_a_state_directory_that_is_not_there_is_not_made(self):
        copy = self.copy("absent", logs=False)
        shutil.rmtree(copy / "state")
        code, out, stderr = harness.command(copy, "repair")
        self.assertEqual(code, 66, out + stderr)
        self.assertIn("state_dir", stderr)
        self.assertFalse((copy / "state").exists())

    def test_a_directory_with_nothing_in_it_is_not_made_a_state(self):
        copy = self.copy("nothing", logs=False)
        shutil.rmtree(copy / "state")
        (copy / "state").mkdir()
        code, out, stderr = harness.command(copy, "repair")
        self.assertEqual(code, 66, out + stderr)
        self.assertIn("nothing to repair a state from", stderr)
        self.assertEqual(list((copy / "state").iterdir()), [])


if __name__ == "__main__":
    harness.program("CRAWLD_BINARY")
    unittest.main()
