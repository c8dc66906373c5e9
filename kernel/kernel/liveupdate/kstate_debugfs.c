// SPDX-License-Identifier: GPL-2.0
/*
 * kstate_debugfs.c - /sys/kernel/debug/kstate
 *
 * out/: what this kernel will hand over. control takes "prepare", "save" and
 * "abort", and reads as the phase; image holds the shards of a saved image, one
 * after the other; extents/ holds payloads that are outside of them, a file for
 * each block, named by its physical address in hex; sections is a table.
 *
 * in/: what the previous kernel handed over, if anything: image, extents/ and
 * sections; writing 1 to release gives back all of it but the first shard.
 *
 * catalog: an image without sections: the descriptions of all that is registered.
 *
 * What a file shows is copied with the lock held that protects it, and goes to user
 * space without: a reader may make it wait for as long as it likes. So no file shows
 * memory that has been given back, and no reader holds up a kexec.
 */

#include <linux/cleanup.h>
#include <linux/debugfs.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/kstrtox.h>
#include <linux/libfdt.h>
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "kstate_debugfs.h"
#include "kstate_internal.h"

/* So many bytes are copied at once with a lock held. */
#define KSTATE_COPY_MAX		(64UL << 10)

/**
 * kstate_copy_new - room for what a read shows
 * @count: bytes that user space asks for
 *
 * Return: room for so many, or for as many as are copied at once; NULL if there is no memory.
 */
struct kstate_copy *kstate_copy_new(size_t count)
{
	size_t room = min(count, KSTATE_COPY_MAX);
	struct kstate_copy *copy = kvmalloc(struct_size(copy, data, room), GFP_KERNEL);

	if (copy)
		*copy = (struct kstate_copy){ .room = room };
	return copy;
}

/**
 * kstate_copy_bytes - fill the room from an offset on, with no byte beyond the end
 * @copy: the room
 * @from: what is copied
 * @len: bytes of it
 * @offset: where to begin
 */
void kstate_copy_bytes(struct kstate_copy *copy, const void *from, size_t len, loff_t offset)
{
	copy->len = offset < len ? min_t(size_t, copy->room, len - offset) : 0;
	memcpy(copy->data, from + (copy->len ? offset : 0), copy->len);
}

/**
 * kstate_copy_out - hand it to user space; without a lock, for user space may make that wait
 * @copy: what is shown; it is freed
 * @to: where to
 * @pos: the file's position, which moves
 *
 * Return: the bytes, or -EFAULT.
 */
ssize_t kstate_copy_out(struct kstate_copy *copy, char __user *to, loff_t *pos)
{
	ssize_t len = copy->len;

	if (copy_to_user(to, copy->data, copy->len))
		len = -EFAULT;
	else
		*pos += copy->len;
	kvfree(copy);
	return len;
}

/* Part of the shards, as if they were one file. */
static void kstate_shards_read(const struct kstate_shard *shards, size_t nr,
			       struct kstate_copy *copy, loff_t pos)
{
	loff_t start = 0;

	for (size_t i = 0; i < nr; i++) {
		if (pos - start < shards[i].len) {
			kstate_copy_bytes(copy, shards[i].mem, shards[i].len, pos - start);
			return;
		}
		start += shards[i].len;
	}
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
	struct kstate_copy *copy = kstate_copy_new(count);

	if (!copy)
		return -ENOMEM;
	scoped_guard(kstate_out, &kstate_out.lock) {
		if (kstate_out.phase == KSTATE_SAVED)
			kstate_shards_read(kstate_out.shards, kstate_out.nr_shards, copy, *pos);
	}
	return kstate_copy_out(copy, to, pos);
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
	struct kstate_copy *copy = kstate_copy_new(count);

	if (!copy)
		return -ENOMEM;
	scoped_guard(mutex, &kstate_in.lock)
		kstate_shards_read(kstate_in.shards, kstate_in.nr_shards, copy, *pos);
	return kstate_copy_out(copy, to, pos);
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

	scoped_guard(kstate_out, &kstate_out.lock)
		len = scnprintf(text, sizeof(text), "%s\n", kstate_phase_name(kstate_out.phase));
	return simple_read_from_buffer(to, count, pos, text, len);
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
	err = kstate_command(command);
	kstate_debugfs_extents_settle();
	return err ?: count;
}

static const struct file_operations kstate_control_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.read = kstate_control_read,
	.write = kstate_control_write,
	.llseek = default_llseek,
};

/* The catalog as it was when the file was opened. */
struct kstate_catalog {
	size_t len;
	u8 fdt[];
};

static struct kstate_catalog *kstate_catalog_new(void)
{
	const u64 generation = kstate_in_generation() + 1;
	struct kstate_catalog *catalog;
	size_t len;

