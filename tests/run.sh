#!/usr/bin/env bash
# Runs every test: installs what they need, builds in build/, and runs ctest; then the unit,
# scenario and end-to-end tests again under AddressSanitizer with UndefinedBehaviorSanitizer
# (build-asan/) and under ThreadSanitizer (build-tsan/). It ends with the closing lines of ctest,
# and fails if any run failed.
#
#   tests/run.sh [--quick] [CTEST OPTION ...]
#
#   --quick   without the sanitizers
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
source "$root/daemon/packages.sh"

quick=""
[ "${1:-}" != --quick ] || { quick=1; shift; }
ctest_options=("$@")
jobs="$(nproc)"

say() { printf '%s\n' "run.sh: $*"; }

# build DIRECTORY CMAKE_OPTION...
build() {
    local directory="$root/$1"
    shift
    # Joined by && throughout: set -e is off in functions that stand before ||.
    cmake -S "$root" -B "$directory" -G Ninja -DCRAWLD_WERROR=ON -DCRAWLD_TESTS=ON "$@" &&
        cmake --build "$directory" -j "$jobs"
}

# The suite as it is shipped.
run_release() {
    say "building and testing the release build"
    build build && ctest --test-dir "$root/build" -j "$jobs" --output-on-failure \
        "${ctest_options[@]}"
}

# run_sanitized NAME CMAKE_OPTION LABELS [CTEST OPTION ...]: what runs our own code at length;
# benchmarks and the checks of the sources would tell nothing new.
run_sanitized() {
    local name="$1" option="$2" labels="$3"
    shift 3
    say "building and testing with $option"
    build "build-$name" "$option" && ctest --test-dir "$root/build-$name" -j "$jobs" \
        --output-on-failure -L "$labels" "$@" "${ctest_options[@]}"
}

# Objects are found again from another clone: paths count relative to the tree.
export CCACHE_BASEDIR="$root" CCACHE_NOHASHDIR=1
export CCACHE_MAXSIZE="${CCACHE_MAXSIZE:-5G}"
# A report ends the program with a status that ctest sees; libraries' own one-time allocations are
# still reachable at exit and are no leaks.
export ASAN_OPTIONS="${ASAN_OPTIONS:-detect_stack_use_after_return=1:strict_string_checks=1}"
export UBSAN_OPTIONS="${UBSAN_OPTIONS:-print_stacktrace=1}"
export TSAN_OPTIONS="${TSAN_OPTIONS:-halt_on_error=1:second_deadlock_stack=1}"

install_packages build test docs
failed=()
if [ -z "$quick" ]; then
    # The suites that measure memory or repeat thousands of database runs stay with the release.
    run_sanitized asan -DCRAWLD_ASAN=ON 'unit|scenario|e2e' -E 'unit_(store|frontier|crawl)' ||
        failed+=("AddressSanitizer and UBSan")
    # Threads are in the loop, the network, the log and the daemon; all else runs on one.
    run_sanitized tsan -DCRAWLD_TSAN=ON 'unit|e2e' -R 'e2e|unit_(loop|dns|fetch|log|metrics)' ||
        failed+=("ThreadSanitizer")
fi
# Said before the last run, so that the output ends with ctest's closing lines.
for name in "${failed[@]}"; do say "FAILED: the run under $name, see above"; done
run_release || failed+=("release")
[ ${#failed[@]} -eq 0 ]
