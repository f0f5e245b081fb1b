#!/usr/bin/env python3
"""The rules of the tree that a program can check. Prints "file:line: rule: what to do" and fails.

    tests/tidy.py [--build-dir DIR] [--only RULE,...]

The tables below are the rules' data: to add a folder, a library or an exception, edit them here.
With --build-dir, what compiling headers leaves is left there, and found again through ccache.
"""

import argparse
import ast
import bisect
import concurrent.futures
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent

TOP_LEVEL = {"CMakeLists.txt", "README.md", "LICENSE", ".clang-format", ".clang-tidy",
             ".gitignore", ".ci", "daemon", "lib", "config", "tests", "systemd"}
# Everything there is to read; a fact stands in one place.
DOCUMENTS = {"README.md", "lib/README.md"}

# The layers of lib/: what a folder may include besides itself and base/.
LAYERS = {
    "base": [],
    "log": [],
    "metrics": [],
    "loop": [],
    "url": [],
    "robots": ["url"],
    "decode": ["url"],
    "html": ["url"],
    "politeness": ["url"],
    "dns": ["loop", "url"],
    "store": ["loop"],
    "fetch": ["loop", "url", "dns"],
    "sitemap": ["url", "decode"],
    "extract": ["html", "url"],
    "frontier": ["url", "politeness", "store"],
    "archive": ["log", "url", "fetch", "decode"],
    "crawl": ["log", "metrics", "loop", "url", "robots", "decode", "html", "politeness", "dns",
              "store", "fetch", "sitemap", "extract", "frontier", "archive"],
    "config": ["log", "metrics", "loop", "url", "robots", "decode", "html", "politeness", "dns",
               "store", "fetch", "sitemap", "extract", "frontier", "archive", "crawl"],
    "exchange": ["log", "url", "store", "frontier", "fetch", "crawl"],
    "audit": ["log", "url", "store", "frontier", "fetch", "archive", "crawl", "exchange"],
    "control": ["crawl", "metrics", "log", "loop"],
    "daemon": ["config", "control", "archive", "crawl", "exchange", "audit", "log", "loop"],
}
# Of other folders, config/ sees the descriptions of options, and the types they are made of.
CONFIG_MAY_INCLUDE = re.compile(r"^\w+/(\w+_)?options\.h$|^log/(log|json)\.h$"
                                r"|^frontier/frontier\.h$|^politeness/window\.h$"
                                r"|^url/scope\.h$|^dns/address\.h$")

# Foreign libraries by their headers, and the only folders that include them.
LIBRARIES = [
    (r"tl/expected\.hpp$", {"base"}),
    (r"xxhash\.h$", {"base"}),
    (r"(spdlog|fmt|rapidjson)/", {"log"}),
    (r"uv\.h$", {"loop"}),
    (r"unicode/", {"url", "decode"}),
    (r"libpsl\.h$", {"url"}),
    (r"re2/", {"url"}),
    (r"(zlib|zstd)\.h$", {"decode", "archive"}),  # bodies, and records
    (r"libdeflate\.h$|brotli/", {"decode"}),
    (r"gumbo\.h$", {"html"}),
    (r"ares(_\w+)?\.h$", {"dns"}),
    (r"rocksdb/", {"store"}),
    (r"curl/", {"fetch"}),
    (r"expat\.h$", {"sitemap"}),
    (r"openssl/", {"archive"}),
    (r"yaml-cpp/", {"config"}),
    (r"microhttpd\.h$", {"control"}),
    (r"(systemd|CLI)/", {"daemon"}),
]
# What comes with the compiler and the C library.
SYSTEM = re.compile(r"[a-z_0-9]+$|(sys|netinet|arpa|net|linux|bits)/|(unistd|fcntl|time|signal|"
                    r"errno|poll|pthread|sched|dirent|string|stdlib|stdio|stdint|netdb|limits|"
                    r"termios|getopt|ifaddrs|resolv|cxxabi|dlfcn|malloc|locale|syslog|grp|pwd|"
                    r"execinfo|[a-z]*intrin|arm_neon)\.h$")

# Folders without input and output, and what brings either in.
PURE = {"base", "url", "robots", "decode", "sitemap", "html", "extract", "politeness"}
IMPURE_HEADERS = re.compile(r"(unistd|fcntl|poll|dirent|pthread|signal|netdb)\.h$|sys/socket\.h$|"
                            r"(fstream|iostream|filesystem|thread|future|condition_variable)$")

