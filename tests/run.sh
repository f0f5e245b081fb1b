#!/usr/bin/env bash
# Runs every test: installs what they need, builds in build/, and runs ctest; then what sanitizers
# have something to say of under AddressSanitizer with UndefinedBehaviorSanitizer and the fuzz
# targets for 20 seconds each (build-asan/), under ThreadSanitizer (build-tsan/), and the mutants
# (build-mutants/). It fails if any run failed.
#
#   tests/run.sh [--quick] [CTEST OPTION ...]
#
#   --quick   without the sanitizers, fuzzers and mutants
#
# CRAWLD_TEST_MINUTES (50): a run that could begin only later is left out, and said to be. Where
# ccache has nothing yet and processors are slow, that is how it ends all the same.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
source "$root/daemon/packages.sh"

quick=""
[ "${1:-}" != --quick ] || { quick=1; shift; }
ctest_options=("$@")
jobs="$(nproc)"

say() { printf '%s\n' "run.sh: $*"; }

# build DIRECTORY TARGETS CMAKE_OPTION...
build() {
    local directory="$root/$1" targets="$2"
    shift 2
    # Joined by && throughout: set -e is off in functions that stand before ||.
    cmake -S "$root" -B "$directory" -G Ninja -DCRAWLD_TESTS=ON "$@" &&
        cmake --build "$directory" -j "$jobs" --target $targets
}

# suite DIRECTORY CTEST_OPTION...: runs its tests. Those that look at a real clock (label `clock`)
# and failed are run once more with nothing beside them, and only if they fail then too the run has
# failed: on processors that are lent to others for a second, nobody keeps a time. No end-to-end
# test of what may be lost, of windows or of addresses has that label, and what a sanitizer reports
# is never tried again.
suite() {
    local directory="$root/$1" logs="$root/$1/Testing/Temporary" names
    shift
    rm -f "$logs"/LastTest*.log
    ctest --test-dir "$directory" -j "$jobs" --output-on-failure "$@" "${ctest_options[@]}" &&
        return
    [ -s "$logs/LastTestsFailed.log" ] || return
    names="$(sed 's/^[0-9]*://' "$logs/LastTestsFailed.log" | sort)"
    say "FAILED at first:" $names
    ! grep -qE 'Sanitizer: |runtime error: ' "$logs/LastTest.log" || return
    [ -z "$(comm -23 <(printf '%s\n' "$names") <(clocked "$directory"))" ] || return
    ctest --test-dir "$directory" --output-on-failure -R "^($(paste -sd '|' <<<"$names"))\$"
}

# The names of the tests that look at a real clock.
clocked() { ctest --test-dir "$1" -N -L '^clock$' | sed -n 's/^ *Test *#[0-9]*: //p' | sort; }

# The suite as it is shipped.
run_release() {
    say "building and testing the release build"
    build build all -DCRAWLD_WERROR=ON &&
        suite build
}

# clang takes half of g++'s time for a sanitizer, and has libFuzzer.
has_clang() {
    printf 'extern "C" int LLVMFuzzerTestOneInput(const char*, unsigned long) { return 0; }' |
        clang++ -fsanitize=fuzzer,address -x c++ - -o /dev/null 2>/dev/null
}

# run_sanitized NAME TARGETS LABELS CMAKE_OPTION...: the tests that have something new to say there,
# which tests/CMakeLists.txt knows, and nothing else is built; a module in a few pieces, which takes
# a third of the time.
run_sanitized() {
    local name="$1" targets="$2" labels="$3"
    shift 3
    say "building and testing with $*"
    ! has_clang || set -- "$@" -DCMAKE_CXX_COMPILER=clang++
    build "build-$name" "$targets" -DCMAKE_UNITY_BUILD=ON "$@" && suite "build-$name" -L "$labels"
}

# With it, every reader of foreign bytes under its fuzzer.
run_asan() {
    if has_clang; then
        run_sanitized asan "sanitized_tests fuzz_targets" '^(sanitized|fuzz)$' -DCRAWLD_ASAN=ON \
            -DCRAWLD_FUZZ=ON
    else
        say "SKIPPED the fuzz targets: clang with libFuzzer (clang, libclang-rt-14-dev) is missing"
        run_sanitized asan sanitized_tests '^sanitized$' -DCRAWLD_ASAN=ON
    fi
}

run_tsan() { run_sanitized tsan sanitized_tests '^sanitized$' -DCRAWLD_TSAN=ON; }

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
skipped=()
# part NAME COMMAND...: one of the runs, if there is time for it.
part() {
    local name="$1"
    shift
    if [ "$SECONDS" -ge $((60 * ${CRAWLD_TEST_MINUTES:-50})) ]; then
        skipped+=("$name")
    else
        "$@" || failed+=("$name")
        say "$name ended after $((SECONDS / 60)) minutes of all"
    fi
}

part "the release build" run_release
if [ -z "$quick" ]; then
    part "AddressSanitizer, UBSan and the fuzzers" run_asan
    part "ThreadSanitizer" run_tsan
    part "the mutants" run_mutants
fi
for name in "${skipped[@]}"; do say "SKIPPED $name: no time left (CRAWLD_TEST_MINUTES)"; done
for name in "${failed[@]}"; do say "FAILED: $name, see above"; done
[ ${#failed[@]} -eq 0 ]
