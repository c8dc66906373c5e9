// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/array.h"
#include "base/file.h"
#include "kstate/extents.h"
#include "memory/phys.h"
#include "memory/tree.h"

static int by_address(const void *a_, const void *b_)
{
	const struct kstd_extent *a = a_, *b = b_;

	return a->address < b->address ? -1 : a->address > b->address;
}

static void free_files(void *p, size_t len)
{
	(void)len;
	free(p);
}

/* Collect the files that have an address as their name. */
static bool read_names(DIR *d, struct kstd_extents *x)
{
	const struct dirent *entry;
	uint64_t address;
	size_t room = 0;

	while (errno = 0, (entry = readdir(d))) {
		if (!kstd_hex(entry->d_name, strlen(entry->d_name), &address))
			continue;
		if (!kstd_array_fits(x->files, x->nr, room))
			return false;
		x->files[x->nr++] = (struct kstd_extent){ address, KSTD_NO_OFFSET };
	}
	return !errno;
}

/* The extents in a directory; NULL and a defect if it cannot be read or memory is short. */
static struct kstd_extents *from_files(struct kstd_dump *dump, const struct kstd_extents_dir *from)
{
	struct kstd_where where = KSTD_AT(NULL, from->path, strlen(from->path));
	struct kstd_extents *x = kstd_arena_get(&dump->arena, sizeof(*x));
	int fd = x ? kstd_tree_fd(dump, from->path) : -1;
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	bool ok;

	if (x && !d) {
		kstd_defect(dump, &where, KSTD_E_IO, KSTD_NO_OFFSET, "%s", strerror(errno));
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	if (x)
		*x = (struct kstd_extents){ .path = from->path };
	ok = x && read_names(d, x);
	if (d)
		closedir(d);
	if (x && !kstd_arena_own(&dump->arena, free_files, x->files, 0))
		ok = false;
	if (!ok) {
		kstd_defect(dump, &where, KSTD_E_MEMORY, KSTD_NO_OFFSET, NULL);
		return NULL;
	}
	if (x->nr)
		qsort(x->files, x->nr, sizeof(*x->files), by_address);
	return x;
}

static void free_seen(void *p, size_t len)
{
	(void)len;
	kstd_visited_free(p);
}

static struct kstd_extents *from_memory(struct kstd_dump *dump)
{
	struct kstd_extents *x = kstd_arena_get(&dump->arena, sizeof(*x));

	if (x)
		*x = (struct kstd_extents){ .in_memory = true, .seen.max = KSTD_MAX_EXTENTS };
	if (x && kstd_arena_own(&dump->arena, free_seen, &x->seen, 0))
		return x;
	kstd_defect(dump, NULL, KSTD_E_MEMORY, KSTD_NO_OFFSET, NULL);
	return NULL;
}

struct kstd_extents *kstd_extents_of(struct kstd_dump *dump, unsigned int side)
{
	const struct kstd_extents_dir *from = dump->extents_dirs;
	struct kstd_extents *x = dump->extents;

	while (x && x->side != side)
		x = x->next;
	if (x)
		return x;
	while (from && from->side != side)
		from = from->next;
	if (from)
		x = from_files(dump, from);
	else if (dump->phys && (dump->captured || kstd_phys_follows(dump, side)))
		x = from_memory(dump);
	if (x) {
		x->side = side;
		x->next = dump->extents;
		dump->extents = x;
	}
	return x;
}

struct kstd_extents *kstd_extents_all(struct kstd_dump *dump)
{
	for (const struct kstd_extents_dir *from = dump->extents_dirs; from; from = from->next)
		kstd_extents_of(dump, from->side);
	return dump->extents;
}

/* Read up to @max bytes of a file of unknown length; @a frees them. */
static int read_all(struct kstd_dump *dump, struct kstd_arena *a, int fd, uint64_t max,
		    struct kstd_span *out)
{
	uint8_t *buf;
	size_t len;
	int err = kstd_file_read(fd, (struct kstd_span){ 0 }, max, &buf, &len);

