// SPDX-License-Identifier: GPL-2.0
/*
 * kstate_kinds_main.c - every kind of field across a live update
 *
 * There are two objects: one has something in each member, the other one has nothing
 * where that is possible. What is not restored is set, what is restored is compared
 * with what would have been set.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/array_size.h>
#include <linux/bitmap.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kstate.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "kstate_kinds.h"

#define KINDS_ID(n)	(KSTATE_ID_VENDOR + 0x600 + (n))
static struct kmem_cache *kinds_cache;

static void kinds_construct(void *elem)
{
	INIT_LIST_HEAD(&((struct kinds_cached *)elem)->own);
}

static void *kinds_alloc(void *obj)
{
	return kmem_cache_alloc(kinds_cache, GFP_KERNEL);
}

static void kinds_free(void *elem)
{
	kmem_cache_free(kinds_cache, elem);
}

static unsigned int kinds_heard;

/* Of each element, once the object has been written. */
static int kinds_part_restored(void *obj, u32 version)
{
	kinds_heard++;
	return 0;
}

static bool kinds_less(struct rb_node *a, const struct rb_node *b)
{
	return rb_entry(a, struct kinds_part, rb)->key < rb_entry(b, struct kinds_part, rb)->key;
}

static int kinds_custom_save(const void *obj, struct kstate_writer *w)
{
	const struct kinds *k = obj;

	kstate_put(w, k->custom, k->nr_custom);
	return 0;
}

static int kinds_custom_check(const void *obj, const void *data, size_t len)
{
	return len > KINDS_MAX ? -EBADMSG : 0;
}

static void kinds_custom_apply(void *obj, const void *data, size_t len)
{
	struct kinds *k = obj;

	memcpy(k->custom, data, len);
	k->nr_custom = len;
}

static const struct kstate_description kinds_part_desc = {
	.name = "kinds-part", .id = KINDS_ID(1),
	.post_restore = kinds_part_restored,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(key, struct kinds_part, u32),
		KSTATE_BASE_TYPE(value, struct kinds_part, u64),
		KSTATE_END_OF_LIST()
	},
};

static const struct kstate_description kinds_cached_desc = {
	.name = "kinds-cached", .id = KINDS_ID(2),
	.alloc = kinds_alloc,
	.free = kinds_free,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(key, struct kinds_cached, u32),
		KSTATE_END_OF_LIST()
	},
};

static const struct kstate_description kinds_extra_desc = {
	.name = "kinds-extra", .id = KINDS_ID(3),
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(extra, struct kinds, u64),
		KSTATE_END_OF_LIST()
	},
};

