// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* The radix tree of preserved pages: down from the root, one page a level in memory. */

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "kho/map_radix.h"

bool kstd_run_join(struct kstd_run *run, uint64_t pa, uint64_t blocks, unsigned int order,
		   unsigned int page_shift, struct kstd_run *done)
{
	if (run->blocks && run->order == order &&
	    run->pa + (run->blocks << (page_shift + order)) == pa) {
		run->blocks += blocks;
		return false;
	}
	*done = *run;
	*run = (struct kstd_run){ pa, blocks, order };
	return done->blocks;
}

static unsigned int table_shift(const struct kstd_radix *r)
{
	return r->page_shift - 3;
}

static unsigned int leaf_shift(const struct kstd_radix *r)
{
	return r->page_shift + 3;
}

/* Keys have the bits of a page's number, and the order's above them. */
static unsigned int key_bits(const struct kstd_radix *r)
{
	return 64 - r->page_shift + 1;
}

/* The position in a key of the index into a table of @level. */
static unsigned int index_shift(const struct kstd_radix *r, unsigned int level)
{
	return (level - 1) * table_shift(r) + leaf_shift(r);
}

static unsigned int top_level(const struct kstd_radix *r)
{
	return (key_bits(r) - leaf_shift(r) + table_shift(r) - 1) / table_shift(r);
}

static unsigned int order_of(const struct kstd_radix *r, uint64_t key)
{
	return 64 - r->page_shift - (63 - __builtin_clzll(key));
}

static size_t page_bytes(const struct kstd_radix *r)
{
	return (size_t)1 << r->page_shift;
}

static bool no_node(const struct kstd_radix *r, uint64_t pa)
{
	return !pa || pa & (page_bytes(r) - 1) || pa >> KSTD_PHYS_BITS;
}

/* A node that was visited before makes the tree a net, and a walk of a net may never end. */
static bool visit_node(struct kstd_radix *r, uint64_t pa, uint64_t key, unsigned int level)
{
	switch (kstd_visit(r->seen, pa, key | level)) {
	case KSTD_VISIT_NEW:
	case KSTD_VISIT_SAME:
		return true;
	case KSTD_VISIT_OTHER:
		kstd_defect(r->dump, r->where, KSTD_E_CORRUPT, pa,
			    "a node that the preserved-memory map has twice");
		return false;
	case KSTD_VISIT_FULL:
		kstd_defect(r->dump, r->where, KSTD_E_TOO_BIG, KSTD_NO_OFFSET,
			    "a preserved-memory map of more than %u nodes", KSTD_MAX_RADIX_NODES);
		return false;
	default:
		kstd_defect(r->dump, r->where, KSTD_E_MEMORY, KSTD_NO_OFFSET, NULL);
		return false;
	}
}

static void count_node(struct kstd_radix *r, uint64_t pa)
{
	r->stats.nodes++;
	r->stats.bytes += page_bytes(r);
	kstd_work_on(&r->work, 1);
	kstd_ref_add(r->dump, r->where, r->refs, pa, page_bytes(r), KSTD_REF_MAP, r->owner);
}

/* Go to the node at @pa, which is @level above the leaves; 0 or the error. */
static int enter(struct kstd_radix *r, uint64_t pa, uint64_t key, unsigned int level)
{
	struct kstd_radix_node *n = &r->node[level];
	uint8_t *raw = n->raw ? n->raw : kstd_malloc(page_bytes(r));
	int rc;

	if (!raw)
		return kstd_nomem(r->dump->ctx);
	*n = (struct kstd_radix_node){ .pa = pa, .key = key, .raw = raw };
	rc = kstd_phys_copy(r->dump, pa, raw, page_bytes(r));
	if (rc)
		return rc;
	n->s = kstd_span_of(raw, page_bytes(r), pa);
	if (!level)
		n->bits = kstd_bits_of(n->s, r->dump->phys->big);
	r->level = level;
	count_node(r, pa);
	return 0;
}

static void add_wild(struct kstd_radix_node *n, uint32_t i, uint64_t pa)
{
	if (!n->wild++) {
		n->wild_i = i;
		n->wild_pa = pa;
	}
}

