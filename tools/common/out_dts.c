// SPDX-License-Identifier: GPL-2.0

/*
 * Device tree source. An object is a node: first its leaves and its lists of leaves
 * of one kind, as properties, then the rest, as nodes. The elements of other lists
 * are nodes, too, named after what they are, or numbered.
 */

#include <stdio.h>

#include "doc.h"

static void put_node(struct dts *d, const char *name, const struct kstd_node *n);

enum shape {
	NODE,	/* not a property */
	CELL,	/* one cell */
	CELLS,	/* two */
	TEXT,
	BYTES,
	EMPTY,	/* a property without a value */
};

static enum shape leaf_shape(const struct kstd_node *n)
{
	switch (kstd_node_type(n)) {
	case KSTD_NULL:
		return EMPTY;
	case KSTD_BOOL:
	case KSTD_U32:
	case KSTD_S32:
		return CELL;
	case KSTD_U64:
	case KSTD_S64:
	case KSTD_ADDRESS:
	case KSTD_SIZE:
	case KSTD_NS:
		return CELLS;
	case KSTD_TEXT:
		return TEXT;
	case KSTD_BYTES:
		return BYTES;
	case KSTD_OBJECT:
	case KSTD_LIST:
		break;
	}
	return NODE;
}

/* A list is a property if it is one kind of numbers, or texts. */
static enum shape list_shape(const struct kstd_node *list)
{
	enum shape shape = NODE, first = NODE;
	const struct kstd_node *n;
	struct kstd_iter it;

	kstd_iter_begin(&it, list);
	n = kstd_iter_next(&it);
	if (n)
		first = shape = leaf_shape(n);
	while (first != NODE && shape == first && (n = kstd_iter_next(&it)))
		shape = leaf_shape(n);
	kstd_iter_end(&it);
	return shape == first && first != EMPTY && first != BYTES ? first : NODE;
}

static enum shape shape_of(const struct kstd_node *n)
{
	return kstd_node_type(n) == KSTD_LIST ? list_shape(n) : leaf_shape(n);
}

static void put_value(struct dts *d, const struct kstd_node *n)
{
	size_t len;
	const void *p = kstd_node_mem(n, &len);

	switch (kstd_node_type(n)) {
	case KSTD_S32:
		dts_signed(d, kstd_node_s64(n));
		break;
	case KSTD_S64:
		dts_cells(d, kstd_node_s64(n));
		break;
	case KSTD_BOOL:
	case KSTD_U32:
		dts_cell(d, kstd_node_u64(n), kstd_node_style(n) == KSTD_STYLE_HEX);
		break;
	case KSTD_TEXT:
		dts_text(d, p, len);
		break;
	case KSTD_BYTES:
		dts_bytes(d, p, len);
		break;
	default:
		dts_cells(d, kstd_node_u64(n));
	}
}

/* dtc wants a property "name" to be that of its node. */
static const char *legal_key(const char *key)
{
	return strcmp(key, "name") ? key : "kstate,name";
}

static void put_property(struct dts *d, const char *key, const struct kstd_node *n)
{
	const struct kstd_node *element;
	struct kstd_iter it;

	if (kstd_node_type(n) == KSTD_NULL) {
		dts_null(d, legal_key(key));
		return;
	}
	dts_begin(d, legal_key(key));
	if (kstd_node_type(n) != KSTD_LIST)
		put_value(d, n);
	kstd_iter_begin(&it, n);
	while (kstd_node_type(n) == KSTD_LIST && (element = kstd_iter_next(&it)))
		put_value(d, element);
	kstd_iter_end(&it);
	dts_end(d);
}

/* What an element is called: by its member "section" or "name". */
static bool own_name(const struct kstd_node *n, char *name)
{
	const struct kstd_node *text = kstd_node_get(n, "section");
	const void *p;
	size_t len;

	if (!text)
		text = kstd_node_get(n, "name");
	if (!text || kstd_node_type(text) != KSTD_TEXT)
		return false;
	p = kstd_node_mem(text, &len);
	return dts_name(name, p, len);
}

