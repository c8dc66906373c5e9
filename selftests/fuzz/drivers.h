/* SPDX-License-Identifier: GPL-2.0 */
/*
 * drivers.h - drivers of the old and of the new kernel
 *
 * Every kind of field, versions, deprecated fields, subsections, nested structs,
 * lists. What the old kernel saves, some drivers of the new one read as it is,
 * some from a newer version, some not at all.
 */
#ifndef FUZZ_DRIVERS_H
#define FUZZ_DRIVERS_H

#include <shim/custom.h>

#include "../shim/shim.h"

/**
 * struct driver - an object that is saved, or waits to be restored
 * @desc: its description
 * @bytes: of the object
 * @instance: instance id
 * @set: of the old kernel: what is saved together
 */
struct driver {
	const struct kstate_description *desc;
	size_t bytes;
	u64 instance;
	const char *set;
};

extern const struct driver old_drivers[], new_drivers[];
extern const unsigned int nr_old_drivers, nr_new_drivers;

/* One of each, and newer versions that read all of them, for tests. */
extern const struct driver sample_drivers[], newer_drivers[];
extern const unsigned int nr_sample_drivers, nr_newer_drivers;

/* What hooked drivers answer when they do not like what they got. */
#define PRE_RESTORE_ERR		(-EPERM)
#define POST_RESTORE_ERR	(-ETIME)

#endif /* FUZZ_DRIVERS_H */
