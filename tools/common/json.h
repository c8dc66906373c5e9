/* SPDX-License-Identifier: GPL-2.0 */

/* A streaming JSON writer: it keeps no document, only how deep it is. */

#ifndef TOOLS_JSON_H
#define TOOLS_JSON_H

#include "buf.h"

#define JSON_LEADS	256
#define JSON_LEAD	32

/**
 * struct json_lead - what stands before the value of a key, from the comma on
 * @key: whose it is, by address: keys are static
 */
struct json_lead {
	const char *key;
	size_t len;
	char text[JSON_LEAD];
};

#define JSON_RUNS	64
#define JSON_RUN	4
#define JSON_RUN_BYTES	96

/**
 * struct json_run - leading members of an object that come again and again
 * @ids: what they are, @nr of them
 * @next: the key that follows them
 * @text: what they look like, that key and its colon included
 */
struct json_run {
	uint32_t ids[JSON_RUN];
	uint32_t nr;
	uint32_t len;
	const char *next;
	char text[JSON_RUN_BYTES];
};

/**
 * struct json - zero it and set @b before use
 * @pretty: line breaks and indentation
 * @depth: open objects and arrays
 * @first: nothing was written yet at this depth
 * @led: the next value's key was written already
 * @leads: of keys that were used
 * @runs: see &struct json_run; for the caller
 */
struct json {
	struct buf *b;
	bool pretty;
	unsigned int depth;
	bool first;
	bool led;
	struct json_lead leads[JSON_LEADS];
	struct json_run runs[JSON_RUNS];
};

/* @key is NULL for an element of an array; it is static, and not escaped. */
void json_open(struct json *j, const char *key, char bracket);
void json_close(struct json *j, char bracket);
void json_null(struct json *j, const char *key);
void json_bool(struct json *j, const char *key, bool v);
void json_number(struct json *j, const char *key, uint64_t v);
void json_signed(struct json *j, const char *key, int64_t v);

/* The comma, key and colon of the value that is to be written next. */
void json_key(struct json *j, const char *key);

/* Integers as decimal strings. */
void json_u64(struct json *j, const char *key, uint64_t v);
void json_s64(struct json *j, const char *key, int64_t v);

/* "0x..." */
void json_address(struct json *j, const char *key, uint64_t v);

/* A string; bytes that are not UTF-8 become {"hex":"..."}. */
void json_text(struct json *j, const char *key, const void *p, size_t len);
void json_str(struct json *j, const char *key, const char *s);

/* {"hex":"..."} */
void json_bytes(struct json *j, const char *key, const void *p, size_t len);

/* End the document. */
void json_end(struct json *j);

#endif
