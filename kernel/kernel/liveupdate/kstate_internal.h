/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
#ifndef _KSTATE_INTERNAL_H
#define _KSTATE_INTERNAL_H

#include <linux/kstate.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/xarray.h>

struct module;

#undef pr_fmt
#define pr_fmt(fmt) "kstate: " fmt

/*
 * Limits on what a foreign image may ask for.
 *
 * A shard has at most KSTATE_SHARD_MAX bytes, so the chain's limit allows for
 * 4 TiB of shards: far beyond any memory that could hold them, and still a
 * bound on a chain that runs in a circle.
 */
#define KSTATE_SHARD_MAX	(4UL << 20)
#define KSTATE_SHARDS_MAX	(1U << 20)

/* Where big blocks are not to be had, shards are made as small as this. */
#define KSTATE_SHARD_MIN	(64UL << 10)

/*
 * A payload over this is kept outside the tree: large enough that a page of its
 * own is not wasted on it, small enough that shards hold many sections.
 */
#define KSTATE_INLINE_MAX	(64UL << 10)

/* Fields of a description, which are compared each with each. */
#define KSTATE_FIELDS_MAX	4096

/* How many sections ahead memory is asked for: as many as it takes to answer. */
#define KSTATE_AHEAD		4

/* Bytes of a node name: name, '@', 16 digits, NUL. */
#define KSTATE_NODE_NAME_MAX	(KSTATE_ABI_NAME_MAX + 1 + 16 + 1)

/* This kernel's byte order, as the image names it. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define KSTATE_BYTE_ORDER	KSTATE_ABI_LITTLE
#else
#define KSTATE_BYTE_ORDER	KSTATE_ABI_BIG
#endif

#include "kstate_index.h"

#include "kstate_stream.h"

#include "kstate_compat.h"

#include "kstate_out.h"

/* kstate_catalog.c: versions that this kernel speaks, a list of strings */

extern const char kstate_abis[];
extern const size_t kstate_abis_len;

/* kstate_schema.c: descriptions, checked and written */

int kstate_desc_check(const struct kstate_description *desc);
size_t kstate_desc_nr_fields(const struct kstate_description *desc);
unsigned int kstate_desc_nr_subs(const struct kstate_description *desc);
u64 kstate_desc_fingerprint(const struct kstate_description *desc);
struct kstate_layout *kstate_desc_layout(const struct kstate_description *desc);
void kstate_layout_free(struct kstate_layout *layout);
void kstate_schema_write(struct kstate_writer *w);

/* kstate_save.c: objects into shards */

/** enum kstate_pass - why the objects are walked */
enum kstate_pass {
	KSTATE_PASS_SIZE,	/* count bytes, change nothing */
	KSTATE_PASS_PREPARE,	/* count bytes, preserve folios */
	KSTATE_PASS_SAVE,	/* write */
};

int kstate_size_image(size_t shard_max, struct kstate_shard **shards, size_t *nr);
int kstate_write_image(bool fresh);
size_t kstate_write_catalog(void *buf, size_t cap);
void kstate_trace_refused(void);

/* kstate_object.c */

bool kstate_sub_needed(struct kstate_entry *entry, const struct kstate_description *desc);
u64 kstate_entry_bytes(struct kstate_entry *entry);

/* kstate_seal.c */

int kstate_seal_image(void);
int kstate_seal_catalog(void *fdt);

#include "kstate_incoming.h"

#include "kstate_types.h"

/* kstate_debugfs.c */

#ifdef CONFIG_KSTATE_DEBUGFS
void kstate_debugfs_ool_add(struct kstate_ool *ool);
void kstate_debugfs_block_del(const struct kstate_shard *block);
#else
static inline void kstate_debugfs_ool_add(struct kstate_ool *ool) { }
static inline void kstate_debugfs_block_del(const struct kstate_shard *block) { }
#endif

/* kstate_sysfs.c */

#ifdef CONFIG_SYSFS
void kstate_sysfs_add(struct kstate_family *family);
void kstate_sysfs_del(struct kstate_family *family);
void kstate_sysfs_count(struct kstate_family *family);
void kstate_sysfs_settle(void);
#else
static inline void kstate_sysfs_add(struct kstate_family *family) { }
static inline void kstate_sysfs_del(struct kstate_family *family) { }
static inline void kstate_sysfs_count(struct kstate_family *family) { }
static inline void kstate_sysfs_settle(void) { }
#endif

/* kstate_kho.c: the only user of kho_*; user-space tests bring their own */

void *kstate_blocks_map(const struct kstate_shard *blocks, size_t nr);
void kstate_blocks_unmap(const struct kstate_shard *blocks, size_t nr, void *virt);
void *kstate_mem_alloc(size_t bytes);
void kstate_mem_free(void *mem);
void kstate_mem_release(const void *mem);
phys_addr_t kstate_mem_phys(const void *mem);
int kstate_publish(void *shard, size_t bytes);
void kstate_unpublish(void *shard);
int kstate_retrieve(const void **shard, size_t *bytes);
const void *kstate_shard_map(u64 phys, u64 bytes);
int kstate_folio_preserve(struct folio *folio);
void kstate_folio_unpreserve(struct folio *folio);
struct folio *kstate_folio_restore(u64 phys);
void kstate_folio_put(struct folio *folio);
u64 kstate_folio_phys(const struct folio *folio);
unsigned int kstate_folio_order(const struct folio *folio);
struct folio *kstate_page_folio(struct page *page);
struct page *kstate_folio_page(struct folio *folio);
int kstate_vmalloc_preserve(void *ptr, struct kstate_vmalloc_ser *ser);
void kstate_vmalloc_unpreserve(const struct kstate_vmalloc_ser *ser);
bool kstate_vmalloc_same(void *ptr, const struct kstate_vmalloc_ser *ser);
void kstate_vmalloc_free(void *ptr);
bool kstate_vmalloc_has(const struct kstate_vmalloc_ser *ser, bool (*what)(u64 phys));
void *kstate_vmalloc_restore(const struct kstate_vmalloc_ser *ser);
int kstate_address_out(const void *ptr, u64 *phys);
void *kstate_address_in(u64 phys);
u64 kstate_page_out(const struct page *page);
struct page *kstate_page_in(u64 pfn);
bool kstate_kho_ready(void);
bool kstate_kexec_carries(const struct kimage *image);

#endif /* _KSTATE_INTERNAL_H */