static const struct kstate_description kinds_desc = {
	.name = "kinds", .id = KINDS_ID(0), .version_id = 1, .flags = KSTATE_STABLE,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(value, struct kinds, u64),
		KSTATE_BASE_TYPE(flag, struct kinds, bool),
		KSTATE_BASE_TYPE(text, struct kinds, char [8]),
		KSTATE_BASE_TYPE(numbers, struct kinds, s16 [5]),
		KSTATE_EQUAL(magic, struct kinds, u32),
		KSTATE_POINTER(counter, struct kinds),
		KSTATE_ARRAY_OF_POINTER(targets, struct kinds, u32),
		KSTATE_STRUCT(part, struct kinds, struct kinds_part, &kinds_part_desc),
		KSTATE_STRUCT_ARRAY(row, struct kinds, struct kinds_part, &kinds_part_desc),
		KSTATE_STRUCT_POINTER(pointed, struct kinds, struct kinds_part,
				      &kinds_part_desc, KSTATE_CALLER),
		KSTATE_STRUCT_POINTER(owned, struct kinds, struct kinds_part,
				      &kinds_part_desc, KSTATE_ALLOCATED),
		KSTATE_ARRAY_OF_STRUCT_POINTER(several, struct kinds, struct kinds_part,
					       &kinds_part_desc, KSTATE_ALLOCATED),
		KSTATE_VARRAY(words, struct kinds, u64, nr_words, KINDS_MAX, KSTATE_ALLOCATED),
		KSTATE_VARRAY(few, struct kinds, u16, nr_few, KINDS_MAX, KSTATE_EMBEDDED),
		KSTATE_STRUCT_VARRAY(parts, struct kinds, struct kinds_part, &kinds_part_desc,
				     nr_parts, KINDS_MAX, KSTATE_ALLOCATED),
		KSTATE_STRING(name, struct kinds, 64),
		KSTATE_BITMAP(bits, struct kinds, KINDS_BITS),
		KSTATE_VARBITMAP(more_bits, struct kinds, nr_more_bits, 1000,
				 KSTATE_ALLOCATED),
		KSTATE_CPUMASK(cpus, struct kinds),
		KSTATE_NODEMASK(nodes, struct kinds),
		KSTATE_FOLIO(folio, struct kinds),
		KSTATE_PAGE(page, struct kinds),
		KSTATE_FOLIO_ARRAY(folios, struct kinds),
		KSTATE_PAGE_ARRAY(pages, struct kinds),
		KSTATE_FOLIO_VARRAY(more_folios, struct kinds, nr_more_folios, KINDS_MAX,
				    KSTATE_ALLOCATED),
		KSTATE_PAGE_VARRAY(more_pages, struct kinds, nr_more_pages, KINDS_MAX,
				   KSTATE_ALLOCATED),
		KSTATE_XARRAY_OF_FOLIO(folio_map, struct kinds, KINDS_MAX),
		KSTATE_XARRAY_OF_PAGE(page_map, struct kinds, KINDS_MAX),
		KSTATE_ADDRESS(address, struct kinds),
		KSTATE_ADDRESS(address_page, struct kinds),
		KSTATE_VMALLOC(area, struct kinds),
		KSTATE_LIST(list, struct kinds, struct kinds_part, list, &kinds_part_desc,
			    KINDS_MAX),
		KSTATE_LIST(cached, struct kinds, struct kinds_cached, list,
			    &kinds_cached_desc, KINDS_MAX),
		KSTATE_HLIST(hlist, struct kinds, struct kinds_part, hlist, &kinds_part_desc,
			     KINDS_MAX),
		KSTATE_RBTREE(tree, struct kinds, struct kinds_part, rb, kinds_less,
			      &kinds_part_desc, KINDS_MAX),
		KSTATE_RBTREE(tree_cached, struct kinds, struct kinds_part, rb, kinds_less,
			      &kinds_part_desc, KINDS_MAX),
		KSTATE_XARRAY(slots, struct kinds, struct kinds_part, &kinds_part_desc,
			      KINDS_MAX),
		KSTATE_IDR(ids, struct kinds, struct kinds_part, &kinds_part_desc, KINDS_MAX,
			   .base = 1),
		KSTATE_CUSTOM(custom, kinds_custom_save, kinds_custom_check,
			      kinds_custom_apply),
		KSTATE_END_OF_LIST()
	},
	.subsections = (const struct kstate_description *[]) { &kinds_extra_desc, NULL },
};

KSTATE_CATALOG(kinds_desc);

static struct kinds kinds_full, kinds_empty;

static struct kinds_part *kinds_part_new(u32 key)
{
	struct kinds_part *part = kvzalloc(sizeof(*part), GFP_KERNEL);

	if (part) {
		part->key = key;
		part->value = kinds_value(key);
	}
	return part;
}

static void kinds_fill(void *mem, u32 key, size_t bytes)
{
	for (u64 *p = mem; bytes; bytes -= sizeof(*p))
		*p++ = kinds_value(key++);
}

static struct folio *kinds_folio(u32 key, unsigned int order)
{
	struct folio *folio = folio_alloc(GFP_KERNEL, order);

	if (folio)
		kinds_fill(folio_address(folio), key, folio_size(folio));
	return folio;
}

static struct page *kinds_page(u32 key)
{
	struct page *page = alloc_page(GFP_KERNEL);

	if (page)
		kinds_fill(page_address(page), key, PAGE_SIZE);
	return page;
}

