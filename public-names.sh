#!/usr/bin/env bash
# Compares the public names of the libraries, as `cargo doc` lists them, with those that were agreed on
# (crates/*/public-names.txt), so that none is added, renamed or removed unseen.
#
#   ./public-names.sh           fails where they differ, and shows how
#   ./public-names.sh --bless   takes the names as they are now
set -euo pipefail
cd "$(dirname "$0")"

docs=${CARGO_TARGET_DIR:-target}/doc
RUSTDOCFLAGS="${RUSTDOCFLAGS:--D warnings}" cargo doc --quiet --workspace --no-deps --all-features --locked
failed=0
for crate in core projection journal journal-postgres interop archive server; do
  agreed=crates/$crate/public-names.txt
  # One line an item: its kind, which is the first part of its page's name, and its path.
  now=$(grep -o '<li><a href="[^"]*">[^<]*' "$docs/demarche_${crate//-/_}/all.html" |
    sed -E 's|.*href="([^"]*/)?([a-z]+)\.[^"]*">(.*)|\3 (\2)|' | LC_ALL=C sort)
  if [ "${1:-}" = --bless ]; then
    printf '%s\n' "$now" >"$agreed"
  elif ! diff --unified=0 --label "$agreed" --label "now" "$agreed" - <<<"$now"; then
    failed=1
  fi
done
if [ $failed -ne 0 ]; then
  echo "the public names have changed: if that is meant, say so in CHANGELOG.md and run ./public-names.sh --bless" >&2
fi
exit $failed
