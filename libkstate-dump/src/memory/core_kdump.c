// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/*
 * Compressed kernel dumps, as makedumpfile and the kernel's kdump service write
 * them. libkdumpfile reads their pages. Which pages are there, the two bitmaps
 * and the page descriptors say, and they are looked at first: of what is beyond
 * the end of a truncated file libkdumpfile 0.5.1 gives zeros.
 *
 * The header is struct disk_dump_header of crash and makedumpfile, in the byte
 * order and with the word size of the machine. KHO needs a 64-bit machine.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <elf.h>
#include <libkdumpfile/kdumpfile.h>

#include "base/alloc.h"
#include "memory/core_kdump.h"

#define AT_VERSION	8
#define AT_MACHINE	(12 + 4 * 65)
#define AT_STATUS	424
#define AT_BLOCK	428
#define MACHINE_LEN	65
#define STATUS_CUT	0x8	/* DUMP_DH_COMPRESSED_INCOMPLETE: the disk was full */
#define SUB_BYTES	104
#define AT_SPLIT	12
#define AT_START_OLD	16
#define AT_VMCOREINFO	32
#define AT_NOTES	48
#define AT_ERASEINFO	64
#define AT_START	80
#define AT_MAX		96
#define MAX_VERSION	64
#define MAX_NOTES	(16UL << 20)
#define DESC_BYTES	24
#define CHUNK		512	/* bytes of a bitmap that are looked at together */
#define CHUNK_PAGES	(8 * CHUNK)
#define MAX_PAGES	(1ULL << 34)
#define CACHED_PAGES	64

static const struct {
	const char *name;
	uint16_t machine;
} machines[] = {
	{ "x86_64", EM_X86_64 },	{ "aarch64", EM_AARCH64 },	{ "riscv64", EM_RISCV },
	{ "ppc64", EM_PPC64 },		{ "ppc64le", EM_PPC64 },	{ "s390x", EM_S390 },
	{ "loongarch64", 258 },		{ "mips64", EM_MIPS },
};

static uint16_t machine_of(const char *name)
{
	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++)
		if (!strcmp(machines[i].name, name))
			return machines[i].machine;
	return 0;
}

static bool read_all(const struct kstd_core *core, uint64_t off, void *buf, size_t len)
{
	return kstd_io_read(&core->io, off, buf, len) == (ssize_t)len;
}

static int cut(struct kstd_dump *dump, const struct kstd_core *core, const char *where)
{
	return kstd_err(dump->ctx, KSTD_E_TRUNCATED, core->io.size,
			"a compressed kdump, cut in its %s: %llu bytes", where,
			(unsigned long long)core->io.size);
}

static uint32_t get32(const struct kstd_core *core, const uint8_t *p)
{
	return kstd_bytes_int(p, 4, core->phys.big);
}

static uint64_t get64(const struct kstd_core *core, const uint8_t *p)
{
	return kstd_bytes_int(p, 8, core->phys.big);
}

static void name_it(struct kstd_core *core, const uint8_t *header)
{
	char machine[MACHINE_LEN + 1] = "", safe[KSTD_SAFE];

	memcpy(machine, header + AT_MACHINE, MACHINE_LEN);
	core->machine = machine_of(machine);
	snprintf(core->what, sizeof(core->what), "%s kdump of %s",
		 core->kind == KSTD_CORE_FLAT ? "a flattened" : "a compressed",
		 *machine ? kstd_safe(safe, machine, strlen(machine)) : "an unknown machine");
}

/* The version is a small number, which shows the byte order. */
static int read_header(struct kstd_dump *dump, struct kstd_core *core, uint8_t *header)
{
	uint32_t block, version;

	if (!read_all(core, 0, header, KSTD_KDUMP_HEADER))
		return cut(dump, core, "header");
	core->phys.big = kstd_bytes_int(header + AT_VERSION, 4, false) > MAX_VERSION;
	name_it(core, header);
	version = get32(core, header + AT_VERSION);
	if (!version || version > MAX_VERSION)
		return kstd_err(dump->ctx, KSTD_E_UNSUPPORTED, AT_VERSION, "%s of version %u",
				core->what, version);
	block = get32(core, header + AT_BLOCK);
	if (block < 4096 || block > (1U << 20) || block & (block - 1))
		return kstd_err(dump->ctx, KSTD_E_UNSUPPORTED, AT_BLOCK,
				"%s with blocks of %u bytes: not of a 64-bit machine, or damaged",
				core->what, block);
	core->kdump->block = block;
	/*
	 * QEMU does not name the machine, and its blocks on arm64 have 64 KiB whatever a page has.
	 */
	core->phys.page_size = core->machine ? block : 0;
	return 0;
}

