// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "fdt/fdt_view.h"
#include "memory/blob.h"
#include "memory/core.h"

#define MAP_FROM	(1UL << 20)	/* smaller files are read */
#define FIRST		4096		/* bytes by which a blob is recognized */
#define MAX_BYTES	(1UL << 31)	/* offsets in an FDT are int */
#define MAX_FOREIGN	(16UL << 20)	/* of a stream that does not start like an FDT */

static void drop_blob(void *p, size_t len)
{
	(void)len;
	kstd_blob_unload(p);
}

struct kstd_blob *kstd_blob_add(struct kstd_dump *dump, const char *path, const char *file,
				unsigned int side, enum kstd_role role)
{
	struct kstd_blob *b = kstd_arena_get(&dump->arena, sizeof(*b));
	const char *slash;

	if (!b)
		return NULL;
	*b = (struct kstd_blob){ .side = side, .role = role };
	b->path = kstd_arena_str(&dump->arena, path, strlen(path));
	b->file = file ? kstd_arena_str(&dump->arena, file, strlen(file)) : NULL;
	if (!b->path || (file && !b->file) || !kstd_arena_own(&dump->arena, drop_blob, b, 0))
		return NULL;
	slash = strrchr(b->path, '/');
	b->name = slash ? slash + 1 : b->path;
	*dump->last_blob = b;
	dump->last_blob = &b->next;
	dump->nr_blobs++;
	return b;
}

struct kstd_blob *kstd_blob_find(struct kstd_dump *dump, unsigned int side, enum kstd_role role,
				 const char *name, size_t len)
{
	for (struct kstd_blob *b = dump->blobs; b; b = b->next)
		if (b->side == side && b->role == role &&
		    (!name || (strlen(b->name) == len && !memcmp(b->name, name, len))))
			return b;
	return NULL;
}

void kstd_blob_drop_last(struct kstd_dump *dump)
{
	struct kstd_blob **at = &dump->blobs;

	while (*at && (*at)->next)
		at = &(*at)->next;
	*at = NULL;
	dump->last_blob = at;
	dump->nr_blobs--;
}

static int set_bytes(struct kstd_blob *b, void *p, size_t len, bool mapped)
{
	b->heap = p;
	b->mapped = mapped;
	b->loaded = true;
	b->bytes = kstd_span_of(p, len, 0);
	return 0;
}

static int too_big(struct kstd_dump *dump, const struct kstd_blob *b, size_t max)
{
	struct kstd_where where = KSTD_AT(NULL, b->path, strlen(b->path));

	return kstd_err_at(dump->ctx, &where,
			   kstd_err(dump->ctx, KSTD_E_TOO_BIG, KSTD_NO_OFFSET,
				    "more than %zu bytes: not a blob of KHO", max));
}

int kstd_blob_read(struct kstd_dump *dump, struct kstd_blob *b, struct kstd_span head, int fd)
{
	uint8_t first[FIRST], *buf;
	size_t len, max;
	int err;

	/* The first bytes say how much this may be. */
	if (!head.len) {
		ssize_t n;

		do {
			n = read(fd, first, sizeof(first));
		} while (n < 0 && errno == EINTR);
		if (n < 0)
			return kstd_errno(dump->ctx, b->path, errno);
		head = kstd_span_of(first, n, 0);
	}
	max = kstd_fdt_magic(&head) ? MAX_BYTES : MAX_FOREIGN;
	err = kstd_file_read(fd, head, max + 1, &buf, &len);
	if (err)
		return err == ENOMEM ? kstd_nomem(dump->ctx) : kstd_errno(dump->ctx, b->path, err);
	if (len <= max)
		return set_bytes(b, buf, len, false);
	free(buf);
	return too_big(dump, b, max);
}

static int map(struct kstd_dump *dump, struct kstd_blob *b, int fd, size_t len)
{
	void *p;

	if (len > MAX_BYTES)
		return too_big(dump, b, MAX_BYTES);
	p = mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return kstd_blob_read(dump, b, (struct kstd_span){ 0 }, fd);
	return set_bytes(b, p, len, true);
}

