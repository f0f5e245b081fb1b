#!/usr/bin/env python3
"""Benchmarks of the whole daemon. Each prints what was measured and, with a bound, PASS or FAIL.

    run_bench.py [NAME ...]      default: all

    crawl       CPU per page and pages/s over a synthetic web, against a bare libcurl+libuv loop
                that fetches the same URLs
    slow-hosts  100 URLs on 100 hosts that answer after a second
    many-hosts  1,000 hosts with the window 1/1s for a minute
    neighbours  100 healthy hosts beside 10,000 slow ones, and beside 10,000 slow names
    known-urls  CPU and memory per page while the known URLs grow to five million
"""

import argparse
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
import harness  # noqa: E402
import neighbours  # noqa: E402

failed = []


def verdict(name, value, bound, at_most=True):
    passed = value <= bound if at_most else value >= bound
    print(f"  {'PASS' if passed else 'FAIL'} {name}: {value:.3g} "
          f"({'at most' if at_most else 'at least'} {bound:g})")
    if not passed:
        failed.append(name)


def host_names(count):
    return [f"h{n}.example.test" for n in range(count)]


def settings_for(directory, port, hosts, **sections):
    sections.setdefault("archive", {"format": "none"})
    return harness.configuration(directory, port, host_names(hosts), **sections)


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rss_bytes(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0


def without_robots(requests):
    return [r for r in requests if r.uri != "/robots.txt"]


def bench_crawl(directory, pages, hosts):
    shape = ["--synthetic", "--pages", str(pages), "--hosts", str(hosts)]
    with harness.TestWeb(directory, *shape) as web:
        urls = directory / "urls"
        with open(urls, "w") as out:
            subprocess.run([harness.program("CRAWLD_DEMO_SITE"), *shape, "--urls", "--port",
                            str(web.port)], stdout=out, check=True)
        bare = json.loads(subprocess.run([harness.program("BARE_FETCH"), str(urls), str(web.port),
                                          "64"], capture_output=True, check=True).stdout)
        bare_us = bare["cpu_seconds"] / bare["pages"] * 1e6
        print(f"  bare loop: {bare['pages']} pages, {bare['pages'] / bare['seconds']:.0f}/s, "
              f"{bare_us:.0f} us CPU a page")
        settings = settings_for(
            directory, web.port, hosts, crawl={
                "seeds": [f"http://h0.example.test:{web.port}/"],
                "scope": {"within": "domain"}, "limits": {"depth": 0}},
            politeness={"host": {"windows": [], "concurrency": 16},
                        "ip": {"windows": [], "concurrency": 0}})
        with harness.Crawler(directory, settings, "--until-idle") as crawler:
            crawler.wait(600)
            times = [r.start for r in web.requests()[bare["pages"]:]]
            crawled = len(without_robots(web.requests()[bare["pages"]:]))
            us = crawler.cpu_seconds() / max(crawled, 1) * 1e6
            rate = crawled / max(max(times) - min(times), 1e-9)
            print(f"  crawld:    {crawled} pages, {rate:.0f}/s, {us:.0f} us CPU a page, "
                  f"{crawler.rss_max_bytes() >> 20} MiB")
            if crawler.poll() != 0 or crawled != bare["pages"]:
                print(crawler.stderr()[-2000:])
                failed.append("every page once")
    verdict("CPU a page / bare fetch", us / bare_us, 8)
    verdict("pages/s", rate, 3000, at_most=False)


def bench_slow_hosts(directory):
    hosts = 100
    with harness.TestWeb(directory, "--synthetic", "--pages", str(hosts), "--hosts", str(hosts),
                         "--delay-ms", "1000") as web:
        settings = settings_for(
            directory, web.port, hosts, crawl={
                "seeds": [f"http://{host}:{web.port}/" for host in host_names(hosts)],
                "scope": {"within": "page"}},
            politeness={"host": {"windows": ["1/1ms"], "concurrency": 1},
                        "ip": {"windows": [], "concurrency": 0}})
        with harness.Crawler(directory, settings, "--until-idle") as crawler:
            crawler.wait(60)
            took = time.monotonic() - crawler.started
            pages = without_robots(web.requests())
            print(f"  {len(pages)} pages, {took:.2f} s from start to exit")
            if len(pages) != hosts:
                failed.append("every page once")
            began = crawler.events()[0]["ts"], crawler.event("crawl.idled")["ts"]
    print(f"  first and last event: {began[0]} {began[1]}")
    verdict("seconds", took, 1.3)


def bench_many_hosts(directory, seconds):
    hosts = 1000
    with harness.TestWeb(directory, "--synthetic", "--pages", "1000000", "--hosts", str(hosts)) \
            as web:
        settings = settings_for(
            directory, web.port, hosts, crawl={
                "seeds": [f"http://{host}:{web.port}/" for host in host_names(hosts)],
                "scope": {"within": "domain"}, "limits": {"depth": 0}},
            politeness={"host": {"windows": ["1/1s"], "concurrency": 1},
                        "global": {"concurrency": 2000},
                        "ip": {"windows": [], "concurrency": 0}})
        with harness.Crawler(directory, settings) as crawler:
            harness.wait_for(lambda: len(web.requests()) > hosts, 60, "the first requests")
            cpu, began = cpu_seconds(crawler.pid), time.monotonic()
            time.sleep(seconds)
            cpu, took = cpu_seconds(crawler.pid) - cpu, time.monotonic() - began
            end = time.clock_gettime(time.CLOCK_BOOTTIME)
            crawler.signal(signal.SIGTERM)
            crawler.wait(60)
            requests = web.requests()
    counted = sum(end - took <= r.start < end for r in requests)
    by_host = {}
    for request in requests:
        by_host.setdefault(request.host, []).append(request.start)
    broken = sum(len(harness.window_violations(times, 1, 1.0, 0)) for times in by_host.values())
    print(f"  {counted} requests in {took:.1f} s to {len(by_host)} hosts")
    verdict("requests/s", counted / took, 950, at_most=False)
    verdict("windows exceeded", broken, 0)
    verdict("share of a core", cpu / took, 0.25)


def bench_neighbours(directory, seconds):
    concurrency = 512
    for what in "hosts", "names":
        inside = directory / what
        inside.mkdir()
        if what == "hosts":
            measured = neighbours.beside_slow_hosts(inside, 100, 10_000, seconds, concurrency)
        else:
            measured = neighbours.beside_slow_names(inside, 100, 10_000, seconds)
        print(f"  {measured.alone:.1f} requests/s alone, {measured.beside:.1f} beside slow {what}, "
              f"of which {measured.slow_hosts_asked} were reached")
        verdict(f"slow {what}: rate kept", measured.beside / measured.alone, 0.9, at_most=False)
        verdict(f"slow {what}: rate kept by the worst host", measured.worst, 0.8, at_most=False)
        verdict(f"slow {what}: further descriptors", measured.fds_beside - measured.fds_alone,
                2 * concurrency)
        verdict(f"slow {what}: further threads", measured.threads_beside - measured.threads_alone,
                0)


def slope(points):
    """Least squares of y over x, as the relative change of y from the first x to the last."""
    n = len(points)
    mean_x = sum(x for x, _ in points) / n
    mean_y = sum(y for _, y in points) / n
    over = sum((x - mean_x) ** 2 for x, _ in points)
    rise = sum((x - mean_x) * (y - mean_y) for x, y in points) / over
    first = mean_y + rise * (points[0][0] - mean_x)
    return rise * (points[-1][0] - points[0][0]) / first


def bench_known_urls(directory, known_target):
    hosts = 50
    with harness.TestWeb(directory, "--synthetic", "--pages", "400000000", "--hosts", str(hosts),
                         "--children", "10") as web:
        settings = settings_for(
            directory, web.port, hosts, crawl={
                "seeds": [f"http://h0.example.test:{web.port}/"],
                "scope": {"within": "domain"}, "limits": {"depth": 0}},
            politeness={"host": {"windows": [], "concurrency": 16},
                        "ip": {"windows": [], "concurrency": 0}})
        samples = []  # (known URLs, pages, CPU seconds, resident bytes)
        with harness.Crawler(directory, settings) as crawler:
            lines, offset, known = 0, 0, 0
            while known < known_target and crawler.poll() is None:
                time.sleep(1)
                with open(crawler.crawl_log, "rb") as log:
                    log.seek(offset)
                    whole = log.read().rpartition(b"\n")[0]
                offset += len(whole)
                for line in whole.splitlines():
                    if line:
                        lines, known = lines + 1, known + json.loads(line).get("links_new", 0)
                samples.append((known, lines, cpu_seconds(crawler.pid), rss_bytes(crawler.pid)))
            crawler.signal(signal.SIGTERM)
            crawler.wait(60)
    # The first seconds fill caches that are empty only once.
    steady = [s for s in samples if s[0] >= known_target / 20]
    costs = []
    step = max(1, len(steady) // 20)
    for before, after in zip(steady[::step], steady[step::step]):
        if after[1] > before[1]:
            costs.append((after[0], (after[2] - before[2]) / (after[1] - before[1]) * 1e6))
    for known, cost in costs:
        print(f"  {known:>9} known: {cost:6.0f} us CPU a page")
    verdict("RSS in MB", max(s[3] for s in samples) / 1e6, 300)
    verdict("slope of CPU a page", slope(costs), 0.10)


def main():
    benches = {
        "crawl": lambda d, a: bench_crawl(d, a.pages, a.hosts),
        "slow-hosts": lambda d, a: bench_slow_hosts(d),
        "many-hosts": lambda d, a: bench_many_hosts(d, a.seconds),
        "neighbours": lambda d, a: bench_neighbours(d, a.seconds),
        "known-urls": lambda d, a: bench_known_urls(d, a.known),
    }
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=" ".join(benches))
    parser.add_argument("--pages", type=int, default=30_000, help="crawl: pages of the web")
    parser.add_argument("--hosts", type=int, default=20, help="crawl: hosts of the web")
    parser.add_argument("--seconds", type=int, default=60, help="many-hosts, neighbours: how long")
    parser.add_argument("--known", type=int, default=5_000_000, help="known-urls: how many")
    arguments = parser.parse_args()
    harness.raise_descriptor_limit()
    for name in arguments.names or benches:
        if name not in benches:
            parser.error(f"there is no benchmark {name}")
        print(f"{name}:", flush=True)
        with harness.Workspace() as directory:
            benches[name](directory, arguments)
    print("failed: " + ", ".join(failed) if failed else "all bounds hold")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
