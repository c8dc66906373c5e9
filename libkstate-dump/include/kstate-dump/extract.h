/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: extracting
 *
 * What is preserved, as files. A part of kstate-dump.h, which is the header to
 * include.
 */

#ifndef KSTATE_DUMP_EXTRACT_H
#define KSTATE_DUMP_EXTRACT_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct kstd_dump;
struct kstd_node;

/**
 * struct kstd_extract_opts - what to extract, and where to
 * @sz: sizeof(struct kstd_extract_opts)
 * @what: with @token: a session of LUO, or a unit of systemd. Without: the name of a
 *        subtree of KHO, "SESSION.TOKEN", or "SECTION.PATH" of a folio as for
 *        kstd_get()
 * @path: the file to make; there must be none of that name
 * @token: of the file, in decimal or after 0x in hex; or the name that the unit has
 *         for it. NULL: @what says it all
 * @sparse_missing: what the source does not have is a hole of the file
 * @sha256: say the SHA-256 of the file's bytes, which takes longer than making the file
 *
 * Since: 0.1
 */
struct kstd_extract_opts {
	size_t sz;
	const char *what;
	const char *path;
	const char *token;
	bool sparse_missing;
	bool sha256;
};

/**
 * kstd_extract - put what a preserved memfd, a subtree or a folio holds into a file
 * @dump: the dump
 * @opts: what, and where to
 * @result: where to put an object with "path", "bytes" (the size of the file),
 *          "hole_bytes" (of the memfd), "missing_bytes", "sha256" of the file's bytes
 *          if @opts asks for it, and the list "missing" of what the source does not have
 *
 * The file has mode 0600 and the exact size, and is sparse where it is zero. It appears
 * under its name when it is complete, or not at all. What is missing is also something
 * that could not be known, see kstd_unknowns().
 *
 * Return: 0. -KSTD_USAGE: a contradiction in @opts, or both sides have it.
 * -KSTD_NOT_FOUND: there is no such thing. -KSTD_INPUT: it cannot be read, or some of it
 * is not in the source. -KSTD_ENVIRONMENT: the file is there already or cannot be
 * written; no memory.
 * Since: 0.1
 */
int kstd_extract(struct kstd_dump *dump, const struct kstd_extract_opts *opts,
		 const struct kstd_node **result);

/**
 * struct kstd_extract_criu_opts - images of CRIU, and where to
 * @sz: sizeof(struct kstd_extract_criu_opts)
 * @dir: the directory of CRIU's images, with luo-metadata.img: the names of the files of
 *       a session of LUO
 * @path: the directory in which to make them; it is made if there is none
 * @sparse_missing: what the source does not have is a hole of the file
 * @sha256: as in &struct kstd_extract_opts
 *
 * Since: 0.1
 */
struct kstd_extract_criu_opts {
	size_t sz;
	const char *dir;
	const char *path;
	bool sparse_missing;
	bool sha256;
};

/**
 * kstd_extract_criu - put the images that CRIU keeps in a session of LUO into files
 * @dump: the dump
 * @opts: which, and where to
 * @result: where to put an object with "path", "session", the list "files", each with
 *          "name", "token" and what kstd_extract() says of a file, and the list
 *          "missing", where each has the "name" of its file, too
 *
 * Each file is as kstd_extract() makes it. All are looked for before the first is made;
 * if one fails then, none is left.
 *
 * Return: as kstd_extract(). -KSTD_NOT_FOUND: there is no such session, or a file that
 * has a name is not in it. -KSTD_INPUT: also if luo-metadata.img is damaged.
 * Since: 0.1
 */
int kstd_extract_criu(struct kstd_dump *dump, const struct kstd_extract_criu_opts *opts,
		      const struct kstd_node **result);

#ifdef __cplusplus
}
#endif

#endif /* KSTATE_DUMP_EXTRACT_H */
