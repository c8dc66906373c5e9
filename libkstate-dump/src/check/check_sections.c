// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Sections with their verdicts. */

#include <stdio.h>
#include <stdlib.h>

#include "check/check.h"

/**
 * struct list - what a list of sections is
 */
struct list {
	struct kstd_check_run *c;
	struct kstd_node *summary;
};

/**
 * struct cursor - an iteration over it
 * @arena: for the current element
 * @j: without sections: the next description
 */
struct cursor {
	struct kstd_walk walk;
	struct kstd_arena arena;
	const struct kstd_checked_desc *j;
};

/**
 * struct section - a section that is looked at, or a description without one
 * @j: NULL if its description is not known
 * @instance: valid if @has_instance
 * @damaged: it, or a subsection that is read, cannot be restored
 * @lost: it was not saved
 * @has: subsections that it has, by index in @j
 */
struct section {
	const char *name;
	const struct kstd_checked_desc *j;
	bool has_instance;
	uint64_t instance;
	bool damaged;
	bool lost;
	bool has[KSTD_MAX_SUBS];
};

/**
 * struct outcome - what is said of it
 * @effect: the worst; @open: the worst that nobody has waived
 * @code: what has that effect, @text about it, @error of it
 * @nr: how many have it
 * @waived: something was waived
 */
struct outcome {
	enum kstd_effect effect;
	enum kstd_effect open;
	enum kstd_check_code code;
	const char *text;
	const char *error;
	unsigned int nr;
	bool waived;
};

const struct kstd_desc *kstd_check_desc(const struct kstd_check_run *c,
					const struct kstd_step *step)
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

static const struct kstd_checked_desc *judged_of(const struct kstd_check_run *c,
						 const struct kstd_desc *d)
{
	for (const struct kstd_desc_set *k = c->data; k && d; k = k->next)
		if (d >= k->schema->descs && d < k->schema->descs + k->schema->nr)
			return k->judged[d - k->schema->descs];
	return NULL;
}

/* What the kernel would find when it opens it. */
static bool part_damaged(const struct kstd_check_run *c, struct kstd_arena *a,
			 const struct kstd_where *where, struct kstd_section *s)
{
	if (!s->has_header || !s->desc || !s->desc->complete || !s->desc->sealed ||
	    s->version != s->desc->version)
		return true;
	kstd_section_load(c->image, a, where, s, true);
	return kstd_section_crc(c->image, where, s) == KSTD_CRC_BAD;
}

static void look_at_sub(const struct kstd_check_run *c, struct kstd_arena *a,
			const struct kstd_where *where, struct kstd_section *sub, struct section *s)
{
	for (unsigned int i = 0; s->j && i < s->j->nr_subs; i++) {
		if (s->j->subs[i] != sub->desc)
			continue;
		s->has[i] = true;
		if (s->j->known[i])
			s->damaged |= part_damaged(c, a, where, sub);
	}
}

static void look_at_subs(const struct kstd_check_run *c, struct kstd_arena *a,
			 struct kstd_step *step, struct section *s)
{
	struct kstd_cursor in = step->section.inside;
	struct kstd_section sub;
	struct kstd_tok tok;

