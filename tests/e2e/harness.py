"""What the end-to-end tests share: a real nginx, our own test web, the real daemon, and readers of
their logs. Everything a test starts ends with it, whatever happens.

The environment says where things are (tests/e2e/CMakeLists.txt sets it):
    CRAWLD_BINARY     the daemon
    CRAWLD_DEMO_SITE  the test web server (tests/support/web)
    CRAWLD_CACHE      a directory for results that do not depend on the daemon
    CRAWLD_SLOW       how many times longer everything may take (sanitizers)
"""

import collections
import contextlib
import ctypes
import json
import os
import pathlib
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse

SKIPPED = 77
SLOW = float(os.environ.get("CRAWLD_SLOW", "1"))
CONTACT = "https://crawld.test/contact"
# nginx writes milliseconds, cut off, at both ends of a difference.
NGINX_CLOCK_S = 0.002


def skip(reason):
    print(f"SKIPPED: {reason}")
    sys.exit(SKIPPED)


def program(variable):
    path = os.environ.get(variable, "")
    if not os.access(path, os.X_OK):
        skip(f"{variable} names no program: {path!r}")
    return path


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(condition, seconds, what):
    """The condition's first true value. Polls: the processes that it watches are real."""
    deadline = time.monotonic() + seconds * SLOW
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds * SLOW:.0f} s in vain for {what}")
        time.sleep(0.01)


def clock_jump_ms(clock, seconds=5):
    """The longest that a thread misses which only looks at its clock. On some virtual machines
    others have a processor meanwhile, and what they have of it even counts as CPU time of ours."""
    end, longest, last = time.monotonic() + seconds, 0, clock()
    while time.monotonic() < end:
        now = clock()
        longest, last = max(longest, now - last), now
    return longest / 1e6


def skip_where_processors_are_lent(test, bound_ms, clock=time.thread_time_ns):
    """For a test that found more time in one go than it allows, where nothing can be said of it."""
    jump = clock_jump_ms(clock)
    if jump > bound_ms:
        test.skipTest(f"a thread that only looks at its clock misses {jump:.0f} ms here")


def _die_with_parent():
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


class Process:
    """A child in a session of its own, with its output in files, gone at the end of a `with`."""

    def __init__(self, command, directory, name, env=None):
        self.name = name
        self.stdout_path = pathlib.Path(directory) / f"{name}.stdout"
        self.stderr_path = pathlib.Path(directory) / f"{name}.stderr"
        self.started = time.monotonic()
        self.rusage = None
        self.rss_max = 0
        with open(self.stdout_path, "wb") as out, open(self.stderr_path, "ab") as err:
            self.popen = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out,
                                          stderr=err, start_new_session=True,
                                          preexec_fn=_die_with_parent,
                                          env={**os.environ, **(env or {})})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    @property
    def pid(self):
        return self.popen.pid

    def poll(self):
        """The exit code (negative: the signal that ended it), or None while it runs."""
        if self.popen.returncode is None:
            self._note_memory()
            pid, status, usage = os.wait4(self.pid, os.WNOHANG)
            if pid:
                self.popen.returncode = os.waitstatus_to_exitcode(status)
                self.rusage = usage
        return self.popen.returncode

    def wait(self, seconds):
        wait_for(lambda: self.poll() is not None, seconds, f"{self.name} to end\n{self.stderr()}")
        return self.popen.returncode

    def signal(self, number):
        os.kill(self.pid, number)

    def end(self):
        if self.poll() is None:
            self.signal(signal.SIGTERM if self.name == "nginx" else signal.SIGKILL)
            self.wait(20)

    def stdout(self):
        return self.stdout_path.read_text(errors="replace")

    def stderr(self):
        return self.stderr_path.read_text(errors="replace")

    def cpu_seconds_so_far(self):
        stat = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")

    def cpu_seconds(self):
        """Of a process that has ended."""
        return self.rusage.ru_utime + self.rusage.ru_stime

    def rss_max_bytes(self):
        """The most memory that it had at any time, as seen at the last poll() before its end.
        (ru_maxrss begins with what we ourselves had when we started it.)"""
        assert self.rss_max > 0, f"{self.name} ended before it was looked at"
        return self.rss_max

    def _note_memory(self):
        with contextlib.suppress(OSError):  # it has ended
            status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
            for line in status.splitlines():
                if line.startswith("VmHWM:"):
                    self.rss_max = int(line.split()[1]) * 1024


Request = collections.namedtuple("Request", "start host uri status")


def target_of(url):
    parts = urllib.parse.urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if "?" in url.split("#")[0] else "")


