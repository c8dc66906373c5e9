// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* kstd_check(): what is counted, what is found, and what came of it. */

#include <stdio.h>
#include <stdlib.h>

#include "check/check.h"

#define X(sym, code, effect, error, advice) \
	[KSTD_CHECK_##sym] = { code, KSTD_EFFECT_##effect, error, advice },
const struct kstd_check_def kstd_check_defs[] = {
#include "check/check_codes.def"
};
#undef X

static const char *const effects[] = {
	[KSTD_EFFECT_NOTE] = "note",
	[KSTD_EFFECT_KEEPS] = "keeps",
	[KSTD_EFFECT_SKIPS] = "skips",
	[KSTD_EFFECT_LOSES] = "loses",
	[KSTD_EFFECT_REFUSES] = "refuses",
};

static const char *const results[] = {
	[KSTD_CHECK_PASSES] = "passes",
	[KSTD_CHECK_LOSES] = "loses optional state",
	[KSTD_CHECK_FAILS] = "fails",
};

const char *kstd_check_text(struct kstd_check_run *c, const char *fmt, ...)
{
	char text[512], *copy;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	copy = kstd_arena_str(&c->dump->arena, text, strlen(text));
	return copy ? copy : "";
}

/* On the way back, the reader is there already and cannot be changed. */
const char *kstd_check_advice(const struct kstd_check_run *c, enum kstd_check_code code)
{
	const struct kstd_check_def *def = &kstd_check_defs[code];

	if (c->reverse && code <= KSTD_CHECK_TOO_COMPLEX && def->effect >= KSTD_EFFECT_LOSES)
		return "plan for a way back without it, or have the next kernel add what is new in subsections";
	return def->advice;
}

static bool is_refused(const struct kstd_findings *fs, unsigned int part)
{
	return fs->refused[part / 64] >> part % 64 & 1;
}

bool kstd_find_room(struct kstd_findings *fs, enum kstd_check_code code, unsigned int part)
{
	if (fs->nr < KSTD_MAX_FINDINGS ||
	    (kstd_check_defs[code].effect == KSTD_EFFECT_REFUSES && !is_refused(fs, part)))
		return true;
	fs->more++;
	return false;
}

struct kstd_finding *kstd_find(struct kstd_check_run *c, struct kstd_findings *fs,
			       enum kstd_check_code code, const char *name, const char *path,
			       unsigned int part, const char *fmt, ...)
{
	struct kstd_finding *f = kstd_arena_get(&c->dump->arena, sizeof(*f));
	char text[512];
	va_list ap;

	if (!f)
		return &c->spare;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	*f = (struct kstd_finding){
		.code = code, .name = name, .path = path, .part = part,
		.text = kstd_check_text(c, "%s", text), .error = kstd_check_defs[code].error,
	};
	*fs->tail = f;
	fs->tail = &f->next;
	fs->nr++;
	if (kstd_check_defs[code].effect == KSTD_EFFECT_REFUSES)
		fs->refused[part / 64] |= 1ULL << part % 64;
	f->waiver = kstd_waiver_find(c, f);
	return f;
}

/* Subsections of a section, which a reader would look at. */
static void note_subs(struct kstd_check_run *c, struct kstd_checked_desc *j, struct kstd_step *step)
{
	struct kstd_cursor in = step->section.inside;
	struct kstd_section sub;
	struct kstd_tok tok;

	while (step->section.nr_subs && kstd_fdt_child(&in, &tok)) {
		kstd_section_read(c->image, &step->where, &in, &tok, &step->section, &sub);
		if (sub.desc)
			kstd_checked_desc_sub(j, sub.desc);
	}
}

/* Any of them may be there when it is saved. */
static void note_all_subs(struct kstd_checked_desc *j)
{
	struct kstd_span ids = j->desc->subs;
	uint32_t id;

	for (unsigned int i = 0; i < KSTD_MAX_SUBS && kstd_span_be32(&ids, &id); i++) {
		const struct kstd_desc *sub = kstd_schema_find(j->schema, id);

		if (sub)
			kstd_checked_desc_sub(j, sub);
	}
}

static int note_step(struct kstd_check_run *c, struct kstd_step *step)
{
	const struct kstd_desc *d = kstd_check_desc(c, step);
	struct kstd_checked_desc *j = d ? kstd_checked_desc_get(c, d) : NULL;

	if (d && !j)
		return kstd_nomem(c->dump->ctx);
	if (!j)
		return 0;
	j->sections++;
	if (step->in_tree)
		note_subs(c, j, step);
	else
		note_all_subs(j);
	return 0;
}

/* Which descriptions have sections: what is wrong with them, the list says. */
static int note_sections(struct kstd_check_run *c)
{
	struct kstd_walk walk;
	struct kstd_step step;
	int rc = 0;

	kstd_quiet_begin(c->dump);
	kstd_walk_image(&walk, c->image);
	walk.work.what = "looking at sections";
	while (!rc && kstd_walk_next(&walk, &step) && step.image == c->image)
		rc = note_step(c, &step);
	kstd_walk_end(&walk);
	kstd_quiet_end(c->dump);
	return rc ? rc : kstd_cancelled(c->dump);
}

/* Does another description have it, as a subsection or as a struct? */
static void mark_parts(const struct kstd_desc_set *k, uint8_t *is_part)
{
	for (size_t i = 0; i < k->schema->nr; i++) {
		const struct kstd_desc *d = &k->schema->descs[i], *part;
		struct kstd_span ids = d->subs;
		uint32_t id;

		while (kstd_span_be32(&ids, &id)) {
			part = kstd_schema_find(k->schema, id);
			if (part && part != d)
				is_part[part - k->schema->descs] = 1;
		}
		for (size_t f = 0; f < d->nr_fields; f++) {
			part = d->fields[f].nested;
			if (part && part != d)
				is_part[part - k->schema->descs] = 1;
		}
	}
}

/* Without sections: every description that may have some. */
static int note_known(struct kstd_check_run *c, const struct kstd_desc_set *k)
{
	uint8_t *is_part = calloc(k->schema->nr + 1, 1);
	int rc = is_part ? 0 : kstd_nomem(c->dump->ctx);

	if (rc)
		return rc;
	mark_parts(k, is_part);
	for (size_t i = 0; i < k->schema->nr && !rc; i++) {
		const struct kstd_desc *d = &k->schema->descs[i];
		struct kstd_checked_desc *j;

		if (is_part[i] && !d->subs.len)
			continue;
		j = kstd_checked_desc_get(c, d);
		if (j)
			note_all_subs(j);
		else
			rc = kstd_nomem(c->dump->ctx);
	}
	free(is_part);
	return rc;
}

static int note_descs(struct kstd_check_run *c)
{
	int rc = 0;

	for (const struct kstd_desc_set *k = c->data; k && !rc; k = k->next)
		rc = note_known(c, k);
	return rc;
}

static void compare_numbers(struct kstd_check_run *c, enum kstd_check_code code, const char *what,
			    uint32_t saved, uint32_t reads)
{
	struct kstd_finding *f;

	if (!saved || !reads || saved == reads)
		return;
	f = kstd_find(c, &c->all, code, "image", "", 0,
		      "the %s is %u bytes where it is saved, and %u in %s, which refuses all of it",
		      what, saved, reads, c->reader);
	f->saved = kstd_check_text(c, "%u", saved);
	f->reads = kstd_check_text(c, "%u", reads);
	if (!c->refused)
		c->refused = f;
}

static void compare_producers(struct kstd_check_run *c, const struct kstd_producer *saved,
			      const struct kstd_producer *reads)
{
	struct kstd_finding *f;

	if (!saved->present || !reads->present)
		return;
	compare_numbers(c, KSTD_CHECK_PAGE_SIZE, "page size", saved->page_size, reads->page_size);
	compare_numbers(c, KSTD_CHECK_WORD_SIZE, "word size", saved->word_size, reads->word_size);
	if (saved->big == reads->big)
		return;
	f = kstd_find(c, &c->all, KSTD_CHECK_BYTE_ORDER, "image", "", 0,
		      "payloads are %s-endian, and %s is not, which refuses all of it",
		      saved->big ? "big" : "little", c->reader);
	f->saved = saved->big ? "big" : "little";
	f->reads = reads->big ? "big" : "little";
	if (!c->refused)
		c->refused = f;
}

static void compare_machines(struct kstd_check_run *c)
{
	if (!c->data)
		return;
	for (const struct kstd_desc_set *k = c->readers; k; k = k->next)
		if (k->producer->present) {
			compare_producers(c, c->data->producer, k->producer);
			return;
		}
}

static void put_finding(struct kstd_check_run *c, const struct kstd_finding *f,
			struct kstd_node *list)
{
	const struct kstd_check_def *def = &kstd_check_defs[f->code];
	struct kstd_arena *a = &c->dump->arena;
	struct kstd_node *n = kstd_styled(kstd_put(a, list, KSTD_NO_KEY, KSTD_OBJECT),
					  KSTD_STYLE_BLOCK);

	kstd_put_str(a, n, KSTD_K_FOUND_CODE, def->name);
	kstd_put_str(a, n, KSTD_K_FINDING_NAME, f->name);
	kstd_styled(kstd_put_str(a, n, KSTD_K_FINDING_PATH, f->path),
		    *f->path ? KSTD_STYLE_NONE : KSTD_STYLE_HIDDEN);
	kstd_styled(kstd_put_str(a, n, KSTD_K_EFFECT, effects[def->effect]), KSTD_STYLE_HIDDEN);
	kstd_put_str(a, n, KSTD_K_FOUND_TEXT, f->text);
	kstd_styled(kstd_put_str(a, n, KSTD_K_SAVED_AS, f->saved), KSTD_STYLE_HIDDEN);
	kstd_styled(kstd_put_str(a, n, KSTD_K_READ_AS, f->reads), KSTD_STYLE_HIDDEN);
	kstd_put_str(a, n, KSTD_K_TO_DO, kstd_check_advice(c, f->code));
	kstd_styled(f->waiver ? kstd_put_fmt(a, n, KSTD_K_WAIVED, "line %u%s%s", f->waiver->line,
					     *f->waiver->reason ? ": " : "", f->waiver->reason) :
				kstd_put(a, n, KSTD_K_WAIVED, KSTD_NULL),
		    f->waiver ? KSTD_STYLE_NONE : KSTD_STYLE_HIDDEN);
}

/* What refuses stands first. */
static void put_findings_of(struct kstd_check_run *c, const struct kstd_findings *fs,
			    struct kstd_node *list)
{
	for (int effect = KSTD_EFFECT_REFUSES; effect >= KSTD_EFFECT_NOTE; effect--)
		for (const struct kstd_finding *f = fs->first; f; f = f->next)
			if (kstd_check_defs[f->code].effect == (enum kstd_effect)effect)
				put_finding(c, f, list);
}

static int put_findings(struct kstd_check_run *c, struct kstd_node *root)
{
	struct kstd_node *list = kstd_put(&c->dump->arena, root, KSTD_K_FINDINGS, KSTD_LIST);
	uint64_t more = c->all.more;

	if (!list)
		return kstd_nomem(c->dump->ctx);
	put_findings_of(c, &c->all, list);
	for (const struct kstd_checked_desc *j = c->judged; j; j = j->next) {
		put_findings_of(c, &j->findings, list);
		more += j->findings.more;
	}
	if (more)
		kstd_note(c->dump, "%llu more findings are not listed: at most %d are for one description",
			  (unsigned long long)more, KSTD_MAX_FINDINGS);
	return 0;
}

static struct kstd_node *make_summary(struct kstd_check_run *c)
{
	static const enum kstd_key_index counts[] = {
		KSTD_K_NR_LOADS, KSTD_K_NR_PARTLY, KSTD_K_NR_REFUSED, KSTD_K_NR_UNCLAIMED,
		KSTD_K_NR_CHECK_LOST, KSTD_K_NR_NOT_KNOWN, KSTD_K_NR_WAIVED,
	};
	struct kstd_arena *a = &c->dump->arena;
	struct kstd_node *s = kstd_styled(kstd_put(a, NULL, KSTD_K_SUMMARY, KSTD_OBJECT),
					  KSTD_STYLE_BLOCK);

	kstd_put_str(a, s, KSTD_K_VERDICT, results[KSTD_CHECK_PASSES]);
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		kstd_put_num(a, s, counts[i], KSTD_U64, 0);
	return a->short_of ? NULL : s;
}

static enum kstd_check_result result_of(const struct kstd_node *summary)
{
	const struct kstd_node *verdict = kstd_node_get(summary, "verdict");

	for (int i = KSTD_CHECK_FAILS; verdict && i > KSTD_CHECK_PASSES; i--)
		if (verdict->mem.p == results[i])
			return i;
	return KSTD_CHECK_PASSES;
}

void kstd_check_worse(struct kstd_node *summary, enum kstd_check_result result)
{
	struct kstd_node *verdict = summary->kids.first;

	if (result > result_of(summary))
		verdict->mem.p = results[result];
	verdict->mem.len = strlen(verdict->mem.p);
}

/* Versions that differ are nobody's section. */
void kstd_check_begin(struct kstd_check_run *c, struct kstd_node *summary)
{
	struct kstd_node *verdict = summary->kids.first;

	for (struct kstd_node *n = verdict->next; n; n = n->next)
		n->u = 0;
	verdict->mem.p = results[KSTD_CHECK_PASSES];
	for (const struct kstd_finding *f = c->all.first; f; f = f->next)
		if (kstd_check_defs[f->code].effect == KSTD_EFFECT_REFUSES && !f->waiver)
			kstd_check_worse(summary, KSTD_CHECK_FAILS);
	verdict->mem.len = strlen(verdict->mem.p);
}

static int make(struct kstd_check_run *c, const struct kstd_node **root)
{
	struct kstd_arena *a = &c->dump->arena;
	struct kstd_node *n = kstd_put(a, NULL, KSTD_NO_KEY, KSTD_OBJECT);
	struct kstd_node *summary = make_summary(c), *sections, *unused;
	int rc;

	if (!n || !summary)
		return kstd_nomem(c->dump->ctx);
	compare_machines(c);
	rc = kstd_check_abis(c, n) ?: c->image ? note_sections(c) : note_descs(c);
	if (rc)
		return rc;
	for (struct kstd_checked_desc *j = c->judged; j; j = j->next)
		kstd_judge(c, j);
	sections = kstd_check_list(c, summary);
	unused = kstd_waivers_list(c);
	if (!sections || !unused)
		return kstd_nomem(c->dump->ctx);
	kstd_link(n, sections);
	rc = put_findings(c, n);
	kstd_link(n, unused);
	kstd_link(n, summary);
	if (rc || a->short_of)
		return kstd_nomem(c->dump->ctx);
	*root = n;
	return 0;
}

static int get_opts(struct kstd_dump *dump, const struct kstd_check_opts *user,
		    struct kstd_check_opts *opts)
{
	struct kstd_ctx *ctx = dump->ctx;
	int rc;

	*opts = (struct kstd_check_opts){ .sz = sizeof(*opts) };
	rc = kstd_opts(ctx, "kstd_check", user, offsetof(struct kstd_check_opts, reverse), opts,
		       sizeof(*opts));
	if (!rc && !opts->nr_next)
		rc = kstd_err(ctx, KSTD_E_OPTIONS, KSTD_NO_OFFSET,
			      "kstd_check: no other kernel is named");
	for (size_t i = 0; i < opts->nr_next && !rc; i++)
		if (opts->next[i] == dump)
			rc = kstd_err(ctx, KSTD_E_OPTIONS, KSTD_NO_OFFSET,
				      "kstd_check: a dump cannot be checked against itself");
	return rc;
}

int kstd_check(struct kstd_dump *dump, const struct kstd_check_opts *user,
	       const struct kstd_node **root)
{
	struct kstd_check_run *c = kstd_arena_get(&dump->arena, sizeof(*c));
	struct kstd_check_opts opts;
	int rc = get_opts(dump, user, &opts);

	*root = NULL;
	if (rc)
		return rc;
	if (!c)
		return kstd_nomem(dump->ctx);
	*c = (struct kstd_check_run){
		.dump = dump, .next = opts.next, .nr_next = opts.nr_next, .reverse = opts.reverse,
		.budget = KSTD_CHECK_BUDGET,
	};
	c->last_judged = &c->judged;
	c->all.tail = &c->all.first;
	rc = opts.waivers ? kstd_waivers_read(c, opts.waivers) : 0;
	rc = rc ? rc : kstd_check_sides(c);
	return rc ? rc : make(c, root);
}

enum kstd_check_result kstd_check_status(const struct kstd_node *root)
{
	return result_of(kstd_node_get(root, "summary"));
}
