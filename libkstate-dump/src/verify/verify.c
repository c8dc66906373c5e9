// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include "source/capture_read.h"
#include "verify/verify.h"

/* Iterate over everything in a node: what is made is checked. */
static void iterate_all(const struct kstd_node *node)
{
	const struct kstd_node *n;
	struct kstd_iter it;

	if (kstd_node_type(node) != KSTD_OBJECT && kstd_node_type(node) != KSTD_LIST)
		return;
	kstd_iter_begin(&it, node);
	while ((n = kstd_iter_next(&it)))
		iterate_all(n);
	kstd_iter_end(&it);
}

/* A dump that has no sections, no LUO or no schema is not wrong. */
static void decode_all(struct kstd_dump *dump)
{
	const struct kstd_node *n;

	if (!kstd_sections(dump, NULL, &n))
		iterate_all(n);
	if (!kstd_luo(dump, NULL, &n))
		iterate_all(n);
	if (!kstd_schema(dump, NULL, &n))
		iterate_all(n);
}

static struct kstd_node *put_copy(struct kstd_arena *a, struct kstd_node *into,
				  enum kstd_key_index key, const struct kstd_node *from)
{
	struct kstd_node *n = from ? kstd_put(a, into, key, from->type) : NULL;

	if (n && from->type == KSTD_TEXT)
		n->mem = from->mem;
	else if (n)
		n->u = from->u;
	return n;
}

static void put_finding(struct kstd_dump *dump, struct kstd_node *list,
			const struct kstd_node *report)
{
	const struct kstd_node *code = kstd_node_get(report, "code");
	struct kstd_arena *a = &dump->arena;
	struct kstd_node *n = kstd_styled(kstd_put(a, list, KSTD_NO_KEY, KSTD_OBJECT),
					  KSTD_STYLE_BLOCK);

	put_copy(a, n, KSTD_K_FOUND_CODE, code);
	put_copy(a, n, KSTD_K_FOUND_PATH, kstd_node_get(report, "path"));
	put_copy(a, n, KSTD_K_FOUND_OFFSET, kstd_node_get(report, "offset"));
	put_copy(a, n, KSTD_K_FOUND_TEXT, kstd_node_get(report, "text"));
	kstd_put_str(a, n, KSTD_K_MEANS,
		     code ? kstd_code_meaning(code->mem.p, code->mem.len) : NULL);
}

/* The reports become the list @key of the result. */
static void put_findings(struct kstd_dump *dump, struct kstd_node *root, enum kstd_key_index key,
			 const struct kstd_node *reports)
{
	struct kstd_node *list = kstd_put(&dump->arena, root, key, KSTD_LIST);

	if (!list)
		return;
	for (const struct kstd_node *n = reports->kids.first; n; n = n->next)
		put_finding(dump, list, n);
}

static void take_reports(struct kstd_dump *dump, struct kstd_node *root)
{
	put_findings(dump, root, KSTD_K_FINDINGS, kstd_defects(dump));
	put_findings(dump, root, KSTD_K_UNKNOWNS, kstd_unknowns(dump));
	for (int i = 0; i < KSTD_NR_SAYS; i++) {
		dump->reports[i].list->kids.first = NULL;
		dump->reports[i].list->kids.last = NULL;
	}
}

static void put_checked(const struct kstd_checked *c, struct kstd_node *list)
{
	struct kstd_arena *a = &c->dump->arena;
	struct kstd_node *n;

	if (!c->subtrees && !c->sections && !c->m)
		return;
	n = kstd_styled(kstd_put(a, list, KSTD_NO_KEY, KSTD_OBJECT), KSTD_STYLE_TREE);
	kstd_put_str(a, n, KSTD_K_SIDE, kstd_side_name(c->side));
	kstd_put_num(a, n, KSTD_K_CHECKED_SUBTREES, KSTD_U64, c->subtrees);
	kstd_put_num(a, n, KSTD_K_CHECKED_SECTIONS, KSTD_U64, c->sections);
	kstd_put_num(a, n, KSTD_K_CHECKED_REFS, KSTD_U64, c->m ? c->m->refs.nr : 0);
	if (c->m && kstd_memory_map_known(c->m))
		kstd_put_num(a, n, KSTD_K_CHECKED_BYTES, KSTD_SIZE,
			     c->m->map.stats.pages * c->m->page_size);
	else
		kstd_put(a, n, KSTD_K_CHECKED_BYTES, KSTD_NULL);
	kstd_put_str(a, n, KSTD_K_NOT_CHECKED, !c->m ? NULL :
		     !c->m->known ? c->m->why : kstd_memory_map_known(c->m) ? NULL :
		     "a part of the preserved-memory map is missing");
}

static int verify_sides(struct kstd_dump *dump, struct kstd_node *root)
{
	static const unsigned int sides[] = { KSTD_SIDE_FILE, KSTD_SIDE_IN, KSTD_SIDE_OUT };
	struct kstd_checked c[3] = { { .dump = dump } };
	struct kstd_node *list;
	int rc = 0;

	for (int i = 0; i < 3 && !rc; i++) {
		c[i] = (struct kstd_checked){ .dump = dump, .side = sides[i] };
		kstd_verify_subtrees(&c[i]);
		kstd_verify_sections(&c[i]);
		rc = kstd_verify_memory(&c[i]) ?: kstd_cancelled(dump);
	}
	if (rc)
		return rc;
	take_reports(dump, root);
	list = kstd_put(&dump->arena, root, KSTD_K_CHECKED, KSTD_LIST);
	if (!list)
		return kstd_nomem(dump->ctx);
	for (int i = 0; i < 3; i++)
		put_checked(&c[i], list);
	return 0;
}

int kstd_verify(struct kstd_dump *dump, const struct kstd_node **root)
{
	struct kstd_node *n = dump->verified;
	const struct kstd_node *info;
	int rc;

	*root = n;
	if (n)
		return 0;
	rc = kstd_info(dump, &info);
	if (rc)
		return rc;
	n = kstd_styled(kstd_put(&dump->arena, NULL, KSTD_NO_KEY, KSTD_OBJECT), KSTD_STYLE_TREE);
	if (!n)
		return kstd_nomem(dump->ctx);
	decode_all(dump);
	kstd_verify_sequence(dump, info);
	kstd_capture_verify(dump);
	rc = kstd_cancelled(dump) ?: verify_sides(dump, n) ?: kstd_whole(dump->ctx);
	if (!rc)
		*root = dump->verified = n;
	return rc;
}
