/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: boot
 *
 * No program can watch the last milliseconds of the old kernel and the first of the new one. The
 * durations of saves are in the image, those of restores in debugfs: the library reads both. When
 * things happened is in the trace buffer, if the kernel was booted with trace_event=kstate:*.
 */

#ifndef KSTATE_TRACE_BOOT_H
#define KSTATE_TRACE_BOOT_H

#include <kstate-dump.h>

#include "count.h"
#include "trace_text.h"

#define BOOT_RESULT	32
#define BOOT_TEXT	72
#define BOOT_UNKNOWN	4096	/* sections that are known from events alone, at most */

/**
 * struct boot_row - a section that was handed over
 * @version, @bytes: version and size of the payload
 * @save_ns: duration of its save
 * @restore_ns: duration of the last attempt to restore it
 * @has_save, @has_restore, @has_version, @has_bytes, @has_time: whether it is known
 * @result: "restored", "failed", "unclaimed" and so on; "" if it is not known
 * @error: of the last attempt: 0 or a negative errno
 * @events: the number of attempts in the trace buffer
 * @time: ns of the trace buffer's clock: when the last attempt ended
 * @comm: name of the thread that made the last attempt; "" without an event
 * @pid: its number; 1, with the name swapper/0, is the kernel before user space
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
	bool has_bytes;
	bool has_time;
	char result[BOOT_RESULT];
	char comm[TRACE_COMM];
};

/**
 * struct boot_sum - sums of the rows
 * @restored, @failed, @unclaimed: how many of the @sections
 * @unknown: of how many the result, or the time that the restore took, is not known
 * @bytes: of all payloads
 * @restore_ns: of the last attempts
 */
struct boot_sum {
	uint64_t sections;
	uint64_t restored;
	uint64_t failed;
	uint64_t unclaimed;
	uint64_t unknown;
	uint64_t bytes;
	uint64_t restore_ns;
};

/**
 * struct boot - what is known of a live update; zero it before use
 * @rows: @nr of them; after boot_finish(), the section that took longest is first
 * @known: before boot_finish(): the first @known rows are sections of the image
 * @shown: the first @shown rows are shown
 * @release: release of the kernel that saved; "" if it is not known
 * @save_ns: time that writing the image took; @has_save: whether it is known
 * @generation: live updates since the last cold boot, this one included; 0: not known
 * @image: there is an image that was handed over
 * @defects: what is damaged; @unknowns: what could not be known of the sections
 * @cut: not all of its sections could be read
 * @traced: there is a trace buffer, which @stream is about
 * @failed: memory was short, so that rows are missing
 * @sum: sums of all rows, after boot_finish()
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
	uint64_t defects;
	uint64_t unknowns;
	bool has_save;
	bool image;
	bool cut;
	bool traced;
	bool failed;
	struct trace_stream stream;
	struct boot_sum sum;
};

/*
 * Add the sections of an image; 0, or a negative enum kstd_class: the context has the error. Then
 * kstd_unknowns() of the dump is what could not be known of these sections.
 */
int boot_image(struct boot *b, struct kstd_dump *dump);

/*
 * Add what the image says of itself, likewise. It is in an overview of all that was handed over:
 * what could not be known of that, as of LUO's sessions, was not asked for.
 */
int boot_producer(struct boot *b, struct kstd_dump *dump);

/* Add an event, for trace_text_read(). A section that the image does not have gets a row. */
void boot_event(void *boot, const struct trace_line *line);

/* Sort the rows, and make the sums. */
void boot_finish(struct boot *b);
void boot_free(struct boot *b);

#endif
