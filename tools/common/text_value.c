// SPDX-License-Identifier: GPL-2.0

#include <stdio.h>
#include <time.h>

#include "text_value.h"
#include "utf8.h"

/* Without -v, long values are cut after so many. */
#define MAX_BYTES	32
#define MAX_ELEMENTS	16

/* Sizes below this are not rounded. */
#define EXACT_BELOW	10000

void text_escaped(struct buf *b, const void *mem, size_t len, char quote)
{
	const unsigned char *p = mem;
	size_t n = ascii_run(mem, len);

	buf_add(b, mem, n);
	for (size_t i = n; i < len; i += n) {
		n = kstd_utf8(p + i, len - i);
		if (n && !(n == 1 && ((quote && p[i] == quote) || p[i] == '\\'))) {
			buf_add(b, p + i, n);
			continue;
		}
		if (n)
			buf_printf(b, "\\%c", p[i]);
		else if (p[i] == '\n')
			buf_str(b, "\\n");
		else if (p[i] == '\t')
			buf_str(b, "\\t");
		else
			buf_printf(b, "\\x%02x", p[i]);
		n = 1;
	}
}

void text_message(struct buf *b, const char *text, size_t left)
{
	size_t n;

	for (; left; text += n, left -= n) {
		n = kstd_utf8(text, left);
		if (n)
			buf_add(b, text, n);
		else
			buf_printf(b, "\\x%02x", (unsigned char)*text);
		n = n ? n : 1;
	}
}

void text_to_stderr(const char *program, const char *text)
{
	struct buf line = { 0 };

	text_message(&line, text, strlen(text));
	fprintf(stderr, "%s: %.*s\n", program, (int)line.len, line.p ? line.p : "");
	buf_free(&line);
}

static void put_size(struct buf *b, uint64_t v)
{
	static const char units[] = "KMGTPE";
	double d = v;
	int i = -1;

	if (!v || (v < EXACT_BELOW && v % 1024)) {
		buf_count(b, v);
		buf_str(b, v == 1 ? " byte" : " bytes");
		return;
	}
	for (; d >= 1024 && i < 5; i++)
		d /= 1024;
	if (d == (uint64_t)d)
		buf_printf(b, "%llu %ciB", (unsigned long long)d, units[i]);
	else
		buf_printf(b, "%.1f %ciB", d, units[i]);
}

void text_ns(struct buf *b, uint64_t v)
{
	static const char *const units[] = { "ns", "us", "ms", "s" };
	unsigned int tenths = 0;
	int i = 0;

	for (; v >= 1000 && i < 3; i++) {
		tenths = v % 1000 / 100;
		v /= 1000;
	}
	buf_u64(b, v);
	if (i) {
		buf_char(b, '.');
		buf_char(b, '0' + tenths);
	}
	buf_char(b, ' ');
	buf_str(b, units[i]);
}

static void put_time(struct buf *b, uint64_t ns)
{
	time_t t = ns / 1000000000;
	char text[64];
	struct tm tm;

	if (!gmtime_r(&t, &tm) || !strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm))
		buf_u64(b, ns);
	else
		buf_printf(b, "%s UTC", text);
}

static void put_count(struct buf *b, const struct text_style *style, uint64_t v)
{
	if (style->bare)
		buf_u64(b, v);
	else
		buf_count(b, v);
}

static void put_unsigned(struct buf *b, const struct text_style *style, const struct kstd_node *n)
{
	uint64_t v = kstd_node_u64(n);

	if (kstd_node_style(n) == KSTD_STYLE_HEX)
		buf_printf(b, "0x%llx", (unsigned long long)v);
	else if (kstd_node_style(n) == KSTD_STYLE_TIME)
		put_time(b, v);
	else if (kstd_node_style(n) == KSTD_STYLE_COUNT)
		put_count(b, style, v);
	else
		buf_u64(b, v);
}

static void put_signed(struct buf *b, const struct kstd_node *n)
{
	int64_t v = kstd_node_s64(n);

	if (kstd_node_style(n) != KSTD_STYLE_HEX)
		buf_s64(b, v);
	else
		buf_printf(b, "%s0x%llx", v < 0 ? "-" : "",
			   (unsigned long long)(v < 0 ? -(uint64_t)v : (uint64_t)v));
}

const char *text_errno(int error, char room[16])
{
	int number = error < 0 ? -error : error;
	const char *name = strerrorname_np(number);

	if (name)
		return name;
	snprintf(room, 16, "error %d", number % 100000);
	return room;
}

/* Put a result that ends in the number of an error, as in "failed:-5"; false if it does not. */
static bool put_result(struct buf *b, const char *p, size_t len)
{
	const char *colon = memchr(p, ':', len), *end = p + len;
	char room[16];
	int error = 0;

	if (!colon || end - colon < 3 || end - colon > 6 || colon[1] != '-')
		return false;
	for (const char *digit = colon + 2; digit < end; digit++) {
		if (*digit < '0' || *digit > '9')
			return false;
		error = error * 10 + *digit - '0';
	}
	text_escaped(b, p, colon - p, 0);
	buf_printf(b, ": %s", text_errno(error, room));
	return true;
}

static void put_text(struct buf *b, const struct kstd_node *n)
{
	const char *name = kstd_node_name(n);
	bool quoted = kstd_node_style(n) == KSTD_STYLE_QUOTED;
	const void *p;
	size_t len;

	p = kstd_node_mem(n, &len);
	if (name && !strcmp(name, "result") && p && put_result(b, p, len))
		return;
	if (quoted)
		buf_char(b, '"');
	text_escaped(b, p, len, quoted ? '"' : 0);
	if (quoted)
		buf_char(b, '"');
}

