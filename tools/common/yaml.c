// SPDX-License-Identifier: GPL-2.0

#include <stdio.h>
#include <strings.h>

#include <kstate-dump.h>

#include "utf8.h"
#include "yaml.h"

#define INDENT	2

static void new_line(struct yaml *y)
{
	buf_char(y->b, '\n');
	buf_fill(y->b, ' ', INDENT * (y->depth - 1));
}

/* Put what comes before a value: line break and indentation, or comma; "- " or the key. */
static void lead(struct yaml *y, const char *key)
{
	if (y->flow) {
		if (!y->opened)
			buf_str(y->b, ", ");
	} else if (y->item) {
		y->item = false;
	} else if (y->depth) {
		new_line(y);
	}
	y->opened = false;
	if (key) {
		buf_str(y->b, key);
		buf_char(y->b, ':');
	} else if (!y->flow && y->depth) {
		buf_char(y->b, '-');
	}
}

/* Put the blank between a key or dash and a value in the same line. */
static void gap(struct yaml *y, const char *key)
{
	if (key || (!y->flow && y->depth))
		buf_char(y->b, ' ');
}

void yaml_open(struct yaml *y, const char *key)
{
	if (y->flow) {
		yaml_open_flow(y, key, '{');
		return;
	}
	lead(y, key);
	/* The first member of an element is in the line of the dash. */
	y->item = !key && y->depth;
	if (y->item)
		buf_char(y->b, ' ');
	y->depth++;
	y->opened = true;
}

void yaml_open_flow(struct yaml *y, const char *key, char bracket)
{
	lead(y, key);
	gap(y, key);
	buf_char(y->b, bracket);
	y->flow++;
	y->opened = true;
}

void yaml_close(struct yaml *y, char bracket)
{
	if (y->flow) {
		y->flow--;
		buf_char(y->b, bracket);
	} else {
		y->depth--;
		if (y->opened)
			buf_str(y->b, y->item ? "" : " ");
		if (y->opened)
			buf_str(y->b, bracket == '}' ? "{}" : "[]");
		y->item = false;
	}
	y->opened = false;
}

void yaml_plain(struct yaml *y, const char *key, const char *text)
{
	lead(y, key);
	gap(y, key);
	buf_str(y->b, text);
}

void yaml_number(struct yaml *y, const char *key, uint64_t v)
{
	lead(y, key);
	gap(y, key);
	buf_u64(y->b, v);
}

void yaml_signed(struct yaml *y, const char *key, int64_t v)
{
	lead(y, key);
	gap(y, key);
	buf_s64(y->b, v);
}

static void quoted(struct yaml *y, const char *key, const char *text)
{
	lead(y, key);
	gap(y, key);
	buf_printf(y->b, "\"%s\"", text);
}

void yaml_u64(struct yaml *y, const char *key, uint64_t v)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)v);
	quoted(y, key, text);
}

void yaml_s64(struct yaml *y, const char *key, int64_t v)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)v);
	quoted(y, key, text);
}

void yaml_address(struct yaml *y, const char *key, uint64_t v)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%llx", (unsigned long long)v);
	quoted(y, key, text);
}

/* Is it a word that some parser does not take for a string? Upper and lower case are the same. */
static bool is_reserved(const char *p, size_t len)
{
	static const char *const words[] = {
		"null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strlen(words[i]) == len && !strncasecmp(words[i], p, len))
			return true;
	return false;
}

/*
 * May a string be written without quotes: a letter first, then no character that means something?
 */
static bool is_plain(const char *p, size_t len)
{
	static const char first[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
	static const char rest[] = "0123456789./@+-*() ";

	if (!len || !memchr(first, p[0], sizeof(first) - 1) || p[len - 1] == ' ')
		return false;
	for (size_t i = 1; i < len; i++)
		if (!memchr(first, p[i], sizeof(first) - 1) &&
		    !memchr(rest, p[i], sizeof(rest) - 1))
			return false;
	return !is_reserved(p, len);
}

/* @p is well-formed UTF-8. */
static void put_string(struct yaml *y, const unsigned char *p, size_t len)
{
	uint32_t c;
	size_t n;

	buf_char(y->b, '"');
	for (size_t i = 0; i < len; i += n) {
		n = kstd_utf8_code(p + i, len - i, &c);
		if (c == '"' || c == '\\')
			buf_printf(y->b, "\\%c", (int)c);
		else if (c == '\n')
			buf_str(y->b, "\\n");
		else if (c == '\t')
			buf_str(y->b, "\\t");
		else if (kstd_utf8_hidden(c))
			buf_printf(y->b, c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
		else
			buf_add(y->b, p + i, n);
	}
	buf_char(y->b, '"');
}

void yaml_bytes(struct yaml *y, const char *key, const void *p, size_t len)
{
	lead(y, key);
	gap(y, key);
	buf_str(y->b, "{hex: \"");
	buf_hex(y->b, p, len, "");
	buf_str(y->b, "\"}");
}

void yaml_text(struct yaml *y, const char *key, const void *p, size_t len)
{
	if (!utf8_valid(p, len)) {
		yaml_bytes(y, key, p, len);
		return;
	}
	lead(y, key);
	gap(y, key);
	if (is_plain(p, len))
		buf_add(y->b, p, len);
	else
		put_string(y, p, len);
}
