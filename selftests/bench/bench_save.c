// SPDX-License-Identifier: GPL-2.0
/*
 * bench_save.c - objects into an image
 */

#include <stdio.h>
#include <stdlib.h>

#include "bench_engine.h"

#define SECTIONS	100000
#define ROUNDS		15

static u64 run_save(void *arg)
{
	u64 start = bench_now();

	bench_must(!locked_save(), "the save fails");
	return bench_now() - start;
}

static u64 run_prepare_and_save(void *arg)
{
	u64 ns;

	locked_abort();
	ns = bench_now();
	bench_must(!locked_prepare() && !locked_save(), "the save fails");
	return bench_now() - ns;
}

/**
 * struct hand_run - a baseline
 * @ports: what is saved
 * @to: where to; kept from one run to the next
 */
struct hand_run {
	const struct ports *ports;
	struct by_hand to;
};

static u64 run_tree(void *arg)
{
	struct hand_run *run = arg;
	u64 start = bench_now();

	by_hand_tree_save(&run->to, run->ports->v, run->ports->nr);
	return bench_now() - start;
}

static u64 run_growing_tree(void *arg)
{
	struct hand_run *run = arg;
	u64 start;

	by_hand_free(&run->to);
	start = bench_now();
	by_hand_tree_save(&run->to, run->ports->v, run->ports->nr);
	return bench_now() - start;
}

static u64 run_stream(void *arg)
{
	struct hand_run *run = arg;
	u64 start = bench_now();

	by_hand_stream_save(&run->to, run->ports->v, run->ports->nr);
	return bench_now() - start;
}

static void report_bytes(const struct by_hand *tree)
{
	struct bench_line line = {
		.bench = "image, 100,000 sections of 8 fields", .unit = "bytes a section",
		.baseline = "fdt_sw, one property per field",
		.baseline_value = (double)tree->len / SECTIONS,
		.goal = "ours / baseline <= 1",
	};

	for (size_t i = 0; i < kstate_out.nr_shards; i++)
		line.value += (double)kstate_out.shards[i].len / SECTIONS;
	line.ratio = line.value / line.baseline_value;
	line.met = line.ratio <= 1;
	bench_report(&line);
}

static void save_ports(struct ports *ports)
{
	struct hand_run tree = { .ports = ports }, stream = { .ports = ports };
	struct bench_side sides[] = {
		{ "kstate", run_save },
		{ "fdt_sw, one property per field", run_tree, &tree },
		{ "memcpy of each field", run_stream, &stream },
	};

	stream.to.buf = bench_alloc(ports->nr * PORT_BYTES);
	bench_run(sides, ARRAY_SIZE(sides), ROUNDS);
	bench_faster("save, 100,000 sections of 8 fields", &sides[0], &sides[1], ports->nr, 10);
	bench_above("save, 100,000 sections of 8 fields", &sides[0], &sides[2], ports->nr, 80);
	report_bytes(&tree.to);
	by_hand_free(&tree.to);
	by_hand_free(&stream.to);
}

static void prepare_and_save_ports(struct ports *ports)
{
	struct hand_run tree = { .ports = ports };
	struct bench_side sides[] = {
		{ "kstate", run_prepare_and_save },
		{ "fdt_sw, one property per field, growing", run_growing_tree, &tree },
	};

	bench_run(sides, ARRAY_SIZE(sides), ROUNDS);
	bench_faster("prepare and save, 100,000 sections of 8 fields", &sides[0], &sides[1],
		     ports->nr, 5);
	by_hand_free(&tree.to);
}

static void report_save(const char *bench)
{
	struct bench_side side = { "kstate", run_save };
	struct bench_line line = { .bench = bench, .unit = "ns a section" };

	bench_run(&side, 1, ROUNDS);
	line.value = (double)side.best / SECTIONS;
	bench_report(&line);
}

/* For information: objects that lie anywhere in memory. */
static void save_scattered_ports(void)
{
	struct port **ports = bench_alloc(SECTIONS * sizeof(*ports));
	u32 *order = bench_order(SECTIONS, true);

	for (size_t i = 0; i < SECTIONS; i++)
		ports[order[i]] = bench_alloc(sizeof(**ports));
	for (size_t i = 0; i < SECTIONS; i++) {
		port_fill(ports[i], i);
		bench_must(!kstate_register(&port_state, ports[i], i), "registering fails");
	}
	report_save("save, 100,000 sections of objects anywhere in memory");
	machine_reset();
	for (size_t i = 0; i < SECTIONS; i++)
		free(ports[i]);
	free(ports);
	free(order);
}

/* For information: members that lie one after the other. */
static void save_packed_ports(void)
{
	struct packed_port *ports = bench_alloc(SECTIONS * sizeof(*ports));

	for (size_t i = 0; i < SECTIONS; i++) {
		packed_port_fill(&ports[i], i);
		bench_must(!kstate_register(&packed_port_state, &ports[i], i), "registering fails");
	}
	report_save("save, 100,000 sections of 8 adjacent fields");
	machine_reset();
	free(ports);
}

void bench_save(void)
{
	struct ports ports;

	ports_make(&ports, SECTIONS);
	ports_register(&ports);
	save_ports(&ports);
	prepare_and_save_ports(&ports);
	ports_free(&ports);
	save_packed_ports();
	save_scattered_ports();
}
