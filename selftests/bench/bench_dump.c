// SPDX-License-Identifier: GPL-2.0

/*
 * bench_dump KSTATE_DUMP IMAGE_100K IMAGE_1M: how long kstate-dump takes, against what
 * others take for the same file in the same run. A line of JSON for each measure.
 *
 * bench_dump --walk FILE: the baseline of the list, libfdt alone.
 *
 * Time is that of the processor, the least of several runs: neither the disk nor a
 * neighbour is measured.
 */

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libfdt.h>

#define RUNS	7

/**
 * struct cost - what a program took
 * @seconds: of the processor, of it and the kernel for it
 * @kib: resident, at most
 */
struct cost {
	double seconds;
	long kib;
};

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static double seconds(const struct timeval *t)
{
	return t->tv_sec + t->tv_usec / 1e6;
}

static void run_child(const char *const argv[])
{
	int null = open("/dev/null", O_WRONLY);

	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	execvp(argv[0], (char *const *)argv);
	_exit(127);
}

static struct cost run_once(const char *const argv[])
{
	struct rusage usage;
	int status;
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (!pid)
		run_child(argv);
	if (wait4(pid, &status, 0, &usage) != pid)
		die("wait4");
	if (!WIFEXITED(status) || WEXITSTATUS(status)) {
		fprintf(stderr, "%s: exit status %d\n", argv[0], status);
		exit(1);
	}
	return (struct cost){ seconds(&usage.ru_utime) + seconds(&usage.ru_stime),
			      usage.ru_maxrss };
}

static void keep_least(struct cost *least, struct cost c)
{
	if (!least->seconds || c.seconds < least->seconds)
		least->seconds = c.seconds;
	if (!least->kib || c.kib < least->kib)
		least->kib = c.kib;
}

/* By turns, so that both see the same machine. */
static void run_both(const char *const ours[], const char *const theirs[], struct cost *a, struct cost *b)
{
	*a = *b = (struct cost){ 0, 0 };
	for (int i = 0; i < RUNS; i++) {
		keep_least(a, run_once(ours));
		keep_least(b, run_once(theirs));
	}
}

static void report(const char *name, const char *baseline, const struct cost *a,
		   const struct cost *b, const char *goal, double ratio, bool met)
{
	printf("{\"bench\":\"%s\",\"seconds\":%.4f,\"baseline\":\"%s\",\"baseline_seconds\":%.4f,"
	       "\"ratio\":%.2f,\"goal\":\"%s\",\"met\":%s}\n",
	       name, a->seconds, baseline, b->seconds, ratio, goal, met ? "true" : "false");
	fflush(stdout);
}

static void bench_show(const char *dump, const char *image)
{
	const char *ours[] = { dump, "show", "-j", image, NULL };
	const char *theirs[] = { "fdtdump", image, NULL };
	struct cost a, b;

	run_both(ours, theirs, &a, &b);
	report("show -j, 100,000 sections", "fdtdump", &a, &b, "baseline / ours >= 5",
	       b.seconds / a.seconds, b.seconds / a.seconds >= 5);
}

static void bench_list(const char *self, const char *dump, const char *image)
{
	const char *ours[] = { dump, "list", image, NULL };
	const char *theirs[] = { self, "--walk", image, NULL };
	struct cost a, b;
	struct stat st;
	double beyond;

	if (stat(image, &st))
		die(image);
	run_both(ours, theirs, &a, &b);
	report("list, 1,000,000 sections", "fdt_check_full and a libfdt walk", &a, &b,
	       "ours / baseline <= 1.3", a.seconds / b.seconds, a.seconds / b.seconds <= 1.3);
	beyond = a.kib / 1024.0 - st.st_size / 1048576.0;
	printf("{\"bench\":\"list, 1,000,000 sections: memory beyond the file\",\"mib\":%.1f,"
	       "\"goal\":\"<= 64\",\"met\":%s}\n", beyond, beyond <= 64 ? "true" : "false");
}

/* What a program that wants to see every section must do at least. */
static int walk(const char *path)
{
	int fd = open(path, O_RDONLY), node = -1, prop, len, depth = 0;
	unsigned long long bytes = 0;
	unsigned long nodes = 0;
	struct stat st;
	void *fdt;

	if (fd < 0 || fstat(fd, &st))
		die(path);
	fdt = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (fdt == MAP_FAILED || fdt_check_full(fdt, st.st_size))
		die(path);
	while ((node = fdt_next_node(fdt, node, &depth)) >= 0 && depth >= 0) {
		nodes++;
		fdt_for_each_property_offset(prop, fdt, node)
			bytes += fdt_getprop_by_offset(fdt, prop, NULL, &len) ? len : 0;
	}
	printf("%lu nodes, %llu bytes\n", nodes, bytes);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "--walk"))
		return walk(argv[2]);
	if (argc != 4) {
		fprintf(stderr, "Usage: bench_dump KSTATE_DUMP IMAGE_100K IMAGE_1M\n");
		return 2;
	}
	bench_show(argv[1], argv[2]);
	bench_list(argv[0], argv[1], argv[3]);
	return 0;
}
