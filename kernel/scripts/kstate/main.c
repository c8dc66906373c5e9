// SPDX-License-Identifier: GPL-2.0
/*
 * main.c - the catalog of an object: what KSTATE_CATALOG() lists in it
 *
 *     kstate-catalog OBJECT OUTPUT
 *
 * OBJECT is vmlinux.o, or that of a module. OUTPUT becomes an object with the section
 * .kstate_catalog, to be linked with it, or one without any section if OBJECT lists nothing.
 */

#include <unistd.h>

#include "catalog.h"

static bool kstate_make(const char *from, const char *to)
{
	struct kstate_buf tree = {};
	struct kstate_elf elf;
	bool done;

	/* What is left of the last time is not to be linked if this fails. */
	unlink(to);
	if (!kstate_elf_open(&elf, from))
		return false;
	done = kstate_catalog_of(&elf, &tree) && kstate_elf_write(&elf, to, &tree);
	kstate_elf_close(&elf);
	free(tree.p);
	return done;
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		fprintf(stderr, "usage: kstate-catalog OBJECT OUTPUT\n");
		return 2;
	}
	return kstate_make(argv[1], argv[2]) ? 0 : 1;
}
