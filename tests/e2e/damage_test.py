"""Every kind of file that a crawl leaves behind, after a crash, flipped in a byte, cut, removed or
swapped with another: verify names it and exits with 65, or nothing is lost by it; and a start
refuses it by name, or goes on without losing anything (contract, D7)."""

import json
import os
import pathlib
import shutil
import struct
import unittest
import zlib

import crashed_crawl
import harness
import warc
from archive_test import settings_of

TABLES = 3  # of the tables of the database
# What of the database holds nothing of the crawl.
WITHOUT_CONTENT = ("IDENTITY", "LOCK", "LOG", "OPTIONS-")


def flipped(data, at):
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]


# What becomes of a file's bytes; None: it is removed.
MUTATIONS = {
    "first byte flipped": lambda data: flipped(data, 0),
    "byte at a third flipped": lambda data: flipped(data, len(data) // 3),
    "byte in the middle flipped": lambda data: flipped(data, len(data) // 2),
    "last byte flipped": lambda data: flipped(data, len(data) - 1),
    "cut to nothing": lambda data: b"",
    "cut in the middle": lambda data: data[:len(data) // 2],
    "cut by a byte": lambda data: data[:-1],
    "removed": lambda data: None,
}


def contents(path):
    """Of a file of the archive, as another reader reads it."""
    try:
        return [(r.kind, r.url, r.fields["WARC-Date"], r.block) for r in warc.records(path)]
    except (warc.Damage, zlib.error, ValueError, KeyError) as damage:
        return str(damage)


def known_keys(directory):
    code, out, stderr = harness.command(directory, "export", "--log", "/dev/null")
    assert code == 0, stderr
    return {json.loads(line)["key"] for line in out.splitlines()}


def committed_bytes(directory, log):
    """How much of that log of the database was durable, as its mark says (store/commit_mark.h)."""
    mark = (directory / "state" / "db" / "COMMITTED").read_bytes()
    count, = struct.unpack_from(">I", mark, 28)
    lengths = dict(struct.unpack_from(">QQ", mark, 32 + 16 * i) for i in range(count))
    return lengths.get(int(log.stem), 0)


class Damaged:
    """A crashed crawl whose files are damaged, one at a time."""
    compression = "gzip"
    suffix = ".warc.gz"
    crashes = (0.25, 0.5, 0.75)
    mutations = tuple(MUTATIONS)
    mutations_at_start = ("byte in the middle flipped", "cut by a byte", "removed")

    @classmethod
    def setUpClass(cls):
        cls.directory, cls.web = crashed_crawl.make_web(cls)
        cls.crashed = cls.directory / "crashed"
        crashed_crawl.crash(cls.crashed, cls.web, cls.crashes, compression=cls.compression)
        cls.cut_tails()
        cls.files = cls.chosen_files()

    @classmethod
    def cut_tails(cls):
        """What the crash left behind what was committed is cut, as a start does: nothing of it
        counts, so whatever becomes of it changes nothing."""
        copy, _ = cls.copy_of_crashed()
        with harness.Crawler(copy, (copy / "crawld.yaml").read_text()) as crawler:
            for name in ("archive", "pages"):
                event = crawler.event(f"{name}.recovered")
                file, = (cls.crashed / "state" / name).glob("*.open")
                assert event["removed"] == 0, event
                os.truncate(file, file.stat().st_size - event["cut_bytes"])

    @classmethod
    def copy_of_crashed(cls):
        """The directory, and its state."""
        copy = cls.directory / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(cls.crashed / "state", copy / "state")
        (copy / "crawld.yaml").write_text(json.dumps(
            settings_of(copy, cls.web, compression=cls.compression)))
        return copy, copy / "state"

    def damaged(self, path, mutation):
        """A copy of the crashed state with one file changed; the directory, and who was changed,
        by names that a start leaves."""
        copy, state = self.copy_of_crashed()
        file = state / path
        if isinstance(mutation, pathlib.Path):
            other = state / mutation
            one, two = file.read_bytes(), other.read_bytes()
            file.write_bytes(two)
            other.write_bytes(one)
            return copy, (path.name.removesuffix(".open"), mutation.name.removesuffix(".open"))
        data = MUTATIONS[mutation](file.read_bytes())
        file.unlink() if data is None else file.write_bytes(data)
        return copy, (path.name.removesuffix(".open"),)

    def matrix(self):
        for path in self.files:
            for mutation in self.mutations:
                yield path, mutation
            same_kind = [f for f in self.files if f != path and f.parent == path.parent and
                         f.suffix == path.suffix and f.name[:4] == path.name[:4]]
            if same_kind:
                yield path, same_kind[0]

    def without_content(self, copy, path, mutation):
        """Whether what was changed is nothing of the crawl."""
        if path.parent.name == "archive" and (copy / "state" / path).exists():
            # No checksum covers the time in the head of a gzip member, or the address in that of a
            # record that is not compressed.
            return contents(copy / "state" / path) == contents(self.crashed / "state" / path)
        if path.suffix == ".log" and mutation == "cut by a byte":  # of a write nobody waited for
            return (copy / "state" / path).stat().st_size >= committed_bytes(copy, path)
        return path.name.startswith(WITHOUT_CONTENT) or (path.name, mutation) == ("COMMITTED",
                                                                                  "removed")

    def verify(self, copy, names, label):
        """Whether it found the damage."""
        code, out, stderr = harness.command(copy, "verify")
        self.assertIn(code, (0, 65), f"{label}: {stderr}")
        if code == 65:
            self.assertTrue(any(name in out for name in names), f"{label}: {out}")
            self.assertIn("faults", out.splitlines()[-1])
        return code == 65

    def run_on(self, copy):
        with harness.Crawler(copy, (copy / "crawld.yaml").read_text(), "--until-idle") as crawler:
            return crawler.wait(60), crawler.stderr()

    def test_before_any_damage_verify_finds_nothing(self):
        code, out, stderr = harness.command(self.crashed, "verify")
        self.assertEqual(code, 0, out + stderr)

    def test_verify_names_what_is_damaged(self):
        before = known_keys(self.crashed)
        found = unneeded = 0
        for path, mutation in self.matrix():
            copy, names = self.damaged(path, mutation)
            if self.verify(copy, names, f"{path} {mutation}"):
                found += 1
                continue
            unneeded += 1
            self.assertTrue(self.without_content(copy, path, mutation),
                            f"{path} {mutation} is not found")
            self.assertEqual(known_keys(copy), before, f"{path} {mutation}")
        print(f"{found} damages found, {unneeded} of files without content")

    def faults_within(self, copy, told, label):
        """What verify finds, which all is among those lines."""
        code, found, stderr = harness.command(copy, "verify")
        faults = found.splitlines()[:-1]
        self.assertEqual(code, 65 if faults else 0, f"{label}: {found} {stderr}")
        self.assertLessEqual(set(faults), set(told.splitlines()), f"{label}: {told}")
        return faults

    def test_behind_a_repair_verify_finds_what_that_told_and_nothing_else(self):
        mended = told = 0
        for path, mutation in self.matrix():
            copy, names = self.damaged(path, mutation)
            label = f"{path} {mutation}"
            if not self.verify(copy, names, label):
                continue
            code, out, stderr = harness.command(copy, "repair")
            if code == 64:  # it may have been moved away
                self.assertEqual(mutation, "removed", f"{label}: {stderr}")
                self.assertIn("1 files that are not there", stderr)
                code, out, stderr = harness.command(copy, "repair", "--lost")
            self.assertEqual(code, 0, f"{label}: {stderr}")
            faults = self.faults_within(copy, out, label)
            if mutation in self.mutations_at_start:  # the crawl goes on
                code, stderr = self.run_on(copy)
                self.assertEqual(code, 0, f"{label}: {stderr}")
                self.assertEqual(len(known_keys(copy)), crashed_crawl.PAGES, label)
                self.faults_within(copy, out, label)
            if faults:  # nothing else is left as it is
                self.assertTrue(path.name.endswith(self.suffix), f"{label}: {faults}")
            told += bool(faults)
            mended += not faults
        print(f"{mended} damages mended, {told} told")

    def test_a_start_refuses_or_loses_nothing(self):
        refused = gone_on = 0
        for path, mutation in self.matrix():
            if mutation not in self.mutations_at_start:
                continue
            copy, names = self.damaged(path, mutation)
            code, stderr = self.run_on(copy)
            self.assertIn(code, (0, 65), f"{path} {mutation}: {stderr}")
            if code == 65:
                refused += 1
                self.assertTrue(any(name in stderr for name in names),
                                f"{path} {mutation}: {stderr}")
                continue
            gone_on += 1
            # What a start does not look at, verify finds afterwards too.
            if not self.verify(copy, names, f"{path} {mutation}"):
                self.assertEqual(len(known_keys(copy)), crashed_crawl.PAGES, f"{path} {mutation}")
        print(f"{refused} starts refused, {gone_on} went on")


class GzipTest(Damaged, unittest.TestCase):
    """With all else that a crawl leaves: database, indexes, lists of pages."""

    @classmethod
    def chosen_files(cls):
        state = cls.crashed / "state"
        files = sorted(p.relative_to(state) for p in state.rglob("*")
                       if p.is_file() and p.stat().st_size > 0)
        of = lambda suffix: [f for f in files if f.name.endswith(suffix)]
        assert of(".warc.gz") and of(".jsonl") and len(of(".open")) == 2, files
        assert of(".log") and len(of(".sst")) >= TABLES, files
        left_out = set(of(".sst")[TABLES:])
        for suffix in (".warc.gz", ".cdxj", ".jsonl"):
            left_out |= set(of(suffix)[2:])
        return [f for f in files if f not in left_out]

    def test_the_crashed_state_is_whole(self):
        whole = self.directory / "whole"
        whole.mkdir()
        with harness.Crawler(whole, settings_of(whole, self.web), "--until-idle") as crawler:
            self.assertEqual(crawler.wait(60), 0, crawler.stderr())
        all_keys = known_keys(whole)
        self.assertEqual(len(all_keys), crashed_crawl.PAGES)
        self.assertEqual(known_keys(self.crashed) - all_keys, set())


class OtherCoding(Damaged):
    """The archive alone."""
    crashes = (0.3, 0.6)
    mutations = tuple(name for name in MUTATIONS if "byte" in name)
    mutations_at_start = ("byte in the middle flipped",)

    @classmethod
    def chosen_files(cls):
        state = cls.crashed / "state"
        sealed = sorted((state / "archive").glob("*" + cls.suffix))
        under_way = sorted((state / "archive").glob("*.open"))
        assert sealed and under_way, list((state / "archive").iterdir())
        return [file.relative_to(state) for file in (sealed[0], under_way[0])]


class ZstdTest(OtherCoding, unittest.TestCase):
    compression = "zstd"
    suffix = ".warc.zst"


class UncompressedTest(OtherCoding, unittest.TestCase):
    compression = "none"
    suffix = ".warc"


if __name__ == "__main__":
    harness.program("CRAWLD_BINARY")
    unittest.main()
