// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/*
 * Sections of a check. They are walked three times: to find the descriptions that have to
 * be matched, to count the verdicts, and when somebody iterates over the list of sections.
 */

#include <stdio.h>
#include <stdlib.h>

#include "base/lazy_list.h"
#include "check/check.h"

/**
 * struct section - a section, or a description that is checked without one
 * @j: NULL if its description is not known
 * @instance: valid if @has_instance
 * @damaged: the section, or a subsection that the reader looks at, cannot be restored
 * @lost: it was not saved, or its object was unregistered afterwards: @withdrawn
 * @has: which subsections it has, by index in @j
 */
struct section {
	const char *name;
	const struct kstd_checked_desc *j;
	bool has_instance;
	uint64_t instance;
	bool damaged;
	bool lost;
	bool withdrawn;
	bool has[KSTD_MAX_SUBS];
};

/**
 * struct outcome - what becomes of a section
 * @effect: the worst effect of its findings; @open: the worst one that is not waived
 * @code: of the first finding with that effect; its @text and @error
 * @nr: number of findings with that effect
 * @waived: a finding was waived
 */
struct outcome {
	enum kstd_check_verdict verdict;
	enum kstd_effect effect;
	enum kstd_effect open;
	enum kstd_check_code code;
	const char *text;
	const char *error;
	unsigned int nr;
	bool waived;
};

/* The description of a section, also of one that only the table has; NULL if it is not known. */
static const struct kstd_desc *desc_of(const struct kstd_check_run *c, const struct kstd_step *step)
{
	const struct kstd_desc *d = NULL;

	if (step->in_tree)
		return step->section.desc;
	for (const struct kstd_desc_set *k = c->data; k; k = k->next) {
		const struct kstd_desc *found =
			kstd_desc_set_find(k, step->row.name.p, step->row.name.len);

		if (found && (!d || k->is_catalog))
			d = found;
	}
	return d;
}

/* ---- Which descriptions do the sections have? ---- */

static int gather_desc(struct kstd_check_run *c, struct kstd_step *step)
{
	const struct kstd_desc *d = desc_of(c, step);
	struct kstd_checked_desc *j = d ? kstd_checked_desc_get(c, d) : NULL;
	struct kstd_cursor in = step->section.inside;
	struct kstd_section sub;
	struct kstd_tok tok;

	if (!d)
		return 0;
	if (!j)
		return kstd_nomem(c->dump->ctx);
	j->sections++;
	if (!step->in_tree)
		kstd_checked_desc_all_subs(j);
	while (step->in_tree && step->section.nr_subs && kstd_fdt_child(&in, &tok)) {
		kstd_section_read(c->image, &step->where, &in, &tok, &step->section, &sub);
		if (sub.desc)
			kstd_checked_desc_sub(j, sub.desc);
	}
	return 0;
}

int kstd_check_gather_sections(struct kstd_check_run *c)
{
	struct kstd_walk walk;
	struct kstd_step step;
	int rc = 0;

	kstd_quiet_begin(c->dump);	/* kstd_check_count_sections() notes the defects */
	kstd_walk_image(&walk, c->image);
	walk.work.what = "looking at sections";
	while (!rc && kstd_walk_next(&walk, &step) && step.image == c->image) {
		rc = gather_desc(c, &step);
		c->nr_sections++;
	}
	kstd_walk_end(&walk);
	kstd_quiet_end(c->dump);
	if (walk.short_of)
		return kstd_nomem(c->dump->ctx);
	return rc ? rc : kstd_cancelled(c->dump);
}

/* ---- What is in a section? ---- */

/* Would the kernel refuse it when it opens it? */
static bool is_damaged(const struct kstd_check_run *c, struct kstd_arena *a,
		       const struct kstd_where *where, struct kstd_section *s)
{
	if (!s->has_header || !s->desc || !s->desc->complete || !s->desc->sealed ||
	    s->version != s->desc->version)
		return true;
	kstd_section_load(c->image, a, where, s, true);
	return kstd_section_crc(c->image, where, s) == KSTD_CRC_BAD;
}

/* Note which subsections it has; with @deep, verify those that the reader looks at. */
static void read_subs(const struct kstd_check_run *c, struct kstd_arena *a, struct kstd_step *step,
		      bool deep, struct section *s)
{
	struct kstd_cursor in = step->section.inside;
	struct kstd_section sub;
	struct kstd_tok tok;

	while (step->section.nr_subs && kstd_fdt_child(&in, &tok)) {
		struct kstd_where where = KSTD_AT(&step->where, tok.name, tok.name_len);

		kstd_section_read(c->image, &where, &in, &tok, &step->section, &sub);
		for (unsigned int i = 0; s->j && i < s->j->nr_subs; i++) {
			if (s->j->subs[i] != sub.desc)
				continue;
			s->has[i] = true;
			if (deep && s->j->known[i])
				s->damaged |= is_damaged(c, a, &where, &sub);
		}
	}
}

