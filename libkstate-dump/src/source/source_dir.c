// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/*
 * A directory of blobs, in one of the forms in which people copy them:
 *   - one that holds kho/ or kstate/, as /sys/kernel/debug does
 *   - kho/ or kstate/ itself: it holds in/ or out/
 *   - in/ or out/ of one of these
 *   - any: files with the names that blobs have, and other FDTs
 */

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <linux/kho/abi/kstate.h>

#include "base/array.h"
#include "fdt/fdt_view.h"
#include "kho/kho_side.h"
#include "kho/scratch.h"
#include "memory/tree.h"
#include "source/source.h"

/**
 * struct scan_place - where the scan is
 * @rel: the directory, below that of the dump: empty or ends in "/"
 */
struct scan_place {
	struct kstd_dump *dump;
	const char *rel;
	unsigned int side;
};

static bool join(char *path, const char *dir, const char *name)
{
	return snprintf(path, PATH_MAX, "%s%s", dir, name) < PATH_MAX;
}

static void refuse(struct kstd_dump *dump, const char *rel, enum kstd_tree_found found)
{
	struct kstd_where where = KSTD_AT(NULL, rel, strlen(rel));

	kstd_defect(dump, &where, KSTD_E_ABSENT, KSTD_NO_OFFSET,
		    found == KSTD_TREE_OUTSIDE ?
		    "a link that leads out of the directory is not followed; --follow does that" :
		    "not a regular file: it is not read");
}

static int too_many(struct kstd_dump *dump, const char *rel)
{
	struct kstd_where where = KSTD_AT(NULL, rel, strlen(rel));

	kstd_defect(dump, &where, KSTD_E_TOO_BIG, KSTD_NO_OFFSET,
		    "more than %d blobs: this one and those after it are not looked at",
		    KSTD_MAX_BLOBS);
	return 0;
}

