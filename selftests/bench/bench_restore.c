// SPDX-License-Identifier: GPL-2.0
/*
 * bench_restore.c - an image into objects
 */

#include <stdio.h>
#include <stdlib.h>

#include "bench_engine.h"

#define FEW		1000
#define SOME		100000
#define MANY		1000000
#define ROUNDS		5

/**
 * struct restore_run - ports that are restored
 * @ports: where to
 * @order: numbers of the ports
 * @index_ns: the least that building the index took
 */
struct restore_run {
	struct ports ports;
	u32 *order;
	u64 index_ns;
};

/* What was restored is forgotten, and the image is opened once more. */
static u64 run_index(struct restore_run *run)
{
	u64 start;
	int err;

	guard(mutex)(&kstate_in.lock);
	kstate_in_close();
	start = bench_now();
	err = kstate_in_open();
	bench_must(!err && kstate_in.nr == run->ports.nr, "the image cannot be opened");
	return bench_now() - start;
}

static void restore_port(const struct restore_run *run, size_t i)
{
	u32 number = run->order[i];

	bench_must(!kstate_restore(&port_state, &run->ports.v[number], number),
		   "restoring fails");
}

/* The first port makes the plan that the others follow: it is not counted. */
static u64 run_restore(void *arg)
{
	struct restore_run *run = arg;
	u64 start, index_ns = run_index(run);

	if (index_ns < run->index_ns)
		run->index_ns = index_ns;
	restore_port(run, 0);
	start = bench_now();
	for (size_t i = 1; i < run->ports.nr; i++)
		restore_port(run, i);
	return bench_now() - start;
}

static void check_ports(const struct ports *ports)
{
	for (size_t i = 0; i < ports->nr; i++) {
		struct port port;

		port_fill(&port, i);
		bench_must(port_equal(&port, &ports->v[i]), "a port came back with other values");
	}
}

/* Time for a section, ns; and that of the index. */
static double restore_ports(size_t nr, bool shuffled, double *index_ns)
{
	struct restore_run run = { .index_ns = ULLONG_MAX };
	struct bench_side side = { "kstate", run_restore, &run };

	ports_make(&run.ports, nr);
	run.order = bench_order(nr, shuffled);
	ports_hand_over(&run.ports);
	bench_run(&side, 1, ROUNDS * (MANY / nr));
	check_ports(&run.ports);
	*index_ns = (double)run.index_ns / nr;
	ports_free(&run.ports);
	free(run.order);
	return (double)side.best / (nr - 1);
}

static void report_sizes(const char *bench, double many, double few, const char *goal, double most)
{
	struct bench_line line = {
		.bench = bench, .unit = "ns a section", .value = many,
		.baseline = "1,000 sections", .baseline_value = few, .ratio = many / few,
		.goal = goal, .met = many / few <= most,
	};

	bench_report(&line);
}

static void restore_sizes(void)
{
	double few_index, some_index, many_index, random_index;
	double few = restore_ports(FEW, false, &few_index);
	double some = restore_ports(SOME, false, &some_index);
	double many = restore_ports(MANY, false, &many_index);
	double random = restore_ports(MANY, true, &random_index);

	report_sizes("restore, 1,000,000 sections, in registration order", many, few,
		     "ours / baseline <= 1.5", 1.5);
	report_sizes("restore, 100,000 sections, in registration order", some, few, NULL, 0);
	report_sizes("restore, 1,000,000 sections, in random order", random, few,
		     "ours / baseline <= 5", 5);
	report_sizes("index, 1,000,000 sections", many_index, few_index, NULL, 0);
	report_sizes("index, 100,000 sections", some_index, few_index, NULL, 0);
}

struct hand_run {
	struct by_hand from;
	struct ports ports;
};

static u64 run_tree(void *arg)
{
	struct hand_run *run = arg;
	u64 start = bench_now();

	by_hand_tree_restore(&run->from, run->ports.v, run->ports.nr);
	return bench_now() - start;
}

static u64 run_stream(void *arg)
{
	struct hand_run *run = arg;
	u64 start = bench_now();

	by_hand_stream_restore(&run->from, run->ports.v, run->ports.nr);
	return bench_now() - start;
}

/* Index and restore together, since the baselines have no index. */
static u64 run_whole(void *arg)
{
	struct restore_run *run = arg;
	u64 start;

	kstate_in_close();
	start = bench_now();
	for (size_t i = 0; i < run->ports.nr; i++)
		bench_must(!kstate_restore(&port_state, &run->ports.v[i], i), "restoring fails");
	return bench_now() - start;
}

static void restore_by_hand(void)
{
	struct hand_run tree = {}, stream = {};
	struct restore_run run = {};
	struct bench_side sides[] = {
		{ "kstate", run_whole, &run },
		{ "fdt_getprop of each field", run_tree, &tree },
		{ "memcpy of each field", run_stream, &stream },
	};

	ports_make(&run.ports, SOME);
	ports_make(&tree.ports, SOME);
	ports_make(&stream.ports, SOME);
	stream.from.buf = bench_alloc(SOME * PORT_BYTES);
	by_hand_tree_save(&tree.from, tree.ports.v, SOME);
	by_hand_stream_save(&stream.from, stream.ports.v, SOME);
	ports_hand_over(&run.ports);
	bench_run(sides, ARRAY_SIZE(sides), ROUNDS);
	check_ports(&run.ports);
	bench_faster("index and restore, 100,000 sections", &sides[0], &sides[1], SOME, 0);
	bench_above("index and restore, 100,000 sections", &sides[0], &sides[2], SOME, 0);
	by_hand_free(&tree.from);
	by_hand_free(&stream.from);
	free(tree.ports.v);
	free(stream.ports.v);
	ports_free(&run.ports);
}

void bench_restore(void)
{
	restore_sizes();
	restore_by_hand();
}
