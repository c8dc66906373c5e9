// SPDX-License-Identifier: GPL-2.0

/* Catalogs from debugfs, from images, and of several files at once. */

#include <unistd.h>

#include "helpers.h"
#include "../lib/make_kernel.h"

#define LIVE	"selftests/data/live-update"

static void view_catalog(struct view *v, const struct kstd_catalog_opts *opts)
{
	const struct kstd_node *root;

	if (!v->rc)
		v->rc = kstd_catalog(v->dump, opts, &root);
	if (v->rc)
		return;
	v->json = json_of(root);
	v->defects = json_reports(v->dump);
	v->notes = json_of(kstd_notes(v->dump));
}

static void test_debugfs_catalog_is_read(void **state)
{
	struct view v;

	view_path(&v, LIVE "/kstate/catalog");
	view_catalog(&v, NULL);
	assert_int_equal(v.rc, 0);
	assert_has(v.json, "\"format\":\"catalog\"");
	assert_has(v.json, "{\"description\":\"test\",\"file\":\"" LIVE "/kstate/catalog\",");
	assert_string_equal(v.defects, "[]");
	view_close(&v);
}

static void test_directory_has_versions_in_what_its_kernel_wrote(void **state)
{
	struct view v;

	view_path(&v, LIVE);
	view_catalog(&v, NULL);
	assert_has(v.json, "\"format\":\"directory\"");
	assert_has(v.json, "{\"abi\":\"luo\",\"version\":\"luo-v5\",\"how\":\"blob\",");
	assert_has(v.json, "{\"abi\":\"memblock\",\"version\":\"memblock-v1\",\"how\":\"blob\",");
	view_close(&v);
}

static void test_image_tells_of_its_own_descriptions(void **state)
{
	struct view v;

	view_path(&v, LIVE "/kstate/in/image");
	view_catalog(&v, NULL);
	assert_int_equal(v.rc, 0);
	assert_has(v.json, "\"format\":\"image\"");
	assert_has(v.json, "{\"description\":\"test_v2\",");
	view_close(&v);
}

static void test_name_selects_one(void **state)
{
	struct kstd_catalog_opts opts = { .sz = sizeof(opts), .select = "test_v2" };
	struct view v;

	view_path(&v, LIVE "/kstate/catalog");
	view_catalog(&v, &opts);
	assert_has(v.json, "{\"description\":\"test_v2\",");
	assert_has_not(v.json, "{\"description\":\"test\",");
	free(v.json);
	v.json = NULL;
	opts.select = "nosuch";
	view_catalog(&v, &opts);
	assert_int_equal(v.rc, -KSTD_NOT_FOUND);
	view_close(&v);
}

static void make_module(struct kernel *k)
{
	kernel_init(k, KERNEL_MODULE, 20000);
	kernel_vermagic(k, 0x200);
	kernel_catalog(k, 0x1000, "", 0);
}

static void test_several_files_are_of_one_kernel(void **state)
{
	struct kstd_open_opts open = { .sz = sizeof(open) };
	struct kstd_catalog_opts opts = { .sz = sizeof(opts), .nr_more = 1 };
	struct kstd_dump *more;
	struct kernel k;
	struct view v;

	make_module(&k);
	memcpy(memmem(k.p, k.len, "unsigned long", 13), "unsigned char", 13);
	view_path(&v, LIVE "/kstate/catalog");
	open.buf = k.p;
	open.buf_len = k.len;
	assert_int_equal(kstd_open(v.ctx, &open, &more), 0);
	opts.more = &more;
	view_catalog(&v, &opts);
	assert_int_equal(v.rc, 0);
	assert_has(v.json, "{\"description\":\"test\",\"file\":\"" LIVE "/kstate/catalog\",");
	assert_has(v.json, "{\"description\":\"test\",\"file\":\"memory\",");
	/* A defect of the second has the name of the file. */
	assert_has(v.defects, "\"code\":\"checksum\"");
	assert_has(v.defects, "\"path\":\"memory: ");
	kstd_close(more);
	view_close(&v);
	kernel_free(&k);
}