class Nginx(Process):
    """nginx on one loopback port with its own configuration, logs and temporary files.

    `sites` maps a host name to the lines of its server block.
    """

    def __init__(self, directory, sites):
        binary = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
        if not binary:
            skip("nginx is not installed")
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.access_log = self.directory / "access.log"
        configuration = self.directory / "nginx.conf"
        configuration.write_text(self._configuration(sites))
        super().__init__([binary, "-p", str(self.directory), "-c", str(configuration), "-e",
                          str(self.directory / "error.log")], self.directory, "nginx")
        wait_for(self._answers, 20, f"nginx to listen\n{self.stderr()}")

    def _configuration(self, sites):
        temporary = "\n".join(f"  {kind}_temp_path {self.directory}/{kind};" for kind in
                              ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        servers = "\n".join(
            "  server {\n    listen 127.0.0.1:%d;\n    server_name %s;\n%s\n  }" %
            (self.port, host, "\n".join("    " + line for line in lines))
            for host, lines in sites.items())
        user = "user root;" if os.geteuid() == 0 else ""
        return f"""{user}
daemon off;
worker_processes 1;
pid {self.directory}/pid;
error_log {self.directory}/error.log;
events {{ worker_connections 4096; }}
http {{
  types {{
    text/html html htm;
    text/plain txt py c h sh;
    text/css css;
    application/javascript js;
    image/svg+xml svg;
    image/png png;
    application/pdf pdf;
  }}
  default_type application/octet-stream;
  log_format crawld '$msec $request_time $host $request_uri $status';
  access_log {self.access_log} crawld;
{temporary}
  sendfile on;
  keepalive_requests 1000000;
  server_names_hash_bucket_size 128;
{servers}
}}
"""

    def _answers(self):
        if self.poll() is not None:
            raise AssertionError(f"nginx ended: {self.stderr()}")
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            return True
        except OSError:
            return False

    def requests(self):
        """What was asked for, in the order in which it began."""
        found = []
        for line in self.access_log.read_text(errors="replace").splitlines():
            end, duration, host, uri, status = line.split(" ")
            found.append(Request(float(end) - float(duration), host, uri, int(status)))
        return sorted(found, key=lambda request: request.start)

    def count(self):
        return self.access_log.read_bytes().count(b"\n")


WEB_LAG_S = 0.05  # the test web has read by then what was sent to it, and written it to its log


class TestWeb(Process):
    """crawld_demo_site: the demo, or with `--synthetic` a web of any size."""

    def __init__(self, directory, *arguments):
        pathlib.Path(directory).mkdir(exist_ok=True)
        self.access_log = pathlib.Path(directory) / "web-access.log"
        super().__init__([program("CRAWLD_DEMO_SITE"), "--access-log", str(self.access_log),
                          *arguments], directory, "web")
        line = wait_for(lambda: self.poll() is not None or self.stdout(), 20, "the web to listen")
        if self.poll() is not None:
            raise AssertionError(f"the test web ended: {self.stderr()} {line}")
        self.port = int(self.stdout().rsplit(":", 1)[1])

    def asked_for(self):
        """The number of requests so far."""
        return self.access_log.read_bytes().count(b"\n")

    def requests(self):
        time.sleep(WEB_LAG_S)
        found = []
        for line in self.access_log.read_text(errors="replace").splitlines():
            at, host, uri, status = line.split(" ")
            found.append(Request(int(at) / 1e6, host, uri, int(status)))
        return found


def configuration(directory, port, hosts, **sections):
    """A configuration in YAML (JSON is YAML) for hosts on one loopback port. Nothing is archived,
    unless `archive` says so."""
    settings = {
        "version": 1,
        "identity": {"product": "crawld", "contact": CONTACT},
        "state_dir": str(pathlib.Path(directory) / "state"),
        "log": {"directory": str(directory), "level": "info"},
        "archive": {"format": "none"},
        "network": {
            "allow": [f"127.0.0.0/8:{port}"],
            "ports": [port],
            "hosts": {host: "127.0.0.1" for host in hosts},
        },
        "politeness": {
            "host": {"windows": [], "concurrency": 4},
            "ip": {"windows": [], "concurrency": 0},
        },
    }
    for name, value in sections.items():
        if isinstance(value, dict) and isinstance(settings.get(name), dict):
            settings[name] = {**settings[name], **value}
        else:
            settings[name] = value
    return settings


class Crawler(Process):
    """`crawld run` on a configuration, given as a dictionary or as text; `command` starts it."""

    def __init__(self, directory, settings, *arguments, env=None, name="crawld", command=()):
        self.directory = pathlib.Path(directory)
        self.crawl_log = self.directory / "crawl.jsonl"
        self.config = self.directory / "crawld.yaml"
        self.write_config(settings)
        super().__init__([*command, program("CRAWLD_BINARY"), "run", "--config",
                          str(self.config), *arguments], directory, name, env)

    def write_config(self, settings):
        text = settings if isinstance(settings, str) else json.dumps(settings, indent=1)
        self.config.write_text(text)

    def events(self):
        """What it said on stderr, line by line; text that is no event is left out."""
        return read_json_lines(self.stderr_path)

    def event(self, name, seconds=20):
        def look():
            found = [e for e in self.events() if e.get("event") == name]
            if not found and self.poll() is not None:
                raise AssertionError(f"crawld ended without {name}:\n{self.stderr()}")
            return found
        return wait_for(look, seconds, f"the event {name}\n{self.stderr()}")[-1]

    def idled(self, seconds, pages=1):
        """Waits for that, behind so many pages: before its seeds came it idled too."""
        wait_for(lambda: self.event("crawl.idled")["pages"] >= pages, seconds,
                 f"it to idle behind {pages} pages")

    def settled(self):
        """The lines of the crawl log that were requests."""
        return [e for e in read_json_lines(self.crawl_log) if e["event"] == "fetch.settled"]


def command(directory, name, *arguments, stdin=b""):
    """The exit code, standard output and standard error of `crawld NAME` on the configuration that
    the directory's crawler had."""
    done = subprocess.run([program("CRAWLD_BINARY"), name, "--config",
                           str(pathlib.Path(directory) / "crawld.yaml"), *arguments], input=stdin,
                          capture_output=True, timeout=60 * SLOW, check=False)
    return (done.returncode, done.stdout.decode(errors="replace"),
            done.stderr.decode(errors="replace"))


def fetch_everywhere(test, page, hosts, tls=False, **sections):
    """The same page on every host, all of them fetched at once; the crawler, which has ended.
    `test`: the class at whose end the files go."""
    directory = workspace_of(test)
    (directory / "www").mkdir()
    (directory / "www" / "index.html").write_bytes(page)
    lines = [f"root {directory / 'www'};"]
    port = 0
    if tls:
        port = free_port()
        lines += tls_lines(directory, port)
    with Nginx(directory, {host: lines for host in hosts}) as nginx:
        port = port or nginx.port
        scheme = "https" if tls else "http"
        crawl = {"seeds": [f"{scheme}://{host}:{port}/" for host in hosts],
                 "scope": {"within": "host"}, **sections.pop("crawl", {})}
        settings = configuration(directory, port, hosts, crawl=crawl, archive={"format": "none"},
                                 **sections)
        with Crawler(directory, settings, "--until-idle") as crawler:
            crawler.wait(120)
    return crawler


def tls_lines(directory, port):
    """Of a server block of nginx, with a certificate that nobody vouches for."""
    if not shutil.which("openssl"):
        skip("openssl is not installed")
    key, certificate = directory / "tls.key", directory / "tls.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=test", "-days", "2",
                    "-keyout", str(key), "-out", str(certificate)], check=True,
                   stderr=subprocess.DEVNULL)
    return [f"listen 127.0.0.1:{port} ssl;", f"ssl_certificate {certificate};",
            f"ssl_certificate_key {key};"]


