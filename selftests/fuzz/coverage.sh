#!/usr/bin/env bash
# coverage.sh DIR CORPUS NAME...: lines of the engine and the library that the targets in DIR, built
# for it, reach with their seeds and what is in CORPUS/NAME.
set -euo pipefail

dir=$1 corpus=$2
shift 2
export LLVM_PROFILE_FILE=$dir/%p.profraw

for name; do
	inputs=("selftests/fuzz/seeds/$name")
	[ ! -d "$corpus/$name" ] || inputs+=("$corpus/$name")
	"$dir/fuzz_$name" -runs=0 "${inputs[@]}" >/dev/null 2>&1
done
llvm-profdata merge -o "$dir/all.profdata" "$dir"/*.profraw
rm -f "$dir"/*.profraw
first=$dir/fuzz_$1
shift
others=()
for name; do others+=(-object "$dir/fuzz_$name"); done
llvm-cov report "$first" "${others[@]}" -instr-profile="$dir/all.profdata" \
	-ignore-filename-regex='selftests/|include/' |
	awk '/\.c / || /^TOTAL/ { sub(/.*\//, "", $1); print $1, $8, $9, $10 }' |
	{ echo 'file lines missed covered'; cat; } | column -t
