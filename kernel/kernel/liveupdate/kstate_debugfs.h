/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KSTATE_DEBUGFS_H
#define _KSTATE_DEBUGFS_H

#include <linux/fs.h>
#include <linux/types.h>

struct dentry;

/**
 * struct kstate_copy - what is on its way to user space
 * @room: bytes of @data
 * @len: how many of them are there
 * @data: they
 */
struct kstate_copy {
	size_t room;
	size_t len;
	u8 data[];
};

/* kstate_debugfs.c */

struct kstate_copy *kstate_copy_new(size_t count);
void kstate_copy_bytes(struct kstate_copy *copy, const void *from, size_t len, loff_t offset);
ssize_t kstate_copy_out(struct kstate_copy *copy, char __user *to, loff_t *pos);

/* kstate_debugfs_extents.c */

void kstate_debugfs_extents_open(struct dentry *out);
void kstate_debugfs_extents_settle(void);

/* kstate_debugfs_tables.c */

extern const struct file_operations kstate_out_sections_fops;
extern const struct file_operations kstate_in_sections_fops;

#endif /* _KSTATE_DEBUGFS_H */
