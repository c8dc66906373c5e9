// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/*
 * What is in use of LUO: its own version, those of its parts, and the handlers and FLBs that its
 * sessions need.
 *
 * What a kernel of Linux 6.19 to 7.3 does with that: a version of LUO or of a part that it does not
 * know is an error of an early initcall, which panics, whatever liveupdate= says. A file whose
 * handler is not registered when /dev/liveupdate is first opened is an error of that open, then
 * and always: no session can be retrieved. An FLB that nobody asks for stays where it is.
 */

#include "check/check.h"
#include "fdt/native.h"
#include "luo/luo.h"
#include "vmlinux/kernel_tables.h"

#define FLB_PART	"luo-flb"

/**
 * struct luo_check - LUO of a side on its way into rows
 * @lost: all of it is lost, whatever the reader has
 * @files_why: why it is not known which files there are, a clause; NULL if it is
 * @flbs_why: the same of FLBs
 */
struct luo_check {
	struct kstd_check_run *c;
	const struct kstd_abi_set *reader;
	bool lost;
	const char *files_why;
	const char *flbs_why;
};

static const char *safe_text(struct kstd_check_run *c, const void *p, size_t len)
{
	char safe[KSTD_SAFE];

	return kstd_check_text(c, "%s", kstd_safe(safe, p, len));
}

/* A kernel that has this LUO and refuses what it is handed over panics. */
static void report_panic(struct luo_check *l, const char *name, const char *saved,
			 const char *reads, const char *what)
{
	struct kstd_check_run *c = l->c;
	struct kstd_finding *f = kstd_find(c, &c->all, KSTD_CHECK_PANICS, name, "", 0,
					   "%s: no session and no file of LUO is handed over, and %s panics while it boots, even with liveupdate=off",
					   what, c->reader);

	f->saved = saved;
	f->reads = reads;
	l->lost = true;
	if (!c->refused)
		c->refused = f;
}

static void report_no_luo(struct luo_check *l, const char *name, const char *saved)
{
	struct kstd_check_run *c = l->c;
	struct kstd_finding *f = kstd_find(c, &c->all, KSTD_CHECK_ABI, name, "", 0,
					   "%s is written, and %s reads no version of it: no session and no file of LUO is handed over",
					   saved, c->reader);

	f->saved = saved;
	l->lost = true;
}

static void report_unknown_version(struct luo_check *l, const char *name, const char *saved,
				   const char *reads)
{
	struct kstd_check_run *c = l->c;
	struct kstd_finding *f = kstd_find(c, &c->all, KSTD_CHECK_ABI_UNKNOWN, name, "", 0,
					   "%s is written, and what %s reads is not known", saved,
					   c->reader);

	f->saved = saved;
	f->reads = reads;
}

/* LUO itself, or a part of it: @name is "luo", "luo-session" or "luo-flb". */
static void compare_version(struct luo_check *l, const char *name, const char *saved)
{
	struct kstd_check_run *c = l->c;
	const char *reads = kstd_abi_versions(c, l->reader, name, strlen(name));
	struct kstd_check_row *row = kstd_row_add(c, name, saved);

	if (!row)
		return;
	row->reads = reads;
	row->verdict = kstd_abi_reads(l->reader, saved, name, strlen(name), &row->how);
	if (l->lost)
		row->verdict = KSTD_ROW_LOST;
	else if (row->verdict == KSTD_ROW_NOT_KNOWN)
		report_unknown_version(l, name, saved, reads);
	else if (row->verdict == KSTD_ROW_REFUSED && reads)
		report_panic(l, name, saved, reads,
			     kstd_check_text(c, "%s is written, and %s reads %s", saved, c->reader,
					     reads));
	else if (row->verdict == KSTD_ROW_REFUSED) {
		row->verdict = KSTD_ROW_LOST;
		report_no_luo(l, name, saved);
	}
}

/* Linux 7.0 and 7.1 demand the node that Linux 6.19 does not write, under the same version. */
static void compare_missing_flbs(struct luo_check *l)
{
	struct kstd_check_run *c = l->c;
	const char *reads = kstd_abi_versions(c, l->reader, FLB_PART, strlen(FLB_PART));
	struct kstd_check_row *row = reads && !l->lost ? kstd_row_add(c, FLB_PART, NULL) : NULL;

	if (!row)
		return;
	row->reads = reads;
	row->verdict = KSTD_ROW_REFUSED;
	report_panic(l, FLB_PART, NULL, reads,
		     kstd_check_text(c, "no node \"" FLB_PART "\" is written, as in Linux 6.19, and %s demands one with %s",
				     c->reader, reads));
}

