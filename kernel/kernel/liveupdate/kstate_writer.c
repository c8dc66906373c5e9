// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * kstate_writer.c - bounded writing of trees and payloads
 *
 * A tree is written front to back: header and an empty reservation map, the structure
 * block, then the strings block, which is the same for every tree because the
 * property names are known beforehand. That is what makes it fast: libfdt's
 * sequential writer looks each name up in the strings that it has. Of 10,000 sections of
 * 8 fields, one takes 810 instructions here, its checksum included, and 10,394 with
 * fdt_sw_property() for each field.
 *
 * A writer that ran out of room remembers it and ignores what follows, so that
 * callers check once, at the end.
 */

#include <asm/barrier.h>
#include <linux/build_bug.h>
#include <linux/cache.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/libfdt.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "kstate_internal.h"

#define KSTATE_FDT_VERSION		17
#define KSTATE_FDT_COMPATIBLE_VERSION	16
#define KSTATE_RSVMAP_BYTES		16	/* one empty entry ends the map */

/* Of a large payload, what is copied and summed at once: it stays in the nearest cache. */
#define KSTATE_STEP_BYTES	(8UL << 10)

/* The strings block. Its members' offsets are the property names' offsets. */
#define __KSTATE_MEMBER_OF(sym, name)	char sym[sizeof(name)];
#define __KSTATE_STRING_OF(sym, name)	.sym = name,
#define __KSTATE_OFFSET_OF(sym, name)	offsetof(struct kstate_strings, sym),

struct kstate_strings {
	KSTATE_ABI_PROPS(__KSTATE_MEMBER_OF)
};

static const struct kstate_strings kstate_strings = {
	KSTATE_ABI_PROPS(__KSTATE_STRING_OF)
};

static const u32 kstate_prop_offsets[] = {
	KSTATE_ABI_PROPS(__KSTATE_OFFSET_OF)
};

static size_t kstate_tail_bytes(unsigned int open_nodes)
{
	return (open_nodes + 1) * FDT_TAGSIZE + sizeof(kstate_strings);
}

/* Room for len bytes at the end: where to write, or NULL when counting or full. */
static u8 *kstate_w_room(struct kstate_writer *w, size_t len)
{
	size_t pos = w->pos;

	if (w->full || len > w->cap - pos) {
		w->full = true;
		return NULL;
	}
	w->pos = pos + len;
	return w->buf ? w->buf + pos : NULL;
}

static void kstate_w_be32(struct kstate_writer *w, u32 val)
{
	u8 *p = kstate_w_room(w, sizeof(val));

	if (p)
		put_unaligned_be32(val, p);
}

static void kstate_w_pad(struct kstate_writer *w)
{
	size_t len = -w->pos & (FDT_TAGSIZE - 1);
	u8 *p = kstate_w_room(w, len);

	if (p && len)
		memset(p, 0, len);
}

/**
 * kstate_w_begin - start a tree
 * @w: the writer
 * @buf: where to, aligned to eight bytes; NULL to count only
 * @cap: bytes of @buf, or the most that shall be counted
 *
 * Room for closing two nodes and the tree is kept apart, so that kstate_w_end()
 * works on a writer that is full.
 */
void kstate_w_begin(struct kstate_writer *w, void *buf, size_t cap)
{
	size_t head = sizeof(struct fdt_header) + KSTATE_RSVMAP_BYTES;
	size_t tail = kstate_tail_bytes(2);
	u8 *p;

	*w = (struct kstate_writer){ .buf = buf, .cap = cap > tail ? cap - tail : 0 };
	BUILD_BUG_ON(sizeof(struct fdt_header) % 8);
	p = kstate_w_room(w, head);
	if (p)
		memset(p, 0, head);
}

/**
 * kstate_w_plain - start plain bytes, not a tree
 * @w: the writer
 * @buf: where to; NULL to count only
 * @cap: bytes of @buf, or the most that shall be counted
 */
void kstate_w_plain(struct kstate_writer *w, void *buf, size_t cap)
{
	*w = (struct kstate_writer){ .buf = buf, .cap = cap };
}

