// SPDX-License-Identifier: GPL-2.0

/* Directories of blobs, the table of sections, and what is missing or odd in them. */

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "dirs.h"

static void check_side(struct fixture *f, const char *sub, const char *side)
{
	char want[64];

	open_dir(f, sub);
	view_list(&f->v);
	assert_int_equal(f->v.rc, 0);
	snprintf(want, sizeof(want), "\"section\":\"test@0\",\"side\":\"%s\"", side);
	assert_has(f->v.json, want);
	assert_string_equal(f->v.defects, "[]");
}

static void test_debugfs_tree_opens(void **state)
{
	struct fixture *f = *state;

	put_image(f, "kho/in/sub_fdts/kstate");
	check_side(f, "", "in");
}

static void test_kho_directory_opens(void **state)
{
	struct fixture *f = *state;

	put_image(f, "kho/out/sub_fdts/kstate");
	check_side(f, "/kho", "out");
}

static void test_kstate_directory_opens(void **state)
{
	struct fixture *f = *state;

	put_image(f, "kstate/in/image");
	check_side(f, "/kstate", "in");
}

static void test_side_directory_knows_its_side(void **state)
{
	struct fixture *f = *state;

	put_image(f, "kho/out/sub_fdts/kstate");
	check_side(f, "/kho/out", "out");
}

static void test_flat_directory_opens(void **state)
{
	struct fixture *f = *state;

	put_image(f, "whatever.dtb");
	put_str(f, "README", "not a blob");
	check_side(f, "", "file");
}

static void test_pipe_in_directory_is_not_read(void **state)
{
	struct fixture *f = *state;
	char path[256];

	put_image(f, "kstate");
	snprintf(path, sizeof(path), "%s/fdt", f->dir);
	assert_int_equal(mkfifo(path, 0644), 0);
	open_dir(f, "");
	view_list(&f->v);
	assert_has(f->v.json, "\"section\":\"test@0\",\"side\":\"file\"");
	assert_has(f->v.defects, "fdt");
	assert_has(f->v.defects, "not a regular file: it is not read");
}

/* Make a link of that name in the directory. */
static void put_link(const struct fixture *f, const char *to, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", f->dir, name);
	assert_int_equal(symlink(to, path), 0);
}

static void test_link_out_of_the_directory_is_not_followed(void **state)
{
	struct fixture *f = *state;

	put_image(f, "kstate/in/image");
	put_str(f, "kho/in/sub_fdts/x", "x");
	put_link(f, "/etc/passwd", "kho/in/sub_fdts/LUO");
	put_link(f, "/dev/zero", "kho/in/fdt");
	open_dir(f, "");
	view_list(&f->v);
	assert_has(f->v.json, "\"section\":\"test@0\"");
	assert_has(f->v.defects, "kho/in/fdt");
	assert_has(f->v.defects, "kho/in/sub_fdts/LUO");
	assert_has(f->v.defects, "a link that leads out of the directory is not followed");
}

static void test_directory_that_leads_out_is_not_followed(void **state)
{
	struct fixture *f = *state;
	char path[256];

	put_image(f, "elsewhere/in/image");
	snprintf(path, sizeof(path), "%s/elsewhere", f->dir);
	put_str(f, "tree/kho/README", "nothing");
	put_link(f, path, "tree/kstate");
	open_dir(f, "/tree");
	assert_int_equal(f->v.rc, -KSTD_INPUT);
	assert_has(kstd_error_message(f->v.ctx), "links that lead out of it are not followed");
}

static void test_links_are_followed_if_that_is_asked_for(void **state)
{
	struct kstd_open_opts opts = { .sz = sizeof(opts), .follow = true };
	struct fixture *f = *state;
	struct kstd_dump *dump;
	char path[256], tree[256];

	put_image(f, "elsewhere/in/image");
	snprintf(path, sizeof(path), "%s/elsewhere", f->dir);
	snprintf(tree, sizeof(tree), "%s/tree", f->dir);
	put_str(f, "tree/kho/README", "nothing");
	put_link(f, path, "tree/kstate");
	opts.path = tree;
	f->v.ctx = f->v.ctx ? f->v.ctx : kstd_ctx_new();
	assert_int_equal(kstd_open(f->v.ctx, &opts, &dump), 0);
	kstd_close(dump);
}

