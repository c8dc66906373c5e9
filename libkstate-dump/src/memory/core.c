// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* A core's memory as struct kstd_phys; what kind of core a file is. */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <elf.h>

#include "base/alloc.h"
#include "memory/core.h"

#define ASSUMED_PAGE	4096

static bool elf_core(const struct kstd_span *head)
{
	struct kstd_span type;
	uint64_t v;

	return kstd_span_starts(head, ELFMAG, SELFMAG) && head->len > EI_DATA &&
	       kstd_span_sub(head, EI_NIDENT, 2, &type) &&
	       kstd_span_int(&type, 2, head->p[EI_DATA] == ELFDATA2MSB, &v) && v == ET_CORE;
}

enum kstd_core_kind kstd_core_sniff(const struct kstd_span *head)
{
	if (elf_core(head))
		return KSTD_CORE_ELF;
	if (kstd_span_starts(head, "KDUMP   ", 8) || kstd_span_starts(head, "DISKDUMP", 8))
		return KSTD_CORE_KDUMP;
	if (kstd_span_starts(head, "makedumpfile\0\0\0", 16))
		return KSTD_CORE_FLAT;
	return KSTD_NO_CORE;
}

/* How many bytes from @pa on the file neither holds nor names. */
static size_t absent(const struct kstd_core *core, uint64_t pa, size_t len)
{
	const struct kstd_mapped_range *next[] = {
		kstd_range_map_find(&core->there, pa), kstd_range_map_find(&core->left_out, pa),
		kstd_range_map_find(&core->lost, pa),
	};

	for (int i = 0; i < 3; i++)
		if (next[i] && next[i]->pa - pa < len)
			len = next[i]->pa - pa;
	return len;
}

/* Bytes that program headers name and that the file does not hold: up to where it holds some. */
static size_t left_out(const struct kstd_core *core, const struct kstd_mapped_range *seg,
		       uint64_t pa, size_t len)
{
	const struct kstd_mapped_range *there = kstd_range_map_find(&core->there, pa);
	uint64_t left = seg->len - (pa - seg->pa);

	if (there && there->pa - pa < left)
		left = there->pa - pa;
	return left < len ? left : len;
}

static size_t read_seg(struct kstd_core *core, const struct kstd_mapped_range *seg,
		       uint64_t pa, void *buf, size_t len, enum kstd_avail *there)
{
	uint64_t in = pa - seg->pa, off = seg->off + in;
	ssize_t n;

	if (len > seg->len - in)
		len = seg->len - in;
	*there = KSTD_AVAIL_UNREADABLE;
	if (off < seg->off || off >= core->io.size)
		return len;
	if (len > core->io.size - off)
		len = core->io.size - off;
	n = kstd_io_read(&core->io, off, buf, len);
	if (n > 0) {
		core->phys.bytes_read += n;
		*there = KSTD_AVAIL_PRESENT;
		return n;
	}
	/* The next page may be readable again. */
	in = core->phys.page_size - (pa & (core->phys.page_size - 1));
	return in < len ? in : len;
}

static size_t elf_read(struct kstd_phys *phys, uint64_t pa, void *buf, size_t len,
		       enum kstd_avail *there)
{
	struct kstd_core *core = (struct kstd_core *)phys;
	const struct kstd_mapped_range *seg = kstd_range_map_find(&core->there, pa);

	if (kstd_mapped_range_has(seg, pa))
		return read_seg(core, seg, pa, buf, len, there);
	seg = kstd_range_map_find(&core->left_out, pa);
	if (kstd_mapped_range_has(seg, pa)) {
		*there = KSTD_AVAIL_EXCLUDED;
		return left_out(core, seg, pa, len);
	}
	seg = kstd_range_map_find(&core->lost, pa);
	if (kstd_mapped_range_has(seg, pa)) {
		*there = KSTD_AVAIL_UNREADABLE;
		return left_out(core, seg, pa, len);
	}
	*there = KSTD_AVAIL_ABSENT;
	return absent(core, pa, len);
}

/* How much of a range is before the end of the file. */
static uint64_t in_file(const struct kstd_core *core, const struct kstd_mapped_range *seg)
{
	if (seg->off >= core->io.size)
		return 0;
	return seg->len < core->io.size - seg->off ? seg->len : core->io.size - seg->off;
}

