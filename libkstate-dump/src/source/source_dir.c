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
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/kho/abi/kstate.h>

#include "fdt/fdt_view.h"
#include "kho/kho_side.h"
#include "kho/scratch.h"
#include "source/source.h"

/**
 * struct place - where the scan is
 * @dir: the directory, to open files by
 * @rel: the same for messages: empty or ends in "/"
 */
struct place {
	struct kstd_dump *dump;
	const char *dir;
	const char *rel;
	unsigned int side;
};

static bool is_dir(const char *dir, const char *name)
{
	char path[PATH_MAX];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

static bool is_fdt(const char *path)
{
	uint8_t magic[4];
	struct kstd_span s = kstd_span_of(magic, sizeof(magic), 0);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	bool yes;

	if (fd < 0)
		return false;
	yes = read(fd, magic, sizeof(magic)) == sizeof(magic) && kstd_fdt_magic(&s);
	close(fd);
	return yes;
}

/* One regular file; anything else is passed over. */
static int add_file(const struct place *at, const char *name, enum kstd_role role)
{
	char file[PATH_MAX], rel[PATH_MAX];
	struct stat st;

	if (snprintf(file, sizeof(file), "%s/%s", at->dir, name) >= (int)sizeof(file) ||
	    snprintf(rel, sizeof(rel), "%s%s", at->rel, name) >= (int)sizeof(rel))
		return 0;
	if (stat(file, &st))
		return errno == EACCES ? kstd_errno(at->dump->ctx, rel, errno) : 0;
	if (!S_ISREG(st.st_mode) || at->dump->nr_blobs >= KSTD_MAX_BLOBS)
		return 0;
	return kstd_blob_add(at->dump, rel, file, at->side, role) ? 0 :
	       kstd_nomem(at->dump->ctx);
}

static int visible(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

/* Every file of a directory, in the order of names, since readdir() has no order. */
static int each_file(const struct place *at, int (*add)(const struct place *, const char *))
{
	struct dirent **names;
	int n = scandir(at->dir, &names, visible, alphasort), rc = 0;

	if (n < 0)
		return errno == ENOENT ? 0 : kstd_errno(at->dump->ctx, at->rel, errno);
	for (int i = 0; i < n; i++) {
		if (!rc)
			rc = add(at, names[i]->d_name);
		free(names[i]);
	}
	free(names);
	return rc;
}

static int add_subtree(const struct place *at, const char *name)
{
	return add_file(at, name, KSTD_ROLE_SUBTREE);
}

static int add_subtrees(const struct place *at)
{
	char dir[PATH_MAX], rel[PATH_MAX];
	struct place sub = { at->dump, dir, rel, at->side };

	if (snprintf(dir, sizeof(dir), "%s/sub_fdts", at->dir) >= (int)sizeof(dir) ||
	    snprintf(rel, sizeof(rel), "%ssub_fdts/", at->rel) >= (int)sizeof(rel))
		return 0;
	return each_file(&sub, add_subtree);
}

static int add_extents(const struct place *at)
{
	char dir[PATH_MAX], rel[PATH_MAX];

	if (snprintf(dir, sizeof(dir), "%s/extents", at->dir) >= (int)sizeof(dir) ||
	    snprintf(rel, sizeof(rel), "%sextents", at->rel) >= (int)sizeof(rel))
		return 0;
	if (access(dir, R_OK | X_OK))
		return errno == ENOENT || errno == ENOTDIR ? 0 :
		       kstd_errno(at->dump->ctx, rel, errno);
	return kstd_source_extents(at->dump, at->side, dir, rel);
}

/* The in/ or out/ of kho/ or kstate/. */
static int add_side(const struct place *at)
{
	return add_file(at, "fdt", KSTD_ROLE_ROOT) ?: add_subtrees(at) ?:
	       add_file(at, KSTD_SCRATCH_PHYS, KSTD_ROLE_SCRATCH) ?:
	       add_file(at, KSTD_SCRATCH_LEN, KSTD_ROLE_SCRATCH) ?:
	       add_file(at, KSTD_FINALIZE, KSTD_ROLE_FINALIZE) ?:
	       add_file(at, "image", KSTD_ROLE_IMAGE) ?:
	       add_file(at, "sections", KSTD_ROLE_TABLE) ?: add_extents(at);
}

static int add_sides(struct kstd_dump *dump, const char *dir, const char *prefix)
{
	static const unsigned int sides[] = { KSTD_SIDE_IN, KSTD_SIDE_OUT };
	char path[PATH_MAX], rel[64];
	int rc = 0;

	for (int i = 0; i < 2 && !rc; i++) {
		struct place at = { dump, path, rel, sides[i] };
		const char *name = kstd_side_name(sides[i]);

		if (!(dump->sides & sides[i]))
			continue;
		snprintf(rel, sizeof(rel), "%s%s/", prefix, name);
		if (snprintf(path, sizeof(path), "%s/%s", dir, name) >= (int)sizeof(path))
			continue;
		rc = add_side(&at);
	}
	return rc;
}

/* kstate/catalog is of neither side: of what the running kernel can read. */
static int add_catalog(struct kstd_dump *dump, const char *dir, const char *prefix)
{
	struct place at = { dump, dir, prefix, KSTD_SIDE_FILE };

	return dump->sides & KSTD_SIDE_FILE ? add_file(&at, "catalog", KSTD_ROLE_CATALOG) : 0;
}

int kstd_source_scan(struct kstd_dump *dump, const char *dir)
{
	char path[PATH_MAX];
	int rc;

	if (snprintf(path, sizeof(path), "%s/kho", dir) >= (int)sizeof(path))
		return 0;
	rc = add_sides(dump, path, "kho/");
	snprintf(path, sizeof(path), "%s/%s", dir, KSTATE_KHO_NAME);
	return rc ?: add_sides(dump, path, KSTATE_KHO_NAME "/") ?:
	       add_catalog(dump, path, KSTATE_KHO_NAME "/");
}

static bool is_subtree(const char *name)
{
	static const char *const names[] = { KSTATE_KHO_NAME, "LUO", "memblock", "kexec-metadata" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

static int add_flat(const struct place *at, const char *name)
{
	char file[PATH_MAX];

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
	if (snprintf(file, sizeof(file), "%s/%s", at->dir, name) >= (int)sizeof(file))
		return 0;
	return is_subtree(name) || is_fdt(file) ? add_file(at, name, KSTD_ROLE_SUBTREE) : 0;
}

/* The directory's own name says which side it is, if it is one. */
static unsigned int side_of(const char *path)
{
	char real[PATH_MAX];
	const char *slash;

	if (!realpath(path, real))
		return KSTD_SIDE_FILE;
	slash = strrchr(real, '/');
	if (slash && !strcmp(slash, "/in"))
		return KSTD_SIDE_IN;
	return slash && !strcmp(slash, "/out") ? KSTD_SIDE_OUT : KSTD_SIDE_FILE;
}

static int add_any(struct kstd_dump *dump, const char *path)
{
	struct place at = { dump, path, "", side_of(path) };

	return each_file(&at, add_flat) ?: add_subtrees(&at) ?: add_extents(&at);
}

int kstd_source_dir(struct kstd_dump *dump, const char *path)
{
	struct kstd_where where = KSTD_AT(NULL, path, strlen(path));
	int rc;

	if (access(path, R_OK | X_OK))
		return kstd_errno(dump->ctx, path, errno);
	if (is_dir(path, "kho") || is_dir(path, KSTATE_KHO_NAME))
		rc = kstd_source_scan(dump, path);
	else if (is_dir(path, "in") || is_dir(path, "out"))
		rc = add_sides(dump, path, "") ?: add_catalog(dump, path, "");
	else
		rc = add_any(dump, path);
	if (!rc && !dump->blobs)
		rc = kstd_err(dump->ctx, KSTD_E_NO_BLOBS, KSTD_NO_OFFSET,
			      "a directory without blobs of KHO or kstate");
	return kstd_err_at(dump->ctx, &where, rc);
}
