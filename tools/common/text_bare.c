// SPDX-License-Identifier: GPL-2.0

#include "text_bare.h"
#include "text_value.h"

static void put_elements(struct out *out, const struct kstd_node *list, const char *between)
{
	const struct kstd_node *n;
	struct kstd_iter it;
	bool first = true;

	kstd_iter_begin(&it, list);
	for (; (n = kstd_iter_next(&it)); first = false) {
		if (!first)
			buf_str(&out->b, between);
		text_bare(out, n);
	}
	kstd_iter_end(&it);
}

static void put_list(struct out *out, const struct kstd_node *list)
{
	switch (kstd_node_style(list)) {
	case KSTD_STYLE_SET:
		put_elements(out, list, ",");
		break;
	case KSTD_STYLE_FLAGS:
		put_elements(out, list, "|");
		break;
	default:
		put_elements(out, list, "\n");
	}
}

/* For a terminal: line ends are written, other control characters are escaped. */
static void put_escaped(struct buf *b, const char *p, size_t len)
{
	const char *end;

	for (; (end = memchr(p, '\n', len)); p = end + 1) {
		text_escaped(b, p, end - p, 0);
		buf_char(b, '\n');
		len -= end + 1 - p;
	}
	text_escaped(b, p, len, 0);
}

static void put_mem(struct out *out, const struct kstd_node *n)
{
	size_t len;
	const void *p = kstd_node_mem(n, &len);

	if (kstd_node_type(n) == KSTD_BYTES && !out->raw)
		buf_hex(&out->b, p, len, "");
	else if (out->terminal && !out->raw)
		put_escaped(&out->b, p, len);
	else
		buf_add(&out->b, p, len);
}

/* "3", or "3-7" */
static void put_parts(struct out *out, const struct kstd_node *object)
{
	const struct text_style style = { .verbose = true, .null = "", .bare = true };

	text_value(&out->b, &style, object);
}

void text_bare(struct out *out, const struct kstd_node *value)
{
	const struct text_style style = { .verbose = true, .null = "", .bare = true };
	const struct kstd_node *n = kstd_node_bare(value);

	switch (kstd_node_type(n)) {
	case KSTD_NULL:
		break;
	case KSTD_OBJECT:
		put_parts(out, n);
		break;
	case KSTD_LIST:
		put_list(out, n);
		break;
	case KSTD_TEXT:
	case KSTD_BYTES:
		put_mem(out, n);
		break;
	case KSTD_ADDRESS:
		buf_printf(&out->b, "0x%llx", (unsigned long long)kstd_node_u64(n));
		break;
	case KSTD_NS:
		buf_u64(&out->b, kstd_node_u64(n));
		break;
	default:
		text_value(&out->b, &style, n);
	}
}
