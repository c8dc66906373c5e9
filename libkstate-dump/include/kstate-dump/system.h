/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: the system
 *
 * What the running system offers. A part of kstate-dump.h, which is the header to
 * include.
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

#ifdef __cplusplus
}
#endif

#endif /* KSTATE_DUMP_SYSTEM_H */
