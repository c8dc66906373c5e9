// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* The overview: KHO's roots and subtrees. info_kstate.c adds the images. */

#include <kstate-dump/browse.h>

#include "fdt/native.h"
#include "subtree/decoder.h"
#include "kstate/image.h"
#include "query/info.h"
#include "kho/kho_side.h"
#include "kho/writer.h"
#include "source/source.h"

/**
 * struct side - what the overview says about one side's KHO
 * @subtrees: the list, made when needed
 */
struct side {
	struct kstd_dump *dump;
	unsigned int side;
	struct kstd_kho_of_side kho;
	struct kstd_node *node;
	struct kstd_node *subtrees;
	struct kstd_report *err;
};

/*
 * Up to Linux 7.0 a kernel hands over nothing before KHO is finalized; later ones know no such
 * step.
 */
static void put_finalized(struct side *s, struct kstd_node *n)
{
	struct kstd_arena *a = &s->dump->arena;
	bool yes;

	if (kstd_kho_finalized(&s->kho, &yes))
		kstd_put_num(a, n, KSTD_K_FINALIZED, KSTD_BOOL, yes);
	else
		kstd_hidden_if(kstd_put(a, n, KSTD_K_FINALIZED, KSTD_NULL), true);
	if (s->side != KSTD_SIDE_IN && kstd_kho_finalized(&s->kho, &yes) && !yes)
		kstd_note(s->dump, "%s: KHO is not finalized: nothing would be handed over now; LUO finalizes it in the kexec, and so does 1 in kho/out/finalize",
			  kstd_side_name(s->side));
}

static void put_node(struct side *s, struct kstd_node *list)
{
	struct kstd_arena *a = &s->dump->arena;
	struct kstd_node *n = kstd_styled(kstd_put(a, list, KSTD_NO_KEY, KSTD_OBJECT),
					  KSTD_STYLE_TREE);

	kstd_put_str(a, n, KSTD_K_SIDE, kstd_side_name(s->side));
	kstd_put_str(a, n, KSTD_K_FORMAT, s->kho.has_root ? s->kho.root.compatible : NULL);
	if (s->kho.has_root && s->kho.root.has_map)
		kstd_placed(kstd_put_num(a, n, KSTD_K_MEMORY_MAP, KSTD_ADDRESS, s->kho.root.map),
			    s->kho.root.map_at);
	else
		kstd_put(a, n, KSTD_K_MEMORY_MAP, KSTD_NULL);
	put_finalized(s, n);
	kstd_limits_put_scratch(s->dump, s->side, n);
	s->node = n;
	s->subtrees = kstd_styled(kstd_put(a, n, KSTD_K_SUBTREES, KSTD_LIST), KSTD_STYLE_TABLE);
}

/* Format and details of a blob that is here. */
static void put_contents(struct side *s, struct kstd_blob *b, struct kstd_node *n)
{
	struct kstd_where where = KSTD_AT(NULL, b->path, strlen(b->path));
	struct kstd_arena *a = &s->dump->arena;
	const struct kstd_decoder *dec = b->loaded ? kstd_decoder_of(b) : NULL;
	struct kstd_node *details;

	/* An FDT says itself what it is. */
	kstd_put_str(a, n, KSTD_K_FORMAT, dec ? kstd_fdt_compatible(&b->bytes) ?: dec->name : NULL);
	details = kstd_put(a, n, KSTD_K_DETAILS, KSTD_OBJECT);
	if (!dec)
		return;
	if (!b->bytes.len) {
		kstd_err(s->dump->ctx, KSTD_E_EMPTY, KSTD_NO_OFFSET,
			 "empty: tar and copying by file size do this to files of debugfs; copy them with cp");
		kstd_defect_err(s->dump, &where);
	} else if (dec->details && dec->details(s->dump, b, details)) {
		kstd_defect_err(s->dump, &where);
	}
}

/* A copy that is not whole, or what debugfs does not show any more. */
static void missing_subtree(struct side *s, const char *name, size_t len)
{
	char safe[KSTD_SAFE];

	kstd_unknown(s->dump, &s->kho.where, "what is in the subtree %s, which it names: %s does not have it",
		     kstd_safe(safe, name, len), s->dump->source);
}

