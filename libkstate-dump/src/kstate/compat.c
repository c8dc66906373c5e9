// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause

/* The rules of the engine: the very file of the kernel's tree. */

#include "kstate/compat.h"

#include "../../../kernel/kernel/liveupdate/kstate_compat.c"
