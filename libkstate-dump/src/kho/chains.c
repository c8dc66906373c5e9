// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <stdlib.h>

#include "base/alloc.h"
#include "kho/chains.h"

#define LINK_BYTES	8

bool kstd_area_take(struct kstd_span *s, bool big, struct kstd_area *area)
{
	return s->len >= KSTD_AREA_BYTES && kstd_span_int(s, 8, big, &area->first) &&
	       kstd_span_int(s, 4, big, &area->pages) && kstd_span_int(s, 2, big, &area->flags) &&
	       kstd_span_int(s, 2, big, &area->order);
}

/**
 * follow - have the page that a chain goes on with
 * @page: where to; malloc()ed if it is NULL
 * @what: of the page, for messages
 *
 * Return: false if there is none, if it came before, or it cannot be read.
 */
static bool read_page(struct kstd_dump *dump, const struct kstd_where *where,
		      struct kstd_visited *seen, uint64_t pa, const char *what, uint8_t **page)
{
	uint32_t bytes = dump->phys->page_size;
	enum kstd_visit_result as;

	if (!*page)
		*page = kstd_malloc(bytes);
	if (pa % bytes) {
		kstd_defect(dump, where, KSTD_E_CORRUPT, pa, "no %s can be at 0x%llx", what,
			    (unsigned long long)pa);
		return false;
	}
	as = *page ? kstd_visit(seen, pa, 0) : KSTD_VISIT_NO_MEMORY;
	if (as == KSTD_VISIT_NEW && !kstd_phys_copy(dump, pa, *page, bytes))
		return true;
	if (as == KSTD_VISIT_NEW)
		kstd_defect_err(dump, where);
	else if (as == KSTD_VISIT_NO_MEMORY)
		kstd_defect(dump, where, KSTD_E_MEMORY, KSTD_NO_OFFSET, NULL);
	else if (as == KSTD_VISIT_FULL)
		kstd_defect(dump, where, KSTD_E_TOO_BIG, pa, "a chain of more than %zu: %s",
			    seen->max, what);
	else
		kstd_defect(dump, where, KSTD_E_CORRUPT, pa,
			    "a chain that leads back to where it was: %s", what);
	return false;
}

/* Does the page belong to no other chain? */
static bool is_own(struct kstd_dump *dump, const struct kstd_where *where,
		   struct kstd_visited *visited, uint64_t place, uint64_t pa)
{
	switch (visited ? kstd_visit(visited, pa, place) : KSTD_VISIT_NEW) {
	case KSTD_VISIT_NEW:
	case KSTD_VISIT_SAME:
		return true;
	case KSTD_VISIT_OTHER:
		kstd_defect(dump, where, KSTD_E_CORRUPT, pa, "a page of another chain");
		return false;
	case KSTD_VISIT_FULL:
		kstd_defect(dump, where, KSTD_E_TOO_BIG, pa, "more than %zu pages of chains",
			    visited->max);
		return false;
	default:
		kstd_defect(dump, where, KSTD_E_MEMORY, KSTD_NO_OFFSET, NULL);
		return false;
	}
}

void kstd_area_begin(struct kstd_area_walk *w, struct kstd_dump *dump,
		     const struct kstd_where *where, const struct kstd_area *area,
		     struct kstd_refs *refs, const char *owner, enum kstd_ref_kind kind)
{
	*w = (struct kstd_area_walk){
		.dump = dump, .where = where, .area = *area, .refs = refs, .owner = owner,
		.kind = kind, .seen = { .max = KSTD_MAX_CHUNKS }, .next = area->first,
		.ended = !dump->phys,
	};
	if (w->ended && refs && area->first)
		kstd_unknown(dump, where, "which memory a vmalloc area has: its list is in memory, and %s has none",
			     dump->source);
	if (!w->ended && area->order > KSTD_AREA_MAX_ORDER) {
		kstd_defect(dump, where, KSTD_E_CORRUPT, KSTD_NO_OFFSET,
			    "a vmalloc area of order %llu", (unsigned long long)area->order);
		w->ended = w->broken = true;
	}
}

