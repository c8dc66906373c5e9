// SPDX-License-Identifier: GPL-2.0
/* fuzz_kstate.c - a kstate image in memory; shards and payloads may be in it, too */

#include "lib.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct machine_subtree kstate = { "kstate", LIB_AT, NULL, size };
	struct memory m;

	memory_init(&m, 4096, false);
	lib_memory(&m, 0, &kstate, data, size);
	return 0;
}
