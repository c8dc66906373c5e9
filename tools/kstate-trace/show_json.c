// SPDX-License-Identifier: GPL-2.0

/* JSON: a document in each line; its schema is kstate-trace-1.schema.json. */

#include <stdlib.h>
#include <string.h>

#include "../common/text_value.h"
#include "show.h"

static void begin(struct show *s, const char *command)
{
	s->json.b = &s->b;
	json_open(&s->json, NULL, '{');
	json_str(&s->json, "schema", SHOW_SCHEMA);
	json_str(&s->json, "command", command);
	if (s->source)
		json_str(&s->json, "source", s->source);
	else
		json_null(&s->json, "source");
}

static void put_reports(struct show *s, const char *key, bool last, bool damaged)
{
	struct json *j = &s->json;

	json_open(j, key, '[');
	for (size_t i = 0; last && i < s->nr_reports; i++) {
		const struct show_report *r = &s->reports[i];

		if (r->damaged != damaged)
			continue;
		json_open(j, NULL, '{');
		json_str(j, "code", r->code);
		json_text(j, "text", r->text, strlen(r->text));
		json_text(j, "path", r->path, strlen(r->path));
		if (r->offset == KSTD_NO_OFFSET)
			json_null(j, "offset");
		else
			json_number(j, "offset", r->offset);
		json_close(j, '}');
	}
	json_close(j, ']');
}

/* @last: it is the last document, the only one that has reports and notes. */
static void finish(struct show *s, bool last)
{
	struct json *j = &s->json;

	put_reports(s, "defects", last, true);
	put_reports(s, "not_known", last, false);
	json_open(j, "notes", '[');
	for (unsigned int i = 0; last && !s->quiet && i < s->nr_notes; i++)
		json_str(j, NULL, s->notes[i]);
	json_close(j, ']');
	json_close(j, '}');
	json_end(j);
}

static void put_name(struct json *j, const char *key, const char *name)
{
	json_text(j, key, name, strnlen(name, RECORD_NAME));
}

static void put_error(struct json *j, int error)
{
	char room[16];

	json_signed(j, "error", error);
	if (error)
		json_str(j, "errno", text_errno(error, room));
	else
		json_null(j, "errno");
}

static const char *event_name(unsigned int kind)
{
	static const char *const names[] = {
		"save_begin", "section_save", "save_end",
		"restore_begin", "section_restore", "restore_end", "call",
	};

	return names[kind < NR_RECORD_KINDS ? kind : RECORD_CALL];
}

static void maybe_number(struct json *j, const char *key, bool has, uint64_t v)
{
	if (has)
		json_number(j, key, v);
	else
		json_null(j, key);
}

static void put_when(struct show *s, const struct record *r)
{
	maybe_number(&s->json, "time_ns", !r->no_time, r->time);
	if (s->realtime)
		json_u64(&s->json, "realtime_ns", r->time + s->realtime);
	else
		json_null(&s->json, "realtime_ns");
}

static void json_record(struct show *s, const struct record *r)
{
	struct json *j = &s->json;

	s->shown++;
	begin(s, "event");
	json_open(j, "result", '{');
	json_str(j, "event", event_name(r->kind));
	put_when(s, r);
	put_name(j, "name", r->name);
	json_number(j, "id", r->id);
	json_u64(j, "instance", r->instance);
	json_number(j, "pid", r->pid);
	if (!count_is_begin(r)) {
		json_number(j, "version", r->version);
		json_number(j, "bytes", r->bytes);
		json_number(j, "ns", r->ns);
		json_bool(j, "done", r->done);
		put_error(j, r->error);
	}
	json_close(j, '}');
	finish(s, false);
}

static void put_total(struct json *j, const char *key, const struct total *t)
{
	json_open(j, key, '{');
	json_number(j, "count", t->count);
	json_number(j, "failed", t->failed);
	json_number(j, "bytes", t->bytes);
	json_number(j, "ns", t->ns);
	json_number(j, "max_ns", t->max);
	json_close(j, '}');
}

static void put_totals(struct json *j, const struct agg *a)
{
	const struct total *t = a->totals;

	json_open(j, "totals", '{');
	put_total(j, "saves", &t[RECORD_SAVE_END]);
	json_number(j, "saves_wall_ns", t[RECORD_SAVE_END].wall);
	put_total(j, "sections_saved", &t[RECORD_SECTION_SAVE]);
	put_total(j, "restores", &t[RECORD_RESTORE_END]);
	put_total(j, "sections_restored", &t[RECORD_SECTION_RESTORE]);
	json_close(j, '}');
}

