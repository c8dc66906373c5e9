# shellcheck shell=dash disable=SC2034,SC2154
# The same kernel once more, with KHO or LUO off on its command line: what check says before, and what comes of it.

# verdict STAGE ARGUMENT...: what check says of this kernel's command line with these arguments after it.
verdict() {
	local at=$share/check$1
	shift
	kstate-dump check --next /boot/image --next-cmdline "$(cat /proc/cmdline) $*" >"$at" 2>&1
	echo $? >"$at.status"
}

boot1() {
	check "a session is held" luo hold vm1 0x7=hello
	verdict 1
	verdict 2 liveupdate=off
	check "it is loaded with liveupdate=off" kexec_load liveupdate=off
}

boot2() {
	check "KHO handed over" test -e "$debugfs/kho/in/fdt"
	check "there is no /dev/liveupdate" test ! -e /dev/liveupdate
	check "it is loaded with both on again" kexec_load liveupdate=on
}

boot3() {
	check "a session is held again" luo hold vm1 0x7=hello
	verdict 4 kho=off
	check "it is loaded with kho=off" kexec_load kho=off
}

boot4() {
	check "the session is lost" sh -c '! luo retrieve vm1 0x7'
	cat /proc/iomem >"$share/iomem"
	dmesg >"$share/dmesg4"
}

verify() {
	is "with this command line it passes" "$(cat "$share/check1.status")" 0
	is "liveupdate=off is 1" "$(cat "$share/check2.status")" 1
	has "and why is said" "$share/check2" \
		'^cmdline  luo: liveupdate=off is on the command line of the next kernel: there is no /dev/liveupdate there'
	is "kho=off is 1" "$(cat "$share/check4.status")" 1
	has "and that LUO reads nothing then" "$share/check4" \
		'^cmdline  luo: kho=off is on the command line of the next kernel: its LUO reads nothing'
	has "and that the rest comes through in Linux 7.3, which it may not elsewhere" "$share/check4" '^cmdline-unknown  kho: '
	has "the kernel took the root over in spite of kho=off" "$share/dmesg4" 'found kexec handover data'
}
