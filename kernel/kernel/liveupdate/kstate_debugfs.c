// SPDX-License-Identifier: GPL-2.0
/*
 * kstate_debugfs.c - /sys/kernel/debug/kstate
 *
 * out/: what this kernel will hand over. control takes "prepare", "save" and
 * "abort", and reads as the phase; image holds the shards of a saved image, one
 * after the other; sections is a table.
 *
 * in/: what the previous kernel handed over, if anything: image and sections.
 *
 * A file is read with the lock held that protects what it shows, so it never
 * shows memory that has been given back.
 */

#include <linux/cleanup.h>
#include <linux/debugfs.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "kstate_internal.h"

#define KSTATE_SECTIONS_HEAD	"name instance version bytes crc ns result\n"

static const char *const kstate_phases[] = {
	[KSTATE_IDLE] = "idle", [KSTATE_PREPARED] = "prepared", [KSTATE_SAVED] = "saved",
};

/* Part of the shards, as if they were one file. */
static ssize_t kstate_shards_read(const struct kstate_shard *shards, size_t nr,
				  char __user *to, size_t count, loff_t *pos)
{
	loff_t start = 0;

	for (size_t i = 0; i < nr; i++) {
		loff_t offset = *pos - start;
		ssize_t len;

		if (offset < shards[i].len) {
			len = simple_read_from_buffer(to, count, &offset, shards[i].mem,
						      shards[i].len);
			*pos = start + offset;
			return len;
		}
		start += shards[i].len;
	}
	return 0;
}

static loff_t kstate_shards_bytes(const struct kstate_shard *shards, size_t nr)
{
	loff_t bytes = 0;

	for (size_t i = 0; i < nr; i++)
		bytes += shards[i].len;
	return bytes;
}

static ssize_t kstate_out_image_read(struct file *file, char __user *to, size_t count,
				     loff_t *pos)
{
	guard(mutex)(&kstate_out.lock);
	if (kstate_out.phase != KSTATE_SAVED)
		return 0;
	return kstate_shards_read(kstate_out.shards, kstate_out.nr_shards, to, count, pos);
}

static const struct file_operations kstate_out_image_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.read = kstate_out_image_read,
	.llseek = default_llseek,
};

static ssize_t kstate_in_image_read(struct file *file, char __user *to, size_t count,
				    loff_t *pos)
{
	guard(mutex)(&kstate_in.lock);
	return kstate_shards_read(kstate_in.shards, kstate_in.nr_shards, to, count, pos);
}

static const struct file_operations kstate_in_image_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.read = kstate_in_image_read,
	.llseek = default_llseek,
};

static ssize_t kstate_control_read(struct file *file, char __user *to, size_t count,
				   loff_t *pos)
{
	char text[16];
	int len;

	scoped_guard(mutex, &kstate_out.lock)
		len = scnprintf(text, sizeof(text), "%s\n", kstate_phases[kstate_out.phase]);
	return simple_read_from_buffer(to, count, pos, text, len);
}

static int kstate_control(const char *command)
{
	guard(mutex)(&kstate_out.lock);
	if (sysfs_streq(command, "prepare"))
		return kstate_prepare();
	if (sysfs_streq(command, "save"))
		return kstate_save();
	if (!sysfs_streq(command, "abort"))
		return -EINVAL;
	kstate_abort();
	return 0;
}

static ssize_t kstate_control_write(struct file *file, const char __user *from,
				    size_t count, loff_t *pos)
{
	char command[16] = {};
	int err;

	if (count >= sizeof(command))
		return -EINVAL;
	if (copy_from_user(command, from, count))
		return -EFAULT;
	err = kstate_control(command);
	return err ?: count;
}

static const struct file_operations kstate_control_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.read = kstate_control_read,
	.write = kstate_control_write,
	.llseek = default_llseek,
};

static void kstate_out_result_show(struct seq_file *m, const struct kstate_entry *entry)
{
	seq_printf(m, "%llu 0x%08x %llu ", entry->bytes, entry->crc, entry->ns);
	if (entry->err)
		seq_printf(m, "lost:%d\n", entry->err);
	else
		seq_puts(m, "saved\n");
}

static void *kstate_out_start(struct seq_file *m, loff_t *pos)
{
	mutex_lock(&kstate_out.lock);
	return seq_list_start_head(&kstate_out.entries, *pos);
}

