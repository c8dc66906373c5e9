/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
#ifndef _KSTATE_INTERNAL_H
#define _KSTATE_INTERNAL_H

#include <linux/kstate.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/types.h>
#include <linux/xarray.h>

struct dentry;

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

/* kstate_core.c: registry and life cycle */

/**
 * struct kstate_class - a description that something registered uses
 * @key: (id, 0), for the index of classes
 * @list: in kstate_out.classes, in order of first use
 * @desc: the description
 * @fingerprint: over its fields
 * @pieces: how an object is copied
 * @nr_pieces: their number
 * @bytes: of a payload, if that is the same for all objects; else 0
 * @users: registered instances, and classes that have it among their @parts
 * @instances: registered instances alone
 * @folder: of it in sysfs, or NULL
 * @nr_parts: number of @parts
 * @nr_subs: how many of them, the first ones, are subsections
 * @parts: classes of subsections, in their order, then of nested descriptions
 */
struct kstate_class {
	struct kstate_key key;
	struct list_head list;
	const struct kstate_description *desc;
	u64 fingerprint;
	struct kstate_piece *pieces;
	size_t nr_pieces;
	size_t bytes;
	u64 users;
	unsigned long instances;
	struct kstate_sysfs_desc *folder;
	unsigned int nr_parts;
	unsigned int nr_subs;
	struct kstate_class *parts[];
};

/**
 * struct kstate_entry - a registered object
 * @key: (id, instance)
 * @list: in kstate_out.entries, in order of registration
 * @serial: its number in that order, from 1 on; 0 as long as it is only reserved: then it
 *	    is in kstate_out.by_key, but not in kstate_out.entries
 * @class: its description
 * @obj: the object
 * @bytes: payload bytes of the last save, subsections included
 * @crc: checksum of the last save
 * @ns: what it took
 * @err: 0, or why it is lost
 * @saved: whether the last save met it; @bytes to @err are then of that
 * @unprepared: there was no memory for it when the image was prepared
 * @ool: memory of payloads that are outside the tree
 */
struct kstate_entry {
	struct kstate_key key;
	struct list_head list;
	u64 serial;
	struct kstate_class *class;
	void *obj;
	u64 bytes;
	u32 crc;
	u64 ns;
	int err;
	bool saved;
	bool unprepared;
	struct kstate_ool *ool;
};

/**
 * struct kstate_shard - a piece of preserved memory with one FDT in it
 * @mem: the memory
 * @cap: its bytes
 * @len: bytes of the FDT, 0 while there is none
 */
struct kstate_shard {
	void *mem;
	size_t cap;
	size_t len;
};

/**
 * struct kstate_ool - a payload that is kept outside the tree
 * @next: the entry's next one
 * @part: 0 for the section, i + 1 for its subsection i
 * @blocks: its memory
 * @nr: number of @blocks
 * @virt: where they are mapped, one after the other
 * @cap: bytes of all blocks
 * @len: bytes of the payload
 * @files: for debugfs, one for each block
 */
struct kstate_ool {
	struct kstate_ool *next;
	unsigned int part;
	struct kstate_shard *blocks;
	size_t nr;
	void *virt;
	size_t cap;
	size_t len;
	struct dentry **files;
};

/* kstate_ool.c */

struct kstate_ool *kstate_ool_find(const struct kstate_entry *entry, unsigned int part);
int kstate_ool_reserve(struct kstate_entry *entry, unsigned int part, size_t bytes);
void kstate_ool_free(struct kstate_entry *entry);
void kstate_ool_clear(struct kstate_entry *entry);
u64 kstate_ool_bytes(const struct kstate_entry *entry);
void kstate_ool_write(struct kstate_writer *w, struct kstate_ool *ool);
int kstate_extents_map(const void *prop, size_t len, struct kstate_ool *ool);
void kstate_extents_close(struct kstate_ool *ool);

/**
 * struct kstate_vmalloc_ser - a preserved vmalloc area: KHO's &struct kho_vmalloc
 * @first: physical address of the first chunk of page addresses
 * @pages: number of pages
 * @flags: KHO's
 * @order: of the pages
 */
struct kstate_vmalloc_ser {
	u64 first;
	u32 pages;
	u16 flags;
	u16 order;
};

