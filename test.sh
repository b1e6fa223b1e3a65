#!/usr/bin/env bash
# Everything that must hold, in one command: formatting, lints, tests of every kind, documentation, feature combinations.
# It needs Rust (rustup or a distribution's) and installs the rest.
#
#   ./test.sh                        the whole
#   PROPTEST_CASES=10000 ./test.sh   with more cases for every property test
set -euo pipefail
cd "$(dirname "$0")"
export CARGO_TERM_COLOR="${CARGO_TERM_COLOR:-auto}" RUSTDOCFLAGS="-D warnings"

step() { printf '\n== %s\n' "$*"; }

step "tools"
for component in rustfmt clippy; do
  case "$component" in rustfmt) tool=fmt ;; *) tool=clippy ;; esac
  cargo "$tool" --version 2>/dev/null || rustup component add "$component"
done
# The linker and the C compiler that the Zstandard library is built with; git, whose merges the tests run.
missing=()
command -v cc >/dev/null || missing+=(gcc libc6-dev)
command -v git >/dev/null || missing+=(git)
if [ ${#missing[@]} -gt 0 ]; then
  apt-get update && apt-get install --yes --no-install-recommends "${missing[@]}"
fi

step "formatting"
cargo fmt --all --check

step "lints"
cargo clippy --workspace --all-targets --all-features --locked -- -D warnings

step "feature combinations"
for features in "" "proptest"; do
  cargo check --quiet --locked -p demarche-core --no-default-features --features "$features"
done
for features in "" "testing"; do
  cargo check --quiet --locked -p demarche-projection --no-default-features --features "$features"
done
if rustup target list --installed 2>/dev/null | grep -q wasm32-unknown-unknown; then
  cargo check --quiet --locked -p demarche-core -p demarche-projection --target wasm32-unknown-unknown
else
  echo "not checked: the target wasm32-unknown-unknown is not installed"
fi

step "tests"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
cargo test --workspace --all-features --locked 2>&1 | tee "$log"

step "examples"
for example in embed venue_counts; do
  cargo run --quiet --locked -p demarche-projection --all-features --example "$example" >/dev/null
done
cargo run --quiet --locked -p demarche-journal --example service >/dev/null
cargo run --quiet --locked -p demarche-interop --example import -- gdelt < fixtures/import/gdelt-2.0.tsv >/dev/null

step "exports, read by other programs"
foreign=crates/interop/tests/foreign
built=${CARGO_TARGET_DIR:-target}
if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
  apt-get update && apt-get install --yes --no-install-recommends python3 python3-venv
fi
[ -x target/foreign/bin/python ] || python3 -m venv target/foreign
target/foreign/bin/python -m pip install --quiet --disable-pip-version-check --requirement "$foreign/requirements.txt"
cargo build --quiet --locked
target/foreign/bin/python "$foreign/read_back.py" "$built/debug/demarche" "$built/tmp/any-events.jsonl" \
  fixtures/us-russia-2025.jsonl

step "instructions per event"
benches/instructions.sh

step "growth"
benches/growth.sh

step "documentation"
cargo doc --workspace --no-deps --all-features --locked

step "the two commands"
cargo run --quiet --locked -- replay fixtures/us-russia-2025.jsonl
cargo run --quiet --locked -- check fixtures/us-russia-2025.jsonl --expect fixtures/us-russia-2025.expect.jsonl >/dev/null

awk '/^test result:/ { passed += $4; failed += $6; skipped += $8 }
     END { printf "\n%d passed, %d failed, %d skipped\n", passed, failed, skipped }' "$log"
