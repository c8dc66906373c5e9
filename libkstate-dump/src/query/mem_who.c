// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* kstd_mem_who(): the owners of an address. */

#include <stdio.h>

#include "base/known.h"
#include "owners/owners.h"
#include "kho/scratch.h"

/**
 * struct answer - what is known of an address on one side
 * @m: the side
 * @pa: the address
 * @n: where to put it
 */
struct answer {
	struct kstd_memory *m;
	struct kstd_arena *a;
	uint64_t pa;
	struct kstd_node *n;
};

/* Could the run go on where the map has a hole? */
static bool ends_at_hole(const struct answer *w, const struct kstd_run *run)
{
	uint64_t end = run->pa + kstd_run_bytes(&w->m->map, run), last;

	return (run->pa && kstd_holes_at(&w->m->map.holes, run->pa - 1, &last)) ||
	       (end && kstd_holes_at(&w->m->map.holes, end, &last));
}

static void put_block(struct answer *w, struct kstd_node *list, const struct kstd_run *run)
{
	uint64_t bytes = w->m->page_size << run->order;
	struct kstd_node *n = kstd_put(w->a, list, KSTD_NO_KEY, KSTD_OBJECT);

	kstd_put_num(w->a, n, KSTD_K_ADDRESS, KSTD_ADDRESS, w->pa & ~(bytes - 1));
	kstd_put_num(w->a, n, KSTD_K_BYTES, KSTD_SIZE, bytes);
	kstd_put_num(w->a, n, KSTD_K_ORDER, KSTD_U32, run->order);
	if (ends_at_hole(w, run)) {
		kstd_put_unknown(w->a, n, KSTD_K_RANGE_START);
		kstd_put_unknown(w->a, n, KSTD_K_RANGE_BYTES);
		return;
	}
	kstd_put_num(w->a, n, KSTD_K_RANGE_START, KSTD_ADDRESS, run->pa);
	kstd_put_num(w->a, n, KSTD_K_RANGE_BYTES, KSTD_SIZE, kstd_run_bytes(&w->m->map, run));
}

/* The blocks that hold the address; two if it is preserved twice. Widens @from and @to to them. */
static int put_blocks(struct answer *w, struct kstd_node *list, uint64_t *from, uint64_t *to)
{
	struct kstd_map_walk walk;
	struct kstd_run run;
	int rc = kstd_map_begin(&walk, &w->m->map);

	if (rc)
		return rc;
	while (kstd_map_next(&walk, &run) && run.pa <= w->pa) {
		uint64_t bytes = w->m->page_size << run.order, start = w->pa & ~(bytes - 1);

		if (w->pa - run.pa >= kstd_run_bytes(&w->m->map, &run))
			continue;
		put_block(w, list, &run);
		*from = start < *from ? start : *from;
		*to = start + bytes > *to ? start + bytes : *to;
	}
	kstd_map_end(&walk);
	return kstd_cancelled(w->m->dump);
}

static void put_ref(struct answer *w, struct kstd_node *list, const struct kstd_memory_ref *r)
{
	struct kstd_node *n = kstd_put(w->a, list, KSTD_NO_KEY, KSTD_OBJECT);

	kstd_put_str(w->a, n, KSTD_K_OWNER, r->owner);
	kstd_put_str(w->a, n, KSTD_K_HOLDS, kstd_holds(r->kind));
	kstd_put_num(w->a, n, KSTD_K_ADDRESS, KSTD_ADDRESS, r->pa);
	kstd_put_num(w->a, n, KSTD_K_BYTES, KSTD_SIZE, r->bytes);
}

static void put_refs(struct answer *w, struct kstd_node *list, const struct kstd_refs *refs,
		     uint64_t from, uint64_t to)
{
	for (size_t i = 0; i < refs->nr; i++)
		if (refs->v[i].pa < to && refs->v[i].pa + refs->v[i].bytes > from)
			put_ref(w, list, &refs->v[i]);
}

static void put_scratch(struct answer *w)
{
	struct kstd_scratch s;

	kstd_scratch_read(w->m->dump, w->m->side, &s);
	if (s.known)
		kstd_put_num(w->a, w->n, KSTD_K_IS_SCRATCH, KSTD_BOOL,
			     kstd_scratch_has(&s, w->pa, 1));
	else
		kstd_put(w->a, w->n, KSTD_K_IS_SCRATCH, KSTD_NULL);
}

