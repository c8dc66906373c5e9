// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* The preserved-memory map against those who need the memory. */

#include "scratch.h"
#include "verify.h"

static void gap(void *arg, uint64_t start, uint64_t end, uint32_t owner)
{
	struct kstd_memory *m = arg;
	const char *name = m->owners[owner].name;
	struct kstd_where where = KSTD_AT(NULL, name, strlen(name));

	kstd_defect(m->dump, &where, KSTD_E_NOT_PRESERVED, start,
		    "%llu bytes that it refers to are not preserved",
		    (unsigned long long)(end - start));
}

static void twice(struct kstd_memory *m, const struct kstd_run *first, const struct kstd_run *run)
{
	uint64_t end = first->pa + kstd_run_bytes(&m->map, first);
	uint64_t own = run->pa + kstd_run_bytes(&m->map, run);

	kstd_defect(m->dump, m->where, KSTD_E_TWICE, run->pa,
		    "%llu bytes are preserved with order %u and with order %u",
		    (unsigned long long)((own < end ? own : end) - run->pa), first->order,
		    run->order);
}

static void check_scratch(struct kstd_memory *m, const struct kstd_where *where,
			  const struct kstd_scratch *s, uint64_t pa, uint64_t bytes)
{
	if (kstd_scratch_has(s, pa, bytes))
		kstd_defect(m->dump, where, KSTD_E_IN_SCRATCH, pa,
			    "some of %llu bytes are in a scratch area", (unsigned long long)bytes);
}

/* Every run: is it in scratch, and was some of it preserved before, with larger blocks? */
static int check_map(struct kstd_memory *m, const struct kstd_scratch *s)
{
	struct kstd_run run, last = { 0 };
	struct kstd_map_walk w;
	int rc = kstd_map_begin(&w, &m->map);

	if (rc)
		return rc;
	while (kstd_map_next(&w, &run)) {
		uint64_t end = last.pa + (last.blocks ? kstd_run_bytes(&m->map, &last) : 0);

		check_scratch(m, m->where, s, run.pa, kstd_run_bytes(&m->map, &run));
		if (run.pa < end)
			twice(m, &last, &run);
		if (run.pa + kstd_run_bytes(&m->map, &run) > end)
			last = run;
	}
	kstd_map_end(&w);
	return 0;
}

static void overlap(struct kstd_memory *m, const struct kstd_ref *a, const struct kstd_ref *b)
{
	struct kstd_where where = KSTD_AT(NULL, b->owner, strlen(b->owner));
	uint64_t end = a->pa + a->bytes, own = b->pa + b->bytes;

	kstd_defect(m->dump, &where, KSTD_E_OVERLAP, b->pa, "%llu bytes are of %.150s, too",
		    (unsigned long long)((own < end ? own : end) - b->pa), a->owner);
}

/* References are sorted; who only points to memory does not have it. */
static void check_owners(struct kstd_memory *m, const struct kstd_scratch *s)
{
	const struct kstd_ref *last = NULL;

	for (size_t i = 0; i < m->refs.nr; i++) {
		const struct kstd_ref *r = &m->refs.v[i];
		struct kstd_where where = KSTD_AT(NULL, r->owner, strlen(r->owner));

		if (r->kind == KSTD_REF_POINTER)
			continue;
		if (!m->known)
			check_scratch(m, &where, s, r->pa, r->bytes);
		if (last && r->pa - last->pa < last->bytes && strcmp(r->owner, last->owner))
			overlap(m, last, r);
		if (!last || r->pa + r->bytes > last->pa + last->bytes)
			last = r;
	}
}

static void note_leaks(const struct kstd_memory *m)
{
	if (m->unowned)
		kstd_note(m->dump, "%s: %llu bytes of preserved memory that nobody known here refers to, in %llu ranges: a leak, or of a user of KHO that says so only during the kexec, as LUO does; \"mem\" lists them",
			  kstd_side_name(m->side), (unsigned long long)m->unowned,
			  (unsigned long long)m->unowned_ranges);
}

int kstd_verify_memory(struct kstd_checked *c)
{
	struct kstd_scratch scratch;
	struct kstd_memory *m;
	int rc = kstd_memory_of(c->dump, c->side, &m);

	if (rc || !m)
		return rc;
	if (m->known || m->refs.nr || m->kho.has_root)
		c->m = m;
	kstd_scratch_read(c->dump, c->side, &scratch);
	check_owners(m, &scratch);
	if (!m->known)
		return 0;
	note_leaks(m);
	return check_map(m, &scratch) ?: kstd_gaps(m, gap, m);
}
