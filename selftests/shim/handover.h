/* SPDX-License-Identifier: GPL-2.0 */
/*
 * handover.h - what a previous kernel may hand over, as one file
 *
 * One byte of flags, one byte that says which allocation fails first (0: none),
 * then blocks of memory: u24 length, little-endian, and that many bytes. A length
 * beyond the end means up to the end. Block 0 is shard 0; the others are where the
 * image says that further shards and payloads are.
 */
#ifndef HANDOVER_H
#define HANDOVER_H

#include <shim/custom.h>


#define HANDOVER_BLOCKS	12

/* Flags: checksums are made right before the image is handed over. */
#define HANDOVER_REPAIR	0x1

/* Where the blocks are, and folios and areas that the previous kernel preserved. */
#define HANDOVER_PHYS(_i)	(0x1000000000ULL + ((u64)(_i) << 24))
#define FOLIO_PHYS(_i)	(0x2000000000ULL + ((u64)(_i) << 20))
#define FOLIO_ORDER(_i)	((_i) % 3)
#define AREA_PHYS(_i)	(0x3000000000ULL + ((u64)(_i) << 20))
#define AREA_PAGES(_i)	(1 + (_i) % 3)
#define NR_FOLIOS	8
#define NR_AREAS	4

struct handover_block {
	u8 *p;
	size_t len;
};

struct handover {
	u8 flags;
	u8 fail_at;
	unsigned int nr;
	struct handover_block blocks[HANDOVER_BLOCKS];
};

void handover_parse(struct handover *img, const u8 *data, size_t size);
size_t handover_emit(const struct handover *img, u8 *to, size_t max);
void handover_free(struct handover *img);

/* Make every checksum right that can be found. */
void handover_repair(struct handover *img);

/* The block at an address, or NULL. */
struct handover_block *handover_block_at(struct handover *img, u64 phys);

/* A block is a tree that the functions of libfdt may change. */
bool handover_is_tree(const struct handover_block *block);

/* Its tree, with room to grow; handover_tree_close() packs it again. */
void *handover_tree_open(struct handover_block *block, size_t room);
void handover_tree_close(struct handover_block *block);

/* Put payload or section somewhere else; false if that is not possible. */
bool handover_move_payload(struct handover *img, unsigned int shard, int node, size_t split);
bool handover_move_section(struct handover *img, int node);

/* Folios and areas as above, handed over by the previous kernel or to be saved. */
void handover_memory(bool handed_over);

/* Whether two folios or areas are the same one, before and after it was handed over. */
bool handover_same(const void *a, const void *b);

/* The next one of them that no object has, or NULL. */
struct folio *handover_folio(void);
void *handover_area(void);

#endif /* HANDOVER_H */
