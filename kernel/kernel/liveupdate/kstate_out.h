/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
#ifndef _KSTATE_OUT_H
#define _KSTATE_OUT_H

/*
 * The outgoing side: what is registered, and what this kernel hands over. Included by
 * kstate_internal.h only.
 */

/**
 * struct kstate_family - an id that is in use: its description, and all copies of that
 * @key: (id, 0), for the index of families
 * @list: in kstate_out.families, in order of first use
 * @classes: a class for each copy; never empty but while the first one is made
 * @instances: registered objects of all of them
 * @folder: of it in sysfs, or NULL
 *
 * A description in a header is there once for each file that includes it. Whatever an
 * image says of a description is the same for all copies, so it stands there once.
 */
struct kstate_family {
	struct kstate_key key;
	struct list_head list;
	struct list_head classes;
	unsigned long instances;
	struct kstate_sysfs_desc *folder;
};

/**
 * struct kstate_class - a copy of a description that something registered uses
 * @family: all copies of it
 * @list: in @family's classes, in order of first use
 * @desc: the description
 * @fingerprint: over its fields
 * @pieces: how an object is copied
 * @nr_pieces: their number
 * @bytes: of a payload, if that is the same for all objects; else 0
 * @users: registered instances, and classes that have it among their @parts
 * @pinned: its module while that must not go away, or NULL
 * @lock_key: of @calls
 * @calls: what lockdep sees held while a callback of the description runs: read, for
 *         callbacks run between lock() and unlock() with the driver's lock held; and
 *         written by whoever waits for them
 * @nr_parts: number of @parts
 * @nr_subs: how many of them, the first ones, are subsections
 * @parts: classes of subsections, in their order, then of nested descriptions
 */
struct kstate_class {
	struct kstate_family *family;
	struct list_head list;
	const struct kstate_description *desc;
	u64 fingerprint;
	struct kstate_piece *pieces;
	size_t nr_pieces;
	size_t bytes;
	u64 users;
	struct module *pinned;
	struct lock_class_key lock_key;
	struct lockdep_map calls;
	unsigned int nr_parts;
	unsigned int nr_subs;
	struct kstate_class *parts[];
};

/* Whichever copy is there: they say the same. */
static inline const struct kstate_class *kstate_family_class(const struct kstate_family *family)
{
	return list_first_entry(&family->classes, struct kstate_class, list);
}

/**
 * struct kstate_entry - a registered object, or what is left of one in an image
 * @key: (id, instance)
 * @list: in kstate_out.entries, in order of registration
 * @serial: its number in that order, from 1 on; 0 as long as it is only reserved: then it
 *	    is in kstate_out.by_key, but not in kstate_out.entries
 * @class: its description; NULL once it has been unregistered
 * @obj: the object; NULL likewise
 * @bytes: payload bytes of the last save, subsections included
 * @ns: what it took; once it has been unregistered, when that was, since 1970
 * @crc: checksum of the last save
 * @err: 0, or why it is lost
 * @users: how many look at it, or call its driver
 * @unfrozen: 0, or why it could not be frozen
 * @saved: whether the last save met it; @bytes to @err are then of that
 * @unprepared: 0, or why nothing was prepared for it: there was no memory, or no shard is
 *		large enough
 * @frozen: freeze() has returned 0
 * @gone: it is being unregistered, or has been
 * @shard: of the image, the one that its section is in
 * @node: where the section's node begins there
 * @room: bytes of what follows the section's header in its node
 * @ool: memory of payloads that are outside the tree
 */
