/* SPDX-License-Identifier: GPL-2.0 */
/*
 * lib.h - what the fuzz targets of libkstate-dump share
 *
 * The input is a file, or the end of a machine's memory: from LIB_AT on. What is
 * before that, the target lays out, so that the input is met as the format that
 * the target is named for.
 */
#ifndef FUZZ_LIB_H
#define FUZZ_LIB_H

#include <kstate-dump.h>

#include "../lib/machine.h"
#include "fuzz.h"

#define LIB_AT		0x100000ULL	/* where the input is in memory */

/* Open a file, ask for everything, read every node. */
void lib_file(const uint8_t *data, size_t size);

/* The same of a path. */
void lib_path(const char *path);

/* Read every node of an answer, or see that there is a reason why there is none. */
void lib_answer(struct kstd_ctx *ctx, int rc, const struct kstd_node *node);

/**
 * lib_memory - ask for everything about a machine
 * @m: its memory so far; freed
 * @map: address of the preserved-memory map, 0 for an empty one
 * @subtree: of the KHO root; NULL for none
 * @data: put at LIB_AT
 */
void lib_memory(struct memory *m, uint64_t map, const struct machine_subtree *subtree,
		const uint8_t *data, size_t size);

#endif /* FUZZ_LIB_H */
