#!/usr/bin/env bash
# Inputs that were made to harm: no signal, no endless work, nothing that a terminal obeys, and
# nothing left behind.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/cli/lib.sh
. selftests/cli/lib.sh

export LC_ALL=C.UTF-8
trace=$B/kstate-trace
browse=$B/kstate-browse

# bytes HEX: the bytes.
bytes() {
	local rest=$1
	while [ -n "$rest" ]; do
		printf '%b' "\\x${rest:0:2}"
		rest=${rest:2}
	done
}

# As run of lib.sh; what has no end ends here.
run() {
	status=0
	timeout 300 "$dump" "$@" >"$work/out" 2>"$work/err" </dev/null || status=$?
}

# In libfdt 1.6.1, the length 0xfffffff4 of a property wraps around the offset: the same tag for ever.
test_tree() {
	bytes d00dfeed0000005f0000003800000054000000280000001100000010000000000000000b0000001c >"$work/wraps.dtb"
	bytes 00000000000000000000000000000000000000010000000000000003fffffff40000000000000002 >>"$work/wraps.dtb"
	bytes 00000009636f6d70617469626c6500 >>"$work/wraps.dtb"
	one_line "a property whose length wraps is damage" 3 'damaged FDT' info "$work/wraps.dtb"
	one_line "and so it is as a next kernel" 3 'damaged FDT' check selftests/data/live-update \
		--next "$work/wraps.dtb"
	cp -r selftests/data/live-update "$work/tree"
	cp "$work/wraps.dtb" "$work/tree/kho/in/fdt"
	exits "and as a file of a directory" 1 info "$work/tree"
	has "it is told" "$work/err" 'kho/in/fdt: .*damaged FDT'
}

# libkdumpfile 0.5.1 frees twice after it refused such a header: the microseconds of its time, at 416, are
# more than a second has.
test_kdump() {
	printf 'KDUMP   \006' >"$work/kdump"
	truncate -s 418 "$work/kdump"
	printf '\040' >>"$work/kdump"
	truncate -s 424 "$work/kdump"
	printf '\001\0\0\0\0\020' >>"$work/kdump"
	truncate -s 16384 "$work/kdump"
	one_line "a kdump without sub-header and bitmaps is damage" 3 'damaged in its header' info "$work/kdump"
}

test_catalog() {
	local at
	"$mkimage" vmlinux "$work/vmlinux"
	at=$(LC_ALL=C grep -abo $'\xd0\x0d\xfe\xed' "$work/vmlinux" | head -n 1 | cut -d : -f 1)
	printf '\xff' | dd of="$work/vmlinux" bs=1 seek=$((at + 66)) conv=notrunc status=none
	exits "a catalog that is damaged where it begins is a defect" 1 catalog "$work/vmlinux"
	has "it is told" "$work/err" 'begins like a catalog of kstate .* is damaged'
}

# work_is_bounded DESCRIPTION STATUS REGEX COMMAND...: standard input has no end.
work_is_bounded() {
	local desc=$1 want=$2 regex=$3 status=0
	shift 3
	timeout 60 "$@" >"$work/out" 2>"$work/err" || status=$?
	is "$desc is $want" "$status" "$want"
	has "and what it is" "$work/err" "$regex"
}

test_endless() {
	"$mkimage" kinds "$work/image"
	"$mkworld" good "$work/core"
	work_is_bounded "an image with zeros after it" 1 'bytes follow the [0-9]* that its header gives' \
		"$dump" list - < <(cat "$work/image" /dev/zero)
	has "its sections are there" "$work/out" '^kinds@0 '
	work_is_bounded "a core with zeros after it" 0 'the end of the core by its headers, is not read' \
		"$dump" info - < <(cat "$work/core" /dev/zero)
	work_is_bounded "a trace of zeros" 4 'File too large' "$trace" --replay /dev/zero
	python3 - "$work/overlap" <<'END'
import struct, sys
nr, at, size = 20000, 2 << 20, 3 << 20
head = b"\x7fELF\x02\x01\x01" + bytes(9)
head += struct.pack("<HHIQQQIHHHHHH", 4, 62, 1, 0, 64, 0, 0, 64, 56, nr, 64, 0, 0)
head += b"".join(struct.pack("<IIQQQQQQ", 1, 6, at, 0, i << 22, size, size, 4096)
		 for i in range(1, nr + 1))
with open(sys.argv[1], "wb") as f:
	f.write(head + b"\1" * (at + size - len(head)))
END
	one_line "20,000 segments over the same 3 MiB are read once" 3 '0.00 GiB were scanned' info \
		"$work/overlap"
}

test_left_behind() {
	mkdir "$work/folder"
	(
		ulimit -f 8
		status=0
		"$dump" capture -q -o "$work/folder/capture" "$work/core" >"$work/out" 2>"$work/err" || status=$?
		echo $status >"$work/status"
	)
	is "a capture that is larger than files may be is 4" "$(cat "$work/status")" 4
	has "it says why" "$work/err" 'File too large'
	is "and leaves nothing" "$(ls -A "$work/folder")" ""
}

