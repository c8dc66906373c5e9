// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * kstate_registry.c - what is registered: objects, and the descriptions that they use
 *
 * An object that is unregistered is not looked at any more when kstate_unregister()
 * returns. What the image has of it may have to stay for a while: its entry is then
 * left without object and description, see kstate_withdraw.c.
 */

#include <linux/cleanup.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/wait.h>

#include "kstate_internal.h"

static bool kstate_subs_differ(const struct kstate_description *a,
			       const struct kstate_description *b)
{
	unsigned int nr = kstate_desc_nr_subs(a);
	bool differ = nr != kstate_desc_nr_subs(b);

	for (unsigned int i = 0; !differ && i < nr; i++)
		differ = a->subsections[i]->id != b->subsections[i]->id;
	return differ;
}

static bool kstate_fields_differ(const struct kstate_description *a,
				 const struct kstate_description *b)
{
	size_t nr = kstate_desc_nr_fields(a);
	bool differ = nr != kstate_desc_nr_fields(b) ||
		      kstate_desc_fingerprint(a) != kstate_desc_fingerprint(b);

	for (size_t i = 0; !differ && i < nr; i++) {
		const struct kstate_description *of_a = a->fields[i].desc;
		const struct kstate_description *of_b = b->fields[i].desc;

		differ = (of_a ? of_a->id : KSTATE_ID_NONE) != (of_b ? of_b->id : KSTATE_ID_NONE);
	}
	return differ;
}

/*
 * What differs between two descriptions, as an image has them; NULL if they are copies of
 * each other. Callbacks may differ, and what is there for people only. Nested descriptions
 * and subsections are compared by their ids, and the nested ones' fields.
 */
static const char *kstate_desc_differs(const struct kstate_description *a,
				       const struct kstate_description *b)
{
	if (a == b)
		return NULL;
	if (a->id != b->id || strcmp(a->name, b->name))
		return "an id and a name belong to one description";
	if (a->version_id != b->version_id || a->min_version_id != b->min_version_id)
		return "their versions differ";
	if ((a->flags ^ b->flags) & KSTATE_ABI_FLAGS)
		return "one of them is optional";
	if (kstate_subs_differ(a, b))
		return "their subsections differ";
	return kstate_fields_differ(a, b) ? "their fields differ" : NULL;
}

static struct kstate_family *kstate_family_find(u32 id)
{
	struct kstate_key *key = kstate_index_find(&kstate_out.by_id, id, 0);

	return key ? container_of(key, struct kstate_family, key) : NULL;
}

static struct kstate_family *kstate_family_named(const char *name)
{
	struct kstate_family *family;

	list_for_each_entry(family, &kstate_out.families, list) {
		if (!strcmp(kstate_family_class(family)->desc->name, name))
			return family;
	}
	return NULL;
}

static struct kstate_family *kstate_family_new(u32 id)
{
	struct kstate_family *family = kzalloc_obj(*family);
	int err;

	if (!family)
		return ERR_PTR(-ENOMEM);
	family->key.id = id;
	INIT_LIST_HEAD(&family->classes);
	err = kstate_index_add(&kstate_out.by_id, &family->key);
	if (err) {
		kfree(family);
		return ERR_PTR(err);
	}
	list_add_tail(&family->list, &kstate_out.families);
	return family;
}

/* A class has gone, or could not be made. */
static void kstate_family_put(struct kstate_family *family)
{
	if (!list_empty(&family->classes))
		return;
	kstate_sysfs_del(family);
	list_del(&family->list);
	kstate_index_del(&kstate_out.by_id, &family->key);
	kfree(family);
}

static void kstate_class_free(struct kstate_class *class)
{
	lockdep_unregister_key(&class->lock_key);
	kstate_module_put(class->pinned);
	kvfree(class->pieces);
	kfree(class);
}

