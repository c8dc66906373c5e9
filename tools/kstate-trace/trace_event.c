// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../common/text_value.h"
#include "show.h"
#include "trace_event.h"

enum { KERNEL_NOW = 1, KERNEL_BEFORE };
enum track { TRACK_SAVE, TRACK_RESTORE, TRACK_CALL, NR_TRACKS };

/**
 * struct slice - what takes time
 * @kernel: KERNEL_NOW or KERNEL_BEFORE
 * @thread: number of the thread; 0: none is known
 * @whole: it may have other slices of its track in it
 * @start, @ns: ns
 */
struct slice {
	const char *name;
	const char *category;
	unsigned int kernel;
	enum track track;
	uint32_t thread;
	bool whole;
	uint64_t start;
	uint64_t ns;
};

static const struct {
	const char *name;
	const char *group;
} functions[] = {
#define X(name, group, failure) { #name, #group },
#include "functions.def"
#undef X
};

static void put_us(struct json *j, const char *key, uint64_t ns)
{
	char *p = json_lead(j, key);

	if (p)
		json_wrote(j, p + sprintf(p, "%" PRIu64 ".%03u", ns / 1000, (unsigned int)(ns % 1000)));
}

static uint64_t tid_of(const struct slice *s)
{
	return (uint64_t)s->thread * NR_TRACKS + s->track;
}

static void begin_event(struct json *j, const char *phase, const char *name, const struct slice *s)
{
	json_open(j, NULL, '{');
	json_str(j, "ph", phase);
	json_str(j, "name", name);
	json_number(j, "pid", s->kernel);
	json_number(j, "tid", tid_of(s));
}

static void put_metadata(struct json *j, const char *what, const struct slice *s, const char *name)
{
	begin_event(j, "M", what, s);
	json_open(j, "args", '{');
	json_str(j, "name", name);
	json_close(j, '}');
	json_close(j, '}');
}

/*
 * The track of a slice, which gets its name when it comes for the first time; NULL if there are too
 * many.
 */
static struct trace_event_track *get_track(struct trace_event *t, const struct slice *s)
{
	static const char *const names[] = { "save", "restore", "KHO and LUO" };
	uint64_t id = tid_of(s) * 4 + s->kernel;
	char name[64];

	for (unsigned int i = 0; i < t->nr_tracks; i++)
		if (t->tracks[i].id == id)
			return &t->tracks[i];
	if (t->nr_tracks == TRACE_EVENT_TRACKS)
		return NULL;
	if (s->thread)
		snprintf(name, sizeof(name), "%s, thread %u", names[s->track], s->thread);
	else
		snprintf(name, sizeof(name), "%s", names[s->track]);
	put_metadata(&t->json, "thread_name", s, name);
	t->tracks[t->nr_tracks].id = id;
	return &t->tracks[t->nr_tracks++];
}

/*
 * An event comes a little later than its duration ends, the first one most of all. So two slices
 * that came one after the other may seem to overlap, which viewers do not take: cut the second one.
 */
static void fit_slice(struct trace_event_track *track, struct slice *s)
{
	uint64_t end = count_sum(s->start, s->ns);

	if (s->start < track->end && (!s->whole || s->start > track->start)) {
		s->start = track->end < end ? track->end : end;
		s->ns = end - s->start;
	}
	track->start = s->start;
	track->end = end;
}

/* Begin a slice; the caller adds to its arguments, and calls end_slice(). */
static void begin_slice(struct trace_event *t, struct slice *s)
{
	struct trace_event_track *track = get_track(t, s);
	struct json *j = &t->json;

	if (track)
		fit_slice(track, s);
	begin_event(j, "X", s->name, s);
	json_str(j, "cat", s->category);
	put_us(j, "ts", s->start);
	put_us(j, "dur", s->ns);
	json_open(j, "args", '{');
	if (count_sum(s->start, s->ns) > t->last)
		t->last = count_sum(s->start, s->ns);
}

