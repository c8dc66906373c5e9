// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * kstate_core.c - what is registered, and the life of the outgoing image
 */

/**
 * DOC: kstate engine
 *
 * Drivers register (description, object, instance); kexec saves all of them into
 * an image that KHO hands to the next kernel; there, drivers ask for their
 * objects back.
 *
 * The outgoing image is in one of three phases. Idle: there is none. Prepared:
 * its memory is allocated and preserved, and folios that objects refer to are
 * preserved. Saved: it is complete, and KHO's root tree points to it. Aborting
 * takes it back to idle from either, and returns every page. A save from idle
 * prepares first. A save from saved writes a new image into the same memory.
 *
 * If objects grew since the image was prepared, the save prepares once more, so
 * it allocates only then.
 *
 * Locks: kstate_out.lock protects the registry and the outgoing image,
 * kstate_in.lock the incoming one. The former is taken first.
 */

#include <linux/cleanup.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <trace/events/kstate.h>

#include "kstate_internal.h"

/* A save that found its memory too small tries again this often in all. */
#define KSTATE_SAVE_TRIES	3

/* Where big blocks are not to be had, shards are made as small as this. */
#define KSTATE_SHARD_MIN	(64UL << 10)

struct kstate_out kstate_out = {
	.lock = __MUTEX_INITIALIZER(kstate_out.lock),
	.entries = LIST_HEAD_INIT(kstate_out.entries),
	.classes = LIST_HEAD_INIT(kstate_out.classes),
	.places = XARRAY_INIT(kstate_out.places, 0),
};

static struct kstate_class *kstate_class_find(u32 id)
{
	struct kstate_key *key = kstate_index_find(&kstate_out.by_id, id, 0);

	return key ? container_of(key, struct kstate_class, key) : NULL;
}

static struct kstate_class *kstate_class_named(const char *name)
{
	struct kstate_class *class;

	list_for_each_entry(class, &kstate_out.classes, list) {
		if (!strcmp(class->desc->name, name))
			return class;
	}
	return NULL;
}

static void kstate_class_free(struct kstate_class *class)
{
	kvfree(class->pieces);
	kfree(class);
}

static void kstate_class_put(struct kstate_class *class)
{
	if (--class->users)
		return;
	kstate_sysfs_del(class);
	while (class->nr_parts)
		kstate_class_put(class->parts[--class->nr_parts]);
	list_del(&class->list);
	kstate_index_del(&kstate_out.by_id, &class->key);
	kstate_class_free(class);
}

static struct kstate_class *kstate_class_get(const struct kstate_description *desc);

static int kstate_class_add_part(struct kstate_class *class,
				 const struct kstate_description *desc)
{
	struct kstate_class *part = kstate_class_get(desc);

	if (IS_ERR(part))
		return PTR_ERR(part);
	class->parts[class->nr_parts++] = part;
	return 0;
}

static int kstate_class_parts(struct kstate_class *class)
{
	const struct kstate_description *desc = class->desc;
	int err = 0;

	class->nr_subs = kstate_desc_nr_subs(desc);
	for (unsigned int i = 0; !err && i < class->nr_subs; i++)
		err = kstate_class_add_part(class, desc->subsections[i]);
	for (const struct kstate_field *f = desc->fields; !err && f->name; f++) {
		if (f->desc)
			err = kstate_class_add_part(class, f->desc);
	}
	return err;
}

static struct kstate_class *kstate_class_new(const struct kstate_description *desc)
{
	size_t parts = kstate_desc_nr_subs(desc) + kstate_desc_nr_fields(desc);
	struct kstate_class *class;
	int err;

	class = kzalloc(struct_size(class, parts, parts), GFP_KERNEL);
	if (!class)
		return ERR_PTR(-ENOMEM);
	class->key.id = desc->id;
	class->desc = desc;
	class->users = 1;
	class->fingerprint = kstate_desc_fingerprint(desc);
	err = kstate_pieces_make(class);
	err = err ?: kstate_index_add(&kstate_out.by_id, &class->key);
	if (err) {
		kstate_class_free(class);
		return ERR_PTR(err);
	}
	list_add_tail(&class->list, &kstate_out.classes);
	err = kstate_class_parts(class);
	if (err) {
		kstate_class_put(class);
		return ERR_PTR(err);
	}
	kstate_sysfs_add(class);
	return class;
}

