/* SPDX-License-Identifier: GPL-2.0 */

/* Where the bytes of the hex view come from: payloads of a section, or memory. */

#ifndef BROWSE_HEX_SOURCE_H
#define BROWSE_HEX_SOURCE_H

#include "session.h"

#define HEX_PARTS_MAX	1000000

/**
 * struct hex_part - the bytes of a field, or bytes between fields
 * @start, @end: offsets in the view
 * @data: the bytes; the index of the section has them
 * @address: place of the byte at @start, if @has_place
 * @in_memory: @address is a physical address, and not an offset in the file
 * @framing: counts, versions and lengths within a field
 * @field: path of the field, as an offset in &struct hex_source.names; 0: not decoded
 */
struct hex_part {
	uint64_t start;
	uint64_t end;
	const uint8_t *data;
	uint64_t address;
	bool in_memory;
	bool has_place;
	bool framing;
	uint32_t field;
};

/**
 * struct hex_source - the payloads of a section, one after the other; or memory
 * @memory: the offsets are physical addresses, and there are no parts
 * @parts: @nr of them, ascending; there is room for @room
 * @names: paths of fields, NUL-terminated
 * @size: number of bytes; %UINT64_MAX for memory
 */
struct hex_source {
	struct session *session;
	bool memory;
	struct hex_part *parts;
	size_t nr;
	size_t room;
	char *names;
	size_t names_len;
	size_t names_room;
	uint64_t size;
};

/*
 * Take the payloads of section @nr and its subsections; false if there are none, or memory is
 * short.
 */
bool hex_section(struct hex_source *s, struct session *session, struct image *im, uint64_t nr);

/* Take physical memory. */
void hex_memory(struct hex_source *s, struct session *session);
void hex_free(struct hex_source *s);

/* The part that has a byte; NULL if no part has it. */
const struct hex_part *hex_part_at(const struct hex_source *s, uint64_t at);
const char *hex_field(const struct hex_source *s, const struct hex_part *part);

/* The offset of the first byte of a field, or of a field within it; 0 if there is none. */
uint64_t hex_find(const struct hex_source *s, const char *field);

/* The value of a byte; a negative &enum kstd_presence if the source does not have the byte. */
int hex_byte(const struct hex_source *s, uint64_t at);

#endif
