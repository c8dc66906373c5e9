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
	run list --columns section,token $image
	is "what has not all columns has no line" "$(cat "$work/out")" ""
	has "and that is said" "$work/err" 'note: nothing here has all of section,token$'
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
	one_line "a name that no table of the command has is 2, with those that there are" 2 \
		'^kstate-dump: --columns: list has no column "tokn", did you mean "token"\?; there are: section side .* token ' \
		-q list --columns session,tokn $image
	one_line "so is one of another command" 2 'features has no column "section"; there are: feature here detail advice$' \
		features --columns feature,section
	one_line "and none" 2 'list has no column ""' list --columns section, $image
	is "the names are those of the JSON Schema" \
		"$(sed '1,/\*\//d; s/^X(//' tools/kstate-dump/columns.def | tr -d '",\n' | tr ')' '\n' | tr -s ' ')" \
		"$(python3 selftests/cli/columns.py)"
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
