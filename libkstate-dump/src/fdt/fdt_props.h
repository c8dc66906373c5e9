/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: kstate's own properties
 *
 * Getters of properties that a node must have; integers are big-endian, as the FDT
 * specification says. A property that is missing or has another size is a defect, and
 * its value is 0 or "".
 */

#ifndef KSTD_FDT_PROPS_H
#define KSTD_FDT_PROPS_H

#include <linux/kho/abi/kstate.h>

#include "base/dump.h"
#include "fdt/fdt_view.h"

#define X(sym, name) static const char KSTD_PROP_##sym[] __attribute__((unused)) = name;
KSTATE_ABI_PROPS(X)
#undef X

/**
 * struct kstd_props - a node that is being read
 * @where: its place, for defects
 * @node: a cursor inside it
 * @at: its offset
 * @complete: so far nothing was missing
 */
struct kstd_props {
	struct kstd_dump *dump;
	const struct kstd_where *where;
	const struct kstd_cursor *node;
	uint64_t at;
	bool complete;
};

bool kstd_prop_find(struct kstd_props *r, const char *name, struct kstd_span *value);
uint32_t kstd_prop_u32(struct kstd_props *r, const char *name);
uint64_t kstd_prop_u64(struct kstd_props *r, const char *name);
const char *kstd_prop_str(struct kstd_props *r, const char *name);

/* Compare the "crc" property with @crc, which is not final yet; false if it is wrong or missing. */
bool kstd_prop_crc(struct kstd_props *r, uint32_t crc);

#endif
