// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/*
 * Compares the preserved-memory map with the owners of memory. The same fault at many
 * addresses is one finding, at the first address.
 */

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "kho/scratch.h"
#include "verify/verify.h"

/**
 * struct tally - ranges with the same fault
 * @first: address of the first range
 * @order: the other order with which the first range is preserved
 */
struct tally {
	uint64_t first;
	uint64_t bytes;
	uint64_t ranges;
	unsigned int order;
};

static void tally_add(struct tally *t, uint64_t start, uint64_t end)
{
	if (!t->ranges++)
		t->first = start;
	t->bytes += end - start;
}

/* "4096 bytes", or "8192 bytes in 2 ranges". */
static const char *tally_text(char *buf, size_t size, const struct tally *t)
{
	int len = snprintf(buf, size, "%llu bytes", (unsigned long long)t->bytes);

	if (t->ranges > 1 && len > 0)
		snprintf(buf + len, size - len, " in %llu ranges", (unsigned long long)t->ranges);
	return buf;
}

/**
 * struct memory_check - the memory of a side
 * @gaps: memory that is not preserved, by owner
 * @unknown: memory of which that is not known, by owner
 * @twice: memory that is preserved with this order, and with another one before
 * @in_scratch: preserved memory in scratch areas
 */
struct memory_check {
	struct kstd_memory *m;
	struct kstd_scratch scratch;
	struct tally *gaps;
	struct tally *unknown;
	struct tally twice[KSTD_MAP_ORDERS];
	struct tally in_scratch;
};

static void add_gap(void *arg, const struct kstd_gap *gap)
{
	struct memory_check *c = arg;

	tally_add(gap->known ? &c->gaps[gap->owner] : &c->unknown[gap->owner], gap->start,
		  gap->end);
}

static void put_gaps(struct memory_check *c)
{
	char text[64];

	for (size_t i = 0; i < c->m->nr_owners; i++) {
		const char *name = c->m->owners[i].name;
		struct kstd_where where = KSTD_AT(NULL, name, strlen(name));

		if (c->gaps[i].ranges)
			kstd_defect(c->m->dump, &where, KSTD_E_NOT_PRESERVED, c->gaps[i].first,
				    "%s that it refers to are not preserved",
				    tally_text(text, sizeof(text), &c->gaps[i]));
		if (c->unknown[i].ranges)
			kstd_defect(c->m->dump, &where, KSTD_E_NOT_KNOWN, c->unknown[i].first,
				    "%s that it refers to are preserved or not: a part of the preserved-memory map is missing",
				    tally_text(text, sizeof(text), &c->unknown[i]));
	}
}

static int check_gaps(struct memory_check *c)
{
	int rc;

	if (!c->m->missing && !c->m->unknown)
		return 0;
	c->gaps = kstd_calloc(2 * c->m->nr_owners, sizeof(*c->gaps));
	if (!c->gaps)
		return kstd_nomem(c->m->dump->ctx);
	c->unknown = c->gaps + c->m->nr_owners;
	rc = kstd_unpreserved(c->m, add_gap, c);
	if (!rc)
		put_gaps(c);
	free(c->gaps);
	return rc;
}

static uint64_t end_of(const struct memory_check *c, const struct kstd_run *run)
{
	return run->blocks ? run->pa + kstd_run_bytes(&c->m->map, run) : 0;
}

/* @run begins before the end of @last, the run before it. */
static void add_twice(struct memory_check *c, const struct kstd_run *last,
		      const struct kstd_run *run)
{
	uint64_t end = end_of(c, last), own = end_of(c, run);
	struct tally *t = &c->twice[run->order];

	if (!t->ranges)
		t->order = last->order;
	tally_add(t, run->pa, own < end ? own : end);
}

static void put_map(struct memory_check *c)
{
	struct kstd_memory *m = c->m;
	char text[64];

	for (unsigned int order = 0; order < KSTD_MAP_ORDERS; order++)
		if (c->twice[order].ranges)
			kstd_defect(m->dump, m->where, KSTD_E_TWICE, c->twice[order].first,
				    "%s are preserved with order %u and with order %u",
				    tally_text(text, sizeof(text), &c->twice[order]),
				    c->twice[order].order, order);
	if (c->in_scratch.ranges)
		kstd_defect(m->dump, m->where, KSTD_E_IN_SCRATCH, c->in_scratch.first,
			    "some of %s are in a scratch area",
			    tally_text(text, sizeof(text), &c->in_scratch));
}

