// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* kstd_diff(): compares the writers of images, roots, subtrees and LUO of the sides of a plan. */

#include "diff/diff.h"
#include "fdt/native.h"
#include "luo/luo.h"

/**
 * struct diff - a comparison
 * @compared: contents, if @contents are asked for; sections that are shown later add to it, too
 * @any: something of one was compared with something of the other, or it was said why not
 */
struct diff {
	struct kstd_dump *a;
	struct kstd_dump *b;
	bool all;
	bool contents;
	bool handed_over;
	struct kstd_diff_bytes *compared;
	struct kstd_diff_plan plan;
	bool any;
};

static void compare_text(struct kstd_differ *d, const char *name, const char *x, const char *y)
{
	struct kstd_diff_at at = { NULL, name, strlen(name), 0 };
	struct kstd_node a = { .type = KSTD_TEXT, .key = KSTD_NO_KEY,
			       .mem = { x, x ? strlen(x) : 0 } };
	struct kstd_node b = { .type = KSTD_TEXT, .key = KSTD_NO_KEY,
			       .mem = { y, y ? strlen(y) : 0 } };

	if (x && y)
		kstd_differ_nodes(d, &at, &a, &b);
}

static void compare_number(struct kstd_differ *d, const char *name, enum kstd_type type,
			   enum kstd_style style, uint64_t x, uint64_t y)
{
	struct kstd_diff_at at = { NULL, name, strlen(name), 0 };
	struct kstd_node a = { .type = type, .style = style, .key = KSTD_NO_KEY, .u = x };
	struct kstd_node b = { .type = type, .style = style, .key = KSTD_NO_KEY, .u = y };

	kstd_differ_nodes(d, &at, &a, &b);
}

static void compare_producers(struct kstd_differ *d, const struct kstd_producer *x,
			      const struct kstd_producer *y)
{
	if (!x->present || !y->present)
		return;
	compare_text(d, "release", x->release, y->release);
	compare_text(d, "machine", x->machine, y->machine);
	compare_text(d, "byte_order", x->big ? "big" : "little", y->big ? "big" : "little");
	compare_number(d, "word_size", KSTD_SIZE, KSTD_STYLE_NONE, x->word_size, y->word_size);
	compare_number(d, "page_size", KSTD_SIZE, KSTD_STYLE_NONE, x->page_size, y->page_size);
	if (!d->all)
		return;
	compare_number(d, "generation", KSTD_U64, KSTD_STYLE_NONE, x->generation, y->generation);
	compare_number(d, "saved_at", KSTD_U64, KSTD_STYLE_TIME, x->saved_at, y->saved_at);
	compare_number(d, "save_ns", KSTD_NS, KSTD_STYLE_NONE, x->save_ns, y->save_ns);
}

/* An object of two sides and a list of changes, which @differ then fills; NULL: no memory. */
static struct kstd_node *begin_sides(struct diff *d, struct kstd_node *list, unsigned int x,
				     unsigned int y, struct kstd_differ *differ)
{
	struct kstd_arena *a = &d->a->arena;
	struct kstd_node *n = kstd_styled(kstd_put(a, list, KSTD_NO_KEY, KSTD_OBJECT),
					  KSTD_STYLE_TREE);

	*differ = (struct kstd_differ){ .dump = d->a, .a = a, .all = d->all,
					.contents = d->contents, .compared = d->compared,
					.handed_over = d->handed_over,
					.b = d->b, .side_a = x, .side_b = y };
	kstd_put_str(a, n, KSTD_K_SIDE_A, x ? kstd_side_name(x) : NULL);
	kstd_put_str(a, n, KSTD_K_SIDE_B, y ? kstd_side_name(y) : NULL);
	return kstd_differ_begin(differ, n) ? n : NULL;
}

static void put_image(struct diff *d, const struct kstd_diff_pair *p, bool ordered,
		      struct kstd_node *list)
{
	struct kstd_differ differ;
	struct kstd_diff_at sections = { NULL, "sections", 8, 0 };
	struct kstd_node *n = begin_sides(d, list, p->a ? p->a->side : 0, p->b ? p->b->side : 0,
					  &differ);

	if (!n)
		return;
	if (p->a && p->b)
		compare_producers(&differ, &p->a->producer, &p->b->producer);
	if (!ordered)
		kstd_differ_put(&differ, &sections, "order", NULL, NULL);
	kstd_differ_end(&differ, n);
}

/* The sessions and files of LUO on a side. */
static const struct kstd_node *luo_of(const struct kstd_node *list, unsigned int side)
{
	for (const struct kstd_node *n = list ? list->kids.first : NULL; n; n = n->next)
		if (kstd_node_is_text(kstd_node_get(n, "side"), kstd_side_name(side)))
			return n;
	return NULL;
}

