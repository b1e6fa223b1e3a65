#!/usr/bin/env bash
# Times Demarche beside what people would use instead, on generated logs, and writes docs/performance.md. Installs what
# it needs.
#
#   benches/compare/run.sh            the whole, on a machine with nothing else to do
#   benches/compare/run.sh --quick    small logs and three runs, to see that everything works; writes no document
set -euo pipefail
cd "$(dirname "$0")/../.."
target=${CARGO_TARGET_DIR:-target}

missing=()
command -v cc >/dev/null || missing+=(gcc libc6-dev)
command -v jq >/dev/null || missing+=(jq)
command -v sqlite3 >/dev/null || missing+=(sqlite3)
python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3 python3-venv)
command -v valgrind >/dev/null || missing+=(valgrind libc6-dbg)
if [ ${#missing[@]} -gt 0 ]; then
  apt-get update && apt-get install --yes --no-install-recommends "${missing[@]}"
fi

python=$target/compare/venv/bin/python
[ -x "$python" ] || python3 -m venv "$target/compare/venv"
"$python" -m pip install --quiet --disable-pip-version-check --requirement benches/compare/requirements.txt

cargo build --release --locked -p demarche
cargo build --release --locked -p demarche-core --example generate_log
cargo build --release --locked --manifest-path benches/compare/programs/Cargo.toml --target-dir "$target/compare/build"

# Two cores for everyone, however many there are.
exec taskset --cpu-list 0,1 "$python" benches/compare/compare.py --target "$target" "$@"
