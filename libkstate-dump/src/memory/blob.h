/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: blobs
 *
 * What a source consists of: files of debugfs or copies of them, and bytes of
 * memory or of a capture. Nothing is read before kstd_blob_load().
 */

#ifndef KSTD_BLOB_H
#define KSTD_BLOB_H

#include "base/dump.h"

#define KSTD_MAX_BLOBS	10000	/* in one source */

/* What a blob is, by the place where it was found: X(symbol, name in a capture). */
#define KSTD_ROLES(X)						\
	/* the only file: its content says what it is */	\
	X(LONE,		"lone")					\
	/* kho/{in,out}/fdt */					\
	X(ROOT,		"root")					\
	/* kho/{in,out}/sub_fdts/NAME */			\
	X(SUBTREE,	"subtree")				\
	/* kstate/{in,out}/image */				\
	X(IMAGE,	"image")				\
	/* kstate/{in,out}/sections */				\
	X(TABLE,	"table")				\
	/* kstate/catalog */					\
	X(CATALOG,	"catalog")				\
	/* kho/out/scratch_phys and scratch_len */		\
	X(SCRATCH,	"scratch")				\
	/* kho/out/finalize: 0 or 1; Linux 6.16 to 7.0 */	\
	X(FINALIZE,	"finalize")

#define X(sym, name) KSTD_ROLE_##sym,
enum kstd_role {
	KSTD_ROLES(X)
};
#undef X

/**
 * struct kstd_blob - one file
 * @path: as messages name it, relative to the directory of the source
 * @file: what to open; NULL if the bytes are there already
 * @name: the last part of @path
 * @side: KSTD_SIDE_*
 * @in_memory: not a file, but @in_memory_bytes at the physical address @pa
 * @in_capture: not a file, but @in_memory_bytes at the offset @pa of the core
 * @origin: a note for when it is read, if it is not where it should be; or NULL
 * @unread: why it could not be read when the capture was made that lists it; else NULL
 * @loaded: @bytes is valid; offsets in it are from the start of the blob
 * @heap: from malloc(), or NULL
 */
struct kstd_blob {
	struct kstd_blob *next;
	const char *path;
	const char *file;
	const char *name;
	unsigned int side;
	enum kstd_role role;
	bool in_memory;
	bool in_capture;
	uint64_t pa;
	uint64_t in_memory_bytes;
	const char *origin;
	const struct kstd_report *unread;
	bool loaded;
	void *heap;
	struct kstd_span bytes;
};

/* A new blob at the end of the list; NULL if memory is short. Strings are copied. */
struct kstd_blob *kstd_blob_add(struct kstd_dump *dump, const char *path, const char *file,
				unsigned int side, enum kstd_role role);

/**
 * kstd_blob_load - have the bytes of a blob
 *
 * Return: 0; -KSTD_INPUT: too big; -KSTD_ENVIRONMENT: cannot be opened or read; or the class of
 * &kstd_blob.unread.
 */
int kstd_blob_load(struct kstd_dump *dump, struct kstd_blob *blob);
void kstd_blob_unload(struct kstd_blob *blob);

#define KSTD_MAX_COPIED	(4ULL << 30)

/*
 * Count bytes that will be kept until the dump is closed. Several blobs may name the same bytes:
 * returns -KSTD_INPUT if they are more than %KSTD_MAX_COPIED in all.
 */
int kstd_copied(struct kstd_dump *dump, uint64_t bytes);

/* Read @fd to its end; @head is what was read of it already. */
int kstd_blob_read(struct kstd_dump *dump, struct kstd_blob *blob, struct kstd_span head, int fd);

/* Forget the blob that was added last, which has no bytes yet. */
void kstd_blob_drop_last(struct kstd_dump *dump);

/* A copy of some bytes, aligned to 8, that lives as long as the dump; offsets stay. */
int kstd_blob_realign(struct kstd_dump *dump, struct kstd_span *bytes);

/* A blob of a side; @name NULL: any. */
struct kstd_blob *kstd_blob_find(struct kstd_dump *dump, unsigned int side, enum kstd_role role,
				 const char *name, size_t len);

#endif
