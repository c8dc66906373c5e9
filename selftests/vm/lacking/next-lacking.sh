# shellcheck shell=dash disable=SC2034,SC2154
# Next kernels that were built otherwise, from a stock kernel: the same one, one without the memfd handler, one
# without KHO, and one whose LUO has another version. What check says before, and what comes of it.

# The last kernel is to panic.
splat='WARNING: |BUG: |Oops: |KASAN: |UBSAN: |INFO: (task|rcu|possible)|general protection fault'

before() {
	local name
	for name in no-memfd no-kho other-luo; do
		cp --reflink=auto "$B/$name/kernel/image" "$1/$name"
	done
}

# hold NAME FILE: two sessions are held, and check says what comes of them in the kernel of FILE.
hold() {
	check "two sessions are held for $1" luo hold vm1 0x7=hello -- db 1=data
	kstate-dump -j check --next "$2" >"$share/$1.json" 2>"$share/$1.err"
	echo $? >"$share/$1.status"
	kstate-dump check --next "$2" >"$share/$1.text" 2>&1
}

# found NAME: which of them are there now.
found() {
	local what session token
	while read -r session token; do
		what=lost
		[ ! -e /dev/liveupdate ] || ! luo retrieve "$session" "$token" >/dev/null 2>&1 || what=found
		echo "$session $token $what"
	done >"$share/$1.outcome" <<-END
		vm1 0x7
		db 0x1
	END
}

# load FILE: for the next stage.
load() {
	check "${1##*/} is loaded" kexec -s -l "$1" --initrd=/boot/initrd \
		--command-line="$(sed "s/kstate_stage=[0-9]*/kstate_stage=$((kstate_stage + 1))/" /proc/cmdline)"
}

boot1() {
	hold same /boot/image
}

boot2() {
	found same
}

boot3() {
	hold no-memfd /boot/no-memfd
	load /boot/no-memfd
}

boot4() {
	check "the kernel has LUO" test -e /dev/liveupdate
	found no-memfd
	dmesg_has "a file has no handler" "No registered handler for compatible 'memfd-v2'"
	load /boot/image
}

boot5() {
	hold no-kho /boot/no-kho
	load /boot/no-kho
}

boot6() {
	check "the kernel has no KHO" sh -c "! test -e $debugfs/kho"
	found no-kho
	load /boot/image
}

boot7() {
	hold other-luo /boot/other-luo
	load /boot/other-luo
	echo "stage 7 ends" >&3
	leave kexec -e -x
}

verify() {
	for name in same no-memfd no-kho; do
		selftests/vm/compare_next.py "$share/$name.json" "$share/$name.outcome" >&3
	done
	has "a kernel without the handler: the sessions are named" "$share/no-memfd.text" \
		'^no-handler  memfd-v2: .* session (vm1|db) \(token 0x[17]\), session (vm1|db) \(token 0x[17]\) is lost'
	has "a kernel without KHO: nothing is handed over" "$share/no-kho.text" \
		'^abi  kho: kho-v4 is written, and the next kernel has no KHO: nothing at all is handed over$'
	is "another LUO does not pass" "$(cat "$share/other-luo.status")" 1
	has "since it panics" "$share/other-luo.text" \
		'^panics  luo: luo-v5 is written, and the next kernel reads luo-v6: .*panics'
	has "and so it does" "$dir/serial.log" 'Kernel panic - not syncing: .*incoming tree failed to initialize'
}
