#!/usr/bin/env bash
# Runs every check that a change must pass. It needs Rust, and a few packages that it names if they are missing.
#
#   ./test.sh                        every check, about 40 minutes on two cores
#   ./test.sh --quick                formatting, lints, and the tests with few cases each: what to run while you work
#   ./test.sh --setup                installs what is missing first (setup.sh), then runs every check
#   PROPTEST_CASES=10000 ./test.sh   more cases for every property test
set -euo pipefail
cd "$(dirname "$0")"
export CARGO_TERM_COLOR="${CARGO_TERM_COLOR:-auto}" RUSTDOCFLAGS="-D warnings"

quick=false
for argument in "$@"; do
  case "$argument" in
    --quick) quick=true; export PROPTEST_CASES="${PROPTEST_CASES:-32}" ;;
    --setup) ./setup.sh ;;
    *) sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
done

step() { printf '\n== %s\n' "$*"; }

step "what it needs"
if ! missing=$(./setup.sh --missing); then
  printf 'missing: %s\nrun ./setup.sh, or ./test.sh --setup\n' "$(tr '\n' ' ' <<<"$missing")" >&2
  exit 1
fi
cargo --version

step "formatting"
cargo fmt --all --check

step "lints"
cargo clippy --workspace --all-targets --all-features --locked -- -D warnings

step "tests"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
cargo test --workspace --all-features --locked 2>&1 | tee "$log"
summary() {
  awk '/^test result:/ { passed += $4; failed += $6; skipped += $8 }
       END { printf "\n%d passed, %d failed, %d skipped\n", passed, failed, skipped }' "$log"
}
if $quick; then summary; exit; fi

step "feature combinations"
for features in "" "proptest"; do
  cargo check --quiet --locked -p demarche-core --no-default-features --features "$features"
done
for features in "" "testing"; do
  cargo check --quiet --locked -p demarche-projection --no-default-features --features "$features"
done
for features in "" "s3"; do
  cargo check --quiet --locked -p demarche-archive --no-default-features --features "$features"
done
for features in "" "icalendar" "parquet" "png"; do
  cargo check --quiet --locked -p demarche-interop --no-default-features --features "$features"
done
cargo check --quiet --locked
for features in "" "archive" "png" "postgres"; do
  cargo check --quiet --locked -p demarche --no-default-features --features "$features"
done
for features in "" "seal" "testing" "zstd"; do
  cargo check --quiet --locked -p demarche-journal --no-default-features --features "$features"
done
if rustup target list --installed 2>/dev/null | grep -q wasm32-unknown-unknown; then
  cargo check --quiet --locked -p demarche-core -p demarche-projection --target wasm32-unknown-unknown
else
  echo "not checked: the target wasm32-unknown-unknown is not installed"
fi

step "examples"
# The tests have built them, and the program.
built=${CARGO_TARGET_DIR:-target}
"$built/debug/examples/embed" <fixtures/us-russia-2025.jsonl >/dev/null
"$built/debug/examples/venue_counts" fixtures/us-russia-2025.jsonl >/dev/null
"$built/debug/examples/import" gdelt <fixtures/import/gdelt-2.0.tsv >/dev/null

step "exports, read by other programs"
foreign=crates/interop/tests/foreign
[ -x "$built/foreign/bin/python" ] || python3 -m venv "$built/foreign"
"$built/foreign/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$foreign/requirements.txt"
"$built/foreign/bin/python" "$foreign/read_back.py" "$built/debug/demarche" "$built/tmp/any-events.jsonl" \
  fixtures/us-russia-2025.jsonl

step "the Python package"
cargo fmt --manifest-path python/Cargo.toml --check
CARGO_TARGET_DIR="$built/python-target" cargo clippy --quiet --locked --manifest-path python/Cargo.toml -- -D warnings
[ -x "$built/python/bin/python" ] || python3 -m venv "$built/python"
"$built/python/bin/python" -m pip install --quiet --disable-pip-version-check \
  --requirement python/tests/requirements.txt
rm -rf "$built/wheels"
CARGO_TARGET_DIR="$built/python-target" "$built/python/bin/python" -m pip wheel --quiet --disable-pip-version-check \
  --no-deps --wheel-dir "$built/wheels" ./python
# One wheel is for every Python from 3.10 on.
"$built/python/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall \
  "$built"/wheels/demarche_fold-*-cp310-abi3-linux_*.whl
DEMARCHE="$built/debug/demarche" COLLIDING_LOGS="$built/debug/examples/colliding_logs" \
  "$built/python/bin/python" -m pytest --quiet -p no:cacheprovider python/tests

step "the page in a browser"
browser=crates/server/tests/browser
[ -x "$built/browser/bin/python" ] || python3 -m venv "$built/browser"
"$built/browser/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$browser/requirements.txt"
DEMARCHE="$built/debug/demarche" "$built/browser/bin/python" -m pytest --quiet -p no:cacheprovider "$browser"

step "readers and writers at once, and a server that is killed"
python3 crates/server/tests/load/run.py "$built/debug/demarche" --seconds 10 --kills 10

step "instructions per event"
benches/instructions.sh

step "growth"
benches/growth.sh

step "documentation, and the public names"
./public-names.sh

step "the fold on a cluster"
# The step of instructions has built the release, and that of the Python package its wheel.
spark=integrations/spark
[ -x "$built/spark/bin/python" ] || python3 -m venv "$built/spark"
"$built/spark/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$spark/requirements.txt"
"$built/spark/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall \
  "$built"/wheels/demarche_fold-*-cp310-abi3-linux_*.whl
(python=$(realpath --no-symlinks "$built/spark/bin/python"); cd "$spark"; "$python" -m mypy --cache-dir /dev/null)
DEMARCHE="$built/release/demarche" GENERATE_LOG="$built/release/examples/generate_log" PYTHONPATH="$PWD/$spark" \
  "$built/spark/bin/python" -m pytest --quiet -p no:cacheprovider "$spark"

step "the two commands"
"$built/debug/demarche" replay fixtures/us-russia-2025.jsonl
"$built/debug/demarche" check fixtures/us-russia-2025.jsonl --expect fixtures/us-russia-2025.expect.jsonl >/dev/null

summary
