// SPDX-License-Identifier: GPL-2.0

#include <fcntl.h>
#include <errno.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "../common/text_value.h"
#include "report_assets.h"
#include "picture.h"
#include "report.h"

/* Keep why a call failed, if it did. */
static void take(struct report_part *part, struct kstd_ctx *ctx, int failed)
{
	if (failed)
		snprintf(part->why, sizeof(part->why), "%s", kstd_error_message(ctx));
}

int report_read(struct report *r, struct kstd_ctx *ctx, struct kstd_dump *dump)
{
	int rc = kstd_verify(dump, &r->verify);

	if (rc)
		return rc;
	r->dump = dump;
	r->made = time(NULL);
	take(&r->info, ctx, kstd_info(dump, &r->info.node));
	take(&r->list, ctx, kstd_list(dump, &r->list.node));
	take(&r->luo, ctx, kstd_luo(dump, NULL, &r->luo.node));
	take(&r->mem, ctx, kstd_mem(dump, &r->mem.node));
	return 0;
}

static uint64_t count(const struct kstd_node *list)
{
	struct kstd_iter it;
	uint64_t nr = 0;

	if (!list)
		return 0;
	kstd_iter_begin(&it, list);
	while (kstd_iter_next(&it))
		nr++;
	kstd_iter_end(&it);
	return nr;
}

static bool is_same(const struct kstd_node *a, const struct kstd_node *b, const char *key)
{
	size_t len_a = 0, len_b = 0;
	const struct kstd_node *in_a = kstd_node_get(a, key), *in_b = kstd_node_get(b, key);
	const void *p = in_a ? kstd_node_mem(in_a, &len_a) : NULL;
	const void *q = in_b ? kstd_node_mem(in_b, &len_b) : NULL;

	return len_a == len_b && (!len_a || !memcmp(p, q, len_a));
}

static bool is_in(const struct kstd_node *list, const struct kstd_node *what)
{
	const struct kstd_node *n;
	struct kstd_iter it;
	bool found = false;

	if (!list)
		return false;
	kstd_iter_begin(&it, list);
	while (!found && (n = kstd_iter_next(&it)))
		found = is_same(n, what, "text") && is_same(n, what, "path");
	kstd_iter_end(&it);
	return found;
}

/* How many of @list, as of kstd_defects(), kstd_verify() did not say before in @said. */
static uint64_t count_new(const struct kstd_node *list, const struct kstd_node *said)
{
	const struct kstd_node *n;
	struct kstd_iter it;
	uint64_t nr = 0;

	if (!list)
		return 0;
	kstd_iter_begin(&it, list);
	while ((n = kstd_iter_next(&it)))
		nr += !is_in(said, n);
	kstd_iter_end(&it);
	return nr;
}

/* What verify said, and with it what was found besides while the page was made. */
static uint64_t count_both(const struct report *r, const char *key, const struct kstd_node *list)
{
	const struct kstd_node *said = kstd_node_get(r->verify, key);

	return count(said) + count_new(list, said);
}

static void put_heading(struct html *h, const char *id, const char *title)
{
	buf_printf(h->b, "<h2 id=\"%s\">%s</h2>\n", id, title);
}

/* That something is not known is as loud as a defect. */
static void put_unknown(struct html *h, const char *what, const char *why)
{
	buf_printf(h->b, "<p class=\"unknown\"><strong>Not known</strong>: %s: ", what);
	html_str(h, why);
	buf_str(h->b, "</p>\n");
}

static bool put_part(struct html *h, const struct report_part *part, const char *id,
		     const char *title)
{
	put_heading(h, id, title);
	if (!part->node)
		put_unknown(h, "this part", part->why);
	return part->node;
}

static void put_list(struct html *h, const struct kstd_node *list, const char *none)
{
	if (!list || !html_table(h, list))
		buf_printf(h->b, "<p class=\"hint\">%s</p>\n", none);
}

