"""Bad input: one clear sentence and the right exit code or event, and nothing is lost."""

import json
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import unittest

import harness

HOST = "h0.example.test"
PAGES = 30
USAGE, CORRUPT, CANNOT_CREATE, IO, LOCKED, PERMISSION, CONFIGURATION = 64, 65, 73, 74, 75, 77, 78


class BadInputTest(unittest.TestCase):
    def setUp(self):
        workspace = harness.Workspace()
        self.directory = workspace.__enter__()
        self.addCleanup(workspace.__exit__, None)
        self.web = harness.TestWeb(self.directory, "--synthetic", "--pages", str(PAGES), "--hosts",
                                   "1", "--body-bytes", "2000")
        self.addCleanup(self.web.end)

    def settings(self, **sections):
        sections.setdefault("crawl", {"seeds": [f"http://{HOST}:{self.web.port}/"]})
        return harness.configuration(self.directory, self.web.port, [HOST],
                                     archive={"format": "none"}, **sections)

    def run_crawler(self, settings, *arguments):
        crawler = harness.Crawler(self.directory, settings, "--until-idle", *arguments)
        self.addCleanup(crawler.end)
        crawler.wait(60)
        return crawler

    def assert_refused(self, crawler, exit_code, *words):
        said = crawler.stderr()
        self.assertEqual(crawler.poll(), exit_code, said)
        for word in words:
            self.assertIn(word, said)
        self.assertNotIn("terminate called", said)

    def test_no_contact(self):
        settings = self.settings(identity={"product": "crawld"})
        del settings["identity"]["contact"]
        crawler = self.run_crawler(settings)
        self.assert_refused(crawler, CONFIGURATION, "identity.contact")
        self.assertEqual(self.web.requests(), [])

    def test_all_errors_of_a_configuration_at_once(self):
        crawler = self.run_crawler(f"""version: 1
identity: {{contact: {harness.CONTACT}}}
state_dir: {self.directory}/state
crawl:
  seedz: ["http://{HOST}/"]
fetch:
  retries: many
  total_timeout: 60
""")
        self.assert_refused(crawler, CONFIGURATION, "crawld.yaml:5:3", "seedz", "seeds",
                            "crawld.yaml:7:12", "crawld.yaml:8:18")

    def test_broken_yaml(self):
        crawler = self.run_crawler("version: 1\ncrawl: [unclosed\n")
        self.assert_refused(crawler, CONFIGURATION, "crawld.yaml:")

    def test_no_configuration_file(self):
        run = subprocess.run([harness.program("CRAWLD_BINARY"), "run", "--config",
                              str(self.directory / "absent.yaml")], capture_output=True, text=True)
        self.assertEqual(run.returncode, CONFIGURATION, run.stderr)
        self.assertIn("absent.yaml", run.stderr)

    def test_a_configuration_that_is_no_regular_file(self):
        os.mkfifo(self.directory / "pipe")
        for path in (self.directory, self.directory / "pipe"):
            for command in ("check", "run"):
                run = subprocess.run([harness.program("CRAWLD_BINARY"), command, "--config",
                                      str(path)], capture_output=True, text=True,
                                     timeout=20 * harness.SLOW)
                self.assertEqual(run.returncode, CONFIGURATION, run.stderr)
                self.assertIn(f"{path}: cannot read the configuration: it is not a regular file",
                              run.stderr)

    def test_unknown_option_of_the_command_line(self):
        run = subprocess.run([harness.program("CRAWLD_BINARY"), "run", "--no-such-option"],
                             capture_output=True, text=True)
        self.assertEqual(run.returncode, USAGE, run.stderr)
        self.assertIn("--no-such-option", run.stderr + run.stdout)

    def test_check_reports_errors_and_starts_nothing(self):
        config = self.directory / "checked.yaml"
        settings = self.settings()
        config.write_text(json.dumps(settings))
        check = [harness.program("CRAWLD_BINARY"), "check", "--config", str(config)]
        good = subprocess.run(check, capture_output=True, text=True)
        self.assertEqual(good.returncode, 0, good.stderr)
        self.assertIn("total_timeout", good.stdout)
        settings["politeness"]["host"]["concurency"] = 1
        config.write_text(json.dumps(settings))
        bad = subprocess.run(check, capture_output=True, text=True)
        self.assertEqual(bad.returncode, CONFIGURATION)
        self.assertRegex(bad.stdout + bad.stderr, r"checked\.yaml:\d+:\d+: .*concurency")
        self.assertFalse((self.directory / "state").exists())

    def test_a_directory_that_is_not_our_state(self):
        database = self.directory / "state" / "db"
        database.mkdir(parents=True)
        (database / "holiday.jpg").write_bytes(b"precious")
        crawler = self.run_crawler(self.settings())
        self.assert_refused(crawler, CORRUPT, str(database), "holiday.jpg")
        self.assertEqual([p.name for p in database.iterdir()], ["holiday.jpg"])
        self.assertEqual(self.web.requests(), [])

    def test_a_state_directory_with_something_of_others(self):
        state = self.directory / "state"
        (state / "log").mkdir(parents=True)
        (state / "logs-of-mine").touch()
        crawler = self.run_crawler(self.settings(log={"directory": str(state / "log")}))
        self.assert_refused(crawler, CORRUPT, str(state), "logs-of-mine")
        self.assertEqual(sorted(p.name for p in state.iterdir()), ["log", "logs-of-mine"])

    def test_a_logs_directory_made_beforehand_in_the_state_directory(self):
        logs = self.directory / "state" / "logs"
        logs.mkdir(parents=True)
        (logs / "crawl.jsonl.1").touch()
        for name in ("deep/crawl.jsonl", "crawl.jsonl", ""):
            with self.subTest(name):
                crawler = self.run_crawler(self.settings(
                    log={"directory": str(logs), "crawl_log": name}))
                self.assertEqual(crawler.poll(), 0, crawler.stderr())
                self.assertTrue((logs / name).exists())
                shutil.rmtree(self.directory / "state" / "db")

    def test_a_damaged_state_is_named_and_left_alone(self):
        self.assertEqual(self.run_crawler(self.settings()).poll(), 0)
        manifest = next((self.directory / "state" / "db").glob("MANIFEST-*"))
        damaged = bytearray(manifest.read_bytes())
        damaged[len(damaged) // 2] ^= 0xff
        manifest.write_bytes(damaged)
        crawler = self.run_crawler(self.settings())
        self.assert_refused(crawler, CORRUPT, manifest.name)
        self.assertEqual(manifest.read_bytes(), damaged)

    def test_a_second_instance(self):
        slow = self.settings()
        slow["politeness"]["host"]["windows"] = ["1/1h"]
        first = harness.Crawler(self.directory, slow, name="first")
        self.addCleanup(first.end)
        first.event("daemon.ready")
        second = self.run_crawler(slow)
        self.assert_refused(second, LOCKED, str(self.directory / "state"))
        self.assertIsNone(first.poll())

    def test_a_state_directory_that_cannot_be_made(self):
        (self.directory / "file").write_text("not a directory")
        settings = self.settings(state_dir=str(self.directory / "file" / "state"))
        crawler = self.run_crawler(settings)
        self.assertIn(crawler.poll(), (CANNOT_CREATE, PERMISSION), crawler.stderr())
        self.assertIn("file/state", crawler.stderr())

    def test_a_directory_we_may_not_write_to(self):
        if os.geteuid() == 0 and not pathlib.Path("/proc/self/ns").is_dir():
            self.skipTest("root may write everywhere")
        settings = self.settings(state_dir="/proc/crawld-state")
        crawler = self.run_crawler(settings)
        self.assertIn(crawler.poll(), (CANNOT_CREATE, PERMISSION), crawler.stderr())
        self.assertIn("/proc/crawld-state", crawler.stderr())

    def test_broken_lines_among_the_seeds(self):
        seeds = self.directory / "seeds.txt"
        seeds.write_bytes(b"# a comment\n\nhttp://[broken/\nftp://example.org/\n\xff\xfe\x00\n"
                          + b"x" * 100_000 + b"\n"
                          + f"http://{HOST}:{self.web.port}/\n".encode()
                          + b"http:// spaces in it/\nno scheme\n")
        crawler = self.run_crawler(self.settings(crawl={"seeds": [{"file": str(seeds)}]}))
        self.assertEqual(crawler.poll(), 0, crawler.stderr())
        rejected = [e for e in crawler.events() if e["event"] == "seed.rejected"]
        self.assertEqual(sorted(e["line"] for e in rejected), [3, 4, 5, 6, 8, 9])
        read = crawler.event("seeds.read")
        self.assertEqual((read["added"], read["rejected"]), (1, 6))
        self.assertEqual(self.pages_fetched(), PAGES)

    def test_a_line_that_does_not_fit_in_memory(self):
        seeds = self.directory / "seeds.txt"
        line_bytes = 700 << 20
        seeds.touch()
        os.truncate(seeds, line_bytes)
        with open(seeds, "a") as out:
            out.write(f"\nhttp://{HOST}:{self.web.port}/\n")
        crawler = self.run_crawler(self.settings(crawl={"seeds": [{"file": str(seeds)}]}))
        self.assertEqual(crawler.poll(), 0, crawler.stderr())
        self.assertEqual(crawler.event("seed.rejected")["line"], 1)
        self.assertEqual(self.pages_fetched(), PAGES)
        self.assertLess(crawler.rss_max_bytes(), line_bytes / 2)

    def test_a_seed_file_that_is_not_there(self):
        seeds = [{"file": str(self.directory / "absent.txt")}]
        crawler = self.run_crawler(self.settings(crawl={"seeds": seeds}))
        self.assertIn("absent.txt", crawler.stderr())
        self.assertNotEqual(crawler.poll(), 0)

    def test_a_seed_that_cannot_be_resolved(self):
        seeds = ["http://nowhere.invalid/", f"http://{HOST}:{self.web.port}/"]
        settings = self.settings(crawl={"seeds": seeds}, fetch={"retries": 0})
        # No name server: a closed port of this machine.
        settings["network"]["dns_servers"] = [f"127.0.0.1:{harness.free_port()}"]
        settings["network"]["dns_timeout"] = "100ms"
        settings["network"]["dns_tries"] = 1
        settings["network"]["ports"].append(80)
        crawler = self.run_crawler(settings)
        self.assertEqual(crawler.poll(), 0, crawler.stderr())
        self.assertEqual(self.pages_fetched(), PAGES)
        lines = [e for e in harness.read_json_lines(crawler.crawl_log)
                 if e["host"] == "nowhere.invalid"]
        self.assertTrue(lines, crawler.stderr())
        self.assertTrue(all(e["status" if "status" in e else "code"] <= 0 for e in lines), lines)

    def test_loopback_is_refused_unless_allowed(self):
        settings = self.settings()
        settings["network"]["allow"] = []
        crawler = self.run_crawler(settings)
        self.assertEqual(crawler.poll(), 0, crawler.stderr())
        self.assertEqual(self.web.requests(), [])
        outcomes = {e["outcome"] for e in harness.read_json_lines(crawler.crawl_log)}
        self.assertTrue(outcomes & {"address_refused", "robots_unreachable"}, outcomes)

    def run_on_small_disk(self, web, pages, windows, free_percent, left=None):
        """Crawls with the state on a small disk that fills up on the way and empties again: by
        others' bytes while it crawls, or by its own if just `left` bytes are free at the start."""
        mount = self.directory / "small"
        mount.mkdir()
        made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48m", "none", str(mount)],
                              capture_output=True, text=True)
        if made.returncode != 0:
            self.skipTest(f"a small tmpfs cannot be mounted: {made.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", "-l", str(mount)])
        settings = harness.configuration(
            self.directory, web.port, [HOST], state_dir=str(mount / "state"),
            crawl={"seeds": [f"http://{HOST}:{web.port}/"],
                   "limits": {"disk_free_percent": free_percent}},
            politeness={"host": {"windows": windows}, "ip": {"windows": []}},
            archive={"format": "none"})
        ballast = mount / "ballast"
        if left:
            fill(ballast)
            os.truncate(ballast, ballast.stat().st_size - left)
        crawler = harness.Crawler(self.directory, settings, "--until-idle")
        self.addCleanup(crawler.end)
        crawler.event("seeds.read")
        if not left:
            fill(ballast)
        crawler.event("disk.filled", 60)
        harness.time.sleep(1)
        self.assertIsNone(crawler.poll(), "it pauses and waits")
        ballast.unlink()
        crawler.event("disk.recovered", 60)
        self.assertEqual(crawler.wait(120), 0, crawler.stderr())
        fetched = [r.uri for r in web.requests() if r.uri != "/robots.txt"]
        self.assertEqual(len(set(fetched)), pages)
        return fetched

    def test_no_sockets_left(self):
        """The system's fault: no host is blamed for it, no try is counted, and no URL is lost."""
        if harness.SLOW > 1:
            self.skipTest("UBSan opens pipes to look at memory, and takes their lack for a fault")
        hosts = [f"h{n}.example.test" for n in range(8)]
        web = harness.TestWeb(self.directory / "slow", "--synthetic", "--pages", "40", "--hosts",
                              "8", "--delay-ms", "200")
        self.addCleanup(web.end)
        settings = harness.configuration(self.directory, web.port, hosts)
        crawler = harness.Crawler(self.directory, settings)
        self.addCleanup(crawler.end)
        crawler.event("daemon.ready")
        files = len(os.listdir(f"/proc/{crawler.pid}/fd"))
        resource.prlimit(crawler.pid, resource.RLIMIT_NOFILE, (files + 3, files + 3))
        settings["crawl"] = {"seeds": [f"http://{host}:{web.port}/" for host in hosts],
                             "scope": {"within": "host"}}
        crawler.write_config(settings)
        crawler.signal(signal.SIGHUP)
        self.assertEqual(crawler.event("sockets.exhausted")["level"], "warning")
        crawler.idled(60)
        crawler.signal(signal.SIGTERM)
        self.assertEqual(crawler.wait(30), 0, crawler.stderr())
        settled = crawler.settled()
        self.assertEqual({e["outcome"] for e in settled if e["kind"] == "page"}, {"ok"})
        self.assertEqual({e["attempt"] for e in settled}, {1})
        self.assertEqual({e["host"] for e in settled if e["kind"] == "page"}, set(hosts))
        self.assertNotIn("host.paused", crawler.stderr())

    def test_fewer_open_files_than_the_configuration_wants(self):
        """Fewer requests at once and fewer connections kept alive; said at the start, and again
        at a reload that wants too many."""
        limit = 600
        hosts = [f"h{n}.example.test" for n in range(500)]
        web = harness.TestWeb(self.directory / "many", "--synthetic", "--pages", "2000", "--hosts",
                              str(len(hosts)))
        self.addCleanup(web.end)
        settings = harness.configuration(self.directory, web.port, hosts, crawl={
            "seeds": [f"http://{host}:{web.port}/" for host in hosts]},
            politeness={"host": {"windows": ["1/500ms"]}, "ip": {"windows": []}})
        crawler = harness.Crawler(self.directory, settings,
                                  command=("prlimit", f"--nofile={limit}:{limit}"))
        self.addCleanup(crawler.end)
        crawler.idled(60)
        crawler.signal(signal.SIGHUP)
        warnings = harness.wait_for(
            lambda: [e for e in crawler.events() if e.get("event") == "config.warned"][1:], 20,
            "the warning of the reload")
        self.assertIn("politeness.global.concurrency", warnings[-1]["message"])
        self.assertIn(str(limit), warnings[-1]["message"])
        crawler.signal(signal.SIGTERM)
        self.assertEqual(crawler.wait(30), 0, crawler.stderr())
        self.assertNotIn("sockets.exhausted", crawler.stderr())
        self.assertEqual({e["host"] for e in crawler.settled() if e["kind"] == "page"}, set(hosts))

    def test_a_disk_that_fills_up_is_noticed_before_it_is_full(self):
        fetched = self.run_on_small_disk(self.web, PAGES, ["5/1s"], 5)
        self.assertEqual(len(fetched), PAGES, "nothing was fetched twice")

    def test_a_full_disk(self):
        pages = 6000
        web = harness.TestWeb(self.directory / "large", "--synthetic", "--pages", str(pages),
                              "--hosts", "1", "--body-bytes", "8000")
        self.addCleanup(web.end)
        self.run_on_small_disk(web, pages, ["60/100ms"], 0, left=200_000)

    def pages_fetched(self):
        return len({r.uri for r in self.web.requests() if r.uri != "/robots.txt"})


def fill(path):
    with open(path, "wb", buffering=0) as out:
        try:
            while True:
                out.write(b"\0" * 65536)
        except OSError:
            pass


if __name__ == "__main__":
    harness.program("CRAWLD_BINARY")
    unittest.main()
