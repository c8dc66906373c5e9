// SPDX-License-Identifier: GPL-2.0
/* gen_change.c - descriptions that may make no sense, and those of another version */

#include <stdio.h>
#include <stdlib.h>

#include "gen.h"
#include "gen_priv.h"

static int odd_callback(void *obj)
{
	return 0;
}

static void spoil_name(struct gen *g, struct gen_desc *d, char *name)
{
	switch (fuzz_below(g->in, 4)) {
	case 0:
		name[0] = fuzz_u8(g->in);
		break;
	case 1:
		memset(name, 'x', 30 + fuzz_below(g->in, 4));
		break;
	case 2:
		snprintf(name, 40, "%s", d->names[fuzz_below(g->in, d->nr ?: 1)]);
		break;
	default:
		name[0] = '\0';
	}
}

static void spoil_desc(struct gen *g, struct gen_desc *d)
{
	struct gen_desc *other = g->descs[fuzz_below(g->in, g->nr)];

	switch (fuzz_below(g->in, 8)) {
	case 0:
		spoil_name(g, d, d->name);
		break;
	case 1:
		d->desc.id = fuzz_below(g->in, 2) ? other->desc.id : KSTATE_ID_NONE;
		break;
	case 2:
		d->desc.version_id = fuzz_below(g->in, 2) ? fuzz_below(g->in, 4) : ~0U;
		break;
	case 3:
		d->desc.min_version_id = fuzz_below(g->in, 5);
		break;
	case 4:
		d->desc.flags = fuzz_u8(g->in);
		break;
	case 5:
		d->subs[1] = d->subs[0];
		break;
	case 6:
		d->desc.freeze = odd_callback;
		break;
	default:
		d->desc.needed = NULL;
		d->nr = 0;
		d->fields[0].name = NULL;
	}
}

static void spoil_shape(struct gen *g, struct kstate_field *f)
{
	switch (fuzz_below(g->in, 6)) {
	case 0:
		f->size = fuzz_below(g->in, 33);
		break;
	case 1:
		f->count = fuzz_below(g->in, 33);
		break;
	case 2:
		f->stride = fuzz_below(g->in, 65);
		break;
	case 3:
		f->kind = fuzz_below(g->in, KSTATE_KIND_VARBITMAP + 2);
		break;
	case 4:
		f->nr_size = fuzz_below(g->in, 10);
		break;
	default:
		f->owner = fuzz_below(g->in, 4);
	}
}

static void spoil_field(struct gen *g, struct gen_desc *d, struct kstate_field *f)
{
	const struct gen_desc *other = g->descs[fuzz_below(g->in, g->nr)];

	switch (fuzz_below(g->in, 9)) {
	case 0:
		spoil_name(g, d, d->names[f - d->fields]);
		break;
	case 1:
		f->type = NULL;
		break;
	case 2:
		f->since = fuzz_below(g->in, 5);
		break;
	case 3:
		f->until = fuzz_below(g->in, 5);
		break;
	case 4:
		f->sign = fuzz_u8(g->in);
		break;
	case 5:
		f->hint = fuzz_u8(g->in);
		break;
	case 6:
		f->desc = fuzz_below(g->in, 2) ? &other->desc : NULL;
		f->stride = other->bytes;
		break;
	case 7:
		f->custom = NULL;
		break;
	default:
		spoil_shape(g, f);
	}
}

static const struct gen_desc *gen_of(const struct kstate_description *desc)
{
	return container_of(desc, struct gen_desc, desc);
}

/*
 * No description says where the field is: behind everything else, with room
 * for all that it asks for, so that only the engine can be wrong.
 */
static void place_field(struct gen_desc *d, struct kstate_field *f)
{
	size_t element = f->size > f->stride ? f->size : f->stride;

	if (f->desc && f->stride) {
		f->link = gen_of(f->desc)->bytes;
		if (f->stride < f->link + GEN_LINK_BYTES)
			f->stride = f->link + GEN_LINK_BYTES;
		element = f->stride;
	}
	f->nr_offset = d->bytes;
	f->offset = f->nr_offset + sizeof(u64);
	d->bytes = f->offset + ((f->count * (element + 8) + 1024) & ~(size_t)7);
}