static void end_slice(struct trace_event *t)
{
	json_close(&t->json, '}');
	json_close(&t->json, '}');
}

static void put_error(struct json *j, int error)
{
	char room[16];

	if (error)
		json_str(j, "error", text_errno(error, room));
}

static uint64_t before(uint64_t time, uint64_t ns)
{
	return time > ns ? time - ns : 0;
}

/* A name that a kernel wrote is not NUL-terminated if it is as long as it can be. */
static void section_name(char *to, size_t size, const char *name, uint64_t instance)
{
	snprintf(to, size, "%.*s@%" PRIx64, RECORD_NAME, name, instance);
}

static void put_call(struct trace_event *t, const struct record *r)
{
	struct slice s = { .kernel = KERNEL_NOW, .track = TRACK_CALL, .thread = r->pid,
		.whole = true,
			   .start = before(r->time, r->ns), .ns = r->ns };

	if (r->id >= NR_FUNCTIONS)
		return;
	s.name = functions[r->id].name;
	s.category = functions[r->id].group;
	begin_slice(t, &s);
	put_error(&t->json, r->error);
	end_slice(t);
}

static void put_record(struct trace_event *t, const struct record *r, struct slice *s)
{
	struct json *j = &t->json;

	begin_slice(t, s);
	json_number(j, "id", r->id);
	json_u64(j, "instance", r->instance);
	json_number(j, "version", r->version);
	json_number(j, "bytes", r->bytes);
	json_number(j, "ns", r->ns);
	json_str(j, "result", show_result(r->kind, r->done));
	put_error(j, r->error);
	end_slice(t);
}

/*
 * What has a begin lasted since then: a save's duration is without the time that getting memory
 * took.
 */
static void since_begin(struct trace_event *t, const struct record *r, struct slice *s)
{
	struct trace_event_track *track = get_track(t, s);

	if (track && count_is_begin(r)) {
		track->began = r->time;
	} else if (track && track->began && track->began < s->start) {
		s->start = track->began;
		s->ns = r->time - s->start;
		track->began = 0;
	}
}

void trace_event_record(struct trace_event *t, const struct record *r)
{
	bool save = r->kind == RECORD_SAVE_BEGIN || r->kind == RECORD_SECTION_SAVE ||
		    r->kind == RECORD_SAVE_END;
	bool section = r->kind == RECORD_SECTION_SAVE || r->kind == RECORD_SECTION_RESTORE;
	struct slice s = { .kernel = KERNEL_NOW, .track = save ? TRACK_SAVE : TRACK_RESTORE,
			   .thread = r->pid, .whole = !section, .start = before(r->time, r->ns),
			   .ns = r->ns };
	char name[RECORD_NAME + 32], whole[sizeof(name) + 16];

	if (r->no_time) {
		t->unplaced++;
		return;
	}
	if (r->kind == RECORD_CALL) {
		put_call(t, r);
		return;
	}
	if (!section)
		since_begin(t, r, &s);
	if (count_is_begin(r))
		return;
	section_name(name, sizeof(name), r->name, r->instance);
	snprintf(whole, sizeof(whole), "restore of %s", name);
	s.name = section ? name : save ? "save of the image" : whole;
	s.category = save ? r->done ? "save" : "save,failed" : r->done ? "restore" : "restore,failed";
	put_record(t, r, &s);
}

/* An arrow from a section's save to its restore. */
static void put_flow(struct json *j, const char *phase, const struct slice *s, uint64_t id)
{
	begin_event(j, phase, "handover", s);
	json_str(j, "cat", "handover");
	json_number(j, "id", id);
	put_us(j, "ts", s->start);
	if (*phase == 'f')
		json_str(j, "bp", "e");
	json_close(j, '}');
}

