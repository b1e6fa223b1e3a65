#!/usr/bin/env bash
# Looks whether work grows faster than what there is of a thing (crates/cli/tests/growth): runs those tests optimized,
# under Valgrind, which counts the instructions. The shapes are dealt out to two processes.
#
#   benches/growth.sh
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v valgrind >/dev/null; then
  # The second holds the symbols of the C library, without which valgrind does not start.
  apt-get update && apt-get install --yes --no-install-recommends valgrind libc6-dbg
fi
scratch=$(mktemp -d)
trap 'rm -r "$scratch"' EXIT
# benches/instructions.sh builds the same, so that both need one build.
cargo build --release --locked -p demarche -p demarche-core --bin demarche --example generate_log --test growth \
  --message-format=json 2>"$scratch/built" >"$scratch/messages" || { cat "$scratch/built" >&2; exit 1; }
program=$(sed -n 's/.*"executable":"\([^"]*\/growth-[^"]*\)".*/\1/p' "$scratch/messages")

parts=2
running=()
for part in $(seq "$parts"); do
  mkdir "$scratch/$part"
  (cd crates/cli && TMPDIR="$scratch/$part" GROWTH_PART="$part/$parts" GROWTH_DUMPS="$scratch/$part/counts" \
    valgrind --quiet --tool=callgrind --callgrind-out-file="$scratch/$part/counts" \
    --zero-before='growth::count::counted' --dump-after='growth::count::counted' \
    "$program" --ignored --nocapture --test-threads=1) >"$scratch/$part/told" 2>&1 &
  running+=($!)
done
failed=0
for part in $(seq "$parts"); do
  wait "${running[part - 1]}" || { failed=1; cat "$scratch/$part/told" >&2; }
done
cat "$scratch"/*/told
exit $failed
