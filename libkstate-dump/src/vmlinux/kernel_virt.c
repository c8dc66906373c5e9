// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>

#include <elf.h>

#include "base/file.h"
#include "vmlinux/kernel_virt.h"

#define X86_TEXT	0xffffffff80000000ULL	/* __START_KERNEL_map */
#define X86_TEXT_MAX	(1ULL << 30)
#define IMAGE_MAX	(256ULL << 20)

bool kstd_phys_u64(struct kstd_dump *dump, uint64_t pa, uint64_t *v)
{
	uint8_t raw[8];

	if (kstd_phys_copy(dump, pa, raw, sizeof(raw)))
		return false;
	*v = kstd_bytes_int(raw, sizeof(raw), dump->phys->big);
	return true;
}

bool kstd_virt_u64(struct kstd_dump *dump, uint64_t va, uint64_t *v)
{
	uint64_t pa;

	return kstd_virt(dump, va, &pa) && kstd_phys_u64(dump, pa, v);
}

/* Decimal, or hex with 0x. */
static bool number(const struct kstd_core *core, const char *name, uint64_t *v)
{
	char key[64], text[32], *end;
	struct kstd_span value;

	snprintf(key, sizeof(key), "NUMBER(%s)", name);
	if (!kstd_vmcoreinfo(core, key, &value) || value.len >= sizeof(text))
		return false;
	memcpy(text, value.p, value.len);
	text[value.len] = 0;
	*v = *text == '-' ? (uint64_t)strtoll(text, &end, 0) : strtoull(text, &end, 0);
	return end != text;
}

/* Where program headers give no virtual addresses: the kernel's own text and data. */
static bool by_vmcoreinfo(const struct kstd_core *core, uint64_t va, uint64_t *pa)
{
	uint64_t v;

	if (core->machine == EM_X86_64 && va >= X86_TEXT && va - X86_TEXT < X86_TEXT_MAX &&
	    number(core, "phys_base", &v)) {
		*pa = va - X86_TEXT + v;
		return true;
	}
	if (core->machine == EM_AARCH64 && number(core, "kimage_voffset", &v)) {
		*pa = va - v;
		return *pa < 1ULL << 52;
	}
	return false;
}

bool kstd_virt(const struct kstd_dump *dump, uint64_t va, uint64_t *pa)
{
	const struct kstd_core *core = kstd_core_of(dump);
	const struct kstd_mapped_range *seg;

	if (!core)
		return false;
	seg = kstd_range_map_find(&core->virt, va);
	if (!kstd_mapped_range_has(seg, va))
		return by_vmcoreinfo(core, va, pa);
	*pa = seg->off + (va - seg->pa);
	return true;
}

static bool vmcore_symbol(const struct kstd_core *core, const char *name, uint64_t *va)
{
	struct kstd_span value;
	char key[64];

	snprintf(key, sizeof(key), "SYMBOL(%s)", name);
	return kstd_vmcoreinfo(core, key, &value) && kstd_hex(value.p, value.len, va);
}

static void match(struct kstd_symbol *v, size_t nr, const char *name, uint64_t va, size_t *found)
{
	for (size_t i = 0; i < nr; i++) {
		if (v[i].va || strcmp(v[i].name, name))
			continue;
		v[i].va = va;
		(*found)++;
	}
}

FILE *kstd_live_file(const struct kstd_dump *dump, const char *path)
{
	char full[PATH_MAX];
	FILE *f;

	if (snprintf(full, sizeof(full), "%s%s", dump->sysroot ? dump->sysroot : "", path) >=
	    (int)sizeof(full))
		return NULL;
	f = fopen(full, "re");
	if (!f && errno != ENOENT && errno != ENOTDIR && errno != EACCES && errno != EPERM)
		kstd_errno(dump->ctx, path, errno);
	return f;
}

/* Without the right to see them, all addresses are 0. */
static size_t live_symbols(const struct kstd_dump *dump, struct kstd_symbol *v, size_t nr)
{
	FILE *f = kstd_live_file(dump, "/proc/kallsyms");
	char line[512], name[256];
	size_t found = 0;
	uint64_t va;

	while (f && found < nr && fgets(line, sizeof(line), f))
		if (sscanf(line, "%" SCNx64 " %*c %255s", &va, name) == 2 && va)
			match(v, nr, name, va, &found);
	if (f && ferror(f))
		kstd_errno(dump->ctx, "/proc/kallsyms", EIO);
	if (f)
		fclose(f);
	return found;
}

static bool find_text(const struct kstd_dump *dump, const struct kstd_core *core, uint64_t *va)
{
	struct kstd_symbol text = { .name = "_stext" };

	if (vmcore_symbol(core, text.name, va))
		return true;
	if (!dump->live || !live_symbols(dump, &text, 1))
		return false;
	*va = text.va;
	return true;
}

/* /proc/kcore and /proc/vmcore have a segment for the image alone. */
bool kstd_kernel_image(const struct kstd_dump *dump, uint64_t *pa, uint64_t *bytes)
{
	const struct kstd_core *core = kstd_core_of(dump);
	const struct kstd_mapped_range *seg;
	uint64_t va;

	if (!core || !find_text(dump, core, &va) || !kstd_virt(dump, va, pa))
		return false;
	seg = kstd_range_map_find(&core->virt, va);
	*bytes = kstd_mapped_range_has(seg, va) ? seg->len - (va - seg->pa) : IMAGE_MAX;
	if (*bytes > IMAGE_MAX)
		*bytes = IMAGE_MAX;
	return true;
}

size_t kstd_symbols(struct kstd_dump *dump, struct kstd_symbol *v, size_t nr)
{
	const struct kstd_core *core = kstd_core_of(dump);
	size_t found = 0;

	for (size_t i = 0; i < nr; i++) {
		v[i].va = 0;
		if (core && vmcore_symbol(core, v[i].name, &v[i].va))
			found++;
	}
	if (found < nr && dump->live)
		found += live_symbols(dump, v, nr);
	if (found < nr && core)
		found += kstd_kallsyms(dump, v, nr);
	return found;
}
