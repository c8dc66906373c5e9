#!/usr/bin/env bash
# What a source does not have is not known, and is said as loudly as what is wrong: no word of the tools passes on
# what was not read. test-truth.sh asks that of every cut; here are the forms in which people met it.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/cli/lib.sh
. selftests/cli/lib.sh

next=selftests/data/next

# A machine of Linux 7.3: whole, without a leaf of its map as a core and as a kdump, with another seal, with a
# mapping of systemd. Prints the address of the leaf.
make_cores() {
	PYTHONDONTWRITEBYTECODE=1 python3 - "$work" <<-'PYTHON'
		import sys
		sys.path.insert(0, "selftests/lib")
		import memory_files, old_kernels
		work = sys.argv[1]
		m = old_kernels.machine("7.3", contents=b"abc" * 5000)
		m.core(work + "/whole")
		leaf = old_kernels.leaf(m, m.map, old_kernels.BASE)
		memory_files.split(m, [work + "/leaf.kdump"], left_out={leaf // 4096})
		del m.pages[leaf]
		m.core(work + "/leaf.core")
		old_kernels.machine("7.3", contents=b"abc" * 5000, seals=3).core(work + "/sealed")
		mapping = rb"""{"version":1,"units":{"vmm@a\\x2db.service":{"fdstore":[
		    {"type":"fd","name":"ram","token":1},{"type":"fd","name":"gone","token":9},
		    {"type":"luo_session","name":"vm","sessionName":"vm1"},
		    {"type":"luo_session","name":"vm2","sessionName":"vm-missing"}]}}}"""
		more = [("systemd", {0: mapping, 1: b"state"})]
		old_kernels.machine("7.3", more=more).core(work + "/systemd")
		print(hex(leaf))
	PYTHON
}

# A part of the preserved-memory map is missing.
test_map() {
	local leaf=$1 file
	exits "of a whole map it is known who is preserved" 0 mem --who 0x1000000 "$work/whole"
	for file in leaf.core leaf.kdump; do
		exits "$file: verify of a map without a leaf is 6" 6 verify "$work/$file"
		has "$file: the leaf is named, and what it would cover" "$work/out" \
			"preserved-memory map: .*the leaf at $leaf: .*not known is which blocks of order 0 from 0x0 to "
		has_not "$file: nothing is said not to be preserved" "$work/out" '^not-preserved'
		has "$file: it ends with that" "$work/out" '^nothing wrong was found, but not all is known$'
		exits "$file: mem is 6" 6 mem "$work/$file"
		has "$file: what is preserved is not known" "$work/out" '^  preserved +not known$'
		has_not "$file: of no owner" "$work/out" ' (0|no|false)$'
		exits "$file: mem --who is 6" 6 mem --who 0x1000000 "$work/$file"
		has "$file: and not no" "$work/out" '^  preserved +not known$'
	done
}

# Memory that is to be handed over is never released.
test_damaged_version() {
	local file=$next/luo-header-bitflip-out.core
	exits "verify of a damaged version of LUO is 1" 1 verify "$file"
	has "which is a defect" "$work/out" '^corrupt .*LUO: offset 0x0: it does not begin with a version of LUO$'
	exits "info of it is 1, too" 1 info "$file"
	has_not "it was not released by its owner" "$work/out" 'released'
	exits "mem of it is 1" 1 mem "$file"
	has "and does not know whose the rest is" "$work/out" '^  unowned +not known$'
}

# Most machines have KHO and LUO, and no kstate.
test_without_kstate() {
	local command
	"$mkimage" tree "$work/tree"
	rm -r "$work/tree/kstate" "$work"/tree/kho/*/sub_fdts/kstate
	for command in list show info; do
		exits "$command without a kstate image is of the rest: 6, for LUO's sessions" 6 "$command" "$work/tree"
		has "$command: it has KHO's subtrees" "$work/out" '^ +memblock +210 '
	done
	run list "$work/tree"
	has "that there is no image is a note" "$work/err" 'note: no kstate image in '
	exits "LUO that differs is 1" 1 diff "$work/whole" "$work/sealed"
	has "and the difference is shown" "$work/out" 'memfd\.seals +value +F_SEAL_SEAL -> '
	exits "LUO that cannot be read is 6" 6 diff "$work/tree" "$work/tree"
	has "as it may differ" "$work/err" "not known: whether LUO's sessions are the same"
}

# What is of the side that was not asked for is not said to be missing.
test_one_side() {
	local core=$next/luo-good-out.core only='KHO in .*, of which only side "in" was asked for$' command
	for command in verify info metrics; do
		one_line "--in $command of what has only out says what was asked for" 4 "no $only" --in "$command" "$core"
	done
	one_line "so does report" 4 "no $only" --in report -o "$work/report.html" "$core"
	one_line "so does show of LUO, which may be on the other side" 4 'no subtree of LUO in .* only side "in" was asked for$' \
		--in show "$core" LUO
	one_line "and list" 4 'no kstate image in it, of which only side "in" was asked for$' --in list "$core"
	one_line "a capture of nothing is refused" 4 "no $only" --in capture -o "$work/nothing.kstate" "$core"
	check "and no file is left" test ! -e "$work/nothing.kstate"
}

# Handlers that no decoder knows, and no type information.
test_opaque_owners() {
	local what
	exits "mem with handlers that are not decoded is 6" 6 mem "$next/vmm-new-handlers.core"
	for what in 'token 0x4: handler "vfio-pci-v1"' 'FLB "pci-v2"'; do
		has "$what: what it holds is not known" "$work/out" "$what +not decoded +not known +not known"
	done
	has "what the others have is" "$work/out" 'token 0x1: memfd +contents +65,536 +65,536$'
	has "nothing is called nobody's" "$work/out" '^  unowned +not known$'
	has "and the first of them is named" "$work/err" \
		'not known: .*whose 548864 bytes .*5 owners are not decoded, the first is .*"kvm_vm_luo_v1"'
	run mem -j "$next/vmm-new-handlers.core"
	has "there are no leaks" "$work/out" '"leaks":\[\]'
}

# What systemd's mapping names must be there.
test_mapping() {
	exits "a mapping that names what is not there is 1" 1 verify "$work/systemd"
	has "a token" "$work/out" 'session "systemd": token 0x0: token 0x9, "gone" of unit "vmm@a-b.service", is not there'
	has "a session" "$work/out" 'session "vm-missing", "vm2" of unit "vmm@a-b.service", is not there'
	run list "$work/systemd"
	has "files have the name of their unit, unescaped once" "$work/out" '^systemd +out +0x1 +ram +vmm@a-b\.service '
	has "files of sessions, too" "$work/out" '^vm1 +out +0x1 +- +vmm@a-b\.service '
}

# After a live update LUO has given back what says which FLBs there were.
test_released() {
	run info -j "$work/tree"
	has_not "no FLBs are counted where their memory was released" "$work/out" '"flb_count":"'
	run show "$work/tree" LUO
	is "show is 6" "$status" 6
	has "that is said" "$work/err" 'not known: kho/in/sub_fdts/LUO: which FLBs there are: LUO has released'
}

# No Linux has KHO on RISC-V: what looks like it is not known to be that, even where nothing is wrong with it.
test_machine() {
	exits "a core of x86-64 verifies" 0 verify "$work/whole"
	{ head -c 18 "$work/whole"; printf '\363\0'; tail -c +21 "$work/whole"; } >"$work/riscv"
	exits "the same as one of RISC-V is not known" 6 verify "$work/riscv"
	has "for no kernel there has KHO" "$work/out" \
		"^not-known .*/riscv: whether what is found in an ELF core of RISC-V, .* is KHO's: up to Linux 7.3 "
	exits "no command exits with 0 then" 6 info "$work/riscv"
}

# The manual page has every status that the programs end with.
test_statuses() {
	local nr
	"$dump" --list man-statuses >"$work/statuses"
	while read -r nr; do
		has "the manual page has exit status $nr" "$work/statuses" "^\\.It $nr\$"
	done < <(sed -n 's/^X([A-Z_]*, \([0-9]*\),.*/\1/p' tools/common/status.def)
	is "and no other" "$(grep -c '^\.It ' "$work/statuses")" "$(grep -c '^X(' tools/common/status.def)"
}

# A copy that is not whole; and debugfs does not show what LUO has freed where kernel/fixes are.
test_missing_subtree() {
	local command
	"$mkimage" tree "$work/partial"
	rm "$work/partial/kho/in/sub_fdts/LUO"
	for command in info verify; do
		exits "$command of a tree without a subtree that its root names is 6" 6 "$command" "$work/partial"
		cat "$work/err" >>"$work/out"
		has "$command: what is in it is not known" "$work/out" \
			'kho/in/fdt: what is in the subtree LUO, which it names: .*partial does not have it$'
	done
}

# A table that says of two of ten sections what became of them.
test_cut_table() {
	local rows=$work/boot/kstate/in/sections command
	cp -r selftests/data/trace/boot "$work/boot"
	chmod -R u+w "$work/boot"
	head -n 3 selftests/data/trace/boot/kstate/in/sections >"$rows"
	for command in info list; do
		exits "$command of a table without lines of all sections is 6" 6 "$command" "$work/boot"
		is "$command: that is reported, once" "$(cat "$work/err")" \
			"kstate-dump: not known: kstate/in/sections: what became of 8 sections, the first of which is bulk@0: the table has no line of it"
	done
	has "list has what the table says" "$work/out" '^klog@0 .* restored '
	has "and no word for the others" "$work/out" '^bulk@7 .* not known '
	run info "$work/boot"
	has "info has no number" "$work/out" '^  outcome +restored: not known, failed: not known, unclaimed: not known$'
	run metrics "$work/boot"
	has_not "metrics has no figure" "$work/out" '^kstate_(sections|restore_seconds)'
	head -c 120 selftests/data/trace/boot/kstate/in/sections >"$rows"
	for command in info list verify; do
		exits "$command of a table that is cut in a word is 6" 6 "$command" "$work/boot"
		cat "$work/err" >>"$work/out"
		has "$command: which is said" "$work/out" 'kstate/in/sections: .* it is cut, for its last line has no end$'
		has_not "$command: the beginning of a word is none" "$work/out" 'which is no result'
	done
}

# No root was read: it is not known what it names.
test_without_root() {
	local kernel=selftests/data/kernels/7.1-pre
	cp -r "$kernel" "$work/cut"
	chmod -R u+w "$work/cut"
	rm -r "$work/cut/kho/out/sub_fdts"
	one_line "LUO is not known without subtrees, if the root was cut" 3 'whether there is LUO is not known$' \
		show "$work/cut" LUO
	mkdir -p "$work/scratch/kho/out"
	cp "$kernel/kho/out/scratch_len" "$work/scratch/kho/out"
	one_line "nor of scratch areas alone" 3 'whether there is LUO is not known$' show "$work/scratch" LUO
	one_line "of which info does not say that nothing is handed over" 3 \
		'what was handed over, and what will be, is not known$' info "$work/scratch"
	"$mkimage" tree "$work/named"
	rm "$work"/named/kho/*/sub_fdts/LUO
	exits "a root that names LUO does not rule it out" 3 show "$work/named" LUO
	has "of a copy without it" "$work/err" 'whether there is LUO is not known$'
}

tests() {
	test_map "$(make_cores)"
	test_damaged_version
	test_without_kstate
	test_missing_subtree
	test_cut_table
	test_without_root
	test_one_side
	test_opaque_owners
	test_mapping
	test_released
	test_machine
	test_statuses
}

tests 3>&1 >&2 | numbered
