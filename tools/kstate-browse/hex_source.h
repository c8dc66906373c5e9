/* SPDX-License-Identifier: GPL-2.0 */

/* Where the bytes of the hex view come from: payloads of a section, or memory. */

#ifndef BROWSE_HEX_SOURCE_H
#define BROWSE_HEX_SOURCE_H

#include "session.h"

#define HEX_PARTS_MAX	1000000

/**
 * struct hex_part - bytes that belong together
 * @start: offset in the view, as is @end
 * @address: of the byte at @start, in memory or in the file
 * @payload: number of the payload that it is in
 * @field: its path, offset in &struct hex_source.names; 0: not decoded
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
 * struct hex_source - payloads one after the other; or memory, if there are no parts
 * @names: paths, NUL-terminated
 * @size: bytes in all; of memory %UINT64_MAX
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

/* The payloads of section @nr and its subsections. False: memory is short, or there are none. */
bool hex_section(struct hex_source *s, struct session *session, struct image *im, uint64_t nr);
void hex_memory(struct hex_source *s, struct session *session);
void hex_free(struct hex_source *s);

/* The part that a byte is in; NULL if there is none. */
const struct hex_part *hex_part_at(const struct hex_source *s, uint64_t at);
const char *hex_field(const struct hex_source *s, const struct hex_part *part);

/* The first byte of a field, or of what is within it; 0 if there is none. */
uint64_t hex_find(const struct hex_source *s, const char *field);

/* A byte: 0 to 255; less than 0 if it is not there, a negative &enum kstd_presence. */
int hex_byte(const struct hex_source *s, uint64_t at);

#endif
