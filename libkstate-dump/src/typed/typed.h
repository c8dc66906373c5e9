/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: values by type information
 *
 * What no decoder of this library knows is read as the kernel's type information lays it
 * out: integers, enums, bits, text, arrays, structs in structs. Nothing is known of the
 * meaning, but for two things that types say themselves:
 *
 *   - DECLARE_KHOSER_PTR() of include/linux/kho/abi/kexec_handover.h, a union of "u64 phys"
 *     and a pointer "ptr", is the physical address of what "ptr" points to: it is followed
 *   - struct kho_vmalloc is a preserved vmalloc area
 *
 * How long an array at a struct's end is, and what an area holds, is said by handlers.h; if
 * nobody says it, it is not known. Whether another number is an address is not known either:
 * the memory of an owner that is read by type may be more than what is found.
 */

#ifndef KSTD_TYPED_H
#define KSTD_TYPED_H

#include "kho/refs.h"
#include "typed/handlers.h"
#include "vmlinux/types.h"

#define KSTD_TYPED_BYTES	(1UL << 20)	/* of one struct, with the array at its end */
#define KSTD_TYPED_MEMBERS	65536		/* values of one struct */
#define KSTD_TYPED_DEPTH	16		/* structs in structs */
#define KSTD_TYPED_FOLLOWED	256		/* structs that are reached from one */

/**
 * struct kstd_typed - something to be read by its type
 * @type: which
 * @name: of the type, as whoever said it wrote it
 * @by: who says that it is of this type
 * @pa: where it is in memory
 * @blob: its bytes, where they are not in memory; then @pa is not used
 */
struct kstd_typed {
	struct kstd_type_at type;
	const char *name;
	const char *by;
	uint64_t pa;
	struct kstd_span blob;
};

/**
 * kstd_typed_of - which type the data of an owner is
 * @name: of the handler or FLB, @len bytes
 * @t: type, name and by are set
 *
 * Return: 1; 0: nobody says it; -KSTD_INPUT: the type information lacks it, and the error says
 * what is missing; -KSTD_ENVIRONMENT.
 */
int kstd_typed_of(struct kstd_dump *dump, enum kstd_owner_kind kind, const char *name, size_t len,
		  struct kstd_typed *t);

/* The same for a type that the caller names. Returns 0 or an error. */
int kstd_typed_as(struct kstd_dump *dump, const char *type, struct kstd_typed *t);

/**
 * kstd_typed_put - add its values
 * @a: holds the nodes
 * @where: its place; what cannot be read is reported there
 * @of: NULL: @into is an object and gets a member "typed", which is null if it cannot be read;
 *      else @into is a list and gets an element that has this name: what it is of
 *
 * Return: the object; NULL: it could not be read, which was reported.
 */
struct kstd_node *kstd_typed_put(struct kstd_dump *dump, struct kstd_arena *a,
				 const struct kstd_where *where, const struct kstd_typed *t,
				 const char *of, struct kstd_node *into);

/* Add the memory that it is in, and that it leads to. */
void kstd_typed_refs(struct kstd_dump *dump, const struct kstd_where *where,
		     const struct kstd_typed *t, struct kstd_refs *refs, const char *owner);

#endif
