// SPDX-License-Identifier: GPL-2.0

/* What counts as a difference between two images. */

#include "helpers.h"

#define STATES	"enum\0000=down\0001=up"
#define BITS	"flags\0001=ready\0002=busy"

static const struct image_field port_fields[] = {
	{ "number", "value", "u16", "unsigned", 2, 1, IMAGE_ALWAYS, "decimal", 0 },
};

static const struct image_desc port = { "port", 2, 1, 1, port_fields, 1 };

static const struct image_field fields[] = {
	{ "n", "value", "u32", "unsigned", 4, 1, IMAGE_ALWAYS, "decimal", 0 },
	{ "array", "value", "u8 [3]", "unsigned", 1, 3, IMAGE_ALWAYS, "decimal", 0 },
	{ "ptr", "pointer", "u8 *", "unsigned", 1, 1, IMAGE_ALWAYS, "decimal", 0 },
	{ "name", "string", "string", "char", 1, 16, IMAGE_ALWAYS, "text", 0 },
	{ "state", "value", "enum s", "unsigned", 1, 1, IMAGE_ALWAYS, STATES, sizeof(STATES) },
	{ "flags", "value", "u8", "unsigned", 1, 1, IMAGE_ALWAYS, BITS, sizeof(BITS) },
	{ "folio", "folio", "struct folio *", "opaque", 12, 1, IMAGE_ALWAYS, "address", 0 },
	{ "page", "page", "struct page *", "opaque", 8, 1, IMAGE_ALWAYS, "address", 0 },
	{ "area", "vmalloc", "void *", "opaque", 16, 1, IMAGE_ALWAYS, "address", 0 },
	{ "bits", "bitmap", "bitmap", "unsigned", 8, 70, IMAGE_ALWAYS, "hex", 0 },
	{ "secret", "custom", "custom", "opaque", 0, 1, IMAGE_ALWAYS, "bytes", 0 },
	{ "ports", "list", "list", "opaque", 0, 9999, IMAGE_ALWAYS, "bytes", 0, &port },
	{ "took", "value", "u64", "unsigned", 8, 1, IMAGE_ALWAYS, "ns", 0 },
};

static const struct image_desc top = { "top", 1, 1, 1, fields, 13 };

/**
 * struct content - what a section holds
 */
struct content {
	uint32_t n;
	uint8_t array[3];
	bool null;
	const char *name;
	uint8_t state;
	uint8_t flags;
	uint64_t folio;
	uint32_t order;
	uint64_t pfn;
	uint64_t area;
	uint32_t pages;
	uint64_t bits;
	uint8_t secret;
	int ports;
	int first_port;
	uint64_t took;
};

static const struct content usual = {
	1, { 1, 2, 3 }, false, "eth0", 1, 3, 0x10000, 0, 0x12, 0x5000, 2, 0xf0, 0x55, 2, 80, 7,
};

static void put_ports(struct image *im, const struct content *c)
{
	image_put_int(im, 8, c->ports);
	for (int i = 0; i < c->ports; i++) {
		size_t begin = image_stream(im, 1);

		image_put_int(im, 2, c->first_port + i);
		image_end_stream(im, begin);
	}
}

static void put_content(struct image *im, const struct content *c)
{
	image_put_int(im, 4, c->n);
	image_put(im, c->array, 3);
	image_put_int(im, 1, !c->null);
	if (!c->null)
		image_put_int(im, 1, 9);
	image_put_int(im, 8, strlen(c->name));
	image_put(im, c->name, strlen(c->name));
	image_put_int(im, 1, c->state);
	image_put_int(im, 1, c->flags);
	image_put_int(im, 8, c->folio);
	image_put_int(im, 4, c->order);
	image_put_int(im, 8, c->pfn);
	image_put_int(im, 8, c->area);
	image_put_int(im, 4, c->pages);
	image_put_int(im, 4, 0);
	image_put_int(im, 8, 70);
	image_put_int(im, 8, c->bits);
	image_put_int(im, 8, 0);
	image_put_int(im, 8, 1);
	image_put_int(im, 1, c->secret);
	put_ports(im, c);
	image_put_int(im, 8, c->took);
}