static void kstate_class_count(struct kstate_class *class, int more)
{
	class->instances += more;
	kstate_sysfs_count(class);
}

static struct kstate_class *kstate_class_get(const struct kstate_description *desc)
{
	struct kstate_class *class = kstate_class_find(desc->id);

	if (!class)
		class = kstate_class_named(desc->name);
	if (!class)
		return kstate_class_new(desc);
	if (class->desc != desc) {
		pr_err("description %s (id %#x) collides with %s (id %#x)\n", desc->name,
		       desc->id, class->desc->name, class->desc->id);
		return ERR_PTR(-EEXIST);
	}
	class->users++;
	return class;
}

static void kstate_entry_free(struct kstate_entry *entry)
{
	kstate_ool_free(entry);
	if (entry->class)
		kstate_class_put(entry->class);
	kfree(entry);
}

static struct kstate_entry *kstate_entry_find(const struct kstate_description *desc,
					      u64 instance_id)
{
	struct kstate_key *key;

	key = kstate_index_find(&kstate_out.by_key, desc->id, instance_id);
	return key ? container_of(key, struct kstate_entry, key) : NULL;
}

static struct kstate_entry *kstate_entry_new(const struct kstate_description *desc,
					     void *obj, u64 instance_id)
{
	struct kstate_entry *entry;
	int err;

	err = kstate_desc_check(desc);
	if (err)
		return ERR_PTR(err);
	entry = kzalloc_obj(*entry);
	if (!entry)
		return ERR_PTR(-ENOMEM);
	entry->key = (struct kstate_key){ .id = desc->id, .instance = instance_id };
	entry->obj = obj;
	return entry;
}

/*
 * With the lock held: the object's place is its own, but nobody sees it yet. On an error
 * the entry is freed.
 */
static int kstate_entry_reserve(struct kstate_entry *entry,
				const struct kstate_description *desc)
{
	struct kstate_class *class;
	int err;

	class = kstate_class_get(desc);
	if (IS_ERR(class)) {
		kstate_entry_free(entry);
		return PTR_ERR(class);
	}
	entry->class = class;
	err = kstate_index_add(&kstate_out.by_key, &entry->key);
	if (err == -EEXIST)
		pr_err("%s@%llx is registered already\n", desc->name,
		       entry->key.instance);
	if (err) {
		kstate_entry_free(entry);
		return err;
	}
	kstate_class_count(class, 1);
	return 0;
}

/* With the lock held: the object is prepared and saved from now on. */
static void kstate_entry_show(struct kstate_entry *entry)
{
	entry->serial = ++kstate_out.serial;
	list_add_tail(&entry->list, &kstate_out.entries);
}

int kstate_register(const struct kstate_description *desc, void *obj, u64 instance_id)
{
	struct kstate_entry *entry = kstate_entry_new(desc, obj, instance_id);
	int err;

	if (IS_ERR(entry))
		return PTR_ERR(entry);
	guard(mutex)(&kstate_out.lock);
	err = kstate_entry_reserve(entry, desc);
	if (!err)
		kstate_entry_show(entry);
	return err;
}
EXPORT_SYMBOL_GPL(kstate_register);

/* With the lock held, and no image that it is part of. */
static void kstate_entry_del(struct kstate_entry *entry)
{
	kstate_index_del(&kstate_out.by_key, &entry->key);
	if (entry->serial)
		list_del(&entry->list);
	kstate_class_count(entry->class, -1);
	kstate_entry_free(entry);
}

void kstate_unregister(const struct kstate_description *desc, void *obj, u64 instance_id)
{
	struct kstate_entry *entry;

	guard(mutex)(&kstate_out.lock);
	entry = kstate_entry_find(desc, instance_id);
	if (!entry || entry->class->desc != desc || entry->obj != obj || !entry->serial)
		return;
	if (kstate_out.leaving)
		pr_err("%s@%llx leaves in the middle of the kexec: no state is handed over\n",
		       desc->name, instance_id);
	else if (kstate_out.phase == KSTATE_SAVED)
		pr_info("%s@%llx leaves: the saved image is dropped\n", desc->name,
			instance_id);
	kstate_abort();
	kstate_entry_del(entry);
}
EXPORT_SYMBOL_GPL(kstate_unregister);

