// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Findings of a check: how they are noted and listed; and the summary of all sections. */

#include <stdio.h>

#include "base/known.h"
#include "check/check.h"

static const char *const effects[] = {
	[KSTD_EFFECT_NOTE] = "note",
	[KSTD_EFFECT_KEEPS] = "keeps",
	[KSTD_EFFECT_SKIPS] = "skips",
	[KSTD_EFFECT_LOSES] = "loses",
	[KSTD_EFFECT_UNKNOWN] = "unknown",
	[KSTD_EFFECT_REFUSES] = "refuses",
};

static const char *const results[] = {
	[KSTD_CHECK_PASSES] = "passes",
	[KSTD_CHECK_LOSES] = "loses optional state",
	[KSTD_CHECK_FAILS] = "fails",
	[KSTD_CHECK_NOT_KNOWN] = "not known",
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

/* A finding that refuses a part is kept even if the list is full, one for each part. */
bool kstd_find_room(struct kstd_findings *fs, enum kstd_check_code code, unsigned int part)
{
	bool refused = fs->refused[part / 64] >> part % 64 & 1;

	if (fs->nr < KSTD_MAX_FINDINGS ||
	    (kstd_check_defs[code].effect == KSTD_EFFECT_REFUSES && !refused))
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

static void put_finding(struct kstd_check_run *c, const struct kstd_finding *f,
			struct kstd_node *list)
{
	const struct kstd_check_def *def = &kstd_check_defs[f->code];
	struct kstd_arena *a = &c->dump->arena;
	struct kstd_node *n = kstd_styled(kstd_put(a, list, KSTD_NO_KEY, KSTD_OBJECT),
					  KSTD_STYLE_BLOCK);

	kstd_put_str(a, n, KSTD_K_FOUND_CODE, def->name);
	kstd_put_str(a, n, KSTD_K_FINDING_NAME, f->name);
	kstd_hidden_if(kstd_put_str(a, n, KSTD_K_FINDING_PATH, f->path), !*f->path);
	kstd_put_str(a, n, KSTD_K_EFFECT, effects[def->effect]);
	kstd_put_str(a, n, KSTD_K_FOUND_TEXT, f->text);
	kstd_put_str(a, n, KSTD_K_SAVED_AS, f->saved);
	kstd_put_str(a, n, KSTD_K_READ_AS, f->reads);
	kstd_put_str(a, n, KSTD_K_TO_DO, kstd_check_advice(c, f->code));
	if (f->waiver)
		kstd_put_fmt(a, n, KSTD_K_WAIVED, "line %u%s%s", f->waiver->line,
			     *f->waiver->reason ? ": " : "", f->waiver->reason);
	else
		kstd_hidden_if(kstd_put(a, n, KSTD_K_WAIVED, KSTD_NULL), true);
}

/* The worst effect comes first. */
static void put_findings(struct kstd_check_run *c, const struct kstd_findings *fs,
			 struct kstd_node *list)
{
	for (int effect = KSTD_EFFECT_REFUSES; effect >= KSTD_EFFECT_NOTE; effect--)
		for (const struct kstd_finding *f = fs->first; f; f = f->next)
			if (kstd_check_defs[f->code].effect == (enum kstd_effect)effect)
				put_finding(c, f, list);
}

struct kstd_node *kstd_findings_list(struct kstd_check_run *c)
{
	struct kstd_node *list = kstd_put(&c->dump->arena, NULL, KSTD_K_FINDINGS, KSTD_LIST);
	uint64_t more = c->all.more;

	if (!list)
		return NULL;
	put_findings(c, &c->all, list);
	for (const struct kstd_checked_desc *j = c->checked; j; j = j->next) {
		put_findings(c, &j->findings, list);
		more += j->findings.more;
	}
	if (more)
		kstd_note(c->dump, "%llu more findings are not listed: at most %d are for one description",
			  (unsigned long long)more, KSTD_MAX_FINDINGS);
	return list;
}

struct kstd_node *kstd_check_summary(struct kstd_check_run *c)
{
#define X(sym, name, key) [KSTD_VERDICT_##sym] = key,
	static const enum kstd_key_index keys[] = { KSTD_CHECK_VERDICTS(X) };
#undef X
	struct kstd_arena *a = &c->dump->arena;
	struct kstd_node *s = kstd_put(a, NULL, KSTD_K_SUMMARY, KSTD_OBJECT);

	kstd_put_str(a, s, KSTD_K_VERDICT, results[c->totals.result]);
	for (size_t i = 0; i < KSTD_NR_VERDICTS; i++)
		if (c->sections_unknown)
			kstd_put_unknown(a, s, keys[i]);
		else
			kstd_put_num(a, s, keys[i], KSTD_U64, c->totals.sections[i]);
	kstd_put_num(a, s, KSTD_K_NR_WAIVED, KSTD_U64, c->totals.waived);
	return s;
}

enum kstd_check_result kstd_check_status(const struct kstd_node *root)
{
	const struct kstd_node *summary = kstd_node_get(root, "summary");
	const struct kstd_node *verdict = summary ? kstd_node_get(summary, "verdict") : NULL;

	for (int i = KSTD_CHECK_PASSES; i <= KSTD_CHECK_NOT_KNOWN; i++)
		if (kstd_node_is_text(verdict, results[i]))
			return i;
	return KSTD_CHECK_FAILS;
}
