#!/usr/bin/env bash
# Exit statuses, and one clear line on standard error.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/cli/lib.sh
. selftests/cli/lib.sh

test_fine() {
	local command
	for command in info list show; do
		exits "$command of an image is 0" 0 "$command" "$work/image"
	done
	exits "show of a directory is 0" 0 show "$work/tree"
	exits "info of a directory is 6: LUO's sessions are in memory" 6 info "$work/tree"
	exits "list of a directory is 6, too" 6 list "$work/tree"
	"$dump" list - <"$work/image" >"$work/out" || true
	has "standard input opens" "$work/out" '^test@0 '
	exits "mem of a core is 0" 0 mem "$work/world"
	exits "verify without findings is 0" 0 verify "$work/world"
	exits "an address that is preserved is 0" 0 mem "$work/world" --who 0x40004000
	exits "an address of which nothing is known is 6" 6 mem "$work/tree" --who 0x7000
	exits "a section is 0" 0 show "$work/tree" test@0
	exits "a field is 0" 0 show "$work/tree" test@0.s
	exits "help is 0" 0 help
	exits "help of a command is 0" 0 help show
	exits "version is 0" 0 version
	exits "-V is 0" 0 -V
	exits "-h is 0" 0 -h
	exits "--color and --no-pager are accepted" 0 --color=auto --no-pager list "$work/image"
	exits "options may follow the arguments" 0 list "$work/image" -j -p -q -v
}

test_unknown() {
	exits "a list of what cannot be decoded is 6" 6 list selftests/data/kernels/proposed-joined.core
	has "and shows what is there" "$work/out" '^    LUO '
	exits "a list of sessions that cannot be decoded is 6" 6 list selftests/data/kernels/luo-session-v1.core
	exits "mem without a map is 6" 6 mem selftests/data/kernels/7.0-pre
}

test_finding() {
	exits "verify with findings is 1" 1 verify "$work/world-bad"
	is "findings are not said twice" "$(grep -c defect "$work/err")" 0
	exits "an address that is not preserved is 1" 1 mem "$work/world" --who 0x7000
	exits "a wrong checksum is 1" 1 show "$work/bad-crc"
	exits "a wrong checksum is 1 in a list" 1 list "$work/bad-crc"
	exits "a wrong checksum is 1 in info" 1 info "$work/bad-crc"
	exits "a file without type information is 1" 1 show --vmlinux "$work/image" "$work/luo-kernel" LUO
	has "a file without type information is named" "$work/err" 'image: neither BTF nor an ELF file'
	one_line "an unknown section is 1" 1 'no section "nosuch" in ' show "$work/image" nosuch
	one_line "an unknown instance is 1" 1 'no section "test@1" in ' show "$work/image" test@1
	one_line "an unknown section of hexdump is 1" 1 'no section "nosuch" in ' hexdump "$work/image" nosuch
	one_line "an unknown field of hexdump is 1" 1 'no field or subsection "test.x" in ' hexdump "$work/image" test.x
	one_line "an unknown description is 1" 1 'no description "nosuch" in ' schema "$work/image" nosuch
	one_line "an unknown field is 1" 1 'no field or subsection "test.x" in ' show "$work/image" test.x
}

test_usage() {
	one_line "an address that is none is 2" 2 'no address, as 0x1f000 is' mem --who here "$work/world"
	one_line "an address that is too long is 2" 2 'no address' mem --who 0x10000000000000000 "$work/world"
	one_line "--who of another command is 2" 2 '' list --who 0x1000 "$work/image"
	one_line "an unknown option is 2" 2 'no option --nosuch' --nosuch
	one_line "an unknown short option is 2" 2 'no option -z' list -z
	one_line "a missing argument is 2" 2 '--sysroot takes an argument: DIR' list --sysroot
	one_line "one that is not wanted, too" 2 '--json takes no argument' list --json=yes
	one_line "a slip of an option is told" 2 'no option --jsno \(--json\?\)' list --jsno
	one_line "and of a command" 2 'no command "lst", and no file; did you mean "list"\?' lst
	one_line "what is near to nothing is not" 2 'no command "nosuchcommand", and no file; try: ' nosuchcommand
	one_line "an unknown command is 2" 2 'no command "nosuch"' nosuch
	one_line "the start of a command is 2" 2 'no command "lis"' lis
	exits "a file in place of a command is for the default one" 0 "$work/image"
	one_line "too many arguments are 2" 2 'mem takes one IMAGE' mem a b
	one_line "too many sections are 2" 2 'show takes' show a b c
	one_line "no section for hexdump is 2" 2 'hexdump takes \[IMAGE\] SECTION' hexdump "$work/image"
	one_line "an image with --live is 2" 2 'both --live and an image' list --live "$work/image"
	one_line "a malformed instance is 2" 2 'not an instance' show "$work/image" test@0x7
	one_line "a wrong color is 2" 2 'always, auto or never' --color=blue
	one_line "help of an unknown command is 2" 2 'no command' help nosuch
}

