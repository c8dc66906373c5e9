// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "source/kexec_image.h"

#define KEXEC_LOADER	0xd0	/* of kexec_file_load() and of kexec-tools */

/* A small file with a number; -1: it is not there or has none. */
static long read_number(const char *root, const char *path)
{
	char full[PATH_MAX], line[32] = "", *end;
	long number;
	FILE *f;

	if (snprintf(full, sizeof(full), "%s%s", root, path) >= (int)sizeof(full))
		return -1;
	f = fopen(full, "re");
	if (!f)
		return -1;
	number = fgets(line, sizeof(line), f) ? strtol(line, &end, 10) : -1;
	fclose(f);
	return number < 0 || end == line ? -1 : number;
}

/* Linux 7.3 has it in a folder, and the older name beside that. */
struct kstd_answer kstd_kexec_loaded(const char *root)
{
	long loaded = read_number(root, "/sys/kernel/kexec/loaded");

	if (loaded < 0)
		loaded = read_number(root, "/sys/kernel/kexec_loaded");
	return loaded < 0 ? kstd_not_known("neither /sys/kernel/kexec/loaded nor /sys/kernel/kexec_loaded can be read") :
	       kstd_answer(loaded);
}

struct kstd_answer kstd_kexec_booted(const char *root)
{
	long type = read_number(root, "/proc/sys/kernel/bootloader_type");

	return type < 0 ? kstd_not_known("/proc/sys/kernel/bootloader_type, which x86 has, cannot be read") :
	       kstd_answer(type == KEXEC_LOADER);
}

void kstd_kexec_note(struct kstd_dump *dump)
{
	if (dump->live && kstd_kexec_loaded(dump->sysroot ?: "").is == KSTD_YES)
		kstd_note(dump, "an image is loaded for kexec; whether KHO reaches it is not known: it does if kexec -s loaded it, and never if kexec -c did");
}
