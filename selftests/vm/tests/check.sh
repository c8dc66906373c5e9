# shellcheck shell=dash disable=SC2154
# What check says before a kexec is what the kernel does after it: every way in which a description can
# change, one driver before and after.

boot1() {
	check "the driver registers, as it was" insmod "$modules/kstate_evolve_old.ko"
	check_status "check says that the driver, as it is, refuses some of it" 1 sh -c \
		"kstate-dump -j check --next $modules/kstate_evolve_new.ko >$share/check"
	check_status "it says the same of what is saved" 1 sh -c \
		"kstate-dump -j --save check --next $modules/kstate_evolve_new.ko >$share/check-saved"
	check_status "and of the file that boots next" 1 sh -c \
		"kstate-dump -j check --next /boot/image --next $modules/kstate_evolve_new.ko >$share/check-file"
	copy_tree "$debugfs/kstate" "$share/before/kstate"
	copy_tree "$debugfs/kho" "$share/before/kho"
}

boot2() {
	check "the driver restores, as it is" insmod "$modules/kstate_evolve_new.ko"
	dmesg >"$share/dmesg"
	copy_tree "$debugfs/kstate" "$share/after"
}

sections_of() {
	sed 's/.*"sections":\[//; s/\],"findings".*//; s/},{"section"/},\n{"section"/g' "$1"
}

# Who reads a section is named by its path.
verdicts_of() {
	sections_of "$1" | sed 's/"reader":"[^"]*",//'
}

# What is built in is in the kernel's own file.
without_klog() {
	verdicts_of "$1" | grep -v '"section":"klog@0"'
}

verify() {
	is "registered or saved, the verdicts are the same" "$(sections_of "$share/check")" \
		"$(sections_of "$share/check-saved")"
	check_status "on the host it is checked against the whole kernel, too" 1 sh -c \
		"$tools/kstate-dump -j check $share/before --next $B/kernel/image --next $B/kernel/modules/kstate_evolve_new.ko >$share/host"
	is "with the same verdicts" "$(without_klog "$share/host")" "$(without_klog "$share/check")"
	is "the machine itself says the same of the whole kernel" "$(verdicts_of "$share/check-file")" \
		"$(verdicts_of "$share/host")"
	has "of the log, too" "$share/check-file" '"section":"klog@0".*"verdict":"loads"'
	has "and the versions of KHO and its users are the same" "$share/host" \
		'"abi":"kho","saved":"kho-v[0-9]*","read":"kho-v[0-9]*","verdict":"same"'
	has_not "all of them" "$share/host" '"verdict":"differs"'
	selftests/vm/compare_check.py "$share/host" "$share/after/in/sections" "$share/dmesg" kstate_evolve_new >&3
}
