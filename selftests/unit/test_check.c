// SPDX-License-Identifier: GPL-2.0

/*
 * What a check says of images and catalogs: what is optional, versions of KHO and its
 * users, damage, and hostile input. Whether the verdicts are those of the engine is tested
 * in selftests/roundtrip/test_check.c.
 */

#include "check.h"

#define LIVE	"selftests/data/live-update"

static void check_it(struct checked *c)
{
	check_opts(c, (struct kstd_check_opts){ 0 });
}

/* The usual: sections of these, read by those, with nothing else to say. */
static void check_two(struct checked *c, const struct image_desc *saved,
		      const struct image_desc *read)
{
	save_sections(&c->im, &saved, 1);
	make_catalog(&c->next, &read, read ? 1 : 0, ABIS, sizeof(ABIS));
	check_it(c);
	assert_int_equal(c->v.rc, 0);
}

static void test_what_is_read_passes(void **state)
{
	struct checked c;

	check_two(&c, &dev, &dev);
	assert_int_equal(c.result, KSTD_CHECK_PASSES);
	assert_has(c.v.json, "{\"section\":\"dev@1a\",\"verdict\":\"loads\",\"need\":\"mandatory\",\"error\":null,");
	assert_has(c.v.json, "\"summary\":{\"verdict\":\"passes\",\"loads\":\"1\",");
	assert_string_equal(c.v.defects, "[]");
	end_check(&c);
}

static void test_mandatory_state_that_is_refused_fails(void **state)
{
	struct checked c;

	check_two(&c, &dev, &dev_wide);
	assert_int_equal(c.result, KSTD_CHECK_FAILS);
	assert_has(c.v.json, "\"verdict\":\"refused\",\"need\":\"mandatory\",\"error\":\"EPROTO\"");
	assert_has(c.v.json, "{\"code\":\"other-size\",\"name\":\"dev\",\"path\":\"a\",\"effect\":\"refuses\",");
	assert_has(c.v.json, "\"saved\":\"4\",\"read\":\"8\"");
	end_check(&c);
}

static void test_optional_state_that_is_refused_is_a_loss(void **state)
{
	struct checked c;

	check_two(&c, &cache, &cache_wide);
	assert_int_equal(c.result, KSTD_CHECK_LOSES);
	assert_has(c.v.json, "\"verdict\":\"refused\",\"need\":\"optional\"");
	end_check(&c);
}

static void test_state_that_nobody_reads_is_unclaimed(void **state)
{
	struct checked c;

	check_two(&c, &dev, &cache);
	assert_int_equal(c.result, KSTD_CHECK_FAILS);
	assert_has(c.v.json, "\"verdict\":\"unclaimed\",\"need\":\"mandatory\",\"error\":\"ENOENT\"");
	assert_has(c.v.json, "\"unclaimed\":\"1\"");
	end_check(&c);
}

/* Three verdicts, asked for with a sections list that nobody has touched. */
static void test_summary_is_complete_before_sections_are_iterated_over(void **state)
{
	static const struct image_desc *const saved[] = { &dev, &cache };
	static const struct image_desc *const read[] = { &dev_wide, &cache };
	struct checked c;
	char *summary, *after;

	save_sections(&c.im, saved, 2);
	make_catalog(&c.next, read, 2, ABIS, sizeof(ABIS));
	begin_check(&c, (struct kstd_check_opts){ 0 });
	assert_int_equal(c.v.rc, 0);
	summary = json_of(kstd_node_get(c.root, "summary"));
	assert_string_equal(summary,
			    "{\"verdict\":\"fails\",\"loads\":\"1\",\"loads_partly\":\"0\",\"refused\":\"1\",\"unclaimed\":\"0\",\"lost\":\"0\",\"not_known\":\"0\",\"waived\":\"0\"}");
	free(json_of(c.root));
	after = json_of(kstd_node_get(c.root, "summary"));
	assert_string_equal(after, summary);
	assert_int_equal(kstd_check_status(c.root), KSTD_CHECK_FAILS);
	free(after);
	free(summary);
	end_check(&c);
}

static void test_status_of_a_broken_section_is_right_before_iterating(void **state)
{
	static const struct image_desc *const reader = &dev;
	struct checked c;
	char *defects;

	save_sections(&c.im, &reader, 1);
	*(uint8_t *)memmem(c.im.fdt, c.im.len, "\x77\xde\xc0\x5e", 4) ^= 1;
	make_catalog(&c.next, &reader, 1, ABIS, sizeof(ABIS));
	begin_check(&c, (struct kstd_check_opts){ 0 });
	assert_int_equal(kstd_check_status(c.root), KSTD_CHECK_FAILS);
	defects = json_reports(c.v.dump);
	assert_has(defects, "\"code\":\"checksum\"");
	free(defects);
	end_check(&c);
}

