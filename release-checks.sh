#!/usr/bin/env bash
# Runs the checks that a release must pass beside ./test.sh, which take long to install or need more than one commit.
#
#   ./release-checks.sh           packages build as they would be published; licences; the API beside the last release
#   ./release-checks.sh --setup   installs cargo-deny and cargo-semver-checks first
set -euo pipefail
cd "$(dirname "$0")"

if [ "${1:-}" = --setup ]; then
  cargo install --locked cargo-deny cargo-semver-checks
fi

echo "== packages"
cargo package --workspace --locked

echo "== licences and duplicates"
cargo deny --all-features check licenses bans sources

echo "== the API beside the last release"
if tag=$(git describe --tags --abbrev=0 --match 'v*' 2>/dev/null); then
  cargo semver-checks --workspace --exclude demarche --baseline-rev "$tag"
else
  echo "not checked: there is no tag of a release yet"
fi
