// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <stdio.h>

#include "kho/kho_map.h"
#include "kho/kho_side.h"
#include "kho/writer.h"
#include "memory/core.h"
#include "base/file.h"
#include "memory/blob.h"

/* From 6.19 on the size of out/fdt is fixed before subtrees are added. */
static bool is_frozen(const struct kstd_kho_of_side *s, const struct kstd_blob *b)
{
	return s->side == KSTD_SIDE_OUT && s->dump->ctx->err.code == KSTD_E_TRUNCATED &&
	       kstd_fdt_total(&b->bytes) > b->bytes.len;
}

static void root_failed(struct kstd_kho_of_side *s, const struct kstd_blob *b)
{
	char writer[KSTD_WRITER];

	s->err = s->dump->ctx->err;
	if (is_frozen(s, b))
		kstd_note(s->dump, "%s: %zu bytes of %u: %s shows it as it was before subtrees were added%s%s",
			  b->path, b->bytes.len, kstd_fdt_total(&b->bytes),
			  kstd_kho_writer(s->dump, s->side, KSTD_FROM_6_19, writer),
			  s->dump->memory_why ? KSTD_NO_KCORE : "",
			  s->dump->memory_why ? s->dump->memory_why : "");
	else
		kstd_defect_err(s->dump, &s->where);
}

/* A version that this program does not know is a defect. What can be read is shown. */
static void check_version(struct kstd_kho_of_side *s)
{
	if (s->root.version)
		return;
	kstd_kho_root_unknown(s->dump->ctx, &s->root);
	kstd_defect_err(s->dump, &s->where);
}

void kstd_kho_side(struct kstd_dump *dump, unsigned int side, struct kstd_kho_of_side *s)
{
	struct kstd_blob *b = kstd_blob_find(dump, side, KSTD_ROLE_ROOT, NULL, 0);

	*s = (struct kstd_kho_of_side){ .dump = dump, .side = side };
	if (!b && side == KSTD_SIDE_FILE)
		b = kstd_blob_find(dump, side, KSTD_ROLE_LONE, NULL, 0);
	if (!b)
		return;
	if (kstd_blob_load(dump, b)) {
		s->err = dump->ctx->err;
		kstd_defect_err(dump, NULL);
		return;
	}
	if (b->role == KSTD_ROLE_LONE && !kstd_kho_root_probe(b))
		return;
	s->blob = b;
	s->where = KSTD_AT(NULL, b->path, strlen(b->path));
	if (kstd_kho_root_open(dump->ctx, &b->bytes, &s->root)) {
		root_failed(s, b);
		return;
	}
	s->root.side = side;
	s->has_root = true;
	check_version(s);
}

bool kstd_kho_finalized(const struct kstd_kho_of_side *s, bool *yes)
{
	struct kstd_blob *b = kstd_blob_find(s->dump, s->side, KSTD_ROLE_FINALIZE, NULL, 0);

	if (s->has_root) {
		*yes = s->root.map;
		return s->root.format && s->root.format->map == KSTD_MAP_LIST && s->root.has_map;
	}
	if (!b || kstd_blob_load(s->dump, b) || !b->bytes.len)
		return false;
	*yes = *b->bytes.p == '1';
	return *yes || *b->bytes.p == '0';
}

bool kstd_kho_booted(const struct kstd_dump *dump, unsigned int side)
{
	if (side != KSTD_SIDE_IN)
		return false;
	return (dump->phys && dump->phys->changing) ||
	       kstd_blob_find((struct kstd_dump *)dump, KSTD_SIDE_OUT, KSTD_ROLE_ROOT, NULL, 0);
}

bool kstd_kho_lists(struct kstd_dump *dump, unsigned int side)
{
	if (dump->phys && kstd_kho_booted(dump, side))
		kstd_unknown(dump, NULL, "in: what vmalloc areas hold: a kernel frees their lists when it takes them over");
	return dump->phys && !kstd_kho_booted(dump, side);
}

bool kstd_kho_side_map(const struct kstd_kho_of_side *s, char *why)
{
	struct kstd_dump *dump = s->dump;
	unsigned long long map = s->root.map;
	uint32_t width;

	if (!s->has_root)
		snprintf(why, KSTD_WHY, "%s", s->blob ? "the KHO root cannot be read" :
			 "there is no KHO root of this side");
	else if (!s->root.version)
		snprintf(why, KSTD_WHY, "the KHO root is of an unknown version");
	else if (!s->root.has_map)
		snprintf(why, KSTD_WHY, "the KHO root has no preserved-memory map");
	else if (kstd_kho_unfinished(&s->root))
		snprintf(why, KSTD_WHY,
			 "KHO is not finalized, so its map is not made yet: that is done when 1 is written to kho/out/finalize, or by LUO in the kexec");
	else if (!dump->phys)
		snprintf(why, KSTD_WHY,
			 "the preserved-memory map is at 0x%llx, and %.100s has no memory to follow it in",
			 map, dump->source);
	else if (dump->core && !dump->core->page_known)
		snprintf(why, KSTD_WHY,
			 "how large a page is, and so where in the preserved-memory map what is, is not known: --page-size says it");
	else if (kstd_kho_booted(dump, s->side))
		snprintf(why, KSTD_WHY,
			 "a kernel frees the map that it got (at 0x%llx) early in its boot, and uses its pages for other things",
			 map);
	else if (s->root.format->map == KSTD_MAP_LIST &&
		 !kstd_bitlist_width(dump, &s->where, &s->root, &width) && !width)
		snprintf(why, KSTD_WHY, "%s", kstd_map_no_width);
	else
		return true;
	return false;
}