static void put_histogram(struct show *s, const struct row *row)
{
	struct json *j = &s->json;
	uint64_t from, below;

	if (!s->histograms) {
		json_null(j, "histogram");
		return;
	}
	json_open(j, "histogram", '[');
	for (uint32_t i = 0; i < HIST_BUCKETS; i++) {
		if (!row->hist[i])
			continue;
		agg_bucket(i, &from, &below);
		json_open(j, NULL, '{');
		json_number(j, "from_ns", from);
		if (below == UINT64_MAX)
			json_null(j, "below_ns");
		else
			json_number(j, "below_ns", below);
		json_number(j, "count", row->hist[i]);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void put_times(struct show *s, const struct row *row)
{
	struct json *j = &s->json;

	json_number(j, "count", row->count);
	json_number(j, "failed", row->failed);
	json_number(j, "ns", row->ns);
	json_number(j, "p50_ns", agg_percentile(row, 50));
	json_number(j, "p90_ns", agg_percentile(row, 90));
	json_number(j, "p99_ns", agg_percentile(row, 99));
	json_number(j, "max_ns", row->max);
	put_error(j, row->error);
	put_histogram(s, row);
}

static void put_row(struct show *s, const struct agg *a, const struct agg_row *r)
{
	struct json *j = &s->json;

	json_open(j, NULL, '{');
	json_str(j, "event", event_name(r->key.kind));
	put_name(j, "name", r->key.name);
	json_number(j, "id", r->key.id);
	if (a->settings.by_name)
		json_null(j, "instance");
	else
		json_u64(j, "instance", r->key.instance);
	json_number(j, "version", r->row.version);
	json_number(j, "bytes", r->row.bytes);
	put_times(s, &r->row);
	json_close(j, '}');
}

static void put_function(struct show *s, const struct agg_row *r)
{
	json_open(&s->json, NULL, '{');
	put_name(&s->json, "function", r->key.name);
	put_times(s, &r->row);
	json_close(&s->json, '}');
}

static void put_share(struct json *j, const char *key, const struct share *s)
{
	json_open(j, key, '{');
	json_number(j, "count", s->calls);
	json_number(j, "ns", s->ns);
	json_close(j, '}');
}

static void put_shares(struct json *j, const struct agg *a)
{
	if (!a->calls_timed) {
		json_null(j, "shares");
		return;
	}
	json_open(j, "shares", '{');
	json_number(j, "whole_ns", agg_whole(a));
	put_share(j, "kho_in_saves", &a->shares[WHERE_SAVE][GROUP_KHO]);
	put_share(j, "kho_in_restores", &a->shares[WHERE_RESTORE][GROUP_KHO]);
	put_share(j, "luo", &a->shares[WHERE_OUTSIDE][GROUP_LUO]);
	put_share(j, "kho_for_others", &a->shares[WHERE_OUTSIDE][GROUP_KHO]);
	json_close(j, '}');
}

static void put_lost(struct json *j, const struct agg *a)
{
	json_open(j, "lost", '{');
	json_number(j, "events", a->lost.ring);
	json_number(j, "missed", a->lost.missed);
	json_number(j, "rows", a->lost.rows);
	json_number(j, "calls", a->lost.calls);
	json_close(j, '}');
}

static void put_budget(struct json *j, const struct budget *b)
{
	if (!b || !b->limit) {
		json_null(j, "budget");
		return;
	}
	json_open(j, "budget", '{');
	if (budget_verdict(b) == BUDGET_NOT_KNOWN)
		json_null(j, "kept");
	else
		json_bool(j, "kept", budget_verdict(b) == BUDGET_KEPT);
	json_number(j, "limit_ns", b->limit);
	json_number(j, "used_ns", budget_used(b));
	json_number(j, "save_ns", b->save);
	json_number(j, "restore_ns", b->restore);
	json_number(j, "serialize_ns", b->serialize);
	json_close(j, '}');
}

/* Put all rows of sections, or with @calls of functions; --top is for text alone. */
static void put_rows(struct show *s, const struct agg *a, struct agg_row **rows, bool calls)
{
	json_open(&s->json, calls ? "functions" : "rows", '[');
	for (; rows && *rows; rows++) {
		if (((*rows)->key.kind == RECORD_CALL) != calls)
			continue;
		if (calls)
			put_function(s, *rows);
		else
			put_row(s, a, *rows);
	}
	json_close(&s->json, ']');
}

static void json_report(struct show *s, const struct agg *a, const struct budget *b)
{
	struct agg_row **rows = agg_sorted(a);

	if (!rows)
		show_note(s, "no memory for the table");
	begin(s, "summary");
	json_open(&s->json, "result", '{');
	put_totals(&s->json, a);
	put_rows(s, a, rows, false);
	put_shares(&s->json, a);
	put_rows(s, a, rows, true);
	put_lost(&s->json, a);
	put_budget(&s->json, b);
	json_close(&s->json, '}');
	finish(s, true);
	buf_flush(&s->b);
	free(rows);
}

static void json_end_of(struct show *s, const struct agg *a, const struct budget *b)
{
	begin(s, "end");
	json_open(&s->json, "result", '{');
	json_number(&s->json, "events", s->shown);
	put_totals(&s->json, a);
	put_lost(&s->json, a);
	put_budget(&s->json, b);
	json_close(&s->json, '}');
	finish(s, true);
	buf_flush(&s->b);
}

static void maybe_str(struct json *j, const char *key, const char *s)
{
	if (*s)
		json_str(j, key, s);
	else
		json_null(j, key);
}

static void put_boot_row(struct json *j, const struct boot_row *r)
{
	json_open(j, NULL, '{');
	json_str(j, "name", r->name);
	json_u64(j, "instance", r->instance);
	maybe_number(j, "version", r->has_version, r->version);
	maybe_number(j, "bytes", r->has_bytes, r->bytes);
	maybe_number(j, "save_ns", r->has_save, r->save_ns);
	maybe_number(j, "restore_ns", r->has_restore, r->restore_ns);
	maybe_str(j, "result", r->result);
	put_error(j, r->error);
	json_number(j, "attempts_traced", r->events);
	maybe_number(j, "time_ns", r->has_time, r->time);
	maybe_str(j, "task", r->comm);
	maybe_number(j, "pid", r->events, r->pid);
	json_close(j, '}');
}

static void put_boot_sum(struct json *j, const struct boot *boot)
{
	const struct boot_sum *sum = &boot->sum;

	maybe_str(j, "saved_by", boot->release);
	if (boot->generation)
		json_u64(j, "generation", boot->generation);
	else
		json_null(j, "generation");
	maybe_number(j, "save_ns", boot->has_save, boot->save_ns);
	json_number(j, "restore_ns", sum->restore_ns);
	json_number(j, "bytes", sum->bytes);
	json_number(j, "sections", sum->sections);
	json_number(j, "restored", sum->restored);
	json_number(j, "failed", sum->failed);
	json_number(j, "unclaimed", sum->unclaimed);
	json_number(j, "not_known", sum->unknown);
}

static void json_boot(struct show *s, const struct boot *boot, const struct budget *b)
{
	struct json *j = &s->json;

	begin(s, "boot");
	json_open(j, "result", '{');
	put_boot_sum(j, boot);
	maybe_number(j, "events", boot->traced, boot->stream.events);
	maybe_number(j, "events_lost", boot->traced, boot->stream.lost);
	json_open(j, "rows", '[');
	for (size_t i = 0; i < boot->shown; i++)
		put_boot_row(j, &boot->rows[i]);
	json_close(j, ']');
	put_budget(j, b);
	json_close(j, '}');
	finish(s, true);
	buf_flush(&s->b);
}

static void json_fail(struct show *s, const char *code, const char *text)
{
	struct json *j = &s->json;

	begin(s, s->command);
	json_null(j, "result");
	json_open(j, "error", '{');
	json_str(j, "code", code);
	json_str(j, "text", text);
	json_str(j, "path", "");
	json_null(j, "offset");
	json_close(j, '}');
	finish(s, true);
	buf_flush(&s->b);
}

const struct show_ops show_json = {
	.record = json_record,
	.report = json_report,
	.end = json_end_of,
	.boot = json_boot,
	.fail = json_fail,
};
