#!/usr/bin/env bash
# Runs every test: installs what they need, builds in build/, and runs ctest; then the unit,
# scenario and end-to-end tests again under AddressSanitizer with UndefinedBehaviorSanitizer
# (build-asan/) and under ThreadSanitizer (build-tsan/), the fuzz targets for 20 seconds each
# (build-fuzz/), and the mutants (build-mutants/). It ends with the closing lines of ctest, and
# fails if any run failed.
#
#   tests/run.sh [--quick] [CTEST OPTION ...]
#
#   --quick   without the sanitizers, fuzzers and mutants
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
source "$root/daemon/packages.sh"

quick=""
[ "${1:-}" != --quick ] || { quick=1; shift; }
ctest_options=("$@")
jobs="$(nproc)"

say() { printf '%s\n' "run.sh: $*"; }

# build DIRECTORY TARGET CMAKE_OPTION...
build() {
    local directory="$root/$1" target="$2"
    shift 2
    # Joined by && throughout: set -e is off in functions that stand before ||.
    cmake -S "$root" -B "$directory" -G Ninja -DCRAWLD_TESTS=ON "$@" &&
        cmake --build "$directory" -j "$jobs" --target "$target"
}

# The suite as it is shipped.
run_release() {
    say "building and testing the release build"
    build build all -DCRAWLD_WERROR=ON &&
        ctest --test-dir "$root/build" -j "$jobs" --output-on-failure "${ctest_options[@]}"
}

# run_sanitized NAME CMAKE_OPTION: the tests that have something new to say there, which
# tests/CMakeLists.txt knows, and nothing else is built.
run_sanitized() {
    local name="$1" option="$2"
    say "building and testing with $option"
    build "build-$name" sanitized_tests "$option" &&
        ctest --test-dir "$root/build-$name" -j "$jobs" --output-on-failure \
            -L '^sanitized$' "${ctest_options[@]}"
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

# Mistakes on purpose in what makes the crawl durable, each of which the fault tests must see.
run_mutants() {
    say "building and running the mutants"
    "$root/tests/faults/mutants.py"
}

# Others' readers of archives, which Debian has not.
install_readers() {
    local place="$root/build-readers"
    python3 -c 'import warcio, cdxj_indexer' 2>/dev/null && return
    if python3 -m pip install --quiet --disable-pip-version-check --no-input --retries 1 \
        --timeout 20 --root-user-action ignore --target "$place" warcio cdxj-indexer; then
        export PYTHONPATH="$place${PYTHONPATH:+:$PYTHONPATH}"
    else
        say "SKIPPED what warcio and cdxj-indexer say of archives: PyPI cannot be reached"
    fi
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
install_readers
failed=()
if [ -z "$quick" ]; then
    run_sanitized asan -DCRAWLD_ASAN=ON || failed+=("AddressSanitizer and UBSan")
    run_sanitized tsan -DCRAWLD_TSAN=ON || failed+=("ThreadSanitizer")
    run_fuzzers || failed+=("the fuzzers")
    run_mutants || failed+=("the mutants")
fi
# Said before the last run, so that the output ends with ctest's closing lines.
for name in "${failed[@]}"; do say "FAILED: the run under $name, see above"; done
run_release || failed+=("release")
[ ${#failed[@]} -eq 0 ]
