#!/usr/bin/env bash
# --columns: what a script asks for, in its order, one row a line; awk and cut split it.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/cli/lib.sh
. selftests/cli/lib.sh

image=selftests/data/trace/boot
tab=$'\t'

test_rows() {
	run list --columns save_ns,section --in $image
	is "columns come in the order of their names, durations in ns" "$(sed -n 2p "$work/out")" "136117${tab}test@0"
	is "there is a line for each row, and no heading" "$(wc -l <"$work/out")" \
		"$("$dump" -q list -j --in $image | grep -o '"section"' | wc -l)"
	is "all lines have as many fields" "$(awk -F'\t' '{ print NF }' "$work/out" | sort -u)" 2
	run list --columns section,result --in $image
	has "words are those of JSON" "$work/out" "^bulk@2${tab}failed:-1\$"
}

test_missing() {
	exits "what is not known is 6, as without" 6 list --columns section,save_ns selftests/data/live-update
	is "null is a dash" "$(sed -n 2p "$work/out")" "test@0${tab}-"
	run features --sysroot "$work/nothing" --columns here,feature
	has "what is not known is a question mark" "$work/out" "^\\?${tab}KHO\$"
	run list --columns section,nosuch $image
	is "what has not all columns has no line" "$(cat "$work/out")" ""
	has "and that is said" "$work/err" 'note: nothing here has section,nosuch; names are those of --json'
}

# A name with blanks, quotes and 64 bytes of it.
test_names() {
	"$mkimage" names "$work/names"
	run list --columns section,bytes "$work/names"
	is "a name with blanks is one field" "$(awk -F'\t' '{ print NF }' "$work/out" | sort -u)" 2
	has "and whole" "$work/out" "^a long/name: "
}

test_usage() {
	one_line "other commands have no columns" 2 '--columns is not for get' get --columns section $image test@0
	run list --columns section -j $image
	has "the last format counts" "$work/out" '^\{"schema"'
}

tests() {
	mkdir -p "$work/nothing"
	test_rows
	test_missing
	test_names
	test_usage
}

tests 3>&1 >&2 | numbered
