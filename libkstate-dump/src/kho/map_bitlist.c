// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <stdlib.h>

#include "base/alloc.h"
#include "kho/map_bitlist.h"

#define HEADER		16
#define ELEMENT		16

static size_t page_bytes(const struct kstd_bitlist *l)
{
	return (size_t)1 << l->page_shift;
}

static bool visit_page(struct kstd_bitlist *l, uint64_t pa, uint64_t place, const char *what)
{
	switch (kstd_visit(l->seen, pa, place)) {
	case KSTD_VISIT_NEW:
	case KSTD_VISIT_SAME:
		return true;
	case KSTD_VISIT_OTHER:
		kstd_defect(l->dump, l->where, KSTD_E_CORRUPT, pa,
			    "a %s that the preserved-memory map has twice", what);
		return false;
	case KSTD_VISIT_FULL:
		kstd_defect(l->dump, l->where, KSTD_E_TOO_BIG, KSTD_NO_OFFSET,
			    "a preserved-memory map of more than %u chunks and bitmaps",
			    KSTD_MAX_RADIX_NODES);
		return false;
	default:
		kstd_defect(l->dump, l->where, KSTD_E_MEMORY, KSTD_NO_OFFSET, NULL);
		return false;
	}
}

static void count_page(struct kstd_bitlist *l, uint64_t pa, uint64_t bytes)
{
	l->stats.nodes++;
	l->stats.bytes += bytes;
	kstd_work_on(&l->work, 1);
	kstd_ref_add(l->dump, l->where, l->refs, pa, bytes, KSTD_REF_MAP, l->owner);
}

/* Refuse a number of elements that does not fit the chunk. */
static uint64_t check_number(struct kstd_bitlist *l, uint64_t nr)
{
	uint64_t fit = l->elements.len / ELEMENT;

	if (nr <= fit)
		return nr;
	kstd_defect(l->dump, l->where, KSTD_E_CORRUPT, l->elements.at - 4,
		    "a chunk of the preserved-memory map that says it has %llu bitmaps, where %llu fit",
		    (unsigned long long)nr, (unsigned long long)fit);
	kstd_holes_add_all(l->holes);
	return fit;
}

/* Go to the next chunk; 0 or the error. */
static int enter(struct kstd_bitlist *l)
{
	uint64_t pa = l->next, order = 0, nr = 0;
	bool big = l->dump->phys->big;
	int rc;

	l->next = 0;
	if (pa & (page_bytes(l) - 1))
		return kstd_err(l->dump->ctx, KSTD_E_CORRUPT, pa,
				"no chunk of the preserved-memory map can be at 0x%llx",
				(unsigned long long)pa);
	rc = kstd_phys_copy(l->dump, pa, l->chunk, page_bytes(l));
	if (rc)
		return rc;
	count_page(l, pa, page_bytes(l));
	l->elements = kstd_span_of(l->chunk, page_bytes(l), pa);
	kstd_span_int(&l->elements, 8, big, &l->next);
	kstd_span_int(&l->elements, 4, big, &order);
	kstd_span_int(&l->elements, 4, big, &nr);
	nr = check_number(l, nr);
	kstd_span_sub(&l->elements, 0, nr * ELEMENT, &l->elements);
	if (order + l->page_shift >= KSTD_PHYS_BITS) {
		kstd_defect(l->dump, l->where, KSTD_E_CORRUPT, pa + 8,
			    "a chunk of the preserved-memory map of order %llu",
			    (unsigned long long)order);
		kstd_holes_add_all(l->holes);
		l->elements.len = 0;
	}
	l->order = order;
	return 0;
}

/* Report the chunk at @pa, which cannot be read for the error that the context has. */
static void put_lost_chunk(struct kstd_bitlist *l, uint64_t pa)
{
	struct kstd_report why = l->dump->ctx->err;

	kstd_holes_add_all(l->holes);
	kstd_defect(l->dump, l->where, why.code, why.offset,
		    "the chunk at 0x%llx: %.100s: not known is what it and all chunks after it say is preserved",
		    (unsigned long long)pa, why.text);
}

bool kstd_bitlist_next_chunk(struct kstd_bitlist *l)
{
	while (l->next) {
		uint64_t pa = l->next;

		if (!visit_page(l, pa, ++l->nr, "chunk")) {
			kstd_holes_add_all(l->holes);
			return false;
		}
		if (enter(l)) {
			put_lost_chunk(l, pa);
			return false;
		}
		if (l->only < 0 || (unsigned int)l->only == l->order)
			return true;
		l->elements.len = 0;
	}
	return false;
}

/* The blocks of a bitmap that cannot be read: not known is whether they are preserved. */
static void lose_bitmaps(struct kstd_bitlist *l)
{
	unsigned int shift = l->page_shift + l->order;
	uint64_t bits = 8 * l->bitmap_bytes, last;

	if (bits > UINT64_MAX >> shift ||
	    __builtin_add_overflow(l->first, (bits << shift) - 1, &last))
		last = UINT64_MAX;
	kstd_holes_add(l->holes, l->first, last, l->order);
}

