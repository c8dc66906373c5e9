// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Sessions, files and FLBs from the kernel's own structures. */

#include <stdio.h>

#include "luo/luo.h"

static uint64_t off(const struct kstd_luo_side *luo, enum kstd_member member)
{
	return luo->kernel->layout.off[member];
}

/* The header of the incoming sessions, or of the outgoing ones. */
static uint64_t header(const struct kstd_luo_side *luo)
{
	return luo->kernel->global + off(luo, luo->blob->side == KSTD_SIDE_IN ?
					      KSTD_M_GLOBAL_IN : KSTD_M_GLOBAL_OUT);
}

static bool read_word(const struct kstd_luo_side *luo, uint64_t pa, size_t size, uint64_t *v)
{
	return kstd_kernel_int(luo->kernel, pa, size, v);
}

/* The page of FLBs that came in; there may be none. */
static void find_flbs(struct kstd_luo_side *luo)
{
	const struct kstd_luo_kernel *k = luo->kernel;
	uint64_t va;

	luo->flbs = 0;
	if (!k->flbs)
		return;
	luo->flbs_unread = !read_word(luo, k->flbs + off(luo, KSTD_M_FLBS_IN) +
				      off(luo, KSTD_M_FLB_HEAD_SER), 8, &va) ||
			   (va && !kstd_kernel_pa(k, va, &luo->flbs));
	if (luo->flbs_unread)
		luo->flbs = 0;
}

bool kstd_luo_kernel_incoming(struct kstd_luo_side *luo, uint64_t *sessions, uint64_t *count)
{
	uint64_t head = header(luo);

	if (!read_word(luo, head + off(luo, KSTD_M_HEAD_BLOCKS) + off(luo, KSTD_M_SET_HEAD_PA), 8,
		       sessions) ||
	    !read_word(luo, head + off(luo, KSTD_M_HEAD_COUNT), 8, count))
		return false;
	find_flbs(luo);
	return true;
}

/* A running kernel may have changed it meanwhile; what a core lacks is no defect of the list. */
static void broken(const struct kstd_luo_side *luo, const struct kstd_where *where,
		   const char *what, bool wrong)
{
	char text[KSTD_WHERE_TEXT];

	kstd_where_text(text, sizeof(text), where);
	if (luo->dump->phys->changing)
		kstd_note(luo->dump, "%s: the kernel's list of %s changed while it was read",
			  text, what);
	else if (wrong)
		kstd_defect(luo->dump, where, KSTD_E_CORRUPT, KSTD_NO_OFFSET,
			    "the kernel's list of %s cannot be followed", what);
	else
		kstd_unknown(luo->dump, where, "which further %s there are: the kernel's list of them leads to memory that is not in %s",
			     what, luo->dump->source);
}

/* Objects of the kernel are smaller than a page, but a capture takes whole pages. */
#define OBJECT_BYTES	512

/* Add an object that is needed to read the others. */
static void tell_object(const struct kstd_luo_walk *w, uint64_t pa)
{
	if (w->refs && w->refs->kernel)
		kstd_ref_add(w->luo->dump, w->where, w->refs, pa, OBJECT_BYTES, KSTD_REF_BLOB,
			     w->owner);
}

struct table_refs {
	const struct kstd_luo_side *luo;
	struct kstd_refs *refs;
	const char *owner;
};

static void add_table(void *arg, uint64_t table)
{
	const struct table_refs *t = arg;

	kstd_ref_add(t->luo->dump, t->luo->where, t->refs, table, t->luo->dump->phys->page_size,
		     KSTD_REF_BLOB, t->owner);
}

/* An object of the image or of a module: its pages may be apart, and page tables lead there. */
static void tell_virtual(const struct kstd_luo_side *luo, struct kstd_refs *refs, uint64_t va,
			 const char *owner)
{
	uint64_t page = luo->dump->phys->page_size, last = va + OBJECT_BYTES - 1, pa;
	struct table_refs t = { luo, refs, owner };

	if (!refs || !refs->kernel)
		return;
	for (va -= va % page; va <= last; va += page) {
		if (kstd_kernel_pa(luo->kernel, va, &pa))
			kstd_ref_add(luo->dump, luo->where, refs, pa, page, KSTD_REF_BLOB, owner);
		kstd_kernel_pages_each(luo->kernel, va, add_table, &t);
	}
}

