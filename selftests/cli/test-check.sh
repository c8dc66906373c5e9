#!/usr/bin/env bash
# check: exit status, waivers, what is no kernel.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/cli/lib.sh
. selftests/cli/lib.sh

live=$PWD/selftests/data/live-update
next=selftests/data/next
whole=$live/kstate/in/image

test_status() {
	exits "what loads is 0" 0 check --in "$work/many" --next "$work/many"
	has "and says so" "$work/out" '^passes; sections that load: 3,'
	exits "a subsection that is not known is 5" 5 check "$work/image" --next "$work/image"
	has "and is named" "$work/out" '^test@0 +loads-partly +mandatory +- +skips test_v2$'
	exits "what nobody reads is 1" 1 check "$work/image" --next "$work/kinds"
	has "with what the kernel will answer" "$work/out" '^test@0 +unclaimed +mandatory +ENOENT '
	exits "a damaged section is 1" 1 check "$work/bad-crc" --next "$work/image"
	has "whose reader would refuse it" "$work/out" '^test@0 +refused +mandatory +EBADMSG +it is damaged'
	exits "two files together are 5" 5 check "$work/image" --next "$work/kinds" --next "$work/image"
	one_line "no --next is 2" 2 '--next' check "$work/image"
	one_line "--next of another command is 2" 2 -- '--next is not for list' list --next "$work/image" "$work/image"
}

test_files() {
	head -c 1500 "$whole" >"$work/cut"
	: >"$work/empty"
	exits "a truncated --next is 3" 3 check "$work/image" --next "$work/cut"
	one_line "an empty --next is 3" 3 '.' check "$work/image" --next "$work/empty"
	one_line "a foreign --next is 3" 3 'an ELF file: neither a core nor a kernel' check "$work/image" --next /bin/true
	one_line "it is looked at before the live system" 3 'an ELF file' check --sysroot "$work/nosuch" --next /bin/true
	one_line "a --next that is not there is 4, and named" 4 'nosuch' check "$work/image" --next "$work/nosuch"
	one_line "an IMAGE that is none is 3" 3 '.' check /bin/true --next "$work/image"
}

test_waivers() {
	echo 'ignored test.test_v2 its driver sets it up anew' >"$work/waivers"
	exits "what is waived is 0" 0 check "$work/image" --next "$work/image" --waivers "$work/waivers"
	has "and is still shown" "$work/out" 'ignored +test\.test_v2'
	has "with the reason" "$work/out" 'its driver sets it up anew'
	echo 'too-new nosuch' >>"$work/waivers"
	exits "an unused one changes nothing" 0 check "$work/image" --next "$work/image" --waivers "$work/waivers"
	has "and is told" "$work/out" 'too-new'
	echo 'no-such-code test' >"$work/waivers"
	one_line "an unknown code is 2, with its line" 2 'line 1: .*no-such-code' check "$work/image" \
		--next "$work/image" --waivers "$work/waivers"
	one_line "a file of waivers that is not there is 4" 4 'nosuch' check "$work/image" --next "$work/image" \
		--waivers "$work/nosuch"
}

# The whole file of a kernel was searched: what is not in it is not unknown, it is missing.
test_kernel_without_kho() {
	exits "a next kernel without KHO is 1" 1 check selftests/data/next/luo-good-out.core \
		--next selftests/data/next/next-without-kho.bzImage
	has "KHO is named" "$work/out" '^abi +kho: kho-v4 is written, and the next kernel has no KHO: nothing at all is handed over$'
	has "with the verdict" "$work/out" '^fails;'
	has_not "and nobody is asked to name the kernel" "$work/out" 'name the kernel itself'
}

# What is checked may be a kernel, too, or with --reverse the next one is what writes.
test_nothing_is_written() {
	local without=$next/next-without-kho.bzImage
	exits "no way back from a kernel without KHO is 1" 1 check "$next/luo-good-out.core" --next "$without" --reverse
	has "and why is said" "$work/out" '^no-kho  kho: the next kernel has no KHO: nothing at all is handed over$'
	has "with the verdict" "$work/out" '^fails;'
	exits "nor with the kernel's own file" 1 check "$next/next-bzImage" --next "$without" --reverse
	exits "a kernel without KHO hands nothing over" 1 check "$without" --next "$next/next-bzImage"
	has "and is the one that is meant" "$work/out" '^no-kho  kho: this kernel has no KHO: '
}

