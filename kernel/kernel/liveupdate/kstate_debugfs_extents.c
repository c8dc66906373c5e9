// SPDX-License-Identifier: GPL-2.0
/*
 * kstate_debugfs_extents.c - out/extents: a file for each block outside the trees
 *
 * debugfs makes and removes a file with the folder's inode locked, and whoever lists
 * the folder holds that lock, too, for as long as user space likes. So neither is done
 * with kstate_out.lock held: blocks come and go in a table, and a worker brings the
 * folder into line with it.
 *
 * debugfs_remove() waits for readers, inode locked, and a reader waits for
 * kstate_out.lock. These files need none of that protection: a file has nothing but
 * the number of a page frame, and looks the block up at each read. They are made with
 * debugfs_create_file_unsafe(), whose files are removed at once.
 */

#include <linux/cleanup.h>
#include <linux/debugfs.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/pfn.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include "kstate_debugfs.h"
#include "kstate_internal.h"

/* The worker has a file to make or to remove. */
#define KSTATE_EXTENT_CHANGED	XA_MARK_0

/**
 * struct kstate_extent - a block, and the file that shows it
 * @file: the file, or why it could not be made; NULL while there is none
 * @block: the block; NULL once it has been given back
 */
struct kstate_extent {
	struct dentry *file;
	const struct kstate_shard *block;
};

/* By page frame number; kstate_out.lock protects it. Only the worker removes from it. */
static DEFINE_XARRAY(kstate_extents);

static struct dentry *kstate_out_extents;

static ssize_t kstate_extent_read(struct file *file, char __user *to, size_t count,
				  loff_t *pos)
{
	const unsigned long pfn = (unsigned long)file->private_data;
	struct kstate_copy *copy = kstate_copy_new(count);
	const struct kstate_extent *extent;

	if (!copy)
		return -ENOMEM;
	scoped_guard(kstate_out, &kstate_out.lock) {
		extent = xa_load(&kstate_extents, pfn);
		if (extent && extent->block && kstate_out.phase == KSTATE_SAVED)
			kstate_copy_bytes(copy, extent->block->mem, extent->block->len, *pos);
	}
	return kstate_copy_out(copy, to, pos);
}

static const struct file_operations kstate_extent_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.read = kstate_extent_read,
	.llseek = default_llseek,
};

static struct dentry *kstate_extent_create(unsigned long pfn)
{
	char name[20];

	scnprintf(name, sizeof(name), "%llx", (u64)PFN_PHYS(pfn));
	return debugfs_create_file_unsafe(name, 0400, kstate_out_extents, (void *)pfn,
					  &kstate_extent_fops);
}

/* With kstate_out.lock held, which is let go of; the block may come or go meanwhile. */
static void kstate_extent_settle(struct kstate_extent *extent, unsigned long pfn)
{
	struct dentry *file = extent->file;

	if (!file == !extent->block)
		return;
	kstate_out_unlock();
	if (!file) {
		file = kstate_extent_create(pfn);
	} else {
		debugfs_remove(file);
		file = NULL;
	}
	kstate_out_lock();
	extent->file = file;
}

/* What changes behind the search is marked, and the worker queued again. */
static void kstate_extents_settle(struct work_struct *work)
{
	struct kstate_extent *extent;
	unsigned long pfn = 0;

	guard(kstate_out)(&kstate_out.lock);
	if (!kstate_out_extents)
		return;
	while ((extent = xa_find(&kstate_extents, &pfn, ULONG_MAX, KSTATE_EXTENT_CHANGED))) {
		xa_clear_mark(&kstate_extents, pfn, KSTATE_EXTENT_CHANGED);
		kstate_extent_settle(extent, pfn);
		if (!extent->file && !extent->block) {
			xa_erase(&kstate_extents, pfn);
			kfree(extent);
		}
	}
}

static DECLARE_WORK(kstate_extents_work, kstate_extents_settle);

static void kstate_extent_changed(unsigned long pfn)
{
	xa_set_mark(&kstate_extents, pfn, KSTATE_EXTENT_CHANGED);
	schedule_work(&kstate_extents_work);
}

/* A block that has no file for want of memory is not shown, and that is all. */
static void kstate_extent_add(const struct kstate_shard *block)
{
	const unsigned long pfn = PHYS_PFN(kstate_mem_phys(block->mem));
	struct kstate_extent *extent = xa_load(&kstate_extents, pfn);

	if (!extent) {
		extent = kzalloc_obj(*extent);
		if (!extent)
			return;
		if (xa_err(xa_store(&kstate_extents, pfn, extent, GFP_KERNEL))) {
			kfree(extent);
			return;
		}
	}
	extent->block = block;
	kstate_extent_changed(pfn);
}

/**
 * kstate_debugfs_ool_add - show the blocks of an outgoing payload, soon
 * @ool: the payload; kstate_out.lock is held
 */
void kstate_debugfs_ool_add(struct kstate_ool *ool)
{
	for (size_t i = 0; i < ool->nr; i++)
		kstate_extent_add(&ool->blocks[i]);
}

/**
 * kstate_debugfs_block_del - show a block of an outgoing payload no more
 * @block: the block; kstate_out.lock is held
 *
 * The file, which is empty from now on, goes soon.
 */
void kstate_debugfs_block_del(const struct kstate_shard *block)
{
	const unsigned long pfn = PHYS_PFN(kstate_mem_phys(block->mem));
	struct kstate_extent *extent = xa_load(&kstate_extents, pfn);

	if (!extent)
		return;
	extent->block = NULL;
	kstate_extent_changed(pfn);
}

/**
 * kstate_debugfs_extents_settle - wait until the folder shows what there is
 *
 * Without a lock, and not on the way to a kexec: whoever lists the folder can make this wait.
 */
void kstate_debugfs_extents_settle(void)
{
	flush_work(&kstate_extents_work);
}

/**
 * kstate_debugfs_extents_open - make the folder
 * @out: the folder that it is in
 *
 * Blocks that are there already get their files.
 */
void kstate_debugfs_extents_open(struct dentry *out)
{
	guard(kstate_out)(&kstate_out.lock);
	kstate_out_extents = debugfs_create_dir("extents", out);
	schedule_work(&kstate_extents_work);
}
