// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "typed/handlers.h"

#define MAX_BYTES	(1u << 20)
#define MAX_WORDS	6

#define BY_TABLE	"what is proposed for LUO"

#define IS(kind_, name_, type_) \
	{ .kind = KSTD_OF_##kind_, .name = name_, .type = type_, .by = BY_TABLE },
#define COUNT(name_, member_, count_) \
	{ .kind = KSTD_OF_COUNT, .name = name_, .member = member_, .count = count_, \
	  .by = BY_TABLE },
#define AREA(name_, member_, type_, count_) \
	{ .kind = KSTD_OF_AREA, .name = name_, .member = member_, .type = type_, .count = count_, \
	  .by = BY_TABLE },
#define AT(name_, member_, type_) \
	{ .kind = KSTD_OF_AT, .name = name_, .member = member_, .type = type_, .by = BY_TABLE },
#define BLOCKS(name_, member_, type_) \
	{ .kind = KSTD_OF_BLOCKS, .name = name_, .member = member_, .type = type_, .by = BY_TABLE },
static const struct kstd_saying table[] = {
#include "typed/handlers.def"
};

#define NR_TABLE	(sizeof(table) / sizeof(table[0]))

#define X(sym, word) [KSTD_OF_##sym] = word,
static const char *const words_of_kinds[] = {
	KSTD_OWNER_KINDS(X)
	[KSTD_OF_COUNT] = "count",
	[KSTD_OF_AREA] = "area",
	[KSTD_OF_AT] = "at",
	[KSTD_OF_BLOCKS] = "blocks",
};

/* Words of a line of each kind. */
static const size_t words_needed[] = { 4, 4, 4, 6, 5, 5 };
#undef X

#define NR_KINDS	(sizeof(words_of_kinds) / sizeof(words_of_kinds[0]))

/* The words of a line, up to a comment; one more than fit, if there are more. */
static size_t split(char *line, char *words[MAX_WORDS + 1])
{
	char *save = NULL, *end = strchr(line, '#');
	size_t nr = 0;

	if (end)
		*end = 0;
	for (char *w = strtok_r(line, " \t\r", &save); w && nr <= MAX_WORDS;
	     w = strtok_r(NULL, " \t\r", &save))
		words[nr++] = w;
	return nr;
}

/* "struct NAME" or "union NAME" of two words; the arena holds it. */
static const char *take_type(struct kstd_dump *dump, char *const words[2])
{
	char text[300];
	int n = snprintf(text, sizeof(text), "%s %s", words[0], words[1]);

	if ((strcmp(words[0], "struct") && strcmp(words[0], "union")) || n >= (int)sizeof(text))
		return NULL;
	return kstd_arena_str(&dump->arena, text, n);
}

static const char *keep_word(struct kstd_dump *dump, const char *word)
{
	return kstd_arena_str(&dump->arena, word, strlen(word));
}

/* Fill in @s; false if the line is none of those that there are. */
static bool take_words(struct kstd_dump *dump, char *const w[], size_t nr, struct kstd_saying *s)
{
	while (s->kind < NR_KINDS && strcmp(w[0], words_of_kinds[s->kind]))
		s->kind++;
	if (s->kind == NR_KINDS || nr != words_needed[s->kind])
		return false;
	s->name = keep_word(dump, w[1]);
	if (s->kind < KSTD_OF_COUNT) {
		s->type = take_type(dump, w + 2);
		return s->name && s->type;
	}
	s->member = keep_word(dump, w[2]);
	if (s->kind == KSTD_OF_COUNT || s->kind == KSTD_OF_AREA)
		s->count = keep_word(dump, w[nr - 1]);
	if (s->kind != KSTD_OF_COUNT)
		s->type = take_type(dump, w + 3);
	return s->name && s->member && (s->count || s->type) &&
	       (s->type || s->kind == KSTD_OF_COUNT);
}

static int read_line(struct kstd_dump *dump, const char *path, char *line, unsigned int nr,
		     struct kstd_saying ***tail)
{
	struct kstd_saying *s;
	char *words[MAX_WORDS + 1], safe[KSTD_SAFE];
	size_t nr_words = split(line, words);

	if (!nr_words)
		return 0;
	s = kstd_arena_get(&dump->arena, sizeof(*s));
	if (!s)
		return kstd_nomem(dump->ctx);
	*s = (struct kstd_saying){ .by = path };
	if (!take_words(dump, words, nr_words, s))
		return dump->arena.short_of ? kstd_nomem(dump->ctx) :
		       kstd_err(dump->ctx, KSTD_E_OPTIONS, KSTD_NO_OFFSET,
				"line %u: \"%s ...\": not one of file, flb, count, area, at, blocks with the words that belong to it",
				nr, kstd_safe(safe, words[0], strlen(words[0])));
	**tail = s;
	*tail = &s->next;
	return 0;
}

static int read_lines(struct kstd_dump *dump, const char *path, char *text)
{
	struct kstd_saying **tail = &dump->sayings;
	unsigned int nr = 0;
	int rc = 0;

	for (char *line = text, *next; line && !rc; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = 0;
		rc = read_line(dump, path, line, ++nr, &tail);
	}
	return rc;
}

int kstd_handlers_file(struct kstd_dump *dump, const char *user)
{
	const char *path = user ? keep_word(dump, user) : NULL;
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1, err, rc;
	struct kstd_where where;
	uint8_t *buf = NULL;
	size_t len = 0;
	char *text;

	if (!user)
		return 0;
	if (!path)
		return kstd_nomem(dump->ctx);
	if (fd < 0)
		return kstd_errno(dump->ctx, path, errno);
	err = kstd_file_read(fd, (struct kstd_span){ 0 }, MAX_BYTES + 1, &buf, &len);
	close(fd);
	where = KSTD_AT(NULL, path, strlen(path));
	if (err)
		return err == ENOMEM ? kstd_nomem(dump->ctx) : kstd_errno(dump->ctx, path, err);
	text = len > MAX_BYTES || memchr(buf, 0, len) ? NULL :
	       kstd_arena_str(&dump->arena, (const char *)buf, len);
	if (text)
		rc = kstd_err_at(dump->ctx, &where, read_lines(dump, path, text));
	else
		rc = dump->arena.short_of ? kstd_nomem(dump->ctx) :
		     kstd_err_at(dump->ctx, &where,
				 kstd_err(dump->ctx, KSTD_E_OPTIONS, KSTD_NO_OFFSET,
					  "not a list of handlers: no text, or over 1 MiB"));
	free(buf);
	return rc;
}

/* Those of the caller's file, then those of the table. */
static const struct kstd_saying *step(const struct kstd_dump *dump, const struct kstd_saying *s)
{
	if (!s)
		return dump->sayings ?: table;
	if (s < table || s >= table + NR_TABLE)
		return s->next ?: table;
	return s + 1 < table + NR_TABLE ? s + 1 : NULL;
}

const struct kstd_saying *kstd_saying_next(const struct kstd_dump *dump,
					   const struct kstd_saying *after,
					   enum kstd_owner_kind kind, const char *name, size_t len)
{
	const struct kstd_saying *s = after;

	while ((s = step(dump, s)))
		if (s->kind == kind && strlen(s->name) == len && !memcmp(s->name, name, len))
			return s;
	return NULL;
}

const struct kstd_saying *kstd_saying_member(const struct kstd_dump *dump,
					     enum kstd_owner_kind kind, const char *name,
					     const char *member)
{
	const struct kstd_saying *s = NULL;

	while ((s = kstd_saying_next(dump, s, kind, name, strlen(name))))
		if (!strcmp(s->member, member))
			return s;
	return NULL;
}
