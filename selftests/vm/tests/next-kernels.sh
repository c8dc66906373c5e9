# shellcheck shell=dash disable=SC2034,SC2154
# What check says of next kernels that do not read what this one writes, and what they then do: a kernel
# whose memfd handler has another name, one with another version of KHO, and one with another LUO.

# The last kernel is to panic.
splat='WARNING: |BUG: |Oops: |KASAN: |UBSAN: |INFO: (task|rcu|possible)|general protection fault'

before() {
	local make=selftests/vm/next_kernel.py from=$B/kernel/image
	$make "$from" "$1/next-handler" memfd-v2=memfd-v9
	$make "$from" "$1/next-kho" kho-v4=kho-v9
	$make "$from" "$1/next-luo" kho-v4=kho-v9 luo-v5=luo-v9
}

# judge NAME FILE: keep what check says of it.
judge() {
	kstate-dump -j check --next "$2" >"$share/$1.json" 2>"$share/$1.err"
	echo $? >"$share/$1.status"
	kstate-dump check --next "$2" >"$share/$1.text" 2>&1
}

# load FILE: for the next stage.
load() {
	local next
	next=$(sed "s/kstate_stage=[0-9]*/kstate_stage=$((kstate_stage + 1))/" /proc/cmdline)
	kexec -s -l "$1" --initrd=/boot/initrd --command-line="$next"
}

boot1() {
	check "sessions are held" luo hold vm1 0x7=hello -- db 1=data
	judge same /boot/image
	judge handler /boot/next-handler
	load /boot/next-handler
}

boot2() {
	check "the device cannot be opened" sh -c '! luo open 2>/tmp/open'
	has "with EIO" /tmp/open 'Input/output error'
	check "nor the next time: no session is to be had" \
		sh -c '! luo retrieve db 1'
	dmesg_has "since a file has no handler" "No registered handler for compatible 'memfd-v2'"
	judge kho /boot/next-kho
	load /boot/next-kho
}

boot3() {
	dmesg_has "the root is dropped with a warning" "is incompatible with 'kho-v9'"
	check "nothing was handed over" sh -c "! test -e $debugfs/kho/in"
	check "sessions are held once more" luo hold vm1 0x7=hello
	judge luo /boot/next-luo
	load /boot/next-luo
	echo "stage 3 ends" >&3
	leave kexec -e -x
}

verify() {
	is "the same kernel passes" "$(cat "$share/same.status")" 0
	has "its handler is in its table or catalog" "$share/same.text" '^handler +memfd-v2 +memfd-v2 +same '
	is "a kernel without the handler does not" "$(cat "$share/handler.status")" 1
	has "whose session is named" "$share/handler.text" \
		'^no-handler  memfd-v2: .* session (vm1|db) \(token 0x[17]\), session (vm1|db) \(token 0x[17]\) is lost'
	has "and that all others are lost, too" "$share/handler.text" '/dev/liveupdate answers EIO'
	is "another KHO does not pass" "$(cat "$share/kho.status")" 1
	has "since it drops the root" "$share/kho.text" '^abi  kho: kho-v4 is written, and the next kernel reads kho-v9: it drops'
	is "another LUO does not pass" "$(cat "$share/luo.status")" 1
	has "since it panics" "$share/luo.text" '^panics  luo: luo-v5 is written, and the next kernel reads luo-v9: .*panics'
	has "and so it does" "$dir/serial.log" 'Kernel panic - not syncing: .*incoming tree failed to initialize'
}
