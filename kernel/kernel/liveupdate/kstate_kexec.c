// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * kstate_kexec.c - what the engine does when an image is loaded, and at the kexec
 *
 * Right before liveupdate_reboot(), all objects are frozen and then saved. From then
 * on nothing that is described changes, so nothing thaws an object but a kexec that
 * is refused. It can be refused until kstate_kexec_save() has returned, and by
 * liveupdate_reboot().
 */

#include <linux/cleanup.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/printk.h>

#include "kstate_internal.h"

/* Whether this kexec has to do with an entry. */
static bool kstate_entry_goes(const struct kstate_entry *entry)
{
	return !entry->gone && entry->serial <= kstate_out.last;
}

/* Whether anything is registered that somebody would miss. */
static bool kstate_mandatory(void)
{
	struct kstate_entry *entry;

	list_for_each_entry(entry, &kstate_out.entries, list) {
		if (!entry->gone && kstate_class_mandatory(entry->class))
			return true;
	}
	return false;
}

static int kstate_freeze(struct kstate_entry *entry)
{
	const struct kstate_description *desc = entry->class->desc;
	int err = 0;

	if (desc->freeze) {
		kstate_call_begin(entry);
		err = kstate_answer(desc->name, desc->freeze(entry->obj));
		kstate_call_end(entry);
	}
	entry->frozen = !err;
	entry->unfrozen = err;
	if (err)
		pr_err("freeze: %s@%llx: error %d\n", desc->name, entry->key.instance, err);
	return kstate_out.forced ? 0 : err;
}

static int kstate_freeze_all(void)
{
	struct kstate_entry *entry;
	int err = 0;

	list_for_each_entry(entry, &kstate_out.entries, list) {
		if (kstate_entry_goes(entry))
			err = kstate_freeze(entry);
		if (err)
			break;
	}
	return err;
}

static void kstate_thaw(struct kstate_entry *entry)
{
	const struct kstate_description *desc = entry->class->desc;

	entry->frozen = false;
	if (!desc->thaw)
		return;
	kstate_call_begin(entry);
	desc->thaw(entry->obj);
	kstate_call_end(entry);
}

static void kstate_thaw_all(void)
{
	struct kstate_entry *entry;

	list_for_each_entry_reverse(entry, &kstate_out.entries, list) {
		entry->unfrozen = 0;
		if (entry->frozen && !entry->gone)
			kstate_thaw(entry);
	}
}

/* A module does not go away from now on; if it goes already, it takes its objects along. */
static void kstate_pin(struct kstate_family *family)
{
	struct kstate_class *class;

	list_for_each_entry(class, &family->classes, list) {
		if (!class->pinned)
			class->pinned = kstate_module_get(class->desc);
	}
}

static void kstate_unpin(struct kstate_family *family)
{
	struct kstate_class *class;

	list_for_each_entry(class, &family->classes, list) {
		kstate_module_put(class->pinned);
		class->pinned = NULL;
	}
}

static void kstate_for_families(void (*act)(struct kstate_family *family))
{
	struct kstate_family *family;

	list_for_each_entry(family, &kstate_out.families, list)
		act(family);
}

/* What came too late to be frozen, and would be missed. */
static void kstate_find_late(void)
{
	struct kstate_entry *entry;

	list_for_each_entry_reverse(entry, &kstate_out.entries, list) {
		if (entry->serial <= kstate_out.last)
			return;
		if (entry->gone || !kstate_class_mandatory(entry->class))
			continue;
		pr_err("%s@%llx came in the middle of the kexec\n", entry->class->desc->name,
		       entry->key.instance);
		kstate_out.missed++;
	}
}

static int kstate_freeze_and_save(void)
{
	int err = kstate_freeze_all();

	err = err ?: kstate_make_saved();
	if (!err)
		kstate_find_late();
	return err ?: kstate_out.missed ? -EBUSY : 0;
}

static void kstate_kexec_undo(void)
{
	kstate_thaw_all();
	kstate_for_families(kstate_unpin);
	kstate_unsave();
	kstate_out.stale |= kstate_out.trimmed && kstate_out.phase != KSTATE_IDLE;
	kstate_out.trimmed = false;
	kstate_out.leaving = false;
}

/* The kexec goes on without any state, because somebody said so. */
static int kstate_force(int err)
{
	if (!err || !kstate_out.forced)
		return err;
	pr_err("kexec_force: state is lost: error %d\n", err);
	kstate_make_none();
	return 0;
}

static int kstate_kexec_make(void)
{
	int err;

	kstate_out.leaving = true;
	kstate_out.missed = 0;
	kstate_for_families(kstate_pin);
	err = kstate_force(kstate_freeze_and_save());
	if (err) {
		pr_err("kexec refused: state could not be saved: error %d\n", err);
		kstate_kexec_undo();
	} else if (kstate_out.phase == KSTATE_SAVED) {
		pr_info("saved in %llu us\n", kstate_out.save_ns / 1000);
		kstate_make_trimmed();
	}
	return err;
}

/* The image was loaded in a way that KHO does not take part in. */
static int kstate_kexec_apart(void)
{
	if (!kstate_kho_ready()) {
		pr_warn("KHO is off: state is not saved\n");
		return 0;
	}
	if (kstate_out.forced || !kstate_mandatory()) {
		pr_warn("KHO does not reach the next kernel: state is not saved\n");
		return 0;
	}
	pr_err("kexec refused: KHO does not reach the next kernel, and state would be lost\n");
	return -EOPNOTSUPP;
}

static int kstate_kexec_try(const struct kimage *image)
{
	/* Set or cleared from now on, it is for the next one: half of this one is no rule. */
	kstate_out.forced = kstate_out.force;
	/* With nothing to save, what comes too late is told all the same. */
	if (list_empty(&kstate_out.entries)) {
		kstate_out.leaving = true;
		return 0;
	}
	if (kstate_out.forced)
		pr_warn("kexec_force: no state refuses this kexec\n");
	if (!kstate_kexec_carries(image))
		return kstate_kexec_apart();
	/* Before anything is frozen: the incoming side gets memory, and reclaim may wait. */
	kstate_make_generation();
	return kstate_kexec_make();
}

int kstate_kexec_save(const struct kimage *image)
{
	int err;

	guard(kstate_out)(&kstate_out.lock);
	kstate_make_begin();
	err = kstate_kexec_try(image);
	kstate_make_end();
	return err;
}

void kstate_kexec_loaded(const struct kimage *image)
{
	int err = 0;

	guard(kstate_out)(&kstate_out.lock);
	kstate_make_begin();
	if (!image || !kstate_kexec_carries(image))
		kstate_make_none();
	else if (kstate_out.phase != KSTATE_SAVED)
		err = kstate_make_prepared();
	kstate_make_end();
	if (err)
		pr_warn("cannot prepare, the save will have to: error %d\n", err);
}

void kstate_kexec_abort(void)
{
	guard(kstate_out)(&kstate_out.lock);
	kstate_make_begin();
	kstate_kexec_undo();
	kstate_make_end();
}
