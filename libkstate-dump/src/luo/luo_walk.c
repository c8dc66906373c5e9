// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Sessions, files and FLBs, one after the other: from serialized blocks, or, in luo_kernel.c, from
 * the kernel's own structures. */

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "luo/luo.h"

#define FLB_HEADER	16

/* Places in &kstd_luo.visited. */
#define PLACE_SESSIONS	1
#define PLACE_FILES	2	/* plus the number of the session */
#define PLACE_CHAIN	(1ULL << 62)	/* plus the number of the chain that a scan found */
#define PLACE_MEMFD	(1ULL << 63)
#define PLACE_SESSION	24	/* bits for the number of a file below that of its session */

size_t kstd_luo_text(struct kstd_span *s, size_t size, char *out)
{
	struct kstd_span raw = { 0 }, text;

	kstd_span_take(s, size, &raw);
	if (raw.len != size || !memchr(raw.p, 0, size))
		return 0;
	text = kstd_span_until(&raw, 0);
	memcpy(out, text.p, text.len);
	return text.len;
}

static void name_session(struct kstd_luo_walk *w, struct kstd_luo_session *s)
{
	char safe[KSTD_SAFE];

	snprintf(s->label, sizeof(s->label), "session \"%s\"",
		 kstd_safe(safe, s->name, s->name_len));
	if (!s->name_len)
		kstd_defect(w->luo->dump, w->where, KSTD_E_CORRUPT, s->at,
			    "session %llu has no name", (unsigned long long)s->i);
}

static void read_session(struct kstd_luo_walk *w, struct kstd_span raw,
			 struct kstd_luo_session *s)
{
	bool big = w->luo->big;

	*s = (struct kstd_luo_session){ .i = w->i++, .at = raw.at, .count_at = raw.at + 72 };
	s->name_len = kstd_luo_text(&raw, KSTD_LUO_SESSION_NAME, s->name);
	kstd_span_int(&raw, 8, big, &s->files);
	kstd_span_int(&raw, 8, big, &s->count);
}

static void begin_chain(struct kstd_luo_walk *w, uint64_t first)
{
	const struct kstd_luo_side *luo = w->luo;

	if (luo->format && luo->format->sessions == KSTD_STORE_ARRAY) {
		struct kstd_entries array = {
			luo->sessions, KSTD_LUO_ARRAY_PAGES, KSTD_LUO_ARRAY_HEADER,
			luo->nr_sessions, KSTD_LUO_SESSION_BYTES,
		};

		kstd_blocks_array(&w->blocks, luo->dump, w->where, &array, w->refs, w->owner);
	} else {
		kstd_blocks_begin(&w->blocks, luo->dump, w->where, first, KSTD_LUO_SESSION_BYTES,
				  w->refs, w->owner);
	}
	kstd_blocks_share(&w->blocks, &w->luo->visited,
			  w->head ? PLACE_CHAIN + w->head : PLACE_SESSIONS);
}

void kstd_sessions_begin(struct kstd_luo_walk *w, struct kstd_luo_side *luo, struct kstd_refs *refs,
			 const char *owner)
{
	*w = (struct kstd_luo_walk){
		.luo = luo, .where = luo->where, .refs = refs, .owner = owner,
	};
	if (luo->from == KSTD_LUO_KERNEL)
		kstd_luo_kernel_sessions_begin(w, refs, owner);
	else
		begin_chain(w, luo->from == KSTD_LUO_BLOCKS ? luo->sessions : 0);
}

/* A scan may have found several chains. */
static bool next_entry(struct kstd_luo_walk *w, struct kstd_span *raw)
{
	while (!kstd_blocks_next(&w->blocks, raw)) {
		if (w->luo->from != KSTD_LUO_SCAN || w->head == w->luo->nr_heads)
			return false;
		kstd_blocks_end(&w->blocks);
		begin_chain(w, w->luo->heads[w->head++]);
	}
	return true;
}

bool kstd_sessions_next(struct kstd_luo_walk *w, struct kstd_luo_session *s)
{
	struct kstd_span raw;

	if (w->luo->from == KSTD_LUO_KERNEL) {
		if (!kstd_luo_kernel_sessions_next(w, s))
			return false;
	} else {
		if (!next_entry(w, &raw))
			return false;
		read_session(w, raw, s);
	}
	name_session(w, s);
	return true;
}

