/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_KSTATE_H
#define _LINUX_KSTATE_H

#include <linux/errno.h>
#include <linux/kstate_fields.h>
#include <linux/types.h>

/**
 * DOC: kstate for driver authors
 *
 * A driver describes a struct once, with a &struct kstate_description, and
 * registers each object that shall survive a live update. The engine saves the
 * registered objects when the machine kexecs, and the driver of the next kernel
 * asks for them back, in any order, from early_initcall on::
 *
 *     static const struct kstate_description foo_state = {
 *         .name = "foo",
 *         .id = FOO_KSTATE_ID,
 *         .version_id = 1,
 *         .fields = (const struct kstate_field[]) {
 *             KSTATE_BASE_TYPE(mode, struct foo, u32),
 *             KSTATE_FOLIO(ring, struct foo),
 *             KSTATE_END_OF_LIST()
 *         },
 *     };
 *
 *     KSTATE_CATALOG(foo_state);
 *
 *     err = kstate_restore(&foo_state, foo, instance);
 *     if (err == -ENOENT)
 *         err = foo_cold_init(foo);
 *     ...
 *     err = kstate_register(&foo_state, foo, instance);
 *
 * Versions: state is always saved as @version_id. A kernel loads versions from
 * @min_version_id to @version_id. To add a field, raise @version_id and use the
 * _V form with the new version. To drop one, replace it by the _DEPRECATED form
 * with the last version that had it, and raise @version_id. To add state that an
 * older kernel may do without, add a subsection: a reader ignores subsections
 * that it does not know.
 *
 * A description, its field table and its subsections must be static data of the
 * kernel or of a module, and must not change. In a header, each file that includes it
 * has a copy: copies are one description, whichever of them a function is given.
 *
 * All descriptions in use have to fit in 4 MiB of the image, which is some 20,000
 * fields. Beyond that, no image can be made, and the log says so.
 */

struct kimage;

struct kstate_writer;

/**
 * struct kstate_custom - a field that only its driver understands
 * @save: write the field with kstate_put(). Runs also to learn the size: no side
 *	  effects. Return 0 or an error
 * @check: whether @apply will take these bytes: 0 or an error; no side effects
 * @apply: write the object; cannot fail after @check
 */
struct kstate_custom {
	int (*save)(const void *obj, struct kstate_writer *w);
	int (*check)(const void *obj, const void *data, size_t len);
	void (*apply)(void *obj, const void *data, size_t len);
};

/**
 * struct kstate_hint_name - a name for a value or bit, for people
 * @value: the value, or the mask of the bit or bits
 * @name: its name; NULL ends a table
 */
struct kstate_hint_name {
	u64 value;
	const char *name;
};

/**
 * KSTATE_CATALOG - list a description in the catalog of the kernel image
 * @_desc: the description; its subsections and nested ones are listed with it
 *
 * Before a kexec, tools read the catalog of a kernel that does not run yet, and
 * check whether it can restore the state. The catalog is a tree in vmlinux, or in the
 * module; the build makes it from all descriptions that are listed, and the list takes
 * no memory. Building fails if two descriptions of an object have the same id or name,
 * unless they are copies of each other. See include/linux/kho/abi/kstate.h, "Catalog"::
 *
 *     KSTATE_CATALOG(foo_state);
 */
#ifdef CONFIG_KSTATE
#define KSTATE_CATALOG(_desc)							\
	static const struct kstate_description *__UNIQUE_ID(kstate_catalog)	\
	__used __section(".discard.kstate") = &(_desc)
#else
#define KSTATE_CATALOG(_desc)	static_assert(sizeof(_desc))
#endif

/* Description flags. Those that are not in %KSTATE_ABI_FLAGS are not in the image. */
#define KSTATE_OPTIONAL		KSTATE_ABI_OPTIONAL
#define KSTATE_STABLE		0x80000000U

