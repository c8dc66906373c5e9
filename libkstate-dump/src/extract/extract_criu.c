// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* The images that CRIU keeps in a session of LUO, under their names. */

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kstate-dump.h>

#include "base/alloc.h"
#include "base/file.h"
#include "extract/criu_map.h"
#include "extract/extract.h"

/**
 * struct images - the files of a session, as CRIU's map names them
 * @found: for each of @map->files, in its order
 * @unnamed: files of the session that the map does not have
 */
struct images {
	struct kstd_dump *dump;
	const struct kstd_extract_criu_opts *opts;
	struct kstd_criu_map map;
	struct kstd_luo_found *found;
	unsigned int sessions;
	uint64_t unnamed;
};

static int by_token(const void *token, const void *file)
{
	uint64_t x = *(const uint64_t *)token, y = ((const struct kstd_criu_file *)file)->token;

	return x < y ? -1 : x > y;
}

static void look_in_session(struct images *im, struct kstd_luo_side *luo,
			    const struct kstd_luo_session *s)
{
	struct kstd_where where = KSTD_IN(luo->where, s->label, strlen(s->label));
	struct kstd_luo_walk files;
	struct kstd_luo_file f;

	im->sessions++;
	kstd_files_begin(&files, luo, s, &where, NULL, NULL);
	while (kstd_files_next(&files, &f)) {
		const struct kstd_criu_file *named = bsearch(&f.token, im->map.files, im->map.nr,
							     sizeof(*named), by_token);

		if (named)
			im->found[named - im->map.files] = (struct kstd_luo_found){ luo, *s, f };
		else
			im->unnamed++;
	}
	kstd_files_end(&files);
}

static void look_for_images(struct images *im)
{
	struct kstd_luo_side *luo = NULL;
	struct kstd_luo_walk sessions;
	struct kstd_luo_session s;

	kstd_quiet_begin(im->dump);
	while ((luo = kstd_luo_next(im->dump, luo))) {
		kstd_sessions_begin(&sessions, luo, NULL, NULL);
		while (kstd_sessions_next(&sessions, &s))
			if (!strcmp(s.name, im->map.session))
				look_in_session(im, luo, &s);
		kstd_sessions_end(&sessions);
	}
	kstd_quiet_end(im->dump);
}

static int not_found(struct images *im, const char *session, const struct kstd_criu_file *f)
{
	char name[KSTD_SAFE];

	kstd_luo_missed(im->dump);
	if (!f)
		return kstd_not_found(im->dump, KSTD_E_NO_SESSION, "session \"%s\"", session);
	return kstd_not_found(im->dump, KSTD_E_NO_SESSION, "file 0x%llx, \"%s\", of session \"%s\"",
			      (unsigned long long)f->token,
			      kstd_safe(name, f->name, strlen(f->name)), session);
}

/* Every image is looked for before any is written. */
static int find_all(struct images *im)
{
	struct kstd_ctx *ctx = im->dump->ctx;
	char session[KSTD_SAFE];

	look_for_images(im);
	kstd_safe(session, im->map.session, strlen(im->map.session));
	if (im->sessions > 1)
		return kstd_err(ctx, KSTD_E_OPTIONS, KSTD_NO_OFFSET,
				"%u sessions are called \"%s\"; say --in or --out", im->sessions, session);
	if (!im->sessions)
		return not_found(im, session, NULL);
	for (size_t i = 0; i < im->map.nr; i++)
		if (!im->found[i].luo)
			return not_found(im, session, &im->map.files[i]);
	if (im->unnamed)
		kstd_note(im->dump, "session \"%s\" has files without a name in %s/"
			  KSTD_CRIU_MAP_NAME ": %llu; they are not extracted", session,
			  im->opts->dir, (unsigned long long)im->unnamed);
	return 0;
}

