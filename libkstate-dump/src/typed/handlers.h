/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: which struct the data of whom is
 *
 * By a file that the caller names (kstd_open_opts.handlers), then by handlers.def. The file
 * has a line for each statement, of words with blanks between them; "#" begins a comment:
 *
 *   file HANDLER struct NAME            the data of a file of LUO with that handler
 *   flb FLB struct NAME                 the data of an FLB of LUO
 *   count STRUCT MEMBER COUNT           MEMBER, the array at the end of STRUCT, has as many
 *                                       elements as its member COUNT says
 *   area STRUCT MEMBER struct NAME COUNT  MEMBER, a preserved vmalloc area, has so many of these
 *   at STRUCT MEMBER struct NAME        MEMBER is the physical address of one of these, or 0
 *   blocks STRUCT MEMBER struct NAME    MEMBER is that of the first block of a chain of these
 *
 * STRUCT has no "struct" before it; MEMBER and COUNT may be paths, as "hdr.next" and
 * "items[].address", where [] means each element.
 */

#ifndef KSTD_HANDLERS_H
#define KSTD_HANDLERS_H

#include "base/dump.h"

/* X(symbol, keyword of the file) */
#define KSTD_OWNER_KINDS(X)		\
	X(FILE, "file")			\
	X(FLB, "flb")

#define X(sym, word) KSTD_OF_##sym,
enum kstd_owner_kind {
	KSTD_OWNER_KINDS(X)
	KSTD_OF_COUNT,
	KSTD_OF_AREA,
	KSTD_OF_AT,
	KSTD_OF_BLOCKS,
};
#undef X

/**
 * struct kstd_saying - what a row says
 * @name: of the handler or FLB; of the struct from %KSTD_OF_COUNT on
 * @type: which struct: of the data, of the elements, of what an address leads to
 * @member: of the struct, from %KSTD_OF_COUNT on
 * @count: the member with the number of elements; NULL if there is none
 * @by: who says it, for people
 */
struct kstd_saying {
	struct kstd_saying *next;
	enum kstd_owner_kind kind;
	const char *name;
	const char *type;
	const char *member;
	const char *count;
	const char *by;
};

/**
 * kstd_handlers_file - read a file as above
 *
 * Return: 0; -KSTD_USAGE: a line that is none of these; -KSTD_ENVIRONMENT: it cannot be read.
 */
int kstd_handlers_file(struct kstd_dump *dump, const char *path);

/**
 * kstd_saying_next - the next row about something
 * @after: NULL for the first
 * @len: bytes of @name
 *
 * Return: NULL after the last; valid as long as the dump.
 */
const struct kstd_saying *kstd_saying_next(const struct kstd_dump *dump,
					   const struct kstd_saying *after,
					   enum kstd_owner_kind kind, const char *name, size_t len);

/* What is said of a member of a struct; NULL if nothing is. */
const struct kstd_saying *kstd_saying_member(const struct kstd_dump *dump,
					     enum kstd_owner_kind kind, const char *name,
					     const char *member);

#endif
