// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* kstd_luo(): what LUO preserves, of every side. */

#include <errno.h>
#include <stdlib.h>

#include "kho/kho_side.h"
#include "luo/luo.h"

/* Does a session have that name, and if so a file with that token? */
static bool has_selected(struct kstd_luo_side *luo, const struct kstd_luo_select *sel)
{
	struct kstd_luo_walk sessions, files;
	struct kstd_luo_session s;
	struct kstd_luo_file f;
	bool found = false;

	kstd_sessions_begin(&sessions, luo, NULL, NULL);
	while (!found && kstd_sessions_next(&sessions, &s)) {
		struct kstd_where where = KSTD_IN(luo->where, s.label, strlen(s.label));

		if (strcmp(s.name, sel->session))
			continue;
		found = !sel->has_token;
		kstd_files_begin(&files, luo, &s, &where, NULL, NULL);
		while (!found && kstd_files_next(&files, &f))
			found = f.token == sel->token;
		kstd_files_end(&files);
	}
	kstd_sessions_end(&sessions);
	return found;
}

static bool any_has(struct kstd_dump *dump, const struct kstd_luo_select *sel)
{
	struct kstd_luo_side *luo = NULL;
	bool found = false;

	kstd_quiet_begin(dump);
	while (!found && (luo = kstd_luo_next(dump, luo)))
		found = has_selected(luo, sel);
	kstd_quiet_end(dump);
	return found;
}

/* "SESSION", or "SESSION.TOKEN"; names may have dots, so a session of the whole name goes first. */
static int parse_select(struct kstd_dump *dump, const char *text, struct kstd_luo_select *sel)
{
	char *copy = kstd_arena_str(&dump->arena, text, strlen(text)), *dot, *end;
	char safe[KSTD_SAFE];

	if (!copy)
		return kstd_nomem(dump->ctx);
	*sel = (struct kstd_luo_select){ .session = copy };
	if (any_has(dump, sel))
		return 0;
	dot = strrchr(copy, '.');
	if (dot && dot[1] >= '0' && dot[1] <= '9') {
		errno = 0;
		sel->token = strtoull(dot + 1, &end, 0);
		sel->has_token = !*end && !errno;
	}
	if (sel->has_token) {
		*dot = 0;
		if (any_has(dump, sel))
			return 0;
	}
	kstd_luo_missed(dump);
	return kstd_not_found(dump, KSTD_E_NO_SESSION, "session or file \"%s\"",
			      kstd_safe(safe, text, strlen(text)));
}

static void put_side(struct kstd_luo_side *luo, const struct kstd_luo_select *sel,
		     struct kstd_node *list)
{
	struct kstd_arena *a = &luo->dump->arena;
	struct kstd_node *n = kstd_styled(kstd_put(a, list, KSTD_NO_KEY, KSTD_OBJECT),
					  KSTD_STYLE_TREE);

	kstd_put_str(a, n, KSTD_K_SIDE, kstd_side_name(luo->blob->side));
	kstd_put_str(a, n, KSTD_K_FORMAT, luo->format ? luo->format->compatible : NULL);
	kstd_styled(kstd_put_str(a, n, KSTD_K_PATH, luo->blob->path), KSTD_STYLE_HIDDEN);
	kstd_luo_explain(luo);
	kstd_luo_put(luo, sel, n);
}

static bool has_blob(struct kstd_dump *dump)
{
	for (const struct kstd_blob *b = dump->blobs; b; b = b->next)
		if (b->role == KSTD_ROLE_SUBTREE && !strcmp(b->name, KSTD_LUO_NAME))
			return true;
	return false;
}

/* A root that cannot be read may name LUO; one that can and does is of a source without it. */
static bool may_name_luo(const struct kstd_kho_of_side *s)
{
	struct kstd_kho_subtree sub;
	struct kstd_cursor c;
	bool found = false;

	if (!s->has_root)
		return s->err.code != KSTD_E_NONE;
	c = kstd_fdt_root(&s->root.fdt);
	while (!found && kstd_kho_next(s->dump, &s->where, &s->root, &c, &sub))
		found = sub.name_len == strlen(KSTD_LUO_NAME) &&
			!memcmp(sub.name, KSTD_LUO_NAME, sub.name_len);
	return found;
}

/* Is there no LUO? Only roots that were read say so; or nothing is of the side asked for. */
static bool roots_rule_it_out(struct kstd_dump *dump)
{
	static const unsigned int sides[] = { KSTD_SIDE_FILE, KSTD_SIDE_IN, KSTD_SIDE_OUT };
	bool any = false, may = false;

	for (int i = 0; i < 3; i++) {
		struct kstd_kho_of_side s;

		kstd_kho_side(dump, sides[i], &s);
		any |= s.has_root;
		may |= may_name_luo(&s);
	}
	return (any && !may) || (*kstd_asked(dump) && !dump->blobs && !dump->troubles);
}

static int no_luo(struct kstd_dump *dump)
{
	const char *asked = kstd_asked(dump);

	if (has_blob(dump))
		return kstd_err(dump->ctx, KSTD_E_NO_LUO, KSTD_NO_OFFSET,
				"the subtree of LUO in %s%s could not be decoded", dump->source, asked);
	if (!roots_rule_it_out(dump) || kstd_side_uncaptured(dump))
		return kstd_err(dump->ctx, KSTD_E_NOT_KNOWN, KSTD_NO_OFFSET,
				"no subtree of LUO in what could be read of %s%s: whether there is LUO is not known",
				dump->source, asked);
	return kstd_err(dump->ctx, KSTD_E_NO_LUO, KSTD_NO_OFFSET, "no subtree of LUO in %s%s%s",
			dump->source, asked, *asked ? "" :
			": a kernel without CONFIG_LIVEUPDATE, or booted without liveupdate=on");
}

int kstd_luo(struct kstd_dump *dump, const struct kstd_luo_opts *user,
	     const struct kstd_node **out)
{
	struct kstd_luo_opts opts = { .sz = sizeof(opts) };
	struct kstd_luo_select sel = { 0 };
	struct kstd_luo_side *luo = NULL;
	struct kstd_node *list;
	int rc = kstd_opts(dump->ctx, "kstd_luo", user, sizeof(opts.sz), &opts, sizeof(opts));

	*out = NULL;
	if (!rc && opts.select)
		rc = parse_select(dump, opts.select, &sel);
	if (rc)
		return rc;
	list = kstd_put(&dump->arena, NULL, KSTD_K_LUO, KSTD_LIST);
	while (list && (luo = kstd_luo_next(dump, luo)))
		if (!sel.session || has_selected(luo, &sel))
			put_side(luo, &sel, list);
	if (!list)
		return kstd_nomem(dump->ctx);
	if (dump->progress.cancelled)
		return kstd_cancelled(dump);
	if (!list->kids.first && !kstd_is_whole(dump->ctx))
		return kstd_whole(dump->ctx);
	*out = list;
	return list->kids.first ? 0 : no_luo(dump);
}