/* What an object has before it is set or restored. */
static int kinds_init_one(struct kinds *k)
{
	k->magic = KINDS_MAGIC;
	INIT_LIST_HEAD(&k->list);
	INIT_LIST_HEAD(&k->cached);
	xa_init(&k->folio_map);
	xa_init(&k->page_map);
	xa_init(&k->slots);
	idr_init_base(&k->ids, 1);
	k->counter = &k->counted;
	k->pointed = &k->lent;
	for (size_t i = 0; i < ARRAY_SIZE(k->targets); i++)
		k->targets[i] = &k->target[i];
	return zalloc_cpumask_var(&k->cpus, GFP_KERNEL) ? 0 : -ENOMEM;
}

static void kinds_set_values(struct kinds *k)
{
	k->value = kinds_value(1);
	k->flag = true;
	strscpy(k->text, "kinds");
	for (size_t i = 0; i < ARRAY_SIZE(k->numbers); i++)
		k->numbers[i] = -(s16)i;
	*k->counter = 2;
	*k->targets[0] = 3;
	k->targets[1] = NULL;
	*k->targets[2] = 4;
	k->part = (struct kinds_part){ .key = 5, .value = kinds_value(5) };
	for (u32 i = 0; i < ARRAY_SIZE(k->row); i++)
		k->row[i] = (struct kinds_part){ .key = i, .value = kinds_value(i) };
	*k->pointed = (struct kinds_part){ .key = 6, .value = kinds_value(6) };
	k->nr_few = 3;
	for (u16 i = 0; i < k->nr_few; i++)
		k->few[i] = 100 + i;
	bitmap_set(k->bits, 63, 2);
	bitmap_set(k->bits, KINDS_BITS - 1, 1);
	cpumask_set_cpu(0, k->cpus);
	node_set(0, k->nodes);
	k->nr_custom = 7;
	memset(k->custom, 0xc5, k->nr_custom);
	k->extra = kinds_value(9);
}

static int kinds_set_memory(struct kinds *k)
{
	k->owned = kinds_part_new(7);
	k->several[0] = kinds_part_new(8);
	k->several[2] = kinds_part_new(10);
	k->nr_words = 5;
	k->words = kvcalloc(k->nr_words, sizeof(*k->words), GFP_KERNEL);
	k->nr_parts = 3;
	k->parts = kvcalloc(k->nr_parts, sizeof(*k->parts), GFP_KERNEL);
	k->name = kstrdup("every kind of field", GFP_KERNEL);
	k->nr_more_bits = 130;
	k->more_bits = kvcalloc(BITS_TO_LONGS(130), sizeof(long), GFP_KERNEL);
	if (!k->owned || !k->several[0] || !k->several[2] || !k->words || !k->parts ||
	    !k->name || !k->more_bits)
		return -ENOMEM;
	kinds_fill(k->words, 11, k->nr_words * sizeof(*k->words));
	for (u32 i = 0; i < k->nr_parts; i++)
		k->parts[i] = (struct kinds_part){ .key = 20 + i, .value = kinds_value(20 + i) };
	bitmap_set(k->more_bits, 0, 1);
	bitmap_set(k->more_bits, 129, 1);
	return 0;
}

/* An entry of an xarray, or -ENOMEM if there is nothing to put in. */
static int kinds_store(struct xarray *xa, unsigned long index, void *entry)
{
	return entry ? xa_err(xa_store(xa, index, entry, GFP_KERNEL)) : -ENOMEM;
}

