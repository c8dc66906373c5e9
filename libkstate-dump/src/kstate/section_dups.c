// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <stdlib.h>

#include "base/alloc.h"
#include "fdt/fdt_props.h"
#include "kstate/section.h"

bool kstd_section_dups_begin(struct kstd_section_dups *t, struct kstd_image *image)
{
	*t = (struct kstd_section_dups){ .image = image, .in_order = true };
	if (!image || image->twins_checked)
		return true;
	t->next = kstd_calloc(image->schema.nr + 1, sizeof(*t->next));
	return t->next;
}

void kstd_section_dups_end(struct kstd_section_dups *t)
{
	free(t->next);
	*t = (struct kstd_section_dups){ 0 };
}

void kstd_section_dups_add(struct kstd_section_dups *t, const struct kstd_section *s)
{
	uint64_t *next;

	if (!t->next)
		return;
	if (!s->desc || !s->has_header) {
		t->in_order = false;
		return;
	}
	next = &t->next[s->desc - t->image->schema.descs];
	if (s->header_instance < *next || s->header_instance == UINT64_MAX)
		t->in_order = false;
	else
		*next = s->header_instance + 1;
}

struct one {
	uint32_t id;
	uint64_t instance;
	uint64_t at;
	const char *name;
};

static int by_key(const void *a_, const void *b_)
{
	const struct one *a = a_, *b = b_;

	if (a->id != b->id)
		return a->id < b->id ? -1 : 1;
	if (a->instance != b->instance)
		return a->instance < b->instance ? -1 : 1;
	return a->at < b->at ? -1 : a->at > b->at;
}

static void report(struct kstd_image *image, const struct one *all, size_t nr)
{
	struct kstd_where file = KSTD_AT(NULL, image->blob->path, strlen(image->blob->path));
	struct kstd_where up = KSTD_IN(&file, KSTATE_NODE_SECTIONS,
				       sizeof(KSTATE_NODE_SECTIONS) - 1);

	for (size_t i = 1; i < nr; i++) {
		struct kstd_where where = KSTD_AT(&up, all[i].name, strlen(all[i].name));

		if (all[i].id == all[i - 1].id && all[i].instance == all[i - 1].instance)
			kstd_defect(image->dump, &where, KSTD_E_CORRUPT, all[i].at,
				    "another section, at offset 0x%llx, has the same description and instance",
				    (unsigned long long)all[i - 1].at);
	}
}

/* Collect the sections of a shard that have a header; returns their number. */
static size_t collect(struct kstd_image *image, const struct kstd_shard *shard, struct one *all)
{
	struct kstd_cursor c = shard->sections;
	struct kstd_section s;
	struct kstd_tok tok;
	size_t nr = 0;

	if (!shard->has_sections)
		return 0;
	while (kstd_fdt_child(&c, &tok)) {
		if (!all) {
			nr++;
			kstd_fdt_leave(&c);
			continue;
		}
		kstd_section_read(image, NULL, &c, &tok, NULL, &s);
		if (s.has_header)
			all[nr++] = (struct one){ s.id, s.header_instance, s.at, s.node };
	}
	return nr;
}

static void check_all(struct kstd_image *image)
{
	size_t nr = 0;
	struct one *all;

	for (const struct kstd_shard *sh = image->shards; sh; sh = sh->next)
		nr += collect(image, sh, NULL);
	all = kstd_calloc(nr ? nr : 1, sizeof(*all));
	if (!all) {
		kstd_defect(image->dump, NULL, KSTD_E_MEMORY, KSTD_NO_OFFSET, NULL);
		return;
	}
	nr = 0;
	kstd_quiet_begin(image->dump);	/* the walk has reported the defects of each section */
	for (const struct kstd_shard *sh = image->shards; sh; sh = sh->next)
		nr += collect(image, sh, all + nr);
	kstd_quiet_end(image->dump);
	qsort(all, nr, sizeof(*all), by_key);
	report(image, all, nr);
	free(all);
}

void kstd_section_dups_check(struct kstd_section_dups *t)
{
	if (!t->next || t->image->dump->quiet)
		return;
	if (!t->in_order)
		check_all(t->image);
	t->image->twins_checked = true;
}
