/* SPDX-License-Identifier: GPL-2.0 */
/*
 * evolve.h - two versions of a driver, as the kernel's samples have them
 */
#ifndef EVOLVE_H
#define EVOLVE_H

#include "../shim/shim.h"

struct evolve {
	const struct kstate_description *const *descs;
	size_t nr;
};

extern const struct evolve evolve_old, evolve_new;

#endif /* EVOLVE_H */