def read_json_lines(path):
    lines = []
    if pathlib.Path(path).exists():
        for text in pathlib.Path(path).read_text(errors="replace").splitlines():
            # A process that was killed may have left half a line.
            if text.startswith("{"):
                try:
                    lines.append(json.loads(text))
                except json.JSONDecodeError:
                    pass
    return lines


def requests_in(settled):
    """(host, uri, status) of crawl log lines, as a multiset that a server's log can be held
    against."""
    return collections.Counter((e["host"], target_of(e["url"]), e["status"]) for e in settled)


def window_violations(times, count, period_s, tolerance_s):
    """The contract's P1: s(k + N) - s(k) >= P for all k. The pairs that break it."""
    times = sorted(times)
    return [(a, b) for a, b in zip(times, times[count:]) if b - a < period_s - tolerance_s]


def difference(left, right, limit=10):
    """What one multiset has and the other has not, short enough to print."""
    more, less = left - right, right - left
    return f"{sum(more.values())} more: {list(more)[:limit]}; " \
           f"{sum(less.values())} missing: {list(less)[:limit]}"


def raise_descriptor_limit():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


class Workspace:
    """A directory for one test; kept, and named, if the test fails."""

    def __enter__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="crawld-e2e-"))
        return self.path

    def __exit__(self, kind, *_):
        if kind is None or kind is SystemExit:
            shutil.rmtree(self.path, ignore_errors=True)
        else:
            print(f"the files of the failed test are in {self.path}", file=sys.stderr)


def workspace_of(test):
    """The directory of a class of tests, which is gone with it."""
    workspace = Workspace()
    directory = workspace.__enter__()
    test.addClassCleanup(workspace.__exit__, None)
    return directory