# (pattern, where it is looked for, exceptions, what to do instead)
BANNED = [
    (r"\b(sleep|usleep|nanosleep|sleep_for|sleep_until)\s*\(", ("lib/", "daemon/", "tests/unit/"),
     (), "nobody sleeps: ask the loop for a wake-up"),
    (r"\b(system_clock|steady_clock|high_resolution_clock|file_clock)\b|"
     r"\b(clock_gettime|gettimeofday|uv_hrtime)\s*\(|\btime\s*\(\s*(nullptr|NULL|0|&)",
     ("lib/", "daemon/", "tests/unit/", "tests/conformance/"), ("lib/loop/",),
     "only lib/loop reads a clock: take `now` as a parameter"),
    # With arguments random() is somebody's own function.
    (r"(?<![\w.>])((rand|random|drand48)\s*\(\s*\)|srand(om|48)?\s*\()|\bmt19937(_64)?\b",
     ("lib/", "daemon/", "tests/"), (), "take a Prng&"),
    (r"\brandom_device\b|\bgetrandom\s*\(", ("lib/",), ("lib/loop/",),
     "the daemon seeds the one Prng: take a Prng&"),
    (r"(?<![\w.>])v?f?printf\s*\(|\bputs\s*\(|\bstd::(cout|cerr|clog)\b", ("lib/",),
     ("lib/base/check.cc",), "lib/ prints nothing: write an event"),
    (r"\b(strcpy|strcat|strncpy|sprintf|vsprintf|gets|strtok|atoi|atol|atof|alloca)\s*\(",
     ("lib/", "daemon/", "tests/"), (), "use std::string, string_view and from_chars"),
    (r"(?<![\w.>])(exit|abort|_exit|quick_exit)\s*\(", ("lib/",), ("lib/base/check.cc",),
     "return an Error, or CRAWLD_CHECK for our own mistakes"),
    (r"(?<![\w])assert\s*\(", ("lib/", "daemon/"), (), "use CRAWLD_CHECK, which stays on"),
    (r"\bthrow\b", ("lib/", "daemon/"), (), "return a Result; libraries' exceptions end here"),
]
# Looked for in every text, comments included.
BANNED_TEXT = [
    (r"\b(TODO|FIXME|XXX|HACK)\b", "do it, or file an issue"),
    (r"(?<![\w.])/(work|root|home/\w+)/", "no paths of one machine"),
    (r"\b(deb\.debian\.org|pypi\.org|crates\.io|registry\.npmjs\.org|proxy\.golang\.org)\b",
     "no host names of package registries"),
]

FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = 600
LIB_FILE_LINES_MEDIAN_MAX = 150
COLUMNS_MAX = 100

violations = []


def report(path, line, rule, advice):
    violations.append((str(path), line, rule, advice))


class Source:
    """A text of the tree, with comments and literals blanked out for the rules about code."""

    def __init__(self, path):
        self.path = path
        self.text = (ROOT / path).read_text(encoding="utf-8", errors="replace")
        self.lines = self.text.split("\n")
        self.is_cpp = path.endswith((".h", ".cc"))
        self.code = blank_cpp(self.text) if self.is_cpp else self.text
        self.line_starts = [0]
        for line in self.lines:
            self.line_starts.append(self.line_starts[-1] + len(line) + 1)

    def line_of(self, offset):
        return bisect.bisect_right(self.line_starts, offset)

    def folder(self):
        parts = self.path.split("/")
        if parts[0] == "lib" and len(parts) > 2:
            return parts[1]
        return parts[0] if parts[0] == "daemon" else None

    def includes(self):
        """(line, name, is_quoted) of each include, in order."""
        found = []
        for number, line in enumerate(self.lines, 1):
            match = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
            if match:
                found.append((number, match.group(2), match.group(1) == '"'))
        return found


LITERALS = re.compile(
    r'R"(?P<tag>[^\s()\\]{0,16})\(.*?\)(?P=tag)"'        # raw strings
    r'|//[^\n]*|/\*.*?\*/'                               # comments
    r'|"(?:\\.|[^"\\\n])*"'                              # strings
    r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'",             # characters, not digit separators
    re.DOTALL)


