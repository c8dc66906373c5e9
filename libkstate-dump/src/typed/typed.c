// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <stdlib.h>

#include "base/alloc.h"
#include "base/known.h"
#include "kho/chains.h"
#include "typed/typed_walk.h"

/* Whoever refers to what is read by type may point to the same thing twice. */
#define HOLDER	UINT32_MAX

/**
 * struct job - structs that are to be gone through
 * @l: where they are; the path of its member is "" for the first
 * @blob: the bytes, where they are in no memory
 */
struct job {
	struct kstd_typed_link l;
	struct kstd_span blob;
};

/**
 * struct run - going through a struct and all that it leads to
 * @a: holds nodes, or nothing if @refs are wanted
 * @jobs: @nr of them; those before @done were gone through
 * @members: list that values are added to; NULL if @refs are wanted
 * @refs, @owner: get the memory; NULL if nodes are wanted
 */
struct run {
	struct kstd_dump *dump;
	struct kstd_arena *a;
	const struct kstd_where *where;
	struct job *jobs;
	size_t nr;
	struct kstd_node *members;
	struct kstd_refs *refs;
	const char *owner;
};

int kstd_typed_as(struct kstd_dump *dump, const char *type, struct kstd_typed *t)
{
	t->name = type;
	t->by = "--as";
	return kstd_type_find(dump, type, &t->type);
}

int kstd_typed_of(struct kstd_dump *dump, enum kstd_owner_kind kind, const char *name, size_t len,
		  struct kstd_typed *t)
{
	const struct kstd_saying *s = NULL;
	int rc = 0;

	while ((s = kstd_saying_next(dump, s, kind, name, len))) {
		t->name = s->type;
		t->by = s->by;
		rc = kstd_type_find(dump, s->type, &t->type);
		if (!rc)
			return 1;
		if (rc != -KSTD_INPUT)
			return rc;
	}
	return rc;
}

static void add_value(void *arg, const struct kstd_typed_value *v)
{
	struct run *r = arg;
	struct kstd_node *n = kstd_put(r->a, r->members, KSTD_NO_KEY, KSTD_OBJECT);

	kstd_put_str(r->a, n, KSTD_K_MEMBER, kstd_arena_str(r->a, v->path, strlen(v->path)));
	kstd_put_str(r->a, n, KSTD_K_MEMBER_TYPE, kstd_arena_str(r->a, v->type, strlen(v->type)));
	kstd_put_num(r->a, n, KSTD_K_MEMBER_OFFSET, KSTD_U64, v->offset);
	if (v->value)
		kstd_put_str(r->a, n, KSTD_K_MEMBER_VALUE,
			     kstd_arena_str(r->a, v->value, strlen(v->value)));
	else
		kstd_put_unknown(r->a, n, KSTD_K_MEMBER_VALUE);
}

static bool is_same(const struct kstd_typed_link *a, const struct kstd_typed_link *b)
{
	return a->form == b->form && a->form != KSTD_LINK_AREA && a->pa == b->pa &&
	       a->type.btf == b->type.btf && a->type.id == b->type.id;
}

static void add_link(void *arg, const struct kstd_typed_link *l)
{
	struct run *r = arg;

	for (size_t i = 0; i < r->nr; i++)
		if (is_same(&r->jobs[i].l, l))
			return;
	if (r->nr == KSTD_TYPED_FOLLOWED) {
		kstd_unknown(r->dump, r->where, "what %s leads to: more than %d structs were followed",
			     l->path, KSTD_TYPED_FOLLOWED);
		return;
	}
	r->jobs[r->nr] = (struct job){ .l = *l };
	r->jobs[r->nr].l.path = kstd_arena_str(r->a, l->path, strlen(l->path));
	if (r->jobs[r->nr].l.path)
		r->nr++;
}

/* ---- The bytes ---- */

static int too_big(struct run *r, const struct job *j)
{
	return kstd_err(r->dump->ctx, KSTD_E_TOO_BIG, j->l.pa, "%s: over %lu KiB",
			j->l.name ? j->l.name : j->l.path, KSTD_TYPED_BYTES >> 10);
}

