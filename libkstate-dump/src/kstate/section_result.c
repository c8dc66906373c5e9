// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <stdio.h>

#include "kstate/section_result.h"

static const struct {
	const char *word;
	bool has_error;
} words[KSTD_NR_RESULTS] = {
	[KSTD_RESULT_RESTORED] = { "restored", false },
	[KSTD_RESULT_FAILED] = { "failed", true },
	[KSTD_RESULT_UNCLAIMED] = { "unclaimed", false },
	[KSTD_RESULT_RELEASED] = { "released", false },
	[KSTD_RESULT_SAVED] = { "saved", false },
	[KSTD_RESULT_LOST] = { "lost", true },
	[KSTD_RESULT_WITHDRAWN] = { "withdrawn", false },
	[KSTD_RESULT_REGISTERED] = { "registered", false },
};

static bool is_word(const struct kstd_span *text, enum kstd_result result)
{
	const char *word = words[result].word;
	size_t len = word ? strlen(word) : 0;

	if (!word)
		return false;
	return kstd_span_is(text, word) ||
	       (words[result].has_error && text->len > len && kstd_span_starts(text, word, len) &&
		text->p[len] == ':');
}

enum kstd_result kstd_result_of(const struct kstd_step *step)
{
	const struct kstd_section *s = step->in_tree ? &step->section : NULL;

	if (s && s->withdrawn)
		return KSTD_RESULT_WITHDRAWN;
	if (step->in_table && step->row.result.len) {
		for (int i = 0; i < KSTD_NR_RESULTS; i++)
			if (is_word(&step->row.result, i))
				return i;
		return KSTD_RESULT_UNKNOWN;
	}
	if (s && s->lost)
		return KSTD_RESULT_LOST;
	return step->image->rows ? KSTD_RESULT_UNKNOWN : KSTD_RESULT_NONE;
}

static void note_first(struct kstd_results *r, const struct kstd_step *step)
{
	const struct kstd_table_row *row = &step->row;
	char safe[KSTD_SAFE], name[64];

	if (step->in_tree) {
		kstd_safe(r->first, step->section.node, step->section.node_len);
	} else {
		kstd_safe(safe, row->name.p, row->name.len);
		snprintf(name, sizeof(name), "%.40s@%llx", safe, (unsigned long long)row->instance);
		strcpy(r->first, name);
	}
	if (!step->in_table)
		strcpy(r->why, "the table has no line of it");
	else if (!row->result.len)
		strcpy(r->why, "its line in the table has no result");
	else
		snprintf(r->why, sizeof(r->why), "the table says \"%s\", which is no result",
			 kstd_safe(safe, row->result.p, row->result.len));
}

void kstd_results_add(struct kstd_results *r, const struct kstd_step *step)
{
	enum kstd_result result = kstd_result_of(step);

	if (r->image != step->image) {
		kstd_results_end(r);
		*r = (struct kstd_results){ .image = step->image };
	}
	if (!r->nr[result]++ && result == KSTD_RESULT_UNKNOWN)
		note_first(r, step);
}

void kstd_results_end(const struct kstd_results *r)
{
	const struct kstd_blob *table = r->image && r->image->rows ? r->image->rows->blob : NULL;
	unsigned long long nr = r->nr[KSTD_RESULT_UNKNOWN];
	struct kstd_where where;

	if (!nr || !table || r->image->rows->told)
		return;
	where = KSTD_AT(NULL, table->path, strlen(table->path));
	if (nr == 1)
		kstd_unknown(r->image->dump, &where, "what became of %s: %s", r->first, r->why);
	else
		kstd_unknown(r->image->dump, &where,
			     "what became of %llu sections, the first of which is %s: %s", nr,
			     r->first, r->why);
}
