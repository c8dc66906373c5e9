// SPDX-License-Identifier: GPL-2.0
/* fuzz_capture.c - a capture, whole */

#include "lib.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size)
		lib_file(data, size);
	return 0;
}
