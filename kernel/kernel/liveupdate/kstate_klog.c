// SPDX-License-Identifier: GPL-2.0
/*
 * kstate_klog.c - the last lines of the previous kernel's log
 *
 * An ordinary user of kstate: it includes nothing of the engine's. Whenever the
 * engine looks, the newest records of the log are copied into a buffer that was
 * allocated at boot; at the kexec that is done once more, and the copy is kept. The
 * next kernel restores them and shows them as /sys/kernel/debug/kstate/klog.
 *
 * Why not pstore: its ramoops would keep the log across a kexec too, and a little
 * more of it, up to kmsg_dump() in kernel_kexec(). But the command lines of both
 * kernels must reserve a region for it and raise ramoops.max_reason; the text is not
 * part of the image, so no tool finds it in a capture; and a file system has to be
 * mounted to read it. This is 150 lines, against 5,095 in fs/pstore; it needs no
 * setting, and is the smallest example of a driver of kstate that is always there.
 */

#define pr_fmt(fmt) "kstate: klog: " fmt

#include <linux/cleanup.h>
#include <linux/dcache.h>
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/kmsg_dump.h>
#include <linux/kstate.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>

/* Part of the layout: raise it, and kernels that have another one lose the log. */
#define KLOG_MAX	SZ_1M

/* Bytes of a section beside the text: the number of lost records, the length. */
#define KLOG_HEAD	(2 * sizeof(u64))

/**
 * struct klog - the end of a log
 * @lost: records of the same boot that are older than @text: they had been
 *	  overwritten or cleared, or did not fit
 * @len: bytes of @text; until it is frozen, the most that it may have, so that memory
 *	 is prepared for that
 * @text: whole lines, as dmesg shows them; NULs follow them until it is frozen
 */
struct klog {
	u64 lost;
	u32 len;
	char *text;
};

static size_t klog_size __initdata = CONFIG_KSTATE_KLOG_KIB * SZ_1K;

static struct klog klog_out;
static struct klog klog_in;
static u32 klog_room;
static bool klog_frozen;
static DEFINE_MUTEX(klog_lock);

static int __init klog_setup(char *arg)
{
	char *end;
	u64 size = memparse(arg, &end);

	if (*end || end == arg)
		return 0;
	klog_size = min_t(u64, size, KLOG_MAX);
	return 1;
}
__setup("kstate_klog=", klog_setup);

/* Returns the bytes of the text. */
static size_t klog_take(struct klog *klog)
{
	struct kmsg_dump_iter iter;
	size_t len = 0;

	kmsg_dump_rewind(&iter);
	kmsg_dump_get_buffer(&iter, false, klog->text, klog_room, &len);
	memset(klog->text + len, 0, klog_room - len);
	/* The record before the oldest one that was copied; they count from 0. */
	klog->lost = iter.next_seq;
	return len;
}

static void klog_take_lock(void *obj)
{
	mutex_lock(&klog_lock);
	if (!klog_frozen)
		klog_take(obj);
}

static void klog_give_lock(void *obj)
{
	mutex_unlock(&klog_lock);
}

static int klog_freeze(void *obj)
{
	struct klog *klog = obj;

	guard(mutex)(&klog_lock);
	klog->len = klog_take(klog);
	klog_frozen = true;
	return 0;
}

static void klog_thaw(void *obj)
{
	guard(mutex)(&klog_lock);
	((struct klog *)obj)->len = klog_room;
	klog_frozen = false;
}

static const struct kstate_description klog_desc = {
	.name = "klog",
	.id = KSTATE_KLOG_ID,
	.version_id = 1,
	.min_version_id = 1,
	.flags = KSTATE_OPTIONAL,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(lost, struct klog, u64),
		KSTATE_VARRAY(text, struct klog, char, len, KLOG_MAX, KSTATE_ALLOCATED,
			      .hint = KSTATE_HINT_TEXT),
		KSTATE_END_OF_LIST()
	},
	.lock = klog_take_lock,
	.unlock = klog_give_lock,
	.freeze = klog_freeze,
	.thaw = klog_thaw,
};

KSTATE_CATALOG(klog_desc);

static void __init klog_restore(void)
{
	int err = kstate_restore(&klog_desc, &klog_in, 0);

	if (!err)
		pr_info("%u bytes of the previous kernel's log, %llu records before them are lost\n",
			klog_in.len, klog_in.lost);
	else if (err != -ENOENT && err != -ENODATA)
		pr_warn("the previous kernel's log is lost: error %d\n", err);
}

static int __init klog_init(void)
{
	int err;

	klog_restore();
	if (klog_size <= KLOG_HEAD)
		return 0;
	klog_room = klog_size - KLOG_HEAD;
	klog_out.len = klog_room;
	klog_out.text = kvzalloc(klog_room, GFP_KERNEL);
	if (!klog_out.text)
		return -ENOMEM;
	err = kstate_register(&klog_desc, &klog_out, 0);
	if (err)
		kvfree(klog_out.text);
	return err;
}
subsys_initcall(klog_init);

static struct debugfs_blob_wrapper klog_blob;

/* After the engine has made the folder. */
static int __init klog_debugfs_init(void)
{
	struct dentry *dir;

	if (!klog_in.text)
		return 0;
	dir = debugfs_lookup("kstate", NULL);
	if (IS_ERR_OR_NULL(dir))
		return 0;
	klog_blob.data = klog_in.text;
	klog_blob.size = klog_in.len;
	debugfs_create_blob("klog", 0400, dir, &klog_blob);
	dput(dir);
	return 0;
}
late_initcall_sync(klog_debugfs_init);
