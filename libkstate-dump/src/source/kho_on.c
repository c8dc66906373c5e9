// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "source/kho_on.h"

/* A truth value as the kernel's kstrtobool() takes it; others are refused and change nothing. */
static enum kstd_truth parse_bool(const char *text)
{
	if (strchr("eEyYtT1", *text) && *text)
		return KSTD_YES;
	if (strchr("dDnNfF0", *text) && *text)
		return KSTD_NO;
	if (*text != 'o' && *text != 'O')
		return KSTD_NOT_KNOWN;
	if (text[1] == 'n' || text[1] == 'N')
		return KSTD_YES;
	return text[1] == 'f' || text[1] == 'F' ? KSTD_NO : KSTD_NOT_KNOWN;
}

/* What ends a word for the kernel: its isspace() is that of Latin-1, which has one blank more. */
#define BLANKS	" \t\n\v\f\r\xa0"

/* Bytes up to the end of a word, which blanks between two quotes do not end. */
static size_t word_len(const char *word)
{
	bool quoted = false;
	size_t len;

	for (len = 0; word[len] && (quoted || !strchr(BLANKS, word[len])); len++)
		quoted ^= word[len] == '"';
	return len;
}

/* The next word of the line, which ends with it then; NULL: there is none for the kernel. */
static char *next_word(char **line)
{
	char *word = *line + strspn(*line, BLANKS);
	size_t len = word_len(word);

	*line = word + len + !!word[len];
	word[len] = 0;
	return len && strcmp(word, "--") && strcmp(word, "\"--\"") ? word : NULL;
}

/*
 * What the word gives the parameter @name; NULL if it is about something else. A quote in front of
 * the word or the value is none of it; one behind it may stay, since parse_bool() does not see it.
 */
static const char *value_of(const char *word, const char *name)
{
	size_t len = strlen(name);

	word += *word == '"';
	if (strncmp(word, name, len) || word[len] != '=')
		return NULL;
	return word + len + 1 + (word[len + 1] == '"');
}

struct kstd_answer kstd_boot_word(char *line, const char *name, char **said)
{
	struct kstd_answer answer = kstd_not_known("no such word");
	const char *value;
	enum kstd_truth is;
	char *word;

	*said = NULL;
	while ((word = next_word(&line))) {
		value = value_of(word, name);
		is = value ? parse_bool(value) : KSTD_NOT_KNOWN;
		if (is == KSTD_NOT_KNOWN)
			continue;
		answer = kstd_answer(is == KSTD_YES);
		*said = word;
	}
	return answer;
}

static FILE *open_below(const char *root, const char *path)
{
	char full[PATH_MAX];

	return snprintf(full, sizeof(full), "%s%s", root, path) < (int)sizeof(full) ?
	       fopen(full, "re") : NULL;
}

/* Has the kernel a function? Not known where it does not list its symbols. */
static enum kstd_truth has_function(const char *root, const char *name)
{
	FILE *f = open_below(root, "/proc/kallsyms");
	enum kstd_truth is = KSTD_NOT_KNOWN;
	char line[256], symbol[128];

	while (f && is != KSTD_YES && fgets(line, sizeof(line), f))
		if (sscanf(line, "%*s %*s %127s", symbol) == 1)
			is = strcmp(symbol, name) ? KSTD_NO : KSTD_YES;
	if (f && ferror(f) && is == KSTD_NO)
		is = KSTD_NOT_KNOWN;
	if (f)
		fclose(f);
	return is;
}

static bool is_switched_off(const char *root)
{
	FILE *f = open_below(root, "/proc/cmdline");
	char line[4096], *said;

	if (!f)
		return false;
	line[fread(line, 1, sizeof(line) - 1, f)] = 0;
	fclose(f);
	return kstd_boot_word(line, "kho", &said).is == KSTD_NO;
}

struct kstd_answer kstd_kho_on(const char *root, const char **why)
{
	char full[PATH_MAX];

	*why = NULL;
	if (snprintf(full, sizeof(full), "%s/sys/kernel/debug/kho", root) < (int)sizeof(full) &&
	    !access(full, F_OK))
		return kstd_answer(true);
	if (has_function(root, "kho_is_enabled") == KSTD_NO) {
		*why = "this kernel has no function of KHO";
		return kstd_answer(false);
	}
	if (is_switched_off(root)) {
		*why = "kho= turns it off";
		return kstd_answer(false);
	}
	*why = "debugfs does not show it, and may not though it is on";
	return kstd_not_known(*why);
}