void kstd_area_share(struct kstd_area_walk *w, struct kstd_visited *visited, uint64_t place)
{
	w->visited = visited;
	w->place = place;
}

/* At the end of the list: note a defect if it was not as long as the area. */
static bool end_area(struct kstd_area_walk *w, bool all)
{
	if (all && w->pages != w->area.pages)
		kstd_defect(w->dump, w->where, KSTD_E_MISMATCH, KSTD_NO_OFFSET,
			    "a vmalloc area of %llu pages has a list of %llu",
			    (unsigned long long)w->area.pages, (unsigned long long)w->pages);
	w->ended = true;
	w->broken = !all || w->pages != w->area.pages;
	return false;
}

static bool next_chunk(struct kstd_area_walk *w)
{
	uint32_t bytes = w->dump->phys->page_size;
	uint64_t pa = w->next;

	if (!pa)
		return end_area(w, true);
	if (!is_own(w->dump, w->where, w->visited, w->place, pa) ||
	    !read_page(w->dump, w->where, &w->seen, pa, "chunk of a vmalloc area", &w->page))
		return end_area(w, false);
	kstd_ref_add(w->dump, w->where, w->refs, pa, bytes, KSTD_REF_KHO, w->owner);
	w->chunk = kstd_span_of(w->page, bytes, pa);
	return kstd_span_int(&w->chunk, LINK_BYTES, w->dump->phys->big, &w->next);
}

bool kstd_area_next(struct kstd_area_walk *w, uint64_t *pa, uint64_t *bytes)
{
	uint64_t block = (uint64_t)1 << (w->ended ? 0 : w->area.order), at = 0;

	*pa = 0;
	while (!w->ended && !*pa) {
		at = w->chunk.at;
		if ((!kstd_span_int(&w->chunk, 8, w->dump->phys->big, pa) || !*pa) &&
		    !next_chunk(w))
			return false;
	}
	if (w->ended)
		return false;
	*bytes = block * w->dump->phys->page_size;
	if (*pa % w->dump->phys->page_size || *pa + *bytes < *pa) {
		kstd_defect(w->dump, w->where, KSTD_E_CORRUPT, at,
			    "no block of a vmalloc area can be at 0x%llx",
			    (unsigned long long)*pa);
		return end_area(w, false);
	}
	w->pages += block;
	if (w->pages > w->area.pages)
		return end_area(w, true);
	kstd_ref_add(w->dump, w->where, w->refs, *pa, *bytes, w->kind, w->owner);
	return true;
}

int kstd_area_read(struct kstd_area_walk *w, void *buf, size_t len, uint64_t *at)
{
	size_t done = 0;

	while (done < len) {
		size_t n;
		int rc;

		if (!w->left && !kstd_area_next(w, &w->pa, &w->left))
			return kstd_err(w->dump->ctx, KSTD_E_TRUNCATED, KSTD_NO_OFFSET,
					"a vmalloc area ends %zu bytes before its contents",
					len - done);
		n = len - done < w->left ? len - done : w->left;
		rc = kstd_phys_copy(w->dump, w->pa, (uint8_t *)buf + done, n);
		if (rc)
			return rc;
		if (at && !done)
			*at = w->pa;
		w->pa += n;
		w->left -= n;
		done += n;
	}
	return 0;
}

void kstd_area_end(struct kstd_area_walk *w)
{
	free(w->page);
	kstd_visited_free(&w->seen);
	w->page = NULL;
	w->ended = true;
}

void kstd_blocks_begin(struct kstd_blocks *b, struct kstd_dump *dump,
		       const struct kstd_where *where, uint64_t first, size_t entry_bytes,
		       struct kstd_refs *refs, const char *owner)
{
	*b = (struct kstd_blocks){
		.dump = dump, .where = where, .entry_bytes = entry_bytes, .refs = refs,
		.owner = owner, .seen = { .max = KSTD_MAX_BLOCKS },
		.next = dump->phys ? first : 0,
	};
	if (!dump->phys && refs && first)
		kstd_unknown(dump, where, "which memory its blocks of entries have: they are in memory, and %s has none",
			     dump->source);
}