void kstd_luo_kernel_refs(struct kstd_luo_side *luo, struct kstd_refs *refs, const char *owner)
{
	const struct kstd_luo_kernel *k = luo->kernel;
	struct kstd_btf_offsets btf;

	if (!refs->kernel || !k)
		return;
	if (kstd_luo_kernel_btf(k, &btf))
		kstd_ref_add(luo->dump, luo->where, refs, btf.image, btf.image_bytes,
			     KSTD_REF_BLOB, owner);
	kstd_ref_add(luo->dump, luo->where, refs, k->global, k->layout.session_global,
		     KSTD_REF_BLOB, owner);
	kstd_ref_add(luo->dump, luo->where, refs, k->ser, KSTD_LUO_SER_BYTES, KSTD_REF_BLOB, owner);
	if (k->flbs)
		kstd_ref_add(luo->dump, luo->where, refs, k->flbs, k->layout.flb_global,
			     KSTD_REF_BLOB, owner);
}

/* At the end of the list, or where it cannot be followed any more. Returns false. */
static bool end_list(struct kstd_luo_walk *w, const char *what)
{
	if (w->list.broken) {
		broken(w->luo, w->where, what, w->list.wrong);
		w->blocks.broken = true;
	}
	w->list.broken = false;
	return false;
}

/* A block that is there to be written to, from its struct kho_block. */
static void tell_block(const struct kstd_luo_side *luo, const struct kstd_where *where,
		       uint64_t pa, struct kstd_refs *refs, const char *owner)
{
	uint64_t ser;

	if (refs->kernel)
		kstd_ref_add(luo->dump, where, refs, pa, OBJECT_BYTES, KSTD_REF_BLOB, owner);
	if (read_word(luo, pa + off(luo, KSTD_M_BLOCK_SER), 8, &ser) &&
	    kstd_kernel_pa(luo->kernel, ser, &ser))
		kstd_ref_add(luo->dump, where, refs, ser, luo->dump->phys->page_size,
			     KSTD_REF_BLOB, owner);
	else
		kstd_unknown(luo->dump, where, "where a block is that it will be written to: %s lacks what says it, or the block itself",
			     luo->dump->source);
}

/* The blocks that are there to be written to. @va: of their struct kho_block_set. */
static void tell_blocks(const struct kstd_luo_side *luo, const struct kstd_where *where,
			uint64_t va, struct kstd_refs *refs, const char *owner)
{
	struct kstd_klist l;
	uint64_t pa;

	if (!refs)
		return;
	kstd_klist_begin(&l, luo->kernel, va + off(luo, KSTD_M_SET_BLOCKS),
			 off(luo, KSTD_M_BLOCK_LIST));
	while (kstd_klist_next(&l, &pa))
		tell_block(luo, where, pa, refs, owner);
	if (l.broken)
		broken(luo, where, "blocks", l.wrong);
}

void kstd_luo_kernel_sessions_begin(struct kstd_luo_walk *w, struct kstd_refs *refs,
				    const char *owner)
{
	const struct kstd_luo_side *luo = w->luo;
	uint64_t va = header(luo) + luo->kernel->image;

	kstd_klist_begin(&w->list, luo->kernel, va + off(luo, KSTD_M_HEAD_LIST),
			 off(luo, KSTD_M_SESSION_LIST));
	tell_blocks(luo, w->where, va + off(luo, KSTD_M_HEAD_BLOCKS), refs, owner);
}

/* What became of it; a session may begin in one page and end in another. */
static void read_session_state(const struct kstd_luo_walk *w, uint64_t pa,
			       struct kstd_luo_session *s)
{
	const struct kstd_luo_side *luo = w->luo;
	uint64_t retrieved;