void kstd_sessions_end(struct kstd_luo_walk *w)
{
	kstd_blocks_end(&w->blocks);
}

static void read_file(struct kstd_luo_walk *w, struct kstd_span raw, struct kstd_luo_file *f)
{
	bool big = w->luo->big;

	*f = (struct kstd_luo_file){
		.i = w->i++, .at = raw.at, .data_at = raw.at + KSTD_LUO_HANDLER,
		.token_at = raw.at + KSTD_LUO_HANDLER + 8,
	};
	f->handler_len = kstd_luo_text(&raw, KSTD_LUO_HANDLER, f->handler);
	kstd_span_int(&raw, 8, big, &f->data);
	kstd_span_int(&raw, 8, big, &f->token);
	if (!f->handler_len)
		kstd_defect(w->luo->dump, w->where, KSTD_E_CORRUPT, f->at,
			    "file %llu names no handler", (unsigned long long)f->i);
}

void kstd_files_begin(struct kstd_luo_walk *w, struct kstd_luo_side *luo,
		      const struct kstd_luo_session *s, const struct kstd_where *where,
		      struct kstd_refs *refs, const char *owner)
{
	*w = (struct kstd_luo_walk){
		.luo = luo, .where = where, .count = s->count, .refs = refs, .owner = owner,
	};
	if (luo->from == KSTD_LUO_KERNEL) {
		kstd_luo_kernel_files_begin(w, s, refs, owner);
		return;
	}
	if (luo->format && luo->format->files == KSTD_STORE_ARRAY) {
		struct kstd_entries array = {
			s->files, KSTD_LUO_FILES_PAGES, 0, s->count, KSTD_LUO_FILE_BYTES,
		};

		kstd_blocks_array(&w->blocks, luo->dump, where, &array, refs, owner);
	} else {
		kstd_blocks_begin(&w->blocks, luo->dump, where, s->files, KSTD_LUO_FILE_BYTES,
				  refs, owner);
	}
	kstd_blocks_share(&w->blocks, &luo->visited, PLACE_FILES + s->i);
}

/* A running kernel may have added a file meanwhile, which is no defect. */
static void check_count(struct kstd_luo_walk *w)
{
	struct kstd_dump *dump = w->luo->dump;

	if (w->i != w->count && !w->blocks.broken && !dump->phys->changing)
		kstd_defect(dump, w->where, KSTD_E_MISMATCH, KSTD_NO_OFFSET,
			    "%llu files where the session says %llu: Linux refuses the session",
			    (unsigned long long)w->i, (unsigned long long)w->count);
	w->count = w->i;
}

bool kstd_files_next(struct kstd_luo_walk *w, struct kstd_luo_file *f)
{
	bool kernel = w->luo->from == KSTD_LUO_KERNEL;
	struct kstd_span raw;

	if (kernel ? !kstd_luo_kernel_files_next(w, f) : !kstd_blocks_next(&w->blocks, &raw)) {
		check_count(w);
		return false;
	}
	if (!kernel)
		read_file(w, raw, f);
	snprintf(f->label, sizeof(f->label), "token 0x%llx", (unsigned long long)f->token);
	return true;
}

void kstd_files_end(struct kstd_luo_walk *w)
{
	kstd_blocks_end(&w->blocks);
}

static int read_flbs(struct kstd_flb_walk *w)
{
	struct kstd_dump *dump = w->luo->dump;
	uint32_t bytes = dump->phys->page_size;
	uint64_t pages = 0, fit;
	int rc;

	w->page = kstd_malloc(bytes);
	if (!w->page)
		return kstd_nomem(dump->ctx);
	if (w->luo->flbs % bytes)
		return kstd_err(dump->ctx, KSTD_E_CORRUPT, KSTD_NO_OFFSET,
				"no page of FLBs can be at 0x%llx",
				(unsigned long long)w->luo->flbs);
	rc = kstd_phys_copy(dump, w->luo->flbs, w->page, bytes);
	if (rc)
		return rc;
	w->s = kstd_span_of(w->page, bytes, w->luo->flbs);
	kstd_span_int(&w->s, 8, w->luo->big, &pages);
	kstd_span_int(&w->s, 8, w->luo->big, &w->left);
	fit = w->s.len / KSTD_LUO_FLB_BYTES;
	if (pages != 1)
		kstd_defect(dump, w->luo->where, KSTD_E_CORRUPT, w->luo->flbs,
			    "FLBs in %llu pages, where Linux has 1", (unsigned long long)pages);
	if (w->left <= fit)
		return 0;
	kstd_err(dump->ctx, KSTD_E_CORRUPT, w->luo->flbs + 8, "%llu FLBs, where %llu fit",
		 (unsigned long long)w->left, (unsigned long long)fit);
	w->left = fit;
	return -KSTD_INPUT;
}