/* The same, and a report of it for the error that the context has. */
static void put_lost(struct kstd_bitlist *l, uint64_t bitmap)
{
	struct kstd_report why = l->dump->ctx->err;

	lose_bitmaps(l);
	kstd_defect(l->dump, l->where, why.code, why.offset,
		    "the bitmap at 0x%llx: %.100s: not known is which blocks of order %u from 0x%llx on, for 0x%llx bytes, are preserved",
		    (unsigned long long)bitmap, why.text, l->order, (unsigned long long)l->first,
		    (unsigned long long)(8 * l->bitmap_bytes) << (l->page_shift + l->order));
}

/* Is every block that the bitmap can describe below the end of addresses? */
static bool is_wild(const struct kstd_bitlist *l, uint64_t first, uint64_t bitmap)
{
	unsigned int shift = l->page_shift + l->order;

	return first & (((uint64_t)1 << shift) - 1) || first >> KSTD_PHYS_BITS || !bitmap ||
	       bitmap & 7;
}

static void enter_bitmap(struct kstd_bitlist *l, uint64_t at)
{
	uint64_t bitmap = 0;

	kstd_span_int(&l->elements, 8, l->dump->phys->big, &l->first);
	kstd_span_int(&l->elements, 8, l->dump->phys->big, &bitmap);
	if (is_wild(l, l->first, bitmap)) {
		kstd_defect(l->dump, l->where, KSTD_E_CORRUPT, at,
			    "no bitmap of order %u can be at 0x%llx for memory at 0x%llx",
			    l->order, (unsigned long long)bitmap, (unsigned long long)l->first);
		kstd_holes_add_all(l->holes);
		return;
	}
	if (!visit_page(l, bitmap, l->first | l->order, "bitmap")) {
		lose_bitmaps(l);
		return;
	}
	count_page(l, bitmap, l->bitmap_bytes);
	if (l->skip_bitmaps)
		return;
	if (kstd_phys_copy(l->dump, bitmap, l->bitmap, l->bitmap_bytes)) {
		put_lost(l, bitmap);
		return;
	}
	l->bits = kstd_bits_of(kstd_span_of(l->bitmap, l->bitmap_bytes, bitmap),
			       l->dump->phys->big);
}

/* Append the blocks to l->run; true if that completed a run. */
static bool add_blocks(struct kstd_bitlist *l, uint32_t from, uint32_t to, struct kstd_run *done)
{
	unsigned int shift = l->page_shift + l->order;
	uint64_t end;

	if (to > (UINT64_MAX >> shift) ||
	    __builtin_add_overflow(l->first, (uint64_t)to << shift, &end) ||
	    (end - 1) >> KSTD_PHYS_BITS) {
		kstd_defect(l->dump, l->where, KSTD_E_CORRUPT, l->bits.s.at,
			    "a bitmap of the preserved-memory map: %u bits from %u on are of memory that no machine has",
			    to - from, from);
		return false;
	}
	l->stats.blocks += to - from;
	l->stats.pages += (uint64_t)(to - from) << l->order;
	return kstd_run_join(&l->run, l->first + ((uint64_t)from << shift), to - from, l->order,
			     l->page_shift, done);
}

bool kstd_bitlist_next(struct kstd_bitlist *l, struct kstd_run *run)
{
	uint32_t from, to;

	while (!*l->work.cancelled) {
		kstd_bits_next(&l->bits, &from, &to);
		if (from != to) {
			if (add_blocks(l, from, to, run))
				return true;
		} else if (l->elements.len) {
			enter_bitmap(l, l->elements.at);
		} else if (!kstd_bitlist_next_chunk(l)) {
			break;
		}
	}
	*run = l->run;
	l->run.blocks = 0;
	return run->blocks;
}

int kstd_bitlist_begin(struct kstd_bitlist *l, struct kstd_dump *dump,
		       const struct kstd_where *where, uint64_t root, uint32_t bitmap_bytes,
		       struct kstd_visited *seen, struct kstd_refs *refs)
{
	int rc;

	*l = (struct kstd_bitlist){
		.dump = dump, .where = where, .seen = seen, .refs = refs,
		.bitmap_bytes = bitmap_bytes, .only = -1, .next = root,
		.page_shift = __builtin_ctz(dump->phys->page_size),
	};
	kstd_work_begin(&l->work, dump, KSTD_MAP_WORK, 0, KSTD_MAP_NODES_TOLD);
	l->owner = refs ? kstd_owner(dump, where) : NULL;
	l->chunk = kstd_malloc(page_bytes(l));
	l->bitmap = kstd_malloc(bitmap_bytes);
	if (!l->chunk || !l->bitmap) {
		kstd_bitlist_end(l);
		return kstd_nomem(dump->ctx);
	}
	if (!root || !visit_page(l, root, ++l->nr, "chunk"))
		return 0;
	rc = enter(l);
	if (rc)
		kstd_bitlist_end(l);
	return rc;
}

void kstd_bitlist_only(struct kstd_bitlist *l, unsigned int order)
{
	l->only = order;
	if (order != l->order)
		l->elements.len = 0;
}

void kstd_bitlist_end(struct kstd_bitlist *l)
{
	free(l->chunk);
	free(l->bitmap);
	l->chunk = NULL;
	l->bitmap = NULL;
	l->next = 0;
	l->elements.len = 0;
}