/* The places and reasons of what is wrong, and of what is not known. */
static void put_findings(struct html *h, const struct report *r)
{
	const struct kstd_node *list = kstd_node_get(r->verify, "findings");

	put_heading(h, "findings", "What is wrong");
	put_list(h, list, "No finding.");
	if (count_new(kstd_defects(r->dump), list))
		html_table(h, kstd_defects(r->dump));
	put_heading(h, "unknown", "What is not known");
	list = kstd_node_get(r->verify, "not_known");
	put_list(h, list, "Nothing that was looked for.");
	if (count_new(kstd_unknowns(r->dump), list))
		html_table(h, kstd_unknowns(r->dump));
	buf_str(h->b, "<h3>What was checked</h3>\n");
	put_list(h, kstd_node_get(r->verify, "checked"), "Nothing.");
}

static void put_overview(struct html *h, const struct report *r)
{
	if (put_part(h, &r->info, "overview", "Overview"))
		html_node(h, r->info.node);
}

static void put_sections(struct html *h, const struct report *r)
{
	const struct kstd_node *list;

	if (!put_part(h, &r->list, "sections", "Sections of kstate"))
		return;
	list = kstd_node_get(r->list.node, "sections");
	if (list)
		picture_times(h, list);
	put_list(h, list, "No kstate image, or no section in it.");
	put_heading(h, "files", "Files that LUO preserves");
	put_list(h, kstd_node_get(r->list.node, "files"), "None that could be seen: see what is not known.");
	if (r->luo.node) {
		buf_str(h->b, "<details><summary>LUO in full</summary>\n");
		html_node(h, r->luo.node);
		buf_str(h->b, "</details>\n");
	}
}

static void put_side(struct html *h, const struct kstd_node *side)
{
	const struct kstd_node *name = kstd_node_get(side, "side"), *why = kstd_node_get(side, "not_known");

	buf_str(h->b, "<h3>Side: ");
	html_value(h, name);
	html_text(h, h->scratch.p, h->scratch.len);
	buf_str(h->b, "</h3>\n");
	if (why && kstd_node_type(why) == KSTD_TEXT) {
		struct buf text = { 0 };

		html_value(h, why);
		buf_add(&text, h->scratch.p, h->scratch.len);
		buf_char(&text, 0);
		if (!text.failed)
			put_unknown(h, "what the preserved-memory map holds", text.p);
		buf_free(&text);
	}
	picture_memory(h, side);
	html_node(h, side);
}

static void put_memory(struct html *h, const struct report *r)
{
	const struct kstd_node *list, *side;
	struct kstd_iter it;

	if (!put_part(h, &r->mem, "memory", "Memory"))
		return;
	/* Where memory is short, a member may be missing. */
	list = kstd_node_get(r->mem.node, "memory");
	if (!list)
		return;
	kstd_iter_begin(&it, list);
	while ((side = kstd_iter_next(&it)))
		put_side(h, side);
	kstd_iter_end(&it);
}

static void put_notes(struct html *h, const struct report *r)
{
	const struct kstd_node *list = kstd_notes(r->dump), *note;
	struct kstd_iter it;

	if (!list)
		return;
	put_heading(h, "notes", "Notes");
	buf_str(h->b, "<ul>\n");
	kstd_iter_begin(&it, list);
	while ((note = kstd_iter_next(&it))) {
		html_value(h, note);
		buf_str(h->b, "<li>");
		html_text(h, h->scratch.p, h->scratch.len);
		buf_str(h->b, "</li>\n");
	}
	kstd_iter_end(&it);
	buf_str(h->b, "</ul>\n");
}

static void put_body(struct html *h, const struct report *r)
{
	put_findings(h, r);
	put_overview(h, r);
	put_sections(h, r);
	put_memory(h, r);
	put_notes(h, r);
}

