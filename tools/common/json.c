// SPDX-License-Identifier: GPL-2.0

#include "json.h"
#include "utf8.h"

static void new_line(struct json *j)
{
	if (!j->pretty)
		return;
	buf_char(j->b, '\n');
	buf_fill(j->b, ' ', 2 * j->depth);
}

static void slow_lead(struct json *j, const char *key)
{
	if (!j->first && j->depth)
		buf_char(j->b, ',');
	if (j->depth)
		new_line(j);
	if (!key)
		return;
	buf_char(j->b, '"');
	buf_str(j->b, key);
	buf_add(j->b, "\": ", j->pretty ? 3 : 2);
}

static inline struct json_lead *slot_of(struct json *j, const char *key)
{
	return &j->leads[((uintptr_t)key * 0x9e3779b97f4a7c15ULL) >> 56];
}

/* The lead of a key; NULL if it is too long to be kept. */
static const struct json_lead *lead_of(struct json *j, const char *key)
{
	struct json_lead *l = slot_of(j, key);
	size_t len = strlen(key);

	if (len + 4 > JSON_LEAD)
		return NULL;
	l->key = key;
	l->len = len + 4;
	memcpy(l->text, ",\"", 2);
	memcpy(l->text + 2, key, len);
	memcpy(l->text + 2 + len, "\":", 2);
	return l;
}

/* What stands before a value: comma, line break, key. */
static inline void lead(struct json *j, const char *key)
{
	const struct json_lead *l;
	bool first = j->first;
	char *p;

	if (j->led) {
		j->led = false;
		return;
	}
	if (!key && !j->pretty && j->depth) {
		if (!first)
			buf_char(j->b, ',');
		j->first = false;
		return;
	}
	if (!key || j->pretty || !j->depth) {
		slow_lead(j, key);
		j->first = false;
		return;
	}
	l = slot_of(j, key);
	if (l->key != key)
		l = lead_of(j, key);
	p = l ? buf_reserve(j->b, JSON_LEAD) : NULL;
	if (!p) {
		slow_lead(j, key);
	} else {
		/* A copy of constant size is one or two instructions. */
		memcpy(p, l->text + first, JSON_LEAD - 1);
		j->b->len += l->len - first;
	}
	j->first = false;
}

void json_key(struct json *j, const char *key)
{
	lead(j, key);
	j->led = true;
}

static void open_bracket(struct json *j, char bracket)
{
	buf_char(j->b, bracket);
	j->depth++;
	j->first = true;
}

void json_open(struct json *j, const char *key, char bracket)
{
	lead(j, key);
	open_bracket(j, bracket);
}

void json_close(struct json *j, char bracket)
{
	j->depth--;
	if (!j->first)
		new_line(j);
	buf_char(j->b, bracket);
	j->first = false;
}

void json_null(struct json *j, const char *key)
{
	lead(j, key);
	buf_str(j->b, "null");
}

void json_bool(struct json *j, const char *key, bool v)
{
	lead(j, key);
	buf_str(j->b, v ? "true" : "false");
}

void json_number(struct json *j, const char *key, uint64_t v)
{
	lead(j, key);
	buf_u64(j->b, v);
}

void json_signed(struct json *j, const char *key, int64_t v)
{
	lead(j, key);
	buf_s64(j->b, v);
}

void json_u64(struct json *j, const char *key, uint64_t v)
{
	char *p;

	lead(j, key);
	p = buf_reserve(j->b, 2 + BUF_U64);
	if (!p)
		return;
	*p = '"';
	p = buf_put_u64(p + 1, v);
	*p++ = '"';
	j->b->len = p - j->b->p;
}

void json_s64(struct json *j, const char *key, int64_t v)
{
	lead(j, key);
	buf_char(j->b, '"');
	buf_s64(j->b, v);
	buf_char(j->b, '"');
}

