// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <stdlib.h>

#include <kstate-dump/browse.h>

#include "base/alloc.h"
#include "memory/phys.h"
#include "base/file.h"
#include "memory/blob.h"

static int not_there(struct kstd_dump *dump, uint64_t pa, enum kstd_avail there)
{
	if (dump->ctx->broke.code == KSTD_E_IO)
		return kstd_whole(dump->ctx);
	switch (there) {
	case KSTD_AVAIL_EXCLUDED:
		return kstd_err(dump->ctx, KSTD_E_EXCLUDED, pa,
				"memory at 0x%llx was left out when %s was made",
				(unsigned long long)pa, dump->phys->name);
	case KSTD_AVAIL_UNREADABLE:
		return kstd_err(dump->ctx, KSTD_E_TRUNCATED, pa,
				"memory at 0x%llx should be in %s and cannot be read",
				(unsigned long long)pa, dump->phys->name);
	default:
		return kstd_err(dump->ctx, KSTD_E_ABSENT, pa, "%s has no memory at 0x%llx",
				dump->phys->name, (unsigned long long)pa);
	}
}

bool kstd_phys_follows(const struct kstd_dump *dump, unsigned int side)
{
	return dump->phys && !(dump->phys->changing && side == KSTD_SIDE_IN);
}

int kstd_no_memory_error(struct kstd_dump *dump, uint64_t pa)
{
	return kstd_err(dump->ctx, KSTD_E_ABSENT, pa, "an address, and %s has no memory to follow it in",
			dump->source);
}

int kstd_phys_copy(struct kstd_dump *dump, uint64_t pa, void *buf, size_t len)
{
	struct kstd_phys *phys = dump->phys;
	enum kstd_avail there;
	size_t done = 0;

	if (!phys)
		return kstd_no_memory_error(dump, pa);
	if (len && pa + (len - 1) < pa)
		return not_there(dump, pa, KSTD_AVAIL_ABSENT);
	while (done < len) {
		size_t n = phys->ops->read(phys, pa + done, (uint8_t *)buf + done, len - done,
					   &there);

		if (there != KSTD_AVAIL_PRESENT)
			return not_there(dump, pa + done, there);
		done += n;
	}
	return 0;
}

/* Read both ends first, so that a length that is wrong takes no memory. */
static int ends_there(struct kstd_dump *dump, uint64_t pa, size_t len)
{
	uint8_t byte;

	if (!len)
		return 0;
	return kstd_phys_copy(dump, pa, &byte, 1) ?: kstd_phys_copy(dump, pa + len - 1, &byte, 1);
}

int kstd_phys_get(struct kstd_dump *dump, uint64_t pa, size_t len, struct kstd_span *out)
{
	void *buf;
	int rc;

	if (len > KSTD_PHYS_GET_MAX)
		return kstd_err(dump->ctx, KSTD_E_TOO_BIG, pa, "%zu bytes at 0x%llx", len,
				(unsigned long long)pa);
	rc = ends_there(dump, pa, len) ?: kstd_copied(dump, len);
	if (rc)
		return rc;
	buf = kstd_arena_get(&dump->arena, len);
	if (!buf)
		return kstd_nomem(dump->ctx);
	rc = kstd_phys_copy(dump, pa, buf, len);
	if (!rc)
		*out = kstd_span_of(buf, len, pa);
	return rc;
}

#define CHUNK	(256UL << 10)	/* looked at while it is in the processor's cache */
#define ALIGN	4096UL		/* the kernel copies to what is not aligned at half the speed */
#define TOLD	(1UL << 20)	/* bytes between two progress calls */

static bool next_run(struct kstd_dump *dump, uint64_t pa, uint64_t *start, uint64_t *len)
{
	const struct kstd_phys_ops *ops = dump->phys->ops;

	return (ops->data ? ops->data : ops->next)(dump->phys, pa, start, len);
}

/* How much there is to look at, for progress; 0 if the sum is more than any machine has. */
static uint64_t scan_total(struct kstd_dump *dump, uint64_t from, uint64_t to, uint64_t limit)
{
	uint64_t start, len, total = 0;

	while (dump->progress.tell && next_run(dump, from, &start, &len) && start <= to) {
		if (len > to - start)
			len = to - start + 1;
		if (__builtin_add_overflow(total, len, &total))
			return 0;
		from = start + len;
		if (!from)
			break;
	}
	return limit && limit < total ? limit : total;
}

int kstd_phys_scan(struct kstd_dump *dump, uint64_t from, uint64_t to, uint64_t limit,
		   bool (*look)(void *arg, uint64_t pa, const uint8_t *buf, size_t n), void *arg)
{
	uint64_t start, len, last, n, seen = 0;
	uint8_t *memory = kstd_malloc(ALIGN + CHUNK + 8), *buf;
	struct kstd_work work;
	enum kstd_avail avail;
	bool more = true;

	if (!memory)
		return kstd_nomem(dump->ctx);
	buf = memory + (-(uintptr_t)memory & (ALIGN - 1));
	kstd_work_begin(&work, dump, "reading memory", scan_total(dump, from, to, limit), TOLD);
	while (more && next_run(dump, from, &start, &len) && start <= to) {
		last = to - start < len ? to : start + len - 1;
		/* Chunks end where addresses are round, wherever a run begins. */
		for (uint64_t pa = start; more; pa += n) {
			n = CHUNK - pa % CHUNK;
			if (last - pa < n)
				n = last - pa + 1;
			n = dump->phys->ops->read(dump->phys, pa, buf + pa % 8, n, &avail);
			if (avail == KSTD_AVAIL_PRESENT) {
				seen += n;
				more = look(arg, pa, buf + pa % 8, n) && (!limit || seen < limit);
			}
			more = kstd_work_on(&work, n) && more;
			if (n > last - pa)
				break;
		}
		from = last + 1;
		if (!from)
			break;
	}
	kstd_work_end(&work);
	free(memory);
	return 0;
}

/* The functions of kstate-dump/browse.h. */

_Static_assert((int)KSTD_MEM_THERE == (int)KSTD_AVAIL_PRESENT &&
	       (int)KSTD_MEM_ABSENT == (int)KSTD_AVAIL_ABSENT &&
	       (int)KSTD_MEM_EXCLUDED == (int)KSTD_AVAIL_EXCLUDED &&
	       (int)KSTD_MEM_UNREADABLE == (int)KSTD_AVAIL_UNREADABLE, "the two enums are one");

uint64_t kstd_memory_read(const struct kstd_dump *dump)
{
	return dump->phys ? dump->phys->bytes_read : 0;
}

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