void kstd_flbs_begin(struct kstd_flb_walk *w, struct kstd_luo_side *luo, struct kstd_refs *refs,
		     const char *owner)
{
	*w = (struct kstd_flb_walk){ .luo = luo, .refs = refs, .owner = owner };
	if (luo->flbs_from_kernel)
		kstd_luo_kernel_flbs_begin(w);
	if (!luo->flbs || !luo->dump->phys)
		return;
	w->cut = !luo->flbs_from_kernel && read_flbs(w);
	if (w->cut)
		kstd_defect_err(luo->dump, luo->where);
	if (!kstd_ref(refs, luo->flbs, luo->dump->phys->page_size, KSTD_REF_BLOB, owner))
		kstd_defect(luo->dump, luo->where, KSTD_E_MEMORY, KSTD_NO_OFFSET, NULL);
}

bool kstd_flbs_next(struct kstd_flb_walk *w, struct kstd_luo_flb *f)
{
	struct kstd_span raw;

	if (w->luo->flbs_from_kernel)
		return kstd_luo_kernel_flbs_next(w, f);
	if (!w->left || !kstd_span_take(&w->s, KSTD_LUO_FLB_BYTES, &raw))
		return false;
	w->left--;
	*f = (struct kstd_luo_flb){
		.at = raw.at, .data_at = raw.at + KSTD_LUO_HANDLER,
		.count_at = raw.at + KSTD_LUO_HANDLER + 8,
	};
	f->name_len = kstd_luo_text(&raw, KSTD_LUO_HANDLER, f->name);
	kstd_span_int(&raw, 8, w->luo->big, &f->data);
	kstd_span_int(&raw, 8, w->luo->big, &f->count);
	if (!f->name_len)
		kstd_defect(w->luo->dump, w->luo->where, KSTD_E_CORRUPT, f->at,
			    "an FLB without a name");
	return true;
}

void kstd_flbs_end(struct kstd_flb_walk *w)
{
	free(w->page);
	w->page = NULL;
}

enum kstd_truth kstd_file_is_memfd(const struct kstd_luo_side *luo, const struct kstd_luo_file *f)
{
	bool taken = f->state == KSTD_LUO_RETRIEVED || f->state == KSTD_LUO_FAILED;

	if (taken || (!f->handler_unread && !kstd_memfd_format(f->handler, f->handler_len)))
		return KSTD_NO;
	return !luo->dump->phys || f->handler_unread || f->state == KSTD_LUO_UNREAD ?
	       KSTD_NOT_KNOWN : KSTD_YES;
}

/* No two files have the same state: is it the state of another file? */
static bool is_anothers(struct kstd_luo_side *luo, const struct kstd_luo_file *f, uint64_t place)
{
	enum kstd_visit_result as = f->data ? kstd_visit(&luo->visited, f->data, place) :
					      KSTD_VISIT_NEW;

	if (as == KSTD_VISIT_NO_MEMORY)
		kstd_nomem(luo->dump->ctx);
	else if (as == KSTD_VISIT_OTHER || as == KSTD_VISIT_FULL)
		kstd_err(luo->dump->ctx, KSTD_E_CORRUPT, f->data_at,
			 "its state at 0x%llx is another's, too", (unsigned long long)f->data);
	return as != KSTD_VISIT_NEW && as != KSTD_VISIT_SAME;
}

bool kstd_file_memfd(struct kstd_luo_side *luo, const struct kstd_luo_session *s,
		     const struct kstd_luo_file *f, const struct kstd_where *where,
		     struct kstd_memfd *m)
{
	uint64_t place = PLACE_MEMFD | s->i << PLACE_SESSION | f->i;

	if (is_anothers(luo, f, place) ||
	    kstd_memfd_read(luo->dump, where, f->data, luo->big,
			    kstd_memfd_format(f->handler, f->handler_len), m)) {
		kstd_defect_err(luo->dump, where);
		return false;
	}
	m->visited = &luo->visited;
	m->place = place;
	return true;
}
