// SPDX-License-Identifier: GPL-2.0
/*
 * fuzz_catalog.c - files of kernels
 *
 * The first byte says what the others are: the file; the data of vmlinux; or the
 * data of a kernel that is packed, by the second byte, into a bzImage.
 */

#include "../lib/make_kernel.h"
#include "lib.h"

#define AT	0x400	/* behind the headers and the release */

enum { IS_FILE, IN_VMLINUX, IN_BZIMAGE, NR_MODES };

static void in_kernel(const uint8_t *data, size_t size, bool packed)
{
	enum kernel_pack pack = packed ? data[0] % (PACK_LZ4 + 1) : PACK_NONE;
	struct kernel k;

	kernel_init(&k, KERNEL_VMLINUX, AT + size);
	kernel_banner(&k, AT / 2);
	kernel_put(&k, AT, data, size);
	if (packed)
		kernel_bzimage(&k, pack);
	lib_file(k.p, k.len);
	kernel_free(&k);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	switch (data[0] % NR_MODES) {
	case IS_FILE:
		lib_file(data + 1, size - 1);
		break;
	case IN_VMLINUX:
		in_kernel(data + 1, size - 1, false);
		break;
	default:
		in_kernel(data + 1, size - 1, true);
	}
	return 0;
}