/* One subtree: of the root, of a file, or of both. */
static void put_subtree(struct side *s, const char *name, size_t len,
			const struct kstd_kho_subtree *sub, struct kstd_blob *b)
{
	struct kstd_arena *a = &s->dump->arena;
	struct kstd_node *n = kstd_put(a, s->subtrees, KSTD_NO_KEY, KSTD_OBJECT);

	if (b && kstd_blob_load(s->dump, b)) {
		*s->err = s->dump->ctx->err;
		kstd_defect_err(s->dump, NULL);
	}
	kstd_put_mem(a, n, KSTD_K_NAME, KSTD_TEXT, name, len);
	if (b && b->loaded)
		kstd_put_num(a, n, KSTD_K_BYTES, KSTD_SIZE, b->bytes.len);
	else if (sub && sub->has_bytes)
		kstd_put_num(a, n, KSTD_K_BYTES, KSTD_SIZE, sub->bytes);
	else
		kstd_put(a, n, KSTD_K_BYTES, KSTD_NULL);
	if (sub && sub->has_address)
		kstd_placed(kstd_put_num(a, n, KSTD_K_ADDRESS, KSTD_ADDRESS, sub->address),
			    sub->at);
	else
		kstd_put(a, n, KSTD_K_ADDRESS, KSTD_NULL);
	if (b) {
		put_contents(s, b, n);
	} else {
		if (s->kho.blob->role == KSTD_ROLE_ROOT)
			missing_subtree(s, name, len);
		kstd_put(a, n, KSTD_K_FORMAT, KSTD_NULL);
		kstd_put(a, n, KSTD_K_DETAILS, KSTD_OBJECT);
	}
}

static bool in_root(struct side *s, const char *name)
{
	struct kstd_kho_subtree sub;
	struct kstd_cursor c;
	bool found = false;

	if (!s->kho.has_root)
		return false;
	kstd_quiet_begin(s->dump);
	c = kstd_fdt_root(&s->kho.root.fdt);
	while (!found && kstd_kho_next(s->dump, NULL, &s->kho.root, &c, &sub))
		found = !strcmp(sub.name, name);
	kstd_quiet_end(s->dump);
	return found;
}

static void put_subtrees(struct side *s)
{
	struct kstd_kho_subtree sub;
	struct kstd_cursor c;

	if (s->kho.has_root) {
		c = kstd_fdt_root(&s->kho.root.fdt);
		while (kstd_kho_next(s->dump, &s->kho.where, &s->kho.root, &c, &sub))
			put_subtree(s, sub.name, sub.name_len, &sub,
				    kstd_blob_find(s->dump, s->side, KSTD_ROLE_SUBTREE, sub.name,
					      sub.name_len));
	}
	for (struct kstd_blob *b = s->dump->blobs; b; b = b->next)
		if (b->side == s->side && b->role == KSTD_ROLE_SUBTREE && !in_root(s, b->name))
			put_subtree(s, b->name, strlen(b->name), NULL, b);
}

/* A lone blob that is neither an image nor a root: shown as a subtree. */
static void put_lone(struct side *s, struct kstd_node *list)
{
	struct kstd_blob *b = kstd_blob_find(s->dump, s->side, KSTD_ROLE_LONE, NULL, 0);

	if (!b || !b->loaded || kstd_image_probe(b) || kstd_kho_root_probe(b))
		return;
	put_node(s, list);
	put_subtree(s, b->name, strlen(b->name), NULL, b);
	kstd_limits_put(s->dump, &s->kho, s->node);
}

static void put_side(struct kstd_dump *dump, unsigned int side, struct kstd_node *list,
		     struct kstd_report *err)
{
	struct side s = { .dump = dump, .side = side, .err = err };

	kstd_kho_side(dump, side, &s.kho);
	if (s.kho.err.code != KSTD_E_NONE)
		*err = s.kho.err;
	if (s.kho.has_root || kstd_blob_find(dump, side, KSTD_ROLE_SUBTREE, NULL, 0)) {
		put_node(&s, list);
		put_subtrees(&s);
		kstd_limits_put(dump, &s.kho, s.node);
	}
	if (side == KSTD_SIDE_FILE)
		put_lone(&s, list);
}

/* A kernel from 6.19 on that came up through KHO shows no out/fdt. */
static void note_missing_root(struct kstd_dump *dump)
{
	char writer[KSTD_WRITER];

	if (kstd_blob_find(dump, KSTD_SIDE_IN, KSTD_ROLE_ROOT, NULL, 0) &&
	    kstd_blob_find(dump, KSTD_SIDE_OUT, KSTD_ROLE_SUBTREE, NULL, 0) &&
	    !kstd_blob_find(dump, KSTD_SIDE_OUT, KSTD_ROLE_ROOT, NULL, 0))
		kstd_note(dump, "kho/out/fdt is not there: %s shows none after a boot through KHO%s%s",
			  kstd_kho_writer(dump, KSTD_SIDE_OUT, KSTD_FROM_6_19, writer),
			  dump->memory_why ? KSTD_NO_KCORE : "",
			  dump->memory_why ? dump->memory_why : "");
}

