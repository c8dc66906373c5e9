// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <stdlib.h>

#include "base/alloc.h"
#include "kstate/section_table.h"
#include "memory/blob.h"

static const char *const columns[KSTD_ROW_COLUMNS] = {
	"name", "instance", "version", "bytes", "crc", "ns", "result",
};

enum { NAME, INSTANCE, VERSION, BYTES, CRC, NS, RESULT };

#define MAX_WORDS	32

static bool blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* The next word of a line; empty at its end. */
static struct kstd_span next_word(struct kstd_span *line)
{
	struct kstd_span word = { 0 };
	size_t n = 0;

	while (line->len && blank(*line->p))
		kstd_span_skip(line, 1);
	while (n < line->len && !blank(line->p[n]))
		n++;
	kstd_span_take(line, n, &word);
	return word;
}

static bool parse_uint(struct kstd_span word, uint64_t *v)
{
	int base = 10;

	if (kstd_span_starts(&word, "0x", 2)) {
		kstd_span_skip(&word, 2);
		base = 16;
	}
	if (!word.len || word.len > 20)
		return false;
	*v = 0;
	for (size_t i = 0; i < word.len; i++) {
		uint8_t c = word.p[i];
		int digit = c >= '0' && c <= '9' ? c - '0' :
			    c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;

		if (digit >= base || __builtin_mul_overflow(*v, base, v) ||
		    __builtin_add_overflow(*v, digit, v))
			return false;
	}
	return true;
}

static bool read_heading(struct kstd_section_table *rows, struct kstd_span line)
{
	for (int c = 0; c < KSTD_ROW_COLUMNS; c++)
		rows->column[c] = -1;
	for (int i = 0; i < MAX_WORDS; i++) {
		struct kstd_span word = next_word(&line);

		for (int c = 0; c < KSTD_ROW_COLUMNS; c++)
			if (kstd_span_is(&word, columns[c]))
				rows->column[c] = i;
	}
	return rows->column[NAME] >= 0 && rows->column[INSTANCE] >= 0;
}

static bool parse_row(const struct kstd_section_table *rows, struct kstd_span line,
		      struct kstd_table_row *row)
{
	struct kstd_span words[MAX_WORDS + 1] = { 0 }, of[KSTD_ROW_COLUMNS];

	row->at = line.at;
	for (int i = 0; i < MAX_WORDS && line.len; i++)
		words[i] = next_word(&line);
	for (int c = 0; c < KSTD_ROW_COLUMNS; c++)
		of[c] = words[rows->column[c] >= 0 ? rows->column[c] : MAX_WORDS];
	row->name = of[NAME];
	row->result = of[RESULT];
	row->has_version = parse_uint(of[VERSION], &row->version);
	row->has_bytes = parse_uint(of[BYTES], &row->bytes);
	row->has_crc = parse_uint(of[CRC], &row->crc);
	if (!parse_uint(of[NS], &row->ns))
		row->ns = 0;
	return row->name.len && parse_uint(of[INSTANCE], &row->instance);
}

static bool next_row(struct kstd_section_table *rows, struct kstd_span *rest, size_t *nr,
		     struct kstd_table_row *row)
{
	struct kstd_where where = KSTD_AT(NULL, rows->blob->path, strlen(rows->blob->path));

	while (rest->len) {
		struct kstd_span line = kstd_span_until(rest, '\n');

		row->nr = (*nr)++;
		if (parse_row(rows, line, row))
			return true;
		rows->bad = true;
		kstd_defect(rows->dump, &where, KSTD_E_CORRUPT, line.at, "line %zu: not a section",
			    row->nr + 2);
	}
	return false;
}

static size_t count_lines(struct kstd_span s)
{
	size_t n = 0;

	for (; s.len; n++)
		kstd_span_until(&s, '\n');
	return n;
}

/* The kernel ends every line: of one that has no end, no word is known to be whole. */
static void drop_cut_line(struct kstd_section_table *rows)
{
	const struct kstd_span *all = &rows->blob->bytes;
	struct kstd_span *body = &rows->body;

	rows->cut = all->p[all->len - 1] != '\n';
	while (body->len && body->p[body->len - 1] != '\n')
		body->len--;
}

static void report_missing(struct kstd_section_table *rows)
{
	struct kstd_where where = KSTD_AT(NULL, rows->blob->path, strlen(rows->blob->path));

	if (rows->cut)
		kstd_unknown(rows->dump, &where,
			     "what became of all sections: it is cut, for its last line has no end");
	else if (rows->column[RESULT] < 0)
		kstd_unknown(rows->dump, &where,
			     "what became of sections: it has no column \"result\"");
	rows->told = rows->cut || rows->column[RESULT] < 0;
}