static bool is_known(const struct kstd_node *luo)
{
	const struct kstd_node *from = luo ? kstd_node_get(luo, "read_from") : NULL;

	return from && from->type != KSTD_NULL;
}

static void compare_luo(struct diff *d, const struct kstd_node *x, unsigned int side_x,
			const struct kstd_node *y, unsigned int side_y, struct kstd_node *list)
{
	struct kstd_differ differ;
	struct kstd_node *n;

	if (!x && !y)
		return;
	d->any = true;
	if (!is_known(x) || !is_known(y)) {
		kstd_unknown(d->a, NULL, "whether LUO's sessions are the same: they cannot be read from both");
		return;
	}
	n = begin_sides(d, list, side_x, side_y, &differ);
	if (!n)
		return;
	kstd_differ_nodes(&differ, NULL, x, y);
	if (d->contents)
		kstd_diff_memfds(&differ);
	kstd_differ_end(&differ, n);
}

/**
 * struct contents - what memfds hold
 * @files: how many of them can be read
 * @bytes: their sizes, holes included
 * @least: "at least ", if not all could be read
 */
struct contents {
	uint64_t files;
	uint64_t bytes;
	const char *least;
};

static void count_session(struct kstd_luo_side *luo, const struct kstd_luo_session *s,
			  struct contents *c)
{
	struct kstd_where where = KSTD_IN(luo->where, s->label, strlen(s->label));
	struct kstd_luo_walk files;
	struct kstd_luo_file f;
	struct kstd_memfd m;

	kstd_files_begin(&files, luo, s, &where, NULL, NULL);
	while (kstd_files_next(&files, &f))
		if (kstd_file_is_memfd(luo, &f) == KSTD_YES &&
		    kstd_file_memfd(luo, s, &f, &where, &m)) {
			c->files++;
			c->bytes = c->bytes + m.size < m.size ? UINT64_MAX : c->bytes + m.size;
		}
	kstd_files_end(&files);
}

static struct contents count_contents(struct kstd_dump *dump)
{
	struct kstd_luo_side *luo = NULL;
	struct kstd_luo_walk sessions;
	struct kstd_luo_session s;
	uint64_t troubles = dump->troubles;
	struct contents c = { 0 };

	kstd_quiet_begin(dump);
	while ((luo = kstd_luo_next(dump, luo))) {
		kstd_sessions_begin(&sessions, luo, NULL, NULL);
		while (kstd_sessions_next(&sessions, &s))
			count_session(luo, &s, &c);
		kstd_sessions_end(&sessions);
	}
	kstd_quiet_end(dump);
	c.least = dump->troubles == troubles ? "" : "at least ";
	return c;
}

/* Without --contents, nothing that was compared says that memfds hold the same. */
static void note_contents(struct diff *d)
{
	struct contents x, y;

	if (d->contents) {
		kstd_note(d->a, "contents were compared: %llu bytes of %llu memfd%s, and %llu bytes of other memory",
			  (unsigned long long)d->compared->bytes,
			  (unsigned long long)d->compared->memfds,
			  d->compared->memfds == 1 ? "" : "s",
			  (unsigned long long)d->compared->other);
		return;
	}
	x = count_contents(d->a);
	y = count_contents(d->b);
	if (x.files || y.files)
		kstd_note(d->a, "contents of memfds and of other preserved memory were not compared (--contents does): the first has %s%llu bytes in %llu memfd%s, the second %s%llu bytes in %llu",
			  x.least, (unsigned long long)x.bytes, (unsigned long long)x.files,
			  x.files == 1 ? "" : "s", y.least, (unsigned long long)y.bytes,
			  (unsigned long long)y.files);
}

static void compare_luos(struct diff *d, struct kstd_node *list)
{
	struct kstd_luo_opts opts = { .sz = sizeof(opts) };
	const struct kstd_node *x = NULL, *y = NULL;

	kstd_luo(d->a, &opts, &x);
	kstd_luo(d->b, &opts, &y);
	for (size_t i = 0; i < d->plan.nr_sides; i++) {
		const struct kstd_diff_sides *s = &d->plan.sides[i];

		compare_luo(d, luo_of(x, s->a), s->a, luo_of(y, s->b), s->b, list);
	}
	note_contents(d);
}

/* The version that a root says, also if not all of the root is there; NULL if it cannot be read. */
static const char *root_version(struct kstd_dump *dump, unsigned int side)
{
	struct kstd_blob *root = kstd_blob_find(dump, side, KSTD_ROLE_ROOT, NULL, 0);

	if (!root)
		return NULL;
	if (!kstd_blob_load(dump, root))
		return kstd_fdt_compatible(&root->bytes);
	kstd_defect_err(dump, NULL);
	return NULL;
}