static void begin(struct image *im)
{
	image_init(im);
	image_begin(im);
	image_desc(im, &top);
	image_desc(im, &port);
	image_sections(im);
}

static void put_section(struct image *im, const struct content *c, uint64_t instance)
{
	put_content(im, c);
	image_section(im, &top, instance, 100 + instance);
	image_end_section(im);
}

static void make(struct image *im, const struct content *c)
{
	begin(im);
	put_section(im, c, 0);
	image_finish(im);
}

/**
 * struct both - two images and what differs
 */
struct both {
	struct image a;
	struct image b;
	struct view va;
	struct view vb;
	char *json;
	enum kstd_truth found;
	int rc;
};

static void compare(struct both *t, bool all)
{
	struct kstd_diff_opts opts = { .sz = sizeof(opts), .all = all };
	const struct kstd_node *root;

	view_image(&t->va, &t->a);
	view_image(&t->vb, &t->b);
	t->rc = kstd_diff(t->va.dump, t->vb.dump, &opts, &root);
	t->found = t->rc ? KSTD_NOT_KNOWN : kstd_diff_found(root);	/* before anything was iterated over */
	t->json = t->rc ? NULL : json_of(root);
}

static void drop(struct both *t)
{
	free(t->json);
	view_close(&t->vb);
	view_close(&t->va);
	image_free(&t->a);
	image_free(&t->b);
}

/* @changed differs from the usual content by exactly this; NULL: by nothing. */
static void differs(const struct content *changed, bool all, const char *change)
{
	struct both t;

	make(&t.a, &usual);
	make(&t.b, changed);
	compare(&t, all);
	assert_int_equal(t.rc, 0);
	assert_int_equal(t.found, change ? KSTD_YES : KSTD_NO);
	if (change) {
		char want[300];

		snprintf(want, sizeof(want), "\"changes\":[%s],\"more\":\"0\"}]", change);
		assert_has(t.json, want);
	} else {
		assert_has(t.json, "\"sections\":[],\"summary\":{\"same\":\"1\"");
	}
	drop(&t);
}

#define CHANGE(path, what, a, b) \
	"{\"path\":\"" path "\",\"what\":\"" what "\",\"a\":" a ",\"b\":" b "}"

static void test_same_content_is_no_difference(void **state)
{
	differs(&usual, false, NULL);
	differs(&usual, true, NULL);
}

static void test_values_differ(void **state)
{
	struct content c = usual;

	c.n = 2;
	differs(&c, false, CHANGE("n", "value", "1", "2"));
	c = usual;
	c.array[1] = 9;
	differs(&c, false, CHANGE("array[1]", "value", "2", "9"));
	c = usual;
	c.name = "eth1";
	differs(&c, false, CHANGE("name", "value", "\"eth0\"", "\"eth1\""));
	c = usual;
	c.took = 8;
	differs(&c, false, CHANGE("took", "value", "7", "8"));
	c = usual;
	c.secret = 0x56;
	differs(&c, false, CHANGE("secret", "value", "{\"hex\":\"55\"}", "{\"hex\":\"56\"}"));
}

static void test_null_differs_from_a_value(void **state)
{
	struct content c = usual;

	c.null = true;
	differs(&c, false, CHANGE("ptr", "value", "9", "null"));
}

static void test_enums_and_flags_differ_by_name(void **state)
{
	struct content c = usual;

	c.state = 0;
	differs(&c, false, CHANGE("state", "value", "\"up\"", "\"down\""));
	c = usual;
	c.flags = 0xf1;
	differs(&c, false, CHANGE("flags", "value", "\"ready|busy\"", "\"ready|0xf0\""));
}

static void test_bitmaps_differ_as_a_whole(void **state)
{
	struct content c = usual;

	c.bits = 0x1f1;
	differs(&c, false, CHANGE("bits", "value", "\"4-7\"", "\"0,4-8\""));
}

