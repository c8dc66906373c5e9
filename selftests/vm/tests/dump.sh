# shellcheck shell=dash disable=SC2154,SC2034
# A dump of the machine's memory, which QEMU makes, read outside of it: it lists the sections as the machine
# itself does, before and after a live update, and the sessions that were handed over. On arm64 it is read on
# a machine of another architecture.

monitor=1

# look BOOT FORMAT
look() {
	mkdir -p "$share/$1"
	kstate-dump list >"$share/$1/list" 2>"$share/$1/errors"
	kstate-dump show test@0 >"$share/$1/show" 2>&1
	check "$1: QEMU dumps the memory" dump_memory "$1.$2" "$2"
}

boot1() {
	check "sessions are held" luo hold vm1 0x7=hello,size=65536 0x1001=abc -- empty -- db 1=data
	check "the sample loads" insmod "$modules/kstate_test.ko"
	check "objects with payloads of their own load" insmod "$modules/kstate_bulk.ko" nr=3 bytes=200000
	check "an image is saved on demand" sh -c "echo save >$debugfs/kstate/out/control"
	look boot1 elf
}

boot2() {
	check "the sample loads again" insmod "$modules/kstate_test.ko"
	look boot2 kdump-zlib
}

# Sections that were saved: name, version, bytes, checksum, time. Only debugfs knows the result, and what is
# registered now; and of which side the image is, where the memory does not tell.
sections() {
	awk '$5 == "ok" { print $1, $3, $4, $5, $6, $7 }' "$1"
}

# Sessions and their files: name, token, handler, bytes, folios. The state is that of a machine that runs, and
# after a scan it is not known what systemd called them.
sessions() {
	sed -n '/^session /,$ { s/not known/-/g; p }' "$1" | awk 'NF > 7 && NR > 1 { print $1, $3, $6, $7, $8 }'
}

# read_dump BOOT FILE
read_dump() {
	"$tools/kstate-dump" list "$dir/$2" >"$share/$1/dumped" 2>"$share/$1/dumped.err" || true
	is "$1: the dump lists the sections as the machine did" "$(sections "$share/$1/dumped")" \
		"$(sections "$share/$1/list")"
	"$tools/kstate-dump" show "$dir/$2" test@0 >"$share/$1/dumped.show" 2>&1 || true
	has "$1: and has their values" "$share/$1/dumped.show" '^ *s .*"kstate-ok"'
	has "$1: as the machine did" "$share/$1/show" '^ *s .*"kstate-ok"'
}

verify() {
	read_dump boot1 boot1.elf
	read_dump boot2 boot2.kdump-zlib
	is "the machine listed what it had saved" "$(sections "$share/boot2/list" | cut -d ' ' -f 1 | paste -sd ' ')" \
		"klog@0 test@0 bulk@0 bulk@1 bulk@2"
	is "the sessions that were handed over are those that were held" "$(sessions "$share/boot2/dumped")" \
		"vm1 0x7 memfd-v2 65,536 16
vm1 0x1001 memfd-v2 3 1
empty - - - -
db 0x1 memfd-v2 4 1"
	if grep -q 'no type information' "$share/boot2/dumped.err"; then
		has "a kernel without type information lists none, and says so" "$share/boot2/errors" \
			'not known: .*which sessions'
	else
		is "the machine listed the same" "$(sessions "$share/boot2/list")" "$(sessions "$share/boot2/dumped")"
		is "before the live update, too" "$(sessions "$share/boot1/list")" "$(sessions "$share/boot1/dumped")"
	fi
	rm -f "$dir"/boot*.elf "$dir"/boot*.kdump*
}
