#!/usr/bin/env bash
# What modpost makes of what KSTATE_CATALOG() lists: a tree that the tools read, and what it refuses.
# The modpost is that of the kernel that was built; objects are compiled for the host, with its layout.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/vm/tap.sh
. selftests/vm/tap.sh

B=$(realpath "${B:-build}")
modpost=$B/kernel/objdir/scripts/mod/modpost
readonly top=$PWD cc=${CC:-gcc}

# object LINE...: compile a driver's file with those lines into vmlinux.o, and run modpost on it.
object() {
	{
		cat <<-'END'
			#include <shim/custom.h>
			#include <shim/containers.h>
			#define __UNIQUE_ID(name) name
			#define __used __attribute__((used))
			#define __section(s) __attribute__((section(s)))
			#include <linux/kstate.h>
			struct folio { int dummy; };
			struct dev { u32 mode; u16 port[4]; char name[8]; struct dev *up; };
			#define DESC(_desc, _name, _id, ...) \
				static const struct kstate_description _desc = { .name = _name, .id = _id, \
					.version_id = 3, .min_version_id = 2, .fields = (const struct kstate_field[]) { \
					__VA_ARGS__, KSTATE_END_OF_LIST() } }
			#define MODE KSTATE_BASE_TYPE(mode, struct dev, u32)
			#define LIST(n, _desc) static const struct kstate_description *list##n \
				__used __section(".discard.kstate") = &(_desc)
			static const char abis[] __used __section(".discard.kstate_abis") = "kstate-v1\0test-v7";
		END
		printf '%s\n' "$@"
	} >driver.c
	"$cc" -I"$top/selftests/shim/include" -I"$top/kernel/include" -DCONFIG_KSTATE -w -c -o vmlinux.o driver.c
	"$modpost" -o symvers vmlinux.o >log 2>&1
}

# The tree that was written as C.
tree() {
	sed -n '/kstate_catalog\[\]/,/^};/p' .vmlinux.export.c |
		"$cc" '-D__section(s)=__attribute__((section(s)))' '-D__used=__attribute__((used))' \
			'-D__aligned(n)=__attribute__((aligned(n)))' -xc -c -o catalog.o -
	objcopy -O binary --only-section=.kstate_catalog catalog.o catalog
	"$B/kstate-dump" catalog -j catalog >got
}

test_tree() {
	check "what is listed becomes a tree" object \
		'static const struct kstate_hint_name modes[] = { { 0, "off" }, { 0x1f, "on" }, { } };' \
		'DESC(inner, "inner", 8, KSTATE_BASE_TYPE(port, struct dev, u16 [4], .hint = KSTATE_HINT_HEX));' \
		'DESC(sub, "sub", 9, KSTATE_BASE_TYPE(name, struct dev, char [8]));' \
		'static const struct kstate_description dev = { .name = "dev", .id = 7, .version_id = 4,' \
		'	.flags = KSTATE_OPTIONAL, .fields = (const struct kstate_field[]) {' \
		'		KSTATE_BASE_TYPE(mode, struct dev, u32, .hint = KSTATE_HINT_ENUM, .names = modes),' \
		'		KSTATE_BASE_TYPE_DEPRECATED(gone, u64, 3),' \
		'		{ .name = "inner", .type = "struct inner", .count = 1, .kind = KSTATE_KIND_STRUCT,' \
		'		  .until = KSTATE_ABI_NO_UNTIL, .stride = sizeof(struct dev), .desc = &inner }, KSTATE_END_OF_LIST() },' \
		'	.subsections = (const struct kstate_description *[]) { &sub, NULL } };' \
		'LIST(1, dev);'
	check "the tools read it, with every checksum right" tree
	has "a description is there" got \
		'"description":"dev","file":"catalog","version":4,"min_version":0,"id":7,"flags":\["optional"\],"subsections":\["sub"\]'
	has "names of values, too" got '"names":\[{"name":"off","value":"0"},{"name":"on","value":"31"}\]'
	has "a deprecated field" got '"name":"gone","kind":"value","type":"u64","sign":"unsigned","size":8,"count":"1","since":0,"until":3'
	has "a nested description" got '"hint":"bytes","struct":"inner"'
	has "which is listed with it" got '"description":"inner","file":"catalog","version":3,"min_version":2,"id":8'
	has "and the subsection" got '"description":"sub"'
	has "the versions" got '"version":"test-v7","how":"catalog"'
}

test_nothing() {
	check "a kernel without descriptions builds" object ''
	check "it has a tree with the versions alone" tree
	has "which says so" got '"version":"kstate-v1".*"descriptions":\[\]'
}