static void test_going_over_it_again_counts_anew(void **state)
{
	struct checked c;
	char *again;

	check_two(&c, &dev, &dev_wide);
	again = json_of(c.root);
	assert_string_equal(again, c.v.json);
	free(again);
	end_check(&c);
}

static void test_unknown_subsection_is_a_loss(void **state)
{
	static const struct image_desc *const reader = &image_test;
	struct checked c;

	image_init(&c.im);
	image_example(&c.im);
	make_catalog(&c.next, &reader, 1, ABIS, sizeof(ABIS));
	check_it(&c);
	assert_int_equal(c.result, KSTD_CHECK_LOSES);
	assert_has(c.v.json, "\"verdict\":\"loads-partly\",\"need\":\"mandatory\",\"error\":null,");
	assert_has(c.v.json, "\"skips\":[\"test_v2\"]");
	assert_has(c.v.json, "{\"code\":\"ignored\",\"name\":\"test\",\"path\":\"test_v2\",\"effect\":\"loses\",");
	end_check(&c);
}

static void test_damage_is_refused(void **state)
{
	static const struct image_desc *const reader = &dev;
	struct checked c;
	uint8_t *data;

	save_sections(&c.im, &reader, 1);
	data = memmem(c.im.fdt, c.im.len, "\x77\xde\xc0\x5e", 4);
	*data ^= 1;
	make_catalog(&c.next, &reader, 1, ABIS, sizeof(ABIS));
	check_it(&c);
	assert_int_equal(c.result, KSTD_CHECK_FAILS);
	assert_has(c.v.json, "\"verdict\":\"refused\",\"need\":\"mandatory\",\"error\":\"EBADMSG\"");
	assert_has(c.v.defects, "\"code\":\"checksum\"");
	end_check(&c);
}

static void test_damaged_description_is_refused(void **state)
{
	static const struct image_desc *const reader = &dev;
	struct checked c;

	save_sections(&c.im, &reader, 1);
	memcpy(memmem(c.im.fdt, c.im.len, "decimal", 7), "decimaX", 7);
	make_catalog(&c.next, &reader, 1, ABIS, sizeof(ABIS));
	check_it(&c);
	assert_has(c.v.json, "\"verdict\":\"refused\",\"need\":\"mandatory\",\"error\":\"EBADMSG\"");
	end_check(&c);
}

static void test_what_was_lost_stays_lost(void **state)
{
	static const struct image_desc *const reader = &cache;
	struct checked c;

	image_init(&c.im);
	image_begin(&c.im);
	image_desc(&c.im, &cache);
	image_sections(&c.im);
	image_lost(&c.im, &cache, 3, 12);
	image_finish(&c.im);
	make_catalog(&c.next, &reader, 1, ABIS, sizeof(ABIS));
	check_it(&c);
	assert_int_equal(c.result, KSTD_CHECK_LOSES);
	assert_has(c.v.json, "{\"section\":\"cache@3\",\"verdict\":\"lost\",\"need\":\"optional\",\"error\":\"ENODATA\"");
	end_check(&c);
}

/* A machine that reads nothing of another kind of machine. */
static void other_machine(uint32_t page_size, uint32_t word_size, bool big, const char *code)
{
	static const struct image_desc *const reader = &dev;
	struct checked c;
	char part[80];

	save_sections(&c.im, &reader, 1);
	image_init(&c.next);
	c.next.page_size = page_size;
	c.next.word_size = word_size;
	c.next.big = big;
	image_begin(&c.next);
	image_desc(&c.next, &dev);
	image_sections(&c.next);
	image_finish(&c.next);
	check_it(&c);
	assert_int_equal(c.result, KSTD_CHECK_FAILS);
	snprintf(part, sizeof(part), "{\"code\":\"%s\",\"name\":\"image\"", code);
	assert_has(c.v.json, part);
	assert_has(c.v.json, "\"verdict\":\"refused\",\"need\":\"mandatory\",\"error\":\"EOPNOTSUPP\"");
	end_check(&c);
}

static void test_other_machines_read_nothing(void **state)
{
	other_machine(16384, 8, false, "page-size");
	other_machine(4096, 4, false, "word-size");
	other_machine(4096, 8, true, "byte-order");
}

