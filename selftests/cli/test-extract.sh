#!/usr/bin/env bash
# extract: what is preserved, as files.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/cli/lib.sh
. selftests/cli/lib.sh

# made FILE: a core with a memfd of 64 MiB, of which a sixteenth is not zero; FILE.want is what it holds.
made() {
	PYTHONDONTWRITEBYTECODE=1 python3 - "$1" <<-'PYTHON'
		import sys
		sys.path.insert(0, "selftests/lib")
		import old_kernels
		part = b"".join(b"%8d" % i for i in range(32768))
		data = (part + bytes(15 * len(part))) * 16
		old_kernels.machine("7.3", 4096, data).core(sys.argv[1])
		with open(sys.argv[1] + ".want", "wb") as f:
		    f.write(data)
	PYTHON
}

test_large() {
	made "$work/large"
	exits "64 MiB are extracted" 0 extract -o "$work/got" "$work/large" vm1 1
	check "they are what was preserved" cmp "$work/got" "$work/large.want"
	has_not "no SHA-256 is made unless asked for" "$work/out" 'SHA-256'
	exits "with --sha256" 0 extract --sha256 -o "$work/again" "$work/large" vm1 1
	has "the SHA-256 is that of the file" "$work/out" "SHA-256 +$(sha256sum <"$work/got" | cut -d' ' -f1)\$"
	check "and the file is the same" cmp "$work/again" "$work/got"
	is "it is for its owner alone" "$(stat -c %a "$work/got")" 600
	check "zeros take no room" test "$(stat -c %b "$work/got")" -lt 32768
	one_line "it is not replaced" 4 'none is replaced' extract -o "$work/got" "$work/large" vm1 1
	exits "a file of another handler is not known" 3 extract -o "$work/none" "$work/large" vm1 2
	has "and says why" "$work/err" '"other-v1": what it holds is known to its handler alone'
	check "no file is left" test "$(find "$work" -name 'none*' -o -name 'got.*')" = ""
}

# scattered FILE: a core with a memfd of 600 pages in frames that are apart, without four of them; FILE.want
# is what it holds, with zeros there.
scattered() {
	PYTHONDONTWRITEBYTECODE=1 python3 - "$1" <<-'PYTHON'
		import sys
		sys.path.insert(0, "selftests/lib")
		import old_kernels
		pages = [b"%4096d" % i for i in range(1, 601)]
		pages[5] = pages[6] = pages[599] = bytes(4096)
		m = old_kernels.machine("7.3", 4096, b"".join(pages)[:-100])
		gone = 0, 7, 70, 300
		for at in [at for at in m.pages if bytes(m.pages[at]) in [pages[i] for i in gone]]:
		    del m.pages[at]
		m.core(sys.argv[1])
		for i in gone:
		    pages[i] = bytes(4096)
		with open(sys.argv[1] + ".want", "wb") as f:
		    f.write(b"".join(pages)[:-100])
	PYTHON
}

test_scattered() {
	scattered "$work/scattered"
	exits "pages that are apart are extracted around those that are missing" 6 \
		extract --sparse-missing --sha256 -o "$work/s" "$work/scattered" vm1 1
	check "each is in its place" cmp "$work/s" "$work/scattered.want"
	has "the SHA-256 is that of the file, too" "$work/out" "SHA-256 +$(sha256sum <"$work/s" | cut -d' ' -f1)\$"
	has "each of the missing ones is listed" "$work/out" '^not in the source +16384 bytes|^not in the source +16 KiB'
	check "pages of zeros and missing ones are holes" test "$(stat -c %b "$work/s")" -lt $((597 * 8))
}

test_names() {
	exits "systemd's name is not there" 1 extract -o "$work/a" "$work/luo" vm.service nosuch
	has "which is said" "$work/err" 'no file "nosuch" of a session or unit "vm.service"'
	exits "systemd's name leads to the file" 6 extract --sparse-missing -o "$work/a" "$work/luo" vm.service guest-ram
	is "of its size" "$(stat -c %s "$work/a")" 53148
	exits "session and token do, too" 6 extract --sparse-missing -o "$work/b" "$work/luo" systemd 0x1
	check "to the same" cmp "$work/a" "$work/b"
}

test_others() {
	exits "a folio of a section is extracted" 0 extract -o "$work/folio" "$work/world" dev@7b.ring
	is "of its size" "$(stat -c %s "$work/folio")" 16384
	exits "a subtree is extracted" 0 extract -o "$work/subtree" selftests/data/live-update --out memblock
	check "as it is" cmp "$work/subtree" selftests/data/live-update/kho/out/sub_fdts/memblock
	exits "of both sides, one must be said" 2 extract -o "$work/both" selftests/data/live-update LUO
	one_line "a value that is no folio is none" 1 'is no folio' extract -o "$work/no" "$work/world" dev@7b.table.order
	one_line "no -o is 2" 2 'extract needs -o FILE' extract "$work/world" dev@7b.ring
	one_line "-o - is 2" 2 'not to standard output' extract -o - "$work/world" dev@7b.ring
}

