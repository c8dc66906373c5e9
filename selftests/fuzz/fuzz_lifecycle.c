// SPDX-License-Identifier: GPL-2.0
/*
 * fuzz_lifecycle.c - drivers come and go while images are prepared, saved, aborted
 *
 * The input is a sequence of what may happen to the engine, with made-up drivers,
 * with and without memory. After each step: an image that is saved is valid and
 * has each registered object once; when there is none, nothing is preserved; and
 * what a live update takes over is as it was.
 */

#include <stdlib.h>

#include <libfdt.h>

#include "gen.h"
#include "object.h"

#define DESCS	3
#define SLOTS	8
#define STEPS	60

struct slot {
	struct object o;
	const struct gen_desc *d;
	u64 instance;
};

static struct slot slots[SLOTS];
static struct gen gen;
static struct gen_desc *descs[DESCS];
static struct kimage kimage;
static bool refuses;
static unsigned int order_limit;

static u32 below(u32 nr)
{
	return fuzz_below(gen.in, nr);
}

static struct folio *any_folio(void)
{
	return below(4) ? shim_folio_alloc(below(3)) : NULL;
}

static void *any_area(void)
{
	return shim_vmalloc(1 + below(3));
}

static int may_refuse(const void *obj, struct kstate_writer *w)
{
	return refuses ? -EIO : 0;
}

static int refusal_check(const void *obj, const void *data, size_t len)
{
	return 0;
}

static void refusal_apply(void *obj, const void *data, size_t len)
{
}

static const struct kstate_field refusal =
	KSTATE_CUSTOM(refusal, may_refuse, refusal_check, refusal_apply);

static bool may_be_lost(const struct gen_desc *d)
{
	return d->nr && d->fields[d->nr - 1].custom == refusal.custom;
}

/* Whether an error has a reason. */
static bool is_due(int err)
{
	return err == -ENOMEM ? shim_alloc_failed() || order_limit < MAX_PAGE_ORDER :
		err == -EIO && refuses;
}

static unsigned int nr_registered(void)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < SLOTS; i++)
		nr += !!slots[i].d;
	return nr;
}

static struct slot *slot_of(const struct gen_desc *d, u64 instance)
{
	for (unsigned int i = 0; i < SLOTS; i++) {
		if (slots[i].d == d && slots[i].instance == instance)
			return &slots[i];
	}
	return NULL;
}

static void drop(struct slot *s)
{
	object_free(&s->o);
	s->d = NULL;
}

static void step_register(struct slot *s)
{
	struct gen_desc *d = descs[below(DESCS)];
	u64 instance = below(5);
	bool there = slot_of(d, instance);
	struct object o;
	int err;

	if (s->d)
		return;
	object_fill(&o, &d->desc, d->bytes, gen.in);
	err = kstate_register(&d->desc, o.mem, instance);
	fuzz_assert(there ? err == -EEXIST || err == -ENOMEM : !err || is_due(err));
	if (err)
		object_free(&o);
	else
		*s = (struct slot){ .o = o, .d = d, .instance = instance };
}

static void step_unregister(struct slot *s)
{
	enum kstate_phase phase;

	if (!s->d)
		return;
	phase = kstate_out.phase;
	kstate_unregister(&s->d->desc, s->o.mem, s->instance);
	fuzz_assert(kstate_out.phase == phase);
	drop(s);
}

static void step_change(struct slot *s)
{
	if (s->d)
		object_refill(&s->o, gen.in);
}

static void check_err(int err)
{
	fuzz_assert(!err || (is_due(err) && kstate_out.phase != KSTATE_SAVED));
}

/* A kexec that has saved jumps, or is refused, before anybody makes another image. */
static void stay(void)
{
	if (kstate_out.leaving)
		kstate_kexec_abort();
}

static void step_prepare(struct slot *s)
{
	stay();
	guard(kstate_out)(&kstate_out.lock);
	check_err(kstate_prepare());
}

static void step_save(struct slot *s)
{
	stay();
	guard(kstate_out)(&kstate_out.lock);
	check_err(kstate_save());
}

static void step_abort(struct slot *s)
{
	kstate_kexec_abort();
	fuzz_assert(kstate_out.phase != KSTATE_SAVED);
	guard(kstate_out)(&kstate_out.lock);
	kstate_abort();
	fuzz_assert(kstate_out.phase == KSTATE_IDLE);
}

static void step_loaded(struct slot *s)
{
	kimage.carries = below(4);
	kstate_kexec_loaded(below(4) ? &kimage : NULL);
}

static void step_kexec_save(struct slot *s)
{
	int err;

	stay();
	kimage.carries = below(4);
	err = kstate_kexec_save(&kimage);
	fuzz_assert(!err || (err == -EOPNOTSUPP && !kimage.carries) ||
		    (is_due(err) && kstate_out.phase != KSTATE_SAVED));
}

static void step_catalog(struct slot *s)
{
	size_t len;
	u8 *buf;

	guard(kstate_out)(&kstate_out.lock);
	len = kstate_write_catalog(NULL, SIZE_MAX);
	buf = malloc(len);
	fuzz_assert(kstate_write_catalog(buf, len) == len);
	fuzz_assert(!fdt_check_full(buf, len));
	fuzz_assert(!kstate_write_catalog(buf, below(len)));
	free(buf);
}