static bool elf_next(struct kstd_phys *phys, uint64_t pa, uint64_t *start, uint64_t *len)
{
	const struct kstd_core *core = (const struct kstd_core *)phys;
	const struct kstd_mapped_range *seg = kstd_range_map_find(&core->there, pa);
	const struct kstd_mapped_range *end = core->there.v + core->there.nr;

	for (; seg && seg < end; seg++) {
		uint64_t in = pa > seg->pa ? pa - seg->pa : 0, has = in_file(core, seg);

		if (in >= has)
			continue;
		*start = seg->pa + in;
		*len = has - in;
		return true;
	}
	return false;
}

/* Holes of a sparse file are zeros. */
static bool elf_data(struct kstd_phys *phys, uint64_t pa, uint64_t *start, uint64_t *len)
{
	struct kstd_core *core = (struct kstd_core *)phys;
	const struct kstd_mapped_range *seg;
	uint64_t off, data, end;

	while (elf_next(phys, pa, start, len)) {
		seg = kstd_range_map_find(&core->there, *start);
		off = seg->off + (*start - seg->pa);
		if (kstd_io_data(&core->io, off, &data, &end) && data - off < *len) {
			*start += data - off;
			*len -= data - off;
			if (end - data < *len)
				*len = end - data;
			return true;
		}
		pa = *start + *len;
		if (!pa)
			return false;
	}
	return false;
}

static void drop_core(void *p, size_t len)
{
	struct kstd_core *core = p;

	(void)len;
	if (core->kdump)
		kstd_core_kdump_close(core);
	kstd_range_map_free(&core->there);
	kstd_range_map_free(&core->left_out);
	kstd_range_map_free(&core->lost);
	kstd_range_map_free(&core->virt);
	kstd_io_close(&core->io);
	free(core);
}

static const struct kstd_phys_ops elf_ops = {
	.kind = "ELF core",
	.read = elf_read,
	.next = elf_next,
	.data = elf_data,
};

static const struct kstd_phys_ops raw_ops = {
	.kind = "raw memory",
	.read = elf_read,
	.next = elf_next,
	.data = elf_data,
};

static const struct kstd_phys_ops capture_ops = {
	.kind = "capture",
	.read = elf_read,
	.next = elf_next,
	.data = elf_data,
};

void kstd_core_lacks(struct kstd_core *core, enum kstd_code code, const char *fmt, ...)
{
	va_list ap;

	if (*core->lacks)
		return;
	va_start(ap, fmt);
	vsnprintf(core->lacks, sizeof(core->lacks), fmt, ap);
	va_end(ap);
	core->lacks_code = code;
}

static bool is_page_size(uint64_t v)
{
	return v >= 512 && v <= (1U << 24) && !(v & (v - 1));
}

static uint32_t decimal(struct kstd_span s)
{
	uint64_t v = 0;

	for (; s.len && *s.p >= '0' && *s.p <= '9' && v < UINT32_MAX; kstd_span_skip(&s, 1))
		v = v * 10 + (*s.p - '0');
	return v < UINT32_MAX ? v : 0;
}

/* Machines that have one page size only. */
static uint32_t page_of_machine(const struct kstd_core *core)
{
	switch (core->machine) {
	case EM_X86_64:
	case EM_386:
	case EM_S390:
	case EM_RISCV:
		return 4096;
	default:
		return 0;
	}
}

static void set_page_size(struct kstd_dump *dump, struct kstd_core *core, uint32_t asked)
{
	struct kstd_span value;
	uint32_t size = asked;

	if (!size)
		size = core->hint.page_size;
	if (!size)
		size = core->phys.page_size;
	if (!size && kstd_vmcoreinfo(core, "PAGESIZE", &value))
		size = decimal(value);
	if (!is_page_size(size))
		size = page_of_machine(core);
	core->page_known = size;
	core->phys.page_size = size ? size : ASSUMED_PAGE;
	if (!size)
		kstd_note(dump, "%s, %s, does not say how large a page is: %d bytes are assumed unless its memory proves another size; --page-size says it",
			  core->phys.name, core->what, ASSUMED_PAGE);
}

