# shellcheck shell=dash disable=SC2034,SC2154
# What kernel/fixes puts right, in a kernel that has it, and what is wrong in one that has not. The same
# stages run in both; kstate_fixed=1, in the environment and on the command line, says which one it is.
# Error paths run because a patch in fixes/failing has two things fail at boot.

splat='BUG: |Oops: |KASAN: |UBSAN: |INFO: (task|rcu|possible)|general protection fault'
[ "${kstate_fixed-}" != 1 ] || splat="$splat|WARNING: |Kernel panic"

before() {
	selftests/vm/next_kernel.py "$vm_kernel/image" "$1/next-luo" luo-v5=luo-v9
}

look() {
	mkdir -p "$share/$1"
	copy_tree "$debugfs/kho" "$share/$1/kho"
	for command in list verify; do
		kstate-dump $command >"$share/$1/$command" 2>&1
		echo $? >"$share/$1/$command.status"
	done
}

boot1() {
	check "a session is held" luo hold vm1 0x7=hello
	look 1
	dmesg >"$share/dmesg1"
	area=$(sed -n 's/.*failing: area of order 9 at \(0x[0-9a-f]*\): -12$/\1/p' "$share/dmesg1")
	check "an area of huge pages could not be preserved" test -n "$area"
	kstate-dump mem --who "$area" >"$share/who" 2>&1
	echo $? >"$share/who.status"
}

# Memory that is free is given to somebody.
fill_memory() {
	mkdir /tmp/fill
	mount -t tmpfs -o size=100% fill /tmp/fill
	dd if=/dev/zero of=/tmp/fill/zeros bs=64k 2>/dev/null \
		count=$(($(awk '$1 == "MemAvailable:" { print $2 }' /proc/meminfo) * 9 / 10 / 64))
}

boot2() {
	fill_memory
	look 2
	umount /tmp/fill
	check "a session is held once more" luo hold vm1 0x7=hello
	kexec -s -l /boot/next-luo --initrd=/boot/initrd \
		--command-line="$(sed 's/kstate_stage=2/kstate_stage=3/; s/liveupdate=on/liveupdate=off/' /proc/cmdline)"
	echo "stage 2 ends" >&3
	leave kexec -e -x
}

if [ "${kstate_fixed-}" = 1 ]; then
	boot3() {
		check "a kernel of another LUO comes up with liveupdate=off" grep -q liveupdate=off /proc/cmdline
		check "it has no device" test ! -e /dev/liveupdate
		check "and KHO goes on" test -e "$debugfs/kho/in/fdt"
		# Nobody has looked at it, so nobody has released it.
		check "what the other LUO has left is shown" grep -qa '^luo-v5' "$debugfs/kho/in/sub_fdts/LUO"
	}
fi

# Whether a file is as long as the tree in it says.
is_whole() {
	[ "$((0x$(od -An -tx1 -j4 -N4 "$1" | tr -d ' ')))" = "$(stat -c %s "$1")" ]
}

# The headers that this kernel was built with: what is wrong in a comment, no kernel shows.
named() {
	(cd "$vm_kernel/objdir/source/include/linux" &&
		grep -hoE '"(kho-v3|memfd-v1)"' kho/abi/kexec_handover.h liveupdate.h) | sort -u | paste -sd' '
}

verify_fixed() {
	is "headers name no version that is gone" "$(named)" ""
	check "the outgoing tree is whole in debugfs" is_whole "$share/1/kho/out/fdt"
	check "dtc reads it" dtc -q -I dtb -O dts -o /dev/null "$share/1/kho/out/fdt"
	check "after a KHO boot it is there" test -e "$share/2/kho/out/fdt"
	check "and whole" is_whole "$share/2/kho/out/fdt"
	check "what LUO has released is not shown" test ! -e "$share/2/kho/in/sub_fdts/LUO"
	check "what was not released is" test -e "$share/2/kho/in/sub_fdts/kexec-metadata" -a \
		-e "$share/2/kho/in/sub_fdts/memblock"
	has "a file of debugfs that cannot be made is a message" "$share/dmesg1" \
		'KHO: subtree taken is not shown in debugfs'
	is "nothing is left of an area that could not be preserved" "$(cat "$share/who.status")" 1
}

verify_stock() {
	is "headers name versions that are gone" "$(named)" '"kho-v3" "memfd-v1"'
	check_status "the outgoing tree is cut off in debugfs" 1 is_whole "$share/1/kho/out/fdt"
	check_status "dtc refuses it" 1 dtc -q -I dtb -O dts -o /dev/null "$share/1/kho/out/fdt"
	check "after a KHO boot it is not there" test ! -e "$share/2/kho/out/fdt"
	check "what LUO has released is shown" test -e "$share/2/kho/in/sub_fdts/LUO"
	check_status "and is not what LUO had there" 1 grep -qa '^luo-v5' "$share/2/kho/in/sub_fdts/LUO"
	has "a kernel of another LUO panics, with liveupdate=off" "$dir/serial.log" \
		'Kernel panic - not syncing: .*incoming tree failed to initialize'
	has "a file of debugfs that cannot be made is a warning" "$share/dmesg1" 'WARNING: .*kho_add_subtree'
	is "blocks of an area that could not be preserved stay" "$(cat "$share/who.status")" 0
}

verify() {
	for stage in 1 2; do
		for command in list verify; do
			is "stage $stage: kstate-dump $command finds nothing wrong" \
				"$(cat "$share/$stage/$command.status")" 0
		done
		has "stage $stage: kstate-dump lists the session" "$share/$stage/list" '^vm1 .* 0x7 '
	done
	if [ "${kstate_fixed-}" = 1 ]; then
		verify_fixed
	else
		verify_stock
	fi
}