int kstd_section_table_open(struct kstd_dump *dump, const struct kstd_blob *blob,
			    struct kstd_section_table *rows)
{
	struct kstd_span rest = blob->bytes;

	*rows = (struct kstd_section_table){ .dump = dump, .blob = blob };
	if (!rest.len)
		return kstd_err(dump->ctx, KSTD_E_EMPTY, KSTD_NO_OFFSET,
				"empty: tar and copying by file size do this to files of debugfs; copy them with cp");
	if (!read_heading(rows, kstd_span_until(&rest, '\n')))
		return kstd_err(dump->ctx, KSTD_E_CORRUPT, 0,
				"the first line does not name the columns");
	rows->body = rest;
	drop_cut_line(rows);
	rows->nr = count_lines(rows->body);
	report_missing(rows);
	return 0;
}

void kstd_section_table_close(struct kstd_section_table *rows)
{
	kstd_hash_free(&rows->index);
	free(rows->lines);
}

bool kstd_table_walk_begin(struct kstd_table_walk *m, struct kstd_section_table *rows)
{
	*m = (struct kstd_table_walk){ .rows = rows };
	if (!rows)
		return true;
	m->seen = kstd_calloc(rows->nr / 8 + 1, 1);
	kstd_table_walk_rewind(m);
	return m->seen;
}

void kstd_table_walk_end(struct kstd_table_walk *m)
{
	free(m->seen);
	m->seen = NULL;
}

void kstd_table_walk_rewind(struct kstd_table_walk *m)
{
	m->next_nr = 0;
	if (m->rows)
		m->next = m->rows->body;
}

/* Index all rows. Those that are not in the index, for want of memory or room, are a defect. */
static void make_index(struct kstd_section_table *rows)
{
	struct kstd_where where = KSTD_AT(NULL, rows->blob->path, strlen(rows->blob->path));
	enum kstd_hash_result rc = KSTD_HASH_ADDED;
	struct kstd_span rest = rows->body;
	struct kstd_table_row row;
	size_t nr = 0;

	rows->indexed = true;
	rows->lines = kstd_calloc(rows->nr ? rows->nr : 1, sizeof(*rows->lines));
	while (rc == KSTD_HASH_ADDED && rows->lines && next_row(rows, &rest, &nr, &row)) {
		rows->lines[row.nr] = row.at - rows->body.at;
		rc = kstd_hash_add(&rows->index,
				   kstd_hash_of(row.name.p, row.name.len, row.instance), row.nr);
	}
	if (rc == KSTD_HASH_FULL)
		kstd_defect(rows->dump, &where, KSTD_E_TOO_BIG, row.at,
			    "line %zu: too many sections with one hash; the rest are not found",
			    row.nr + 2);
	else if (rc == KSTD_HASH_NO_MEMORY || !rows->lines)
		kstd_defect(rows->dump, &where, KSTD_E_MEMORY, KSTD_NO_OFFSET, NULL);
}

static bool matches(const struct kstd_table_row *row, const char *name, size_t len,
		    uint64_t instance)
{
	return row->instance == instance && row->name.len == len &&
	       !memcmp(row->name.p, name, len);
}

static bool find_indexed(struct kstd_table_walk *m, const char *name, size_t len, uint64_t instance,
			 struct kstd_table_row *row)
{
	struct kstd_section_table *rows = m->rows;
	uint64_t hash = kstd_hash_of(name, len, instance);
	const struct kstd_hash_slot *slot = NULL;

	if (!rows->indexed)
		make_index(rows);
	while ((slot = kstd_hash_next(&rows->index, hash, slot))) {
		struct kstd_span rest = rows->body;
		size_t nr = slot->value;

		kstd_span_skip(&rest, rows->lines[nr]);
		if (next_row(rows, &rest, &nr, row) && matches(row, name, len, instance)) {
			m->next = rest;
			m->next_nr = nr;
			return true;
		}
	}
	return false;
}

bool kstd_table_walk_find(struct kstd_table_walk *m, const char *name, size_t len,
			  uint64_t instance, struct kstd_table_row *row)
{
	struct kstd_span rest = m->next;
	size_t nr = m->next_nr;
	bool found;

	if (!m->rows)
		return false;
	found = next_row(m->rows, &rest, &nr, row) && matches(row, name, len, instance);
	if (found) {
		m->next = rest;
		m->next_nr = nr;
	} else {
		found = find_indexed(m, name, len, instance, row);
	}
	if (found)
		m->seen[row->nr / 8] |= 1u << row->nr % 8;
	return found;
}

bool kstd_table_next_unmatched(struct kstd_table_walk *m, struct kstd_table_row *row)
{
	if (!m->rows)
		return false;
	while (next_row(m->rows, &m->next, &m->next_nr, row))
		if (!(m->seen[row->nr / 8] >> row->nr % 8 & 1))
			return true;
	return false;
}