/**
 * struct kstate_description - how a struct is saved and restored
 * @name: unique among descriptions, rules as for a field's name
 * @id: unique among descriptions; ids below %KSTATE_ID_VENDOR are assigned in
 *	&enum kstate_id
 * @version_id: version that is saved and newest that is understood
 * @min_version_id: oldest version that is understood
 * @flags: %KSTATE_OPTIONAL: if it cannot be saved, the kexec goes on without it.
 *	%KSTATE_STABLE: while an object is registered, only its values change, not
 *	its shape: no list of it gains or loses an element, no pointer is replaced
 * @fields: table that ends with KSTATE_END_OF_LIST()
 * @subsections: optional, NULL-terminated: descriptions of the same object that
 *	an older kernel ignores. A subsection has no subsections of its own, and its
 *	object is locked, frozen and thawed by the description that it belongs to. Its
 *	fields are of the same struct, or of one that this begins with, and no member that
 *	counts an array of one is set by another
 * @needed: optional, of a subsection: whether to save it. Called while sizes are
 *	computed, too: no side effects
 * @lock: optional, with @unlock: take what protects the object's lists and pointers.
 *	Called before any look at a live object: when sizes are computed, when an
 *	image is prepared, from debugfs, and when it is saved, frozen or not.
 *	Needed where a field follows what the driver links or replaces: a list, an
 *	array of pointers, an array or string out of place, a custom field; or the
 *	description is %KSTATE_STABLE. Memory reclaim may wait for that lock, too, so
 *	lock() may stop the I/O of a disk: while it is held, the engine gets memory
 *	without I/O, and does not wait for its own lock, but after a needed() or a
 *	custom field's callback that ran meanwhile
 * @unlock: optional, with @lock: called after that look, whatever became of it
 * @freeze: optional: stop what changes the object. Called at the kexec, before
 *	anything is saved and before liveupdate_reboot(). After it returned 0
 *	nothing that is described changes any more: not by the device, not in reboot
 *	notifiers, shutdown or LUO's freeze. An error refuses the kexec, of an
 *	optional object, too
 * @thaw: optional: the kexec was refused, by anybody: go on. Called for all objects
 *	that were frozen and are still registered, in reverse order; cannot fail
 * @pre_restore: optional: last check before anything is written; no side
 *	effects. An error refuses the section
 * @post_restore: optional: act on the restored values. An error is reported and
 *	recorded, but what was written stays. Of a nested description: called for each
 *	struct, @obj, when the whole object has been written and before the object's
 *	own; it may take its struct out of the list, tree or array that holds it
 * @alloc: optional, with @free, of a nested description: where restore gets a struct
 *	that it links into a container or points to; else kvzalloc(). @obj is the
 *	object that is restored, and is not written yet. May return NULL, which is
 *	-ENOMEM. Members that have fields are written, the others stay as they are
 * @free: optional, with @alloc: take such a struct back, of which nothing has been
 *	written, because the restore fails
 *
 * A callback that returns an int returns 0 or an error number; anything else is -EINVAL,
 * with a message. All callbacks may sleep. The engine holds no lock of its own while they run. They
 * must not unregister the object that they are called for. A bus may find devices in
 * @post_restore that restore in turn.
 *
 * What a %KSTATE_POINTER or %KSTATE_FOLIO member points to is the object's own for as
 * long as the object is registered, so neither needs a lock. Values may change at any
 * time before freeze(); what is saved then is what they are when the save comes to them.
 */
struct kstate_description {
	const char *name;
	u32 id;
	u32 version_id;
	u32 min_version_id;
	u32 flags;
	const struct kstate_field *fields;
	const struct kstate_description **subsections;
	bool (*needed)(const void *obj);
	void (*lock)(void *obj);
	void (*unlock)(void *obj);
	int (*freeze)(void *obj);
	void (*thaw)(void *obj);
	int (*pre_restore)(void *obj, u32 version);
	int (*post_restore)(void *obj, u32 version);
	void *(*alloc)(void *obj);
	void (*free)(void *elem);
};

/**
 * enum kstate_id - description ids assigned in this tree
 * @KSTATE_ID_NONE: not an id
 * @KSTATE_TEST_ID: samples/kstate
 * @KSTATE_TEST_ID_V2: subsection of the same
 * @KSTATE_KLOG_ID: the end of the kernel log, kernel/liveupdate/kstate_klog.c
 * @KSTATE_BRD_ID: a ram disk, drivers/block/brd.c
 * @KSTATE_ID_VENDOR: the first id that is free for code outside this tree
 */
enum kstate_id {
	KSTATE_ID_NONE		= 0,
	KSTATE_TEST_ID		= 1,
	KSTATE_TEST_ID_V2	= 2,
	KSTATE_KLOG_ID		= 3,
	KSTATE_BRD_ID		= 4,
	KSTATE_ID_VENDOR	= 0x10000,
};

#ifdef CONFIG_KSTATE

/**
 * kstate_register - have an object saved at the next live update
 * @desc: its description
 * @obj: the object; must stay valid until kstate_unregister()
 * @instance_id: unique among the objects of @desc, and the same in the next
 *		 kernel: a bus address, say, or 0 for the only one
 *
 * What is registered once a kexec has begun to freeze is not saved any more; if it is
 * mandatory, that kexec is refused as long as that is possible.
 *
 * Context: may sleep. The lock that the description's lock() takes may be held.
 * Return: 0; -EINVAL if the description makes no sense; -EEXIST if the object is
 * registered, or if the id or name belongs to another description, which is no copy of
 * this one; -ENOMEM. All but the last say in the log what is wrong.
 */
int kstate_register(const struct kstate_description *desc, void *obj,
		    u64 instance_id);

/**
 * kstate_unregister - an object that is not to be saved any more
 * @desc: as registered
 * @obj: as registered
 * @instance_id: as registered
 *
 * Nothing happens if that object is not registered. When this returns, no callback runs
 * for the object, and none will. If an image has been saved, the object's section is
 * marked as withdrawn in it; all others stay. In the middle of a kexec, a mandatory
 * object that leaves refuses it as long as that is possible; it is not thawed.
 *
 * Context: may sleep. Waits while the engine looks at this very object, or calls its
 * freeze() or thaw(); so no lock may be held that those, or lock(), of the same
 * description take. Any other lock may be.
 */
