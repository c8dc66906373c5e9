// SPDX-License-Identifier: GPL-2.0

/*
 * bench_browse BROWSE_KEYS IMAGE: how long the first screen takes beyond the check of the
 * file, which is libfdt's alone; how long a key takes to its screen; how much memory. A line
 * of JSON for each measure. The figures are those of the least of several runs.
 */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <libfdt.h>

#define RUNS	7

/**
 * struct figures - what browse_keys prints
 * @first: seconds to the first screen; of a key to its screen: @p50, @p99, @max
 * @kib: resident at most, the mapped file included
 */
struct figures {
	double first;
	double p50;
	double p99;
	double max;
	long kib;
};

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static double check_once(const char *path, off_t size)
{
	int fd = open(path, O_RDONLY);
	double start = now();
	void *fdt;

	if (fd < 0)
		die(path);
	fdt = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (fdt == MAP_FAILED || fdt_check_full(fdt, size))
		die(path);
	munmap(fdt, size);
	close(fd);
	return now() - start;
}

static struct figures browse_once(const char *browse, const char *path)
{
	struct figures f;
	char cmd[1024];
	FILE *p;

	snprintf(cmd, sizeof(cmd), "'%s' '%s'", browse, path);
	p = popen(cmd, "r");
	if (!p || fscanf(p, "%lf %lf %lf %lf %ld", &f.first, &f.p50, &f.p99, &f.max, &f.kib) != 5)
		die(browse);
	pclose(p);
	return f;
}

static double least(double a, double b)
{
	return a && a < b ? a : b;
}

static void report(const struct figures *f, double check, off_t size)
{
	double beyond = f->first - check, mib = f->kib / 1024.0 - size / 1048576.0;

	printf("{\"bench\":\"browse: first screen, 1,000,000 sections\",\"seconds\":%.4f,"
	       "\"baseline\":\"fdt_check_full\",\"baseline_seconds\":%.4f,\"beyond\":%.4f,"
	       "\"goal\":\"beyond <= 0.5\",\"met\":%s}\n", f->first, check, beyond,
	       beyond <= 0.5 ? "true" : "false");
	printf("{\"bench\":\"browse: key to screen\",\"p50_ms\":%.3f,\"p99_ms\":%.3f,"
	       "\"max_ms\":%.3f,\"goal\":\"p99 <= 16 ms\",\"met\":%s}\n", f->p50 * 1e3,
	       f->p99 * 1e3, f->max * 1e3, f->p99 <= 0.016 ? "true" : "false");
	printf("{\"bench\":\"browse: memory beyond the file\",\"mib\":%.1f}\n", mib);
}

int main(int argc, char **argv)
{
	struct figures best = { 0 };
	double check = 0;
	struct stat st;

	if (argc != 3) {
		fprintf(stderr, "Usage: bench_browse BROWSE_KEYS IMAGE\n");
		return 2;
	}
	if (stat(argv[2], &st))
		die(argv[2]);
	for (int i = 0; i < RUNS; i++) {
		struct figures f = browse_once(argv[1], argv[2]);

		check = least(check, check_once(argv[2], st.st_size));
		best.first = least(best.first, f.first);
		best.p50 = least(best.p50, f.p50);
		best.p99 = least(best.p99, f.p99);
		best.max = least(best.max, f.max);
		best.kib = best.kib && best.kib < f.kib ? best.kib : f.kib;
	}
	report(&best, check, st.st_size);
	return 0;
}