# holed FILE: a core with a memfd of 600 pages, without the second of the two pages that list its folios.
holed() {
	PYTHONDONTWRITEBYTECODE=1 python3 - "$1" <<-'PYTHON'
		import struct
		import sys
		sys.path.insert(0, "selftests/lib")
		import old_kernels
		data = b"".join(b"%4096d" % i for i in range(1, 601))
		m = old_kernels.machine("7.3", 4096, data)
		m.core(sys.argv[1] + ".whole")
		def entry(i):
		    at = next(p for p in m.pages if bytes(m.pages[p]) == data[4096 * i:4096 * i + 4096])
		    return struct.pack("<QQ", at // 4096 | 3 << 52, i)
		lists = [p for p in m.pages if entry(300) in bytes(m.pages[p])]
		assert len(lists) == 1 and entry(10) not in bytes(m.pages[lists[0]])
		del m.pages[lists[0]]
		m.core(sys.argv[1])
	PYTHON
}

# Where the list of folios ends because the rest of it is missing, the file does not end, and has no hole.
test_missing_list() {
	holed "$work/holed"
	exits "with all of its list, a memfd is extracted" 0 extract -o "$work/h1" "$work/holed.whole" vm1 1
	exits "without a part of it, it is not" 3 extract -o "$work/h2" "$work/holed" vm1 1
	has "since what it holds is not known" "$work/err" 'its list of folios is damaged or not all there'
	exits "nor are holes put in its place" 3 extract --sparse-missing -o "$work/h2" "$work/holed" vm1 1
	check "no file is left" test ! -e "$work/h2"
}

# What is not found where not all could be read may be there.
test_not_found() {
	one_line "a file that is not there is 1" 1 'no file "0x9" of a session or unit "vm1" in ' \
		extract -o "$work/no" "$work/luo" vm1 0x9
	one_line "where sessions are not to be read, it is not known" 3 \
		'no file "0x9" .* in what could be read of .*: whether it is there is not known' \
		extract -o "$work/no" selftests/data/live-update vm1 0x9
	one_line "nor is a session" 3 'no session or file "vm1" in what could be read of ' \
		show selftests/data/live-update LUO.vm1
}

# criu SESSION [NAME=TOKEN]...: the directory of CRIU, with names of files of a session.
criu() {
	rm -rf "$work/criu" "$work/images"
	mkdir "$work/criu"
	PYTHONDONTWRITEBYTECODE=1 python3 selftests/lib/criu_map.py "$work/criu/luo-metadata.img" "$@"
}

extract_criu() {
	echo extract --criu "$work/criu" -o "$work/images" selftests/data/kernels/7.0s-mid.core
}

test_criu() {
	criu vm-alpha core-1.img=1 pages-1.img=0x2a
	# shellcheck disable=SC2046
	exits "images of CRIU come out" 0 $(extract_criu)
	has "the session is named" "$work/out" '^session +vm-alpha$'
	has "an image has its name, token and size" "$work/out" '^ *pages-1.img +0x2a +11 '
	has_not "no SHA-256 is made unless asked for" "$work/out" 'SHA-256'
	is "one has what was preserved" "$(cat "$work/images/pages-1.img")" "sealed text"
	is "the other its exact size" "$(stat -c %s "$work/images/core-1.img")" 10000
	is "and its text" "$(head -c 27 "$work/images/core-1.img")" "hello from before the kexec"
	mv "$work/images" "$work/images.1"
	# shellcheck disable=SC2046
	exits "with --sha256" 0 $(extract_criu) --sha256
	has "there is that of each" "$work/out" "pages-1.img +0x2a +11 .* $(printf 'sealed text' | sha256sum | cut -d' ' -f1)\$"
	is "they are for their owner alone" "$(stat -c %a "$work/images" "$work/images/core-1.img" | xargs)" "700 600"
	# shellcheck disable=SC2046
	one_line "none is replaced" 4 'core-1.img: .*none is replaced' $(extract_criu)

	mkdir "$work/half"
	touch "$work/half/pages-1.img"
	one_line "if one cannot be made" 4 'pages-1.img: .*none is replaced' \
		extract --criu "$work/criu" -o "$work/half" selftests/data/kernels/7.0s-mid.core
	is "the others are gone, too" "$(ls "$work/half")" pages-1.img

	criu vm-alpha pages-1.img=0x2a
	# shellcheck disable=SC2046
	exits "a file without a name is no error" 0 $(extract_criu)
	has "and is said" "$work/err" 'files without a name in .*luo-metadata.img: 1; they are not extracted'
}

test_criu_not_found() {
	criu vm-alpha core-1.img=1 pages-1.img=0x2b
	# shellcheck disable=SC2046
	one_line "a file that is not in the session is said" 1 \
		'no file 0x2b, "pages-1.img", of session "vm-alpha" in ' $(extract_criu)
	check "nothing is made then" test ! -e "$work/images"
	criu no-such core-1.img=1
	# shellcheck disable=SC2046
	one_line "so is a session" 1 'no session "no-such" in ' $(extract_criu)
	one_line "where sessions are not to be read, it is not known" 3 \
		'no session "no-such" in what could be read of .*: whether it is there is not known' \
		extract --criu "$work/criu" -o "$work/images" selftests/data/live-update
	rm "$work/criu/luo-metadata.img"
	# shellcheck disable=SC2046
	one_line "without names there is nothing to do" 4 'luo-metadata.img: No such file' $(extract_criu)
	one_line "--criu takes no session" 2 'extract --criu takes one IMAGE' extract --criu "$work/criu" -o "$work/x" a b
	one_line "--criu needs a directory to write to" 2 'extract --criu needs -o DIR' extract --criu "$work/criu"
}

# damaged DESCRIPTION REGEX: what is no map of names says so, and nothing is made.
damaged() {
	# shellcheck disable=SC2046
	one_line "$1" 3 "luo-metadata.img: .*$2" $(extract_criu)
	check "$1: nothing is made" test ! -e "$work/images"
}

test_criu_damaged() {
	local name map=$work/criu/luo-metadata.img size at
	for name in ../core . .. a/b '' 'a\x00b' "$(printf '%0256d' 0)"; do
		criu vm-alpha "$name=1"
		damaged "a name that leads elsewhere is refused: ${name:0:8}" 'is no name of a file'
	done
	criu vm-alpha a=1 a=0x2a
	damaged "a name that is there twice is refused" '"a" or its token 0x.* is there twice'
	criu vm-alpha a=1 b=1
	damaged "a token that is there twice is refused" 'or its token 0x1 is there twice'
	criu '' a=1
	damaged "a session without a name is refused" 'the session has no name'
	criu vm-alpha
	damaged "a map without names is refused" 'no file has a name'
	criu vm-alpha a=1
	echo >>"$map"
	damaged "bytes behind it are refused" 'bytes follow the map of names'
	criu vm-alpha a=1
	printf '\0' | dd of="$map" conv=notrunc status=none
	damaged "another file is refused" 'not an image of CRIU'
	criu vm-alpha a=1
	printf '\377' | dd of="$map" bs=1 seek=13 conv=notrunc status=none
	damaged "a length that is too long is refused" 'is no message of that form'
	size=$(stat -c %s "$map")
	for at in $(seq 0 5 $((size - 1))); do
		criu vm-alpha a=1
		truncate -s "$at" "$map"
		damaged "cut off at $at it is refused" ''
	done
}

# What a capture without contents does not have, of each image.
test_criu_missing() {
	run -q capture -o "$work/capture" selftests/data/kernels/7.0s-mid.core
	criu vm-alpha core-1.img=1 pages-1.img=0x2a
	one_line "images that are not in the source are refused" 3 'not in this source|left out' \
		extract --criu "$work/criu" -o "$work/images" "$work/capture"
	exits "or are holes" 6 extract -j --sparse-missing --criu "$work/criu" -o "$work/holes" "$work/capture"
	has "which are listed by name" "$work/out" '"missing":\[\{"name":"core-1.img","offset":"0"'
	has "and said" "$work/out" 'core-1.img: 10000 of 10000 bytes are not in '
}

# A subtree of a copy that is not whole.
test_cut_subtree() {
	local subtrees=$work/cut/kho/out/sub_fdts
	cp -r selftests/data/live-update "$work/cut"
	chmod -R u+w "$work/cut"
	truncate -s 100 "$subtrees/memblock"
	: >"$subtrees/kexec-metadata"
	one_line "a subtree that was cut is refused" 3 'memblock: .*truncated: 100 of 214 bytes$' \
		--out extract -o "$work/memblock" "$work/cut" memblock
	check "and no file is left" test ! -e "$work/memblock"
	exits "or has a hole" 6 --out extract -j --sparse-missing -o "$work/memblock" "$work/cut" memblock
	has "which is listed, with no address" "$work/out" '"missing":\[\{"offset":"100","address":null,"bytes":114\}\]'
	is "the file is as long as it was" "$(stat -c %s "$work/memblock")" 214
	one_line "an empty subtree is refused" 3 'kexec-metadata: empty: ' \
		--out extract -o "$work/metadata" "$work/cut" kexec-metadata
	one_line "with holes, too, as nothing says how long it was" 3 'kexec-metadata: empty: ' \
		--out extract --sparse-missing -o "$work/metadata" "$work/cut" kexec-metadata
	exits "a whole one is extracted" 0 \
		--out extract -o "$work/whole" selftests/data/live-update memblock
	check "as it is" cmp "$work/whole" selftests/data/live-update/kho/out/sub_fdts/memblock
}

tests() {
	"$mkimage" luo-core "$work/luo"
	"$mkworld" good "$work/world"
	test_large
	test_scattered
	test_names
	test_missing_list
	test_not_found
	test_others
	test_cut_subtree
	test_criu
	test_criu_not_found
	test_criu_damaged
	test_criu_missing
}

tests 3>&1 >&2 | numbered
