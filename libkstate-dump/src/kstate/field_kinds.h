/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: field kinds
 *
 * How the payload of a field becomes a node. A new kind needs an entry in the table in
 * field_kinds.c and a decoder in the kinds_*.c file of similar kinds. The format of each
 * kind in a payload is in include/linux/kho/abi/kstate.h.
 *
 * The bytes of a payload bound the work, not the counts in it: every element takes at
 * least a byte, and lists are made while they are iterated over.
 */

#ifndef KSTD_FIELD_KINDS_H
#define KSTD_FIELD_KINDS_H

#include "base/dump.h"
#include "kho/chains.h"
#include "kstate/field_map.h"
#include "kstate/schema.h"

/**
 * struct kstd_field_refs - what decoders call for each field that refers to memory
 * @memory: a field refers to @bytes bytes, not 0, at the physical address @pa
 * @area: a field has the descriptor of a vmalloc area
 *
 * @where is the place of the payload, followed by the name of the field.
 */
struct kstd_field_refs {
	void (*memory)(struct kstd_field_refs *refs, const struct kstd_where *where, uint64_t pa,
		       uint64_t bytes, enum kstd_ref_kind kind);
	void (*area)(struct kstd_field_refs *refs, const struct kstd_where *where,
		     const struct kstd_area *area);
};

/**
 * struct kstd_payload - a payload stream that is being decoded
 * @dump: for defects and the error
 * @arena: for nodes
 * @where: the place of the stream
 * @s: what is left of the stream
 * @depth: streams that this one is in, itself included
 * @big: byte order of the producer
 * @bit: for bitmaps, which have no whole elements: the next bit
 * @page_size: of the producer in bytes; 0 if it is not known
 * @marks: takes the bytes that belong to each field; may be NULL. If it is not, lists of
 *         structs are decoded at once
 * @refs: takes the memory that fields refer to; may be NULL. If it is not, lists are
 *        decoded at once
 * @odd: a value was decoded, but no correct producer writes such a value; the error is
 *       in the context
 */
struct kstd_payload {
	struct kstd_dump *dump;
	struct kstd_arena *arena;
	const struct kstd_where *where;
	struct kstd_span s;
	unsigned int depth;
	bool big;
	uint64_t bit;
	uint32_t page_size;
	struct kstd_field_map *marks;
	struct kstd_field_refs *refs;
	bool odd;
};

/**
 * struct kstd_kind - a kind
 * @name: KSTATE_ABI_KINDS
 * @refers: its values refer to memory
 * @decode: take the field from the stream and add its value to @into as
 *          KSTD_K_VALUE; nothing is added on error. @into may be NULL
 */
struct kstd_kind {
	const char *name;
	bool refers;
	int (*decode)(struct kstd_payload *p, const struct kstd_field *f, struct kstd_node *into);
};

/* NULL if the kind is unknown here. */
const struct kstd_kind *kstd_kind_find(const char *name);

/* stream.c: the fields of a stream. */

/**
 * kstd_stream_put - decode fields until the stream ends or cannot be followed
 * @p: the stream; what was not decoded is left in it
 * @d: its description
 * @version: its version
 * @list: for a node of each field
 * @only: the name of the one field that is wanted; empty for all
 *
 * What is wrong is a defect, bytes after the last field included.
 */
void kstd_stream_put(struct kstd_payload *p, const struct kstd_desc *d, uint32_t version,
		     struct kstd_node *list, const struct kstd_span *only);

/**
 * kstd_stream_is_fixed - are all fields of a version simple?
 * @bytes: set to what the stream has then
 *
 * The nodes of two such streams differ in values alone.
 */
bool kstd_stream_is_fixed(const struct kstd_desc *d, uint32_t version, uint64_t *bytes);

/* Give the nodes in @list, which were made of such a stream, the values in another one, @s. */
void kstd_stream_fill(const struct kstd_desc *d, uint32_t version, struct kstd_span s, bool big,
		      struct kstd_node *list);

/* Add what is left of the stream to @n, if anything is. */
void kstd_undecoded_put(struct kstd_payload *p, struct kstd_node *n);

/* value.c: plain elements. */

/* Add the elements of @f, which are all of @raw, to @into as KSTD_K_VALUE. */
void kstd_value_put(struct kstd_payload *p, const struct kstd_field *f, struct kstd_span raw,
		    struct kstd_node *into);
