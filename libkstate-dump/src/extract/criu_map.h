/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: CRIU's names
 *
 * "criu dump --memfd-images" keeps its images in memfds of a session of LUO, and writes to the disk
 * which is which: DIR/luo-metadata.img. That is, as each image of CRIU from its version 1.1 on: u32
 * 0x54564319, a u32 that is the kind of the image, a u32 with the length of what follows,
 * and a message of protocol buffers (criu.proto); integers are little-endian, as no big-endian
 * machine with LUO is known. The number of this kind is not compared: it is not settled.
 */

#ifndef KSTD_CRIU_MAP_H
#define KSTD_CRIU_MAP_H

#include "base/dump.h"

#define KSTD_CRIU_MAP_NAME	"luo-metadata.img"
#define KSTD_CRIU_MAP_BYTES	(8UL << 20)
#define KSTD_CRIU_NAME		255	/* longest name of a file */

struct kstd_criu_file {
	const char *name;
	uint64_t token;
};

/**
 * struct kstd_criu_map - names of files of a session
 * @files: sorted by token; no token and no name is there twice, and a name is that of a file in a
 *         directory: without "/", neither "." nor ".."
 */
struct kstd_criu_map {
	const char *session;
	struct kstd_criu_file *files;
	size_t nr;
};

/**
 * kstd_criu_map_read - read DIR/luo-metadata.img
 * @map: set to what it says; lives as long as the dump
 *
 * Return: 0; -KSTD_INPUT: it is no such file, or damaged; -KSTD_ENVIRONMENT: it cannot be read.
 */
int kstd_criu_map_read(struct kstd_dump *dump, const char *dir, struct kstd_criu_map *map);

#endif
