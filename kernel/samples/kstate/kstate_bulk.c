// SPDX-License-Identifier: GPL-2.0
/*
 * kstate_bulk.c - many objects, or large ones, across a live update
 *
 * It restores @nr objects of @bytes bytes each, and verifies them, or sets them if
 * there is nothing to restore; and registers them for the next live update. Some
 * can be made to fail, on either side of the kexec.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kstate.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>

#define BULK_MAX	(256U << 20)

static unsigned int nr = 1000;
module_param(nr, uint, 0444);
MODULE_PARM_DESC(nr, "number of objects");

static unsigned int bytes = 64;
module_param(bytes, uint, 0444);
MODULE_PARM_DESC(bytes, "bytes of each object's payload");

static unsigned int lose;
module_param(lose, uint, 0644);
MODULE_PARM_DESC(lose, "every nth object cannot be saved; 0: none");

static unsigned int refuse;
module_param(refuse, uint, 0444);
MODULE_PARM_DESC(refuse, "every nth object is refused when it is restored; 0: none");

/* What is saved of it, and whether it was restored. */
struct bulk {
	u32 number;
	u32 len;
	u8 *data;
	bool restored;
};

static struct bulk *bulks;
static DEFINE_MUTEX(bulk_mutex);

static bool bulk_is_one_of(const struct bulk *b, unsigned int every)
{
	return every && (b - bulks) % every == every - 1;
}

/* What is longer than its maximum cannot be saved. */
static void bulk_lock(void *obj)
{
	struct bulk *b = obj;

	mutex_lock(&bulk_mutex);
	if (bulk_is_one_of(b, lose))
		b->len = BULK_MAX + 1;
}

static void bulk_unlock(void *obj)
{
	((struct bulk *)obj)->len = bytes;
	mutex_unlock(&bulk_mutex);
}

static int bulk_pre_restore(void *obj, u32 version)
{
	return bulk_is_one_of(obj, refuse) ? -EPERM : 0;
}

static const struct kstate_description bulk_desc = {
	.name = "bulk",
	.id = KSTATE_ID_VENDOR + 0x100,
	.version_id = 1,
	.flags = KSTATE_OPTIONAL,
	.lock = bulk_lock,
	.unlock = bulk_unlock,
	.pre_restore = bulk_pre_restore,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(number, struct bulk, u32),
		KSTATE_VARRAY(data, struct bulk, u8, len, BULK_MAX, KSTATE_ALLOCATED),
		KSTATE_END_OF_LIST()
	},
};

KSTATE_CATALOG(bulk_desc);

static u8 bulk_byte(u32 number, u32 at)
{
	return (number * 31 + at) * 2654435761U >> 24;
}

static int bulk_set(u32 number)
{
	struct bulk *b = &bulks[number];

	b->data = kvmalloc(bytes, GFP_KERNEL);
	if (!b->data)
		return -ENOMEM;
	b->number = number;
	b->len = bytes;
	for (u32 at = 0; at < bytes; at++)
		b->data[at] = bulk_byte(number, at);
	return 0;
}

static int bulk_verify(u32 number)
{
	const struct bulk *b = &bulks[number];

	if (b->number != number || b->len != bytes)
		return -EIO;
	for (u32 at = 0; at < bytes; at++) {
		if (b->data[at] != bulk_byte(number, at))
			return -EIO;
	}
	return 0;
}

static void bulk_free(void)
{
	for (u32 i = 0; i < nr; i++) {
		kstate_unregister(&bulk_desc, &bulks[i], i);
		kvfree(bulks[i].data);
	}
	kvfree(bulks);
}

static int bulk_restore(struct bulk *b)
{
	int err = kstate_restore(&bulk_desc, b, b - bulks);

	b->restored = !err;
	if (err == -ENOENT || err == -EALREADY || err == -ENODATA)
		return 0;
	return err == -EPERM && bulk_is_one_of(b, refuse) ? 0 : err;
}

static int bulk_restore_all(u64 *ns)
{
	u64 start = ktime_get_ns();
	int err = 0;

	for (u32 i = 0; !err && i < nr; i++)
		err = bulk_restore(&bulks[i]);
	*ns = ktime_get_ns() - start;
	return err;
}

static int bulk_add_all(unsigned int *restored)
{
	int err = 0;

	for (u32 i = 0; !err && i < nr; i++) {
		*restored += bulks[i].restored;
		err = bulks[i].restored ? bulk_verify(i) : bulk_set(i);
		err = err ?: kstate_register(&bulk_desc, &bulks[i], i);
	}
	return err;
}

static int __init bulk_init(void)
{
	unsigned int restored = 0;
	int err;
	u64 ns;

	bulks = kvcalloc(nr, sizeof(*bulks), GFP_KERNEL);
	if (!bulks)
		return -ENOMEM;
	err = bulk_restore_all(&ns);
	err = err ?: bulk_add_all(&restored);
	if (err)
		bulk_free();
	else if (restored)
		pr_info("restored %u objects of %u bytes in %llu us\n", restored, bytes,
			ns / 1000);
	else
		pr_info("registered %u objects of %u bytes\n", nr, bytes);
	return err;
}
module_init(bulk_init);

static void __exit bulk_exit(void)
{
	bulk_free();
}
module_exit(bulk_exit);

MODULE_DESCRIPTION("kstate sample: many objects, or large ones");
MODULE_LICENSE("GPL");