/* "name@instance" of a section that only the table has. */
static const char *row_name(struct kstd_arena *a, const struct kstd_table_row *row)
{
	const size_t room = row->name.len + sizeof("@0123456789abcdef");
	char *name = kstd_arena_get(a, room);

	if (!name)
		return "";
	memcpy(name, row->name.p, row->name.len);
	snprintf(name + row->name.len, room - row->name.len, "@%llx",
		 (unsigned long long)row->instance);
	return name;
}

/* With @deep, verify checksums; else @s->damaged stays false. */
static void read_section(const struct kstd_check_run *c, struct kstd_arena *a,
			 struct kstd_step *step, bool deep, struct section *s)
{
	*s = (struct section){
		.j = kstd_checked_desc_find(c, desc_of(c, step)), .has_instance = true,
	};
	if (!step->in_tree) {
		s->name = row_name(a, &step->row);
		s->instance = step->row.instance;
		memset(s->has, 1, sizeof(s->has));
		return;
	}
	s->name = kstd_arena_str(a, step->section.node, step->section.node_len) ?: "";
	s->instance = step->section.has_header ? step->section.header_instance :
		      step->section.instance;
	s->lost = step->section.lost;
	s->withdrawn = step->section.withdrawn;
	s->damaged = deep && !s->lost && is_damaged(c, a, &step->where, &step->section);
	read_subs(c, a, step, deep, s);
}

/* A description without a section: there may be every subsection. */
static void section_of_desc(const struct kstd_checked_desc *j, struct section *s)
{
	*s = (struct section){ .name = j->name, .j = j };
	memset(s->has, 1, sizeof(s->has));
}

/* ---- What becomes of it? ---- */

static void add_effect(struct outcome *o, enum kstd_check_code code, const char *text,
		       const char *error, const struct kstd_waiver *waiver)
{
	enum kstd_effect effect = kstd_check_defs[code].effect;

	if (waiver && effect >= KSTD_EFFECT_LOSES)
		o->waived = true;
	else if (effect > o->open)
		o->open = effect;
	if (effect > o->effect) {
		o->effect = effect;
		o->code = code;
		o->text = text;
		o->error = error;
		o->nr = 0;
	}
	o->nr += effect == o->effect;
}

/* @f is NULL for what is true of this section alone. */
static const struct kstd_waiver *waiver_for(struct kstd_check_run *c, const struct section *s,
					    const struct kstd_finding *f, enum kstd_check_code code)
{
	const char *name = s->j ? s->j->name : s->name;
	struct kstd_finding whole = { .code = code, .name = name, .path = "" };
	const struct kstd_waiver *w = f ? f->waiver : kstd_waiver_find(c, &whole);

	return w || !s->has_instance ? w : kstd_waiver_section(c, code, name, s->instance);
}

static void add_own_effect(struct kstd_check_run *c, struct outcome *o, const struct section *s,
			   enum kstd_check_code code, const char *text)
{
	add_effect(o, code, text, kstd_check_defs[code].error, waiver_for(c, s, NULL, code));
}

static bool concerns(const struct section *s, const struct kstd_finding *f)
{
	return !f->part || s->has[f->part - 1];
}

static enum kstd_check_verdict verdict_of(const struct section *s, const struct outcome *o)
{
	bool unclaimed = o->code == KSTD_CHECK_UNCLAIMED || o->code == KSTD_CHECK_OTHER_ID;

	if (!s->j && !s->damaged)
		return KSTD_VERDICT_NOT_KNOWN;
	if (s->lost && !unclaimed)
		return KSTD_VERDICT_LOST;
	switch (o->effect) {
	case KSTD_EFFECT_REFUSES:
		return unclaimed ? KSTD_VERDICT_UNCLAIMED : KSTD_VERDICT_REFUSED;
	case KSTD_EFFECT_LOSES:
	case KSTD_EFFECT_SKIPS:
		return KSTD_VERDICT_LOADS_PARTLY;
	default:
		return KSTD_VERDICT_LOADS;
	}
}

/* In the order in which the kernel looks. */
static struct outcome judge_section(struct kstd_check_run *c, const struct section *s)
{
	struct outcome o = { .text = "" };

