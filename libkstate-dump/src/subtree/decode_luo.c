// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* The "LUO" subtree: see luo.h. luo_walk.c reads the memory that it refers to. */

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/known.h"
#include "kho/kho_side.h"
#include "luo/luo.h"
#include "subtree/decoder.h"

/* Address 0 means that there are none. If memory can be followed, text shows it instead. */
static void put_address(struct kstd_luo_side *luo, struct kstd_node *into, enum kstd_key_index key,
			uint64_t v, uint64_t at)
{
	struct kstd_arena *a = &luo->dump->arena;

	kstd_styled(kstd_placed(v ? kstd_put_num(a, into, key, KSTD_ADDRESS, v) :
				    kstd_put(a, into, key, KSTD_NULL), at),
		    luo->from == KSTD_LUO_NOWHERE ? KSTD_STYLE_NONE : KSTD_STYLE_HIDDEN);
}

static void put_ser(struct kstd_luo_side *luo, struct kstd_node *into)
{
	struct kstd_arena *a = &luo->dump->arena;

	/* Without memory it is a copy of debugfs: of a kernel that had booted. */
	if (luo->released && luo->dump->phys && !kstd_kho_booted(luo->dump, luo->blob->side)) {
		kstd_put_unknown(a, into, KSTD_K_STATE);
		return;
	}
	if (luo->released) {
		kstd_put_str(a, into, KSTD_K_STATE, "released by its owner");
		return;
	}
	kstd_placed(kstd_put_num(a, into, KSTD_K_LUO_COUNT, KSTD_U64, luo->number),
		    luo->number_at);
	put_address(luo, into, KSTD_K_LUO_SESSIONS, luo->sessions, luo->sessions_at);
	put_address(luo, into, KSTD_K_LUO_FLBS, luo->flbs, luo->flbs_at);
}

static void put_count(struct kstd_arena *a, struct kstd_node *into, enum kstd_key_index key,
		      bool known, uint64_t nr)
{
	if (known)
		kstd_put_num(a, into, key, KSTD_U64, nr);
	else
		kstd_put_unknown(a, into, key);
}

static void put_counts(struct kstd_luo_side *luo, struct kstd_node *into)
{
	struct kstd_arena *a = &luo->dump->arena;
	uint64_t sessions = 0, files = 0, flbs = 0, troubles = luo->dump->troubles;
	bool known;
	const char *why = kstd_luo_flbs_why(luo);
	struct kstd_luo_session s;
	struct kstd_luo_walk w;
	struct kstd_flb_walk f;
	struct kstd_luo_flb flb;

	kstd_sessions_begin(&w, luo, NULL, NULL);
	for (; kstd_sessions_next(&w, &s); sessions++)
		files += s.count;
	kstd_sessions_end(&w);
	known = luo->dump->troubles == troubles && luo->from != KSTD_LUO_SCAN;
	put_count(a, into, KSTD_K_LUO_NR_SESSIONS, known, sessions);
	put_count(a, into, KSTD_K_LUO_NR_FILES, known, files);
	troubles = luo->dump->troubles;
	kstd_flbs_begin(&f, luo, NULL, NULL);
	for (; kstd_flbs_next(&f, &flb); flbs++)
		;
	kstd_flbs_end(&f);
	if (why)
		kstd_unknown(luo->dump, luo->where, "which FLBs there are: %s", why);
	put_count(a, into, KSTD_K_LUO_NR_FLBS, luo->dump->troubles == troubles && !luo->no_flbs,
		  flbs);
}

static int details(struct kstd_dump *dump, const struct kstd_blob *blob, struct kstd_node *into)
{
	struct kstd_luo_side *luo;
	int rc = kstd_luo_open(dump, blob, &luo);

	if (rc)
		return rc;
	kstd_luo_explain(luo);
	put_ser(luo, into);
	if (luo->from != KSTD_LUO_NOWHERE)
		put_counts(luo, into);
	return 0;
}

/**
 * struct ref_ctx - where references go
 */
struct ref_ctx {
	struct kstd_luo_side *luo;
	struct kstd_refs *refs;
};

static void add_ref(const struct ref_ctx *t, uint64_t pa, uint64_t bytes, enum kstd_ref_kind kind,
		 const char *owner)
{
	if (!owner || !kstd_ref(t->refs, pa, bytes, kind, owner))
		kstd_defect(t->luo->dump, t->luo->where, KSTD_E_MEMORY, KSTD_NO_OFFSET, NULL);
}

/* The mapping of systemd is state that can be shown; the contents of other memfds are not. */
static enum kstd_ref_kind kind_of(const struct kstd_luo_session *s, const struct kstd_luo_file *f)
{
	return f->token == KSTD_SYSTEMD_TOKEN && !strcmp(s->name, KSTD_SYSTEMD_SESSION) ?
	       KSTD_REF_BLOB : KSTD_REF_DATA;
}

static void memfd_refs(const struct ref_ctx *t, const struct kstd_memfd *m, enum kstd_ref_kind kind,
		       const struct kstd_where *where)
{
	const char *owner = kstd_owner(t->luo->dump, where);
	struct kstd_folio_walk *w = kstd_malloc(sizeof(*w));
	struct kstd_folio f;

	add_ref(t, m->pa, t->luo->dump->phys->page_size, KSTD_REF_BLOB, w ? owner : NULL);
	if (!w || !owner)
		return;
	kstd_folios_begin(w, m, where, t->refs, owner);
	while (kstd_folios_next(w, &f))
		if (f.pa)
			add_ref(t, f.pa, f.bytes, kind, owner);
	kstd_folios_end(w);
	free(w);
}

