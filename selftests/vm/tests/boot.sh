# shellcheck shell=dash disable=SC2154
# The VM itself: a cold boot, a kexec into the same kernel, and KHO on both sides.

boot1() {
	check "KHO offers its tree" test -d "$debugfs/kho/out"
	check "a cold boot has no incoming KHO tree" test ! -e "$debugfs/kho/in/fdt"
	check "the shared folder can be written" cp /proc/version "$share/version1"
	check "the next kernel loads" kexec_load
}

boot2() {
	check "the second boot comes by KHO" test -e "$debugfs/kho/in/fdt"
	check "memory reserved by name is handed over" test -e "$debugfs/kho/in/sub_fdts/memblock"
	cp /proc/version "$share/version2"
	copy_tree "$debugfs/kho" "$share/kho"
}

verify() {
	check "both boots run the same kernel" cmp "$share/version1" "$share/version2"
	check "files of debugfs arrive with their bytes" test -s "$share/kho/in/fdt"
	check "what KHO handed over is a device tree" \
		sh -c "fdtdump '$share/kho/in/fdt' 2>/dev/null | grep -q kho-v"
}
