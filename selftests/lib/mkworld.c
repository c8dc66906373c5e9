// SPDX-License-Identifier: GPL-2.0

/*
 * mkworld KIND PATH: write a core of the machine of world.h: good, big (-endian), bad, sparse: with
 * 4 TiB of memory in one segment, in a sparse file; or kdump: the same machine as a compressed dump.
 */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kdump.h"
#include "world.h"

#define SPARSE		(4ULL << 40)
#define SPARSE_AT	(1ULL << 20)	/* where memory is in the file */

/* Memory that is not preserved, that is preserved twice, that two have, and a broken list. */
static void spoil(struct world *w)
{
	w->page = memory_alloc(&w->m, 4096);
	w->slots[1] = w->ring;
	memory_preserve(&w->m, w->map, w->ring, 0);
}

static void spoil_made(struct world *w)
{
	memory_int(&w->m, w->test_chunk + 8, 8, 0x1001);
}

static void write_file(const char *path, const void *p, size_t len)
{
	FILE *f = fopen(path, "wb");

	if (!f || fwrite(p, 1, len, f) != len || fclose(f)) {
		perror(path);
		exit(1);
	}
}

static void must_write(int fd, const void *p, size_t len, uint64_t at)
{
	if (pwrite(fd, p, len, at) != (ssize_t)len) {
		perror("mkworld");
		exit(1);
	}
}

static void write_sparse(const char *path, struct world *w)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	struct core_load *l = core_load(&w->c, 0, NULL, SPARSE);
	uint8_t page[4096];
	uint64_t pa, len;
	enum kstd_avail there;

	l->wild = true;
	l->offset = SPARSE_AT;
	core_finish(&w->c);
	if (fd < 0 || ftruncate(fd, SPARSE_AT + SPARSE)) {
		perror(path);
		exit(1);
	}
	must_write(fd, w->c.file, w->c.len, 0);
	for (uint64_t at = 0; w->m.phys.ops->next(&w->m.phys, at, &pa, &len); at = pa + len) {
		w->m.phys.ops->read(&w->m.phys, pa, page, len, &there);
		must_write(fd, page, len, SPARSE_AT + pa);
	}
	close(fd);
}

static void write_kdump(const char *path, struct world *w)
{
	struct kdump k = { .max = 1 << 20 };

	kdump_write(&k, &w->m);
	write_file(path, k.file, k.len);
	free(k.file);
}

int main(int argc, char **argv)
{
	struct world w;
	bool bad;

	if (argc != 3) {
		fprintf(stderr, "Usage: mkworld good|big|bad|sparse|kdump PATH\n");
		return 2;
	}
	bad = !strcmp(argv[1], "bad");
	world_begin(&w, !strcmp(argv[1], "big"));
	if (bad)
		spoil(&w);
	world_make(&w);
	if (bad)
		spoil_made(&w);
	if (!strcmp(argv[1], "sparse")) {
		write_sparse(argv[2], &w);
		world_free(&w);
		return 0;
	}
	if (!strcmp(argv[1], "kdump")) {
		write_kdump(argv[2], &w);
		world_free(&w);
		return 0;
	}
	world_core(&w);
	write_file(argv[2], w.c.file, w.c.len);
	world_free(&w);
	return 0;
}