	if (err == ENOMEM)
		return kstd_nomem(dump->ctx);
	if (err)
		return kstd_err(dump->ctx, KSTD_E_IO, KSTD_NO_OFFSET, "%s", strerror(err));
	*out = kstd_span_of(buf, len, 0);
	return kstd_arena_own(a, free_files, buf, 0) ? 0 : kstd_nomem(dump->ctx);
}

static int check_size(struct kstd_dump *dump, uint64_t bytes, const struct kstd_span *got)
{
	if (got->len == bytes)
		return 0;
	if (!got->len)
		return kstd_err(dump->ctx, KSTD_E_EMPTY, KSTD_NO_OFFSET,
				"empty: tar and copying by file size do this to files of debugfs; copy them with cp");
	return kstd_err(dump->ctx, got->len < bytes ? KSTD_E_TRUNCATED : KSTD_E_MISMATCH,
			KSTD_NO_OFFSET, "%zu bytes%s of an extent of %llu", got->len,
			got->len < bytes ? "" : " or more", (unsigned long long)bytes);
}

static int open_file(struct kstd_dump *dump, struct kstd_arena *a, const struct kstd_extents *x,
		     const char *name, uint64_t max, struct kstd_span *out)
{
	char file[PATH_MAX];
	int fd, rc;

	if (snprintf(file, sizeof(file), "%s/%s", x->path, name) >= (int)sizeof(file))
		return kstd_err(dump->ctx, KSTD_E_ABSENT, KSTD_NO_OFFSET, "path too long");
	fd = kstd_tree_fd(dump, file);
	if (fd < 0 && (errno == EACCES || errno == EPERM))
		return kstd_err(dump->ctx, KSTD_E_PERMISSION, KSTD_NO_OFFSET, NULL);
	if (fd < 0 && (errno == EXDEV || errno == ELOOP))
		return kstd_err(dump->ctx, KSTD_E_ABSENT, KSTD_NO_OFFSET,
				"a link that leads out of the directory is not followed; --follow does that");
	if (fd < 0 && errno == ENXIO)
		return kstd_err(dump->ctx, KSTD_E_ABSENT, KSTD_NO_OFFSET, "not a regular file");
	if (fd < 0)
		return kstd_err(dump->ctx, KSTD_E_IO, KSTD_NO_OFFSET, "%s", strerror(errno));
	rc = read_all(dump, a, fd, max, out);
	close(fd);
	return rc;
}

static int load_file(struct kstd_dump *dump, struct kstd_arena *a, const struct kstd_extents *x,
		     const char *name, uint64_t bytes, struct kstd_span *out)
{
	int rc = open_file(dump, a, x, name, bytes < UINT64_MAX ? bytes + 1 : bytes, out);

	return rc ? rc : check_size(dump, bytes, out);
}

const struct kstd_extent *kstd_extents_from(const struct kstd_extents *x, uint64_t address)
{
	size_t i = kstd_lower_bound(x->files, x->nr, address, address);

	return i < x->nr ? &x->files[i] : NULL;
}

int kstd_extents_file(struct kstd_dump *dump, struct kstd_arena *a, const struct kstd_extents *x,
		      uint64_t address, struct kstd_span *out)
{
	struct kstd_where dir = KSTD_AT(NULL, x->path, strlen(x->path)), where;
	char name[20];

	snprintf(name, sizeof(name), "%llx", (unsigned long long)address);
	where = KSTD_AT(&dir, name, strlen(name));
	return kstd_err_at(dump->ctx, &where, open_file(dump, a, x, name, UINT64_MAX, out));
}

static int claim_file(struct kstd_dump *dump, struct kstd_extents *x, uint64_t address,
		      uint64_t owner)
{
	const struct kstd_extent key = { .address = address };
	struct kstd_extent *e = x->nr ? bsearch(&key, x->files, x->nr, sizeof(key), by_address) :
				NULL;

	if (!e)
		return kstd_err(dump->ctx, KSTD_E_ABSENT, KSTD_NO_OFFSET,
				"an extent of a payload that is not in this source");
	if (e->owner != KSTD_NO_OFFSET && e->owner != owner)
		return kstd_err(dump->ctx, KSTD_E_CORRUPT, KSTD_NO_OFFSET,
				"an extent of another payload, too");
	e->owner = owner;
	return 0;
}

static int load_one(struct kstd_dump *dump, struct kstd_arena *a, struct kstd_extents *x,
		    uint64_t address, uint64_t bytes, uint64_t owner, struct kstd_span *out)
{
	struct kstd_where dir = KSTD_AT(NULL, x->path, strlen(x->path)), where;
	char name[20];
	int rc;

	snprintf(name, sizeof(name), "%llx", (unsigned long long)address);
	where = KSTD_AT(&dir, name, strlen(name));
	rc = claim_file(dump, x, address, owner);
	if (!rc)
		rc = load_file(dump, a, x, name, bytes, out);
	return kstd_err_at(dump->ctx, &where, rc);
}

/* An extent that is in the list twice would be read and copied twice. */
static int check_once(struct kstd_dump *dump, const struct kstd_extent *e, size_t nr)
{
	for (size_t i = 1; i < nr; i++)
		if (e[i].address == e[i - 1].address)
			return kstd_err(dump->ctx, KSTD_E_CORRUPT, KSTD_NO_OFFSET,
					"the list has extent 0x%llx twice",
					(unsigned long long)e[i].address);
	return 0;
}

static int check_list(struct kstd_dump *dump, struct kstd_span list, size_t nr)
{
	struct kstd_extent *e = kstd_calloc(nr, sizeof(*e));
	uint64_t bytes;
	int rc;

	if (!e)
		return kstd_nomem(dump->ctx);
	for (size_t i = 0; i < nr; i++) {
		kstd_span_be64(&list, &e[i].address);
		kstd_span_be64(&list, &bytes);
	}
	qsort(e, nr, sizeof(*e), by_address);
	rc = check_once(dump, e, nr);
	free(e);
	return rc;
}

/* Read extents one after the other; each is as long as the file that holds it. */
static int load_many(struct kstd_dump *dump, struct kstd_arena *a, struct kstd_extents *x,
		     struct kstd_span list, uint64_t owner, struct kstd_span *out)
{
	uint8_t *buf = NULL, *bigger;
	uint64_t address, bytes;
	struct kstd_span part;
	size_t len = 0;
	int rc = 0;