/* Count the pages that were written; the bitmap is read once. */
static int count_dumped(struct kstd_dump *dump, struct kstd_core *core)
{
	struct kstd_kdump *k = core->kdump;
	uint8_t chunk[CHUNK];
	uint64_t sum = 0;

	k->chunks = (k->bytes + CHUNK - 1) / CHUNK;
	k->before = kstd_calloc(k->chunks + 1, sizeof(*k->before));
	if (!k->before)
		return kstd_nomem(dump->ctx);
	for (size_t i = 0; i < k->chunks; i++) {
		k->before[i] = sum;
		if (!read_all(core, k->dumped + i * CHUNK, chunk, CHUNK))
			return cut(dump, core, "bitmaps");
		for (size_t j = 0; j < CHUNK; j++)
			sum += __builtin_popcount(chunk[j]);
	}
	k->before[k->chunks] = sum;
	return 0;
}

bool kstd_kdump_before(const struct kstd_core *core, uint64_t pfn, uint64_t *nr)
{
	struct kstd_kdump *k = core->kdump;
	uint64_t i = pfn / CHUNK_PAGES;
	size_t bits = pfn % CHUNK_PAGES;
	uint8_t chunk[CHUNK];

	*nr = k->before[i < k->chunks ? i : k->chunks];
	if (i >= k->chunks || !bits)
		return true;
	if (!read_all(core, k->dumped + i * CHUNK, chunk, CHUNK))
		return false;
	for (i = 0; i < bits / 8; i++)
		*nr += __builtin_popcount(chunk[i]);
	*nr += __builtin_popcount(chunk[bits / 8] & ((1U << bits % 8) - 1));
	return true;
}

static int read_layout(struct kstd_dump *dump, struct kstd_core *core, const uint8_t *header)
{
	struct kstd_kdump *k = core->kdump;
	uint64_t block = core->kdump->block, sub = get32(core, header + AT_BLOCK + 4);
	uint64_t bitmaps = get32(core, header + AT_BLOCK + 8);

	k->bytes = bitmaps * block / 2;
	k->memory = (1 + sub) * block;
	k->dumped = k->memory + k->bytes;
	k->descs = k->memory + bitmaps * block;
	if (!sub || !bitmaps || bitmaps % 2)
		return kstd_err(dump->ctx, KSTD_E_CORRUPT, AT_BLOCK + 4,
				"%s, damaged in its header: a sub-header of %llu blocks, bitmaps of %llu",
				core->what, (unsigned long long)sub, (unsigned long long)bitmaps);
	if (k->descs > core->io.size)
		return cut(dump, core, "bitmaps");
	if (k->bytes > MAX_PAGES / 8)
		return kstd_err(dump->ctx, KSTD_E_TOO_BIG, AT_BLOCK + 8,
				"%s of more than %llu pages", core->what, MAX_PAGES);
	return count_dumped(dump, core);
}

/* Is a range that the sub-header names in the file? It may be empty. */
static bool is_sane(const struct kstd_core *core, const uint8_t *place)
{
	uint64_t off = get64(core, place), size = get64(core, place + 8);

	return !size || (size <= MAX_NOTES && off <= core->io.size && size <= core->io.size - off);
}

static void take_vmcoreinfo(struct kstd_dump *dump, struct kstd_core *core, const uint8_t *place)
{
	uint64_t size = get64(core, place + 8);
	char *text = size ? kstd_malloc(size) : NULL;

	if (text && read_all(core, get64(core, place), text, size))
		kstd_core_note(dump, core, "VMCOREINFO", 0, kstd_span_of(text, size, 0));
	free(text);
}

/*
 * The bitmaps of a part are those of the whole dump. It has the pages from @first up to @end, and
 * its first descriptor is of the first page there that was dumped.
 */
