#!/usr/bin/env python3
"""Benchmarks of the whole daemon. Each prints what was measured and, with a bound, PASS or FAIL.

    run_bench.py [NAME ...]      default: all

    crawl       CPU per page and pages/s over a synthetic web, against a bare libcurl+libuv loop
                that fetches the same URLs
    slow-hosts  100 URLs on 100 hosts that answer after a second
    many-hosts  1,000 hosts with the window 1/1s for a minute
    neighbours  100 healthy hosts beside 10,000 slow ones, and beside 10,000 slow names
    known-urls  CPU and memory per page while the known URLs grow to five million
    archive     CPU that the archive takes of the loop and the committer, a page of 25 KB
    durability  pages/s with an archive, beside the same without a single sync (libeatmydata)
    restart     from a start to its first page, with one and five million known URLs, after a stop
                and after kill -9
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
            cpu, began = crawler.cpu_seconds_so_far(), time.monotonic()
            time.sleep(seconds)
            cpu, took = crawler.cpu_seconds_so_far() - cpu, time.monotonic() - began
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
                samples.append((known, lines, crawler.cpu_seconds_so_far(), rss_bytes(crawler.pid)))
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


def known_settings(directory, port, hosts, known):
    """Whose state knows so many URLs of a synthetic web."""
    settings = settings_for(
        directory, port, hosts, archive={"format": "warc"}, crawl={
            "seeds": [f"http://h0.example.test:{port}/"],
            "scope": {"within": "domain"}, "limits": {"depth": 0}},
        politeness={"host": {"windows": [], "concurrency": 4},
                    "ip": {"windows": [], "concurrency": 0}})
    config, urls = directory / "import.yaml", directory / "urls"
    config.write_text(json.dumps(settings))
    sections = ["news", "articles", "people", "places"]  # tests/support/web/synthetic_web.cc
    with open(urls, "w") as out:
        for page in range(hosts, known + hosts):
            out.write(f"http://h{page % hosts}.example.test:{port}/{sections[page % 4]}/{page}\n")
    began = time.monotonic()
    subprocess.run([harness.program("CRAWLD_BINARY"), "import", "--config", str(config), str(urls)],
                   check=True, stdout=subprocess.DEVNULL)
    print(f"  {known} URLs imported in {time.monotonic() - began:.1f} s")
    urls.unlink()
    return settings


def time_to_first_page(directory, settings, web, end_with):
    """Seconds from the start of a process to its first request of a page. It goes on to crawl for
    some seconds, and then is ended."""
    before = len(web.requests())
    began = time.clock_gettime(time.CLOCK_BOOTTIME)
    with harness.Crawler(directory, settings) as crawler:
        pages = harness.wait_for(lambda: without_robots(web.requests()[before:]), 120, "a page")
        ready = crawler.event("daemon.ready")["startup_ms"]
        time.sleep(8)
        crawler.signal(end_with)
        crawler.wait(60)
    return pages[0].start - began, ready / 1e3


def bench_restart(directory, known_counts):
    hosts = 50
    for known in known_counts:
        inside = directory / str(known)
        inside.mkdir()
        with harness.TestWeb(inside, "--synthetic", "--pages", str(known + hosts), "--hosts",
                             str(hosts), "--body-bytes", "8000") as web:
            settings = known_settings(inside, web.port, hosts, known)
            took = [time_to_first_page(inside, settings, web, end_with)
                    for end_with in (signal.SIGTERM, signal.SIGKILL, signal.SIGKILL)]
        for what, (first_page, ready) in zip(["an import", "a stop", "kill -9"], took):
            print(f"  {known} known, after {what}: ready in {ready:.2f} s, "
                  f"first page in {first_page:.2f} s")
        if known <= 1_000_000:
            verdict("seconds to the first page after a stop", took[1][0], 2)
        verdict("seconds of recovery for 10 million URLs", took[2][0] / known * 1e7, 10)


def cpu_of_threads(pid, names):
    """Seconds of the threads that are called so."""
    total = 0
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        if (task / "comm").read_text().strip() in names:
            total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


def crawl_once(directory, name, pages, archive, env=None):
    """Crawls a synthetic web of so many pages of 25 KB, fresh state and fresh web: pages/s, and the
    CPU of the loop and the committer a page in microseconds."""
    hosts = 20
    inside = directory / name
    inside.mkdir()
    with harness.TestWeb(inside, "--synthetic", "--pages", str(pages), "--hosts", str(hosts),
                         "--body-bytes", "25000") as web:
        settings = settings_for(
            inside, web.port, hosts, archive={"format": archive}, crawl={
                "seeds": [f"http://h0.example.test:{web.port}/"],
                "scope": {"within": "domain"}, "limits": {"depth": 0}},
            politeness={"host": {"windows": [], "concurrency": 16},
                        "ip": {"windows": [], "concurrency": 0}})
        with harness.Crawler(inside, settings, env=env) as crawler:
            crawler.event("crawl.idled", 600)
            cpu = cpu_of_threads(crawler.pid, ["crawld", "committer"])
            crawler.signal(signal.SIGTERM)
            crawler.wait(60)
        times = [r.start for r in without_robots(web.requests())]
    if len(times) != pages:
        failed.append(f"every page once ({name}: {len(times)})")
    rate = len(times) / (max(times) - min(times))
    print(f"  {name}: {rate:.0f} pages/s, {cpu / len(times) * 1e6:.0f} us of loop and committer")
    return rate, cpu / len(times) * 1e6


def bench_archive(directory, pages):
    without = min(crawl_once(directory, f"none {n}", pages, "none")[1] for n in range(2))
    with_it = min(crawl_once(directory, f"warc {n}", pages, "warc")[1] for n in range(2))
    verdict("us a page that the archive takes of loop and committer", with_it - without, 40)


def bench_durability(directory, pages):
    library = next(pathlib.Path("/usr/lib").glob("*/libeatmydata.so"), None)
    if library is None:
        print("  SKIPPED: libeatmydata1 is not installed")
        return
    unsynced = dict(os.environ, LD_PRELOAD=str(library))
    runs = [(crawl_once(directory, f"synced {n}", pages, "warc")[0],
             crawl_once(directory, f"not synced {n}", pages, "warc", unsynced)[0])
            for n in range(3)]
    synced, free = (sorted(rates)[1] for rates in zip(*runs))
    verdict("pages/s beside those without sync", synced / free, 0.85, at_most=False)


def main():
    benches = {
        "crawl": lambda d, a: bench_crawl(d, a.pages, a.hosts),
        "slow-hosts": lambda d, a: bench_slow_hosts(d),
        "many-hosts": lambda d, a: bench_many_hosts(d, a.seconds),
        "neighbours": lambda d, a: bench_neighbours(d, a.seconds),
        "known-urls": lambda d, a: bench_known_urls(d, a.known),
        "archive": lambda d, a: bench_archive(d, a.pages),
        "durability": lambda d, a: bench_durability(d, a.pages),
        "restart": lambda d, a: bench_restart(d, [a.known // 5, a.known]),
    }
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=" ".join(benches))
    parser.add_argument("--pages", type=int, default=30_000,
                        help="crawl, archive, durability: pages of the web")
    parser.add_argument("--hosts", type=int, default=20, help="crawl: hosts of the web")
    parser.add_argument("--seconds", type=int, default=60, help="many-hosts, neighbours: how long")
    parser.add_argument("--known", type=int, default=5_000_000,
                        help="known-urls, restart: how many")
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
