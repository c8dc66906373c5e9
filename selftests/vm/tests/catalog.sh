# shellcheck shell=dash disable=SC2154,SC2034
# What a kernel can read, told by its file alone, is what the kernel says once it runs: of vmlinux and
# of bzImage, in every format that a kernel is packed in, stripped or not, and of its modules.

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

# repack NAME COMMAND...: the bzImage with its payload packed by another command, as the kernel build does it.
repack() {
	local name=$1 from=$B/kernel/image to=$share/bzImage-$1 at bytes
	shift
	at=$(payload_at "$from")
	dd if="$from" bs=65536 iflag=skip_bytes,count_bytes skip="$at" count="$(number_at "$from" 588)" status=none |
		gzip -dc >"$share/payload"
	{
		"$@" <"$share/payload"
		le32 "$(wc -c <"$share/payload")"
	} >"$share/packed"
	bytes=$(wc -c <"$share/packed")
	head -c "$at" "$from" >"$to"
	cat "$share/packed" >>"$to"
	le32 "$bytes" | dd of="$to" bs=1 seek=588 conv=notrunc status=none
}

test_formats() {
	repack xz xz --check=crc32 --x86 --lzma2=preset=1,dict=32MiB
	agrees "bzImage, xz" "$share/bzImage-xz"
	repack lz4 lz4 -l - -
	agrees "bzImage, lz4" "$share/bzImage-lz4"
	repack zstd zstd -q -3 --long=27
	agrees "bzImage, zstd" "$share/bzImage-zstd"
	repack lzma xz -1 --format=lzma
	agrees "bzImage, lzma" "$share/bzImage-lzma"
	has "the format is named" "$share/got" '"format":"bzImage, lzma"'
}

test_stripped() {
	cp "$B/kernel/vmlinux" "$share/vmlinux"
	strip "$share/vmlinux"
	agrees "vmlinux without symbols" "$share/vmlinux"
	cp "$B/kernel/modules/kstate_test.ko" "$share/kstate_test.ko"
	strip --strip-debug "$share/kstate_test.ko"
	xz -f --check=crc32 "$share/kstate_test.ko"
	check "a stripped and packed module: it is read" catalog "$share/got" "$share/kstate_test.ko.xz"
	has "it has its description" "$share/got" '{"description":"test",'
	objcopy --remove-section=.kstate_catalog "$B/kernel/vmlinux" "$share/vmlinux"
	check_status "vmlinux without its catalog is refused" 3 catalog "$share/got" "$share/vmlinux"
	has "and told why" "$share/got" '"code":"no-catalog","text":"[^"]*it was removed'
}

test_truncated() {
	head -c 2000000 "$B/kernel/image" >"$share/cut"
	check_status "a truncated bzImage is refused" 3 catalog "$share/got" "$share/cut"
	has "and told why" "$share/got" '"code":"truncated"'
	head -c 2000000 "$B/kernel/vmlinux" >"$share/cut"
	check_status "a truncated vmlinux is refused" 3 catalog "$share/got" "$share/cut"
	head -c 100000 "$B/kernel/modules/kstate_test.ko" >"$share/cut"
	check_status "a truncated module is refused" 3 catalog "$share/got" "$share/cut"
}

test_tree() {
	objcopy -O binary --only-section=.kstate_catalog "$B/kernel/modules/kstate_test.ko" "$share/tree"
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
	agrees "bzImage" "$B/kernel/image"
	test_formats
	test_stripped
	test_truncated
	test_tree
	rm -f "$share"/bzImage-* "$share/payload" "$share/packed" "$share/vmlinux" "$share/cut"
}