static void put_boot_row(struct trace_event *t, const struct boot_row *row, struct slice *s)
{
	struct json *j = &t->json;

	begin_slice(t, s);
	if (row->has_version) {
		json_number(j, "version", row->version);
		json_number(j, "bytes", row->bytes);
	}
	if (s->track == TRACK_RESTORE) {
		json_text(j, "result", row->result, strlen(row->result));
		put_error(j, row->error);
		json_text(j, "thread", row->comm, strnlen(row->comm, sizeof(row->comm)));
	}
	end_slice(t);
}

static uint64_t save_total(const struct boot *boot)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < boot->nr; i++)
		sum = count_sum(sum, boot->rows[i].has_save ? boot->rows[i].save_ns : 0);
	return boot->save_ns > sum ? boot->save_ns : sum;
}

void trace_event_boot(struct trace_event *t, const struct boot *boot)
{
	struct slice old = { .kernel = KERNEL_BEFORE, .track = TRACK_SAVE, .whole = true,
			     .category = "save" };
	struct slice new = { .kernel = KERNEL_NOW, .track = TRACK_RESTORE, .whole = true };
	uint64_t began = save_total(boot);
	char name[RECORD_NAME + 32];

	snprintf(name, sizeof(name), "the kernel that saved, %.40s", boot->release);
	put_metadata(&t->json, "process_name", &old, name);
	if (boot->has_save) {
		old.name = "save of the image";
		old.ns = began;
		begin_slice(t, &old);
		json_str(&t->json, "placed", "one section after another: the image has durations, not times");
		end_slice(t);
	}
	for (size_t i = 0; i < boot->nr; i++) {
		const struct boot_row *row = &boot->rows[i];

		section_name(name, sizeof(name), row->name, row->instance);
		old.name = new.name = name;
		if (row->has_save) {
			old.ns = row->save_ns;
			put_boot_row(t, row, &old);
		}
		if (row->has_time && row->has_restore) {
			new.start = count_sum(began, before(row->time, row->restore_ns));
			new.ns = row->restore_ns;
			new.thread = row->pid;
			new.category = row->error ? "restore,failed" : "restore";
			put_boot_row(t, row, &new);
			if (row->has_save) {
				put_flow(&t->json, "s", &old, i + 1);
				put_flow(&t->json, "f", &new, i + 1);
			}
		} else if (row->has_restore) {
			t->unplaced++;
		}
		if (row->has_save)
			old.start = count_sum(old.start, row->save_ns);
	}
}

int trace_event_open(struct trace_event *t, const char *path)
{
	const struct slice now = { .kernel = KERNEL_NOW };
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0)
		return errno;
	buf_open(&t->b, fd);
	t->json.b = &t->b;
	json_open(&t->json, NULL, '[');
	put_metadata(&t->json, "process_name", &now, "the running kernel");
	return t->b.failed;
}

void trace_event_note(const struct trace_event *t, struct show *show)
{
	if (t->unplaced)
		show_note(show, "events that are not in the file for trace viewers, since it is not known when they came: %llu",
			  (unsigned long long)t->unplaced);
}

/* Mark at the end that @nr things are not in the file, if they are not. */
static void put_mark(struct trace_event *t, uint64_t nr, const char *what)
{
	const struct slice now = { .kernel = KERNEL_NOW };
	struct json *j = &t->json;
	char name[64];

	if (!nr)
		return;
	snprintf(name, sizeof(name), "%" PRIu64 " %s", nr, what);
	begin_event(j, "i", name, &now);
	json_str(j, "s", "g");
	put_us(j, "ts", t->last);
	json_close(j, '}');
}

int trace_event_close(struct trace_event *t, uint64_t lost, uint64_t not_ended)
{
	struct json *j = &t->json;
	int err;

	put_mark(t, lost, "events or calls were lost");
	put_mark(t, not_ended, "saves or restores have no end");
	json_close(j, ']');
	json_end(j);
	buf_flush(&t->b);
	err = t->b.failed;
	if (close(t->b.fd) && !err)
		err = errno;
	buf_free(&t->b);
	return err;
}
