// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "base/array.h"
#include "luo/systemd.h"

#define MAX_DEPTH	8
#define VERSION		1
#define BLANK		" \t\r\n"
#define DIGITS		"0123456789"

/**
 * struct reader - a mapping on its way
 * @where: its place, for reports
 * @room: for names in @names
 */
struct reader {
	struct kstd_dump *dump;
	const struct kstd_where *where;
	struct kstd_fd_names *names;
	size_t room;
	bool short_of;
};

#define mapping_defect(r, fmt...) \
	kstd_defect((r)->dump, (r)->where, KSTD_E_MAPPING, KSTD_NO_OFFSET, "systemd's mapping: " fmt)

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
	const char *copy = kstd_arena_str(&r->dump->arena, json_object_get_string(o),
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

/* A text that is there, and has no NUL: names are compared up to their NUL. */
static bool is_name(struct json_object *o)
{
	return o && strlen(json_object_get_string(o)) == (size_t)json_object_get_string_len(o);
}

static bool is_token(struct json_object *v)
{
	return json_object_is_type(v, json_type_int) && json_object_get_int64(v) >= 0;
}

static const char *entry_fault(struct json_object *entry)
{
	struct json_object *v;

	if (!json_object_is_type(entry, json_type_object))
		return "it is no object";
	if (!is_name(member(entry, "name", NULL, json_type_string)))
		return "it has no name";
	if (json_object_object_get_ex(entry, "sessionName", &v) ||
	    json_object_object_get_ex(entry, "session_name", &v))
		return is_name(json_object_is_type(v, json_type_string) ? v : NULL) ? NULL :
		       "its session is no name";
	if (!json_object_object_get_ex(entry, "token", &v) &&
	    !json_object_object_get_ex(entry, "fd_index", &v))
		return "it has neither token nor session";
	return is_token(v) ? NULL : "its token is not one of 0 to 18446744073709551615";
}

static void read_entry(struct reader *r, const char *unit, size_t i, struct json_object *entry)
{
	const char *fault = entry_fault(entry);
	struct json_object *session;
	struct kstd_fd_name *n;
	char safe[KSTD_SAFE];

	if (fault) {
		mapping_defect(r, "entry %zu of unit \"%s\": %s", i,
			       kstd_safe(safe, unit, strlen(unit)), fault);
		return;
	}
	n = new_name(r);
	if (!n)
		return;
	session = member(entry, "sessionName", "session_name", json_type_string);
	*n = (struct kstd_fd_name){
		.unit = unit, .name = text(r, member(entry, "name", NULL, json_type_string)),
		.session = session ? text(r, session) : NULL,
		.token = session ? 0 : json_object_get_uint64(member(entry, "token", "fd_index",
								     json_type_int)),
	};
	r->names->nr += !r->short_of;
}

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* systemd writes a byte that a unit's name may not have as \xNN. What comes of it is not
 * looked at again. */
static void unescape(char *unit)
{
	char *to = unit;
	int c;

	for (const char *p = unit; *p; p += c > 0 ? 4 : 1) {
		c = p[0] == '\\' && p[1] == 'x' && hex_digit(p[2]) >= 0 && hex_digit(p[3]) >= 0 ?
		    hex_digit(p[2]) << 4 | hex_digit(p[3]) : 0;
		*to++ = c ? c : *p;
	}
	*to = 0;
}

static void read_unit(struct reader *r, const char *key, struct json_object *list)
{
	char *unit = kstd_arena_str(&r->dump->arena, key, strlen(key));
	char safe[KSTD_SAFE];

	r->short_of |= !unit;
	if (!unit)
		return;
	unescape(unit);
	if (!json_object_is_type(list, json_type_array))
		mapping_defect(r, "unit \"%s\" has no list of files",
			       kstd_safe(safe, unit, strlen(unit)));
	else
		for (size_t i = 0; i < json_object_array_length(list); i++)
			read_entry(r, unit, i, json_object_array_get_idx(list, i));
}

static void read_units(struct reader *r, struct json_object *units, bool versioned)
{
	struct json_object_iterator it = json_object_iter_begin(units);
	struct json_object_iterator end = json_object_iter_end(units);

	if (!json_object_object_length(units))
		mapping_defect(r, "it has no units");
	for (; !json_object_iter_equal(&it, &end); json_object_iter_next(&it)) {
		struct json_object *v = json_object_iter_peek_value(&it);

		if (versioned && json_object_is_type(v, json_type_object))
			v = member(v, "fdstore", NULL, json_type_array);
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
		if (!said)
			return kstd_nomem(ctx);
		return kstd_err(ctx, KSTD_E_UNSUPPORTED, KSTD_NO_OFFSET,
				"systemd's mapping is of version %s, not %d",
				kstd_safe(safe, said, strlen(said)), VERSION);
	}
	root = member(root, "units", NULL, json_type_object);
	if (root)
		read_units(r, root, true);
	else
		mapping_defect(r, "it has no units");
	return 0;
}

/* Keys of all objects; json-c leaves no more than %MAX_DEPTH levels. */
static size_t count_keys(struct json_object *o)
{
	size_t nr = 0;

	if (json_object_is_type(o, json_type_array))
		for (size_t i = 0; i < json_object_array_length(o); i++)
			nr += count_keys(json_object_array_get_idx(o, i));
	if (!json_object_is_type(o, json_type_object))
		return nr;
	json_object_object_foreach(o, key, v) {
		(void)key;
		nr += 1 + count_keys(v);
	}
	return nr;
}

static bool is_large(const char *number, size_t len)
{
	bool negative = *number == '-';

	if (strspn(number + negative, DIGITS) + negative != len)
		return false;
	errno = 0;
	if (negative)
		(void)!strtoll(number, NULL, 10);
	else
		(void)!strtoull(number, NULL, 10);
	return errno == ERANGE;
}

/*
 * Make each integer that has no room in 64 bits -1, which is no token either: some versions of
 * json-c take none of the JSON for its sake, and others take it for the largest of 64 bits.
 */
static void replace_large(char *p)
{
	bool in_string = false;

	for (; *p; p++) {
		size_t len = in_string ? 0 : strspn(p, "-+.eE" DIGITS);

		if (in_string && *p == '\\' && p[1])
			p++;
		else if (*p == '"')
			in_string = !in_string;
		if (len && is_large(p, len)) {
			memset(p, ' ', len);
			memcpy(p, "-1", 2);
		}
		p += len ? len - 1 : 0;
	}
}

/* In JSON that json-c took each colon outside of a string is of a key. */
static size_t count_colons(const char *p)
{
	bool in_string = false;
	size_t colons = 0;

	for (; *p; p++) {
		if (in_string && *p == '\\')
			p++;
		else if (*p == '"')
			in_string = !in_string;
		else
			colons += !in_string && *p == ':';
	}
	return colons;
}

static bool is_blank(const char *p, size_t len, const char *blank)
{
	for (size_t i = 0; i < len; i++)
		if (!p[i] || !strchr(blank, p[i]))
			return false;
	return true;
}

static bool is_zero(const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (p[i])
			return false;
	return true;
}

/* json-c gives no object for "null" and when memory is short, and calls both a success. */
static void parse_error(struct kstd_ctx *ctx, const char *json, struct json_tokener *tok)
{
	enum json_tokener_error err = json_tokener_get_error(tok);
	bool null = !strncmp(json + strspn(json, BLANK), "null", 4);

	if (err == json_tokener_success && !null)
		kstd_nomem(ctx);
	else
		kstd_err(ctx, KSTD_E_CORRUPT, json_tokener_get_parse_end(tok),
			 "systemd's mapping is not JSON: %s",
			 err == json_tokener_success ? "it is null" : json_tokener_error_desc(err));
}

/* @json: @len bytes and a NUL */
static struct json_object *parse(struct kstd_ctx *ctx, const char *json, size_t len)
{
	struct json_tokener *tok = json_tokener_new_ex(MAX_DEPTH);
	size_t text = strlen(json), end;
	struct json_object *root;

	if (!tok) {
		kstd_nomem(ctx);
		return NULL;
	}
	json_tokener_set_flags(tok, JSON_TOKENER_STRICT | JSON_TOKENER_ALLOW_TRAILING_CHARS);
	root = json_tokener_parse_ex(tok, json, text + 1);
	end = json_tokener_get_parse_end(tok);
	if (!root) {
		parse_error(ctx, json, tok);
	} else if (end < text && !is_blank(json + end, text - end, BLANK)) {
		kstd_err(ctx, KSTD_E_CORRUPT, end, "systemd's mapping: bytes after its JSON");
	} else if (text < len && !is_zero(json + text, len - text)) {
		kstd_err(ctx, KSTD_E_CORRUPT, text, "systemd's mapping: bytes after its JSON");
	} else {
		json_tokener_free(tok);
		return root;
	}
	json_object_put(root);
	json_tokener_free(tok);
	return NULL;
}

static void free_names(void *p, size_t len)
{
	(void)len;
	free(p);
}

/* Sort the names, and keep the first of those that are of the same file or session. */
static void sort_names(struct reader *r)
{
	struct kstd_fd_names *names = r->names;
	size_t nr = 0;

	if (names->nr)
		qsort(names->v, names->nr, sizeof(*names->v), by_what);
	for (size_t i = 0; i < names->nr; i++) {
		const struct kstd_fd_name *n = &names->v[i];
		char safe[KSTD_SAFE];

		if (!nr || by_what(&names->v[nr - 1], n))
			names->v[nr++] = *n;
		else if (n->session)
			mapping_defect(r, "it names session \"%s\" twice",
				       kstd_safe(safe, n->session, strlen(n->session)));
		else
			mapping_defect(r, "it names token 0x%llx twice",
				       (unsigned long long)n->token);
	}
	names->nr = nr;
}

int kstd_fd_names_read(struct kstd_dump *dump, const struct kstd_where *where, char *json,
		       size_t len, struct kstd_fd_names *names)
{
	struct reader r = { .dump = dump, .where = where, .names = names };
	struct json_object *root;
	int rc;

	*names = (struct kstd_fd_names){ 0 };
	replace_large(json);
	root = parse(dump->ctx, json, len);
	if (!root)
		return -kstd_error_class(dump->ctx);
	if (count_colons(json) != count_keys(root))
		mapping_defect(&r, "a key is there twice in one object: only the last of them is read");
	rc = read_root(dump->ctx, &r, root);
	json_object_put(root);
	sort_names(&r);
	if (names->v && !kstd_arena_own(&dump->arena, free_names, names->v, 0)) {
		*names = (struct kstd_fd_names){ 0 };
		r.short_of = true;
	}
	return rc ?: r.short_of ? kstd_nomem(dump->ctx) : 0;
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
