"""Windows of an earlier run are built on in the same boot only, also in a service that does not see
the kernel's id of the boot: its unit must name it."""

import pathlib
import re
import shutil
import subprocess
import unittest

import harness

UNIT = pathlib.Path(__file__).resolve().parents[2] / "systemd" / "crawld.service"
HOST = "h0.example.test"
# As ProcSubset=pid: of /proc a process sees processes.
HIDE_KERNEL = ["unshare", "--mount", "sh", "-c",
               "mount -t proc -o subset=pid proc /proc && exec \"$0\" \"$@\""]


class BootIdTest(unittest.TestCase):
    def setUp(self):
        workspace = harness.Workspace()
        self.directory = workspace.__enter__()
        self.addCleanup(workspace.__exit__, None)
        self.settings = harness.configuration(
            self.directory, harness.free_port(), [HOST],
            crawl={"seeds": [{"file": str(self.directory / "no-seeds")}]})
        (self.directory / "no-seeds").touch()

    def start_is_exact(self, boot_id, command):
        """Whether a run that ends cleanly went on exactly where the one before it stopped."""
        env = {} if boot_id is None else {self.variable(): boot_id}
        crawler = harness.Crawler(self.directory, self.settings, "--until-idle", env=env,
                                  command=command)
        self.addCleanup(crawler.end)
        self.assertEqual(crawler.wait(30), 0, crawler.stderr())
        return crawler.event("state.opened")["clean"]

    def variable(self):
        found = re.search(r"^Environment=(\w+)=%b$", UNIT.read_text(), re.MULTILINE)
        self.assertIsNotNone(found, "the unit names the boot")
        return found.group(1)

    def test_the_kernel_says(self):
        runs = [self.start_is_exact(boot_id, []) for boot_id in ("a", "b", None)]
        self.assertEqual(runs, [False, True, True])

    def test_a_service_that_sees_no_kernel(self):
        hidden = subprocess.run([*HIDE_KERNEL, "test", "-e", "/proc/sys/kernel"],
                                capture_output=True, text=True)
        if hidden.stderr or hidden.returncode == 0 or not shutil.which("unshare"):
            self.skipTest(f"/proc cannot be hidden here: {hidden.stderr.strip()}")
        runs = [self.start_is_exact(boot_id, HIDE_KERNEL)
                for boot_id in ("a", "a", "b", None, None, "b")]
        self.assertEqual(runs, [False, True, False, False, False, False])


if __name__ == "__main__":
    harness.program("CRAWLD_BINARY")
    unittest.main()