# Of two kernels, something would be read that neither of them reads.
test_one_kernel() {
	local core=$next/luo-good-out.core one=$next/next-without-kho.bzImage two=$next/next-bzImage
	one_line "two kernels are 2, and both are named" 2 "two kernels are named .*without-kho.bzImage and .*next-bzImage: name one" \
		check "$core" --next "$one" --next "$two"
	one_line "a unified kernel image is one, too" 2 'two kernels are named' check "$core" --next "$next/uki.efi" --next "$two"
	one_line "so it is for the way back" 2 'two kernels are named' check "$core" --next "$one" --next "$two" --reverse
	exits "of several images it is 2 as well" 2 check -j "$core" "$core" --next "$one" --next "$two"
	exits "a catalog is kept" 0 catalog -o "$work/own" "$two"
	exits "a kernel and its own catalog are one kernel" 0 check "$core" --next "$two" --next "$work/own"
	has "whose versions count once" "$work/out" '^kho +kho-v4 +kho-v4 +same +catalog$'
	one_line "a kernel and another one's catalog are not" 2 'only the latter has k' check "$core" --next "$one" \
		--next "$work/own"
}

# A file that was cut ends in a defect; text, JSON and exit status say the same.
test_cut_image() {
	head -c 69532 "$next/luo-good-out.core" >"$work/cut-file"
	exits "what is cut does not pass" 6 check "$work/cut-file" --next "$next/next-bzImage"
	has "with the verdict" "$work/out" '^not known; '
	has "and the defect" "$work/err" '^kstate-dump: defect: .*truncated'
	exits "in JSON, too" 6 check -j "$work/cut-file" --next "$next/next-bzImage"
	has "with the verdict" "$work/out" '"summary":{"verdict":"not known"'
	exits "nobody can accept a defect" 6 check "$work/cut-file" --next "$next/next-bzImage" --assume-unknown=ok
	has "and the verdict is that" "$work/out" '^not known; '
	exits "what is refused fails" 1 check "$work/cut-file" --next "$next/next-without-kho.bzImage"
	has "with the verdict" "$work/out" '^fails; '
	printf '%s\n' 'damaged test@0 a known one' 'ignored test.test_v2 set up anew' >"$work/waivers"
	exits "damage that is waived is 0" 0 check "$work/bad-crc" --next "$work/image" --waivers "$work/waivers"
	has "with the verdict" "$work/out" '^passes; '
}

test_new_handlers() {
	exits "files without a handler in the next kernel are 1" 1 check "$next/vmm-new-handlers.core" \
		--next "$next/next-bzImage"
	has "what it reads is said" "$work/out" '^handler +memfd-v2 +memfd-v2 +same +catalog$'
	has "what it has no handler for is lost" "$work/out" '^handler +vfio-pci-v1 +- +lost +-$'
	has "with session and token" "$work/out" \
		'^no-handler  vfio-pci-v1: the next kernel has no handler for it: session vm-0815 \(token 0x4\) is lost, and with it every other'
	has "and so are FLBs" "$work/out" '^flb +pci-v2 +- +lost +-$'
}

test_kinds_of_files() {
	exits "a unified kernel image is its kernel" 0 check "$next/luo-good-out.core" --next "$next/uki.efi"
	gzip -c "$next/luo-good-out.core" >"$work/core.gz"
	one_line "what is packed and no kernel is called what it is" 3 'gzip, and in it ' check "$work/image" \
		--next "$work/core.gz"
	printf '070701%01000d' 0 >"$work/initrd"
	one_line "an initramfs is called that" 3 'an initramfs' check "$work/image" --next "$work/initrd"
}

