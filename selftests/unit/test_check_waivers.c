// SPDX-License-Identifier: GPL-2.0

/* Waivers of a check: findings that somebody accepts. */

#include <unistd.h>

#include "check.h"

static void begin_waived(struct checked *c, const struct image_desc *saved,
			 const struct image_desc *read, const char *waivers)
{
	char path[] = "/tmp/kstate-waivers-XXXXXX";
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, waivers, strlen(waivers)), strlen(waivers));
	close(fd);
	save_sections(&c->im, &saved, 1);
	make_catalog(&c->next, &read, 1, ABIS, sizeof(ABIS));
	begin_check(c, (struct kstd_check_opts){ .waivers = path });
	unlink(path);
}

/* With waivers: what came of it, and what is not used. */
static void check_waived(struct checked *c, const struct image_desc *saved,
			 const struct image_desc *read, const char *waivers)
{
	begin_waived(c, saved, read, waivers);
	render_check(c);
}

static void test_unused_waivers_are_known_before_iterating(void **state)
{
	struct checked c;
	char *unused;

	begin_waived(&c, &dev, &dev_wide, "other-size dev@1a\nother-sign dev\n");
	assert_int_equal(kstd_check_status(c.root), KSTD_CHECK_PASSES);
	unused = json_of(kstd_node_get(c.root, "unused_waivers"));
	assert_string_equal(unused, "[{\"line\":2,\"code\":\"other-sign\",\"where\":\"dev\",\"reason\":\"\"}]");
	free(unused);
	end_check(&c);
}

static void test_waivers_accept_what_they_name(void **state)
{
	static const char *const waivers[] = {
		"other-size dev", "other-size dev.a it is set anew", "# comment\n\n\tother-size\tdev@1a\r\n",
	};
	struct checked c;

	for (size_t i = 0; i < sizeof(waivers) / sizeof(waivers[0]); i++) {
		check_waived(&c, &dev, &dev_wide, waivers[i]);
		assert_int_equal(c.v.rc, 0);
		assert_int_equal(c.result, KSTD_CHECK_PASSES);
		assert_has(c.v.json, "\"verdict\":\"refused\"");
		assert_has(c.v.json, "\"unused_waivers\":[]");
		assert_has(c.v.json, "\"waived\":\"1\"}");
		end_check(&c);
	}
}

static void test_waivers_accept_nothing_else(void **state)
{
	static const char *const waivers[] = {
		"other-sign dev", "other-size device", "other-size de", "other-size dev.b",
		"other-size dev@1b",
	};
	struct checked c;

	for (size_t i = 0; i < sizeof(waivers) / sizeof(waivers[0]); i++) {
		check_waived(&c, &dev, &dev_wide, waivers[i]);
		assert_int_equal(c.v.rc, 0);
		assert_int_equal(c.result, KSTD_CHECK_FAILS);
		assert_has(c.v.json, "\"unused_waivers\":[{\"line\":1,\"code\":\"other-si");
		end_check(&c);
	}
}

static void test_waivers_of_another_format_are_an_error(void **state)
{
	struct checked c;

	check_waived(&c, &dev, &dev, "other-size dev\nother-syze dev\n");
	assert_int_equal(c.v.rc, -KSTD_USAGE);
	assert_has(kstd_error_message(c.v.ctx), "line 2: no finding has the code \"other-syze\"");
	end_check(&c);
	check_waived(&c, &dev, &dev, "other-size");
	assert_int_equal(c.v.rc, -KSTD_USAGE);
	assert_has(kstd_error_message(c.v.ctx), "line 1: nothing is named after");
	end_check(&c);
}

static void test_waivers_that_are_not_there_are_an_error(void **state)
{
	static const struct image_desc *const reader = &dev;
	struct checked c;

	save_sections(&c.im, &reader, 1);
	make_catalog(&c.next, &reader, 1, ABIS, sizeof(ABIS));
	check_opts(&c, (struct kstd_check_opts){ .waivers = "/nonexistent/waivers" });
	assert_int_equal(c.v.rc, -KSTD_ENVIRONMENT);
	assert_has(kstd_error_message(c.v.ctx), "/nonexistent/waivers: ");
	end_check(&c);
}

static void test_version_that_differs_can_be_waived(void **state)
{
	static const char other[] = "kstate-v1\0kho-v4\0luo-v6\0memfd-v2";
	static const struct image_desc *const descs = &dev;
	char path[] = "/tmp/kstate-waivers-XXXXXX";
	int fd = mkstemp(path);
	struct checked c;

	assert_int_equal(write(fd, "abi luo", 7), 7);
	close(fd);
	make_catalog(&c.im, &descs, 1, ABIS, sizeof(ABIS));
	make_catalog(&c.next, &descs, 1, other, sizeof(other));
	check_opts(&c, (struct kstd_check_opts){ .waivers = path });
	unlink(path);
	assert_int_equal(c.result, KSTD_CHECK_PASSES);
	end_check(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unused_waivers_are_known_before_iterating),
		cmocka_unit_test(test_waivers_accept_what_they_name),
		cmocka_unit_test(test_waivers_accept_nothing_else),
		cmocka_unit_test(test_waivers_of_another_format_are_an_error),
		cmocka_unit_test(test_waivers_that_are_not_there_are_an_error),
		cmocka_unit_test(test_version_that_differs_can_be_waived),
	};

	return RUN(tests);
}
