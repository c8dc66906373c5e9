# shellcheck shell=dash disable=SC2154,SC2034
# What a kernel can read, told by its file alone, is what the kernel says once it runs: of vmlinux and
# of the file that boots, in every format that a kernel is packed in, stripped or not, and of its modules.

boot1() {
	check "the sample loads" insmod "$modules/kstate_test.ko"
	check "one with nested descriptions and subsections loads" insmod "$modules/kstate_stress.ko" nr=2
	check "it sets objects" sh -c 'echo set >/sys/module/kstate_stress/parameters/run'
	check "and registers them" sh -c 'echo register >/sys/module/kstate_stress/parameters/run'
	copy_tree "$debugfs/kstate" "$share/kstate"
	check "the running kernel's is read" sh -c "kstate-dump -j catalog >$share/live"
}

# The objects of a list in a document, a line each, without what depends on the file.
elements_of() {
	sed 's/.*"descriptions":\[//; s/\]},"defects":.*//; s/"file":"[^"]*",//g; s/},{"description"/},\n{"description"/g' \
		"$1" | sed 's/,$//' | LC_ALL=C sort
}

versions_of() {
	sed 's/.*"abis":\[//; s/\],"descriptions".*//; s/},{/},\n{/g' "$1" |
		sed -n 's/.*"version":"\([^"]*\)","how":"catalog".*/\1/p' | LC_ALL=C sort
}

catalog() {
	local to=$1
	shift
	"$tools/kstate-dump" -j catalog "$@" >"$to"
}

# agrees DESC FILE...: kernel and modules have what the running kernel had.
agrees() {
	local desc=$1
	shift
	check "$desc: it is read" catalog "$share/got" "$@" "$B/kernel/modules/kstate_test.ko" \
		"$B/kernel/modules/kstate_stress.ko"
	is "$desc: the descriptions are those of the running kernel" "$(elements_of "$share/got")" \
		"$(elements_of "$share/running")"
	is "$desc: so are the versions" "$(versions_of "$share/got")" "$(versions_of "$share/running")"
}

# le32 NUMBER: its four bytes.
le32() {
	local byte
	for byte in $(($1 & 255)) $(($1 >> 8 & 255)) $(($1 >> 16 & 255)) $(($1 >> 24 & 255)); do
		printf '%b' "\\0$(printf '%o' $byte)"
	done
}

number_at() {
	od -An -tu4 -j "$2" -N 4 "$1" | tr -d ' '
}

# Where the payload of the bzImage is.
payload_at() {
	echo $((($(od -An -tu1 -j 497 -N 1 "$1") + 1) * 512 + $(number_at "$1" 584)))
}

# pack NAME COMMAND...: what is in $share/payload, packed, and behind it its size, as the kernel's build does it.
pack() {
	local name=$1
	shift
	"$@" <"$share/payload" >"$share/packed"
	packed_bytes=$(wc -c <"$share/packed")
	[ "$name" = gzip ] || le32 "$(wc -c <"$share/payload")" >>"$share/packed"
}

# repack NAME COMMAND...: the bzImage with its payload packed by another command.
repack() {
	local name=$1 from=$B/kernel/image to=$share/bzImage-$1 at
	at=$(payload_at "$from")
	dd if="$from" bs=65536 iflag=skip_bytes,count_bytes skip="$at" count="$(number_at "$from" 588)" status=none |
		gzip -dc >"$share/payload"
	pack "$@"
	head -c "$at" "$from" >"$to"
	cat "$share/packed" >>"$to"
	le32 "$(wc -c <"$share/packed")" | dd of="$to" bs=1 seek=588 conv=notrunc status=none
	agrees "bzImage, $name" "$to"
	has "bzImage, $name: the format is named" "$share/got" "\"format\":\"bzImage, $name\""
}

