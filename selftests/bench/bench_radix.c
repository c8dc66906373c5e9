// SPDX-License-Identifier: GPL-2.0

/*
 * bench_radix CORE...: how long walking the preserved-memory map of a core takes,
 * against reading its bitmaps from the same mapped file and adding up their words.
 * A line of JSON for each core; mkbig makes them.
 *
 * Time is that of the processor, the least of several runs.
 */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "kho/kho_side.h"
#include "kho/map_radix.h"

#define RUNS		7
#define PAGE		4096
#define LEAF_BYTES	PAGE

/**
 * struct bench - a core
 * @file: mapped; memory is one page behind its start, as mkbig writes it
 * @leaves: physical addresses of the bitmaps
 * @sum: of their words
 */
struct bench {
	struct kstd_ctx *ctx;
	struct kstd_dump *dump;
	struct kstd_where where;
	uint64_t map;
	const uint8_t *file;
	uint64_t *leaves;
	size_t nr;
	uint64_t sum;
	uint64_t runs;
};

static void die(const char *what)
{
	fprintf(stderr, "bench_radix: %s\n", what);
	exit(1);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static void open_core(struct bench *b, const char *path)
{
	struct kstd_open_opts opts = { .sz = sizeof(opts), .path = path };
	static const unsigned int sides[] = { KSTD_SIDE_OUT, KSTD_SIDE_IN, KSTD_SIDE_FILE };
	struct kstd_kho_of_side s = { .has_root = false };
	struct stat st;
	int fd = open(path, O_RDONLY);

	b->ctx = kstd_ctx_new();
	if (!b->ctx || kstd_open(b->ctx, &opts, &b->dump))
		die(path);
	for (int i = 0; i < 3 && !s.has_root; i++)
		kstd_kho_side(b->dump, sides[i], &s);
	if (!s.has_root || fd < 0 || fstat(fd, &st))
		die(path);
	b->map = s.root.map;
	b->where = KSTD_AT(NULL, "map", 3);
	b->file = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (b->file == MAP_FAILED)
		die("mmap");
	close(fd);
}

static void count_run(void *arg, const struct kstd_run *run)
{
	struct bench *b = arg;

	(void)run;
	b->runs++;
}

static double walk(struct bench *b, struct kstd_radix_stats *stats)
{
	double start = now();

	b->runs = 0;
	if (kstd_radix_walk(b->dump, &b->where, b->map, count_run, b, NULL, stats))
		die(kstd_error_message(b->ctx));
	return now() - start;
}

/* Only where all pages are side by side is a bound set: each run has to be reported. */
static void report(const char *name, const struct bench *b, const struct kstd_radix_stats *stats,
		   double ours, double theirs)
{
	bool bound = !strncmp(name, "single", 6);

	printf("{\"bench\":\"radix walk, %s\",\"pages\":%llu,\"runs\":%llu,\"bitmaps\":%zu,"
	       "\"seconds\":%.4f,\"baseline\":\"reading the bitmaps\",\"baseline_seconds\":%.4f,"
	       "\"ratio\":%.2f,\"goal\":%s,\"met\":%s}\n",
	       name, (unsigned long long)stats->pages, (unsigned long long)b->runs, b->nr, ours,
	       theirs, ours / theirs, bound ? "\"ours / baseline <= 3\"" : "null",
	       !bound ? "null" : ours / theirs <= 3 ? "true" : "false");
	fflush(stdout);
}

/* What must be read at least. */
static double read_bitmaps(struct bench *b)
{
	double start = now();
	uint64_t sum = 0, word;

	for (size_t i = 0; i < b->nr; i++) {
		const uint8_t *leaf = b->file + PAGE + b->leaves[i];

		for (size_t k = 0; k < LEAF_BYTES; k += 8) {
			memcpy(&word, leaf + k, 8);
			sum += word;
		}
	}
	b->sum = sum;
	return now() - start;
}

/* The bitmaps are all pages of the map that its tables name at level 1. */
static void find_leaves(struct bench *b, uint64_t node, unsigned int level)
{
	for (int i = 0; i < PAGE / 8; i++) {
		uint64_t pa;

		memcpy(&pa, b->file + PAGE + node + 8 * i, 8);
		if (pa && level > 1) {
			find_leaves(b, pa, level - 1);
		} else if (pa) {
			b->leaves = reallocarray(b->leaves, b->nr + 1, sizeof(*b->leaves));
			if (!b->leaves)
				die("memory");
			b->leaves[b->nr++] = pa;
		}
	}
}

static void bench(const char *path)
{
	struct bench b = { .nr = 0 };
	struct kstd_radix_stats stats;
	double ours = 0, theirs = 0, t;

	open_core(&b, path);
	find_leaves(&b, b.map, 5);
	for (int i = 0; i < RUNS; i++) {
		t = walk(&b, &stats);
		ours = !i || t < ours ? t : ours;
		t = read_bitmaps(&b);
		theirs = !i || t < theirs ? t : theirs;
	}
	report(strrchr(path, '/') ? strrchr(path, '/') + 1 : path, &b, &stats, ours, theirs);
	free(b.leaves);
	kstd_close(b.dump);
	kstd_ctx_free(b.ctx);
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		fprintf(stderr, "Usage: bench_radix CORE...\n");
		return 2;
	}
	for (int i = 1; i < argc; i++)
		bench(argv[i]);
	return 0;
}
