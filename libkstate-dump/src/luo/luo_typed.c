// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* The data of handlers and FLBs that no decoder knows, by type information. */

#include <stdlib.h>

#include "kho/kho_side.h"
#include "luo/luo.h"

static bool find(const struct kstd_luo_side *luo, enum kstd_owner_kind kind, const char *name,
		 size_t len, const struct kstd_where *where, struct kstd_typed *t)
{
	int rc = kstd_typed_of(luo->dump, kind, name, len, t);

	if (rc < 0)
		kstd_defect_err(luo->dump, where);
	return rc > 0;
}

bool kstd_file_typed(const struct kstd_luo_side *luo, const struct kstd_luo_file *f,
		     const struct kstd_where *where, struct kstd_typed *t)
{
	*t = (struct kstd_typed){ .pa = f->data };
	return luo->dump->phys && f->data && f->handler_len &&
	       !kstd_memfd_format(f->handler, f->handler_len) &&
	       (f->state == KSTD_LUO_UNKNOWN || f->state == KSTD_LUO_WAITING) &&
	       find(luo, KSTD_OF_FILE, f->handler, f->handler_len, where, t);
}

/* A kernel that has booted may have taken it back, and nothing says whether it has. */
bool kstd_flb_typed(const struct kstd_luo_side *luo, const struct kstd_luo_flb *f,
		    const struct kstd_where *where, struct kstd_typed *t)
{
	*t = (struct kstd_typed){ .pa = f->data };
	if (!luo->dump->phys || !f->data || !f->name_len ||
	    !find(luo, KSTD_OF_FLB, f->name, f->name_len, where, t))
		return false;
	if (!kstd_kho_booted(luo->dump, luo->blob->side))
		return true;
	kstd_unknown(luo->dump, where, "what its data holds: the kernel may have taken it back");
	return false;
}

/* Does @text go on with the token? Then *@rest is what comes after it. */
static bool is_token(const char *text, uint64_t token, const char **rest)
{
	char *end;

	if (*text < '0' || *text > '9' || strtoull(text, &end, 0) != token)
		return false;
	if (*end && *end != '.' && *end != '[')
		return false;
	*rest = *end == '.' ? end + 1 : end;
	return true;
}

size_t kstd_luo_each_file(struct kstd_dump *dump, const char *text,
			  void (*found)(void *arg, struct kstd_luo_side *luo,
					const struct kstd_luo_file *f,
					const struct kstd_where *where, const char *rest),
			  void *arg)
{
	struct kstd_luo_walk sessions, files;
	struct kstd_luo_side *luo = NULL;
	struct kstd_luo_session s;
	struct kstd_luo_file f;
	const char *rest;
	size_t nr = 0;

	while ((luo = kstd_luo_next(dump, luo))) {
		kstd_sessions_begin(&sessions, luo, NULL, NULL);
		while (kstd_sessions_next(&sessions, &s)) {
			struct kstd_where up = KSTD_IN(luo->where, s.label, strlen(s.label));

			if (strncmp(text, s.name, s.name_len) || text[s.name_len] != '.')
				continue;
			kstd_files_begin(&files, luo, &s, &up, NULL, NULL);
			while (kstd_files_next(&files, &f)) {
				struct kstd_where at = KSTD_IN(&up, f.label, strlen(f.label));

				if (!is_token(text + s.name_len + 1, f.token, &rest))
					continue;
				found(arg, luo, &f, &at, rest);
				nr++;
			}
			kstd_files_end(&files);
		}
		kstd_sessions_end(&sessions);
	}
	return nr;
}
