// SPDX-License-Identifier: GPL-2.0
/*
 * kstate_debugfs_tables.c - out/sections and in/sections
 *
 * A table is read in pieces, without the lock in between. Where a reader goes on
 * is found in constant time, or reading would take quadratic time: there may be
 * millions of lines.
 */

#include <linux/fs.h>
#include <linux/libfdt.h>
#include <linux/list.h>
#include <linux/seq_file.h>
#include <linux/string.h>

#include "kstate_debugfs.h"
#include "kstate_internal.h"

static void kstate_head_show(struct seq_file *m)
{
	seq_puts(m, "name instance version bytes crc ns result\n");
}

/**
 * struct kstate_cursor - where a reader of out/sections is
 * @next: key of the next entry
 *
 * The position in the file is the entry's serial number. If the entry with the key
 * has another number, it is not the same one, and the next one is searched.
 */
struct kstate_cursor {
	struct kstate_key next;
};

static struct kstate_entry *kstate_entry_from(const struct kstate_cursor *cursor, u64 serial)
{
	struct kstate_entry *entry;
	struct kstate_key *key;

	if (serial > kstate_out.serial)
		return NULL;
	key = kstate_index_find(&kstate_out.by_key, cursor->next.id, cursor->next.instance);
	entry = key ? container_of(key, struct kstate_entry, key) : NULL;
	if (entry && entry->serial == serial)
		return entry;
	list_for_each_entry(entry, &kstate_out.entries, list) {
		if (entry->serial >= serial)
			return entry;
	}
	return NULL;
}

static void *kstate_out_start(struct seq_file *m, loff_t *pos)
{
	kstate_out_lock();
	return *pos ? kstate_entry_from(m->private, *pos) : SEQ_START_TOKEN;
}

static void *kstate_out_next(struct seq_file *m, void *v, loff_t *pos)
{
	struct kstate_cursor *cursor = m->private;
	struct list_head *list = &kstate_out.entries;
	struct kstate_entry *entry;

	if (v != SEQ_START_TOKEN)
		list = &((struct kstate_entry *)v)->list;
	if (list_is_last(list, &kstate_out.entries)) {
		*pos = kstate_out.serial + 1;
		return NULL;
	}
	entry = list_entry(list->next, struct kstate_entry, list);
	cursor->next = entry->key;
	*pos = entry->serial;
	return entry;
}

static void kstate_out_stop(struct seq_file *m, void *v)
{
	kstate_out_unlock();
}

static void kstate_out_result_show(struct seq_file *m, const struct kstate_entry *entry)
{
	seq_printf(m, "%llu 0x%08x %llu ", entry->bytes, entry->crc, entry->ns);
	if (entry->err)
		seq_printf(m, "lost:%d\n", entry->err);
	else
		seq_puts(m, "saved\n");
}

/* Only the image has its name and version still; while it is made, nothing has. */
static void kstate_withdrawn_show(struct seq_file *m, const struct kstate_entry *entry)
{
	const struct kstate_section_ser *header;
	const char *name;
	size_t len;

	if (kstate_out.phase != KSTATE_SAVED || !entry->saved)
		return;
	name = kstate_withdrawn_name(entry, &header);
	len = strcspn(name, "@");
	seq_printf(m, "%.*s 0x%llx %u 0 0x%08x 0 withdrawn\n", (int)len, name,
		   entry->key.instance, fdt32_to_cpu(header->version), entry->crc);
}

static int kstate_out_show(struct seq_file *m, void *v)
{
	struct kstate_entry *entry = v;

	if (v == SEQ_START_TOKEN) {
		kstate_head_show(m);
		return 0;
	}
	if (!entry->class) {
		kstate_withdrawn_show(m, entry);
		return 0;
	}
	if (entry->gone)
		return SEQ_SKIP;
	seq_printf(m, "%s 0x%llx %u ", entry->class->desc->name, entry->key.instance,
		   entry->class->desc->version_id);
	if (kstate_out.phase == KSTATE_SAVED && entry->saved)
		kstate_out_result_show(m, entry);
	else
		seq_printf(m, "%llu - 0 registered\n", kstate_entry_bytes(entry));
	return 0;
}

static const struct seq_operations kstate_out_sops = {
	.start = kstate_out_start,
	.next = kstate_out_next,
	.stop = kstate_out_stop,
	.show = kstate_out_show,
};

static int kstate_out_sections_open(struct inode *inode, struct file *file)
{
	return seq_open_private(file, &kstate_out_sops, sizeof(struct kstate_cursor));
}

const struct file_operations kstate_out_sections_fops = {
	.owner = THIS_MODULE,
	.open = kstate_out_sections_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = seq_release_private,
};

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
		seq_printf(m, "failed:%d\n", -(int)section->err);
		break;
	case KSTATE_RELEASED:
		seq_puts(m, "released\n");
		break;
	}
}

static int kstate_in_show(struct seq_file *m, void *v)
{
	loff_t pos = *(loff_t *)v;
	const struct kstate_section *section;
	const char *name;

	if (!pos) {
		kstate_head_show(m);
		return 0;
	}
	section = &kstate_in.sections[pos - 1];
	name = kstate_section_name(section);
	seq_printf(m, "%.*s 0x%llx %u %llu 0x%08x %llu ", (int)strcspn(name, "@"), name,
		   section->key.instance, section->key.version, section->bytes, section->crc,
		   section->ns);
	kstate_in_result_show(m, section);
	return 0;
}

static const struct seq_operations kstate_in_sops = {
	.start = kstate_in_start,
	.next = kstate_in_next,
	.stop = kstate_in_stop,
	.show = kstate_in_show,
};

static int kstate_in_sections_open(struct inode *inode, struct file *file)
{
	return seq_open(file, &kstate_in_sops);
}

const struct file_operations kstate_in_sections_fops = {
	.owner = THIS_MODULE,
	.open = kstate_in_sections_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = seq_release,
};
