// SPDX-License-Identifier: GPL-2.0
/*
 * kstate_hostile.c - hand the contents of a file to the next kernel as kstate's image
 *
 * For tests: whatever the file has, the next kernel has to refuse it or to read it, and
 * to run on. The engine must have nothing of its own to hand over, or loading fails.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kernel_read_file.h>
#include <linux/kexec_handover.h>
#include <linux/kho/abi/kstate.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#define HOSTILE_MAX	(4UL << 20)

static char *path;
module_param(path, charp, 0444);
MODULE_PARM_DESC(path, "the file");

static ulong claim;
module_param(claim, ulong, 0444);
MODULE_PARM_DESC(claim, "bytes that KHO is told it has (default: as many as it has)");

static void *hostile_blob;

/* Preserved memory with what is in the file. */
static void *hostile_read(size_t *len)
{
	void *from = NULL, *to;
	ssize_t got;

	got = kernel_read_file_from_path(path, 0, &from, HOSTILE_MAX, len, READING_UNKNOWN);
	if (got < 0)
		return ERR_PTR(got);
	to = kho_alloc_preserve(*len);
	if (!IS_ERR(to))
		memcpy(to, from, *len);
	vfree(from);
	return to;
}

static int __init hostile_init(void)
{
	size_t len;
	int err;

	if (!path)
		return -EINVAL;
	hostile_blob = hostile_read(&len);
	if (IS_ERR(hostile_blob))
		return PTR_ERR(hostile_blob);
	err = kho_add_subtree(KSTATE_KHO_NAME, hostile_blob, claim ?: len);
	if (err)
		kho_unpreserve_free(hostile_blob);
	else
		pr_info("%zu bytes of %s are handed over as %lu\n", len, path, claim ?: len);
	return err;
}

static void __exit hostile_exit(void)
{
	kho_remove_subtree(hostile_blob);
	kho_unpreserve_free(hostile_blob);
}

module_init(hostile_init);
module_exit(hostile_exit);

MODULE_DESCRIPTION("kstate test: an image from a file");
MODULE_LICENSE("GPL");
