#!/usr/bin/env bash
# Whatever call fails, of memory, of reading, of writing: the output is that of the run without a
# failure, or the exit status says that it is not. FAULT_STEP=1 tries every call; `make check` tries
# some of them.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/cli/lib.sh
. selftests/cli/lib.sh

make_inputs() {
	local live=selftests/data/live-update
	"${CC:-cc}" -shared -fPIC -O1 -o "$work/fail_nth.so" selftests/fault/fail_nth.c -ldl
	"$mkimage" kinds "$work/image"
	"$mkimage" held "$work/held"
	"$mkimage" many "$work/large" 20000
	for kind in vmlinux bzimage luo-core luo-kernel; do
		"$mkimage" $kind "$work/$kind"
	done
	"$mkworld" good "$work/core"
	"$mkworld" kdump "$work/kdump"
	"$dump" capture -q -o "$work/capture" "$work/core" >/dev/null
	"$dump" capture -q -o "$work/capture-dir" "$live" >/dev/null
	"$dump" catalog -q -o "$work/catalog" "$live" >/dev/null
	mkdir "$work/criu"
	python3 selftests/lib/criu_map.py "$work/criu/luo-metadata.img" vm-alpha pages-1.img=0x2a
	cp selftests/data/kernels/7.0s-mid.core "$work"
	mkdir -p "$work/sys/sys/kernel" "$work/sys/proc"
	cp -r "$live" "$work/sys/sys/kernel/debug"
	echo 'quiet kho=on' >"$work/sys/proc/cmdline"
	cp -r "$live" "$work/dir"
	cp -r selftests/data/trace/boot "$work/boot"
	printf '<Screen><Enter>jj<Screen><Enter><Screen>q' >"$work/keys"
	cp selftests/data/trace/boot.trace selftests/data/trace/save.trace "$work"
}

make_inputs
python3 selftests/fault/run.py -k "${FAULT_STEP:-23}" -o "${FAULT_OFFSET:-0}" -j "${FAULT_JOBS:-2}" "$@" \
	"$work" "$B" selftests/fault/cases
