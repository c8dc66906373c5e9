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

# same_status STATUS SOURCE: info and list of it, and of its capture.
same_status() {
	local want=$1 source=$2 command
	rm -f "$work/of-it"
	exits "$source is captured with what is not known" "$want" capture -o "$work/of-it" "$source"
	for command in info list; do
		exits "$command of $source is $want" "$want" "$command" "$source"
		exits "and of its capture" "$want" "$command" "$work/of-it"
		has "which says that it was so before" "$work/err" ': not known: .*when it was captured: '
	done
}

as_nobody() {
	setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}

# A subtree that may not be read is not one that is not there.
test_unread() {
	local status=0
	if [ "$(id -u)" != 0 ] || ! as_nobody true 2>/dev/null; then
		skip "what may not be read is not known" "not root, or setpriv cannot change the user"
		return
	fi
	cp -r selftests/data/kernels/7.1-pre "$work/secret"
	chmod -R a+rX "$work/secret"
	chmod 400 "$work/secret/kho/out/sub_fdts/LUO"
	cp "$dump" "$work/kstate-dump"
	mkdir -m 777 "$work/open"
	chmod 755 "$work"
	as_nobody "$work/kstate-dump" capture -o "$work/open/capture" "$work/secret" >/dev/null 2>&1 || status=$?
	is "a source with what may not be read is captured, with 6" "$status" 6
	for command in info list; do
		exits "$command of the capture is 6" 6 "$command" "$work/open/capture"
		has "it has the subtree" "$work/out" '^    LUO +- '
		has "and says why it is not known" "$work/err" \
			'not known: kho/out/sub_fdts/LUO: when it was captured: permission denied$'
	done
	run show "$work/open/capture" LUO
	has_not "show of LUO does not say that the kernel has none" "$work/err" 'CONFIG_LIVEUPDATE'
}

# One side was asked for: nothing is said of the other.
test_side() {
	exits "one side is captured" 0 --in capture -o "$work/in" "$data"
	run info "$work/in"
	has "its capture says that it is one" "$work/err" 'only side "in" was asked for: nothing is known of the other$'
	one_line "the other side is not known" 3 \
		'of which only side "in" was captured: whether it is there is not known$' --out info "$work/in"
}

tests() {
	test_same
	test_shape
	test_verify
	test_wrong
	test_cut
	same_status 6 selftests/data/cut/kdump-split-2.kdump
	test_unread
	test_side
}

tests 3>&1 >&2 | numbered
