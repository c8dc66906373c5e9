// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Compares sections with their table, subtrees with the root, counters in with those out. */

#include <stdio.h>

#include "subtree/decoder.h"
#include "kstate/section_result.h"
#include "source/source.h"
#include "verify/verify.h"

static void section_defect(struct kstd_step *step, enum kstd_code code, const char *text)
{
	struct kstd_image *image = step->image;
	const struct kstd_blob *b = step->in_table ? image->rows->blob : image->blob;
	struct kstd_where file = KSTD_AT(NULL, b->path, strlen(b->path)), where;
	const char *name = step->in_tree ? step->section.node : (const char *)step->row.name.p;
	size_t len = step->in_tree ? step->section.node_len : step->row.name.len;

	where = KSTD_IN(&file, name, len);
	kstd_defect(image->dump, &where, code, step->in_table ? step->row.at : step->section.at,
		    "%s", text);
}

/* The table says that a section was not restored, or not saved. Words that are none are counted. */
static void check_result(struct kstd_step *step)
{
	const struct kstd_span *result = &step->row.result;
	char text[KSTD_SAFE + 20], safe[KSTD_SAFE];

	kstd_safe(safe, result->p, result->len);
	if (kstd_span_is(result, "unclaimed")) {
		section_defect(step, KSTD_E_UNCLAIMED, "no driver has claimed it");
	} else if (kstd_span_starts(result, "failed", 6)) {
		snprintf(text, sizeof(text), "restoring it %s", safe);
		section_defect(step, KSTD_E_FAILED, text);
	} else if (kstd_span_starts(result, "lost", 4)) {
		snprintf(text, sizeof(text), "saving it: %s", safe);
		section_defect(step, KSTD_E_LOST, text);
	}
}

/* Bytes of the payloads of a section and its subsections, as the table counts them. */
static uint64_t bytes_of(struct kstd_image *image, const struct kstd_section *s,
			 unsigned int depth)
{
	uint64_t bytes = s->has_data ? s->payload.len : s->extent_bytes;
	struct kstd_cursor c = s->inside;
	struct kstd_where nowhere = { 0 };
	struct kstd_section sub;
	struct kstd_tok tok;

	if (!s->nr_subs || depth >= KSTD_MAX_NESTING)
		return bytes;
	while (kstd_fdt_child(&c, &tok)) {
		kstd_section_read(image, &nowhere, &c, &tok, s, &sub);
		bytes += bytes_of(image, &sub, depth + 1);
	}
	return bytes;
}

static void check_row(struct kstd_step *step)
{
	const struct kstd_section *s = &step->section;
	uint64_t bytes;
	char text[120];

	if (s->lost || !s->has_header)
		return;
	if (step->row.has_version && step->row.version != s->version) {
		snprintf(text, sizeof(text), "version %llu here, but %u in the image",
			 (unsigned long long)step->row.version, s->version);
		section_defect(step, KSTD_E_MISMATCH, text);
	}
	kstd_quiet_begin(step->image->dump);
	bytes = bytes_of(step->image, s, 0);
	kstd_quiet_end(step->image->dump);
	if (step->row.has_bytes && step->row.bytes != bytes) {
		snprintf(text, sizeof(text), "%llu bytes here, but %llu in the image",
			 (unsigned long long)step->row.bytes, (unsigned long long)bytes);
		section_defect(step, KSTD_E_MISMATCH, text);
	}
}

/* A section that was registered after the save is in no image yet. */
static bool is_new(const struct kstd_step *step)
{
	return kstd_span_is(&step->row.result, "registered");
}

static void check_step(struct kstd_step *step)
{
	if (step->in_table)
		check_result(step);
	else if (step->section.lost)
		section_defect(step, KSTD_E_LOST, "it could not be saved");
	if (step->in_table && step->in_tree)
		check_row(step);
	else if (step->in_table && step->image->blob && !is_new(step))
		section_defect(step, KSTD_E_MISMATCH, "the table has it, and the image does not");
	else if (step->in_tree && step->image->rows && !step->image->rows->cut)
		section_defect(step, KSTD_E_MISMATCH, "the image has it, and the table does not");
}

