// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* kstd_mem(): preserved memory as nodes. Lists are made while they are iterated over. */

#include "base/known.h"
#include "base/lazy_list.h"
#include "owners/owners.h"
#include "kho/scratch.h"

/**
 * struct memory_iter - an iteration over one of the lists
 * @sweep: over what is preserved, if @sweeps
 * @i: how many were given, for lists of what is in memory
 */
struct memory_iter {
	struct kstd_list_iter it;
	struct kstd_memory *m;
	struct kstd_owned_walk sweep;
	bool sweeps;
	size_t i;
};

static void begin_plain(struct kstd_list_iter *it)
{
	((struct memory_iter *)it)->m = (struct kstd_memory *)it->of;
}

/* The list has the preserved ranges, if the map is known, else the ranges of the owners. */
static void begin_ranges(struct kstd_list_iter *it)
{
	struct memory_iter *s = (struct memory_iter *)it;

	begin_plain(it);
	if (!s->m->known)
		return;
	s->sweeps = !kstd_owned_walk_begin(&s->sweep, s->m);
	if (!s->sweeps)
		kstd_defect(it->dump, NULL, KSTD_E_MEMORY, KSTD_NO_OFFSET, NULL);
}

static void end_ranges(struct kstd_list_iter *it)
{
	struct memory_iter *s = (struct memory_iter *)it;

	if (s->sweeps)
		kstd_owned_walk_end(&s->sweep);
}

static void put_blocks(struct memory_iter *s, const struct kstd_range *r, struct kstd_node *n)
{
	struct kstd_arena *a = &s->it.arena;

	kstd_put_num(a, n, KSTD_K_ADDRESS, KSTD_ADDRESS, r->pa);
	kstd_put_num(a, n, KSTD_K_BYTES, KSTD_SIZE, kstd_range_bytes(s->m, r));
	kstd_put_num(a, n, KSTD_K_ORDER, KSTD_U32, r->order);
	kstd_put_num(a, n, KSTD_K_BLOCKS, KSTD_U64, r->blocks);
}

static void put_owner(struct memory_iter *s, uint32_t owner, struct kstd_node *n)
{
	kstd_put_str(&s->it.arena, n, KSTD_K_OWNER,
		     owner == KSTD_NOBODY ? NULL : s->m->owners[owner].name);
}

static struct kstd_node *next_piece(struct memory_iter *s)
{
	const struct kstd_owned_range *p;
	struct kstd_node *n;

	if (s->i >= s->m->nr_pieces)
		return NULL;
	p = &s->m->pieces[s->i++];
	n = kstd_put(&s->it.arena, NULL, KSTD_NO_KEY, KSTD_OBJECT);
	kstd_put_num(&s->it.arena, n, KSTD_K_ADDRESS, KSTD_ADDRESS, p->start);
	kstd_put_num(&s->it.arena, n, KSTD_K_BYTES, KSTD_SIZE, p->end - p->start);
	kstd_put(&s->it.arena, n, KSTD_K_ORDER, KSTD_NULL);
	kstd_put(&s->it.arena, n, KSTD_K_BLOCKS, KSTD_NULL);
	put_owner(s, p->owner, n);
	return n;
}

static struct kstd_node *next_range(struct kstd_list_iter *it)
{
	struct memory_iter *s = (struct memory_iter *)it;
	struct kstd_range range;
	struct kstd_node *n;

	if (!s->m->known)
		return next_piece(s);
	if (!s->sweeps || !kstd_owned_walk_next(&s->sweep, &range))
		return NULL;
	n = kstd_put(&s->it.arena, NULL, KSTD_NO_KEY, KSTD_OBJECT);
	put_blocks(s, &range, n);
	put_owner(s, range.owner, n);
	return n;
}

static struct kstd_node *next_leak(struct kstd_list_iter *it)
{
	struct memory_iter *s = (struct memory_iter *)it;
	struct kstd_range range;
	struct kstd_node *n;

	if (!s->sweeps || !s->m->owners_known)
		return NULL;
	do
		if (!kstd_owned_walk_next(&s->sweep, &range))
			return NULL;
	while (range.owner != KSTD_NOBODY);
	n = kstd_put(&s->it.arena, NULL, KSTD_NO_KEY, KSTD_OBJECT);
	put_blocks(s, &range, n);
	return n;
}

