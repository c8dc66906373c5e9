#!/usr/bin/env bash
# The truth table: whatever is left out of a source, nothing is said that the whole source does not say.
# TRUTH=all takes every cut, which is what "make check" does.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
B=${B:-build}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cores=()
for kind in v1-small v1-page v3 v4 v4-taken v4-in; do
	"$B/tests/mktruth" "$kind" "$work/$kind"
	cores+=("$work/$kind")
done
"$B/tests/mkworld" good "$work/world"
"$B/tests/mkimage" luo-kernel "$work/luo-kernel"
"$B/tests/mkimage" luo-kernel-in "$work/luo-kernel-in"
echo '{"side": "in", "map": "radix tree", "preserved": null, "sessions": 3, "files": 4, "passes": false}' \
	>"$work/luo-kernel-in.facts"
python3 selftests/cli/truth.py "$B/kstate-dump" "${TRUTH:-some}" "${cores[@]}" "$work"/world \
	"$work"/luo-kernel "$work"/luo-kernel-in selftests/data/next/luo-good-out.core