test_refused() {
	check_status "two of one id are refused" 1 object 'DESC(one, "one", 7, MODE);' 'DESC(two, "two", 7, MODE);' \
		'LIST(1, one);' 'LIST(2, two);'
	has "and named" log 'description two \(id 0x7\) collides with one \(id 0x7\)'
	check_status "two of one name are refused" 1 object 'DESC(one, "one", 7, MODE);' 'DESC(two, "one", 8, MODE);' \
		'LIST(1, one);' 'LIST(2, two);'
	check "one that is listed twice is one" object 'DESC(one, "one", 7, MODE);' 'LIST(1, one);' 'LIST(2, one);'
	check_status "a name that is too long is refused" 1 object \
		'DESC(one, "a-name-that-is-one-byte-too-long", 7, MODE);' 'LIST(1, one);'
	check_status "an unknown kind is refused" 1 object \
		'DESC(one, "one", 7, { .name = "x", .type = "u8", .size = 1, .count = 1, .kind = 99 });' 'LIST(1, one);'
	has "and its description named" log 'kstate: one: a field of an unknown kind'
	check_status "a nested description of another struct is refused" 1 object \
		'DESC(inner, "inner", 8, MODE);' \
		'DESC(one, "one", 7, KSTATE_STRUCT(name, struct dev, char [8], &inner));' 'LIST(1, one);'
	has "and the description named" log 'kstate: one: a nested description is that of another struct'
	check_status "what nests in itself without end is refused" 1 object \
		'#define IN(d) { .name = "x", .type = "t", .count = 1, .kind = KSTATE_KIND_STRUCT,' \
		'	.stride = sizeof(struct dev), .desc = &d }' \
		'static const struct kstate_description d1, d2, d3, d4, d5, d6, d7, d8, d9, d10;' \
		'DESC(d10, "d10", 10, MODE); DESC(d9, "d9", 9, IN(d10)); DESC(d8, "d8", 8, IN(d9));' \
		'DESC(d7, "d7", 7, IN(d8)); DESC(d6, "d6", 6, IN(d7)); DESC(d5, "d5", 5, IN(d6));' \
		'DESC(d4, "d4", 4, IN(d5)); DESC(d3, "d3", 3, IN(d4)); DESC(d2, "d2", 2, IN(d3));' \
		'DESC(d1, "d1", 1, IN(d2));' 'LIST(1, d1);'
}

# What a header with a description, a nested one and a subsection makes of two files.
copy() {
	printf '%s\n' "DESC(inner$1, \"inner\", 8, MODE);" "DESC(sub$1, \"sub\", 9, MODE);" \
		"static const struct kstate_description dev$1 = { .name = \"dev\", .id = 7, .version_id = 4${2-}," \
		'	.fields = (const struct kstate_field[]) {' \
		'		{ .name = "inner", .type = "struct dev", .count = 1, .kind = KSTATE_KIND_STRUCT,' \
		"		  .until = KSTATE_ABI_NO_UNTIL, .stride = sizeof(struct dev), .desc = &inner$1 }, KSTATE_END_OF_LIST() }," \
		"	.subsections = (const struct kstate_description *[]) { &sub$1, NULL } };" "LIST($1, dev$1);"
}

test_copies() {
	check "copies of a description are one" object "$(copy 1)" "$(copy 2 ', .flags = KSTATE_STABLE')"
	check "the tools read the tree" tree
	is "each description is there once" "$(grep -o '"description":"[a-z]*"' got | sort | tr -d '\n')" \
		'"description":"dev""description":"inner""description":"sub"'
	check_status "what differs is no copy" 1 object "$(copy 1)" "$(copy 2 ', .flags = KSTATE_OPTIONAL')"
	has "and both are named" log 'description dev \(id 0x7\) collides with dev \(id 0x7\)'
	check_status "nor is another version" 1 object "$(copy 1)" "$(copy 2 ', .min_version_id = 1')"
	check_status "nor are other fields" 1 object 'DESC(one, "one", 7, MODE);' \
		'DESC(two, "one", 7, KSTATE_BASE_TYPE(name, struct dev, char [8]));' 'LIST(1, one);' 'LIST(2, two);'
}

test_elsewhere() {
	check "one that refers to another object does not stop the build" object \
		'extern const struct kstate_description other;' 'DESC(one, "one", 7, MODE);' \
		'DESC(two, "two", 8, { .name = "x", .type = "t", .count = 1, .kind = KSTATE_KIND_STRUCT, .desc = &other });' \
		'LIST(1, two);' 'LIST(2, one);'
	has "but is warned of" log 'two is not in the catalog: it refers to other of another module'
	check "and left out" tree
	has "the others are there" got '"descriptions":\[{"description":"one"'
	has_not "it is not" got '"description":"two"'
}

tests() {
	if [ ! -x "$modpost" ]; then
		skip "modpost makes catalogs" "no kernel is built: make kernel"
		return
	fi
	cd "$work"
	test_tree
	test_nothing
	test_refused
	test_copies
	test_elsewhere
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tests 3>&1 >&2 | numbered
