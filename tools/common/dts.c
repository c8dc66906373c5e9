// SPDX-License-Identifier: GPL-2.0

#include <stdio.h>
#include <stdlib.h>

#include "dts.h"
#include "utf8.h"

#define FIRST_SLOTS	64

/* What dtc takes in names; "@" once, before the unit address. */
static bool is_legal(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr(",._+-@", c));
}

bool dts_name(char *name, const void *mem, size_t len)
{
	const char *p = mem;
	bool unit = false;
	size_t n = 0;

	for (; n < len && n < DTS_NAME - 1; n++) {
		bool legal = is_legal(p[n]) && !(p[n] == '@' && (unit || !n));

		name[n] = legal ? p[n] : '_';
		unit |= name[n] == '@';
	}
	name[n] = 0;
	return n;
}

static uint64_t hash_of(const char *name)
{
	uint64_t h = 0xcbf29ce484222325ULL;

	for (; *name; name++)
		h = (h ^ (uint8_t)*name) * 0x100000001b3ULL;
	return h ? h : 1;
}

/* The slot of a hash, or the one that it may have. */
static uint64_t *slot_of(const struct dts_names *names, uint64_t hash)
{
	size_t i = (hash ^ hash >> 32) & (names->size - 1);

	while (names->hashes[i] && names->hashes[i] != hash)
		i = (i + 1) & (names->size - 1);
	return &names->hashes[i];
}

static bool grow(struct dts_names *names)
{
	struct dts_names more = { .size = names->size ? 2 * names->size : FIRST_SLOTS };

	more.hashes = calloc(more.size, sizeof(*more.hashes));
	if (!more.hashes)
		return false;
	for (size_t i = 0; i < names->size; i++)
		if (names->hashes[i])
			*slot_of(&more, names->hashes[i]) = names->hashes[i];
	more.nr = names->nr;
	free(names->hashes);
	*names = more;
	return true;
}

bool dts_names_take(struct dts_names *names, const char *name)
{
	uint64_t *slot;

	if (2 * names->nr >= names->size && !grow(names))
		return false;
	slot = slot_of(names, hash_of(name));
	if (*slot)
		return false;
	*slot = hash_of(name);
	names->nr++;
	return true;
}

void dts_names_free(struct dts_names *names)
{
	free(names->hashes);
	*names = (struct dts_names){ 0 };
}

static void start_line(struct dts *d)
{
	buf_fill(d->b, '\t', d->depth);
	d->opened = false;
}

void dts_open(struct dts *d, const char *name)
{
	if (d->depth && !d->opened)
		buf_char(d->b, '\n');
	start_line(d);
	buf_str(d->b, name);
	buf_str(d->b, " {\n");
	d->depth++;
	d->opened = true;
}

void dts_close(struct dts *d)
{
	d->depth--;
	start_line(d);
	buf_str(d->b, "};\n");
}

void dts_null(struct dts *d, const char *key)
{
	start_line(d);
	buf_str(d->b, key);
	buf_str(d->b, ";\n");
}

void dts_begin(struct dts *d, const char *key)
{
	start_line(d);
	buf_str(d->b, key);
	d->values = 0;
}

void dts_end(struct dts *d)
{
	buf_str(d->b, ";\n");
}

static void start_value(struct dts *d)
{
	buf_str(d->b, d->values++ ? ", " : " = ");
}

void dts_cell(struct dts *d, uint32_t v, bool hex)
{
	start_value(d);
	buf_printf(d->b, hex ? "<0x%x>" : "<%u>", v);
}

void dts_signed(struct dts *d, int32_t v)
{
	start_value(d);
	buf_printf(d->b, v < 0 ? "<(%d)>" : "<%d>", v);
}

void dts_cells(struct dts *d, uint64_t v)
{
	start_value(d);
	buf_printf(d->b, "<0x%x 0x%x>", (uint32_t)(v >> 32), (uint32_t)v);
}

void dts_bytes(struct dts *d, const void *p, size_t len)
{
	start_value(d);
	buf_char(d->b, '[');
	buf_hex(d->b, p, len, " ");
	buf_char(d->b, ']');
}

static void put_escape(struct dts *d, uint8_t c)
{
	if (c == '"' || c == '\\')
		buf_printf(d->b, "\\%c", c);
	else if (c == '\n')
		buf_str(d->b, "\\n");
	else if (c == '\t')
		buf_str(d->b, "\\t");
	else
		buf_printf(d->b, "\\x%02x", c);
}

void dts_text(struct dts *d, const void *mem, size_t len)
{
	const uint8_t *p = mem;
	size_t n;

	start_value(d);
	buf_char(d->b, '"');
	for (size_t i = 0; i < len; i += n) {
		n = ascii_run(p + i, len - i);
		buf_add(d->b, p + i, n);
		if (n)
			continue;
		put_escape(d, p[i]);
		n = 1;
	}
	buf_char(d->b, '"');
}
