/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: what a preserved memfd holds
 *
 * The bytes of a memfd from the first to the last, as pieces of memory and holes: a
 * piece is as long as its folios follow each other in the file and in memory.
 */

#ifndef KSTD_MEMFD_PIECES_H
#define KSTD_MEMFD_PIECES_H

#include "luo/memfd.h"

/**
 * struct kstd_piece - bytes of the file that are in one place
 * @off: where they are in the file
 * @pa: physical address; 0: a hole, which reads as zeros
 * @bytes: not 0
 */
struct kstd_piece {
	uint64_t off;
	uint64_t pa;
	uint64_t bytes;
};

/**
 * struct kstd_piece_walk - a place in a memfd
 * @at: where the next piece begins in the file
 * @ahead: what follows it, or what comes after a hole; @ahead.bytes is 0 at the end
 */
struct kstd_piece_walk {
	struct kstd_folio_walk folios;
	uint64_t at;
	struct kstd_piece ahead;
};

/* @m and @where outlive @w. */
void kstd_pieces_begin(struct kstd_piece_walk *w, const struct kstd_memfd *m,
		       const struct kstd_where *where);

/* The next piece, which begins where the one before ended; false after the last. */
bool kstd_pieces_next(struct kstd_piece_walk *w, struct kstd_piece *p);

/* After the last piece: was all of the list of folios there, and sound? If not, which was reported,
 * what was called a hole may be none. */
bool kstd_pieces_whole(const struct kstd_piece_walk *w);
void kstd_pieces_end(struct kstd_piece_walk *w);

#endif
