// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * kstate_core.c - the life of the outgoing image
 */

/**
 * DOC: kstate engine
 *
 * Drivers register (description, object, instance); kexec saves all of them into
 * an image that KHO hands to the next kernel; there, drivers ask for their
 * objects back.
 *
 * The outgoing image is in one of three phases. Idle: there is none. Prepared:
 * its memory is allocated and preserved, and folios that objects refer to are
 * preserved. Saved: it is complete, and KHO's root tree points to it. Aborting
 * takes it back to idle from either, and returns every page. A save from idle
 * prepares first. A save from saved writes a new image into the same memory.
 *
 * If objects grew since the image was prepared, the save prepares once more, so
 * it allocates only then. A save that fails leaves prepared what was prepared.
 *
 * Locks: kstate_out.lock protects the registry and the outgoing image. It is not
 * held while a driver's callback runs: kstate_call_begin() lets go of it, and counts
 * the entry as looked at, so that neither the entry nor its object goes away. A
 * driver may take its own lock in lock(), and hold that lock over registering; then
 * its lock comes first and kstate_out.lock second. In lock() nobody waits for the second
 * one with the first one held, and no allocation under kstate_out.lock starts any I/O:
 * the driver's lock may be one for which memory reclaim waits.
 *
 * One at a time makes or drops the image; who does is between kstate_make_begin()
 * and kstate_make_end(), and may let go of the lock for callbacks meanwhile. Nothing
 * that a driver calls waits for that. While somebody makes the image, no entry is
 * freed, and nothing of an object that is unregistered is taken out of the image:
 * kstate_make_end() does it.
 *
 * Locks of the incoming side are not taken under kstate_out.lock, nor the other way
 * round.
 */

#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/wait.h>
#include <linux/xarray.h>
#include <trace/events/kstate.h>

#include "kstate_internal.h"

/* A save that found its memory too small, and a walk that has to be repeated: so often in all. */
#define KSTATE_SAVE_TRIES	3

struct kstate_out kstate_out = {
	.lock = __MUTEX_INITIALIZER(kstate_out.lock),
	.entries = LIST_HEAD_INIT(kstate_out.entries),
	.families = LIST_HEAD_INIT(kstate_out.families),
	.places = XARRAY_INIT(kstate_out.places, 0),
	.changed = __WAIT_QUEUE_HEAD_INITIALIZER(kstate_out.changed),
};

/**
 * kstate_out_lock - take kstate_out.lock
 *
 * A thread that holds a driver's lock may wait for it, and memory reclaim may wait for
 * that driver's lock: of a disk, for one. So no allocation under it starts any I/O.
 */
void kstate_out_lock(void)
{
	mutex_lock(&kstate_out.lock);
	kstate_out.allocs = memalloc_noio_save();
}

/**
 * kstate_out_unlock - let go of kstate_out.lock
 */
void kstate_out_unlock(void)
{
	unsigned int allocs = kstate_out.allocs;

	mutex_unlock(&kstate_out.lock);
	memalloc_noio_restore(allocs);
}

static bool kstate_out_trylock(void)
{
	if (!mutex_trylock(&kstate_out.lock))
		return false;
	kstate_out.allocs = memalloc_noio_save();
	return true;
}

/* The last user of an entry that leaves wakes the thread that unregisters it. */
static void kstate_entry_put(struct kstate_entry *entry)
{
	if (!--entry->users && entry->gone)
		wake_up_all(&kstate_out.changed);
}

/**
 * kstate_call_begin - a callback of a driver is about to run
 * @entry: the object; kstate_out.lock is held, and is let go of
 */
void kstate_call_begin(struct kstate_entry *entry)
{
	entry->users++;
	kstate_out_unlock();
	lock_map_acquire_read(&entry->class->calls);
}

/**
 * kstate_call_end - the callback has returned
 * @entry: the object; kstate_out.lock is taken again
 */
void kstate_call_end(struct kstate_entry *entry)
{
	lock_map_release(&entry->class->calls);
	kstate_out_lock();
	kstate_entry_put(entry);
}

