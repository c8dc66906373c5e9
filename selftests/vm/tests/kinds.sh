# shellcheck shell=dash disable=SC2034,SC2154
# Every kind of field through two kexecs: values, pointers, structs, arrays, bits, folios and pages, addresses,
# areas, and all that elements are linked into; with something in each, and with nothing.

# The log would be an object, too.
cmdline=kstate_klog=0

# Parts: one, a row of two, three in an array, behind four pointers; four in a list, an hlist and each tree,
# five in an xarray and an IDR. The object without anything has one and a row of two.
parts=39

restored() {
	check "every field of the objects is what it was, update $1" insmod "$modules/kstate_kinds.ko"
	dmesg_has "each struct heard of it, update $1" \
		"kstate_kinds: restored as they were; $parts structs heard of it"
	is "nothing is left in the image, update $1" "$(cat /sys/kernel/kstate/unclaimed)" 0
}

boot1() {
	check "objects of every kind are set" insmod "$modules/kstate_kinds.ko"
}

boot2() {
	restored 1
	copy_tree "$debugfs/kstate/in" "$share/in"
}

boot3() {
	restored 2
	check "what was restored can be freed" rmmod kstate_kinds
	check "and set again" insmod "$modules/kstate_kinds.ko"
}

verify() {
	local image=$share/in/image
	"$tools/kstate-dump" -j schema "$image" | grep -o '"kind": *"[^"]*"' | cut -d'"' -f4 |
		sort -u >"$share/kinds"
	sed -n '/define KSTATE_ABI_KINDS/,/^$/s/.*"\(.*\)").*/\1/p' kernel/include/linux/kho/abi/kstate.h |
		sort -u >"$share/all-kinds"
	check "no kind of field is left out" cmp "$share/kinds" "$share/all-kinds"
	check "the image is decoded" "$tools/kstate-dump" show "$image"
}
