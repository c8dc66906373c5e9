#!/usr/bin/env bash
# What the VM of a person is booted with: QEMU is a script that prints its arguments.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/vm/tap.sh
. selftests/vm/tap.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

tests() {
	local qemu
	# shellcheck source=mk/arch/x86_64.sh
	qemu=$(. mk/arch/x86_64.sh && echo "${arch_qemu[0]}")
	mkdir -p "$work/bin" "$work/kernel" "$work/vm"
	touch "$work/kernel/image" "$work/vm/initramfs.cpio"
	# shellcheck disable=SC2016
	printf '#!/bin/sh\necho "$@"\n' >"$work/bin/$qemu"
	chmod +x "$work/bin/$qemu"
	ARCH=x86_64 B=$work PATH=$work/bin:$PATH selftests/vm/shell.sh >"$work/out" </dev/null
	has "KUnit's tests do not run in the VM of a person" "$work/out" ' kunit\.enable=0 '
}

tests 3>&1 >&2 | numbered
