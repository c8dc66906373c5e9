#!/usr/bin/env bash
# Sources with a machine's memory: what they are is named, whatever their name, and from a pipe as well.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/cli/lib.sh
. selftests/cli/lib.sh

test_named() {
	local command
	for command in info list show; do
		exits "$command of a core is 0" 0 "$command" "$work/core"
		exits "$command of a big-endian core is 0" 0 "$command" "$work/big"
	done
	run info "$work/core"
	has "a core is named, and how its root was found" "$work/err" \
		'core, an ELF core of [^,]*, [0-9]* segments?: a KHO root at 0x[0-9a-f]*, .* found by a scan of '
	run list -q "$work/core"
	is "-q leaves the notes out" "$(cat "$work/err")" ""
	run info -j "$work/core"
	has "the notes are in the document" "$work/out" '"notes":\[".*an ELF core of '
}

test_streams() {
	local from
	run info "$work/core"
	sed 's/note: [^,]*,/note: CORE,/' "$work/err" >"$work/err.file"
	cp "$work/out" "$work/out.file"
	for from in "a pipe" "a file"; do
		status=0
		if [ "$from" = "a pipe" ]; then
			# A pipe is what this is about.
			# shellcheck disable=SC2002
			cat "$work/core" | "$dump" info - >"$work/out" 2>"$work/err" || status=$?
		else
			"$dump" info - <"$work/core" >"$work/out" 2>"$work/err" || status=$?
		fi
		is "a core on standard input from $from is 0" "$status" 0
		check "it shows the same" cmp "$work/out" "$work/out.file"
		has "it is named" "$work/err" 'standard input, an ELF core of '
	done
	mkfifo "$work/fifo"
	cat "$work/core" >"$work/fifo" &
	exits "a core in a named pipe is 0" 0 info "$work/fifo"
	wait
	status=0
	TMPDIR=$work/nosuch "$dump" info - < <(cat "$work/core") >"$work/out" 2>"$work/err" || status=$?
	is "no room for a temporary file is 4" "$status" 4
	has "it says where" "$work/err" 'temporary file in .TMPDIR or /var/tmp: No such file'
}

test_refused() {
	local size
	size=$(stat -c %s "$work/core")
	head -c 40 "$work/core" >"$work/stub"
	head -c 100 "$work/core" >"$work/cut"
	printf 'KDUMP   ' >"$work/kdump"
	printf 'makedumpfile\0\0\0\0' >"$work/flat"
	one_line "a core cut in its header is 3" 3 'an ELF core, cut in its header: 40 bytes' info "$work/stub"
	one_line "a kdump cut in its header is 3" 3 'a compressed kdump, cut in its header' list "$work/kdump"
	one_line "a flattened kdump cut short is 3" 3 'a flattened kdump, cut after 0 records' show "$work/flat"
	run info "$work/cut"
	is "a core cut in its program headers is 3" "$status" 3
	head -c $((size - 100)) "$work/core" >"$work/short"
	run info "$work/short"
	has "a core cut short says so" "$work/err" 'truncated: 100 bytes that its program headers give'
	is "a core cut short is a finding" "$status" 1
	one_line "a missing core is 4" 4 'No such file' info "$work/nosuch"
	one_line "a wrong page size is 2" 2 'page-size is 4K, 16K or 64K' --page-size 5K info "$work/core"
	exits "a right one is accepted" 0 --page-size=4K info "$work/core"
}

# What is missing is named, and nothing is said of KHO from what is there.
test_cut() {
	local data=selftests/data/cut
	one_line "a truncated core says how much is there" 3 \
		'truncated: its headers promise 90112 bytes, 60074 are there; whether there was KHO is not known' \
		info "$data/elf-truncated.core"
	has_not "it is not said that KHO was off" "$work/err" 'KHO was off'
	run info -j "$data/elf-truncated.core"
	has "the error is in the document" "$work/out" '"error":.*"code":"truncated".*60074 are there'
	run list "$data/kdump-split-1.kdump"
	has "the first part of a split dump says which memory is missing, and how to give it" "$work/err" \
		'one part of a dump that was split, and the memory from 0x100a000 to 0x8000000 is in other parts: .*with --part'
	is "nothing in it is 3" "$status" 3
	run info "$data/kdump-split-2.kdump"
	has "a part that has the root is decoded" "$work/out" 'KHO \(out\)  kho-v4'
	has "that it is a part is said" "$work/err" 'not known: .*and the memory from 0x0 to 0x100a000 is in other parts'
	is "a part is not all: 6" "$status" 6
	exits "both parts are one source" 0 verify "$data/kdump-split-2.kdump" --part "$data/kdump-split-1.kdump"
}