	while (step->section.nr_subs && kstd_fdt_child(&in, &tok)) {
		struct kstd_where where = KSTD_AT(&step->where, tok.name, tok.name_len);

		kstd_section_read(c->image, &where, &in, &tok, &step->section, &sub);
		look_at_sub(c, a, &where, &sub, s);
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

static void look_at(const struct kstd_check_run *c, struct kstd_arena *a, struct kstd_step *step,
		    struct section *s)
{
	*s = (struct section){ .j = judged_of(c, kstd_check_desc(c, step)), .has_instance = true };
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
	s->damaged = !s->lost && part_damaged(c, a, &step->where, &step->section);
	look_at_subs(c, a, step, s);
}

/* A description without a section: it may have every subsection. */
static void look_at_desc(const struct kstd_checked_desc *j, struct section *s)
{
	*s = (struct section){ .name = j->name, .j = j };
	memset(s->has, 1, sizeof(s->has));
}

static void take(struct outcome *o, enum kstd_check_code code, const char *text,
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

static const struct kstd_waiver *waiver_for(struct kstd_check_run *c, const struct section *s,
					    const struct kstd_finding *f, enum kstd_check_code code)
{
	const char *name = s->j ? s->j->name : s->name;
	struct kstd_finding whole = { .code = code, .name = name, .path = "" };

	if (!c->waivers)
		return NULL;
	if (f && f->waiver)
		return f->waiver;
	if (!f && kstd_waiver_find(c, &whole))
		return kstd_waiver_find(c, &whole);
	return s->has_instance ? kstd_waiver_section(c, code, name, s->instance) : NULL;
}

static bool concerns(const struct section *s, const struct kstd_finding *f)
{
	return !f->part || s->has[f->part - 1];
}

/* In the order in which the kernel looks. */
static struct outcome judge(struct kstd_check_run *c, const struct section *s)
{
	struct outcome o = { .text = "" };

	if (c->refused)
		take(&o, c->refused->code, c->refused->text, c->refused->error,
		     c->refused->waiver);
	if (s->damaged && s->j && s->j->reader)
		take(&o, KSTD_CHECK_DAMAGED, "it is damaged",
		     kstd_check_defs[KSTD_CHECK_DAMAGED].error, waiver_for(c, s, NULL, KSTD_CHECK_DAMAGED));
	if (s->lost)
		take(&o, KSTD_CHECK_LOST, "it could not be saved",
		     kstd_check_defs[KSTD_CHECK_LOST].error, waiver_for(c, s, NULL, KSTD_CHECK_LOST));
	for (const struct kstd_finding *f = s->j ? s->j->findings.first : NULL; f; f = f->next)
		if (concerns(s, f))
			take(&o, f->code, f->text, f->error, waiver_for(c, s, f, f->code));
	return o;
}

static const char *verdict_of(const struct section *s, const struct outcome *o)
{
	if (!s->j && !s->damaged)
		return "not-known";
	if (s->lost && o->code != KSTD_CHECK_UNCLAIMED && o->code != KSTD_CHECK_OTHER_ID)
		return "lost";
	switch (o->effect) {
	case KSTD_EFFECT_REFUSES:
		return o->code == KSTD_CHECK_UNCLAIMED || o->code == KSTD_CHECK_OTHER_ID ?
		       "unclaimed" : "refused";
	case KSTD_EFFECT_LOSES:
	case KSTD_EFFECT_SKIPS:
		return "loads-partly";
	default:
		return "loads";
	}
}

/* Paths of what has one of these effects. */
static struct kstd_node *put_paths(struct kstd_arena *a, struct kstd_node *n,
				   enum kstd_key_index key, const struct section *s,
				   enum kstd_effect from, enum kstd_effect to)
{
	struct kstd_node *list = kstd_styled(kstd_put(a, n, key, KSTD_LIST), KSTD_STYLE_HIDDEN);

	for (const struct kstd_finding *f = s->j ? s->j->findings.first : NULL; f && list; f = f->next) {
		enum kstd_effect effect = kstd_check_defs[f->code].effect;

		if (effect >= from && effect <= to && concerns(s, f))
			kstd_put_str(a, list, KSTD_NO_KEY, f->path);
	}
	return list;
}

/* "skips a, b"; what is beyond @size is left out. */
static void list_text(char *text, size_t size, const char *what, const struct kstd_node *list)
{
	size_t len = snprintf(text, size, "%s", what);

	for (const struct kstd_node *n = list ? list->kids.first : NULL; n && len < size; n = n->next)
		len += snprintf(text + len, size - len, "%s%.*s", n == list->kids.first ? " " : ", ",
				(int)n->mem.len, (const char *)n->mem.p);
}

static void put_why(const struct kstd_check_run *c, struct kstd_arena *a, struct kstd_node *n,
		    const struct section *s, const struct outcome *o,
		    const struct kstd_node *skips, const struct kstd_node *keeps)
{
	const char *waived = o->waived ? " (waived)" : "";
	char text[300], more[40] = "";

	if (!s->j && !s->damaged) {
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
		kstd_put_str(a, n, KSTD_K_WHY, kstd_arena_str(a, text, strlen(text)));
	} else {
		kstd_put(a, n, KSTD_K_WHY, KSTD_NULL);
	}
}

static bool is_optional(const struct kstd_checked_desc *j)
{
	return j->desc->flags & KSTATE_ABI_OPTIONAL;
}

static const char *error_of(const struct section *s, const struct outcome *o)
{
	return o->effect == KSTD_EFFECT_REFUSES || s->lost ? o->error : NULL;
}

static struct kstd_node *put_section(const struct kstd_check_run *c, struct kstd_arena *a,
				     const struct section *s, const struct outcome *o,
				     const char *verdict)
{
	struct kstd_node *n = kstd_put(a, NULL, KSTD_NO_KEY, KSTD_OBJECT), *skips, *keeps;
	const struct kstd_checked_desc *j = s->j;

	kstd_put_str(a, n, KSTD_K_SECTION, s->name);
	kstd_put_str(a, n, KSTD_K_SEC_VERDICT, verdict);
	kstd_put_str(a, n, KSTD_K_NEED, !j ? NULL : is_optional(j) ? "optional" : "mandatory");
	kstd_put_str(a, n, KSTD_K_ERRNO, error_of(s, o));
	kstd_styled(kstd_put_str(a, n, KSTD_K_READER, j ? j->file : NULL), KSTD_STYLE_HIDDEN);
	skips = put_paths(a, n, KSTD_K_SKIPS, s, KSTD_EFFECT_SKIPS, KSTD_EFFECT_LOSES);
	keeps = put_paths(a, n, KSTD_K_KEEPS, s, KSTD_EFFECT_KEEPS, KSTD_EFFECT_KEEPS);
	kstd_styled(kstd_put_num(a, n, KSTD_K_IS_WAIVED, KSTD_BOOL, o->waived), KSTD_STYLE_HIDDEN);
	put_why(c, a, n, s, o, skips, keeps);
	return n;
}

static void count_one(struct kstd_node *summary, const char *name)
{
	struct kstd_node *n = (struct kstd_node *)kstd_node_get(summary, name);

	if (n)
		n->u++;
}

/* Of an unknown one nothing is promised. */
static void count(struct kstd_node *summary, const struct section *s, const struct outcome *o,
		  const char *verdict)
{
	bool optional = s->j && is_optional(s->j);

	if (!strcmp(verdict, "loads-partly"))
		count_one(summary, "loads_partly");
	else if (!strcmp(verdict, "not-known"))
		count_one(summary, "not_known");
	else
		count_one(summary, verdict);
	if (o->waived)
		count_one(summary, "waived");
	if (!strcmp(verdict, "not-known") || (o->open == KSTD_EFFECT_REFUSES && !optional))
		kstd_check_worse(summary, KSTD_CHECK_FAILS);
	else if (o->open >= KSTD_EFFECT_LOSES)
		kstd_check_worse(summary, KSTD_CHECK_LOSES);
}

static struct kstd_node *make(const struct list *l, struct kstd_arena *a, const struct section *s)
{
	struct outcome o = judge(l->c, s);
	const char *verdict = verdict_of(s, &o);
	struct kstd_node *n = put_section(l->c, a, s, &o, verdict);

	count(l->summary, s, &o, verdict);
	if (a->short_of)
		kstd_defect(l->c->dump, NULL, KSTD_E_MEMORY, KSTD_NO_OFFSET, NULL);
	return n;
}

static void list_begin(struct kstd_place *it)
{
	const struct list *l = it->of->list.arg;
	struct cursor *c = calloc(1, sizeof(*c));

	kstd_check_begin(l->c, l->summary);
	it->state = c;
	if (!c) {
		kstd_defect(l->c->dump, NULL, KSTD_E_MEMORY, KSTD_NO_OFFSET, NULL);
		return;
	}
	c->j = l->c->image ? NULL : l->c->judged;
	kstd_walk_image(&c->walk, l->c->image);
	c->walk.work.what = "checking sections";
}

static struct kstd_node *list_next(struct kstd_place *it)
{
	const struct list *l = it->of->list.arg;
	struct cursor *c = it->state;
	struct kstd_step step;
	struct section s;

	if (!c)
		return NULL;
	kstd_arena_reset(&c->arena);
	if (c->j) {
		look_at_desc(c->j, &s);
		c->j = c->j->next;
		return make(l, &c->arena, &s);
	}
	if (!l->c->image || !kstd_walk_next(&c->walk, &step) || step.image != l->c->image)
		return NULL;
	look_at(l->c, &c->arena, &step, &s);
	return make(l, &c->arena, &s);
}

static void list_end(struct kstd_place *it)
{
	struct cursor *c = it->state;

	if (c) {
		kstd_walk_end(&c->walk);
		kstd_arena_free(&c->arena);
	}
	free(c);
	it->state = NULL;
}

static const struct kstd_list_ops list_ops = {
	.begin = list_begin,
	.next = list_next,
	.end = list_end,
};

struct kstd_node *kstd_check_list(struct kstd_check_run *c, struct kstd_node *summary)
{
	struct list *l = kstd_arena_get(&c->dump->arena, sizeof(*l));

	if (!l)
		return NULL;
	*l = (struct list){ c, summary };
	return kstd_styled(kstd_put_lazy(&c->dump->arena, NULL, KSTD_K_SECTIONS, &list_ops, l),
			   KSTD_STYLE_TABLE);
}
