// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* LUO as nodes. */

#include <stdio.h>

#include "base/known.h"
#include "base/lazy_list.h"
#include "luo/luo.h"

static const char *const states[] = {
	[KSTD_LUO_UNKNOWN] = NULL,
	[KSTD_LUO_UNREAD] = NULL,
	[KSTD_LUO_WAITING] = "not retrieved",
	[KSTD_LUO_RETRIEVED] = "retrieved",
	[KSTD_LUO_FAILED] = "failed",
};

static const char *const sources[] = {
	[KSTD_LUO_NOWHERE] = NULL,
	[KSTD_LUO_BLOCKS] = "serialized blocks",
	[KSTD_LUO_KERNEL] = "the kernel's structures",
	[KSTD_LUO_SCAN] = "a scan of memory",
};

/* Members that are null are not shown in a line of text, but for what is not known. */
static void hide_nulls(struct kstd_node *object)
{
	if (!object)
		return;
	for (struct kstd_node *n = object->kids.first; n; n = n->next)
		if (n->type == KSTD_NULL && n->style != KSTD_STYLE_UNKNOWN)
			n->style = KSTD_STYLE_HIDDEN;
}

void kstd_luo_put_name(struct kstd_arena *a, struct kstd_node *into,
		       const struct kstd_luo_side *luo, const struct kstd_fd_name *name)
{
	if (!name && luo->names_cut) {
		kstd_put_unknown(a, into, KSTD_K_FD_NAME);
		kstd_put_unknown(a, into, KSTD_K_UNIT);
		return;
	}
	kstd_put_str(a, into, KSTD_K_FD_NAME, name ? name->name : NULL);
	kstd_put_str(a, into, KSTD_K_UNIT, name ? name->unit : NULL);
}

/**
 * struct files - what a list of files is made from
 * @where: of @session
 */
struct files {
	struct kstd_luo_side *luo;
	struct kstd_luo_session session;
	const struct kstd_where *where;
	const struct kstd_luo_select *sel;
};

struct file_iter {
	struct kstd_list_iter it;
	struct kstd_luo_walk walk;
};

void kstd_luo_put_handler(struct kstd_arena *a, struct kstd_node *n, const struct kstd_luo_file *f)
{
	if (f->handler_unread)
		kstd_put_unknown(a, n, KSTD_K_HANDLER);
	else if (f->handler_len)
		kstd_placed(kstd_put_mem(a, n, KSTD_K_HANDLER, KSTD_TEXT, f->handler,
					 f->handler_len), f->at);
	else
		kstd_placed(kstd_put(a, n, KSTD_K_HANDLER, KSTD_NULL), f->at);
}

static void put_state(struct kstd_arena *a, struct kstd_node *n, enum kstd_key_index key,
		      enum kstd_luo_state state)
{
	if (state == KSTD_LUO_UNREAD)
		kstd_put_unknown(a, n, key);
	else
		kstd_put_str(a, n, key, states[state]);
}

void kstd_luo_put_state(struct kstd_arena *a, struct kstd_node *n, const struct kstd_luo_file *f)
{
	if (f->state == KSTD_LUO_FAILED)
		kstd_put_fmt(a, n, KSTD_K_FILE_STATE, "failed: error %d", f->error);
	else
		put_state(a, n, KSTD_K_FILE_STATE, f->state);
}

static void put_memfd(struct kstd_arena *a, const struct files *l, const struct kstd_luo_file *f,
		      struct kstd_node *n)
{
	struct kstd_where where = KSTD_IN(l->where, f->label, strlen(f->label));
	enum kstd_truth is = kstd_file_is_memfd(l->luo, f);
	struct kstd_memfd m;

	if (is == KSTD_NO)
		kstd_put(a, n, KSTD_K_MEMFD, KSTD_NULL);
	else if (is == KSTD_YES && kstd_file_memfd(l->luo, &l->session, f, &where, &m))
		kstd_memfd_put(a, &m, &where,
			       kstd_put(a, n, KSTD_K_MEMFD, KSTD_OBJECT));
	else
		kstd_put_unknown(a, n, KSTD_K_MEMFD);
}

const struct kstd_fd_name *kstd_luo_file_name(const struct kstd_luo_side *luo,
					      const struct kstd_luo_session *s,
					      const struct kstd_luo_file *f)
{
	return strcmp(s->name, KSTD_SYSTEMD_SESSION) ? NULL :
	       kstd_fd_name_of_token(&luo->names, f->token);
}