/* How many there are, as a line that is seen first. */
static void put_verdict(struct html *h, uint64_t findings, uint64_t unknowns)
{
	char room[COUNT_TEXT];

	if (findings)
		buf_printf(h->b, "<p class=\"verdict bad\">Wrong: %s finding%s<small>State may be lost or "
			   "damaged: see <a href=\"#findings\">what is wrong</a>.</small></p>\n",
			   count_text(findings, room), findings == 1 ? "" : "s");
	if (unknowns)
		buf_printf(h->b, "<p class=\"verdict unknown\">Not known: %s thing%s<small>What could not be "
			   "read may be good or bad: see <a href=\"#unknown\">what is not known</a>.</small></p>\n",
			   count_text(unknowns, room), unknowns == 1 ? "" : "s");
	if (!findings && !unknowns)
		buf_str(h->b, "<p class=\"verdict good\">Nothing wrong was found, and nothing that was looked for "
			"is unknown<small>See <a href=\"#findings\">what was checked</a>.</small></p>\n");
}

static void put_head(struct html *h, const struct report *r)
{
	struct buf source = { 0 };
	time_t made = r->made;
	char when[40] = "";
	struct tm tm;

	text_message(&source, kstd_source(r->dump), strlen(kstd_source(r->dump)));
	if (gmtime_r(&made, &tm))
		strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S UTC", &tm);
	buf_str(h->b, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-"
		REPORT_CSS_SHA256 "'; script-src 'sha256-" REPORT_JS_SHA256 "'; base-uri 'none'; form-action 'none'\">\n"
		"<meta name=\"viewport\" content=\"width=device-width\">\n"
		"<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
	html_text(h, source.p, source.len);
	buf_str(h->b, " - kstate report</title>\n<style>");
	buf_add(h->b, report_css, sizeof(report_css) - 1);
	buf_str(h->b, "</style>\n</head>\n<body>\n<h1>What is handed over through KHO</h1>\n<p class=\"source\">");
	html_text(h, source.p, source.len);
	buf_printf(h->b, "<br>read by kstate-dump %s on %s</p>\n", kstd_version(), when);
	buf_free(&source);
}

static void put_page(struct html *h, const struct report *r, uint64_t findings, uint64_t unknowns)
{
	put_head(h, r);
	put_verdict(h, findings, unknowns);
	buf_str(h->b, "<nav><a href=\"#findings\">Wrong</a><a href=\"#unknown\">Not known</a>"
		"<a href=\"#overview\">Overview</a><a href=\"#sections\">Sections</a><a href=\"#files\">Files</a>"
		"<a href=\"#memory\">Memory</a><a href=\"#notes\">Notes</a></nav>\n<main>\n");
	h->nr_tables = 0;
	put_body(h, r);
	buf_str(h->b, "</main>\n<script>");
	buf_add(h->b, report_js, sizeof(report_js) - 1);
	buf_str(h->b, "</script>\n</body>\n</html>\n");
}

/* Decode all that the page shows, and show it to nobody: what is wrong with it is known then. */
static int decode(const struct report *r)
{
	struct html h = { 0 };
	struct buf nowhere;
	int fd = open("/dev/null", O_WRONLY | O_CLOEXEC), err;

	if (fd < 0)
		return errno;
	buf_open(&nowhere, fd);
	h.b = &nowhere;
	put_body(&h, r);
	buf_flush(&nowhere);
	err = nowhere.failed;
	buf_free(&h.scratch);
	buf_free(&nowhere);
	close(fd);
	return err;
}

static unsigned int missing(const struct report *r)
{
	return !r->info.node + !r->list.node + !r->mem.node;
}

enum kstd_truth report_put(const struct report *r, struct buf *b)
{
	struct html h = { .b = b };
	uint64_t findings, unknowns;

	b->failed = decode(r);
	findings = count_both(r, "findings", kstd_defects(r->dump));
	unknowns = count_both(r, "not_known", kstd_unknowns(r->dump)) + missing(r);
	put_page(&h, r, findings, unknowns);
	if (h.scratch.failed && !b->failed)
		b->failed = h.scratch.failed;
	buf_free(&h.scratch);
	return findings ? KSTD_NO : unknowns ? KSTD_NOT_KNOWN : KSTD_YES;
}