static int read_part(struct kstd_dump *dump, struct kstd_core *core, uint32_t version,
		     const uint8_t *sub)
{
	const uint8_t *place = sub + (version >= 6 ? AT_START : AT_START_OLD);
	uint64_t first = get64(core, place), end = get64(core, place + 8);
	struct kstd_kdump *k = core->kdump;

	k->split = true;
	if (first > end || first > k->end)
		return kstd_err(dump->ctx, KSTD_E_CORRUPT, core->kdump->block,
				"%s, one part of a split dump, damaged in its sub-header: pages 0x%llx to 0x%llx",
				core->what, (unsigned long long)first, (unsigned long long)end);
	k->first = first;
	k->end = end < k->end ? end : k->end;
	if (!kstd_kdump_before(core, k->first, &k->skipped))
		return cut(dump, core, "bitmaps");
	return 0;
}

/* libkdumpfile believes the header: a wrong number in it makes libkdumpfile take endless memory. */
static int read_sub_header(struct kstd_dump *dump, struct kstd_core *core, const uint8_t *header)
{
	uint32_t version = get32(core, header + AT_VERSION);
	uint64_t pages = 8 * core->kdump->bytes, max = get32(core, header + AT_BLOCK + 12);
	uint8_t sub[SUB_BYTES];
	int rc = 0;

	if (!read_all(core, core->kdump->block, sub, sizeof(sub)))
		return cut(dump, core, "sub-header");
	if (version >= 6)
		max = get64(core, sub + AT_MAX);
	if (!max || max > pages || !is_sane(core, sub + AT_VMCOREINFO) ||
	    !is_sane(core, sub + AT_NOTES) ||
	    !is_sane(core, sub + AT_ERASEINFO) ||
	    (version >= 6 && get64(core, sub + AT_START) > get64(core, sub + AT_START + 8)))
		return kstd_err(dump->ctx, KSTD_E_CORRUPT, core->kdump->block,
				"%s, damaged in its sub-header, or cut before what that names",
				core->what);
	core->kdump->end = pages;
	if (get32(core, sub + AT_SPLIT))
		rc = read_part(dump, core, version, sub);
	if (version >= 3)
		take_vmcoreinfo(dump, core, sub + AT_VMCOREINFO);
	return rc;
}

static void check_size(struct kstd_dump *dump, struct kstd_core *core, const uint8_t *header)
{
	struct kstd_where where = KSTD_AT(NULL, core->phys.name, strlen(core->phys.name));
	struct kstd_kdump *k = core->kdump;
	uint8_t desc[DESC_BYTES];
	uint64_t last, end;

	if (get32(core, header + AT_STATUS) & STATUS_CUT) {
		kstd_defect(dump, &where, KSTD_E_TRUNCATED, AT_STATUS,
			    "truncated: the dump says of itself that it is incomplete");
		kstd_core_lacks(core, KSTD_E_TRUNCATED,
				"the dump is truncated: it says of itself that it is incomplete");
		return;
	}
	if (!kstd_kdump_before(core, k->end, &last) || last <= k->skipped)
		return;
	last -= k->skipped;
	if (read_all(core, k->descs + (last - 1) * DESC_BYTES, desc, sizeof(desc)) &&
	    !__builtin_add_overflow(get64(core, desc), get32(core, desc + 8), &end) &&
	    end <= core->io.size)
		return;
	kstd_defect(dump, &where, KSTD_E_TRUNCATED, core->io.size,
		    "truncated: pages that its bitmap gives are not in the file");
	kstd_core_lacks(core, KSTD_E_TRUNCATED,
			"the file is truncated: pages that its bitmap gives are beyond its %llu bytes",
			(unsigned long long)core->io.size);
}

/* libkdumpfile wants a file. */
static int copy_of(struct kstd_kdump *k, const struct kstd_span *mem)
{
	struct kstd_span left = *mem, part;

	k->fd = memfd_create("kstate-dump", MFD_CLOEXEC);
	while (k->fd >= 0 && left.len) {
		ssize_t n = write(k->fd, left.p, left.len);

		if (n < 0 && errno != EINTR)
			return -1;
		if (n > 0)
			kstd_span_take(&left, n, &part);
	}
	return k->fd;
}

static int refused(struct kstd_dump *dump, struct kstd_core *core, kdump_status status)
{
	const char *why = kdump_get_err(core->kdump->ctx);
	char safe[KSTD_SAFE];

	if (!why)
		why = "unknown error";
	return kstd_err(dump->ctx, status == KDUMP_ERR_SYSTEM ? KSTD_E_IO : KSTD_E_CORRUPT,
			KSTD_NO_OFFSET, "%s: %s", core->what, kstd_safe(safe, why, strlen(why)));
}