/* One struct, then once more with the array at its end. */
static int read_at(struct run *r, struct job *j, struct kstd_span *out)
{
	uint64_t bytes = j->l.type.bytes, all;
	struct kstd_span head = j->blob;
	uint8_t *buf;
	int rc;

	if (bytes > KSTD_TYPED_BYTES)
		return too_big(r, j);
	if (j->blob.p) {
		*out = j->blob;
		return j->blob.len < bytes ?
		       kstd_err(r->dump->ctx, KSTD_E_TRUNCATED, 0, "%s has %llu bytes, and there are %zu",
				j->l.name, (unsigned long long)bytes, j->blob.len) : 0;
	}
	buf = kstd_arena_get(r->a, bytes);
	rc = buf ? kstd_phys_copy(r->dump, j->l.pa, buf, bytes) : kstd_nomem(r->dump->ctx);
	if (rc)
		return rc;
	head = *out = kstd_span_of(buf, bytes, j->l.pa);
	all = kstd_typed_bytes(r->dump, &j->l.type, &head);
	if (all == bytes)
		return 0;
	if (all > KSTD_TYPED_BYTES)
		return too_big(r, j);
	buf = kstd_arena_get(r->a, all);
	rc = buf ? kstd_phys_copy(r->dump, j->l.pa, buf, all) : kstd_nomem(r->dump->ctx);
	*out = kstd_span_of(buf, all, j->l.pa);
	return rc;
}

static int read_blocks(struct run *r, struct job *j, struct kstd_span *out)
{
	uint8_t *buf = kstd_arena_get(r->a, KSTD_TYPED_BYTES);
	uint64_t bytes = j->l.type.bytes, used = 0;
	struct kstd_blocks *b = kstd_malloc(sizeof(*b));
	struct kstd_span entry;
	int rc = buf && b ? 0 : kstd_nomem(r->dump->ctx);

	if (!rc) {
		kstd_blocks_begin(b, r->dump, r->where, j->l.pa, bytes, r->refs, r->owner);
		while (!rc && kstd_blocks_next(b, &entry)) {
			if (KSTD_TYPED_BYTES - used < bytes)
				rc = too_big(r, j);
			else
				memcpy(buf + used, entry.p, bytes);
			used += bytes;
		}
		kstd_blocks_end(b);
	}
	free(b);
	j->l.nr = rc ? 0 : used / bytes;
	*out = kstd_span_of(buf, rc ? 0 : used, j->l.pa);
	return rc;
}

/* Add the memory of an area; what is in it is contents, unless somebody says of what type. */
static void tell_area(struct run *r, const struct kstd_area *area, bool known)
{
	struct kstd_area_walk w;
	uint64_t pa, bytes;

	kstd_area_begin(&w, r->dump, r->where, area, r->refs, r->owner,
			known ? KSTD_REF_BLOB : KSTD_REF_DATA);
	while (kstd_area_next(&w, &pa, &bytes))
		;
	kstd_area_end(&w);
}

static int read_area(struct run *r, struct job *j, struct kstd_span *out)
{
	struct kstd_span s = j->l.area;
	struct kstd_area_walk w;
	struct kstd_area area;
	uint64_t bytes;
	uint8_t *buf;
	int rc;

	*out = (struct kstd_span){ 0 };
	if (!kstd_area_take(&s, r->dump->phys && r->dump->phys->big, &area) || !area.first)
		return 0;
	j->l.pa = area.first;
	if (r->refs)
		tell_area(r, &area, j->l.type.btf);
	if (!j->l.type.btf || !j->l.nr)
		return 0;
	if (__builtin_mul_overflow(j->l.nr, j->l.type.bytes, &bytes) || bytes > KSTD_TYPED_BYTES)
		return too_big(r, j);
	buf = kstd_arena_get(r->a, bytes);
	if (!buf)
		return kstd_nomem(r->dump->ctx);
	kstd_area_begin(&w, r->dump, r->where, &area, NULL, NULL, KSTD_REF_BLOB);
	rc = kstd_area_read(&w, buf, bytes, NULL);
	if (rc && w.broken)
		j->l.nr = 0;
	else if (!rc)
		*out = kstd_span_of(buf, bytes, area.first);
	rc = w.broken ? 0 : rc;
	kstd_area_end(&w);
	return rc;
}

static int read_job(struct run *r, struct job *j, struct kstd_span *out)
{
	switch (j->l.form) {
	case KSTD_LINK_BLOCKS:
		return read_blocks(r, j, out);
	case KSTD_LINK_AREA:
		return read_area(r, j, out);
	default:
		return read_at(r, j, out);
	}
}

/* ---- Going through ---- */

/* KHO preserves pages, and what needs several of them has a power of two. */
static void tell_pages(struct run *r, const struct job *j, uint64_t bytes)
{
	uint64_t page = r->dump->phys->page_size, n = page, pa = j->l.pa & ~(page - 1);

	while (n < bytes + (j->l.pa - pa))
		n *= 2;
	kstd_ref_add(r->dump, r->where, r->refs, pa, n, KSTD_REF_BLOB, r->owner);
}