/**
 * kstate_w_skip - count bytes without writing them
 * @w: the writer
 * @len: how many
 */
void kstate_w_skip(struct kstate_writer *w, size_t len)
{
	kstate_w_room(w, len);
}

static void kstate_w_header(struct kstate_writer *w, size_t strings)
{
	size_t head = sizeof(struct fdt_header) + KSTATE_RSVMAP_BYTES;
	struct fdt_header *h = (struct fdt_header *)w->buf;

	h->magic = cpu_to_fdt32(FDT_MAGIC);
	h->totalsize = cpu_to_fdt32(w->pos);
	h->off_dt_struct = cpu_to_fdt32(head);
	h->off_dt_strings = cpu_to_fdt32(strings);
	h->off_mem_rsvmap = cpu_to_fdt32(sizeof(struct fdt_header));
	h->version = cpu_to_fdt32(KSTATE_FDT_VERSION);
	h->last_comp_version = cpu_to_fdt32(KSTATE_FDT_COMPATIBLE_VERSION);
	h->size_dt_strings = cpu_to_fdt32(sizeof(kstate_strings));
	h->size_dt_struct = cpu_to_fdt32(strings - head);
}

/**
 * kstate_w_end - close the tree
 * @w: the writer; not full, or taken back to before what did not fit
 * @open_nodes: nodes that are open, at most two
 *
 * Return: bytes of the tree, 0 if the buffer is too small for any tree.
 */
size_t kstate_w_end(struct kstate_writer *w, unsigned int open_nodes)
{
	size_t strings;

	if (w->full)
		return 0;
	w->cap += kstate_tail_bytes(2);
	while (open_nodes--)
		kstate_w_end_node(w);
	kstate_w_be32(w, FDT_END);
	strings = w->pos;
	kstate_w_bytes(w, &kstate_strings, sizeof(kstate_strings));
	if (w->full)
		return 0;
	if (w->buf)
		kstate_w_header(w, strings);
	return w->pos;
}

/**
 * kstate_w_node - open a node
 * @w: the writer
 * @name: its name
 */
void kstate_w_node(struct kstate_writer *w, const char *name)
{
	kstate_w_be32(w, FDT_BEGIN_NODE);
	kstate_w_bytes(w, name, strlen(name) + 1);
	kstate_w_pad(w);
}

static size_t kstate_hex_digits(u64 number)
{
	size_t nr = 1;

	while (number >>= 4)
		nr++;
	return nr;
}

/* The last @nr digits. */
static void kstate_put_hex(u8 *to, u64 number, size_t nr)
{
	for (; nr; number >>= 4)
		to[--nr] = "0123456789abcdef"[number & 0xf];
}

/**
 * kstate_w_hex - write a number as text, in lower-case hex
 * @w: the writer
 * @number: the number
 */
void kstate_w_hex(struct kstate_writer *w, u64 number)
{
	size_t nr = kstate_hex_digits(number);
	u8 *p = kstate_w_room(w, nr);

	if (p)
		kstate_put_hex(p, number, nr);
}

/**
 * kstate_w_node_at - open a node with a unit address
 * @w: the writer, at a multiple of four bytes
 * @name: its name
 * @unit: what follows the name, after an '@', in hex
 */
void kstate_w_node_at(struct kstate_writer *w, const char *name, u64 unit)
{
	size_t len = strlen(name), nr = kstate_hex_digits(unit);
	size_t bytes = kstate_aligned(FDT_TAGSIZE + len + 1 + nr + 1);
	u8 *p = kstate_w_room(w, bytes);

	if (!p)
		return;
	put_unaligned_be32(FDT_BEGIN_NODE, p);
	/* What pads the name, and its NUL. */
	memset(p + bytes - FDT_TAGSIZE, 0, FDT_TAGSIZE);
	p += FDT_TAGSIZE;
	memcpy(p, name, len);
	p[len] = '@';
	kstate_put_hex(p + len + 1, unit, nr);
}

/**
 * kstate_w_nops - fill up a tree with what means nothing
 * @w: the writer, at a multiple of four bytes
 * @pos: position up to which; nothing is written if that has been reached
 */
