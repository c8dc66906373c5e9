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

		#include <shim/containers.h>

		struct folio { int dummy; };
		struct page { int dummy; };
		typedef struct { int raw; } spinlock_t;
		struct item { u32 key; struct list_head link; struct hlist_node hlink;
			      struct rb_node rlink; };
		struct plain { u32 a, b; };
		union both { u32 a; void *b; };
		enum mode { OFF, ON };
		struct dev {
			u32 mode; int temp; char name[8]; u64 *counter; u64 **indirect; void *any;
			struct folio *folio; struct item one, pair[2], *items;
			u16 small[4], *big; u8 nr; int signed_nr; u32 *targets[3]; u64 values[3];
			struct list_head list; char *label; int *numbers; unsigned long bits[2];
			u32 words[4]; struct page *page; unsigned long one_long[1]; u8 eight[8];
			int a_member_whose_name_has_32_bytes;
			int a_member_whose_name_has_31_byte;
			struct folio *folios[4], **counted; u32 *ways[4]; void (*call)(void);
			struct plain plain, plains[2], *far; union both both; enum mode state;
			struct item *pointed; spinlock_t lock, locks[2], *far_lock;
			struct mutex mutex; struct list_head heads[2]; struct hlist_head hlist;
			struct hlist_head buckets[8]; struct rb_root tree; struct rb_root_cached cached;
			struct xarray xa, xas[2]; struct idr idr; u8 macs[4][6], (*row)[6];
			u64 nr64; s16 nr16; char nr_char; bool nr_bool; u32 *nr_pointer;
			struct page *pages[4]; unsigned __int128 wide;
			struct item *several[3]; unsigned long *far_bits; struct page **far_pages;
			cpumask_t cpus; struct cpumask *far_cpus, one_cpus[1]; nodemask_t nodes;
		};

		static const struct kstate_description item_desc;
		static int save(const void *obj, struct kstate_writer *w) { return 0; }
		static int check(const void *obj, const void *data, size_t len) { return 0; }
		static void apply(void *obj, const void *data, size_t len) { }
		static int wrong(void *obj) { return 0; }
		static bool less(struct rb_node *a, const struct rb_node *b) { return a < b; }

		const struct kstate_field fields[] = { $1, KSTATE_END_OF_LIST() };
		void *const used[] = { save, check, apply, wrong, (void *)&item_desc, less };
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
	takes 'KSTATE_BASE_TYPE(macs, struct dev, u8 [4][6]), KSTATE_POINTER(row, struct dev)'
	takes 'KSTATE_BASE_TYPE(state, struct dev, enum mode)'
	takes 'KSTATE_BASE_TYPE(wide, struct dev, unsigned __int128)'
	takes 'KSTATE_BASE_TYPE(plain.a, struct dev, u32)'
	takes 'KSTATE_BASE_TYPE_DEPRECATED(gone, struct plain, 1)'
	takes 'KSTATE_PAGE(page, struct dev)'
}

test_takes_counts() {
	local nr

	for nr in nr nr64 nr16 nr_char signed_nr state; do
		takes "KSTATE_VARRAY(big, struct dev, u16, $nr, 9, KSTATE_CALLER)"
	done
	for nr in nr_bool nr_pointer plain wide values name missing; do
		refuses "KSTATE_VARRAY(big, struct dev, u16, $nr, 9, KSTATE_CALLER)"
	done
}

test_takes_containers() {
	takes 'KSTATE_HLIST(hlist, struct dev, struct item, hlink, &item_desc, 9)'
	takes 'KSTATE_RBTREE(tree, struct dev, struct item, rlink, less, &item_desc, 9)'
	takes 'KSTATE_RBTREE(cached, struct dev, struct item, rlink, less, &item_desc, 9)'
	takes 'KSTATE_XARRAY(xa, struct dev, struct item, &item_desc, 9, .xa_flags = XA_FLAGS_ALLOC)'
	takes 'KSTATE_IDR(idr, struct dev, struct item, &item_desc, 9, .base = 1)'
	takes 'KSTATE_XARRAY_OF_PAGE(xa, struct dev, 9), KSTATE_XARRAY_OF_FOLIO(xa, struct dev, 9)'
}

