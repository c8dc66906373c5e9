// SPDX-License-Identifier: GPL-2.0
/*
 * fuzz_restore.c - restore is fed with arbitrary images
 *
 * The input is an image (handover.h). Every driver of the new kernel tries to take
 * back its state, twice, in two orders; then the image is released, and what was
 * restored is saved and restored once more. Of each object:
 *
 * - if the restore fails, it is byte for byte as it was, and so is all that its
 *   pointers point to;
 * - if it succeeds, all of its pointers are valid, its numbers are within their
 *   maximum, and it can be saved, which gives the same object again.
 *
 * No folio and no memory is lost: each is with an object, with KHO, or freed.
 */

#include <stdlib.h>

#include <libfdt.h>

#include "drivers.h"
#include "../shim/handover.h"
#include "object.h"

#define MAX_DRIVERS	32

/**
 * struct attempt - a driver of the new kernel
 * @o: its object
 * @restored: it has been written
 * @first: what its first try said
 */
struct attempt {
	struct object o;
	bool restored;
	int first;
};

static struct attempt attempts[MAX_DRIVERS];

static bool is_written(int err)
{
	return !err || err == POST_RESTORE_ERR;
}

/* Who was restored before says so; who failed fails in the same way. */
static void check_again(const struct attempt *a, int err, bool someone_was)
{
	if (someone_was)
		fuzz_assert(err == -EALREADY);
	else if (a->first != -ENOMEM && a->first != -ENXIO)
		fuzz_assert(err == a->first || err == -EALREADY || err == -ENXIO);
}

static bool section_is_restored(const struct driver *d)
{
	struct kstate_key *key = kstate_index_find(&kstate_in.by_key, d->desc->id, d->instance);

	return key && container_of(key, struct kstate_section, key)->result == KSTATE_RESTORED;
}

static void try_one(unsigned int i, bool again)
{
	const struct driver *d = &new_drivers[i];
	struct attempt *a = &attempts[i];
	bool someone_was = section_is_restored(d);
	struct object spare, *o = a->restored ? &spare : &a->o;
	int err;

	if (a->restored)
		object_prepare(&spare, d->desc, d->bytes);
	object_remember(o);
	err = kstate_restore(d->desc, o->mem, d->instance);
	if (again || someone_was)
		check_again(a, err, someone_was);
	a->first = err;
	if (!is_written(err)) {
		fuzz_assert(object_unchanged(o));
		fuzz_assert(section_is_restored(d) == someone_was);
	} else {
		fuzz_assert(!someone_was && section_is_restored(d));
		object_check(o);
		a->restored = true;
	}
	if (o == &spare)
		object_free(&spare);
}

static void try_all(bool backwards, bool again)
{
	for (unsigned int i = 0; i < nr_new_drivers; i++)
		try_one(backwards ? nr_new_drivers - 1 - i : i, again);
}

static void check_counters(void)
{
	u64 restored = 0, failed = 0;

	for (size_t i = 0; i < kstate_in.nr; i++) {
		restored += kstate_in.sections[i].result == KSTATE_RESTORED;
		failed += kstate_in.sections[i].result == KSTATE_FAILED;
	}
	fuzz_assert(restored == kstate_in.restored && failed == kstate_in.failed);
}

/* After the release only objects have folios and areas, or KHO still has them. */
static void own(struct folio *folio)
{
	folio->owned = true;
}

static void check_folios(void)
{
	for (unsigned int i = 0; i < nr_new_drivers; i++) {
		if (attempts[i].restored)
			object_owns(&attempts[i].o, own);
	}
	fuzz_assert(!shim_folios_lost());
}

static bool register_one(unsigned int i)
{
	const struct driver *d = &new_drivers[i];
	int err;

	if (!attempts[i].restored)
		return false;
	err = kstate_register(d->desc, attempts[i].o.mem, d->instance);
	/* Another version of the same driver may be there. */
	fuzz_assert(!err || err == -EEXIST);
	return !err;
}

static void check_saved(const bool *registered)
{
	for (unsigned int i = 0; i < nr_new_drivers; i++) {
		const struct driver *d = &new_drivers[i];
		struct object o;

		if (!registered[i])
			continue;
		object_prepare(&o, d->desc, d->bytes);
		fuzz_assert(is_written(kstate_restore(d->desc, o.mem, d->instance)) ||
			    d->desc->pre_restore);
		object_check(&o);
		fuzz_assert(d->desc->pre_restore || object_equal(&attempts[i].o, &o));
		object_free(&o);
	}
}

/* What was restored can be saved, and gives the same objects. */
static void save_again(void)
{
	bool registered[MAX_DRIVERS] = {};
	size_t bytes;
	const void *image;

	for (unsigned int i = 0; i < nr_new_drivers; i++)
		registered[i] = register_one(i);
	kstate_out.lock.held = 1;
	fuzz_assert(!kstate_save());
	kstate_out.lock.held = 0;
	image = shim_outgoing(&bytes);
	fuzz_assert(!fdt_check_full(image, bytes));
	shim_kexec();
	check_saved(registered);
}

static void hand_over(const struct handover *img)
{
	shim_hand_over(NULL, 0);
	handover_memory(true);
	for (unsigned int i = 0; i < img->nr; i++)
		shim_hand_over_at(HANDOVER_PHYS(i), img->blocks[i].p, img->blocks[i].len);
}

static void run(const struct handover *img, bool backwards)
{
	shim_setup(NULL);
	hand_over(img);
	for (unsigned int i = 0; i < nr_new_drivers; i++) {
		attempts[i].restored = false;
		object_prepare(&attempts[i].o, new_drivers[i].desc, new_drivers[i].bytes);
	}
	shim_fail_alloc(img->fail_at);
	try_all(backwards, false);
	shim_fail_alloc(0);
	try_all(backwards, true);
	check_counters();
	kstate_in.lock.held = 1;
	kstate_in_release();
	kstate_in.lock.held = 0;
	check_folios();
	try_all(backwards, false);
	save_again();
	for (unsigned int i = 0; i < nr_new_drivers; i++)
		object_free(&attempts[i].o);
	fuzz_assert(!shim_teardown(NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct handover img;

	handover_parse(&img, data, size);
	if (img.flags & HANDOVER_REPAIR)
		handover_repair(&img);
	run(&img, false);
	run(&img, true);
	handover_free(&img);
	return 0;
}
