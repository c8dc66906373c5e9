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
	exits "one image is compared with the live system" 6 diff --sysroot root -q live
}

test_text() {
	golden "what differs" diff.txt 1 diff -q image "$live"
	golden "what differs, addresses and durations included" diff-all.txt 1 diff -q -a image "$live"
	golden "nothing differs" diff-same.txt 0 diff image image
}

# What memfds hold is not compared, and that is not kept quiet.
test_contents() {
	run diff luo luo-too
	has "that contents were not compared is noted, with the bytes of memfds" err \
		'note: contents of memfds and .* were not compared: the first has [1-9][0-9]* bytes in 3 memfds'
	run diff -j luo luo-too
	has "in JSON, too" out 'contents of memfds and .* were not compared'
	run diff image image
	is "nothing is said where there are no memfds" "$(grep -c 'were not compared' err)" 0
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

# Two copied trees that differ in what is not kstate's.
test_subtrees() {
	local in=kho/in/sub_fdts region
	cp -r "$live" one
	printf 'acme-1' >one/$in/acme
	printf 'beta' >one/$in/beta
	cp -r one two
	exits "subtrees that are the same are no difference" 6 diff -q one two
	region=$(fdtget -l two/$in/memblock / | sed -n 1p)
	fdtput -t bx two/$in/memblock "/$region" size 0 0 2 0 0 0 0 0
	printf 'acme-22' >two/$in/acme
	rm two/$in/beta
	exits "subtrees that differ are 1" 1 diff -q one two
	has "a region of another size" out "^ +memblock\\.regions\\.$region\\.bytes +value +64 KiB -> 128 KiB"
	has "bytes that nobody can decode" out '^ +acme +bytes +6 bytes -> 7 bytes'
	has "one that only the first has" out '^ +beta +removed'
	exits "turned around" 1 diff -q two one
	has "one that only the second has" out '^ +beta +added'
	printf '\x2a' | dd of=one/$in/kexec-metadata bs=1 seek=69 conv=notrunc status=none
	cp -r one three
	printf '\x2b' | dd of=three/$in/kexec-metadata bs=1 seek=69 conv=notrunc status=none
	exits "the number of kexecs does not count" 6 diff -q one three
	exits "unless it is asked for" 1 diff -q -a one three
	has "then it is shown" out '^ +kexec-metadata\.kexec_count +value +42 -> 43'
}

# What opening the second one brought up is told, too.
test_reports() {
	head -c 60000 capture >short
	exits "defects of the second are told" 1 diff capture short
	has "with its name" err 'defect: short: .*truncated: [0-9]+ bytes'
}

tests() {
	for kind in image big bad-crc board many; do
		"$mkimage" "$kind" "$work/$kind" 3
	done
	"$mkimage" luo-core "$work/luo"
	cp "$work/luo" "$work/luo-too"
	dump=$(realpath "$dump")
	ln -s "$PWD/selftests" "$work/selftests"
	cd "$work"
	mkdir -p root/sys/kernel
	"$mkimage_abs" tree root/sys/kernel/debug
	cp -r root/sys/kernel/debug live
	"$dump" -q capture -o capture "$live" >capture.out
	test_status
	test_text
	test_update
	test_subtrees
	test_contents
	test_reports
}

mkimage_abs=$(realpath "$mkimage")
tests 3>&1 >&2 | numbered
