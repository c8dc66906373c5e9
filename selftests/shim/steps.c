// SPDX-License-Identifier: GPL-2.0
/*
 * steps.c - count the work of an engine's file, whatever the machine does besides
 *
 * The compiler calls this in each basic block of the files that shim.mk has it count in.
 */

#include "shim.h"

static unsigned long steps;

void __sanitizer_cov_trace_pc(void)
{
	steps++;
}

unsigned long shim_steps(void)
{
	return steps;
}
