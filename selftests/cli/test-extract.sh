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
	has "the SHA-256 is that of the file" "$work/out" "$(sha256sum <"$work/got" | cut -d' ' -f1)"
	is "it is for its owner alone" "$(stat -c %a "$work/got")" 600
	check "zeros take no room" test "$(stat -c %b "$work/got")" -lt 32768
	one_line "it is not replaced" 4 'none is replaced' extract -o "$work/got" "$work/large" vm1 1
	exits "a file of another handler is not known" 3 extract -o "$work/none" "$work/large" vm1 2
	has "and says why" "$work/err" '"other-v1": what it holds is known to its handler alone'
	check "no file is left" test "$(find "$work" -name 'none*' -o -name 'got.*')" = ""
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

tests() {
	"$mkimage" luo-core "$work/luo"
	"$mkworld" good "$work/world"
	test_large
	test_names
	test_missing_list
	test_not_found
	test_others
}

tests 3>&1 >&2 | numbered