/* All that raw memory says is its length. */
static int open_raw(struct kstd_dump *dump, struct kstd_core *core)
{
	uint64_t base = dump->raw_base, size = core->io.size, end;

	core->phys.ops = &raw_ops;
	if (!size)
		return kstd_err(dump->ctx, KSTD_E_EMPTY, KSTD_NO_OFFSET, NULL);
	if (__builtin_add_overflow(base, size - 1, &end))
		return kstd_err(dump->ctx, KSTD_E_OPTIONS, KSTD_NO_OFFSET,
				"raw memory from 0x%llx on: it has 0x%llx bytes, which is beyond the last address",
				(unsigned long long)base, (unsigned long long)size);
	snprintf(core->what, sizeof(core->what), "raw memory from 0x%llx to 0x%llx",
		 (unsigned long long)base, (unsigned long long)end);
	kstd_core_lacks(core, KSTD_E_ABSENT,
			"raw memory does not say what there is beside it, nor at which address it begins");
	return kstd_range_map_add(&core->there, base, size, 0) ? 0 : kstd_nomem(dump->ctx);
}

static int open_kind(struct kstd_dump *dump, struct kstd_core *core)
{
	int rc;

	if (core->kind == KSTD_CORE_RAW)
		return open_raw(dump, core);
	if (core->kind != KSTD_CORE_ELF)
		return kstd_core_kdump(dump, core);
	core->phys.ops = &elf_ops;
	rc = kstd_core_elf(dump, core);
	if (core->capture_note.len)
		core->phys.ops = &capture_ops;
	return rc;
}

int kstd_core_read(struct kstd_dump *dump, struct kstd_io *io, const char *name, bool changing,
		   struct kstd_core **out)
{
	struct kstd_where where = KSTD_AT(NULL, name, strlen(name));
	struct kstd_core *core = kstd_calloc(1, sizeof(*core));
	uint8_t head[KSTD_HEAD];
	struct kstd_span s;
	ssize_t n;
	int rc;

	if (!core) {
		kstd_io_close(io);
		return kstd_nomem(dump->ctx);
	}
	core->io = *io;
	core->io.ctx = dump->ctx;
	core->io.name = name;
	if (!kstd_arena_own(&dump->arena, drop_core, core, 0))
		return kstd_nomem(dump->ctx);
	core->phys = (struct kstd_phys){ .ops = &elf_ops, .name = name, .changing = changing };
	*out = core;
	n = kstd_io_read(&core->io, 0, head, sizeof(head));
	if (n < 0)
		return -KSTD_ENVIRONMENT;
	s = kstd_span_of(head, n > 0 ? n : 0, 0);
	core->kind = kstd_core_sniff(&s);
	if (dump->raw && core->kind)
		kstd_note(dump, "%s is no raw memory: it says itself where its memory is, and 0x%llx is not used",
			  name, (unsigned long long)dump->raw_base);
	if (dump->raw && !core->kind)
		core->kind = KSTD_CORE_RAW;
	rc = core->kind ? open_kind(dump, core) :
	     kstd_err(dump->ctx, KSTD_E_FOREIGN, KSTD_NO_OFFSET, "not a core");
	core->hint.present = core->capture_note.len;
	if (rc && !kstd_io_still_has(&core->io, core->io.size))
		return -kstd_error_class(dump->ctx);
	return kstd_err_at(dump->ctx, &where, rc);
}

int kstd_core_finish(struct kstd_dump *dump, struct kstd_core *core, uint32_t page_size)
{
	if (!kstd_range_map_finish(&core->there) || !kstd_range_map_finish(&core->left_out) ||
	    !kstd_range_map_finish(&core->lost) || !kstd_range_map_finish(&core->virt))
		return kstd_nomem(dump->ctx);
	set_page_size(dump, core, page_size);
	dump->core = core;
	if (core->there.nr || core->left_out.nr || core->lost.nr || core->kdump)
		dump->phys = &core->phys;
	return 0;
}

int kstd_core_open(struct kstd_dump *dump, struct kstd_io *io, const char *name,
		   uint32_t page_size, bool changing)
{
	struct kstd_core *core;

	return kstd_core_read(dump, io, name, changing, &core) ?:
	       kstd_core_finish(dump, core, page_size);
}

struct kstd_core *kstd_core_of(const struct kstd_dump *dump)
{
	return dump->core;
}
