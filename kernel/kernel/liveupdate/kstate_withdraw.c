// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * kstate_withdraw.c - objects that go away while there is an image
 *
 * An object that is unregistered takes its own section with it, and nothing else: no
 * other object's memory is given back, and nothing is allocated. Its section stays in
 * a saved image, marked as lost, with the time; what it had preserved is let go of.
 *
 * While somebody makes the image, that has to wait: its entry is left, without object
 * and description, until kstate_make_end(). Of a saved image it is left until the
 * image is dropped, for out/sections.
 *
 * All functions run with kstate_out.lock held.
 */

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/libfdt.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>

#include "kstate_internal.h"

/**
 * kstate_class_mandatory - whether losing an object refuses what is under way
 * @class: its description
 *
 * Return: false if the description is optional, or kexec_force was set when this kexec
 * began.
 */
bool kstate_class_mandatory(const struct kstate_class *class)
{
	return !(class->desc->flags & KSTATE_OPTIONAL) &&
	       !(kstate_out.leaving && kstate_out.forced);
}

/* In the middle of a kexec: the state of an object is not handed over. */
static void kstate_leave_out(const struct kstate_entry *entry, const char *does)
{
	const char *name = entry->class->desc->name;
	u64 instance = entry->key.instance;

	kstate_out.withdrawn++;
	if (kstate_class_mandatory(entry->class))
		pr_err("%s@%llx %s in the middle of the kexec: its state is lost\n", name,
		       instance, does);
	else
		pr_warn("%s@%llx %s in the middle of the kexec: its state is not handed over\n",
			name, instance, does);
}

/* A mandatory object refuses the kexec as long as that is possible. */
static void kstate_withdraw_leaving(const struct kstate_entry *entry)
{
	kstate_leave_out(entry, "leaves");
	kstate_out.missed += kstate_class_mandatory(entry->class);
}

/**
 * kstate_came_late - an object is registered
 * @entry: its entry
 *
 * What comes while a kexec makes its image may refuse it: see kstate_kexec_save(). After
 * that nobody can, and it is told only.
 */
void kstate_came_late(const struct kstate_entry *entry)
{
	if (kstate_out.leaving && !kstate_out.making)
		kstate_leave_out(entry, "comes");
}

/**
 * kstate_withdraw_begin - an object is unregistered
 * @entry: its entry; no walk uses it any more
 *
 * Notes what has to be known of its description, which is about to go.
 */
void kstate_withdraw_begin(struct kstate_entry *entry)
{
	const struct kstate_description *desc = entry->class->desc;
	u32 crc;

	if (kstate_out.leaving && entry->serial <= kstate_out.last)
		kstate_withdraw_leaving(entry);
	crc = kstate_crc_section(desc->id, entry->key.instance, desc->version_id,
				 entry->class->fingerprint);
	entry->crc = kstate_crc_finish(crc);
	entry->err = -ESHUTDOWN;
	entry->bytes = 0;
	entry->ns = ktime_get_real_ns();
}

static bool kstate_entry_in_image(const struct kstate_entry *entry)
{
	return kstate_out.phase == KSTATE_SAVED && entry->saved;
}

/**
 * kstate_withdrawn_name - the name that a section has in the image
 * @entry: its entry, which is in the image
 * @header: where to put its header
 *
 * Return: "<name>@<instance>", in the image.
 */
const char *kstate_withdrawn_name(const struct kstate_entry *entry,
				  const struct kstate_section_ser **header)
{
	const void *fdt = kstate_out.shards[entry->shard].mem;
	int node = entry->node - fdt_off_dt_struct(fdt), len;

	*header = kstate_fdt_prop(fdt, node, KSTATE_PROP_HEADER, &len);
	return fdt_get_name(fdt, node, NULL);
}

/*
 * Its section says from now on that it is lost, and when it was withdrawn.
 *
 * The kexec may stop this processor behind any of these stores, and every section of the
 * shard has to be found then. So the property behind the header takes in all that the
 * section has room for, with one store; in its value is written what is to come; and it
 * shrinks, with one store. If that is as far as it comes, this one section is damaged.
 */
static void kstate_withdraw_mark(const struct kstate_entry *entry)
{
	const struct kstate_shard *shard = &kstate_out.shards[entry->shard];
	const __be32 why = cpu_to_fdt32(-entry->err);
	const struct kstate_section_ser *header;
	struct kstate_writer w;
	size_t at, prop;

	kstate_withdrawn_name(entry, &header);
	at = (const void *)header - shard->mem;
	prop = at + sizeof(*header);
	kstate_w_plain(&w, shard->mem, shard->len);
	kstate_w_skip(&w, prop + entry->room);
	kstate_w_prop_len(&w, prop, entry->room - KSTATE_PROP_HEAD);
	kstate_w_rewind(&w, prop + KSTATE_PROP_HEAD);
	kstate_w_bytes(&w, &why, sizeof(why));
	kstate_w_prop_u64(&w, KSTATE_PROP_WITHDRAWN, entry->ns);
	kstate_w_nops(&w, prop + entry->room);
	kstate_w_prop_len(&w, prop, sizeof(why));
	kstate_w_prop_name(&w, prop, KSTATE_PROP_LOST);
	kstate_w_cell(&w, at + offsetof(struct kstate_section_ser, crc), entry->crc);
}

static void kstate_entry_drop(struct kstate_entry *entry)
{
	kstate_out.nr_left--;
	list_del(&entry->list);
	kfree(entry);
}

/* No image is being made, or the thread that makes it is not at any entry. */
static void kstate_withdraw(struct kstate_entry *entry)
{
	if (kstate_entry_in_image(entry) && entry->ool)
		kstate_out.bytes -= kstate_ool_bytes(entry);
	if (kstate_entry_in_image(entry))
		kstate_withdraw_mark(entry);
	kstate_keep_leave(entry);
	kstate_ool_free(entry);
	if (!kstate_entry_in_image(entry))
		kstate_entry_drop(entry);
}

/**
 * kstate_withdraw_end - the description of an unregistered object has gone
 * @entry: the entry, which may be freed
 */
void kstate_withdraw_end(struct kstate_entry *entry)
{
	kstate_out.nr_left++;
	if (!kstate_out.making)
		kstate_withdraw(entry);
}

/**
 * kstate_withdraw_all - see to all that were unregistered meanwhile
 *
 * Entries that are not in an image are freed.
 */
void kstate_withdraw_all(void)
{
	struct kstate_entry *entry, *next;

	if (!kstate_out.nr_left)
		return;
	list_for_each_entry_safe(entry, next, &kstate_out.entries, list) {
		if (!entry->class)
			kstate_withdraw(entry);
	}
}
