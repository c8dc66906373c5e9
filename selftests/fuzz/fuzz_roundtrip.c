// SPDX-License-Identifier: GPL-2.0
/*
 * fuzz_roundtrip.c - descriptions and objects that are made up from the input
 *
 * A description is refused when it is registered, or it works: the object is
 * saved, the image is a valid tree, and the object comes back as it was. Another
 * version of the driver takes it back if, and only if, the rules of
 * kstate_compat.c say so, and then what both have is equal.
 */

#include <stdlib.h>

#include <libfdt.h>

#include "../shim/handover.h"
#include "gen.h"
#include "object.h"

#define OBJECTS	3

static struct object objects[OBJECTS];

static int save(void)
{
	guard(kstate_out)(&kstate_out.lock);
	return kstate_save();
}

static void check_image(void)
{
	size_t bytes;
	const void *image = shim_outgoing(&bytes);

	fuzz_assert(!fdt_check_full(image, bytes));
	for (size_t i = 0; i < kstate_out.nr_shards; i++) {
		const struct kstate_shard *shard = &kstate_out.shards[i];

		fuzz_assert(!shard->len || !fdt_check_full(shard->mem, shard->len));
	}
}

/* Every object comes back, once, and is as it was. */
static void check_same(const struct gen_desc *d, unsigned int from, unsigned int nr)
{
	for (unsigned int i = from; i < nr; i++) {
		struct object o;

		object_prepare(&o, &d->desc, d->bytes);
		memcpy(o.mem, objects[i].mem, GEN_HIDDEN);
		fuzz_assert(!kstate_restore(&d->desc, o.mem, i));
		object_check(&o);
		fuzz_assert(object_equal(&objects[i], &o));
		fuzz_assert(kstate_restore(&d->desc, o.mem, i) == -EALREADY);
		object_free(&o);
	}
}

static int match(const struct kstate_description *ours, const struct kstate_description *theirs)
{
	struct kstate_layout *a = kstate_desc_layout(ours), *b = kstate_desc_layout(theirs);
	int err = kstate_compat_match(NULL, a, b);

	kstate_layout_free(a);
	kstate_layout_free(b);
	return err;
}

static const struct kstate_description *sub_of(const struct gen_desc *d, const char *name)
{
	for (unsigned int i = 0; d->subs[i]; i++) {
		if (!strcmp(d->subs[i]->name, name))
			return d->subs[i];
	}
	return NULL;
}

/* What the rules say of the section and of its subsections. */
static int expected(const struct gen_desc *ours, const struct gen_desc *theirs, const void *obj)
{
	int err = match(&ours->desc, &theirs->desc);

	for (unsigned int i = 0; !err && ours->subs[i]; i++) {
		const struct kstate_description *mine = ours->subs[i];
		const struct kstate_description *sub = sub_of(theirs, mine->name);

		if (sub && (!sub->needed || sub->needed(obj)))
			err = match(mine, sub);
	}
	return err;
}

/* Another version tries to take object 0; whether it did. */
static bool check_other(const struct gen_desc *ours, const struct gen_desc *theirs)
{
	int want = expected(ours, theirs, objects[0].mem), err;
	struct object o;

	if (kstate_desc_check(&ours->desc))
		return false;
	object_prepare(&o, &ours->desc, ours->bytes);
	memcpy(o.mem, objects[0].mem, GEN_HIDDEN);
	object_remember(&o);
	err = kstate_restore(&ours->desc, o.mem, 0);
	fuzz_assert(err == want);
	if (err) {
		fuzz_assert(object_unchanged(&o));
	} else {
		object_check(&o);
		fuzz_assert(object_equal(&objects[0], &o));
	}
	object_free(&o);
	return !err;
}

/* Whether all of them are registered: a description that makes sense is. */
static bool register_all(struct gen *g, const struct gen_desc *d, unsigned int nr)
{
	int err = kstate_desc_check(&d->desc);

	for (unsigned int i = 0; !err && i < nr; i++) {
		object_fill(&objects[i], &d->desc, d->bytes, g->in);
		err = kstate_register(&d->desc, objects[i].mem, i);
	}
	fuzz_assert(!err || (g->odd && (err == -EINVAL || err == -EEXIST)));
	return !err;
}

static void run(struct gen *g)
{
	struct gen_desc *d = gen_desc(g, true), *other;
	unsigned int nr = 1 + fuzz_below(g->in, OBJECTS);
	bool taken;

	for (u32 i = fuzz_one_in(g->in, 2) ? 1 + fuzz_below(g->in, 2) : 0; i; i--)
		gen_spoil(g, fuzz_below(g->in, 2) ? d : g->descs[fuzz_below(g->in, g->nr)]);
	if (!register_all(g, d, nr))
		return;
	other = g->odd ? NULL : gen_evolve(g, d);
	fuzz_assert(!save());
	check_image();
	shim_kexec();
	taken = other && check_other(other, d);
	check_same(d, taken, nr);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_in in = fuzz_in(data, size);
	struct gen g = { .in = &in };

	shim_setup(NULL);
	handover_memory(false);
	run(&g);
	for (unsigned int i = 0; i < OBJECTS; i++)
		object_free(&objects[i]);
	shim_hand_over(NULL, 0);
	fuzz_assert(!shim_teardown(NULL));
	gen_free(&g);
	return 0;
}
