// SPDX-License-Identifier: GPL-2.0
/*
 * bench.c - measuring, and a line of JSON for each measure
 */

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "bench.h"

u64 bench_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

void bench_must(int ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "bench: %s\n", what);
	exit(1);
}

void *bench_alloc(size_t bytes)
{
	void *p = calloc(1, bytes);

	bench_must(p != NULL, "out of memory");
	return p;
}

u32 *bench_order(size_t nr, bool shuffled)
{
	u32 *order = bench_alloc(nr * sizeof(*order));
	u64 seed = 1;

	for (size_t i = 0; i < nr; i++)
		order[i] = i;
	for (size_t i = nr - 1; shuffled && i > 0; i--) {
		seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
		swap(order[i], order[(seed >> 33) % (i + 1)]);
	}
	return order;
}

void bench_run(struct bench_side *sides, size_t nr, unsigned int rounds)
{
	for (size_t i = 0; i < nr; i++)
		sides[i].best = ULLONG_MAX;
	for (unsigned int round = 0; round < rounds; round++) {
		for (size_t i = 0; i < nr; i++) {
			u64 ns = sides[i].run(sides[i].arg);

			if (ns < sides[i].best)
				sides[i].best = ns;
		}
	}
}

void bench_report(const struct bench_line *line)
{
	printf("{\"bench\":\"%s\",\"unit\":\"%s\",\"value\":%.2f", line->bench, line->unit,
	       line->value);
	if (line->baseline)
		printf(",\"baseline\":\"%s\",\"baseline_value\":%.2f,\"ratio\":%.2f",
		       line->baseline, line->baseline_value, line->ratio);
	if (line->goal)
		printf(",\"goal\":\"%s\",\"met\":%s", line->goal, line->met ? "true" : "false");
	printf("}\n");
	fflush(stdout);
}

static struct bench_line bench_compare(const char *bench, const struct bench_side *ours,
				       const struct bench_side *baseline, double per)
{
	return (struct bench_line){
		.bench = bench, .unit = per == 1 ? "ns" : "ns a section",
		.value = ours->best / per,
		.baseline = baseline->name, .baseline_value = baseline->best / per,
		.ratio = (double)ours->best / baseline->best,
	};
}

void bench_faster(const char *bench, const struct bench_side *ours,
		  const struct bench_side *baseline, double per, double least)
{
	struct bench_line line = bench_compare(bench, ours, baseline, per);
	char goal[64];

	line.ratio = 1 / line.ratio;
	snprintf(goal, sizeof(goal), "baseline / ours >= %g", least);
	line.goal = least ? goal : NULL;
	line.met = line.ratio >= least;
	bench_report(&line);
}

void bench_slower(const char *bench, const struct bench_side *ours,
		  const struct bench_side *baseline, double per, double most)
{
	struct bench_line line = bench_compare(bench, ours, baseline, per);
	char goal[64];

	snprintf(goal, sizeof(goal), "ours / baseline <= %g", most);
	line.goal = most ? goal : NULL;
	line.met = line.ratio <= most;
	bench_report(&line);
}

void bench_above(const char *bench, const struct bench_side *ours,
		 const struct bench_side *baseline, double per, double most)
{
	struct bench_line line = bench_compare(bench, ours, baseline, per);
	char goal[64];

	snprintf(goal, sizeof(goal), "ours - baseline <= %g ns", most);
	line.goal = most ? goal : NULL;
	line.met = line.value - line.baseline_value <= most;
	bench_report(&line);
}
