// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "trace_text.h"

/* The lines of events are shorter; the rest of a longer line is skipped. */
#define LINE_MAX_BYTES	1024
#define LINE_MAX_SKIPPED	(1UL << 20)	/* a longer line is that of no trace */
#define NS_PER_SECOND	1000000000ULL

static const char *const events[] = {
	[RECORD_SAVE_BEGIN] = "kstate_save_begin: ",
	[RECORD_SECTION_SAVE] = "kstate_section_save: ",
	[RECORD_SAVE_END] = "kstate_save_end: ",
	[RECORD_RESTORE_BEGIN] = "kstate_restore_begin: ",
	[RECORD_SECTION_RESTORE] = "kstate_section_restore: ",
	[RECORD_RESTORE_END] = "kstate_restore_end: ",
};

#define NR_EVENTS	(sizeof(events) / sizeof(events[0]))

/* A number after @key, and before a blank or the end of the line; false if there is none. */
static bool number(const char **p, const char *key, uint64_t max, bool negative, __u64 *v)
{
	const char *s = *p;
	bool minus;
	char *end;

	if (strncmp(s, key, strlen(key)))
		return false;
	s += strlen(key);
	minus = negative && *s == '-';
	s += minus;
	if (*s < '0' || *s > '9')
		return false;
	errno = 0;
	*v = strtoull(s, &end, 0);
	if (errno || *v > max || (*end && *end != ' ' && *end != '\n'))
		return false;
	if (minus)
		*v = -*v;
	*p = end + (*end == ' ');
	return true;
}

static bool name(const char **p, char *to)
{
	const char *s = *p + strlen("name=");
	size_t len;

	if (strncmp(*p, "name=", strlen("name=")))
		return false;
	len = strcspn(s, " \n");
	if (!len || len >= RECORD_NAME || s[len] != ' ')
		return false;
	memcpy(to, s, len);
	*p = s + len + 1;
	return true;
}

static bool fields(const char *p, struct record *r)
{
	__u64 id, version, error, done;

	if (!name(&p, r->name) || !number(&p, "id=", UINT32_MAX, false, &id) ||
	    !number(&p, "instance=", UINT64_MAX, false, &r->instance))
		return false;
	r->id = id;
	r->done = 1;
	if (r->kind == RECORD_SAVE_BEGIN || r->kind == RECORD_RESTORE_BEGIN)
		return true;
	if (!number(&p, "version=", UINT32_MAX, false, &version) ||
	    !number(&p, "bytes=", UINT64_MAX, false, &r->bytes) ||
	    !number(&p, "ns=", UINT64_MAX, false, &r->ns) ||
	    !number(&p, "error=", INT32_MAX, true, &error) || !number(&p, "done=", 1, false, &done))
		return false;
	r->version = version;
	r->error = (int64_t)error;
	r->done = done;
	return true;
}

/*
 * "seconds.microseconds: " before the event; or "ticks: ", of a clock that does not count ns
 * (trace_clock "x86-tsc", "counter" and others: kernel/trace/trace.c, trace_clocks[]).
 */
static bool clock_of(const char *text, const char *event, struct record *r)
{
	const char *p = event;
	uint64_t seconds, fraction;
	char *end;

	if (p - text < 3 || memcmp(p - 2, ": ", 2))
		return false;
	for (p -= 2; p > text && p[-1] != ' '; p--)
		;
	seconds = strtoull(p, &end, 10);
	if (end == p)
		return false;
	if (*end == ':') {
		r->no_time = 1;
		return true;
	}
	if (*end != '.' || seconds > UINT64_MAX / NS_PER_SECOND - 1)
		return false;
	p = end + 1;
	fraction = strtoull(p, &end, 10);
	if (end - p != 6 || *end != ':')
		return false;
	r->time = seconds * NS_PER_SECOND + fraction * 1000;
	return true;
}

/* Read "  task-pid   [cpu] flags"; the name of the task may have blanks and dashes. */
static void task_of(const char *text, const char *event, struct trace_line *line)
{
	const char *cpu = memrchr(text, '[', event - text), *dash;
	size_t len;

	while (*text == ' ')
		text++;
	if (!cpu || cpu <= text)
		return;
	dash = memrchr(text, '-', cpu - text);
	if (!dash)
		return;
	line->record.pid = strtoul(dash + 1, NULL, 10);
	len = dash - text;
	if (len >= TRACE_COMM)
		len = TRACE_COMM - 1;
	for (size_t i = 0; i < len; i++)
		line->comm[i] = text[i] < ' ' || text[i] > '~' ? '?' : text[i];
}

