// SPDX-License-Identifier: GPL-2.0

/* Options of callers that were built against another version of the header. */

#include "helpers.h"

struct longer {
	struct kstd_open_opts known;
	uint64_t unknown;
};

static int open_with(const void *opts)
{
	struct kstd_ctx *ctx = kstd_ctx_new();
	struct kstd_dump *dump;
	struct image im;
	struct longer all;
	size_t sz;
	int rc;

	image_init(&im);
	image_example(&im);
	memcpy(&sz, opts, sizeof(sz));
	memset(&all, 0, sizeof(all));
	memcpy(&all, opts, sz < sizeof(all) ? sz : sizeof(all));
	if (sz > offsetof(struct kstd_open_opts, buf_len)) {
		all.known.buf = im.fdt;
		all.known.buf_len = im.len;
	}
	rc = kstd_open(ctx, &all.known, &dump);
	if (rc)
		assert_string_equal(kstd_error_code(ctx), "options");
	kstd_close(dump);
	kstd_ctx_free(ctx);
	image_free(&im);
	return rc;
}

static void test_older_caller_has_fewer_options(void **state)
{
	struct kstd_open_opts opts = { .sz = offsetof(struct kstd_open_opts, sysroot) };

	assert_int_equal(open_with(&opts), 0);
}

static void test_newer_caller_may_leave_options_unset(void **state)
{
	struct longer opts = { { .sz = sizeof(opts) }, 0 };

	assert_int_equal(open_with(&opts), 0);
}

static void test_newer_option_is_refused_where_it_is_not_known(void **state)
{
	struct longer opts = { { .sz = sizeof(opts) }, 1 };

	assert_int_equal(open_with(&opts), -KSTD_USAGE);
}

static void test_size_that_nobody_set_is_refused(void **state)
{
	struct kstd_open_opts opts = { .sz = 0 };

	assert_int_equal(open_with(&opts), -KSTD_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_older_caller_has_fewer_options),
		cmocka_unit_test(test_newer_caller_may_leave_options_unset),
		cmocka_unit_test(test_newer_option_is_refused_where_it_is_not_known),
		cmocka_unit_test(test_size_that_nobody_set_is_refused),
	};

	return RUN(tests);
}
