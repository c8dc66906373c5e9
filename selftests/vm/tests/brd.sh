# shellcheck shell=dash disable=SC2154
# Ram disks survive live updates: a file system and a pattern with holes, on pages that stay where they
# are. What was never saved starts empty.

pages() {
	cat "$debugfs/ramdisk_pages/$1"
}

sum() {
	sha256sum <"/dev/$1"
}

mebibytes() {
	echo $(($(cat "/sys/block/$1/size") / 2048))
}

# write_at DISK KIB: 64 KiB of noise.
write_at() {
	dd if=/dev/urandom of="/dev/$1" bs=1024 seek="$2" count=64 conv=notrunc,fsync 2>/dev/null
}

make_files() {
	mke2fs -F /dev/ram0 >/dev/null 2>&1 || return 1
	mkdir -p /tmp/disk
	mount -t ext2 /dev/ram0 /tmp/disk
	cp /bin/busybox /tmp/disk/program
	dd if=/dev/zero of=/tmp/disk/holes bs=1024 seek=3000 count=1 2>/dev/null
	umount /tmp/disk
}

make_pattern() {
	write_at ram1 0
	write_at ram1 1024
	write_at ram1 2048
	write_at ram1 8128
	is "a pattern takes the pages that it needs" "$(pages ram1)" 64
	check "what is discarded gives its pages back" blkdiscard -o 2097152 -l 65536 /dev/ram1
	is "those are gone" "$(pages ram1)" 48
}

# What the tools say of a save that is not followed by a kexec, and that disks go on after it.
rehearse() {
	echo save >"$debugfs/kstate/out/control"
	copy_tree "$debugfs/kstate" "$share/rehearsed/kstate"
	kstate-dump list >/tmp/list
	has "every disk is saved" /tmp/list '^brd@2 +out .* ok .* saved '
	is "the description's value can be asked for" "$(kstate-dump get brd@1.brd_nr_pages)" 48
	check "what was saved is in order" kstate-dump verify
	kstate-dump mem >"$share/mem"
	echo abort >"$debugfs/kstate/out/control"
	check "a disk takes writes after a rehearsal" write_at ram1 1024
}

remember() {
	sum ram0 >"$share/ram0.$1"
	sum ram1 >"$share/ram1.$1"
}

# recalls DISK UPDATE: its bytes are those that were remembered before the update.
recalls() {
	is "$1 has the same bytes after update $2" "$(sum "$1")" "$(cat "$share/$1.$2")"
}

program_is_whole() {
	mount -t ext2 /dev/ram0 /tmp/disk
	check "a file of the file system is as it was" cmp /bin/busybox /tmp/disk/program
}

is_empty() {
	is "$1" "$(head -c 65536 /dev/zero | sha256sum) 0" "$(head -c 65536 /dev/ram1 | sha256sum) $(pages ram1)"
}

boot1() {
	check "the driver loads" insmod "$modules/brd.ko" rd_nr=3 rd_size=8192
	is_empty "a disk is empty after a cold boot"
	check "a file system is made" make_files
	make_pattern
	rehearse
	pages ram0 >"$share/pages"
	remember 1
}

boot2() {
	kstate-dump list >/tmp/list
	has "disks wait for their driver" /tmp/list '^brd@1 +in .* ok .* unclaimed'
	check "the driver loads with another size" insmod "$modules/brd.ko" rd_nr=4 rd_size=4096
	recalls ram0 1
	recalls ram1 1
	is "the file system has the pages that it had" "$(pages ram0)" "$(cat "$share/pages")"
	is "the pattern has the pages that it had" "$(pages ram1)" 48
	is "the empty disk is empty" "$(pages ram2)" 0
	is "disks that were saved keep their size" "$(mebibytes ram0) $(mebibytes ram2)" "8 8"
	is "a new one has the new size" "$(mebibytes ram3)" 4
	mkdir -p /tmp/disk
	program_is_whole
	check "the file system takes another file" cp /init /tmp/disk/init
	umount /tmp/disk
	check "what was restored can be discarded" blkdiscard -o 1048576 -l 65536 /dev/ram1
	is "which frees its pages" "$(pages ram1)" 32
	kstate-dump list >/tmp/list
	has "the disk is restored" /tmp/list '^brd@1 +in .* ok .* restored '
	remember 2
}

boot3() {
	check "the driver loads after a second update" insmod "$modules/brd.ko" rd_nr=4 rd_size=8192
	recalls ram0 2
	recalls ram1 2
	mkdir -p /tmp/disk
	program_is_whole
	check "the file that was added is there" cmp /init /tmp/disk/init
	umount /tmp/disk
	check "the driver unloads" rmmod brd
	check "and loads again" insmod "$modules/brd.ko" rd_nr=2 rd_size=8192
	is_empty "a disk that has been restored once is empty then"
	rmmod brd
}

boot4() {
	check "the driver loads where no disk was handed over" insmod "$modules/brd.ko" rd_nr=2 rd_size=8192
	is_empty "a disk is empty then"
}

verify() {
	"$tools/kstate-dump" show "$share/rehearsed" brd@1 >"$share/show"
	has "the pages of a disk are shown" "$share/show" 'brd_pages'
	check_status "copied debugfs is in order, as far as it is there" 6 "$tools/kstate-dump" verify "$share/rehearsed"
}