/* What nobody decodes, if somebody says of which type it is. */
static void put_typed(struct kstd_arena *a, const struct files *l, const struct kstd_luo_file *f,
		      struct kstd_node *n)
{
	struct kstd_where where = KSTD_IN(l->where, f->label, strlen(f->label));
	struct kstd_typed t;

	if (kstd_file_typed(l->luo, f, &where, &t))
		kstd_typed_put(l->luo->dump, a, &where, &t, NULL, n);
	else if (f->handler_unread || f->state == KSTD_LUO_UNREAD)
		kstd_put_unknown(a, n, KSTD_K_TYPED);
	else
		kstd_put(a, n, KSTD_K_TYPED, KSTD_NULL);
}

static struct kstd_node *put_file(struct kstd_arena *a, const struct files *l,
				  const struct kstd_luo_file *f)
{
	struct kstd_node *n = kstd_put(a, NULL, KSTD_NO_KEY, KSTD_OBJECT);

	kstd_placed(kstd_put_num(a, n, KSTD_K_TOKEN, KSTD_U64, f->token), f->token_at);
	kstd_luo_put_handler(a, n, f);
	kstd_luo_put_name(a, n, l->luo, kstd_luo_file_name(l->luo, &l->session, f));
	kstd_luo_put_state(a, n, f);
	kstd_hidden_if(kstd_placed(kstd_put_num(a, n, KSTD_K_FILE_DATA, KSTD_ADDRESS, f->data),
				   f->data_at), kstd_file_is_memfd(l->luo, f) == KSTD_YES);
	put_memfd(a, l, f, n);
	put_typed(a, l, f, n);
	hide_nulls(n);
	return n;
}

static void files_begin(struct kstd_list_iter *it)
{
	const struct files *l = it->of;

	kstd_files_begin(&((struct file_iter *)it)->walk, l->luo, &l->session, l->where, NULL,
			 NULL);
}

static struct kstd_node *files_next(struct kstd_list_iter *it)
{
	const struct files *l = it->of;
	struct kstd_luo_file *f = kstd_arena_get(&it->arena, sizeof(*f));

	while (f && kstd_files_next(&((struct file_iter *)it)->walk, f))
		if (!l->sel->has_token || f->token == l->sel->token)
			return put_file(&it->arena, l, f);
	return NULL;
}

static void files_end(struct kstd_list_iter *it)
{
	kstd_files_end(&((struct file_iter *)it)->walk);
}

/* A session that says how many files it has may have fewer here. */
static bool files_cut(const struct kstd_list_iter *it)
{
	const struct kstd_luo_walk *w = &((const struct file_iter *)it)->walk;
	const struct files *l = it->of;

	return w->blocks.broken || w->i < l->session.count;
}

static const struct kstd_list_type files_type = {
	.bytes = sizeof(struct file_iter),
	.begin = files_begin,
	.next = files_next,
	.end = files_end,
	.cut = files_cut,
};

/**
 * struct sessions - what a list of sessions is made from
 */
struct sessions {
	struct kstd_luo_side *luo;
	struct kstd_luo_select sel;
};

struct session_iter {
	struct kstd_list_iter it;
	struct kstd_luo_walk walk;
};

static void put_files(struct kstd_arena *a, struct files *l, struct kstd_node *n)
{
	struct kstd_where where = KSTD_IN(l->luo->where, l->session.label,
					  strlen(l->session.label));

	l->where = kstd_where_keep(a, &where);
	kstd_styled(kstd_list_put(a, n, KSTD_K_FILES,
				  (struct kstd_list_args){ l->luo->dump, &files_type, l,
							   l->luo->where }),
		    KSTD_STYLE_ROWS);
}

static struct kstd_node *put_session(struct kstd_arena *a, struct files *l)
{
	const struct kstd_luo_session *s = &l->session;
	struct kstd_node *n = kstd_put(a, NULL, KSTD_NO_KEY, KSTD_OBJECT);

	kstd_placed(kstd_put_mem(a, n, KSTD_K_SESSION_NAME, KSTD_TEXT, s->name, s->name_len),
		    s->at);
	kstd_placed(kstd_put_num(a, n, KSTD_K_FILE_COUNT, KSTD_U64, s->count), s->count_at);
	kstd_luo_put_name(a, n, l->luo, kstd_fd_name_of_session(&l->luo->names, s->name));
	put_state(a, n, KSTD_K_SESSION_STATE, s->state);
	put_files(a, l, n);
	hide_nulls(n);
	return n;
}

static void sessions_begin(struct kstd_list_iter *it)
{
	const struct sessions *l = it->of;

	kstd_sessions_begin(&((struct session_iter *)it)->walk, l->luo, NULL, NULL);
}

