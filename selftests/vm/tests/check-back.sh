# shellcheck shell=dash disable=SC2154
# The way back: what a driver saves as it is, and restores as it was; what --reverse says of that on a
# machine that runs it as it was.

boot1() {
	check "the driver registers, as it is" insmod "$modules/kstate_evolve_new.ko"
	copy_tree "$debugfs/kstate" "$share/before/kstate"
	copy_tree "$debugfs/kho" "$share/before/kho"
}

boot2() {
	check "the driver restores, as it was" insmod "$modules/kstate_evolve_old.ko"
	dmesg >"$share/dmesg"
	copy_tree "$debugfs/kstate" "$share/after"
}

verify() {
	local kernel=$B/kernel/image old=$B/kernel/modules/kstate_evolve_old.ko
	local new=$B/kernel/modules/kstate_evolve_new.ko
	check_status "check says that the driver, as it was, refuses some of it" 1 sh -c \
		"$tools/kstate-dump -j check $share/before --next $kernel --next $old >$share/check"
	check "what the older kernel reads is kept" "$tools/kstate-dump" catalog -o "$share/golden" "$kernel" "$old"
	check_status "--reverse says so where the driver is as it was" 1 sh -c \
		"$tools/kstate-dump -j check --reverse $share/golden --next $kernel --next $new >$share/reverse"
	selftests/vm/compare_check.py "$share/check" "$share/after/in/sections" "$share/dmesg" kstate_evolve_old \
		"$share/reverse" >&3
}
