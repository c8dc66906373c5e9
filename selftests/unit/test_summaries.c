// SPDX-License-Identifier: GPL-2.0

/* What a result says outside its lists is the same before and after these are iterated over. */

#include "../lib/world.h"
#include "check.h"

/* All of a result but the elements of lists that are made while they are iterated over. */
static void put_fixed(FILE *f, const struct kstd_node *n)
{
	bool nested = n->type == KSTD_OBJECT || n->type == KSTD_LIST;

	fprintf(f, "%s:%u", kstd_node_name(n) ? kstd_node_name(n) : "", n->type);
	if (n->lazy)
		fputs("(made later)", f);
	else if (n->type == KSTD_TEXT || n->type == KSTD_BYTES)
		fprintf(f, "=%.*s", (int)n->mem.len, (const char *)n->mem.p);
	else if (!nested)
		fprintf(f, "=%llu", (unsigned long long)n->u);
	for (const struct kstd_node *k = nested && !n->lazy ? n->kids.first : NULL; k; k = k->next) {
		fputs("\n", f);
		put_fixed(f, k);
	}
}

static char *fixed_of(const struct kstd_node *root)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	put_fixed(f, root);
	fclose(f);
	return text;
}

static void stays_the_same(const struct kstd_node *root)
{
	char *before = fixed_of(root), *after;

	free(json_of(root));	/* iterates over everything */
	after = fixed_of(root);
	assert_string_equal(after, before);
	free(before);
	free(after);
}

static void test_results_of_one_dump(void **state)
{
	struct world w;
	struct view v;
	const struct kstd_node *root;

	world_begin(&w, false);
	world_make(&w);
	world_core(&w);
	view_mem(&v, w.c.file, w.c.len);
	assert_int_equal(v.rc, 0);
	assert_int_equal(kstd_info(v.dump, &root), 0);
	stays_the_same(root);
	assert_int_equal(kstd_overview(v.dump, &root), 0);
	stays_the_same(root);
	assert_int_equal(kstd_mem(v.dump, &root), 0);
	stays_the_same(root);
	assert_int_equal(kstd_verify(v.dump, &root), 0);
	stays_the_same(root);
	view_close(&v);
	world_free(&w);
}

static void test_result_of_a_check(void **state)
{
	static const struct image_desc *const saved[] = { &dev, &cache };
	static const struct image_desc *const read[] = { &dev_wide, &cache };
	struct checked c;

	save_sections(&c.im, saved, 2);
	make_catalog(&c.next, read, 2, ABIS, sizeof(ABIS));
	begin_check(&c, (struct kstd_check_opts){ 0 });
	assert_int_equal(c.v.rc, 0);
	stays_the_same(c.root);
	render_check(&c);
	end_check(&c);
}

static void test_result_of_a_diff(void **state)
{
	static const struct image_desc *const one_of[] = { &dev, &cache };
	struct image a, b;
	struct view va, vb;
	const struct kstd_node *root;

	save_sections(&a, one_of, 2);
	save_sections(&b, one_of, 1);
	view_image(&va, &a);
	view_image(&vb, &b);
	assert_int_equal(kstd_diff(va.dump, vb.dump, NULL, &root), 0);
	assert_int_equal(kstd_diff_found(root), KSTD_YES);
	stays_the_same(root);
	view_close(&vb);
	view_close(&va);
	image_free(&a);
	image_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_results_of_one_dump),
		cmocka_unit_test(test_result_of_a_check),
		cmocka_unit_test(test_result_of_a_diff),
	};

	return RUN(tests);
}
