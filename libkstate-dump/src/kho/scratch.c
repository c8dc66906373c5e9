// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include "kho/kho_side.h"
#include "kho/scratch.h"
#include "base/file.h"
#include "memory/blob.h"

/* The number of a line, with 0x; false if it is none. */
static bool take_line(struct kstd_span *s, uint64_t *v)
{
	struct kstd_span line = kstd_span_until(s, '\n');

	return kstd_span_starts(&line, "0x", 2) && kstd_span_skip(&line, 2) &&
	       kstd_hex(line.p, line.len, v);
}

static struct kstd_blob *load_scratch(struct kstd_dump *dump, unsigned int side, const char *name)
{
	struct kstd_blob *b = kstd_blob_find(dump, side, KSTD_ROLE_SCRATCH, name, strlen(name));

	if (b && kstd_blob_load(dump, b)) {
		kstd_defect_err(dump, NULL);
		return NULL;
	}
	return b;
}

static void odd_region(struct kstd_dump *dump, const struct kstd_blob *b, uint64_t at,
		       const char *text)
{
	struct kstd_where where = KSTD_AT(NULL, b->path, strlen(b->path));

	kstd_defect(dump, &where, KSTD_E_CORRUPT, at, "%s", text);
}

static size_t read_areas(struct kstd_dump *dump, const struct kstd_blob *phys,
			 const struct kstd_blob *len, uint64_t (*v)[2])
{
	struct kstd_span starts = phys->bytes, sizes = len->bytes;
	size_t nr = 0;

	while (starts.len && nr < KSTD_MAX_SCRATCH) {
		uint64_t at = starts.at;

		if (!take_line(&starts, &v[nr][0])) {
			odd_region(dump, phys, at, "not an address in hex");
			break;
		}
		at = sizes.at;
		if (!take_line(&sizes, &v[nr][1])) {
			odd_region(dump, len, at, "no size in hex for each address");
			break;
		}
		nr++;
	}
	return nr;
}

void kstd_scratch_read(struct kstd_dump *dump, unsigned int side, struct kstd_scratch *s)
{
	struct kstd_blob *phys = load_scratch(dump, side, KSTD_SCRATCH_PHYS);
	struct kstd_blob *len = load_scratch(dump, side, KSTD_SCRATCH_LEN);
	uint64_t (*v)[2];

	*s = (struct kstd_scratch){ .nr = 0 };
	if (!phys || !len || !phys->bytes.len)
		return;
	v = kstd_arena_get(&dump->arena, KSTD_MAX_SCRATCH * sizeof(*v));
	if (!v)
		return;
	s->nr = read_areas(dump, phys, len, v);
	s->areas = (const uint64_t (*)[2])v;
	s->known = s->nr;
}

bool kstd_scratch_has(const struct kstd_scratch *s, uint64_t pa, uint64_t bytes)
{
	for (size_t i = 0; i < s->nr; i++)
		if (pa < s->areas[i][0] + s->areas[i][1] && pa + bytes > s->areas[i][0])
			return true;
	return false;
}

void kstd_scratch_put(struct kstd_dump *dump, unsigned int side, struct kstd_node *into)
{
	struct kstd_arena *a = &dump->arena;
	struct kstd_node *list = kstd_put(a, into, KSTD_K_SCRATCH, KSTD_LIST);
	struct kstd_scratch s;

	kstd_scratch_read(dump, side, &s);
	for (size_t i = 0; i < s.nr; i++) {
		struct kstd_node *n = kstd_put(a, list, KSTD_NO_KEY, KSTD_OBJECT);

		kstd_put_num(a, n, KSTD_K_ADDRESS, KSTD_ADDRESS, s.areas[i][0]);
		kstd_put_num(a, n, KSTD_K_BYTES, KSTD_SIZE, s.areas[i][1]);
	}
}