/* The live update's catalog, and a module that has the same descriptions and one more. */
static void save(struct view *v, const char *path, int want)
{
	static const struct image_desc other = { "other", 9, 1, 1, NULL, 0 };
	const struct image_desc *const descs[] = { &image_test_v2, &other };
	struct kstd_open_opts open = { .sz = sizeof(open) };
	struct kstd_catalog_opts opts = { .sz = sizeof(opts), .nr_more = 1 };
	struct kstd_dump *more;
	struct kernel k;

	kernel_init(&k, KERNEL_MODULE, 20000);
	kernel_vermagic(&k, 0x200);
	kernel_descs(&k, 0x1000, descs, 2, "kho-v4\0kstate-v1", 17);
	view_path(v, LIVE);
	open.buf = k.p;
	open.buf_len = k.len;
	assert_int_equal(kstd_open(v->ctx, &open, &more), 0);
	opts.more = &more;
	assert_int_equal(kstd_catalog_save(v->dump, &opts, path), want);
	kstd_close(more);
	kernel_free(&k);
}

static void test_saved_catalog_has_everything_once(void **state)
{
	char dir[] = "/tmp/kstate-catalog-XXXXXX", path[80], *second;
	struct view v;

	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/golden", dir);
	save(&v, path, 0);
	view_close(&v);
	view_path(&v, path);
	view_catalog(&v, NULL);
	assert_int_equal(v.rc, 0);
	assert_string_equal(v.defects, "[]");
	assert_has(v.json, "\"format\":\"catalog\",\"release\":null,\"descriptions\":\"3\"");
	assert_has(v.json, "\"version\":\"kstate-v1\",\"how\":\"catalog\"");
	/* What was found in another way, or proves nothing, is not more than that once it is kept. */
	assert_has(v.json, "\"version\":\"luo-v5\",\"how\":\"blob\"");
	assert_has_not(v.json, "kho-v4");
	second = strstr(v.json, "\"version\":\"kstate-v1\"") + 1;
	assert_null(strstr(second, "\"version\":\"kstate-v1\""));
	assert_has(v.json, "{\"description\":\"other\",");
	view_close(&v);
	save(&v, path, -KSTD_ENVIRONMENT);
	assert_has(kstd_error_message(v.ctx), "golden: there is a file of that name");
	view_close(&v);
	unlink(path);
	assert_int_equal(rmdir(dir), 0);
}

/* Sessions with memfds, and a next kernel of which @path is kept. */
static void check_luo(const char *path)
{
	struct kstd_check_opts opts = { .sz = sizeof(opts), .nr_next = 1 };
	const struct kstd_node *root;
	struct kstd_dump *next;
	struct view v;

	view_path(&v, "selftests/data/next/luo-good-out.core");
	assert_int_equal(kstd_open(v.ctx, &(struct kstd_open_opts){ .sz = sizeof(struct kstd_open_opts),
								    .path = path }, &next), 0);
	opts.next = &next;
	assert_int_equal(kstd_check(v.dump, &opts, &root), 0);
	assert_int_equal(kstd_check_status(root), KSTD_CHECK_NOT_KNOWN);
	v.json = json_of(root);
	assert_has(v.json, "\"read\":\"luo-v5\",\"verdict\":\"same\",\"how\":\"string\"");
	assert_has(v.json, "whether the next kernel has a handler for it is not known");
	kstd_close(next);
	view_close(&v);
}

/* The tables of handlers are not in it: the versions are all there, and memfd's may be, too. */
static void test_strings_of_a_kernel_stay_strings_when_saved(void **state)
{
	char dir[] = "/tmp/kstate-catalog-XXXXXX", path[80];
	struct kernel k;
	struct view v;

	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/golden", dir);
	kernel_init(&k, KERNEL_VMLINUX, 60000);
	kernel_banner(&k, 0x2000);
	kernel_string(&k, 0x4000, "kho-v4");
	kernel_string(&k, 0x4020, "luo-v5");
	view_mem(&v, k.p, k.len);
	assert_int_equal(kstd_catalog_save(v.dump, NULL, path), 0);
	view_close(&v);
	kernel_free(&k);
	view_path(&v, path);
	view_catalog(&v, NULL);
	assert_int_equal(v.rc, 0);
	assert_has(v.json, "\"format\":\"catalog\"");
	assert_has(v.json, "\"version\":\"kho-v4\",\"how\":\"string\"");
	view_close(&v);
	check_luo(path);
	unlink(path);
	assert_int_equal(rmdir(dir), 0);
}

