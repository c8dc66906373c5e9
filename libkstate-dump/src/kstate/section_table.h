/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: kstate/{in,out}/sections
 *
 * The text table in which debugfs lists the sections of a side: the first line
 * names the columns "name instance version bytes crc ns result", blanks between
 * them; then a line for each section. Instance and crc are hex with 0x. "-" means that a
 * value is not known yet. The ns are the time of saving in out/ and the time of restoring
 * in in/; 0 if that did not happen.
 *
 * While the rows are in the order of the image, they are found without an index. The
 * index is made when a row is not where it is expected.
 */

#ifndef KSTD_SECTION_TABLE_H
#define KSTD_SECTION_TABLE_H

#include "base/dump.h"
#include "base/hash_map.h"

#define KSTD_ROW_COLUMNS	7

/**
 * struct kstd_table_row - a line
 * @nr: its number, from 0
 * @ns: 0 also if it was no number
 * @has_version: version was a number; and so on
 */
struct kstd_table_row {
	size_t nr;
	uint64_t at;
	struct kstd_span name;
	struct kstd_span result;
	uint64_t instance;
	uint64_t version;
	uint64_t bytes;
	uint64_t crc;
	uint64_t ns;
	bool has_version;
	bool has_bytes;
	bool has_crc;
};

/**
 * struct kstd_section_table - a table
 * @column: which word of a line holds name, instance and so on; -1 if none
 * @body: the lines, @nr of them, without a last one that has no end
 * @cut: there was such a line: others may be missing
 * @bad: a line is none of a section, which is a defect
 * @told: it is reported already that not every line says what became of its section
 * @indexed: whether the next two are made, as far as there was memory
 * @lines: the offset of each line in @body
 * @index: numbers of lines, by the hash of name and instance
 */
struct kstd_section_table {
	struct kstd_dump *dump;
	const struct kstd_blob *blob;
	int column[KSTD_ROW_COLUMNS];
	struct kstd_span body;
	size_t nr;
	bool cut;
	bool bad;
	bool told;
	bool indexed;
	size_t *lines;
	struct kstd_hash_map index;
};

/* Read a table. Returns -KSTD_INPUT if it is none. */
int kstd_section_table_open(struct kstd_dump *dump, const struct kstd_blob *blob,
			    struct kstd_section_table *rows);
void kstd_section_table_close(struct kstd_section_table *rows);

/* Could every line be read that the file had when it was whole, as far as that can be seen? */
static inline bool kstd_section_table_is_whole(const struct kstd_section_table *rows)
{
	return !rows->cut && !rows->bad;
}

/**
 * struct kstd_table_walk - a table that is being matched with an image
 * @next: where the next match is expected
 * @next_nr: number of that line
 * @seen: a bit for each line
 */
struct kstd_table_walk {
	struct kstd_section_table *rows;
	struct kstd_span next;
	size_t next_nr;
	uint8_t *seen;
};

/* Start at the first row; false if memory is short. @rows may be NULL: no rows. */
bool kstd_table_walk_begin(struct kstd_table_walk *m, struct kstd_section_table *rows);
void kstd_table_walk_end(struct kstd_table_walk *m);

/* Find the row of a section; the row then counts as matched. */
bool kstd_table_walk_find(struct kstd_table_walk *m, const char *name, size_t name_len,
			  uint64_t instance, struct kstd_table_row *row);

/* The next row that was not matched; begin with kstd_table_walk_rewind(). */
void kstd_table_walk_rewind(struct kstd_table_walk *m);
bool kstd_table_next_unmatched(struct kstd_table_walk *m, struct kstd_table_row *row);

#endif
