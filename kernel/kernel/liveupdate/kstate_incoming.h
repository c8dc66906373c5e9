/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
#ifndef _KSTATE_INCOMING_H
#define _KSTATE_INCOMING_H

/*
 * What the previous kernel handed over, and what becomes of it. Included by
 * kstate_internal.h only.
 */

struct kstate_claim;
struct kstate_in_desc;
struct kstate_plan;

/** enum kstate_result - what became of an incoming section */
enum kstate_result {
	KSTATE_UNCLAIMED,
	KSTATE_RESTORED,
	KSTATE_FAILED,
	KSTATE_RELEASED,	/* unclaimed when its memory was given back */
};

/** enum kstate_where - where an incoming payload is; the greatest that a node has */
enum kstate_where {
	KSTATE_NOWHERE,		/* the node is damaged */
	KSTATE_LOST,		/* the previous kernel could not save it */
	KSTATE_IN_TREE,
	KSTATE_OUTSIDE,
};

/**
 * struct kstate_in_payload - an incoming payload
 * @prop: value of the property that has it, or that says where it is
 * @len: bytes of that
 * @where: &enum kstate_where
 */
struct kstate_in_payload {
	const void *prop;
	u32 len;
	u8 where;
};

/**
 * struct kstate_in_part - an incoming section or subsection, as the tree has it
 * @key: (id, instance), and the version of the payload
 * @crc: of the payload
 * @name: of its node; not set by kstate_section_part()
 * @node: offset of its node
 * @err: 0, or -EBADMSG if its header is damaged; then only @node, @sub and @payload say
 *	 something
 * @sub: whether it is a subsection
 * @payload: the payload
 */
struct kstate_in_part {
	struct kstate_key key;
	u32 crc;
	const char *name;
	int node;
	int err;
	bool sub;
	struct kstate_in_payload payload;
};

/**
 * typedef kstate_part_fn - what is done with a section, then with its subsections
 * @part: the section or subsection, damaged or not
 * @arg: of the caller
 *
 * Return: 0, or an error, which ends the walk.
 */
typedef int (*kstate_part_fn)(const struct kstate_in_part *part, void *arg);

/**
 * struct kstate_section - an incoming section
 * @key: (id, instance), and the version of the payload
 * @prop: its payload, as in &struct kstate_in_payload
 * @len: likewise
 * @crc: of the payload
 * @claims: what is taken for it, in the order of the payload
 * @bytes: of the payload, subsections included
 * @ns: what the last attempt took
 * @node: offset of its node in the shard
 * @shard: number of the shard
 * @err: the last error, if it failed: a positive errno
 * @result: &enum kstate_result, what became of it
 * @where: &enum kstate_where, of the payload
 * @subs: whether it has subsections, known ones or not
 * @outside: whether its payload, or that of a subsection, is outside the tree
 * @busy: somebody restores it just now; @claims are theirs then
 * @spent: nothing of it is left to give back
 *
 * There may be millions of them, asked for in any order, and each cache line that is
 * looked at is a wait for memory: so this is one.
 */
struct kstate_section {
	struct kstate_key key;
	const void *prop;
	u32 len;
	u32 crc;
	struct kstate_claim *claims;
	u64 bytes;
	u64 ns;
	u64 node : 24;
	u64 shard : 20;
	u64 err : 12;
	u64 result : 2;
	u64 where : 2;
	u64 subs : 1;
	u64 outside : 1;
	u64 busy : 1;
	u64 spent : 1;
};

static_assert(sizeof(struct kstate_section) <= 64);
static_assert(KSTATE_SHARD_MAX <= 1UL << 24 && KSTATE_SHARDS_MAX <= 1UL << 20);

/**
 * struct kstate_in_desc - an incoming description
 * @key: (id, 0)
 * @name: in the image
 * @layout: its fields
 * @table: memory of @layout.fields
 * @ids: for each field, id of its nested description, 0 if it has none
 * @names: names of fields that have namesakes, %KSTATE_ABI_NAME_MAX + 1 bytes each; NULL if
 *	   there are none
 * @nr_names: how many of them are used
 * @plans: for the descriptions that have been restored
 */
struct kstate_in_desc {
	struct kstate_key key;
	const char *name;
	struct kstate_layout layout;
	struct kstate_layout_field *table;
	u32 *ids;
	char *names;
	size_t nr_names;
	struct kstate_plan *plans;
};

