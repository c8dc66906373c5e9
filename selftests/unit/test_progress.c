// SPDX-License-Identifier: GPL-2.0

/* Progress of long work: reported as it grows, and cancelled by the caller's function. */

#include <unistd.h>

#include "../lib/world.h"
#include "luo.h"

#define SECTIONS	1000
#define MAX_WORKS	16

/**
 * struct work - reports about one kind of work
 * @fell: @done became less, and the one before was not all
 */
struct work {
	const char *what;
	uint64_t calls;
	uint64_t done;
	uint64_t total;
	bool fell;
};

/**
 * struct fixture - a machine's memory, or an image of many sections, and the reports about it
 * @cancel: the work to cancel, NULL for none
 * @path: of a capture
 */
struct fixture {
	struct world w;
	struct image im;
	struct view v;
	struct work works[MAX_WORKS];
	size_t nr;
	uint64_t calls;
	const char *cancel;
	char dir[40];
	char path[80];
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	world_begin(&f->w, false);
	world_make(&f->w);
	world_core(&f->w);
	image_init(&f->im);
	image_many(&f->im, SECTIONS);
	strcpy(f->dir, "/tmp/kstate-progress-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->path, sizeof(f->path), "%s/capture", f->dir);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	view_close(&f->v);
	world_free(&f->w);
	image_free(&f->im);
	unlink(f->path);
	assert_int_equal(rmdir(f->dir), 0);
	free(f);
	return 0;
}

static struct work *work_of(struct fixture *f, const char *what)
{
	for (size_t i = 0; i < f->nr; i++)
		if (!strcmp(f->works[i].what, what))
			return &f->works[i];
	return NULL;
}

static int tell(void *arg, const char *what, uint64_t done, uint64_t total)
{
	struct fixture *f = arg;
	struct work *w = work_of(f, what);

	f->calls++;
	if (!w) {
		assert_true(f->nr < MAX_WORKS);
		w = &f->works[f->nr++];
		w->what = what;
	}
	if (total) {
		assert_true(done <= total);
		w->fell |= done < w->done && w->done != w->total;
	}
	w->calls++;
	w->done = done;
	w->total = total;
	return f->cancel && !strcmp(f->cancel, what);
}

/* The file @path, or else @len bytes at @p. */
static void opened(struct fixture *f, const char *path, const void *p, size_t len)
{
	struct kstd_open_opts opts = {
		.sz = sizeof(opts), .path = path, .buf = path ? NULL : p,
		.buf_len = path ? 0 : len, .progress = tell, .progress_arg = f,
	};

	f->v.ctx = kstd_ctx_new();
	f->v.rc = kstd_open(f->v.ctx, &opts, &f->v.dump);
}

static void open_core(struct fixture *f)
{
	opened(f, NULL, f->w.c.file, f->w.c.len);
}

static void open_image(struct fixture *f)
{
	opened(f, NULL, f->im.fdt, f->im.len);
	assert_int_equal(f->v.rc, 0);
}

static void all_was_told(struct fixture *f, const char *what)
{
	struct work *w = work_of(f, what);

	if (!w)
		fail_msg("no progress of \"%s\" was reported", what);
	assert_false(w->fell);
	assert_true(w->done);
	assert_int_equal(w->done, w->total);
}

static void is_cancelled(struct fixture *f)
{
	assert_int_equal(f->v.rc, -KSTD_ENVIRONMENT);
	assert_string_equal(kstd_error_code(f->v.ctx), "cancelled");
	assert_int_equal(kstd_error_class(f->v.ctx), KSTD_ENVIRONMENT);
}

static int capture(struct fixture *f)
{
	struct kstd_capture_opts opts = { .sz = sizeof(opts), .path = f->path };
	const struct kstd_node *n;

	return kstd_capture(f->v.dump, &opts, &n);
}

static size_t count(const struct kstd_node *list)
{
	struct kstd_iter it;
	size_t nr = 0;

	kstd_iter_begin(&it, list);
	while (kstd_iter_next(&it))
		nr++;
	kstd_iter_end(&it);
	return nr;
}

static void test_scan_of_memory_tells_up_to_all_of_it(void **state)
{
	struct fixture *f = *state;

	open_core(f);
	assert_int_equal(f->v.rc, 0);
	all_was_told(f, "reading memory");
}

static void test_cancelled_scan_opens_nothing(void **state)
{
	struct fixture *f = *state;

	f->cancel = "reading memory";
	open_core(f);
	is_cancelled(f);
	assert_null(f->v.dump);
	assert_int_equal(f->calls, 1);
}

static void test_sections_are_told_while_they_are_iterated_over(void **state)
{
	struct fixture *f = *state;
	const struct kstd_node *list;

	open_image(f);
	assert_int_equal(kstd_sections(f->v.dump, NULL, &list), 0);
	assert_null(work_of(f, "reading sections"));
	assert_int_equal(count(list), SECTIONS);
	all_was_told(f, "reading sections");
	assert_int_equal(work_of(f, "reading sections")->done, SECTIONS);
	assert_in_range(work_of(f, "reading sections")->calls, 2, SECTIONS / 100);
}

static void test_cancelled_iteration_ends_early_with_a_defect(void **state)
{
	struct fixture *f = *state;
	const struct kstd_node *list;

	open_image(f);
	f->cancel = "reading sections";
	assert_int_equal(kstd_sections(f->v.dump, NULL, &list), 0);
	assert_true(count(list) < SECTIONS);
	f->v.defects = json_reports(f->v.dump);
	assert_has(f->v.defects, "\"code\":\"cancelled\"");
	assert_int_equal(f->calls, 1);
	f->v.rc = kstd_sections(f->v.dump, NULL, &list);
	is_cancelled(f);
	assert_int_equal(f->calls, 1);
}

static void test_cancelled_search_is_not_taken_for_nothing_found(void **state)
{
	struct kstd_sections_opts opts = { .sz = sizeof(opts), .select = "nosuch" };
	struct kstd_get_opts get = { .sz = sizeof(get), .select = "nosuch.i" };
	struct fixture *f = *state;
	const struct kstd_node *n;

	open_image(f);
	f->cancel = "reading sections";
	f->v.rc = kstd_sections(f->v.dump, &opts, &n);
	is_cancelled(f);
	f->v.rc = kstd_get(f->v.dump, &get, &n);
	is_cancelled(f);
}

static void test_verify_tells_of_all_that_it_does(void **state)
{
	struct fixture *f = *state;
	const struct kstd_node *n;

	open_core(f);
	assert_int_equal(kstd_verify(f->v.dump, &n), 0);
	all_was_told(f, "reading sections");
	all_was_told(f, "checking sections");
	all_was_told(f, "gathering references");
	all_was_told(f, "going over preserved memory");
	assert_true(work_of(f, "reading the preserved-memory map")->done);
	assert_int_equal(work_of(f, "reading the preserved-memory map")->total, 0);
}

static void test_verify_of_a_capture_tells_of_checksums(void **state)
{
	struct fixture *f = *state;
	const struct kstd_node *n;

	open_core(f);
	assert_int_equal(capture(f), 0);
	all_was_told(f, "writing the capture");
	view_close(&f->v);
	opened(f, f->path, NULL, 0);
	assert_int_equal(kstd_verify(f->v.dump, &n), 0);
	all_was_told(f, "comparing checksums");
}

static void test_any_work_of_verify_can_be_cancelled(void **state)
{
	static const char *const works[] = {
		"reading sections", "checking sections", "gathering references",
		"going over preserved memory", "reading the preserved-memory map",
	};
	struct fixture *f = *state;
	const struct kstd_node *n;

	for (size_t i = 0; i < sizeof(works) / sizeof(*works); i++) {
		f->cancel = works[i];
		f->nr = 0;
		open_core(f);
		assert_int_equal(f->v.rc, 0);
		f->v.rc = kstd_verify(f->v.dump, &n);
		assert_non_null(work_of(f, works[i]));
		is_cancelled(f);
		assert_null(n);
		view_close(&f->v);
		f->v = (struct view){ .rc = 0 };
	}
}

/* The image against itself, opened twice. */
static int diff(struct fixture *f, struct view *other)
{
	const struct kstd_node *root;
	int rc;

	open_image(f);
	view_mem(other, f->im.fdt, f->im.len);
	assert_int_equal(other->rc, 0);
	rc = kstd_diff(f->v.dump, other->dump, NULL, &root);
	assert_true(rc || kstd_diff_found(root) == KSTD_NO);
	return rc;
}

static void test_compared_sections_are_told(void **state)
{
	struct fixture *f = *state;
	struct view other;

	assert_int_equal(diff(f, &other), 0);
	all_was_told(f, "comparing sections");
	assert_int_equal(work_of(f, "comparing sections")->done, 2 * SECTIONS);
	view_close(&other);
}

static void test_cancelled_comparison_is_an_error(void **state)
{
	struct fixture *f = *state;
	struct view other;

	f->cancel = "comparing sections";
	f->v.rc = diff(f, &other);
	is_cancelled(f);
	view_close(&other);
}

static int check(struct fixture *f, struct view *other)
{
	struct kstd_check_opts opts = { .sz = sizeof(opts), .nr_next = 1 };
	const struct kstd_node *root;
	int rc;

	open_image(f);
	view_mem(other, f->im.fdt, f->im.len);
	assert_int_equal(other->rc, 0);
	opts.next = &other->dump;
	rc = kstd_check(f->v.dump, &opts, &root);
	assert_true(rc || kstd_check_status(root) == KSTD_CHECK_PASSES);
	return rc;
}

static void test_checked_sections_are_told(void **state)
{
	struct fixture *f = *state;
	struct view other;

	assert_int_equal(check(f, &other), 0);
	all_was_told(f, "looking at sections");
	all_was_told(f, "checking sections");
	assert_int_equal(work_of(f, "checking sections")->done, SECTIONS);
	view_close(&other);
}

static void test_cancelled_check_is_an_error(void **state)
{
	static const char *const works[] = { "looking at sections", "checking sections" };
	struct fixture *f = *state;
	struct view other;

	for (size_t i = 0; i < sizeof(works) / sizeof(*works); i++) {
		f->cancel = works[i];
		f->v.rc = check(f, &other);
		is_cancelled(f);
		view_close(&other);
		view_close(&f->v);
		f->v = (struct view){ .rc = 0 };
	}
}

static void test_folios_of_a_memfd_are_told(void **state)
{
	static const struct luo_folio folios[] = { { 0x10, 3, 0 }, { 0x20, 3, 1 }, { 0x21, 3, 2 } };
	const struct luo_memfd fd = { .size = 12288, .folios = folios, .nr = 3 };
	struct fixture *f = *state;
	const struct kstd_node *n;
	struct luo_file file = { "memfd-v2", 7, 0 };
	const struct luo_session session = { "vm", &file, 1 };
	struct guest x;

	guest_init(&x, 4096, false);
	file.data = luo_memfd(&x.m, &fd);

	guest_open(&x, luo_sessions(&x.m, &session, 1), 0);
	x.v.dump->progress = (struct kstd_progress){ tell, f, false };
	assert_int_equal(kstd_luo(x.v.dump, NULL, &n), 0);
	free(json_of(n));
	all_was_told(f, "reading lists of folios");
	assert_int_equal(work_of(f, "reading lists of folios")->done, 3);
	guest_close(&x);
}

static void test_cancelled_mem_keeps_no_half_of_a_result(void **state)
{
	struct fixture *f = *state;
	const struct kstd_node *n;

	open_core(f);
	f->cancel = "going over preserved memory";
	f->v.rc = kstd_mem(f->v.dump, &n);
	is_cancelled(f);
	assert_null(n);
	f->cancel = NULL;
	f->v.rc = kstd_mem(f->v.dump, &n);
	is_cancelled(f);
}

static void test_cancelled_capture_leaves_no_file(void **state)
{
	struct fixture *f = *state;

	open_core(f);
	f->cancel = "writing the capture";
	f->v.rc = capture(f);
	is_cancelled(f);
	assert_int_not_equal(access(f->path, F_OK), 0);
}

static char *verified(struct view *v)
{
	const struct kstd_node *n;

	assert_int_equal(v->rc, 0);
	assert_int_equal(kstd_verify(v->dump, &n), 0);
	return json_of(n);
}

static void test_who_is_told_gets_what_others_get(void **state)
{
	struct fixture *f = *state;
	char *told, *untold;

	open_core(f);
	told = verified(&f->v);
	view_close(&f->v);
	view_mem(&f->v, f->w.c.file, f->w.c.len);
	f->calls = 0;
	untold = verified(&f->v);
	assert_string_equal(told, untold);
	assert_int_equal(f->calls, 0);
	free(told);
	free(untold);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_scan_of_memory_tells_up_to_all_of_it),
		TEST(test_cancelled_scan_opens_nothing),
		TEST(test_sections_are_told_while_they_are_iterated_over),
		TEST(test_cancelled_iteration_ends_early_with_a_defect),
		TEST(test_cancelled_search_is_not_taken_for_nothing_found),
		TEST(test_verify_tells_of_all_that_it_does),
		TEST(test_verify_of_a_capture_tells_of_checksums),
		TEST(test_any_work_of_verify_can_be_cancelled),
		TEST(test_compared_sections_are_told),
		TEST(test_cancelled_comparison_is_an_error),
		TEST(test_checked_sections_are_told),
		TEST(test_cancelled_check_is_an_error),
		TEST(test_folios_of_a_memfd_are_told),
		TEST(test_cancelled_mem_keeps_no_half_of_a_result),
		TEST(test_cancelled_capture_leaves_no_file),
		TEST(test_who_is_told_gets_what_others_get),
	};

	return RUN(tests);
}
