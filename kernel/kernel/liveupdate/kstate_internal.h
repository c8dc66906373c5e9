/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
#ifndef _KSTATE_INTERNAL_H
#define _KSTATE_INTERNAL_H

#include <linux/kstate.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/types.h>

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

/* Bytes of a node name: name, '@', 16 digits, NUL. */
#define KSTATE_NODE_NAME_MAX	(KSTATE_ABI_NAME_MAX + 1 + 16 + 1)

/* This kernel's byte order, as the image names it. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define KSTATE_BYTE_ORDER	KSTATE_ABI_LITTLE
#else
#define KSTATE_BYTE_ORDER	KSTATE_ABI_BIG
#endif

/* kstate_index.c: objects by (id, instance), in O(1) */

/**
 * struct kstate_key - what an indexed object starts with
 * @id: description id
 * @instance: instance id
 */
struct kstate_key {
	u32 id;
	u64 instance;
};

/**
 * struct kstate_index - an open hash table; all zero is an empty one
 * @slots: a power of two of them, at least half of them NULL
 * @nr_slots: their number, 0 before the first insertion
 * @nr: keys in it
 */
struct kstate_index {
	struct kstate_key **slots;
	size_t nr_slots;
	size_t nr;
};

int kstate_index_reserve(struct kstate_index *index, size_t nr);
int kstate_index_add(struct kstate_index *index, struct kstate_key *key);
void kstate_index_del(struct kstate_index *index, const struct kstate_key *key);
struct kstate_key *kstate_index_find(const struct kstate_index *index, u32 id,
				     u64 instance);
void kstate_index_free(struct kstate_index *index);

/* kstate_stream.c: bounded writing and reading */

#define __KSTATE_PROP(sym, name)	KSTATE_PROP_##sym,
enum kstate_prop {
	KSTATE_ABI_PROPS(__KSTATE_PROP)
	KSTATE_NR_PROPS
};
#undef __KSTATE_PROP

/**
 * struct kstate_writer - writes an FDT from front to back
 * @buf: where to; need not be zeroed. NULL to count bytes only
 * @cap: bytes that may be used, the end of the tree kept apart
 * @pos: bytes written so far
 * @full: something did not fit; nothing is written from then on
 *
 * Positions are bytes from the start of @buf.
 */
struct kstate_writer {
	u8 *buf;
	size_t cap;
	size_t pos;
	bool full;
};

void kstate_w_begin(struct kstate_writer *w, void *buf, size_t cap);
size_t kstate_w_end(struct kstate_writer *w, unsigned int open_nodes);
void kstate_w_node(struct kstate_writer *w, const char *name);
void kstate_w_node_at(struct kstate_writer *w, const char *name, u64 unit);
void kstate_w_end_node(struct kstate_writer *w);
void kstate_w_prop(struct kstate_writer *w, enum kstate_prop prop,
		   const void *data, size_t len);
void kstate_w_prop_str(struct kstate_writer *w, enum kstate_prop prop,
		       const char *str);
void kstate_w_prop_u32(struct kstate_writer *w, enum kstate_prop prop, u32 val);
void kstate_w_prop_u64(struct kstate_writer *w, enum kstate_prop prop, u64 val);
size_t kstate_w_prop_open(struct kstate_writer *w, enum kstate_prop prop);
size_t kstate_w_prop_close(struct kstate_writer *w, size_t start);
void kstate_w_bytes(struct kstate_writer *w, const void *data, size_t len);
void kstate_w_rewind(struct kstate_writer *w, size_t pos);
void kstate_w_patch(struct kstate_writer *w, size_t pos, const void *data,
		    size_t len);
u32 kstate_w_crc(const struct kstate_writer *w, u32 crc, size_t start, size_t len);

/**
 * struct kstate_reader - reads a payload from front to back
 * @buf: the payload
 * @len: its bytes
 * @pos: bytes read so far, at most @len
 */
struct kstate_reader {
	const u8 *buf;
	size_t len;
	size_t pos;
};

int kstate_r_bytes(struct kstate_reader *r, void *to, size_t len);
int kstate_r_skip(struct kstate_reader *r, size_t len);

