// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* kstd_peek(): physical memory for callers. */

#include <kstate-dump/browse.h>

#include "memory/phys.h"

_Static_assert((int)KSTD_MEM_THERE == (int)KSTD_AVAIL_PRESENT &&
	       (int)KSTD_MEM_ABSENT == (int)KSTD_AVAIL_ABSENT &&
	       (int)KSTD_MEM_EXCLUDED == (int)KSTD_AVAIL_EXCLUDED &&
	       (int)KSTD_MEM_UNREADABLE == (int)KSTD_AVAIL_UNREADABLE, "the two enums are one");

bool kstd_has_memory(const struct kstd_dump *dump)
{
	return dump->phys;
}

size_t kstd_peek(struct kstd_dump *dump, uint64_t address, void *buf, size_t len,
		 enum kstd_presence *there)
{
	enum kstd_avail state = KSTD_AVAIL_ABSENT;

	if (len && address + (len - 1) < address)
		len = -address;
	if (dump->phys && len)
		len = dump->phys->ops->read(dump->phys, address, buf, len, &state);
	*there = (enum kstd_presence)state;
	return len;
}
