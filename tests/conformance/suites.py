#!/usr/bin/env python3
"""The table of all conformance suites: what the conformance programs wrote of each when they ran.

    suites.py DIRECTORY

Fails if a suite failed, if one is missing that stands in SUITES, or if real pages were compared,
but too few.
"""

import pathlib
import sys

PAGES = "scanner = Gumbo, "  # a suite for each corpus of real pages
PAGES_MIN = 30_000

SUITES = [
    "urltestdata.json, http(s)",
    "urltestdata.json, other schemes",
    "toascii.json",
    "percent-encoding.json, UTF-8",
    "percent-encoding.json, other charsets",
    "crawler-commons, normalisation",
    "crawler-commons, resolution",
    "crawler-commons, invalid URLs",
    "psl/tests.txt",
    "psl/test_psl.txt",
    "google-ctc, STANDARD",
    "google-ctc, GOOGLE_SPECIFIC",
    "crawler-commons, robots.txt files",
    "RFC 9309, examples",
    "crawler-commons, sitemaps",
    PAGES + "python3.11-doc",
    PAGES + "postgresql-doc-15",
    PAGES + "sqlite3-doc",
    PAGES + "debian-handbook",
    PAGES + "rust-doc",
    "html5lib trees, links",
    "html5lib trees, a link anywhere",
    "html/links samples",
    "html5lib encodings",
    "mime-types.json",
    "MIME sniffing standard",
    "what claims to be HTML",
    "Encoding standard, indexes",
    "Encoding standard, decoders",
    "Encoding standard, tags after any two bytes",
    "content codings",
    "content codings, bombs",
    "compressed/, bodies",
    "compressed/, bombs",
]


class Suite:
    def __init__(self, name, cases, passed, failed, skipped):
        self.name = name
        self.cases, self.passed, self.failed = int(cases), int(passed), int(failed)
        self.skipped = skipped
        self.differences = []  # (case, reason)


def read(directory):
    suites = {}
    for file in sorted(pathlib.Path(directory).glob("*.tsv")):
        for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
            kind, name, *rest = line.split("\t")
            if kind == "suite":
                suites[name] = Suite(name, *rest)
            else:
                suites[name].differences.append(tuple(rest))
    return suites


def in_order(suites):
    known = [suites[name] for name in SUITES if name in suites]
    return known + [suites[name] for name in sorted(suites) if name not in SUITES]


def print_table(suites):
    width = max(len(name) for name in SUITES) + 2
    print(f"{'suite':{width}}{'cases':>8}{'passed':>8}{'differ':>8}{'failed':>8}")
    for suite in in_order(suites):
        if suite.skipped:
            print(f"{suite.name:{width}}SKIPPED: {suite.skipped}")
            continue
        print(f"{suite.name:{width}}{suite.cases:8}{suite.passed:8}{len(suite.differences):8}"
              f"{suite.failed:8}")
    print("\nDeliberate differences, by suite and reason:")
    for suite in in_order(suites):
        for reason in dict.fromkeys(reason for _, reason in suite.differences):
            print(f"  {suite.name}: {reason}")
            for case, because in suite.differences:
                if because == reason:
                    print(f"      {case}")


def complaints(suites):
    missing = [name for name in SUITES if name not in suites]
    if missing:
        yield "missing: " + "; ".join(missing)
    for suite in suites.values():
        if suite.failed:
            yield f"{suite.name}: {suite.failed} failed"
        if suite.cases == 0 and not suite.skipped:
            yield f"{suite.name}: no cases, and it does not say why"
    corpora = [suite for suite in suites.values() if suite.name.startswith(PAGES)]
    pages = sum(suite.passed for suite in corpora)
    print(f"\nReal pages on which scanner and Gumbo agree: {pages}")
    if pages < PAGES_MIN and not any(suite.skipped for suite in corpora):
        yield f"only {pages} real pages, not {PAGES_MIN}"


def main():
    suites = read(sys.argv[1])
    print_table(suites)
    wrong = list(complaints(suites))
    for text in wrong:
        print("FAILED: " + text)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