static uint64_t count_leaks(const void *of)
{
	const struct kstd_memory *m = of;

	return m->owners_known ? m->unowned_ranges : 0;
}

static struct kstd_node *next_owner(struct kstd_list_iter *it)
{
	struct memory_iter *s = (struct memory_iter *)it;
	const struct kstd_memory_owner *o;
	struct kstd_node *n;
	bool whole;

	if (s->i >= s->m->nr_owners)
		return NULL;
	o = &s->m->owners[s->i++];
	n = kstd_put(&s->it.arena, NULL, KSTD_NO_KEY, KSTD_OBJECT);
	kstd_put_str(&s->it.arena, n, KSTD_K_OWNER, o->name);
	kstd_put_str(&s->it.arena, n, KSTD_K_HOLDS, kstd_holds(o->kind));
	whole = o->kind != KSTD_REF_OPAQUE && kstd_refs_whole(&s->m->refs, o->name);
	if (whole)
		kstd_put_num(&s->it.arena, n, KSTD_K_BYTES, KSTD_SIZE, o->bytes);
	else
		kstd_put_unknown(&s->it.arena, n, KSTD_K_BYTES);
	if (s->m->known && whole && !o->unknown)
		kstd_put_num(&s->it.arena, n, KSTD_K_PRESERVED, KSTD_SIZE, o->preserved);
	else
		kstd_put_unknown(&s->it.arena, n, KSTD_K_PRESERVED);
	return n;
}

static uint64_t count_owners(const void *of)
{
	const struct kstd_memory *m = of;

	return m->nr_owners;
}

#define BYTES	.bytes = sizeof(struct memory_iter)
static const struct kstd_list_type ranges_type = {
	BYTES, .begin = begin_ranges, .next = next_range, .end = end_ranges,
};

static const struct kstd_list_type leaks_type = {
	BYTES, .begin = begin_ranges, .next = next_leak, .end = end_ranges, .count = count_leaks,
};

static const struct kstd_list_type owners_type = {
	BYTES, .begin = begin_plain, .next = next_owner, .end = end_ranges, .count = count_owners,
};
#undef BYTES

static void put_orders(struct kstd_memory *m, struct kstd_node *n)
{
	struct kstd_arena *a = &m->dump->arena;
	struct kstd_node *list = kstd_put(a, n, KSTD_K_ORDERS, KSTD_LIST), *row;

	for (unsigned int order = 0; m->known && order < KSTD_MAP_ORDERS; order++) {
		if (!m->map.blocks[order])
			continue;
		row = kstd_put(a, list, KSTD_NO_KEY, KSTD_OBJECT);
		kstd_put_num(a, row, KSTD_K_ORDER, KSTD_U32, order);
		kstd_put_num(a, row, KSTD_K_BLOCK_BYTES, KSTD_SIZE, m->page_size << order);
		if (m->map.holes.orders >> order & 1) {
			kstd_put_unknown(a, row, KSTD_K_BLOCKS);
			kstd_put_unknown(a, row, KSTD_K_BYTES);
			continue;
		}
		kstd_put_num(a, row, KSTD_K_BLOCKS, KSTD_U64, m->map.blocks[order]);
		kstd_put_num(a, row, KSTD_K_BYTES, KSTD_SIZE,
			     (m->map.blocks[order] << order) * m->page_size);
	}
}

static struct kstd_node *put_sum(struct kstd_memory *m, struct kstd_node *n,
				 enum kstd_key_index key, bool known, uint64_t bytes)
{
	struct kstd_arena *a = &m->dump->arena;
	struct kstd_node *sum;

	if (!known) {
		kstd_put_unknown(a, n, key);
		return NULL;
	}
	sum = kstd_put(a, n, key, KSTD_OBJECT);
	kstd_put_num(a, sum, KSTD_K_SUM_BYTES, KSTD_SIZE, bytes);
	return sum;
}

static uint64_t bytes_of(const struct kstd_memory *m, enum kstd_ref_kind kind)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < m->nr_owners; i++)
		if (m->owners[i].kind == kind)
			bytes += m->owners[i].bytes;
	return bytes;
}