	while (!rc && kstd_span_be64(&list, &address) && kstd_span_be64(&list, &bytes)) {
		struct kstd_arena once = { 0 };

		rc = load_one(dump, &once, x, address, bytes, owner, &part);
		bigger = rc ? NULL : kstd_realloc(buf, len + part.len + 1);
		if (bigger) {
			buf = bigger;
			memcpy(buf + len, part.p, part.len);
			len += part.len;
		} else if (!rc) {
			rc = kstd_nomem(dump->ctx);
		}
		kstd_arena_free(&once);
	}
	*out = kstd_span_of(buf, len, 0);
	if (!kstd_arena_own(a, free_files, buf, 0) && !rc)
		rc = kstd_nomem(dump->ctx);
	return rc;
}

/* No extent is read for two payloads, or a small core could keep the reader busy for ever. */
static int claim_extent(struct kstd_dump *dump, struct kstd_extents *x, uint64_t address,
			uint64_t owner)
{
	enum kstd_visit_result as = address ? kstd_visit(&x->seen, address, owner) :
					      KSTD_VISIT_OTHER;

	switch (as) {
	case KSTD_VISIT_NEW:
	case KSTD_VISIT_SAME:
		return 0;
	case KSTD_VISIT_FULL:
		return kstd_err(dump->ctx, KSTD_E_TOO_BIG, address, "more than %lu extents",
				KSTD_MAX_EXTENTS);
	case KSTD_VISIT_NO_MEMORY:
		return kstd_nomem(dump->ctx);
	default:
		return kstd_err(dump->ctx, KSTD_E_CORRUPT, address,
				"an extent at 0x%llx of another payload, too",
				(unsigned long long)address);
	}
}

/* Check that both ends of each extent are in memory, and that all are not too large. */
static int check_memory(struct kstd_dump *dump, struct kstd_extents *x, struct kstd_span list,
		 uint64_t owner, uint64_t *total)
{
	uint64_t address, bytes;
	uint8_t byte;
	int rc;

	*total = 0;
	while (kstd_span_be64(&list, &address) && kstd_span_be64(&list, &bytes)) {
		if (bytes > KSTD_MAX_PAYLOAD - *total)
			return kstd_err(dump->ctx, KSTD_E_TOO_BIG, address,
					"a payload of more than %llu bytes", KSTD_MAX_PAYLOAD);
		*total += bytes;
		rc = claim_extent(dump, x, address, owner);
		if (!rc && bytes)
			rc = kstd_phys_copy(dump, address, &byte, 1) ?:
			     kstd_phys_copy(dump, address + (bytes - 1), &byte, 1);
		if (rc)
			return rc;
	}
	return 0;
}

static int read_memory(struct kstd_dump *dump, struct kstd_arena *a, struct kstd_extents *x,
		       struct kstd_span list, uint64_t owner, struct kstd_span *out)
{
	uint64_t address, bytes, total;
	size_t done = 0;
	uint8_t *buf;
	int rc = check_memory(dump, x, list, owner, &total);

	if (rc)
		return rc;
	buf = kstd_malloc(total ? total : 1);
	if (!buf)
		return kstd_nomem(dump->ctx);
	while (!rc && kstd_span_be64(&list, &address) && kstd_span_be64(&list, &bytes)) {
		rc = kstd_phys_copy(dump, address, buf + done, bytes);
		done += bytes;
	}
	*out = kstd_span_of(buf, total, 0);
	if (!kstd_arena_own(a, free_files, buf, 0) && !rc)
		rc = kstd_nomem(dump->ctx);
	return rc;
}

int kstd_extents_load(struct kstd_dump *dump, struct kstd_arena *a, struct kstd_extents *x,
		      struct kstd_span list, uint64_t owner, struct kstd_span *out)
{
	uint64_t address = 0, bytes = 0;
	size_t nr = list.len / 16;
	int rc;

	if (nr > 1) {
		rc = check_list(dump, list, nr);
		if (!rc && x->in_memory)
			return read_memory(dump, a, x, list, owner, out);
		return rc ? rc : load_many(dump, a, x, list, owner, out);
	}
	if (x->in_memory)
		return read_memory(dump, a, x, list, owner, out);
	kstd_span_be64(&list, &address);
	kstd_span_be64(&list, &bytes);
	return load_one(dump, a, x, address, bytes, owner, out);
}
