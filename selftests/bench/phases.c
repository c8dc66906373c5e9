// SPDX-License-Identifier: GPL-2.0
/*
 * phases.c - each phase once, with the rest of the work before and after it
 *
 * callgrind counts in the functions that selftests/bench/instructions.sh names.
 */

#include <stdlib.h>

#include "bench_engine.h"

static void phase_save(struct ports *ports)
{
	ports_register(ports);
	bench_must(!locked_prepare() && !locked_save(), "the save fails");
}

static void phase_index(struct ports *ports)
{
	guard(mutex)(&kstate_in.lock);
	bench_must(!kstate_in_open(), "the image cannot be opened");
}

static void phase_restore(struct ports *ports)
{
	phase_index(ports);
	for (size_t i = 0; i < ports->nr; i++)
		bench_must(!kstate_restore(&port_state, &ports->v[i], i), "restoring fails");
}

static void phase_tree(struct ports *ports)
{
	struct by_hand tree = {};

	by_hand_tree_save(&tree, ports->v, ports->nr);
	by_hand_tree_restore(&tree, ports->v, ports->nr);
	by_hand_free(&tree);
}

static void phase_stream(struct ports *ports)
{
	struct by_hand stream = { .buf = bench_alloc(ports->nr * PORT_BYTES) };

	by_hand_stream_save(&stream, ports->v, ports->nr);
	by_hand_stream_restore(&stream, ports->v, ports->nr);
	by_hand_free(&stream);
}

static const struct {
	const char *name;
	void (*run)(struct ports *ports);
	bool handed_over;
} phases[] = {
	{ "save", phase_save },
	{ "index", phase_index, true },
	{ "restore", phase_restore, true },
	{ "tree", phase_tree },
	{ "stream", phase_stream },
};

int bench_phase(const char *phase, size_t nr)
{
	for (size_t i = 0; i < ARRAY_SIZE(phases); i++) {
		struct ports ports;

		if (strcmp(phases[i].name, phase))
			continue;
		ports_make(&ports, nr);
		if (phases[i].handed_over)
			ports_hand_over(&ports);
		phases[i].run(&ports);
		ports_free(&ports);
		return 0;
	}
	return -1;
}
