/* SPDX-License-Identifier: GPL-2.0 */

/* A streaming JSON writer: it keeps no document, only how deep it is. */

#ifndef TOOLS_JSON_H
#define TOOLS_JSON_H

#include "buf.h"
#include "utf8.h"

#define JSON_LEADS	1024	/* a power of two */
#define JSON_LEAD	32

/**
 * struct json_lead - the comma, the key and the colon before a value
 * @key: the key, compared by address: keys are static
 */
struct json_lead {
	const char *key;
	size_t len;
	char text[JSON_LEAD];
};

#define JSON_FORM_LEAVES	64
#define JSON_FORM_BYTES		8192
#define JSON_PIECE		64

/**
 * struct json_form - the text between the leaves of an object, which many objects share
 * @id: their form, see kstd_node_leaves(); 0: none yet
 * @fits: the text is here; else there is too much of it
 * @end: for each leaf where the text before it ends in @text; after the last leaf, the same
 * @text: from the object's bracket on; a piece of it may be copied as %JSON_PIECE bytes
 */
struct json_form {
	uint32_t id;
	bool fits;
	size_t end[JSON_FORM_LEAVES + 1];
	char text[JSON_FORM_BYTES + JSON_PIECE];
};

/**
 * struct json - zero it and set @b before use
 * @pretty: line breaks and indentation
 * @depth: open objects and arrays
 * @first: nothing was written yet at this depth
 * @led: the comma and key of the next value are written already
 * @leads: those of keys that were used before
 * @form: out_json.c keeps the form here that was seen last
 */
struct json {
	struct buf *b;
	bool pretty;
	unsigned int depth;
	bool first;
	bool led;
	struct json_lead leads[JSON_LEADS];
	struct json_form form;
};

/* Room for a value other than a long string; what json_lead() leaves. */
#define JSON_ROOM	64

char *json_slow_lead(struct json *j, const char *key);
const struct json_lead *json_make_lead(struct json *j, const char *key);

static inline struct json_lead *json_lead_slot(struct json *j, const char *key)
{
	return &j->leads[((uintptr_t)key * 0x9e3779b97f4a7c15ULL) >> 54];
}

/*
 * Write what comes before a value: comma, line break, key. Returns where the value goes,
 * for at most JSON_ROOM bytes, which json_wrote() ends; NULL on failure.
 */
static inline __attribute__((always_inline)) char *json_lead(struct json *j, const char *key)
{
	const struct json_lead *l;
	char *p;

	if (__builtin_expect(j->pretty, 0))
		return json_slow_lead(j, key);
	if (j->led) {
		j->led = false;
		return buf_reserve(j->b, JSON_ROOM);
	}
	if (!key) {
		p = buf_reserve(j->b, 1 + JSON_ROOM);
		if (!p)
			return NULL;
		*p = ',';
		p += !j->first && j->depth;
		j->first = false;
		j->b->len = p - j->b->p;
		return p;
	}
	l = json_lead_slot(j, key);
	if (__builtin_expect(l->key != key, 0))
		l = json_make_lead(j, key);
	if (!l)
		return json_slow_lead(j, key);
	p = buf_reserve(j->b, JSON_LEAD + JSON_ROOM);
	if (!p)
		return NULL;
	/* A copy of constant size is one or two instructions. */
	memcpy(p, l->text + j->first, JSON_LEAD - 1);
	p += l->len - j->first;
	j->first = false;
	j->b->len = p - j->b->p;
	return p;
}

static inline void json_wrote(struct json *j, const char *end)
{
	j->b->len = end - j->b->p;
}

/* The parts of values: each is written at @p, and returns its end. */
static inline char *json_put_word(char *p, const char *word, size_t len)
{
	memcpy(p, word, len);
	return p + len;
}

static inline char *json_put_signed(char *p, int64_t v)
{
	if (v < 0)
		*p++ = '-';
	return buf_put_u64(p, v < 0 ? -(uint64_t)v : (uint64_t)v);
}

char *json_put_u64(char *p, uint64_t v);
char *json_put_s64(char *p, int64_t v);
char *json_put_address(char *p, uint64_t v);

/* A string of printable ASCII of up to @len bytes; NULL if it is anything else. */
static inline char *json_put_plain(char *p, const void *mem, size_t len)
{
	const unsigned char *text = mem;
	uint64_t w = UTF8_EACH('x');
	uint32_t head, tail;
	size_t i = 0;

	if (len > JSON_ROOM - 2)
		return NULL;
	*p++ = '"';
	for (; len - i > 8; i += 8) {
		memcpy(&w, text + i, 8);
		memcpy(p + i, &w, 8);
		if (any_special(w))
			return NULL;
	}
	if (len - i >= 4) {
		/* The first and the last four bytes, which may overlap. */
		memcpy(&head, text + i, 4);
		memcpy(&tail, text + len - 4, 4);
		memcpy(p + i, &head, 4);
		memcpy(p + len - 4, &tail, 4);
		if (any_special(head | (uint64_t)tail << 32))
			return NULL;
	} else {
		for (; i < len; i++) {
			if (!ascii_plain[text[i]])
				return NULL;
			p[i] = text[i];
		}
	}
	p[len] = '"';
	return p + len + 1;
}

/* The value after json_lead(): any string, any bytes. */
void json_text_at(struct json *j, char *p, const void *mem, size_t len);
void json_bytes_at(struct json *j, const void *mem, size_t len);

void json_new_line(struct json *j);

/* @key is NULL for an element of an array; it is static, and not escaped. */
static inline void json_open(struct json *j, const char *key, char bracket)
{
	char *p = json_lead(j, key);

	j->depth++;
	j->first = true;
	if (!p)
		return;
	*p++ = bracket;
	json_wrote(j, p);
}

static inline void json_close(struct json *j, char bracket)
{
	j->depth--;
	if (__builtin_expect(j->pretty && !j->first, 0))
		json_new_line(j);
	buf_char(j->b, bracket);
	j->first = false;
}

void json_null(struct json *j, const char *key);
void json_bool(struct json *j, const char *key, bool v);
void json_number(struct json *j, const char *key, uint64_t v);
void json_signed(struct json *j, const char *key, int64_t v);

/* Write the comma, key and colon of the next value; the call that writes the value omits them. */
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
