// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "memory/io.h"

int kstd_io_fd(struct kstd_io *io, int fd)
{
	off_t end;
	struct stat st;

	*io = (struct kstd_io){ .fd = fd };
	if (fstat(fd, &st))
		return -1;
	io->size = st.st_size;
	if (S_ISREG(st.st_mode))
		return 0;
	end = lseek(fd, 0, SEEK_END);
	if (end < 0)
		return -1;
	io->size = end;
	return 0;
}

void kstd_io_mem(struct kstd_io *io, const void *p, size_t len)
{
	*io = (struct kstd_io){ .fd = -1, .mem = kstd_span_of(p, len, 0), .size = len };
}

struct kstd_io_mapping {
	struct kstd_io_mapping *next;
	void *p;
	size_t len;
};

void kstd_io_close(struct kstd_io *io)
{
	while (io->maps) {
		struct kstd_io_mapping *next = io->maps->next;

		munmap(io->maps->p, io->maps->len);
		free(io->maps);
		io->maps = next;
	}
	if (io->fd >= 0)
		close(io->fd);
	io->fd = -1;
}

static ssize_t read_mem(const struct kstd_io *io, uint64_t off, void *buf, size_t len)
{
	struct kstd_span got;

	if (off >= io->mem.len)
		return 0;
	if (len > io->mem.len - off)
		len = io->mem.len - off;
	if (!kstd_span_sub(&io->mem, off, len, &got))
		return 0;
	memcpy(buf, got.p, len);
	return len;
}

/* What was read before is of no use: nobody who asked for more would look at it. */
static ssize_t broke(const struct kstd_io *io, uint64_t off)
{
	int err = errno;

	if (io->ctx) {
		struct kstd_where where = KSTD_AT(NULL, io->name, strlen(io->name));

		kstd_err_at(io->ctx, &where, kstd_err(io->ctx, KSTD_E_IO, off, "%s", strerror(err)));
	}
	errno = err;
	return -1;
}

/* The same as a read that failed: what was read before may be right, the rest is not known. */
static void shorter(const struct kstd_io *io, uint64_t size)
{
	struct kstd_where where = KSTD_AT(NULL, io->name, strlen(io->name));

	kstd_err_at(io->ctx, &where,
		    kstd_err(io->ctx, KSTD_E_IO, size,
			     "it was made shorter while it was read: it has %llu bytes now, and had %llu",
			     (unsigned long long)size, (unsigned long long)io->size));
}

bool kstd_io_still_has(const struct kstd_io *io, uint64_t end)
{
	struct stat st;

	if (io->fd < 0 || fstat(io->fd, &st) || !S_ISREG(st.st_mode) ||
	    (uint64_t)st.st_size >= end)
		return true;
	if (io->ctx)
		shorter(io, st.st_size);
	return false;
}

ssize_t kstd_io_read(const struct kstd_io *io, uint64_t off, void *buf, size_t len)
{
	size_t done = 0;

	if (io->fd < 0)
		return read_mem(io, off, buf, len);
	if (off > INT64_MAX - len)
		return 0;
	while (done < len) {
		ssize_t n = pread(io->fd, (uint8_t *)buf + done, len - done, off + done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return broke(io, off + done);
		if (!n) {
			kstd_io_still_has(io, off + done < io->size ? off + done + 1 : 0);
			break;
		}
		done += n;
	}
	return done;
}

/* To find the next hole takes longer the further it is, on some file systems: it is found once. */
bool kstd_io_data(struct kstd_io *io, uint64_t off, uint64_t *start, uint64_t *end)
{
	off_t at;

	if (off >= io->size)
		return false;
	*start = off;
	*end = io->size;
	if (io->fd < 0 || off > INT64_MAX)
		return true;
	if (off >= io->data && off < io->data_end) {
		*end = io->data_end;
		return true;
	}
	at = lseek(io->fd, off, SEEK_DATA);
	if (at < 0)
		return errno != ENXIO;
	*start = at;
	at = lseek(io->fd, at, SEEK_HOLE);
	if (at > 0)
		*end = at;
	io->data = *start;
	io->data_end = *end;
	return true;
}

static const void *map_fd(struct kstd_io *io, uint64_t off, size_t len)
{
	struct kstd_io_mapping *m = kstd_malloc(sizeof(*m));
	size_t in = off % sysconf(_SC_PAGESIZE);
	struct kstd_span all, part;

	if (!m)
		return NULL;
	m->len = len + in;
	m->p = mmap(NULL, m->len, PROT_READ, MAP_PRIVATE, io->fd, off - in);
	if (m->p == MAP_FAILED) {
		free(m);
		return NULL;
	}
	m->next = io->maps;
	io->maps = m;
	all = kstd_span_of(m->p, m->len, 0);
	return kstd_span_sub(&all, in, len, &part) ? part.p : NULL;
}

const void *kstd_io_map(struct kstd_io *io, uint64_t off, size_t len)
{
	struct kstd_span part;

	if (off > io->size || len > io->size - off || off > INT64_MAX)
		return NULL;
	if (io->fd >= 0)
		return off % 8 ? NULL : map_fd(io, off, len);
	return kstd_span_sub(&io->mem, off, len, &part) && !((uintptr_t)part.p & 7) ? part.p : NULL;
}
