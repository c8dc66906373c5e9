// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/*
 * The command line of the next kernel. No file of a kernel has it, and the running kernel does not
 * show the line that kexec gave to the loaded image.
 *
 * What Linux 7.3 does: with kho=off it takes the root over all the same, and its memory, and hands
 * out what is asked for by name; LUO asks for nothing then. Without liveupdate=on LUO reads what it
 * is handed over, and there is no /dev/liveupdate by which anybody could have it.
 */

#include "base/known.h"
#include "check/check.h"
#include "source/kho_on.h"

/* What the line says of @name last; @said: the word that does, NULL if there is none. */
static struct kstd_answer ask(struct kstd_check_run *c, const char *name, char **said)
{
	struct kstd_arena *a = &c->dump->arena;
	char *line = kstd_arena_str(a, c->next_cmdline, strlen(c->next_cmdline));

	*said = NULL;
	return line ? kstd_boot_word(line, name, said) : kstd_not_known("memory is short");
}

/* Is there a session with files, or may there be one? */
static bool has_files(const struct kstd_check_run *c)
{
	for (const struct kstd_check_row *row = c->rows; row; row = row->next)
		if (!strcmp(row->abi, "handler") || !strcmp(row->abi, "flb"))
			return true;
	return false;
}

static void check_kho(struct kstd_check_run *c, enum kstd_truth kho, const char *said)
{
	char safe[KSTD_SAFE];

	if (kho == KSTD_NOT_KNOWN) {
		kstd_find(c, &c->all, KSTD_CHECK_CMDLINE_UNKNOWN, "kho", "", 0,
			  "kho= is not on the command line of %s: whether KHO is on there without it is not known (CONFIG_KEXEC_HANDOVER_ENABLE_DEFAULT)",
			  c->reader);
		return;
	}
	kstd_safe(safe, said, strlen(said));
	if (has_files(c))
		kstd_find(c, &c->all, KSTD_CHECK_CMDLINE, "luo", "", 0,
			  "%s is on the command line of %s: its LUO reads nothing of what is handed over, and no session and no file comes through",
			  safe, c->reader);
	kstd_find(c, &c->all, KSTD_CHECK_CMDLINE_UNKNOWN, "kho", "", 0,
		  "%s is on the command line of %s: Linux 7.3 takes what is not LUO's even so, and whether this one does is not known",
		  safe, c->reader);
}

void kstd_check_cmdline(struct kstd_check_run *c)
{
	struct kstd_answer kho, liveupdate;
	char safe[KSTD_SAFE], *said;

	if (!c->next_cmdline) {
		kstd_note(c->dump, "the command line of %s was not looked at: without kho=on and liveupdate=on it takes less, or nothing; --next-cmdline says it",
			  c->reader);
		return;
	}
	kho = ask(c, "kho", &said);
	if (kho.is != KSTD_YES)
		check_kho(c, kho.is, said);
	liveupdate = ask(c, "liveupdate", &said);
	if (kho.is == KSTD_NO || liveupdate.is == KSTD_YES || !has_files(c))
		return;
	kstd_find(c, &c->all, KSTD_CHECK_CMDLINE, "luo", "", 0,
		  "%s on the command line of %s: there is no /dev/liveupdate there, and nobody can have a session or a file back",
		  said ? kstd_check_text(c, "%s is", kstd_safe(safe, said, strlen(said))) :
		  "liveupdate=on is not", c->reader);
}
