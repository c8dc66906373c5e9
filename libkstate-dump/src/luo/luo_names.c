// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Find the mapping of systemd among the files of its session, and read it. */

#include <stdlib.h>

#include "luo/luo.h"

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
	if (kstd_fd_names_read(ctx, &luo->dump->arena, (char *)json, &luo->names))
		kstd_defect_err(luo->dump, &where);
	free(json);
}

static void find_mapping(struct kstd_luo_side *luo, const struct kstd_luo_session *s)
{
	struct kstd_where where = KSTD_IN(luo->where, s->label, strlen(s->label));
	struct kstd_luo_walk w;
	struct kstd_luo_file f;

	kstd_files_begin(&w, luo, s, &where, NULL, NULL);
	while (kstd_files_next(&w, &f)) {
		if (f.token != KSTD_SYSTEMD_TOKEN || !kstd_file_is_memfd(luo, &f))
			continue;
		read_mapping(luo, s, &f, &where);
		break;
	}
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
		break;
	}
	kstd_sessions_end(&w);
}
