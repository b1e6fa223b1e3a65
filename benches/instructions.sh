#!/usr/bin/env bash
# Counts the instructions that `demarche replay` takes for each event, by callgrind, and fails above a ceiling. Unlike
# time, they are the same on a busy machine. Starting up is not counted: that of a log of one event is taken off.
#
#   benches/instructions.sh
set -euo pipefail
cd "$(dirname "$0")/.."

# What an event may cost: 3 to 5 % above what it does. Lower it with whatever makes replay cheaper.
ceiling=3700
events=100000 tracks=1000 seed=7

if ! command -v valgrind >/dev/null; then
  # The second holds the symbols of the C library, without which valgrind does not start.
  apt-get update && apt-get install --yes --no-install-recommends valgrind libc6-dbg
fi
# benches/growth.sh builds the same, so that both need one build.
cargo build --quiet --release --locked -p demarche -p demarche-core --bin demarche --example generate_log --test growth
release=${CARGO_TARGET_DIR:-target}/release
scratch=$(mktemp -d)
trap 'rm -r "$scratch"' EXIT

# One thread, once there is an option that says so.
options=(--format jsonl)
help=$("$release/demarche" replay --help)
grep -q -- --threads <<<"$help" && options+=(--threads 1)

# The C library copies long texts by one instruction, `rep movsb`, which callgrind counts anew for every byte. Then
# copying a log takes as many instructions as it has bytes, and no time. So long texts are copied as short ones are.
export GLIBC_TUNABLES=glibc.cpu.x86_rep_movsb_threshold=0x40000000

instructions() {
  "$release/examples/generate_log" "$1" "$tracks" "$seed" >"$scratch/log.jsonl"
  valgrind --tool=callgrind --callgrind-out-file=/dev/null "$release/demarche" replay "${options[@]}" \
    "$scratch/log.jsonl" 2>"$scratch/told" >/dev/null || { cat "$scratch/told" >&2; return 1; }
  awk '/Collected :/ { print $4 }' "$scratch/told"
}
whole=$(instructions "$events")
start=$(instructions 1)
each=$(((whole - start) / events))
echo "$each instructions per event (the ceiling is $ceiling)"
[ "$each" -le "$ceiling" ]
