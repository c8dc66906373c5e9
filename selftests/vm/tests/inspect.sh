# shellcheck shell=dash disable=SC2154,SC2034
# The same machine looked at in four ways: running, as copied blobs, as a capture, as a dump of its
# memory by QEMU.
# What they show is the same, before and after a live update.

monitor=1

# look STAGE SIDE STATUS: only debugfs knows what is registered on the other side, and not saved.
look() {
	mkdir -p "$share/$1"
	kstate-dump info -j >"$share/$1/info" 2>"$share/$1/errors" || diag "$(cat "$share/$1/errors")"
	kstate-dump show -j "--$2" test@0 >"$share/$1/show" 2>/dev/null
	kstate-dump info -j /proc/kcore >"$share/$1/kcore" 2>/dev/null
	copy_tree "$debugfs/kho" "$share/$1/kho"
	copy_tree "$debugfs/kstate" "$share/$1/kstate"
	check_status "it is captured, and what is not known is said" "$3" sh -c \
		"kstate-dump capture -o '$share/$1/capture' >'$share/$1/captured' 2>'$share/$1/captured.err'"
	check "QEMU dumps the memory" dump_memory "$1.elf"
	check "QEMU dumps it compressed" dump_memory "$1.kdump" kdump-zlib
}

boot1() {
	check "the sample loads" insmod "$modules/kstate_test.ko"
	check "objects with payloads of their own load" insmod "$modules/kstate_bulk.ko" nr=3 bytes=200000
	check "an image is saved on demand" sh -c "echo save >$debugfs/kstate/out/control"
	look boot1 out 0
}

boot2() {
	check "the sample loads again" insmod "$modules/kstate_test.ko"
	# What the lists of vmalloc areas held is not known once a kernel has taken the areas over.
	look boot2 in 6
}

# What KHO has, of both sides; but not what is in the page that LUO has released: that changes; nor the size
# of its scratch, which debugfs alone says.
kho_of() {
	sed -n 's/.*"kho":\(\[.*\]\),"kstate":.*/\1/p' "$1" |
		sed 's/"scratch_bytes":[^,]*,//g
			s/\("side":"in".*"format":"LUO","details":\){[^}]*}\(.*"side":"out"\)/\1{}\2/'
}

# A section, without what only debugfs knows.
section_of() {
	sed -n 's/.*"result":{/{/; s/"result":[^,]*,"restore_ns":[^,]*,//g; s/,"defects".*//p' "$1"
}

# The values alone, as a pattern: copied blobs do not say more of them, but have both sides.
fields_of() {
	sed -n 's/.*"fields":\(\[.*\]\),"subsections".*/\1/p' "$1" | sed 's/[][\.*^$+?(){}|]/\\&/g'
}

same() {
	local boot=$1 core=$2 got=$share/$1/got side=out
	[ "$boot" = boot1 ] || side=in
	"$tools/kstate-dump" info -j "$core" >"$got" 2>/dev/null || true
	is "$boot: ${core##*/} has KHO as the running system shows it" "$(kho_of "$got")" \
		"$(kho_of "$share/$boot/info")"
	"$tools/kstate-dump" show -j "--$side" "$core" test@0 >"$got" 2>/dev/null || true
	is "$boot: ${core##*/} has the section as the running system shows it" "$(section_of "$got")" \
		"$(section_of "$share/$boot/show")"
}

verify() {
	local boot dir=$B/vm/inspect
	has "boot1: the rest of out/fdt comes through /proc/kcore" "$share/boot1/info" \
		'kho/out/fdt: [0-9]* bytes of [0-9]* in debugfs.*/proc/kcore'
	has "boot2: out/fdt comes through /proc/kcore" "$share/boot2/info" \
		'kho/out/fdt is not in debugfs.*/proc/kcore'
	for boot in boot1 boot2; do
		has "$boot: no defect is seen live" "$share/$boot/info" '"defects":\[\]'
		is "$boot: /proc/kcore alone shows the same" "$(kho_of "$share/$boot/kcore")" \
			"$(kho_of "$share/$boot/info")"
		same "$boot" "$dir/$boot.elf"
		same "$boot" "$dir/$boot.kdump"
		same "$boot" "$share/$boot/capture"
		"$tools/kstate-dump" verify -v "$share/$boot/capture" >"$share/$boot/verified" 2>&1 || true
		has_not "$boot: the capture is as it was made, and whole" "$share/$boot/verified" \
			'was changed since|absent|not in this source'
		"$tools/kstate-dump" show -j "$share/$boot" test@0 >"$share/$boot/got" 2>/dev/null || true
		has "$boot: the copied blobs have the section as the running system shows it" \
			"$share/$boot/got" "$(fields_of "$share/$boot/show")"
	done
	has "boot2: what the capture does not know is what vmalloc areas held, and nothing else" \
		"$share/boot2/captured.err" '^kstate-dump: not known: in: what vmalloc areas hold: '
	is "boot2: that is one thing" "$(grep -c '^kstate-dump: not known: ' "$share/boot2/captured.err")" 1
	"$tools/kstate-dump" list "$dir/boot1.elf" >"$share/list" 2>&1 || true
	has "payloads outside the image are followed" "$share/list" '^bulk@0 .* 20[0-9,]* .*ok'
	rm -f "$dir"/boot*.elf "$dir"/boot*.kdump
}
