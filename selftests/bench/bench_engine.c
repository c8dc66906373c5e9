// SPDX-License-Identifier: GPL-2.0
/*
 * bench_engine: how long the engine takes to save and to restore, in user space, against
 * what is written by hand.
 *
 * bench_engine PHASE NUMBER: one phase on so many ports, see instructions.sh.
 */

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench_engine.h"

void machine_reset(void)
{
	bench_must(!shim_teardown(NULL), "something is left in the machine");
	shim_setup(NULL);
	/* Ports are restored again and again. */
	kstate_in_keep = true;
}

void ports_make(struct ports *ports, size_t nr)
{
	ports->v = bench_alloc(nr * sizeof(*ports->v));
	ports->nr = nr;
	for (size_t i = 0; i < nr; i++)
		port_fill(&ports->v[i], i);
}

void ports_register(struct ports *ports)
{
	for (size_t i = 0; i < ports->nr; i++)
		bench_must(!kstate_register(&port_state, &ports->v[i], i), "registering fails");
}

void ports_hand_over(struct ports *ports)
{
	ports_register(ports);
	bench_must(!locked_save(), "the save fails");
	shim_kexec();
	memset(ports->v, 0, ports->nr * sizeof(*ports->v));
}

void ports_free(struct ports *ports)
{
	free(ports->v);
	machine_reset();
}

/*
 * What is freed stays with the process, so that a page that is touched for the first
 * time costs a fault in the first round only. The kernel has no such faults.
 */
static void keep_memory(void)
{
	mallopt(M_MMAP_MAX, 0);
	mallopt(M_TRIM_THRESHOLD, INT_MAX);
}

int main(int argc, char **argv)
{
	if (argc == 3) {
		if (!bench_phase(argv[1], strtoul(argv[2], NULL, 10)))
			return 0;
		fprintf(stderr, "Usage: bench_engine [PHASE NUMBER]\n");
		return 2;
	}
	keep_memory();
	machine_reset();
	bench_save();
	bench_save_large();
	bench_restore();
	return 0;
}
