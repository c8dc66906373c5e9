// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Walk over all sections of a dump. */

#include "kstate/section.h"

#define SECTIONS_TOLD	256	/* sections between two progress calls */

/* The tree ends here. The rows that only the table has come next. */
static void end_tree(struct kstd_walk *w)
{
	kstd_section_dups_check(&w->twins);
	kstd_table_walk_rewind(&w->match);
}

static void begin_shard(struct kstd_walk *w, struct kstd_shard *shard)
{
	while (shard && !shard->has_sections)
		shard = shard->next;
	w->shard = shard;
	w->nr = 0;
	if (shard)
		w->c = shard->sections;
	else
		end_tree(w);
}

static void begin_image(struct kstd_walk *w, struct kstd_image *image)
{
	kstd_table_walk_end(&w->match);
	kstd_section_dups_end(&w->twins);
	w->image = image;
	if (!image)
		return;
	if (!kstd_section_dups_begin(&w->twins, image))
		w->short_of = true;
	if (!kstd_table_walk_begin(&w->match, image->rows)) {
		w->short_of = true;
		kstd_table_walk_begin(&w->match, NULL);
	}
	if (w->short_of)
		kstd_defect(image->dump, NULL, KSTD_E_MEMORY, KSTD_NO_OFFSET, NULL);
	begin_shard(w, image->shards);
}

static void end_shard(struct kstd_walk *w)
{
	const struct kstd_blob *b = w->image->blob;
	struct kstd_where where = KSTD_AT(NULL, b->path, strlen(b->path));

	if (w->nr != w->shard->sections_here) {
		w->image->cut = true;
		kstd_defect(w->image->dump, &where, KSTD_E_MISMATCH, w->shard->at,
			    "%llu sections where sections-here says %llu",
			    (unsigned long long)w->nr,
			    (unsigned long long)w->shard->sections_here);
	}
	begin_shard(w, w->shard->next);
}

/* Compare the row of a section with the section in the tree. */
static void check_row(const struct kstd_step *step)
{
	const struct kstd_section *s = &step->section;
	const struct kstd_blob *table = step->image->rows->blob;
	struct kstd_where file = KSTD_AT(NULL, table->path, strlen(table->path));
	struct kstd_where where = KSTD_IN(&file, s->node, s->node_len);

	if (step->row.has_crc && s->has_header && !s->lost && step->row.crc != s->crc)
		kstd_defect(step->image->dump, &where, KSTD_E_MISMATCH, step->row.at,
			    "checksum is 0x%08llx here, but 0x%08x in the image",
			    (unsigned long long)step->row.crc, s->crc);
}

static bool next_in_tree(struct kstd_walk *w, struct kstd_step *step)
{
	struct kstd_image *image = w->image;
	struct kstd_tok tok;

	step->before = w->c;
	if (!kstd_fdt_child(&w->c, &tok))
		return false;
	w->nr++;
	step->in_tree = true;
	step->file = KSTD_AT(NULL, image->blob->path, strlen(image->blob->path));
	step->up = KSTD_IN(&step->file, KSTATE_NODE_SECTIONS, sizeof(KSTATE_NODE_SECTIONS) - 1);
	step->where = KSTD_AT(&step->up, tok.name, tok.name_len);
	kstd_section_read(image, &step->where, &w->c, &tok, NULL, &step->section);
	kstd_section_dups_add(&w->twins, &step->section);
	step->in_table = kstd_table_walk_find(&w->match, step->section.node, step->section.name_len,
					      step->section.instance, &step->row);
	if (step->in_table)
		check_row(step);
	return true;
}

/* The sections that the images count. A wrong count makes only the progress display wrong. */
static uint64_t all_sections(const struct kstd_image *image)
{
	uint64_t total = 0;

	for (; image; image = image->next)
		for (const struct kstd_shard *shard = image->shards; shard; shard = shard->next)
			if (__builtin_add_overflow(total, shard->sections_here, &total))
				return 0;
	return total;
}

void kstd_walk_begin(struct kstd_walk *w, struct kstd_dump *dump)
{
	kstd_walk_image(w, dump->images);
}

void kstd_walk_image(struct kstd_walk *w, struct kstd_image *image)
{
	*w = (struct kstd_walk){ 0 };
	if (image)
		kstd_work_begin(&w->work, image->dump, "reading sections", all_sections(image),
				SECTIONS_TOLD);
	begin_image(w, image);
}

bool kstd_walk_next(struct kstd_walk *w, struct kstd_step *step)
{
	while (w->image && !*w->work.cancelled) {
		step->image = w->image;
		step->in_tree = false;
		step->in_table = false;
		if (w->shard) {
			if (next_in_tree(w, step))
				return kstd_work_on(&w->work, 1);
			end_shard(w);
		} else if (kstd_table_next_unmatched(&w->match, &step->row)) {
			step->in_table = true;
			return true;
		} else if (w->alone) {
			break;
		} else {
			begin_image(w, w->image->next);
		}
	}
	if (w->work.dump)
		kstd_work_end(&w->work);
	return false;
}

void kstd_walk_end(struct kstd_walk *w)
{
	kstd_table_walk_end(&w->match);
	kstd_section_dups_end(&w->twins);
}
