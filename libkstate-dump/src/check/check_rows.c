// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Rows of a check: what is in use beside sections, and what becomes of it. */

#include <stdio.h>

#include "check/check.h"

#define TEXT_USERS	8	/* files in a text */

struct kstd_check_row *kstd_row_add(struct kstd_check_run *c, const char *abi, const char *saved)
{
	struct kstd_check_row *row = kstd_arena_get(&c->dump->arena, sizeof(*row));

	if (!row)
		return NULL;
	*row = (struct kstd_check_row){ .abi = abi, .saved = saved };
	row->last_user = &row->users;
	if (c->nr_rows == KSTD_MAX_ROWS) {
		kstd_note(c->dump, "more than %d kinds of things are in use: the rest is not listed",
			  KSTD_MAX_ROWS);
		return row;
	}
	*c->last_row = row;
	c->last_row = &row->next;
	c->nr_rows++;
	return row;
}

void kstd_row_unknown(struct kstd_check_run *c, const char *abi, enum kstd_check_code code,
		      const char *text)
{
	struct kstd_check_row *row = kstd_row_add(c, abi, NULL);

	if (row)
		row->verdict = KSTD_ROW_NOT_KNOWN;
	kstd_find(c, &c->all, code, abi, "", 0, "%s", text);
}

void kstd_row_user(struct kstd_check_run *c, struct kstd_check_row *row, const char *session,
		   size_t len, uint64_t token)
{
	struct kstd_row_user *user;

	row->nr_users++;
	if (row->nr_listed == KSTD_MAX_USERS)
		return;
	user = kstd_arena_get(&c->dump->arena, sizeof(*user));
	if (!user)
		return;
	*user = (struct kstd_row_user){
		.session = kstd_arena_str(&c->dump->arena, session, len), .token = token,
	};
	*row->last_user = user;
	row->last_user = &user->next;
	row->nr_listed++;
}

const char *kstd_row_users_text(struct kstd_check_run *c, const struct kstd_check_row *row)
{
	const char *last = NULL, *text = "";
	unsigned int nr = 0;
	char safe[KSTD_SAFE];

	for (const struct kstd_row_user *u = row->users; u && nr < TEXT_USERS; u = u->next, nr++) {
		const char *name = u->session ? u->session : "";

		if (last && !strcmp(last, name))
			text = kstd_check_text(c, "%s, 0x%llx", text, (unsigned long long)u->token);
		else
			text = kstd_check_text(c, "%s%ssession %s (token 0x%llx", text,
					       last ? "), " : "", kstd_safe(safe, name, strlen(name)),
					       (unsigned long long)u->token);
		last = name;
	}
	if (row->nr_users > nr)
		return kstd_check_text(c, "%s) and %llu more files", text,
				       (unsigned long long)row->nr_users - nr);
	return nr ? kstd_check_text(c, "%s)", text) : text;
}

static void put_users(struct kstd_check_run *c, const struct kstd_check_row *row,
		      struct kstd_node *into)
{
	struct kstd_arena *a = &c->dump->arena;
	struct kstd_node *list = kstd_put(a, into, KSTD_K_USED_BY, KSTD_LIST);

	for (const struct kstd_row_user *u = row->users; u && list; u = u->next) {
		struct kstd_node *n = kstd_put(a, list, KSTD_NO_KEY, KSTD_OBJECT);

		kstd_put_str(a, n, KSTD_K_SESSION, u->session);
		kstd_put_num(a, n, KSTD_K_TOKEN, KSTD_U64, u->token);
	}
}

struct kstd_node *kstd_rows_list(struct kstd_check_run *c)
{
#define X(sym, name) [KSTD_ROW_##sym] = name,
	static const char *const verdicts[] = { KSTD_ROW_VERDICTS(X) };
#undef X
	struct kstd_arena *a = &c->dump->arena;
	struct kstd_node *list = kstd_put(a, NULL, KSTD_K_ABIS, KSTD_LIST);

	for (const struct kstd_check_row *row = c->rows; row && list; row = row->next) {
		struct kstd_node *n = kstd_put(a, list, KSTD_NO_KEY, KSTD_OBJECT);

		kstd_put_str(a, n, KSTD_K_ABI, row->abi);
		kstd_put_str(a, n, KSTD_K_ABI_SAVED, row->saved);
		kstd_put_str(a, n, KSTD_K_ABI_READ, row->reads);
		kstd_put_str(a, n, KSTD_K_ABI_VERDICT, verdicts[row->verdict]);
		kstd_put_str(a, n, KSTD_K_HOW, row->how);
		put_users(c, row, n);
	}
	return list;
}
