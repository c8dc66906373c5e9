// SPDX-License-Identifier: GPL-2.0

#include <kstate-dump.h>

#include "json.h"
#include "utf8.h"

void json_new_line(struct json *j)
{
	buf_char(j->b, '\n');
	buf_fill(j->b, ' ', 2 * j->depth);
}

/* Keep the lead of a key; NULL if the key is too long. */
const struct json_lead *json_make_lead(struct json *j, const char *key)
{
	struct json_lead *l = json_lead_slot(j, key);
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

char *json_slow_lead(struct json *j, const char *key)
{
	if (!j->led) {
		if (!j->first && j->depth)
			buf_char(j->b, ',');
		if (j->depth && j->pretty)
			json_new_line(j);
		if (key) {
			buf_char(j->b, '"');
			buf_str(j->b, key);
			buf_add(j->b, "\": ", j->pretty ? 3 : 2);
		}
	}
	j->led = false;
	j->first = false;
	return buf_reserve(j->b, JSON_ROOM);
}

void json_key(struct json *j, const char *key)
{
	json_lead(j, key);
	j->led = true;
}

void json_null(struct json *j, const char *key)
{
	char *p = json_lead(j, key);

	if (p)
		json_wrote(j, json_put_word(p, "null", 4));
}

void json_bool(struct json *j, const char *key, bool v)
{
	char *p = json_lead(j, key);

	if (p)
		json_wrote(j, v ? json_put_word(p, "true", 4) : json_put_word(p, "false", 5));
}

void json_number(struct json *j, const char *key, uint64_t v)
{
	char *p = json_lead(j, key);

	if (p)
		json_wrote(j, buf_put_u64(p, v));
}

void json_signed(struct json *j, const char *key, int64_t v)
{
	char *p = json_lead(j, key);

	if (p)
		json_wrote(j, json_put_signed(p, v));
}

char *json_put_u64(char *p, uint64_t v)
{
	*p++ = '"';
	p = buf_put_u64(p, v);
	*p++ = '"';
	return p;
}

char *json_put_s64(char *p, int64_t v)
{
	*p++ = '"';
	p = json_put_signed(p, v);
	*p++ = '"';
	return p;
}

void json_u64(struct json *j, const char *key, uint64_t v)
{
	char *p = json_lead(j, key);

	if (p)
		json_wrote(j, json_put_u64(p, v));
}

void json_s64(struct json *j, const char *key, int64_t v)
{
	char *p = json_lead(j, key);

	if (p)
		json_wrote(j, json_put_s64(p, v));
}

char *json_put_address(char *p, uint64_t v)
{
	static const char digits[] = "0123456789abcdef";
	unsigned int bits = 64 - __builtin_clzll(v | 1);

	p = json_put_word(p, "\"0x", 3);
	for (int shift = (bits - 1) / 4 * 4; shift >= 0; shift -= 4)
		*p++ = digits[v >> shift & 15];
	*p++ = '"';
	return p;
}

void json_address(struct json *j, const char *key, uint64_t v)
{
	char *p = json_lead(j, key);

	if (p)
		json_wrote(j, json_put_address(p, v));
}

static void escape(struct json *j, uint32_t c)
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
		if (c < 0x10000)
			buf_printf(j->b, "\\u%04x", c);
		else
			buf_printf(j->b, "\\u%04x\\u%04x", 0xd800 + ((c - 0x10000) >> 10),
				   0xdc00 + (c & 0x3ff));
	}
}

/* @p is well-formed UTF-8. */
static void put_string(struct json *j, const unsigned char *p, size_t len)
{
	size_t from = 0, n;
	uint32_t c;

	buf_char(j->b, '"');
	for (size_t i = 0; i < len; i += n) {
		n = kstd_utf8_code(p + i, len - i, &c);
		if (c != '"' && c != '\\' && !kstd_utf8_hidden(c))
			continue;
		buf_add(j->b, p + from, i - from);
		escape(j, c);
		from = i + n;
	}
	buf_add(j->b, p + from, len - from);
	buf_char(j->b, '"');
}

static void put_hex(struct json *j, const void *p, size_t len)
{
	buf_char(j->b, '{');
	j->depth++;
	j->first = true;
	json_lead(j, "hex");
	buf_char(j->b, '"');
	buf_hex(j->b, p, len, "");
	buf_char(j->b, '"');
	json_close(j, '}');
}

void json_text_at(struct json *j, char *p, const void *mem, size_t len)
{
	char *end = json_put_plain(p, mem, len);

	if (end)
		json_wrote(j, end);
	else if (utf8_valid(mem, len))
		put_string(j, mem, len);
	else
		put_hex(j, mem, len);
}

void json_bytes_at(struct json *j, const void *mem, size_t len)
{
	put_hex(j, mem, len);
}

void json_text(struct json *j, const char *key, const void *mem, size_t len)
{
	char *p = json_lead(j, key);

	if (p)
		json_text_at(j, p, mem, len);
}

void json_str(struct json *j, const char *key, const char *s)
{
	json_text(j, key, s, strlen(s));
}

void json_bytes(struct json *j, const char *key, const void *mem, size_t len)
{
	if (json_lead(j, key))
		put_hex(j, mem, len);
}

void json_end(struct json *j)
{
	buf_char(j->b, '\n');
}