test_versions() {
	exits "a root of a proposed version is refused" 1 check "$next/compat-subcomponents.core" \
		--next "$next/next-bzImage"
	has "and shown whole" "$work/out" '^kho +kho-v4;radix-v1;vmalloc-v1 +kho-v4 +refused +-$'
	exits "LUO of another version is 1" 1 check "$next/luo-header-bitflip-out.core" --next "$next/next-bzImage"
	has "since the next kernel panics" "$work/out" '^panics  luo: muo-v5 is written, and the next kernel reads luo-v5: .* panics while it boots'
}

# debugfs alone does not have LUO's sessions.
test_not_known() {
	exits "what is not known is 6" 6 check "$live" --next "$live/kstate/catalog"
	has "and says so" "$work/out" '^not known; '
	has "and why" "$work/out" '^files-unknown  handler: which files LUO will hand over is not known: '
	exits "whoever accepts that gets 0" 0 check "$live" --next "$live/kstate/catalog" --assume-unknown=ok
	has "and is shown the same" "$work/out" '^files-unknown  handler: '
	exits "what is lost stays 1" 1 check "$next/vmm-new-handlers.core" --next "$next/next-bzImage" \
		--assume-unknown=ok
	one_line "nothing else can be assumed" 2 'only "ok" can be assumed' check "$live" \
		--next "$next/next-bzImage" --assume-unknown=no
}

# A kernel of another architecture does not boot here, whatever it can read.
test_architecture() {
	cp "$next/luo-good-out.core" "$work/arm64"
	printf '\xb7' | dd of="$work/arm64" bs=1 seek=18 conv=notrunc status=none
	exits "a next kernel of another architecture is 1" 1 check "$work/arm64" --next "$next/next-bzImage"
	has "and why is said" "$work/out" '^machine .*: it is a kernel for x86-64, and what is handed over is of AArch64: it does not boot there$'
}

# cut FILE ADDRESS: the core, without the page at the address.
cut() {
	PYTHONDONTWRITEBYTECODE=1 python3 - "$1" "$2" "$work/cut-core" <<-'PYTHON'
		import sys
		sys.path.insert(0, "selftests/cli")
		import truth
		with open(sys.argv[1], "rb") as f:
		    truth.Core(f.read()).write(sys.argv[3], absent={int(sys.argv[2], 16)})
	PYTHON
}

# What is named by the root and cannot be read is in use all the same.
test_unread() {
	local luo
	luo=$("$dump" -q -j info "$next/luo-good-out.core" | sed 's/.*"name":"LUO","bytes":32,"address":"\(0x[0-9a-f]*\)".*/\1/')
	cut "$next/luo-good-out.core" "$luo"
	exits "LUO that cannot be read does not pass" 6 check "$work/cut-core" --next "$next/next-bzImage"
	has "it is in use" "$work/out" '^luo +- +- +not-known +-$'
	has "and why is said" "$work/out" '^subtree-unread  luo: whether the next kernel reads this subtree is not known: it cannot be read$'
	has "the verdict is that" "$work/out" '^not known; '
	cut "$work/world" "$("$dump" -q -j info "$work/world" | sed 's/.*"name":"kstate","bytes":[0-9]*,"address":"\(0x[0-9a-f]*\)".*/\1/')"
	run check "$work/cut-core" --next "$work/image"
	has "an image that cannot be read is in use, too" "$work/out" '^kstate +- +- +not-known +-$'
	has "and how many of its sections load is not known" "$work/out" 'sections that load: not known, .* without a reader: not known'
}

# Sections alone do not say what else is handed over, nor under which root.
test_lone_image() {
	exits "an image alone does not pass a whole kernel" 6 check "$work/image" --next "$next/next-bzImage"
	has "KHO's root is not known" "$work/out" '^kho +- +- +not-known +-$'
	has "what is to be checked is said" "$work/out" 'check the live system, a capture or a dump: modules, catalogs and images do not say it$'
	exits "whoever accepts that has the verdict of its sections" 5 check "$work/image" --next "$next/next-bzImage" \
		--assume-unknown=ok
}

