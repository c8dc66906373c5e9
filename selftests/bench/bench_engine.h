/* SPDX-License-Identifier: GPL-2.0 */
/*
 * bench_engine.h - the engine's measures, a function for each group of them
 */
#ifndef BENCH_ENGINE_H
#define BENCH_ENGINE_H

#include "bench.h"
#include "by_hand.h"

/* Ports that are registered, or will be restored. */
struct ports {
	struct port *v;
	size_t nr;
};

void ports_make(struct ports *ports, size_t nr);
void ports_register(struct ports *ports);
void ports_free(struct ports *ports);

/* Save them, jump to the next kernel, and have the objects blank. */
void ports_hand_over(struct ports *ports);

/* The shim's machine, empty again. */
void machine_reset(void);

void bench_save(void);
void bench_save_large(void);
void bench_restore(void);

/* One phase on so many ports, for a tool that counts instructions; -1: no such phase. */
int bench_phase(const char *phase, size_t nr);

#endif /* BENCH_ENGINE_H */