/**
 * kstate_answer - what a driver's callback has returned
 * @name: of the description or field
 * @ret: 0, or an error
 *
 * Return: @ret; -EINVAL, and a message, if it is no error number. Such an answer would be
 * taken for something that this engine says.
 */
int kstate_answer(const char *name, int ret)
{
	if (!ret || IS_ERR_VALUE((long)ret))
		return ret;
	pr_err("%s: a callback returns %d, which is no error number\n", name, ret);
	return -EINVAL;
}

/**
 * kstate_entry_lock - begin to look at an object
 * @entry: the object, which is registered; kstate_out.lock is held
 *
 * Nobody waits for kstate_out.lock with the driver's lock held: that may be a lock for
 * which memory reclaim waits, and thus, in the end, the thread that has kstate_out.lock.
 */
void kstate_entry_lock(struct kstate_entry *entry)
{
	const struct kstate_description *desc = entry->class->desc;

	entry->users++;
	if (!desc->lock)
		return;
	for (;;) {
		kstate_call_begin(entry);
		desc->lock(entry->obj);
		if (kstate_out_trylock())
			break;
		desc->unlock(entry->obj);
		kstate_call_end(entry);
	}
	lock_map_release(&entry->class->calls);
	kstate_entry_put(entry);
}

/**
 * kstate_entry_unlock - done with an object
 * @entry: as for kstate_entry_lock(); it may have been unregistered meanwhile
 */
void kstate_entry_unlock(struct kstate_entry *entry)
{
	const struct kstate_description *desc = entry->class->desc;

	if (desc->unlock) {
		kstate_call_begin(entry);
		desc->unlock(entry->obj);
		kstate_call_end(entry);
	}
	kstate_entry_put(entry);
}

/**
 * kstate_make_begin - begin to make or drop the image, once no other thread does
 *
 * With kstate_out.lock held, which is let go of for a while. What is registered from
 * now on is not in the image.
 */
void kstate_make_begin(void)
{
	kstate_wait(!kstate_out.making);
	kstate_out.making = true;
	/* From the save on, the image of a kexec stays as it is. */
	if (!kstate_out.leaving)
		kstate_out.last = kstate_out.serial;
}

/**
 * kstate_make_end - the image is as it shall be
 *
 * If a save has failed, what the next one needs is prepared again.
 */
void kstate_make_end(void)
{
	if (kstate_out.stale)
		kstate_make_prepared();
	kstate_withdraw_all();
	kstate_out.making = false;
	wake_up_all(&kstate_out.changed);
}

/**
 * kstate_phase_name - a phase of the outgoing image, in one word
 * @phase: the phase
 *
 * Return: "idle", "prepared" or "saved".
 */
const char *kstate_phase_name(enum kstate_phase phase)
{
	static const char *const names[] = {
		[KSTATE_IDLE] = "idle", [KSTATE_PREPARED] = "prepared",
		[KSTATE_SAVED] = "saved",
	};

	return names[phase];
}

static void kstate_shards_free(void)
{
	for (size_t i = 0; i < kstate_out.nr_shards; i++)
		kstate_mem_free(kstate_out.shards[i].mem);
	kvfree(kstate_out.shards);
	kstate_out.shards = NULL;
	kstate_out.nr_shards = 0;
}

/* Memory for shards of these sizes. What there is already stays if it is enough. */
static int kstate_shards_fill(struct kstate_shard *want, size_t nr)
{
	size_t old = kstate_out.nr_shards;
	bool enough = nr <= old;

	for (size_t i = 0; enough && i < nr; i++)
		enough = want[i].cap <= kstate_out.shards[i].cap;
	if (enough) {
		kvfree(want);
		return 0;
	}

	kstate_shards_free();
	kstate_out.shards = want;
	for (size_t i = 0; i < nr; i++) {
		want[i].cap = PAGE_SIZE << get_order(want[i].cap);
		want[i].mem = kstate_mem_alloc(want[i].cap);
		if (!want[i].mem)
			return -ENOMEM;
		kstate_out.nr_shards++;
	}
	return 0;
}