/* The estimate counts what is there; nothing changes. */
static void step_estimate(struct slot *s)
{
	struct kstate_entry *entry;

	guard(kstate_out)(&kstate_out.lock);
	if (kstate_out.phase == KSTATE_SAVED)
		return;
	list_for_each_entry(entry, &kstate_out.entries, list) {
		if (!entry->gone)
			kstate_entry_bytes(entry);
	}
}

static void step_memory(struct slot *s)
{
	static const u8 limits[] = { MAX_PAGE_ORDER, 6, 4, 2, 0 };

	order_limit = limits[below(ARRAY_SIZE(limits))];
	shim_limit_order(order_limit);
}

static void step_refuse(struct slot *s)
{
	refuses = !refuses;
}

/* What was saved as lost is not there; all else is as it was. */
static void take_over(struct slot *s)
{
	struct object o;
	int err;

	if (!s->d)
		return;
	object_prepare(&o, &s->d->desc, s->d->bytes);
	memcpy(o.mem, s->o.mem, GEN_HIDDEN);
	object_remember(&o);
	/* Else what may refuse to be saved could not be compared. */
	refuses = false;
	err = kstate_register_restore(&s->d->desc, o.mem, s->instance);
	fuzz_assert(err == 1 || (!err && may_be_lost(s->d)));
	if (err == 1) {
		object_check(&o);
		fuzz_assert(object_equal(&s->o, &o));
		object_free(&s->o);
		s->o = o;
		return;
	}
	fuzz_assert(object_unchanged(&o));
	kstate_unregister(&s->d->desc, o.mem, s->instance);
	object_free(&o);
	drop(s);
}

static void step_update(struct slot *s)
{
	int err;

	stay();
	kstate_out.lock.held = 1;
	err = kstate_save();
	kstate_out.lock.held = 0;
	check_err(err);
	if (err)
		return;
	shim_fail_alloc(0);
	shim_kexec();
	for (unsigned int i = 0; i < SLOTS; i++)
		take_over(&slots[i]);
	if (below(2)) {
		guard(mutex)(&kstate_in.lock);
		kstate_in_release();
	}
	if (below(2))
		kstate_plans_forget();
}

static size_t sections_of(const void *fdt)
{
	int node, parent = fdt_subnode_offset(fdt, 0, KSTATE_NODE_SECTIONS);
	size_t nr = 0;

	fdt_for_each_subnode(node, fdt, parent)
		nr++;
	return nr;
}

/* Who was registered later is not in it; who has left is, as withdrawn. */
static size_t nr_saved(void)
{
	struct kstate_entry *entry;
	size_t nr = 0;

	list_for_each_entry(entry, &kstate_out.entries, list)
		nr += entry->saved;
	return nr;
}

static void check_saved(void)
{
	size_t nr = 0;

	for (size_t i = 0; i < kstate_out.nr_shards; i++) {
		const struct kstate_shard *shard = &kstate_out.shards[i];

		if (!shard->len)
			continue;
		fuzz_assert(!fdt_check_full(shard->mem, shard->len));
		nr += sections_of(shard->mem);
	}
	fuzz_assert(nr == nr_saved());
	for (unsigned int i = 0; i < SLOTS; i++) {
		if (slots[i].d)
			fuzz_assert(kstate_index_find(&kstate_out.by_key, slots[i].d->desc.id,
						      slots[i].instance));
	}
}

static void check_step(void)
{
	if (kstate_out.phase == KSTATE_SAVED)
		check_saved();
	if (kstate_out.phase == KSTATE_IDLE)
		fuzz_assert(!shim_preserved_bytes() && !shim_preserved_folios());
	fuzz_assert(kstate_out.by_key.nr == nr_registered());
}

static void (*const steps[])(struct slot *s) = {
	step_register, step_register, step_register, step_register, step_unregister, step_change,
	step_change, step_prepare, step_save, step_save, step_abort, step_loaded, step_kexec_save,
	step_catalog, step_estimate, step_memory, step_refuse, step_update,
};

static void run(void)
{
	for (unsigned int i = 0; i < STEPS && gen.in->len; i++) {
		void (*step)(struct slot *s) = steps[below(ARRAY_SIZE(steps))];

		shim_fail_alloc(below(3) ? 0 : 1 + below(40));
		step(&slots[below(SLOTS)]);
		shim_fail_alloc(0);
		check_step();
	}
}

static void finish(void)
{
	step_abort(NULL);
	shim_hand_over(NULL, 0);
	for (unsigned int i = 0; i < SLOTS; i++) {
		if (slots[i].d)
			step_unregister(&slots[i]);
	}
	fuzz_assert(!kstate_out.by_id.nr);
	fuzz_assert(!shim_teardown(NULL));
	gen_free(&gen);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_in in = fuzz_in(data, size);

	gen = (struct gen){ .in = &in };
	refuses = false;
	order_limit = MAX_PAGE_ORDER;
	object_folio = any_folio;
	object_area = any_area;
	shim_setup(NULL);
	for (unsigned int i = 0; i < DESCS; i++) {
		descs[i] = gen_desc(&gen, true);
		if (!below(3))
			descs[i]->fields[descs[i]->nr++] = refusal;
	}
	run();
	finish();
	return 0;
}