# made NAME SECONDS CONTENTS: the memory of a machine as NAME.core, as raw memory, and as three parts of a
# dump that was made at that time.
made() {
	PYTHONDONTWRITEBYTECODE=1 python3 - "$work/$1" "$2" "$3" <<-'PYTHON'
		import sys
		sys.path.insert(0, "selftests/lib")
		import memory_files, old_kernels
		path, seconds, contents = sys.argv[1], int(sys.argv[2]), sys.argv[3].encode()
		m = old_kernels.machine("7.3", 4096, contents * 5000)
		m.core(path + ".core")
		memory_files.raw(m, path + ".raw")
		memory_files.split(m, [f"{path}.{i}" for i in (1, 2, 3)], seconds)
	PYTHON
}

# said: standard output without the name of the source.
said() {
	sed "s#$work/[a-z.0-9]*##g" "$work/out"
}

test_split() {
	local a=$work/m.1 b=$work/m.2 c=$work/m.3 want
	made m 1 abc
	made other 2 abc
	run mem "$work/m.core"
	want=$(said)
	run mem "$a" --part "$b" --part "$c"
	is "three parts are as the whole" "$(said)" "$want"
	is "and nothing is missing" "$status" 0
	run mem --part "$a" --part "$c" "$b"
	is "in whatever order" "$(said)" "$want"
	has "how many there are is said" "$work/err" 'a compressed kdump of x86_64, 3 parts'
	exits "without the second, not all is known" 6 list "$a" --part "$c"
	has "what is missing is named" "$work/err" 'these are parts of a dump that was split, and the memory from 0x[0-9a-f]+ to 0x[0-9a-f]+ is in other parts'
	one_line "the same part twice is 3" 3 'has, too: the same part twice' list "$a" --part "$b" --part "$a"
	one_line "a part of another dump is 3" 3 'other.2: one part of another dump than .*m.1' list "$a" --part "$work/other.2"
	one_line "a dump that is whole is no part" 3 'and not one part of a split dump' list "$a" --part "$work/kdump-whole"
	one_line "an ELF core is no part" 3 'm.core: an ELF core.*not one part of a split dump' list "$a" --part "$work/m.core"
	one_line "an ELF core has no parts" 2 'm.core, an ELF core.*no further part belongs to it' list "$work/m.core" --part "$a"
	one_line "a directory has none" 2 'is a directory, and not one part' list "$work" --part "$a"
	one_line "an image has none" 2 'is not one part of a split dump' list "$work/image" --part "$a"
	one_line "the live system has none" 2 'parts of a dump, and no file' list --part "$a"
	one_line "a part that is not there is 4" 4 'nosuch: No such file' list "$a" --part "$work/nosuch"
	one_line "what is no dump is no part" 3 'image: not a core' list "$a" --part "$work/image"
	one_line "diff takes none" 2 -- '--part is not for diff' diff "$a" "$work/m.core" --part "$b"
	exits "a capture joins them" 0 capture --contents -o "$work/joined" "$a" --part "$b" --part "$c"
	exits "into what diff takes" 6 diff --contents "$work/joined" "$work/m.core"
	has "with all that memfds hold" "$work/err" 'contents were compared: 15001 bytes of 2 memfds'
	head -c $(($(stat -c %s "$c") - 100)) "$c" >"$work/m.cut"
	exits "a part that is cut is a finding" 1 list "$a" --part "$b" --part "$work/m.cut"
	has "with its name" "$work/err" 'm.cut: .*truncated: pages that its bitmap gives'
}

test_raw() {
	local want
	run mem "$work/m.core"
	want=$(said)
	run mem --raw 0x1000000 "$work/m.raw"
	is "raw memory is as a core" "$(said)" "$want"
	is "if it is said where it begins" "$status" 0
	"$dump" mem --raw 16777216 - <"$work/m.raw" >"$work/out" 2>"$work/err"
	is "from standard input, too" "$(said)" "$want"
	# shellcheck disable=SC2002 # a pipe is what is tested
	cat "$work/m.raw" | "$dump" mem --raw 16777216 - >"$work/out" 2>"$work/err"
	is "and from a pipe" "$(said)" "$want"
	exits "at another address, nothing is known" 6 list --raw 0x2000000 "$work/m.raw"
	has "not even the side of its root" "$work/err" 'not known: .*whether the KHO root at 0x2000000 is of what the kernel got'
	one_line "without a root, whether there was KHO is not known" 3 \
		'raw memory does not say what there is beside it.*whether there was KHO is not known' list --raw 0 "$work/text"
	one_line "half a page is no address of memory" 2 '0x1000800 on: not a multiple of 4096' list --raw 0x1000800 "$work/m.raw"
	one_line "there is memory up to the last address" 2 'which is beyond the last address' list --raw 0xfffffffffffff000 "$work/m.raw"
	one_line "BASE is a number" 2 'and "16M" is none' list --raw 16M "$work/m.raw"
	one_line "what was --raw of get is --as-is" 2 'of get, -r is --as-is' get --raw "$work/image" test@0.s
	one_line "an empty file is none" 3 'empty' list --raw 0 "$work/none"
	one_line "a directory is none" 2 'is a directory, and not raw memory' list --raw 0 "$work"
	exits "a core says where its memory is" 0 list --raw 0 "$work/m.core"
	has "which a note tells" "$work/err" 'note: .*is no raw memory: it says itself where its memory is'
}