static int kstate_prepare_once(size_t shard_max)
{
	struct kstate_shard *want;
	size_t nr;
	int err;

	err = kstate_size_image(shard_max, &want, &nr);
	if (err) {
		kvfree(want);
		return err;
	}
	return kstate_shards_fill(want, nr);
}

static int kstate_prepare_tries(size_t shard_max)
{
	int err = kstate_prepare_once(shard_max);

	for (int i = 1; kstate_out.again && i < KSTATE_SAVE_TRIES; i++)
		err = kstate_prepare_once(shard_max);
	if (kstate_out.again)
		pr_err("prepare: memory passes from object to object faster than it is prepared\n");
	return err;
}

/**
 * kstate_unsave - the image is not to be seen any more, but its memory is kept
 *
 * Between kstate_make_begin() and kstate_make_end().
 */
void kstate_unsave(void)
{
	if (kstate_out.phase != KSTATE_SAVED)
		return;
	kstate_unpublish(kstate_out.shards[0].mem);
	kstate_out.phase = KSTATE_PREPARED;
}

/**
 * kstate_make_prepared - allocate and preserve what a save will need
 *
 * Between kstate_make_begin() and kstate_make_end().
 *
 * Return: as kstate_prepare().
 */
int kstate_make_prepared(void)
{
	size_t max = KSTATE_SHARD_MAX;
	int err, again;

	if (!kstate_kho_ready())
		return -EOPNOTSUPP;
	kstate_unsave();
	err = kstate_prepare_tries(max);
	while (err == -ENOMEM && max > KSTATE_SHARD_MIN) {
		max /= 2;
		again = kstate_prepare_tries(max);
		/* A section that fits only in a larger shard: memory for that is what lacks. */
		if (again == -E2BIG)
			break;
		err = again;
	}
	kstate_out.phase = KSTATE_PREPARED;
	kstate_out.stale = false;
	if (err) {
		kstate_trace_refused();
		kstate_make_none();
	}
	return err;
}

static int kstate_save_try(void)
{
	bool fresh = kstate_out.phase == KSTATE_IDLE || kstate_out.stale;
	int err;

	err = fresh ? kstate_make_prepared() : 0;
	if (err)
		return err;
	err = kstate_write_image(fresh);
	if (err == -E2BIG) {
		kstate_out.stale = true;
		return -EAGAIN;
	}
	return err ?: kstate_publish(kstate_out.shards[0].mem, kstate_out.shards[0].len);
}

/*
 * Objects may grow while they are saved, or one that leaves hands its memory to another: then
 * it is tried again, with more memory.
 */
static int kstate_save_tries(void)
{
	int err = -EAGAIN;

	for (int i = 0; err == -EAGAIN && i < KSTATE_SAVE_TRIES; i++)
		err = kstate_save_try();
	if (err == -EAGAIN)
		pr_err("save: objects change faster than they are saved\n");
	return err;
}

/* For the trace events, an image has the id that no description has. */
static int kstate_save_traced(void)
{
	u64 generation = kstate_out.generation;
	int err;

	trace_kstate_save_begin(KSTATE_COMPATIBLE, KSTATE_ID_NONE, generation);
	kstate_out.save_ns = 0;
	kstate_out.bytes = 0;
	err = kstate_save_tries();
	trace_kstate_save_end(KSTATE_COMPATIBLE, KSTATE_ID_NONE, generation, 0,
			      err ? 0 : kstate_out.bytes, kstate_out.save_ns, err, !err);
	return err;
}

/**
 * kstate_make_generation - give the image its number
 *
 * Between kstate_make_begin() and kstate_make_end(). The incoming side has a lock of its
 * own, under which memory is allocated, and may have to be opened first: so a kexec asks
 * before it freezes any object.
 */
void kstate_make_generation(void)
{
	u64 generation;

	kstate_out_unlock();
	generation = kstate_in_generation() + 1;
	kstate_out_lock();
	kstate_out.generation = generation;
}

/**
 * kstate_make_saved - save every registered object and hand the image to KHO
 *
 * Between kstate_make_begin() and kstate_make_end().
 *
 * Return: as kstate_save().
 */