/* What was taken over is of a version that the kernel takes, so there it need not be known. */
static void compare_roots(struct kstd_differ *d)
{
	static const struct kstd_diff_at at = { NULL, "format", 6, 0 };
	const char *x = root_version(d->dump, d->side_a), *y = root_version(d->b, d->side_b);

	if (!x != !y && !d->handed_over)
		kstd_differ_unknown(d, &at, "KHO's root, which has its version, could not be read from both");
	compare_text(d, "format", x, y);
}

static bool compare_subtrees_of(struct diff *d, unsigned int x, unsigned int y,
				struct kstd_node *list)
{
	bool has_x = kstd_diff_has_kho(d->a, x), has_y = kstd_diff_has_kho(d->b, y);
	struct kstd_differ differ;
	struct kstd_node *n;

	d->any |= has_x || has_y;
	if (has_x != has_y)
		kstd_unknown(d->a, NULL, "whether what KHO has on side \"%s\" is the same: only %s has it",
			     kstd_side_name(has_x ? x : y), has_x ? d->a->source : d->b->source);
	if (!has_x || !has_y)
		return true;
	n = begin_sides(d, list, x, y, &differ);
	if (!n)
		return false;
	compare_roots(&differ);
	kstd_diff_subtrees(&differ, d->b, x, y);
	kstd_differ_end(&differ, n);
	return true;
}

static void compare_subtrees(struct diff *d, struct kstd_node *list)
{
	const struct kstd_diff_plan *p = &d->plan;

	for (size_t i = 0; i < p->nr_sides; i++)
		if (!compare_subtrees_of(d, p->sides[i].a, p->sides[i].b, list))
			return;
}

/* That there was nothing to compare is not that all is the same. */
static void report_none(struct diff *d)
{
	const char *a = d->a->source, *b = d->b->source;

	if (d->any)
		return;
	if (d->handed_over)
		kstd_unknown(d->a, NULL, "whether all was handed over: nothing was compared, for %s has nothing that it was to hand over (out), and %s nothing that it was given (in); the first IMAGE is that of before",
			     a, b);
	else
		kstd_unknown(d->a, NULL, "whether they are the same: nothing in %s can be compared with anything in %s",
			     a, b);
}

static void put_summary(struct kstd_arena *a, struct kstd_node *root,
			const struct kstd_diff_totals *t)
{
	struct kstd_node *s = kstd_put(a, root, KSTD_K_SUMMARY, KSTD_OBJECT);

	kstd_put_num(a, s, KSTD_K_NR_SAME, KSTD_U64, t->same);
	kstd_put_num(a, s, KSTD_K_NR_CHANGED, KSTD_U64, t->changed);
	kstd_put_num(a, s, KSTD_K_NR_REMOVED, KSTD_U64, t->removed);
	kstd_put_num(a, s, KSTD_K_NR_ADDED, KSTD_U64, t->added);
	kstd_hidden_if(kstd_put_num(a, s, KSTD_K_NR_NOT_KNOWN, KSTD_U64, t->not_known),
		       !t->not_known);
}

/* Text output shows only the elements that have changes. */
static void hide_same(struct kstd_node *list)
{
	bool any = false;

	for (struct kstd_node *n = list->kids.first; n; n = n->next) {
		if (kstd_node_get(n, "changes")->kids.first)
			any = true;
		else
			n->style = KSTD_STYLE_HIDDEN;
	}
	list->style = any ? KSTD_STYLE_NONE : KSTD_STYLE_HIDDEN;
}

static int compare_all(struct diff *d, const struct kstd_node **root)
{
	struct kstd_arena *a = &d->a->arena;
	struct kstd_node *n = kstd_put(a, NULL, KSTD_NO_KEY, KSTD_OBJECT);
	struct kstd_node *images, *subtrees, *luo, *sections;
	struct kstd_differ how = { .dump = d->a, .b = d->b, .all = d->all,
				   .contents = d->contents, .compared = d->compared,
				   .handed_over = d->handed_over };
	struct kstd_diff_totals totals;
	bool ordered[KSTD_DIFF_PAIRS];

	kstd_put_str(a, n, KSTD_K_SOURCE_A, d->a->source);
	kstd_put_str(a, n, KSTD_K_SOURCE_B, d->b->source);
	images = kstd_put(a, n, KSTD_K_IMAGES, KSTD_LIST);
	subtrees = kstd_put(a, n, KSTD_K_SUBTREES, KSTD_LIST);
	luo = kstd_put(a, n, KSTD_K_LUO, KSTD_LIST);
	sections = kstd_diff_sections(&how, d->plan.pairs, d->plan.nr, &totals, ordered);
	if (!sections || !luo || !subtrees || !images)
		return kstd_nomem(d->a->ctx);
	for (size_t i = 0; i < d->plan.nr; i++)
		put_image(d, &d->plan.pairs[i], ordered[i], images);
	compare_subtrees(d, subtrees);
	compare_luos(d, luo);
	report_none(d);
	kstd_link(n, sections);
	put_summary(a, n, &totals);
	if (a->short_of)
		return kstd_nomem(d->a->ctx);
	if (d->a->progress.cancelled || d->b->progress.cancelled)
		return kstd_err(d->a->ctx, KSTD_E_CANCELLED, KSTD_NO_OFFSET, NULL);
	hide_same(images);
	hide_same(subtrees);
	hide_same(luo);
	*root = n;
	return 0;
}

