#!/usr/bin/env bash
# features: what a system offers, here one made of files.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/cli/lib.sh
. selftests/cli/lib.sh

test_all() {
	exits "a system with all of it is 0" 0 features --sysroot "$work/root"
	has "debugfs is seen" "$work/out" '^debugfs +true +/sys/kernel/debug +-'
	has "the parameter is seen" "$work/out" '^kho +true +kho=on'
	has "a parameter that is off is none" "$work/out" '^liveupdate +false +liveupdate=off +boot with liveupdate=on'
	has "KHO is seen" "$work/out" '^KHO +true'
	has "kstate is seen" "$work/out" '^kstate +true'
	has "a missing device has advice" "$work/out" '^LUO +false +/dev/liveupdate +a kernel with CONFIG_LIVEUPDATE'
	has "memory is seen" "$work/out" '^memory +true +/proc/kcore'
	has "the format of KHO is read" "$work/out" '^format of KHO +true +kho-v4'
	has "the format of kstate is read" "$work/out" '^format of kstate +true +kstate-v1'
}

test_cost() {
	has "what scratch takes is said" "$work/out" '^scratch +true +areas: 3, 224\.0 MiB, 22\.8% of the memory; kho_scratch= sets it'
	has "scratch is found in CmaFree" "$work/out" '^scratch in CmaFree +true +CmaFree 217\.0 MiB, CmaTotal 32\.0 MiB: KHO.s scratch is counted'
	has "no file of KHO before 7.1 is no row" "$work/out" '^kstate'
	has_not "as finalized is" "$work/out" '^finalized'
	cp -r selftests/data/kernels/7.0-pre/kho "$work/old/sys/kernel/debug/kho"
	run features --sysroot "$work/old"
	has "KHO that is on by configuration is on" "$work/out" "^kho +true +on by the kernel's configuration"
	has "what is not finalized is said" "$work/out" '^finalized +false .*kexec -s -l'
	has "the last word counts" "$work/out" '^liveupdate +true +liveupdate=Yes'
}

# What kexec_load() loads gets no root of KHO, and nothing in the kernel says which of both ways it was.
test_kexec() {
	local root=$work/kexec
	mkdir -p "$root/sys/kernel" "$root/proc/sys/kernel"
	cp -r "$work/root/sys/kernel/debug" "$root/sys/kernel/"
	echo 1 >"$root/sys/kernel/kexec_loaded"
	echo 208 >"$root/proc/sys/kernel/bootloader_type"
	exits "a system with an image for kexec is 0" 0 features --sysroot "$root"
	has "the image is seen" "$work/out" '^kexec image +true'
	has "whether KHO reaches it is not known" "$work/out" '^KHO reaches it +not known .*kexec -s -l'
	has "how it was booted is seen" "$work/out" '^booted by kexec +true'
	has "and what was handed over" "$work/out" '^handed over +true'
	rm -r "$root/sys/kernel/debug/kho/in"
	exits "a boot by kexec without KHO is 0" 0 features --sysroot "$root"
	has "and called that" "$work/out" '^handed over +false +this kernel came by kexec without KHO: what was preserved is lost'
	rm -r "$root/sys/kernel/debug/kho"
	exits "so is an image on a system without KHO" 0 features --sysroot "$root"
	has "which KHO does not reach" "$work/out" '^KHO reaches it +false +KHO is off'
	echo 0 >"$root/sys/kernel/kexec_loaded"
	echo 113 >"$root/proc/sys/kernel/bootloader_type"
	exits "a cold boot is 0" 0 features --sysroot "$root"
	has "without an image" "$work/out" '^kexec image +false'
	has_not "nothing is said of KHO and it" "$work/out" '^KHO reaches it'
	has "nor of kexec" "$work/out" '^booted by kexec +false'
}

test_nothing() {
	exits "a system with nothing of it is 0" 0 features --sysroot "$work/nothing"
	has "no debugfs has advice" "$work/out" '^debugfs +false .* mount -t debugfs'
	has "what cannot be known is said so" "$work/out" '^KHO +not known '
	has "nor whether an image is loaded" "$work/out" '^kexec image +not known '
	one_line "an argument is 2" 2 'features takes no arguments' features x
}

tests() {
	mkdir -p "$work/root/sys/kernel" "$work/root/proc" "$work/nothing"
	"$mkimage" tree "$work/root/sys/kernel/debug"
	echo "console=ttyS0 kho=on liveupdate=off" >"$work/root/proc/cmdline"
	echo core >"$work/root/proc/kcore"
	mkdir -p "$work/old/proc" "$work/old/sys/kernel/debug"
	echo "liveupdate=off kho=maybe liveupdate=Yes" >"$work/old/proc/cmdline"
	printf '0x3800000\n0x0\n0xa800000\n' >"$work/root/sys/kernel/debug/kho/out/scratch_len"
	printf 'MemTotal: 1006220 kB\nCmaTotal: 32768 kB\nCmaFree: 222208 kB\n' >"$work/root/proc/meminfo"
	test_all
	test_cost
	test_kexec
	test_nothing
}

tests 3>&1 >&2 | numbered