/* Is there anything of KHO's, which proves that it is on? */
static bool has_kho(const struct kstd_dump *dump)
{
	for (const struct kstd_blob *b = dump->blobs; b; b = b->next)
		if (b->role == KSTD_ROLE_ROOT || b->role == KSTD_ROLE_SUBTREE ||
		    b->role == KSTD_ROLE_SCRATCH || b->role == KSTD_ROLE_FINALIZE)
			return true;
	return false;
}

/* Only debugfs itself, without any file of KHO, says that nothing is handed over. */
static int nothing(struct kstd_dump *dump, const struct kstd_report *err)
{
	struct kstd_where where = KSTD_AT(NULL, dump->source, strlen(dump->source));

	if (err->code == KSTD_E_NONE && (dump->troubles || *kstd_asked(dump)))
		return kstd_not_found(dump, KSTD_E_NO_KHO, "KHO");
	if (err->code == KSTD_E_NONE && (has_kho(dump) || !dump->live))
		return kstd_err_at(dump->ctx, &where,
				   kstd_err(dump->ctx, KSTD_E_NOT_KNOWN, KSTD_NO_OFFSET,
					    "no root of KHO in it: what was handed over, and what will be, is not known"));
	if (err->code == KSTD_E_NONE)
		return kstd_err_at(dump->ctx, &where,
				   kstd_err(dump->ctx, KSTD_E_NO_KHO, KSTD_NO_OFFSET,
					    "nothing was handed over, and nothing will be"));
	dump->ctx->err = *err;
	return kstd_err_at(dump->ctx, &where, -kstd_error_class(dump->ctx));
}

/* Names of files alone are no overview. */
static bool all_failed(const struct kstd_dump *dump, const struct kstd_report *err)
{
	for (const struct kstd_blob *b = dump->blobs; b; b = b->next)
		if (b->loaded)
			return false;
	return err->code != KSTD_E_NONE;
}

static int make_overview(struct kstd_dump *dump, const struct kstd_node **root,
			 void (*put_images)(struct kstd_dump *dump, struct kstd_node *list))
{
	struct kstd_node *n = kstd_styled(kstd_put(&dump->arena, NULL, KSTD_NO_KEY, KSTD_OBJECT),
					  KSTD_STYLE_TREE);
	struct kstd_node *kho = kstd_put(&dump->arena, n, KSTD_K_KHO, KSTD_LIST);
	struct kstd_node *kstate = kstd_put(&dump->arena, n, KSTD_K_KSTATE, KSTD_LIST);
	struct kstd_report err = { .code = KSTD_E_NONE };

	*root = NULL;
	if (!kstate)
		return kstd_nomem(dump->ctx);
	put_side(dump, KSTD_SIDE_FILE, kho, &err);
	put_side(dump, KSTD_SIDE_IN, kho, &err);
	put_side(dump, KSTD_SIDE_OUT, kho, &err);
	note_missing_root(dump);
	if (!kstd_images(dump))
		put_images(dump, kstate);
	else if (err.code == KSTD_E_NONE && dump->ctx->err.code != KSTD_E_NO_KSTATE)
		err = dump->ctx->err;
	if (dump->progress.cancelled)
		return kstd_cancelled(dump);
	if ((!kho->kids.first && !kstate->kids.first) || all_failed(dump, &err))
		return nothing(dump, &err);
	*root = n;
	return 0;
}

int kstd_info(struct kstd_dump *dump, const struct kstd_node **root)
{
	return make_overview(dump, root, kstd_info_images);
}

int kstd_handover(struct kstd_dump *dump, const struct kstd_node **root)
{
	const struct kstd_node *luo;
	int rc = make_overview(dump, root, kstd_info_images);

	if (rc)
		return rc;
	if (!kstd_luo(dump, NULL, &luo))
		kstd_link((struct kstd_node *)*root, (struct kstd_node *)luo);
	else
		kstd_put(&dump->arena, (struct kstd_node *)*root, KSTD_K_LUO, KSTD_LIST);
	return kstd_cancelled(dump);
}

int kstd_overview(struct kstd_dump *dump, const struct kstd_node **root)
{
	return make_overview(dump, root, kstd_overview_images);
}
