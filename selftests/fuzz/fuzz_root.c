// SPDX-License-Identifier: GPL-2.0
/* fuzz_root.c - a KHO root in memory, and what it points to, in the pages after it */

#include "../lib/make_core.h"
#include "lib.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct core core = { 0 };
	struct memory m;

	memory_init(&m, 4096, false);
	memory_put(&m, LIB_AT, data, size);
	core_memory(&core, &m, 0);
	core_finish(&core);
	lib_file(core.file, core.len);
	core_free(&core);
	memory_free(&m);
	return 0;
}
