// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/*
 * Blocks of sessions, by what they look like: for a dump in which LUO has released
 * its subtree, and that has no type information by which the kernel could be asked.
 *
 * Linux writes them into pages of zeros: a number of entries that fit, names that
 * end in zeros, no address without a number of files, the address of a block that
 * looks like one of files, and zeros behind the last entry. Memory that was freed
 * since may still look so.
 */

#include <stdlib.h>

#include "base/alloc.h"
#include "base/array.h"
#include "luo/luo.h"

/**
 * struct scan - the search
 * @v: blocks that look right, by address
 */
struct scan {
	struct kstd_luo_side *luo;
	struct block {
		uint64_t pa;
		uint64_t next;
		bool inner;	/* another one points to it */
	} *v;
	size_t nr;
	size_t room;
	bool short_of;
};

static bool is_zero(const struct kstd_span *s)
{
	return !s->len || (!*s->p && kstd_span_uniform(s));
}

/* Is it text in @size bytes: at least one character, then zeros? */
static bool is_name(struct kstd_span *s, size_t size)
{
	struct kstd_span raw = { 0 }, text;

	if (!kstd_span_take(s, size, &raw))
		return false;
	text = kstd_span_until(&raw, 0);
	if (!text.len || text.len == size || !is_zero(&raw))
		return false;
	for (size_t n; text.len; kstd_span_skip(&text, n)) {
		n = kstd_utf8(text.p, text.len);
		if (!n)
			return false;
	}
	return true;
}

/* The header of a block of @entry bytes each; then @s is at the entries. */
static bool take_header(const struct kstd_luo_side *luo, struct kstd_span *s, size_t entry,
			uint64_t *next, uint64_t *count)
{
	uint32_t page = luo->dump->phys->page_size;

	return kstd_span_int(s, 8, luo->big, next) && *next % page == 0 &&
	       kstd_span_int(s, 8, luo->big, count) && *count && *count <= s->len / entry;
}

static bool is_file(struct kstd_span *s)
{
	return is_name(s, KSTD_LUO_HANDLER) &&
	       kstd_span_skip(s, KSTD_LUO_FILE_BYTES - KSTD_LUO_HANDLER);
}

static bool is_files(const struct kstd_luo_side *luo, uint64_t pa)
{
	uint32_t page = luo->dump->phys->page_size;
	uint8_t *raw = kstd_malloc(page);
	struct kstd_span s = kstd_span_of(raw, page, pa);
	uint64_t next, count;
	bool yes = raw && !kstd_phys_copy(luo->dump, pa, raw, page) &&
		   take_header(luo, &s, KSTD_LUO_FILE_BYTES, &next, &count);

	while (yes && count--)
		yes = is_file(&s);
	yes = yes && is_zero(&s);
	free(raw);
	return yes;
}

static bool take_session(const struct kstd_luo_side *luo, struct kstd_span *s, uint64_t *files)
{
	uint64_t count;

	return is_name(s, KSTD_LUO_SESSION_NAME) && kstd_span_int(s, 8, luo->big, files) &&
	       kstd_span_int(s, 8, luo->big, &count) && !*files == !count &&
	       *files % luo->dump->phys->page_size == 0;
}

static bool is_session(const struct kstd_luo_side *luo, struct kstd_span *s)
{
	uint64_t files;

	return take_session(luo, s, &files) && (!files || is_files(luo, files));
}

bool kstd_luo_is_array(const struct kstd_luo_side *luo)
{
	uint64_t room = (uint64_t)KSTD_LUO_ARRAY_PAGES * luo->dump->phys->page_size, files;
	uint64_t at = luo->sessions + KSTD_LUO_ARRAY_HEADER;
	uint8_t raw[KSTD_LUO_SESSION_BYTES];

	if (luo->nr_sessions > (room - KSTD_LUO_ARRAY_HEADER) / sizeof(raw))
		return false;
	for (uint64_t i = 0; i < luo->nr_sessions; i++, at += sizeof(raw)) {
		struct kstd_span s = kstd_span_of(raw, sizeof(raw), at);

		if (kstd_phys_copy(luo->dump, at, raw, sizeof(raw)) ||
		    !take_session(luo, &s, &files))
			return false;
	}
	return true;
}

static void keep_block(struct scan *scan, uint64_t pa, uint64_t next)
{
	if (scan->nr == KSTD_MAX_BLOCKS)
		return;
	if (!kstd_array_fits(scan->v, scan->nr, scan->room))
		scan->short_of = true;
	else
		scan->v[scan->nr++] = (struct block){ .pa = pa, .next = next };
}

static void scan_page(struct scan *scan, struct kstd_span s)
{
	uint64_t pa = s.at, next, count;

	if (!take_header(scan->luo, &s, KSTD_LUO_SESSION_BYTES, &next, &count))
		return;
	while (count--)
		if (!is_session(scan->luo, &s))
			return;
	if (is_zero(&s))
		keep_block(scan, pa, next);
}

/* Look at the pages of a chunk, which begins and ends at a page or with memory. */
static bool scan_pages(void *arg, uint64_t pa, const uint8_t *buf, size_t n)
{
	struct scan *scan = arg;
	uint32_t page = scan->luo->dump->phys->page_size;

	for (uint64_t at = -pa % page; at + page <= n; at += page)
		scan_page(scan, kstd_span_of(buf + at, page, pa + at));
	return !scan->short_of;
}

static struct block *find_block(struct scan *scan, uint64_t pa)
{
	size_t i = kstd_lower_bound(scan->v, scan->nr, pa, pa);

	return i < scan->nr && scan->v[i].pa == pa ? &scan->v[i] : NULL;
}

/* Blocks to which no other one points begin a chain. */
static bool keep_heads(struct scan *scan)
{
	struct kstd_luo_side *luo = scan->luo;
	struct block *next;

	for (size_t i = 0; i < scan->nr; i++) {
		next = scan->v[i].next ? find_block(scan, scan->v[i].next) : NULL;
		if (next)
			next->inner = true;
	}
	luo->heads = kstd_arena_get(&luo->dump->arena, scan->nr * sizeof(*luo->heads));
	for (size_t i = 0; luo->heads && i < scan->nr; i++)
		if (!scan->v[i].inner)
			luo->heads[luo->nr_heads++] = scan->v[i].pa;
	return luo->heads;
}

void kstd_luo_scan(struct kstd_luo_side *luo)
{
	struct scan scan = { .luo = luo };

	if (kstd_phys_scan(luo->dump, 0, UINT64_MAX, 0, scan_pages, &scan) || scan.short_of ||
	    (scan.nr && !keep_heads(&scan)))
		kstd_defect(luo->dump, luo->where, KSTD_E_MEMORY, KSTD_NO_OFFSET, NULL);
	free(scan.v);
}