void json_address(struct json *j, const char *key, uint64_t v)
{
	static const char digits[] = "0123456789abcdef";
	char text[16];
	size_t i = sizeof(text);

	do {
		text[--i] = digits[v & 15];
		v >>= 4;
	} while (v);
	lead(j, key);
	buf_str(j->b, "\"0x");
	buf_add(j->b, text + i, sizeof(text) - i);
	buf_char(j->b, '"');
}

static void escape(struct json *j, unsigned char c)
{
	switch (c) {
	case '"':
	case '\\':
		buf_char(j->b, '\\');
		buf_char(j->b, c);
		break;
	case '\n':
		buf_str(j->b, "\\n");
		break;
	case '\t':
		buf_str(j->b, "\\t");
		break;
	default:
		buf_printf(j->b, "\\u%04x", c);
	}
}

static void put_string(struct json *j, const unsigned char *p, size_t len)
{
	size_t from = 0;

	buf_char(j->b, '"');
	for (size_t i = 0; i < len; i++) {
		if (p[i] >= 0x20 && p[i] != '"' && p[i] != '\\' && p[i] != 0x7f)
			continue;
		buf_add(j->b, p + from, i - from);
		escape(j, p[i]);
		from = i + 1;
	}
	buf_add(j->b, p + from, len - from);
	buf_char(j->b, '"');
}

static void put_hex(struct json *j, const void *p, size_t len)
{
	open_bracket(j, '{');
	lead(j, "hex");
	buf_char(j->b, '"');
	buf_hex(j->b, p, len, "");
	buf_char(j->b, '"');
	json_close(j, '}');
}

/* Does a word have a byte that is not plain? */
static inline bool any_special(uint64_t w)
{
	const uint64_t ones = 0x0101010101010101ULL, tops = 0x80 * ones;
	uint64_t quote = w ^ '"' * ones, backslash = w ^ '\\' * ones;

	return (((w - 0x20 * ones) | (quote - ones) | (backslash - ones) | (w + ones)) & tops) |
	       (w & tops);
}

/* Copy up to eight bytes, the first and the last ones together; false if one is special. */
static inline bool copy_short(char *to, const unsigned char *p, size_t len)
{
	uint32_t head, tail;

	if (len >= 4) {
		memcpy(&head, p, 4);
		memcpy(&tail, p + len - 4, 4);
		memcpy(to, &head, 4);
		memcpy(to + len - 4, &tail, 4);
		return !any_special(head | (uint64_t)tail << 32);
	}
	for (size_t i = 0; i < len; i++) {
		if (!ascii_plain[p[i]])
			return false;
		to[i] = p[i];
	}
	return true;
}

#define PLAIN_TEXT	256	/* bytes that are copied before they are looked at */

/* Text that needs no escapes, checked as it is copied; false if it does, or is long. */
static inline bool plain_text(struct json *j, const unsigned char *p, size_t len)
{
	char *to = len <= PLAIN_TEXT ? buf_reserve(j->b, len + 2) : NULL;
	size_t i = 0;
	uint64_t w;

	if (!to)
		return false;
	*to++ = '"';
	for (; len - i > 8; i += 8) {
		memcpy(&w, p + i, 8);
		memcpy(to + i, &w, 8);
		if (any_special(w))
			return false;
	}
	if (!copy_short(to + i, p + i, len - i))
		return false;
	to[len] = '"';
	j->b->len += len + 2;
	return true;
}

void json_text(struct json *j, const char *key, const void *p, size_t len)
{
	lead(j, key);
	if (plain_text(j, p, len))
		return;
	if (utf8_valid(p, len))
		put_string(j, p, len);
	else
		put_hex(j, p, len);
}

void json_str(struct json *j, const char *key, const char *s)
{
	json_text(j, key, s, strlen(s));
}

void json_bytes(struct json *j, const char *key, const void *p, size_t len)
{
	lead(j, key);
	put_hex(j, p, len);
}

void json_end(struct json *j)
{
	buf_char(j->b, '\n');
}
