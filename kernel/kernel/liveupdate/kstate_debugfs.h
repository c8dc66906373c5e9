/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KSTATE_DEBUGFS_H
#define _KSTATE_DEBUGFS_H

#include <linux/fs.h>

/* kstate_debugfs_tables.c */

extern const struct file_operations kstate_out_sections_fops;
extern const struct file_operations kstate_in_sections_fops;

#endif /* _KSTATE_DEBUGFS_H */
