// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Compares lists whose elements have names. Elements are matched by name. */

#include <stdio.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/hash_map.h"
#include "diff/diff.h"

bool kstd_diff_name(const struct kstd_node *n, struct kstd_diff_at *name)
{
	static const char *const keys[] = { "section", "name", "session", "token", "index" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const struct kstd_node *key = kstd_node_get(n, keys[i]);

		if (!key || key->key == KSTD_K_ENUM_NAME ||
		    (key->type != KSTD_TEXT && key->type != KSTD_U64))
			continue;
		name->name = key->type == KSTD_TEXT ? key->mem.p : NULL;
		name->len = key->type == KSTD_TEXT ? key->mem.len : 0;
		name->index = key->type == KSTD_TEXT ? 0 : key->u;
		return true;
	}
	return false;
}

static bool same_name(const struct kstd_node *x, const struct kstd_node *y)
{
	struct kstd_diff_at a, b;

	return kstd_diff_name(x, &a) && kstd_diff_name(y, &b) && !a.name == !b.name &&
	       a.index == b.index && a.len == b.len &&
	       (!a.name || !memcmp(a.name, b.name, a.len));
}

static uint64_t hash_of(const struct kstd_node *n)
{
	struct kstd_diff_at name = { .index = 0 };

	kstd_diff_name(n, &name);
	return kstd_hash_of(name.name, name.len, name.index);
}

/**
 * struct name_entry - an element of a list
 * @hash: of its name
 * @nr: its number in the list
 * @compared: it was compared
 */
struct name_entry {
	uint64_t hash;
	uint64_t nr;
	bool compared;
};

/**
 * struct named_list - one of the two lists
 * @it: its next element is number @nr
 * @v: @count entries of elements, sorted by hash
 * @cut: elements are missing, as far as that is known yet: those of x until all were passed over
 */
struct named_list {
	const struct kstd_node *list;
	struct kstd_iter it;
	uint64_t nr;
	struct name_entry *v;
	size_t count;
	bool cut;
};

static int by_hash(const void *a_, const void *b_)
{
	const struct name_entry *a = a_, *b = b_;

	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	return a->nr < b->nr ? -1 : a->nr > b->nr;
}

/* Entries of all elements from @from on; false if memory is short. */
static bool collect_names(struct named_list *s, uint64_t from)
{
	const struct kstd_node *e;
	struct kstd_iter it;
	size_t room = 0;
	bool ok = true;

	kstd_iter_begin(&it, s->list);
	for (uint64_t nr = 0; ok && (e = kstd_iter_next(&it)); nr++) {
		if (nr < from)
			continue;
		ok = kstd_array_fits(s->v, s->count, room);
		if (ok)
			s->v[s->count++] = (struct name_entry){ hash_of(e), nr, false };
	}
	s->cut = kstd_iter_cut(&it);
	kstd_iter_end(&it);
	if (s->count)
		qsort(s->v, s->count, sizeof(*s->v), by_hash);
	return ok;
}

/* The first entry with this hash that was not compared; NULL if there is none. */
static struct name_entry *find_name(const struct named_list *s, uint64_t hash)
{
	size_t low = kstd_lower_bound(s->v, s->count, hash, hash);

	while (low < s->count && s->v[low].hash == hash && s->v[low].compared)
		low++;
	return low < s->count && s->v[low].hash == hash ? &s->v[low] : NULL;
}

/* Element @nr, valid until the next call; NULL after the last, or after %KSTD_MAX_SEEKS. */
static const struct kstd_node *seek_element(struct kstd_differ *d, struct named_list *s,
					    uint64_t nr)
{
	const struct kstd_node *e = NULL;

	if (nr < s->nr) {
		kstd_iter_end(&s->it);
		kstd_iter_begin(&s->it, s->list);
		s->nr = 0;
	}
	while (s->nr <= nr && d->seeks < KSTD_MAX_SEEKS) {
		e = kstd_iter_next(&s->it);
		s->nr++;
		d->seeks++;
	}
	return s->nr == nr + 1 ? e : NULL;
}

