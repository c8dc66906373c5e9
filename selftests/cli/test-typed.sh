#!/usr/bin/env bash
# What no decoder knows, by type information that a compiler made: handlers and FLBs that are proposed for
# LUO in a core that was made without this program, and what is said where something lacks.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/cli/lib.sh
. selftests/cli/lib.sh

core=selftests/data/next/vmm-new-handlers.core

test_proposed() {
	exits "with type information nothing is left unknown" 0 show --vmlinux "$work/types.o" "$core" LUO
	has "a file of vfio-pci is shown by its struct" "$work/out" \
		'^    0x4 +vfio-pci-v1, data .*struct vfio_pci_core_device_ser at 0x.*10a3000 \(7 bytes\)'
	has "a member has its value" "$work/out" '^      bdf +u16 +768$'
	has "a list of guest_memfd is followed" "$work/out" \
		'^      folios: struct guest_memfd_luo_folio_ser at 0x.* \(128 bytes\)$'
	has "bits have their values" "$work/out" '^        \[1\]\.pfn +u64 +4144$'
	has "an FLB is shown, too" "$work/out" '^  FLB "pci-v2": struct pci_ser at 0x'
	has "with the array at its end" "$work/out" '^    devices\[0\]\.bdf +u16 +768$'
	exits "one value is printed" 0 get --vmlinux "$work/types.o" "$core" LUO.vm-0815.4.bdf
	is "bare" "$(cat "$work/out")" 768
	exits "an element of a list that is followed is" 0 get --vmlinux "$work/types.o" "$core" \
		'LUO.vm-0815.3.folios[7].index'
	is "too" "$(cat "$work/out")" 112
	exits "JSON says who says so" 0 show -j --vmlinux "$work/types.o" "$core" LUO
	has "and where the layout is from" "$work/out" \
		'"said_by":"what is proposed for LUO","types_from":"[^"]*types.o"'
}

test_what_lacks() {
	exits "without type information it is not known" 6 show "$core" LUO
	has "which is said of each" "$work/err" \
		'not known: .*token 0x4: struct vfio_pci_core_device_ser: no type information of a kernel \(BTF\) is in the memory'
	exits "a type that is nowhere is not known" 3 show --vmlinux "$work/types.o" --as 'struct nobodys' "$core" 0x10a4000
	has "and which type information lacks it" "$work/err" 'no such type in the type information of .*types.o'
	one_line "a file that is not there is named" 4 'no-such-file' show --vmlinux "$work/no-such-file" "$core" LUO
	printf 'no type information' >"$work/text"
	exits "a file without type information is" 3 show --btf "$work/text" --as 'struct x' "$core" 0x10a4000
	has "named, too" "$work/err" 'text: neither BTF nor an ELF file with it'
}

test_said_by_hand() {
	exits "an address is read as a type" 0 show --vmlinux "$work/types.o" --as 'struct pci_ser' "$core" 0x10a4000
	has "with its members" "$work/out" '^  nr_devices +u32 +1$'
	exits "so is the data of a file" 0 show --vmlinux "$work/types.o" --as pci_dev_ser "$core" LUO.vm-0815.4
	has "whatever its handler says" "$work/out" '^  bdf +u16 +768$'
	one_line "--as needs something" 2 'needs what is to be shown' show --as pci_ser "$core"
	echo 'flb iommu-liveupdate struct pci_dev_ser' >"$work/handlers"
	exits "a file says it of others" 6 show --vmlinux "$work/types.o" --handlers "$work/handlers" "$core" LUO
	has "and an address that is not there is said" "$work/err" 'FLB "iommu-liveupdate": .*no memory at 0x7fff0000'
	echo 'flb iommu-liveupdate pci_dev_ser' >"$work/handlers"
	one_line "a line that says nothing is refused" 2 'line 1: "flb' show --handlers "$work/handlers" "$core" LUO
}

test_memory() {
	exits "its memory has an owner" 6 mem -v --vmlinux "$work/types.o" "$core"
	has "the data itself" "$work/out" '^ *0x0*10a3000 .* session "vm-0815": token 0x4$'
	has "and what it leads to" "$work/out" '^ *0x0*10a1000 .* session "vm-0815": token 0x3$'
}

tests() {
	if ! command -v clang >/dev/null; then
		skip "values by type information" "no clang"
		return
	fi
	clang -target bpf -g -O2 -c selftests/cli/typed_types.c -o "$work/types.o"
	test_proposed
	test_what_lacks
	test_said_by_hand
	test_memory
}

tests 3>&1 >&2 | numbered
