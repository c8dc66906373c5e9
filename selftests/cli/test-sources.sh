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
	has "the first part of a split dump says which memory it has, and how to join" "$work/err" \
		'one part of a dump that was split, with the memory from 0x0 to 0x100a000; makedumpfile --reassemble'
	is "nothing in it is 3" "$status" 3
	run info "$data/kdump-split-2.kdump"
	has "a part that has the root is decoded" "$work/out" 'KHO \(out\)  kho-v4'
	has "that it is a part is said" "$work/err" 'not known: .*with the memory from 0x100a000 to 0x1015000'
	is "a part is not all: 6" "$status" 6
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
	one_line "whole pages may be raw memory" 3 'not a blob of KHO: .*if it is raw memory' list "$work/raw"
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
	test_named
	test_streams
	test_refused
	test_cut
	test_hints
	test_sparse
}

tests 3>&1 >&2 | numbered
