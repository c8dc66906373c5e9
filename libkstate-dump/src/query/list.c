// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* kstd_luo() and kstd_list(): what LUO preserves, of every side. */

#include <errno.h>
#include <stdlib.h>

#include "base/list.h"
#include "luo/luo.h"
#include "source/source.h"

/* The LUO of a subtree; NULL if there is none to show, which is a defect then. */
static struct kstd_luo_side *open_blob(struct kstd_dump *dump, struct kstd_blob *b)
{
	struct kstd_where where = KSTD_AT(NULL, b->path, strlen(b->path));
	struct kstd_luo_side *luo;

	if (kstd_blob_load(dump, b)) {
		kstd_defect_err(dump, NULL);
		return NULL;
	}
	if (!b->bytes.len || kstd_luo_open(dump, b, &luo)) {
		if (!b->bytes.len)
			kstd_err(dump->ctx, KSTD_E_EMPTY, KSTD_NO_OFFSET, NULL);
		kstd_defect_err(dump, &where);
		return NULL;
	}
	return luo;
}

/**
 * struct cursor - a place among the files of all sessions of all sides
 * @blob: the subtree that the sessions are from
 * @luo: NULL before the first
 * @in_session: @files is a place in @session
 * @alone: @session has given no file yet
 */
struct cursor {
	struct kstd_list_iter it;
	struct kstd_blob *blob;
	struct kstd_luo_side *luo;
	struct kstd_luo_walk sessions;
	struct kstd_luo_walk files;
	struct kstd_luo_session session;
	struct kstd_where where;
	bool in_session;
	bool alone;
};

static bool next_luo(struct cursor *c)
{
	if (c->luo)
		kstd_sessions_end(&c->sessions);
	c->luo = NULL;
	while (!c->luo && (c->blob = kstd_luo_blob(c->it.dump, c->blob)))
		c->luo = open_blob(c->it.dump, c->blob);
	if (!c->luo)
		return false;
	kstd_luo_read_names(c->luo);
	kstd_sessions_begin(&c->sessions, c->luo, NULL, NULL);
	return true;
}

static bool next_session(struct cursor *c)
{
	if (c->in_session)
		kstd_files_end(&c->files);
	c->in_session = false;
	while (!c->luo || !kstd_sessions_next(&c->sessions, &c->session))
		if (!next_luo(c))
			return false;
	c->where = KSTD_IN(c->luo->where, c->session.label, strlen(c->session.label));
	kstd_files_begin(&c->files, c->luo, &c->session, &c->where, NULL, NULL);
	c->in_session = true;
	c->alone = true;
	return true;
}

/* A session without files has a row of its own: @f then has no handler and @any is false. */
static bool next_row(struct cursor *c, struct kstd_luo_file *f, bool *any)
{
	for (;;) {
		*any = c->in_session && kstd_files_next(&c->files, f);
		if (*any) {
			c->alone = false;
			return true;
		}
		if (c->in_session && c->alone) {
			c->alone = false;
			return true;
		}
		if (!next_session(c))
			return false;
	}
}

static void put_memfd(struct cursor *c, const struct kstd_luo_file *f, struct kstd_node *n)
{
	struct kstd_where where = KSTD_IN(&c->where, f->label, strlen(f->label));
	struct kstd_arena *a = &c->it.arena;
	struct kstd_memfd m;

	if (kstd_file_is_memfd(c->luo, f) &&
	    kstd_file_memfd(c->luo, &c->session, f, &where, &m)) {
		kstd_put_num(a, n, KSTD_K_BYTES, KSTD_SIZE, m.size);
		kstd_put_num(a, n, KSTD_K_NR_FOLIOS, KSTD_U64, m.nr_folios);
	} else {
		kstd_put(a, n, KSTD_K_BYTES, KSTD_NULL);
		kstd_put(a, n, KSTD_K_NR_FOLIOS, KSTD_NULL);
	}
}

static void put_file(struct cursor *c, const struct kstd_luo_file *f, struct kstd_node *n)
{
	struct kstd_arena *a = &c->it.arena;

	kstd_styled(kstd_placed(kstd_put_num(a, n, KSTD_K_TOKEN, KSTD_U64, f->token),
				f->token_at), KSTD_STYLE_HEX);
	kstd_luo_put_name(a, n, kstd_luo_file_name(c->luo, &c->session, f));
	kstd_luo_put_handler(a, n, f);
	put_memfd(c, f, n);
	kstd_luo_put_state(a, n, f);
}

static void put_no_file(struct cursor *c, struct kstd_node *n)
{
	static const enum kstd_key_index rest[] = {
		KSTD_K_HANDLER, KSTD_K_BYTES, KSTD_K_NR_FOLIOS, KSTD_K_FILE_STATE,
	};

	kstd_put(&c->it.arena, n, KSTD_K_TOKEN, KSTD_NULL);
	kstd_luo_put_name(&c->it.arena, n,
			  kstd_fd_name_of_session(&c->luo->names, c->session.name));
	for (size_t i = 0; i < sizeof(rest) / sizeof(rest[0]); i++)
		kstd_put(&c->it.arena, n, rest[i], KSTD_NULL);
}

static struct kstd_node *rows_next(struct kstd_list_iter *it)
{
	struct cursor *c = (struct cursor *)it;
	struct kstd_luo_file *f = kstd_arena_get(&it->arena, sizeof(*f));
	struct kstd_node *n;
	bool any;

