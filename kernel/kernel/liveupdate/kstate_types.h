/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
#ifndef _KSTATE_TYPES_H
#define _KSTATE_TYPES_H

/*
 * Fields: how each kind is saved and restored, and what restoring them takes.
 * Included by kstate_internal.h only.
 */

/**
 * struct kstate_save_ctx - a section while it is saved
 * @w: the writer
 * @pass: the purpose of the walk over the objects
 * @entry: of the object
 * @obj: start of the object, or of the nested one
 * @crc: checksum to keep up field by field, or NULL: large payloads are summed
 *	 while they are in the cache
 * @summed: position up to which that has been done
 */
struct kstate_save_ctx {
	struct kstate_writer *w;
	enum kstate_pass pass;
	struct kstate_entry *entry;
	const void *obj;
	u32 *crc;
	size_t summed;
};

/* kstate_object.c */

int kstate_pieces_make(struct kstate_class *class);
void kstate_save_bytes(struct kstate_save_ctx *ctx, const void *data, size_t len);
int kstate_save_fields(struct kstate_save_ctx *ctx, const struct kstate_description *desc,
		       const void *obj);
int kstate_save_object(struct kstate_save_ctx *ctx, const struct kstate_class *class,
		       const void *obj);

/* kstate_keep.c: memory of objects that stays in place */

int kstate_keep_folio(const struct kstate_save_ctx *ctx, struct folio *folio);
int kstate_keep_vmalloc(const struct kstate_save_ctx *ctx, void *ptr,
			struct kstate_vmalloc_ser *ser);
void kstate_keep_begin(void);
void kstate_keep_rewind(size_t nr);
void kstate_keep_end(void);
int kstate_keep_spare(void);
void kstate_keep_leave(const struct kstate_entry *entry);
void kstate_keep_free(void);

/* kstate_types*.c: one row for each field kind */

struct kstate_type;

/**
 * struct kstate_step - what to do with a field of the data
 * @wire: the field as it was saved
 * @ours: the field to restore it to, NULL to skip it
 * @type: the row of its kind
 * @bytes: of a value: its bytes, so that it needs no call of its type; else 0
 * @nested: for a field of streams that is not skipped: steps for each
 * @shared: of an array that is counted by a member which counts another one, too: which of
 *	    these members, from 1 on; else 0
 */
struct kstate_step {
	const struct kstate_layout_field *wire;
	const struct kstate_field *ours;
	const struct kstate_type *type;
	size_t bytes;
	const struct kstate_plan *nested;
	u8 shared;
};

/**
 * struct kstate_restore_ctx - a section while it is restored
 * @r: the payload
 * @claims: what is acquired, and for whom
 * @node: of the section or subsection, in its shard
 * @step: what to do with the field at hand
 * @obj: start of the object, or of the nested one; NULL if there is none yet,
 *	 because it will be allocated
 * @fresh: whether restore has allocated @obj, so that its locks and heads are not
 *	   initialized; for the commit pass
 * @root: the object that is registered
 * @blamed: the innermost field that a check failed at
 * @blamed_at: position of that field
 */
struct kstate_restore_ctx {
	struct kstate_reader r;
	struct kstate_claims *claims;
	int node;
	const struct kstate_step *step;
	void *obj;
	bool fresh;
	void *root;
	const struct kstate_layout_field *blamed;
	size_t blamed_at;
};

/* So many members of a struct may each be set by an array that they count and another field. */
#define KSTATE_SHARED_MAX	8

/* No array has so many elements. */
#define KSTATE_NR_NONE		(~0ULL)

/* Flags of a type. */
#define KSTATE_TYPE_NESTED	0x1	/* elements are streams: a size of 0, a description */
#define KSTATE_TYPE_LIVE	0x2	/* looks at the object: none in allocated memory */
#define KSTATE_TYPE_COUNTED	0x4	/* another member counts the elements */
#define KSTATE_TYPE_CUSTOM	0x8	/* has callbacks instead of a size */
#define KSTATE_TYPE_ONE		0x10	/* a count of 1 */
#define KSTATE_TYPE_SHAPE	0x20	/* follows what the driver links or replaces */
#define KSTATE_TYPE_NUMBERED	0x40	/* the number of elements comes first */
#define KSTATE_TYPE_INDEXED	0x80	/* an index comes before each element */
#define KSTATE_TYPE_FOLIOS	0x100	/* elements are folios */
#define KSTATE_TYPE_PRESENCE	0x200	/* a presence byte comes before each element */

/**
 * struct kstate_type - a field kind
 * @element: bytes of an element that every field of the kind has, 0 for any size
 * @flags: KSTATE_TYPE_*
 * @save: write the field; @member is its place in the object
 * @check: validate and read over. @member is NULL if the reader skips the field,
 *	   or if the object does not exist yet. No side effects
 * @acquire: optional: take back from KHO what the field refers to, allocate what
 *	     it needs, and read over
 * @commit: write the member; cannot fail after @check and @acquire
 */