static int path_of(const struct images *im, size_t i, char path[PATH_MAX])
{
	return snprintf(path, PATH_MAX, "%s/%s", im->opts->path, im->map.files[i].name) >= PATH_MAX ?
	       kstd_errno(im->dump->ctx, im->opts->path, ENAMETOOLONG) : 0;
}

static int extract_one(struct images *im, size_t i, struct kstd_node *files,
		       struct kstd_node *missing)
{
	struct kstd_extract_run run = { .dump = im->dump, .lax = im->opts->sparse_missing,
					.hash = im->opts->sha256 };
	const struct kstd_criu_file *f = &im->map.files[i];
	struct kstd_arena *a = &im->dump->arena;
	char path[PATH_MAX];
	struct kstd_node *n;
	int rc;

	rc = path_of(im, i, path) ?: kstd_extract_make(&run, path, kstd_extract_file,
						       &im->found[i]);
	if (rc)
		return rc;
	n = kstd_put(a, files, KSTD_NO_KEY, KSTD_OBJECT);
	kstd_put_str(a, n, KSTD_K_NAME, f->name);
	kstd_put_num(a, n, KSTD_K_TOKEN, KSTD_U64, f->token);
	kstd_extract_put(&run, path, n);
	kstd_extract_put_missing(&run, f->name, missing);
	kstd_extract_end(&run);
	return 0;
}

/* The first @nr images were made; the directory, too, if @dir. */
static void remove_all(const struct images *im, size_t nr, bool dir)
{
	char path[PATH_MAX];

	for (size_t i = 0; i < nr; i++)
		if (!path_of(im, i, path))
			unlink(path);
	if (dir)
		rmdir(im->opts->path);
}

static int extract_all(struct images *im, const struct kstd_node **result)
{
	struct kstd_arena *a = &im->dump->arena;
	struct kstd_node *n, *files, *missing;
	bool made = !mkdir(im->opts->path, 0700);
	size_t i;
	int rc = 0;

	if (!made && errno != EEXIST)
		return kstd_errno(im->dump->ctx, im->opts->path, errno);
	n = kstd_styled(kstd_put(a, NULL, KSTD_NO_KEY, KSTD_OBJECT), KSTD_STYLE_NESTED);
	kstd_put_fmt(a, n, KSTD_K_EXTRACT_PATH, "%s", im->opts->path);
	kstd_put_str(a, n, KSTD_K_SESSION, im->map.session);
	files = kstd_styled(kstd_put(a, n, KSTD_K_FILES, KSTD_LIST), KSTD_STYLE_TABLE);
	missing = kstd_put(a, n, KSTD_K_MISSING, KSTD_LIST);
	for (i = 0; i < im->map.nr && !rc; i += !rc)
		rc = extract_one(im, i, files, missing);
	if (!rc && a->short_of)
		rc = kstd_nomem(im->dump->ctx);
	if (rc)
		remove_all(im, i, made);
	else
		*result = n;
	return rc;
}

int kstd_extract_criu(struct kstd_dump *dump, const struct kstd_extract_criu_opts *user,
		      const struct kstd_node **result)
{
	struct kstd_extract_criu_opts opts = { .sz = sizeof(opts) };
	struct images im = { .dump = dump, .opts = &opts };
	int rc = kstd_opts(dump->ctx, "kstd_extract_criu", user,
			   offsetof(struct kstd_extract_criu_opts, sparse_missing), &opts,
			   sizeof(opts));

	*result = NULL;
	if (!rc && (!opts.dir || !opts.path || !*opts.path))
		rc = kstd_err(dump->ctx, KSTD_E_OPTIONS, KSTD_NO_OFFSET,
			      "kstd_extract_criu: no directory of CRIU, or no path");
	if (!rc)
		rc = kstd_criu_map_read(dump, opts.dir, &im.map);
	if (rc)
		return rc;
	im.found = kstd_calloc(im.map.nr, sizeof(*im.found));
	if (!im.found)
		return kstd_nomem(dump->ctx);
	rc = find_all(&im) ?: extract_all(&im, result);
	free(im.found);
	return rc;
}