/* A new catalog has checksums of its own: what is wrong would be taken for right. */
static void test_damaged_catalog_is_not_saved(void **state)
{
	char dir[] = "/tmp/kstate-catalog-XXXXXX", path[80];
	struct image im;
	struct view v;

	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/golden", dir);
	image_init(&im);
	im.abis = "kho-v3";
	im.abis_len = 7;
	image_begin(&im);
	image_desc(&im, &image_test_v2);
	image_sections(&im);
	image_finish(&im);
	*((char *)memmem(im.fdt, im.len, "kho-v3", 6) + 5) = '4';
	view_mem(&v, im.fdt, im.len);
	assert_int_equal(kstd_catalog_save(v.dump, NULL, path), -KSTD_INPUT);
	assert_has(kstd_error_message(v.ctx), "no catalog is kept of it");
	assert_int_equal(access(path, F_OK), -1);
	view_close(&v);
	image_free(&im);
	assert_int_equal(rmdir(dir), 0);
}

static void test_nothing_to_tell_is_an_error(void **state)
{
	struct view v;
	uint8_t *p;
	size_t len = image_metadata(&p, false);

	view_mem(&v, p, len);
	view_catalog(&v, NULL);
	assert_true(v.rc < 0);
	view_close(&v);
	free(p);
}

static void test_catalog_need_not_say_who_wrote_it(void **state)
{
	struct image im;
	struct view v;

	image_init(&im);
	im.abis = "kho-v9";
	im.abis_len = 7;
	image_begin(&im);
	image_desc(&im, &image_test_v2);
	image_sections(&im);
	image_finish(&im);
	view_mem(&v, im.fdt, im.len);
	view_catalog(&v, NULL);
	assert_int_equal(v.rc, 0);
	assert_has(v.json, "\"format\":\"catalog\",\"release\":null,");
	assert_has(v.json, "{\"abi\":\"kho\",\"version\":\"kho-v9\",\"how\":\"catalog\",");
	assert_string_equal(v.defects, "[]");
	view_close(&v);
	image_free(&im);
}

static void test_versions_that_are_none_are_passed_over(void **state)
{
	static const char abis[] = "kho\0kho-v\0-v1\0Kho-v1\0kho-v1\0kho-v1\0no end";
	struct image im;
	struct view v;

	image_init(&im);
	im.abis = abis;
	im.abis_len = sizeof(abis) - 1;
	image_begin(&im);
	image_sections(&im);
	image_finish(&im);
	view_mem(&v, im.fdt, im.len);
	view_catalog(&v, NULL);
	assert_int_equal(v.rc, 0);
	assert_has(v.json, "\"abis\":[{\"abi\":\"kho\",\"version\":\"kho-v1\",\"how\":\"catalog\",\"file\":\"memory\"}]");
	view_close(&v);
	image_free(&im);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_debugfs_catalog_is_read),
		cmocka_unit_test(test_directory_has_versions_in_what_its_kernel_wrote),
		cmocka_unit_test(test_image_tells_of_its_own_descriptions),
		cmocka_unit_test(test_name_selects_one),
		cmocka_unit_test(test_several_files_are_of_one_kernel),
		cmocka_unit_test(test_saved_catalog_has_everything_once),
		cmocka_unit_test(test_strings_of_a_kernel_stay_strings_when_saved),
		cmocka_unit_test(test_damaged_catalog_is_not_saved),
		cmocka_unit_test(test_nothing_to_tell_is_an_error),
		cmocka_unit_test(test_catalog_need_not_say_who_wrote_it),
		cmocka_unit_test(test_versions_that_are_none_are_passed_over),
	};

	return RUN(tests);
}
