/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

#ifndef KSTD_HEXDUMP_H
#define KSTD_HEXDUMP_H

#include "kstate/section.h"

/*
 * The payloads of a section and its subsections, as elements of kstd_hexdump()'s list,
 * added to @all. @step is in the tree; everything lives as long as @a.
 */
void kstd_payloads_put(struct kstd_arena *a, struct kstd_step *step, struct kstd_node *all);

#endif
