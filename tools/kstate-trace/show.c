// SPDX-License-Identifier: GPL-2.0

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

void show_free(struct show *s)
{
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
