#!/usr/bin/env python3
"""Runs the fuzz targets, each with seeds from what is on this machine.

    tests/fuzz/run.py [--seconds N] [--jobs N] [--build DIR] [TARGET ...]

Build them first, with clang:

    cmake -B build-asan -G Ninja -DCMAKE_CXX_COMPILER=clang++ -DCRAWLD_FUZZ=ON
    ninja -C build-asan fuzz_targets

What a target learns is kept in $XDG_CACHE_HOME/crawld-fuzz/TARGET and taken up by the next run;
what it finds is kept in crawld-fuzz/finds, with the command that runs it again. With --once, as
ctest does, nothing is kept but finds, which go into the build directory.

Seeds are files of the corpora that are present (CRAWLD_TESTDATA, documentation in /usr/share/doc)
and the lines of tests/fuzz/seeds/TARGET.seeds, which have the escapes of Python's strings.
"""

import argparse
import concurrent.futures
import gzip
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import zlib

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TESTDATA = pathlib.Path(os.environ.get("CRAWLD_TESTDATA", ROOT.parent / "shared" / "testdata"))
DOCS = [pathlib.Path("/usr/share/doc") / name
        for name in ("python3.11/html", "postgresql-doc-15/html", "sqlite3", "rust-doc/html",
                     "debian-handbook/html")]

# The longest inputs: beyond them a run gets slower and finds no more.
MAX_LEN = {"url": 512, "robots": 2048, "scanner": 2048, "tree": 8192, "decode": 8192,
           "charset": 4096, "mime": 512, "sitemap": 8192, "headers": 2048, "config": 4096,
           "cost": 256, "warc": 8192, "import": 4096}
DICTIONARY = {"scanner": "html", "tree": "html", "charset": "html"}
TIMEOUT_SECONDS = 25  # for one input; the promises about time are asserted by `cost`
RSS_MAX_MB = 2048
PATIENCE_SECONDS = 60  # beyond the time given, for the seeds and a report
SEED_BYTES_MAX = 64 * 1024


