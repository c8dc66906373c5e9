# shellcheck shell=dash disable=SC2154
# Three live updates in a row keep the state.

boot1() {
	check "the sample sets its values" insmod "$modules/kstate_test.ko"
}

restores() {
	check "the sample restores, update $1" insmod "$modules/kstate_test.ko"
	dmesg_has "every value is as saved, update $1" 'kstate_test: restored: .* contents as saved'
	dmesg_has "the image counts the updates, update $1" "kstate: incoming image: generation $1, "
}

boot2() {
	restores 1
}

boot3() {
	restores 2
}

boot4() {
	restores 3
}
