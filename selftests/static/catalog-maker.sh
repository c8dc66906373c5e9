#!/usr/bin/env bash
# What kstate-catalog, a program of the kernel's build, makes of what KSTATE_CATALOG() lists: a tree that the
# tools read, and what it refuses. It is that of the kernel that was built; objects are compiled for the host,
# with its layout.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/vm/tap.sh
. selftests/vm/tap.sh

B=$(realpath "${B:-build}")
maker=${KSTATE_CATALOG:-$B/kernel/objdir/scripts/kstate/kstate-catalog}
readonly top=$PWD cc=${CC:-gcc}

# driver LINE...: a driver's file with those lines, driver.c.
driver() {
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
}

# compile COMPILER...: driver.c into driver.o, and make the catalog of it, catalog.o. The host's compiler reads the
# headers: those of the C library are not there for other machines, whose structs have the same layout.
compile() {
	"$cc" -I"$top/selftests/shim/include" -I"$top/kernel/include" -DCONFIG_KSTATE -w -E -o driver.i driver.c
	"$@" -w -c -xcpp-output -o driver.o driver.i
	"$maker" driver.o catalog.o >log 2>&1
}

object() {
	driver "$@"
	compile "$cc"
}

# tree [OBJCOPY]: the tree in the object that was written.
tree() {
	"${1:-objcopy}" -O binary --only-section=.kstate_catalog catalog.o catalog
	"$B/kstate-dump" catalog -j catalog >got
}

# section NAME FILE: its type, flags and alignment.
section() {
	readelf -SW "$2" | sed -nE "s/^.* $1 +(\\w+) .* ([A-Z]+) +0 +0 +([0-9]+)\$/\\1 \\2 \\3/p"
}

machine() {
	readelf -h "$1" | grep -E 'Class|Data|ABI|Type|Machine|Flags'
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

test_linked() {
	object 'DESC(one, "one", 7, MODE);' 'LIST(1, one);'
	is "the tree is data that is loaded, at a multiple of 8" "$(section .kstate_catalog catalog.o)" "PROGBITS A 8"
	tree
	check "it is linked with the object" ld -r -o both.o driver.o catalog.o
	objcopy -O binary --only-section=.kstate_catalog both.o linked
	check "and is the same there, byte for byte" cmp catalog linked
}

test_nothing_listed() {
	echo 'int nothing;' >driver.c
	check "a module that lists nothing builds" compile "$cc"
	is "its object has no section for a tree" "$(section .kstate_catalog catalog.o)" ""
	check "and is linked with it" ld -r -o both.o driver.o catalog.o
}

# A kernel of which each function has a section of its own has more of them than fit into 16 bits.
test_many_sections() {
	object 'DESC(one, "one", 7, MODE);' 'LIST(1, one);'
	tree
	mv catalog wanted
	check "an object of 66,000 more sections is read" object \
		"$(seq 66000 | sed 's/.*/asm(".section .many&; .byte 0; .previous");/')" \
		'DESC(one, "one", 7, MODE);' 'LIST(1, one);'
	tree
	check "and gives the same tree" cmp catalog wanted
}

# test_other NAME COMPILER...: what another machine's compiler makes of the same source.
test_other() {
	local name=$1
	shift
	object 'DESC(one, "one", 7, MODE);' 'LIST(1, one);'
	tree
	mv catalog wanted
	if ! command -v "$1" >/dev/null; then
		skip "an object of $name gives the same tree" "there is no $1"
		return
	fi
	check "an object of $name is read" compile "$@"
	is "what is written is for that machine" "$(machine catalog.o)" "$(machine driver.o)"
	tree "$("$1" -print-prog-name=objcopy)"
	check "it has the same tree, byte for byte" cmp catalog wanted
}

test_no_object() {
	echo 'no object' >driver.o
	check_status "what is no object is refused" 1 "$maker" driver.o catalog.o
	"$maker" driver.o catalog.o 2>log || true
	has "and the message says so" log '^driver.o: error: kstate: this is no relocatable object of 64 bits$'
	object 'DESC(one, "one", 7, MODE);' 'LIST(1, one);'
	head -c 1000 driver.o >cut.o
	check_status "half an object is refused" 1 "$maker" cut.o catalog.o
	ld -shared -o linked.so driver.o
	check_status "what is linked is refused, for it has no relocations" 1 "$maker" linked.so catalog.o
	{ printf X && tail -c +2 driver.o; } >other.o
	check_status "another format is refused" 1 "$maker" other.o catalog.o
	check_status "a file that is not there is refused" 1 "$maker" missing.o catalog.o
	check_status "so is an output that cannot be written" 1 "$maker" driver.o missing/catalog.o
	check_status "without arguments it says what they are" 2 "$maker"
}

test_nothing() {
	check "a kernel without descriptions builds" object ''
	check "it has a tree with the versions alone" tree
	has "which says so" got '"version":"kstate-v1".*"descriptions":\[\]'
}

test_refused() {
	check_status "two of one id are refused" 1 object 'DESC(one, "one", 7, MODE);' 'DESC(two, "two", 7, MODE);' \
		'LIST(1, one);' 'LIST(2, two);'
	check "no output is left, which a build would take" test ! -e catalog.o
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
	if [ ! -x "$maker" ]; then
		skip "the kernel's build makes catalogs" "no kernel is built: make kernel"
		return
	fi
	cd "$work"
	test_tree
	test_linked
	test_nothing
	test_nothing_listed
	test_refused
	test_no_object
	test_many_sections
	test_copies
	test_elsewhere
	test_other arm64 aarch64-linux-gnu-gcc
	test_other "the other byte order" aarch64-linux-gnu-gcc -mbig-endian
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tests 3>&1 >&2 | numbered