void gen_spoil(struct gen *g, struct gen_desc *d)
{
	/* Fields only of the whole struct: the others are in the middle of one. */
	bool whole = d == g->descs[0] && d->nr;
	struct kstate_field *f = &d->fields[fuzz_below(g->in, d->nr ?: 1)];

	g->odd = true;
	if (!whole || fuzz_one_in(g->in, 3)) {
		spoil_desc(g, d);
		return;
	}
	f->count = f->count < 1000 ? f->count : 1;
	spoil_field(g, d, f);
	place_field(d, f);
}

static void evolve_field(struct gen *g, struct gen_desc *d, struct kstate_field *f)
{
	switch (fuzz_below(g->in, 8)) {
	case 0:
		if (d->desc.version_id)
			gen_deprecate(g, d, f);
		break;
	case 1:
		swap(*f, d->fields[fuzz_below(g->in, d->nr)]);
		break;
	case 2:
		f->since = fuzz_below(g->in, d->desc.version_id + 1);
		break;
	case 3:
		f->sign = fuzz_below(g->in, 5);
		break;
	case 4:
		if (f->kind == KSTATE_KIND_VALUE)
			f->size = f->stride = 1;
		break;
	case 5:
		if (f->kind == KSTATE_KIND_VALUE)
			f->kind = KSTATE_KIND_EQUAL;
		break;
	case 6:
		if (f->kind == KSTATE_KIND_LIST && f->until == KSTATE_ABI_NO_UNTIL)
			gen_linked(g, f);
		break;
	}
}

static struct gen_desc *copy_desc(struct gen *g, const struct gen_desc *from)
{
	struct gen_desc *d = gen_new(g);

	*d = *from;
	d->desc.name = d->name;
	d->desc.fields = d->fields;
	for (size_t i = 0; i < d->nr; i++) {
		d->fields[i].name = d->names[i];
		strcpy(d->names[i], from->fields[i].name);
	}
	return d;
}

static struct gen_desc *evolve_one(struct gen *g, const struct gen_desc *from)
{
	struct gen_desc *d = copy_desc(g, from);

	if (!fuzz_one_in(g->in, 3))
		d->desc.version_id++;
	if (fuzz_one_in(g->in, 8))
		d->desc.min_version_id = fuzz_below(g->in, d->desc.version_id + 1);
	for (u32 i = fuzz_below(g->in, 3); i; i--)
		evolve_field(g, d, &d->fields[fuzz_below(g->in, d->nr)]);
	for (size_t i = 0; i < d->nr; i++) {
		struct kstate_field *f = &d->fields[i];

		if (f->desc && fuzz_one_in(g->in, 3) && g->nr < GEN_DESCS - 8)
			f->desc = &evolve_one(g, gen_of(f->desc))->desc;
	}
	return d;
}

struct gen_desc *gen_evolve(struct gen *g, const struct gen_desc *from)
{
	struct gen_desc *d = evolve_one(g, from);
	unsigned int nr = 0;

	memset(d->subs, 0, sizeof(d->subs));
	for (unsigned int i = 0; from->subs[i]; i++) {
		if (fuzz_one_in(g->in, 4))
			continue;
		d->subs[nr++] = fuzz_below(g->in, 2) || g->nr > GEN_DESCS - 8 ? from->subs[i] :
				&evolve_one(g, gen_of(from->subs[i]))->desc;
	}
	d->desc.subsections = nr ? d->subs : NULL;
	/* One that the old driver does not have: behind its struct, since it is new. */
	if (d->nr <= GEN_FIELDS && d->desc.version_id > from->desc.version_id &&
	    fuzz_below(g->in, 2)) {
		gen_field(g, d, 3, false);
		snprintf(d->names[d->nr - 1], sizeof(d->names[0]), "new");
		d->fields[d->nr - 1].since = d->desc.version_id;
	}
	return d;
}
