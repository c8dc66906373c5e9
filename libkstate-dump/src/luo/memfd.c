// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <stdlib.h>

#include "base/alloc.h"
#include "luo/memfd.h"

#define FOLIOS_TOLD	65536	/* folios between two progress calls */

#define PFN_BITS	52
#define FLAG_BITS	12

/* F_SEAL_SEAL to F_SEAL_EXEC: MEMFD_LUO_ALL_SEALS of memfd-v2. */
#define ALL_SEALS	0x3fu

static uint64_t round_up(uint64_t bytes, uint64_t page)
{
	return bytes / page + !!(bytes % page);
}

static uint64_t pages_of(const struct kstd_memfd *m)
{
	return round_up(m->size, m->dump->phys->page_size);
}

/* Check for what the kernel would refuse, and for a list that is too short. */
static void check(struct kstd_memfd *m, const struct kstd_where *where)
{
	uint64_t room = m->list.pages * m->dump->phys->page_size / KSTD_MEMFD_ENTRY;

	if (m->seals & ~(uint64_t)ALL_SEALS)
		kstd_defect(m->dump, where, KSTD_E_UNSUPPORTED, m->pa + m->format->seals,
			    "seals 0x%llx: %s has none but 0x%x, and the kernel refuses the file",
			    (unsigned long long)m->seals, m->format->handler, ALL_SEALS);
	if (m->nr_folios <= room)
		return;
	kstd_defect(m->dump, where, KSTD_E_CORRUPT, m->pa + m->format->folios,
		    "%llu folios, and a list with room for %llu",
		    (unsigned long long)m->nr_folios, (unsigned long long)room);
	m->nr_folios = room;
}

/* An integer at an offset of formats.h; a field that the version does not have is 0. */
static bool take_field(const struct kstd_span *s, uint8_t off, size_t size, bool big, uint64_t *v)
{
	struct kstd_span field;

	return off == KSTD_NO_FIELD ||
	       (kstd_span_sub(s, off, size, &field) && kstd_span_int(&field, size, big, v));
}

int kstd_memfd_read(struct kstd_dump *dump, const struct kstd_where *where, uint64_t pa, bool big,
		    const struct kstd_memfd_format *format, struct kstd_memfd *m)
{
	uint8_t raw[KSTD_MEMFD_MAX_BYTES];
	struct kstd_span s = kstd_span_of(raw, format->bytes, pa), list;
	int rc;

	*m = (struct kstd_memfd){ .dump = dump, .format = format, .pa = pa, .big = big };
	if (!pa || (dump->phys && pa % dump->phys->page_size))
		return kstd_err(dump->ctx, KSTD_E_CORRUPT, KSTD_NO_OFFSET,
				"no memfd's state can be at 0x%llx", (unsigned long long)pa);
	rc = kstd_phys_copy(dump, pa, raw, format->bytes);
	if (rc)
		return rc;
	if (!take_field(&s, format->pos, 8, big, &m->pos) ||
	    !take_field(&s, format->size, 8, big, &m->size) ||
	    !take_field(&s, format->seals, 4, big, &m->seals) ||
	    !take_field(&s, format->flags, 4, big, &m->flags) ||
	    !take_field(&s, format->folios, 8, big, &m->nr_folios) ||
	    !kstd_span_sub(&s, format->list, s.len - format->list, &list) ||
	    !kstd_area_take(&list, big, &m->list))
		return kstd_err(dump->ctx, KSTD_E_BUG, pa, NULL);
	check(m, where);
	return 0;
}

void kstd_folios_begin(struct kstd_folio_walk *w, const struct kstd_memfd *m,
		       const struct kstd_where *where, struct kstd_refs *refs, const char *owner)
{
	w->m = m;
	w->where = where;
	w->at = 0;
	w->n = w->i = 0;
	w->left = m->nr_folios;
	w->has_ahead = false;
	w->odd = 0;
	w->cut = false;
	kstd_work_begin(&w->work, m->dump, "reading lists of folios", m->nr_folios, FOLIOS_TOLD);
	kstd_area_begin(&w->area, m->dump, where, &m->list, refs, owner, KSTD_REF_BLOB);
	kstd_area_share(&w->area, m->visited, m->place);
}

/* Check that the list of folios ends where its length requires. */
static void drain(struct kstd_folio_walk *w)
{
	uint64_t pa, bytes;

	while (kstd_area_next(&w->area, &pa, &bytes))
		;
}

static bool refill(struct kstd_folio_walk *w)
{
	size_t n = w->left < KSTD_MEMFD_BATCH ? w->left : KSTD_MEMFD_BATCH;

	if (!n) {
		drain(w);
		return false;
	}
	if (kstd_area_read(&w->area, w->buf, n * KSTD_MEMFD_ENTRY, &w->at)) {
		if (!w->area.broken)
			kstd_defect_err(w->m->dump, w->where);
		w->left = 0;
		w->cut = true;
		return false;
	}
	w->left -= n;
	w->n = n;
	w->i = 0;
	return true;
}

