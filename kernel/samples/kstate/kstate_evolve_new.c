// SPDX-License-Identifier: GPL-2.0
/* kstate_evolve_new.c - see kstate_evolve.h */

#include "kstate_evolve_new.h"

#include "kstate_evolve_module.h"
