"""The documentation of Debian packages as three web sites: real pages by many authors."""

import os
import pathlib
import subprocess

import harness
import walker

ROOTS = {
    "python.docs.test": ("python3.11-doc", "/usr/share/doc/python3.11/html"),
    "postgres.docs.test": ("postgresql-doc-15", "/usr/share/doc/postgresql-doc-15/html"),
    "sqlite.docs.test": ("sqlite3-doc", "/usr/share/doc/sqlite3"),
}
HOSTS = list(ROOTS)
# (prefix, allowed) of each host's robots.txt.
ROBOTS = {
    "python.docs.test": [("/whatsnew/", False), ("/whatsnew/3.11.html", True)],
    "postgres.docs.test": [("/sql-", False), ("/sql-select.html", True)],
    "sqlite.docs.test": [("/c3ref/", False), ("/releaselog/", False)],
}


def skip_unless_installed():
    for package, root in ROOTS.values():
        if not any(pathlib.Path(root).glob("*.html")):
            harness.skip(f"the pages of {package} are not installed")
    if walker.html5lib is None:
        harness.skip("python3-html5lib is not installed")


def sites():
    return {host: site(host, root) for host, (_, root) in ROOTS.items()}


def site(host, root):
    rules = "".join(f"{'Allow' if is_allowed else 'Disallow'}: {prefix}\\n"
                    for prefix, is_allowed in ROBOTS[host])
    return [f"root {root};", "index index.html;",
            "location = /robots.txt { default_type text/plain; return 200 "
            f"'User-agent: *\\n{rules}'; }}",
            # One site of three sends its pages compressed.
            "gzip on;" if host == "python.docs.test" else "gzip off;"]


def seeds(port=None):
    suffix = f":{port}" if port else ""
    return [f"http://{host}{suffix}/" for host in HOSTS]


def versions():
    query = subprocess.run(["dpkg-query", "-W", "-f", "${Package} ${Version}\n",
                            *(package for package, _ in ROOTS.values())],
                           capture_output=True, text=True)
    return query.stdout


def expected(port):
    """(host, uri) of each page that a crawl must fetch, with the status it must get."""
    reached = walker.cached_walk(port, seeds(), ROBOTS, versions())
    return {(walker.urllib.parse.urlsplit(url).hostname, harness.target_of(url)): status
            for url, status in reached.items()}


def settings(directory, port, windows, ip_windows, concurrency=4):
    """Windows are (requests, seconds)."""
    written = lambda windows: [f"{count}/{int(period * 1000)}ms" for count, period in windows]
    return harness.configuration(
        directory, port, HOSTS,
        crawl={"seeds": seeds(port), "limits": {"depth": 0}},
        html={"links_max": 1_000_000},
        politeness={"host": {"windows": written(windows), "concurrency": concurrency},
                    "ip": {"windows": written(ip_windows), "concurrency": 0}},
        archive={"format": "none"})


if __name__ == "__main__":
    skip_unless_installed()
    with harness.Workspace() as directory, harness.Nginx(directory, sites()) as nginx:
        os.environ.setdefault("CRAWLD_CACHE", str(directory))
        pages = expected(nginx.port)
        print(len(pages), "pages", {s: list(pages.values()).count(s) for s in pages.values()})
