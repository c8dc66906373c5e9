/* SPDX-License-Identifier: GPL-2.0 */

/* A guest with the structures of its kernel, for tests of what they say of LUO. */

#ifndef SELFTESTS_UNIT_KSTRUCTS_H
#define SELFTESTS_UNIT_KSTRUCTS_H

#include "../lib/make_kstructs.h"
#include "../lib/make_pages.h"
#include "memory/core.h"
#include "luo.h"

/**
 * struct fixture - a guest with a kernel, and the dump's subtree of LUO on one side
 * @core: what the dump knows of the machine, once tables are made
 * @module: two pages of memory that are not side by side
 */
struct fixture {
	struct guest x;
	struct kstructs k;
	struct kstd_core core;
	struct pages p;
	uint64_t module[2];
};

static inline void init(struct fixture *f, bool big)
{
	guest_init(&f->x, 4096, big);
	kstructs_init(&f->k, &f->x.m, 5);
}

/* The subtree of the side that will go is struct luo_ser; that of what came was released. */
static inline void open_side(struct fixture *f, unsigned int side)
{
	guest_open(&f->x, 0, f->k.page);
	if (side == KSTD_SIDE_IN)
		memcpy(f->x.ser, "#!/bin/sh\n", 10);
	f->x.v.dump->blobs->side = side;
	f->x.v.dump->blobs->role = KSTD_ROLE_SUBTREE;
	f->x.v.dump->blobs->name = "LUO";
	f->x.v.dump->lone = false;
	if (f->core.machine)
		f->x.v.dump->core = &f->core;
	show(&f->x, NULL);
}

static inline void end(struct fixture *f)
{
	if (f->x.v.dump)
		f->x.v.dump->core = NULL;
	guest_close(&f->x);
}

static inline bool owns(const struct kstd_refs *refs, const char *owner, uint64_t pa)
{
	for (size_t i = 0; i < refs->nr; i++)
		if (!strcmp(refs->v[i].owner, owner) && refs->v[i].pa == pa &&
		    refs->v[i].kind == KSTD_REF_BLOB)
			return true;
	return false;
}

/* Blocks that will be written to are preserved already. */

#endif