test_input() {
	local command
	head -c 500 "$work/image" >"$work/truncated"
	head -c 20 "$work/image" >"$work/stub"
	: >"$work/empty"
	head -c 4096 /dev/urandom | tr '\320' '\321' >"$work/random"
	for command in info list show; do
		one_line "$command: a truncated file is 3" 3 'truncated: 500 bytes of the [0-9]+' "$command" "$work/truncated"
		one_line "$command: a file shorter than a header is 3" 3 'truncated: 20 bytes' "$command" "$work/stub"
		one_line "$command: an empty file is 3, and says how to copy" 3 'empty: tar .* cp' "$command" "$work/empty"
		one_line "$command: a random file is 3" 3 'not a blob of KHO' "$command" "$work/random"
		one_line "$command: an ELF file is 3" 3 'an ELF file' "$command" "$dump"
		one_line "$command: a board's device tree is 3" 3 'acme,coyote-board' "$command" "$work/board"
	done
	exits "a KHO root of another version is 6" 6 info "$work/root-v9"
	has "it is named" "$work/err" 'version "kho-v9"; this program reads kho-v1 to kho-v4'
	one_line "a list of a KHO root is 3, and says what to do" 3 'names subtrees' list "$work/root"
	one_line "a directory without blobs is 3" 3 'without blobs' info "$work/nothing"
	one_line "/dev/zero is 3, and ends" 3 'not a blob of KHO' info /dev/zero
	one_line "/dev/null is 3" 3 'empty' info /dev/null
}

test_kernels() {
	local kind
	for kind in vmlinux bzimage module; do
		"$mkimage" "$kind" "$work/$kind"
		head -c $(($(stat -c %s "$work/$kind") - 1)) "$work/$kind" >"$work/cut"
		exits "catalog of $kind is 0" 0 catalog "$work/$kind"
		one_line "catalog of $kind, a byte of which is missing, is 3" 3 'truncated: .* goes up to 0x' catalog "$work/cut"
	done
	exits "of both is 0" 0 catalog "$work/vmlinux" "$work/module"
	one_line "if one is cut it is 3, and named" 3 '/cut: .*truncated' catalog "$work/vmlinux" "$work/cut"
	"$dump" catalog - < <(cat "$work/bzimage") >"$work/out" || true
	has "a pipe is read" "$work/out" '^standard input +bzImage, xz '
	exits "a catalog that is saved is 0" 0 catalog -o "$work/golden" "$work/vmlinux" "$work/module"
	one_line "where there is one it is 4, and it stays" 4 'golden: there is a file of that name' \
		catalog -o "$work/golden" "$work/vmlinux"
	"$dump" -q catalog "$work/golden" >"$work/out" || true
	has "it has what was in both" "$work/out" '/golden +catalog +- +5$'
	one_line "sections of a kernel are 3, with a hint" 3 '"kstate-dump catalog"' list "$work/bzimage"
	one_line "catalog of an ELF file that is no kernel is 3" 3 'an ELF file: neither' catalog "$dump"
	gzip -c "$dump" >"$work/elf.gz"
	one_line "packed, too" 3 'gzip, and in it an ELF file: neither' catalog "$work/elf.gz"
	LC_ALL=C sed 's/kstate-v1/kstate-w1/g' "$work/vmlinux" >"$work/other"
	exits "a kernel of which no catalog is known is 0" 0 catalog "$work/other"
	exits "no such file is 4" 4 catalog "$work/vmlinux" "$work/nosuch"
	one_line "a description is no file" 4 'No such file' catalog "$work/vmlinux" test
}