static struct kstd_node *put_head(struct run *r, const struct job *j, const struct kstd_typed *t,
				  const struct kstd_span *s, struct kstd_node *n)
{
	if (t)
		kstd_put_str(r->a, n, KSTD_K_TYPED_TYPE, t->name);
	else
		kstd_put_str(r->a, n, KSTD_K_FOLLOWED_AT, j->l.path);
	if (!t)
		kstd_put_str(r->a, n, KSTD_K_TYPED_TYPE, j->l.name);
	if (j->blob.p)
		kstd_put(r->a, n, KSTD_K_TYPED_ADDRESS, KSTD_NULL);
	else
		kstd_put_num(r->a, n, KSTD_K_TYPED_ADDRESS, KSTD_ADDRESS, j->l.pa);
	kstd_put_num(r->a, n, KSTD_K_TYPED_BYTES, KSTD_SIZE, s->len);
	if (!t)
		kstd_put_num(r->a, n, KSTD_K_TYPED_NR, KSTD_U64, j->l.nr);
	return kstd_put(r->a, n, KSTD_K_MEMBERS, KSTD_LIST);
}

/* Returns false if the bytes cannot be read, which was reported. */
static bool run_job(struct run *r, size_t i, const struct kstd_typed *t, struct kstd_node *into)
{
	const struct kstd_typed_visit visit = {
		r->refs ? NULL : add_value, add_link, r, r->a,
	};
	struct kstd_span s;

	if (read_job(r, &r->jobs[i], &s)) {
		kstd_defect_err(r->dump, r->where);
		return false;
	}
	if (r->refs && r->jobs[i].l.form == KSTD_LINK_AT && !r->jobs[i].blob.p)
		tell_pages(r, &r->jobs[i], s.len);
	if (!s.len)
		return true;
	if (into)
		r->members = put_head(r, &r->jobs[i], t, &s, into);
	kstd_typed_walk(r->dump, r->where, &r->jobs[i].l.type, &s, r->jobs[i].l.nr, &visit);
	return true;
}

static bool begin(struct run *r, const struct kstd_typed *t)
{
	r->jobs = kstd_arena_get(r->a, KSTD_TYPED_FOLLOWED * sizeof(*r->jobs));
	if (!r->jobs) {
		kstd_defect(r->dump, r->where, KSTD_E_MEMORY, KSTD_NO_OFFSET, NULL);
		return false;
	}
	r->jobs[r->nr++] = (struct job){
		.l = { .path = "", .type = t->type, .name = t->name, .nr = 1, .form = KSTD_LINK_AT,
		       .pa = t->pa },
		.blob = t->blob,
	};
	return true;
}

struct kstd_node *kstd_typed_put(struct kstd_dump *dump, struct kstd_arena *a,
				 const struct kstd_where *where, const struct kstd_typed *t,
				 const char *of, struct kstd_node *into)
{
	struct run r = { .dump = dump, .a = a, .where = where };
	struct kstd_node *n, *list, *one;

	n = kstd_put(a, NULL, of ? KSTD_NO_KEY : KSTD_K_TYPED, KSTD_OBJECT);
	if (of)
		kstd_put_str(a, n, KSTD_K_TYPED_OF, of);
	if (!n || !begin(&r, t) || !run_job(&r, 0, t, n)) {
		if (!of)
			kstd_put_unknown(a, into, KSTD_K_TYPED);
		return NULL;
	}
	kstd_put_str(a, n, KSTD_K_TYPED_BY, t->by);
	kstd_put_str(a, n, KSTD_K_TYPED_FROM, t->type.where);
	list = kstd_put(a, n, KSTD_K_FOLLOWED, KSTD_LIST);
	for (size_t i = 1; i < r.nr && list; i++) {
		one = kstd_put(a, NULL, KSTD_NO_KEY, KSTD_OBJECT);
		if (run_job(&r, i, NULL, one) && one && one->kids.first)
			kstd_link(list, one);
	}
	return kstd_link(into, n);
}

void kstd_typed_refs(struct kstd_dump *dump, const struct kstd_where *where,
		     const struct kstd_typed *t, struct kstd_refs *refs, const char *owner)
{
	struct kstd_arena once = { 0 };
	struct run r = { .dump = dump, .a = &once, .where = where, .refs = refs, .owner = owner };
	uint32_t holder = refs->holder;

	refs->holder = HOLDER;
	if (begin(&r, t))
		for (size_t i = 0; i < r.nr; i++)
			run_job(&r, i, NULL, NULL);
	refs->holder = holder;
	kstd_arena_free(&once);
}
