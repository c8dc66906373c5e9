/* SPDX-License-Identifier: GPL-2.0 */
/*
 * bench.h - measuring, and a line of JSON for each measure
 *
 * Time is that of the processor, the least of several runs, and what is compared runs
 * by turns: neither a neighbour nor the frequency of the day is measured.
 */
#ifndef BENCH_H
#define BENCH_H

#include <shim/dup.h>

/**
 * struct bench_side - something that takes time
 * @name: for people
 * @run: do it once; returns the ns that it took, without preparation
 * @arg: for @run
 * @best: the least of all runs, ns
 */
struct bench_side {
	const char *name;
	u64 (*run)(void *arg);
	void *arg;
	u64 best;
};

/* Processor time of this process, ns. */
u64 bench_now(void);

/* Run all sides by turns, @rounds times, and set their @best. */
void bench_run(struct bench_side *sides, size_t nr, unsigned int rounds);

/**
 * struct bench_line - a line of the report
 * @bench: what is measured
 * @unit: of the values
 * @value: ours
 * @baseline: against what
 * @baseline_value: its value
 * @ratio: of the two, as @goal defines it; or their difference
 * @goal: what has to be reached, NULL if the line is for information
 * @met: whether it is
 */
struct bench_line {
	const char *bench;
	const char *unit;
	double value;
	const char *baseline;
	double baseline_value;
	double ratio;
	const char *goal;
	int met;
};

void bench_report(const struct bench_line *line);

/* Goals. @per: units that the time is divided by. */
void bench_faster(const char *bench, const struct bench_side *ours,
		  const struct bench_side *baseline, double per, double least);
void bench_above(const char *bench, const struct bench_side *ours,
		 const struct bench_side *baseline, double per, double most);
void bench_slower(const char *bench, const struct bench_side *ours,
		  const struct bench_side *baseline, double per, double most);

/* Numbers from 0 to nr - 1 in their order, or shuffled, always in the same way. */
u32 *bench_order(size_t nr, bool shuffled);

/* Memory, or the end of the program. */
void *bench_alloc(size_t bytes);
void bench_must(int ok, const char *what);

#endif /* BENCH_H */
