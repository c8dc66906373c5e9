/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: physical memory
 *
 * What is preserved is found by physical address. A source that holds physical
 * memory (a core file, /proc/kcore, a capture) hangs a &struct kstd_phys on its
 * dump; a source that holds blobs only has none, and then addresses are shown
 * and not followed.
 *
 * Memory that a source does not have is never taken for zeros: a read says of
 * every byte whether it is there, and if not, why.
 *
 * A span of physical memory has the physical address as its offset
 * (&kstd_span.at), so that messages name it.
 */

#ifndef KSTD_PHYS_H
#define KSTD_PHYS_H

#include "base/dump.h"

/**
 * enum kstd_avail - what a source knows of some memory
 * @KSTD_AVAIL_PRESENT: its bytes
 * @KSTD_AVAIL_ABSENT: nothing: the source never had it
 * @KSTD_AVAIL_EXCLUDED: that it was left out when the source was made
 * @KSTD_AVAIL_UNREADABLE: that it should be there: a truncated file, an I/O error
 */
enum kstd_avail {
	KSTD_AVAIL_PRESENT,
	KSTD_AVAIL_ABSENT,
	KSTD_AVAIL_EXCLUDED,
	KSTD_AVAIL_UNREADABLE,
};

struct kstd_phys;

/**
 * struct kstd_phys_ops - a kind of source
 * @kind: for messages: "ELF core", "capture", "/proc/kcore"
 * @read: copy bytes from @pa on, up to the first that is of another state than
 *        the byte at @pa; @len is not 0. Sets *@there; @buf is written only if
 *        that is %KSTD_AVAIL_PRESENT. Returns how many bytes are of that state, 1 to
 *        @len.
 * @next: the first run of memory that is there at or after @pa; false if there
 *        is none. *@start >= @pa.
 * @data: as @next, but it may pass over memory that is known to be zero; NULL if
 *        nothing is known of that
 */
struct kstd_phys_ops {
	const char *kind;
	size_t (*read)(struct kstd_phys *phys, uint64_t pa, void *buf, size_t len,
		       enum kstd_avail *there);
	bool (*next)(struct kstd_phys *phys, uint64_t pa, uint64_t *start, uint64_t *len);
	bool (*data)(struct kstd_phys *phys, uint64_t pa, uint64_t *start, uint64_t *len);
};

/**
 * struct kstd_phys - the physical memory of a dump
 * @name: path of the source as given
 * @page_size: bytes, a power of two; never 0
 * @big: byte order of the machine
 * @changing: a running system: two reads may differ, and nothing that the kernel
 *            may have freed may be followed
 * @bytes_read: of an ELF core, so far
 */
struct kstd_phys {
	const struct kstd_phys_ops *ops;
	const char *name;
	uint32_t page_size;
	bool big;
	bool changing;
	uint64_t bytes_read;
};

/**
 * kstd_phys_follows - may addresses in what a side has be followed?
 * @side: one KSTD_SIDE_*
 *
 * Not without memory, and not into what a running system was handed over: its
 * kernel has freed most of that, and others use it now.
 */
bool kstd_phys_follows(const struct kstd_dump *dump, unsigned int side);

/* Set the error that @dump has no memory to follow the address @pa in. Returns -KSTD_INPUT. */
int kstd_no_memory_error(struct kstd_dump *dump, uint64_t pa);

/**
 * kstd_phys_copy - copy memory
 * @dump: the dump
 * @pa: physical address
 * @buf: where to
 * @len: bytes; not kept anywhere else, so it may be much
 *
 * Return: 0; -KSTD_INPUT: ABSENT, EXCLUDED, IO or TRUNCATED, with the physical
 * address of the first byte that is not there as offset; also if the source has
 * no memory.
 */
int kstd_phys_copy(struct kstd_dump *dump, uint64_t pa, void *buf, size_t len);

/**
 * kstd_phys_get - see memory for as long as the dump lives
 * @dump: the dump
 * @pa: physical address
 * @len: bytes; at most %KSTD_PHYS_GET_MAX
 * @out: the bytes, aligned to 8, at offset @pa
 *
 * Return: as kstd_phys_copy(); TOO_BIG.
 */
#define KSTD_PHYS_GET_MAX	(64UL << 20)
int kstd_phys_get(struct kstd_dump *dump, uint64_t pa, size_t len, struct kstd_span *out);

/**
 * kstd_phys_scan - look at memory, piece by piece
 * @dump: the dump
 * @from: the first address
 * @to: the last one
 * @limit: stop once so many bytes were looked at; 0 for no limit
 * @look: called with the next @n bytes at @pa, 1 MiB at most, aligned to 8 where @pa
 *        is; memory that is not there or known to be zero is passed over. Stops
 *        once it returns false, or the caller of the library cancels.
 * @arg: handed on
 *
 * Return: 0; -KSTD_ENVIRONMENT: no memory.
 */
int kstd_phys_scan(struct kstd_dump *dump, uint64_t from, uint64_t to, uint64_t limit,
		   bool (*look)(void *arg, uint64_t pa, const uint8_t *buf, size_t n), void *arg);

#endif