struct kstate_type {
	size_t element;
	unsigned int flags;
	int (*save)(struct kstate_save_ctx *ctx, const struct kstate_field *f,
		    const void *member);
	int (*check)(struct kstate_restore_ctx *ctx, const void *member);
	int (*acquire)(struct kstate_restore_ctx *ctx);
	void (*commit)(struct kstate_restore_ctx *ctx, void *member);
};

extern const struct kstate_type kstate_type_pointer_array;
extern const struct kstate_type kstate_type_varray;
extern const struct kstate_type kstate_type_string;
extern const struct kstate_type kstate_type_bitmap;
extern const struct kstate_type kstate_type_struct;
extern const struct kstate_type kstate_type_struct_varray;
extern const struct kstate_type kstate_type_list;
extern const struct kstate_type kstate_type_map;
extern const struct kstate_type kstate_type_folio_map;
extern const struct kstate_type kstate_type_folio_array;
extern const struct kstate_type kstate_type_struct_pointer;
extern const struct kstate_type kstate_type_varbitmap;
extern const struct kstate_type kstate_type_folio;
extern const struct kstate_type kstate_type_vmalloc;
extern const struct kstate_type kstate_type_address;
extern const struct kstate_type kstate_type_page;

int kstate_check_elements(struct kstate_restore_ctx *ctx, u64 nr);
int kstate_presence(struct kstate_restore_ctx *ctx, bool *present);
u64 kstate_nr_get(const struct kstate_save_ctx *ctx, const struct kstate_field *f);
void kstate_nr_set(struct kstate_restore_ctx *ctx, u64 nr);
bool kstate_nr_is(const struct kstate_field *f);
bool kstate_nr_is_same(const struct kstate_field *a, const struct kstate_field *b);
int kstate_counters_check(const struct kstate_description *desc);
bool kstate_counters_clash(const struct kstate_description *a,
			   const struct kstate_description *b);
int kstate_nr_agrees(const struct kstate_step *step, struct kstate_reader r, u64 *nrs);
int kstate_varray_begin(struct kstate_save_ctx *ctx, const struct kstate_field *f,
			const void *member, u64 *nr, const void **base);
int kstate_varray_check(struct kstate_restore_ctx *ctx, const void *member, u64 *nr);
int kstate_varray_acquire(struct kstate_restore_ctx *ctx, u64 *nr);
void *kstate_varray_commit(struct kstate_restore_ctx *ctx, void *member, u64 *nr);
int kstate_stream_save(const struct kstate_save_ctx *outer,
		       const struct kstate_description *desc, const void *obj);
int kstate_stream_check(struct kstate_restore_ctx *outer, void *obj);
int kstate_stream_acquire(struct kstate_restore_ctx *outer);
void kstate_stream_commit(struct kstate_restore_ctx *outer, void *obj, bool fresh);
int kstate_folio_write(struct kstate_save_ctx *ctx, const struct kstate_field *f, void *elem);
int kstate_folio_skip(struct kstate_restore_ctx *ctx, bool *present);
int kstate_folio_claim(struct kstate_restore_ctx *ctx);
void *kstate_folio_take(struct kstate_restore_ctx *ctx);
const struct kstate_type *kstate_type_of(u8 kind);
bool kstate_follows_shape(const struct kstate_field *f);
int kstate_kind_by_name(const char *name);
int kstate_sign_by_name(const char *name);
const char *kstate_kind_name(u8 kind);
const char *kstate_sign_name(u8 sign);
const char *kstate_hint_name(const struct kstate_field *field);

/* kstate_containers.c: what holds the elements of a list or map */

/**
 * struct kstate_visit - a container while its elements are visited or put in
 * @f: its field
 * @head: the member
 * @elem: the element at hand: a struct, folio or page. Visiting: NULL before the first
 *	  and after the last. Putting in: the last that has been put in, or NULL
 * @index: of @elem, in a container that has indices
 * @shadow: of an xarray: where room has been made
 */
struct kstate_visit {
	const struct kstate_field *f;
	void *head;
	void *elem;
	u64 index;
	struct xarray *shadow;
};

/**
 * struct kstate_container_ops - what to do with a container
 * @last: largest index, 0 if there are none
 * @wrong: whether a live member is what the field says, and empty: 0, -EEXIST if it has
 *	   elements, -EINVAL if it has been initialized in another way
 * @init: initialize a member, which is empty
 * @next: go to the next element. 0; -EINVAL, -EOPNOTSUPP if it cannot be saved
 * @add: put an element in, behind the last; cannot fail
 */
