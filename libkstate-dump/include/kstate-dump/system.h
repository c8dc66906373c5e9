/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: the system
 *
 * What the running system offers, and whether it could be read. A part of kstate-dump.h, which is
 * the header to include.
 */

#ifndef KSTATE_DUMP_SYSTEM_H
#define KSTATE_DUMP_SYSTEM_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct kstd_ctx;
struct kstd_node;

/**
 * struct kstd_features_opts - which system
 * @sz: sizeof(struct kstd_features_opts)
 * @sysroot: prefix of /sys, /proc and /dev; NULL for none
 *
 * Since: 0.1
 */
struct kstd_features_opts {
	size_t sz;
	const char *sysroot;
};

/**
 * kstd_features - what the running system offers, and what is missing
 * @ctx: the context
 * @opts: which system; NULL for the running one
 * @list: where to put a list of objects with "feature", "here" (null if that cannot
 *        be known), "detail" and "advice" (how to get what is missing)
 *
 * Return: 0, whatever is missing; nodes are valid until kstd_ctx_free().
 * -KSTD_USAGE: a contradiction in @opts. -KSTD_ENVIRONMENT: no memory.
 * Since: 0.1
 */
int kstd_features(struct kstd_ctx *ctx, const struct kstd_features_opts *opts,
		  const struct kstd_node **list);

/**
 * kstd_status - was everything read that was asked for so far?
 * @ctx: the context
 *
 * A list is made while it is iterated over, and a value while it is shown: where memory is short
 * or a read fails meanwhile, something is missing in what was shown. The context remembers that
 * while a dump of it is open, whatever else was called since: a program asks once, after its last
 * iteration and before it calls anything complete, equal or passed.
 *
 * Return: 0; -KSTD_ENVIRONMENT: memory was short (in this context or in another one
 * of the process: the two look the same), or a read failed; the error is that one.
 * Since: 0.1
 */
int kstd_status(struct kstd_ctx *ctx);

/**
 * kstd_unfinished_remove - remove the file that kstd_capture() or kstd_catalog_save() is writing
 *
 * For the handler of a signal that ends the process; it may be called there. The file has a name to
 * remove, PATH.PID-NUMBER, only where the file system has no files without a name.
 *
 * Since: 0.1
 */
void kstd_unfinished_remove(void);

#ifdef __cplusplus
}
#endif

#endif /* KSTATE_DUMP_SYSTEM_H */
