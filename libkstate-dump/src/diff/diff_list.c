// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Lists whose elements have names: what is called the same is compared, wherever it stands. */

#include <stdio.h>
#include <stdlib.h>

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
	uint64_t h = 0xcbf29ce484222325ULL;

	if (kstd_diff_name(n, &name))
		h += name.index * 0x9e3779b97f4a7c15ULL;
	for (size_t i = 0; i < name.len; i++)
		h = (h ^ (uint8_t)name.name[i]) * 0x100000001b3ULL;
	return h;
}

/**
 * struct entry - an element, by its name
 * @hash: of the name
 * @nr: its number in the list
 * @met: it was compared
 */
struct entry {
	uint64_t hash;
	uint64_t nr;
	bool met;
};

/**
 * struct side - one of the two lists
 * @it: stands after element @nr - 1
 * @v: entries of elements, sorted by hash
 */
struct side {
	const struct kstd_node *list;
	struct kstd_iter it;
	uint64_t nr;
	struct entry *v;
	size_t count;
};

static int by_hash(const void *a_, const void *b_)
{
	const struct entry *a = a_, *b = b_;

	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	return a->nr < b->nr ? -1 : a->nr > b->nr;
}

/* Entries of all elements from @from on; false if memory is short. */
static bool collect(struct side *s, uint64_t from)
{
	const struct kstd_node *e;
	struct kstd_iter it;
	size_t room = 0;
	bool ok = true;

	kstd_iter_begin(&it, s->list);
	for (uint64_t nr = 0; ok && (e = kstd_iter_next(&it)); nr++) {
		if (nr < from)
			continue;
		if (s->count == room) {
			struct entry *more = realloc(s->v, (room = room ? 2 * room : 64) *
						     sizeof(*more));

			ok = more;
			if (!ok)
				break;
			s->v = more;
		}
		s->v[s->count++] = (struct entry){ hash_of(e), nr, false };
	}
	kstd_iter_end(&it);
	if (s->count)
		qsort(s->v, s->count, sizeof(*s->v), by_hash);
	return ok;
}

/* The first entry with that hash which was not met. */
static struct entry *find(const struct side *s, uint64_t hash)
{
	size_t low = 0, high = s->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (s->v[mid].hash < hash)
			low = mid + 1;
		else
			high = mid;
	}
	while (low < s->count && s->v[low].hash == hash && s->v[low].met)
		low++;
	return low < s->count && s->v[low].hash == hash ? &s->v[low] : NULL;
}

/* Element @nr, which lives until the next call. NULL: too much was gone through. */
static const struct kstd_node *seek(struct kstd_differ *d, struct side *s, uint64_t nr)
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

static void too_much(struct kstd_differ *d)
{
	if (d->seeks < KSTD_MAX_SEEKS)
		return;
	kstd_defect(d->dump, NULL, KSTD_E_TOO_BIG, KSTD_NO_OFFSET,
		    "lists are in too different an order: not all of them was compared");
}

/* The elements of x from @from on, each with its namesake; then what only y has. */
static void compare_rest(struct kstd_differ *d, const struct kstd_diff_at *at, struct side *x,
			 struct side *y, uint64_t from,
			 void (*compare)(struct kstd_differ *d, const struct kstd_diff_at *at,
					 const struct kstd_node *x, const struct kstd_node *y))
{
	struct kstd_diff_at here = { .up = at };
	const struct kstd_node *e, *f;
	struct entry *entry;
	bool moved = false;
	uint64_t last = 0;

	for (uint64_t nr = from; (e = seek(d, x, nr)); nr++) {
		kstd_diff_name(e, &here);
		entry = find(y, hash_of(e));
		f = entry ? seek(d, y, entry->nr) : NULL;
		if (!entry) {
			kstd_differ_put(d, &here, "removed", kstd_node_get(e, "value"), NULL);
			continue;
		}
		moved |= entry->nr < last;
		last = entry->nr;
		entry->met = true;
		if (f)
			compare(d, &here, e, f);
	}
	if (d->all && moved)
		kstd_differ_put(d, at, "order", NULL, NULL);
	for (uint64_t nr = from; (f = seek(d, y, nr)); nr++) {
		entry = find(y, hash_of(f));
		if (!entry)
			continue;
		entry->met = true;
		kstd_diff_name(f, &here);
		kstd_differ_put(d, &here, "added", NULL, kstd_node_get(f, "value"));
	}
}

static void end_side(struct side *s)
{
	kstd_iter_end(&s->it);
	free(s->v);
}

/* As long as the names are the same on both sides; returns how many elements that was. */
static uint64_t compare_start(struct kstd_differ *d, const struct kstd_diff_at *at,
			      struct side *x, struct side *y, bool *done,
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
	struct side x = { .list = a ? a : &empty }, y = { .list = b ? b : &empty };
	uint64_t from;
	bool done;

	kstd_iter_begin(&x.it, x.list);
	kstd_iter_begin(&y.it, y.list);
	from = compare_start(d, at, &x, &y, &done, compare);
	if (!done && !collect(&y, from))
		kstd_defect(d->dump, NULL, KSTD_E_MEMORY, KSTD_NO_OFFSET, NULL);
	else if (!done)
		compare_rest(d, at, &x, &y, from, compare);
	too_much(d);
	end_side(&x);
	end_side(&y);
}