static void put_totals(struct kstd_memory *m, struct kstd_node *n)
{
	uint64_t all = m->map.stats.pages * m->page_size;
	struct kstd_arena *a = &m->dump->arena;
	bool map = kstd_memory_map_known(m), both = map && m->owners_known;
	struct kstd_node *sum = put_sum(m, n, KSTD_K_TOTAL, map, all);

	if (sum) {
		kstd_put_num(a, sum, KSTD_K_SUM_BLOCKS, KSTD_U64, m->map.stats.blocks);
		kstd_put_num(a, sum, KSTD_K_SUM_RANGES, KSTD_U64, m->map.runs);
	}
	put_sum(m, n, KSTD_K_OWNED, both, all - m->unowned);
	sum = put_sum(m, n, KSTD_K_UNOWNED, both, m->unowned);
	if (sum)
		kstd_put_num(a, sum, KSTD_K_SUM_RANGES, KSTD_U64, m->unowned_ranges);
	/* An owner that is not decoded may refer to memory that is not preserved. */
	put_sum(m, n, KSTD_K_MISSING_MEMORY, m->known && m->owners_known && !m->unknown &&
		!m->refs.nr_opaque, m->missing);
	sum = put_sum(m, n, KSTD_K_OVERHEAD, both || (map && m->opaque), m->map.stats.bytes);
	if (sum)
		kstd_put_num(a, sum, KSTD_K_KHO_BYTES, KSTD_SIZE, bytes_of(m, KSTD_REF_KHO));
}

static void put_list(struct kstd_memory *m, struct kstd_node *n, enum kstd_key_index key,
		     const struct kstd_list_type *type)
{
	kstd_list_put(&m->dump->arena, n, key,
		      (struct kstd_list_args){ m->dump, type, m, NULL });
}

static void put_lists(struct kstd_memory *m, struct kstd_node *n)
{
	put_orders(m, n);
	put_list(m, n, KSTD_K_OWNERS, &owners_type);
	put_list(m, n, KSTD_K_MEMORY_RANGES, &ranges_type);
	put_list(m, n, KSTD_K_LEAKS, &leaks_type);
	kstd_scratch_put(m->dump, m->side, n);
}

static void put_side(struct kstd_memory *m, struct kstd_node *list)
{
	struct kstd_arena *a = &m->dump->arena;
	struct kstd_node *n = kstd_styled(kstd_put(a, list, KSTD_NO_KEY, KSTD_OBJECT),
					  KSTD_STYLE_TREE);
	const struct kstd_kho_root *root = m->kho.has_root ? &m->kho.root : NULL;

	kstd_put_str(a, n, KSTD_K_SIDE, kstd_side_name(m->side));
	kstd_put_str(a, n, KSTD_K_FORMAT, root ? root->compatible : NULL);
	if (root && root->has_map)
		kstd_placed(kstd_put_num(a, n, KSTD_K_MEMORY_MAP, KSTD_ADDRESS, root->map),
			    root->map_at);
	else
		kstd_put(a, n, KSTD_K_MEMORY_MAP, KSTD_NULL);
	kstd_put_str(a, n, KSTD_K_NOT_KNOWN, !m->known ? m->why :
		     !kstd_memory_map_known(m) ? "a part of the preserved-memory map is missing" :
		     m->opaque ? "what owners that are not decoded refer to" :
		     !m->owners_known ? "not all that refers to memory could be read" : NULL);
	put_totals(m, n);
	put_lists(m, n);
}

static bool has_anything(const struct kstd_memory *m)
{
	return m && (m->known || m->nr_pieces || m->kho.has_root);
}

int kstd_mem(struct kstd_dump *dump, const struct kstd_node **root)
{
	static const unsigned int sides[] = { KSTD_SIDE_FILE, KSTD_SIDE_IN, KSTD_SIDE_OUT };
	struct kstd_node *n = kstd_styled(kstd_put(&dump->arena, NULL, KSTD_NO_KEY, KSTD_OBJECT),
					  KSTD_STYLE_TREE);
	struct kstd_node *list = kstd_put(&dump->arena, n, KSTD_K_MEMORY, KSTD_LIST);
	struct kstd_memory *m;

	*root = NULL;
	if (!list)
		return kstd_nomem(dump->ctx);
	for (int i = 0; i < 3; i++) {
		int rc = kstd_memory_of(dump, sides[i], &m);

		if (rc)
			return rc;
		if (has_anything(m))
			put_side(m, list);
	}
	if (dump->progress.cancelled)
		return kstd_cancelled(dump);
	if (!kstd_is_whole(dump->ctx))
		return kstd_whole(dump->ctx);
	if (!list->kids.first)
		return kstd_memory_nothing(dump);
	*root = n;
	return 0;
}
