// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "replay.h"

struct player {
	struct trace_opts *o;
	struct show *show;
};

static void play(void *arg, const struct trace_line *line)
{
	const struct player *p = arg;
	const struct record *r = &line->record;

	if (!agg_add(p->o->agg, r))
		return;
	if (p->o->events)
		trace_event_record(p->o->events, r);
	if (p->o->shown >> r->kind & 1)
		p->show->ops->record(p->show, r);
}

static int cannot(struct show *show, const char *path, int err)
{
	char text[300];

	snprintf(text, sizeof(text), "%.200s: %s", path, strerror(err));
	show->ops->fail(show, err == EACCES ? "no-permission" : "io", text);
	return STATUS_ENVIRONMENT;
}

int replay_file(struct show *show, const char *path, struct trace_stream *s,
		void (*each)(void *arg, const struct trace_line *line), void *arg)
{
	FILE *f = strcmp(path, "-") ? fopen(path, "re") : stdin;
	int err;

	if (!f)
		return cannot(show, path, errno);
	err = trace_text_read(f, s, each, arg);
	if (f != stdin)
		fclose(f);
	if (err)
		return cannot(show, path, err);
	if (!s->events && (s->bad || !s->is_trace)) {
		show->ops->fail(show, "not-a-trace", s->bad ? "no event of kstate in it can be read" :
				"not a copy of /sys/kernel/tracing/trace: no line of it is that of a trace");
		return STATUS_INPUT;
	}
	if (s->bad)
		show_note(show, "%llu lines of %s look like events of kstate, and cannot be read",
			  (unsigned long long)s->bad, path);
	if (s->missing)
		show_note(show, "%llu of the events that %s says it has are not there: it was cut, or lines were taken out",
			  (unsigned long long)s->missing, path);
	if (s->ticks)
		show_note(show, "the trace clock counts ticks and not time, as x86-tsc and counter do: when events came is not known; durations are the kernel's own, in ns");
	return 0;
}

int replay(struct trace_opts *o, struct show *show)
{
	struct player p = { o, show };
	struct trace_stream s;
	int status;

	show->source = strcmp(o->replay, "-") ? o->replay : "standard input";
	o->agg->recorded = true;
	status = replay_file(show, o->replay, &s, play, &p);
	if (status)
		return status;
	o->agg->lost.ring = s.lost;
	o->agg->unread = s.bad + s.missing;
	return 0;
}