static enum trace_text parse_lost(const char *text, struct trace_line *line)
{
	const char *p = strstr(text, "[LOST ");
	char *end;

	if (strncmp(text, "CPU:", 4) || !p)
		return TRACE_TEXT_OTHER;
	line->lost = strtoull(p + strlen("[LOST "), &end, 10);
	return !strncmp(end, " EVENTS]", 8) ? TRACE_TEXT_LOST : TRACE_TEXT_OTHER;
}

/* Which event has its name at @event; %NR_EVENTS: none. */
static size_t event_at(const char *event)
{
	size_t i = 0;

	while (i < NR_EVENTS && strncmp(event, events[i], strlen(events[i])))
		i++;
	return i;
}

/*
 * "kstate_" may be in the name of the task, too; but that has 15 bytes, fewer than the name of any
 * event with its colon and blank.
 */
enum trace_text trace_text_parse(const char *text, struct trace_line *line)
{
	const char *event = strstr(text, "kstate_");
	size_t kind;

	*line = (struct trace_line){ 0 };
	if (!event)
		return parse_lost(text, line);
	while ((kind = event_at(event)) == NR_EVENTS) {
		event = strstr(event + 1, "kstate_");
		if (!event)
			return TRACE_TEXT_OTHER;
	}
	line->record.kind = kind;
	task_of(text, event, line);
	if (!clock_of(text, event, &line->record) ||
	    !fields(event + strlen(events[kind]), &line->record))
		return TRACE_TEXT_BAD;
	return TRACE_TEXT_EVENT;
}

/* What the header says: "# entries-in-buffer/entries-written: 6/8", two events were overwritten. */
struct entries {
	uint64_t in, overwritten;
};

static void read_header(struct entries *e, const char *text)
{
	static const char key[] = "# entries-in-buffer/entries-written: ";
	unsigned long long in, written;

	if (strncmp(text, key, strlen(key)) ||
	    sscanf(text + strlen(key), "%llu/%llu", &in, &written) != 2)
		return;
	e->in += in;
	e->overwritten += written > in ? written - in : 0;
}

/*
 * Is it a line that tracefs writes: a header, or "task-pid [cpu] flags time: event: ..."? The name of
 * the task may have a "[", too.
 */
static bool is_trace(const char *text)
{
	for (const char *cpu = strchr(text, '['); cpu; cpu = strchr(cpu + 1, '['))
		if (strspn(cpu + 1, "0123456789") == 3 && cpu[4] == ']' && strstr(cpu, ": "))
			return true;
	return !strncmp(text, "# tracer: ", 10) || !strncmp(text, "# entries-in-buffer/", 20);
}

/* Skip the rest of a line that is too long; false if it has no end, as /dev/zero has none. */
static bool skip_line(FILE *f)
{
	size_t n = 0;
	int c;

	do {
		c = getc(f);
	} while (c != EOF && c != '\n' && ++n < LINE_MAX_SKIPPED);
	return n < LINE_MAX_SKIPPED;
}

int trace_text_read(FILE *f, struct trace_stream *s,
		    void (*each)(void *arg, const struct trace_line *line), void *arg)
{
	uint64_t lost = 0, lines = 0, empty = 0;
	struct entries header = { 0 };
	char text[LINE_MAX_BYTES];
	struct trace_line line;

	*s = (struct trace_stream){ 0 };
	errno = 0;
	while (fgets(text, sizeof(text), f)) {
		if (strlen(text) == sizeof(text) - 1 && text[sizeof(text) - 2] != '\n' &&
		    !skip_line(f))
			return EFBIG;
		if (!*text && ++empty > LINE_MAX_SKIPPED / sizeof(text))
			return EFBIG;
		read_header(&header, text);
		/* An entry of the buffer has a line at least. */
		lines += *text != '#' && *text != '\n';
		s->is_trace |= is_trace(text);
		switch (trace_text_parse(text, &line)) {
		case TRACE_TEXT_EVENT:
			s->events++;
			s->ticks |= line.record.no_time;
			each(arg, &line);
			break;
		case TRACE_TEXT_LOST:
			lost += line.lost;
			s->is_trace = true;
			lines--;
			break;
		case TRACE_TEXT_BAD:
			s->bad++;
			break;
		case TRACE_TEXT_OTHER:
			/*
			 * The last line of a trace has an end, too: what this one was is not known.
			 */
			s->bad += s->is_trace && *text && feof(f);
			break;
		}
	}
	s->missing = header.in > lines ? header.in - lines : 0;
	/* Both may count the same events. */
	s->lost = lost > header.overwritten ? lost : header.overwritten;
	return ferror(f) ? (errno ? errno : EIO) : 0;
}