static void kstate_class_put(struct kstate_class *class)
{
	struct kstate_family *family = class->family;

	if (--class->users)
		return;
	while (class->nr_parts)
		kstate_class_put(class->parts[--class->nr_parts]);
	list_del(&class->list);
	kstate_class_free(class);
	kstate_family_put(family);
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

static struct kstate_class *kstate_class_new(struct kstate_family *family,
					     const struct kstate_description *desc)
{
	size_t parts = kstate_desc_nr_subs(desc) + kstate_desc_nr_fields(desc);
	struct kstate_class *class;
	int err;

	class = kzalloc(struct_size(class, parts, parts), GFP_KERNEL);
	if (!class)
		return ERR_PTR(-ENOMEM);
	class->family = family;
	class->desc = desc;
	class->users = 1;
	lockdep_register_key(&class->lock_key);
	lockdep_init_map(&class->calls, desc->name, &class->lock_key, 0);
	class->fingerprint = kstate_desc_fingerprint(desc);
	err = kstate_pieces_make(class);
	if (err) {
		kstate_class_free(class);
		return ERR_PTR(err);
	}
	return class;
}

static void kstate_family_count(struct kstate_family *family, int more)
{
	family->instances += more;
	kstate_sysfs_count(family);
}

/* The copy of it that is in use; NULL if that one is not. */
static struct kstate_class *kstate_family_find_class(const struct kstate_family *family,
						     const struct kstate_description *desc)
{
	struct kstate_class *class;

	list_for_each_entry(class, &family->classes, list) {
		if (class->desc == desc)
			return class;
	}
	return NULL;
}

/* Whether it is a copy of what is in use already, by all that an image says of it. */
static int kstate_family_check(const struct kstate_family *family,
			       const struct kstate_description *desc)
{
	const struct kstate_description *first;
	const char *differs;

	if (list_empty(&family->classes))
		return 0;
	first = kstate_family_class(family)->desc;
	differs = kstate_desc_differs(first, desc);
	if (!differs)
		return 0;
	pr_err("description %s (id %#x) collides with %s (id %#x): %s\n", desc->name,
	       desc->id, first->name, first->id, differs);
	return -EEXIST;
}

/* The copy is the family's from now on; on an error it is gone, and the family may be. */
static int kstate_family_add(struct kstate_family *family, struct kstate_class *class)
{
	bool first = list_empty(&family->classes);
	int err;

	list_add_tail(&class->list, &family->classes);
	err = kstate_class_parts(class);
	if (err)
		kstate_class_put(class);
	else if (first)
		kstate_sysfs_add(family);
	return err;
}

static struct kstate_class *kstate_class_make(struct kstate_family *family,
					      const struct kstate_description *desc)
{
	int err = kstate_family_check(family, desc);
	struct kstate_class *class;

	class = err ? ERR_PTR(err) : kstate_class_new(family, desc);
	if (IS_ERR(class)) {
		kstate_family_put(family);
		return class;
	}
	err = kstate_family_add(family, class);
	return err ? ERR_PTR(err) : class;
}

static struct kstate_class *kstate_class_get(const struct kstate_description *desc)
{
	struct kstate_family *family = kstate_family_find(desc->id);
	struct kstate_class *class;

	if (!family)
		family = kstate_family_named(desc->name);
	if (!family)
		family = kstate_family_new(desc->id);
	if (IS_ERR(family))
		return ERR_PTR(PTR_ERR(family));
	class = kstate_family_find_class(family, desc);
	if (!class)
		return kstate_class_make(family, desc);
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
 * With the lock held: reserve the object's place; no walk sees it yet. On an error
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
	if (err)
		kstate_entry_free(entry);
	return err;
}

/* With the lock held: the object is prepared and saved from now on. */
static void kstate_entry_show(struct kstate_entry *entry)
{
	entry->serial = ++kstate_out.serial;
	list_add_tail(&entry->list, &kstate_out.entries);
	kstate_family_count(entry->class->family, 1);
	kstate_came_late(entry);
}

static int kstate_entry_add(struct kstate_entry *entry, const struct kstate_description *desc,
			    bool show)
{
	int err;

	guard(kstate_out)(&kstate_out.lock);
	err = kstate_entry_reserve(entry, desc);
	if (!err && show)
		kstate_entry_show(entry);
	return err;
}

int kstate_register(const struct kstate_description *desc, void *obj, u64 instance_id)
{
	struct kstate_entry *entry = kstate_entry_new(desc, obj, instance_id);
	int err;

	if (IS_ERR(entry))
		return PTR_ERR(entry);
	err = kstate_entry_add(entry, desc, true);
	kstate_sysfs_settle();
	return err;
}
EXPORT_SYMBOL_GPL(kstate_register);

/* Any copy of its description will do. */
static bool kstate_entry_is(const struct kstate_entry *entry,
			    const struct kstate_description *desc, const void *obj)
{
	if (entry->obj != obj || !entry->serial)
		return false;
	return entry->class->desc == desc ||
	       (!kstate_desc_check(desc) && !kstate_desc_differs(entry->class->desc, desc));
}

/* After this no look-up finds the entry, and no walk goes to it. */
static struct kstate_entry *kstate_entry_detach(const struct kstate_description *desc,
						void *obj, u64 instance_id)
{
	struct kstate_entry *entry;

	guard(kstate_out)(&kstate_out.lock);
	entry = kstate_entry_find(desc, instance_id);
	if (!entry || !kstate_entry_is(entry, desc, obj))
		return NULL;
	kstate_index_del(&kstate_out.by_key, &entry->key);
	entry->gone = true;
	return entry;
}

/*
 * Who holds a lock here that a callback of the description takes would wait for that
 * callback for ever, one day. lockdep says so each time.
 */
static void kstate_may_wait(struct kstate_class *class)
{
	lock_map_acquire(&class->calls);
	lock_map_release(&class->calls);
}

void kstate_unregister(const struct kstate_description *desc, void *obj, u64 instance_id)
{
	struct kstate_entry *entry = kstate_entry_detach(desc, obj, instance_id);

	if (!entry)
		return;
	kstate_may_wait(entry->class);
	scoped_guard(kstate_out, &kstate_out.lock) {
		kstate_wait(!entry->users);
		kstate_family_count(entry->class->family, -1);
		kstate_withdraw_begin(entry);
		kstate_class_put(entry->class);
		entry->class = NULL;
		entry->obj = NULL;
		kstate_withdraw_end(entry);
	}
	kstate_sysfs_settle();
}
EXPORT_SYMBOL_GPL(kstate_unregister);

static bool kstate_nothing_to_restore(int err, bool found)
{
	return !found && (err == -ENOENT || err == -EALREADY || err == -ENODATA);
}

static int kstate_reserved_restore(struct kstate_entry *entry,
				   const struct kstate_description *desc, void *obj,
				   u64 instance_id)
{
	bool found;
	int err = kstate_restore_found(desc, obj, instance_id, &found);

	guard(kstate_out)(&kstate_out.lock);
	if (err && !kstate_nothing_to_restore(err, found)) {
		kstate_index_del(&kstate_out.by_key, &entry->key);
		kstate_entry_free(entry);
		return err;
	}
	kstate_entry_show(entry);
	return !err;
}

int kstate_register_restore(const struct kstate_description *desc, void *obj,
			    u64 instance_id)
{
	struct kstate_entry *entry = kstate_entry_new(desc, obj, instance_id);
	int err;

	if (IS_ERR(entry))
		return PTR_ERR(entry);
	err = kstate_entry_add(entry, desc, false);
	if (!err)
		/* Without the lock: this calls the driver. */
		err = kstate_reserved_restore(entry, desc, obj, instance_id);
	kstate_sysfs_settle();
	return err;
}
EXPORT_SYMBOL_GPL(kstate_register_restore);
