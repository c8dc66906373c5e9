// SPDX-License-Identifier: GPL-2.0
/* evolve_new.c - the descriptions of samples/kstate/kstate_evolve_new.h, for test_check */

#include "evolve.h"

#include "../../kernel/samples/kstate/kstate_evolve_new.h"

const struct evolve evolve_new = { evolve_descs, ARRAY_SIZE(evolve_descs) };