/* Only its handler knows what memory it has: @what names the handler. */
static void opaque_ref(const struct ref_ctx *t, const struct kstd_where *up, const char *what,
		       const char *name, size_t len)
{
	char safe[KSTD_SAFE], text[KSTD_SAFE + 32];
	struct kstd_where where;

	snprintf(text, sizeof(text), "%s \"%s\"", what, kstd_safe(safe, name, len));
	where = KSTD_IN(up, text, strlen(text));
	if (!kstd_ref_opaque(t->refs, kstd_owner(t->luo->dump, &where)))
		kstd_defect(t->luo->dump, t->luo->where, KSTD_E_MEMORY, KSTD_NO_OFFSET, NULL);
}

/*
 * Is the type of an owner's data known? It is opaque, which says enough: those of others are whole.
 */
static uint64_t look_begin(const struct ref_ctx *t)
{
	kstd_quiet_begin(t->luo->dump);
	return t->luo->dump->troubles;
}

static void look_end(const struct ref_ctx *t, uint64_t troubles)
{
	t->luo->dump->troubles = troubles;
	kstd_quiet_end(t->luo->dump);
}

static void file_refs(const struct ref_ctx *t, const struct kstd_luo_session *s,
		      const struct kstd_luo_file *f, const struct kstd_where *up)
{
	struct kstd_where where = KSTD_IN(up, f->label, strlen(f->label));
	struct kstd_where memfd = KSTD_IN(&where, "memfd", 5);
	struct kstd_typed typed;
	struct kstd_memfd m;
	uint64_t troubles;
	bool known;

	/* What it refers to is not known, and not that of any handler: that was reported. */
	if (f->handler_unread)
		return;
	if (kstd_file_is_memfd(t->luo, f) == KSTD_YES && kstd_file_memfd(t->luo, s, f, &where, &m))
		memfd_refs(t, &m, kind_of(s, f), &memfd);
	if (!kstd_memfd_format(f->handler, f->handler_len))
		opaque_ref(t, &where, "handler", f->handler, f->handler_len);
	troubles = look_begin(t);
	known = kstd_file_typed(t->luo, f, &where, &typed);
	look_end(t, troubles);
	if (known)
		kstd_typed_refs(t->luo->dump, &where, &typed, t->refs,
				kstd_owner(t->luo->dump, &where));
}

static void session_refs(const struct ref_ctx *t, const struct kstd_luo_session *s,
			 const struct kstd_where *up)
{
	struct kstd_where where = KSTD_IN(up, s->label, strlen(s->label));
	struct kstd_luo_walk w;
	struct kstd_luo_file f;

	kstd_files_begin(&w, t->luo, s, &where, t->refs, kstd_owner(t->luo->dump, &where));
	while (kstd_files_next(&w, &f))
		file_refs(t, s, &f, &where);
	kstd_files_end(&w);
}

static void flb_refs(const struct ref_ctx *t, const struct kstd_where *up,
		     const struct kstd_luo_flb *flb)
{
	char safe[KSTD_SAFE], text[KSTD_SAFE + 16];
	struct kstd_where where;
	struct kstd_typed typed;
	uint64_t troubles;
	bool known;

	opaque_ref(t, up, "FLB", flb->name, flb->name_len);
	snprintf(text, sizeof(text), "FLB \"%s\"", kstd_safe(safe, flb->name, flb->name_len));
	where = KSTD_IN(up, text, strlen(text));
	troubles = look_begin(t);
	known = kstd_flb_typed(t->luo, flb, &where, &typed);
	look_end(t, troubles);
	if (known)
		kstd_typed_refs(t->luo->dump, &where, &typed, t->refs,
				kstd_owner(t->luo->dump, &where));
}

static int refs(struct kstd_dump *dump, const struct kstd_blob *blob,
		const struct kstd_where *where, struct kstd_refs *refs)
{
	struct ref_ctx t = { .refs = refs };
	struct kstd_luo_session s;
	struct kstd_luo_walk w;
	struct kstd_flb_walk f;
	struct kstd_luo_flb flb;
	const char *owner = kstd_owner(dump, where), *why;
	int rc = kstd_luo_open(dump, blob, &t.luo);

	if (rc)
		return rc;
	kstd_luo_explain(t.luo);
	why = kstd_luo_flbs_why(t.luo);
	if (why && t.luo->from != KSTD_LUO_NOWHERE)
		kstd_unknown(dump, t.luo->where, "which FLBs there are: %s", why);
	kstd_luo_kernel_refs(t.luo, refs, owner);
	kstd_sessions_begin(&w, t.luo, refs, owner);
	while (kstd_sessions_next(&w, &s))
		session_refs(&t, &s, where);
	kstd_sessions_end(&w);
	kstd_flbs_begin(&f, t.luo, refs, owner);
	while (kstd_flbs_next(&f, &flb))
		flb_refs(&t, where, &flb);
	kstd_flbs_end(&f);
	return owner ? 0 : kstd_nomem(dump->ctx);
}

const struct kstd_decoder kstd_decoder_luo = {
	.name = KSTD_LUO_NAME,
	.probe = kstd_luo_probe,
	.details = details,
	.refs = refs,
};