/**
 * struct kstate_keep - memory of an object that is preserved in place
 * @ptr: the folio, or the start of the vmalloc area
 * @phys: where the folio is, 0 for a vmalloc area
 * @order: of the folio
 * @area: the vmalloc area
 * @owner: the entry that refers to it; no other one may
 */
struct kstate_keep {
	void *ptr;
	u64 phys;
	unsigned int order;
	struct kstate_vmalloc_ser area;
	const struct kstate_entry *owner;
};

/**
 * struct kstate_keeps - a list of them, in the order of the walk
 * @v: the list
 * @nr: how many
 * @cap: room in @v
 */
struct kstate_keeps {
	struct kstate_keep *v;
	size_t nr;
	size_t cap;
};

/** enum kstate_phase - how far the outgoing image is */
enum kstate_phase {
	KSTATE_IDLE,
	KSTATE_PREPARED,
	KSTATE_SAVED,
};

/**
 * struct kstate_out - what this kernel will hand over
 * @lock: protects all of it; taken before kstate_in.lock
 * @entries: registered objects
 * @classes: their descriptions
 * @serial: registrations so far
 * @by_key: entries by (id, instance)
 * @by_id: classes by id
 * @phase: state of the image
 * @leaving: a kexec has saved the image and goes on
 * @shards: memory of the image
 * @nr_shards: number of @shards
 * @kept: memory of objects that the image preserves
 * @prepared: what an earlier walk preserved, while objects are walked
 * @met: how many of @prepared this walk has met, in their order
 * @places: by page: where in @kept they are; beyond its end, in @prepared
 * @save_ns: what writing the image took, the last time that it was tried
 * @bytes: of the image that was written then, payloads outside the tree included
 */
struct kstate_out {
	struct mutex lock;
	struct list_head entries;
	struct list_head classes;
	u64 serial;
	struct kstate_index by_key;
	struct kstate_index by_id;
	enum kstate_phase phase;
	bool leaving;
	struct kstate_shard *shards;
	size_t nr_shards;
	struct kstate_keeps kept;
	struct kstate_keeps prepared;
	size_t met;
	struct xarray places;
	u64 save_ns;
	u64 bytes;
};

extern struct kstate_out kstate_out;

const char *kstate_phase_name(enum kstate_phase phase);

/* All three with kstate_out.lock held. */
int kstate_prepare(void);
int kstate_save(void);
void kstate_abort(void);

/* This one takes it. */
int kstate_command(const char *command);

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
u64 kstate_entry_bytes(struct kstate_entry *entry);

/* kstate_seal.c */

int kstate_seal_image(void);
int kstate_seal_catalog(void *fdt);

#include "kstate_incoming.h"

#include "kstate_types.h"

/* kstate_debugfs.c */

#ifdef CONFIG_KSTATE_DEBUGFS
void kstate_debugfs_ool_add(struct kstate_ool *ool);
void kstate_debugfs_ool_del(struct kstate_ool *ool);
#else
static inline void kstate_debugfs_ool_add(struct kstate_ool *ool) { }
static inline void kstate_debugfs_ool_del(struct kstate_ool *ool) { }
#endif

/* kstate_sysfs.c */

#ifdef CONFIG_SYSFS
void kstate_sysfs_add(struct kstate_class *class);
void kstate_sysfs_del(struct kstate_class *class);
void kstate_sysfs_count(struct kstate_class *class);
#else
static inline void kstate_sysfs_add(struct kstate_class *class) { }
static inline void kstate_sysfs_del(struct kstate_class *class) { }
static inline void kstate_sysfs_count(struct kstate_class *class) { }
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
int kstate_folio_preserve(u64 phys, unsigned int order);
void kstate_folio_unpreserve(u64 phys, unsigned int order);
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
void *kstate_vmalloc_restore(const struct kstate_vmalloc_ser *ser);
int kstate_address_out(const void *ptr, u64 *phys);
void *kstate_address_in(u64 phys);
u64 kstate_page_out(const struct page *page);
struct page *kstate_page_in(u64 pfn);
bool kstate_kho_ready(void);
bool kstate_kexec_carries(const struct kimage *image);

#endif /* _KSTATE_INTERNAL_H */