# Somebody who is not root: root reads everything.
as_nobody() {
	setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}

test_permission() {
	local got
	if [ "$(id -u)" != 0 ] || ! as_nobody true 2>/dev/null; then
		skip "no permission is 4" "not root, or setpriv cannot change the user"
		return
	fi
	chmod 755 "$work"
	cp "$work/image" "$work/secret"
	cp "$dump" "$work/kstate-dump"
	cp -r "$work/tree" "$work/closed"
	chmod 400 "$work/secret"
	chmod 700 "$work/closed"
	cp -r "$work/tree" "$work/files"
	find "$work/files" -type f -exec chmod 400 {} +
	chmod 700 "$work/live/sys/kernel/debug"
	for what in "list $work/secret" "list $work/closed" "list $work/files" "info $work/files" "list --sysroot $work/live"; do
		got=0
		# shellcheck disable=SC2086
		as_nobody "$work/kstate-dump" $what >"$work/out" 2>"$work/err" || got=$?
		is "no permission is 4: ${what%% *}" "$got" 4
		is "no permission is one line" "$(wc -l <"$work/err")" 1
		has "no permission says so" "$work/err" 'permission denied'
	done
}

test_environment() {
	one_line "type information that is not there is 4" 4 'No such file' \
		list --vmlinux "$work/nosuch" "$work/luo-kernel"
	one_line "a missing file is 4" 4 'No such file' list "$work/nosuch"
	one_line "a system without debugfs is 4" 4 'debugfs is not mounted' list --sysroot "$work/nothing"
	one_line "a system without KHO is 4" 4 'no kho/' list --sysroot "$work/no-kho"
	one_line "a word that is no file, without debugfs, is told to be none" 4 \
		'there is no live KHO here: debugfs is not mounted.*and there is no file "test@0.s"$' \
		get test@0.s
	one_line "a word that is no file, without KHO, is told to be none" 4 \
		'there is no live KHO here: no kho/ here.*and there is no file "test"$' \
		show --sysroot "$work/no-kho" test
	one_line "with --live a word is a section, and no file is missed" 4 'mount -t debugfs none [^ ]*$' \
		show --live test
	exits "a list without kstate is of all else, and 6 for a subtree that is not decoded" 6 list "$work/kho-only"
	has "and says so" "$work/err" 'note: no kstate image'
	run help
	is "help lists every status" "$(sed -n '/^Exit status:/,$s/^  \([0-9]\)  .*/\1/p' "$work/out" | tr -d '\n')" 0123456
	exits "the live system is the default" 6 list --sysroot "$work/live"
	exits "the live system's root may come from the environment" 4 list
	KSTATE_DUMP_SYSROOT=$work/live run
	is "info of the live system is the default command" "$status" 6
	KSTATE_DUMP_SYSROOT=$work/live run show test@0
	is "a word that is no file is a section of the live system" "$status" 0
	: >"$work/test"
	(cd "$work" && "$(realpath "$OLDPWD/$dump")" show --live --sysroot live test >out) || true
	has "--live says that a word is a section" "$work/out" '^test@0 '
	"$dump" help >/dev/full 2>"$work/err" && status=0 || status=$?
	is "a full disk is 4" "$status" 4
	has "a full disk is named" "$work/err" 'standard output: No space left'
}

tests() {
	"$mkworld" good "$work/world"
	"$mkworld" bad "$work/world-bad"
	for kind in image bad-crc luo-kernel root root-v9 board tree; do
		"$mkimage" "$kind" "$work/$kind"
	done
	mkdir -p "$work"/{nothing,no-kho/sys/kernel/debug/x,live/sys/kernel,kho-only/kho/in/sub_fdts}
	cp -r "$work/tree" "$work/live/sys/kernel/debug"
	cp "$work/board" "$work/kho-only/kho/in/sub_fdts/other"
	export KSTATE_DUMP_SYSROOT=$work/nothing
	test_fine
	test_unknown
	test_finding
	test_usage
	test_input
	test_kernels
	test_permission
	test_environment
}

tests 3>&1 >&2 | numbered
