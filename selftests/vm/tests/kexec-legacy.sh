# shellcheck shell=dash disable=SC2154
# kexec -c loads an image that KHO does not reach: the session is lost. What the tools say of that before
# and after.

boot1() {
	local next
	check "a session is held" luo hold vm1 0x7=hello,size=65536
	kstate-dump features >"$share/features0"
	next=$(sed "s/kstate_stage=[0-9]*/kstate_stage=$((kstate_stage + 1))/" /proc/cmdline)
	check "kexec_load() loads an image" \
		kexec -c -l /boot/image --initrd=/boot/initrd --command-line="$next"
	kstate-dump features >"$share/features1"
	kstate-dump check --next /boot/image >"$share/check1" 2>&1
}

boot2() {
	kstate-dump features >"$share/features2"
	check "the session is lost" sh -c '! luo retrieve vm1 0x7'
	check "KHO handed over nothing" sh -c "! test -e $debugfs/kho/in"
}

verify() {
	has "nothing is loaded at first" "$share/features0" '^kexec image +false'
	has "then an image is" "$share/features1" '^kexec image +true'
	has "which KHO may not reach" "$share/features1" '^KHO reaches it +not known .*kexec -s -l'
	has "check says that, too" "$share/check1" 'note: an image is loaded for kexec; whether KHO reaches it is not known'
	has "the first boot was none of kexec" "$share/features1" '^booted by kexec +false'
	has "the second one was" "$share/features2" '^booted by kexec +true'
	has "and nothing was handed over" "$share/features2" \
		'^handed over +false +this kernel came by kexec without KHO: what was preserved is lost'
}
