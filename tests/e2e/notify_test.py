"""What the daemon tells systemd, read from a notify socket of our own: ready, alive, reloading,
stopping, in this order and not before it is true."""

import os
import signal
import socket
import time
import unittest

import harness

HOST = "h0.example.test"
WATCHDOG_US = 3_000_000


class NotifyTest(unittest.TestCase):
    def setUp(self):
        workspace = harness.Workspace()
        self.directory = workspace.__enter__()
        self.addCleanup(workspace.__exit__, None)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(self.socket.close)
        self.socket.bind(str(self.directory / "notify"))
        self.said = []
        web = harness.TestWeb(self.directory, "--synthetic", "--pages", "1000", "--hosts", "1")
        self.addCleanup(web.end)
        self.settings = harness.configuration(
            self.directory, web.port, [HOST],
            crawl={"seeds": [f"http://{HOST}:{web.port}/"]},
            politeness={"host": {"windows": ["1/1s"]}, "ip": {"windows": []}},
            archive={"format": "none"})

    def start(self, **env):
        crawler = harness.Crawler(self.directory, self.settings,
                                  env={"NOTIFY_SOCKET": str(self.directory / "notify"), **env})
        self.addCleanup(crawler.end)
        return crawler

    def wait_for(self, line, seconds=20):
        """Reads until a message has the line; returns that message. Others may come for ever."""
        deadline = time.monotonic() + seconds * harness.SLOW
        while True:
            self.socket.settimeout(max(0.001, deadline - time.monotonic()))
            try:
                message = self.socket.recv(4096).decode().splitlines()
            except TimeoutError:
                self.fail(f"{line} was not said, but {self.said}")
            self.said.append(message)
            if any(part.startswith(line) for part in message):
                return message

    def test_ready_reload_stop(self):
        crawler = self.start()
        self.wait_for("READY=1")
        self.assertTrue((self.directory / "state").is_dir(), "ready means that the state is open")
        crawler.signal(signal.SIGHUP)
        self.wait_for("RELOADING=1")
        self.wait_for("READY=1")
        crawler.signal(signal.SIGTERM)
        self.wait_for("STOPPING=1")
        self.assertEqual(crawler.wait(30), 0, crawler.stderr())

    def test_the_watchdog_is_fed_while_the_loop_turns(self):
        crawler = self.start(WATCHDOG_USEC=str(WATCHDOG_US))
        self.wait_for("READY=1")
        for _ in range(3):
            self.wait_for("WATCHDOG=1", WATCHDOG_US / 1e6)
        crawler.signal(signal.SIGSTOP)
        self.socket.settimeout(1)
        with self.assertRaises(TimeoutError):
            for _ in range(100):
                self.socket.recv(4096)
        crawler.signal(signal.SIGCONT)
        self.wait_for("WATCHDOG=1", WATCHDOG_US / 1e6)

    def test_a_start_that_fails_is_never_ready(self):
        self.settings["state_dir"] = os.devnull
        crawler = self.start()
        self.assertNotEqual(crawler.wait(20), 0)
        self.socket.settimeout(0.2)
        with self.assertRaises(TimeoutError):
            while "READY=1" not in self.socket.recv(4096).decode():
                pass


if __name__ == "__main__":
    harness.program("CRAWLD_BINARY")
    unittest.main()