static struct kstd_node *sessions_next(struct kstd_list_iter *it)
{
	const struct sessions *l = it->of;
	struct files *f = kstd_arena_get(&it->arena, sizeof(*f));

	if (!f)
		return NULL;
	*f = (struct files){ .luo = l->luo, .sel = &l->sel };
	while (kstd_sessions_next(&((struct session_iter *)it)->walk, &f->session))
		if (!l->sel.session || !strcmp(l->sel.session, f->session.name))
			return put_session(&it->arena, f);
	return NULL;
}

static void sessions_end(struct kstd_list_iter *it)
{
	kstd_sessions_end(&((struct session_iter *)it)->walk);
}

static bool sessions_cut(const struct kstd_list_iter *it)
{
	return ((const struct session_iter *)it)->walk.blocks.broken;
}

static const struct kstd_list_type sessions_type = {
	.bytes = sizeof(struct session_iter),
	.begin = sessions_begin,
	.next = sessions_next,
	.end = sessions_end,
	.cut = sessions_cut,
};

static void put_flb_typed(struct kstd_luo_side *luo, const struct kstd_luo_flb *f,
			  struct kstd_node *list)
{
	struct kstd_arena *a = &luo->dump->arena;
	char safe[KSTD_SAFE], text[KSTD_SAFE + 16];
	const char *of;
	struct kstd_where where;
	struct kstd_typed t;

	snprintf(text, sizeof(text), "FLB \"%s\"", kstd_safe(safe, f->name, f->name_len));
	where = KSTD_IN(luo->where, text, strlen(text));
	of = kstd_arena_str(a, text, strlen(text));
	if (of && kstd_flb_typed(luo, f, &where, &t))
		kstd_typed_put(luo->dump, a, &where, &t, of, list);
}

/* FLBs belong to no session. They fill a page at most, so they are all put at once. */
static void put_flbs(struct kstd_luo_side *luo, bool any, struct kstd_node *into)
{
	struct kstd_arena *a = &luo->dump->arena;
	struct kstd_node *list = kstd_put(a, into, KSTD_K_FLBS, KSTD_LIST);
	struct kstd_node *typed = kstd_put(a, into, KSTD_K_FLB_TYPED, KSTD_LIST);
	const char *why = kstd_luo_flbs_why(luo);
	struct kstd_flb_walk w;
	struct kstd_luo_flb f;

	if (!list || !typed || !any)
		return;
	list->cut = why;
	/* That there is no memory to follow them in is said already. */
	if (why && (luo->dump->phys || !luo->flbs))
		kstd_unknown(luo->dump, luo->where, "which FLBs there are: %s", why);
	kstd_flbs_begin(&w, luo, NULL, NULL);
	while (kstd_flbs_next(&w, &f)) {
		struct kstd_node *n = kstd_put(a, list, KSTD_NO_KEY, KSTD_OBJECT);
		const char *name = kstd_arena_str(a, f.name, f.name_len);

		kstd_placed(kstd_put_mem(a, n, KSTD_K_FLB_NAME, KSTD_TEXT, name,
					 name ? f.name_len : 0), f.at);
		kstd_placed(kstd_put_num(a, n, KSTD_K_FLB_DATA, KSTD_ADDRESS, f.data),
			    f.data_at);
		kstd_placed(kstd_put_num(a, n, KSTD_K_FLB_COUNT, KSTD_U64, f.count),
			    f.count_at);
		put_flb_typed(luo, &f, typed);
	}
	list->cut |= w.cut;
	kstd_flbs_end(&w);
}

void kstd_luo_put(struct kstd_luo_side *luo, const struct kstd_luo_select *sel,
		  struct kstd_node *into)
{
	struct kstd_arena *a = &luo->dump->arena;
	struct sessions *l = kstd_arena_get(a, sizeof(*l));

	if (!l)
		return;
	*l = (struct sessions){ luo, *sel };
	kstd_luo_read_names(luo);
	if (luo->released)
		kstd_put(a, into, KSTD_K_LUO_NUMBER, KSTD_NULL);
	else
		kstd_placed(kstd_put_num(a, into, KSTD_K_LUO_NUMBER, KSTD_U64, luo->number),
			    luo->number_at);
	kstd_put_str(a, into, KSTD_K_READ_FROM, sources[luo->from]);
	kstd_list_put(a, into, KSTD_K_SESSIONS,
		      (struct kstd_list_args){ luo->dump, &sessions_type, l, luo->where });
	put_flbs(luo, !sel->session, into);
}
