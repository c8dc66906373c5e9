// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests for kstate: memory that an image names and that was never preserved
 *
 * An image may be damaged and its checksums right all the same. Each test asks for
 * memory of this kernel, which was not handed over: it is not there, and that is no
 * reason for a warning.
 */

#include <kunit/test.h>
#include <linux/kho/abi/kexec_handover.h>
#include <linux/mm.h>
#include <linux/pfn.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../../kernel/liveupdate/kstate_internal.h"

static void kho_put(void *folio)
{
	folio_put(folio);
}

/* A folio of two pages that is in use. */
static struct folio *kho_folio(struct kunit *test)
{
	struct folio *folio = folio_alloc(GFP_KERNEL | __GFP_ZERO, 1);

	KUNIT_ASSERT_NOT_NULL(test, folio);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, kho_put, folio), 0);
	return folio;
}

static void kho_folio_test(struct kunit *test)
{
	struct folio *folio = kho_folio(test);
	u64 phys = kstate_folio_phys(folio);

	KUNIT_EXPECT_NULL(test, kstate_folio_restore(phys));
	KUNIT_EXPECT_NULL(test, kstate_folio_restore(phys + PAGE_SIZE));
	KUNIT_EXPECT_NULL(test, kstate_folio_restore(phys + 8));
	KUNIT_EXPECT_EQ(test, folio_ref_count(folio), 1);
	KUNIT_EXPECT_EQ(test, folio_order(folio), 1);
}

static void kho_no_memory_test(struct kunit *test)
{
	KUNIT_EXPECT_NULL(test, kstate_folio_restore(0));
	KUNIT_EXPECT_NULL(test, kstate_folio_restore(1ULL << 60));
	KUNIT_EXPECT_NULL(test, kstate_folio_restore(PAGE_MASK));
	KUNIT_EXPECT_NULL(test, kstate_shard_map(0, PAGE_SIZE));
	KUNIT_EXPECT_NULL(test, kstate_shard_map(1ULL << 60, PAGE_SIZE));
	KUNIT_EXPECT_NULL(test, kstate_shard_map(PAGE_MASK, PAGE_SIZE));
}

static void kho_shard_test(struct kunit *test)
{
	u64 phys = kstate_folio_phys(kho_folio(test));

	KUNIT_EXPECT_NULL(test, kstate_shard_map(phys, PAGE_SIZE));
	KUNIT_EXPECT_NULL(test, kstate_shard_map(phys, 1));
}

static void kho_release_test(struct kunit *test)
{
	struct folio *folio = kho_folio(test);

	kstate_mem_release(folio_address(folio));
	KUNIT_EXPECT_EQ(test, folio_ref_count(folio), 1);
}

/* What KHO has of an area are addresses in a page, each of them as doubtful. */
static void kho_area_test(struct kunit *test)
{
	struct folio *folio = kho_folio(test), *page = kho_folio(test);
	struct kho_vmalloc_chunk *chunk = folio_address(folio);
	struct kstate_vmalloc_ser ser = {
		.first = kstate_folio_phys(folio), .pages = 1, .flags = 1,
	};

	chunk->phys[0] = kstate_folio_phys(page);
	KUNIT_EXPECT_NULL(test, kstate_vmalloc_restore(&ser));
	chunk->hdr.next.phys = 1ULL << 60;
	KUNIT_EXPECT_NULL(test, kstate_vmalloc_restore(&ser));
	ser.pages = U32_MAX;
	KUNIT_EXPECT_NULL(test, kstate_vmalloc_restore(&ser));
	ser.first = 1ULL << 60;
	KUNIT_EXPECT_NULL(test, kstate_vmalloc_restore(&ser));
	KUNIT_EXPECT_EQ(test, folio_ref_count(folio), 1);
	KUNIT_EXPECT_EQ(test, folio_ref_count(page), 1);
}

/* Memory that this kernel preserves for the next one has not come from the last. */
static void kho_outgoing_test(struct kunit *test)
{
	void *mem;

	if (!kstate_kho_ready())
		kunit_skip(test, "KHO is off");
	mem = kstate_mem_alloc(PAGE_SIZE);
	KUNIT_ASSERT_NOT_NULL(test, mem);
	KUNIT_EXPECT_NULL(test, kstate_shard_map(kstate_mem_phys(mem), PAGE_SIZE));
	KUNIT_EXPECT_NULL(test, kstate_folio_restore(kstate_mem_phys(mem)));
	kstate_mem_free(mem);
}

static struct kunit_case kho_cases[] = {
	KUNIT_CASE(kho_folio_test),
	KUNIT_CASE(kho_no_memory_test),
	KUNIT_CASE(kho_shard_test),
	KUNIT_CASE(kho_release_test),
	KUNIT_CASE(kho_area_test),
	KUNIT_CASE(kho_outgoing_test),
	{}
};

static struct kunit_suite kho_suite = {
	.name = "kstate_kho",
	.test_cases = kho_cases,
};

kunit_test_suite(kho_suite);

MODULE_DESCRIPTION("KUnit tests for kstate: memory that was never preserved");
MODULE_LICENSE("GPL");
