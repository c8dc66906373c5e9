#!/usr/bin/env bash
# features: what a system offers, here one made of files.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/cli/lib.sh
. selftests/cli/lib.sh

test_all() {
	exits "a system with all of it is 0" 0 features --sysroot "$work/root"
	has "debugfs is seen" "$work/out" '^debugfs +true +/sys/kernel/debug +-'
	has "the parameter is seen" "$work/out" '^kho=on +true +kho=on'
	has "a parameter that is off is none" "$work/out" '^liveupdate=on +false +liveupdate=off +boot with liveupdate=on'
	has "KHO is seen" "$work/out" '^KHO +true'
	has "kstate is seen" "$work/out" '^kstate +true'
	has "a missing device has advice" "$work/out" '^LUO +false +/dev/liveupdate +a kernel with CONFIG_LIVEUPDATE'
	has "memory is seen" "$work/out" '^memory +true +/proc/kcore'
	has "the format of KHO is read" "$work/out" '^format of KHO +true +kho-v4'
	has "the format of kstate is read" "$work/out" '^format of kstate +true +kstate-v1'
}

# A copy of a system, or a container, has no /dev of its own.
test_without_device() {
	local root=$work/copy
	mkdir -p "$root/proc" "$root/sys/kernel/debug/kho/out/sub_fdts"
	echo kho=on >"$root/proc/cmdline"
	exits "a copy without /dev is 0" 0 features --sysroot "$root"
	has "LUO is not known there" "$work/out" '^LUO +not known '
	has "nor is its parameter" "$work/out" '^liveupdate=on +not known '
	printf 'luo-v5' >"$root/sys/kernel/debug/kho/out/sub_fdts/LUO"
	run features --sysroot "$root"
	has "what it hands over shows it" "$work/out" '^LUO +true '
	rm "$root/sys/kernel/debug/kho/out/sub_fdts/LUO"
	mkdir "$root/dev"
	run features --sysroot "$root"
	has "without its device there is none" "$work/out" '^LUO +false +/dev/liveupdate '
}

test_cost() {
	has "what scratch takes is said" "$work/out" '^scratch +true +areas: 3, 224\.0 MiB, 22\.8% of the memory; kho_scratch= sets it'
	has "scratch is found in CmaFree" "$work/out" '^scratch in CmaFree +true +CmaFree 217\.0 MiB, CmaTotal 32\.0 MiB: KHO.s scratch is counted'
	has "no file of KHO before 7.1 is no row" "$work/out" '^kstate'
	has_not "as finalized is" "$work/out" '^finalized'
	cp -r selftests/data/kernels/7.0-pre/kho "$work/old/sys/kernel/debug/kho"
	run features --sysroot "$work/old"
	has "KHO that is on by configuration is on" "$work/out" "^kho=on +true +on by the kernel's configuration"
	has "what is not finalized is said" "$work/out" '^finalized +false .*kexec -s -l'
	has "the last word counts" "$work/out" '^liveupdate=on +true +liveupdate=Yes'
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
	exits "an image where debugfs does not show KHO is 0" 0 features --sysroot "$root"
	has "and KHO may reach it or not" "$work/out" '^KHO reaches it +not known '
	has "nor is it known whether anything was handed over" "$work/out" '^handed over +not known '
	echo kho=off >"$root/proc/cmdline"
	exits "so is an image on a system without KHO" 0 features --sysroot "$root"
	has "which KHO does not reach" "$work/out" '^KHO reaches it +false +KHO is off'
	echo 0 >"$root/sys/kernel/kexec_loaded"
	echo 113 >"$root/proc/sys/kernel/bootloader_type"
	exits "a cold boot is 0" 0 features --sysroot "$root"
	has "without an image" "$work/out" '^kexec image +false'
	has_not "nothing is said of KHO and it" "$work/out" '^KHO reaches it'
	has "nor of kexec" "$work/out" '^booted by kexec +false'
}

# words CMDLINE: what features says on such a command line.
words() {
	echo "$1" >"$work/words/proc/cmdline"
	run features --sysroot "$work/words"
}