static void test_addresses_count_only_if_asked(void **state)
{
	struct content c = usual;

	c.folio = 0x20000;
	c.pfn = 0x13;
	c.area = 0x6000;
	differs(&c, false, NULL);
	differs(&c, true, CHANGE("folio.address", "value", "\"0x10000\"", "\"0x20000\"") ","
		CHANGE("page.pfn", "value", "\"18\"", "\"19\"") ","
		CHANGE("page.address", "value", "\"0x12000\"", "\"0x13000\"") ","
		CHANGE("area.first_chunk", "value", "\"0x5000\"", "\"0x6000\""));
}

static void test_sizes_of_memory_count(void **state)
{
	struct content c = usual;

	c.order = 2;
	c.pages = 3;
	differs(&c, false, CHANGE("folio.order", "value", "0", "2") ","
		CHANGE("area.pages", "value", "2", "3"));
}

static void test_no_folio_differs_from_one(void **state)
{
	struct content c = usual;

	c.folio = 0;
	differs(&c, false, CHANGE("folio", "value", "\"0x10000\"", "null"));
}

static void test_elements_are_compared_by_number(void **state)
{
	struct content c = usual;

	c.ports = 3;
	c.first_port = 81;
	differs(&c, false, CHANGE("ports[0].number", "value", "80", "81") ","
		CHANGE("ports[1].number", "value", "81", "82") ","
		CHANGE("ports", "elements", "\"2\"", "\"3\""));
}

/* Another kernel: fields in another order, one more, one less, one of another type. */
static const struct image_field new_fields[] = {
	{ "b", "value", "u64", "unsigned", 8, 1, IMAGE_ALWAYS, "decimal", 0 },
	{ "a", "value", "u8", "unsigned", 1, 1, IMAGE_ALWAYS, "decimal", 0 },
	{ "new", "value", "u8", "unsigned", 1, 1, IMAGE_ALWAYS, "decimal", 0 },
};

static const struct image_field old_fields[] = {
	{ "a", "value", "u8", "unsigned", 1, 1, IMAGE_ALWAYS, "decimal", 0 },
	{ "old", "value", "u8", "unsigned", 1, 1, IMAGE_ALWAYS, "decimal", 0 },
	{ "b", "value", "u32", "unsigned", 4, 1, IMAGE_ALWAYS, "decimal", 0 },
};

static const struct image_desc old_desc = { "d", 1, 1, 1, old_fields, 3 };
static const struct image_desc new_desc = { "d", 1, 2, 1, new_fields, 3 };

static void test_fields_are_matched_by_name(void **state)
{
	struct both t;

	image_init(&t.a);
	image_put(&t.a, "\1\2\3\0\0\0", 6);
	one_section(&t.a, &old_desc);
	image_init(&t.b);
	image_put(&t.b, "\3\0\0\0\0\0\0\0\1\4", 10);
	one_section(&t.b, &new_desc);
	compare(&t, false);
	assert_has(t.json, "\"changes\":["
		   CHANGE("", "version", "1", "2") ","
		   CHANGE("old", "removed", "2", "null") ","
		   CHANGE("b", "type", "\"u32\"", "\"u64\"") ","
		   CHANGE("new", "added", "null", "4") "]");
	drop(&t);
}

static void test_order_of_fields_counts_only_if_asked(void **state)
{
	struct both t;

	image_init(&t.a);
	image_put(&t.a, "\1\2\3\0\0\0", 6);
	one_section(&t.a, &old_desc);
	image_init(&t.b);
	image_put(&t.b, "\3\0\0\0\0\0\0\0\1\4", 10);
	one_section(&t.b, &new_desc);
	compare(&t, true);
	assert_has(t.json, CHANGE("", "order", "null", "null"));
	drop(&t);
}

