"""Do the hosts that answer keep their rate beside those that do not? Measured in one run of the
real daemon, at the servers: the healthy hosts alone, then, after a reload that brings the others,
beside them."""

import collections
import os
import signal
import threading
import time

import harness
import name_server
import slow_web

PAGES_PER_HOST = 10_000

# Rates are of healthy requests a second; `worst` is the lowest share of its rate that a host kept.
Measured = collections.namedtuple(
    "Measured", "alone beside worst fds_alone fds_beside threads_alone threads_beside "
                "slow_hosts_asked connections_max", defaults=(0, 0))


def now():
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Usage(threading.Thread):
    """Samples (time, descriptors, threads) of a process."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid = pid
        self.samples = []

    def run(self):
        try:
            while True:
                self.samples.append((now(),
                                     len(os.listdir(f"/proc/{self.pid}/fd")),
                                     len(os.listdir(f"/proc/{self.pid}/task"))))
                time.sleep(0.2)
        except OSError:
            pass  # it has ended

    def between(self, begin, end):
        chosen = [sample[1:] for sample in self.samples if begin <= sample[0] < end]
        return [fds for fds, _ in chosen], [threads for _, threads in chosen]


class Neighbours:
    """`healthy` hosts of a synthetic web, each with the window 1/1s."""

    def __init__(self, directory, healthy, seconds, concurrency):
        self.directory, self.seconds, self.concurrency = directory, seconds, concurrency
        self.healthy = [f"h{n}.example.test" for n in range(healthy)]

    def web(self):
        return harness.TestWeb(self.directory, "--synthetic", "--pages",
                               str(PAGES_PER_HOST * len(self.healthy)), "--hosts",
                               str(len(self.healthy)))

    def settings(self, web, others, network):
        """The others' URLs join later, by a file."""
        self.seeds = self.directory / "others.txt"
        self.seeds.write_text("")
        self.joined = others
        settings = harness.configuration(
            self.directory, web.port, self.healthy, archive={"format": "none"}, crawl={
                "seeds": [f"http://{host}:{web.port}/" for host in self.healthy],
                "scope": {"within": "host"}, "limits": {"depth": 0}},
            politeness={"host": {"windows": ["1/1s"], "concurrency": 1},
                        "global": {"concurrency": self.concurrency},
                        "ip": {"windows": [], "concurrency": 0}})
        settings["network"].update(network)
        return settings

    def run(self, web, settings, felt, on_join=lambda: None):
        """`felt()` is true as soon as the crawl feels the others, who join after `on_join()`."""
        with harness.Crawler(self.directory, settings) as crawler:
            usage = Usage(crawler.pid)
            usage.start()
            harness.wait_for(lambda: self.pages_of_all(web), 60, "a page of each healthy host")
            alone = now()
            time.sleep(self.seconds)
            alone_end = now()
            on_join()
            self.seeds.write_text("".join(f"{url}\n" for url in self.joined))
            settings["crawl"]["seeds"].append({"file": str(self.seeds)})
            crawler.write_config(settings)
            crawler.signal(signal.SIGHUP)
            harness.wait_for(felt, 60, f"the others to be asked\n{crawler.stderr()}")
            beside = now()
            time.sleep(self.seconds)
            beside_end = now()
            crawler.signal(signal.SIGKILL)
            crawler.wait(10)
        before = self.counts(web, alone, alone_end)
        after = self.counts(web, beside, beside_end)
        before_usage = usage.between(alone, alone_end)
        after_usage = usage.between(beside, beside_end)
        return Measured(
            sum(before.values()) / (alone_end - alone), sum(after.values()) / (beside_end - beside),
            min(after[host] / max(before[host], 1) for host in self.healthy),
            *map(max, (before_usage[0], after_usage[0], before_usage[1], after_usage[1])))

    def pages_of_all(self, web):
        hosts = {r.host for r in web.requests() if r.uri != "/robots.txt"}
        return hosts >= set(self.healthy)

    def counts(self, web, begin, end):
        """Requests by healthy host."""
        return collections.Counter(r.host for r in web.requests()
                                   if begin <= r.start < end and r.host in self.healthy)


def beside_slow_hosts(directory, healthy, slow, seconds, concurrency):
    """Slow and silent hosts: tests/e2e/slow_web.py."""
    names = slow_web.host_names(slow)
    slow_server = slow_web.SlowWeb()
    slow_server.start()
    test = Neighbours(directory, healthy, seconds, concurrency)
    fixed = {host: "127.0.0.1" for host in test.healthy}
    fixed.update({host: slow_web.address_of(n) for n, host in enumerate(names)})
    with test.web() as web:
        ports = [web.port, slow_server.port]
        settings = test.settings(
            web, [f"http://{host}:{slow_server.port}/" for host in names],
            {"ports": ports, "allow": [f"127.0.0.0/8:{port}" for port in ports], "hosts": fixed})
        full = min(slow, concurrency) / 2
        measured = test.run(web, settings, lambda: slow_server.connected_max >= full)
    slow_server.stop()
    return measured._replace(slow_hosts_asked=len(slow_server.asked),
                             connections_max=slow_server.connected_max)


def beside_slow_names(directory, healthy, slow, seconds, name_delay_s=10):
    """Names that take long to resolve, while those of the healthy hosts are cached."""
    names = name_server.NameServer(lambda name: [(name_server.A, "127.0.0.1")], ttl_s=3600)
    names.start()
    others = [f"slow-{n}.test" for n in range(slow)]
    test = Neighbours(directory, healthy, seconds, 512)
    with test.web() as web:
        settings = test.settings(web, [f"http://{host}:{web.port}/" for host in others],
                                 {"hosts": {}, "dns_servers": [f"127.0.0.1:{names.port}"]})

        measured = test.run(web, settings, lambda: any(name in names.asked for name in others),
                            lambda: setattr(names, "delay_s", name_delay_s))
        asked = {r.host for r in web.requests()} - set(test.healthy)
    return measured._replace(slow_hosts_asked=len(asked))
