// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "base/array.h"
#include "luo/systemd.h"

#define MAX_DEPTH	8
#define VERSION		1

/**
 * struct reader - a mapping on its way
 * @room: for names in @names
 */
struct reader {
	struct kstd_arena *a;
	struct kstd_fd_names *names;
	size_t room;
	bool short_of;
};

static struct json_object *member(struct json_object *o, const char *name, const char *old,
				  enum json_type type)
{
	struct json_object *m;

	if (!json_object_object_get_ex(o, name, &m) &&
	    (!old || !json_object_object_get_ex(o, old, &m)))
		return NULL;
	return json_object_is_type(m, type) ? m : NULL;
}

static const char *text(struct reader *r, struct json_object *o)
{
	const char *copy = kstd_arena_str(r->a, json_object_get_string(o),
					  json_object_get_string_len(o));

	r->short_of |= !copy;
	return copy;
}

static struct kstd_fd_name *new_name(struct reader *r)
{
	struct kstd_fd_names *n = r->names;

	if (kstd_array_fits(n->v, n->nr, r->room))
		return &n->v[n->nr];
	r->short_of = true;
	return NULL;
}

static void read_entry(struct reader *r, const char *unit, struct json_object *entry)
{
	struct json_object *name, *token, *session;
	struct kstd_fd_name *n;

	if (!json_object_is_type(entry, json_type_object))
		return;
	name = member(entry, "name", NULL, json_type_string);
	token = member(entry, "token", "fd_index", json_type_int);
	session = member(entry, "sessionName", "session_name", json_type_string);
	n = name && (token || session) ? new_name(r) : NULL;
	if (!n)
		return;
	*n = (struct kstd_fd_name){
		.unit = unit, .name = text(r, name), .session = session ? text(r, session) : NULL,
		.token = session ? 0 : json_object_get_uint64(token),
	};
	r->names->nr += !r->short_of;
}

static void read_unit(struct reader *r, const char *key, struct json_object *list)
{
	const char *unit = kstd_arena_str(r->a, key, strlen(key));

	r->short_of |= !unit;
	for (size_t i = 0; unit && i < json_object_array_length(list); i++)
		read_entry(r, unit, json_object_array_get_idx(list, i));
}

static void read_units(struct reader *r, struct json_object *units, bool versioned)
{
	struct json_object_iterator it = json_object_iter_begin(units);
	struct json_object_iterator end = json_object_iter_end(units);

	for (; !json_object_iter_equal(&it, &end); json_object_iter_next(&it)) {
		struct json_object *v = json_object_iter_peek_value(&it);

		if (versioned && json_object_is_type(v, json_type_object))
			v = member(v, "fdstore", NULL, json_type_array);
		if (v && json_object_is_type(v, json_type_array))
			read_unit(r, json_object_iter_peek_name(&it), v);
	}
}

static int by_what(const void *a, const void *b)
{
	const struct kstd_fd_name *x = a, *y = b;

	if (!x->session != !y->session)
		return x->session ? 1 : -1;
	if (x->session)
		return strcmp(x->session, y->session);
	return x->token == y->token ? 0 : x->token < y->token ? -1 : 1;
}

static int read_root(struct kstd_ctx *ctx, struct reader *r, struct json_object *root)
{
	struct json_object *version;
	char safe[KSTD_SAFE];
	const char *said;

	if (!json_object_is_type(root, json_type_object))
		return kstd_err(ctx, KSTD_E_CORRUPT, KSTD_NO_OFFSET,
				"systemd's mapping is not a JSON object");
	if (!json_object_object_get_ex(root, "version", &version)) {
		read_units(r, root, false);
		return 0;
	}
	if (!json_object_is_type(version, json_type_int) ||
	    json_object_get_int64(version) != VERSION) {
		said = json_object_to_json_string(version);
		return kstd_err(ctx, KSTD_E_UNSUPPORTED, KSTD_NO_OFFSET,
				"systemd's mapping is of version %s, not %d",
				kstd_safe(safe, said, said ? strlen(said) : 0), VERSION);
	}
	root = member(root, "units", NULL, json_type_object);
	if (root)
		read_units(r, root, true);
	return 0;
}

static struct json_object *parse(struct kstd_ctx *ctx, const char *json, size_t len)
{
	struct json_tokener *tok = json_tokener_new_ex(MAX_DEPTH);
	struct json_object *root;
	enum json_tokener_error err;

	if (!tok) {
		kstd_nomem(ctx);
		return NULL;
	}
	root = json_tokener_parse_ex(tok, json, len);
	err = json_tokener_get_error(tok);
	if (!root)
		kstd_err(ctx, KSTD_E_CORRUPT, json_tokener_get_parse_end(tok),
			 "systemd's mapping is not JSON: %s",
			 err == json_tokener_success ? "it is null" : json_tokener_error_desc(err));
	json_tokener_free(tok);
	return root;
}

static void free_names(void *p, size_t len)
{
	(void)len;
	free(p);
}

int kstd_fd_names_read(struct kstd_ctx *ctx, struct kstd_arena *a, const char *json,
		       struct kstd_fd_names *names)
{
	struct reader r = { .a = a, .names = names };
	struct json_object *root;
	int rc;

	*names = (struct kstd_fd_names){ 0 };
	root = parse(ctx, json, strlen(json) + 1);
	if (!root)
		return -kstd_error_class(ctx);
	rc = read_root(ctx, &r, root);
	json_object_put(root);
	if (names->nr)
		qsort(names->v, names->nr, sizeof(*names->v), by_what);
	if (names->v && !kstd_arena_own(a, free_names, names->v, 0)) {
		*names = (struct kstd_fd_names){ 0 };
		r.short_of = true;
	}
	return rc ?: r.short_of ? kstd_nomem(ctx) : 0;
}

static const struct kstd_fd_name *find_name(const struct kstd_fd_names *names,
					    const struct kstd_fd_name *key)
{
	return names->nr ? bsearch(key, names->v, names->nr, sizeof(*key), by_what) : NULL;
}

const struct kstd_fd_name *kstd_fd_name_of_token(const struct kstd_fd_names *names, uint64_t token)
{
	struct kstd_fd_name key = { .token = token };

	return find_name(names, &key);
}

const struct kstd_fd_name *kstd_fd_name_of_session(const struct kstd_fd_names *names,
						   const char *session)
{
	struct kstd_fd_name key = { .session = session };

	return find_name(names, &key);
}