void kstd_verify_sections(struct kstd_checked *c)
{
	struct kstd_results results = { 0 };
	struct kstd_walk walk;
	struct kstd_step step;

	if (kstd_images(c->dump))
		return;
	kstd_quiet_begin(c->dump);	/* decode_all() noted these defects */
	kstd_walk_begin(&walk, c->dump);
	walk.work.what = "checking sections";
	while (kstd_walk_next(&walk, &step)) {
		if (step.image->side != c->side)
			continue;
		c->sections++;
		kstd_quiet_end(c->dump);
		check_step(&step);
		kstd_results_add(&results, &step);
		kstd_quiet_begin(c->dump);
	}
	kstd_walk_end(&walk);
	kstd_quiet_end(c->dump);
	kstd_results_end(&results);
	if (walk.short_of)
		kstd_defect(c->dump, NULL, KSTD_E_MEMORY, KSTD_NO_OFFSET, NULL);
}

static void check_subtree(const struct kstd_kho_of_side *s, const struct kstd_kho_subtree *sub)
{
	struct kstd_blob *b = kstd_blob_find(s->dump, s->side, KSTD_ROLE_SUBTREE, sub->name,
					     sub->name_len);
	struct kstd_where where = KSTD_IN(&s->where, sub->name, sub->name_len);

	if (!b || kstd_blob_load(s->dump, b) || !b->bytes.len || !sub->has_bytes ||
	    sub->bytes == b->bytes.len)
		return;
	kstd_defect(s->dump, &where, KSTD_E_MISMATCH, sub->at,
		    "%llu bytes here, but %s has %zu", (unsigned long long)sub->bytes, b->path,
		    b->bytes.len);
}

void kstd_verify_subtrees(struct kstd_checked *c)
{
	struct kstd_kho_of_side s;
	struct kstd_kho_subtree sub;
	struct kstd_cursor cursor;

	kstd_kho_side(c->dump, c->side, &s);
	for (const struct kstd_blob *b = c->dump->blobs; b && !s.has_root; b = b->next)
		c->subtrees += b->side == c->side && b->role == KSTD_ROLE_SUBTREE;
	if (!s.has_root)
		return;
	cursor = kstd_fdt_root(&s.root.fdt);
	while (kstd_kho_next(c->dump, &s.where, &s.root, &cursor, &sub)) {
		c->subtrees++;
		check_subtree(&s, &sub);
	}
}

static const struct kstd_node *side_of(const struct kstd_node *info, const char *list,
				       const char *side)
{
	const struct kstd_node *all = kstd_node_get(info, list), *n = all ? all->kids.first : NULL;

	while (n && !kstd_node_is_text(kstd_node_get(n, "side"), side))
		n = n->next;
	return n;
}

/* The counter @key in the details of a subtree of @side. */
static bool get_counter(const struct kstd_node *info, const char *side, const char *key,
			uint64_t *v)
{
	const struct kstd_node *kho = side_of(info, "kho", side);
	const struct kstd_node *list = kho ? kstd_node_get(kho, "subtrees") : NULL, *found;

	for (const struct kstd_node *n = list ? list->kids.first : NULL; n; n = n->next) {
		const struct kstd_node *details = kstd_node_get(n, "details");

		found = details ? kstd_node_get(details, key) : NULL;
		if (found && found->type != KSTD_NULL) {
			*v = kstd_node_u64(found);
			return true;
		}
	}
	return false;
}

static bool get_generation(const struct kstd_node *info, const char *side, uint64_t *v)
{
	const struct kstd_node *image = side_of(info, "kstate", side);
	const struct kstd_node *saved = image ? kstd_node_get(image, "saved") : NULL;

	saved = saved ? kstd_node_get(saved, "generation") : NULL;
	*v = saved ? kstd_node_u64(saved) : 0;
	return saved;
}

static void compare_counters(struct kstd_dump *dump, const char *what, uint64_t in, uint64_t out)
{
	struct kstd_where where = KSTD_AT(NULL, what, strlen(what));

	if (out != in + 1)
		kstd_defect(dump, &where, KSTD_E_SEQUENCE, KSTD_NO_OFFSET,
			    "%llu came in, and %llu is to go out", (unsigned long long)in,
			    (unsigned long long)out);
}

void kstd_verify_sequence(struct kstd_dump *dump, const struct kstd_node *info)
{
	uint64_t in, out;

	if (get_counter(info, "in", "kexec_count", &in) &&
	    get_counter(info, "out", "kexec_count", &out))
		compare_counters(dump, "kexec count", in, out);
	if (get_counter(info, "in", "liveupdate_count", &in) &&
	    get_counter(info, "out", "liveupdate_count", &out))
		compare_counters(dump, "LUO's live update", in, out);
	if (get_generation(info, "in", &in) && get_generation(info, "out", &out))
		compare_counters(dump, "kstate's live update", in, out);
}
