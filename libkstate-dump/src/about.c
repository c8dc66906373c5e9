// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <linux/kho/abi/kstate.h>

#include "base/dump.h"
#include "kho/kho_root.h"

#define ELEMENT(i, str) \
	[i] = { .type = KSTD_TEXT, .key = KSTD_NO_KEY, .offset = KSTD_NO_OFFSET, \
		.mem = { str, sizeof(str) - 1 }, .next = i < LAST ? &formats[i + 1] : NULL }

#define LAST	5

static struct kstd_node formats[LAST + 1] = {
	ELEMENT(0, KSTATE_COMPATIBLE),
	ELEMENT(1, KSTD_KHO_OLDEST " to " KSTD_KHO_COMPATIBLE),
	ELEMENT(2, "memblock-v1"),
	ELEMENT(3, "luo-v5"),
	ELEMENT(4, "memfd-v2"),
	ELEMENT(5, "kexec-metadata 1"),
};

static struct kstd_node reads = {
	.type = KSTD_LIST, .style = KSTD_STYLE_INLINE, .key = KSTD_K_READS,
	.offset = KSTD_NO_OFFSET, .kids = { &formats[0], &formats[LAST] },
};

static struct kstd_node library = {
	.type = KSTD_TEXT, .key = KSTD_K_LIBRARY, .offset = KSTD_NO_OFFSET, .next = &reads,
	.mem = { KSTD_VERSION, sizeof(KSTD_VERSION) - 1 },
};

static struct kstd_node about = {
	.type = KSTD_OBJECT, .style = KSTD_STYLE_TREE, .key = KSTD_NO_KEY,
	.offset = KSTD_NO_OFFSET, .kids = { &library, &reads },
};

const struct kstd_node *kstd_about(void)
{
	return &about;
}