const char *kstate_prop_name(enum kstate_prop prop);
const void *kstate_fdt_prop(const void *fdt, int node, enum kstate_prop prop, int *len);
u32 kstate_crc_section(u32 id, u64 instance, u32 version, u64 fingerprint);
u32 kstate_crc_add(u32 crc, const void *data, size_t len);
u32 kstate_crc_finish(u32 crc);
int kstate_crc_node(const void *fdt, int node, u32 *crc);

/* kstate_compat.c: the rules, shared with the tools */

/**
 * struct kstate_layout_field - a field as the rules see it
 * @name: NUL-terminated
 * @size: bytes of one element
 * @count: elements
 * @since: first version with the field
 * @until: last version with it
 * @kind: &enum kstate_kind, 0 if not known
 * @sign: &enum kstate_sign
 */
struct kstate_layout_field {
	const char *name;
	u64 size;
	u64 count;
	u32 since;
	u32 until;
	u8 kind;
	u8 sign;
};

/**
 * struct kstate_layout - a description as the rules see it
 * @version: of the payload; or of a reader, the newest that it understands
 * @min_version: oldest that a reader understands
 * @fingerprint: over @fields
 * @fields: in the order of the payload
 * @nr: their number
 */
struct kstate_layout {
	u32 version;
	u32 min_version;
	u64 fingerprint;
	const struct kstate_layout_field *fields;
	size_t nr;
};

/** enum kstate_verdict - what is to be said of a description or a field */
enum kstate_verdict {
	KSTATE_FITS,
	KSTATE_SKIPPED,		/* in the data, deprecated by the reader */
	KSTATE_NOT_IN_DATA,	/* newer than the data */
	KSTATE_TOO_NEW,		/* version above what the reader understands */
	KSTATE_TOO_OLD,		/* version below it */
	KSTATE_UNKNOWN_FIELD,	/* in the data, not known to the reader */
	KSTATE_STILL_IN_DATA,	/* deprecated before the data's version, or not yet added */
	KSTATE_MISSING_FIELD,	/* the reader's version has it, the data does not */
	KSTATE_OTHER_KIND,
	KSTATE_OTHER_SIGN,
	KSTATE_OTHER_SIZE,
	KSTATE_OTHER_COUNT,
};

/**
 * struct kstate_compat - where the verdicts go
 * @verdict: called for each finding but %KSTATE_FITS: @ours or @theirs may be
 *	     NULL, both are for a verdict on the version
 * @arg: for the caller
 */
struct kstate_compat {
	void (*verdict)(struct kstate_compat *c, enum kstate_verdict verdict,
			const struct kstate_layout_field *ours,
			const struct kstate_layout_field *theirs);
	void *arg;
};

/** KSTATE_STEP_SKIP - a field of the data that is read over */
#define KSTATE_STEP_SKIP	((size_t)-1)

bool kstate_field_in(const struct kstate_layout_field *field, u32 version);
int kstate_compat_match(struct kstate_compat *c, const struct kstate_layout *ours,
			const struct kstate_layout *theirs, size_t *steps);
const char *kstate_verdict_text(enum kstate_verdict verdict);

/** KSTATE_FINGERPRINT_START - fingerprint of no field: the FNV-1a offset basis */
#define KSTATE_FINGERPRINT_START	0xcbf29ce484222325ULL

u64 kstate_fingerprint(u64 hash, const struct kstate_layout_field *f);

/* kstate_core.c: registry and life cycle */

/**
 * struct kstate_class - a description that something registered uses
 * @key: (id, 0), for the index of classes
 * @list: in kstate_out.classes, in order of first use
 * @desc: the description
 * @fingerprint: over its fields
 * @users: instances of it, or of descriptions that have it as a subsection
 */
struct kstate_class {
	struct kstate_key key;
	struct list_head list;
	const struct kstate_description *desc;
	u64 fingerprint;
	u64 users;
};

/**
 * struct kstate_entry - a registered object
 * @key: (id, instance)
 * @list: in kstate_out.entries, in order of registration
 * @class: its description
 * @obj: the object
 * @bytes: payload bytes of the last save, subsections included
 * @crc: checksum of the last save
 * @ns: what it took
 * @err: 0, or why it is lost
 * @saved: whether the last save met it; @bytes to @err are then of that
 * @nr_subs: number of @subs
 * @subs: classes of the description's subsections, in their order
 */
