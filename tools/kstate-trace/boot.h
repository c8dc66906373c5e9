/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: boot
 *
 * What no program can watch: the last milliseconds of the old kernel, and the first of the
 * new one. Durations come from the image (the save) and from debugfs (the restores), both
 * by the library; what happened when, from the trace buffer of a kernel that was booted
 * with trace_event=kstate:*.
 */

#ifndef KSTATE_TRACE_BOOT_H
#define KSTATE_TRACE_BOOT_H

#include <kstate-dump.h>

#include "trace_text.h"

#define BOOT_RESULT	32
#define BOOT_TEXT	72
#define BOOT_UNKNOWN	4096	/* sections that only events tell of */

/**
 * struct boot_row - a section that was handed over
 * @version, @bytes: of the payload
 * @save_ns, @restore_ns: that saving took, and the last attempt to restore
 * @has_save, @has_restore, @has_version, @has_time: whether that is known
 * @result: "restored", "failed", "unclaimed" and so on; empty if it is not known
 * @error: of the last attempt: 0 or a negative errno
 * @events: attempts that the trace buffer has
 * @time: ns: when the last of them ended, by the trace buffer's clock
 * @comm: whose thread it was, empty without an event
 * @pid: its thread; 1, under the name swapper/0, is the kernel before user space
 */
struct boot_row {
	char name[RECORD_NAME];
	uint64_t instance;
	uint64_t bytes;
	uint64_t save_ns;
	uint64_t restore_ns;
	uint64_t time;
	uint64_t events;
	uint32_t version;
	uint32_t pid;
	int error;
	bool has_save;
	bool has_restore;
	bool has_version;
	bool has_time;
	char result[BOOT_RESULT];
	char comm[TRACE_COMM];
};

/**
 * struct boot_sum - sums of the rows
 * @restored, @failed, @unclaimed: how many of the @sections
 * @bytes: of all payloads
 * @restore_ns: of the last attempts
 */
struct boot_sum {
	uint64_t sections;
	uint64_t restored;
	uint64_t failed;
	uint64_t unclaimed;
	uint64_t bytes;
	uint64_t restore_ns;
};

/**
 * struct boot - what is known of a live update; zero it before use
 * @rows: @nr of them, those that took longest first once boot_finish() is done
 * @shown: how many of them are to be shown: all, but for what the user left out
 * @known: how many of them are of the image; before boot_finish()
 * @release: of the kernel that saved, empty if it is not known
 * @save_ns: that writing the image took; @has_save: whether it is known
 * @generation: live updates since the last cold boot, this one included
 * @image: whether there is an image that was handed over
 * @traced: whether there was one to read
 * @failed: there was no memory
 * @stream: of the trace buffer
 * @sum: of all rows, once boot_finish() is done
 */
struct boot {
	struct boot_row *rows;
	size_t nr;
	size_t size;
	size_t known;
	size_t shown;
	char release[BOOT_TEXT];
	uint64_t save_ns;
	uint64_t generation;
	bool has_save;
	bool image;
	bool traced;
	bool failed;
	struct trace_stream stream;
	struct boot_sum sum;
};

/* Put in the sections of an image; 0, or a negative enum kstd_class, told by the context. */
int boot_image(struct boot *b, struct kstd_dump *dump);

/* An event, of boot_image()'s sections or of others, which get a row. */
void boot_event(void *boot, const struct trace_line *line);

/* Sort, and add up. */
void boot_finish(struct boot *b);
void boot_free(struct boot *b);

#endif
