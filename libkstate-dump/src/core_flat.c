// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/*
 * Flattened kernel dumps: a compressed dump as a stream of records, each with the
 * place where it belongs, for writers that cannot seek: makedumpfile -F, and QEMU
 * for every compressed format. libkdumpfile reads them from 0.5.3 on. Places in
 * the dump are not those in the file, so which pages are there is left to
 * libkdumpfile; that the stream is whole is looked at first.
 */

#include <stdio.h>

#include <elf.h>
#include <libkdumpfile/kdumpfile.h>

#include "core.h"
#include "core_kdump.h"

#define HEADER_BYTES	4096
#define RECORD_BYTES	16

/* Integers of the stream are big-endian. The last record has -1 for both. */
static bool is_whole(const struct kstd_core *core, uint64_t *records)
{
	uint64_t at = HEADER_BYTES, offset, size;
	uint8_t raw[RECORD_BYTES];

	for (*records = 0;; ++*records) {
		if (kstd_io_read(&core->io, at, raw, sizeof(raw)) != sizeof(raw))
			return false;
		offset = kstd_bytes_int(raw, 8, true);
		size = kstd_bytes_int(raw + 8, 8, true);
		if (offset == UINT64_MAX && size == UINT64_MAX)
			return true;
		if (size > INT64_MAX || at > INT64_MAX - RECORD_BYTES - size)
			return false;
		at += RECORD_BYTES + size;
	}
}

static size_t read_page(struct kstd_phys *phys, uint64_t pa, void *buf, size_t len,
			enum kstd_there *there)
{
	const struct kstd_core *core = (const struct kstd_core *)phys;
	uint64_t left = phys->page_size - (pa & (phys->page_size - 1));
	kdump_status status;
	size_t got;

	if (len > left)
		len = left;
	got = len;
	status = kdump_read(core->kdump->ctx, KDUMP_MACHPHYSADDR, pa, buf, &got);
	*there = status == KDUMP_OK ? KSTD_THERE :
		 status == KDUMP_ERR_NODATA ? KSTD_EXCLUDED : KSTD_UNREADABLE;
	return len;
}

static bool next_pages(struct kstd_phys *phys, uint64_t pa, uint64_t *start, uint64_t *len)
{
	const struct kstd_core *core = (const struct kstd_core *)phys;
	uint64_t page = phys->page_size;
	kdump_addr_t first = pa / page, end;

	if (!core->kdump->pages || kdump_bmp_find_set(core->kdump->pages, &first) != KDUMP_OK)
		return false;
	end = first;
	if (kdump_bmp_find_clear(core->kdump->pages, &end) != KDUMP_OK || end <= first)
		end = first + 1;
	*start = first * page > pa ? first * page : pa;
	*len = end * page - *start;
	return true;
}

static const struct kstd_phys_ops flat_ops = {
	.kind = "flattened kdump",
	.read = read_page,
	.next = next_pages,
	.close = kstd_core_close,
};

static int cut(struct kstd_dump *dump, const struct kstd_core *core, uint64_t records)
{
	return kstd_err(dump->ctx, KSTD_E_TRUNCATED, core->io.size,
			"a flattened kdump, cut after %llu records: its end is missing",
			(unsigned long long)records);
}

static void name_it(struct kstd_core *core)
{
	kdump_ctx_t *ctx = core->kdump->ctx;
	const char *arch = "an unknown machine";
	kdump_num_t order;
	char safe[KSTD_SAFE];

	kdump_get_string_attr(ctx, KDUMP_ATTR_ARCH_NAME, &arch);
	core->machine = kstd_kdump_machine(arch);
	snprintf(core->what, sizeof(core->what), "a flattened kdump of %s",
		 kstd_safe(safe, arch, strlen(arch)));
	core->phys.big = kdump_get_number_attr(ctx, KDUMP_ATTR_BYTE_ORDER, &order) == KDUMP_OK &&
			 order == KDUMP_BIG_ENDIAN;
}

static int get_pages(struct kstd_dump *dump, struct kstd_core *core)
{
	kdump_attr_t attr = { .type = KDUMP_BITMAP };
	kdump_ctx_t *ctx = core->kdump->ctx;
	kdump_num_t page;

	if (kdump_get_number_attr(ctx, KDUMP_ATTR_PAGE_SIZE, &page) != KDUMP_OK || page < 4096 ||
	    page > 65536 || page & (page - 1))
		return kstd_err(dump->ctx, KSTD_E_UNSUPPORTED, KSTD_NO_OFFSET,
				"%s without a page size", core->what);
	core->phys.page_size = page;
	if (kdump_get_typed_attr(ctx, KDUMP_ATTR_FILE_PAGEMAP, &attr) == KDUMP_OK)
		core->kdump->pages = attr.val.bitmap;
	return 0;
}

int kstd_core_flat(struct kstd_dump *dump, struct kstd_core *core)
{
	uint64_t records;
	int rc;

	core->phys.ops = &flat_ops;
	snprintf(core->what, sizeof(core->what), "a flattened kdump");
	if (!is_whole(core, &records))
		return cut(dump, core, records);
	rc = kstd_kdump_library(dump, core);
	if (rc)
		return rc;
	name_it(core);
	kstd_kdump_vmcoreinfo(dump, core);
	return get_pages(dump, core);
}
