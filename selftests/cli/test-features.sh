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

test_nothing() {
	exits "a system with nothing of it is 0" 0 features --sysroot "$work/nothing"
	has "no debugfs has advice" "$work/out" '^debugfs +false .* mount -t debugfs'
	has "what cannot be known is said so" "$work/out" '^KHO +not known '
	one_line "an argument is 2" 2 'features takes no arguments' features x
}

tests() {
	mkdir -p "$work/root/sys/kernel" "$work/root/proc" "$work/nothing"
	"$mkimage" tree "$work/root/sys/kernel/debug"
	echo "console=ttyS0 kho=on liveupdate=off" >"$work/root/proc/cmdline"
	echo core >"$work/root/proc/kcore"
	test_all
	test_nothing
}

tests 3>&1 >&2 | numbered
