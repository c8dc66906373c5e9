// SPDX-License-Identifier: GPL-2.0
/* fuzz_blob.c - any file: a blob of debugfs, a core, a capture, none of these */

#include "lib.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A buffer needs an address, and NULL asks for the live system. */
	if (size)
		lib_file(data, size);
	return 0;
}