test_takes_more() {
	takes 'KSTATE_STRUCT_POINTER(pointed, struct dev, struct item, &item_desc, KSTATE_CALLER)'
	takes 'KSTATE_ARRAY_OF_STRUCT_POINTER(several, struct dev, struct item, &item_desc, KSTATE_ALLOCATED)'
	takes 'KSTATE_FOLIO_ARRAY(folios, struct dev), KSTATE_PAGE_ARRAY(pages, struct dev)'
	takes 'KSTATE_FOLIO_VARRAY(counted, struct dev, nr, 9, KSTATE_CALLER)'
	takes 'KSTATE_PAGE_VARRAY(far_pages, struct dev, signed_nr, 9, KSTATE_ALLOCATED)'
	takes 'KSTATE_VARBITMAP(far_bits, struct dev, nr, 99, KSTATE_ALLOCATED)'
	takes 'KSTATE_VARBITMAP(bits, struct dev, nr, 128, KSTATE_EMBEDDED)'
	takes 'KSTATE_CPUMASK(cpus, struct dev), KSTATE_CPUMASK(far_cpus, struct dev)'
	takes 'KSTATE_CPUMASK(one_cpus, struct dev), KSTATE_NODEMASK(nodes, struct dev)'
}

test_more() {
	refuses 'KSTATE_STRUCT_POINTER(one, struct dev, struct item, &item_desc, KSTATE_CALLER)'
	refuses 'KSTATE_STRUCT_POINTER(pointed, struct dev, struct plain, &item_desc, KSTATE_CALLER)'
	refuses 'KSTATE_STRUCT_POINTER(several, struct dev, struct item, &item_desc, KSTATE_CALLER)'
	refuses 'KSTATE_ARRAY_OF_STRUCT_POINTER(pair, struct dev, struct item, &item_desc, KSTATE_CALLER)'
	refuses 'KSTATE_ARRAY_OF_STRUCT_POINTER(several, struct dev, struct plain, &item_desc, KSTATE_CALLER)'
	refuses 'KSTATE_FOLIO_ARRAY(folio, struct dev)'
	refuses 'KSTATE_FOLIO_ARRAY(pages, struct dev)'
	refuses 'KSTATE_PAGE_ARRAY(folios, struct dev)'
	refuses 'KSTATE_FOLIO_VARRAY(folios, struct dev, nr, 5, KSTATE_EMBEDDED)'
	refuses 'KSTATE_FOLIO_VARRAY(far_pages, struct dev, nr, 5, KSTATE_CALLER)'
	refuses 'KSTATE_PAGE_VARRAY(far_pages, struct dev, nr_bool, 5, KSTATE_CALLER)'
	refuses 'KSTATE_VARBITMAP(bits, struct dev, nr, 129, KSTATE_EMBEDDED)'
	refuses 'KSTATE_VARBITMAP(bits, struct dev, nr, 128, KSTATE_CALLER)'
	refuses 'KSTATE_VARBITMAP(counter, struct dev, nr, 64, KSTATE_CALLER)'
	refuses 'KSTATE_CPUMASK(nodes, struct dev)'
	refuses 'KSTATE_CPUMASK(bits, struct dev)'
	refuses 'KSTATE_NODEMASK(cpus, struct dev)'
}

test_containers() {
	refuses 'KSTATE_HLIST(list, struct dev, struct item, hlink, &item_desc, 9)'
	refuses 'KSTATE_HLIST(hlist, struct dev, struct item, link, &item_desc, 9)'
	refuses 'KSTATE_HLIST(buckets, struct dev, struct item, hlink, &item_desc, 9)'
	refuses 'KSTATE_LIST(hlist, struct dev, struct item, link, &item_desc, 9)'
	refuses 'KSTATE_RBTREE(list, struct dev, struct item, rlink, less, &item_desc, 9)'
	refuses 'KSTATE_RBTREE(tree, struct dev, struct item, link, less, &item_desc, 9)'
	refuses 'KSTATE_RBTREE(tree, struct dev, struct item, rlink, wrong, &item_desc, 9)'
	refuses 'KSTATE_XARRAY(idr, struct dev, struct item, &item_desc, 9)'
	refuses 'KSTATE_XARRAY(xas, struct dev, struct item, &item_desc, 9)'
	refuses 'KSTATE_IDR(xa, struct dev, struct item, &item_desc, 9)'
	refuses 'KSTATE_XARRAY_OF_PAGE(idr, struct dev, 9)'
	refuses 'KSTATE_XARRAY_OF_FOLIO(list, struct dev, 9)'
	refuses 'KSTATE_PAGE(folio, struct dev)'
	refuses 'KSTATE_PAGE(pages, struct dev)'
}

