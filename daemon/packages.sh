# Installs what config/packages.txt lists; sourced by daemon/try.sh and tests/run.sh.
#
#   install_packages SECTION...   installs what is missing, says what it does, and returns non-zero
#                                 with one clear sentence when crawld cannot be built without it.
#
# Needs root or sudo only when something is missing. CRAWLD_SKIP_PACKAGES=1 skips it all: for
# systems that are not Debian, where the libraries come from elsewhere.

_packages_list="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/config/packages.txt"

# The packages of one section, one a line.
packages_of() {
    sed 's/#.*//' "$_packages_list" | awk -v section="$1" '$2 == section { print $1 }'
}

_is_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

_as_root() {
    if [ "$(id -u)" = 0 ]; then
        env DEBIAN_FRONTEND=noninteractive "$@"
    else
        sudo env DEBIAN_FRONTEND=noninteractive "$@"
    fi
}

# While packages are installed, a policy-rc.d keeps their services from starting: the tests run an
# nginx of their own and want none on port 80. One that is there already is left alone.
_without_services() {
    local policy=/usr/sbin/policy-rc.d status=0
    if [ -e "$policy" ]; then
        "$@"
        return
    fi
    printf '#!/bin/sh\nexit 101\n' | _as_root tee "$policy" >/dev/null
    _as_root chmod 755 "$policy"
    "$@" || status=$?
    _as_root rm -f "$policy"
    return "$status"
}

_apt_install() {
    _without_services _as_root apt-get install -y -q --no-install-recommends \
        -o DPkg::Lock::Timeout=120 "$@" \
        </dev/null >"$_packages_log" 2>&1
}

_apt_failed() {
    tail -n 15 "$_packages_log" >&2
    echo "packages: apt-get could not install: $*. Install them by hand, then try again." >&2
}

# Small images tell dpkg to leave documentation out; the pages are what the docs section is for.
_restore_excluded_docs() {
    local package file missing=()
    for package in "$@"; do
        _is_installed "$package" || continue
        file="$(dpkg -L "$package" | awk '/^\/usr\/share\/doc\/.*\.html$/ && !n++')"
        [ -z "$file" ] || [ -e "$file" ] || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    echo "packages: dpkg left the pages of these out, installing them again: ${missing[*]}"
    _apt_install --reinstall -o 'Dpkg::Options::=--path-include=/usr/share/doc/*' "${missing[@]}" ||
        _apt_failed "${missing[@]}"
}

_install_section() {
    local section="$1" package missing=() wanted=()
    for package in $(packages_of "$section"); do
        _is_installed "$package" || missing+=("$package")
    done
    if [ ${#missing[@]} -gt 0 ]; then
        if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
            echo "packages: these Debian packages are missing and installing them needs root or" \
                "sudo: ${missing[*]}" >&2
            return 1
        fi
        if [ -z "${_packages_updated:-}" ]; then
            echo "packages: apt-get update"
            _as_root apt-get update -q </dev/null >"$_packages_log" 2>&1 ||
                tail -n 3 "$_packages_log" >&2
            _packages_updated=1
        fi
        for package in "${missing[@]}"; do
            if [ "$section" != build ] && [ -z "$(apt-cache policy "$package")" ]; then
                echo "packages: this distribution has no $package; what needs it is skipped"
            else
                wanted+=("$package")
            fi
        done
    fi
    if [ ${#wanted[@]} -gt 0 ]; then
        echo "packages: installing ${wanted[*]}"
        _apt_install "${wanted[@]}" || { _apt_failed "${wanted[@]}"; return 1; }
    fi
    [ "$section" != docs ] || _restore_excluded_docs $(packages_of docs)
}

install_packages() {
    local section status=0
    [ -z "${CRAWLD_SKIP_PACKAGES:-}" ] || return 0
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        echo "packages: this system has no apt-get. Install what config/packages.txt lists by" \
            "other means, then try again with CRAWLD_SKIP_PACKAGES=1." >&2
        return 1
    fi
    _packages_log="$(mktemp)"
    for section in "$@"; do
        if ! _install_section "$section"; then
            # Without the docs only some tests are skipped.
            [ "$section" = docs ] || { status=1; break; }
        fi
    done
    rm -f "$_packages_log"
    return "$status"
}