/* A tree of descriptions alone says what a kernel can read, and holds no state. */
static int refuse_catalog(struct kstd_dump *dump)
{
	const struct kstd_image *image = dump->images;

	if (!dump->lone || image->nr_shards != 1 || image->shards->sections_here ||
	    !image->schema.nr)
		return 0;
	return kstd_err(dump->ctx, KSTD_E_NOT_KSTATE, KSTD_NO_OFFSET,
			"%s: a catalog of what a kernel can read, not an image: \"kstate-dump check\" says whether a kernel reads what another one saves",
			dump->source);
}

/* Without an image, all else that is handed over is compared. */
static int open_one(struct kstd_dump *dump, bool *image)
{
	int rc = kstd_images(dump) ?: refuse_catalog(dump);

	*image = !rc;
	return rc && dump->ctx->err.code == KSTD_E_NO_KSTATE && dump->blobs ? 0 : rc;
}

/* An error of the second dump becomes one of the first. */
static int open_both(struct diff *d)
{
	bool a, b;
	int rc = open_one(d->a, &a);

	if (rc)
		return rc;
	rc = open_one(d->b, &b);
	if (rc)
		d->a->ctx->err = d->b->ctx->err;
	else if (!a || !b)
		kstd_note(d->a, "no kstate image in %s%s%s", a ? d->b->source : d->a->source,
			  a || b ? "" : " and ", a || b ? "" : d->b->source);
	return rc;
}

int kstd_diff(struct kstd_dump *a, struct kstd_dump *b, const struct kstd_diff_opts *user,
	      const struct kstd_node **root)
{
	struct kstd_diff_opts opts = { .sz = sizeof(opts) };
	struct diff d = { .a = a, .b = b };
	int rc = kstd_opts(a->ctx, "kstd_diff", user, sizeof(opts.sz), &opts, sizeof(opts));

	*root = NULL;
	if (!rc && a == b)
		rc = kstd_err(a->ctx, KSTD_E_OPTIONS, KSTD_NO_OFFSET,
			      "kstd_diff: a dump cannot be compared with itself");
	if (rc)
		return rc;
	d.all = opts.all;
	d.contents = opts.contents;
	d.handed_over = opts.handed_over;
	d.compared = kstd_arena_get(&a->arena, sizeof(*d.compared));
	if (!d.compared)
		return kstd_nomem(a->ctx);
	*d.compared = (struct kstd_diff_bytes){ 0 };
	kstd_report_to(b, a);
	rc = open_both(&d);
	if (rc)
		return rc;
	kstd_diff_plan(a, b, d.handed_over, &d.plan);
	d.any = d.plan.nr;
	rc = compare_all(&d, root) ?: kstd_whole(a->ctx) ?: kstd_whole(b->ctx);
	if (rc)
		*root = NULL;
	else
		((struct kstd_node *)*root)->cut = a->reports[KSTD_SAYS_UNKNOWN].nr;
	return rc;
}

static bool any_changes(const struct kstd_node *list)
{
	for (const struct kstd_node *n = list ? list->kids.first : NULL; n; n = n->next) {
		const struct kstd_node *changes = kstd_node_get(n, "changes");

		if (changes && changes->kids.first)
			return true;
	}
	return false;
}

static bool any_difference(const struct kstd_node *root)
{
	static const char *const counts[] = { "changed", "removed", "added" };
	const struct kstd_node *summary = kstd_node_get(root, "summary");

	for (size_t i = 0; summary && i < sizeof(counts) / sizeof(counts[0]); i++) {
		const struct kstd_node *n = kstd_node_get(summary, counts[i]);

		if (n && n->u)
			return true;
	}
	return any_changes(kstd_node_get(root, "images")) ||
	       any_changes(kstd_node_get(root, "subtrees")) ||
	       any_changes(kstd_node_get(root, "luo"));
}

enum kstd_truth kstd_diff_found(const struct kstd_node *root)
{
	if (any_difference(root))
		return KSTD_YES;
	return root->cut ? KSTD_NOT_KNOWN : KSTD_NO;
}
