// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criu.pb-c.c>

#include "base/alloc.h"
#include "base/file.h"
#include "base/span.h"
#include "extract/criu_map.h"

#define IMAGE_MAGIC	0x54564319u

static void *pb_alloc(void *short_of, size_t size)
{
	void *p = kstd_malloc(size);

	if (!p)
		*(bool *)short_of = true;
	return p;
}

static void pb_free(void *short_of, void *p)
{
	(void)short_of;
	free(p);
}

static int damaged(struct kstd_dump *dump, uint64_t offset, const char *what)
{
	return kstd_err(dump->ctx, KSTD_E_CORRUPT, offset, "%s", what);
}

/* The message, if the file is what its name says. */
static int find_message(struct kstd_dump *dump, struct kstd_span file, struct kstd_span *message)
{
	uint64_t magic, len;

	if (!kstd_span_int(&file, 4, false, &magic) || magic != IMAGE_MAGIC)
		return kstd_err(dump->ctx, KSTD_E_FOREIGN, 0, "not an image of CRIU");
	if (!kstd_span_skip(&file, 4) || !kstd_span_int(&file, 4, false, &len) ||
	    !kstd_span_take(&file, len, message))
		return kstd_err(dump->ctx, KSTD_E_TRUNCATED, file.at, NULL);
	return file.len ? damaged(dump, file.at, "bytes follow the map of names") : 0;
}

static bool is_file_name(const ProtobufCBinaryData *name)
{
	const char *s = (const char *)name->data;

	return name->len && name->len <= KSTD_CRIU_NAME && !memchr(s, 0, name->len) &&
	       !memchr(s, '/', name->len) && !(name->len <= 2 && !memcmp(s, "..", name->len));
}

static const char *keep_text(struct kstd_dump *dump, const ProtobufCBinaryData *text)
{
	return kstd_arena_str(&dump->arena, (const char *)text->data, text->len);
}

static int by_token(const void *a, const void *b)
{
	uint64_t x = ((const struct kstd_criu_file *)a)->token;
	uint64_t y = ((const struct kstd_criu_file *)b)->token;

	return x < y ? -1 : x > y;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct kstd_criu_file *)a)->name,
		      ((const struct kstd_criu_file *)b)->name);
}

static const struct kstd_criu_file *find_twice(struct kstd_criu_map *map,
					       int (*order)(const void *, const void *))
{
	qsort(map->files, map->nr, sizeof(*map->files), order);
	for (size_t i = 1; i < map->nr; i++)
		if (!order(&map->files[i - 1], &map->files[i]))
			return &map->files[i];
	return NULL;
}

static int take_files(struct kstd_dump *dump, const KstdCriuMap *m, struct kstd_criu_map *map)
{
	char safe[KSTD_SAFE];

	map->files = kstd_arena_get(&dump->arena, m->n_files * sizeof(*map->files));
	map->session = keep_text(dump, &m->session);
	if (!map->files || !map->session)
		return kstd_nomem(dump->ctx);
	for (map->nr = 0; map->nr < m->n_files; map->nr++) {
		const KstdCriuFile *f = m->files[map->nr];
		struct kstd_criu_file *to = &map->files[map->nr];

		if (!is_file_name(&f->name))
			return kstd_err(dump->ctx, KSTD_E_CORRUPT, KSTD_NO_OFFSET,
					"file %zu: \"%s\" is no name of a file", map->nr,
					kstd_safe(safe, f->name.data, f->name.len));
		*to = (struct kstd_criu_file){ keep_text(dump, &f->name), f->token };
		if (!to->name)
			return kstd_nomem(dump->ctx);
	}
	return 0;
}

static int take_map(struct kstd_dump *dump, const KstdCriuMap *m, struct kstd_criu_map *map)
{
	const struct kstd_criu_file *twice;
	int rc;

	if (!m->session.len || memchr(m->session.data, 0, m->session.len))
		return damaged(dump, KSTD_NO_OFFSET, "the session has no name");
	if (!m->n_files)
		return damaged(dump, KSTD_NO_OFFSET, "no file has a name");
	rc = take_files(dump, m, map);
	if (rc)
		return rc;
	twice = find_twice(map, by_name);
	if (!twice)
		twice = find_twice(map, by_token);
	if (!twice)
		return 0;
	return kstd_err(dump->ctx, KSTD_E_CORRUPT, KSTD_NO_OFFSET,
			"the name \"%s\" or its token 0x%llx is there twice", twice->name,
			(unsigned long long)twice->token);
}

static int read_map(struct kstd_dump *dump, struct kstd_span file, struct kstd_criu_map *map)
{
	bool short_of = false;
	ProtobufCAllocator allocator = { pb_alloc, pb_free, &short_of };
	struct kstd_span message = { 0 };
	int rc = find_message(dump, file, &message);
	KstdCriuMap *m;

	if (rc)
		return rc;
	m = kstd_criu_map__unpack(&allocator, message.len, message.p);
	if (m)
		rc = take_map(dump, m, map);
	else
		rc = short_of ? kstd_nomem(dump->ctx) :
		     damaged(dump, message.at, "the map of names is no message of that form");
	kstd_criu_map__free_unpacked(m, &allocator);
	return rc;
}

int kstd_criu_map_read(struct kstd_dump *dump, const char *dir, struct kstd_criu_map *map)
{
	struct kstd_where where;
	char path[PATH_MAX];
	uint8_t *buf = NULL;
	size_t len = 0;
	int fd, err, rc;

	if (snprintf(path, sizeof(path), "%s/" KSTD_CRIU_MAP_NAME, dir) >= (int)sizeof(path))
		return kstd_errno(dump->ctx, dir, ENAMETOOLONG);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return kstd_errno(dump->ctx, path, errno);
	err = kstd_file_read(fd, (struct kstd_span){ 0 }, KSTD_CRIU_MAP_BYTES + 1, &buf, &len);
	close(fd);
	if (err)
		return err == ENOMEM ? kstd_nomem(dump->ctx) : kstd_errno(dump->ctx, path, err);
	where = KSTD_AT(NULL, path, strlen(path));
	if (len > KSTD_CRIU_MAP_BYTES)
		rc = kstd_err(dump->ctx, KSTD_E_TOO_BIG, KSTD_NO_OFFSET, "over 8 MiB");
	else
		rc = read_map(dump, kstd_span_of(buf, len, 0), map);
	free(buf);
	return kstd_err_at(dump->ctx, &where, rc);
}
