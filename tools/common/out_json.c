// SPDX-License-Identifier: GPL-2.0

/* JSON, streamed. */

#include "doc.h"

static void put_leaf(struct json *j, const char *name, const struct kstd_node *n)
{
	const void *p;
	size_t len;

	switch (kstd_node_type(n)) {
	case KSTD_NULL:
	case KSTD_OBJECT:
	case KSTD_LIST:
		json_null(j, name);
		break;
	case KSTD_BOOL:
		json_bool(j, name, kstd_node_u64(n));
		break;
	case KSTD_U32:
	case KSTD_SIZE:
	case KSTD_NS:
		json_number(j, name, kstd_node_u64(n));
		break;
	case KSTD_S32:
		json_signed(j, name, kstd_node_s64(n));
		break;
	case KSTD_U64:
		json_u64(j, name, kstd_node_u64(n));
		break;
	case KSTD_S64:
		json_s64(j, name, kstd_node_s64(n));
		break;
	case KSTD_ADDRESS:
		json_address(j, name, kstd_node_u64(n));
		break;
	case KSTD_TEXT:
		p = kstd_node_mem(n, &len);
		json_text(j, name, p, len);
		break;
	case KSTD_BYTES:
		p = kstd_node_mem(n, &len);
		json_bytes(j, name, p, len);
		break;
	}
}

static void put_node(struct json *j, const char *name, const struct kstd_node *n);

/* Put the members that are constant, and keep what they look like if it is short. */
static const struct kstd_node *make_run(struct json *j, struct kstd_iter *it,
					const struct kstd_node *child, struct json_run *run)
{
	/* With this room nothing is written out meanwhile. */
	bool fits = buf_reserve(j->b, 2 * JSON_RUN_BYTES);
	size_t start = j->b->len;
	uint32_t id;

	run->nr = 0;
	while (child && run->nr < JSON_RUN && (id = kstd_node_constant(child))) {
		put_node(j, kstd_node_name(child), child);
		run->ids[run->nr++] = id;
		child = kstd_iter_next(it);
	}
	run->next = child ? kstd_node_name(child) : NULL;
	if (child)
		json_key(j, run->next);
	fits &= j->b->len >= start && j->b->len - start <= JSON_RUN_BYTES;
	run->len = fits ? j->b->len - start : 0;
	if (fits)
		memcpy(run->text, j->b->p + start, run->len);
	else
		run->nr = 0;
	return child;
}

/* Pass over the members of a run; false if they are others. */
static bool pass_run(struct kstd_iter *it, const struct json_run *run)
{
	const struct kstd_node *child;

	for (uint32_t i = 1; i < run->nr; i++) {
		child = kstd_iter_next(it);
		if (!child || kstd_node_constant(child) != run->ids[i])
			return false;
	}
	return true;
}

/* The members that an object begins with, if they are constant; returns the next one. */
static const struct kstd_node *put_run(struct json *j, struct kstd_iter *it,
				       const struct kstd_node *object)
{
	const struct kstd_node *child = kstd_iter_next(it);
	uint32_t id = child && !j->pretty ? kstd_node_constant(child) : 0;
	struct json_run *run = &j->runs[id % JSON_RUNS];
	char *p;

	if (!id)
		return child;
	if (!run->nr || run->ids[0] != id)
		return make_run(j, it, child, run);
	child = pass_run(it, run) ? kstd_iter_next(it) : NULL;
	p = child && kstd_node_name(child) == run->next ? buf_reserve(j->b, JSON_RUN_BYTES) : NULL;
	if (!p) {
		kstd_iter_begin(it, object);
		return kstd_iter_next(it);
	}
	memcpy(p, run->text, JSON_RUN_BYTES);
	j->b->len += run->len;
	j->first = false;
	j->led = true;
	return child;
}

static void put_object(struct json *j, const char *name, const struct kstd_node *n)
{
	const struct kstd_node *child;
	struct kstd_iter it;

	json_open(j, name, '{');
	kstd_iter_begin(&it, n);
	for (child = put_run(j, &it, n); child; child = kstd_iter_next(&it))
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
		put_node(j, NULL, child);
	kstd_iter_end(&it);
	json_close(j, ']');
}

static void put_node(struct json *j, const char *name, const struct kstd_node *n)
{
	switch (kstd_node_type(n)) {
	case KSTD_OBJECT:
		put_object(j, name, n);
		break;
	case KSTD_LIST:
		put_elements(j, name, n);
		break;
	default:
		put_leaf(j, name, n);
	}
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
