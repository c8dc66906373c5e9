/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
#ifndef _KSTATE_STREAM_H
#define _KSTATE_STREAM_H

/*
 * Bounded writing and reading. Included by kstate_internal.h only.
 */

/* Most fields are as long as a register, or two: no call for those. */
static inline void kstate_copy(void *to, const void *from, size_t len)
{
	if (len == sizeof(u64))
		memcpy(to, from, sizeof(u64));
	else if (len == sizeof(u32))
		memcpy(to, from, sizeof(u32));
	else if (len == 2 * sizeof(u64))
		memcpy(to, from, 2 * sizeof(u64));
	else
		memcpy(to, from, len);
}

/* Bytes up to the next tag of a tree. */
static inline size_t kstate_aligned(size_t bytes)
{
	return (bytes + sizeof(u32) - 1) & ~(sizeof(u32) - 1);
}

/* kstate_stream.c: names of properties */

#define __KSTATE_PROP(sym, name)	KSTATE_PROP_##sym,
enum kstate_prop {
	KSTATE_ABI_PROPS(__KSTATE_PROP)
	KSTATE_NR_PROPS
};
#undef __KSTATE_PROP

const char *kstate_prop_name(enum kstate_prop prop);

/* kstate_writer.c */

/**
 * struct kstate_writer - writes an FDT from front to back
 * @buf: where to; need not be zeroed. NULL to count bytes only
 * @cap: bytes that may be used, the end of the tree kept apart
 * @pos: bytes written so far
 * @full: something did not fit; nothing is written from then on
 *
 * Positions are bytes from the start of @buf.
 */
struct kstate_writer {
	u8 *buf;
	size_t cap;
	size_t pos;
	bool full;
};

/**
 * struct kstate_piece - what is written of an object
 * @field: the field, or the first of several
 * @offset: in the object
 * @bytes: of values, 0 if @field is of another kind
 */
struct kstate_piece {
	const struct kstate_field *field;
	size_t offset;
	size_t bytes;
};

/* Bytes of a property before its value: tag, length, name. */
#define KSTATE_PROP_HEAD	(3 * FDT_TAGSIZE)

/* What a withdrawn section has instead of its payload: two properties. */
#define KSTATE_WITHDRAWN_BYTES	(2 * KSTATE_PROP_HEAD + sizeof(u32) + sizeof(u64))

void kstate_w_begin(struct kstate_writer *w, void *buf, size_t cap);
void kstate_w_plain(struct kstate_writer *w, void *buf, size_t cap);
void kstate_w_skip(struct kstate_writer *w, size_t len);
size_t kstate_w_end(struct kstate_writer *w, unsigned int open_nodes);
void kstate_w_node(struct kstate_writer *w, const char *name);
void kstate_w_node_at(struct kstate_writer *w, const char *name, u64 unit);
void kstate_w_hex(struct kstate_writer *w, u64 number);
void kstate_w_nops(struct kstate_writer *w, size_t pos);
void kstate_w_end_node(struct kstate_writer *w);
void *kstate_w_prop_room(struct kstate_writer *w, enum kstate_prop prop, size_t len);
void kstate_w_prop(struct kstate_writer *w, enum kstate_prop prop,
		   const void *data, size_t len);
void kstate_w_prop_str(struct kstate_writer *w, enum kstate_prop prop,
		       const char *str);
void kstate_w_prop_u32(struct kstate_writer *w, enum kstate_prop prop, u32 val);
void kstate_w_prop_u64(struct kstate_writer *w, enum kstate_prop prop, u64 val);
size_t kstate_w_prop_open(struct kstate_writer *w, enum kstate_prop prop);
size_t kstate_w_prop_close(struct kstate_writer *w, size_t start);
void kstate_w_bytes(struct kstate_writer *w, const void *data, size_t len);
u32 kstate_w_summed(struct kstate_writer *w, u32 crc, const void *data, size_t len);
void kstate_w_pieces(struct kstate_writer *w, const void *obj,
		     const struct kstate_piece *pieces, size_t nr, size_t bytes);
void kstate_w_rewind(struct kstate_writer *w, size_t pos);
void kstate_w_patch(struct kstate_writer *w, size_t pos, const void *data,
		    size_t len);
void kstate_w_cell(struct kstate_writer *w, size_t pos, u32 val);
void kstate_w_prop_len(struct kstate_writer *w, size_t pos, size_t len);
void kstate_w_prop_name(struct kstate_writer *w, size_t pos, enum kstate_prop prop);
u32 kstate_w_crc(const struct kstate_writer *w, u32 crc, size_t start, size_t len);

/* kstate_stream.c */

/**
 * struct kstate_reader - reads a payload from front to back
 * @buf: the payload
 * @len: its bytes
 * @pos: bytes read so far, at most @len
 */
struct kstate_reader {
	const u8 *buf;
	size_t len;
	size_t pos;
};

int kstate_r_bytes(struct kstate_reader *r, void *to, size_t len);
int kstate_r_skip(struct kstate_reader *r, size_t len);
const void *kstate_r_here(const struct kstate_reader *r);

const void *kstate_fdt_prop(const void *fdt, int node, enum kstate_prop prop, int *len);
const void *kstate_fdt_prop_at(const void *fdt, int prop, const char **name, int *len);

/**
 * struct kstate_tag - a walk over the structure block of a tree, tag by tag
 * @block: the block
 * @bytes: its bytes
 * @strings: the strings block
 * @nr_strings: its bytes, up to the last NUL
 * @next: position of the next tag in @block
 * @at: position of this one; of a node, what libfdt calls its offset
 * @depth: how many nodes are open behind this one; the walk's own node is the first
 * @what: FDT_BEGIN_NODE, FDT_PROP, FDT_END_NODE; FDT_END where the tree ends or is
 *	  damaged
 * @name: of the node that begins, or of the property; NUL-terminated
 * @val: value of the property
 * @len: bytes of it
 */
struct kstate_tag {
	const u8 *block;
	size_t bytes;
	const char *strings;
	size_t nr_strings;
	size_t next;
	size_t at;
	unsigned int depth;
	u32 what;
	const char *name;
	const void *val;
	u32 len;
};

int kstate_tag_open(struct kstate_tag *t, const void *fdt, int node);
u32 kstate_tag_next(struct kstate_tag *t);
u32 kstate_tag_item(struct kstate_tag *t, unsigned int depth);

/* kstate_crc.c: checksums */

u32 kstate_crc_section(u32 id, u64 instance, u32 version, u64 fingerprint);
u32 kstate_crc_add(u32 crc, const void *data, size_t len);
u32 kstate_crc_finish(u32 crc);
int kstate_crc_node(const void *fdt, int node, u32 *crc);

#endif /* _KSTATE_STREAM_H */
