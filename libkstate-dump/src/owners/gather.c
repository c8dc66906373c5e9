// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* All references of a side, from every decoder. */

#include "subtree/decoder.h"
#include "kho/kho_map.h"
#include "kho/kho_side.h"
#include "kstate/image.h"
#include "source/source.h"

/* Not all references that the blob at @path has could be read, or none; NULL: it may be any. */
static void add_partial(struct kstd_refs *refs, const char *path)
{
	if (!path)
		refs->nr_partial = KSTD_MAX_PARTIAL;
	else if (refs->nr_partial < KSTD_MAX_PARTIAL)
		refs->partial[refs->nr_partial] = path;
	refs->nr_partial++;
}

/* The place of a subtree is its file, or that where its file would be. */
static struct kstd_where place_of(const struct kstd_kho_of_side *s,
				  const struct kstd_kho_subtree *sub, struct kstd_where *dir)
{
	const struct kstd_blob *b = kstd_blob_find(s->dump, s->side, KSTD_ROLE_SUBTREE, sub->name,
						   sub->name_len);
	size_t len = s->where.len;

	if (b)
		return KSTD_AT(NULL, b->path, strlen(b->path));
	if (len < 4 || memcmp(s->where.name + len - 4, "/fdt", 4))
		return KSTD_IN(&s->where, sub->name, sub->name_len);
	dir[0] = KSTD_AT(NULL, s->where.name, len - 4);
	dir[1] = KSTD_AT(&dir[0], "sub_fdts", 8);
	return KSTD_AT(&dir[1], sub->name, sub->name_len);
}

static void add_subtree(const struct kstd_kho_of_side *s, const struct kstd_kho_subtree *sub,
			 struct kstd_refs *refs)
{
	struct kstd_where dir[2], where = place_of(s, sub, dir);
	const char *owner = kstd_owner(s->dump, &where);
	uint64_t bytes = sub->has_bytes ? sub->bytes : 1;
	struct kstd_blob *b = kstd_blob_find(s->dump, s->side, KSTD_ROLE_SUBTREE, sub->name,
					     sub->name_len);

	/* A root of kho-v1 does not say how long a subtree is; its file does. */
	if (!sub->has_bytes && b && !kstd_blob_load(s->dump, b) && b->bytes.len)
		bytes = b->bytes.len;
	if (sub->has_address)
		kstd_ref_add(s->dump, &where, refs, sub->address, bytes, KSTD_REF_BLOB, owner);
	if (!sub->has_bytes && bytes == 1)
		add_partial(refs, owner);
}

static void add_root(const struct kstd_kho_of_side *s, struct kstd_refs *refs)
{
	struct kstd_kho_subtree sub;
	struct kstd_cursor c;

	if (s->blob && s->blob->in_memory)
		kstd_ref_add(s->dump, &s->where, refs, s->blob->pa, s->blob->in_memory_bytes,
			     KSTD_REF_KHO, kstd_owner(s->dump, &s->where));
	if (!s->has_root)
		return;
	c = kstd_fdt_root(&s->root.fdt);
	while (kstd_kho_next(s->dump, &s->where, &s->root, &c, &sub))
		add_subtree(s, &sub, refs);
}

/* A report since @troubles is about the blob at @path: not all of its references were read. */
static void note_partial(struct kstd_dump *dump, uint64_t troubles, const char *path,
			 struct kstd_refs *refs)
{
	if (dump->troubles != troubles)
		add_partial(refs, path);
}

static void add_blob(struct kstd_dump *dump, struct kstd_blob *b, struct kstd_refs *refs)
{
	struct kstd_where where = KSTD_AT(NULL, b->path, strlen(b->path));
	uint64_t troubles = dump->troubles;
	const struct kstd_decoder *dec;

	if (kstd_blob_load(dump, b) || !b->bytes.len) {
		kstd_unknown(dump, &where, "what it refers to");
	} else {
		dec = kstd_decoder_of(b);
		if (dec->refs && dec->refs(dump, b, &where, refs))
			kstd_defect_err(dump, &where);
	}
	note_partial(dump, troubles, b->path, refs);
}

static void add_kstate(struct kstd_dump *dump, unsigned int side, struct kstd_refs *refs)
{
	uint64_t troubles = dump->troubles;

	kstd_refs_kstate(dump, side, refs);
	/* Images are opened once: what was reported then is not reported again. */
	if (dump->troubles == troubles && !(dump->images_unwell & 1U << side))
		return;
	for (struct kstd_image *image = dump->images; image; image = image->next)
		if (image->side == side && image->blob)
			add_partial(refs, image->blob->path);
	if (!refs->nr_partial)
		add_partial(refs, NULL);
}

int kstd_refs_owners(struct kstd_dump *dump, unsigned int side, struct kstd_refs *refs)
{
	struct kstd_kho_of_side s;

	refs->side = side;
	if (!dump->phys)
		kstd_note(dump, "%s has no memory: what lists in memory name is not known",
			  dump->source);
	kstd_kho_side(dump, side, &s);
	add_root(&s, refs);
	for (struct kstd_blob *b = dump->blobs; b; b = b->next)
		if (b->side == side && (b->role == KSTD_ROLE_SUBTREE || b->role == KSTD_ROLE_LONE))
			add_blob(dump, b, refs);
	add_kstate(dump, side, refs);
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
