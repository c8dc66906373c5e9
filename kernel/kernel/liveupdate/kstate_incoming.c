// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * kstate_incoming.c - what the previous kernel handed over: found and indexed
 *
 * The image is looked for once, by whoever asks first. Here are its shards and
 * descriptions; its sections are in kstate_sections.c.
 *
 * Nothing is taken on trust: the previous kernel may have had other rules, or
 * its memory may be damaged. An image that is refused as a whole is kept, so that
 * it can be inspected.
 *
 * All functions but kstate_in_generation() run with kstate_in.lock held.
 */

#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/libfdt.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/unaligned.h>

#include "kstate_internal.h"

struct kstate_in kstate_in = {
	.lock = __MUTEX_INITIALIZER(kstate_in.lock),
	.taken = XARRAY_INIT(kstate_in.taken, 0),
};

/* A property of exactly len bytes, or NULL. */
static const void *kstate_prop(const void *fdt, int node, enum kstate_prop prop, int len)
{
	int found;
	const void *val = kstate_fdt_prop(fdt, node, prop, &found);

	return val && found == len ? val : NULL;
}

static int kstate_prop_u32(const void *fdt, int node, enum kstate_prop prop, u32 *to)
{
	const void *val = kstate_prop(fdt, node, prop, sizeof(*to));

	if (!val)
		return -EBADMSG;
	*to = get_unaligned_be32(val);
	return 0;
}

static int kstate_prop_u64(const void *fdt, int node, enum kstate_prop prop, u64 *to)
{
	const void *val = kstate_prop(fdt, node, prop, sizeof(*to));

	if (!val)
		return -EBADMSG;
	*to = get_unaligned_be64(val);
	return 0;
}

/* A string that ends where its property ends. */
static const char *kstate_prop_str(const void *fdt, int node, enum kstate_prop prop)
{
	int len;
	const char *val = kstate_fdt_prop(fdt, node, prop, &len);

	return val && len > 0 && strnlen(val, len) == (size_t)len - 1 ? val : NULL;
}

static int kstate_node_sealed(const void *fdt, int node)
{
	u32 crc, stored;
	int err;

	err = kstate_prop_u32(fdt, node, KSTATE_PROP_CRC, &stored);
	err = err ?: kstate_crc_node(fdt, node, &crc);
	return err ?: crc == stored ? 0 : -EBADMSG;
}

static bool kstate_shard_is_tree(const void *fdt, size_t bytes)
{
	return bytes >= sizeof(struct fdt_header) && !fdt_check_header(fdt) &&
	       fdt_totalsize(fdt) <= min(bytes, KSTATE_SHARD_MAX);
}

/* Of another version, the first shard says so for all of them. */
static int kstate_shard_version(const char *compatible, u32 number)
{
	if (!strcmp(compatible, KSTATE_COMPATIBLE))
		return kstate_in.foreign ? -EBADMSG : 0;
	if (number)
		return kstate_in.foreign ? 0 : -EBADMSG;
	pr_err("incoming image is '%.16s', this kernel reads '%s'\n", compatible,
	       KSTATE_COMPATIBLE);
	kstate_in.foreign = true;
	return 0;
}

/* What restoring needs of a shard: that it is undamaged, and the right one. */
static int kstate_shard_check(const void *fdt, u32 number)
{
	const char *compatible = kstate_prop_str(fdt, 0, KSTATE_PROP_COMPATIBLE);
	u32 shard;

	if (!compatible || kstate_shard_version(compatible, number) || kstate_node_sealed(fdt, 0) ||
	    kstate_prop_u32(fdt, 0, KSTATE_PROP_SHARD, &shard) || shard != number)
		return -EBADMSG;
	return 0;
}

/* A shard that is there already closes a circle. */
static int kstate_shards_add(const void *fdt, size_t bytes)
{
	struct kstate_shard *more;
	int err = kstate_taken_note(kstate_mem_phys(fdt));

	if (err)
		return err == -EEXIST ? -EBADMSG : err;
	more = kvrealloc(kstate_in.shards,
			 array_size(kstate_in.nr_shards + 1, sizeof(*more)), GFP_KERNEL);
	if (!more)
		return -ENOMEM;
	kstate_in.shards = more;
	more[kstate_in.nr_shards++] = (struct kstate_shard){
		.mem = (void *)fdt, .cap = bytes, .len = fdt_totalsize(fdt),
	};
	return 0;
}

