// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include "luo/memfd_pieces.h"

/* The next folio that is memory of the file. One that is out of order is a defect already. */
static void look_ahead(struct kstd_piece_walk *w, uint64_t end)
{
	const struct kstd_memfd *m = w->folios.m;
	struct kstd_folio f;
	uint64_t off;

	w->ahead.bytes = 0;
	while (!w->ahead.bytes && kstd_folios_next(&w->folios, &f)) {
		if (!f.pa || __builtin_mul_overflow(f.index, m->dump->phys->page_size, &off) ||
		    off < end || off >= m->size)
			continue;
		w->ahead = (struct kstd_piece){
			off, f.pa, m->size - off < f.bytes ? m->size - off : f.bytes,
		};
	}
}

void kstd_pieces_begin(struct kstd_piece_walk *w, const struct kstd_memfd *m,
		       const struct kstd_where *where)
{
	kstd_folios_begin(&w->folios, m, where, NULL, NULL);
	w->at = 0;
	look_ahead(w, 0);
}

bool kstd_pieces_next(struct kstd_piece_walk *w, struct kstd_piece *p)
{
	uint64_t end = w->ahead.bytes ? w->ahead.off : w->folios.m->size;

	if (w->at >= w->folios.m->size)
		return false;
	*p = (struct kstd_piece){ w->at, 0, end - w->at };
	if (!p->bytes) {
		*p = w->ahead;
		do {
			p->bytes += w->ahead.off == p->off ? 0 : w->ahead.bytes;
			look_ahead(w, p->off + p->bytes);
		} while (w->ahead.bytes && w->ahead.off == p->off + p->bytes &&
			 w->ahead.pa == p->pa + p->bytes);
	}
	w->at = p->off + p->bytes;
	return true;
}

bool kstd_pieces_whole(const struct kstd_piece_walk *w)
{
	return !w->folios.area.broken && !w->folios.odd && !w->folios.cut;
}

void kstd_pieces_end(struct kstd_piece_walk *w)
{
	kstd_folios_end(&w->folios);
}