static int kinds_set_pages(struct kinds *k)
{
	int err = 0;

	k->folio = kinds_folio(30, KINDS_ORDER);
	k->page = kinds_page(31);
	k->folios[0] = kinds_folio(32, 0);
	k->folios[2] = kinds_folio(33, 1);
	k->pages[1] = kinds_page(34);
	k->nr_more_folios = 2;
	k->more_folios = kvcalloc(2, sizeof(*k->more_folios), GFP_KERNEL);
	k->nr_more_pages = 2;
	k->more_pages = kvcalloc(2, sizeof(*k->more_pages), GFP_KERNEL);
	k->area = vmalloc(KINDS_AREA);
	if (!k->folio || !k->page || !k->folios[0] || !k->folios[2] || !k->pages[1] ||
	    !k->more_folios || !k->more_pages || !k->area)
		return -ENOMEM;
	k->more_folios[1] = kinds_folio(35, 0);
	k->more_pages[0] = kinds_page(36);
	if (!k->more_folios[1] || !k->more_pages[0])
		return -ENOMEM;
	k->address = folio_address(k->folio) + 16;
	k->address_page = k->page;
	kinds_fill(k->area, 37, KINDS_AREA);
	for (u32 i = 0; !err && i < KINDS_NR_INDICES; i++) {
		err = kinds_store(&k->folio_map, KINDS_INDICES[i], kinds_folio(40 + i, i % 2));
		err = err ?: kinds_store(&k->page_map, KINDS_INDICES[i], kinds_page(50 + i));
	}
	return err;
}

/* An element, linked by what the caller says. */
static int kinds_add(struct kinds *k, u32 key,
		     void (*add)(struct kinds *k, struct kinds_part *part))
{
	struct kinds_part *part = kinds_part_new(key);

	if (part)
		add(k, part);
	return part ? 0 : -ENOMEM;
}

static void kinds_add_list(struct kinds *k, struct kinds_part *part)
{
	list_add_tail(&part->list, &k->list);
}

static void kinds_add_hlist(struct kinds *k, struct kinds_part *part)
{
	hlist_add_head(&part->hlist, &k->hlist);
}

static void kinds_add_tree(struct kinds *k, struct kinds_part *part)
{
	rb_add(&part->rb, &k->tree, kinds_less);
}

static void kinds_add_tree_cached(struct kinds *k, struct kinds_part *part)
{
	rb_add_cached(&part->rb, &k->tree_cached, kinds_less);
}

static int kinds_add_cached(struct kinds *k, u32 key)
{
	struct kinds_cached *cached = kinds_alloc(k);

	if (!cached)
		return -ENOMEM;
	cached->key = key;
	list_add_tail(&cached->list, &k->cached);
	return 0;
}

static int kinds_add_id(struct kinds *k, u32 key)
{
	struct kinds_part *part = kinds_part_new(key);
	int id = part ? idr_alloc(&k->ids, part, 0, 0, GFP_KERNEL) : -ENOMEM;

	if (id < 0)
		kvfree(part);
	return id < 0 ? id : 0;
}

static int kinds_set_containers(struct kinds *k)
{
	int err = 0;

	for (u32 i = 0; !err && i < 4; i++) {
		err = kinds_add(k, 60 + i, kinds_add_list);
		err = err ?: kinds_add(k, 70 + i, kinds_add_hlist);
		err = err ?: kinds_add(k, 83 - i, kinds_add_tree);
		err = err ?: kinds_add(k, 90 + i, kinds_add_tree_cached);
		err = err ?: kinds_add_cached(k, 60 + i);
	}
	for (u32 i = 0; !err && i < KINDS_NR_INDICES; i++) {
		err = kinds_store(&k->slots, KINDS_INDICES[i], kinds_part_new(100 + i));
		err = err ?: kinds_add_id(k, 110 + i);
	}
	return err;
}

static int kinds_set(struct kinds *k)
{
	int err;

	kinds_set_values(k);
	err = kinds_set_memory(k);
	err = err ?: kinds_set_pages(k);
	return err ?: kinds_set_containers(k);
}

/* Nothing, where a member can be without. */
static void kinds_set_nothing(struct kinds *k)
{
	k->counter = NULL;
	k->pointed = NULL;
	memset(k->targets, 0, sizeof(k->targets));
}