/**
 * struct kstate_in - what the previous kernel handed over
 * @lock: protects all of it, but for what a section that is busy has, and for what does
 *	  not change once the image has been looked for: @shards, @sections' places in
 *	  the tree, @descs but for their plans, @by_id. Never held while a callback of a
 *	  driver runs; taken after kstate_out.lock, if both are
 * @tried: whether it has been looked for
 * @err: 0, or why nothing can be restored: -ENOENT, or what is wrong with the image
 * @foreign: the image is of another version, or of a machine of another kind: what can
 *	     be read of it is shown and released, not restored
 * @shards: the shards; their memory is KHO's
 * @nr_shards: their number
 * @sections: the sections of all shards
 * @nr: their number
 * @descs: the descriptions
 * @nr_descs: their number
 * @by_key: sections by (id, instance)
 * @by_id: descriptions by id
 * @generation: of the image, 0 if there is none
 * @taken: page frames of what has been taken back from KHO, and of the image; it has a
 *	   lock of its own
 * @expected: index of the section after the last one that was asked for
 * @busy: sections that are being restored
 * @spent: sections of which nothing is left to give back
 * @lost: sections that the previous kernel could not save
 * @damaged: sections and descriptions that cannot be read
 * @incomplete: something is @damaged, or a shard has not as many sections as it says: one
 *		that is not found may have been there
 * @restored: sections that were restored
 * @failed: sections whose last attempt failed
 * @restore_ns: what all attempts took
 * @released: kstate_in_release() has run, or does so when nothing is busy any more
 */
struct kstate_in {
	struct mutex lock;
	bool tried;
	int err;
	bool foreign;
	struct kstate_shard *shards;
	size_t nr_shards;
	struct kstate_section *sections;
	size_t nr;
	struct kstate_in_desc *descs;
	size_t nr_descs;
	struct kstate_index by_key;
	struct kstate_index by_id;
	struct xarray taken;
	u64 generation;
	size_t expected;
	size_t busy;
	size_t spent;
	size_t lost;
	u64 damaged;
	bool incomplete;
	u64 restored;
	u64 failed;
	u64 restore_ns;
	bool released;
};

extern struct kstate_in kstate_in;

/* kstate_incoming.c: finding and indexing the image */

int kstate_in_open(void);
void kstate_in_damaged(const char *what, const char *name, int err);
u64 kstate_in_generation(void);
void kstate_in_close(void);
u64 kstate_in_unclaimed(void);
struct kstate_in_desc *kstate_in_desc(u32 id);

/* kstate_sections.c: its sections */

int kstate_sections_open(void);
struct kstate_section *kstate_section_find(u32 id, u64 instance);
int kstate_section_missing(const struct kstate_description *desc, u64 instance);
int kstate_section_parts(const struct kstate_section *section, kstate_part_fn fn, void *arg);
const char *kstate_section_name(const struct kstate_section *section);
struct kstate_in_part kstate_section_part(const struct kstate_section *section);
int kstate_payload_open(const struct kstate_in_payload *payload, struct kstate_reader *r,
			struct kstate_ool *ool);
int kstate_payload_crc(const struct kstate_in_part *part, const struct kstate_in_desc *in,
		       const struct kstate_reader *r);

/* kstate_restore.c */

int kstate_restore_found(const struct kstate_description *desc, void *obj, u64 instance_id,
			 bool *found);

/* kstate_plan.c: how to restore payloads */

const struct kstate_plan *kstate_plan_find(const struct kstate_in_desc *in,
					   const struct kstate_description *desc);
const struct kstate_plan *kstate_plan_get(struct kstate_in_desc *in,
					  const struct kstate_description *desc,
					  const struct kstate_section *section);
void kstate_plan_put(const struct kstate_plan *plan);
void kstate_plans_free(struct kstate_in_desc *in);
void kstate_plans_forget(void);

/* kstate_claim.c: memory that is taken back from KHO, once */

int kstate_taken_note(u64 phys);
int kstate_taken_payload(const struct kstate_in_payload *payload);
bool kstate_taken(u64 phys);
void kstate_taken_undo(u64 phys);
void *kstate_taken_area(const struct kstate_vmalloc_ser *ser);
void kstate_taken_forget(void);

/* kstate_release.c */

extern bool kstate_in_keep;

int kstate_in_release(void);
void kstate_in_settle(void);

#endif /* _KSTATE_INCOMING_H */