/* Two catalogs of the same description, and what their kernels speak. */
static void check_abis(struct checked *c, const char *saved, size_t saved_len, const char *read,
		       size_t read_len)
{
	static const struct image_desc *const descs = &dev;

	make_catalog(&c->im, &descs, 1, saved, saved_len);
	make_catalog(&c->next, &descs, 1, read, read_len);
	check_it(c);
	assert_int_equal(c->v.rc, 0);
}

static void test_the_same_versions_pass(void **state)
{
	struct checked c;

	check_abis(&c, ABIS, sizeof(ABIS), ABIS, sizeof(ABIS));
	assert_int_equal(c.result, KSTD_CHECK_PASSES);
	assert_has(c.v.json, "{\"abi\":\"memfd\",\"saved\":\"memfd-v2\",\"read\":\"memfd-v2\",\"verdict\":\"same\",\"how\":\"catalog\",");
	end_check(&c);
}

static void test_another_kho_takes_over_nothing(void **state)
{
	static const char other[] = "kstate-v1\0kho-v5\0luo-v5\0memfd-v2";
	struct checked c;

	check_abis(&c, ABIS, sizeof(ABIS), other, sizeof(other));
	assert_int_equal(c.result, KSTD_CHECK_FAILS);
	assert_has(c.v.json, "{\"abi\":\"kho\",\"saved\":\"kho-v4\",\"read\":\"kho-v5\",\"verdict\":\"refused\",");
	assert_has(c.v.json, "{\"section\":\"dev\",\"verdict\":\"refused\",\"need\":\"mandatory\",\"error\":null,");
	end_check(&c);
}

static void test_another_luo_loses_sessions_and_no_sections(void **state)
{
	static const char other[] = "kstate-v1\0kho-v4\0luo-v6\0memfd-v2";
	struct checked c;

	check_abis(&c, ABIS, sizeof(ABIS), other, sizeof(other));
	assert_int_equal(c.result, KSTD_CHECK_FAILS);
	assert_has(c.v.json, "luo-v5 is written, and the next kernel reads luo-v6: no session and no file of LUO is handed over, and it panics while it boots");
	assert_has(c.v.json, "{\"section\":\"dev\",\"verdict\":\"loads\"");
	end_check(&c);
}

static void test_kernel_without_memfds_fails(void **state)
{
	static const char other[] = "kstate-v1\0kho-v4\0luo-v5";
	struct checked c;

	check_abis(&c, ABIS, sizeof(ABIS), other, sizeof(other));
	assert_int_equal(c.result, KSTD_CHECK_FAILS);
	assert_has(c.v.json, "memfd-v2 is written, and the next kernel reads no version of it");
	end_check(&c);
}

static void test_several_versions_are_read(void **state)
{
	static const char other[] = "kstate-v1\0kho-v4\0luo-v5\0memfd-v2\0memfd-v3";
	struct checked c;

	check_abis(&c, ABIS, sizeof(ABIS), other, sizeof(other));
	assert_int_equal(c.result, KSTD_CHECK_PASSES);
	assert_has(c.v.json, "\"read\":\"memfd-v2, memfd-v3\",\"verdict\":\"reads\"");
	end_check(&c);
	/* The other way round, it may write what is not read. */
	check_abis(&c, other, sizeof(other), ABIS, sizeof(ABIS));
	assert_int_equal(c.result, KSTD_CHECK_FAILS);
	end_check(&c);
}

static void test_what_a_module_does_not_say_is_not_known(void **state)
{
	struct checked c;

	check_abis(&c, ABIS, sizeof(ABIS), "", 0);
	assert_int_equal(c.result, KSTD_CHECK_NOT_KNOWN);
	assert_has(c.v.json, "{\"abi\":\"kho\",\"saved\":\"kho-v4\",\"read\":null,\"verdict\":\"not-known\",\"how\":null,");
	assert_has(c.v.json, "\"summary\":{\"verdict\":\"not known\",");
	assert_has(c.v.json, "{\"code\":\"abi-unknown\",\"name\":\"kho\"");
	end_check(&c);
}

/* LUO is not reached if KHO refuses its root: then nothing panics. */
static void test_another_luo_panics_only_below_the_same_kho(void **state)
{
	static const char other[] = "kstate-v1\0kho-v5\0luo-v6\0memfd-v2";
	struct checked c;

	check_abis(&c, ABIS, sizeof(ABIS), other, sizeof(other));
	assert_int_equal(c.result, KSTD_CHECK_FAILS);
	assert_has(c.v.json, "the next kernel reads luo-v6: no session and no file of LUO is handed over\"");
	assert_has_not(c.v.json, "panics");
	end_check(&c);
}

