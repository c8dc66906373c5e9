#!/usr/bin/env bash
# What the macros of <linux/kstate.h> must not take does not compile.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/vm/tap.sh
. selftests/vm/tap.sh

readonly cc=${CC:-gcc}

# source FIELD: a driver's file with that field in its description.
source_of() {
	cat <<-END
		#include <shim/custom.h>
		#include <linux/list.h>
		#include <linux/kstate.h>

		struct folio { int dummy; };
		struct page { int dummy; };
		struct item { u32 key; struct list_head link; };
		struct dev {
			u32 mode; int temp; char name[8]; u64 *counter; u64 **indirect; void *any;
			struct folio *folio; struct item one, pair[2], *items;
			u16 small[4], *big; u8 nr; int signed_nr; u32 *targets[3]; u64 values[3];
			struct list_head list; char *label; int *numbers; unsigned long bits[2];
			u32 words[4]; struct page *page; unsigned long one_long[1]; u8 eight[8];
			int a_member_whose_name_has_32_bytes;
			int a_member_whose_name_has_31_byte;
		};

		static const struct kstate_description item_desc;
		static int save(const void *obj, struct kstate_writer *w) { return 0; }
		static int check(const void *obj, const void *data, size_t len) { return 0; }
		static void apply(void *obj, const void *data, size_t len) { }
		static int wrong(void *obj) { return 0; }

		const struct kstate_field fields[] = { $1, KSTATE_END_OF_LIST() };
		void *const used[] = { save, check, apply, wrong, (void *)&item_desc };
	END
}

compiles() {
	source_of "$1" | "$cc" -std=gnu11 -fsyntax-only -Wall -Werror -Wno-pointer-arith \
		-Iselftests/shim/include -Ikernel/include -DCONFIG_KSTATE -xc - 2>"$tmp/errors"
}

takes() {
	if compiles "$1"; then
		pass "takes $1"
	else
		fail "takes $1" "$(cat "$tmp/errors")"
	fi
}

refuses() {
	if compiles "$1"; then
		fail "refuses $1"
	else
		pass "refuses $1"
	fi
}

test_takes() {
	takes 'KSTATE_BASE_TYPE(mode, struct dev, u32)'
	takes 'KSTATE_BASE_TYPE(name, struct dev, char [8])'
	takes 'KSTATE_BASE_TYPE(one_long, struct dev, unsigned long [1])'
	takes 'KSTATE_BASE_TYPE(eight, struct dev, u8 [8])'
	takes 'KSTATE_BASE_TYPE(a_member_whose_name_has_31_byte, struct dev, int)'
	takes 'KSTATE_POINTER(counter, struct dev, .hint = KSTATE_HINT_HEX)'
	takes 'KSTATE_STRUCT(one, struct dev, struct item, &item_desc)'
	takes 'KSTATE_VARRAY(small, struct dev, u16, nr, 4, KSTATE_EMBEDDED)'
	takes 'KSTATE_VARRAY(big, struct dev, u16, nr, 9, KSTATE_CALLER)'
	takes 'KSTATE_LIST(list, struct dev, struct item, link, &item_desc, 9)'
	takes 'KSTATE_STRING(label, struct dev, 99)'
	takes 'KSTATE_BITMAP(bits, struct dev, 70)'
	takes 'KSTATE_ADDRESS(any, struct dev), KSTATE_ADDRESS(page, struct dev)'
	takes 'KSTATE_VMALLOC(any, struct dev)'
	takes 'KSTATE_CUSTOM(x, save, check, apply)'
}