static void kinds_clear_containers(struct kinds *k)
{
	struct kinds_cached *cached, *next_cached;
	struct kinds_part *part, *next;
	struct hlist_node *safe;
	unsigned long index;
	void *entry;
	int id;

	list_for_each_entry_safe(part, next, &k->list, list)
		kvfree(part);
	list_for_each_entry_safe(cached, next_cached, &k->cached, list)
		kinds_free(cached);
	hlist_for_each_entry_safe(part, safe, &k->hlist, hlist)
		kvfree(part);
	rbtree_postorder_for_each_entry_safe(part, next, &k->tree, rb)
		kvfree(part);
	rbtree_postorder_for_each_entry_safe(part, next, &k->tree_cached.rb_root, rb)
		kvfree(part);
	xa_for_each(&k->slots, index, entry)
		kvfree(entry);
	xa_destroy(&k->slots);
	idr_for_each_entry(&k->ids, entry, id)
		kvfree(entry);
	idr_destroy(&k->ids);
}

static void kinds_put_folio(struct folio *folio)
{
	if (folio)
		folio_put(folio);
}

static void kinds_put_page(struct page *page)
{
	if (page)
		put_page(page);
}

static void kinds_clear_pages(struct kinds *k)
{
	unsigned long index;
	void *entry;

	kinds_put_folio(k->folio);
	kinds_put_page(k->page);
	for (size_t i = 0; i < ARRAY_SIZE(k->folios); i++)
		kinds_put_folio(k->folios[i]);
	for (size_t i = 0; i < ARRAY_SIZE(k->pages); i++)
		kinds_put_page(k->pages[i]);
	for (u32 i = 0; k->more_folios && i < k->nr_more_folios; i++)
		kinds_put_folio(k->more_folios[i]);
	for (u32 i = 0; k->more_pages && i < k->nr_more_pages; i++)
		kinds_put_page(k->more_pages[i]);
	kvfree(k->more_folios);
	kvfree(k->more_pages);
	xa_for_each(&k->folio_map, index, entry)
		folio_put(entry);
	xa_destroy(&k->folio_map);
	xa_for_each(&k->page_map, index, entry)
		put_page(entry);
	xa_destroy(&k->page_map);
	vfree(k->area);
}

static void kinds_clear(struct kinds *k, u64 instance)
{
	if (k->registered)
		kstate_unregister(&kinds_desc, k, instance);
	kinds_clear_containers(k);
	kinds_clear_pages(k);
	for (size_t i = 0; i < ARRAY_SIZE(k->several); i++)
		kvfree(k->several[i]);
	kvfree(k->owned);
	kvfree(k->words);
	kvfree(k->parts);
	kvfree(k->name);
	kvfree(k->more_bits);
	free_cpumask_var(k->cpus);
}

static int kinds_register(struct kinds *k, u64 instance)
{
	int err = kstate_register(&kinds_desc, k, instance);

	k->registered = !err;
	return err;
}

static int kinds_begin(void)
{
	int err = kstate_restore(&kinds_desc, &kinds_full, 0);

	if (err == -ENOENT || err == -EALREADY) {
		kinds_set_nothing(&kinds_empty);
		err = kinds_set(&kinds_full);
	} else if (!err) {
		err = kstate_restore(&kinds_desc, &kinds_empty, 1);
		err = err ?: kinds_compare(&kinds_full);
		err = err ?: kinds_compare_nothing(&kinds_empty);
		if (!err)
			pr_info("restored as they were; %u structs heard of it\n", kinds_heard);
	}
	err = err ?: kinds_register(&kinds_full, 0);
	return err ?: kinds_register(&kinds_empty, 1);
}

static void kinds_end(void)
{
	kinds_clear(&kinds_full, 0);
	kinds_clear(&kinds_empty, 1);
	kmem_cache_destroy(kinds_cache);
}

static int __init kinds_init(void)
{
	int err;

	kinds_cache = kmem_cache_create("kstate_kinds", sizeof(struct kinds_cached), 0, 0,
					kinds_construct);
	if (!kinds_cache)
		return -ENOMEM;
	err = kinds_init_one(&kinds_full);
	err = kinds_init_one(&kinds_empty) ?: err;
	err = err ?: kinds_begin();
	if (err)
		kinds_end();
	return err;
}
module_init(kinds_init);

static void __exit kinds_exit(void)
{
	kinds_end();
}
module_exit(kinds_exit);

MODULE_DESCRIPTION("kstate sample: every kind of field");
MODULE_LICENSE("GPL");