void kstate_unregister(const struct kstate_description *desc, void *obj,
		       u64 instance_id);

/**
 * kstate_restore - take back what the previous kernel saved
 * @desc: description of this kernel
 * @obj: the object to write to
 * @instance_id: as registered in the previous kernel
 *
 * All or nothing: everything is validated before the object is touched, and an
 * object that could not be restored is as it was. The attempt may be repeated.
 *
 * Sections are known by id and instance, subsections by id; names are for people. Sections
 * of different objects may be restored at the same time, and from callbacks of each other.
 * Once every section of the image is restored the engine gives back what is left of it, but
 * for an image that is damaged, which is kept until somebody releases it.
 *
 * Context: may sleep; from early_initcall on. Any order.
 * Return: 0; an error of the description's pre_restore or post_restore (after
 * the latter the object has been written); or
 *
 * * -ENOENT: there is no such section, or no kstate image; or it has been released
 * * -EALREADY: the section has been restored
 * * -EDEADLK: the section is being restored just now, by this callback's caller or by
 *   somebody else; it is not waited for
 * * -ENODATA: the previous kernel could not save this section (it is optional, or
 *   kexec_force was set), or its object left in the middle of the kexec
 * * -EOPNOTSUPP: its version is outside [min_version_id, version_id], or the image is of
 *   another version, or comes from another word size, page size or byte order
 * * -EBADMSG: checksum or framing; or there is no such section, but the image is damaged:
 *   it may be one that cannot be read
 * * -EPROTO: the layout differs although the versions fit
 * * -EFAULT: a pointer of the object is NULL where data is present
 * * -ENODEV: a member that must be equal differs
 * * -ERANGE: a mask has a processor or node that this kernel cannot have
 * * -EEXIST: memory would be allocated for a pointer that is not NULL, or for a
 *   list that is not empty
 * * -ENXIO: a folio or vmalloc area was not preserved, or has been taken
 * * -EINVAL: @desc makes no sense, or an xarray or IDR has been initialized in another
 *   way than its field says
 * * -ENOMEM
 */
int kstate_restore(const struct kstate_description *desc, void *obj,
		   u64 instance_id);

/**
 * kstate_register_restore - kstate_register() and kstate_restore() in one
 * @desc: as there
 * @obj: as there
 * @instance_id: as there
 *
 * In one step: no save, and no preparation of one, sees the object registered
 * and not yet restored. Its place is reserved first, so an object that cannot be
 * registered is not restored either, and its state is kept. No lock is held while it is
 * restored: what its @pre_restore and @post_restore may do is what they may do in
 * kstate_restore(), but for unregistering this very object, which has no effect there.
 *
 * Context: may sleep; from early_initcall on.
 * Return: 1 if the object was registered and restored, 0 if it was registered
 * and there was nothing to restore (-ENOENT, -EALREADY, -ENODATA there, which do not come
 * from a callback), else an error of either call; then it is not registered.
 */
int kstate_register_restore(const struct kstate_description *desc, void *obj,
			    u64 instance_id);

/**
 * kstate_put - write bytes of a custom field
 * @w: as given to the save callback
 * @data: the bytes
 * @len: their number
 */
void kstate_put(struct kstate_writer *w, const void *data, size_t len);

/**
 * kstate_kexec_loaded - another image is there for kexec
 * @image: the image, or NULL if there is none any more
 *
 * To be called whatever way an image is loaded or unloaded.
 *
 * Allocates and preserves what saving will need, so that the save itself need not;
 * or gives it back.
 */
void kstate_kexec_loaded(const struct kimage *image);

/**
 * kstate_kexec_save - freeze and save everything, just before a kexec
 * @image: the image that is about to run
 *
 * Return: 0 also if there is nothing to do: no object is registered, KHO is off, or it
 * does not reach @image and nothing is mandatory. An error must stop the kexec: state
 * that is not optional would be lost. Everything is thawed then.
 */
int kstate_kexec_save(const struct kimage *image);

/**
 * kstate_kexec_abort - the kexec does not happen: thaw everything
 *
 * There is no image any more, but its memory stays for the next attempt.
 *
 * Context: may sleep.
 */
void kstate_kexec_abort(void);

#else /* !CONFIG_KSTATE */

static inline int kstate_register(const struct kstate_description *desc,
				  void *obj, u64 instance_id)
{
	return 0;
}

static inline void kstate_unregister(const struct kstate_description *desc,
				     void *obj, u64 instance_id) { }

static inline int kstate_restore(const struct kstate_description *desc,
				 void *obj, u64 instance_id)
{
	return -ENOENT;
}

static inline int kstate_register_restore(const struct kstate_description *desc,
					  void *obj, u64 instance_id)
{
	return 0;
}

static inline void kstate_put(struct kstate_writer *w, const void *data, size_t len) { }

static inline void kstate_kexec_loaded(const struct kimage *image) { }

static inline int kstate_kexec_save(const struct kimage *image)
{
	return 0;
}

static inline void kstate_kexec_abort(void) { }

#endif /* CONFIG_KSTATE */

#endif /* _LINUX_KSTATE_H */
