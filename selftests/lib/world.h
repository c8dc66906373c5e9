/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: a machine that preserves some of everything
 *
 * What a kernel with KHO, kho_test, a reserve_mem region and a driver of kstate has
 * to hand over, in its memory and in the preserved-memory map. Each piece is where
 * the names below say, so that tests can damage it.
 */

#ifndef SELFTESTS_WORLD_H
#define SELFTESTS_WORLD_H

#include "make_core.h"
#include "image.h"
#include "machine.h"

#define WORLD_TEST_FOLIOS	3

/**
 * struct world - such a machine, with pages of 4 KiB
 * @root: address of the KHO root
 * @map: of the preserved-memory map
 * @kstate: of the image, and so on: subtrees
 * @region: of the reserve_mem region, 64 KiB
 * @test_list: of the page with the list of kho_test's folios
 * @test_chunk: of the chunk that names it
 * @test_folios: kho_test's folios, of orders 0, 1 and 2
 * @ring: field "ring" of test@0: a folio of order 2
 * @table: field "table": a vmalloc area of three pages, one after the other
 * @chunk: of its list
 * @at: field "at": an address in @ring
 * @page: field "page": a page of its own
 * @slots: field "slots": two structs with a folio "buf" each, of order 0
 * @extent: payload of bulk@0, outside the tree, 5,000 bytes
 * @leak: two preserved pages that no owner refers to
 */
struct world {
	struct memory m;
	struct image im;
	struct core c;
	uint64_t root;
	uint64_t map;
	uint64_t kstate;
	uint64_t memblock;
	uint64_t metadata;
	uint64_t test;
	uint64_t region;
	uint64_t test_list;
	uint64_t test_chunk;
	uint64_t test_folios[WORLD_TEST_FOLIOS];
	uint64_t ring;
	uint64_t table[3];
	uint64_t chunk;
	uint64_t at;
	uint64_t page;
	uint64_t slots[2];
	uint64_t extent;
	uint64_t leak;
};

/* Lay out all of it; what is changed before world_make() is as if the machine had it so. */
void world_begin(struct world *w, bool big);

/* Write it to memory, and preserve what should be. */
void world_make(struct world *w);

/* Make a core of it: w->c.file, w->c.len. */
void world_core(struct world *w);
void world_free(struct world *w);

#endif