/**
 * struct given_up - a context of libkdumpfile that is never freed
 *
 * Version 0.5.1, of Debian 12, frees some things twice after kdump_open_fd() failed. What it has
 * then is kept until the process ends; the list is there so that a leak checker still sees it.
 */
struct given_up {
	struct given_up *next;
	kdump_ctx_t *ctx;
};

static struct given_up *all_given_up;

static void give_up(struct kstd_kdump *k)
{
	struct given_up *g = kstd_malloc(sizeof(*g));

	if (g) {
		g->ctx = k->ctx;
		g->next = __atomic_load_n(&all_given_up, __ATOMIC_RELAXED);
		while (!__atomic_compare_exchange_n(&all_given_up, &g->next, g, true,
						    __ATOMIC_RELEASE, __ATOMIC_RELAXED))
			;
	}
	k->ctx = NULL;
}

static int open_library(struct kstd_dump *dump, struct kstd_core *core)
{
	struct kstd_kdump *k = core->kdump;
	int fd = core->io.fd >= 0 ? core->io.fd : copy_of(k, &core->io.mem);
	kdump_status status;

	k->ctx = kdump_new();
	if (!k->ctx || fd < 0)
		return kstd_nomem(dump->ctx);
	/* Mapped, a damaged dump that names what is beyond its end raises SIGBUS. */
	kdump_set_number_attr(k->ctx, KDUMP_ATTR_FILE_MMAP_POLICY, KDUMP_MMAP_NEVER);
	kdump_set_number_attr(k->ctx, "cache.size", CACHED_PAGES);
	status = kdump_open_fd(k->ctx, fd);
	if (status == KDUMP_OK)
		return 0;
	refused(dump, core, status);
	give_up(k);
	return -kstd_error_class(dump->ctx);
}

static bool bit(const struct kstd_core *core, uint64_t bitmap, uint64_t pfn)
{
	uint8_t byte;

	return pfn / 8 < core->kdump->bytes &&
	       kstd_io_read(&core->io, bitmap + pfn / 8, &byte, 1) == 1 && byte >> pfn % 8 & 1;
}

/* Is what the descriptor of a dumped page names in the file? @end: where that ends. */
static bool in_file(const struct kstd_core *core, uint64_t pfn, uint64_t *end)
{
	struct kstd_kdump *k = core->kdump;
	uint8_t desc[DESC_BYTES];
	uint64_t index;

	return kstd_kdump_before(core, pfn, &index) &&
	       read_all(core, k->descs + (index - k->skipped) * DESC_BYTES, desc, sizeof(desc)) &&
	       !__builtin_add_overflow(get64(core, desc), get32(core, desc + 8), end) &&
	       *end <= core->io.size && get32(core, desc + 8) <= k->block;
}

static enum kstd_avail look_up(const struct kstd_core *core, uint64_t pfn, uint64_t *end)
{
	struct kstd_kdump *k = core->kdump;

	if ((pfn < k->first || pfn >= k->end) && bit(core, k->memory, pfn))
		return KSTD_AVAIL_EXCLUDED;	/* another part has it */
	if (bit(core, k->dumped, pfn))
		return in_file(core, pfn, end) ? KSTD_AVAIL_PRESENT : KSTD_AVAIL_UNREADABLE;
	return bit(core, k->memory, pfn) ? KSTD_AVAIL_EXCLUDED : KSTD_AVAIL_ABSENT;
}

/* The part that has a page; the first one if none has. */
static const struct kstd_core *part_of(const struct kstd_core *core, uint64_t pfn)
{
	const struct kstd_kdump *k = core->kdump;

	for (size_t i = 0; i < k->nr_parts; i++) {
		const struct kstd_kdump *part = k->parts[i]->kdump;

		if (pfn >= part->first && pfn < part->end)
			return k->parts[i];
	}
	return core;
}

/* At most one page at a time. */
static size_t read_page(struct kstd_phys *phys, uint64_t pa, void *buf, size_t len,
			enum kstd_avail *there)
{
	uint64_t block = ((const struct kstd_core *)phys)->kdump->block;
	const struct kstd_core *core = part_of((const struct kstd_core *)phys, pa / block);
	uint64_t left = block - (pa & (block - 1)), end = 0;
	kdump_status status;
	size_t got;