/* The shard after this one: 0 and *fdt = NULL if there is none. */
static int kstate_shard_next(const void **fdt, size_t *bytes)
{
	const void *next = kstate_prop(*fdt, 0, KSTATE_PROP_NEXT_SHARD, 2 * sizeof(u64));
	u64 phys, len;

	if (!next)
		return -EBADMSG;
	phys = get_unaligned_be64(next);
	len = get_unaligned_be64(next + sizeof(u64));
	*fdt = NULL;
	if (!phys && !len)
		return 0;
	*bytes = len;
	*fdt = kstate_shard_map(phys, len);
	return *fdt ? 0 : -EBADMSG;
}

/* A damaged one is added, too, to be looked at; the chain ends there. */
static int kstate_shard_open(const void **fdt, size_t *bytes, u32 number)
{
	int err;

	if (number == KSTATE_SHARDS_MAX || !kstate_shard_is_tree(*fdt, *bytes))
		return -EBADMSG;
	err = kstate_shards_add(*fdt, *bytes);
	err = err ?: kstate_shard_check(*fdt, number);
	return err ?: kstate_shard_next(fdt, bytes);
}

static int kstate_shards_open(const void *fdt, size_t bytes)
{
	for (u32 i = 0; fdt; i++) {
		int err = kstate_shard_open(&fdt, &bytes, i);

		if (err) {
			pr_err("incoming image: shard %u: error %d\n", i, err);
			return err;
		}
	}
	return 0;
}

static int kstate_producer_foreign(const char *what)
{
	pr_err("incoming image comes from a kernel with another %s\n", what);
	kstate_in.foreign = true;
	return 0;
}

static int kstate_producer_check(const void *fdt)
{
	int node = fdt_subnode_offset(fdt, 0, KSTATE_NODE_PRODUCER);
	const char *order;
	u32 page, word;

	if (node < 0 || kstate_node_sealed(fdt, node) ||
	    kstate_prop_u32(fdt, node, KSTATE_PROP_PAGE_BYTES, &page) ||
	    kstate_prop_u32(fdt, node, KSTATE_PROP_WORD_BYTES, &word) ||
	    kstate_prop_u64(fdt, node, KSTATE_PROP_GENERATION, &kstate_in.generation))
		return -EBADMSG;
	order = kstate_prop_str(fdt, node, KSTATE_PROP_ENDIAN);
	if (!order)
		return -EBADMSG;
	if (page != PAGE_SIZE)
		return kstate_producer_foreign("page size");
	if (word != sizeof(long))
		return kstate_producer_foreign("word size");
	if (strcmp(order, KSTATE_BYTE_ORDER))
		return kstate_producer_foreign("byte order");
	return 0;
}

static size_t kstate_count_subnodes(const void *fdt, int parent)
{
	size_t nr = 0;
	int node;

	if (parent < 0)
		return 0;
	fdt_for_each_subnode(node, fdt, parent)
		nr++;
	return nr;
}

/* The name is up to an '@', behind which a field that has namesakes says since when. */
static const char *kstate_field_name(struct kstate_in_desc *desc, const void *fdt, int node)
{
	const char *name = fdt_get_name(fdt, node, NULL);
	size_t len = name ? strcspn(name, "@") : 0;
	char *copy;

	if (!name || !name[len])
		return name;
	if (len > KSTATE_ABI_NAME_MAX)
		return NULL;
	if (!desc->names)
		desc->names = kvcalloc(desc->layout.nr, KSTATE_ABI_NAME_MAX + 1, GFP_KERNEL);
	if (!desc->names)
		return ERR_PTR(-ENOMEM);
	copy = desc->names + desc->nr_names++ * (KSTATE_ABI_NAME_MAX + 1);
	memcpy(copy, name, len);
	return copy;
}

static int kstate_field_read(struct kstate_in_desc *desc, const void *fdt, int node,
			     struct kstate_layout_field *f, u32 *id)
{
	const char *kind = kstate_prop_str(fdt, node, KSTATE_PROP_KIND);
	const char *sign = kstate_prop_str(fdt, node, KSTATE_PROP_SIGN);
	int code;

	f->name = kstate_field_name(desc, fdt, node);
	if (IS_ERR(f->name))
		return PTR_ERR(f->name);
	if (!f->name || !kind || !sign ||
	    kstate_prop_u64(fdt, node, KSTATE_PROP_SIZE, &f->size) ||
	    kstate_prop_u64(fdt, node, KSTATE_PROP_COUNT, &f->count) ||
	    kstate_prop_u32(fdt, node, KSTATE_PROP_SINCE, &f->since) ||
	    kstate_prop_u32(fdt, node, KSTATE_PROP_UNTIL, &f->until))
		return -EBADMSG;
	/* What is not known equals nothing that this kernel describes. */
	code = kstate_kind_by_name(kind);
	f->kind = code < 0 ? U8_MAX : code;
	code = kstate_sign_by_name(sign);
	f->sign = code < 0 ? U8_MAX : code;
	if (kstate_prop_u32(fdt, node, KSTATE_PROP_STRUCT_ID, id))
		*id = KSTATE_ID_NONE;
	return 0;
}

