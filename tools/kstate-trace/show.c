// SPDX-License-Identifier: GPL-2.0

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../common/array.h"
#include "../common/short.h"
#include "../common/text_value.h"
#include "show.h"

#define PROGRAM	"kstate-trace"

static bool known(const struct show *s, const char *note)
{
	for (unsigned int i = 0; i < s->nr_notes; i++)
		if (!strcmp(s->notes[i], note))
			return true;
	return false;
}

void show_note(struct show *s, const char *fmt, ...)
{
	char *note;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&note, fmt, ap);
	va_end(ap);
	if (n < 0) {
		short_if_null(NULL);
		return;
	}
	if (s->nr_notes == SHOW_NOTES || known(s, note)) {
		free(note);
		return;
	}
	s->notes[s->nr_notes++] = note;
	if (s->ops == &show_text && !s->quiet) {
		buf_flush(&s->b);
		text_to_stderr(PROGRAM ": note", note);
	}
}

/* A text of the library, NUL-terminated, to be freed; NULL if memory is short. */
static char *text_of(const struct kstd_node *report, const char *key)
{
	const struct kstd_node *n = kstd_node_get(report, key);
	size_t len = 0;
	const char *p = n ? kstd_node_mem(n, &len) : NULL;

	return short_if_null(strndup(p ? p : "", p ? len : 0));
}

static void put_report(struct show *s, const struct show_report *r)
{
	struct buf line = { 0 };

	if (*r->path)
		buf_printf(&line, "%s: ", r->path);
	if (r->offset != KSTD_NO_OFFSET)
		buf_printf(&line, "offset 0x%" PRIx64 ": ", r->offset);
	buf_str(&line, r->text);
	buf_char(&line, 0);
	buf_flush(&s->b);
	if (line.p && !line.failed)
		text_to_stderr(r->damaged ? PROGRAM ": defect" : PROGRAM ": not known", line.p);
	buf_free(&line);
}

void show_report(struct show *s, bool damaged, const struct kstd_node *report)
{
	const struct kstd_node *offset = kstd_node_get(report, "offset");
	struct show_report r = { .damaged = damaged, .offset = KSTD_NO_OFFSET };
	char *code = text_of(report, "code");

	r.text = text_of(report, "text");
	r.path = text_of(report, "path");
	if (offset && kstd_node_type(offset) != KSTD_NULL)
		r.offset = kstd_node_u64(offset);
	if (code && r.text && r.path && array_fits(s->reports, s->nr_reports, s->size_reports)) {
		snprintf(r.code, sizeof(r.code), "%s", code);
		s->reports[s->nr_reports++] = r;
		if (s->ops == &show_text)
			put_report(s, &r);
	} else {
		free(r.text);
		free(r.path);
	}
	free(code);
}

void show_free(struct show *s)
{
	while (s->nr_reports) {
		free(s->reports[--s->nr_reports].text);
		free(s->reports[s->nr_reports].path);
	}
	free(s->reports);
	s->reports = NULL;
	s->size_reports = 0;
	while (s->nr_notes)
		free(s->notes[--s->nr_notes]);
	buf_free(&s->b);
}

const char *show_kind(unsigned int kind)
{
	static const char *const names[] = {
		[RECORD_SAVE_BEGIN] = "save begins",
		[RECORD_SECTION_SAVE] = "save",
		[RECORD_SAVE_END] = "save ends",
		[RECORD_RESTORE_BEGIN] = "restore begins",
		[RECORD_SECTION_RESTORE] = "restore",
		[RECORD_RESTORE_END] = "restore ends",
		[RECORD_CALL] = "call",
	};

	return kind < NR_RECORD_KINDS ? names[kind] : "?";
}

const char *show_result(unsigned int kind, bool done)
{
	switch (kind) {
	case RECORD_SECTION_SAVE:
		return done ? "saved" : "lost";
	case RECORD_SAVE_END:
		return done ? "saved" : "failed";
	case RECORD_SECTION_RESTORE:
	case RECORD_RESTORE_END:
		return done ? "restored" : "failed";
	default:
		return "";
	}
}

unsigned int show_permille(uint64_t part, uint64_t whole)
{
	if (!whole)
		return 0;
	return (double)part * 1000 / whole + 0.5;
}
