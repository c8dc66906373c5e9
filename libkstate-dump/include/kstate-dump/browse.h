/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: browsing
 *
 * What a program needs that shows a part at a time and answers a key at once: any
 * section without those before it, an overview that reads no section, memory. A part
 * of kstate-dump.h; include that first.
 */

#ifndef KSTATE_DUMP_BROWSE_H
#define KSTATE_DUMP_BROWSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct kstd_dump;
struct kstd_iter;
struct kstd_node;
struct kstd_index;	/* the places of the sections in an image */

/**
 * kstd_overview - the overview, without reading sections
 * @dump: the dump
 * @root: as for kstd_info(), but an image's "contents" has no count of subsections and
 *        bytes, its count of sections is what the image says of itself, and "outcome"
 *        is null
 *
 * Return: as kstd_info().
 * Since: 0.1
 */
int kstd_overview(struct kstd_dump *dump, const struct kstd_node **root);

/**
 * kstd_index_open - begin to index the sections of an image
 * @dump: the dump
 * @side: one KSTD_SIDE_*
 * @index: where to put the index, which lives until kstd_close(); nothing is indexed yet
 *
 * Return: 0. -KSTD_NOT_FOUND: no image of that side. -KSTD_INPUT, -KSTD_ENVIRONMENT: as
 * kstd_sections().
 * Since: 0.1
 */
int kstd_index_open(struct kstd_dump *dump, unsigned int side, struct kstd_index **index);

/**
 * kstd_index_grow - index more sections
 * @index: the index
 * @max: at most so many
 *
 * Checks each section as iterating over kstd_sections() does, and notes defects.
 *
 * Return: whether there are more; false also if memory is short, which is a defect.
 * Since: 0.1
 */
bool kstd_index_grow(struct kstd_index *index, uint64_t max);

/**
 * kstd_index_claim - how many sections there will be
 * @index: the index
 *
 * Return: what the image says of itself, until all are indexed: then their number.
 * Since: 0.1
 */
uint64_t kstd_index_claim(const struct kstd_index *index);

/**
 * kstd_index_sections - the sections that are indexed so far
 * @index: the index
 * @summary: without fields and subsections
 *
 * Return: a list as that of kstd_sections(), of which kstd_node_count() grows with the
 * index, and in which kstd_iter_begin_at() takes the same time everywhere.
 * Since: 0.1
 */
const struct kstd_node *kstd_index_sections(struct kstd_index *index, bool summary);

/**
 * kstd_index_payloads - the payloads of one section
 * @index: the index
 * @nr: which section, from 0
 *
 * Return: a list as that of kstd_hexdump(), of the section and its subsections. The
 * bytes of a part live as long as the list: until the next call for this index. NULL
 * if there is no such section, or it is in the table alone.
 * Since: 0.1
 */
const struct kstd_node *kstd_index_payloads(struct kstd_index *index, uint64_t nr);

/**
 * kstd_iter_begin_at - start iterating somewhere
 * @it: as for kstd_iter_begin()
 * @list: an object or a list
 * @nr: how many elements to pass over
 *
 * Lists of an index go there; in others, elements are passed over one by one.
 *
 * Since: 0.1
 */
void kstd_iter_begin_at(struct kstd_iter *it, const struct kstd_node *list, uint64_t nr);

/**
 * enum kstd_presence - what a source knows of some memory
 * @KSTD_MEM_THERE: its bytes
 * @KSTD_MEM_ABSENT: nothing: it never had them, or has no memory at all
 * @KSTD_MEM_EXCLUDED: that it was left out when the source was made
 * @KSTD_MEM_UNREADABLE: that it should be there: a truncated file, an I/O error
 *
 * Since: 0.1
 */
enum kstd_presence {
	KSTD_MEM_THERE,
	KSTD_MEM_ABSENT,
	KSTD_MEM_EXCLUDED,
	KSTD_MEM_UNREADABLE,
};

/**
 * kstd_peek - copy physical memory
 * @dump: the dump
 * @address: physical
 * @buf: where to; written only if the memory is there
 * @len: bytes in @buf, not 0
 * @there: what is known of the memory from @address on
 *
 * Return: how many bytes are of that state, 1 to @len. It may end before the state
 * changes: ask again behind them.
 * Since: 0.1
 */
size_t kstd_peek(struct kstd_dump *dump, uint64_t address, void *buf, size_t len,
		 enum kstd_presence *there);

/**
 * kstd_has_memory - does the source have physical memory?
 * @dump: the dump
 *
 * Return: false: kstd_peek() has nothing for any address.
 * Since: 0.1
 */
bool kstd_has_memory(const struct kstd_dump *dump);

/**
 * kstd_memory_read - how much physical memory was read so far
 * @dump: the dump
 *
 * Return: bytes, of /proc/kcore on the running system, or of an ELF core; 0 for other sources.
 * Since: 0.1
 */
uint64_t kstd_memory_read(const struct kstd_dump *dump);

#ifdef __cplusplus
}
#endif

#endif /* KSTATE_DUMP_BROWSE_H */