	guard(kstate_out)(&kstate_out.lock);
	if (!kstate_out.making)
		kstate_out.generation = generation;
	len = kstate_write_catalog(NULL, SIZE_MAX);
	catalog = kvzalloc(struct_size(catalog, fdt, len), GFP_KERNEL);
	if (catalog)
		catalog->len = kstate_write_catalog(catalog->fdt, len);
	return catalog;
}

static int kstate_catalog_open(struct inode *inode, struct file *file)
{
	file->private_data = kstate_catalog_new();
	return file->private_data ? 0 : -ENOMEM;
}

static ssize_t kstate_catalog_read(struct file *file, char __user *to, size_t count,
				   loff_t *pos)
{
	const struct kstate_catalog *catalog = file->private_data;

	return simple_read_from_buffer(to, count, pos, catalog->fdt, catalog->len);
}

static int kstate_catalog_release(struct inode *inode, struct file *file)
{
	kvfree(file->private_data);
	return 0;
}

static const struct file_operations kstate_catalog_fops = {
	.owner = THIS_MODULE,
	.open = kstate_catalog_open,
	.read = kstate_catalog_read,
	.release = kstate_catalog_release,
	.llseek = default_llseek,
};

static struct dentry *kstate_in_extents;

/* What is behind an incoming file: memory of the previous kernel. */
static ssize_t kstate_in_extent_read(struct file *file, char __user *to, size_t count,
				     loff_t *pos)
{
	const struct debugfs_blob_wrapper *blob = file->private_data;
	struct kstate_copy *copy = kstate_copy_new(count);

	if (!copy)
		return -ENOMEM;
	scoped_guard(mutex, &kstate_in.lock) {
		if (!kstate_in.released)
			kstate_copy_bytes(copy, blob->data, blob->size, *pos);
	}
	return kstate_copy_out(copy, to, pos);
}

static const struct file_operations kstate_in_extent_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.read = kstate_in_extent_read,
	.llseek = default_llseek,
};

static void kstate_debugfs_in_block(const struct kstate_shard *block)
{
	struct debugfs_blob_wrapper *blob = kzalloc_obj(*blob);
	struct dentry *file;
	char name[20];

	if (!blob)
		return;
	blob->data = block->mem;
	blob->size = block->len;
	scnprintf(name, sizeof(name), "%llx", (u64)kstate_mem_phys(blob->data));
	file = debugfs_create_file(name, 0400, kstate_in_extents, blob, &kstate_in_extent_fops);
	if (IS_ERR(file))
		kfree(blob);
	else
		i_size_write(d_inode(file), blob->size);
}

static void kstate_debugfs_in_payload(const struct kstate_in_payload *payload)
{
	struct kstate_ool ool;

	if (payload->where != KSTATE_OUTSIDE ||
	    kstate_extents_map(payload->prop, payload->len, &ool))
		return;
	for (size_t i = 0; i < ool.nr; i++)
		kstate_debugfs_in_block(&ool.blocks[i]);
	kstate_extents_close(&ool);
}

static int kstate_debugfs_in_part(const struct kstate_in_part *part, void *arg)
{
	kstate_debugfs_in_payload(&part->payload);
	return 0;
}

/* Of millions of sections, few have something outside. */
static void kstate_debugfs_in_extents(void)
{
	for (size_t i = 0; !kstate_in.released && i < kstate_in.nr; i++) {
		const struct kstate_section *section = &kstate_in.sections[i];

		if (section->outside)
			kstate_section_parts(section, kstate_debugfs_in_part, NULL);
	}
}

static ssize_t kstate_release_write(struct file *file, const char __user *from,
				    size_t count, loff_t *pos)
{
	bool release;
	int err;

	err = kstrtobool_from_user(from, count, &release);
	if (err || !release)
		return err ?: -EINVAL;
	guard(mutex)(&kstate_in.lock);
	err = kstate_in_release();
	if (err)
		return err;
	pr_info("incoming image: released\n");
	return count;
}

static const struct file_operations kstate_release_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = kstate_release_write,
	.llseek = default_llseek,
};

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
	debugfs_create_file("release", 0200, dir, NULL, &kstate_release_fops);
	kstate_in_extents = debugfs_create_dir("extents", dir);
	kstate_debugfs_in_extents();
}

static int __init kstate_debugfs_init(void)
{
	struct dentry *root = debugfs_create_dir("kstate", NULL);
	struct dentry *out = debugfs_create_dir("out", root);

	debugfs_create_file("control", 0600, out, NULL, &kstate_control_fops);
	debugfs_create_file("image", 0400, out, NULL, &kstate_out_image_fops);
	debugfs_create_file("sections", 0400, out, NULL, &kstate_out_sections_fops);
	debugfs_create_file("catalog", 0400, root, NULL, &kstate_catalog_fops);
	kstate_debugfs_extents_open(out);
	kstate_debugfs_in(root);
	return 0;
}
late_initcall(kstate_debugfs_init);
