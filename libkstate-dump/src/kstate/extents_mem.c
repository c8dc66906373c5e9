// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Payloads outside the trees, in a machine's memory. */

#include <stdlib.h>

#include "kstate/extents.h"
#include "memory/phys.h"

int kstd_extents_captured(struct kstd_dump *dump, unsigned int side)
{
	struct kstd_extents *x;

	if (kstd_extents_of(dump, side) || !dump->phys)
		return 0;
	x = kstd_arena_get(&dump->arena, sizeof(*x));
	if (!x)
		return kstd_nomem(dump->ctx);
	*x = (struct kstd_extents){
		.next = dump->extents, .side = side, .in_memory = true,
		.seen = { .max = KSTD_MAX_EXTENTS },
	};
	dump->extents = x;
	return 0;
}

int kstd_extents_memory(struct kstd_dump *dump, unsigned int side)
{
	return kstd_phys_follows(dump, side) ? kstd_extents_captured(dump, side) : 0;
}

void kstd_extents_free(struct kstd_dump *dump)
{
	for (struct kstd_extents *x = dump->extents; x; x = x->next)
		kstd_visited_free(&x->seen);
}

/* Nothing is read for two payloads: a small core could take forever. */
static int claim(struct kstd_dump *dump, struct kstd_extents *x, uint64_t address, uint64_t owner)
{
	enum kstd_visit_result as = address ? kstd_visit(&x->seen, address, owner) :
					      KSTD_VISIT_OTHER;

	switch (as) {
	case KSTD_VISIT_NEW:
	case KSTD_VISIT_SAME:
		return 0;
	case KSTD_VISIT_FULL:
		return kstd_err(dump->ctx, KSTD_E_TOO_BIG, address, "more than %lu extents",
				KSTD_MAX_EXTENTS);
	case KSTD_VISIT_NO_MEMORY:
		return kstd_nomem(dump->ctx);
	default:
		return kstd_err(dump->ctx, KSTD_E_CORRUPT, address,
				"an extent at 0x%llx of another payload, too",
				(unsigned long long)address);
	}
}

/* Both ends of each extent are there, and together they are not too much. */
static int check(struct kstd_dump *dump, struct kstd_extents *x, struct kstd_span list,
		 uint64_t owner, uint64_t *total)
{
	uint64_t address, bytes;
	uint8_t byte;
	int rc;

	*total = 0;
	while (kstd_span_be64(&list, &address) && kstd_span_be64(&list, &bytes)) {
		if (bytes > KSTD_MAX_PAYLOAD - *total)
			return kstd_err(dump->ctx, KSTD_E_TOO_BIG, address,
					"a payload of more than %llu bytes", KSTD_MAX_PAYLOAD);
		*total += bytes;
		rc = claim(dump, x, address, owner);
		if (!rc && bytes)
			rc = kstd_phys_copy(dump, address, &byte, 1) ?:
			     kstd_phys_copy(dump, address + (bytes - 1), &byte, 1);
		if (rc)
			return rc;
	}
	return 0;
}

static void free_payload(void *p, size_t len)
{
	free(p);
}

int kstd_extents_read(struct kstd_dump *dump, struct kstd_arena *a, struct kstd_extents *x,
		      struct kstd_span list, uint64_t owner, struct kstd_span *out)
{
	uint64_t address, bytes, total;
	size_t done = 0;
	uint8_t *buf;
	int rc = check(dump, x, list, owner, &total);

	if (rc)
		return rc;
	buf = malloc(total ? total : 1);
	if (!buf)
		return kstd_nomem(dump->ctx);
	while (!rc && kstd_span_be64(&list, &address) && kstd_span_be64(&list, &bytes)) {
		rc = kstd_phys_copy(dump, address, buf + done, bytes);
		done += bytes;
	}
	*out = kstd_span_of(buf, total, 0);
	if (!kstd_arena_own(a, free_payload, buf, total) && !rc)
		rc = kstd_nomem(dump->ctx);
	return rc;
}