void kstate_w_nops(struct kstate_writer *w, size_t pos)
{
	while (w->pos < pos && !w->full)
		kstate_w_be32(w, FDT_NOP);
}

/**
 * kstate_w_end_node - close the innermost node
 * @w: the writer
 */
void kstate_w_end_node(struct kstate_writer *w)
{
	kstate_w_be32(w, FDT_END_NODE);
}

static void kstate_put_prop(u8 *p, enum kstate_prop prop, u32 len)
{
	put_unaligned_be32(FDT_PROP, p);
	put_unaligned_be32(len, p + FDT_TAGSIZE);
	put_unaligned_be32(kstate_prop_offsets[prop], p + 2 * FDT_TAGSIZE);
}

/**
 * kstate_w_prop_open - start a property whose length is not known yet
 * @w: the writer
 * @prop: which one
 *
 * Return: position of its value, for kstate_w_prop_close().
 */
size_t kstate_w_prop_open(struct kstate_writer *w, enum kstate_prop prop)
{
	u8 *p = kstate_w_room(w, KSTATE_PROP_HEAD);

	if (p)
		kstate_put_prop(p, prop, 0);
	return w->pos;
}

/**
 * kstate_w_prop_close - end such a property
 * @w: the writer
 * @start: position of its value
 *
 * Return: bytes of the value.
 */
size_t kstate_w_prop_close(struct kstate_writer *w, size_t start)
{
	size_t len = w->pos - start;
	__be32 cell = cpu_to_fdt32(len);

	kstate_w_patch(w, start - 2 * FDT_TAGSIZE, &cell, sizeof(cell));
	kstate_w_pad(w);
	return len;
}

/**
 * kstate_w_prop_room - a property whose value the caller writes
 * @w: the writer
 * @prop: which one
 * @len: bytes of the value
 *
 * Return: where to, valid as long as the buffer is; NULL when counting or full.
 */
void *kstate_w_prop_room(struct kstate_writer *w, enum kstate_prop prop, size_t len)
{
	size_t bytes = kstate_aligned(len);
	u8 *p = kstate_w_room(w, KSTATE_PROP_HEAD + bytes);

	if (!p)
		return NULL;
	kstate_put_prop(p, prop, len);
	p += KSTATE_PROP_HEAD;
	if (bytes > len)
		memset(p + len, 0, bytes - len);
	return p;
}

/**
 * kstate_w_prop - write a property
 * @w: the writer
 * @prop: which one
 * @data: its value
 * @len: bytes of it
 */
void kstate_w_prop(struct kstate_writer *w, enum kstate_prop prop,
		   const void *data, size_t len)
{
	void *p = kstate_w_prop_room(w, prop, len);

	if (p)
		memcpy(p, data, len);
}

/**
 * kstate_w_prop_str - write a property that is a string
 * @w: the writer
 * @prop: which one
 * @str: the string
 */
void kstate_w_prop_str(struct kstate_writer *w, enum kstate_prop prop,
		       const char *str)
{
	kstate_w_prop(w, prop, str, strlen(str) + 1);
}

/**
 * kstate_w_prop_u32 - write a property of one cell
 * @w: the writer
 * @prop: which one
 * @val: its value
 */
void kstate_w_prop_u32(struct kstate_writer *w, enum kstate_prop prop, u32 val)
{
	__be32 cell = cpu_to_fdt32(val);

	kstate_w_prop(w, prop, &cell, sizeof(cell));
}

/**
 * kstate_w_prop_u64 - write a property of two cells
 * @w: the writer
 * @prop: which one
 * @val: its value
 */
void kstate_w_prop_u64(struct kstate_writer *w, enum kstate_prop prop, u64 val)
{
	__be64 cells = cpu_to_fdt64(val);

	kstate_w_prop(w, prop, &cells, sizeof(cells));
}

/**
 * kstate_w_bytes - write bytes, unaligned
 * @w: the writer
 * @data: the bytes
 * @len: their number
 */
void kstate_w_bytes(struct kstate_writer *w, const void *data, size_t len)
{
	u8 *p = kstate_w_room(w, len);

	if (p)
		kstate_copy(p, data, len);
}