	if (len > left)
		len = left;
	*there = look_up(core, pa / block, &end);
	if (*there != KSTD_AVAIL_PRESENT)
		return len;
	got = len;
	status = kdump_read(core->kdump->ctx, KDUMP_MACHPHYSADDR, pa, buf, &got);
	/* Of what is beyond the end, libkdumpfile gives zeros. */
	if (!kstd_io_still_has(&core->io, end))
		*there = KSTD_AVAIL_UNREADABLE;
	if (status == KDUMP_OK)
		return len;
	if (status == KDUMP_ERR_SYSTEM)
		kstd_err(core->io.ctx, KSTD_E_IO, pa, "%s: a page cannot be read", core->io.name);
	*there = status == KDUMP_ERR_NODATA ? KSTD_AVAIL_ABSENT : KSTD_AVAIL_UNREADABLE;
	return len;
}

/* The first page from @pfn on that is dumped, or is not. */
static bool find_page(const struct kstd_core *core, uint64_t pfn, bool set, uint64_t *found)
{
	struct kstd_kdump *k = core->kdump;
	uint8_t chunk[CHUNK];

	for (size_t i = pfn / CHUNK_PAGES; i < k->chunks; i++, pfn = (uint64_t)i * CHUNK_PAGES) {
		if (k->before[i + 1] - k->before[i] == (set ? 0 : CHUNK_PAGES))
			continue;
		if (!read_all(core, k->dumped + i * CHUNK, chunk, CHUNK))
			return false;
		for (; pfn / CHUNK_PAGES == i; pfn++) {
			*found = pfn;
			if ((chunk[pfn % CHUNK_PAGES / 8] >> pfn % 8 & 1) == set)
				return true;
		}
	}
	*found = (uint64_t)k->chunks * CHUNK_PAGES;
	return !set;
}

static bool next_of_part(const struct kstd_core *core, uint64_t pa, uint64_t *start, uint64_t *len)
{
	const struct kstd_kdump *k = core->kdump;
	uint64_t first = pa / k->block, end;

	if (!find_page(core, first > k->first ? first : k->first, true, &first) ||
	    first >= k->end || !find_page(core, first, false, &end))
		return false;
	end = end < k->end ? end : k->end;
	*start = first * k->block > pa ? first * k->block : pa;
	*len = end * k->block - *start;
	return true;
}

static bool next_pages(struct kstd_phys *phys, uint64_t pa, uint64_t *start, uint64_t *len)
{
	const struct kstd_core *core = (const struct kstd_core *)phys;
	const struct kstd_kdump *k = core->kdump;

	if (!k->nr_parts)
		return next_of_part(core, pa, start, len);
	for (size_t i = 0; i < k->nr_parts; i++)
		if (next_of_part(k->parts[i], pa, start, len))
			return true;
	return false;
}

static const struct kstd_phys_ops kdump_ops = {
	.kind = "compressed kdump",
	.read = read_page,
	.next = next_pages,
};

void kstd_core_kdump_close(struct kstd_core *core)
{
	struct kstd_kdump *k = core->kdump;

	if (k->ctx)
		kdump_free(k->ctx);
	if (k->fd >= 0)
		close(k->fd);
	free(k->before);
	free(k->parts);
	free(k);
	core->kdump = NULL;
}

/* Put the flattened stream in order in a temporary file, which takes the place of the stream. */
static int put_in_order(struct kstd_dump *dump, struct kstd_core *core)
{
	struct kstd_io plain;
	int rc = kstd_io_unflatten(dump, &core->io, &plain);

	if (rc)
		return rc;
	kstd_io_close(&core->io);
	plain.ctx = core->io.ctx;
	plain.name = core->io.name;
	core->io = plain;
	return 0;
}

int kstd_core_kdump(struct kstd_dump *dump, struct kstd_core *core)
{
	uint8_t *header;
	int rc = 0;

	core->kdump = kstd_calloc(1, sizeof(*core->kdump));
	if (!core->kdump)
		return kstd_nomem(dump->ctx);
	header = core->kdump->header;
	core->kdump->fd = -1;
	core->phys.ops = &kdump_ops;
	if (core->kind == KSTD_CORE_FLAT)
		rc = put_in_order(dump, core);
	rc = rc ?: read_header(dump, core, header) ?: read_layout(dump, core, header) ?:
	     read_sub_header(dump, core, header) ?: open_library(dump, core);
	if (!rc)
		check_size(dump, core, header);
	return rc;
}
