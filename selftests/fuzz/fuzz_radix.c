// SPDX-License-Identifier: GPL-2.0
/* fuzz_radix.c - a preserved-memory map: its root node is the first page of the input */

#include "lib.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct memory m;

	memory_init(&m, 4096, false);
	lib_memory(&m, LIB_AT, NULL, data, size);
	return 0;
}