/* A compiler puts the first bitfield at the lower end of a little-endian word, at the upper end of
 * a big-endian one. */
static void split(uint64_t word, bool big, struct kstd_folio *f)
{
	f->pfn = big ? word >> FLAG_BITS : word & ((1ULL << PFN_BITS) - 1);
	f->flags = big ? word & ((1U << FLAG_BITS) - 1) : word >> PFN_BITS;
}

static bool next_entry(struct kstd_folio_walk *w, struct kstd_folio *f)
{
	struct kstd_span s;
	uint64_t word = 0;

	if (w->i == w->n && !refill(w))
		return false;
	s = kstd_span_of(w->buf + w->i * KSTD_MEMFD_ENTRY, KSTD_MEMFD_ENTRY,
			 w->at + w->i * KSTD_MEMFD_ENTRY);
	w->i++;
	*f = (struct kstd_folio){ .at = s.at };
	kstd_span_int(&s, 8, w->m->big, &word);
	kstd_span_int(&s, 8, w->m->big, &f->index);
	split(word, w->m->big, f);
	if (__builtin_mul_overflow(f->pfn, w->m->dump->phys->page_size, &f->pa))
		f->pa = 0;
	return true;
}

static void odd_folio(struct kstd_folio_walk *w, const struct kstd_folio *f, const char *what)
{
	if (!w->odd++)
		kstd_defect(w->m->dump, w->where, KSTD_E_CORRUPT, f->at,
			    "a folio at page %llu of the file, %s", (unsigned long long)f->index,
			    what);
}

/* The largest power of two of pages that @f can have before @end. */
static uint64_t pages_until(const struct kstd_folio *f, uint64_t end)
{
	uint64_t most = end > f->index ? end - f->index : 1, pages = 1;

	while (pages <= most / 2 && !((f->pfn | f->index) & pages))
		pages *= 2;
	return pages;
}

/* The last page of the file counts as a whole page. */
static void measure(struct kstd_folio_walk *w, struct kstd_folio *f)
{
	uint64_t end = pages_of(w->m);

	if (f->index >= end)
		odd_folio(w, f, "which has fewer");
	if (w->has_ahead && w->ahead.index <= f->index)
		odd_folio(w, &w->ahead, "not after the one before it");
	else if (w->has_ahead)
		end = w->ahead.index;
	f->bytes = f->pa ? pages_until(f, end) * w->m->dump->phys->page_size : 0;
}

bool kstd_folios_next(struct kstd_folio_walk *w, struct kstd_folio *f)
{
	if (!w->has_ahead && !next_entry(w, &w->ahead)) {
		kstd_work_end(&w->work);
		return false;
	}
	if (!kstd_work_on(&w->work, 1))
		return false;
	*f = w->ahead;
	w->has_ahead = next_entry(w, &w->ahead);
	measure(w, f);
	return true;
}

void kstd_folios_end(struct kstd_folio_walk *w)
{
	kstd_area_end(&w->area);
}

/* Copy the part of @f that is in the file. */
static int load_folio(const struct kstd_memfd *m, const struct kstd_folio *f, uint8_t *buf)
{
	uint64_t off, len;

	if (!f->pa || __builtin_mul_overflow(f->index, m->dump->phys->page_size, &off) ||
	    off >= m->size)
		return 0;
	len = m->size - off < f->bytes ? m->size - off : f->bytes;
	return kstd_phys_copy(m->dump, f->pa, buf + off, len);
}

int kstd_memfd_load(const struct kstd_memfd *m, const struct kstd_where *where, size_t max,
		    uint8_t **out)
{
	struct kstd_folio_walk *w;
	struct kstd_folio f;
	int rc = 0;

	if (m->size > max)
		return kstd_err(m->dump->ctx, KSTD_E_TOO_BIG, m->pa + 8,
				"%llu bytes, more than %zu", (unsigned long long)m->size, max);
	w = kstd_malloc(sizeof(*w));
	*out = kstd_calloc(1, m->size + 1);
	if (!w || !*out) {
		rc = kstd_nomem(m->dump->ctx);
	} else {
		kstd_folios_begin(w, m, where, NULL, NULL);
		while (!rc && kstd_folios_next(w, &f))
			rc = load_folio(m, &f, *out);
		/* What the walk found was reported; what it did not reach is no hole. */
		if (!rc && (w->cut || w->area.broken))
			rc = kstd_err(m->dump->ctx, KSTD_E_ABSENT, m->pa,
				      "its list of folios is damaged or not all there");
		kstd_folios_end(w);
	}
	free(w);
	if (rc) {
		free(*out);
		*out = NULL;
	}
	return rc;
}
