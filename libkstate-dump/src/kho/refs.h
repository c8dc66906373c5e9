/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: who refers to which memory
 *
 * Decoders report each range of physical memory to which what they decode refers,
 * and the owner: what refers to it. `mem` sets this against the preserved-memory map,
 * `verify` looks for memory that is referred to and not preserved, and `capture`
 * takes what is reachable.
 */

#ifndef KSTD_REFS_H
#define KSTD_REFS_H

#define KSTD_MAX_PARTIAL	64

#include "base/dump.h"

/**
 * enum kstd_ref_kind - what the memory holds
 * @KSTD_REF_MAP: the preserved-memory map itself, which is not in the map
 * @KSTD_REF_KHO: KHO's other bookkeeping: root, chunks of vmalloc areas
 * @KSTD_REF_BLOB: state in a format of KHO's users: subtrees, shards, payloads,
 *                 LUO's blocks, a memfd's list of folios
 * @KSTD_REF_DATA: contents that only their owner understands: folios, pages of
 *                 vmalloc areas, guest memory, reserve_mem regions
 * @KSTD_REF_POINTER: whatever is there: the owner points to it, and another owner
 *                    may have it
 * @KSTD_REF_OPAQUE: memory of whose extent nothing is known: its owner is not decoded
 */
enum kstd_ref_kind {
	KSTD_REF_MAP,
	KSTD_REF_KHO,
	KSTD_REF_BLOB,
	KSTD_REF_DATA,
	KSTD_REF_POINTER,
	KSTD_REF_OPAQUE,
};

/**
 * struct kstd_memory_ref - a reference
 * @pa: physical address of the first byte
 * @bytes: not 0; @pa + @bytes does not overflow
 * @owner: path of who refers to it, as in
 *         "kho/in/LUO: session vm1: token 0x7: memfd"; lives as long as the dump
 * @holder: what has the same number may refer to the same memory; 0: nothing may
 */
struct kstd_memory_ref {
	uint64_t pa;
	uint64_t bytes;
	enum kstd_ref_kind kind;
	uint32_t holder;
	const char *owner;
};

/**
 * struct kstd_refs - references, in the order in which they were added
 * @side: KSTD_SIDE_*, of the owners
 * @kernel: also wanted is memory of the running kernel that is not preserved, and without
 *          which the preserved memory could not be read
 * @holder: of the references that are added next, see &kstd_memory_ref.holder
 * @partial: with these the names of owners begin of which not all references were added,
 *           @nr_partial of them; more than fit: all
 * @opaque: owners that are not decoded, @nr_opaque of them: what they refer to is not known
 * @short_of: memory was short, and some are missing
 *
 * The caller that made it frees it: kstd_refs_free().
 */
struct kstd_refs {
	unsigned int side;
	bool kernel;
	struct kstd_memory_ref *v;
	size_t nr;
	size_t room;
	uint32_t holder;
	const char *partial[KSTD_MAX_PARTIAL];
	size_t nr_partial;
	const char **opaque;
	size_t nr_opaque;
	size_t opaque_room;
	bool short_of;
};

/* Were all references of this owner added? */
bool kstd_refs_whole(const struct kstd_refs *refs, const char *owner);

/* Add a reference. One that continues the last one of the same owner and kind is joined with
 * it. False if memory is short or the range overflows. @refs may be NULL: nothing happens. */
bool kstd_ref(struct kstd_refs *refs, uint64_t pa, uint64_t bytes, enum kstd_ref_kind kind,
	      const char *owner);

/* Add an owner that is not decoded. False if memory is short. */
bool kstd_ref_opaque(struct kstd_refs *refs, const char *owner);

/* The same as kstd_ref(), with a defect at @where if the range overflows or memory is short. */
void kstd_ref_add(struct kstd_dump *dump, const struct kstd_where *where, struct kstd_refs *refs,
		  uint64_t pa, uint64_t bytes, enum kstd_ref_kind kind, const char *owner);

/* A place as the name of an owner; NULL if memory is short. */
const char *kstd_owner(struct kstd_dump *dump, const struct kstd_where *where);

/**
 * kstd_refs_owners - everything that a side refers to, but for the map itself
 * @dump: the dump
 * @side: one KSTD_SIDE_*
 * @refs: empty; filled
 *
 * KHO's root, the subtrees, and the references that their decoders add
 * (&kstd_decoder.refs); shards, payloads and fields of kstate's image. Follows what the
 * source lets follow; what is damaged is a defect of the dump.
 *
 * Return: 0, or -KSTD_ENVIRONMENT: no memory.
 */
int kstd_refs_owners(struct kstd_dump *dump, unsigned int side, struct kstd_refs *refs);

/**
 * kstd_refs_gather - everything that a side refers to
 *
 * As kstd_refs_owners(), and the preserved-memory map as well, where it may be
 * followed (kho_side.h): if not, that is a note.
 */
int kstd_refs_gather(struct kstd_dump *dump, unsigned int side, struct kstd_refs *refs);

/* What the image of a side refers to, if there is one; for kstd_refs_owners(). */
void kstd_refs_kstate(struct kstd_dump *dump, unsigned int side, struct kstd_refs *refs);

/* Sort by address, then by size, larger first. */
void kstd_refs_sort(struct kstd_refs *refs);

void kstd_refs_free(struct kstd_refs *refs);

#endif
