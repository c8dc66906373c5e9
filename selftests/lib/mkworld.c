// SPDX-License-Identifier: GPL-2.0

/* mkworld KIND PATH: write a core of the machine of world.h: good, big (-endian), or bad. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

/* Memory that is not preserved, that is preserved twice, that two have, and a broken list. */
static void spoil(struct world *w)
{
	w->page = memory_alloc(&w->m, 4096);
	w->slots[1] = w->slots[0];
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

int main(int argc, char **argv)
{
	struct world w;
	bool bad;

	if (argc != 3) {
		fprintf(stderr, "Usage: mkworld good|big|bad PATH\n");
		return 2;
	}
	bad = !strcmp(argv[1], "bad");
	world_begin(&w, !strcmp(argv[1], "big"));
	if (bad)
		spoil(&w);
	world_make(&w);
	if (bad)
		spoil_made(&w);
	world_core(&w);
	write_file(argv[2], w.c.file, w.c.len);
	world_free(&w);
	return 0;
}
