// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* kstd_list(): sections and files, as flat tables. */

#include "base/known.h"
#include "base/lazy_list.h"
#include "luo/luo.h"

/**
 * struct file_cursor - a place among the files of all sessions of all sides
 * @luo: the side that the sessions are from; NULL before the first
 * @in_session: @files is a place in @session
 * @alone: @session has given no file yet
 */
struct file_cursor {
	struct kstd_list_iter it;
	struct kstd_luo_side *luo;
	struct kstd_luo_walk sessions;
	struct kstd_luo_walk files;
	struct kstd_luo_session session;
	struct kstd_where where;
	bool in_session;
	bool alone;
};

static bool next_luo(struct file_cursor *c)
{
	if (c->luo)
		kstd_sessions_end(&c->sessions);
	c->luo = kstd_luo_next(c->it.dump, c->luo);
	if (!c->luo)
		return false;
	kstd_luo_explain(c->luo);
	kstd_luo_read_names(c->luo);
	kstd_sessions_begin(&c->sessions, c->luo, NULL, NULL);
	return true;
}

static bool next_session(struct file_cursor *c)
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
static bool next_row(struct file_cursor *c, struct kstd_luo_file *f, bool *any)
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

static void put_memfd(struct file_cursor *c, const struct kstd_luo_file *f, struct kstd_node *n)
{
	struct kstd_where where = KSTD_IN(&c->where, f->label, strlen(f->label));
	enum kstd_truth is = kstd_file_is_memfd(c->luo, f);
	struct kstd_arena *a = &c->it.arena;
	struct kstd_memfd m;

	if (is == KSTD_NO) {
		kstd_put(a, n, KSTD_K_BYTES, KSTD_NULL);
		kstd_put(a, n, KSTD_K_NR_FOLIOS, KSTD_NULL);
	} else if (is == KSTD_YES && kstd_file_memfd(c->luo, &c->session, f, &where, &m)) {
		kstd_put_num(a, n, KSTD_K_BYTES, KSTD_SIZE, m.size);
		kstd_put_num(a, n, KSTD_K_NR_FOLIOS, KSTD_U64, m.nr_folios);
	} else {
		kstd_put_unknown(a, n, KSTD_K_BYTES);
		kstd_put_unknown(a, n, KSTD_K_NR_FOLIOS);
	}
}

static void put_file(struct file_cursor *c, const struct kstd_luo_file *f, struct kstd_node *n)
{
	const struct kstd_fd_name *name = kstd_luo_file_name(c->luo, &c->session, f);
	const struct kstd_fd_name *session = kstd_fd_name_of_session(&c->luo->names,
								     c->session.name);
	/* A session has a name in the store of its unit; the files in it have none. */
	struct kstd_fd_name of_session = { .unit = session ? session->unit : NULL };
	struct kstd_arena *a = &c->it.arena;

	kstd_placed(kstd_put_num(a, n, KSTD_K_TOKEN, KSTD_U64, f->token), f->token_at);
	kstd_luo_put_name(a, n, c->luo, name ?: session ? &of_session : NULL);
	kstd_luo_put_handler(a, n, f);
	put_memfd(c, f, n);
	kstd_luo_put_state(a, n, f);
}

/* A session without files, or whose files could not be read. */
static void put_no_file(struct file_cursor *c, struct kstd_node *n)
{
	static const enum kstd_key_index all[] = {
		KSTD_K_TOKEN, KSTD_K_FD_NAME, KSTD_K_UNIT,
		KSTD_K_HANDLER, KSTD_K_BYTES, KSTD_K_NR_FOLIOS, KSTD_K_FILE_STATE,
	}, *rest = all + 3;

	if (c->files.blocks.broken || c->session.count) {
		for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
			kstd_put_unknown(&c->it.arena, n, all[i]);
		return;
	}
	kstd_put(&c->it.arena, n, KSTD_K_TOKEN, KSTD_NULL);
	kstd_luo_put_name(&c->it.arena, n, c->luo,
			  kstd_fd_name_of_session(&c->luo->names, c->session.name));
	for (size_t i = 0; i < 4; i++)
		kstd_put(&c->it.arena, n, rest[i], KSTD_NULL);
}

