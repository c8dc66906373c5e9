// SPDX-License-Identifier: GPL-2.0

/* JSON, streamed. */

#include "doc.h"

/* A value at @p, which json_lead() has returned. */
static inline __attribute__((always_inline)) void
put_leaf(struct json *j, char *p, const struct kstd_node *n)
{
	const void *mem;
	size_t len;

	switch (kstd_node_type(n)) {
	case KSTD_NULL:
	case KSTD_OBJECT:
	case KSTD_LIST:
		p = json_put_word(p, "null", 4);
		break;
	case KSTD_BOOL:
		p = kstd_node_u64(n) ? json_put_word(p, "true", 4) : json_put_word(p, "false", 5);
		break;
	case KSTD_U32:
	case KSTD_SIZE:
	case KSTD_NS:
		p = buf_put_u64(p, kstd_node_u64(n));
		break;
	case KSTD_S32:
		p = json_put_signed(p, kstd_node_s64(n));
		break;
	case KSTD_U64:
		p = json_put_u64(p, kstd_node_u64(n));
		break;
	case KSTD_S64:
		p = json_put_s64(p, kstd_node_s64(n));
		break;
	case KSTD_ADDRESS:
		p = json_put_address(p, kstd_node_u64(n));
		break;
	case KSTD_TEXT:
		mem = kstd_node_mem(n, &len);
		json_text_at(j, p, mem, len);
		return;
	case KSTD_BYTES:
		mem = kstd_node_mem(n, &len);
		json_bytes_at(j, mem, len);
		return;
	}
	json_wrote(j, p);
}

static void put_object(struct json *j, const char *name, const struct kstd_node *n);
static void put_elements(struct json *j, const char *name, const struct kstd_node *n);

static inline __attribute__((always_inline)) void
put_node(struct json *j, const char *name, const struct kstd_node *n)
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

/*
 * Put the constant members that an object begins with, after its bracket, and keep their
 * text in @run if it is short. Returns the member after them.
 */
static __attribute__((noinline)) const struct kstd_node *
make_run(struct json *j, struct kstd_iter *it, uint32_t id, struct json_run *run)
{
	/* With this room, the buffer is not flushed between the members. */
	bool fits = buf_reserve(j->b, 2 * JSON_RUN_BYTES);
	const struct kstd_node *child = kstd_iter_next(it);
	size_t start = j->b->len - 1;

	run->nr = 0;
	for (; child && kstd_node_constant(child); child = kstd_iter_next(it), run->nr++)
		put_node(j, kstd_node_name(child), child);
	run->next = child ? kstd_node_name(child) : NULL;
	if (child)
		json_key(j, run->next);
	fits &= child && j->b->len > start && j->b->len - start <= JSON_RUN_BYTES;
	run->id = fits ? id : 0;
	run->len = fits ? j->b->len - start : 0;
	if (fits)
		memcpy(run->text, j->b->p + start, run->len);
	return child;
}

/* The run that an object begins with, if it is kept; @it is then at the member after it. */
static inline const struct json_run *find_run(struct json *j, struct kstd_iter *it, uint32_t id,
					      const struct kstd_node *object)
{
	const struct json_run *run = &j->runs[id % JSON_RUNS];

	if (!id || run->id != id)
		return NULL;
	kstd_iter_begin_at(it, object, run->nr);
	return run;
}

/*
 * Put the members that an object begins with, if they are constant, and the key of the
 * next one, which is returned.
 */
static inline const struct kstd_node *put_run(struct json *j, struct kstd_iter *it,
					      const struct kstd_node *object)
{
	uint32_t id = j->pretty ? 0 : kstd_node_constant(object);
	const struct json_run *run = find_run(j, it, id, object);
	const struct kstd_node *child = run ? kstd_iter_next(it) : NULL;
	bool fits = child && kstd_node_name(child) == run->next;
	char *p = fits ? buf_reserve(j->b, JSON_RUN_BYTES) : NULL;

	if (p) {
		memcpy(p, run->text + 1, JSON_RUN_BYTES);
		json_wrote(j, p + run->len - 1);
		j->led = true;
		j->first = false;
		return child;
	}
	kstd_iter_begin(it, object);
	return id && !run ? make_run(j, it, id, &j->runs[id % JSON_RUNS]) : kstd_iter_next(it);
}

/*
 * Put an element that is an object of a run and one leaf, as most fields are. Returns false
 * if it is something else, or if its run is not kept yet.
 */
static inline bool put_field(struct json *j, const struct kstd_node *object)
{
	struct kstd_iter it;
	const struct json_run *run = find_run(j, &it, j->pretty ? 0 : kstd_node_constant(object),
					      object);
	const struct kstd_node *leaf = run ? kstd_iter_next(&it) : NULL;
	char *p;

	if (!leaf || kstd_node_name(leaf) != run->next || kstd_node_type(leaf) == KSTD_OBJECT ||
	    kstd_node_type(leaf) == KSTD_LIST || kstd_iter_next(&it))
		return false;
	p = buf_reserve(j->b, 2 + JSON_RUN_BYTES + JSON_ROOM);
	if (!p)
		return false;
	*p = ',';
	p += !j->first;
	memcpy(p, run->text, JSON_RUN_BYTES);
	p += run->len;
	json_wrote(j, p);
	put_leaf(j, p, leaf);
	buf_char(j->b, '}');
	j->first = false;
	return true;
}

static void put_object(struct json *j, const char *name, const struct kstd_node *n)
{
	const struct kstd_node *child;
	struct kstd_iter it;

	json_open(j, name, '{');
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
		if (!put_field(j, child))
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