def files(root, patterns=("**/*",), at_most=200):
    """The texts of files below a folder: evenly chosen, if there are more."""
    found = sorted(p for pattern in patterns for p in root.glob(pattern)
                   if p.is_file() and p.stat().st_size <= SEED_BYTES_MAX)
    step = max(1, len(found) // at_most)
    return [p.read_bytes() for p in found[::step]]


def html5lib(folder):
    """The #data sections of html5lib's tests."""
    inputs = []
    for text in files(TESTDATA / "html" / "html5lib" / folder, ("**/*.dat",)):
        for case in (b"\n" + text).split(b"\n#data\n")[1:]:
            inputs.append(case.split(b"\n#err")[0].split(b"\n#enc")[0])
    return inputs


def pages():
    found = html5lib("tree-construction") + files(TESTDATA / "html" / "links", ("*.html",))
    for root in DOCS:
        found += files(root, ("**/*.html",), at_most=20)
    return found


def json_cases(name):
    path = TESTDATA / name
    cases = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    return [case for case in cases if isinstance(case, dict)]


def utf8(text):
    return text.encode("utf-8", "surrogatepass")


def url_seeds():
    return [utf8(case.get("base") or "") + b"\n" + utf8(case["input"]) + bytes(2)
            for case in json_cases("url/wpt/urltestdata.json")]


def decode_seeds():
    # The choices: coding, then the limits, then the size of pieces.
    limits = b"\x07\xff\xff\xff\xff\xff\xff\xff"
    text = b"<a href=x>" * 50
    raw = zlib.compressobj(wbits=-15)
    coded = [gzip.compress(text), gzip.compress(text) * 2 + b"garbage", zlib.compress(text),
             raw.compress(text) + raw.flush(), gzip.compress(zlib.compress(text)),
             gzip.compress(gzip.compress(text)), gzip.compress(bytes(1 << 20))]
    coded += files(TESTDATA / "compressed", ("*.bin", "*.gz"))
    return [body + limits + bytes([coding]) for body in coded for coding in range(10)]


def charset_seeds():
    return [b"text/html\n" + page for page in html5lib("encoding")] + [
        b"text/html; charset=" + label + b"\n<a href=\xe4\x82\xa0\x1b$B>\xf0\x9f\x98\x80"
        for label in (b"shift_jis", b"euc-jp", b"iso-2022-jp", b"gb18030", b"big5", b"euc-kr",
                      b"utf-16le", b"utf-16be", b"koi8-u", b"iso-8859-16", b"x-user-defined")]


SEEDS = {
    "url": url_seeds,
    "robots": lambda: [b"/a?b\n" + text for text in files(TESTDATA / "robots/crawler-commons")],
    "scanner": lambda: [page + b"\0" for page in pages()],
    "tree": pages,
    "decode": decode_seeds,
    "charset": charset_seeds,
    "mime": lambda: [utf8(case["input"]) for case in json_cases("mime/mime-types.json")],
    "sitemap": lambda: [text + b"\x10\0\0" for text in files(TESTDATA / "sitemaps")],
    "config": lambda: files(ROOT / "config", ("*.yaml",)),
    "warc": lambda: files(TESTDATA / "warc", ("**/*.warc*",)),
}


def own_seeds(target):
    path = HERE / "seeds" / f"{target}.seeds"
    lines = path.read_text(encoding="ascii").split("\n") if path.exists() else []
    return [line.encode("ascii").decode("unicode_escape").encode("latin-1")
            for line in lines if line and not line.startswith("# ")]


def write_seeds(target, folder):
    seeds = own_seeds(target) + SEEDS.get(target, list)()
    for number, seed in enumerate(seeds):
        (folder / str(number)).write_bytes(seed)
    return len(seeds)


def execute(command, seconds):
    """What the command says, and whether it ended well and in time."""
    ran = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        output, _ = ran.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        ran.kill()  # the sanitizers can take forever over a report of a full memory
        output, _ = ran.communicate()
    return output.decode("utf-8", "backslashreplace"), ran.returncode == 0


def run(binary, arguments, home):
    """True if the target found nothing."""
    target = binary.name.removeprefix("fuzz_")
    finds = home / "finds"
    finds.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="crawld-fuzz-") as scratch:
        seeds = pathlib.Path(scratch) / "seeds"
        learnt = pathlib.Path(scratch) / "learnt" if arguments.once else home / target
        seeds.mkdir()
        learnt.mkdir(exist_ok=True)
        count = write_seeds(target, seeds)
        command = [str(binary), str(learnt), str(seeds), f"-max_total_time={arguments.seconds}",
                   f"-max_len={MAX_LEN[target]}", f"-timeout={TIMEOUT_SECONDS}",
                   f"-rss_limit_mb={RSS_MAX_MB}", f"-artifact_prefix={finds}/{target}-",
                   "-print_final_stats=1", "-seed=1" if arguments.once else "-seed=0"]
        dictionary = HERE / "dictionaries" / f"{DICTIONARY.get(target, target)}.dict"
        if dictionary.exists():
            command.append(f"-dict={dictionary}")
        output, clean = execute(command, arguments.seconds + PATIENCE_SECONDS)
    lines = output.split("\n")
    for line in [] if clean else list(lines):
        if line.startswith("artifact_prefix="):
            find = line.split("written to ")[1].strip()
            lines.append(f"run it again:  {binary} {find}")
            lines.append(f"make it small: {binary} -minimize_crash=1 -max_total_time=60 {find}")
    shown = [line for line in lines if line.startswith(("Done", "stat::average", "stat::peak"))]
    print(f"{target}: {count} seeds", *(shown if clean else lines[-60:]), sep="\n", flush=True)
    return clean


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=3600, help="for each target")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="targets at a time")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build-asan")
    parser.add_argument("--once", action="store_true", help="keep nothing but finds")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help="; ".join(MAX_LEN))
    arguments = parser.parse_args()

    folder = arguments.build / "tests" / "fuzz"
    binaries = [folder / f"fuzz_{target}" for target in arguments.targets or MAX_LEN]
    for binary in binaries:
        if not binary.exists():
            sys.exit(f"run.py: {binary} is not there; `run.py --help` says how to build it")
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache"))
    home = folder if arguments.once else cache / "crawld-fuzz"
    with concurrent.futures.ThreadPoolExecutor(max(1, arguments.jobs)) as pool:
        clean = list(pool.map(lambda binary: run(binary, arguments, home), binaries))
    return 0 if all(clean) else 1


if __name__ == "__main__":
    sys.exit(main())
