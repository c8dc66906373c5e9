/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: will the next kernel take it?
 *
 * Whether another kernel will read what this one saves, found out before anything is
 * booted: by the rules of the kernel itself, whose kernel/liveupdate/kstate_compat.c is compiled
 * into the library. A part of kstate-dump.h, which is the header to include.
 *
 * Verdicts on a section:
 *
 *   - "loads": all of it is restored
 *   - "loads-partly": it is restored, and something in it is skipped: a deprecated
 *     field, or a subsection that the reader does not know
 *   - "refused": kstate_restore() fails, with "error"; the driver starts without it
 *   - "unclaimed": no description with its id is in the files that were named
 *   - "lost": it could not be saved, so there is nothing to restore
 *   - "not-known": what saves it has no description in the source
 *
 * Verdicts on what is in use beside sections ("abis": KHO's root, the form of the memory map,
 * LUO and its parts, the handler of every file, FLBs, memblock, other subtrees):
 *
 *   - "same": the reader reads what is written; "reads": and other versions, too
 *   - "refused": the reader has it, and refuses what is written
 *   - "lost": the reader has nothing that would read it, or it refuses what it is part of
 *   - "not-known": what the reader does could not be found out
 *
 * "how" that was found: "catalog" (the kernel's list of what it reads), "table" (a handler's or
 * an FLB's struct is in its file), "section" (.liveupdate_versions), "string" (of versions of
 * KHO, LUO and memblock, which kernels compare; never of handlers and FLBs), "blob" (the kernel
 * wrote it itself), "version" (it follows from that of the root), "release".
 *
 * A section of an optional description, and a subsection that is not known, may be done
 * without; the kernel that saved it declares so.
 *
 * What is found has a code: "too-new", "too-old", "unknown-field", "still-in-data",
 * "missing-field", "other-kind", "other-sign", "other-size", "other-count",
 * "other-nested", "unclaimed", "other-id", "damaged", "too-complex", "page-size",
 * "word-size", "machine", "byte-order", "abi", "no-kho", "panics", "memory-map", "no-handler", "no-flb",
 * "cmdline" (refused: the effect "refuses"); "abi-unknown", "memory-map-unknown", "handler-unknown",
 * "flb-unknown", "files-unknown", "subtree-unknown", "subtree-unread", "cmdline-unknown"
 * ("unknown"); "lost",
 * "ignored", "no-subtree" ("loses"); "skipped" ("skips"); "not-in-data", "new-subsection"
 * ("keeps"); "newer-version", "moved", "other-type", "other-hint", "now-optional", "now-mandatory",
 * "two-readers", "other-name", "subsection-other-id", "subsection-other-name" ("note").
 *
 * Waivers: a text file. A line is CODE WHERE [REASON...], the words separated by blanks;
 * empty lines and those that begin with "#" are passed over. WHERE is the name of a
 * description, which covers every finding with that code about it, or the name, ".", and
 * the path of a finding, for that alone; for "damaged" and "lost", and for all sections'
 * codes, it may be "NAME@INSTANCE", the instance in lower-case hex. For the codes "abi",
 * "no-kho" and "panics" it is the name of what has the version, as in "luo"; for "no-handler" and
 * "no-flb" the compatible string; for "cmdline" "luo"; for "page-size", "word-size" and
 * "byte-order" it is "image". A waiver does not change what the kernel does: it says that
 * this is known and accepted.
 */

#ifndef KSTATE_DUMP_CHECK_H
#define KSTATE_DUMP_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct kstd_dump;
struct kstd_node;

/**
 * struct kstd_check_opts - which kernels are to read it
 * @sz: sizeof(struct kstd_check_opts)
 * @next: @nr_next dumps with the catalogs of the other kernel: vmlinux or bzImage and
 *        its modules, or anything that kstd_catalog() takes; of the same context, to be
 *        kept open as long as the result is used. What is wrong in them becomes a defect
 *        of the dump that is checked. They are of one kernel: two kernels, or a catalog that
 *        has what a kernel and modules beside it do not have, are a contradiction
 * @nr_next: their number, not 0
 * @reverse: the other way round: will the kernel that the dump is of read what the
 *           other one saves? For a rollback. Descriptions are checked then, not sections
 * @waivers: a file of waivers, or NULL
 * @assume_unknown: for those who accept that: what is not known is shown, and does not
 *                  count for the result; defects do count, as not known
 * @next_cmdline: the command line that the other kernel will be booted with, or NULL: what it
 *                switches on and off is not looked at then, as a note says
 *
 * Since: 0.1
 */
struct kstd_check_opts {
	size_t sz;
	struct kstd_dump *const *next;
	size_t nr_next;
	bool reverse;
	const char *waivers;
	bool assume_unknown;
	const char *next_cmdline;
};

/**
 * enum kstd_check_result - what came of a check
 * @KSTD_CHECK_PASSES: all is read, or what is not has been waived
 * @KSTD_CHECK_LOSES: what is lost is optional: the update works without it
 * @KSTD_CHECK_FAILS: a mandatory section is refused, or no reader knows it; or something else
 *                    that is in use is refused or lost
 * @KSTD_CHECK_NOT_KNOWN: all that is known is good, or optional, and something is not known,
 *                        or there are defects, other than of sections that are refused for that
 *
 * Since: 0.1
 */
enum kstd_check_result {
	KSTD_CHECK_PASSES,
	KSTD_CHECK_LOSES,
	KSTD_CHECK_FAILS,
	KSTD_CHECK_NOT_KNOWN,
};

/**
 * kstd_check - will it be taken?
 * @dump: what is to be handed over. Of a live system or a directory it is what will be
 *        (saved, or if nothing is, what is registered); else what an image has. Of a
 *        catalog, as from kstd_catalog_save(), it is every description in it
 * @opts: by whom; needed
 * @root: where to put an object with the lists "abis" (what is in use of KHO, LUO and their
 *        users: "abi", what is "saved" and "read", "verdict", "how", and "used_by" which
 *        files), "sections" (with their verdicts; made one by one while it is iterated
 *        over), "findings" (all that is to be said of descriptions and versions, each
 *        with what to do), "unused_waivers", and "summary"
 *
 * Every section is looked at, and its checksum checked, before this returns: the counts
 * and the verdict of "summary" and "unused_waivers" are complete.
 *
 * Return: 0; kstd_check_status() returns the result. -KSTD_USAGE: a contradiction in
 * @opts, waivers of another format. -KSTD_INPUT: no image, no catalog could be decoded.
 * -KSTD_ENVIRONMENT: there is none, no permission, no memory.
 * Since: 0.1
 */
int kstd_check(struct kstd_dump *dump, const struct kstd_check_opts *opts,
	       const struct kstd_node **root);

/**
 * kstd_check_status - what came of it?
 * @root: of kstd_check(); nothing of it needs to be iterated over before
 *
 * Return: the worst of what was found and not waived.
 * Since: 0.1
 */
enum kstd_check_result kstd_check_status(const struct kstd_node *root);

#ifdef __cplusplus
}
#endif

#endif /* KSTATE_DUMP_CHECK_H */