	if (c->refused)
		add_effect(&o, c->refused->code, c->refused->text, c->refused->error,
			   c->refused->waiver);
	if (s->damaged && s->j && s->j->reader)
		add_own_effect(c, &o, s, KSTD_CHECK_DAMAGED, "it is damaged");
	if (s->lost)
		add_own_effect(c, &o, s, KSTD_CHECK_LOST, s->withdrawn ?
			       "its driver unregistered the object after it had been saved" :
			       "it could not be saved");
	for (const struct kstd_finding *f = s->j ? s->j->findings.first : NULL; f; f = f->next)
		if (concerns(s, f))
			add_effect(&o, f->code, f->text, f->error, waiver_for(c, s, f, f->code));
	o.verdict = verdict_of(s, &o);
	return o;
}

/* ---- Counting ---- */

static bool is_optional(const struct section *s)
{
	return s->j && s->j->desc->flags & KSTATE_ABI_OPTIONAL;
}

static void count_section(struct kstd_check_run *c, const struct section *s)
{
	struct outcome o = judge_section(c, s);
	struct kstd_check_totals *t = &c->totals;

	t->sections[o.verdict]++;
	t->waived += o.waived;
	if (o.verdict == KSTD_VERDICT_NOT_KNOWN)
		kstd_check_count(c, KSTD_EFFECT_UNKNOWN);
	if (o.open == KSTD_EFFECT_REFUSES && is_optional(s))
		kstd_check_count(c, KSTD_EFFECT_LOSES);
	else
		kstd_check_count(c, o.open);
}

int kstd_check_count_sections(struct kstd_check_run *c)
{
	struct kstd_arena arena = { 0 };
	struct kstd_walk walk;
	struct kstd_step step;
	struct section s;
	bool short_of = false;

	c->damaged = kstd_arena_get(&c->dump->arena, c->nr_sections);
	if (!c->damaged)
		return kstd_nomem(c->dump->ctx);
	kstd_walk_image(&walk, c->image);
	walk.work.what = "checking sections";
	for (uint64_t i = 0; kstd_walk_next(&walk, &step) && i < c->nr_sections; i++) {
		uint64_t wrong = kstd_check_wrong(c);

		kstd_arena_reset(&arena);
		read_section(c, &arena, &step, true, &s);
		c->damaged[i] = s.damaged;
		if (s.damaged)
			c->damage += kstd_check_wrong(c) - wrong;
		count_section(c, &s);
		short_of |= arena.short_of;
	}
	kstd_walk_end(&walk);
	kstd_arena_free(&arena);
	return short_of || walk.short_of ? kstd_nomem(c->dump->ctx) : kstd_cancelled(c->dump);
}

void kstd_check_count_descs(struct kstd_check_run *c)
{
	struct section s;

	for (const struct kstd_checked_desc *j = c->checked; j; j = j->next) {
		section_of_desc(j, &s);
		count_section(c, &s);
	}
}

/* ---- The list ---- */

/* Paths of the findings that have one of these effects. */
static struct kstd_node *put_paths(struct kstd_arena *a, struct kstd_node *n,
				   enum kstd_key_index key, const struct section *s,
				   enum kstd_effect from, enum kstd_effect to)
{
	struct kstd_node *list = kstd_styled(kstd_put(a, n, key, KSTD_LIST), KSTD_STYLE_HIDDEN);

	for (const struct kstd_finding *f = s->j ? s->j->findings.first : NULL; f && list;
	     f = f->next) {
		enum kstd_effect effect = kstd_check_defs[f->code].effect;

		if (effect >= from && effect <= to && concerns(s, f))
			kstd_put_str(a, list, KSTD_NO_KEY, f->path);
	}
	return list;
}

/* "skips a, b"; what does not fit into @size is left out. */
static void list_text(char *text, size_t size, const char *what, const struct kstd_node *list)
{
	size_t len = snprintf(text, size, "%s", what);

	for (const struct kstd_node *n = list->kids.first; n && len < size; n = n->next)
		len += snprintf(text + len, size - len, "%s%.*s", n == list->kids.first ? " " : ", ",
				(int)n->mem.len, (const char *)n->mem.p);
}

