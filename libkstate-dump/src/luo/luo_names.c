// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Find the mapping of systemd among the files of its session, read it, and look whether all that
 * it names is there. */

#include <stdio.h>
#include <stdlib.h>

#include "luo/luo.h"

static void mark(const struct kstd_luo_side *luo, const struct kstd_fd_name *name)
{
	if (name)
		luo->names.v[name - luo->names.v].there = true;
}

static void mark_sessions(struct kstd_luo_side *luo)
{
	struct kstd_luo_session s;
	struct kstd_luo_walk w;

	kstd_sessions_begin(&w, luo, NULL, NULL);
	while (kstd_sessions_next(&w, &s))
		mark(luo, kstd_fd_name_of_session(&luo->names, s.name));
	kstd_sessions_end(&w);
}

static void mark_files(struct kstd_luo_side *luo, const struct kstd_luo_session *s)
{
	struct kstd_where where = KSTD_IN(luo->where, s->label, strlen(s->label));
	struct kstd_luo_walk w;
	struct kstd_luo_file f;

	kstd_files_begin(&w, luo, s, &where, NULL, NULL);
	while (kstd_files_next(&w, &f))
		mark(luo, kstd_fd_name_of_token(&luo->names, f.token));
	kstd_files_end(&w);
}

static void report_gap(struct kstd_luo_side *luo, const struct kstd_fd_name *n, bool all_read,
		       const struct kstd_where *where)
{
	char what[KSTD_SAFE + 16], unit[KSTD_SAFE], name[KSTD_SAFE], session[KSTD_SAFE];

	if (n->session)
		snprintf(what, sizeof(what), "session \"%s\"",
			 kstd_safe(session, n->session, strlen(n->session)));
	else
		snprintf(what, sizeof(what), "token 0x%llx", (unsigned long long)n->token);
	kstd_safe(name, n->name, strlen(n->name));
	kstd_safe(unit, n->unit, strlen(n->unit));
	if (!all_read)
		kstd_unknown(luo->dump, where, "whether %s is there, \"%s\" of unit \"%s\": not all sessions and files could be read",
			     what, name, unit);
	else if (n->session && luo->from == KSTD_LUO_KERNEL && luo->blob->side == KSTD_SIDE_IN)
		kstd_note(luo->dump, "%s, \"%s\" of unit \"%s\", is not there: it was finished, or never there",
			  what, name, unit);
	else
		kstd_defect(luo->dump, where, KSTD_E_MAPPING, KSTD_NO_OFFSET,
			    "%s, \"%s\" of unit \"%s\", is not there", what, name, unit);
}

/* Is all that the mapping names there? @s: the session of systemd; @where: of the mapping */
static void check_names(struct kstd_luo_side *luo, const struct kstd_luo_session *s,
			const struct kstd_where *where)
{
	uint64_t troubles = luo->dump->troubles;
	bool all_read;

	mark_sessions(luo);
	mark_files(luo, s);
	all_read = luo->dump->troubles == troubles && luo->from != KSTD_LUO_SCAN;
	for (size_t i = 0; i < luo->names.nr; i++)
		if (!luo->names.v[i].there)
			report_gap(luo, &luo->names.v[i], all_read, where);
}

static void read_mapping(struct kstd_luo_side *luo, const struct kstd_luo_session *s,
			 const struct kstd_luo_file *f, const struct kstd_where *up)
{
	struct kstd_where where = KSTD_IN(up, f->label, strlen(f->label));
	struct kstd_ctx *ctx = luo->dump->ctx;
	struct kstd_memfd m;
	uint8_t *json;

	if (!kstd_file_memfd(luo, s, f, &where, &m))
		return;
	if (kstd_memfd_load(&m, &where, KSTD_SYSTEMD_MAX, &json)) {
		if (ctx->err.code == KSTD_E_ABSENT || ctx->err.code == KSTD_E_EXCLUDED)
			kstd_unknown(luo->dump, &where, "systemd's names of files: the memfd that has them is not in %s",
				     luo->dump->source);
		else
			kstd_defect_err(luo->dump, &where);
		return;
	}
	if (kstd_fd_names_read(luo->dump, &where, (char *)json, m.size, &luo->names))
		kstd_defect_err(luo->dump, &where);
	else
		luo->names_cut = false;
	free(json);
	check_names(luo, s, &where);
}

static void find_mapping(struct kstd_luo_side *luo, const struct kstd_luo_session *s)
{
	struct kstd_where where = KSTD_IN(luo->where, s->label, strlen(s->label));
	struct kstd_luo_walk w;
	struct kstd_luo_file f;

	kstd_files_begin(&w, luo, s, &where, NULL, NULL);
	while (kstd_files_next(&w, &f)) {
		enum kstd_truth is = kstd_file_is_memfd(luo, &f);

		if (f.token != KSTD_SYSTEMD_TOKEN || is == KSTD_NO)
			continue;
		luo->names_cut = true;
		if (is == KSTD_YES)
			read_mapping(luo, s, &f, &where);
		kstd_files_end(&w);
		return;
	}
	luo->names_cut = w.blocks.broken;
	kstd_files_end(&w);
}

void kstd_luo_read_names(struct kstd_luo_side *luo)
{
	struct kstd_luo_session s;
	struct kstd_luo_walk w;

	if (luo->names_read)
		return;
	luo->names_read = true;
	kstd_sessions_begin(&w, luo, NULL, NULL);
	while (kstd_sessions_next(&w, &s)) {
		if (strcmp(s.name, KSTD_SYSTEMD_SESSION))
			continue;
		find_mapping(luo, &s);
		kstd_sessions_end(&w);
		return;
	}
	luo->names_cut = w.blocks.broken || luo->from == KSTD_LUO_SCAN;
	kstd_sessions_end(&w);
}
