/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: preserved memfds
 *
 * What LUO's handlers "memfd-v1" and "memfd-v2" keep of a memfd, &struct memfd_luo_ser
 * of include/linux/kho/abi/memfd.h: packed, integers in the byte order of the machine:
 * u64 position, u64 size in bytes, from v2 on u32 seals (F_SEAL_*) and u32 flags, u64
 * number of folios, and the descriptor of a vmalloc area with that many entries of 16
 * bytes: u64 of two bitfields, 52 bits page frame number and 12 bits flags in the order
 * in which a compiler lays them out, then u64 index of the folio's first page in the
 * file. Offsets: kho/formats.h.
 *
 * An entry does not have the size of its folio. The kernel gives every page of the
 * file a folio before it preserves it, so a folio reaches to the next one, if
 * number and index are aligned so that it can; what it cannot cover is a hole.
 */

#ifndef KSTD_MEMFD_H
#define KSTD_MEMFD_H

#include "kho/chains.h"
#include "kho/formats.h"

#define KSTD_MEMFD_ENTRY	16
#define KSTD_MEMFD_BATCH	256	/* entries that are read at once */

#define KSTD_FOLIO_DIRTY	0x1u
#define KSTD_FOLIO_UPTODATE	0x2u

/**
 * struct kstd_memfd - a memfd
 * @format: its version
 * @pa: physical address of its state
 * @big: byte order of the machine
 * @nr_folios: as it says, but no more than its list has room for
 * @visited: see kstd_area_share(); NULL after kstd_memfd_read()
 */
struct kstd_memfd {
	struct kstd_dump *dump;
	const struct kstd_memfd_format *format;
	uint64_t pa;
	bool big;
	uint64_t pos;
	uint64_t size;
	uint64_t seals;
	uint64_t flags;
	uint64_t nr_folios;
	struct kstd_area list;
	struct kstd_visited *visited;
	uint64_t place;
};

/**
 * kstd_memfd_read - read the state of a memfd
 * @where: of the memfd, for defects
 * @pa: physical address of its state
 *
 * Return: 0; -KSTD_INPUT: it is not there, or cannot be one.
 */
int kstd_memfd_read(struct kstd_dump *dump, const struct kstd_where *where, uint64_t pa, bool big,
		    const struct kstd_memfd_format *format, struct kstd_memfd *m);

/**
 * struct kstd_folio - a folio of a memfd
 * @at: physical address of its entry
 * @pfn: page frame number; 0: the entry is a hole
 * @pa: physical address, 0 for a hole
 * @index: page in the file at which it begins
 * @bytes: as large as it can be; see above
 */
struct kstd_folio {
	uint64_t at;
	uint64_t pfn;
	uint64_t pa;
	uint32_t flags;
	uint64_t index;
	uint64_t bytes;
};

/**
 * struct kstd_folio_walk - a place in the list of folios
 * @buf: entries that were read, @n of them, the next one being @i
 * @left: entries that were not read yet
 * @ahead: the entry that the next call returns
 * @odd: entries that are out of order or beyond the end; the first is a defect
 * @cut: some of the list could not be read, which was reported
 * @work: in folios
 */
struct kstd_folio_walk {
	const struct kstd_memfd *m;
	const struct kstd_where *where;
	struct kstd_area_walk area;
	uint8_t buf[KSTD_MEMFD_BATCH * KSTD_MEMFD_ENTRY];
	uint64_t at;
	size_t n;
	size_t i;
	uint64_t left;
	struct kstd_folio ahead;
	bool has_ahead;
	uint64_t odd;
	bool cut;
	struct kstd_work work;
};

/* @refs: gets the memory of the list, not of the folios; may be NULL. @m and @where outlive @w. */
void kstd_folios_begin(struct kstd_folio_walk *w, const struct kstd_memfd *m,
		       const struct kstd_where *where, struct kstd_refs *refs, const char *owner);
/* False after the last, or if the work was cancelled. */
bool kstd_folios_next(struct kstd_folio_walk *w, struct kstd_folio *f);
void kstd_folios_end(struct kstd_folio_walk *w);

/**
 * kstd_memfd_load - the contents of a small memfd
 * @max: refuse one that is larger
 * @out: its bytes and a NUL, malloc()ed; holes are zeros
 *
 * Return: 0; -KSTD_INPUT: too big, or some of it is not there.
 */
int kstd_memfd_load(const struct kstd_memfd *m, const struct kstd_where *where, size_t max,
		    uint8_t **out);

/* Add what a memfd is to @into, an object; lists are made while they are iterated over. @where is
 * copied. */
void kstd_memfd_put(struct kstd_arena *a, const struct kstd_memfd *m,
		    const struct kstd_where *where, struct kstd_node *into);

#endif
