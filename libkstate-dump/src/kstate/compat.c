// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause

/* The engine's rules, as they stand in the kernel's tree. */

#include "kstate/compat.h"

#include "../../../kernel/kernel/liveupdate/kstate_compat.c"