static void test_reverse_asks_the_other_way_round(void **state)
{
	static const struct image_desc newer = { "dev", 0x10, 2, 1, one, 1 };
	static const struct image_desc *const old = &dev, *const new = &newer;
	struct checked c;

	make_catalog(&c.im, &old, 1, ABIS, sizeof(ABIS));
	make_catalog(&c.next, &new, 1, ABIS, sizeof(ABIS));
	check_it(&c);
	assert_int_equal(c.result, KSTD_CHECK_PASSES);
	assert_has(c.v.json, "{\"code\":\"newer-version\"");
	kstd_close(c.other);
	view_close(&c.v);
	check_opts(&c, (struct kstd_check_opts){ .reverse = true });
	assert_int_equal(c.result, KSTD_CHECK_FAILS);
	assert_has(c.v.json, "version 2 is saved, and this kernel reads version 1 only");
	end_check(&c);
}

static void test_what_is_registered_is_checked(void **state)
{
	struct kstd_check_opts opts = { .sz = sizeof(opts), .nr_next = 1 };
	struct kstd_open_opts open = { .sz = sizeof(open), .path = LIVE "/kstate/catalog" };
	struct kstd_dump *other;
	const struct kstd_node *root;
	struct view v;

	view_path(&v, LIVE);
	assert_int_equal(kstd_open(v.ctx, &open, &other), 0);
	opts.next = &other;
	assert_int_equal(kstd_check(v.dump, &opts, &root), 0);
	assert_int_equal(kstd_check_status(root), KSTD_CHECK_NOT_KNOWN);
	v.json = json_of(root);
	v.notes = json_of(kstd_notes(v.dump));
	assert_has(v.json, "{\"section\":\"test@0\",\"verdict\":\"loads\"");
	assert_has(v.notes, "nothing is saved yet");
	kstd_close(other);
	view_close(&v);
}

static void test_two_readers_are_told(void **state)
{
	static const struct image_desc *const first = &dev, *const second = &dev_wide;
	struct kstd_check_opts opts = { .sz = sizeof(opts), .nr_next = 2 };
	struct kstd_open_opts open = { .sz = sizeof(open) };
	struct kstd_dump *next[2];
	const struct kstd_node *root;
	struct image im, a, b;
	struct view v;

	save_sections(&im, &first, 1);
	make_catalog(&a, &first, 1, ABIS, sizeof(ABIS));
	make_catalog(&b, &second, 1, "kstate-v1", sizeof("kstate-v1"));
	view_image(&v, &im);
	open.buf = a.fdt;
	open.buf_len = a.len;
	assert_int_equal(kstd_open(v.ctx, &open, &next[0]), 0);
	open.buf = b.fdt;
	open.buf_len = b.len;
	assert_int_equal(kstd_open(v.ctx, &open, &next[1]), 0);
	opts.next = next;
	assert_int_equal(kstd_check(v.dump, &opts, &root), 0);
	v.json = json_of(root);
	assert_has(v.json, "{\"code\":\"two-readers\",\"name\":\"dev\"");
	kstd_close(next[0]);
	kstd_close(next[1]);
	view_close(&v);
	image_free(&im);
	image_free(&a);
	image_free(&b);
}

static void test_contradictions_are_usage_errors(void **state)
{
	struct kstd_check_opts opts = { .sz = sizeof(opts) };
	const struct kstd_node *root;
	struct view v;

	view_path(&v, LIVE);
	assert_int_equal(kstd_check(v.dump, &opts, &root), -KSTD_USAGE);
	opts.next = &v.dump;
	opts.nr_next = 1;
	assert_int_equal(kstd_check(v.dump, &opts, &root), -KSTD_USAGE);
	view_close(&v);
}

/* ---- Input that was made to hurt --------------------------------------- */

static void test_cut_files_do_no_harm(void **state)
{
	static const struct image_desc *const descs[] = { &dev, &cache };
	struct checked c;
	size_t len, next_len;

	save_sections(&c.im, descs, 2);
	make_catalog(&c.next, descs, 2, ABIS, sizeof(ABIS));
	len = c.im.len;
	next_len = c.next.len;
	for (size_t cut = 0; cut < len; cut += 13) {
		c.im.len = cut;
		check_it(&c);
		kstd_close(c.other);
		view_close(&c.v);
	}
	c.im.len = len;
	for (size_t cut = 0; cut < next_len; cut += 13) {
		c.next.len = cut;
		check_it(&c);
		assert_true(c.v.rc < 0);
		kstd_close(c.other);
		view_close(&c.v);
	}
	c.next.len = next_len;
	check_it(&c);
	assert_int_equal(c.result, KSTD_CHECK_PASSES);
	end_check(&c);
}

