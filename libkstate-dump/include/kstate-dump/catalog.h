/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: catalogs
 *
 * What a kernel can read: its descriptions, and the versions of KHO, LUO and their
 * users that it speaks. A part of kstate-dump.h, which is the header to include.
 *
 * A catalog is opened with kstd_open() like any other source. It is
 *
 *   - a kernel or a module, on disk: see "Files of kernels" below
 *   - kstate/catalog of debugfs, alone or with the directory or system it is of
 *   - an image: what the kernel that wrote it can read is not known from that, but
 *     the descriptions in it are at least those that it registered
 *
 * Files of kernels: vmlinux, bzImage, an arm64 Image, a module (.ko), each also
 * compressed with gzip, xz, zstd or lz4, and stripped or not; a compressed EFI image (zboot)
 * and a unified kernel image (UKI), which hold one of them. The catalog of a kernel
 * is a self-contained tree in the format of include/linux/kho/abi/kstate.h, which the
 * kernel build puts among its read-only data: it is found by its bytes, so that
 * neither sections nor symbols are needed, and no pointer is followed. A kernel
 * without it, as one without kstate, still speaks versions of the rest; they are
 * then found by looking for their strings.
 */

#ifndef KSTATE_DUMP_CATALOG_H
#define KSTATE_DUMP_CATALOG_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct kstd_dump;
struct kstd_node;

/**
 * struct kstd_catalog_opts - which catalogs
 * @sz: sizeof(struct kstd_catalog_opts)
 * @more: @nr_more further dumps of the same context whose catalogs are of the same
 *        kernel, as its modules; to be kept open as long as the result is used. What
 *        is wrong in them becomes a defect of the first one
 * @nr_more: their number
 * @select: the name of one description, exactly; NULL for all
 *
 * Since: 0.1
 */
struct kstd_catalog_opts {
	size_t sz;
	struct kstd_dump *const *more;
	size_t nr_more;
	const char *select;
};

/**
 * kstd_catalog - what a kernel can read
 * @dump: a kernel, a module, debugfs' catalog or an image
 * @opts: what else; NULL for nothing
 * @root: where to put an object with the lists "files" (what was opened, what it is,
 *        and how many descriptions are in it), "abis" (a version that the kernel
 *        speaks each: "abi", its "version" string, "how" it was found and "file"),
 *        "handlers" (of LUO's files, and FLBs: "handler", its "kind", "how", "file")
 *        and "descriptions" (as kstd_schema() gives them, each with the "file" that
 *        has it)
 *
 * "how" is "catalog" (the kernel's catalog has it), "string" (the file has a string of
 * that form) or "blob" (a blob that the kernel wrote has it).
 *
 * Return: 0; nodes are valid until kstd_close(). -KSTD_INPUT: there is no catalog in
 * any of them, and nothing that takes its place. -KSTD_NOT_FOUND: nothing is
 * selected. -KSTD_ENVIRONMENT: no permission, no memory.
 * Since: 0.1
 */
int kstd_catalog(struct kstd_dump *dump, const struct kstd_catalog_opts *opts,
		 const struct kstd_node **root);

/**
 * kstd_catalog_save - put what a kernel can read into a file
 * @dump: as for kstd_catalog()
 * @opts: as for kstd_catalog(); all descriptions are put there, whatever is selected
 * @path: the file to make; there must be none of that name
 *
 * The file is a catalog itself, of all descriptions and versions: it opens as debugfs'
 * does, and is the same for the same descriptions, so that it can be kept beside the
 * source and compared with later kernels. A description that several files have is in
 * it once. Its root has the versions by how they were found, see kstd_catalog(): "abis" those of
 * catalogs, "abis-string" and "abis-blob", lists of strings as that is, the others, if there are
 * any. A reader that does not know the latter two knows fewer versions.
 *
 * Return: 0. -KSTD_INPUT: no catalog, or something of a source is damaged or not known, and
 * would be taken for whole. -KSTD_ENVIRONMENT: the file cannot be made, no
 * permission, no memory.
 * Since: 0.1
 */
int kstd_catalog_save(struct kstd_dump *dump, const struct kstd_catalog_opts *opts,
		      const char *path);

#ifdef __cplusplus
}
#endif

#endif /* KSTATE_DUMP_CATALOG_H */