static void put_why(const struct kstd_check_run *c, struct kstd_arena *a, struct kstd_node *n,
		    const struct section *s, const struct outcome *o,
		    const struct kstd_node *skips, const struct kstd_node *keeps)
{
	const char *waived = o->waived ? " (waived)" : "";
	char text[300], more[40] = "";

	if (o->verdict == KSTD_VERDICT_NOT_KNOWN) {
		kstd_put_str(a, n, KSTD_K_WHY,
			     "its description is not here: kstate/catalog has it, or an image once it is saved");
	} else if (o->effect == KSTD_EFFECT_REFUSES || s->lost) {
		if (o->nr > 1)
			snprintf(more, sizeof(more), " (one of %u reasons)", o->nr);
		kstd_put_fmt(a, n, KSTD_K_WHY, "%s%s; %s%s", o->text, more,
			     kstd_check_advice(c, o->code), waived);
	} else if (skips && skips->kids.first) {
		list_text(text, sizeof(text), "skips", skips);
		kstd_put_fmt(a, n, KSTD_K_WHY, "%s%s", text, waived);
	} else if (keeps && keeps->kids.first) {
		list_text(text, sizeof(text), "leaves alone", keeps);
		kstd_put_fmt(a, n, KSTD_K_WHY, "%s", text);
	} else {
		kstd_put(a, n, KSTD_K_WHY, KSTD_NULL);
	}
}

static struct kstd_node *put_section(struct kstd_check_run *c, struct kstd_arena *a,
				     const struct section *s)
{
#define X(sym, name, key) [KSTD_VERDICT_##sym] = name,
	static const char *const verdicts[] = { KSTD_CHECK_VERDICTS(X) };
#undef X
	struct outcome o = judge_section(c, s);
	struct kstd_node *n = kstd_put(a, NULL, KSTD_NO_KEY, KSTD_OBJECT), *skips, *keeps;
	bool refused = o.effect == KSTD_EFFECT_REFUSES || s->lost;

	kstd_put_str(a, n, KSTD_K_SECTION, s->name);
	kstd_put_str(a, n, KSTD_K_SEC_VERDICT, verdicts[o.verdict]);
	kstd_put_str(a, n, KSTD_K_NEED,
		     !s->j ? NULL : is_optional(s) ? "optional" : "mandatory");
	kstd_put_str(a, n, KSTD_K_ERRNO, refused ? o.error : NULL);
	kstd_put_str(a, n, KSTD_K_READER, s->j ? s->j->file : NULL);
	skips = put_paths(a, n, KSTD_K_SKIPS, s, KSTD_EFFECT_SKIPS, KSTD_EFFECT_LOSES);
	keeps = put_paths(a, n, KSTD_K_KEEPS, s, KSTD_EFFECT_KEEPS, KSTD_EFFECT_KEEPS);
	kstd_put_num(a, n, KSTD_K_IS_WAIVED, KSTD_BOOL, o.waived);
	put_why(c, a, n, s, &o, skips, keeps);
	return n;
}

/**
 * struct section_cursor - an iteration over the list
 * @nr: number of the next section
 * @j: without an image: the next description
 */
struct section_cursor {
	struct kstd_list_iter it;
	struct kstd_walk walk;
	uint64_t nr;
	const struct kstd_checked_desc *j;
};

static void list_begin(struct kstd_list_iter *it)
{
	struct section_cursor *at = (struct section_cursor *)it;
	const struct kstd_check_run *c = it->of;

	at->j = c->image ? NULL : c->checked;
	kstd_walk_image(&at->walk, c->image);
}

static struct kstd_node *list_next(struct kstd_list_iter *it)
{
	struct section_cursor *at = (struct section_cursor *)it;
	struct kstd_check_run *c = (struct kstd_check_run *)it->of;
	struct kstd_step step;
	struct section s;

	if (!c->image) {
		if (!at->j)
			return NULL;
		section_of_desc(at->j, &s);
		at->j = at->j->next;
	} else {
		if (!kstd_walk_next(&at->walk, &step) || at->nr == c->nr_sections)
			return NULL;
		read_section(c, &it->arena, &step, false, &s);
		s.damaged = c->damaged[at->nr++];
	}
	return put_section(c, &it->arena, &s);
}

static void list_end(struct kstd_list_iter *it)
{
	kstd_walk_end(&((struct section_cursor *)it)->walk);
}

static const struct kstd_list_type list_type = {
	.bytes = sizeof(struct section_cursor),
	.begin = list_begin,
	.next = list_next,
	.end = list_end,
};

struct kstd_node *kstd_check_list(struct kstd_check_run *c)
{
	return kstd_list_put(&c->dump->arena, NULL, KSTD_K_SECTIONS,
			     (struct kstd_list_args){ c->dump, &list_type, c, NULL });
}