static void note_seek_limit(struct kstd_differ *d)
{
	if (d->seeks < KSTD_MAX_SEEKS)
		return;
	kstd_defect(d->dump, NULL, KSTD_E_TOO_BIG, KSTD_NO_OFFSET,
		    "lists are in too different an order: not all of them was compared");
}

/* Compare the elements of x from @from on with those of y; then note those that only y has. */
static void compare_rest(struct kstd_differ *d, const struct kstd_diff_at *at, struct named_list *x,
			 struct named_list *y, uint64_t from,
			 void (*compare)(struct kstd_differ *d, const struct kstd_diff_at *at,
					 const struct kstd_node *x, const struct kstd_node *y))
{
	struct kstd_diff_at here = { .up = at };
	const struct kstd_node *e, *f;
	struct name_entry *entry;
	bool moved = false;
	uint64_t last = 0;

	for (uint64_t nr = from; (e = seek_element(d, x, nr)); nr++) {
		kstd_diff_name(e, &here);
		entry = find_name(y, hash_of(e));
		f = entry ? seek_element(d, y, entry->nr) : NULL;
		if (!entry && !y->cut)
			kstd_differ_put(d, &here, "removed", kstd_node_get(e, "value"), NULL);
		if (!entry)
			continue;
		moved |= entry->nr < last;
		last = entry->nr;
		entry->compared = true;
		if (f)
			compare(d, &here, e, f);
	}
	x->cut = kstd_iter_cut(&x->it);
	if (d->all && moved)
		kstd_differ_put(d, at, "order", NULL, NULL);
	for (uint64_t nr = from; (f = seek_element(d, y, nr)); nr++) {
		entry = find_name(y, hash_of(f));
		if (!entry)
			continue;
		entry->compared = true;
		kstd_diff_name(f, &here);
		if (!x->cut)
			kstd_differ_put(d, &here, "added", NULL, kstd_node_get(f, "value"));
	}
}

static void end_list(struct named_list *s)
{
	kstd_iter_end(&s->it);
	free(s->v);
}

/* Compare elements while both lists have the same names. Returns the number of elements. */
static uint64_t compare_start(struct kstd_differ *d, const struct kstd_diff_at *at,
			      struct named_list *x, struct named_list *y, bool *done,
			      void (*compare)(struct kstd_differ *d, const struct kstd_diff_at *at,
					      const struct kstd_node *x,
					      const struct kstd_node *y))
{
	struct kstd_diff_at here = { .up = at };
	const struct kstd_node *e, *f;
	uint64_t nr = 0;

	for (;; nr++) {
		e = kstd_iter_next(&x->it);
		f = kstd_iter_next(&y->it);
		*done = !e && !f;
		if (!e || !f || !same_name(e, f))
			break;
		kstd_diff_name(e, &here);
		compare(d, &here, e, f);
	}
	x->nr = y->nr = nr + 1;
	return nr;
}

void kstd_differ_named(struct kstd_differ *d, const struct kstd_diff_at *at,
		       const struct kstd_node *a, const struct kstd_node *b,
		       void (*compare)(struct kstd_differ *d, const struct kstd_diff_at *at,
				       const struct kstd_node *x, const struct kstd_node *y))
{
	static const struct kstd_node empty = { .type = KSTD_LIST };
	struct named_list x = { .list = a ? a : &empty }, y = { .list = b ? b : &empty };
	uint64_t from;
	bool done;

	kstd_iter_begin(&x.it, x.list);
	kstd_iter_begin(&y.it, y.list);
	from = compare_start(d, at, &x, &y, &done, compare);
	if (done) {
		x.cut = kstd_iter_cut(&x.it);
		y.cut = kstd_iter_cut(&y.it);
	} else if (!collect_names(&y, from)) {
		kstd_defect(d->dump, NULL, KSTD_E_MEMORY, KSTD_NO_OFFSET, NULL);
	} else {
		compare_rest(d, at, &x, &y, from, compare);
	}
	if (x.cut || y.cut)
		kstd_differ_unknown(d, at, KSTD_NOT_ALL_READ);
	note_seek_limit(d);
	end_list(&x);
	end_list(&y);
}
