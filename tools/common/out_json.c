// SPDX-License-Identifier: GPL-2.0

/* JSON, streamed. */

#include "doc.h"

/*
 * Put the text of a leaf that is no longer than JSON_ROOM at @p. Returns its end; NULL if it may be
 * longer.
 */
static inline __attribute__((always_inline)) char *short_leaf(char *p, const struct kstd_node *n)
{
	const void *mem;
	size_t len;

	switch (kstd_node_type(n)) {
	case KSTD_BOOL:
		return kstd_node_u64(n) ? json_put_word(p, "true", 4) :
		       json_put_word(p, "false", 5);
	case KSTD_U32:
	case KSTD_SIZE:
	case KSTD_NS:
		return buf_put_u64(p, kstd_node_u64(n));
	case KSTD_S32:
		return json_put_signed(p, kstd_node_s64(n));
	case KSTD_U64:
		return json_put_u64(p, kstd_node_u64(n));
	case KSTD_S64:
		return json_put_s64(p, kstd_node_s64(n));
	case KSTD_ADDRESS:
		return json_put_address(p, kstd_node_u64(n));
	case KSTD_TEXT:
		mem = kstd_node_mem(n, &len);
		return json_put_plain(p, mem, len);
	case KSTD_BYTES:
		return NULL;
	case KSTD_NULL:
	case KSTD_OBJECT:
	case KSTD_LIST:
		break;
	}
	return json_put_word(p, "null", 4);
}

/* A value at @p, which json_lead() has returned. */
static void put_leaf(struct json *j, char *p, const struct kstd_node *n)
{
	char *end = short_leaf(p, n);
	const void *mem;
	size_t len;

	json_wrote(j, end ? end : p);
	if (end)
		return;
	mem = kstd_node_mem(n, &len);
	if (kstd_node_type(n) == KSTD_TEXT)
		json_text_at(j, p, mem, len);
	else
		json_bytes_at(j, mem, len);
}

static void put_object(struct json *j, const char *name, const struct kstd_node *n);
static void put_elements(struct json *j, const char *name, const struct kstd_node *n);

static void put_node(struct json *j, const char *name, const struct kstd_node *n)
{
	char *p;

	switch (kstd_node_type(n)) {
	case KSTD_OBJECT:
		put_object(j, name, n);
		break;
	case KSTD_LIST:
		put_elements(j, name, n);
		break;
	default:
		p = json_lead(j, name);
		if (p)
			put_leaf(j, p, n);
	}
}

/**
 * struct lesson - a form that is being learned, while an object of it is written
 * @from: the text from here on, in the buffer, belongs to the form
 * @nr: leaves that were seen
 */
struct lesson {
	struct json_form *form;
	const struct kstd_node *const *leaves;
	size_t nr_leaves;
	size_t from;
	size_t nr;
};

/* The text of the form goes on up to here, where a leaf or the end comes. */
static void learn_piece(struct lesson *l, const struct buf *b)
{
	struct json_form *form = l->form;
	size_t at = l->nr ? form->end[l->nr - 1] : 0, len = b->len - l->from;

	form->fits &= !b->failed && len <= JSON_FORM_BYTES - at;
	if (!form->fits)
		return;
	memcpy(form->text + at, b->p + l->from, len);
	form->end[l->nr++] = at + len;
}

static void learn_node(struct json *j, const char *name, const struct kstd_node *n,
		       struct lesson *l)
{
	bool list = kstd_node_type(n) == KSTD_LIST, object = kstd_node_type(n) == KSTD_OBJECT;
	const struct kstd_node *child;
	struct kstd_iter it;

	if (!list && !object) {
		json_key(j, name);
		if (l->nr < l->nr_leaves && n == l->leaves[l->nr]) {
			learn_piece(l, j->b);
			put_node(j, NULL, n);
			l->from = j->b->len;
		} else {
			put_node(j, NULL, n);
		}
		return;
	}
	json_open(j, name, list ? '[' : '{');
	kstd_iter_begin(&it, n);
	while ((child = kstd_iter_next(&it)))
		learn_node(j, list ? NULL : kstd_node_name(child), child, l);
	kstd_iter_end(&it);
	json_close(j, list ? ']' : '}');
}

