# shellcheck shell=dash disable=SC2034,SC2154
# A live update of a kernel that has KHO and LUO, and not the engine: what the tools show live, from what
# was copied of debugfs, from a capture and from a dump of the memory, before the kexec and after it.

monitor=1

# look STAGE NAME COMMAND...: keep what a command says, and how it ends.
look() {
	local at=$share/$1/$2
	shift 2
	"$@" >"$at" 2>"$at.err"
	echo $? >"$at.status"
}

look_all() {
	mkdir -p "$share/$1"
	look "$1" info kstate-dump info
	look "$1" info.json kstate-dump info -j
	look "$1" list kstate-dump list
	look "$1" show kstate-dump show
	look "$1" cost kstate-dump -v list
	look "$1" luo kstate-dump show --live LUO
	look "$1" verify kstate-dump verify
	look "$1" mem kstate-dump mem
	look "$1" features kstate-dump features
	look "$1" check kstate-dump check --next /boot/image
	look "$1" extract kstate-dump extract --live big 0x1 -o "/tmp/$1.big"
	check "stage $1: what comes out of a memfd of 64 MiB is what went in" cmp "/tmp/$1.big" /tmp/big
	look "$1" metrics kstate-dump metrics
	look "$1" capture kstate-dump -q capture -o "$share/$1/machine.kstate"
	copy_tree "$debugfs/kho" "$share/$1/copy/kho"
	check "stage $1: QEMU dumps the memory" dump_memory "$1.elf"
}

# The contents of the memfd of 64 MiB: three bytes, and a hole.
make_big() {
	printf ram >/tmp/big
	truncate -s 67108864 /tmp/big
}

boot1() {
	make_big
	check "this kernel has no engine" test ! -e /sys/kernel/kstate
	check "sessions are created, and memfds preserved" luo hold \
		vm1 0x7=hello,size=65536,pos=3,seal=shrink,seal=grow 0x1001=abc -- empty -- \
		big 1=ram,size=67108864
	look_all 1
}

boot2() {
	make_big
	look_all 2
	look 2 arrived kstate-dump diff --handed-over "$share/1/machine.kstate"
	is "a memfd has what was preserved" "$(luo retrieve vm1 0x1001)" abc
}

# The lines of LUO's files, without what differs with the place that they are read from.
files_of() {
	grep -E '^(vm1|empty|big) ' "$1" | sed 's/ \+/ /g'
}

# Bytes of the kernel's image: the addresses of its ends, without the upper half, which all have.
image_bytes() {
	local start end
	start=$(nm "$B/stock/kernel/vmlinux" | sed -n 's/^f*\([0-9a-f]*\) . _text$/\1/p')
	end=$(nm "$B/stock/kernel/vmlinux" | sed -n 's/^f*\([0-9a-f]*\) . _end$/\1/p')
	echo $((0x$end - 0x$start))
}

# What list read of the running system's memory.
read_bytes() {
	sed -n 's/.*memory read of live: \([0-9,]*\) bytes$/\1/p' "$share/$1/cost.err" | tr -d ,
}

side_of() {
	[ "$1" = 1 ] && echo out || echo in
}

verify() {
	is "what arrived is what was to be handed over" "$(cat "$share/2/arrived.status")" 0
	check_status "two captures say the same" 0 "$tools/kstate-dump" -q diff --handed-over \
		"$share/1/machine.kstate" "$share/2/machine.kstate"
	local stage name side
	for stage in 1 2; do
		side=$(side_of $stage)
		for name in info info.json list luo verify mem features check extract metrics capture; do
			is "stage $stage: $name finds nothing wrong" "$(cat "$share/$stage/$name.status")" 0
		done
		has "stage $stage: vm1 has the memfd 0x7" "$share/$stage/list" \
			"^vm1 +$side +0x7 .*memfd-v2 +65,536 +16"
		has "stage $stage: vm1 has the memfd 0x1001" "$share/$stage/list" "^vm1 +$side +0x1001 .*memfd-v2"
		has "stage $stage: the empty session is listed" "$share/$stage/list" "^empty +$side +- "
		has "stage $stage: a memfd of 64 MiB is listed" "$share/$stage/list" \
			"^big +$side +0x1 .*memfd-v2 +67,108,864 "
		"$tools/kstate-dump" list "$share/$stage/machine.kstate" >"$share/$stage/capture.list" 2>&1 || true
		is "stage $stage: a capture has the files that the running system shows" \
			"$(files_of "$share/$stage/capture.list")" "$(files_of "$share/$stage/list")"
		check "stage $stage: list read a part of the kernel's image and what it leads to, not all memory" \
			test "$(read_bytes $stage)" -lt "$(($(image_bytes) / 2))"
		diag "stage $stage: list read $(read_bytes $stage) bytes of memory, the image has $(image_bytes)"
		has "stage $stage: metrics have the sessions" "$share/$stage/metrics" "^luo_sessions\\{side=\"$side\"\\} 3$"
		"$tools/kstate-dump" list "$B/vm/stock-live-update/$stage.elf" >"$share/$stage/elf.list" 2>&1 || true
		is "stage $stage: a dump has the files that the running system shows" \
			"$(files_of "$share/$stage/elf.list")" "$(files_of "$share/$stage/list")"
		"$tools/kstate-dump" -q extract "$B/vm/stock-live-update/$stage.elf" big 0x1 -o "$share/$stage/big" \
			>"$share/$stage/extracted" 2>&1 || true
		check "stage $stage: and the memfd of 64 MiB, as it was" \
			sh -c "{ printf ram; head -c 67108861 /dev/zero; } | cmp - $share/$stage/big"
		rm -f "$share/$stage/big" "$B/vm/stock-live-update/$stage.elf"
	done
}