static void test_link_within_the_directory_is_followed(void **state)
{
	struct fixture *f = *state;

	/* Without it no link is followed at all; qemu-user of Debian 12 has none. */
	if (syscall(SYS_openat2, -1, "", NULL, 0) < 0 && errno == ENOSYS) {
		printf("# there is no openat2() here\n");
		skip();
	}
	put_image(f, "kstate/in/here");
	put_link(f, "here", "kstate/in/image");
	check_side(f, "", "in");
}

static void test_kstates_own_image_goes_first(void **state)
{
	struct fixture *f = *state;

	put_image(f, "kstate/in/image");
	put_str(f, "kho/in/sub_fdts/kstate", "garbage");
	check_side(f, "", "in");
}

static void test_subtree_helps_out_for_a_bad_image(void **state)
{
	struct fixture *f = *state;

	put_str(f, "kstate/in/image", "garbage");
	put_image(f, "kho/in/sub_fdts/kstate");
	open_dir(f, "");
	view_list(&f->v);
	assert_has(f->v.json, "\"section\":\"test@0\"");
	assert_has(f->v.defects, "\"path\":\"kstate/in/image\"");
}

static void test_result_comes_from_the_table(void **state)
{
	struct fixture *f = *state;

	put_image(f, "kstate/in/image");
	put_str(f, "kstate/in/sections", HEADING "test 0x0 1 31 0x1 990 failed:-22\n");
	open_dir(f, "");
	view_list(&f->v);
	assert_has(f->v.json, "\"save_ns\":2100,\"result\":\"failed:-22\",\"restore_ns\":990");
}

static void test_checksum_of_the_table_is_compared(void **state)
{
	struct fixture *f = *state;

	put_image(f, "kstate/in/image");
	put_str(f, "kstate/in/sections", HEADING "test 0x0 1 31 0x1 990 restored\n");
	open_dir(f, "");
	view_list(&f->v);
	assert_has(f->v.defects, "\"code\":\"mismatch\"");
	assert_has(f->v.defects, "checksum is 0x00000001 here, but 0x");
	assert_has(f->v.defects, "\"path\":\"kstate/in/sections: test@0\"");
}

static void test_table_in_another_order_matches(void **state)
{
	static const struct image_field x = {
		"x", "value", "u8", "unsigned", 1, 1, IMAGE_ALWAYS, "decimal", 0,
	};
	struct image_desc d = { "d", 1, 1, 1, &x, 1 };
	struct fixture *f = *state;
	struct image im;

	image_init(&im);
	image_begin(&im);
	image_desc(&im, &d);
	image_sections(&im);
	for (int i = 0; i < 3; i++) {
		image_put_int(&im, 1, i);
		image_section(&im, &d, i, 0);
		image_end_section(&im);
	}
	image_finish(&im);
	put(f, "kstate/in/image", im.fdt, im.len);
	image_free(&im);
	put_str(f, "kstate/in/sections", HEADING
		"d 0x2 1 1 - - two\nd 0x0 1 1 - - zero\nd 0x1 1 1 - - one\nd 0x9 1 1 - - nine\n");
	open_dir(f, "");
	view_list(&f->v);
	assert_has(f->v.json, "\"instance\":\"0\",\"version\":1,\"bytes\":1,\"crc\":\"ok\","
			      "\"save_ns\":0,\"result\":\"zero\"");
	assert_has(f->v.json, "\"result\":\"one\"");
	assert_has(f->v.json, "\"result\":\"two\"");
	assert_has(f->v.json, "\"section\":\"d@9\"");
}

static void test_registered_sections_are_listed_without_an_image(void **state)
{
	struct fixture *f = *state;

	put_str(f, "kstate/out/image", "");
	put_str(f, "kstate/out/sections", HEADING "net 0x7b 2 4096 - - registered\n");
	open_dir(f, "");
	view_list(&f->v);
	assert_int_equal(f->v.rc, 0);
	assert_has(f->v.json, "\"section\":\"net@7b\",\"side\":\"out\",\"name\":\"net\","
			      "\"instance\":\"123\",\"version\":2,\"bytes\":4096,\"crc\":null,"
			      "\"save_ns\":null,\"result\":\"registered\"");
	assert_string_equal(f->v.defects, "[]");
}