/* A name that no sibling has: what it is called, its number, or both. */
static void element_name(const struct kstd_node *n, struct dts_names *names, uint64_t i,
			 char *name, size_t size)
{
	char own[DTS_NAME] = "";

	snprintf(name, size, "%s", own_name(n, own) ? own : "");
	if (*name && dts_names_take(names, name))
		return;
	snprintf(name, size, "%s%s%llu", own, *own ? "," : "", (unsigned long long)i);
	for (int more = 1; !dts_names_take(names, name) && more < 1000; more++)
		snprintf(name, size, "%s,%llu,%d", own, (unsigned long long)i, more);
}

/* A leaf among elements that are no leaves, or of another kind. */
static void put_lone(struct dts *d, const char *name, const struct kstd_node *n)
{
	dts_open(d, name);
	if (kstd_node_type(n) != KSTD_NULL)
		put_property(d, "value", n);
	dts_close(d);
}

static void put_elements(struct dts *d, const struct kstd_node *list)
{
	char name[DTS_NAME + 40];
	struct dts_names names = { 0 };
	const struct kstd_node *n;
	struct kstd_iter it;
	uint64_t i = 0;

	kstd_iter_begin(&it, list);
	for (; (n = kstd_iter_next(&it)); i++) {
		element_name(n, &names, i, name, sizeof(name));
		if (leaf_shape(n) == NODE)
			put_node(d, name, n);
		else
			put_lone(d, name, n);
	}
	kstd_iter_end(&it);
	dts_names_free(&names);
}

static void put_members(struct dts *d, const struct kstd_node *object, bool properties)
{
	const struct kstd_node *n;
	struct kstd_iter it;

	kstd_iter_begin(&it, object);
	while ((n = kstd_iter_next(&it))) {
		bool property = shape_of(n) != NODE;

		if (property && properties)
			put_property(d, kstd_node_name(n), n);
		else if (!property && !properties)
			put_node(d, kstd_node_name(n), n);
	}
	kstd_iter_end(&it);
}

static void put_node(struct dts *d, const char *name, const struct kstd_node *n)
{
	dts_open(d, name);
	if (kstd_node_type(n) == KSTD_LIST) {
		put_elements(d, n);
	} else {
		put_members(d, n, true);
		put_members(d, n, false);
	}
	dts_close(d);
}

static void start(struct out *out)
{
	out->dts = (struct dts){ .b = &out->b };
	buf_str(&out->b, "/dts-v1/;\n\n");
}

static void open_object(struct out *out, const char *key)
{
	dts_open(&out->dts, key ? key : "/");
}

static void close_object(struct out *out)
{
	dts_close(&out->dts);
}

static void node(struct out *out, const char *key, const struct kstd_node *n)
{
	/* Properties of the node that is open came before. */
	put_node(&out->dts, key, n);
}

static void text(struct out *out, const char *key, const char *s)
{
	struct dts *d = &out->dts;

	if (!s) {
		dts_null(d, key);
		return;
	}
	dts_begin(d, key);
	dts_text(d, s, strlen(s));
	dts_end(d);
}

static void bytes(struct out *out, const char *key, uint64_t v)
{
	struct dts *d = &out->dts;

	if (v == KSTD_NO_OFFSET) {
		dts_null(d, key);
		return;
	}
	dts_begin(d, key);
	dts_cells(d, v);
	dts_end(d);
}

static void empty(struct out *out, const char *key)
{
	dts_open(&out->dts, key);
	dts_close(&out->dts);
}

static void finish(struct out *out)
{
	(void)out;
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

const struct out_ops out_dts = {
	.name = "dts",
	.begin = doc_begin,
	.node = doc_node,
	.end = doc_end,
	.fail = doc_fail,
	.doc = &doc,
};
