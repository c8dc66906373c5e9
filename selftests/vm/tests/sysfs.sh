# shellcheck shell=dash disable=SC2154
# /sys/kernel/kstate: each figure, on both sides of a live update, against the tables of debugfs.

sys=/sys/kernel/kstate
out=$debugfs/kstate/out
in=$debugfs/kstate/in

value() {
	cat "$sys/$1"
}

# column FILE NUMBER: the sum of a column of a table.
column() {
	awk -v column="$2" 'NR > 1 { sum += $column } END { print sum + 0 }' "$1"
}

# rows FILE RESULT: how many lines of a table have that result.
rows() {
	awk -v result="$2" 'NR > 1 && $7 ~ "^" result "(:|$)"' "$1" | wc -l
}

# bytes_of FILE...: of what is in them.
bytes_of() {
	cat "$@" 2>/dev/null | wc -c
}

registered_once() {
	local before=$1
	is "sections counts what is registered" "$(value sections)" $((before + 1))
	is "a description tells its id" "$(value descriptions/test/id)" 0x1
	is "and its version" "$(value descriptions/test/version)" 2
	is "and the oldest that it restores" "$(value descriptions/test/min_version)" 1
	is "and how many objects it has" "$(value descriptions/test/instances)" 1
	is "a subsection has none of its own" "$(value descriptions/test_v2/instances)" 0
}

boot1() {
	local before
	before=$(value sections)
	is "abi is the images' compatible string" "$(value abi)" kstate-v1
	is "the state is idle after a boot" "$(value state)" idle
	is "no image has bytes" "$(value image_bytes)" 0
	is "nothing comes in on a cold boot" \
		"$(value restored) $(value failed) $(value unclaimed) $(value restore_ns)" "0 0 0 0"
	is "two files can be written" "$(find $sys -type f -perm +222 | sort | xargs)" \
		"$sys/kexec_force $sys/release"
	check "the sample loads" insmod "$modules/kstate_test.ko"
	registered_once "$before"
	check "large objects load" insmod "$modules/kstate_bulk.ko" nr=20 bytes=100000 lose=10
	is "a description counts all its objects" "$(value descriptions/bulk/instances)" 20
	echo prepare >"$out/control"
	is "a prepared image has no bytes" "$(value state) $(value image_bytes)" "prepared 0"
	echo save >"$out/control"
	is "a saved image is shown" "$(value state)" saved
	is "its bytes are those of its trees and of the payloads outside of them" \
		"$(value image_bytes)" "$(bytes_of "$out/image" "$out"/extents/*)"
	cat "$out/sections" >/tmp/sections
	is "two objects are lost" "$(rows /tmp/sections lost)" 2
	check "save_ns is at least what the sections took" \
		test "$(value save_ns)" -ge "$(column /tmp/sections 6)"
	value save_ns >"$share/save_ns"
	find $sys -type f | sed 's|descriptions/[^/]*|descriptions/<name>|' | sort -u >"$share/files"
	cp "$out/image" "$share/image"
	echo abort >"$out/control"
	is "an aborted image has no bytes" "$(value state) $(value image_bytes)" "idle 0"
	rmmod kstate_bulk
	check "a description goes with its last object" test ! -e $sys/descriptions/bulk
	is "sections counts no more than there are" "$(value sections)" $((before + 1))
	check "objects of the usual size load" insmod "$modules/kstate_bulk.ko" nr=50 lose=25
}

restored_some() {
	cat "$in/sections" >/tmp/sections
	is "restored counts the table's" "$(value restored)" "$(rows /tmp/sections restored)"
	is "failed counts the table's" "$(value failed)" "$(rows /tmp/sections failed)"
	is "unclaimed counts the table's" "$(value unclaimed)" "$(rows /tmp/sections unclaimed)"
	is "restore_ns is the sum of the table's" "$(value restore_ns)" "$(column /tmp/sections 6)"
}

boot2() {
	local failed
	is "nothing of the sample is restored yet" "$(grep -c ' unclaimed$' "$in/sections")" 51
	restored_some
	check "objects come back" insmod "$modules/kstate_bulk.ko" nr=50 refuse=20
	restored_some
	failed=$(value failed)
	check "what was lost and what was refused has failed" test "$failed" -ge 4
	check "one waits to be claimed" test "$(value unclaimed)" -ge 1
	check "the image is released" sh -c "echo 1 >$in/release"
	is "nothing is unclaimed after a release" "$(value unclaimed)" 0
	is "what failed has still failed" "$(value failed)" "$failed"
	restored_some
}

# undocumented ABI_FILE PATHS: paths that it does not describe.
undocumented() {
	sed -n 's/^What:[[:space:]]*//p' "kernel/Documentation/ABI/testing/$1" |
		grep -vxF -f - "$2" || true
}

verify() {
	is "save_ns is the duration in the image" "$(cat "$share/save_ns")" \
		"$(fdtget -t u "$share/image" /producer save-duration |
			awk '{ print $1 * 4294967296 + $2 }')"
	is "every file is documented" "$(undocumented sysfs-kernel-kstate "$share/files")" ""
}
