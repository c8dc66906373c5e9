# shellcheck shell=dash disable=SC2154
# Mandatory state that cannot be saved refuses the kexec, and the machine runs on.

boot1() {
	check "the sample loads with a save that fails" insmod "$modules/kstate_test.ko" fail_save=1
	kexec_load
	check "kexec is refused" sh -c '! kexec -e'
	dmesg_has "the log says why" 'kstate: kexec refused: state could not be saved: error -5'
	check "nothing is left preserved" test ! -e "$debugfs/kho/out/sub_fdts/kstate"
	check "the sample can be told to save" sh -c 'echo 0 >/sys/module/kstate_test/parameters/fail_save'
}

boot2() {
	check "the sample restores after all" insmod "$modules/kstate_test.ko"
}