static void *kstate_out_next(struct seq_file *m, void *v, loff_t *pos)
{
	return seq_list_next(v, &kstate_out.entries, pos);
}

static void kstate_out_stop(struct seq_file *m, void *v)
{
	mutex_unlock(&kstate_out.lock);
}

static int kstate_out_show(struct seq_file *m, void *v)
{
	struct kstate_entry *entry;

	if (v == &kstate_out.entries) {
		seq_puts(m, KSTATE_SECTIONS_HEAD);
		return 0;
	}
	entry = list_entry(v, struct kstate_entry, list);
	seq_printf(m, "%s 0x%llx %u ", entry->class->desc->name, entry->key.instance,
		   entry->class->desc->version_id);
	if (kstate_out.phase == KSTATE_SAVED && entry->saved)
		kstate_out_result_show(m, entry);
	else
		seq_printf(m, "%llu - 0 registered\n", kstate_entry_bytes(entry));
	return 0;
}

static const struct seq_operations kstate_out_sections_sops = {
	.start = kstate_out_start,
	.next = kstate_out_next,
	.stop = kstate_out_stop,
	.show = kstate_out_show,
};
DEFINE_SEQ_ATTRIBUTE(kstate_out_sections);

/* Position 0 is the head of the table. */
static void *kstate_in_start(struct seq_file *m, loff_t *pos)
{
	mutex_lock(&kstate_in.lock);
	return *pos <= kstate_in.nr ? pos : NULL;
}

static void *kstate_in_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return *pos <= kstate_in.nr ? pos : NULL;
}

static void kstate_in_stop(struct seq_file *m, void *v)
{
	mutex_unlock(&kstate_in.lock);
}

static void kstate_in_result_show(struct seq_file *m, const struct kstate_section *section)
{
	switch (section->result) {
	case KSTATE_UNCLAIMED:
		seq_puts(m, "unclaimed\n");
		break;
	case KSTATE_RESTORED:
		seq_puts(m, "restored\n");
		break;
	case KSTATE_FAILED:
		seq_printf(m, "failed:%d\n", section->err);
		break;
	}
}

static int kstate_in_show(struct seq_file *m, void *v)
{
	loff_t pos = *(loff_t *)v;
	const struct kstate_section *section;
	struct kstate_section_ser header = {};
	const char *name;
	const u8 *data;
	size_t len = 0;

	if (!pos) {
		seq_puts(m, KSTATE_SECTIONS_HEAD);
		return 0;
	}
	section = &kstate_in.sections[pos - 1];
	name = kstate_section_name(section);
	kstate_section_header(section->fdt, section->node, &header);
	if (kstate_section_data(section->fdt, section->node, &data, &len))
		len = 0;
	seq_printf(m, "%.*s 0x%llx %u %zu 0x%08x %llu ", (int)strcspn(name, "@"), name,
		   section->key.instance, section->version, len,
		   be32_to_cpu(header.crc), section->ns);
	kstate_in_result_show(m, section);
	return 0;
}

static const struct seq_operations kstate_in_sections_sops = {
	.start = kstate_in_start,
	.next = kstate_in_next,
	.stop = kstate_in_stop,
	.show = kstate_in_show,
};
DEFINE_SEQ_ATTRIBUTE(kstate_in_sections);

static void __init kstate_debugfs_in(struct dentry *root)
{
	struct dentry *dir, *image;

	guard(mutex)(&kstate_in.lock);
	if (kstate_in_open() == -ENOENT)
		return;
	dir = debugfs_create_dir("in", root);
	image = debugfs_create_file("image", 0400, dir, NULL, &kstate_in_image_fops);
	if (!IS_ERR(image))
		i_size_write(d_inode(image), kstate_shards_bytes(kstate_in.shards,
								 kstate_in.nr_shards));
	debugfs_create_file("sections", 0400, dir, NULL, &kstate_in_sections_fops);
}

static int __init kstate_debugfs_init(void)
{
	struct dentry *root = debugfs_create_dir("kstate", NULL);
	struct dentry *out = debugfs_create_dir("out", root);

	debugfs_create_file("control", 0600, out, NULL, &kstate_control_fops);
	debugfs_create_file("image", 0400, out, NULL, &kstate_out_image_fops);
	debugfs_create_file("sections", 0400, out, NULL, &kstate_out_sections_fops);
	kstate_debugfs_in(root);
	return 0;
}
late_initcall(kstate_debugfs_init);
