"""An independent opinion of which pages a crawl must reach: html5lib's tree, Python's own URL code
and a breadth-first walk over HTTP. It shares nothing with crawld but the standards.

Results are cached by what they depend on, because html5lib reads 2 MB a second.
"""

import concurrent.futures
import hashlib
import http.client
import json
import os
import pathlib
import re
import sys
import urllib.parse

import harness

# Debian installs it for /usr/bin/python3 only, and it is pure Python.
sys.path.append("/usr/lib/python3/dist-packages")
try:
    import html5lib
except ImportError:
    html5lib = None

FOLLOWED_RELS = {"next", "prev", "canonical", "alternate"}


def canonical(base, href):
    """The absolute URL of a link without its fragment, or None if it is not for us."""
    href = re.sub(r"[\t\n\r]", "", href.strip(" \t\n\r\f"))
    # In http URLs a backslash is a slash, as far as the path goes.
    path, mark, rest = re.match(r"([^?#]*)([?#]?)(.*)", href, re.DOTALL).groups()
    href = path.replace("\\", "/") + mark + rest
    try:
        url = urllib.parse.urljoin(base, href)
        parts = urllib.parse.urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    path = urllib.parse.quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._[]|^\\")
    path = re.sub(r"%([0-9a-fA-F]{2})", unescape_unreserved, path)
    query = urllib.parse.quote(parts.query, safe="/%:@!$&()*+,;=~-._?[]|^\\`{}")
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname.lower()}{port}{path}" + (f"?{query}" if query else "")


def unescape_unreserved(match):
    character = chr(int(match.group(1), 16))
    return character if re.match(r"[A-Za-z0-9._~-]", character) else match.group(0).upper()


def rels(element):
    return set(element.attrib.get("rel", "").lower().split())


def links_of(url, body, charset):
    """The links of a page that a crawler with default options follows."""
    tree = html5lib.parse(body, namespaceHTMLElements=False, transport_encoding=charset)
    base = url
    found = []
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        attributes = element.attrib
        if element.tag == "base" and "href" in attributes and base == url:
            base = canonical(url, attributes["href"]) or url
        elif element.tag == "meta":
            name = attributes.get("name", "").strip().lower()
            content = attributes.get("content", "")
            words = set(re.split(r"[\s,]+", content.lower()))
            if name in ("robots", "crawld") and words & {"nofollow", "none"}:
                return []
            refresh = re.match(r"\s*\d+[\s;,]*(?:url\s*=)?\s*['\"]?([^'\"]+)", content, re.I)
            if attributes.get("http-equiv", "").lower() == "refresh" and refresh:
                found.append(refresh.group(1))
        elif "nofollow" in rels(element):
            continue
        elif element.tag in ("a", "area") and "href" in attributes:
            found.append(attributes["href"])
        elif element.tag in ("frame", "iframe") and "src" in attributes:
            found.append(attributes["src"])
        elif element.tag == "link" and rels(element) & FOLLOWED_RELS and "href" in attributes:
            found.append(attributes["href"])
    return [link for link in (canonical(base, href) for href in found) if link]


def read(port, url):
    """Status, headers and body as the server on that port has them."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", harness.target_of(url),
                       headers={"Host": f"{urllib.parse.urlsplit(url).hostname}:{port}"})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, response.headers, body


def visit(arguments):
    """(status, links) of one page. URLs carry no port, so that results outlive one nginx."""
    port, url = arguments
    status, headers, body = read(port, url)
    kind = headers.get_content_type()
    found = []
    if 300 <= status < 400 and headers.get("Location"):
        found = [canonical(url, headers["Location"])]
    elif status == 200 and kind in ("text/html", "application/xhtml+xml"):
        found = links_of(url, body, headers.get_content_charset())
    without_port = [link.replace(f":{port}/", "/", 1) for link in found if link]
    return status, sorted(set(without_port))


def allowed(url, disallowed):
    """robots.txt with prefixes only: the longest match decides, allow wins ties."""
    parts = urllib.parse.urlsplit(url)
    target = harness.target_of(url)
    best = ("", True)
    for prefix, is_allowed in disallowed.get(parts.hostname, []):
        if target.startswith(prefix) and (len(prefix), is_allowed) > (len(best[0]), best[1]):
            best = (prefix, is_allowed)
    return best[1]


def walk(port, seeds, disallowed):
    """{url: status} of every URL that a crawl of the seeds' hosts asks for."""
    hosts = {urllib.parse.urlsplit(seed).hostname for seed in seeds}
    reached = {}
    wave = sorted(seeds)
    known = set(wave)
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as pool:
        while wave:
            asked = [url for url in wave if allowed(url, disallowed)]
            wave = []
            tasks = [(port, url) for url in asked]
            for url, (status, links) in zip(asked, pool.map(visit, tasks, chunksize=4)):
                reached[url] = status
                for link in links:
                    if link not in known and urllib.parse.urlsplit(link).hostname in hosts:
                        known.add(link)
                        wave.append(link)
    return reached


def cached_walk(port, seeds, disallowed, *depends_on):
    """walk(), unless it was done before for the same seeds, rules, packages and walker."""
    digest = hashlib.sha256(pathlib.Path(__file__).read_bytes())
    digest.update(json.dumps([seeds, disallowed, depends_on], sort_keys=True).encode())
    directory = pathlib.Path(os.environ.get("CRAWLD_CACHE", harness.tempfile.gettempdir()))
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / f"walk-{digest.hexdigest()[:16]}.json"
    if path.exists():
        return json.loads(path.read_text())
    reached = walk(port, seeds, disallowed)
    unfinished = path.with_suffix(f".{os.getpid()}")
    unfinished.write_text(json.dumps(reached))
    unfinished.rename(path)
    return reached
