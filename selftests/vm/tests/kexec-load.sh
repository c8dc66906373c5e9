# shellcheck shell=dash disable=SC2154
# Whatever way an image is loaded, replaced and unloaded, the engine follows; and one that KHO does not
# reach is not booted while state would be lost, unless somebody says so.

control=$debugfs/kstate/out/control
force=/sys/kernel/kstate/kexec_force

# An image as kexec_load() takes it.
load_apart() {
	local next
	next=$(sed "s/kstate_stage=[0-9]*/kstate_stage=$((kstate_stage + 1))/" /proc/cmdline)
	kexec -c -l /boot/image --initrd=/boot/initrd --command-line="$next"
}


boot1() {
	check "mandatory state is registered" insmod "$modules/kstate_test.ko"
	check "kexec_file_load() loads an image" kexec_load
	is "memory is prepared" "$(cat "$control")" prepared
	check "it is unloaded by kexec_file_load()" kexec -s -u
	is "memory is given back" "$(cat "$control")" idle
	kexec_load
	check "it is unloaded by kexec_load()" kexec -c -u
	is "memory is given back then, too" "$(cat "$control")" idle
	kexec_load
	check "kexec_load() loads another one in its place" load_apart
	is "which KHO does not reach: memory is given back" "$(cat "$control")" idle
	check "kexec is refused" sh -c '! kexec -e -x'
	dmesg_has "the log says why" 'kstate: kexec refused: KHO does not reach the next kernel'
	is "nothing is forced so far" "$(cat $force)" 0
	check "the operator says so" sh -c "echo 1 >$force"
	dmesg_has "which is logged" 'kstate: kexec_force: state does not refuse a kexec'
}

boot2() {
	check "there is no state" sh -c "! test -e $debugfs/kstate/in"
	check "the driver starts cold" insmod "$modules/kstate_test.ko"
	dmesg_has "with its own values" 'kstate_test: set: '
	is "the override is of one kernel" "$(cat $force)" 0
}