static void test_flipped_bytes_do_no_harm(void **state)
{
	static const struct image_desc *const descs[] = { &dev, &cache };
	struct checked c;

	save_sections(&c.im, descs, 2);
	make_catalog(&c.next, descs, 2, ABIS, sizeof(ABIS));
	for (size_t at = 0; at < c.im.len + c.next.len; at += 3) {
		uint8_t *p = at < c.im.len ? c.im.fdt + at : c.next.fdt + at - c.im.len;

		*p ^= 0x5a;
		check_it(&c);
		kstd_close(c.other);
		view_close(&c.v);
		*p ^= 0x5a;
	}
	check_it(&c);
	end_check(&c);
}

/* Have every struct-id lead to another description. */
static void close_circle(struct image *im, uint8_t from, uint8_t to)
{
	static const uint8_t prop[] = { 0, 0, 0, 3, 0, 0, 0, 4 };

	for (size_t i = 0; i + 16 <= im->len; i += 4)
		if (!memcmp(im->fdt + i, prop, 8) && !memcmp(im->fdt + i + 12, "\0\0", 3) &&
		    im->fdt[i + 15] == from)
			im->fdt[i + 15] = to;
}

/* A description of structs of structs of itself: no kernel would end. */
static void test_structs_in_a_circle_end(void **state)
{
	struct image_field fields[40];
	struct image_desc d = { "loop", 0x20, 1, 1, fields, 40 };
	const struct image_desc *descs = &d;
	static char names[40][8];
	struct checked c;

	for (size_t i = 0; i < 40; i++) {
		snprintf(names[i], sizeof(names[i]), "f%zu", i);
		fields[i] = (struct image_field){ names[i], "struct", "struct loop", "opaque", 0, 1,
						  IMAGE_ALWAYS, "bytes" };
	}
	/* The writer computes fingerprints of what is nested: it gets its circle afterwards. */
	for (size_t i = 0; i < 40; i++)
		fields[i].nested = &dev;
	make_catalog(&c.im, &descs, 1, ABIS, sizeof(ABIS));
	make_catalog(&c.next, &descs, 1, ABIS, sizeof(ABIS));
	close_circle(&c.im, 0x10, 0x20);
	close_circle(&c.next, 0x10, 0x20);
	check_it(&c);
	assert_int_equal(c.v.rc, 0);
	assert_has(c.v.json, "{\"code\":\"too-complex\"");
	end_check(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_read_passes),
		cmocka_unit_test(test_mandatory_state_that_is_refused_fails),
		cmocka_unit_test(test_optional_state_that_is_refused_is_a_loss),
		cmocka_unit_test(test_state_that_nobody_reads_is_unclaimed),
		cmocka_unit_test(test_summary_is_complete_before_sections_are_iterated_over),
		cmocka_unit_test(test_status_of_a_broken_section_is_right_before_iterating),
		cmocka_unit_test(test_going_over_it_again_counts_anew),
		cmocka_unit_test(test_unknown_subsection_is_a_loss),
		cmocka_unit_test(test_damage_is_refused),
		cmocka_unit_test(test_damaged_description_is_refused),
		cmocka_unit_test(test_what_was_lost_stays_lost),
		cmocka_unit_test(test_other_machines_read_nothing),
		cmocka_unit_test(test_the_same_versions_pass),
		cmocka_unit_test(test_another_kho_takes_over_nothing),
		cmocka_unit_test(test_another_luo_loses_sessions_and_no_sections),
		cmocka_unit_test(test_kernel_without_memfds_fails),
		cmocka_unit_test(test_several_versions_are_read),
		cmocka_unit_test(test_what_a_module_does_not_say_is_not_known),
		cmocka_unit_test(test_another_luo_panics_only_below_the_same_kho),
		cmocka_unit_test(test_reverse_asks_the_other_way_round),
		cmocka_unit_test(test_what_is_registered_is_checked),
		cmocka_unit_test(test_two_readers_are_told),
		cmocka_unit_test(test_contradictions_are_usage_errors),
		cmocka_unit_test(test_cut_files_do_no_harm),
		cmocka_unit_test(test_flipped_bytes_do_no_harm),
		cmocka_unit_test(test_structs_in_a_circle_end),
	};

	return RUN(tests);
}
