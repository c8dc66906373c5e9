#!/usr/bin/env bash
# diff: exit status, which images are compared, and what it looks like.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/cli/lib.sh
. selftests/cli/lib.sh

live=$PWD/selftests/data/live-update

test_status() {
	exits "the same is 0" 0 diff image image
	exits "another byte order is 1" 1 diff image big
	has "but the sections are the same" out '^sections that are the same: 1, changed: 0,'
	exits "a difference is 1" 1 diff image "$live"
	exits "a defect is 1" 1 diff image bad-crc
	one_line "no image is 2" 2 'diff takes IMAGE \[IMAGE\]' diff
	one_line "three images are 2" 2 'diff takes IMAGE \[IMAGE\]' diff a b c
	one_line "standard input twice is 2" 2 'standard input can be read only once' diff - -
	one_line "a second file that is not there is 4, and named" 4 '^kstate-dump: nosuch: No such file' diff image nosuch
	one_line "a second file that is no image is 3" 3 'acme,coyote-board' diff image board
	one_line "--all is for diff" 2 -- '--all is not for list' list -a image
	cp image copy
	"$dump" diff - image <copy >out && status=0 || status=$?
	is "standard input is compared" "$status" 0
	exits "one image is compared with the live system" 0 diff --sysroot root -q live
}

test_text() {
	golden "what differs" diff.txt 1 diff -q image "$live"
	golden "what differs, addresses and durations included" diff-all.txt 1 diff -q -a image "$live"
	golden "nothing differs" diff-same.txt 0 diff image image
}

# Before the live update there is out/, after it in/, with what out/ was then.
test_update() {
	mkdir -p before/kstate/out after/kstate/in again/kstate/{in,out}
	cp image before/kstate/out/
	cp image after/kstate/in/
	cp many again/kstate/in/image
	cp image again/kstate/out/image
	exits "what goes out is compared with what came in" 0 diff before after
	has "and a note says so" err 'what before was to hand over is compared with what was handed over to after: live update 1'
	exits "--in restricts both" 3 diff --in before after
	exits "a directory says which side" 1 diff -q again/kstate/in again/kstate/out
	has "sections of one side only are told" out '^many@0 removed'
	has "sections of the other side only, too" out '^test@0 added'
}

tests() {
	for kind in image big bad-crc board many; do
		"$mkimage" "$kind" "$work/$kind" 3
	done
	dump=$(realpath "$dump")
	ln -s "$PWD/selftests" "$work/selftests"
	cd "$work"
	mkdir -p root/sys/kernel
	"$mkimage_abs" tree root/sys/kernel/debug
	cp -r root/sys/kernel/debug live
	test_status
	test_text
	test_update
}

mkimage_abs=$(realpath "$mkimage")
tests 3>&1 >&2 | numbered