/* @blocks: those that hold the address. */
static struct kstd_answer is_preserved(const struct answer *w, const struct kstd_node *blocks)
{
	uint64_t last;

	if (!w->m->known)
		return kstd_not_known(w->m->why);
	if (blocks->kids.first || !kstd_holes_at(&w->m->map.holes, w->pa, &last))
		return kstd_answer(blocks->kids.first);
	return kstd_not_known("the part of the preserved-memory map that would say so is missing");
}

/* Fill in the answer, now that the blocks are known; @n and @why were put before. */
static void put_preserved(struct answer *w, const struct kstd_node *blocks, struct kstd_node *n,
			  struct kstd_node *why)
{
	const char *side = kstd_side_name(w->m->side);
	struct kstd_where where = KSTD_AT(NULL, side, strlen(side));
	struct kstd_answer answer = is_preserved(w, blocks);
	char what[48];

	snprintf(what, sizeof(what), "whether 0x%llx is preserved", (unsigned long long)w->pa);
	kstd_set_answer(w->m->dump, n, &where, what, answer);
	if (answer.is != KSTD_NOT_KNOWN)
		return;
	why->type = KSTD_TEXT;
	why->mem.p = answer.why;
	why->mem.len = strlen(answer.why);
}

static int put_answer(struct answer *w)
{
	struct kstd_node *preserved = kstd_put(w->a, w->n, KSTD_K_IS_PRESERVED, KSTD_BOOL);
	struct kstd_node *why = kstd_put(w->a, w->n, KSTD_K_NOT_KNOWN, KSTD_NULL);
	struct kstd_node *blocks, *owners;
	uint64_t from = w->pa, to = w->pa + 1;
	int rc = 0;

	put_scratch(w);
	blocks = kstd_put(w->a, w->n, KSTD_K_PRESERVED_BLOCKS, KSTD_LIST);
	owners = kstd_put(w->a, w->n, KSTD_K_REFERRED_BY, KSTD_LIST);
	if (!owners)
		return kstd_nomem(w->m->dump->ctx);
	if (w->m->known)
		rc = put_blocks(w, blocks, &from, &to);
	put_preserved(w, blocks, preserved, why);
	put_refs(w, owners, &w->m->refs, from, to);
	put_refs(w, owners, &w->m->map_refs, w->pa, w->pa + 1);
	return rc;
}

static int put_side(struct kstd_memory *m, uint64_t pa, struct kstd_node *list)
{
	struct kstd_arena *a = &m->dump->arena;
	struct answer w = { m, a, pa, NULL };

	w.n = kstd_styled(kstd_put(a, list, KSTD_NO_KEY, KSTD_OBJECT), KSTD_STYLE_TREE);
	kstd_put_str(a, w.n, KSTD_K_SIDE, kstd_side_name(m->side));
	kstd_put_num(a, w.n, KSTD_K_WHO_ADDRESS, KSTD_ADDRESS, pa);
	return put_answer(&w);
}

int kstd_mem_who(struct kstd_dump *dump, uint64_t address, const struct kstd_node **root)
{
	static const unsigned int sides[] = { KSTD_SIDE_FILE, KSTD_SIDE_IN, KSTD_SIDE_OUT };
	struct kstd_node *n = kstd_styled(kstd_put(&dump->arena, NULL, KSTD_NO_KEY, KSTD_OBJECT),
					  KSTD_STYLE_TREE);
	struct kstd_node *list = kstd_put(&dump->arena, n, KSTD_K_WHO, KSTD_LIST);
	struct kstd_memory *m;
	int rc = list ? 0 : kstd_nomem(dump->ctx);

	*root = NULL;
	for (int i = 0; i < 3 && !rc; i++) {
		rc = kstd_memory_of(dump, sides[i], &m);
		if (!rc && m)
			rc = put_side(m, address, list);
	}
	rc = rc ?: kstd_whole(dump->ctx);
	if (!rc && !list->kids.first)
		rc = kstd_memory_nothing(dump);
	if (!rc)
		*root = n;
	return rc;
}
