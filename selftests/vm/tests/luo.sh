# shellcheck shell=dash disable=SC2154
# Sessions and memfds that user space preserves through /dev/liveupdate, listed by name and token
# without opening it: before the kexec, after it, and after somebody opened it.

mapping='{"version":1,"units":{"vm.service":{"fdstore":[{"type":"fd","name":"guest-ram","token":1}]}}}'

# look NAME: keep what list, show and info say, and how they end.
look() {
	kstate-dump list >"$share/$1.list" 2>"$share/$1.list.err"
	echo $? >"$share/$1.status"
	kstate-dump show --live LUO >"$share/$1.show" 2>"$share/$1.show.err"
	kstate-dump show -j --live LUO >"$share/$1.json"
	kstate-dump info >"$share/$1.info" 2>"$share/$1.info.err"
}

boot1() {
	echo "$mapping" >/tmp/mapping
	check "sessions are created, and memfds preserved" luo hold \
		vm1 0x7=hello,size=65536,pos=3,seal=shrink,seal=grow 0x1001=abc -- \
		empty -- systemd 0=@/tmp/mapping 1=ram
	look before
	check "the device was not needed: it is free" luo open
	copy_tree "$debugfs/kho" "$share/kho1"
}

boot2() {
	copy_tree "$debugfs/kho" "$share/kho2"
	look after
	check "sessions are there after that: nobody opened the device" luo open
	look opened
	is "a memfd has what was preserved" "$(luo retrieve vm1 0x1001)" abc
	look retrieved
}

# sessions NAME SIDE: every session and file is listed.
sessions() {
	has "$1: vm1 has the memfd 0x7" "$share/$1.list" "^vm1 +$2 +0x7 .*memfd-v2 +65,536 +16"
	has "$1: vm1 has the memfd 0x1001" "$share/$1.list" "^vm1 +$2 +0x1001 .*memfd-v2"
	has "$1: the empty session is listed" "$share/$1.list" "^empty +$2 +- "
	has "$1: systemd's name stands beside its token" "$share/$1.list" \
		"^systemd +$2 +0x1 +guest-ram +vm.service +memfd-v2 +3 "
	has "$1: a memfd has position and seals" "$share/$1.show" \
		'64 KiB, position 3, seals 0x6 \(F_SEAL_SHRINK\|F_SEAL_GROW\), folios: 16, present: 64 KiB'
	is "$1: list finds no defect" "$(cat "$share/$1.status")" 0
}

verify() {
	sessions before out
	has "before: the kernel's structures say it" "$share/before.show" "read from +the kernel's structures"
	has "before: and why" "$share/before.show.err" 'LUO writes them during the kexec, not before'
	sessions after in
	has "after: the blocks are still there" "$share/after.show" 'read from +serialized blocks'
	has "after: the released subtree is explained" "$share/after.show.err" 'LUO has released its subtree'
	sessions opened in
	has "opened: the kernel's structures say it" "$share/opened.show" "read from +the kernel's structures"
	has "opened: nothing was retrieved" "$share/opened.list" '^vm1 .*0x7 .* not retrieved'
	has "retrieved: what was retrieved" "$share/retrieved.list" '^vm1 .*0x1001 .* retrieved$'
	has "retrieved: what was not" "$share/retrieved.list" '^vm1 .*0x7 .* not retrieved'
	has "retrieved: its session" "$share/retrieved.show" 'session vm1, files: 2, retrieved'
	"$tools/kstate-dump" show "$share/kho1" LUO >"$share/copied" 2>&1 || true
	has "copied blobs have no sessions, and say why" "$share/copied" 'LUO writes them during the kexec, not before'
	"$tools/kstate-dump" show "$share/kho2" LUO >"$share/copied2" 2>&1 || true
	# The page is free by then; whether something else is in it already differs.
	has "a released subtree in copied blobs is explained" "$share/copied2" \
		'LUO has released this memory|they are in memory, and .* has none'
}
