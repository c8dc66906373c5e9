# shellcheck shell=dash disable=SC2034,SC2154
# Images that no kernel would write, handed to a kernel: it boots, refuses them or reads of them what is
# whole, and runs on. Each stage looks at what the one before handed over.

# With the log, the engine would have an image of its own.
cmdline="kstate_klog=0 kunit.enable=0"
image=$share/image

# hand_over HOW [ARGUMENT...]: the next kernel gets the image, damaged in that way.
hand_over() {
	local how=$1
	shift
	check "$how: an image is made" sh -c "hostile $how $image >/tmp/$how"
	check "$how: it is handed over" insmod "$modules/kstate_hostile.ko" path="/tmp/$how" "$@"
}

# Whoever looks at an image, and at what is left of it.
look() {
	find "$debugfs/kstate" /sys/kernel/kstate -type f ! -name release -exec cat {} + >/dev/null 2>&1
	check "$1: the tools come to an end" sh -c 'kstate-dump verify --in >/tmp/verify 2>&1; [ $? -lt 100 ]'
	diag "$1: $(tail -n 1 /tmp/verify)"
}

# arrived HOW REGEX: the log of this kernel says REGEX of it, and a driver asks in vain.
arrived() {
	dmesg_has "$1: the kernel says what it found" "$2"
	look "$1"
	check "$1: a driver gets no state, or none that is not whole" driver
	look "$1"
	echo 1 >/sys/kernel/kstate/release
	look "$1"
}

# Either there is no section for it, and it starts cold, or its section is refused.
driver() {
	if insmod "$modules/kstate_test.ko" 2>/tmp/insmod; then
		dmesg | grep -q 'kstate_test: set: ' && rmmod kstate_test
	else
		grep -q 'Bad message' /tmp/insmod || dmesg | grep -q 'kstate: restore: test@0'
	fi
}

boot1() {
	insmod "$modules/kstate_test.ko"
	insmod "$modules/kstate_bulk.ko" nr=20
	echo save >"$debugfs/kstate/out/control"
	check "an image is saved" cp "$debugfs/kstate/out/image" "$image"
	echo abort >"$debugfs/kstate/out/control"
	rmmod kstate_bulk
	rmmod kstate_test
	hand_over children
}

boot2() {
	arrived children 'kstate: incoming section test@0: error -74'
	hand_over deep
}

boot3() {
	arrived deep 'kstate: incoming shard 0 has 1 sections of 21'
	hand_over cut
}

boot4() {
	arrived cut 'kstate: incoming image cannot be read: error -74'
	hand_over long
}

boot5() {
	arrived long 'kstate: incoming section test@0: error -74'
	hand_over extents
}

boot6() {
	arrived extents 'kstate: incoming image: generation 1, 21 sections'
	hand_over next
}

boot7() {
	arrived next 'kstate: incoming image cannot be read: error -74'
	hand_over twice
}

boot8() {
	arrived twice 'kstate: incoming shard 0 has 3021 sections of 21'
	dmesg_has "twice: and does not say all of it" 'kstate: incoming image: 2984 more that cannot be read'
	hand_over noise
}

boot9() {
	arrived noise 'kstate: incoming image cannot be read: error -74'
	check "an image that is larger than its memory is handed over" \
		insmod "$modules/kstate_hostile.ko" path="$image" claim=8388608
}

boot10() {
	arrived claim 'kstate: incoming image cannot be read: error -74'
}