int kstate_make_saved(void)
{
	bool had = kstate_out.phase != KSTATE_IDLE;
	int err;

	if (!kstate_kho_ready())
		return -EOPNOTSUPP;
	kstate_unsave();
	if (!kstate_out.leaving)
		kstate_make_generation();
	err = kstate_save_traced();
	if (!err)
		kstate_out.phase = KSTATE_SAVED;
	else if (had)
		kstate_out.stale = kstate_out.phase != KSTATE_IDLE;
	else
		kstate_make_none();
	return err;
}

/**
 * kstate_make_trimmed - give back what was prepared and is not in the saved image
 *
 * Between kstate_make_begin() and kstate_make_end(), when a kexec has saved it. The next
 * kernel knows only what the image names: it could not free the rest. If the kexec
 * comes to nothing, what the next one needs is prepared again.
 */
void kstate_make_trimmed(void)
{
	struct kstate_entry *entry;

	if (!kstate_out.spare)
		return;
	list_for_each_entry(entry, &kstate_out.entries, list)
		kstate_ool_trim(entry);
	while (!kstate_out.shards[kstate_out.nr_shards - 1].len)
		kstate_mem_free(kstate_out.shards[--kstate_out.nr_shards].mem);
	kstate_out.trimmed = true;
}

/**
 * kstate_make_none - give back all memory of the outgoing image
 *
 * Between kstate_make_begin() and kstate_make_end().
 */
void kstate_make_none(void)
{
	struct kstate_entry *entry;

	if (kstate_out.phase == KSTATE_IDLE)
		return;
	kstate_unsave();
	list_for_each_entry(entry, &kstate_out.entries, list)
		kstate_ool_free(entry);
	kstate_keep_free();
	kstate_shards_free();
	kstate_out.phase = KSTATE_IDLE;
	kstate_out.stale = false;
}

/**
 * kstate_prepare - allocate and preserve what a save will need
 *
 * With kstate_out.lock held, which is let go of while callbacks run.
 *
 * Return: 0; -EOPNOTSUPP if KHO is off; -E2BIG if a section is too large; -EAGAIN if
 * memory went to another object each time; what preserving a folio says; -ENOMEM. On
 * an error nothing is left allocated or preserved.
 */
int kstate_prepare(void)
{
	int err;

	kstate_make_begin();
	err = kstate_make_prepared();
	kstate_make_end();
	return err;
}

/**
 * kstate_save - save every registered object and hand the image to KHO
 *
 * With kstate_out.lock held, which is let go of while callbacks run.
 *
 * Return: 0; an error of an object that is not optional; what kstate_prepare()
 * says; -EAGAIN if objects changed each time they were saved; -ENOMEM. On an error
 * there is no image, and it is prepared if it was before, and can be.
 */
int kstate_save(void)
{
	int err;

	kstate_make_begin();
	err = kstate_make_saved();
	kstate_make_end();
	return err;
}

/**
 * kstate_abort - give back all memory of the outgoing image
 *
 * With kstate_out.lock held.
 */
void kstate_abort(void)
{
	kstate_make_begin();
	kstate_make_none();
	kstate_make_end();
}

/**
 * kstate_command - do what user space asks for
 * @command: "prepare", "save" or "abort", with or without a newline
 *
 * From the moment when a kexec begins to save its image, that is the one: other
 * processors still run user space until they are stopped.
 *
 * Return: 0; -EINVAL if it is none of these; -EBUSY in the middle of a kexec; what
 * kstate_prepare() and kstate_save() say.
 */
int kstate_command(const char *command)
{
	int err = 0;

	guard(kstate_out)(&kstate_out.lock);
	kstate_make_begin();
	if (kstate_out.leaving)
		err = -EBUSY;
	else if (sysfs_streq(command, "prepare"))
		err = kstate_make_prepared();
	else if (sysfs_streq(command, "save"))
		err = kstate_make_saved();
	else if (sysfs_streq(command, "abort"))
		kstate_make_none();
	else
		err = -EINVAL;
	kstate_make_end();
	return err;
}
