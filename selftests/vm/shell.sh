#!/usr/bin/env bash
# make vm: a root shell in the VM. KUnit's errors, which its tests provoke, are nothing for a person.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
B=${B:-build}
# shellcheck source=selftests/vm/qemu.sh
. selftests/vm/qemu.sh

terminal_arguments() {
	local size
	size=$(stty size 2>/dev/null) || return 0
	echo "kstate_term=${TERM:-linux} kstate_rows=${size% *} kstate_cols=${size#* }"
}

need_vm
share=${KSTATE_VM_SHARE:-$B/vm/share}
mkdir -p "$share"
boot=$(mktemp -d "$B/vm/boot.XXXXXX")
trap 'rm -rf "$boot"' EXIT
prepare_boot "$boot"
qemu_command "$boot" "$share" "quiet kunit.enable=0 $(terminal_arguments)"
echo "Starting the VM ($vm_accel); /host in it is $share"
"${qemu[@]}" -nographic -serial mon:stdio