static void test_sections_are_matched_by_identity(void **state)
{
	struct content other = usual;
	struct both t;

	other.n = 5;
	begin(&t.a);
	for (int i = 0; i < 4; i++)
		put_section(&t.a, &usual, i);
	image_finish(&t.a);
	begin(&t.b);
	put_section(&t.b, &usual, 7);
	put_section(&t.b, &other, 3);
	put_section(&t.b, &usual, 2);
	put_section(&t.b, &usual, 0);
	image_finish(&t.b);
	compare(&t, false);
	assert_has(t.json, "\"sections\":[{\"section\":\"top@1\",\"side_a\":\"file\",\"side_b\":\"file\",\"difference\":\"removed\"");
	assert_has(t.json, "\"section\":\"top@3\",\"side_a\":\"file\",\"side_b\":\"file\",\"difference\":\"changed\"");
	assert_has(t.json, "\"section\":\"top@7\",\"side_a\":\"file\",\"side_b\":\"file\",\"difference\":\"added\"");
	assert_has(t.json, "\"summary\":{\"same\":\"2\",\"changed\":\"1\",\"removed\":\"1\",\"added\":\"1\",\"not_known\":\"0\"}");
	assert_has_not(t.json, "order");
	drop(&t);
}

static void test_order_of_sections_counts_only_if_asked(void **state)
{
	struct both t;

	begin(&t.a);
	put_section(&t.a, &usual, 0);
	put_section(&t.a, &usual, 1);
	image_finish(&t.a);
	begin(&t.b);
	put_section(&t.b, &usual, 1);
	put_section(&t.b, &usual, 0);
	image_finish(&t.b);
	compare(&t, false);
	assert_int_equal(t.found, KSTD_NO);
	free(t.json);
	view_close(&t.vb);
	view_close(&t.va);
	compare(&t, true);
	assert_int_equal(t.found, KSTD_YES);
	assert_has(t.json, CHANGE("sections", "order", "null", "null"));
	drop(&t);
}

/* The second image promises a shard that its file does not have: what only the first has may be there. */
static void test_a_section_may_be_in_a_shard_that_is_not_there(void **state)
{
	struct both t;

	begin(&t.a);
	put_section(&t.a, &usual, 0);
	put_section(&t.a, &usual, 1);
	image_finish(&t.a);
	image_init(&t.b);
	t.b.next_shard = 0x9000000;
	image_begin(&t.b);
	image_desc(&t.b, &top);
	image_desc(&t.b, &port);
	image_sections(&t.b);
	put_section(&t.b, &usual, 0);
	image_finish(&t.b);
	compare(&t, false);
	assert_int_equal(t.rc, 0);
	assert_int_equal(t.found, KSTD_NOT_KNOWN);
	assert_has(t.json, "\"sections\":[],\"summary\":{\"same\":\"1\",\"changed\":\"0\",\"removed\":\"0\","
		   "\"added\":\"0\",\"not_known\":\"1\"}");
	drop(&t);
}

static void test_summary_is_complete_before_sections_are_iterated_over(void **state)
{
	struct kstd_diff_opts opts = { .sz = sizeof(opts) };
	const struct kstd_node *root;
	struct content other = usual;
	struct both t;
	char *summary;

	other.n = 5;
	begin(&t.a);
	for (int i = 0; i < 4; i++)
		put_section(&t.a, &usual, i);
	image_finish(&t.a);
	begin(&t.b);
	put_section(&t.b, &usual, 0);
	put_section(&t.b, &other, 3);
	put_section(&t.b, &usual, 7);
	image_finish(&t.b);
	view_image(&t.va, &t.a);
	view_image(&t.vb, &t.b);
	assert_int_equal(kstd_diff(t.va.dump, t.vb.dump, &opts, &root), 0);
	assert_int_equal(kstd_diff_found(root), KSTD_YES);
	summary = json_of(kstd_node_get(root, "summary"));
	assert_string_equal(summary,
			    "{\"same\":\"1\",\"changed\":\"1\",\"removed\":\"2\",\"added\":\"1\",\"not_known\":\"0\"}");
	free(summary);
	t.json = NULL;
	drop(&t);
}

/* Twice the same: the counts are those of the last iteration. */
static void test_counts_start_again(void **state)
{
	struct kstd_diff_opts opts = { .sz = sizeof(opts) };
	const struct kstd_node *root;
	struct both t;
	char *again;

	make(&t.a, &usual);
	make(&t.b, &usual);
	compare(&t, false);
	kstd_close(t.vb.dump);
	kstd_close(t.va.dump);
	t.va.dump = t.vb.dump = NULL;
	kstd_ctx_free(t.va.ctx);
	kstd_ctx_free(t.vb.ctx);
	view_image(&t.va, &t.a);
	view_image(&t.vb, &t.b);
	assert_int_equal(kstd_diff(t.va.dump, t.vb.dump, &opts, &root), 0);
	free(json_of(root));
	again = json_of(root);
	assert_string_equal(again, t.json);
	free(again);
	drop(&t);
}

