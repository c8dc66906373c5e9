// SPDX-License-Identifier: GPL-2.0
/*
 * kstate_sysfs.c - /sys/kernel/kstate
 *
 * Figures about all objects are in files of the folder, which is never removed, so
 * they may be read with a lock held. Folders in descriptions/ come and go, and removing
 * a file waits for its readers: those take no lock, they read a copy that the folder owns.
 *
 * kstate_out.lock is not held while a folder is made or removed. sysfs has locks whose
 * holders get memory, and thus may wait for the I/O of a disk that has been frozen for
 * the kexec, which waits for kstate_out.lock. So with that lock held a folder is only put
 * on a list, and whoever put it there calls kstate_sysfs_settle() without.
 */

#include <linux/cleanup.h>
#include <linux/container_of.h>
#include <linux/init.h>
#include <linux/kobject.h>
#include <linux/kstrtox.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "kstate_internal.h"

static struct kobject *kstate_kobj;
static struct kobject *kstate_descs_kobj;

/* Folders to make or to remove, in the order in which that has to be; and those under way. */
static LIST_HEAD(kstate_sysfs_todo);
static unsigned int kstate_sysfs_pending;

/* Who makes and removes folders. kstate_out.lock is taken under it, and protects the list. */
static DEFINE_MUTEX(kstate_sysfs_lock);

/**
 * struct kstate_sysfs_desc - the folder of a description
 * @kobj: the folder; its last reference frees this
 * @todo: in kstate_sysfs_todo
 * @gone: its description has gone
 * @shown: it is in sysfs; kstate_sysfs_lock protects that
 * @id: as the description has it
 * @version: likewise
 * @min_version: likewise
 * @instances: registered objects
 */
struct kstate_sysfs_desc {
	struct kobject kobj;
	struct list_head todo;
	bool gone;
	bool shown;
	u32 id;
	u32 version;
	u32 min_version;
	unsigned long instances;
};

static struct kstate_sysfs_desc *kstate_sysfs_desc(struct kobject *kobj)
{
	return container_of(kobj, struct kstate_sysfs_desc, kobj);
}

#define KSTATE_ATTR_RO(name)						\
	static struct kobj_attribute name##_attr = __ATTR_RO(name)

static ssize_t id_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "0x%x\n", kstate_sysfs_desc(kobj)->id);
}
KSTATE_ATTR_RO(id);

static ssize_t version_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", kstate_sysfs_desc(kobj)->version);
}
KSTATE_ATTR_RO(version);

static ssize_t min_version_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", kstate_sysfs_desc(kobj)->min_version);
}
KSTATE_ATTR_RO(min_version);

static ssize_t instances_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%lu\n", READ_ONCE(kstate_sysfs_desc(kobj)->instances));
}
KSTATE_ATTR_RO(instances);

static struct attribute *kstate_desc_attrs[] = {
	&id_attr.attr,
	&version_attr.attr,
	&min_version_attr.attr,
	&instances_attr.attr,
	NULL
};
ATTRIBUTE_GROUPS(kstate_desc);

static void kstate_sysfs_desc_free(struct kobject *kobj)
{
	kfree(kstate_sysfs_desc(kobj));
}

static const struct kobj_type kstate_desc_ktype = {
	.release = kstate_sysfs_desc_free,
	.sysfs_ops = &kobj_sysfs_ops,
	.default_groups = kstate_desc_groups,
};

static void kstate_sysfs_queue(struct kstate_sysfs_desc *folder)
{
	list_add_tail(&folder->todo, &kstate_sysfs_todo);
	WRITE_ONCE(kstate_sysfs_pending, kstate_sysfs_pending + 1);
}

static int kstate_sysfs_desc_new(struct kstate_family *family)
{
	const struct kstate_description *desc = kstate_family_class(family)->desc;
	struct kstate_sysfs_desc *folder = kzalloc_obj(*folder);
	int err;

	if (!folder)
		return -ENOMEM;
	kobject_init(&folder->kobj, &kstate_desc_ktype);
	folder->id = desc->id;
	folder->version = desc->version_id;
	folder->min_version = desc->min_version_id;
	folder->instances = family->instances;
	/* The description may have gone, with its name, when the folder is made. */
	err = kobject_set_name(&folder->kobj, "%s", desc->name);
	if (err) {
		kobject_put(&folder->kobj);
		return err;
	}
	family->folder = folder;
	kstate_sysfs_queue(folder);
	return 0;
}

