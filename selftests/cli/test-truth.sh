#!/usr/bin/env bash
# The truth table: whatever is left out of a source, nothing is said that the whole source does not say.
# TRUTH=all takes every cut, which is what "make check" does.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
B=${B:-build}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for kind in v1-small v1-page v3 v4; do
	"$B/tests/mktruth" "$kind" "$work/$kind"
done
"$B/tests/mkworld" good "$work/world"
python3 selftests/cli/truth.py "$B/kstate-dump" "${TRUTH:-some}" "$work"/v1-small "$work"/v1-page \
	"$work"/v3 "$work"/v4 "$work"/world selftests/data/next/luo-good-out.core