/* Find runs in scratch areas, and runs that overlap with a run of larger blocks. */
static int check_map(struct memory_check *c)
{
	struct kstd_run run, last = { .blocks = 0 };
	struct kstd_map_walk w;
	int rc = kstd_map_begin(&w, &c->m->map);

	if (rc)
		return rc;
	while (kstd_map_next(&w, &run)) {
		uint64_t end = end_of(c, &run);

		if (kstd_scratch_has(&c->scratch, run.pa, end - run.pa))
			tally_add(&c->in_scratch, run.pa, end);
		if (run.pa < end_of(c, &last))
			add_twice(c, &last, &run);
		if (end > end_of(c, &last))
			last = run;
	}
	kstd_map_end(&w);
	put_map(c);
	return 0;
}

/**
 * struct owner_pair - two owners of the same memory
 * @a: the owner of the memory that begins first
 * @b: the other owner
 */
struct owner_pair {
	const char *a;
	const char *b;
	struct tally shared;
};

static void put_pair(const struct memory_check *c, struct owner_pair *p)
{
	struct kstd_where where;
	char text[64];

	if (!p->shared.ranges)
		return;
	where = KSTD_AT(NULL, p->b, strlen(p->b));
	kstd_defect(c->m->dump, &where, KSTD_E_OVERLAP, p->shared.first, "%s are of %.150s, too",
		    tally_text(text, sizeof(text), &p->shared), p->a);
	p->shared = (struct tally){ .ranges = 0 };
}

static void add_pair(const struct memory_check *c, struct owner_pair *p,
		     const struct kstd_memory_ref *a, const struct kstd_memory_ref *b)
{
	uint64_t end = a->pa + a->bytes, own = b->pa + b->bytes;

	if (p->shared.ranges && (strcmp(p->a, a->owner) || strcmp(p->b, b->owner)))
		put_pair(c, p);
	p->a = a->owner;
	p->b = b->owner;
	tally_add(&p->shared, b->pa, own < end ? own : end);
}

/* Without a map, references to scratch memory are still found. */
static void check_ref(const struct memory_check *c, const struct kstd_memory_ref *r)
{
	struct kstd_where where = KSTD_AT(NULL, r->owner, strlen(r->owner));

	if (!c->m->known && kstd_scratch_has(&c->scratch, r->pa, r->bytes))
		kstd_defect(c->m->dump, &where, KSTD_E_IN_SCRATCH, r->pa,
			    "some of %llu bytes are in a scratch area",
			    (unsigned long long)r->bytes);
}

/* Are both references to the same memory of the same object? */
static bool is_shared(const struct kstd_memory_ref *a, const struct kstd_memory_ref *b)
{
	return a->holder && a->holder == b->holder && a->pa == b->pa && a->bytes == b->bytes;
}

/* References are sorted. A pointer alone does not own memory. */
static void check_owners(const struct memory_check *c)
{
	const struct kstd_refs *refs = &c->m->refs;
	const struct kstd_memory_ref *last = NULL;
	struct owner_pair pair = { .a = NULL };

	for (size_t i = 0; i < refs->nr; i++) {
		const struct kstd_memory_ref *r = &refs->v[i];

		if (r->kind == KSTD_REF_POINTER)
			continue;
		check_ref(c, r);
		if (last && r->pa - last->pa < last->bytes && strcmp(r->owner, last->owner) &&
		    !is_shared(last, r))
			add_pair(c, &pair, last, r);
		if (!last || r->pa + r->bytes > last->pa + last->bytes)
			last = r;
	}
	put_pair(c, &pair);
}

static void note_leaks(const struct kstd_memory *m)
{
	if (m->opaque)
		return;	/* that was reported */
	if (m->unowned && !m->owners_known)
		kstd_unknown(m->dump, m->where, "whose %llu bytes of preserved memory are, in %llu ranges: not all that refers to memory could be read",
			     (unsigned long long)m->unowned,
			     (unsigned long long)m->unowned_ranges);
	else if (m->unowned)
		kstd_note(m->dump, "%s: %llu bytes of preserved memory without a known owner, in %llu ranges: a leak, or of a user of KHO that writes its record only during the kexec, as LUO does; \"mem\" lists them",
			  kstd_side_name(m->side), (unsigned long long)m->unowned,
			  (unsigned long long)m->unowned_ranges);
}

int kstd_verify_memory(struct kstd_checked *checked)
{
	struct memory_check c = { .gaps = NULL };
	int rc = kstd_memory_of(checked->dump, checked->side, &c.m);

	if (rc || !c.m)
		return rc;
	if (c.m->known || c.m->refs.nr || c.m->kho.has_root)
		checked->m = c.m;
	kstd_scratch_read(checked->dump, checked->side, &c.scratch);
	check_owners(&c);
	if (!c.m->known)
		return 0;
	note_leaks(c.m);
	return check_map(&c) ?: check_gaps(&c);
}
