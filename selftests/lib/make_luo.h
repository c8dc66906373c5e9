/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: what LUO preserves, for tests
 *
 * A second writer of the formats of include/linux/kho/abi/{luo,memfd}.h, which
 * shares no code with the library. Failures abort.
 */

#ifndef SELFTESTS_MAKE_LUO_H
#define SELFTESTS_MAKE_LUO_H

#include "make_memory.h"

struct luo_folio {
	uint64_t pfn;
	uint64_t flags;
	uint64_t index;
};

struct luo_memfd {
	uint64_t pos;
	uint64_t size;
	uint32_t seals;
	uint32_t flags;
	const struct luo_folio *folios;
	size_t nr;
};

struct luo_file {
	const char *handler;
	uint64_t token;
	uint64_t data;
};

struct luo_session {
	const char *name;
	const struct luo_file *files;
	size_t nr;
};

/* Return the physical address of the state, of the first block, of the page of FLBs. */
uint64_t luo_memfd(struct memory *m, const struct luo_memfd *fd);
uint64_t luo_sessions(struct memory *m, const struct luo_session *sessions, size_t nr);
/* @flbs: their names, with data 0x1000 and count 1 for the first, and so on. */
uint64_t luo_flbs(struct memory *m, const char *const *flbs, size_t nr);

/* A memfd that holds @text, in folios of one page from memory_alloc(). */
uint64_t luo_text(struct memory *m, const char *text);

/* struct luo_ser. */
void luo_ser(uint8_t out[32], bool big, uint64_t number, uint64_t sessions, uint64_t flbs);

/**
 * struct luo_example - a memory's example: vm1 with a memfd and a file of an unknown
 *                      handler, an empty session, vm2 with a memfd; an FLB
 * @fd: the states of the memfds
 */
struct luo_example {
	uint64_t fd[2];
	uint64_t sessions;
	uint64_t flbs;
};

struct luo_example luo_example(struct memory *m);

/* Write a core: a root with LUO, and the example with a session of systemd. */
void luo_core(const char *path);

/* The same before the kexec: only the kernel's structures have the sessions. */
void luo_kernel_core(const char *path);

/* In the next kernel, which has read and freed what it was handed over. */
void luo_kernel_in_core(const char *path);

#endif
