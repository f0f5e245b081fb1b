"""systemd/crawld.service: systemd finds nothing to say about it, and it gives little away."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

UNIT = pathlib.Path(__file__).resolve().parents[2] / "systemd" / "crawld.service"
EXPOSURE_MAX = 1.5
SKIPPED = 77
CONFIGURATION = 78


def analyze(*arguments):
    return subprocess.run(["systemd-analyze", "--no-pager", *arguments], capture_output=True,
                          text=True, timeout=60, env={**os.environ, "LC_ALL": "C.UTF-8"})


class UnitTest(unittest.TestCase):
    def setUp(self):
        # verify looks whether the commands exist, so the copy names the program that was built.
        program = os.environ.get("CRAWLD_BINARY", "/bin/true")
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.unit = pathlib.Path(self.directory.name) / UNIT.name
        self.unit.write_text(UNIT.read_text().replace("/usr/bin/crawld", program))

    def test_verify_is_silent(self):
        run = analyze("verify", str(self.unit))
        # Unknown keys are reported and change no exit status: silence is the test.
        self.assertEqual((run.returncode, run.stdout, run.stderr), (0, "", ""))

    def test_verify_would_notice_an_unknown_key(self):
        self.unit.write_text(self.unit.read_text().replace("[Service]", "[Service]\nNoSuchKey=1"))
        self.assertIn("NoSuchKey", analyze("verify", str(self.unit)).stderr)

    def test_a_wrong_configuration_is_not_tried_again(self):
        lines = UNIT.read_text().splitlines()
        final = [line for line in lines if line.startswith("RestartPreventExitStatus=")]
        self.assertEqual(len(final), 1)
        self.assertIn(str(CONFIGURATION), final[0].partition("=")[2].split())
        # It is the exit status of the main process alone that counts, so nothing runs before it.
        commands = [line.partition("=")[0] for line in lines if line.startswith("Exec")]
        self.assertEqual(commands, ["ExecStart", "ExecReload"])

    def test_exposure(self):
        run = analyze("security", "--offline=true", str(self.unit))
        found = re.search(r"Overall exposure level for \S+: ([\d.]+)", run.stdout)
        self.assertIsNotNone(found, run.stdout + run.stderr)
        print(f"exposure {found.group(1)}")
        self.assertLessEqual(float(found.group(1)), EXPOSURE_MAX)


if __name__ == "__main__":
    if not shutil.which("systemd-analyze"):
        print("SKIPPED: systemd-analyze is not installed")
        sys.exit(SKIPPED)
    unittest.main()
