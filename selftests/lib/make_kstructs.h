/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: LUO's structures in a kernel, for tests
 *
 * A kernel's image with type information that libbpf writes, and structures that
 * are laid out as that says: other than any kernel has them, so that nothing can be
 * right by chance. Failures abort.
 */

#ifndef SELFTESTS_MAKE_KSTRUCTS_H
#define SELFTESTS_MAKE_KSTRUCTS_H

#include "make_luo.h"

struct kstructs_file {
	const char *handler;
	uint64_t token;
	uint64_t data;
	int status;
};

struct kstructs_session {
	const char *name;
	bool retrieved;
	const struct kstructs_file *files;
	size_t nr;
};

/**
 * struct kstructs - a kernel
 * @linear: virtual minus physical addresses of the linear map, set by kstructs_init()
 * @image: of the image
 * @btf: physical address of the type information
 * @gap: of a page of other use in the image, before the next two
 * @global: of luo_session_global
 * @ser: of the struct luo_ser that will be handed over
 * @flbs: of luo_flb_global
 * @page: of the page of FLBs
 * @session: virtual addresses of the last list of sessions
 * @file: of the last list of files
 */
struct kstructs {
	struct memory *m;
	uint64_t linear;
	uint64_t image;
	uint64_t btf;
	uint64_t gap;
	uint64_t global;
	uint64_t ser;
	uint64_t flbs;
	uint64_t page;
	uint64_t session[8];
	uint64_t file[8];
};

/* A kernel that was handed over nothing and has no sessions. @number: of its live update. */
void kstructs_init(struct kstructs *k, struct memory *m, uint64_t number);

/* Sessions that came (@in), with @blocks still to be read or 0, or that will go. */
void kstructs_sessions(struct kstructs *k, bool in, const struct kstructs_session *sessions,
		       size_t nr, uint64_t blocks);

/* The page of FLBs that came. */
void kstructs_flbs_in(struct kstructs *k, uint64_t page);

/* An FLB that is bound to @count files. */
void kstructs_flb(struct kstructs *k, const char *name, uint64_t data, uint32_t count);

/* Offset of a member, as the type information has it. */
size_t kstructs_off(const char *type, const char *member);

#endif
