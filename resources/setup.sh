#!/usr/bin/env bash
# Sets Pickglass up on Linux or macOS, then does what it is told. Safe to run again at any time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
    cat <<'END'
usage: resources/setup.sh COMMAND [ARGUMENTS]

  run [ARGUMENTS]    set up what the program needs and start it:
                       resources/setup.sh run --demo
                       resources/setup.sh run ~/scrapes/vinted_dresses
  test [ARGUMENTS]   set up what the tests need and run them (arguments go to pytest)
  check              the same on all of Keras' backends (installs torch and JAX too: some GB on Linux,
                     unless PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu), and the
                     linters and type checks before

All goes into the folder .venv beside this one, except the system libraries that Qt needs: they are
installed where this runs as root, and named where it does not.
END
}

# A line for each argument.
say() { printf '%s\n' "$@" >&2; }

fail() {
    say "$@"
    exit 1
}

# Packages of Debian and Ubuntu by the library that Qt asks for.
package_of() {
    case "$1" in
        libxcb-icccm.so.4) echo libxcb-icccm4 ;;
        libxcb-image.so.0) echo libxcb-image0 ;;
        libxcb-keysyms.so.1) echo libxcb-keysyms1 ;;
        libxcb-randr.so.0) echo libxcb-randr0 ;;
        libxcb-render-util.so.0) echo libxcb-render-util0 ;;
        libxcb-render.so.0) echo libxcb-render0 ;;
        libxcb-shape.so.0) echo libxcb-shape0 ;;
        libxcb-shm.so.0) echo libxcb-shm0 ;;
        libxcb-sync.so.1) echo libxcb-sync1 ;;
        libxcb-util.so.1) echo libxcb-util1 ;;
        libxcb-xfixes.so.0) echo libxcb-xfixes0 ;;
        libxcb-xinerama.so.0) echo libxcb-xinerama0 ;;
        libxcb-xkb.so.1) echo libxcb-xkb1 ;;
        libxcb.so.1) echo libxcb1 ;;
        libxkbcommon-x11.so.0) echo libxkbcommon-x11-0 ;;
        libxkbcommon.so.0) echo libxkbcommon0 ;;
        libX11-xcb.so.1) echo libx11-xcb1 ;;
        libX11.so.6) echo libx11-6 ;;
        libSM.so.6) echo libsm6 ;;
        libICE.so.6) echo libice6 ;;
        libGL.so.1) echo libgl1 ;;
        libEGL.so.1) echo libegl1 ;;
        libdbus-1.so.3) echo libdbus-1-3 ;;
        libfontconfig.so.1) echo libfontconfig1 ;;
        libfreetype.so.6) echo libfreetype6 ;;
        libglib-2.0.so.0 | libgthread-2.0.so.0) echo libglib2.0-0 ;;
        *) return 1 ;;
    esac
}

find_python() {
    local candidate
    for candidate in "${PYTHON:-}" python3.11 python3.12 python3.13 python3; do
        if [ -n "$candidate" ] && command -v "$candidate" >/dev/null &&
            "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))'; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

as_root() { [ "$(id -u)" = 0 ]; }

# Installs Debian packages, or says how.
install_packages() {
    if ! command -v apt-get >/dev/null; then
        fail "These are missing: $*" "Install them with your system's package manager and try again."
    fi
    if as_root; then
        say "Installing: $*"
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2
    else
        fail "Some system packages are missing. Install them and try again:" \
            "  sudo apt-get update && sudo apt-get install -y $*"
    fi
}

make_environment() {
    local python
    if ! python=$(find_python); then
        if command -v apt-get >/dev/null; then
            install_packages python3 python3-venv
            python=$(find_python) ||
                fail "Pickglass needs Python 3.11, 3.12 or 3.13; this system offers $(python3 -V)."
        else
            fail "Pickglass needs Python 3.11, 3.12 or 3.13 (https://www.python.org/downloads/)."
        fi
    fi
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        install_packages "python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
    fi
    [ -x .venv/bin/python ] || "$python" -m venv .venv
}

# Installs a requirements file once; again when it (or what it includes) has changed.
install_requirements() {
    local stamp=".venv/installed-$(echo "$1" | tr '/' '-')"
    local wanted
    wanted=$(cat requirements.txt "$1" | cksum)
    if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
        say "Installing $1 into .venv (the first time this takes some minutes)…"
        .venv/bin/python -m pip install --quiet --disable-pip-version-check -r "$1"
        echo "$wanted" >"$stamp"
    fi
}

check_system_libraries() {
    [ "$(uname)" = Linux ] || return 0
    local qt library packages=() unknown=()
    qt=$(.venv/bin/python -c 'import importlib.util as u; print(u.find_spec("PyQt5").submodule_search_locations[0])')/Qt5
    for library in $(LD_LIBRARY_PATH="$qt/lib" ldd "$qt/plugins/platforms/libqxcb.so" \
        "$qt/plugins/platforms/libqoffscreen.so" "$qt/lib/libQt5Widgets.so.5" |
        awk '/not found/ {print $1}' | sort -u); do
        if package_of "$library" >/dev/null; then
            packages+=("$(package_of "$library")")
        else
            unknown+=("$library")
        fi
    done
    # A container without a single font shows boxes for letters.
    if [ -z "$(find /usr/share/fonts /usr/local/share/fonts ~/.fonts ~/.local/share/fonts \
        -name '*.[to]tf' -print -quit 2>/dev/null)" ]; then
        packages+=(fonts-dejavu-core)
    fi
    if [ "${#unknown[@]}" -gt 0 ]; then
        say "Qt misses libraries whose packages are not known here: ${unknown[*]}"
    fi
    if [ "${#packages[@]}" -gt 0 ]; then
        # shellcheck disable=SC2046  # one word a package is what is wanted
        install_packages $(printf '%s\n' "${packages[@]}" | sort -u)
    fi
}

set_up() {
    make_environment
    install_requirements "$1"
    check_system_libraries
}

command=${1:-}
[ $# -gt 0 ] && shift
case "$command" in
    run)
        set_up requirements.txt
        exec .venv/bin/python main.py "$@"
        ;;
    test)
        set_up tests/requirements.txt
        exec .venv/bin/python -m pytest "$@"
        ;;
    check)
        set_up tests/requirements.txt
        install_requirements tests/backends/requirements.txt
        PATH="$PWD/.venv/bin:$PATH"
        ruff check .
        ruff format --check .
        mypy
        lint-imports
        exec python -m pytest -n 2 "$@"
        ;;
    -h | --help | help)
        usage
        ;;
    *)
        usage >&2
        exit 2
        ;;
esac
