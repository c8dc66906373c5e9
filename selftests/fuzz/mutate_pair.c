// SPDX-License-Identifier: GPL-2.0
/* mutate_pair.c - see mutate_pair.h */

#include <stdlib.h>

#include <libfdt.h>

#include "../shim/shim.h"
#include "../shim/handover.h"
#include "fuzz.h"
#include "mutate_pair.h"
#include "mutate_tree.h"

uint8_t *mutate_pair(const uint8_t *tree, size_t len, const uint8_t *raw, size_t nr, size_t *got)
{
	struct handover_block block = { .p = malloc(len ? len : 1), .len = len };
	struct fuzz_in in = fuzz_in(raw, nr);

	if (!block.p)
		return NULL;
	memcpy(block.p, tree, len);
	if (len < sizeof(struct fdt_header) || memcmp(tree, "\xd0\x0d\xfe\xed", 4)) {
		free(block.p);
		return NULL;
	}
	mutate_tree(&block, &in);
	*got = block.len;
	return block.p;
}
