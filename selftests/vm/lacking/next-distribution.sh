# shellcheck shell=dash disable=SC2034,SC2154
# A distribution's kernel without KHO as the next kernel: what check says before, and what comes of it.
# It has no 9p: its stage is in its initramfs, and says all on the TAP port.

before() {
	cp --reflink=auto "$B/no-kho-distribution/vmlinuz" "$1/next"
	mkdir -p "$B/vm/next-distribution/own/boot"
	cp "$1/test.sh" "$B/vm/next-distribution/own/boot/"
	{ cat "$1/initrd" && (cd "$B/vm/next-distribution/own" && echo boot/test.sh | cpio --quiet -o -H newc); } \
		>"$1/next-initrd"
}

boot1() {
	local next
	check "a session is held" luo hold vm1 0x7=hello
	kstate-dump check --next /boot/next >"$share/check" 2>&1
	echo $? >"$share/check.status"
	next=$(sed "s/kstate_stage=[0-9]*/kstate_stage=2/" /proc/cmdline)
	check "it is loaded, with what is preserved" \
		kexec -s -l /boot/next --initrd=/boot/next-initrd --command-line="$next"
}

boot2() {
	check "the kernel has no KHO" sh -c "! test -e $debugfs/kho"
	check "and no LUO: the session is lost" sh -c '! luo retrieve vm1 0x7'
	kstate-dump features >/tmp/features 2>&1
	has "features says that KHO is not in the kernel" /tmp/features '^KHO +false +this kernel has no function of KHO'
	has "and what came of what was preserved" /tmp/features \
		'^handed over +false +this kernel came by kexec without KHO: what was preserved is lost'
	check_status "list is 4, though the root that was handed over is still in memory" 4 kstate-dump list
}

verify() {
	has "the second kernel was another" "$dir/serial.log" 'Linux version 6\.'
	is "check said 1" "$(cat "$share/check.status")" 1
	has "since nothing is handed over" "$share/check" \
		'^abi  kho: kho-v4 is written, and the next kernel has no KHO: nothing at all is handed over$'
	has "the session's handler is lost with it" "$share/check" '^handler +memfd-v2 +- +lost '
}