def blank_cpp(text):
    return LITERALS.sub(lambda match: re.sub(r"[^\n]", " ", match.group(0)), text)


def list_files():
    """Tracked files and new ones that are not ignored; without git, whatever is there."""
    command = ["git", "-C", str(ROOT), "-c", f"safe.directory={ROOT}", "ls-files", "-co",
               "--exclude-standard"]
    git = None
    if shutil.which("git"):
        git = subprocess.run(command, capture_output=True, text=True)
    if git and git.returncode == 0:
        names = set(git.stdout.split("\n"))
    else:
        names = {str(p.relative_to(ROOT)) for p in ROOT.rglob("*") if p.is_file()}
        names = {n for n in names if not n.startswith((".git/", "build")) and "__pyc" not in n}
    return sorted(n for n in names if n and (ROOT / n).is_file())


def check_top_level(files):
    present = {name.split("/")[0] for name in files}
    for name in sorted(present - TOP_LEVEL):
        report(name, 1, "top-level", "does not belong here: move it into one of the folders")
    for name in sorted(TOP_LEVEL - present):
        report(name, 1, "top-level", "is missing")
    for name in files:
        if name.endswith((".md", ".rst")) and name not in DOCUMENTS:
            report(name, 1, "documents", f"put it into one of {', '.join(sorted(DOCUMENTS))}")


def check_layers(source):
    folder = source.folder()
    if folder is None:
        return
    if folder not in LAYERS:
        report(source.path, 1, "layers", "add the folder to the tables of tests/tidy.py")
        return
    for line, name, quoted in source.includes():
        if not quoted:
            check_foreign(source, folder, line, name)
            continue
        other = name.split("/")[0]
        if other == "base" or other == folder:
            pass
        elif other not in LAYERS:
            report(source.path, line, "layers", f'write "{name}" as "folder/name.h"')
        elif other not in LAYERS[folder]:
            report(source.path, line, "layers",
                   f"{folder}/ may include {' '.join(['base'] + LAYERS[folder])}, not {other}/")
        elif folder == "config" and not CONFIG_MAY_INCLUDE.match(name):
            report(source.path, line, "layers", f"config/ knows options only, not {name}")


def check_foreign(source, folder, line, name):
    if folder in PURE and IMPURE_HEADERS.match(name):
        report(source.path, line, "pure", f"{folder}/ does no input and output: no <{name}>")
    for pattern, users in LIBRARIES:
        if re.match(pattern, name):
            if folder not in users:
                report(source.path, line, "sole-user",
                       f"<{name}> is included in {', '.join(sorted(users))}/ only: use its header")
            return
    if not SYSTEM.match(name):
        report(source.path, line, "sole-user",
               f"<{name}> is of no known library: add it to LIBRARIES in tests/tidy.py")


def check_cmake_layers():
    text = (ROOT / "CMakeLists.txt").read_text()
    modules = {}
    for match in re.finditer(r"^crawld_module\((\w+)([^)]*)\)", text, re.MULTILINE):
        depends = re.search(r"\bDEPS\b(.*?)(\bLINKS\b|$)", match.group(2), re.DOTALL)
        modules[match.group(1)] = (set(depends.group(1).split()) if depends else set(),
                                   text.count("\n", 0, match.start()) + 1)
    for name, (depends, line) in modules.items():
        if name not in LAYERS:
            report("CMakeLists.txt", line, "layers", f"{name}/ is not in tests/tidy.py's table")
            continue
        row = set(LAYERS[name]) & set(modules) | ({"base"} if name != "base" else set())
        for extra in sorted(depends - row):
            report("CMakeLists.txt", line, "layers", f"{name} must not depend on {extra}")
        for missing in sorted(row - depends):
            report("CMakeLists.txt", line, "layers", f"add {missing} to DEPS of {name}")
    for folder in sorted(p.name for p in (ROOT / "lib").iterdir() if p.is_dir()):
        if any((ROOT / "lib" / folder).glob("*.cc")) and folder not in modules:
            report("CMakeLists.txt", 1, "layers", f"lib/{folder} has no crawld_module line")


def check_own_header_first(source):
    if not source.path.endswith(".cc") or not source.path.startswith(("lib/", "daemon/")):
        return
    header = source.path.removesuffix(".cc") + ".h"
    includes = source.includes()
    if (ROOT / header).exists() and includes:
        line, name, quoted = includes[0]
        if not quoted or not header.endswith(name):
            report(source.path, line, "own-header-first", f'include "{header}" before all others')