	if (luo->blob->side != KSTD_SIDE_IN)
		return;
	if (read_word(luo, pa + off(luo, KSTD_M_SESSION_RETRIEVED), 1, &retrieved)) {
		s->state = retrieved ? KSTD_LUO_RETRIEVED : KSTD_LUO_WAITING;
		return;
	}
	s->state = KSTD_LUO_UNREAD;
	kstd_unknown(luo->dump, w->where, "whether session %llu was retrieved: that is in memory that is not in %s",
		     (unsigned long long)s->i, luo->dump->source);
}

bool kstd_luo_kernel_sessions_next(struct kstd_luo_walk *w, struct kstd_luo_session *s)
{
	const struct kstd_luo_side *luo = w->luo;
	uint64_t pa;
	uint8_t raw[KSTD_LUO_SESSION_NAME];
	struct kstd_span span;

	if (!kstd_klist_next(&w->list, &pa))
		return end_list(w, "sessions");
	*s = (struct kstd_luo_session){
		.i = w->i++, .at = pa + off(luo, KSTD_M_SESSION_NAME),
		.files = pa + off(luo, KSTD_M_SESSION_FILES),
	};
	s->count_at = s->files + off(luo, KSTD_M_FILES_COUNT);
	tell_object(w, pa);
	if (kstd_phys_copy(luo->dump, s->at, raw, sizeof(raw)) ||
	    !read_word(luo, s->count_at, 8, &s->count)) {
		w->list.broken = true;
		return end_list(w, "sessions");
	}
	span = kstd_span_of(raw, sizeof(raw), s->at);
	s->name_len = kstd_luo_text(&span, sizeof(raw), s->name);
	read_session_state(w, pa, s);
	return true;
}

void kstd_luo_kernel_files_begin(struct kstd_luo_walk *w, const struct kstd_luo_session *s,
				 struct kstd_refs *refs, const char *owner)
{
	const struct kstd_luo_side *luo = w->luo;
	uint64_t va = s->files + luo->kernel->linear;

	kstd_klist_begin(&w->list, luo->kernel, va + off(luo, KSTD_M_FILES_LIST),
			 off(luo, KSTD_M_FILE_LIST));
	tell_blocks(luo, w->where, va + off(luo, KSTD_M_FILES_BLOCKS), refs, owner);
}

static void read_handler(const struct kstd_luo_walk *w, uint64_t pa, struct kstd_luo_file *f)
{
	const struct kstd_luo_side *luo = w->luo;
	uint8_t raw[KSTD_LUO_HANDLER];
	struct kstd_span s = kstd_span_of(raw, sizeof(raw), pa);
	uint64_t va;

	f->handler_unread = !read_word(luo, pa + off(luo, KSTD_M_FILE_HANDLER), 8, &va) ||
			    !kstd_kernel_read(luo->kernel, va + off(luo, KSTD_M_HANDLER_COMPATIBLE),
					      raw, sizeof(raw));
	if (!f->handler_unread) {
		f->handler_len = kstd_luo_text(&s, sizeof(raw), f->handler);
		tell_virtual(luo, w->refs, va, w->owner);
		if (!f->handler_len)
			kstd_defect(luo->dump, w->where, KSTD_E_CORRUPT, f->at,
				    "token 0x%llx names no handler", (unsigned long long)f->token);
	} else {
		kstd_unknown(luo->dump, w->where, "token 0x%llx: which handler it is of: %s lacks what says it, or what leads there, as the kernel's page tables do to a module's",
			     (unsigned long long)f->token, luo->dump->source);
	}
}

static void read_state(const struct kstd_luo_walk *w, uint64_t pa, struct kstd_luo_file *f)
{
	const struct kstd_luo_side *luo = w->luo;
	uint64_t status;

	if (luo->blob->side != KSTD_SIDE_IN)
		return;
	if (!read_word(luo, pa + off(luo, KSTD_M_FILE_STATUS), 4, &status)) {
		f->state = KSTD_LUO_UNREAD;
		kstd_unknown(luo->dump, w->where, "token 0x%llx: whether it was retrieved: that is in memory that is not in %s",
			     (unsigned long long)f->token, luo->dump->source);
		return;
	}
	f->error = (int32_t)status;
	f->state = f->error < 0 ? KSTD_LUO_FAILED :
		   f->error > 0 ? KSTD_LUO_RETRIEVED : KSTD_LUO_WAITING;
}