static int load_memory(struct kstd_dump *dump, struct kstd_blob *b)
{
	struct kstd_where where = KSTD_AT(NULL, b->path, strlen(b->path));
	int rc = kstd_phys_get(dump, b->pa, b->in_memory_bytes, &b->bytes);

	b->bytes.at = 0;
	b->loaded = !rc;
	if (!rc && b->origin)
		kstd_note(dump, "%s", b->origin);
	return kstd_err_at(dump->ctx, &where, rc);
}

/* Set @len to the bytes of a blob that the capture still has: the capture may have been cut. */
static int bytes_left(struct kstd_dump *dump, const struct kstd_blob *b, size_t *len)
{
	struct kstd_where where = KSTD_AT(NULL, b->path, strlen(b->path));
	uint64_t size = kstd_core_of(dump)->io.size, wanted = b->in_memory_bytes;
	uint64_t left = b->pa < size ? size - b->pa : 0;

	*len = wanted < left ? wanted : left;
	if (*len == wanted)
		return 0;
	if (!*len)
		return kstd_err_at(dump->ctx, &where,
				   kstd_err(dump->ctx, KSTD_E_TRUNCATED, size,
					    "the capture was cut before it: %llu bytes are missing",
					    (unsigned long long)wanted));
	kstd_defect(dump, &where, KSTD_E_TRUNCATED, size,
		    "the capture was cut: %llu of %llu bytes are missing",
		    (unsigned long long)(wanted - *len), (unsigned long long)wanted);
	return 0;
}

/* Load a blob of a capture: a large one begins where a page begins, and is mapped. */
static int load_captured(struct kstd_dump *dump, struct kstd_blob *b)
{
	const struct kstd_io *io = &kstd_core_of(dump)->io;
	size_t len = 0;
	uint8_t *buf;
	void *p;
	int rc = bytes_left(dump, b, &len);

	if (rc)
		return rc;
	if (len > MAX_BYTES)
		return too_big(dump, b, MAX_BYTES);
	p = io->fd < 0 || len < MAP_FROM ? MAP_FAILED :
	    mmap(NULL, len, PROT_READ, MAP_PRIVATE, io->fd, b->pa);
	if (p != MAP_FAILED)
		return set_bytes(b, p, len, true);
	buf = malloc(len + 1);
	if (!buf)
		return kstd_nomem(dump->ctx);
	if (kstd_io_read(io, b->pa, buf, len) == (ssize_t)len)
		return set_bytes(b, buf, len, false);
	free(buf);
	return kstd_errno(dump->ctx, b->path, errno ? errno : EIO);
}

int kstd_blob_load(struct kstd_dump *dump, struct kstd_blob *b)
{
	struct stat st;
	int fd, rc;

	if (b->loaded)
		return 0;
	if (b->in_memory)
		return load_memory(dump, b);
	if (b->in_capture)
		return load_captured(dump, b);
	fd = open(b->file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return kstd_errno(dump->ctx, b->path, errno);
	if (fstat(fd, &st))
		rc = kstd_errno(dump->ctx, b->path, errno);
	else if (S_ISREG(st.st_mode) && (uint64_t)st.st_size >= MAP_FROM)
		rc = map(dump, b, fd, st.st_size);
	else
		rc = kstd_blob_read(dump, b, (struct kstd_span){ 0 }, fd);	/* debugfs says 0 bytes */
	close(fd);
	return rc;
}

void kstd_blob_unload(struct kstd_blob *b)
{
	if (b->mapped)
		munmap(b->heap, b->bytes.len);
	else
		free(b->heap);
	b->heap = NULL;
	b->mapped = false;
}

int kstd_blob_realign(struct kstd_dump *dump, struct kstd_span *bytes)
{
	uint8_t *copy;

	if (!((uintptr_t)bytes->p & 7))
		return 0;
	copy = kstd_arena_get(&dump->arena, bytes->len);
	if (!copy)
		return kstd_nomem(dump->ctx);
	memcpy(copy, bytes->p, bytes->len);
	bytes->p = copy;
	return 0;
}
