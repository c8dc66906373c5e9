// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Make ranges that do not overlap from references that may, each with its owner. */

#include "base/array.h"
#include "base/hash_map.h"
#include "owners/owners.h"

const char *kstd_holds(enum kstd_ref_kind kind)
{
	static const char *const words[] = {
		[KSTD_REF_MAP] = "memory map",
		[KSTD_REF_KHO] = "KHO",
		[KSTD_REF_BLOB] = "state",
		[KSTD_REF_DATA] = "contents",
		[KSTD_REF_POINTER] = "pointed to",
		[KSTD_REF_OPAQUE] = "not decoded",
	};

	return words[kind];
}

/**
 * struct names - owners by name and kind
 * @index: index of an owner, by the hash of its name and kind
 * @last: the owner that was found last
 */
struct names {
	struct kstd_memory *m;
	struct kstd_hash_map index;
	size_t owner_room;
	uint32_t last;
};

static bool is_owner(const struct kstd_memory_owner *o, const struct kstd_memory_ref *r)
{
	return o->kind == r->kind && (o->name == r->owner || !strcmp(o->name, r->owner));
}

/* The owner of a reference; %KSTD_NOBODY if memory is short. */
static uint32_t owner_of(struct names *n, const struct kstd_memory_ref *r)
{
	struct kstd_memory *m = n->m;
	const struct kstd_hash_slot *slot = NULL;
	uint64_t hash;

	if (m->nr_owners && is_owner(&m->owners[n->last], r))
		return n->last;
	hash = kstd_hash_of(r->owner, strlen(r->owner), r->kind);
	while ((slot = kstd_hash_next(&n->index, hash, slot)))
		if (is_owner(&m->owners[slot->value], r))
			return n->last = slot->value;
	if (m->nr_owners >= KSTD_NOBODY - 1 ||
	    !kstd_array_fits(m->owners, m->nr_owners, n->owner_room) ||
	    kstd_hash_add(&n->index, hash, m->nr_owners) != KSTD_HASH_ADDED)
		return KSTD_NOBODY;
	m->owners[m->nr_owners] = (struct kstd_memory_owner){ .name = r->owner, .kind = r->kind };
	return n->last = m->nr_owners++;
}

/**
 * struct flat - references that are made flat
 * @open: pieces that have begun and not ended, @nr_open of them
 * @at: ranges are made up to this address
 */
struct flat {
	struct names names;
	struct kstd_memory *m;
	struct kstd_owned_range *open;
	size_t nr_open;
	size_t open_room;
	size_t room;
	uint64_t at;
};

/* The memory between @at and @to belongs to the owner that began last. */
static bool emit_range(struct flat *f, uint64_t to)
{
	struct kstd_memory *m = f->m;
	struct kstd_owned_range *last = m->nr_pieces ? &m->pieces[m->nr_pieces - 1] : NULL;
	uint32_t owner = f->open[f->nr_open - 1].owner;

	if (to <= f->at)
		return true;
	if (last && last->owner == owner && last->end == f->at) {
		last->end = to;
	} else {
		if (!kstd_array_fits(m->pieces, m->nr_pieces, f->room))
			return false;
		m->pieces[m->nr_pieces++] = (struct kstd_owned_range){ f->at, to, owner };
	}
	f->at = to;
	return true;
}

static bool close_until(struct flat *f, uint64_t to)
{
	while (f->nr_open && f->open[f->nr_open - 1].end <= to) {
		if (!emit_range(f, f->open[f->nr_open - 1].end))
			return false;
		f->nr_open--;
	}
	return !f->nr_open || emit_range(f, to);
}

static bool add_ref(struct flat *f, const struct kstd_memory_ref *r)
{
	uint32_t owner = owner_of(&f->names, r);

	if (owner == KSTD_NOBODY)
		return false;
	f->m->owners[owner].bytes += r->bytes;
	f->m->owners[owner].pieces++;
	if (!close_until(f, r->pa))
		return false;
	/* An owner that only points to memory does not take it from one that holds it. */
	if (r->kind == KSTD_REF_POINTER && f->nr_open)
		return true;
	if (!kstd_array_fits(f->open, f->nr_open, f->open_room))
		return false;
	if (f->at < r->pa)
		f->at = r->pa;
	f->open[f->nr_open++] = (struct kstd_owned_range){ r->pa, r->pa + r->bytes, owner };
	return true;
}

/* The owners, in the order of the references before these are sorted. */
static bool name_owners(struct flat *f)
{
	for (size_t i = 0; i < f->m->refs.nr; i++)
		if (owner_of(&f->names, &f->m->refs.v[i]) == KSTD_NOBODY)
			return false;
	for (size_t i = 0; i < f->m->refs.nr_opaque; i++) {
		struct kstd_memory_ref r = { .kind = KSTD_REF_OPAQUE,
					     .owner = f->m->refs.opaque[i] };

		if (owner_of(&f->names, &r) == KSTD_NOBODY)
			return false;
	}
	return true;
}

bool kstd_owners_flatten(struct kstd_memory *m)
{
	struct flat f = { .m = m, .names = { .m = m } };
	bool ok = name_owners(&f);

	kstd_refs_sort(&m->refs);
	for (size_t i = 0; ok && i < m->refs.nr; i++)
		ok = add_ref(&f, &m->refs.v[i]);
	ok = ok && close_until(&f, UINT64_MAX);
	free(f.open);
	kstd_hash_free(&f.names.index);
	return ok;
}