bool kstd_luo_kernel_files_next(struct kstd_luo_walk *w, struct kstd_luo_file *f)
{
	const struct kstd_luo_side *luo = w->luo;
	uint64_t pa;

	if (!kstd_klist_next(&w->list, &pa))
		return end_list(w, "files");
	*f = (struct kstd_luo_file){
		.i = w->i++, .at = pa, .data_at = pa + off(luo, KSTD_M_FILE_DATA),
		.token_at = pa + off(luo, KSTD_M_FILE_TOKEN),
	};
	tell_object(w, pa);
	if (!read_word(luo, f->data_at, 8, &f->data) ||
	    !read_word(luo, f->token_at, 8, &f->token)) {
		w->list.broken = true;
		return end_list(w, "files");
	}
	read_handler(w, pa, f);
	read_state(w, pa, f);
	return true;
}

void kstd_luo_kernel_flbs_begin(struct kstd_flb_walk *w)
{
	const struct kstd_luo_side *luo = w->luo;
	uint64_t va = luo->kernel->flbs + off(luo, KSTD_M_FLBS_LIST) + luo->kernel->image;

	kstd_klist_begin(&w->list, luo->kernel, va,
			 off(luo, KSTD_M_FLB_PRIVATE) + off(luo, KSTD_M_FLB_LIST));
}

/* Its name may be in two pages; an integer is in one. */
static bool read_flb(const struct kstd_luo_side *luo, uint64_t va, struct kstd_luo_flb *f)
{
	uint64_t state = va + off(luo, KSTD_M_FLB_PRIVATE) + off(luo, KSTD_M_FLB_OUT);
	uint64_t name = va + off(luo, KSTD_M_FLB_COMPATIBLE);
	const struct kstd_luo_kernel *k = luo->kernel;
	uint8_t raw[KSTD_LUO_HANDLER];
	struct kstd_span s = kstd_span_of(raw, sizeof(raw), 0);

	*f = (struct kstd_luo_flb){ 0 };
	if (!kstd_kernel_pa(k, name, &f->at) ||
	    !kstd_kernel_pa(k, state + off(luo, KSTD_M_FLB_DATA), &f->data_at) ||
	    !kstd_kernel_pa(k, state + off(luo, KSTD_M_FLB_COUNT), &f->count_at) ||
	    !read_word(luo, f->data_at, 8, &f->data) ||
	    !read_word(luo, f->count_at, 4, &f->count) ||
	    !kstd_kernel_read(k, name, raw, sizeof(raw)))
		return false;
	f->name_len = kstd_luo_text(&s, sizeof(raw), f->name);
	if (!f->name_len)
		kstd_defect(luo->dump, luo->where, KSTD_E_CORRUPT, f->at, "an FLB without a name");
	return true;
}

/* FLBs that no file needs are not handed over. */
bool kstd_luo_kernel_flbs_next(struct kstd_flb_walk *w, struct kstd_luo_flb *f)
{
	const struct kstd_luo_side *luo = w->luo;
	uint64_t pa;

	while (kstd_klist_next(&w->list, &pa)) {
		w->list.broken = !read_flb(luo, w->list.object, f);
		if (w->list.broken)
			break;
		tell_virtual(luo, w->refs, w->list.object, w->owner);
		if (f->count)
			return true;
	}
	w->cut = w->list.broken;
	if (w->cut)
		kstd_unknown(luo->dump, NULL, "%s: whether these are all FLBs: the kernel's list of them goes on in memory to which nothing leads, as to a module's without the kernel's page tables",
			     luo->blob->path);
	w->list.broken = false;
	return false;
}