struct kstate_entry {
	struct kstate_key key;
	struct list_head list;
	struct kstate_class *class;
	void *obj;
	u64 bytes;
	u32 crc;
	u64 ns;
	int err;
	bool saved;
	unsigned int nr_subs;
	struct kstate_class *subs[];
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
 * struct kstate_folios - folios that are preserved
 * @v: the folios
 * @nr: their number
 * @cap: room in @v
 */
struct kstate_folios {
	struct folio **v;
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
 * @by_key: entries by (id, instance)
 * @by_id: classes by id
 * @phase: state of the image
 * @shards: memory of the image
 * @nr_shards: number of @shards
 * @folios: folios that the image preserves
 * @prepared: folios that an earlier walk preserved, while objects are walked
 * @met: how many of @prepared this walk has met, in their order
 * @save_ns: what the last save took
 */
struct kstate_out {
	struct mutex lock;
	struct list_head entries;
	struct list_head classes;
	struct kstate_index by_key;
	struct kstate_index by_id;
	enum kstate_phase phase;
	struct kstate_shard *shards;
	size_t nr_shards;
	struct kstate_folios folios;
	struct kstate_folios prepared;
	size_t met;
	u64 save_ns;
};

extern struct kstate_out kstate_out;

/* All three with kstate_out.lock held. */
int kstate_prepare(void);
int kstate_save(void);
void kstate_abort(void);

/* kstate_schema.c: descriptions, checked and written */

int kstate_desc_check(const struct kstate_description *desc);
size_t kstate_desc_nr_fields(const struct kstate_description *desc);
unsigned int kstate_desc_nr_subs(const struct kstate_description *desc);
void kstate_field_layout(struct kstate_layout_field *to,
			 const struct kstate_field *field);
u64 kstate_desc_fingerprint(const struct kstate_description *desc);
void kstate_schema_write(struct kstate_writer *w);

/* kstate_save.c: objects into shards */

/** enum kstate_pass - why the objects are walked */
enum kstate_pass {
	KSTATE_PASS_SIZE,	/* count bytes, change nothing */
	KSTATE_PASS_PREPARE,	/* count bytes, preserve folios */
	KSTATE_PASS_SAVE,	/* write */
};

int kstate_size_image(size_t shard_max, struct kstate_shard **shards, size_t *nr);
int kstate_write_image(void);
u64 kstate_entry_bytes(struct kstate_entry *entry);
int kstate_keep_folio(enum kstate_pass pass, struct folio *folio);
void kstate_folios_unpreserve(struct kstate_folios *folios, size_t from);

/* kstate_types.c: one row for each field kind */

struct kstate_section;

/**
 * struct kstate_save_ctx - a section while it is saved
 * @w: where to
 * @pass: why
 */
struct kstate_save_ctx {
	struct kstate_writer *w;
	enum kstate_pass pass;
};

/**
 * struct kstate_restore_ctx - a section while it is restored
 * @r: the payload
 * @section: the section that owns what is acquired
 * @wire: the field as it was saved
 */
struct kstate_restore_ctx {
	struct kstate_reader r;
	struct kstate_section *section;
	const struct kstate_layout_field *wire;
};

/**
 * struct kstate_type - a field kind
 * @element: bytes that every field of the kind has, or 0: any size
 * @save: write the member
 * @check: validate and read over; @member is NULL if the reader skips the field.
 *	   No side effects
 * @acquire: optional: take back from KHO what the field refers to, and read over
 * @commit: write the member; cannot fail after @check and @acquire
 */
struct kstate_type {
	size_t element;
	int (*save)(struct kstate_save_ctx *ctx, const struct kstate_field *f,
		    const void *member);
	int (*check)(struct kstate_restore_ctx *ctx, const void *member);
	int (*acquire)(struct kstate_restore_ctx *ctx);
	void (*commit)(struct kstate_restore_ctx *ctx, void *member);
};

const struct kstate_type *kstate_type_of(u8 kind);
int kstate_kind_by_name(const char *name);
int kstate_sign_by_name(const char *name);
const char *kstate_kind_name(u8 kind);
const char *kstate_sign_name(u8 sign);
const char *kstate_hint_name(const struct kstate_field *field);

/* kstate_restore.c: shards into objects */

/** enum kstate_result - what became of an incoming section */
enum kstate_result {
	KSTATE_UNCLAIMED,
	KSTATE_RESTORED,
	KSTATE_FAILED,
};

/**
 * struct kstate_claim - a folio taken back from KHO and not yet handed out
 * @next: the section's next one
 * @phys: where it is
 * @folio: the folio
 */
struct kstate_claim {
	struct kstate_claim *next;
	phys_addr_t phys;
	struct folio *folio;
};

/**
 * struct kstate_section - an incoming section
 * @key: (id, instance)
 * @fdt: the shard
 * @node: offset of its node there
 * @version: of the payload
 * @result: what became of it
 * @err: the last error, if it failed
 * @ns: what the last attempt took
 * @claims: folios taken back for it
 */
struct kstate_section {
	struct kstate_key key;
	const void *fdt;
	int node;
	u32 version;
	enum kstate_result result;
	int err;
	u64 ns;
	struct kstate_claim *claims;
};

/**
 * struct kstate_plan - how a payload maps to a description of this kernel
 * @desc: that description
 * @epoch: how often kstate_plans_forget() had been called then
 * @nr: number of steps
 * @steps: for each field in the payload: index in @desc->fields, or
 *	   %KSTATE_STEP_SKIP
 * @wire: for each field in the payload: its layout
 */
struct kstate_plan {
	const struct kstate_description *desc;
	u64 epoch;
	size_t nr;
	size_t *steps;
	const struct kstate_layout_field **wire;
};

/**
 * struct kstate_in_desc - an incoming description
 * @key: (id, 0)
 * @name: in the image
 * @layout: its fields
 * @table: memory of @layout.fields
 * @plan: for the description that was restored last
 */
struct kstate_in_desc {
	struct kstate_key key;
	const char *name;
	struct kstate_layout layout;
	struct kstate_layout_field *table;
	struct kstate_plan plan;
};

/**
 * struct kstate_in - what the previous kernel handed over
 * @lock: protects all of it
 * @tried: whether it has been looked for
 * @err: 0, or why there is none: -ENOENT, or what is wrong with the image
 * @shards: the shards; their memory is KHO's
 * @nr_shards: their number
 * @sections: the sections of all shards
 * @nr: their number
 * @descs: the descriptions
 * @nr_descs: their number
 * @by_key: sections by (id, instance)
 * @by_id: descriptions by id
 * @generation: of the image, 0 if there is none
 * @restored: sections that were restored
 * @failed: sections whose last attempt failed
 */
struct kstate_in {
	struct mutex lock;
	bool tried;
	int err;
	struct kstate_shard *shards;
	size_t nr_shards;
	struct kstate_section *sections;
	size_t nr;
	struct kstate_in_desc *descs;
	size_t nr_descs;
	struct kstate_index by_key;
	struct kstate_index by_id;
	u64 generation;
	u64 restored;
	u64 failed;
};

extern struct kstate_in kstate_in;

void kstate_plans_forget(void);

/* kstate_incoming.c: finding and indexing the image */

int kstate_in_open(void);
void kstate_in_close(void);
int kstate_section_header(const void *fdt, int node,
			  struct kstate_section_ser *header);
const char *kstate_section_name(const struct kstate_section *section);
int kstate_section_data(const void *fdt, int node, const u8 **data, size_t *len);
struct kstate_in_desc *kstate_in_desc(u32 id);

/* kstate_kho.c: the only user of kho_*; user-space tests bring their own */

void *kstate_mem_alloc(size_t bytes);
void kstate_mem_free(void *mem);
phys_addr_t kstate_mem_phys(const void *mem);
int kstate_publish(void *shard, size_t bytes);
void kstate_unpublish(void *shard);
int kstate_retrieve(const void **shard, size_t *bytes);
const void *kstate_shard_map(u64 phys, u64 bytes);
int kstate_folio_preserve(struct folio *folio);
void kstate_folio_unpreserve(struct folio *folio);
struct folio *kstate_folio_restore(phys_addr_t phys);
phys_addr_t kstate_folio_phys(const struct folio *folio);
unsigned int kstate_folio_order(const struct folio *folio);
bool kstate_kho_ready(void);
bool kstate_kexec_carries(const struct kimage *image);

#endif /* _KSTATE_INTERNAL_H */
