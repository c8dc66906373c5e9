/* SPDX-License-Identifier: GPL-2.0 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM kstate

#if !defined(_TRACE_KSTATE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_KSTATE_H

#include <linux/tracepoint.h>
#include <linux/types.h>

/**
 * DOC: kstate events
 *
 * An event that ends something says all there is to say about it, so events need
 * not be paired, and a lost one takes nothing else with it. In the order of the
 * tracepoint's arguments, which is also the order of the record:
 *
 * - name: string, of the description; for an image, its compatible string
 * - id: u32, of the description; 0 (%KSTATE_ID_NONE) for an image
 * - instance: u64, of the object; for an image, its generation: live updates
 *   since the last cold boot, this one included
 * - version: u32, of the payload; 0 for an image, and where no payload was found
 * - bytes: u64, of payload, subsections included; for an image, its trees and
 *   the payloads outside of them. 0 where nothing was written or found
 * - ns: u64, duration, see each event
 * - error: s32, 0 or a negative errno
 * - done: bool, whether the state was saved or restored. A section may be
 *   restored in spite of an error, which then is that of post_restore
 *
 * The save:
 *
 * - kstate_save_begin (name, id, instance): an image is about to be saved
 * - kstate_section_save: a section was saved, or is lost: an optional one, which
 *   the image goes without, or a mandatory one, which ends the save. ns is what
 *   the table in debugfs and the header of the section say. Preparing an image
 *   reports here a mandatory section that cannot be saved, and nothing else
 * - kstate_save_end: the image is complete, or there is none. ns is the time spent
 *   on writing it: save_ns in sysfs, save-duration in the image. The events'
 *   own time stamps include the time to prepare memory, which ns does not.
 *   An error of -EAGAIN: objects grew each time that they were written
 *
 * A section has one event in a save, or none. If objects grow meanwhile, all are
 * written once more, and the events are those of the last time; that of a section whose
 * place turns out to be the next shard, too. They are raised when the image has been
 * written, in the order of the sections. An object that leaves before that has none, and
 * if the last time came to no end either, no section has.
 *
 * The restore has no beginning and no end, since drivers come when they are ready:
 *
 * - kstate_restore_begin (name, id, instance): kstate_restore() was called
 * - kstate_section_restore: an attempt to restore a section that the previous
 *   kernel handed over, subsections included; restored if done, else failed. ns
 *   adds up to restore_ns in sysfs, and is what the table in debugfs shows for
 *   the last attempt
 * - kstate_restore_end: kstate_restore() returns error. ns is the time spent in
 *   it: also on waiting for other drivers, and on indexing the image in the
 *   first call. Calls that find no section, or one that is restored, have no
 *   kstate_section_restore
 *
 * So, while no event is lost: the sum of ns of kstate_section_restore is
 * restore_ns; the number of those that are done is restored; failed is the number
 * of sections whose last event is not.
 */

DECLARE_EVENT_CLASS(kstate_begin,

	TP_PROTO(const char *name, u32 id, u64 instance),

	TP_ARGS(name, id, instance),

	TP_STRUCT__entry(
		__string(name, name)
		__field(u32, id)
		__field(u64, instance)
	),

	TP_fast_assign(
		__assign_str(name);
		__entry->id = id;
		__entry->instance = instance;
	),

	TP_printk("name=%s id=%#x instance=%#llx", __get_str(name), __entry->id,
		  __entry->instance)
);

DECLARE_EVENT_CLASS(kstate_end,

	TP_PROTO(const char *name, u32 id, u64 instance, u32 version, u64 bytes, u64 ns,
		 int error, bool done),

	TP_ARGS(name, id, instance, version, bytes, ns, error, done),

	TP_STRUCT__entry(
		__string(name, name)
		__field(u32, id)
		__field(u64, instance)
		__field(u32, version)
		__field(u64, bytes)
		__field(u64, ns)
		__field(int, error)
		__field(bool, done)
	),

	TP_fast_assign(
		__assign_str(name);
		__entry->id = id;
		__entry->instance = instance;
		__entry->version = version;
		__entry->bytes = bytes;
		__entry->ns = ns;
		__entry->error = error;
		__entry->done = done;
	),

	TP_printk("name=%s id=%#x instance=%#llx version=%u bytes=%llu ns=%llu error=%d done=%d",
		  __get_str(name), __entry->id, __entry->instance, __entry->version,
		  __entry->bytes, __entry->ns, __entry->error, __entry->done)
);

DEFINE_EVENT(kstate_begin, kstate_save_begin,

	TP_PROTO(const char *name, u32 id, u64 instance),

	TP_ARGS(name, id, instance)
);

DEFINE_EVENT(kstate_end, kstate_section_save,

	TP_PROTO(const char *name, u32 id, u64 instance, u32 version, u64 bytes, u64 ns,
		 int error, bool done),

	TP_ARGS(name, id, instance, version, bytes, ns, error, done)
);

DEFINE_EVENT(kstate_end, kstate_save_end,

	TP_PROTO(const char *name, u32 id, u64 instance, u32 version, u64 bytes, u64 ns,
		 int error, bool done),

	TP_ARGS(name, id, instance, version, bytes, ns, error, done)
);

DEFINE_EVENT(kstate_begin, kstate_restore_begin,

	TP_PROTO(const char *name, u32 id, u64 instance),

	TP_ARGS(name, id, instance)
);

DEFINE_EVENT(kstate_end, kstate_section_restore,

	TP_PROTO(const char *name, u32 id, u64 instance, u32 version, u64 bytes, u64 ns,
		 int error, bool done),

	TP_ARGS(name, id, instance, version, bytes, ns, error, done)
);

DEFINE_EVENT(kstate_end, kstate_restore_end,

	TP_PROTO(const char *name, u32 id, u64 instance, u32 version, u64 bytes, u64 ns,
		 int error, bool done),

	TP_ARGS(name, id, instance, version, bytes, ns, error, done)
);

#endif /* _TRACE_KSTATE_H */

#include <trace/define_trace.h>
