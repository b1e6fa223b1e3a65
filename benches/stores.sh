#!/usr/bin/env bash
# Measures a journal in PostgreSQL against one in a file, and both against plain statements
# (crates/journal-postgres/examples/measure_stores.rs), on a server that it starts in a temporary folder, with the
# settings that PostgreSQL comes with.
#
#   benches/stores.sh [EVENTS]   1,000,000 events by default; the first 250,000 or so are for appending
#   TMPDIR=/dev/shm benches/stores.sh 300000   in memory, where syncs cost nothing
set -euo pipefail
cd "$(dirname "$0")/.."

programs=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
scratch=$(mktemp -d "${TMPDIR:-/tmp}/demarche-stores-XXXXXX")
as_user=()
if [ "$(id -u)" = 0 ]; then
  # The server refuses to run as root.
  chown nobody "$scratch"
  as_user=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
fi
stop() {
  (cd / && "${as_user[@]}" "$programs/pg_ctl" -D "$scratch/data" -m immediate stop) >"$scratch/stopped" 2>&1 || true
  rm -r "$scratch"
}
trap stop EXIT

cargo build --release --locked -p demarche-core -p demarche-journal-postgres \
  --example generate_log --example measure_stores
built=${CARGO_TARGET_DIR:-target}/release/examples
"$built/generate_log" "${1:-1000000}" 10000 7 >"$scratch/log.jsonl"
(
  cd "$scratch"
  "${as_user[@]}" "$programs/initdb" -D data --auth=trust --username=postgres --encoding=UTF8 --locale=C
  "${as_user[@]}" "$programs/pg_ctl" -D data -w -l log -o "-k $scratch -c listen_addresses=" start
) >"$scratch/started"
"$built/measure_stores" "postgres://postgres@/postgres?host=$scratch&schema=measured" \
  "host=$scratch user=postgres dbname=postgres options='-c search_path=measured'" "$scratch/log.jsonl" "$scratch"
