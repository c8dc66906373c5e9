// SPDX-License-Identifier: GPL-2.0
/* evolve_old.c - the descriptions of samples/kstate/kstate_evolve_old.h, for test_check */

#include "evolve.h"

#include "../../kernel/samples/kstate/kstate_evolve_old.h"

const struct evolve evolve_old = { evolve_descs, ARRAY_SIZE(evolve_descs) };