struct kstate_container_ops {
	u64 last;
	int (*wrong)(const struct kstate_field *f, const void *head);
	void (*init)(const struct kstate_field *f, void *head);
	int (*next)(struct kstate_visit *visit);
	void (*add)(struct kstate_visit *visit, void *elem);
};

const struct kstate_container_ops *kstate_container_of(const struct kstate_field *f);
struct xarray *kstate_shadow_new(const struct kstate_field *f);
int kstate_shadow_reserve(struct xarray *shadow, const struct kstate_field *f, u64 index);
void kstate_shadow_move(struct kstate_visit *visit);
void kstate_shadow_free(struct xarray *shadow);

/** enum kstate_claimed - what a claim is */
enum kstate_claimed {
	KSTATE_CLAIM_FOLIO,
	KSTATE_CLAIM_VMALLOC,
	KSTATE_CLAIM_MEMORY,	/* from kvzalloc() */
	KSTATE_CLAIM_SHADOW,	/* an xarray with room for elements */
	KSTATE_CLAIM_ELEMENT,	/* from the driver; kept for one try only */
};

/**
 * struct kstate_claim - something taken for a section and not yet handed out
 * @next: the section's next one, in the order of @node and, in a part, of @pos
 * @pos: offset in the payload
 * @ptr: the folio, area or memory
 * @phys: of a folio or area, where it, or its descriptor, is; 0 if another claim,
 *	  or the object, owns it
 * @first: that other claim
 * @bytes: of memory, how much; of an area, its pages
 * @desc: of an element, who frees it
 * @node: the part of the section, as in &struct kstate_restore_ctx
 * @what: &enum kstate_claimed
 */
struct kstate_claim {
	struct kstate_claim *next;
	size_t pos;
	void *ptr;
	u64 phys;
	struct kstate_claim *first;
	size_t bytes;
	const struct kstate_description *desc;
	int node;
	enum kstate_claimed what;
};

/**
 * struct kstate_claims - the claims of a section while it is restored
 * @section: the section
 * @cursor: the next claim, or one before it, or where it belongs
 * @node: of the part that was last asked for
 * @shared: by page, claims that own a folio or area; made when the object refers to one
 *	    of them for the second time
 * @sharing: whether it is
 */
struct kstate_claims {
	struct kstate_section *section;
	struct kstate_claim **cursor;
	int node;
	struct xarray shared;
	bool sharing;
};

/* kstate_claim.c */

int kstate_claim_memory(struct kstate_restore_ctx *ctx, size_t bytes);
struct xarray *kstate_claim_shadow(struct kstate_restore_ctx *ctx);
int kstate_claim_element(struct kstate_restore_ctx *ctx);
int kstate_claim_folio(struct kstate_restore_ctx *ctx, u64 phys, unsigned int order);
int kstate_claim_vmalloc(struct kstate_restore_ctx *ctx,
			 const struct kstate_vmalloc_ser *ser);
void *kstate_claim_take(struct kstate_restore_ctx *ctx);
void kstate_claims_rewind(struct kstate_claims *claims);
void kstate_claims_end(struct kstate_claims *claims);
void kstate_claims_drop_elements(struct kstate_section *section);
void kstate_claims_release(struct kstate_section *section);

/**
 * struct kstate_plan - how a payload maps to a description of this kernel
 * @next: another one for the same payloads
 * @desc: that description
 * @users: the incoming description that has it listed, plans that nest it, and restores
 *	   that follow it
 * @nr: number of @steps
 * @version: of the payload
 * @acquires: whether any step has something to acquire
 * @skips: whether any step skips what may hold folios or areas
 * @posts: whether elements in it have a post_restore
 * @counts: whether a member counts the elements of any step
 * @shares: how many members are set by more than one step
 * @plain: whether all fields are values
 * @bytes: of a payload, if @plain
 * @steps: one for each field in the payload, in its order
 */
struct kstate_plan {
	struct kstate_plan *next;
	const struct kstate_description *desc;
	size_t users;
	size_t nr;
	u32 version;
	bool acquires;
	bool skips;
	bool posts;
	bool counts;
	u8 shares;
	bool plain;
	size_t bytes;
	struct kstate_step steps[];
};

void kstate_plan_add(struct kstate_plan *plan, const struct kstate_layout_field *wire,
		     const struct kstate_field *ours, const struct kstate_plan *nested);
int kstate_steps_check(struct kstate_restore_ctx *ctx, const struct kstate_plan *plan,
		       void *obj);
int kstate_steps_acquire(struct kstate_restore_ctx *ctx, const struct kstate_plan *plan);
void kstate_steps_commit(struct kstate_restore_ctx *ctx, const struct kstate_plan *plan,
			 void *obj);
int kstate_steps_post(const struct kstate_plan *plan, void *obj);

#endif /* _KSTATE_TYPES_H */