/* Go back to the node above, and note the defects of this node. */
static void leave_node(struct kstd_radix *r, const struct kstd_radix_node *n)
{
	if (n->wild)
		kstd_defect(r->dump, r->where, KSTD_E_CORRUPT, n->pa + 8 * n->wild_i,
			    "a node of the preserved-memory map: %u of its entries can be no addresses of nodes; the first is 0x%llx",
			    n->wild, (unsigned long long)n->wild_pa);
	r->level++;
}

/* The blocks whose keys are from @key to @end, in order of their size. */
static void lose_subtree(struct kstd_radix *r, uint64_t key, uint64_t end)
{
	for (unsigned int order = 0; r->holes && order <= 64 - r->page_shift; order++) {
		uint64_t bit = (uint64_t)1 << (64 - r->page_shift - order);
		uint64_t from = key > bit ? key : bit, to = end < 2 * bit - 1 ? end : 2 * bit - 1;
		unsigned int shift = r->page_shift + order;

		if (from > to)
			continue;
		/* The bit of the order is shifted out. */
		kstd_holes_add(r->holes, shift < 64 ? from << shift : 0,
			       shift < 64 ? (to << shift) | (((uint64_t)1 << shift) - 1) :
					    UINT64_MAX, order);
	}
}

/* Report the node at @pa, which cannot be read for the error that the context has. */
static void put_lost(struct kstd_radix *r, uint64_t pa, uint64_t key, uint64_t end)
{
	unsigned int large = order_of(r, key | 1), small = order_of(r, end);
	unsigned int shift = r->page_shift + small;
	struct kstd_report why = r->dump->ctx->err;
	char blocks[80];

	if (large == small)
		snprintf(blocks, sizeof(blocks), "of order %u from 0x%llx to 0x%llx", small,
			 (unsigned long long)(key << shift),
			 (unsigned long long)((end << shift) | (((uint64_t)1 << shift) - 1)));
	else
		snprintf(blocks, sizeof(blocks), "of orders %u to %u", small, large);
	kstd_defect(r->dump, r->where, why.code, why.offset,
		    "the %s at 0x%llx: %.100s: not known is which blocks %s are preserved",
		    r->level > 1 ? "node" : "leaf", (unsigned long long)pa, why.text, blocks);
}

static void down(struct kstd_radix *r, struct kstd_radix_node *n, uint32_t i, uint64_t pa)
{
	unsigned int shift = index_shift(r, r->level), level = r->level - 1;
	uint64_t key = n->key | (uint64_t)i << shift, end = key + (((uint64_t)1 << shift) - 1);

	if (no_node(r, pa) || key >> key_bits(r)) {
		add_wild(n, i, pa);
		lose_subtree(r, key, end);
		return;
	}
	if (end < r->first || key > r->last)
		return;
	if (!visit_node(r, pa, key, level)) {
		lose_subtree(r, key, end);
		return;
	}
	if (!level && r->skip_leaves) {
		count_node(r, pa);
	} else if (enter(r, pa, key, level)) {
		put_lost(r, pa, key, end);
		lose_subtree(r, key, end);
	}
}

static void next_entry(struct kstd_radix *r, struct kstd_radix_node *n)
{
	uint64_t pa = 0;
	uint32_t i;

	while (!pa) {
		if (!kstd_span_int(&n->s, 8, r->dump->phys->big, &pa)) {
			leave_node(r, n);
			return;
		}
		i = n->i++;
	}
	down(r, n, i, pa);
}

/* Is the key that of a block, and is the block below the end of memory? */
static bool is_block(const struct kstd_radix *r, uint64_t key, uint64_t nr)
{
	uint64_t end;

	if (!(key >> leaf_shift(r)))
		return false;
	/* The bit of the order is shifted out. 0 is the end of all that has an address. */
	end = (key + nr) << (1 + __builtin_clzll(key));
	return end && !((end - 1) >> KSTD_PHYS_BITS);
}