/* The parts of luo-v1 are nodes, each with a version. */
static void compare_parts(struct luo_check *l, const struct kstd_blob *blob)
{
	struct kstd_check_run *c = l->c;
	struct kstd_span value;
	struct kstd_cursor root;
	struct kstd_fdt fdt;
	struct kstd_tok tok;
	bool has_flbs = false;

	if (!kstd_fdt_peek(&blob->bytes, &fdt))
		return;
	root = kstd_fdt_root(&fdt);
	while (kstd_fdt_child(&root, &tok)) {
		has_flbs |= !strcmp(tok.name, FLB_PART);
		if (kstd_fdt_prop(&root, "compatible", &value))
			compare_version(l, safe_text(c, tok.name, tok.name_len),
					safe_text(c, value.p, strnlen((const char *)value.p,
								      value.len)));
		kstd_fdt_leave(&root);
	}
	if (!has_flbs)
		compare_missing_flbs(l);
}

/* The version of a subtree of LUO, whatever it is: what no kernel wrote is shown, too. */
static const char *version_of(struct kstd_check_run *c, const struct kstd_blob *blob)
{
	const char *compatible = kstd_fdt_compatible(&blob->bytes);
	struct kstd_span s = blob->bytes;

	if (compatible)
		return safe_text(c, compatible, strlen(compatible));
	s.len = s.len < KSTD_LUO_HANDLER ? s.len : KSTD_LUO_HANDLER;
	s = kstd_span_until(&s, 0);
	return s.len ? safe_text(c, s.p, s.len) : "no version";
}

/* ---- Files ---- */

static struct kstd_check_row *row_of(struct luo_check *l, const char *abi, const char *name,
				     size_t len)
{
	char safe[KSTD_SAFE];

	kstd_safe(safe, name, len);
	for (struct kstd_check_row *row = l->c->rows; row; row = row->next)
		if (!strcmp(row->abi, abi) && !strcmp(row->saved ?: "", safe))
			return row;
	return kstd_row_add(l->c, abi, safe_text(l->c, name, len));
}

static void gather_files(struct luo_check *l, struct kstd_luo_side *luo,
			 const struct kstd_luo_session *s)
{
	struct kstd_where where = KSTD_IN(luo->where, s->label, strlen(s->label));
	struct kstd_luo_walk w;
	struct kstd_luo_file f;
	uint64_t nr = 0;

	kstd_files_begin(&w, luo, s, &where, NULL, NULL);
	for (; kstd_files_next(&w, &f); nr++) {
		struct kstd_check_row *row = f.handler_unread ? NULL :
					     row_of(l, "handler", f.handler, f.handler_len);

		if (row)
			kstd_row_user(l->c, row, s->name, s->name_len, f.token);
		if (!f.handler_len)
			l->files_why = kstd_check_text(l->c, "the handler of %s of %s cannot be read",
						       f.label, s->label);
	}
	if (nr < s->count)
		l->files_why = kstd_check_text(l->c, "%s has %llu files, and %llu of them can be read",
					       s->label, (unsigned long long)s->count,
					       (unsigned long long)nr);
	kstd_files_end(&w);
}

static void gather_flbs(struct luo_check *l, struct kstd_luo_side *luo)
{
	struct kstd_flb_walk w;
	struct kstd_luo_flb f;

	l->flbs_why = kstd_luo_flbs_why(luo);
	kstd_flbs_begin(&w, luo, NULL, NULL);
	while (kstd_flbs_next(&w, &f)) {
		struct kstd_check_row *row = row_of(l, "flb", f.name, f.name_len);

		if (row)
			row->nr_users += f.count;
	}
	kstd_flbs_end(&w);
}

static void gather(struct luo_check *l, struct kstd_luo_side *luo)
{
	struct kstd_luo_session s;
	struct kstd_luo_walk w;

	if (luo->from == KSTD_LUO_NOWHERE && !luo->finished) {
		l->files_why = luo->sessions ?
			       "its sessions are in memory, which is not in the source" :
			       "LUO writes its sessions during the kexec, and the kernel's own list of them cannot be read from the source";
		l->flbs_why = l->files_why;
		return;
	}
	if (luo->from == KSTD_LUO_SCAN)
		l->files_why = "its sessions are from memory that looks like them";
	kstd_sessions_begin(&w, luo, NULL, NULL);
	while (kstd_sessions_next(&w, &s))
		gather_files(l, luo, &s);
	if (w.blocks.broken)
		l->files_why = "the list of its sessions cannot be read to its end";
	kstd_sessions_end(&w);
	gather_flbs(l, luo);
}

/* ---- Handlers and FLBs ---- */

