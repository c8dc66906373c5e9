#!/usr/bin/env bash
# diff: exit status, which images are compared, and what it looks like.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/cli/lib.sh
. selftests/cli/lib.sh

top=$PWD
live=$top/selftests/data/live-update

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
		'note: contents of memfds and .* were not compared.*: the first has [1-9][0-9]* bytes in 3 memfds'
	run diff -j luo luo-too
	has "in JSON, too" out 'contents of memfds and .* were not compared'
	run diff image image
	is "nothing is said where there are no memfds" "$(grep -c 'were not compared' err)" 0
}

# made NAME CONTENTS [PAGE]: a core with a memfd of that contents, without the memory of a page of it, or,
# with "list", without its list of folios.
made() {
	PYTHONDONTWRITEBYTECODE=1 python3 - "$@" <<-'PYTHON'
		import struct
		import sys
		sys.path.insert(0, "selftests/lib")
		import old_kernels
		m = old_kernels.machine("7.3", 4096, sys.argv[2].encode())
		def having(start):
		    return next(at for at in m.pages if bytes(m.pages[at]).startswith(start))
		for page in sys.argv[3:]:
		    first = having(sys.argv[2].encode()[:4096])
		    want = struct.pack("<QQ", first // 4096 | 3 << 52, 0) if page == "list" else \
		        sys.argv[2].encode()[4096 * int(page):][:4096]
		    del m.pages[having(want)]
		m.core(sys.argv[1])
	PYTHON
}

# scribble CORE ADDRESS OFFSET [POINTER]: invert the byte there; with POINTER, at OFFSET from what the memory at
# ADDRESS + POINTER points to.
scribble() {
	python3 - "$@" <<-'PYTHON'
		import struct
		import sys
		pa, offset = int(sys.argv[2], 0), int(sys.argv[3], 0)
		with open(sys.argv[1], "r+b") as f:
		    data = f.read()
		    phoff, = struct.unpack_from("<Q", data, 32)
		    loads = [struct.unpack_from("<IIQQQQ", data, phoff + 56 * i)
		             for i in range(struct.unpack_from("<H", data, 56)[0])]
		    def place(pa):
		        return next(l[2] + pa - l[4] for l in loads if l[0] == 1 and l[4] <= pa < l[4] + l[5])
		    if sys.argv[4:]:
		        pa, = struct.unpack_from("<Q", data, place(pa + int(sys.argv[4], 0)))
		    at = place(pa + offset)
		    f.seek(at)
		    f.write(bytes([data[at] ^ 0xff]))
	PYTHON
}

# Asked for, contents are compared; what cannot be is not known.
test_compared_contents() {
	local path='sessions.vm1.files\[1\].contents'
	made m-one "$(printf '%9000s' x)"
	made m-same "$(printf '%9000s' x)"
	made m-other "$(printf 'a%4999sb%3999s' x x)"
	made m-short "$(printf '%8000s' x)"
	made m-gone "$(printf '%9000s' x)" 1
	exits "memfds that hold the same are the same, other handlers are not known" 6 diff --contents m-one m-same
	has "the bytes are told" err 'note: contents were compared: 9001 bytes of 2 memfds'
	has_not "and not that they were not" err 'were not compared'
	has "a handler that is not known is named" err 'not known: .*token 0x2: whether contents are the same: what it holds is known to its handler alone'
	exits "without --contents, others are the same" 0 diff m-one m-other
	exits "with it they differ" 1 diff --contents m-one m-other
	has "where and how is told" out "^ +$path\\[0x0-0x1388\\] +contents +20 20 .*-> 61 20"
	run diff -j --contents m-one m-other
	has "in JSON, too" out '"path":"sessions.vm1.files\[1\].contents\[0x0-0x1388\]","what":"contents"'
	exits "a shorter one is another size" 1 diff --contents m-one m-short
	has "and only what both have is compared" err 'contents were compared: 8001 bytes'
	exits "memory that is not there is not known" 6 diff --contents m-one m-gone
	has "as many bytes as that is" err 'token 0x1: whether contents are the same: 4096 of 9000 bytes are not in both'
	made m-unlisted "$(printf '%9000s' x)" list
	exits "without its list, a memfd is not of holes" 6 diff --contents m-one m-unlisted
	has_not "and nothing is said to differ" out 'contents\['
	"$mkworld_abs" good world
	cp world world-too
	exits "folios of sections that hold the same are the same" 0 diff --contents world world-too
	scribble world-too "$("$dump" -q get world dev@7b.ring.address)" 0x102a
	exits "another byte in one differs" 1 diff -q --contents world world-too
	has "with its field" out '^ +ring\.contents\[0x102a-0x102a\] +contents'
	exits "and not without --contents" 0 diff world world-too
	cp world world-too
	scribble world-too "$("$dump" -q get -j world dev@7b.table | sed 's/.*"first_chunk":"\([^"]*\).*/\1/')" 5 16
	exits "so does one in a vmalloc area" 1 diff -q --contents world world-too
	has "where it is in the area" out '^ +table\.contents\[0x1005-0x1005\] +contents'
}

# start NAME: where the memory of a reserve_mem region of the world begins.
start() {
	"$dump" -q info -j world | grep -o "\"name\":\"$1\",\"start\":\"[^\"]*" | head -n 1 | sed 's/.*"//'
}

# What subtrees refer to is compared, too: reserve_mem regions, folios of kho_test.
test_memory() {
	local region
	region=$("$dump" -q info -j world | grep -o '"regions":\[{"name":"[^"]*' | sed 's/.*"//')
	cp world world-too
	run diff --contents world world-too
	has "bytes of other memory are told" err 'bytes of [0-9]+ memfds?, and [1-9][0-9]* bytes of other memory'
	scribble world-too "$(start "$region")" 0x1234
	exits "another byte in a reserve_mem region differs" 1 diff -q --contents world world-too
	has "with its name" out "^ +memblock\.$region\.contents\[0x1234-0x1234\] +contents"
	exits "and not without --contents" 0 diff world world-too
	cp world world-too
	scribble world-too "$("$dump" -q mem -v world | sed -n 's/^ *\(0x[^ ]*\) .*kho_test: folios$/\1/p' | sed -n 3p)" 7
	exits "so does one in a folio of kho_test" 1 diff -q --contents world world-too
	has "counted from the first folio on" out '^ +kho_test\.folios\.contents\[0x[0-9a-f]+007-0x[0-9a-f]+007\] +contents'
	exits "trees have no memory to compare" 6 diff --contents root-a root-a/kho/..
	has "and what is not compared is named" err "not known: whether contents of preserved memory are the same: memblock\.[a-z_]+: the memory is not here"
	cp -r root-a unknown
	printf 'acme-1' >unknown/kho/in/sub_fdts/acme
	cp -r unknown unknown-too
	exits "a subtree that nobody can decode is the same by its bytes" 0 diff unknown unknown-too
	exits "but what it refers to is not known" 6 diff --contents unknown unknown-too
	has "which is said" err 'not known: .*acme: what it holds: of a format that this program does not know'
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

# A capture before the kexec has what is registered: the kernel saves during the kexec.
test_handed_over() {
	mkdir -p registered/kstate arrived/kstate
	cp -r "$live/kstate/out" registered/kstate/
	cp -r "$live/kstate/in" arrived/kstate/
	chmod -R u+w registered arrived
	exits "without --handed-over, it is not known what came of what is registered" 6 diff registered arrived
	has "and the phase is said" err 'not known: whether what registered is to hand over is what came into arrived: its sections are registered, and not saved yet'
	is "and nothing is said to be added or removed" "$(cat out)" \
		"sections that are the same: 0, changed: 0, only in the first: 0, only in the second: 0, are not known: 2"
	exits "nor the other way round" 6 diff registered/kstate/out arrived/kstate/in
	exits "of two sides of a debugfs" 6 diff "$live/kstate/in" "$live/kstate/out"
	has "the one that is not saved yet is named" err "whether what $live/kstate/out is to hand over"
	exits "what was registered is what arrived" 0 diff --handed-over registered arrived
	has "and that values were not compared is said" err 'values of sections are not compared: nothing was saved yet in registered'
	exits "without an outgoing side nothing is said to have been added" 6 diff --handed-over arrived arrived
	has_not "no section is named" out 'added'
	has "what is missing is" err 'not known: whether the sections of arrived were handed over: '
	sed -n 's/^test /lost /p' "$live/kstate/out/sections" >>registered/kstate/out/sections
	exits "a section that did not arrive is a difference" 1 diff -q --handed-over registered arrived
	has "which is named" out '^lost@0 removed'
	cp -r "$live/kho" arrived/
	mkdir -p nothing/kho
	cp -r "$live/kho/out" nothing/kho/
	cp -r "$live/kstate" nothing/
	rm -r arrived/kho/in
	mkdir -p before-kho/kho after-kho/kho
	cp -r "$live/kho/out" before-kho/kho/
	cp -r "$live/kho/in" after-kho/kho/
	exits "subtrees are compared across, too" 1 diff -q --handed-over before-kho after-kho
	has "one that came later is told" out '^  kho_test +added'
	has_not "but for that of kstate, which the kernel adds as it saves" out 'kstate +added'
	exits "where nothing was handed over, it is not known what of KHO is lost" 6 diff --handed-over nothing arrived
	has "and that is said" err 'whether what KHO has on side "out" is the same: only nothing has it'
}

# A machine that came by a live update, and the one that it became: what came in and what came in are compared.
test_early() {
	mkdir -p early/kstate/{in,out} late/kstate/{in,out}
	cp image early/kstate/in/image
	cp "$top/selftests/data/trace/boot/kstate/in/image" late/kstate/in/
	cp "$live/kstate/out/sections" early/kstate/out/
	cp "$live/kstate/out/sections" late/kstate/out/
	run diff early late
	has "what was to be handed over was not saved, and is not compared" err \
		'note: what early was to hand over is not compared with what came into late: its sections are registered, and not saved'
	run diff late late
	has_not "and that is no matter for the same machine" err 'note: what late'
}

# Sides that have no other, and are saved.
test_alone() {
	mkdir -p both/kstate/{in,out}
	cp image both/kstate/in/image
	cp image both/kstate/out/image
	exits "a side that only one source has is not known" 6 diff both/kstate/in both
	has "it is named" err 'not known: whether the sections of both on side "out" are the same: both/kstate/in has nothing of that side'
}

# without_luo TREE: what LUO preserved cannot be read from a tree of files, so nothing is known to be the same.
without_luo() {
	rm "$1"/kho/*/sub_fdts/LUO
	! [ -e "$1/kho/in/fdt" ] || fdtput -r "$1/kho/in/fdt" /LUO
}

# What only one of the two has anything of, and what nothing of the other can be compared with.
test_sides() {
	mkdir whole
	cp -r "$live"/{kho,kstate} whole
	without_luo whole
	exits "a tree is as its copy" 0 diff whole whole/.
	cp -r whole half
	rm -r half/kho/out
	exits "a side of KHO that only one has is not known, whatever images there are" 6 diff whole half
	has "it is named" err 'not known: whether what KHO has on side "out" is the same: only whole has it'
	rm -r half/kstate/out
	exits "sections of it that are registered are not, either" 6 diff half whole
	has "and named" err 'not known: whether the sections of whole on side "out" are the same: half has nothing of that side'
	cp -r whole late
	sed -n 's/^test /late /p' whole/kstate/out/sections >>late/kstate/out/sections
	exits "sections that are registered on the same side are compared" 1 diff -q whole late
	has "with their names" out '^late@0 added'
	cp -r whole with-luo
	cp "$live/kho/out/sub_fdts/LUO" with-luo/kho/out/sub_fdts/
	cp -r with-luo luo-same
	exits "LUO of a side without an image is compared, too" 6 diff with-luo luo-same
	has "and it is said that it cannot be read" err "not known: whether LUO's sessions are the same"
	mkdir first second
	cp -r whole/kho/in first
	cp -r whole/kho/out second
	exits "what came into one is not compared with what another hands over" 6 diff first/in second/out
	rm whole/kho/in/sub_fdts/memblock
	cp -r whole gone
	exits "what neither has, and the root names, is not known" 6 diff whole gone
	has "and named, too" err 'not known: whether memblock is the same'
}

# The wrong way round, there is nothing to compare.
test_nothing() {
	mkdir -p came/kho goes/kho
	cp -r "$live/kho/in" came/kho
	cp -r "$live/kho/out" goes/kho
	without_luo came
	without_luo goes
	exits "nothing that could be handed over is not known" 6 diff --handed-over came goes
	has "it says why" err 'nothing was compared, for came has nothing that it was to hand over \(out\), and goes nothing that it was given'
	exits "of the directories of kstate, too" 6 diff --handed-over "$live/kstate/in" "$live/kstate/out"
	has "with the order of the two" err 'the first IMAGE is that of before'
	mkdir -p a-catalog/kstate
	cp "$live/kstate/catalog" a-catalog/kstate
	exits "nor are two that only have catalogs the same" 6 diff a-catalog a-catalog/kstate
}

# What a kernel can read is no state.
test_catalogs() {
	one_line "a catalog is refused, and where to ask is said" 3 'a catalog of what a kernel can read, not an image: "kstate-dump check"' \
		diff "$live/kstate/catalog" "$live/kstate/catalog"
	one_line "also as the second" 3 'kstate/catalog: a catalog of what a kernel can read' diff image "$live/kstate/catalog"
}

# A kernel takes a root of its own version only.
test_root() {
	mkdir -p root-a/kho
	cp -r "$live/kho/in" root-a/kho
	without_luo root-a
	cp -r root-a root-b
	exits "the same root is no difference" 0 diff root-a root-b
	sed -i s/kho-v4/kho-v3/ root-b/kho/in/fdt
	exits "another version of it is" 1 diff -q root-a root-b
	has "which is told" out '^ +format +value +kho-v4 -> kho-v3'
	rm root-b/kho/in/fdt
	exits "one that is not there is not known" 6 diff root-a root-b
	has "and named" err "not known: whether format is the same: KHO's root, which has its version, could not be read from both"
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
	test_handed_over
	test_early
	test_alone
	test_sides
	test_nothing
	test_catalogs
	test_root
	test_subtrees
	test_contents
	test_compared_contents
	test_memory
	test_reports
}

mkimage_abs=$(realpath "$mkimage")
mkworld_abs=$(realpath "$mkworld")
tests 3>&1 >&2 | numbered
