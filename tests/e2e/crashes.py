"""A crawl that is crashed, started again, and held against the durability clauses of the contract.

The oracle is outside of the daemon and its disk: the test web's link graph and log, and what the
daemon had said (crawl log and events, which are beside the state) when it was crashed:

    with Trial(directory, shape) as trial:
        with trial.start() as crawler:
            ... crash it ...
        trial.note_crash()
        trial.finish()
        trial.violations()   # {clause: [sentence, ...]}, empty if all is well

A shape says all there is to choose; a test that says it again gets the same web.
"""

import collections
import dataclasses
import datetime
import hashlib
import pathlib
import subprocess
import time

import harness
import warc


@dataclasses.dataclass
class Shape:
    pages: int = 60
    hosts: int = 4
    links: int = 12
    children: int = 4
    body_bytes: int = 8000
    seed: int = 1
    host_concurrency: int = 3
    concurrency: int = 8  # of the process: what a crash may fetch again
    windows: tuple = ((20, 0.1),)  # of each host: requests, seconds
    sections: dict = dataclasses.field(default_factory=dict)  # further configuration

    def web(self):
        return ["--synthetic", "--seed", str(self.seed), "--pages", str(self.pages), "--hosts",
                str(self.hosts), "--links", str(self.links), "--children", str(self.children),
                "--body-bytes", str(self.body_bytes)]

    def host_names(self):
        return [f"h{i}.example.test" for i in range(self.hosts)]


Start = collections.namedtuple("Start", "date requests")  # requests: so many were before it


