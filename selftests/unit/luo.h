/* SPDX-License-Identifier: GPL-2.0 */

/* A machine's memory with LUO's state in it, and a dump that has both. */

#ifndef UNIT_LUO_H
#define UNIT_LUO_H

#include "luo/luo.h"
#include "subtree/decoder.h"
#include "../lib/make_luo.h"
#include "helpers.h"

/**
 * struct guest - see above
 * @ser: struct luo_ser
 */
struct guest {
	struct memory m;
	uint8_t ser[32];
	struct view v;
};

static inline void guest_init(struct guest *x, uint32_t page_size, bool big)
{
	*x = (struct guest){ 0 };
	memory_init(&x->m, page_size, big);
}

static inline void guest_open(struct guest *x, uint64_t sessions, uint64_t flbs)
{
	luo_ser(x->ser, x->m.phys.big, 2, sessions, flbs);
	view_mem(&x->v, x->ser, sizeof(x->ser));
	assert_int_equal(x->v.rc, 0);
	x->v.dump->phys = &x->m.phys;
}

/* Open it once more: what was found out so far is forgotten. */
static inline void guest_again(struct guest *x)
{
	x->v.dump->phys = NULL;
	view_close(&x->v);
	view_mem(&x->v, x->ser, sizeof(x->ser));
	x->v.dump->phys = &x->m.phys;
}

static inline void guest_close(struct guest *x)
{
	if (x->v.dump)
		x->v.dump->phys = NULL;
	view_close(&x->v);
	memory_free(&x->m);
}

static inline void answer(struct guest *x, int rc, const struct kstd_node *n)
{
	x->v.rc = rc;
	free(x->v.json);
	free(x->v.defects);
	free(x->v.notes);
	x->v.json = rc ? NULL : json_of(n);
	x->v.defects = json_reports(x->v.dump);
	x->v.notes = json_of(kstd_notes(x->v.dump));
}

/* What `show LUO` shows. */
static inline void show(struct guest *x, const char *select)
{
	struct kstd_luo_opts opts = { .sz = sizeof(opts), .select = select };
	const struct kstd_node *n = NULL;
	int rc = kstd_luo(x->v.dump, &opts, &n);

	answer(x, rc, n);
}

static inline void list(struct guest *x)
{
	const struct kstd_node *n = NULL;
	int rc = kstd_list(x->v.dump, &n);

	answer(x, rc, n);
}

/* Everything at once, for tests that only want it to survive. */
static inline void look_at_all(struct guest *x)
{
	struct kstd_refs refs = { .side = KSTD_SIDE_FILE };
	struct kstd_where where = KSTD_AT(NULL, "LUO", 3);

	view_info(&x->v);
	show(x, NULL);
	list(x);
	kstd_decoder_luo.refs(x->v.dump, x->v.dump->blobs, &where, &refs);
	kstd_refs_free(&refs);
}

/* Run @test on the example, little-endian, then big-endian. */
static inline void with_example(void (*test)(struct guest *x, const struct luo_example *e))
{
	for (int big = 0; big < 2; big++) {
		struct guest x;
		struct luo_example e;

		guest_init(&x, 4096, big);
		e = luo_example(&x.m);
		guest_open(&x, e.sessions, e.flbs);
		test(&x, &e);
		guest_close(&x);
	}
}

#endif