struct kstate_entry {
	struct kstate_key key;
	struct list_head list;
	u64 serial;
	struct kstate_class *class;
	void *obj;
	u64 bytes;
	u64 ns;
	u32 crc;
	int err;
	u32 users;
	int unfrozen;
	int unprepared;
	bool saved;
	bool frozen;
	bool gone;
	u32 shard;
	u32 node;
	u32 room;
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
 */
struct kstate_ool {
	struct kstate_ool *next;
	unsigned int part;
	struct kstate_shard *blocks;
	size_t nr;
	void *virt;
	size_t cap;
	size_t len;
};

/* kstate_ool.c */

struct kstate_ool *kstate_ool_find(const struct kstate_entry *entry, unsigned int part);
int kstate_ool_reserve(struct kstate_entry *entry, unsigned int part, size_t bytes);
void kstate_ool_free(struct kstate_entry *entry);
void kstate_ool_clear(struct kstate_entry *entry);
bool kstate_ool_spare(const struct kstate_entry *entry);
void kstate_ool_trim(struct kstate_entry *entry);
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
 * @owner: the entry that refers to it; no other one may. NULL once it has been let
 *	   go of, and only its place in the list is left
 * @serial: of @owner
 */
struct kstate_keep {
	void *ptr;
	u64 phys;
	unsigned int order;
	struct kstate_vmalloc_ser area;
	const struct kstate_entry *owner;
	u64 serial;
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
 * @lock: protects all of it; see kstate_core.c for what comes before and after it
 * @allocs: what the allocator was allowed before @lock was taken; of whoever holds it
 * @changed: woken when an entry has no users any more, and when the image is made
 * @making: somebody makes or drops the image
 * @entries: registered objects
 * @families: their descriptions
 * @serial: registrations so far
 * @by_key: entries by (id, instance)
 * @by_id: families by id
 * @phase: state of the image
 * @stale: the memory of the image is not enough
 * @spare: the last save left memory of the image unused
 * @trimmed: a kexec has given that back
 * @leaving: a kexec saves the image, or has saved it and goes on
 * @force: no state refuses a kexec; of one that is under way, @forced says it
 * @forced: what @force was when this kexec began
 * @generation: of the image
 * @last: serial of the last entry that is in the image, or may be
 * @nr_left: entries in the list that have been unregistered
 * @missed: objects that this kexec would lose
 * @withdrawn: objects that left in the middle of a kexec, or came when it had saved, since
 *	       boot
 * @shards: memory of the image
 * @nr_shards: number of @shards
 * @kept: memory of objects that the image preserves
 * @prepared: what an earlier walk preserved, while objects are walked
 * @met: how many of @prepared this walk has met, in their order
 * @places: by page: where in @kept they are; beyond its end, in @prepared
 * @again: the last walk met a folio that has passed from one object to another: walk again
 * @refused: the mandatory entry that the last walk could not prepare or save, or NULL
 * @save_ns: what writing the image took, the last time that it was tried
 * @bytes: of the image that was written then, payloads outside the tree included
 */
struct kstate_out {
	struct mutex lock;
	unsigned int allocs;
	wait_queue_head_t changed;
	bool making;
	struct list_head entries;
	struct list_head families;
	u64 serial;
	struct kstate_index by_key;
	struct kstate_index by_id;
	enum kstate_phase phase;
	bool stale;
	bool spare;
	bool trimmed;
	bool leaving;
	bool force;
	bool forced;
	u64 generation;
	u64 last;
	u64 nr_left;
	u64 missed;
	u64 withdrawn;
	struct kstate_shard *shards;
	size_t nr_shards;
	struct kstate_keeps kept;
	struct kstate_keeps prepared;
	size_t met;
	struct xarray places;
	bool again;
	struct kstate_entry *refused;
	u64 save_ns;
	u64 bytes;
};

extern struct kstate_out kstate_out;

void kstate_out_lock(void);
void kstate_out_unlock(void);
DEFINE_GUARD(kstate_out, struct mutex *, kstate_out_lock(), kstate_out_unlock())

/* Let go of kstate_out.lock, which is held, until a condition holds. */
#define kstate_wait(cond)							\
	wait_event_cmd(kstate_out.changed, cond, kstate_out_unlock(), kstate_out_lock())

/* kstate_core.c: the life of the outgoing image */

const char *kstate_phase_name(enum kstate_phase phase);
void kstate_call_begin(struct kstate_entry *entry);
void kstate_call_end(struct kstate_entry *entry);
int kstate_answer(const char *name, int ret);
void kstate_entry_lock(struct kstate_entry *entry);
void kstate_entry_unlock(struct kstate_entry *entry);
void kstate_make_begin(void);
void kstate_make_end(void);
int kstate_make_prepared(void);
void kstate_make_generation(void);
int kstate_make_saved(void);
void kstate_make_none(void);
void kstate_make_trimmed(void);
void kstate_unsave(void);

/* All three with kstate_out.lock held, while no image is being made. */
int kstate_prepare(void);
int kstate_save(void);
void kstate_abort(void);

/* This one takes it. */
int kstate_command(const char *command);

/* kstate_withdraw.c: objects that go away while there is an image */

bool kstate_class_mandatory(const struct kstate_class *class);
void kstate_came_late(const struct kstate_entry *entry);
void kstate_withdraw_begin(struct kstate_entry *entry);
void kstate_withdraw_end(struct kstate_entry *entry);
void kstate_withdraw_all(void);
const char *kstate_withdrawn_name(const struct kstate_entry *entry,
				  const struct kstate_section_ser **header);

/* kstate_module.c */

struct module *kstate_module_get(const void *data);
void kstate_module_put(struct module *module);

#endif /* _KSTATE_OUT_H */
