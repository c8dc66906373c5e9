# shellcheck shell=dash disable=SC2034,SC2154
# A kernel panics with preserved state; the kernel that takes the crash dump decodes /proc/vmcore.

cmdline="crashkernel=192M kho_scratch=16M,128M,32M"

# A panic is what this is about.
splat='KASAN: |UBSAN: |general protection fault'

boot1() {
	local next
	check "the sample registers" insmod "$modules/kstate_test.ko"
	check "sessions are created, and memfds preserved" luo hold vm1 0x7=hello,size=65536,pos=3
	echo save >"$debugfs/kstate/out/control"
	next=$(sed 's/kstate_stage=1/kstate_stage=2/; s/crashkernel=[^ ]*//' /proc/cmdline)
	check "a crash kernel is loaded" kexec -s -p /boot/image --initrd=/boot/initrd \
		--command-line="$next nr_cpus=1 reset_devices"
	echo "stage 1 ends" >&3
	# The end of the first process is a panic.
	leave exit 1
}

# look NAME ARGUMENT...: what kstate-dump says of the dead kernel.
look() {
	local name=$1
	shift
	kstate-dump "$@" >"$share/$name" 2>"$share/$name.err"
	echo $? >"$share/$name.status"
}

boot2() {
	check "this is the crash kernel" test -r /proc/vmcore
	look list -q list /proc/vmcore
	look info info /proc/vmcore
	look get get --out /proc/vmcore test@0.s
	look verify verify /proc/vmcore
	look mem mem /proc/vmcore
	look capture capture -o "$share/dump" /proc/vmcore
}

verify() {
	local name
	for name in list info get verify mem capture; do
		is "$name has no findings" "$(cat "$share/$name.status")" 0
	done
	is "a field is as it was" "$(cat "$share/get")" "kstate-ok"
	has "the saved section is whole" "$share/list" '^test@0 +out +2 +31 +ok '
	has "a session that was never serialized is read from the dead kernel's structures" \
		"$share/list" '^vm1 +out +0x7 .* memfd-v2 +65,536 '
	has "the note says how the root was found" "$share/info.err" \
		"a KHO root at 0x[0-9a-f]+, what it will hand over \(out\); found by the kernel's data"
	"$tools/kstate-dump" -q list "$share/dump" >"$share/captured" || true
	is "a capture of the vmcore lists the same" "$(cat "$share/captured")" "$(cat "$share/list")"
}
