# shellcheck shell=dash disable=SC2034,SC2154
# Restores in the callbacks of others, and at the same time as others: nobody waits for ever, and everybody
# gets what was saved.

# The log would be an object, too.
cmdline=kstate_klog=0

# Objects are those of the update before, and are registered again for the next one.
restored() {
	check "what is restored in callbacks and in threads is as it was, update $1" \
		insmod "$modules/kstate_nest.ko"
	dmesg_has "who restores itself in its callback is told so, update $1" \
		'kstate_nest: restored: a hub in itself gets -35'
	is "every section has been restored, update $1" \
		"$(grep -c '^nest-.* restored$' "$debugfs/kstate/in/sections")" 11
	is "none is left, update $1" "$(cat /sys/kernel/kstate/unclaimed)" 0
	is "every object is registered again, update $1" "$(cat /sys/kernel/kstate/sections)" 11
}

boot1() {
	check "a hub, its ports and lanes, and twins are registered" insmod "$modules/kstate_nest.ko"
	dmesg_has "there is nothing to restore" 'kstate_nest: registered: '
}

boot2() {
	restored 1
}

boot3() {
	restored 2
	check "they go" rmmod kstate_nest
	check "and come again, cold" insmod "$modules/kstate_nest.ko"
}