/* Names are unique in each version, and all but streams take bytes: a reader may rely on both. */
static bool kstate_field_fits(const struct kstate_in_desc *desc, size_t i)
{
	const struct kstate_layout_field *f = &desc->table[i];
	const struct kstate_type *type = kstate_type_of(f->kind);
	const unsigned int streams = KSTATE_TYPE_NESTED | KSTATE_TYPE_CUSTOM;

	for (size_t j = 0; j < i; j++) {
		if (kstate_field_twin(&desc->table[j], f))
			return false;
	}
	return !type || (f->count && (f->size || type->flags & streams));
}

static int kstate_desc_read_fields(const void *fdt, int node, struct kstate_in_desc *desc)
{
	int fields = fdt_subnode_offset(fdt, node, KSTATE_NODE_FIELDS);
	size_t i = 0;
	int field;

	if (fields < 0)
		return -EBADMSG;
	desc->layout.nr = kstate_count_subnodes(fdt, fields);
	if (desc->layout.nr > KSTATE_FIELDS_MAX) {
		desc->layout.nr = 0;
		return -EBADMSG;
	}
	desc->table = kvcalloc(desc->layout.nr ?: 1, sizeof(*desc->table), GFP_KERNEL);
	desc->ids = kvcalloc(desc->layout.nr ?: 1, sizeof(*desc->ids), GFP_KERNEL);
	if (!desc->table || !desc->ids)
		return -ENOMEM;
	desc->layout.fields = desc->table;
	fdt_for_each_subnode(field, fdt, fields) {
		int err;

		if (i == desc->layout.nr)
			return -EBADMSG;
		err = kstate_field_read(desc, fdt, field, &desc->table[i], &desc->ids[i]);
		if (err)
			return err;
		if (!kstate_field_fits(desc, i++))
			return -EBADMSG;
	}
	return i == desc->layout.nr ? 0 : -EBADMSG;
}

/*
 * A damaged description is left out: sections that use it are refused, others are
 * not concerned.
 */
static int kstate_desc_read(const void *fdt, int node, struct kstate_in_desc *desc)
{
	int err;

	desc->name = fdt_get_name(fdt, node, NULL);
	if (!desc->name || kstate_node_sealed(fdt, node) ||
	    kstate_prop_u32(fdt, node, KSTATE_PROP_ID, &desc->key.id) ||
	    kstate_prop_u32(fdt, node, KSTATE_PROP_VERSION, &desc->layout.version) ||
	    kstate_prop_u64(fdt, node, KSTATE_PROP_FINGERPRINT, &desc->layout.fingerprint))
		return -EBADMSG;
	err = kstate_desc_read_fields(fdt, node, desc);
	return err ?: kstate_index_add(&kstate_in.by_id, &desc->key);
}

static void kstate_in_desc_free(struct kstate_in_desc *desc)
{
	kvfree(desc->table);
	kvfree(desc->ids);
	kvfree(desc->names);
	kstate_plans_free(desc);
	*desc = (struct kstate_in_desc){};
}

/* A nested description that is damaged or not there leaves the field without. */
static void kstate_desc_link(struct kstate_in_desc *desc)
{
	for (size_t i = 0; i < desc->layout.nr; i++) {
		struct kstate_in_desc *nested = kstate_in_desc(desc->ids[i]);

		if (desc->ids[i] != KSTATE_ID_NONE && nested)
			desc->table[i].nested = &nested->layout;
	}
}

static int kstate_descs_read(const void *fdt)
{
	int parent = fdt_subnode_offset(fdt, 0, KSTATE_NODE_DESCRIPTIONS);
	size_t room;
	int node;

	if (parent < 0)
		return -EBADMSG;
	room = kstate_count_subnodes(fdt, parent);
	kstate_in.descs = kvcalloc(room ?: 1, sizeof(*kstate_in.descs), GFP_KERNEL);
	if (!kstate_in.descs)
		return -ENOMEM;
	fdt_for_each_subnode(node, fdt, parent) {
		struct kstate_in_desc *desc = &kstate_in.descs[kstate_in.nr_descs];
		int err;

		if (!room--)
			break;
		err = kstate_desc_read(fdt, node, desc);

		if (!err) {
			kstate_in.nr_descs++;
			continue;
		}
		kstate_in_damaged("description", fdt_get_name(fdt, node, NULL), err);
		kstate_in_desc_free(desc);
		if (err == -ENOMEM)
			return err;
	}
	return 0;
}

static int kstate_descs_open(const void *fdt)
{
	int err = kstate_descs_read(fdt);

	for (size_t i = 0; !err && i < kstate_in.nr_descs; i++)
		kstate_desc_link(&kstate_in.descs[i]);
	return err;
}