class Trial:
    """`state`: where the daemon's directory is, if not in `directory`; logs are in `directory`."""

    def __init__(self, directory, shape, state=None):
        self.directory = pathlib.Path(directory)
        self.shape = shape
        self.state = pathlib.Path(state or self.directory / "state")
        self.archive = self.state / "archive"
        self.starts = []
        self.crashes = 0
        self.broken = collections.defaultdict(list)
        self.reported = []  # (requests until then, URLs reported until then) at each crash
        self.sealed = {}  # by name: digest of the bytes, as first seen

    def __enter__(self):
        self.web = harness.TestWeb(self.directory / "web", *self.shape.web())
        listed = subprocess.run(
            [harness.program("CRAWLD_DEMO_SITE"), *self.shape.web(), "--port", str(self.web.port),
             "--urls"], capture_output=True, check=True, text=True)
        self.expected = set(listed.stdout.split())
        return self

    def __exit__(self, *_):
        self.web.end()

    def settings(self):
        shape, hosts = self.shape, self.shape.host_names()
        settings = harness.configuration(
            self.directory, self.web.port, hosts,
            crawl={"seeds": [f"http://{hosts[0]}:{self.web.port}/"], "scope": {"within": "any"},
                   "limits": {"depth": 0}},
            politeness={"host": {"windows": [f"{n}/{int(period * 1000)}ms"
                                             for n, period in shape.windows],
                                 "concurrency": shape.host_concurrency},
                        "ip": {"windows": [], "concurrency": 0},
                        "global": {"concurrency": shape.concurrency}},
            archive={"format": "warc", "file_max": "1MiB", "name": "{prefix}-{serial}"})
        settings["state_dir"] = str(self.state)
        for name, section in shape.sections.items():
            settings[name] = {**settings.get(name, {}), **section}
        return settings

    def start(self, command=()):
        self.starts.append(Start(datetime.datetime.utcnow().isoformat(), self.asked_for()))
        return harness.Crawler(self.directory, self.settings(), "--until-idle", command=command)

    def asked_for(self):
        return self.web.asked_for()

    def note_crash(self):
        """Behind each crash, before the next start: what holds from now on."""
        time.sleep(harness.WEB_LAG_S)
        self.crashes += 1
        self.reported.append((self.asked_for(), {e["url"] for e in self.settled()}))
        for event in self.events("archive.sealed"):
            if event["file"] not in self.sealed:
                self.sealed[event["file"]] = self.digest_of(event["file"])

    def settled(self):
        return [e for e in harness.read_json_lines(self.directory / "crawl.jsonl")
                if e["event"] == "fetch.settled"]

    def events(self, name):
        return [e for e in harness.read_json_lines(self.directory / "crawld.stderr")
                if e.get("event") == name]

    def digest_of(self, file):
        try:
            return hashlib.sha256((self.archive / file).read_bytes()).hexdigest()
        except FileNotFoundError:
            return "missing"

    def finish(self, seconds=120):
        """The start after which nothing is left."""
        with self.start() as crawler:
            code = crawler.wait(seconds)
        if code != 0:
            self.broken["D8"].append(f"the last start ended with {code}: {self.last_words()}")

    def last_words(self):
        return (self.directory / "crawld.stderr").read_text(errors="replace")[-600:]

    def violations(self):
        if not self.broken:
            self.requests = self.web.requests()
            self.pages_asked = [f"http://{r.host}:{self.web.port}{r.uri}" for r in self.requests
                                if r.uri != "/robots.txt"]
            if self.read_archive():
                self.check_pages()
                self.check_reports()
                self.check_robots()
            self.check_windows()
        return dict(self.broken)

    def read_archive(self):
        try:
            self.records = warc.archive(self.archive)
        except Exception as problem:  # whatever a reader stumbles over
            self.broken["D3"].append(f"{type(problem).__name__}: {problem}")
            return False
        left = [p.name for p in self.archive.iterdir() if p.name.endswith(".open")]
        if left:
            self.broken["D3"].append(f"not sealed at the end: {left}")
        for file, digest in self.sealed.items():
            if digest == "missing" or self.digest_of(file) != digest:
                self.broken["D3"].append(f"{file} was touched after it was sealed: {digest}")
        return True

    def check_pages(self):
        pages = collections.Counter(r.url for r in self.records
                                    if r.kind in ("response", "revisit")
                                    and not r.url.endswith("/robots.txt"))
        missing = self.expected - set(pages)
        foreign = set(pages) - self.expected
        if missing or foreign:
            self.broken["D1"].append(f"{len(missing)} pages are missing: {sorted(missing)[:3]}, "
                                     f"{len(foreign)} are foreign: {sorted(foreign)[:3]}")
        twice = [url for url, count in pages.items() if count > 1]
        if twice:
            self.broken["D2"].append(f"{len(twice)} pages are archived twice: {twice[:3]}")
        self.refetches = len(self.pages_asked) - len(set(self.pages_asked))
        if self.refetches > self.refetches_max():
            self.broken["D2"].append(f"{self.refetches} refetches after {self.crashes} crashes")

    def refetches_max(self):
        return self.crashes * self.shape.concurrency

    def check_reports(self):
        places = {(r.file, r.offset): r for r in self.records}
        for event in self.settled():
            record = places.get((event["warc_file"], event["warc_offset"]))
            if not record or (record.url, record.status) != (event["url"], event["status"]):
                self.broken["D6"].append(f"reported, and not in the archive: {event}")
        for count, reported in self.reported:
            asked = [f"http://{r.host}:{self.web.port}{r.uri}" for r in self.requests[count:]]
            again = {url for url in asked if not url.endswith("/robots.txt")} & reported
            if again:
                self.broken["D6"].append(f"asked for again though reported: {sorted(again)[:3]}")

    def check_robots(self):
        """A page is asked for behind the robots.txt of this start, or one that was committed before
        it. The web forbids what nobody links to, so what is forbidden says nothing."""
        committed = [(r.fields["WARC-Date"], r.url.split("/")[2].split(":")[0])
                     for r in self.records if r.kind in ("response", "revisit")
                     and r.url.endswith("/robots.txt")]
        bounds = [start.requests for start in self.starts[1:]] + [len(self.requests)]
        for number, (start, end) in enumerate(zip(self.starts, bounds)):
            known = {host for date, host in committed if date < start.date}
            for request in self.requests[start.requests:end]:
                if request.uri == "/robots.txt":
                    known.add(request.host)
                elif request.host not in known:
                    self.broken["D5"].append(f"start {number} asked for {request.host}"
                                             f"{request.uri} without its robots.txt")

    def check_windows(self):
        for count, period in self.shape.windows:
            for host in self.shape.host_names():
                times = [r.start for r in self.requests if r.host == host]
                exceeded = harness.window_violations(times, count, period, 0)
                if exceeded:
                    self.broken["D4"].append(f"{count}/{period} s of {host}: {exceeded[:3]}")
