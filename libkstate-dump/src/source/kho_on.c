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

struct kstd_answer kstd_boot_word(char *line, const char *name, char **said)
{
	struct kstd_answer answer = kstd_not_known("no such word");
	size_t len = strlen(name);
	char *save, *word;
	enum kstd_truth is;

	*said = NULL;
	for (word = strtok_r(line, " \n", &save); word && strcmp(word, "--");
	     word = strtok_r(NULL, " \n", &save)) {
		if (strncmp(word, name, len) || word[len] != '=')
			continue;
		is = parse_bool(word + len + 1 + (word[len + 1] == '"'));
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
	bool off = f && fgets(line, sizeof(line), f) && kstd_boot_word(line, "kho", &said).is == KSTD_NO;

	if (f)
		fclose(f);
	return off;
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