def check_header_form(source):
    if not source.path.endswith(".h"):
        return
    if not source.text.startswith("//"):
        report(source.path, 1, "header", "open with a comment: what this is, in a sentence")
    if "#pragma once" not in source.lines:
        report(source.path, 1, "header", "add #pragma once")
    for match in re.finditer(r"(?m)^using\s+namespace\b", source.code):
        report(source.path, source.line_of(match.start()), "header",
               "no using namespace in headers")
    for match in re.finditer(r"\btests/[\w/.-]*\w", source.text):
        if not (ROOT / match.group()).exists():
            report(source.path, source.line_of(match.start()), "header",
                   f"{match.group()} does not exist: name the test there is")


MEMBER_INITIALISER = re.compile(r"\)[\w\s]*:(?!:)[^{};]*[\w>]\s*$")
NOT_A_FUNCTION = re.compile(r"\b(namespace|class|struct|union|enum|concept|extern)\b")


def brace_kind(head):
    """What a brace opens after `head`, which is not inside of a function."""
    head = re.sub(r"\btemplate\s*<[^{};]*?>\s*(?=\w)", "", head)
    if NOT_A_FUNCTION.search(head.split("(")[0]) or "(" not in head:
        return "initialiser" if head.rstrip().endswith(("=", ",", "(")) else "scope"
    if head.count("(") > head.count(")") or head.rstrip().endswith("="):
        return "initialiser"
    return "initialiser" if MEMBER_INITIALISER.search(head) else "body"


def cpp_functions(source):
    """(first line, last line) of each function body outside of other bodies.

    A brace opens a body if what stands before it, back to the last end of a declaration at that
    level, has a parameter list and is no type or namespace. The braces of an initialiser do not
    end the declaration that they stand in.
    """
    functions = []
    scopes = []  # for each open brace: (kind, offset where its declaration starts)
    start = 0
    code = re.sub(r"(?m)^[ \t]*#.*(?:\\\n.*)*$", lambda m: re.sub(r"[^\n]", " ", m.group(0)),
                  source.code)
    for match in re.finditer(r"[{};]", code):
        token, at = match.group(0), match.start()
        inside_body = any(kind == "body" for kind, _ in scopes)
        if token == "{":
            kind = "inner" if inside_body else brace_kind(code[start:at])
            scopes.append((kind, start))
        elif token == "}" and scopes:
            kind, declared = scopes.pop()
            if kind == "body":
                first = declared + len(code[declared:at]) - len(code[declared:at].lstrip())
                functions.append((source.line_of(first), source.line_of(at)))
            if kind == "initialiser":
                start = declared
                continue
            inside_body = inside_body and kind != "body"
        if not inside_body:
            start = at + 1
    return functions


def check_lengths(source):
    if len(source.lines) - 1 > FILE_LINES_MAX:
        report(source.path, FILE_LINES_MAX, "file-length",
               f"{len(source.lines) - 1} lines, at most {FILE_LINES_MAX}: divide it by nouns")
    if source.is_cpp:
        functions = cpp_functions(source)
    elif source.path.endswith(".py"):
        functions = [(node.lineno, node.end_lineno) for node in ast.walk(ast.parse(source.text))
                     if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    else:
        functions = []
    for first, last in functions:
        if last - first + 1 > FUNCTION_LINES_MAX:
            report(source.path, first, "function-length",
                   f"{last - first + 1} lines, at most {FUNCTION_LINES_MAX}: parents branch, "
                   "leaves compute")
    for number, line in enumerate(source.lines, 1):
        # A long literal or address cannot be broken, so a line may be long if it has no space.
        if len(line) > COLUMNS_MAX and " " in line.strip() and not source.path.endswith(".md"):
            report(source.path, number, "columns", f"{len(line)} columns, at most {COLUMNS_MAX}")


def check_median(sources):
    lengths = [len(s.lines) - 1 for s in sources if s.is_cpp and s.path.startswith("lib/")]
    if lengths and statistics.median(lengths) > LIB_FILE_LINES_MEDIAN_MAX:
        report("lib", 1, "file-length", f"the median file has {statistics.median(lengths):.0f} "
               f"lines, at most {LIB_FILE_LINES_MEDIAN_MAX}")


def check_banned(source):
    if source.is_cpp:
        for pattern, where, exceptions, advice in BANNED:
            if not source.path.startswith(where) or source.path.startswith(exceptions or ("\0",)):
                continue
            for match in re.finditer(pattern, source.code):
                report(source.path, source.line_of(match.start()), "banned",
                       f"{match.group(0).strip()}: {advice}")
    if source.path == "tests/tidy.py":
        return
    for pattern, advice in BANNED_TEXT:
        for match in re.finditer(pattern, source.text):
            report(source.path, source.line_of(match.start()), "banned",
                   f"{match.group(0)}: {advice}")


def run_parallel(function, items):
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(function, items))