# What means nothing in the next kernel, as values and as elements of arrays.
test_no_value() {
	refuses 'KSTATE_BASE_TYPE(ways, struct dev, u32 *[4])'
	refuses 'KSTATE_BASE_TYPE(folios, struct dev, struct folio *[4])'
	refuses 'KSTATE_BASE_TYPE(both, struct dev, union both)'
	refuses 'KSTATE_BASE_TYPE(plain, struct dev, struct plain)'
	refuses 'KSTATE_BASE_TYPE(plains, struct dev, struct plain [2])'
	refuses 'KSTATE_BASE_TYPE(locks, struct dev, spinlock_t [2])'
	refuses 'KSTATE_BASE_TYPE(lock, struct dev, spinlock_t)'
	refuses 'KSTATE_BASE_TYPE(mutex, struct dev, struct mutex)'
	refuses 'KSTATE_BASE_TYPE(list, struct dev, struct list_head)'
	refuses 'KSTATE_BASE_TYPE(heads, struct dev, struct list_head [2])'
	refuses 'KSTATE_BASE_TYPE(hlist, struct dev, struct hlist_head)'
	refuses 'KSTATE_BASE_TYPE(xa, struct dev, struct xarray)'
	refuses 'KSTATE_BASE_TYPE(xas, struct dev, struct xarray [2])'
	refuses 'KSTATE_BASE_TYPE(idr, struct dev, struct idr)'
	refuses 'KSTATE_BASE_TYPE(tree, struct dev, struct rb_root)'
	refuses 'KSTATE_BASE_TYPE(row, struct dev, u8 (*)[6])'
	refuses 'KSTATE_BASE_TYPE(call, struct dev, typeof(void (*)(void)))'
	refuses 'KSTATE_EQUAL(ways, struct dev, u32 *[4])'
	refuses 'KSTATE_EQUAL(plain, struct dev, struct plain)'
	refuses 'KSTATE_POINTER(pointed, struct dev)'
	refuses 'KSTATE_POINTER(far, struct dev)'
	refuses 'KSTATE_POINTER(far_lock, struct dev)'
	refuses 'KSTATE_VARRAY(counted, struct dev, struct folio *, nr, 4, KSTATE_CALLER)'
	refuses 'KSTATE_VARRAY(folios, struct dev, struct folio *, nr, 4, KSTATE_EMBEDDED)'
	refuses 'KSTATE_VARRAY(items, struct dev, struct item, nr, 4, KSTATE_CALLER)'
	refuses 'KSTATE_VARRAY(locks, struct dev, spinlock_t, nr, 2, KSTATE_EMBEDDED)'
	refuses 'KSTATE_VARRAY(heads, struct dev, struct list_head, nr, 2, KSTATE_EMBEDDED)'
	refuses 'KSTATE_ARRAY_OF_POINTER(folios, struct dev, struct folio)'
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
	refuses 'KSTATE_STRUCT_VARRAY(items, struct dev, struct dev, &item_desc, nr, 4, KSTATE_CALLER)'
	refuses 'KSTATE_LIST(items, struct dev, struct item, link, &item_desc, 9)'
	refuses 'KSTATE_LIST(list, struct dev, struct item, key, &item_desc, 9)'
}

tests() {
	test_takes
	test_takes_counts
	test_takes_containers
	test_takes_more
	test_values
	test_pointers
	test_elements
	test_containers
	test_more
	test_no_value
}

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
tests 3>&1 >&2 | numbered
