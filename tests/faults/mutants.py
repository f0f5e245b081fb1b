#!/usr/bin/env python3
"""Whether the tests see the mistakes of lib/base/mutant.h: each breaks a clause of the contract.

    tests/faults/mutants.py [--build DIR] [--jobs N] [MUTANT ...]

Builds faults_crawl with CRAWLD_MUTANTS=ON (in build-mutants/), runs it as it is, which must pass,
and with each mutant, of which one test at least must fail. Prints which one did, and what it said.
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CASES = ["tail", "power", "full", "restart", "error", "kill"]
# First some operations, then all.
STRIDES = ["11", "1"]
TIMEOUT_S = 600


def mutants():
    """Names and what they break, as the header says."""
    text = (ROOT / "lib/base/mutant.h").read_text(encoding="utf-8")
    return re.findall(r"^    (\w+), +// (D\d): (.*)$", text, re.MULTILINE)


def build(directory):
    options = ["-DCRAWLD_MUTANTS=ON", "-DCRAWLD_TESTS=ON", "-DCRAWLD_WERROR=ON",
               "-DCMAKE_BUILD_TYPE=Release"]
    subprocess.run(["cmake", "-S", ROOT, "-B", directory, "-G", "Ninja", *options], check=True,
                   stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", directory, "-j", str(os.cpu_count()), "--target",
                    "faults_crawl"], check=True, stdout=subprocess.DEVNULL)
    return directory / "tests/faults/faults_crawl"


def run(program, mutant, case, stride):
    """What the test complains of; None where it passes."""
    environment = dict(os.environ, CRAWLD_FAULT_STRIDE=stride, CRAWLD_MUTANT=mutant)
    if os.path.isdir("/dev/shm"):
        environment["TMPDIR"] = "/dev/shm"
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        try:
            status = subprocess.run([program, f"--test-case={case}:*", "--abort-after=1"],
                                    env=environment, stdout=output, stderr=output, check=False,
                                    timeout=TIMEOUT_S).returncode
        except subprocess.TimeoutExpired:
            return "does not end"
        output.seek(0)
        text = output.read()
    if status == 0:
        if not re.search(r"test cases: +1 \| +1 passed", text):
            sys.exit(f"no test {case}: {text}")
        return None
    # Of doctest's report what was logged, behind the number of the operation, or was compared.
    said = (re.search(r"logged: (?:(?:k|second) := \d+\n *)?(.+)", text) or
            re.search(r"ERROR: (.+)", text))
    return said.group(1) if said else f"exit status {status}"


def hunt(program, mutant):
    """The first test that sees it, and what that says."""
    for stride in STRIDES:
        for case in CASES:
            complaint = run(program, mutant, case, stride)
            if complaint is not None:
                return case, complaint
    return None, ""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build-mutants")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("mutants", nargs="*", metavar="MUTANT")
    options = parser.parse_args()
    program = build(options.build.resolve())
    chosen = [entry for entry in mutants() if not options.mutants or entry[0] in options.mutants]
    failed = []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        # All operations without a mutant: that is what ctest runs.
        plain = [pool.submit(run, program, "none", case, STRIDES[0]) for case in CASES]
        found = [pool.submit(hunt, program, name) for name, _, _ in chosen]
        for case, result in zip(CASES, plain):
            if result.result() is not None:
                failed.append(case)
                print(f"without a mutant {case} fails: {result.result()}")
        for (name, clause, _), result in zip(chosen, found):
            case, complaint = result.result()
            if case is None:
                failed.append(name)
            print(f"{name:26} {clause}  {case or 'NOT CAUGHT':10} {complaint[:90]}", flush=True)
    print(f"mutants: {len(chosen)}, caught: {len(chosen) - len(set(failed) - set(CASES))}")
    return 1 if failed or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