static void test_empty_image_of_saved_sections_is_defect(void **state)
{
	struct fixture *f = *state;

	put_str(f, "kstate/out/image", "");
	put_str(f, "kstate/out/sections", HEADING "net 0x7b 2 4096 0x1 99 saved\n");
	open_dir(f, "");
	view_list(&f->v);
	assert_has(f->v.json, "\"section\":\"net@7b\"");
	assert_has(f->v.defects, "\"code\":\"empty\"");
	assert_has(f->v.defects, "copy them with cp");
}

static void test_columns_are_found_by_name(void **state)
{
	struct fixture *f = *state;

	put_image(f, "kstate/in/image");
	put_str(f, "kstate/in/sections",
		"result  new\tinstance name\nrestored x 0x0 test\n");
	open_dir(f, "");
	view_list(&f->v);
	assert_has(f->v.json, "\"result\":\"restored\"");
}

static void test_garbage_table_is_defect(void **state)
{
	struct fixture *f = *state;

	put_image(f, "kstate/in/image");
	put_str(f, "kstate/in/sections", "\x7f" "ELF garbage\n\n\n");
	open_dir(f, "");
	view_list(&f->v);
	assert_has(f->v.json, "\"section\":\"test@0\"");
	assert_has(f->v.defects, "does not name the columns");
}

static void test_bad_line_is_defect(void **state)
{
	struct fixture *f = *state;

	put_image(f, "kstate/in/image");
	put_str(f, "kstate/in/sections", HEADING "test 0x0 1 31 0x1 2100 restored\nmore\n");
	open_dir(f, "");
	view_list(&f->v);
	assert_has(f->v.defects, "line 3: not a section");
}

static void test_damaged_image_alone_is_input_error(void **state)
{
	struct fixture *f = *state;

	put_str(f, "kho/in/sub_fdts/kstate", "garbage");
	open_dir(f, "");
	view_list(&f->v);
	assert_int_equal(f->v.rc, -KSTD_INPUT);
	assert_has(kstd_error_path(f->v.ctx), "kho/in/sub_fdts/kstate");
}

static void test_one_damaged_side_keeps_the_other(void **state)
{
	struct fixture *f = *state;

	put_str(f, "kho/in/sub_fdts/kstate", "garbage");
	put_image(f, "kho/out/sub_fdts/kstate");
	open_dir(f, "");
	view_list(&f->v);
	assert_int_equal(f->v.rc, 0);
	assert_has(f->v.json, "\"side\":\"out\"");
	assert_has(f->v.defects, "kho/in/sub_fdts/kstate");
}

static void test_no_kstate_is_environment_error(void **state)
{
	struct fixture *f = *state;

	put_str(f, "kho/in/sub_fdts/other", "bytes");
	open_dir(f, "");
	view_list(&f->v);
	assert_int_equal(f->v.rc, -KSTD_ENVIRONMENT);
	assert_string_equal(kstd_error_code(f->v.ctx), "no-kstate");
}

static void test_directory_without_blobs_is_input_error(void **state)
{
	struct fixture *f = *state;

	put_str(f, "notes.txt", "nothing");
	open_dir(f, "");
	assert_int_equal(f->v.rc, -KSTD_INPUT);
	assert_string_equal(kstd_error_code(f->v.ctx), "no-blobs");
}

static void test_missing_path_is_environment_error(void **state)
{
	struct fixture *f = *state;

	open_dir(f, "/nosuch");
	assert_int_equal(f->v.rc, -KSTD_ENVIRONMENT);
	assert_string_equal(kstd_error_code(f->v.ctx), "no-file");
}

static void test_info_shows_subtrees(void **state)
{
	struct fixture *f = *state;

	put_image(f, "kho/in/sub_fdts/kstate");
	put_str(f, "kho/in/sub_fdts/other", "bytes");
	open_dir(f, "");
	view_info(&f->v);
	assert_has(f->v.json, "{\"name\":\"kstate\",\"bytes\":");
	assert_has(f->v.json, "\"format\":\"kstate-v1\"");
	assert_has(f->v.json, "{\"name\":\"other\",\"bytes\":5,\"address\":null,"
			      "\"format\":\"unknown\",\"details\":{}}");
	assert_not_known(&f->v, "its 5 bytes begin with 62 79 74 65 73");
}

static void test_released_luo_is_not_known(void **state)
{
	struct fixture *f = *state;

	put_str(f, "kho/in/sub_fdts/LUO", "#!/bin/sh\nexport PATH=/bin:/sbin");
	open_dir(f, "");
	view_info(&f->v);
	assert_has(f->v.json, "\"details\":{\"state\":\"released by its owner\"}");
	assert_not_known(&f->v, "LUO has released this memory");
}