static void test_lost_section_differs(void **state)
{
	struct both t;

	make(&t.a, &usual);
	begin(&t.b);
	image_lost(&t.b, &top, 0, 12);
	image_finish(&t.b);
	compare(&t, false);
	assert_has(t.json, CHANGE("", "result", "null", "\"lost:-12\""));
	drop(&t);
}

static void test_many_differences_are_counted(void **state)
{
	struct content c = usual, e = usual;
	struct both t;

	c.ports = 1500;
	e.ports = 1500;
	e.first_port = 10000;
	make(&t.a, &c);
	make(&t.b, &e);
	compare(&t, false);
	assert_has(t.json, "\"ports[999].number\"");
	assert_has_not(t.json, "\"ports[1000].number\"");
	assert_has(t.json, "\"more\":\"500\"}],\"summary\"");
	drop(&t);
}

static void test_defects_of_the_second_are_told(void **state)
{
	struct both t;
	char *defects;

	make(&t.a, &usual);
	make(&t.b, &usual);
	*(char *)memmem(t.b.fdt, t.b.len, "eth0", 4) = 'E';
	compare(&t, false);
	defects = json_reports(t.va.dump);
	assert_has(defects, "\"code\":\"checksum\"");
	assert_has(defects, "\"path\":\"memory: memory: sections/top@0\"");
	free(defects);
	drop(&t);
}

static void test_dump_is_not_compared_with_itself(void **state)
{
	const struct kstd_node *root;
	struct image im;
	struct view v;

	make(&im, &usual);
	view_image(&v, &im);
	assert_int_equal(kstd_diff(v.dump, v.dump, NULL, &root), -KSTD_USAGE);
	view_close(&v);
	image_free(&im);
}

/* Cut anywhere, nothing worse than a defect comes of it. */
static void test_truncated_payloads_are_compared(void **state)
{
	for (size_t len = 0; len < 120; len += 3) {
		struct both t;

		make(&t.a, &usual);
		begin(&t.b);
		put_content(&t.b, &usual);
		if (t.b.payload_len > len)
			t.b.payload_len = len;
		image_section(&t.b, &top, 0, 0);
		image_end_section(&t.b);
		image_finish(&t.b);
		compare(&t, true);
		assert_int_equal(t.rc, 0);
		drop(&t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_content_is_no_difference),
		cmocka_unit_test(test_values_differ),
		cmocka_unit_test(test_null_differs_from_a_value),
		cmocka_unit_test(test_enums_and_flags_differ_by_name),
		cmocka_unit_test(test_bitmaps_differ_as_a_whole),
		cmocka_unit_test(test_addresses_count_only_if_asked),
		cmocka_unit_test(test_sizes_of_memory_count),
		cmocka_unit_test(test_no_folio_differs_from_one),
		cmocka_unit_test(test_elements_are_compared_by_number),
		cmocka_unit_test(test_fields_are_matched_by_name),
		cmocka_unit_test(test_order_of_fields_counts_only_if_asked),
		cmocka_unit_test(test_sections_are_matched_by_identity),
		cmocka_unit_test(test_order_of_sections_counts_only_if_asked),
		cmocka_unit_test(test_a_section_may_be_in_a_shard_that_is_not_there),
		cmocka_unit_test(test_summary_is_complete_before_sections_are_iterated_over),
		cmocka_unit_test(test_counts_start_again),
		cmocka_unit_test(test_lost_section_differs),
		cmocka_unit_test(test_many_differences_are_counted),
		cmocka_unit_test(test_defects_of_the_second_are_told),
		cmocka_unit_test(test_dump_is_not_compared_with_itself),
		cmocka_unit_test(test_truncated_payloads_are_compared),
	};

	return RUN(tests);
}