/**
 * kstate_w_summed - write bytes, and add them to a checksum
 * @w: the writer
 * @crc: the checksum so far
 * @data: the bytes
 * @len: their number, a lot
 *
 * The source is read once, and the sum is that of the destination, step by step while
 * it is in the nearest cache: what is written is what was summed, also if @data changes
 * meanwhile. Stores past the cache are no faster than the processor's own copy of
 * a step, and on some processors half as fast.
 *
 * Return: the new checksum; @crc when counting or full.
 */
u32 kstate_w_summed(struct kstate_writer *w, u32 crc, const void *data, size_t len)
{
	u8 *p = kstate_w_room(w, len);

	while (p && len) {
		size_t step = min(len, KSTATE_STEP_BYTES);

		memcpy(p, data, step);
		crc = kstate_crc_add(crc, p, step);
		p += step;
		data += step;
		len -= step;
	}
	return crc;
}

/**
 * kstate_w_pieces - write values of an object
 * @w: the writer
 * @obj: the object
 * @pieces: its values
 * @nr: number of @pieces
 * @bytes: of all of them
 */
void kstate_w_pieces(struct kstate_writer *w, const void *obj,
		     const struct kstate_piece *pieces, size_t nr, size_t bytes)
{
	u8 *p = kstate_w_room(w, bytes);

	if (!p)
		return;
	for (size_t i = 0; i < nr; i++) {
		kstate_copy(p, obj + pieces[i].offset, pieces[i].bytes);
		p += pieces[i].bytes;
	}
}

/**
 * kstate_w_rewind - take back what was written, and that it did not fit
 * @w: the writer
 * @pos: position to go back to
 */
void kstate_w_rewind(struct kstate_writer *w, size_t pos)
{
	w->pos = pos;
	w->full = false;
}

/**
 * kstate_w_patch - replace bytes that have been written
 * @w: the writer
 * @pos: where
 * @data: by what
 * @len: how many
 */
void kstate_w_patch(struct kstate_writer *w, size_t pos, const void *data,
		    size_t len)
{
	if (w->buf && !w->full && pos <= w->pos && len <= w->pos - pos)
		kstate_copy(w->buf + pos, data, len);
}

/**
 * kstate_w_cell - replace a cell of a tree that is published
 * @w: the writer
 * @pos: where; it has been written
 * @val: by what
 *
 * Whoever reads the tree finds the old cell or the new one, and with the new one all that
 * was written before it, even if this processor comes no further.
 */
void kstate_w_cell(struct kstate_writer *w, size_t pos, u32 val)
{
	__be32 *cell = (__be32 *)(w->buf + pos);

	if (w->full || pos > w->pos || sizeof(*cell) > w->pos - pos)
		return;
	/* All that was written before comes first: the next kernel may read at any moment. */
	smp_store_release(cell, cpu_to_fdt32(val));
}

/**
 * kstate_w_prop_len - replace the length of such a property
 * @w: the writer
 * @pos: where the property begins
 * @len: bytes of its value
 */
void kstate_w_prop_len(struct kstate_writer *w, size_t pos, size_t len)
{
	kstate_w_cell(w, pos + FDT_TAGSIZE, len);
}

/**
 * kstate_w_prop_name - replace the name of such a property
 * @w: the writer
 * @pos: where the property begins
 * @prop: its new name
 */
void kstate_w_prop_name(struct kstate_writer *w, size_t pos, enum kstate_prop prop)
{
	kstate_w_cell(w, pos + 2 * FDT_TAGSIZE, kstate_prop_offsets[prop]);
}

/**
 * kstate_w_crc - add what has been written to a checksum
 * @w: the writer
 * @crc: the checksum so far
 * @start: position of the first byte
 * @len: number of bytes
 *
 * Return: the new checksum; @crc when counting or full.
 */
u32 kstate_w_crc(const struct kstate_writer *w, u32 crc, size_t start, size_t len)
{
	if (!w->buf || w->full)
		return crc;
	return kstate_crc_add(crc, w->buf + start, len);
}