/* Append blocks to r->run; true if they do not touch it, which completes the run. */
static bool add_blocks(struct kstd_radix *r, uint64_t key, uint64_t nr, struct kstd_run *done)
{
	unsigned int order = order_of(r, key);

	r->stats.blocks += nr;
	r->stats.pages += nr << order;
	return kstd_run_join(&r->run, key << (r->page_shift + order), nr, order, r->page_shift,
			     done);
}

/* The next bits of a leaf; true if that made a run complete. */
static bool scan(struct kstd_radix *r, struct kstd_radix_node *n, struct kstd_run *done)
{
	uint32_t from, to;
	uint64_t key;

	kstd_bits_next(&n->bits, &from, &to);
	if (from == to) {
		leave_node(r, n);
		return false;
	}
	key = n->key | from;
	if (is_block(r, key, to - from))
		return add_blocks(r, key, to - from, done);
	kstd_defect(r->dump, r->where, KSTD_E_CORRUPT, n->pa + from / 8,
		    "a leaf of the preserved-memory map: %u bits from %u on are of memory that no machine has",
		    to - from, from);
	return false;
}

bool kstd_radix_next(struct kstd_radix *r, struct kstd_run *run)
{
	while (r->level <= r->top && !*r->work.cancelled) {
		struct kstd_radix_node *n = &r->node[r->level];

		if (r->level)
			next_entry(r, n);
		else if (scan(r, n, run))
			return true;
	}
	*run = r->run;
	r->run.blocks = 0;
	return run->blocks;
}

int kstd_radix_begin(struct kstd_radix *r, struct kstd_dump *dump,
		     const struct kstd_where *where, uint64_t root, struct kstd_visited *seen,
		     struct kstd_refs *refs)
{
	int rc;

	*r = (struct kstd_radix){ .dump = dump, .where = where, .seen = seen, .refs = refs,
				  .last = UINT64_MAX };
	kstd_work_begin(&r->work, dump, KSTD_MAP_WORK, 0, KSTD_MAP_NODES_TOLD);
	if (!dump->phys)
		return kstd_no_memory_error(dump, root);
	r->page_shift = __builtin_ctz(dump->phys->page_size);
	if (r->page_shift < 12 || r->page_shift > 16)
		return kstd_err(dump->ctx, KSTD_E_UNSUPPORTED, KSTD_NO_OFFSET,
				"KHO with pages of %u bytes", dump->phys->page_size);
	r->top = top_level(r);
	r->level = r->top + 1;
	if (no_node(r, root))
		return kstd_err(dump->ctx, KSTD_E_CORRUPT, KSTD_NO_OFFSET,
				"no preserved-memory map can be at 0x%llx",
				(unsigned long long)root);
	if (!visit_node(r, root, 0, r->top))
		return -KSTD_INPUT;
	r->owner = refs ? kstd_owner(dump, where) : NULL;
	rc = enter(r, root, 0, r->top);
	if (rc)
		kstd_radix_end(r);
	return rc;
}

void kstd_radix_only(struct kstd_radix *r, unsigned int order)
{
	r->first = (uint64_t)1 << (64 - r->page_shift - order);
	r->last = 2 * r->first - 1;
}

void kstd_radix_end(struct kstd_radix *r)
{
	for (unsigned int i = 0; i < KSTD_RADIX_LEVELS; i++) {
		free(r->node[i].raw);
		r->node[i].raw = NULL;
	}
	r->level = r->top + 1;
}

int kstd_radix_walk(struct kstd_dump *dump, const struct kstd_where *where, uint64_t root,
		    void (*run)(void *arg, const struct kstd_run *run), void *arg,
		    struct kstd_refs *refs, struct kstd_radix_stats *stats)
{
	struct kstd_visited seen = { .max = KSTD_MAX_RADIX_NODES };
	struct kstd_radix r;
	struct kstd_run one;
	int rc = kstd_radix_begin(&r, dump, where, root, &seen, refs);

	if (rc) {
		kstd_visited_free(&seen);
		return rc;
	}
	r.skip_leaves = !run && !stats;
	while (kstd_radix_next(&r, &one))
		if (run)
			run(arg, &one);
	if (stats)
		*stats = r.stats;
	kstd_radix_end(&r);
	kstd_visited_free(&seen);
	return kstd_cancelled(dump);
}