	if (!f || !next_row(c, f, &any))
		return NULL;
	n = kstd_put(&it->arena, NULL, KSTD_NO_KEY, KSTD_OBJECT);
	kstd_placed(kstd_put_mem(&it->arena, n, KSTD_K_SESSION, KSTD_TEXT, c->session.name,
				 c->session.name_len), c->session.at);
	kstd_put_str(&it->arena, n, KSTD_K_SIDE, kstd_side_name(c->blob->side));
	if (any)
		put_file(c, f, n);
	else
		put_no_file(c, n);
	return n;
}

static void rows_end(struct kstd_list_iter *it)
{
	struct cursor *c = (struct cursor *)it;

	if (c->in_session)
		kstd_files_end(&c->files);
	if (c->luo)
		kstd_sessions_end(&c->sessions);
}

static const struct kstd_list_type rows_type = {
	.bytes = sizeof(struct cursor),
	.next = rows_next,
	.end = rows_end,
};

/* Does a side have sessions that can be read? */
static bool any_sessions(struct kstd_dump *dump)
{
	struct kstd_luo_side *luo;

	for (struct kstd_blob *b = NULL; (b = kstd_luo_blob(dump, b));) {
		luo = open_blob(dump, b);
		if (luo && luo->from != KSTD_LUO_NOWHERE)
			return true;
	}
	return false;
}

/* kstd_sections() made it for us alone. */
static void put_sections(struct kstd_node *into, struct kstd_node *sections)
{
	sections->key = KSTD_K_SECTIONS;
	kstd_link(into, sections);
}

int kstd_list(struct kstd_dump *dump, const struct kstd_node **root)
{
	struct kstd_sections_opts opts = { .sz = sizeof(opts), .summary = true };
	struct kstd_arena *a = &dump->arena;
	const struct kstd_node *sections;
	struct kstd_node *n;
	int rc;

	*root = NULL;
	rc = kstd_sections(dump, &opts, &sections);
	if (rc) {
		struct kstd_report err = dump->ctx->err;

		if (dump->progress.cancelled || !any_sessions(dump)) {
			dump->ctx->err = err;
			return rc;
		}
	}
	n = kstd_styled(kstd_put(a, NULL, KSTD_NO_KEY, KSTD_OBJECT), KSTD_STYLE_TREE);
	if (rc)
		kstd_styled(kstd_put(a, n, KSTD_K_SECTIONS, KSTD_LIST), KSTD_STYLE_TABLE);
	else
		put_sections(n, (struct kstd_node *)sections);
	kstd_styled(kstd_list_put(a, n, KSTD_K_FILES,
				  (struct kstd_list_args){ dump, &rows_type, NULL, NULL }),
		    KSTD_STYLE_TABLE);
	*root = n;
	return n ? 0 : kstd_nomem(dump->ctx);
}

/* Does a session have that name, and if so a file with that token? */
static bool has(struct kstd_luo_side *luo, const struct kstd_luo_select *sel)
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
	struct kstd_luo_side *luo;
	bool found = false;

	kstd_quiet_begin(dump);
	for (struct kstd_blob *b = NULL; !found && (b = kstd_luo_blob(dump, b));) {
		luo = open_blob(dump, b);
		found = luo && has(luo, sel);
	}
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
	return kstd_err(dump->ctx, KSTD_E_NO_SESSION, KSTD_NO_OFFSET,
			"no session or file \"%s\" in %s",
			kstd_safe(safe, text, strlen(text)), dump->source);
}

static void put_side(struct kstd_luo_side *luo, const struct kstd_luo_select *sel,
		     struct kstd_node *list)
{
	struct kstd_arena *a = &luo->dump->arena;
	struct kstd_node *n = kstd_styled(kstd_put(a, list, KSTD_NO_KEY, KSTD_OBJECT),
					  KSTD_STYLE_TREE);

	kstd_put_str(a, n, KSTD_K_SIDE, kstd_side_name(luo->blob->side));
	kstd_put_str(a, n, KSTD_K_FORMAT, luo->released ? NULL : KSTD_LUO_COMPATIBLE);
	kstd_styled(kstd_put_str(a, n, KSTD_K_PATH, luo->blob->path), KSTD_STYLE_HIDDEN);
	kstd_luo_explain(luo);
	kstd_luo_put(luo, sel, n);
}

static int no_luo(struct kstd_dump *dump)
{
	const struct kstd_node *defect = dump->defects->kids.first;

	return kstd_err(dump->ctx, KSTD_E_NO_LUO, KSTD_NO_OFFSET, defect ?
			"the subtree of LUO in %s could not be decoded" :
			"no subtree of LUO in %s: a kernel without CONFIG_LIVEUPDATE, or booted without liveupdate=on",
			dump->source);
}

int kstd_luo(struct kstd_dump *dump, const struct kstd_luo_opts *user,
	     const struct kstd_node **out)
{
	struct kstd_luo_opts opts = { .sz = sizeof(opts) };
	struct kstd_luo_select sel = { 0 };
	struct kstd_node *list;
	struct kstd_luo_side *luo;
	int rc = kstd_opts(dump->ctx, "kstd_luo", user, sizeof(opts.sz), &opts, sizeof(opts));

	*out = NULL;
	if (!rc && opts.select)
		rc = parse_select(dump, opts.select, &sel);
	if (rc)
		return rc;
	list = kstd_put(&dump->arena, NULL, KSTD_K_LUO, KSTD_LIST);
	for (struct kstd_blob *b = NULL; list && (b = kstd_luo_blob(dump, b));) {
		luo = open_blob(dump, b);
		if (luo && (!sel.session || has(luo, &sel)))
			put_side(luo, &sel, list);
	}
	if (!list)
		return kstd_nomem(dump->ctx);
	if (dump->progress.cancelled)
		return kstd_cancelled(dump);
	*out = list;
	return list->kids.first ? 0 : no_luo(dump);
}
