/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/* What the Live Update Orchestrator preserves. A part of kstate-dump.h. */

#ifndef KSTATE_DUMP_LUO_H
#define KSTATE_DUMP_LUO_H

#include <stddef.h>

struct kstd_dump;
struct kstd_node;

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct kstd_luo_opts - which sessions of LUO
 * @sz: sizeof(struct kstd_luo_opts)
 * @select: "SESSION", or "SESSION.TOKEN" with a token in decimal or after 0x in hex;
 *          names must match exactly. NULL for all sessions.
 *
 * Since: 0.1
 */
struct kstd_luo_opts {
	size_t sz;
	const char *select;
};

/**
 * kstd_luo - what LUO, the Live Update Orchestrator, preserves
 * @dump: the dump
 * @opts: which of it; NULL for all
 * @list: where to put a list with an object for each side: its sessions with their
 *        files, its FLBs; lists in it are made while they are iterated over
 *
 * /dev/liveupdate is not opened. Without the memory of the machine, as from copied
 * blobs, there are no sessions, and a note says so.
 *
 * Return: 0. -KSTD_USAGE: a contradiction in @opts. -KSTD_NOT_FOUND: nothing is
 * selected. -KSTD_ENVIRONMENT: no subtree of LUO.
 * Since: 0.1
 */
int kstd_luo(struct kstd_dump *dump, const struct kstd_luo_opts *opts,
	     const struct kstd_node **list);

#ifdef __cplusplus
}
#endif

#endif