static struct kstd_node *rows_next(struct kstd_list_iter *it)
{
	struct file_cursor *c = (struct file_cursor *)it;
	struct kstd_luo_file *f = kstd_arena_get(&it->arena, sizeof(*f));
	struct kstd_node *n;
	bool any;

	if (!f || !next_row(c, f, &any))
		return NULL;
	n = kstd_put(&it->arena, NULL, KSTD_NO_KEY, KSTD_OBJECT);
	kstd_placed(kstd_put_mem(&it->arena, n, KSTD_K_SESSION, KSTD_TEXT, c->session.name,
				 c->session.name_len), c->session.at);
	kstd_put_str(&it->arena, n, KSTD_K_SIDE, kstd_side_name(c->luo->blob->side));
	if (any)
		put_file(c, f, n);
	else
		put_no_file(c, n);
	return n;
}

static void rows_end(struct kstd_list_iter *it)
{
	struct file_cursor *c = (struct file_cursor *)it;

	if (c->in_session)
		kstd_files_end(&c->files);
	if (c->luo)
		kstd_sessions_end(&c->sessions);
}

static const struct kstd_list_type rows_type = {
	.bytes = sizeof(struct file_cursor),
	.next = rows_next,
	.end = rows_end,
};

/* Is there LUO? Where its sessions cannot be read, a note says why. */
static bool any_luo(struct kstd_dump *dump)
{
	struct kstd_luo_side *luo = NULL;
	bool any = false;

	for (; (luo = kstd_luo_next(dump, luo)); any = true)
		if (luo->from == KSTD_LUO_NOWHERE)
			kstd_luo_explain(luo);
	return any;
}

static bool has_subtrees(const struct kstd_dump *dump)
{
	for (const struct kstd_blob *b = dump->blobs; b; b = b->next)
		if (b->role == KSTD_ROLE_SUBTREE || b->role == KSTD_ROLE_ROOT)
			return true;
	return false;
}

/* kstd_sections() made it for us alone. */
static void put_sections(struct kstd_node *into, struct kstd_node *sections)
{
	sections->key = KSTD_K_SECTIONS;
	kstd_link(into, sections);
}

/* Without an image, what KHO has is listed; that all of it is read says what is not known. */
static int put_no_sections(struct kstd_dump *dump, struct kstd_node *into)
{
	const struct kstd_node *handover;
	int rc = kstd_handover(dump, &handover);

	if (rc)
		return rc;
	kstd_note(dump, "no kstate image in %s", dump->source);
	kstd_put(&dump->arena, into, KSTD_K_SECTIONS, KSTD_LIST);
	kstd_link(into, (struct kstd_node *)kstd_node_get(handover, "kho"));
	return 0;
}

int kstd_list(struct kstd_dump *dump, const struct kstd_node **root)
{
	struct kstd_sections_opts opts = { .sz = sizeof(opts), .summary = true };
	struct kstd_arena *a = &dump->arena;
	const struct kstd_node *sections = NULL;
	struct kstd_node *n;
	bool none = false;
	int rc;

	*root = NULL;
	rc = kstd_sections(dump, &opts, &sections);
	if (rc) {
		struct kstd_report err = dump->ctx->err;

		none = err.code == KSTD_E_NO_KSTATE && has_subtrees(dump);
		if (dump->progress.cancelled || (!any_luo(dump) && !none)) {
			dump->ctx->err = err;
			return rc;
		}
	}
	n = kstd_styled(kstd_put(a, NULL, KSTD_NO_KEY, KSTD_OBJECT), KSTD_STYLE_TREE);
	rc = none ? put_no_sections(dump, n) : 0;
	if (rc)
		return rc;
	if (!sections && !none)
		kstd_put(a, n, KSTD_K_SECTIONS, KSTD_LIST);
	else if (sections)
		put_sections(n, (struct kstd_node *)sections);
	kstd_styled(kstd_list_put(a, n, KSTD_K_FILES,
				  (struct kstd_list_args){ dump, &rows_type, NULL, NULL }),
		    KSTD_STYLE_TABLE);
	*root = n;
	return n ? 0 : kstd_nomem(dump->ctx);
}
