/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/* Something as a type of the kernel that the caller names. A part of kstate-dump.h. */

#ifndef KSTATE_DUMP_TYPED_H
#define KSTATE_DUMP_TYPED_H

#include <stddef.h>

struct kstd_dump;
struct kstd_node;

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct kstd_typed_opts - what to read as which type
 * @sz: sizeof(struct kstd_typed_opts)
 * @select: "LUO.SESSION.TOKEN" for the data of a file of LUO, which then is the physical address
 *          of the type; a physical address, as "0x1f000"; or the name of a subtree of KHO, for
 *          its bytes
 * @type: "struct x", "union x", or "x": a struct, a union or a typedef, of the kernel's type
 *        information (BTF)
 *
 * Since: 0.1
 */
struct kstd_typed_opts {
	size_t sz;
	const char *select;
	const char *type;
};

/**
 * kstd_typed - read something by type information
 * @dump: the dump
 * @opts: what, and as which type
 * @list: where to put a list with an object for each that there is: what it is "of", "type",
 *        "address" (null: its bytes are those of a file), "bytes", "members" with "name", "type",
 *        "offset" and "value" as text, null where it is not known; "followed" with the same for
 *        what its addresses lead to, as far as types or kstd_open_opts.handlers say that
 *
 * Return: 0. -KSTD_USAGE: a contradiction in @opts. -KSTD_NOT_FOUND: no such file or subtree.
 * -KSTD_INPUT: the type information has no such type, or there is none: the error says what is
 * missing. -KSTD_ENVIRONMENT: no permission, no memory.
 * Since: 0.1
 */
int kstd_typed(struct kstd_dump *dump, const struct kstd_typed_opts *opts,
	       const struct kstd_node **list);

#ifdef __cplusplus
}
#endif

#endif