/* One regular file. A directory of that name is something else, and passed over. */
static int add_file(const struct scan_place *at, const char *name, enum kstd_role role)
{
	enum kstd_tree_found found;
	char rel[PATH_MAX];
	int rc;

	if (!join(rel, at->rel, name))
		return 0;
	rc = kstd_tree_look(at->dump, rel, &found);
	if (rc || found == KSTD_TREE_NONE || found == KSTD_TREE_DIR)
		return rc;
	if (found != KSTD_TREE_FILE) {
		refuse(at->dump, rel, found);
		return 0;
	}
	if (at->dump->nr_blobs >= KSTD_MAX_BLOBS)
		return at->dump->nr_blobs++ == KSTD_MAX_BLOBS ? too_many(at->dump, rel) : 0;
	return kstd_blob_add(at->dump, rel, rel, at->side, role) ? 0 : kstd_nomem(at->dump->ctx);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names of a directory's files, which are in no order; the arena has them. */
static int read_names(struct kstd_dump *dump, struct kstd_arena *a, DIR *d, const char ***names,
		      size_t *nr)
{
	const struct dirent *entry;
	size_t room = 0;

	*names = NULL;
	*nr = 0;
	while (errno = 0, (entry = readdir(d))) {
		const char *name = entry->d_name;

		if (*name == '.')
			continue;
		if (!kstd_array_fits(*names, *nr, room))
			return kstd_nomem(dump->ctx);
		(*names)[*nr] = kstd_arena_str(a, name, strlen(name));
		if (!(*names)[(*nr)++])
			return kstd_nomem(dump->ctx);
	}
	return errno ? kstd_errno(dump->ctx, ".", errno) : 0;
}

/* Every file of a directory, in the order of names. */
static int each_file(const struct scan_place *at,
		     int (*add)(const struct scan_place *, const char *))
{
	int fd = kstd_tree_fd(at->dump, at->rel), rc;
	struct kstd_arena arena = { 0 };
	const char **names;
	size_t nr;
	DIR *d;

	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 :
		       kstd_errno(at->dump->ctx, at->rel, errno);
	d = fdopendir(fd);
	if (!d) {
		rc = errno == ENOTDIR ? 0 : kstd_errno(at->dump->ctx, at->rel, errno);
		close(fd);
		return rc;
	}
	rc = read_names(at->dump, &arena, d, &names, &nr);
	closedir(d);
	if (nr)
		qsort(names, nr, sizeof(*names), by_name);
	for (size_t i = 0; i < nr && !rc; i++)
		rc = add(at, names[i]);
	kstd_arena_free(&arena);
	free(names);
	return rc;
}

static int add_subtree(const struct scan_place *at, const char *name)
{
	return add_file(at, name, KSTD_ROLE_SUBTREE);
}

static int add_subtrees(const struct scan_place *at)
{
	char rel[PATH_MAX];
	struct scan_place sub = { at->dump, rel, at->side };
	enum kstd_tree_found found;
	int rc;

	if (!join(rel, at->rel, "sub_fdts"))
		return 0;
	rc = kstd_tree_look(at->dump, rel, &found);
	if (rc || found == KSTD_TREE_NONE)
		return rc;
	if (found != KSTD_TREE_DIR) {
		refuse(at->dump, rel, found);
		return 0;
	}
	return join(rel, at->rel, "sub_fdts/") ? each_file(&sub, add_subtree) : 0;
}

static int add_extents(const struct scan_place *at)
{
	enum kstd_tree_found found;
	char rel[PATH_MAX];
	int fd, rc;

	if (!join(rel, at->rel, "extents"))
		return 0;
	rc = kstd_tree_look(at->dump, rel, &found);
	if (rc || found == KSTD_TREE_NONE || found == KSTD_TREE_FILE)
		return rc;
	if (found != KSTD_TREE_DIR) {
		refuse(at->dump, rel, found);
		return 0;
	}
	fd = kstd_tree_fd(at->dump, rel);
	if (fd < 0)
		return kstd_errno(at->dump->ctx, rel, errno);
	close(fd);
	return kstd_source_extents(at->dump, at->side, rel);
}

/* The in/ or out/ of kho/ or kstate/. */
static int add_side(const struct scan_place *at)
{
	return add_file(at, "fdt", KSTD_ROLE_ROOT) ?: add_subtrees(at) ?:
	       add_file(at, KSTD_SCRATCH_PHYS, KSTD_ROLE_SCRATCH) ?:
	       add_file(at, KSTD_SCRATCH_LEN, KSTD_ROLE_SCRATCH) ?:
	       add_file(at, KSTD_FINALIZE, KSTD_ROLE_FINALIZE) ?:
	       add_file(at, "image", KSTD_ROLE_IMAGE) ?:
	       add_file(at, "sections", KSTD_ROLE_TABLE) ?: add_extents(at);
}

static int add_sides(struct kstd_dump *dump, const char *prefix)
{
	static const unsigned int sides[] = { KSTD_SIDE_IN, KSTD_SIDE_OUT };
	char rel[64];
	int rc = 0;

	for (int i = 0; i < 2 && !rc; i++) {
		struct scan_place at = { dump, rel, sides[i] };

		if (!(dump->sides & sides[i]))
			continue;
		snprintf(rel, sizeof(rel), "%s%s/", prefix, kstd_side_name(sides[i]));
		rc = add_side(&at);
	}
	return rc;
}

/* kstate/catalog is of neither side: of what the running kernel can read. */
static int add_catalog(struct kstd_dump *dump, const char *prefix)
{
	struct scan_place at = { dump, prefix, KSTD_SIDE_FILE };

	return dump->sides & KSTD_SIDE_FILE ? add_file(&at, "catalog", KSTD_ROLE_CATALOG) : 0;
}

int kstd_source_scan(struct kstd_dump *dump)
{
	return add_sides(dump, "kho/") ?: add_sides(dump, KSTATE_KHO_NAME "/") ?:
	       add_catalog(dump, KSTATE_KHO_NAME "/");
}

static bool is_subtree(const char *name)
{
	static const char *const names[] = { KSTATE_KHO_NAME, "LUO", "memblock", "kexec-metadata" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

static bool is_fdt(const struct scan_place *at, const char *rel, int *rc)
{
	uint8_t magic[4];
	struct kstd_span s = kstd_span_of(magic, sizeof(magic), 0);
	int fd = kstd_tree_fd(at->dump, rel);
	ssize_t n;

	if (fd < 0) {
		/* Other people's files are not ours to complain of. */
		if (errno != EACCES && errno != EPERM && errno != ENOENT && errno != ENXIO)
			*rc = kstd_errno(at->dump->ctx, rel, errno);
		return false;
	}
	n = read(fd, magic, sizeof(magic));
	if (n < 0 && errno != EISDIR)
		*rc = kstd_errno(at->dump->ctx, rel, errno);
	close(fd);
	return n == sizeof(magic) && kstd_fdt_magic(&s);
}

/* A file that has not the name of a blob: its first bytes say whether it is one. */
static int add_other(const struct scan_place *at, const char *name)
{
	enum kstd_tree_found found;
	char rel[PATH_MAX];
	int rc;

	if (!join(rel, at->rel, name))
		return 0;
	rc = kstd_tree_look(at->dump, rel, &found);
	if (!rc && found == KSTD_TREE_OUTSIDE)
		refuse(at->dump, rel, found);
	if (rc || found != KSTD_TREE_FILE)
		return rc;
	return is_fdt(at, rel, &rc) ? add_file(at, name, KSTD_ROLE_SUBTREE) : rc;
}

static int add_flat(const struct scan_place *at, const char *name)
{
	if (!strcmp(name, "fdt"))
		return add_file(at, name, KSTD_ROLE_ROOT);
	if (!strcmp(name, "image"))
		return add_file(at, name, KSTD_ROLE_IMAGE);
	if (!strcmp(name, "sections"))
		return add_file(at, name, KSTD_ROLE_TABLE);
	if (!strcmp(name, "catalog"))
		return add_file(at, name, KSTD_ROLE_CATALOG);
	if (!strcmp(name, KSTD_SCRATCH_PHYS) || !strcmp(name, KSTD_SCRATCH_LEN))
		return add_file(at, name, KSTD_ROLE_SCRATCH);
	if (!strcmp(name, KSTD_FINALIZE))
		return add_file(at, name, KSTD_ROLE_FINALIZE);
	return is_subtree(name) ? add_file(at, name, KSTD_ROLE_SUBTREE) : add_other(at, name);
}

/* The directory's own name says which side it is, if it is one. */
static int side_of(struct kstd_dump *dump, const char *path, unsigned int *side)
{
	char real[PATH_MAX];
	const char *slash;

	if (!realpath(path, real))
		return kstd_errno(dump->ctx, path, errno);
	slash = strrchr(real, '/');
	*side = slash && !strcmp(slash, "/in") ? KSTD_SIDE_IN :
		slash && !strcmp(slash, "/out") ? KSTD_SIDE_OUT : KSTD_SIDE_FILE;
	return 0;
}

static int add_any(struct kstd_dump *dump, const char *path)
{
	struct scan_place at = { dump, "", KSTD_SIDE_FILE };

	return side_of(dump, path, &at.side) ?: each_file(&at, add_flat) ?: add_subtrees(&at) ?:
	       add_extents(&at);
}

/* Is one of two names there? A link that leads out of the directory says that somebody means it. */
static int has_either(struct kstd_dump *dump, const char *a, const char *b, bool *has)
{
	enum kstd_tree_found found_a, found_b;
	int rc = kstd_tree_look(dump, a, &found_a) ?: kstd_tree_look(dump, b, &found_b);

	if (rc)
		return rc;
	*has = found_a == KSTD_TREE_DIR || found_b == KSTD_TREE_DIR;
	if (found_a == KSTD_TREE_OUTSIDE)
		refuse(dump, a, found_a);
	if (found_b == KSTD_TREE_OUTSIDE)
		refuse(dump, b, found_b);
	return 0;
}

static int scan(struct kstd_dump *dump, const char *path)
{
	bool has;
	int rc = has_either(dump, "kho", KSTATE_KHO_NAME, &has);

	if (!rc && has)
		return kstd_source_scan(dump);
	rc = rc ?: has_either(dump, "in", "out", &has);
	if (!rc && has)
		return add_sides(dump, "") ?: add_catalog(dump, "");
	return rc ?: add_any(dump, path);
}

int kstd_source_dir(struct kstd_dump *dump, const char *path)
{
	struct kstd_where where = KSTD_AT(NULL, path, strlen(path));
	int rc = access(path, R_OK | X_OK) ? kstd_errno(dump->ctx, path, errno) :
		 kstd_tree_open(dump, path);

	if (rc)
		return rc;
	rc = scan(dump, path);
	if (!rc && !dump->blobs && dump->reports[KSTD_SAYS_UNKNOWN].nr)
		rc = kstd_err(dump->ctx, KSTD_E_NO_BLOBS, KSTD_NO_OFFSET,
			      "a directory without blobs of KHO or kstate that may be read: links that lead out of it are not followed, and only regular files are read; --follow follows links");
	else if (!rc && !dump->blobs)
		rc = kstd_err(dump->ctx, KSTD_E_NO_BLOBS, KSTD_NO_OFFSET,
			      "a directory without blobs of KHO or kstate");
	return kstd_err_at(dump->ctx, &where, rc);
}
