#!/usr/bin/env bash
# Installs what ./test.sh needs beside Rust, on Debian, Ubuntu and their like. It changes the system, so nothing calls
# it unasked: run it yourself, or say ./test.sh --setup.
#
#   ./setup.sh            installs what is missing
#   ./setup.sh --missing  only names it, one package a line; exit code 1 if there is any
set -euo pipefail
cd "$(dirname "$0")"

packages=()
# The linker, and the C compiler that the Zstandard library is built with.
command -v cc >/dev/null || packages+=(gcc libc6-dev)
# The tests run its merges.
command -v git >/dev/null || packages+=(git)
# Exports are read back by other programs, which come from PyPI.
python3 -c 'import ensurepip, venv' 2>/dev/null || packages+=(python3 python3-venv)
# A journal in it is tested on a server that the tests start for themselves.
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || packages+=(postgresql)
# It makes the network between a store and that server, which drops packets.
command -v ip >/dev/null || packages+=(iproute2)
# It makes the certificates of that server.
command -v openssl >/dev/null || packages+=(openssl)
# The page is looked at in it.
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || packages+=(chromium)
# Spark runs on it.
command -v java >/dev/null || packages+=(openjdk-17-jre-headless)
# It asks as fifty readers do.
command -v wrk >/dev/null || packages+=(wrk)
# It counts instructions. The second package has the symbols of the C library, without which it does not start.
command -v valgrind >/dev/null || packages+=(valgrind libc6-dbg)

components=()
cargo fmt --version &>/dev/null || components+=(rustfmt)
cargo clippy --version &>/dev/null || components+=(clippy)

if [ "${1:-}" = --missing ]; then
  missing=("${packages[@]}" "${components[@]}")
  [ ${#missing[@]} -eq 0 ] && exit 0
  printf '%s\n' "${missing[@]}"
  exit 1
fi

if [ ${#packages[@]} -gt 0 ]; then
  apt-get update
  apt-get install --yes --no-install-recommends "${packages[@]}"
fi
if [ ${#components[@]} -gt 0 ]; then
  rustup component add "${components[@]}"
fi
