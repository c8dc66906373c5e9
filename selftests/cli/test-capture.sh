#!/usr/bin/env bash
# capture: one file that opens like what it was made of.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/cli/lib.sh
. selftests/cli/lib.sh

data=selftests/data/live-update

# same COMMAND: the capture says what the directory says.
same() {
	"$dump" -q "$@" "$data" >"$work/want" 2>/dev/null || true
	"$dump" -q "$@" "$work/capture" >"$work/got" 2>/dev/null || true
	check "$* of a capture is that of its source" cmp "$work/want" "$work/got"
}

test_same() {
	exits "a directory is captured" 0 capture -o "$work/capture" "$data"
	has "what was left out is said" "$work/err" 'holds blobs and no memory'
	same info
	same list
	same show
	"$dump" list - <"$work/capture" >"$work/got" 2>/dev/null || true
	"$dump" list "$data" >"$work/want" 2>/dev/null || true
	check "it opens from standard input" cmp "$work/want" "$work/got"
}

test_shape() {
	check "readelf reads it" sh -c "readelf -hW '$work/capture' | grep -q 'CORE (Core file)'"
	is "it is for its owner alone" "$(stat -c %a "$work/capture")" 600
	one_line "it is not replaced" 4 'there is a file of that name' capture -o "$work/capture" "$data"
	exits "JSON tells what was done" 0 capture -j -o "$work/another" "$data"
	has "in the envelope" "$work/out" '"command":"capture".*"contents":false,"left_out":\[\]'
	is "no other file is left" "$(find "$work" -name 'capture.*' | wc -l)" 0
}

# A byte of the image's first string: a letter of the path in the list is not one.
test_verify() {
	local at
	exits "a capture as it was made has no findings that its source has not" \
		"$("$dump" -q verify "$data" >/dev/null 2>&1; echo $?)" verify "$work/capture"
	cp "$work/capture" "$work/changed"
	at=$(grep -abo 'kstate-v1' "$work/changed" | sed -n 1p | cut -d: -f1)
	printf K | dd of="$work/changed" bs=1 seek="$at" conv=notrunc status=none
	exits "a changed one is a finding" 1 verify "$work/changed"
	has "that says so" "$work/out" 'the capture was changed since it was made'
}

test_wrong() {
	one_line "no -o is 2" 2 'capture needs -o FILE' capture "$data"
	one_line "-o - is 2" 2 'not to standard output' capture -o - "$data"
	one_line "-o of another command is 2" 2 '--output is not for list' list -o "$work/x" "$data"
	one_line "a folder that is not there is 4" 4 'No such file' capture -o "$work/no/x" "$data"
	one_line "a source that is none is 3" 3 '.' capture -o "$work/x" /etc/passwd
	check "and makes no file" test ! -e "$work/x"
	head -c 3000 "$work/capture" >"$work/cut"
	one_line "a capture that was cut in its headers is 3" 3 'cut before its program headers' \
		info "$work/cut"
}

# The headers come first: what the rest of the file holds is shown.
test_cut() {
	local at
	at=$(grep -abo 'memblock-v1' "$work/capture" | tail -n 1 | cut -d: -f1)
	head -c "$at" "$work/capture" >"$work/cut"
	exits "a capture that was cut is a finding" 1 info "$work/cut"
	has "that says what is missing" "$work/err" 'truncated: [0-9]+ bytes that its program headers give'
	exits "what it still has is shown" 1 get "$work/cut" test@0.s --in
	is "as it was" "$(cat "$work/out")" "kstate-ok"
}

tests() {
	test_same
	test_shape
	test_verify
	test_wrong
	test_cut
}

tests 3>&1 >&2 | numbered