static void report_handler(struct luo_check *l, const struct kstd_check_row *row, const char *why)
{
	const char *users = kstd_row_users_text(l->c, row);
	struct kstd_check_run *c = l->c;
	struct kstd_finding *f;

	if (row->verdict == KSTD_ROW_LOST)
		f = kstd_find(c, &c->all, KSTD_CHECK_NO_HANDLER, row->saved, "", 0,
			      "%s has no handler for it: %s is lost, and with it every other session: LUO gives up at a file without a handler, and /dev/liveupdate answers EIO from then on",
			      c->reader, users);
	else
		f = kstd_find(c, &c->all, KSTD_CHECK_HANDLER_UNKNOWN, row->saved, "", 0,
			      "whether %s has a handler for it is not known: %s; needed by %s",
			      c->reader, why, users);
	f->saved = row->saved;
}

static void report_flb(struct luo_check *l, const struct kstd_check_row *row, const char *why)
{
	struct kstd_check_run *c = l->c;
	struct kstd_finding *f;

	if (row->verdict == KSTD_ROW_LOST)
		f = kstd_find(c, &c->all, KSTD_CHECK_NO_FLB, row->saved, "", 0,
			      "%s has no such FLB: what it holds is lost, and files that need it, %llu of them, are without",
			      c->reader, (unsigned long long)row->nr_users);
	else
		f = kstd_find(c, &c->all, KSTD_CHECK_FLB_UNKNOWN, row->saved, "", 0,
			      "whether %s has this FLB is not known: %s", c->reader, why);
	f->saved = row->saved;
}

static void compare_row(struct luo_check *l, struct kstd_check_row *row, unsigned int kind)
{
	const char *why;

	row->verdict = kstd_abi_handler(l->c, l->reader, row->saved, kind, &row->how, &why);
	if (row->verdict == KSTD_ROW_SAME)
		row->reads = row->saved;
	if (l->lost)
		row->verdict = KSTD_ROW_LOST;
	else if (row->verdict != KSTD_ROW_SAME && kind == KSTD_TABLE_HANDLER)
		report_handler(l, row, why);
	else if (row->verdict != KSTD_ROW_SAME)
		report_flb(l, row, why);
}

static void compare_rows(struct luo_check *l)
{
	for (struct kstd_check_row *row = l->c->rows; row; row = row->next) {
		if (!strcmp(row->abi, "handler"))
			compare_row(l, row, KSTD_TABLE_HANDLER);
		else if (!strcmp(row->abi, "flb"))
			compare_row(l, row, KSTD_TABLE_FLB);
	}
}

static void report_missing(struct luo_check *l, const char *abi, const char *what, const char *why)
{
	struct kstd_check_row *row = why ? kstd_row_add(l->c, abi, NULL) : NULL;

	if (!row)
		return;
	row->verdict = l->lost ? KSTD_ROW_LOST : KSTD_ROW_NOT_KNOWN;
	if (!l->lost)
		kstd_find(l->c, &l->c->all, KSTD_CHECK_FILES_UNKNOWN, abi, "", 0,
			  "which %s LUO will hand over is not known: %s", what, why);
}

static const struct kstd_blob *find_luo(struct kstd_dump *dump, unsigned int side)
{
	for (struct kstd_blob *b = dump->blobs; b; b = b->next)
		if (b->side == side &&
		    (b->role == KSTD_ROLE_SUBTREE || b->role == KSTD_ROLE_LONE) &&
		    (!strcmp(b->name, KSTD_LUO_NAME) || (b->loaded && kstd_luo_probe(b))))
			return kstd_blob_load(dump, b) ? NULL : b;
	return NULL;
}

bool kstd_check_luo(struct kstd_check_run *c, unsigned int side, const struct kstd_abi_set *reader,
		    bool dropped)
{
	struct luo_check l = { .c = c, .reader = reader, .lost = dropped };
	const struct kstd_blob *blob = find_luo(c->dump, side);
	struct kstd_luo_side *luo;
	int rc;

	if (!blob)
		return true;
	compare_version(&l, "luo", version_of(c, blob));
	compare_parts(&l, blob);
	rc = kstd_luo_open(c->dump, blob, &luo);
	if (rc)
		l.files_why = l.flbs_why = kstd_check_text(c, "%s", c->dump->ctx->err.text);
	else if (luo->released && side != KSTD_SIDE_IN)
		l.files_why = l.flbs_why = "its subtree is not one of LUO's";
	else
		gather(&l, luo);
	compare_rows(&l);
	report_missing(&l, "handler", "files", l.files_why);
	report_missing(&l, "flb", "FLBs", l.flbs_why);
	return !l.files_why;
}

/* Linux 6.19 has luo-v1 without FLBs. */
void kstd_check_luo_of_files(struct kstd_check_run *c, const struct kstd_abi_set *writer,
			     const struct kstd_abi_set *reader)
{
	struct luo_check l = { .c = c, .reader = reader, .lost = c->refused };
	const char *luo = kstd_abi_versions(c, writer, "luo", 3);

	if (luo && kstd_abi_find(reader, luo) && writer->complete &&
	    !kstd_abi_versions(c, writer, FLB_PART, strlen(FLB_PART)))
		compare_missing_flbs(&l);
}