/* So many lines at most of what is damaged: there may be any number of it. */
#define KSTATE_DAMAGED_SAID	16

/**
 * kstate_in_damaged - a part of the image cannot be read
 * @what: what it is
 * @name: its name, or NULL
 * @err: why
 *
 * The log names the first ones; kstate_in_open() says how many more there are.
 */
void kstate_in_damaged(const char *what, const char *name, int err)
{
	if (kstate_in.damaged++ < KSTATE_DAMAGED_SAID)
		pr_err("incoming %s %s: error %d\n", what, name ?: "?", err);
}

static int kstate_in_find(void)
{
	const void *fdt;
	size_t bytes;
	int err;

	err = kstate_retrieve(&fdt, &bytes);
	err = err ?: kstate_shards_open(fdt, bytes);
	err = err ?: kstate_producer_check(fdt);
	err = err ?: kstate_descs_open(fdt);
	return err ?: kstate_sections_open();
}

/**
 * kstate_in_open - look for the image, unless that has been done
 *
 * Return: 0; -ENOENT if there is none; -EOPNOTSUPP if this kernel cannot read it;
 * -EBADMSG if it is damaged; -ENOMEM, after which it may be tried again.
 */
int kstate_in_open(void)
{
	int err;

	if (kstate_in.tried)
		return kstate_in.err;
	err = kstate_in_find();
	if (err == -ENOMEM) {
		kstate_in_close();
		return err;
	}
	kstate_in.tried = true;
	kstate_in.err = kstate_in.foreign ? -EOPNOTSUPP : err;
	if (err && err != -ENOENT)
		pr_err("incoming image cannot be read: error %d\n", err);
	if (kstate_in.damaged > KSTATE_DAMAGED_SAID)
		pr_err("incoming image: %llu more that cannot be read\n",
		       kstate_in.damaged - KSTATE_DAMAGED_SAID);
	if (!kstate_in.err && kstate_in.incomplete)
		pr_err("incoming image is damaged: who asks for a section that is not found is refused, until the image is released\n");
	if (!err)
		pr_info("incoming image: generation %llu, %zu sections%s\n",
			kstate_in.generation, kstate_in.nr,
			kstate_in.foreign ? ", of which none can be restored" : "");
	return kstate_in.err;
}

/**
 * kstate_in_generation - what the outgoing image counts on from
 *
 * Takes kstate_in.lock.
 *
 * Return: generation of the image, 0 if there is none.
 */
u64 kstate_in_generation(void)
{
	guard(mutex)(&kstate_in.lock);
	kstate_in_open();
	return kstate_in.generation;
}

/**
 * kstate_in_close - forget what was found; the image itself stays
 */
void kstate_in_close(void)
{
	for (size_t i = 0; i < kstate_in.nr; i++)
		kstate_claims_release(&kstate_in.sections[i]);
	for (size_t i = 0; i < kstate_in.nr_descs; i++)
		kstate_in_desc_free(&kstate_in.descs[i]);
	kvfree(kstate_in.descs);
	kvfree(kstate_in.sections);
	kvfree(kstate_in.shards);
	kstate_index_free(&kstate_in.by_key);
	kstate_index_free(&kstate_in.by_id);
	kstate_taken_forget();
	kstate_in.descs = NULL;
	kstate_in.sections = NULL;
	kstate_in.shards = NULL;
	kstate_in.nr_descs = 0;
	kstate_in.nr = 0;
	kstate_in.nr_shards = 0;
	kstate_in.generation = 0;
	kstate_in.foreign = false;
	kstate_in.expected = 0;
	kstate_in.spent = 0;
	kstate_in.lost = 0;
	kstate_in.damaged = 0;
	kstate_in.incomplete = false;
	kstate_in.restored = 0;
	kstate_in.failed = 0;
	kstate_in.restore_ns = 0;
	kstate_in.released = false;
	kstate_in.tried = false;
	kstate_in.err = 0;
}

/**
 * kstate_in_unclaimed - number of sections that no driver has tried to restore
 *
 * Return: their number; 0 once they have been released.
 */
u64 kstate_in_unclaimed(void)
{
	return kstate_in.released ? 0 : kstate_in.nr - kstate_in.restored - kstate_in.failed;
}

/**
 * kstate_in_desc - an incoming description
 * @id: its id
 *
 * Return: the description, or NULL if there is none that is undamaged.
 */
struct kstate_in_desc *kstate_in_desc(u32 id)
{
	struct kstate_key *key = kstate_index_find(&kstate_in.by_id, id, 0);

	return key ? container_of(key, struct kstate_in_desc, key) : NULL;
}
