#!/usr/bin/env bash
# instructions.sh BENCH_ENGINE: instructions that the engine and the baselines execute for
# a section, as callgrind counts them: a line of JSON for each.
set -euo pipefail

bench=$1
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# Instructions in a function and what it calls, for each of so many sections.
count() {
	local phase=$1 function=$2 nr=$3 log=$tmp/log
	valgrind --tool=callgrind --callgrind-out-file="$tmp/out" --toggle-collect="$function" \
		"$bench" "$phase" "$nr" >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
	awk -v nr="$nr" '/ Collected : / { printf "%.1f", $NF / nr }' "$log"
}

line() {
	local what=$1 nr=$2 ours=$3 baseline=$4 theirs=$5
	awk -v what="$what" -v nr="$nr" -v ours="$ours" -v baseline="$baseline" -v theirs="$theirs" '
	BEGIN {
		printf "{\"bench\":\"instructions: %s, %d sections\",\"unit\":\"instructions a section\"", what, nr
		printf ",\"value\":%.1f", ours
		if (baseline != "")
			printf ",\"baseline\":\"%s\",\"baseline_value\":%.1f,\"ratio\":%.2f",
				baseline, theirs, ours / theirs
		print "}"
	}'
}

sizes() {
	local nr=$1 ours
	ours=$(count save kstate_write_image "$nr")
	line save "$nr" "$ours" "fdt_sw, one property per field" "$(count tree by_hand_tree_save "$nr")"
	line save "$nr" "$ours" "memcpy of each field" "$(count stream by_hand_stream_save "$nr")"
	line prepare "$nr" "$(count save kstate_prepare "$nr")" "" ""
	line index "$nr" "$(count index kstate_in_open "$nr")" "" ""
	ours=$(count restore kstate_restore "$nr")
	line restore "$nr" "$ours" "fdt_getprop of each field" "$(count tree by_hand_tree_restore "$nr")"
	line restore "$nr" "$ours" "memcpy of each field" "$(count stream by_hand_stream_restore "$nr")"
}

if ! command -v valgrind >/dev/null; then
	echo "instructions.sh: valgrind is not installed: no instructions are counted" >&2
	exit 0
fi
sizes 1000
sizes 10000
