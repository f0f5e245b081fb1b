#!/usr/bin/env bash
# Runs every test: installs what they need, builds in build/, and runs ctest; then the unit,
# scenario and end-to-end tests again under AddressSanitizer with UndefinedBehaviorSanitizer
# (build-asan/) and under ThreadSanitizer (build-tsan/), and the fuzz targets for 20 seconds each
# (build-fuzz/). It ends with the closing lines of ctest, and fails if any run failed.
#
#   tests/run.sh [--quick] [CTEST OPTION ...]
#
#   --quick   without the sanitizers and fuzzers
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

# run_sanitized NAME CMAKE_OPTION: what runs our own code at length; benchmarks and the checks of
# the sources would tell nothing new.
run_sanitized() {
    say "building and testing with $2"
    build "build-$1" "$2" && ctest --test-dir "$root/build-$1" -j "$jobs" --output-on-failure \
        -L 'unit|scenario|e2e' "${ctest_options[@]}"
}

can_fuzz() {
    printf 'extern "C" int LLVMFuzzerTestOneInput(const char*, unsigned long) { return 0; }' |
        clang++ -fsanitize=fuzzer,address -x c++ - -o /dev/null 2>/dev/null
}

# Every reader of foreign bytes under its fuzzer. The targets alone are built, and with clang, of
# whose warnings nothing is promised.
run_fuzzers() {
    if ! can_fuzz; then
        say "SKIPPED the fuzz targets: clang with libFuzzer (clang, libclang-rt-14-dev) is missing"
        return
    fi
    say "building and running the fuzz targets"
    cmake -S "$root" -B "$root/build-fuzz" -G Ninja -DCMAKE_CXX_COMPILER=clang++ \
        -DCRAWLD_FUZZ=ON -DCRAWLD_TESTS=ON &&
        cmake --build "$root/build-fuzz" -j "$jobs" --target fuzz_targets &&
        ctest --test-dir "$root/build-fuzz" -j "$jobs" --output-on-failure -L fuzz \
            "${ctest_options[@]}"
}

# Objects are found again from another clone: paths count relative to the tree.
export CCACHE_BASEDIR="$root" CCACHE_NOHASHDIR=1
export CCACHE_MAXSIZE="${CCACHE_MAXSIZE:-5G}"
# A report ends the program with a status that ctest sees; libraries' own one-time allocations are
# still reachable at exit and are no leaks.
export ASAN_OPTIONS="${ASAN_OPTIONS:-detect_stack_use_after_return=1:strict_string_checks=1}"
export UBSAN_OPTIONS="${UBSAN_OPTIONS:-print_stacktrace=1}"
suppressions="suppressions=$root/tests/support/tsan.supp"
export TSAN_OPTIONS="${TSAN_OPTIONS:-halt_on_error=1:second_deadlock_stack=1:$suppressions}"

install_packages build test docs
failed=()
if [ -z "$quick" ]; then
    run_sanitized asan -DCRAWLD_ASAN=ON || failed+=("AddressSanitizer and UBSan")
    run_sanitized tsan -DCRAWLD_TSAN=ON || failed+=("ThreadSanitizer")
    run_fuzzers || failed+=("the fuzzers")
fi
# Said before the last run, so that the output ends with ctest's closing lines.
for name in "${failed[@]}"; do say "FAILED: the run under $name, see above"; done
run_release || failed+=("release")
[ ${#failed[@]} -eq 0 ]
