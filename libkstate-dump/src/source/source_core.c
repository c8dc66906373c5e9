// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* A machine's memory in a file: the blobs are where its KHO roots say. */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <elf.h>

#include "memory/core.h"
#include "kho/find_root.h"
#include "source/capture_read.h"
#include "source/source.h"

static int add_part(struct kstd_dump *dump, struct kstd_core *core, const char *path)
{
	const char *name = kstd_arena_str(&dump->arena, path, strlen(path));
	struct kstd_io io = { .fd = -1 };
	int fd, rc;

	if (!name)
		return kstd_nomem(dump->ctx);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd >= 0 && !kstd_io_fd(&io, fd))
		return kstd_split_add(dump, core, &io, name);
	rc = kstd_errno(dump->ctx, path, errno);
	kstd_io_close(&io);
	return rc;
}

/* Together, the parts of a split dump are one core. */
static int add_parts(struct kstd_dump *dump, struct kstd_core *core)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < dump->nr_parts; i++)
		rc = add_part(dump, core, dump->parts[i]);
	if (!rc)
		kstd_split_finish(dump, core);
	return rc;
}

/* Formats are those of machines that have KHO; or the file is not of the machine that it says. */
static void report_machine(struct kstd_dump *dump, const struct kstd_core *core)
{
	struct kstd_where where = KSTD_AT(NULL, core->phys.name, strlen(core->phys.name));

	if (core->machine != EM_NONE && core->machine != EM_X86_64 && core->machine != EM_AARCH64)
		kstd_unknown(dump, &where, "whether what is found in %s is KHO's: up to Linux 7.3 only x86-64 and AArch64 have KHO",
			     core->what);
}

int kstd_source_core(struct kstd_dump *dump, struct kstd_io *io, bool changing)
{
	struct kstd_core *core;
	int rc = kstd_core_read(dump, io, dump->source, changing, &core) ?: add_parts(dump, core);

	if (!rc && core->capture_note.len)
		rc = kstd_capture_open(dump, core);
	rc = rc ?: kstd_core_finish(dump, core, dump->page_size);
	if (rc)
		return rc;
	report_machine(dump, core);
	return core->capture ? kstd_capture_blobs(dump, core) : kstd_roots_add(dump, core);
}

int kstd_source_is_core(struct kstd_dump *dump, int fd, bool *yes)
{
	uint8_t head[KSTD_HEAD];
	ssize_t n = pread(fd, head, sizeof(head), 0);
	struct kstd_span s = kstd_span_of(head, n > 0 ? n : 0, 0);

	*yes = kstd_core_sniff(&s) != KSTD_NO_CORE;
	return n < 0 ? kstd_errno(dump->ctx, dump->source, errno) : 0;
}
