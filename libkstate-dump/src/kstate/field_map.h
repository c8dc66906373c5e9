/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: which bytes of a payload belong to which field
 *
 * Decoders note where each field begins and ends, if the payload has a field map. The
 * ranges of the fields of a struct, and of the elements of a list of structs, are within
 * the range of the field that holds them.
 */

#ifndef KSTD_FIELD_MAP_H
#define KSTD_FIELD_MAP_H

#include "base/arena.h"
#include "base/span.h"

/* The bytes of further fields are shown in one piece. */
#define KSTD_MAX_MARKS	1000000

#define KSTD_NO_MARK	UINT32_MAX

/**
 * struct kstd_field_range - a field, or an element of one
 * @name: of the field; NULL for an element
 * @index: of the element
 * @up: index of the range that it is in, or %KSTD_NO_MARK
 * @start: offset in the payload, as is @end
 * @end: the first byte after it
 * @framed: there are ranges within it
 */
struct kstd_field_range {
	const char *name;
	uint64_t index;
	uint32_t up;
	bool framed;
	uint64_t start;
	uint64_t end;
};

/**
 * struct kstd_field_map - the ranges of a payload, each before those within it
 * @at: offset of the payload, as spans have it
 * @current: index of the range that is open, or %KSTD_NO_MARK
 * @full: ranges were left out
 */
struct kstd_field_map {
	uint64_t at;
	struct kstd_field_range *v;
	uint32_t nr;
	size_t room;
	uint32_t current;
	bool full;
};

void kstd_field_map_init(struct kstd_field_map *m, uint64_t at);
void kstd_field_map_free(struct kstd_field_map *m);

/* A field or element begins at @s; @m may be NULL. Returns what kstd_field_map_end() takes. */
uint32_t kstd_field_map_field(struct kstd_field_map *m, const char *name,
			      const struct kstd_span *s);
uint32_t kstd_field_map_element(struct kstd_field_map *m, uint64_t index,
				const struct kstd_span *s);
void kstd_field_map_end(struct kstd_field_map *m, uint32_t mark, const struct kstd_span *s);

/* "many[3].label", in @a; NULL if memory is short. */
const char *kstd_field_map_path(const struct kstd_field_map *m, uint32_t mark,
				struct kstd_arena *a);

/**
 * struct kstd_byte_range - bytes of a payload that belong together
 * @start: offset in the payload, as is @end
 * @mark: index of the range of their field; %KSTD_NO_MARK: they were not decoded
 * @framing: they are no field, but counts, versions and lengths around the fields
 *           within @mark
 */
struct kstd_byte_range {
	uint64_t start;
	uint64_t end;
	uint32_t mark;
	bool framing;
};

/**
 * struct kstd_byte_range_walk - going over the parts of a payload, in order
 * @pos: where the next one begins
 * @next: index of the first range that begins there or later
 * @open: index of the range that @pos is in
 */
struct kstd_byte_range_walk {
	const struct kstd_field_map *marks;
	uint64_t len;
	uint64_t pos;
	uint32_t next;
	uint32_t open;
};

void kstd_byte_range_begin(struct kstd_byte_range_walk *p, const struct kstd_field_map *m,
			   uint64_t len);
bool kstd_byte_range_next(struct kstd_byte_range_walk *p, struct kstd_byte_range *part);

#endif