# As the kernel parses them: the last truth value counts.
test_parameters() {
	local word
	mkdir -p "$work/words/proc" "$work/words/sys/kernel"
	cp -r "$work/root/sys/kernel/debug" "$work/words/sys/kernel/"
	for word in true 1 Yes on ENABLE '"on"' 'off kho=on' 'on kho=maybe'; do
		words "ro kho=$word quiet"
		has "kho=$word is on" "$work/out" '^kho=on +true +kho='
	done
	for word in false 0 No off disable 'on kho=off' 'on ro kho=Off'; do
		words "ro kho=$word quiet"
		has "kho=$word is off" "$work/out" '^kho=on +false +kho='
	done
	words "ro kho=maybe xkho=off -- kho=off"
	has "other words leave it to the configuration" "$work/out" "^kho=on +true +on by the kernel's configuration"
}

# A folder of debugfs that is not there may be there in another configuration.
test_not_shown() {
	local root=$work/words
	rm -r "$root/sys/kernel/debug/kho"
	words quiet
	has "without debugfs' folder, a default is not known" "$work/out" '^kho=on +not known +the kernel.s configuration decides'
	has "nor whether KHO is on" "$work/out" '^KHO +not known .*CONFIG_KEXEC_HANDOVER_DEBUGFS'
	has "nor whether there is scratch" "$work/out" '^scratch +not known'
	words kho=on
	has "though it is asked for" "$work/out" '^KHO +not known .*CONFIG_KEXEC_HANDOVER_DEBUGFS'
	words kho=off
	has "it is off where the command line says so" "$work/out" '^KHO +false +kho= turns it off'
	printf '%016x T %s\n' 0 kernel_kexec 0 kho_is_enabled_not >"$root/proc/kallsyms"
	words kho=on
	has "and where the kernel has no function of it" "$work/out" '^KHO +false +this kernel has no function of KHO'
	words quiet
	has "such a kernel is not booted with kho=on" "$work/out" '^kho=on +false +- +the row below says what KHO needs'
	words kho=on
	one_line "there nothing is looked for in memory" 4 'KHO is off: this kernel has no function of KHO; .* it is lost' \
		list --sysroot "$root"
	printf '%016x T %s\n' 0 kho_is_enabled >>"$root/proc/kallsyms"
	words kho=on
	has "with the function it is not known" "$work/out" '^KHO +not known '
}

test_lockdown() {
	local root=$work/words
	mkdir -p "$root/sys/kernel/security"
	echo '[none] integrity confidentiality' >"$root/sys/kernel/security/lockdown"
	words kho=on
	has "no lockdown is said" "$work/out" '^lockdown +false '
	echo 'none [integrity] confidentiality' >"$root/sys/kernel/security/lockdown"
	words kho=on
	has "integrity hides debugfs" "$work/out" '^lockdown +true +integrity: the kernel shows debugfs to nobody'
	echo 'none integrity [confidentiality]' >"$root/sys/kernel/security/lockdown"
	words kho=on
	has "confidentiality memory, too" "$work/out" '^lockdown +true +confidentiality: .* neither debugfs nor /proc/kcore'
}

test_nothing() {
	exits "a system with nothing of it is 0" 0 features --sysroot "$work/nothing"
	has "no debugfs has advice" "$work/out" '^debugfs +false .* mount -t debugfs'
	has "what cannot be known is said so" "$work/out" '^KHO +not known '
	if [ "$(id -u)" = 0 ]; then
		has_not "root is not told to become root" "$work/out" 'run as root'
	else
		skip "root is not told to become root" "not root"
	fi
	has "nor whether an image is loaded" "$work/out" '^kexec image +not known '
	one_line "an argument is 2" 2 'features takes no arguments' features x
}

tests() {
	mkdir -p "$work/root/sys/kernel" "$work/root/proc" "$work/nothing"
	"$mkimage" tree "$work/root/sys/kernel/debug"
	rm "$work/root/sys/kernel/debug/kho/out/sub_fdts/LUO"
	echo "console=ttyS0 kho=on liveupdate=off" >"$work/root/proc/cmdline"
	echo core >"$work/root/proc/kcore"
	mkdir -p "$work/old/proc" "$work/old/sys/kernel/debug"
	echo "liveupdate=off kho=maybe liveupdate=Yes" >"$work/old/proc/cmdline"
	printf '0x3800000\n0x0\n0xa800000\n' >"$work/root/sys/kernel/debug/kho/out/scratch_len"
	printf 'MemTotal: 1006220 kB\nCmaTotal: 32768 kB\nCmaFree: 222208 kB\n' >"$work/root/proc/meminfo"
	test_all
	test_cost
	test_without_device
	test_kexec
	test_parameters
	test_not_shown
	test_lockdown
	test_nothing
}

tests 3>&1 >&2 | numbered