# efi_image NAME COMMAND...: an arm64 Image as a program of EFI that unpacks it: Makefile.zboot fills it up to
# the size that it has in memory, and zboot-header.S states how long what it packs is without the size behind it.
efi_image() {
	local name=$1 from=$B/kernel/image to=$share/efi-$1 at=4096
	cp "$from" "$share/payload"
	truncate -s "$(number_at "$from" 16)" "$share/payload"
	pack "$@"
	{
		printf 'MZ\0\0zimg'
		le32 $at
		le32 "$packed_bytes"
		printf '\0\0\0\0\0\0\0\0%s' "$name"
	} >"$to"
	truncate -s $at "$to"
	head -c 512 /dev/zero | cat "$share/packed" - >>"$to"
	agrees "EFI image, $name" "$to"
	has "EFI image, $name: the format is named" "$share/got" "\"format\":\"EFI image, $name\""
}

# packed NAME COMMAND...: the file that boots, packed, and nothing else.
packed() {
	local name=$1 to=$share/packed-$1
	shift
	"$@" <"$B/kernel/image" >"$to"
	agrees "Image, $name" "$to"
	has "Image, $name: the format is named" "$share/got" "\"format\":\"arm64 Image, $name\""
}

in_each_format() {
	"$1" xz xz --check=crc32 "$2" --lzma2=preset=1,dict=32MiB
	"$1" lz4 lz4 -l - -
	"$1" zstd zstd -q -3 --long=27
	"$1" lzma xz -1 --format=lzma
}

test_formats() {
	case $ARCH in
	arm64)
		packed gzip gzip -n
		in_each_format packed --arm64
		efi_image gzip gzip -n
		in_each_format efi_image --arm64
		;;
	*) in_each_format repack --x86 ;;
	esac
}

test_stripped() {
	cp "$B/kernel/vmlinux" "$share/vmlinux"
	"$arch_gnu-strip" "$share/vmlinux"
	agrees "vmlinux without symbols" "$share/vmlinux"
	cp "$B/kernel/modules/kstate_test.ko" "$share/kstate_test.ko"
	"$arch_gnu-strip" --strip-debug "$share/kstate_test.ko"
	xz -f --check=crc32 "$share/kstate_test.ko"
	check "a stripped and packed module: it is read" catalog "$share/got" "$share/kstate_test.ko.xz"
	has "it has its description" "$share/got" '{"description":"test",'
	"$arch_gnu-objcopy" --remove-section=.kstate_catalog "$B/kernel/vmlinux" "$share/vmlinux"
	check_status "vmlinux without its catalog is refused" 3 catalog "$share/got" "$share/vmlinux"
	has "and told why" "$share/got" '"code":"no-catalog","text":"[^"]*it was removed'
}

test_truncated() {
	head -c 2000000 "$B/kernel/image" >"$share/cut"
	check_status "a truncated file that boots is refused" 3 catalog "$share/got" "$share/cut"
	# An Image does not say where it ends.
	[ "$ARCH" = arm64 ] || has "and told why" "$share/got" '"code":"truncated"'
	head -c 2000000 "$B/kernel/vmlinux" >"$share/cut"
	check_status "a truncated vmlinux is refused" 3 catalog "$share/got" "$share/cut"
	head -c -1000 "$B/kernel/modules/kstate_test.ko" >"$share/cut"
	check_status "a truncated module is refused" 3 catalog "$share/got" "$share/cut"
}

test_tree() {
	"$arch_gnu-objcopy" -O binary --only-section=.kstate_catalog "$B/kernel/modules/kstate_test.ko" "$share/tree"
	check "the section is a tree for dtc" dtc -q -I dtb -O dts -o "$share/dts" "$share/tree"
	has "with descriptions" "$share/dts" 'test@1 {'
}

verify() {
	catalog "$share/running" "$share/kstate" || true
	has "the running kernel lists the sample" "$share/running" '{"description":"test",'
	has "and what is built in" "$share/running" '{"description":"klog",'
	has "and versions" "$share/running" '{"abi":"kho","version":"kho-v[0-9]*","how":"catalog"'
	is "on the live system they are the same" "$(elements_of "$share/live")" "$(elements_of "$share/running")"
	is "and so are the versions" "$(versions_of "$share/live")" "$(versions_of "$share/running")"
	agrees "vmlinux" "$B/kernel/vmlinux"
	agrees "the file that boots" "$B/kernel/image"
	test_formats
	test_stripped
	test_truncated
	test_tree
	rm -f "$share"/bzImage-* "$share"/efi-* "$share"/packed-* "$share/payload" "$share/packed" \
		"$share/vmlinux" "$share/cut"
}
