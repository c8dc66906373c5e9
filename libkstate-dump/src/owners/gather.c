// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* All references of a side, from every decoder. */

#include "subtree/decoder.h"
#include "kho/kho_map.h"
#include "kho/kho_side.h"
#include "source/source.h"

/* The name of a subtree is that of its file, or that which its file would have. */
static void tell_subtree(const struct kstd_kho_of_side *s, const struct kstd_kho_subtree *sub,
			 struct kstd_refs *refs)
{
	struct kstd_blob *b = kstd_blob_find(s->dump, s->side, KSTD_ROLE_SUBTREE, sub->name,
					     sub->name_len);
	struct kstd_where where = b ? KSTD_AT(NULL, b->path, strlen(b->path)) :
				  KSTD_IN(&s->where, sub->name, sub->name_len);
	uint64_t bytes = sub->has_bytes ? sub->bytes : 1;

	/* A root of kho-v1 does not say how long a subtree is; its file does. */
	if (!sub->has_bytes && b && !kstd_blob_load(s->dump, b) && b->bytes.len)
		bytes = b->bytes.len;
	if (sub->has_address)
		kstd_ref_add(s->dump, &where, refs, sub->address, bytes, KSTD_REF_BLOB,
			     kstd_owner(s->dump, &where));
}

static void tell_root(const struct kstd_kho_of_side *s, struct kstd_refs *refs)
{
	struct kstd_kho_subtree sub;
	struct kstd_cursor c;

	if (s->blob && s->blob->in_memory)
		kstd_ref_add(s->dump, &s->where, refs, s->blob->pa, s->blob->in_memory_bytes,
			     KSTD_REF_KHO, kstd_owner(s->dump, &s->where));
	if (!s->has_root)
		return;
	c = kstd_fdt_root(&s->root.fdt);
	kstd_quiet_begin(s->dump);	/* "info" reports its defects */
	while (kstd_kho_next(s->dump, &s->where, &s->root, &c, &sub))
		tell_subtree(s, &sub, refs);
	kstd_quiet_end(s->dump);
}

static void tell_blob(struct kstd_dump *dump, struct kstd_blob *b, struct kstd_refs *refs)
{
	struct kstd_where where = KSTD_AT(NULL, b->path, strlen(b->path));
	const struct kstd_decoder *dec;

	if (kstd_blob_load(dump, b) || !b->bytes.len)
		return;
	dec = kstd_decoder_of(b);
	if (dec->refs && dec->refs(dump, b, &where, refs))
		kstd_defect_err(dump, &where);
}

int kstd_refs_owners(struct kstd_dump *dump, unsigned int side, struct kstd_refs *refs)
{
	struct kstd_kho_of_side s;

	refs->side = side;
	if (!dump->phys)
		kstd_note(dump, "%s has no memory: what lists in memory name is not known",
			  dump->source);
	kstd_kho_side(dump, side, &s);
	tell_root(&s, refs);
	for (struct kstd_blob *b = dump->blobs; b; b = b->next)
		if (b->side == side && (b->role == KSTD_ROLE_SUBTREE || b->role == KSTD_ROLE_LONE))
			tell_blob(dump, b, refs);
	kstd_refs_kstate(dump, side, refs);
	return refs->short_of ? kstd_nomem(dump->ctx) : kstd_cancelled(dump);
}

int kstd_refs_gather(struct kstd_dump *dump, unsigned int side, struct kstd_refs *refs)
{
	struct kstd_kho_of_side s;
	struct kstd_where where;
	char why[KSTD_WHY];
	int rc = kstd_refs_owners(dump, side, refs);

	if (rc)
		return rc;
	kstd_kho_side(dump, side, &s);
	if (!kstd_kho_side_map(&s, why)) {
		kstd_note(dump, "%s: %s", kstd_side_name(side), why);
		return 0;
	}
	where = KSTD_IN(&s.where, KSTD_MAP_PLACE, strlen(KSTD_MAP_PLACE));
	if (kstd_map_tree(dump, &where, &s.root, refs) && !dump->progress.cancelled)
		kstd_defect_err(dump, &where);
	return refs->short_of ? kstd_nomem(dump->ctx) : kstd_cancelled(dump);
}