/* The same for one element; the number of elements in @f does not matter. */
void kstd_value_put_one(struct kstd_payload *p, const struct kstd_field *f, struct kstd_span raw,
			struct kstd_node *into);
/* The same for any number: a list, text or bytes. */
void kstd_value_put_all(struct kstd_payload *p, const struct kstd_field *f, struct kstd_span raw,
			struct kstd_node *into);

/**
 * kstd_hint_name - the next "<hex value>=<name>" of a hint
 * @names: what is left of them; malformed ones are passed over
 * @left: how many more may be looked at
 *
 * Return: false after the last.
 */
bool kstd_hint_name(struct kstd_span *names, unsigned int *left, uint64_t *value,
		    struct kstd_span *name);

/* Find out whether the values of a field are simple, and if so make f->node[4]. */
void kstd_value_prepare(struct kstd_field *f);

/* Give a copy of that node the value in @raw, which is all of the field. */
void kstd_value_fill(const struct kstd_field *f, struct kstd_span raw, bool big,
		     struct kstd_node *n);

/* element_list.c: lists that are made while they are iterated over. */

/**
 * typedef kstd_make - make an element
 * @p: a payload that begins with the element; moved past it
 * @f: the field
 * @i: number of the element
 * @into: the list; nothing is added at its end
 */
typedef void (*kstd_make)(struct kstd_payload *p, const struct kstd_field *f, uint64_t i,
			  struct kstd_node *into);

/**
 * kstd_lazy_put - add a list to @into as @key
 * @raw: what the elements are made from
 * @nr: how many there will be; %KSTD_NO_COUNT: until @make adds nothing
 *
 * @p is copied, the place included.
 *
 * Return: the list, NULL if memory is short.
 */
struct kstd_node *kstd_lazy_put(struct kstd_payload *p, const struct kstd_field *f,
				struct kstd_span raw, uint64_t nr, kstd_make make,
				struct kstd_node *into, enum kstd_key_index key);

/* Decode every element of @list now, for their bytes in @marks and their @refs. */
void kstd_lazy_decode(const struct kstd_node *list);

/* payload.c: reading values from a payload. */

/* Set the error that the payload ends before @need bytes; returns its code. */
int kstd_too_short(struct kstd_payload *p, uint64_t need);

/* Take an integer from the payload. */
int kstd_get_int(struct kstd_payload *p, size_t size, uint64_t *v);

/* Take a presence byte. */
int kstd_get_presence(struct kstd_payload *p, bool *present);

/* Take the number of elements of a counted field, which must not exceed @f->count. */
int kstd_get_number(struct kstd_payload *p, const struct kstd_field *f, uint64_t *nr);

/* Put null as KSTD_K_VALUE, for a NULL pointer at @at; returns 0. */
int kstd_null_put(struct kstd_payload *p, struct kstd_node *into, uint64_t at);

/* Set @p->odd and the error in the context; the decoder then still returns 0. */
void __attribute__((format(printf, 3, 4)))
kstd_odd(struct kstd_payload *p, uint64_t at, const char *fmt, ...);

#define KSTD_DECODER(name) \
	int name(struct kstd_payload *p, const struct kstd_field *f, struct kstd_node *into)

/* kinds_array.c */
KSTD_DECODER(kstd_decode_varray);
KSTD_DECODER(kstd_decode_pointer_array);
KSTD_DECODER(kstd_decode_string);
KSTD_DECODER(kstd_decode_bitmap);
KSTD_DECODER(kstd_decode_varbitmap);
/* kinds_place.c */
KSTD_DECODER(kstd_decode_folio);
KSTD_DECODER(kstd_decode_address);
KSTD_DECODER(kstd_decode_page);
KSTD_DECODER(kstd_decode_vmalloc);
KSTD_DECODER(kstd_decode_folio_map);
KSTD_DECODER(kstd_decode_folio_array);
/* kinds_struct.c */
KSTD_DECODER(kstd_decode_struct);
KSTD_DECODER(kstd_decode_struct_array);
KSTD_DECODER(kstd_decode_list);
KSTD_DECODER(kstd_decode_map);
KSTD_DECODER(kstd_decode_struct_pointer);
KSTD_DECODER(kstd_decode_struct_pointer_array);

#endif