def needs_compiling(source):
    """Whether a header is not proven to compile alone by its .cc, which includes it first."""
    return source.path.endswith(".h") and not (
        source.path.startswith(("lib/", "daemon/"))
        and (ROOT / source.path).with_suffix(".cc").exists())


def check_headers_alone(sources, build_dir):
    """Compiles each into an object and not its syntax alone, as ccache remembers objects."""
    ccache = shutil.which("ccache")
    command = [*([ccache] if ccache else []), os.environ.get("CXX", "g++"), "-std=c++20", "-w",
               "-Ilib", "-Itests", "-I.", "-c"]

    def compile_one(source):
        path = directory / (source.path.replace("/", "__") + ".cc")
        # Found from the top, through -I.
        path.write_text(f'#include "{source.path}"\n#include "{source.path}"\n')
        run = subprocess.run([*command, path, "-o", path.with_suffix(".o")], capture_output=True,
                             text=True, cwd=ROOT)
        if run.returncode != 0:
            error = re.search(r"(\S+?):(\d+):(?:\d+:)? (?:fatal )?error: (.*)", run.stderr)
            line = int(error.group(2)) if error and error.group(1) == source.path else 1
            report(source.path, line, "compiles-alone",
                   (error.group(3) if error else run.stderr[:200]) + ": include what it needs")

    with tempfile.TemporaryDirectory() as scratch:
        directory = pathlib.Path(build_dir or scratch).resolve() / "headers-alone"
        directory.mkdir(exist_ok=True)
        run_parallel(compile_one, [s for s in sources if needs_compiling(s)])


def check_format(sources):
    program = shutil.which("clang-format-14")
    if not program:
        print("tidy: SKIPPED formatting: clang-format-14 is not installed")
        return
    paths = [s.path for s in sources if s.is_cpp]

    def format_some(some):
        run = subprocess.run([program, "--dry-run", "-Werror", "--style=file", *some],
                             capture_output=True, text=True, cwd=ROOT)
        first = {}
        for match in re.finditer(r"^(\S+?):(\d+):\d+: (?:error|warning): code should be",
                                 run.stderr, re.MULTILINE):
            first.setdefault(match.group(1), int(match.group(2)))
        for path, line in first.items():
            report(path, line, "format", f"run clang-format-14 -i {path}")

    run_parallel(format_some, [paths[i:i + 16] for i in range(0, len(paths), 16)])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build-dir", help="where to compile headers")
    parser.add_argument("--only", help="rules to report, separated by commas")
    arguments = parser.parse_args()

    files = list_files()
    text_files = [f for f in files if not f.endswith((".bin", ".gz", ".png", ".dat"))]
    sources = [Source(f) for f in text_files if f.endswith(
        (".h", ".cc", ".py", ".sh", ".txt", ".md", ".yaml", ".service", ".1", ".8", ".5"))]
    check_top_level(files)
    check_cmake_layers()
    for source in sources:
        check_layers(source)
        check_own_header_first(source)
        check_header_form(source)
        if source.path.startswith(("lib/", "daemon/", "tests/")):
            check_lengths(source)
        check_banned(source)
    check_median(sources)
    check_headers_alone(sources, arguments.build_dir)
    check_format(sources)

    only = set(arguments.only.split(",")) if arguments.only else None
    shown = sorted(v for v in set(violations) if not only or v[2] in only)
    for path, line, rule, advice in shown:
        print(f"{path}:{line}: {rule}: {advice}")
    print(f"tidy: {len(sources)} files, {len(shown)} violations")
    return 1 if shown else 0


if __name__ == "__main__":
    sys.exit(main())