static void kstate_sysfs_warn(const char *name, int err)
{
	pr_warn("description %s does not appear in sysfs: error %d\n", name, err);
}

/**
 * kstate_sysfs_add - show a description, once kstate_sysfs_settle() is called
 * @family: the description, with its first copy; kstate_out.lock is held
 *
 * If that fails, the description works nonetheless.
 */
void kstate_sysfs_add(struct kstate_family *family)
{
	const char *name = kstate_family_class(family)->desc->name;
	int err;

	/* Before sysfs is there, and for names that mean something else in it. */
	if (!kstate_descs_kobj || !strcmp(name, ".") || !strcmp(name, ".."))
		return;
	err = kstate_sysfs_desc_new(family);
	if (err)
		kstate_sysfs_warn(name, err);
}

/**
 * kstate_sysfs_del - do not show it any more, once kstate_sysfs_settle() is called
 * @family: the description; kstate_out.lock is held
 */
void kstate_sysfs_del(struct kstate_family *family)
{
	struct kstate_sysfs_desc *folder = family->folder;

	if (!folder)
		return;
	family->folder = NULL;
	folder->gone = true;
	/* If it is on the list still, it is not made: whoever comes to it sees to that. */
	if (list_empty(&folder->todo))
		kstate_sysfs_queue(folder);
}

/* What comes first, taken off the list; NULL if that is empty. */
static struct kstate_sysfs_desc *kstate_sysfs_next(bool *gone)
{
	struct kstate_sysfs_desc *folder;

	guard(kstate_out)(&kstate_out.lock);
	folder = list_first_entry_or_null(&kstate_sysfs_todo, struct kstate_sysfs_desc, todo);
	if (!folder)
		return NULL;
	list_del_init(&folder->todo);
	*gone = folder->gone;
	return folder;
}

static void kstate_sysfs_make(struct kstate_sysfs_desc *folder)
{
	int err = kobject_add(&folder->kobj, kstate_descs_kobj, NULL);

	folder->shown = !err;
	if (err)
		kstate_sysfs_warn(kobject_name(&folder->kobj), err);
}

static void kstate_sysfs_remove(struct kstate_sysfs_desc *folder)
{
	if (folder->shown)
		kobject_del(&folder->kobj);
	kobject_put(&folder->kobj);
}

/**
 * kstate_sysfs_settle - make and remove the folders that are to be
 *
 * Without kstate_out.lock. What the caller has added or deleted is done when it returns.
 */
void kstate_sysfs_settle(void)
{
	struct kstate_sysfs_desc *folder;
	bool gone;

	lockdep_assert_not_held(&kstate_out.lock);
	if (!READ_ONCE(kstate_sysfs_pending))
		return;
	guard(mutex)(&kstate_sysfs_lock);
	while ((folder = kstate_sysfs_next(&gone))) {
		if (gone)
			kstate_sysfs_remove(folder);
		else
			kstate_sysfs_make(folder);
		scoped_guard(kstate_out, &kstate_out.lock)
			WRITE_ONCE(kstate_sysfs_pending, kstate_sysfs_pending - 1);
	}
}

/**
 * kstate_sysfs_count - the number of objects has changed
 * @family: their description; kstate_out.lock is held
 */
void kstate_sysfs_count(struct kstate_family *family)
{
	if (family->folder)
		WRITE_ONCE(family->folder->instances, family->instances);
}

static ssize_t abi_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", KSTATE_COMPATIBLE);
}
KSTATE_ATTR_RO(abi);

static ssize_t state_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	guard(kstate_out)(&kstate_out.lock);
	return sysfs_emit(buf, "%s\n", kstate_phase_name(kstate_out.phase));
}
KSTATE_ATTR_RO(state);

static ssize_t sections_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	guard(kstate_out)(&kstate_out.lock);
	return sysfs_emit(buf, "%zu\n", kstate_out.by_key.nr);
}
KSTATE_ATTR_RO(sections);

static ssize_t image_bytes_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	guard(kstate_out)(&kstate_out.lock);
	return sysfs_emit(buf, "%llu\n",
			  kstate_out.phase == KSTATE_SAVED ? kstate_out.bytes : 0);
}
KSTATE_ATTR_RO(image_bytes);

