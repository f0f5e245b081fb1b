#!/usr/bin/env bash
# Tries crawld: installs missing packages, builds, and crawls.
#
#   daemon/try.sh                                        a demo site served on this machine
#   daemon/try.sh --contact you@example.org URL ...      these sites, within their hosts
#
# It ends when nothing is left to crawl, or with Ctrl-C: requests in flight are finished, the state
# is saved, and the same command goes on from there. A second Ctrl-C stops at once.
#
#   --contact C     a URL or mail address that site owners can reach you at; it is sent with every
#                   request. Or set CRAWLD_CONTACT.
#   --state-dir D   where state and log go. Default: crawl-state, for the demo a new one in /tmp.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
build="$root/build"
source "$root/daemon/packages.sh"

say() { printf '%s\n' "try.sh: $*"; }
usage() { sed -n '2,/^set /{/^set /d; s/^# \{0,1\}//; p}' "${BASH_SOURCE[0]}"; }
yaml_quote() { printf "'%s'" "${1//\'/\'\'}"; }

contact="${CRAWLD_CONTACT:-}"
state_dir=""
urls=()
while [ $# -gt 0 ]; do
    case "$1" in
        --contact | --state-dir)
            [ $# -ge 2 ] || { say "$1 needs a value." >&2; exit 64; }
            if [ "$1" = --contact ]; then contact="$2"; else state_dir="$2"; fi
            shift ;;
        -h | --help) usage; exit 0 ;;
        -*) say "there is no option $1; see daemon/try.sh --help." >&2; exit 64 ;;
        *://*) urls+=("$1") ;;
        *) urls+=("https://$1") ;;
    esac
    shift
done
if [ ${#urls[@]} -gt 0 ] && [ -z "$contact" ]; then
    say "a crawler says whom to ask about it: add --contact with a URL or mail address of yours" \
        "(or set CRAWLD_CONTACT) and try again." >&2
    exit 78
fi

build_programs() {
    local log
    log="$(mktemp)"
    if ! cmake -S "$root" -B "$build" -G Ninja >"$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        say "the build could not be configured, see above. Removing $build may help." >&2
        return 1
    fi
    rm -f "$log"
    say "building (some minutes the first time)"
    cmake --build "$build" --target crawld crawld_demo_site
}

# Starts the demo site; sets demo_pid and demo_port.
start_demo_site() {
    local ready="$state_dir/demo-site.out" line=""
    # A session of its own: Ctrl-C must stop the crawler first, not what it is talking to.
    setsid "$build/tests/support/crawld_demo_site" >"$ready" 2>&1 &
    demo_pid=$!
    for _ in $(seq 100); do
        line="$(head -n 1 "$ready")"
        case "$line" in "listening on "*) break ;; esac
        kill -0 "$demo_pid" 2>/dev/null || break
        sleep 0.05
    done
    demo_port="${line##*:}"
    case "$demo_port" in
        '' | *[!0-9]*) say "the demo site did not start: $line" >&2; return 70 ;;
    esac
}

write_demo_config() {
    local host
    cat <<END
version: 1
identity: {product: crawld, contact: "http://garden.demo.test/about"}
state_dir: $(yaml_quote "$state_dir/state")
log: {directory: $(yaml_quote "$state_dir")}
crawl:
  seeds: ["http://garden.demo.test:$demo_port/"]
  scope: {within: domain}
politeness:
  host: {windows: [20/1s], concurrency: 2}
  ip: {windows: [], concurrency: 0}
network:
  # The demo site is on loopback, where a crawler has no business otherwise.
  allow: ["127.0.0.1/32:$demo_port"]
  ports: [$demo_port]
  hosts:
END
    for host in garden kitchen library harbour archive; do
        echo "    $host.demo.test: 127.0.0.1"
    done
}

write_config() {
    local url
    cat <<END
version: 1
identity: {product: crawld, contact: $(yaml_quote "$contact")}
state_dir: $(yaml_quote "$state_dir/state")
log: {directory: $(yaml_quote "$state_dir")}
crawl:
  seeds:
END
    for url in "${urls[@]}"; do echo "    - $(yaml_quote "$url")"; done
}

demo_pid=""
crawler_pid=""
stop_demo_site() { [ -z "$demo_pid" ] || kill "$demo_pid" 2>/dev/null || true; }
# The crawler is in a session of its own too, so that each Ctrl-C reaches it once, through here.
stop_crawler() { [ -z "$crawler_pid" ] || kill -TERM "$crawler_pid" 2>/dev/null || true; }

crawl() {
    local status
    setsid "$build/daemon/crawld" run --config "$state_dir/crawld.yaml" --until-idle &
    crawler_pid=$!
    trap stop_crawler INT TERM
    # A trapped signal ends wait early; the crawler is then still finishing.
    while :; do
        status=0
        wait "$crawler_pid" || status=$?
        kill -0 "$crawler_pid" 2>/dev/null || break
    done
    trap - INT TERM
    return "$status"
}

install_packages build || exit 69
build_programs || exit 70

trap stop_demo_site EXIT
if [ ${#urls[@]} -gt 0 ]; then
    state_dir="${state_dir:-crawl-state}"
    mkdir -p "$state_dir"
    state_dir="$(cd "$state_dir" && pwd)"
    write_config >"$state_dir/crawld.yaml"
    say "crawling ${urls[*]} (Ctrl-C stops)"
else
    state_dir="${state_dir:-$(mktemp -d -t crawld-demo.XXXXXX)}"
    mkdir -p "$state_dir"
    state_dir="$(cd "$state_dir" && pwd)"
    start_demo_site || exit $?
    write_demo_config >"$state_dir/crawld.yaml"
    say "crawling a demo site of five hosts on port $demo_port of this machine (Ctrl-C stops)"
fi

status=0
crawl || status=$?
say "the configuration was $state_dir/crawld.yaml"
exit "$status"