void kstd_blocks_share(struct kstd_blocks *b, struct kstd_visited *visited, uint64_t place)
{
	b->visited = visited;
	b->place = place;
}

/* Refuse a number of entries that does not fit the block. */
static void take_header(struct kstd_blocks *b, uint64_t pa)
{
	uint32_t bytes = b->dump->phys->page_size;
	bool big = b->dump->phys->big;
	uint64_t fit;

	b->entries = kstd_span_of(b->page, bytes, pa);
	kstd_span_int(&b->entries, LINK_BYTES, big, &b->next);
	kstd_span_int(&b->entries, 8, big, &b->left);
	fit = b->entries.len / b->entry_bytes;
	if (b->left <= fit)
		return;
	kstd_defect(b->dump, b->where, KSTD_E_CORRUPT, pa + LINK_BYTES,
		    "a block that says it has %llu entries, where %llu fit",
		    (unsigned long long)b->left, (unsigned long long)fit);
	b->left = fit;
}

static bool next_block(struct kstd_blocks *b)
{
	uint64_t pa = b->next;

	b->next = 0;
	if (!pa)
		return false;
	b->broken = true;
	if (!is_own(b->dump, b->where, b->visited, b->place, pa) ||
	    !read_page(b->dump, b->where, &b->seen, pa, "block of entries", &b->page))
		return false;
	b->broken = false;
	kstd_ref_add(b->dump, b->where, b->refs, pa, b->dump->phys->page_size, KSTD_REF_BLOB,
		     b->owner);
	take_header(b, pa);
	return true;
}

void kstd_blocks_array(struct kstd_blocks *b, struct kstd_dump *dump,
		       const struct kstd_where *where, const struct kstd_entries *array,
		       struct kstd_refs *refs, const char *owner)
{
	uint64_t bytes, fit;

	kstd_blocks_begin(b, dump, where, 0, array->bytes, refs, owner);
	if (!dump->phys || !array->pa)
		return;
	bytes = (uint64_t)array->pages * dump->phys->page_size;
	fit = (bytes - array->header) / array->bytes;
	b->left = array->count < fit ? array->count : fit;
	b->array = array->pa + array->header;
	if (array->pa % dump->phys->page_size || array->pa + bytes < array->pa) {
		kstd_defect(dump, where, KSTD_E_CORRUPT, array->pa,
			    "no array of entries can be at 0x%llx", (unsigned long long)array->pa);
		b->left = 0;
		b->broken = true;
		return;
	}
	if (array->count > fit)
		kstd_defect(dump, where, KSTD_E_CORRUPT, array->pa,
			    "an array of %llu entries, where %llu fit",
			    (unsigned long long)array->count, (unsigned long long)fit);
	kstd_ref_add(dump, where, refs, array->pa, bytes, KSTD_REF_BLOB, owner);
}

/* An entry may reach into the next page. */
static bool next_of_array(struct kstd_blocks *b, struct kstd_span *entry)
{
	uint64_t page = b->array & ~(uint64_t)(b->dump->phys->page_size - 1);

	b->left--;
	b->broken = true;
	if (!is_own(b->dump, b->where, b->visited, b->place, page))
		return false;
	if (kstd_phys_copy(b->dump, b->array, b->raw, b->entry_bytes)) {
		kstd_defect_err(b->dump, b->where);
		return false;
	}
	b->broken = false;
	*entry = kstd_span_of(b->raw, b->entry_bytes, b->array);
	b->array += b->entry_bytes;
	return true;
}

bool kstd_blocks_next(struct kstd_blocks *b, struct kstd_span *entry)
{
	if (b->array) {
		if (b->left && next_of_array(b, entry))
			return true;
		b->left = 0;
		return false;
	}
	while (!b->left)
		if (!next_block(b))
			return false;
	b->left--;
	return kstd_span_take(&b->entries, b->entry_bytes, entry);
}

void kstd_blocks_end(struct kstd_blocks *b)
{
	free(b->page);
	kstd_visited_free(&b->seen);
	b->page = NULL;
	b->left = 0;
	b->next = 0;
}