test_values() {
	refuses 'KSTATE_BASE_TYPE(mode, struct dev, u64)'
	refuses 'KSTATE_BASE_TYPE(mode, struct dev, int)'
	refuses 'KSTATE_BASE_TYPE(name, struct dev, char [9])'
	refuses 'KSTATE_BASE_TYPE(counter, struct dev, u64 *)'
	refuses 'KSTATE_BASE_TYPE(missing, struct dev, u32)'
	refuses 'KSTATE_BASE_TYPE(a_member_whose_name_has_32_bytes, struct dev, int)'
	refuses 'KSTATE_BASE_TYPE_DEPRECATED(a_member_whose_name_has_32_bytes, int, 1)'
	refuses 'KSTATE_CUSTOM(a_member_whose_name_has_32_bytes, save, check, apply)'
	refuses 'KSTATE_EQUAL(mode, struct dev, int)'
	refuses 'KSTATE_EQUAL(any, struct dev, void *)'
	refuses 'KSTATE_BITMAP(bits, struct dev, 64)'
	refuses 'KSTATE_BITMAP(bits, struct dev, 129)'
	refuses 'KSTATE_BITMAP(words, struct dev, 128)'
	refuses 'KSTATE_CUSTOM(x, wrong, check, apply)'
	refuses 'KSTATE_CUSTOM(x, save, check, wrong)'
}

test_pointers() {
	refuses 'KSTATE_POINTER(mode, struct dev)'
	refuses 'KSTATE_POINTER(values, struct dev)'
	refuses 'KSTATE_POINTER(any, struct dev)'
	refuses 'KSTATE_POINTER(indirect, struct dev)'
	refuses 'KSTATE_FOLIO(any, struct dev)'
	refuses 'KSTATE_FOLIO(page, struct dev)'
	refuses 'KSTATE_ARRAY_OF_POINTER(targets, struct dev, u64)'
	refuses 'KSTATE_ARRAY_OF_POINTER(values, struct dev, u64)'
	refuses 'KSTATE_STRING(numbers, struct dev, 9)'
	refuses 'KSTATE_STRING(name, struct dev, 7)'
	refuses 'KSTATE_ADDRESS(mode, struct dev)'
	refuses 'KSTATE_ADDRESS(eight, struct dev)'
	refuses 'KSTATE_VMALLOC(mode, struct dev)'
	refuses 'KSTATE_VMALLOC(eight, struct dev)'
}

test_elements() {
	refuses 'KSTATE_STRUCT(one, struct dev, struct dev, &item_desc)'
	refuses 'KSTATE_STRUCT(items, struct dev, struct item, &item_desc)'
	refuses 'KSTATE_STRUCT_ARRAY(one, struct dev, struct item, &item_desc)'
	refuses 'KSTATE_STRUCT_ARRAY(values, struct dev, struct item, &item_desc)'
	refuses 'KSTATE_VARRAY(small, struct dev, u16, nr, 5, KSTATE_EMBEDDED)'
	refuses 'KSTATE_VARRAY(small, struct dev, u16, nr, 4, KSTATE_CALLER)'
	refuses 'KSTATE_VARRAY(small, struct dev, u16, nr, 4, KSTATE_ALLOCATED)'
	refuses 'KSTATE_VARRAY(big, struct dev, u16, nr, 4, KSTATE_EMBEDDED)'
	refuses 'KSTATE_VARRAY(big, struct dev, u32, nr, 4, KSTATE_CALLER)'
	refuses 'KSTATE_VARRAY(big, struct dev, u16, signed_nr, 4, KSTATE_CALLER)'
	refuses 'KSTATE_VARRAY(big, struct dev, u16, name, 4, KSTATE_CALLER)'
	refuses 'KSTATE_VARRAY(big, struct dev, u16, missing, 4, KSTATE_CALLER)'
	refuses 'KSTATE_VARRAY(big, struct dev, u16, values, 4, KSTATE_CALLER)'
	refuses 'KSTATE_STRUCT_VARRAY(items, struct dev, struct dev, &item_desc, nr, 4, KSTATE_CALLER)'
	refuses 'KSTATE_LIST(items, struct dev, struct item, link, &item_desc, 9)'
	refuses 'KSTATE_LIST(list, struct dev, struct item, key, &item_desc, 9)'
}

tests() {
	test_takes
	test_values
	test_pointers
	test_elements
}

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
tests 3>&1 >&2 | numbered
