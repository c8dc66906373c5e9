// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* A memfd as nodes. */

#include <stdlib.h>

#include "base/alloc.h"
#include "base/known.h"
#include "base/lazy_list.h"
#include "luo/memfd.h"

/**
 * struct flag_name - a bit and what its header calls it
 */
struct flag_name {
	uint32_t bit;
	const char *name;
};

/* include/uapi/linux/fcntl.h, in the order of the bits. */
static const struct flag_name seals[] = {
	{ 0x01, "F_SEAL_SEAL" }, { 0x02, "F_SEAL_SHRINK" }, { 0x04, "F_SEAL_GROW" },
	{ 0x08, "F_SEAL_WRITE" }, { 0x10, "F_SEAL_FUTURE_WRITE" }, { 0x20, "F_SEAL_EXEC" },
	{ 0, NULL },
};

static const struct flag_name folio_flags[] = {
	{ KSTD_FOLIO_DIRTY, "dirty" }, { KSTD_FOLIO_UPTODATE, "uptodate" }, { 0, NULL },
};

/* Put flags as kstate's fields show them: value and names, and bits without a name in hex. */
static void put_flags(struct kstd_arena *a, struct kstd_node *into, enum kstd_key_index key,
		      const struct flag_name *names, uint64_t v, uint64_t at)
{
	struct kstd_node *list = kstd_put_flags(a, into, key, KSTD_U32, v, at);

	if (!list)
		return;
	for (; names->bit; names++)
		if (v & names->bit) {
			kstd_put_str(a, list, KSTD_NO_KEY, names->name);
			v &= ~(uint64_t)names->bit;
		}
	kstd_put_unnamed_bits(a, list, v);
}

/**
 * struct list - what a list of folios is made from
 */
struct list {
	struct kstd_memfd m;
	const struct kstd_where *where;
};

struct folio_iter {
	struct kstd_list_iter it;
	struct kstd_folio_walk walk;
};

static void folios_begin(struct kstd_list_iter *it)
{
	const struct list *l = it->of;

	kstd_folios_begin(&((struct folio_iter *)it)->walk, &l->m, l->where, NULL, NULL);
}

static struct kstd_node *folios_next(struct kstd_list_iter *it)
{
	struct kstd_arena *a = &it->arena;
	struct kstd_folio f;
	struct kstd_node *n;

	if (!kstd_folios_next(&((struct folio_iter *)it)->walk, &f))
		return NULL;
	n = kstd_put(a, NULL, KSTD_NO_KEY, KSTD_OBJECT);
	kstd_placed(kstd_put_num(a, n, KSTD_K_FOLIO_INDEX, KSTD_U64, f.index), f.at + 8);
	if (f.pa)
		kstd_placed(kstd_put_num(a, n, KSTD_K_FOLIO_ADDRESS, KSTD_ADDRESS, f.pa), f.at);
	else
		kstd_placed(kstd_put(a, n, KSTD_K_FOLIO_ADDRESS, KSTD_NULL), f.at);
	kstd_put_num(a, n, KSTD_K_FOLIO_SIZE, KSTD_SIZE, f.bytes);
	put_flags(a, n, KSTD_K_FOLIO_FLAGS, folio_flags, f.flags, f.at);
	return n;
}

static void folios_end(struct kstd_list_iter *it)
{
	kstd_folios_end(&((struct folio_iter *)it)->walk);
}

static bool folios_cut(const struct kstd_list_iter *it)
{
	const struct kstd_folio_walk *w = &((const struct folio_iter *)it)->walk;

	return w->cut || w->area.broken;
}

static uint64_t folios_count(const void *of)
{
	const struct list *l = of;

	return l->m.nr_folios;
}

static const struct kstd_list_type folios_type = {
	.bytes = sizeof(struct folio_iter),
	.begin = folios_begin,
	.next = folios_next,
	.end = folios_end,
	.count = folios_count,
	.cut = folios_cut,
};

/* Count the bytes of the file that folios hold; the rest are holes. @whole: all could be read. */
static uint64_t present(const struct kstd_memfd *m, const struct kstd_where *where, bool *whole)
{
	struct kstd_folio_walk *w = kstd_malloc(sizeof(*w));
	uint64_t bytes = 0, nr, off;
	struct kstd_folio f;

	*whole = false;
	if (!w) {
		kstd_defect(m->dump, where, KSTD_E_MEMORY, KSTD_NO_OFFSET, NULL);
		return 0;
	}
	kstd_folios_begin(w, m, where, NULL, NULL);
	for (nr = 0; kstd_folios_next(w, &f); nr++)
		if (!__builtin_mul_overflow(f.index, m->dump->phys->page_size, &off) &&
		    off < m->size)
			bytes += m->size - off < f.bytes ? m->size - off : f.bytes;
	kstd_folios_end(w);
	free(w);
	*whole = nr == m->nr_folios;
	return bytes < m->size ? bytes : m->size;
}

static void put_folios(struct kstd_arena *a, const struct kstd_memfd *m,
		       const struct kstd_where *where, struct kstd_node *into)
{
	struct list *l = kstd_arena_get(a, sizeof(*l));

	if (!l)
		return;
	*l = (struct list){ *m, kstd_where_keep(a, where) };
	kstd_list_put(a, into, KSTD_K_FOLIOS,
		      (struct kstd_list_args){ m->dump, &folios_type, l, l->where });
}

/* memfd-v1 has no seals: whether the file had some is not known. */
static void put_seals(struct kstd_arena *a, const struct kstd_memfd *m, struct kstd_node *into)
{
	const struct kstd_memfd_format *v = m->format;

	if (v->seals == KSTD_NO_FIELD)
		kstd_put(a, into, KSTD_K_SEALS, KSTD_NULL);
	else
		put_flags(a, into, KSTD_K_SEALS, seals, m->seals, m->pa + v->seals);
	if (v->flags == KSTD_NO_FIELD)
		kstd_hidden_if(kstd_put(a, into, KSTD_K_MEMFD_FLAGS, KSTD_NULL), true);
	else
		kstd_hidden_if(kstd_placed(kstd_put_num(a, into, KSTD_K_MEMFD_FLAGS, KSTD_U32,
							m->flags), m->pa + v->flags), !m->flags);
}

void kstd_memfd_put(struct kstd_arena *a, const struct kstd_memfd *m,
		    const struct kstd_where *where, struct kstd_node *into)
{
	const struct kstd_memfd_format *v = m->format;
	bool whole;
	uint64_t bytes = present(m, where, &whole);

	kstd_placed(kstd_put_num(a, into, KSTD_K_FILE_BYTES, KSTD_SIZE, m->size), m->pa + v->size);
	kstd_placed(kstd_put_num(a, into, KSTD_K_POSITION, KSTD_U64, m->pos), m->pa + v->pos);
	put_seals(a, m, into);
	kstd_placed(kstd_put_num(a, into, KSTD_K_NR_FOLIOS, KSTD_U64, m->nr_folios),
		    m->pa + v->folios);
	if (!whole) {
		kstd_put_unknown(a, into, KSTD_K_PRESENT);
		kstd_put_unknown(a, into, KSTD_K_HOLES);
		put_folios(a, m, where, into);
		return;
	}
	kstd_put_num(a, into, KSTD_K_PRESENT, KSTD_SIZE, bytes);
	kstd_hidden_if(kstd_put_num(a, into, KSTD_K_HOLES, KSTD_SIZE, m->size - bytes),
		       m->size == bytes);
	put_folios(a, m, where, into);
}