static ssize_t save_ns_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	guard(kstate_out)(&kstate_out.lock);
	return sysfs_emit(buf, "%llu\n", kstate_out.save_ns);
}
KSTATE_ATTR_RO(save_ns);

static ssize_t restore_ns_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	guard(mutex)(&kstate_in.lock);
	return sysfs_emit(buf, "%llu\n", kstate_in.restore_ns);
}
KSTATE_ATTR_RO(restore_ns);

static ssize_t restored_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	guard(mutex)(&kstate_in.lock);
	return sysfs_emit(buf, "%llu\n", kstate_in.restored);
}
KSTATE_ATTR_RO(restored);

static ssize_t failed_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	guard(mutex)(&kstate_in.lock);
	return sysfs_emit(buf, "%llu\n", kstate_in.failed);
}
KSTATE_ATTR_RO(failed);

/* The image may not have been looked for, if no driver has asked. */
static ssize_t unclaimed_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	guard(mutex)(&kstate_in.lock);
	kstate_in_open();
	return sysfs_emit(buf, "%llu\n", kstate_in_unclaimed());
}
KSTATE_ATTR_RO(unclaimed);

/* What debugfs has as in/release: here, too, since a kernel may do without debugfs. */
static ssize_t release_store(struct kobject *kobj, struct kobj_attribute *attr,
			     const char *buf, size_t count)
{
	bool release;
	int err;

	err = kstrtobool(buf, &release);
	if (err || !release)
		return err ?: -EINVAL;
	guard(mutex)(&kstate_in.lock);
	err = kstate_in_release();
	if (err)
		return err;
	pr_info("incoming image: released\n");
	return count;
}
static struct kobj_attribute release_attr = __ATTR_WO(release);

static ssize_t withdrawn_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	guard(kstate_out)(&kstate_out.lock);
	return sysfs_emit(buf, "%llu\n", kstate_out.withdrawn);
}
KSTATE_ATTR_RO(withdrawn);

static ssize_t kexec_force_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	guard(kstate_out)(&kstate_out.lock);
	return sysfs_emit(buf, "%d\n", kstate_out.force);
}

static ssize_t kexec_force_store(struct kobject *kobj, struct kobj_attribute *attr,
				 const char *buf, size_t count)
{
	bool force;
	int err = kstrtobool(buf, &force);

	if (err)
		return err;
	guard(kstate_out)(&kstate_out.lock);
	if (force != kstate_out.force)
		pr_warn("kexec_force: state %s refuse a kexec\n", force ? "does not" : "may");
	kstate_out.force = force;
	return count;
}

static struct kobj_attribute kexec_force_attr = __ATTR_RW(kexec_force);

static struct attribute *kstate_attrs[] = {
	&abi_attr.attr,
	&state_attr.attr,
	&sections_attr.attr,
	&image_bytes_attr.attr,
	&save_ns_attr.attr,
	&restore_ns_attr.attr,
	&restored_attr.attr,
	&failed_attr.attr,
	&unclaimed_attr.attr,
	&release_attr.attr,
	&withdrawn_attr.attr,
	&kexec_force_attr.attr,
	NULL
};

static const struct attribute_group kstate_group = {
	.attrs = kstate_attrs,
};

static int __init kstate_sysfs_open(void)
{
	kstate_kobj = kobject_create_and_add("kstate", kernel_kobj);
	if (!kstate_kobj)
		return -ENOMEM;
	return sysfs_create_group(kstate_kobj, &kstate_group);
}

/* Descriptions that were registered before sysfs was there are added here. */
static int __init kstate_sysfs_init(void)
{
	struct kstate_family *family;
	struct kobject *descs;
	int err;

	err = kstate_sysfs_open();
	if (err)
		return err;
	descs = kobject_create_and_add("descriptions", kstate_kobj);
	if (!descs)
		return -ENOMEM;
	scoped_guard(kstate_out, &kstate_out.lock) {
		kstate_descs_kobj = descs;
		list_for_each_entry(family, &kstate_out.families, list)
			kstate_sysfs_add(family);
	}
	kstate_sysfs_settle();
	return 0;
}
subsys_initcall(kstate_sysfs_init);
