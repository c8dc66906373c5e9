# shellcheck shell=dash disable=SC2154
# Objects that leave in the middle of a kexec take their own sections with them, and nobody else's.

boot1() {
	check "objects that change come" insmod "$modules/kstate_churn.ko" leave=1
	check "another driver's state is registered" insmod "$modules/kstate_test.ko"
	kexec_load
	check "a module goes while an image is loaded" rmmod kstate_test
	is "and the image stays prepared" "$(cat "$debugfs/kstate/out/control")" prepared
	check "it comes back" insmod "$modules/kstate_test.ko"
}

boot2() {
	check "the state of the others is there" insmod "$modules/kstate_test.ko"
	dmesg_has "and is as it was" 'kstate_test: restored: .* contents as saved'
	check "so is that of the objects that stayed" insmod "$modules/kstate_churn.ko" updates=1
	kstate-dump list --in >/tmp/list 2>&1
	has_not "no object that left has state" /tmp/list '^churn-visitor.* restored'
	# One that left before the save came to it has no section at all.
	is "what the image has of them is marked as withdrawn" \
		"$(grep '^churn-visitor' /tmp/list | grep -v ' withdrawn ')" ""
	diag "$(cat /tmp/list)"
}
