// SPDX-License-Identifier: GPL-2.0
/* fuzz_luo.c - LUO's state at the start of the input; sessions, files, FLBs in the rest */

#include "lib.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct machine_subtree luo = { "LUO", LIB_AT, NULL, 32 };
	struct memory m;

	memory_init(&m, 4096, false);
	lib_memory(&m, 0, &luo, data, size);
	return 0;
}