# silent NAME PAGE CUT: an arm64 core whose note does not say how large a page is, without the last CUT pages.
silent() {
	PYTHONDONTWRITEBYTECODE=1 python3 - "$work/$1" "$2" "$3" <<-'PYTHON'
		import sys
		sys.path.insert(0, "selftests/lib")
		import old_kernels
		path, page, cut = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
		m = old_kernels.machine("7.3", page, b"abc" * 9000)
		for at in sorted(m.pages)[len(m.pages) - cut:]:
		    del m.pages[at]
		m.core(path, old_kernels.AARCH64)
		with open(path, "r+b") as f:
		    data = f.read()
		    f.seek(data.find(b"PAGESIZE="))
		    f.write(b"UNKNOWN_")
	PYTHON
}

# What nothing says and the map proves is known; else nothing that rests on it is.
test_page_size() {
	local want page
	for page in 4096 16384 65536; do
		silent "silent$page" $page 0
		run verify --page-size $((page / 1024))K "$work/silent$page"
		want=$(said)
		run verify "$work/silent$page"
		is "pages of $page bytes are proved by the map" "$(said)" "$want"
		is "and nothing is wrong" "$status" 0
		has "which is said" "$work/err" "a page has $page bytes: the preserved-memory map is whole with that size and no other"
	done
	silent cut 16384 6
	run verify "$work/cut"
	is "without the map's pages it is not known" "$status" 6
	has "which is said, too" "$work/out" 'how large a page is: nothing says it'
	has_not "nothing is said not to be preserved" "$work/out" '^not-preserved'
}

# packed COMMAND UNPACKER: a core that COMMAND packed is called that, and its unpacker named.
packed() {
	if ! command -v "$1" >/dev/null; then
		skip "a core in $1 is told" "no $1 here"
		return
	fi
	{ cat "$work/core" && printf 'Linux version 6.19.0 (a@b) #1'; } | "$1" -c >"$work/packed"
	one_line "a core in $1 is told, and what unpacks it" 3 "$1.*$2" list "$work/packed"
}

# What is not read says what it is, and what makes it readable.
test_hints() {
	packed gzip 'and in it a core with a machine.s memory; unpack it first, with gunzip'
	packed xz 'and in it a core with a machine.s memory; unpack it first, with unxz'
	packed zstd 'and in it a core with a machine.s memory; unpack it first, with unzstd'
	packed lz4 'unlz4'
	packed bzip2 'bunzip2'
	tar -cf "$work/sos.tar" -C "$work" core
	gzip -k "$work/sos.tar"
	one_line "a tar archive is told" 3 'a tar archive\); unpack it with tar -xf' list "$work/sos.tar"
	one_line "packed, too" 3 'gzip, and in it a tar archive; unpack it with tar -xf' list "$work/sos.tar.gz"
	{ printf LibvirtQemudSave && head -c 70000 /dev/zero; } >"$work/save"
	one_line "a guest that virsh saved is told" 3 'virsh save writes it.*virsh dump --memory-only' list "$work/save"
	truncate -s 20M "$work/save"
	one_line "however big" 3 'virsh save writes it.*virsh dump --memory-only' list "$work/save"
	truncate -s 3G "$work/save"
	one_line "and beyond 2 GiB" 3 'virsh save writes it.*virsh dump --memory-only' list "$work/save"
	printf 'hello world%086005d' 0 >"$work/raw"
	one_line "whole pages may be raw memory" 3 'not a blob of KHO: .*if it is raw memory.*--raw BASE says' list "$work/raw"
}

# A machine of 4 TiB in a sparse file: holes are zeros, and nothing is to be found in them.
test_sparse() {
	if ! truncate -s 4T "$work/sparse" 2>/dev/null; then
		skip "a sparse core of 4 TiB opens" "no file of 4 TiB can be made here"
		return
	fi
	rm "$work/sparse"
	"$mkworld" sparse "$work/sparse"
	check "a sparse core of 4 TiB opens in 256 MiB of address space" \
		bash -c "ulimit -v 262144; '$dump' list '$work/sparse' >'$work/out'"
	has "its sections are listed" "$work/out" '^dev@7b '
}

tests() {
	"$mkworld" good "$work/core"
	"$mkworld" big "$work/big"
	"$mkworld" kdump "$work/kdump-whole"
	"$mkimage" image "$work/image"
	printf '%8192s' hello >"$work/text"
	: >"$work/none"
	test_named
	test_streams
	test_refused
	test_cut
	test_split
	test_raw
	test_page_size
	test_hints
	test_sparse
}

tests 3>&1 >&2 | numbered