int kstate_register_restore(const struct kstate_description *desc, void *obj,
			    u64 instance_id)
{
	struct kstate_entry *entry = kstate_entry_new(desc, obj, instance_id);
	int err;

	if (IS_ERR(entry))
		return PTR_ERR(entry);
	scoped_guard(mutex, &kstate_out.lock)
		err = kstate_entry_reserve(entry, desc);
	if (err)
		return err;
	/* Without the lock: this calls the driver. */
	err = kstate_restore(desc, obj, instance_id);
	guard(mutex)(&kstate_out.lock);
	if (err && err != -ENOENT && err != -EALREADY && err != -ENODATA) {
		kstate_entry_del(entry);
		return err;
	}
	kstate_entry_show(entry);
	return !err;
}
EXPORT_SYMBOL_GPL(kstate_register_restore);

/**
 * kstate_phase_name - a phase of the outgoing image, in one word
 * @phase: the phase
 *
 * Return: "idle", "prepared" or "saved".
 */
const char *kstate_phase_name(enum kstate_phase phase)
{
	static const char *const names[] = {
		[KSTATE_IDLE] = "idle", [KSTATE_PREPARED] = "prepared",
		[KSTATE_SAVED] = "saved",
	};

	return names[phase];
}

static void kstate_shards_free(void)
{
	for (size_t i = 0; i < kstate_out.nr_shards; i++)
		kstate_mem_free(kstate_out.shards[i].mem);
	kvfree(kstate_out.shards);
	kstate_out.shards = NULL;
	kstate_out.nr_shards = 0;
}

/* Memory for shards of these sizes. What there is already stays if it is enough. */
static int kstate_shards_fill(struct kstate_shard *want, size_t nr)
{
	size_t old = kstate_out.nr_shards;
	bool enough = nr <= old;

	for (size_t i = 0; enough && i < nr; i++)
		enough = want[i].cap <= kstate_out.shards[i].cap;
	if (enough) {
		kvfree(want);
		return 0;
	}

	kstate_shards_free();
	kstate_out.shards = want;
	for (size_t i = 0; i < nr; i++) {
		want[i].cap = PAGE_SIZE << get_order(want[i].cap);
		want[i].mem = kstate_mem_alloc(want[i].cap);
		if (!want[i].mem)
			return -ENOMEM;
		kstate_out.nr_shards++;
	}
	return 0;
}

static int kstate_prepare_once(size_t shard_max)
{
	struct kstate_shard *want;
	size_t nr;
	int err;

	err = kstate_size_image(shard_max, &want, &nr);
	if (err) {
		kvfree(want);
		return err;
	}
	return kstate_shards_fill(want, nr);
}

/* The image is not to be seen any more, but its memory is kept. */
static void kstate_unsave(void)
{
	if (kstate_out.phase != KSTATE_SAVED)
		return;
	kstate_unpublish(kstate_out.shards[0].mem);
	kstate_out.phase = KSTATE_PREPARED;
}

/**
 * kstate_prepare - allocate and preserve what a save will need
 *
 * Return: 0; -E2BIG if a section is too large; what preserving a folio says;
 * -ENOMEM. On an error nothing is left allocated or preserved.
 */
int kstate_prepare(void)
{
	size_t max = KSTATE_SHARD_MAX;
	int err, again;

	if (!kstate_kho_ready())
		return -EOPNOTSUPP;
	kstate_unsave();
	err = kstate_prepare_once(max);
	while (err == -ENOMEM && max > KSTATE_SHARD_MIN) {
		max /= 2;
		again = kstate_prepare_once(max);
		/* A section that fits only in a larger shard: memory for that is what lacks. */
		if (again == -E2BIG)
			break;
		err = again;
	}
	kstate_out.phase = KSTATE_PREPARED;
	if (err)
		kstate_abort();
	return err;
}

static int kstate_save_try(void)
{
	bool fresh = kstate_out.phase != KSTATE_PREPARED;
	int err;

	err = fresh ? kstate_prepare() : 0;
	if (err)
		return err;
	err = kstate_write_image(fresh);
	if (err == -E2BIG) {
		kstate_out.phase = KSTATE_IDLE;
		return -EAGAIN;
	}
	return err ?: kstate_publish(kstate_out.shards[0].mem, kstate_out.shards[0].len);
}

