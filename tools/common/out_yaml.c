// SPDX-License-Identifier: GPL-2.0

/* YAML: the same document as in JSON, in block style; a list of scalars is one line. */

#include "doc.h"

static void put_node(struct yaml *y, const char *key, const struct kstd_node *n);

static void put_mem(struct yaml *y, const char *key, const struct kstd_node *n)
{
	size_t len;
	const void *p = kstd_node_mem(n, &len);

	if (kstd_node_type(n) == KSTD_TEXT)
		yaml_text(y, key, p, len);
	else
		yaml_bytes(y, key, p, len);
}

static bool is_collection(const struct kstd_node *n)
{
	return kstd_node_type(n) == KSTD_OBJECT || kstd_node_type(n) == KSTD_LIST;
}

static void put_object(struct yaml *y, const char *key, const struct kstd_node *n)
{
	const struct kstd_node *child;
	struct kstd_iter it;

	yaml_open(y, key);
	kstd_iter_begin(&it, n);
	while ((child = kstd_iter_next(&it)))
		put_node(y, kstd_node_name(child), child);
	kstd_iter_end(&it);
	yaml_close(y, '}');
}

static void put_list(struct yaml *y, const char *key, const struct kstd_node *n)
{
	const struct kstd_node *child;
	struct kstd_iter it;

	kstd_iter_begin(&it, n);
	child = kstd_iter_next(&it);
	if (y->flow || !child || !is_collection(child))
		yaml_open_flow(y, key, '[');
	else
		yaml_open(y, key);
	for (; child; child = kstd_iter_next(&it))
		put_node(y, NULL, child);
	kstd_iter_end(&it);
	yaml_close(y, ']');
}

static void put_node(struct yaml *y, const char *key, const struct kstd_node *n)
{
	switch (kstd_node_type(n)) {
	case KSTD_NULL:
		yaml_plain(y, key, "null");
		break;
	case KSTD_OBJECT:
		put_object(y, key, n);
		break;
	case KSTD_LIST:
		put_list(y, key, n);
		break;
	case KSTD_BOOL:
		yaml_plain(y, key, kstd_node_u64(n) ? "true" : "false");
		break;
	case KSTD_U32:
	case KSTD_SIZE:
	case KSTD_NS:
		yaml_number(y, key, kstd_node_u64(n));
		break;
	case KSTD_S32:
		yaml_signed(y, key, kstd_node_s64(n));
		break;
	case KSTD_U64:
		yaml_u64(y, key, kstd_node_u64(n));
		break;
	case KSTD_S64:
		yaml_s64(y, key, kstd_node_s64(n));
		break;
	case KSTD_ADDRESS:
		yaml_address(y, key, kstd_node_u64(n));
		break;
	case KSTD_TEXT:
	case KSTD_BYTES:
		put_mem(y, key, n);
		break;
	}
}

static void start(struct out *out)
{
	out->yaml = (struct yaml){ .b = &out->b };
	buf_str(&out->b, "---");
}

static void open_object(struct out *out, const char *key)
{
	yaml_open(&out->yaml, key);
}

static void close_object(struct out *out)
{
	yaml_close(&out->yaml, '}');
}

static void node(struct out *out, const char *key, const struct kstd_node *n)
{
	put_node(&out->yaml, key, n);
}

static void text(struct out *out, const char *key, const char *s)
{
	if (s)
		yaml_text(&out->yaml, key, s, strlen(s));
	else
		yaml_plain(&out->yaml, key, "null");
}

static void bytes(struct out *out, const char *key, uint64_t v)
{
	if (v == KSTD_NO_OFFSET)
		yaml_plain(&out->yaml, key, "null");
	else
		yaml_number(&out->yaml, key, v);
}

static void empty(struct out *out, const char *key)
{
	yaml_open_flow(&out->yaml, key, '[');
	yaml_close(&out->yaml, ']');
}

static void finish(struct out *out)
{
	buf_char(&out->b, '\n');
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

const struct out_ops out_yaml = {
	.name = "yaml",
	.begin = doc_begin,
	.node = doc_node,
	.end = doc_end,
	.fail = doc_fail,
	.doc = &doc,
};
