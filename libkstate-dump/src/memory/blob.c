// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "fdt/fdt_view.h"
#include "memory/blob.h"
#include "memory/core.h"
#include "memory/tree.h"

#define FIRST		4096		/* bytes by which a blob is recognized */
#define MAX_BYTES	(1UL << 31)	/* offsets in an FDT are int */
#define AFTER_TREE	(64UL << 10)	/* bytes after a tree that are read */
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

static int set_bytes(struct kstd_blob *b, void *p, size_t len)
{
	b->heap = p;
	b->loaded = true;
	b->bytes = kstd_span_of(p, len, 0);
	return 0;
}

/* @head: its first bytes; it may be empty. */
static int too_big(struct kstd_dump *dump, const struct kstd_blob *b, size_t max,
		   const struct kstd_span *head)
{
	struct kstd_where where = KSTD_AT(NULL, b->path, strlen(b->path));
	const char *hint, *what = kstd_file_guess(head, &hint);

	return kstd_err_at(dump->ctx, &where,
			   kstd_err(dump->ctx, KSTD_E_TOO_BIG, KSTD_NO_OFFSET,
				    "more than %zu bytes: not a blob of KHO%s%s%s%s", max,
				    what ? ", but " : "", what ? what : "", hint ? "; " : "",
				    hint ? hint : what ? "" : "; raw memory does not say at which addresses it was: --raw BASE says where it begins; or make a core, with virsh dump --memory-only or dump-guest-memory"));
}

/* A tree says how long it is; a stream or a file may go on for ever after it. */
static size_t tree_max(const struct kstd_span *head)
{
	uint64_t total = kstd_fdt_total(head);

	return total && total < MAX_BYTES - AFTER_TREE ? total + AFTER_TREE : MAX_BYTES;
}

static void endless(struct kstd_dump *dump, const struct kstd_blob *b, const struct kstd_span *head)
{
	struct kstd_where where = KSTD_AT(NULL, b->path, strlen(b->path));

	kstd_defect(dump, &where, KSTD_E_MISMATCH, kstd_fdt_total(head),
		    "more than %lu bytes follow the %u that its header gives; they are not read",
		    AFTER_TREE, kstd_fdt_total(head));
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
	max = kstd_fdt_magic(&head) ? tree_max(&head) : MAX_FOREIGN;
	err = kstd_file_read(fd, head, max + 1, &buf, &len);
	if (err)
		return err == ENOMEM ? kstd_nomem(dump->ctx) : kstd_errno(dump->ctx, b->path, err);
	if (kstd_copied(dump, len)) {
		free(buf);
		return -KSTD_INPUT;
	}
	if (len > max && max < MAX_BYTES && kstd_fdt_magic(&head)) {
		endless(dump, b, &head);
		len = max;
	}
	if (len <= max)
		return set_bytes(b, buf, len);
	free(buf);
	return too_big(dump, b, max, &head);
}

int kstd_copied(struct kstd_dump *dump, uint64_t bytes)
{
	if (bytes > KSTD_MAX_COPIED - dump->copied)
		return kstd_err(dump->ctx, KSTD_E_TOO_BIG, KSTD_NO_OFFSET,
				"more than %llu GiB of blobs and of memory that they name",
				KSTD_MAX_COPIED >> 30);
	dump->copied += bytes;
	return 0;
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

static int load_captured(struct kstd_dump *dump, struct kstd_blob *b)
{
	const struct kstd_io *io = &kstd_core_of(dump)->io;
	struct kstd_span none = { 0 };
	size_t len = 0;
	uint8_t *buf;
	int rc = bytes_left(dump, b, &len);

	if (!rc && len > MAX_BYTES)
		rc = too_big(dump, b, MAX_BYTES, &none);
	rc = rc ?: kstd_copied(dump, len);
	if (rc)
		return rc;
	buf = kstd_malloc(len);
	if (!buf)
		return kstd_nomem(dump->ctx);
	errno = 0;
	if (kstd_io_read(io, b->pa, buf, len) == (ssize_t)len)
		return set_bytes(b, buf, len);
	free(buf);
	return kstd_errno(dump->ctx, b->path, errno ? errno : EIO);
}

/* Files are read, never mapped: one that is made shorter meanwhile would raise SIGBUS. */
static int load_file(struct kstd_dump *dump, struct kstd_blob *b, int fd)
{
	struct kstd_where where = KSTD_AT(NULL, b->path, strlen(b->path));
	uint8_t first[FIRST];
	struct kstd_span head;
	struct stat st;
	ssize_t n;
	int rc;

	if (fstat(fd, &st))
		return kstd_errno(dump->ctx, b->path, errno);
	if (S_ISREG(st.st_mode) && (uint64_t)st.st_size > MAX_BYTES) {
		n = pread(fd, first, sizeof(first), 0);
		head = kstd_span_of(first, n > 0 ? n : 0, 0);
		return too_big(dump, b, MAX_BYTES, &head);
	}
	rc = kstd_blob_read(dump, b, (struct kstd_span){ 0 }, fd);
	if (!rc && S_ISREG(st.st_mode) && b->bytes.len < (uint64_t)st.st_size &&
	    b->bytes.len < tree_max(&b->bytes))
		kstd_defect(dump, &where, KSTD_E_TRUNCATED, b->bytes.len,
			    "it was made shorter while it was read: %zu of %llu bytes",
			    b->bytes.len, (unsigned long long)st.st_size);
	return rc;
}

static int open_blob(struct kstd_dump *dump, const struct kstd_blob *b)
{
	return dump->tree >= 0 ? kstd_tree_fd(dump, b->file) :
	       open(b->file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
}

static int cannot_open(struct kstd_dump *dump, const struct kstd_blob *b, int err)
{
	struct kstd_where where = KSTD_AT(NULL, b->path, strlen(b->path));

	return dump->live && (err == EACCES || err == EPERM) ?
	       kstd_err_at(dump->ctx, &where,
			   kstd_err(dump->ctx, KSTD_E_PERMISSION, KSTD_NO_OFFSET,
				    "permission denied%s", kstd_debugfs_denied())) :
	       kstd_errno(dump->ctx, b->path, err);
}

static int load(struct kstd_dump *dump, struct kstd_blob *b)
{
	int fd, rc;

	if (b->unread) {
		dump->ctx->err = *b->unread;
		return -kstd_error_class(dump->ctx);
	}
	if (b->in_memory)
		return load_memory(dump, b);
	if (b->in_capture)
		return load_captured(dump, b);
	fd = open_blob(dump, b);
	if (fd < 0)
		return cannot_open(dump, b, errno);
	rc = load_file(dump, b, fd);
	close(fd);
	return rc;
}

int kstd_blob_load(struct kstd_dump *dump, struct kstd_blob *b)
{
	int rc;

	if (b->loaded)
		return 0;
	dump->sourcing++;
	rc = load(dump, b);
	dump->sourcing--;
	return rc;
}

void kstd_blob_unload(struct kstd_blob *b)
{
	free(b->heap);
	b->heap = NULL;
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
