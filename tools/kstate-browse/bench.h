/* SPDX-License-Identifier: GPL-2.0 */

#ifndef BROWSE_BENCH_H
#define BROWSE_BENCH_H

#include "term.h"

/*
 * A terminal that presses keys as fast as screens are there, and at its end prints how
 * long that took: the figures of `make bench-browse`.
 */
extern const struct term_ops term_bench;

#endif
