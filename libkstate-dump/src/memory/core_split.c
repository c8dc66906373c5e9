// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* The parts of a dump that makedumpfile --split wrote, as one memory. */

#include <stdio.h>
#include <stdlib.h>

#include "base/array.h"
#include "memory/core_kdump.h"

#define COMPARED	16384	/* bytes of bitmaps that are compared at once */

static uint64_t address(const struct kstd_core *core, uint64_t pfn)
{
	return pfn * core->kdump->block;
}

/* Parts of one dump have the same header and the same bitmaps. */
static bool same_dump(const struct kstd_core *x, const struct kstd_core *y)
{
	const struct kstd_kdump *a = x->kdump, *b = y->kdump;
	uint8_t one[COMPARED], other[COMPARED];
	uint64_t left = 2 * a->bytes, off = a->memory;

	if (memcmp(a->header, b->header, sizeof(a->header)) || a->bytes != b->bytes)
		return false;
	for (size_t n; left; left -= n, off += n) {
		n = left < sizeof(one) ? left : sizeof(one);
		if (kstd_io_read(&x->io, off, one, n) != (ssize_t)n ||
		    kstd_io_read(&y->io, off, other, n) != (ssize_t)n || memcmp(one, other, n))
			return false;
	}
	return true;
}

static bool is_part(const struct kstd_core *core)
{
	return core->kdump && core->kdump->split;
}

static int insert(struct kstd_dump *dump, struct kstd_kdump *k, struct kstd_core *part)
{
	size_t at = k->nr_parts;

	if (!kstd_array_fits(k->parts, k->nr_parts, k->room_parts))
		return kstd_nomem(dump->ctx);
	for (; at && k->parts[at - 1]->kdump->first > part->kdump->first; at--)
		k->parts[at] = k->parts[at - 1];
	k->parts[at] = part;
	k->nr_parts++;
	return 0;
}

static int check_part(struct kstd_dump *dump, const struct kstd_core *core,
		      const struct kstd_core *part)
{
	const struct kstd_kdump *k = core->kdump, *new = part->kdump;

	if (k->nr_parts >= KSTD_MAX_PARTS)
		return kstd_err(dump->ctx, KSTD_E_TOO_BIG, KSTD_NO_OFFSET,
				"more than %d parts of one dump", KSTD_MAX_PARTS);
	if (!is_part(part))
		return kstd_err(dump->ctx, KSTD_E_MISMATCH, KSTD_NO_OFFSET,
				"%s, and not one part of a split dump as %s is", part->what,
				core->phys.name);
	if (!same_dump(core, part))
		return kstd_err(dump->ctx, KSTD_E_MISMATCH, KSTD_NO_OFFSET,
				"one part of another dump than %s: their headers or bitmaps differ",
				core->phys.name);
	for (size_t i = 0; i < k->nr_parts; i++) {
		const struct kstd_kdump *old = k->parts[i]->kdump;

		if (new->first < old->end && old->first < new->end)
			return kstd_err(dump->ctx, KSTD_E_MISMATCH, KSTD_NO_OFFSET,
					"it has memory from 0x%llx on that %s has, too: the same part twice?",
					(unsigned long long)address(part, new->first > old->first ?
								    new->first : old->first),
					k->parts[i]->phys.name);
	}
	return 0;
}

int kstd_split_add(struct kstd_dump *dump, struct kstd_core *core, struct kstd_io *io,
		   const char *name)
{
	struct kstd_where where = KSTD_AT(NULL, name, strlen(name));
	struct kstd_core *part;
	int rc;

	if (!is_part(core)) {
		kstd_io_close(io);
		return kstd_err(dump->ctx, KSTD_E_OPTIONS, KSTD_NO_OFFSET,
				"%s, %s, is not one part of a split dump: no further part belongs to it",
				core->phys.name, core->what);
	}
	rc = kstd_core_read(dump, io, name, false, &part);
	if (!rc && !core->kdump->nr_parts)
		rc = insert(dump, core->kdump, core);
	if (rc)
		return rc;
	rc = check_part(dump, core, part) ?: insert(dump, core->kdump, part);
	if (!rc && *part->lacks)
		kstd_core_lacks(core, part->lacks_code, "%s: %s", name, part->lacks);
	if (!rc && !core->vmcoreinfo.len)
		core->vmcoreinfo = part->vmcoreinfo;
	return kstd_err_at(dump->ctx, &where, rc);
}

/* Add pages from @first up to @end, if any of them was dumped, to the text of what is missing. */
static void add_gap(const struct kstd_core *core, uint64_t first, uint64_t end, char *text,
		    size_t size)
{
	size_t len = strlen(text);
	uint64_t before, after;

	if (first >= end)
		return;
	if (kstd_kdump_before(core, first, &before) && kstd_kdump_before(core, end, &after) &&
	    before == after)
		return;
	snprintf(text + len, size - len, "%s0x%llx to 0x%llx", len ? ", " : "",
		 (unsigned long long)address(core, first), (unsigned long long)address(core, end));
}

void kstd_split_finish(struct kstd_dump *dump, struct kstd_core *core)
{
	struct kstd_kdump *k = core->kdump;
	size_t nr = is_part(core) && k->nr_parts ? k->nr_parts : 1, len = strlen(core->what);
	char missing[128] = "";
	uint64_t at = 0;

	if (!is_part(core))
		return;
	for (size_t i = 0; i < nr; i++) {
		const struct kstd_kdump *part = k->nr_parts ? k->parts[i]->kdump : k;

		add_gap(core, at, part->first, missing, sizeof(missing));
		at = part->end;
	}
	add_gap(core, at, 8 * k->bytes, missing, sizeof(missing));
	if (nr > 1)
		snprintf(core->what + len, sizeof(core->what) - len, ", %zu parts", nr);
	if (!*missing)
		return;
	kstd_core_lacks(core, KSTD_E_ABSENT,
			"%s of a dump that was split, and the memory from %s is in other parts: give all of them together, each further one with --part",
			nr > 1 ? "these are parts" : "it is one part", missing);
	kstd_unknown(dump, NULL, "%s: %s", core->phys.name, core->lacks);
}