# A golden catalog in a tree's CI: every description of it must still be read.
test_golden_catalog() {
	exits "a catalog is kept" 0 catalog -o "$work/golden" "$work/kinds"
	exits "without a version of KHO it does not pass" 6 check "$work/golden" --next "$work/kinds"
	has "and why is said" "$work/out" '^abi-unknown  kho: which version of KHO is written is not in the source, '
	exits "whoever accepts that sees that the same kernel reads it" 0 check "$work/golden" --next "$work/kinds" \
		--assume-unknown=ok
	exits "the catalog of a whole kernel is kept" 0 catalog -o "$work/whole" "$next/next-bzImage"
	exits "and the same kernel passes" 0 check "$work/whole" --next "$next/next-bzImage"
	exits "another one does not" 1 check "$work/golden" --next "$work/many"
	exits "nor the way back" 1 check "$work/golden" --next "$work/many" --reverse
}

# The command line of the next kernel: as the kernel reads it, and what LUO's sessions need.
test_command_line() {
	local core=$next/luo-good-out.core
	run check "$core" --next "$next/next-bzImage"
	has "that no command line was given is said" "$work/err" 'note: the command line of the next kernel was not looked at'
	exits "kho and liveupdate on pass" 0 check "$core" --next "$next/next-bzImage" --next-cmdline "kho=off kho=y liveupdate=1"
	has_not "and nothing was not looked at" "$work/err" 'command line'
	exits "kho=off loses the sessions" 1 check "$core" --next "$next/next-bzImage" --next-cmdline "kho=on liveupdate=on kho=OFF"
	has "and the word is named" "$work/out" '^cmdline  luo: kho=OFF is on the command line of the next kernel: '
	exits "no liveupdate= does, too" 1 check "$core" --next "$next/next-bzImage" --next-cmdline "kho=on -- liveupdate=on"
	has "since nobody can have them back" "$work/out" '^cmdline  luo: liveupdate=on is not on the command line .* no /dev/liveupdate there'
	exits "without kho= it is not known" 6 check "$core" --next "$next/next-bzImage" --next-cmdline "liveupdate=on kho=maybe"
	has "and why is said" "$work/out" '^cmdline-unknown  kho: kho= is not on the command line'
	exits "a word in quotes counts" 1 check "$core" --next "$next/next-bzImage" \
		--next-cmdline 'kho=on liveupdate=on "liveupdate=off"'
	has "and is shown as it stands there" "$work/out" '^cmdline  luo: "liveupdate=off" is on the command line '
	exits "what is within somebody else's quotes does not" 1 check "$core" --next "$next/next-bzImage" \
		--next-cmdline 'kho=on foo="x" "bar liveupdate=on"'
	exits "any white space separates words" 0 check "$core" --next "$next/next-bzImage" \
		--next-cmdline $'kho=on\tliveupdate=on'
	run check "$work/world" --next "$next/next-bzImage" --next-cmdline kho=on
	has_not "without sessions liveupdate= is not needed" "$work/out" '^cmdline'
}

# What came in is not what will be handed over.
test_incoming() {
	"$B/tests/mktruth" v4-in "$work/in"
	exits "a source of what came in alone does not pass" 6 check "$work/in" --next "$next/next-bzImage"
	has "and why is said" "$work/err" 'not known: .*/in: what will be handed over: nothing of that is in it'
	has "each version in it has a row" "$work/out" '^memblock +memblock-v1 +memblock-v1 +same '
	exits "whoever asks for that side gets its verdict" 0 check --in "$work/in" --next "$next/next-bzImage"
}

tests() {
	for kind in image bad-crc kinds many; do
		"$mkimage" "$kind" "$work/$kind" 3
	done
	test_status
	test_files
	test_waivers
	test_kernel_without_kho
	test_nothing_is_written
	test_one_kernel
	test_cut_image
	test_new_handlers
	test_kinds_of_files
	test_versions
	"$mkworld" good "$work/world"
	test_not_known
	test_unread
	test_architecture
	test_command_line
	test_incoming
	test_golden_catalog
	test_lone_image
}

tests 3>&1 >&2 | numbered