static const char *more(const struct text_style *style)
{
	return style->more ? style->more : "-v";
}

static void put_bytes(struct buf *b, const struct text_style *style, const struct kstd_node *n)
{
	char room[COUNT_TEXT];
	const void *p;
	size_t len;
	bool cut;

	p = kstd_node_mem(n, &len);
	cut = len > MAX_BYTES && !style->verbose;
	buf_hex(b, p, cut ? MAX_BYTES : len, " ");
	if (cut)
		buf_printf(b, " ... (%s bytes, %s shows all)", count_text(len, room), more(style));
	else if (!len)
		buf_str(b, "(no bytes)");
}

/* Elements in one line; without -v only the first of many. */
static void put_elements(struct buf *b, const struct text_style *style,
			 const struct kstd_node *list, const char *between)
{
	uint64_t nr = kstd_node_count(list), count = 0;
	const struct kstd_node *n;
	char room[COUNT_TEXT];
	struct kstd_iter it;

	kstd_iter_begin(&it, list);
	while ((n = kstd_iter_next(&it))) {
		if (count)
			buf_str(b, between);
		if (count++ == MAX_ELEMENTS && !style->verbose) {
			if (nr == KSTD_NO_COUNT)
				buf_printf(b, "... (%s shows all)", more(style));
			else
				buf_printf(b, "... (%s in all, %s shows them)", count_text(nr, room),
					   more(style));
			break;
		}
		text_value(b, style, n);
	}
	kstd_iter_end(&it);
}

static void put_list(struct buf *b, const struct text_style *style, const struct kstd_node *list)
{
	switch (kstd_node_style(list)) {
	case KSTD_STYLE_SET:
		buf_char(b, '{');
		put_elements(b, style, list, ",");
		buf_char(b, '}');
		break;
	case KSTD_STYLE_FLAGS:
		put_elements(b, style, list, "|");
		break;
	default:
		if (text_is_empty(list))
			buf_str(b, "(empty)");
		put_elements(b, style, list, ", ");
	}
}

void text_value(struct buf *b, const struct text_style *style, const struct kstd_node *n)
{
	switch (kstd_node_type(n)) {
	case KSTD_NULL:
		buf_str(b, kstd_node_style(n) == KSTD_STYLE_UNKNOWN ? "not known" : style->null);
		break;
	case KSTD_OBJECT:
		text_phrases(b, style, n, true);
		break;
	case KSTD_LIST:
		put_list(b, style, n);
		break;
	case KSTD_BOOL:
		buf_str(b, kstd_node_u64(n) ? "true" : "false");
		break;
	case KSTD_U32:
	case KSTD_U64:
		put_unsigned(b, style, n);
		break;
	case KSTD_S32:
	case KSTD_S64:
		put_signed(b, n);
		break;
	case KSTD_ADDRESS:
		buf_printf(b, "0x%016llx", (unsigned long long)kstd_node_u64(n));
		break;
	case KSTD_SIZE:
		if (kstd_node_style(n) == KSTD_STYLE_HEX)
			put_unsigned(b, style, n);
		else if (style->units)
			put_size(b, kstd_node_u64(n));
		else
			put_count(b, style, kstd_node_u64(n));
		break;
	case KSTD_NS:
		text_ns(b, kstd_node_u64(n));
		break;
	case KSTD_TEXT:
		put_text(b, n);
		break;
	case KSTD_BYTES:
		put_bytes(b, style, n);
		break;
	}
}

void text_phrase(struct buf *b, const struct text_style *style, const struct kstd_node *n,
		 bool at_start)
{
	const char *phrase = kstd_node_phrase(n);
	const char *percent = strchr(phrase, '%');

	while (at_start && (*phrase == ',' || *phrase == ' '))
		phrase++;
	buf_add(b, phrase, percent - phrase);
	text_value(b, style, n);
	buf_str(b, percent + 1);
}

bool text_is_empty(const struct kstd_node *n)
{
	struct kstd_iter it;
	bool empty;

	if (kstd_node_type(n) == KSTD_NULL)
		return kstd_node_style(n) != KSTD_STYLE_UNKNOWN;
	if (kstd_node_style(n) == KSTD_STYLE_SET)
		return false;
	if (kstd_node_type(n) != KSTD_LIST && kstd_node_type(n) != KSTD_OBJECT)
		return false;
	kstd_iter_begin(&it, n);
	empty = !kstd_iter_next(&it);
	kstd_iter_end(&it);
	return empty;
}

bool text_phrases(struct buf *b, const struct text_style *style, const struct kstd_node *object,
		  bool at_start)
{
	struct text_style with_units = *style;
	const struct kstd_node *n;
	struct kstd_iter it;
	bool any = false;

	with_units.units = true;
	kstd_iter_begin(&it, object);
	while ((n = kstd_iter_next(&it))) {
		if (!kstd_node_phrase(n) || kstd_node_style(n) == KSTD_STYLE_HIDDEN ||
		    text_is_empty(n))
			continue;
		text_phrase(b, &with_units, n, at_start && !any);
		any = true;
	}
	kstd_iter_end(&it);
	return any;
}

bool text_is_number(const struct kstd_node *n)
{
	switch (kstd_node_type(n)) {
	case KSTD_U32:
	case KSTD_S32:
	case KSTD_U64:
	case KSTD_S64:
	case KSTD_SIZE:
	case KSTD_NS:
		return true;
	default:
		return false;
	}
}
