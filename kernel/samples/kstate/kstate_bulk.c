// SPDX-License-Identifier: GPL-2.0
/*
 * kstate_bulk.c - many objects, or large ones, across a live update
 *
 * It restores @nr objects of @bytes bytes each, and verifies them, or sets them if
 * there is nothing to restore; and registers them for the next live update.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kstate.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
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

struct bulk {
	u32 number;
	u32 len;
	u8 *data;
};

static const struct kstate_description bulk_desc = {
	.name = "bulk",
	.id = KSTATE_ID_VENDOR + 0x100,
	.version_id = 1,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(number, struct bulk, u32),
		KSTATE_VARRAY(data, struct bulk, u8, len, BULK_MAX, KSTATE_ALLOCATED),
		KSTATE_END_OF_LIST()
	},
};

static struct bulk *bulks;

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

static int bulk_restore(u64 *ns)
{
	u64 start = ktime_get_ns();
	int err = 0;

	for (u32 i = 0; !err && i < nr; i++)
		err = kstate_restore(&bulk_desc, &bulks[i], i);
	*ns = ktime_get_ns() - start;
	return err;
}

static int __init bulk_init(void)
{
	bool restored;
	int err;
	u64 ns;

	bulks = kvcalloc(nr, sizeof(*bulks), GFP_KERNEL);
	if (!bulks)
		return -ENOMEM;
	err = bulk_restore(&ns);
	restored = !err;
	if (err == -ENOENT || err == -EALREADY)
		err = 0;
	for (u32 i = 0; !err && i < nr; i++) {
		err = restored ? bulk_verify(i) : bulk_set(i);
		err = err ?: kstate_register(&bulk_desc, &bulks[i], i);
	}
	if (err)
		bulk_free();
	else if (restored)
		pr_info("restored %u objects of %u bytes in %llu us\n", nr, bytes, ns / 1000);
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