static void test_frozen_out_fdt_is_a_note(void **state)
{
	static const char *const names[] = { "kstate" };
	static const uint64_t sizes[] = { 1000 };
	struct fixture *f = *state;
	uint8_t *p;
	size_t len = image_kho_root(&p, false, "kho-v4", names, sizes, 1);

	put(f, "kho/out/fdt", p, len - 60);
	free(p);
	put_image(f, "kho/out/sub_fdts/kstate");
	open_dir(f, "");
	view_info(&f->v);
	assert_has(f->v.notes, "kho/out/fdt");
	assert_string_equal(f->v.defects, "[]");
}

static void test_truncated_in_fdt_is_a_defect(void **state)
{
	static const char *const names[] = { "kstate" };
	static const uint64_t sizes[] = { 1000 };
	struct fixture *f = *state;
	uint8_t *p;
	size_t len = image_kho_root(&p, false, "kho-v4", names, sizes, 1);

	put(f, "kho/in/fdt", p, len - 60);
	free(p);
	put_image(f, "kho/in/sub_fdts/kstate");
	open_dir(f, "");
	view_info(&f->v);
	assert_has(f->v.defects, "kho/in/fdt");
}

static void test_live_system_under_sysroot(void **state)
{
	struct fixture *f = *state;
	struct kstd_open_opts opts = { .sz = sizeof(opts), .sysroot = f->dir };

	put_image(f, "sys/kernel/debug/kho/in/sub_fdts/kstate");
	f->v.ctx = kstd_ctx_new();
	f->v.rc = kstd_open(f->v.ctx, &opts, &f->v.dump);
	assert_int_equal(f->v.rc, 0);
	assert_string_equal(kstd_source(f->v.dump), "live");
	view_list(&f->v);
	assert_has(f->v.json, "\"section\":\"test@0\"");
}

static void check_live_error(struct fixture *f, const char *code)
{
	struct kstd_open_opts opts = { .sz = sizeof(opts), .sysroot = f->dir };

	f->v.ctx = kstd_ctx_new();
	f->v.rc = kstd_open(f->v.ctx, &opts, &f->v.dump);
	assert_int_equal(f->v.rc, -KSTD_ENVIRONMENT);
	assert_string_equal(kstd_error_code(f->v.ctx), code);
}

static void test_no_debugfs_is_environment_error(void **state)
{
	check_live_error(*state, "no-debugfs");
}

static void test_no_kho_is_environment_error(void **state)
{
	struct fixture *f = *state;

	put_str(f, "sys/kernel/debug/x", "");
	check_live_error(f, "no-kho");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_debugfs_tree_opens),
		TEST(test_kho_directory_opens),
		TEST(test_kstate_directory_opens),
		TEST(test_side_directory_knows_its_side),
		TEST(test_flat_directory_opens),
		TEST(test_pipe_in_directory_is_not_read),
		TEST(test_link_out_of_the_directory_is_not_followed),
		TEST(test_directory_that_leads_out_is_not_followed),
		TEST(test_links_are_followed_if_that_is_asked_for),
		TEST(test_link_within_the_directory_is_followed),
		TEST(test_kstates_own_image_goes_first),
		TEST(test_subtree_helps_out_for_a_bad_image),
		TEST(test_result_comes_from_the_table),
		TEST(test_checksum_of_the_table_is_compared),
		TEST(test_table_in_another_order_matches),
		TEST(test_registered_sections_are_listed_without_an_image),
		TEST(test_empty_image_of_saved_sections_is_defect),
		TEST(test_columns_are_found_by_name),
		TEST(test_garbage_table_is_defect),
		TEST(test_bad_line_is_defect),
		TEST(test_damaged_image_alone_is_input_error),
		TEST(test_one_damaged_side_keeps_the_other),
		TEST(test_no_kstate_is_environment_error),
		TEST(test_directory_without_blobs_is_input_error),
		TEST(test_missing_path_is_environment_error),
		TEST(test_info_shows_subtrees),
		TEST(test_released_luo_is_not_known),
		TEST(test_frozen_out_fdt_is_a_note),
		TEST(test_truncated_in_fdt_is_a_defect),
		TEST(test_live_system_under_sysroot),
		TEST(test_no_debugfs_is_environment_error),
		TEST(test_no_kho_is_environment_error),
	};

	return RUN(tests);
}
