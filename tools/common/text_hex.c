// SPDX-License-Identifier: GPL-2.0

#include "text_hex.h"
#include "text_value.h"

#define WIDTH	16

/**
 * struct place - the place of bytes
 * @address: physical address; NULL if it is not known
 * @file: offset in the file; NULL if it is not known
 */
struct place {
	const struct kstd_node *address;
	const struct kstd_node *file;
};

static const struct kstd_node *known(const struct kstd_node *part, const char *name)
{
	const struct kstd_node *n = kstd_node_get(part, name);

	return n && kstd_node_type(n) != KSTD_NULL ? n : NULL;
}

static struct place place_of(const struct kstd_node *part)
{
	return (struct place){ known(part, "address"), known(part, "file_offset") };
}

static void put_heading(struct buf *b, const struct kstd_node *part, unsigned int indent)
{
	struct place at = place_of(part);

	buf_fill(b, ' ', indent);
	buf_printf(b, "%-8s", "payload");
	if (at.address)
		buf_str(b, "  address");
	else if (at.file)
		buf_str(b, "  file");
	buf_char(b, '\n');
}

static void put_place(struct buf *b, const struct kstd_node *part, uint64_t i)
{
	struct place at = place_of(part);

	buf_printf(b, "%08llx", (unsigned long long)
		   (kstd_node_u64(kstd_node_get(part, "offset")) + i));
	if (at.address)
		buf_printf(b, "  0x%016llx", (unsigned long long)(kstd_node_u64(at.address) + i));
	else if (at.file)
		buf_printf(b, "  %08llx", (unsigned long long)(kstd_node_u64(at.file) + i));
}

static void put_bytes(struct buf *b, const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < WIDTH; i++) {
		buf_str(b, i == WIDTH / 2 || !i ? "  " : " ");
		if (i < len)
			buf_hex(b, p + i, 1, "");
		else
			buf_str(b, "  ");
	}
	buf_str(b, "  |");
	for (size_t i = 0; i < len; i++)
		buf_char(b, p[i] >= 0x20 && p[i] < 0x7f ? p[i] : '.');
	buf_char(b, '|');
}

/* Put the field that the bytes belong to, in the first line of a part. */
static void put_owner(struct buf *b, const struct kstd_node *part, size_t len)
{
	const struct kstd_node *field = known(part, "field");
	const char *p;
	size_t n;

	buf_fill(b, ' ', WIDTH - len + 2);
	if (!field) {
		buf_str(b, "(not decoded)");
		return;
	}
	p = kstd_node_mem(field, &n);
	text_escaped(b, p, n, 0);
	if (kstd_node_u64(kstd_node_get(part, "framing")))
		buf_str(b, " {");
}

static void put_part(struct buf *b, const struct kstd_node *part, unsigned int indent)
{
	size_t len, n;
	const uint8_t *p = kstd_node_mem(kstd_node_get(part, "data"), &len);

	for (size_t i = 0; i < len; i += n) {
		n = len - i < WIDTH ? len - i : WIDTH;
		buf_fill(b, ' ', indent);
		put_place(b, part, i);
		put_bytes(b, p + i, n);
		if (!i)
			put_owner(b, part, n);
		buf_char(b, '\n');
	}
}

void text_hexdump(struct buf *b, const struct kstd_node *list, unsigned int indent)
{
	const struct kstd_node *part;
	struct kstd_iter it;
	bool first = true;

	kstd_iter_begin(&it, list);
	for (; (part = kstd_iter_next(&it)); first = false) {
		if (first)
			put_heading(b, part, indent);
		put_part(b, part, indent);
	}
	kstd_iter_end(&it);
}
