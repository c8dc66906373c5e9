// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* One file, looked at when it is opened: an FDT or another blob, or a core. */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/magic.h>

#include "base/file.h"
#include "memory/core.h"
#include "vmlinux/kernel_file.h"
#include "source/source.h"

#define MAX_KERNEL	(2UL << 30)	/* bytes of a vmlinux with all its debug information */

/* Take over @fd. */
static int open_core(struct kstd_dump *dump, int fd, bool changing)
{
	struct kstd_io io;

	if (kstd_io_fd(&io, fd)) {
		int rc = kstd_errno(dump->ctx, dump->source, errno);

		kstd_io_close(&io);
		return rc;
	}
	return kstd_source_core(dump, &io, changing);
}

static bool is_kcore(int fd, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct statfs fs;

	return !fstatfs(fd, &fs) && fs.f_type == PROC_SUPER_MAGIC &&
	       !strcmp(slash ? slash + 1 : path, "kcore");
}

static int open_spooled_kernel(struct kstd_dump *dump, struct kstd_io *io)
{
	const void *p = kstd_io_map(io, 0, io->size);
	struct kstd_span bytes = kstd_span_of(p, p ? io->size : 0, 0);
	int rc = p ? kstd_source_kernel(dump, &bytes) : kstd_errno(dump->ctx, dump->source, EIO);

	kstd_io_close(io);
	return rc;
}

/* A pipe or the like: its first bytes say what it is. */
static int open_stream(struct kstd_dump *dump, const char *name, int fd)
{
	struct kstd_blob *b = kstd_blob_add(dump, name, NULL, KSTD_SIDE_FILE, KSTD_ROLE_LONE);
	uint8_t head[KSTD_KERNEL_HEAD];
	struct kstd_span s;
	struct kstd_io io;
	size_t len = 0;
	ssize_t n = 1;
	int rc;

	if (!b)
		return kstd_nomem(dump->ctx);
	while (len < sizeof(head) && (n > 0 || (n < 0 && errno == EINTR))) {
		n = read(fd, head + len, sizeof(head) - len);
		len += n > 0 ? n : 0;
	}
	if (n < 0)
		return kstd_errno(dump->ctx, name, errno);
	s = kstd_span_of(head, len, 0);
	if (!dump->raw && kstd_core_sniff(&s) == KSTD_NO_CORE && !kstd_kernel_sniff(&s)) {
		dump->lone = true;
		return kstd_blob_read(dump, b, s, fd);
	}
	kstd_blob_drop_last(dump);
	rc = kstd_io_spool(dump, s, fd, &io);
	if (rc)
		return rc;
	return !dump->raw && kstd_core_sniff(&s) == KSTD_NO_CORE ?
	       open_spooled_kernel(dump, &io) : kstd_source_core(dump, &io, false);
}

static int open_blob(struct kstd_dump *dump, const char *path)
{
	struct kstd_blob *b = kstd_blob_add(dump, path, path, KSTD_SIDE_FILE, KSTD_ROLE_LONE);

	dump->lone = b;
	return b ? kstd_blob_load(dump, b) : kstd_nomem(dump->ctx);
}

/* A kernel's catalog and versions are copied, and its file is closed. */
static int open_kernel(struct kstd_dump *dump, int fd)
{
	struct kstd_span none = kstd_span_of(NULL, 0, 0), bytes;
	uint8_t *buf;
	size_t len;
	int rc = kstd_file_read(fd, none, MAX_KERNEL, &buf, &len);

	if (rc)
		return rc == ENOMEM ? kstd_nomem(dump->ctx) :
		       kstd_errno(dump->ctx, dump->source, rc);
	bytes = kstd_span_of(buf, len, 0);
	rc = kstd_source_kernel(dump, &bytes);
	free(buf);
	return rc;
}

/* Does a file begin as one of a kernel does, which may be larger than any blob? */
static bool is_kernel(int fd)
{
	uint8_t head[KSTD_KERNEL_HEAD];
	ssize_t n = pread(fd, head, sizeof(head), 0);
	struct kstd_span s = kstd_span_of(head, n > 0 ? n : 0, 0);

	return kstd_kernel_sniff(&s);
}

int kstd_source_file(struct kstd_dump *dump, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY), rc;
	struct stat st;
	bool core;

	if (fd < 0)
		return kstd_errno(dump->ctx, path, errno);
	if (fstat(fd, &st)) {
		rc = kstd_errno(dump->ctx, path, errno);
	} else if (S_ISREG(st.st_mode) || S_ISBLK(st.st_mode)) {
		rc = kstd_source_is_core(dump, fd, &core);
		if (!rc && (core || dump->raw))
			return open_core(dump, fd, is_kcore(fd, path));
		if (!rc)
			rc = is_kernel(fd) && !lseek(fd, 0, SEEK_SET) ? open_kernel(dump, fd) :
			     open_blob(dump, path);
	} else {
		rc = open_stream(dump, path, fd);
	}
	close(fd);
	return rc;
}

/* Standard input may well be a file: then it is read where that is needed. */
int kstd_source_stdin(struct kstd_dump *dump)
{
	bool core = false;
	struct stat st;
	int fd, rc = 0;

	if (fstat(STDIN_FILENO, &st))
		return kstd_errno(dump->ctx, "standard input", errno);
	if (S_ISREG(st.st_mode) && !lseek(STDIN_FILENO, 0, SEEK_CUR))
		rc = kstd_source_is_core(dump, STDIN_FILENO, &core);
	if (rc)
		return rc;
	if (!core && !(dump->raw && S_ISREG(st.st_mode)))
		return open_stream(dump, "standard input", STDIN_FILENO);
	fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
	return fd < 0 ? kstd_errno(dump->ctx, "standard input", errno) :
	       open_core(dump, fd, false);
}

int kstd_source_mem(struct kstd_dump *dump, const void *buf, size_t len)
{
	struct kstd_span bytes = kstd_span_of(buf, len, 0);
	struct kstd_blob *b;
	struct kstd_io io;

	if (kstd_core_sniff(&bytes) != KSTD_NO_CORE) {
		kstd_io_mem(&io, buf, len);
		return kstd_source_core(dump, &io, false);
	}
	if (kstd_kernel_sniff(&bytes))
		return kstd_source_kernel(dump, &bytes);
	b = kstd_blob_add(dump, "memory", NULL, KSTD_SIDE_FILE, KSTD_ROLE_LONE);
	if (!b)
		return kstd_nomem(dump->ctx);
	b->bytes = bytes;
	b->loaded = true;
	dump->lone = true;
	return kstd_blob_realign(dump, &b->bytes);
}