/* Write the first object of a form, and keep the text between its leaves. */
static __attribute__((noinline)) void
learn_form(struct json *j, const struct kstd_node *object, uint32_t id,
	   const struct kstd_node *const *leaves, size_t nr)
{
	struct lesson l = { .form = &j->form, .leaves = leaves, .nr_leaves = nr };
	struct buf *to = j->b, text = { 0 };

	j->form.id = id;
	j->form.fits = nr <= JSON_FORM_LEAVES;
	json_key(j, NULL);
	/* This buffer is not flushed in the middle. */
	j->b = &text;
	learn_node(j, NULL, object, &l);
	learn_piece(&l, &text);
	j->form.fits &= l.nr == nr + 1;
	j->b = to;
	buf_add(to, text.p, text.len);
	if (text.failed && !to->failed)
		to->failed = text.failed;
	buf_free(&text);
}

/* Put the text before a leaf, or after the last one, at @p; returns its end. */
static inline char *put_piece(const struct json_form *form, char *p, size_t i)
{
	size_t at = i ? form->end[i - 1] : 0, len = form->end[i] - at;

	/* A copy of constant size is a few instructions, and most pieces are as short. */
	memcpy(p, form->text + at, JSON_PIECE);
	if (len > JSON_PIECE)
		memcpy(p + JSON_PIECE, form->text + at + JSON_PIECE, len - JSON_PIECE);
	return p + len;
}

/* Put an element of the form that is known: its leaves, and the text of the form around them. */
static void put_leaves(struct json *j, const struct kstd_node *const *leaves, size_t nr)
{
	const struct json_form *form = &j->form;
	size_t room = 1 + form->end[nr] + nr * JSON_ROOM + JSON_PIECE;
	char *p = buf_reserve(j->b, room), *end;

	if (!p)
		return;
	*p = ',';
	p += !j->first;
	j->first = false;
	for (size_t i = 0; i < nr; i++) {
		p = put_piece(form, p, i);
		end = short_leaf(p, leaves[i]);
		if (!end) {
			put_leaf(j, p, leaves[i]);
			end = buf_reserve(j->b, room);
		}
		if (!end)
			return;
		p = end;
	}
	json_wrote(j, put_piece(form, p, nr));
}

/* Put an element of a list if it is of a form. */
static inline bool put_formed(struct json *j, const struct kstd_node *n)
{
	const struct kstd_node *const *leaves;
	uint32_t form;
	size_t nr = kstd_node_leaves(n, &form, &leaves);

	if (!nr || j->pretty)
		return false;
	if (j->form.id != form)
		learn_form(j, n, form, leaves, nr);
	else if (j->form.fits)
		put_leaves(j, leaves, nr);
	else
		return false;
	return true;
}

static void put_object(struct json *j, const char *name, const struct kstd_node *n)
{
	const struct kstd_node *child;
	struct kstd_iter it;

	json_open(j, name, '{');
	kstd_iter_begin(&it, n);
	while ((child = kstd_iter_next(&it)))
		put_node(j, kstd_node_name(child), child);
	kstd_iter_end(&it);
	json_close(j, '}');
}

static void put_elements(struct json *j, const char *name, const struct kstd_node *n)
{
	const struct kstd_node *child;
	struct kstd_iter it;

	json_open(j, name, '[');
	kstd_iter_begin(&it, n);
	while ((child = kstd_iter_next(&it)))
		if (!put_formed(j, child))
			put_node(j, NULL, child);
	kstd_iter_end(&it);
	json_close(j, ']');
}

static void start(struct out *out)
{
	out->json = (struct json){ .b = &out->b, .pretty = out->pretty };
}

static void open_object(struct out *out, const char *key)
{
	json_open(&out->json, key, '{');
}

static void close_object(struct out *out)
{
	json_close(&out->json, '}');
}

static void node(struct out *out, const char *key, const struct kstd_node *n)
{
	put_node(&out->json, key, n);
}

static void text(struct out *out, const char *key, const char *s)
{
	if (s)
		json_str(&out->json, key, s);
	else
		json_null(&out->json, key);
}

static void bytes(struct out *out, const char *key, uint64_t v)
{
	if (v == KSTD_NO_OFFSET)
		json_null(&out->json, key);
	else
		json_number(&out->json, key, v);
}

static void empty(struct out *out, const char *key)
{
	json_open(&out->json, key, '[');
	json_close(&out->json, ']');
}

static void finish(struct out *out)
{
	json_end(&out->json);
}

static const struct doc_ops doc = {
	.start = start,
	.open = open_object,
	.close = close_object,
	.node = node,
	.text = text,
	.bytes = bytes,
	.empty = empty,
	.finish = finish,
};

const struct out_ops out_json = {
	.name = "json",
	.begin = doc_begin,
	.node = doc_node,
	.end = doc_end,
	.fail = doc_fail,
	.doc = &doc,
};
