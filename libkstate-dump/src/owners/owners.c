// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <stdlib.h>

#include "base/alloc.h"
#include "kstate/image.h"
#include "owners/owners.h"
#include "memory/phys.h"

static void free_memory(void *p, size_t len)
{
	struct kstd_memory *m = p;

	(void)len;
	if (m->known)
		kstd_map_close(&m->map);
	kstd_refs_free(&m->map_refs);
	kstd_refs_free(&m->refs);
	free(m->pieces);
	free(m->owners);
	free(m);
}

static bool has_side(const struct kstd_dump *dump, unsigned int side)
{
	for (const struct kstd_blob *b = dump->blobs; b; b = b->next)
		if (b->side == side && b->role != KSTD_ROLE_TABLE)
			return true;
	return false;
}

static int open_map(struct kstd_memory *m)
{
	struct kstd_where where = KSTD_IN(&m->kho.where, KSTD_MAP_PLACE, strlen(KSTD_MAP_PLACE));
	struct kstd_dump *dump = m->dump;
	int rc;

	m->where = kstd_where_keep(&dump->arena, &where);
	if (!m->where)
		return kstd_nomem(dump->ctx);
	rc = kstd_map_open(dump, m->where, &m->kho.root, &m->map_refs, &m->map);
	m->known = !rc;
	if (!rc || rc == -KSTD_ENVIRONMENT)
		return rc;
	strcpy(m->why, "the preserved-memory map cannot be read");
	kstd_defect_err(dump, m->where);
	return 0;
}

static int count_ranges(struct kstd_memory *m)
{
	struct kstd_range range;
	struct kstd_owned_walk s;
	int rc = kstd_owned_walk_begin(&s, m);

	if (rc)
		return rc;
	while (kstd_owned_walk_next(&s, &range)) {
		uint64_t bytes = kstd_range_bytes(m, &range);

		if (range.owner != KSTD_NOBODY) {
			m->owners[range.owner].preserved += bytes;
			continue;
		}
		m->unowned += bytes;
		m->unowned_ranges++;
	}
	kstd_owned_walk_end(&s);
	return 0;
}

static void count_gap(void *arg, const struct kstd_gap *gap)
{
	uint64_t bytes = gap->end - gap->start;
	struct kstd_memory *m = arg;

	if (gap->known) {
		m->missing += bytes;
		return;
	}
	m->unknown += bytes;
	m->owners[gap->owner].unknown += bytes;
}

static uint64_t page_size(struct kstd_dump *dump, unsigned int side)
{
	if (dump->phys)
		return dump->phys->page_size;
	if (kstd_images(dump))
		return 0;
	for (struct kstd_image *image = dump->images; image; image = image->next)
		if (image->side == side)
			return image->producer.page_size;
	return 0;
}

/* The map that a kernel was handed over is gone once it has booted: there is nothing to know. */
static void report_unknown(const struct kstd_memory *m)
{
	struct kstd_where where = KSTD_AT(NULL, kstd_side_name(m->side),
					  strlen(kstd_side_name(m->side)));

	if (!m->known && (m->refs.nr || m->kho.has_root) && !kstd_kho_booted(m->dump, m->side))
		kstd_unknown(m->dump, &where, "which memory is preserved: %s", m->why);
}

/* Memory that nobody has may be that of an owner that is not decoded. */
static void report_opaque(struct kstd_memory *m)
{
	if (!m->unowned || !m->refs.nr_opaque)
		return;
	/* Where other owners could not be read, what is KHO's own is not known either. */
	m->opaque = m->owners_known;
	m->owners_known = false;
	kstd_unknown(m->dump, m->where, "whose %llu bytes of preserved memory are, in %llu ranges: %zu owners are not decoded, the first is %s",
		     (unsigned long long)m->unowned, (unsigned long long)m->unowned_ranges,
		     m->refs.nr_opaque, m->refs.opaque[0]);
}

static int build(struct kstd_memory *m)
{
	uint64_t troubles;
	int rc;

	kstd_kho_side(m->dump, m->side, &m->kho);
	m->page_size = page_size(m->dump, m->side);
	troubles = m->dump->troubles;
	rc = kstd_refs_owners(m->dump, m->side, &m->refs);
	m->owners_known = m->dump->troubles == troubles &&
			  !(m->dump->images_unwell & 1U << m->side);
	if (!rc && !kstd_owners_flatten(m))
		rc = kstd_nomem(m->dump->ctx);
	if (!rc && kstd_kho_side_map(&m->kho, m->why))
		rc = open_map(m);
	if (!rc)
		report_unknown(m);
	if (rc || !m->known)
		return rc;
	rc = count_ranges(m) ?: kstd_unpreserved(m, count_gap, m) ?: kstd_cancelled(m->dump);
	if (!rc)
		report_opaque(m);
	return rc;
}

int kstd_memory_of(struct kstd_dump *dump, unsigned int side, struct kstd_memory **memory)
{
	struct kstd_memory *m = dump->memory;
	int rc;

	while (m && m->side != side)
		m = m->next;
	*memory = m;
	if (m || !has_side(dump, side))
		return 0;
	m = kstd_calloc(1, sizeof(*m));
	if (!m)
		return kstd_nomem(dump->ctx);
	m->dump = dump;
	m->side = side;
	rc = build(m);
	if (rc) {
		free_memory(m, 0);
		return rc;
	}
	m->next = dump->memory;
	if (!kstd_arena_own(&dump->arena, free_memory, m, 0))
		return kstd_nomem(dump->ctx);
	dump->memory = m;
	*memory = m;
	return 0;
}

int kstd_memory_nothing(struct kstd_dump *dump)
{
	struct kstd_where where = KSTD_AT(NULL, dump->source, strlen(dump->source));
	int rc = kstd_err(dump->ctx, KSTD_E_NO_KHO, KSTD_NO_OFFSET,
			  "nothing in it says what memory is preserved, or refers to any");

	return kstd_err_at(dump->ctx, &where, rc);
}