test_directories() {
	cp -r selftests/data/live-update "$work/links"
	ln -sf /dev/zero "$work/links/kho/in/fdt"
	rm -f "$work/links/kho/out/fdt"
	mkdir -p "$work/links/kho/out"
	mkfifo "$work/links/kho/out/fdt"
	status=0
	timeout 60 "$dump" list "$work/links" >"$work/out" 2>"$work/err" || status=$?
	is "links to devices and pipes in a directory are not known" "$status" 6
	has "the link is told" "$work/err" 'kho/in/fdt: a link that leads out of the directory is not followed'
	has "so is the pipe" "$work/err" 'kho/out/fdt: not a regular file'
}

# Who knows the directory may have links followed, with each program that reads directories.
test_follow() {
	local args
	cp -r selftests/data/live-update "$work/linked"
	rm "$work/linked/kho/in/sub_fdts/kstate"
	mv "$work/linked/kstate/in/image" "$work/elsewhere"
	ln -s "$work/elsewhere" "$work/linked/kstate/in/image"
	for args in "" --follow; do
		"$dump" list $args "$work/linked" >"$work/dump$args" 2>&1 || true
		"$trace" boot $args "$work/linked" >"$work/trace$args" 2>&1 || true
		"$browse" --headless --script "" $args "$work/linked" >"$work/browse$args" 2>&1 || true
	done
	has "kstate-dump does not follow a link that leads out" "$work/dump" 'image: a link that leads out .* is not followed'
	has "with --follow it does" "$work/dump--follow" '^test@0 +in .* ok '
	has_not "kstate-trace does not either" "$work/trace" '^test@0 .* 42.0 us '
	has "with --follow it does" "$work/trace--follow" '^test@0 .* 42.0 us '
	has_not "nor does kstate-browse" "$work/browse" 'test@0 +31 bytes'
	has "with --follow it does" "$work/browse--follow" 'test@0 +31 bytes'
}

# Of a pair, the tree is that of both.
test_pair() {
	local keys
	"$mkimage" held "$work/other"
	for keys in r jjr 1r '<Enter>r' 'xr'; do
		status=0
		timeout 60 "$browse" --headless --script "$keys<Screen>" "$work/image" "$work/other" \
			>"$work/out" 2>"$work/err" || status=$?
		is "the keys $keys on a pair do no harm" "$status" 0
	done
}

test_messages() {
	local esc=$'\e]0;x\a' program
	for program in "$dump" "$trace" "$browse"; do
		"$program" "--$esc" >"$work/out" 2>"$work/err" </dev/null || true
		"$program" "$work/$esc" >>"$work/out" 2>>"$work/err" </dev/null || true
		has_not "$program does not write ESC from its arguments" "$work/err" $'\e'
	done
	run info "$work/$esc"
	has "a path is escaped once" "$work/err" '/\\x1b\]0;x\\x07: No such file'
	run capture -o /sys/kernel/x "$work/core"
	has_not "who cannot write is not told of debugfs" "$work/err" 'debugfs'
	run list --sysroot "$work/core"
	has "a sysroot that is a file is named so" "$work/err" 'Not a directory'
}

# U+202E turns the direction of what follows: "passes" would read backwards. U+2028 ends a line.
test_hidden() {
	local args hidden=$'\u202e'
	"$mkimage" image "$work/plain"
	LC_ALL=C sed "s/test/${hidden}t/g" "$work/plain" >"$work/hidden"
	"$mkimage" names "$work/names"
	sed "s/name=klog/name=$hidden/" selftests/data/trace/save.trace >"$work/trace"
	for args in list show "list -j" "show -j" "show -y" "check --next $work/hidden"; do
		# shellcheck disable=SC2086
		run $args "$work/hidden"
		has "${args%% /*} has the section" "$work/out" '(\\xe2\\x80\\xae|\\u202[eE])t@0'
		has_not "and does not turn the direction" "$work/out" "$hidden"
		# shellcheck disable=SC2086
		run $args "$work/names"
		has_not "${args%% /*} does not end lines within a text" "$work/out" $'\u2028'
		has_not "nor writes controls of 8 bits" "$work/out" $'\u0085'
	done
	for args in "" -j -s; do
		# shellcheck disable=SC2086
		"$trace" -q $args --replay "$work/trace" >"$work/out" 2>"$work/err" || true
		has "kstate-trace $args has the section" "$work/out" '(\\xe2\\x80\\xae|\\u202[eE])'
		has_not "and does not turn the direction" "$work/out" "$hidden"
	done
}

tests() {
	test_tree
	test_kdump
	test_catalog
	test_endless
	test_left_behind
	test_directories
	test_follow
	test_pair
	test_messages
	test_hidden
}

tests 3>&1 >&2 | numbered
