// SPDX-License-Identifier: GPL-2.0
/* kstate_evolve_old.c - see kstate_evolve.h */

#include "kstate_evolve_old.h"

#include "kstate_evolve_module.h"