/* For the trace events, an image has the id that no description has. */
static int kstate_save_once(void)
{
	u64 generation = kstate_in_generation() + 1;
	int err;

	trace_kstate_save_begin(KSTATE_COMPATIBLE, KSTATE_ID_NONE, generation);
	kstate_out.save_ns = 0;
	kstate_out.bytes = 0;
	err = kstate_save_try();
	trace_kstate_save_end(KSTATE_COMPATIBLE, KSTATE_ID_NONE, generation, 0,
			      err ? 0 : kstate_out.bytes, kstate_out.save_ns, err, !err);
	return err;
}

/**
 * kstate_save - save every registered object and hand the image to KHO
 *
 * Return: 0; an error of an object that is not optional; what kstate_prepare()
 * says; -EAGAIN if objects grew each time they were saved; -ENOMEM. On an error
 * nothing is left allocated or preserved.
 */
int kstate_save(void)
{
	int err = -EAGAIN;

	if (!kstate_kho_ready())
		return -EOPNOTSUPP;
	kstate_unsave();
	for (int i = 0; err == -EAGAIN && i < KSTATE_SAVE_TRIES; i++)
		err = kstate_save_once();
	if (err == -EAGAIN)
		pr_err("save: objects grow faster than they are saved\n");
	if (err) {
		kstate_out.phase = KSTATE_PREPARED;
		kstate_abort();
		return err;
	}
	kstate_out.phase = KSTATE_SAVED;
	return 0;
}

/**
 * kstate_abort - give back all memory of the outgoing image
 */
void kstate_abort(void)
{
	struct kstate_entry *entry;

	if (kstate_out.phase == KSTATE_IDLE)
		return;
	kstate_unsave();
	list_for_each_entry(entry, &kstate_out.entries, list)
		kstate_ool_free(entry);
	kstate_keep_free();
	kstate_shards_free();
	kstate_out.phase = KSTATE_IDLE;
}

/**
 * kstate_command - do what user space asks for
 * @command: "prepare", "save" or "abort", with or without a newline
 *
 * Once a kexec has saved its image, that is the one: other processors still run user
 * space until they are stopped.
 *
 * Return: 0; -EINVAL if it is none of these; -EBUSY in the middle of a kexec; what
 * kstate_prepare() and kstate_save() say.
 */
int kstate_command(const char *command)
{
	guard(mutex)(&kstate_out.lock);
	if (kstate_out.leaving)
		return -EBUSY;
	if (sysfs_streq(command, "prepare"))
		return kstate_prepare();
	if (sysfs_streq(command, "save"))
		return kstate_save();
	if (!sysfs_streq(command, "abort"))
		return -EINVAL;
	kstate_abort();
	return 0;
}

/* Whether anything is registered that somebody would miss. */
static bool kstate_mandatory(void)
{
	struct kstate_entry *entry;

	list_for_each_entry(entry, &kstate_out.entries, list) {
		if (!(entry->class->desc->flags & KSTATE_OPTIONAL))
			return true;
	}
	return false;
}

int kstate_kexec_save(const struct kimage *image)
{
	int err;

	guard(mutex)(&kstate_out.lock);
	if (list_empty(&kstate_out.entries))
		return 0;
	if (!kstate_kexec_carries(image)) {
		if (kstate_mandatory())
			pr_warn("KHO does not reach the next kernel: state is not saved\n");
		return 0;
	}
	err = kstate_save();
	if (err)
		pr_err("kexec refused: state could not be saved: error %d\n", err);
	else
		pr_info("saved in %llu us\n", kstate_out.save_ns / 1000);
	kstate_out.leaving = !err;
	return err;
}

void kstate_kexec_loaded(const struct kimage *image)
{
	int err;

	guard(mutex)(&kstate_out.lock);
	if (kstate_out.phase == KSTATE_SAVED)
		return;
	if (!image || !kstate_kexec_carries(image)) {
		kstate_abort();
		return;
	}
	err = kstate_prepare();
	if (err)
		pr_warn("cannot prepare, the save will have to: error %d\n", err);
}

void kstate_kexec_abort(void)
{
	guard(mutex)(&kstate_out.lock);
	kstate_out.leaving = false;
	kstate_abort();
}
