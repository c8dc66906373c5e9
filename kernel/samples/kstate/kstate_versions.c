// SPDX-License-Identifier: GPL-2.0
/*
 * kstate_versions.c - what may happen to a description between two kernels
 *
 * Each case has a description that saves and one that restores, as if the module
 * had changed between the kernels. Loaded after a cold boot, it registers one
 * object for each case; loaded after a live update, it restores each with the
 * case's other description, and compares the outcome and every member with what
 * is expected. One line of the log for each case, loading fails if one is wrong.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/array_size.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kstate.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/string.h>

struct versions_data {
	u32 a;
	u16 b;
	u64 c;
};

/* What is saved, and what an object holds that nothing was restored to. */
static const struct versions_data versions_saved = { .a = 0xa1, .b = 0xb2, .c = 0xc3 };
static const struct versions_data versions_blank = { .a = 1, .b = 2, .c = 3 };

#define A	KSTATE_BASE_TYPE(a, struct versions_data, u32)
#define B	KSTATE_BASE_TYPE(b, struct versions_data, u16)
#define C	KSTATE_BASE_TYPE(c, struct versions_data, u64)
#define C_V2	KSTATE_BASE_TYPE_V(c, struct versions_data, u64, 2)
#define B_GONE	KSTATE_BASE_TYPE_DEPRECATED(b, u16, 1)

#define VERSIONS_ID(n)	(KSTATE_ID_VENDOR + (n))
#define VERSIONS_DESC(_name, _id, _min, _version, ...) {			\
	.name = (_name), .id = VERSIONS_ID(_id), .min_version_id = (_min),	\
	.version_id = (_version),						\
	.fields = (const struct kstate_field[]) { __VA_ARGS__, KSTATE_END_OF_LIST() } }

static const struct kstate_description versions_sub =
	VERSIONS_DESC("extra", 1, 0, 0, C);

#define WITH_SUB	.subsections = (const struct kstate_description *[]) { &versions_sub, NULL }

/**
 * struct versions_case - one case
 * @what: for the log
 * @save: description of the kernel that saves
 * @load: description of the kernel that restores
 * @err: what restoring returns
 * @a: whether a is restored
 * @b: whether b is
 * @c: whether c is
 */
struct versions_case {
	const char *what;
	struct kstate_description save;
	struct kstate_description load;
	int err;
	bool a, b, c;
};

static struct versions_case versions_cases[] = {
	{
		.what = "same description",
		.save = VERSIONS_DESC("same", 2, 1, 1, A, B, C),
		.load = VERSIONS_DESC("same", 2, 1, 1, A, B, C),
		.a = true, .b = true, .c = true,
	}, {
		.what = "version 2 adds a field and deprecates another",
		.save = VERSIONS_DESC("evolved", 3, 1, 1, A, B),
		.load = VERSIONS_DESC("evolved", 3, 1, 2, A, B_GONE, C_V2),
		.a = true,
	}, {
		.what = "reader lacks the subsection",
		.save = { .name = "without-sub", .id = VERSIONS_ID(4), .version_id = 1,
			  .fields = (const struct kstate_field[]) { A, KSTATE_END_OF_LIST() },
			  WITH_SUB },
		.load = VERSIONS_DESC("without-sub", 4, 1, 1, A),
		.a = true,
	}, {
		.what = "data lacks the subsection",
		.save = VERSIONS_DESC("with-sub", 5, 1, 1, A),
		.load = { .name = "with-sub", .id = VERSIONS_ID(5), .version_id = 1,
			  .fields = (const struct kstate_field[]) { A, KSTATE_END_OF_LIST() },
			  WITH_SUB },
		.a = true,
	}, {
		.what = "fields in another order",
		.save = VERSIONS_DESC("reordered", 6, 1, 1, A, B, C),
		.load = VERSIONS_DESC("reordered", 6, 1, 1, C, A, B),
		.a = true, .b = true, .c = true,
	}, {
		.what = "data newer than version_id",
		.save = VERSIONS_DESC("newer", 7, 1, 3, A, B),
		.load = VERSIONS_DESC("newer", 7, 1, 2, A, B),
		.err = -EOPNOTSUPP,
	}, {
		.what = "data older than min_version_id",
		.save = VERSIONS_DESC("older", 8, 1, 1, A, B),
		.load = VERSIONS_DESC("older", 8, 2, 3, A, B),
		.err = -EOPNOTSUPP,
	}, {
		.what = "data has a field that nobody deprecated",
		.save = VERSIONS_DESC("dropped", 9, 1, 1, A, B),
		.load = VERSIONS_DESC("dropped", 9, 1, 1, A),
		.err = -EPROTO,
	}, {
		.what = "data lacks a field of the same version",
		.save = VERSIONS_DESC("lacking", 10, 1, 1, A),
		.load = VERSIONS_DESC("lacking", 10, 1, 1, A, B),
		.err = -EPROTO,
	}, {
		.what = "field of another size under the same version",
		.save = VERSIONS_DESC("resized", 11, 1, 1,
				      { .name = "a", .type = "u16", .size = 2, .count = 1,
					.until = KSTATE_ABI_NO_UNTIL,
					.kind = KSTATE_KIND_VALUE,
					.sign = KSTATE_SIGN_UNSIGNED }),
		.load = VERSIONS_DESC("resized", 11, 1, 1, A),
		.err = -EPROTO,
	},
};

/* What this module reads is what it loads, not what it saves. */
KSTATE_CATALOG(versions_cases[0].load);
KSTATE_CATALOG(versions_cases[1].load);
KSTATE_CATALOG(versions_cases[2].load);
KSTATE_CATALOG(versions_cases[3].load);
KSTATE_CATALOG(versions_cases[4].load);
KSTATE_CATALOG(versions_cases[5].load);
KSTATE_CATALOG(versions_cases[6].load);
KSTATE_CATALOG(versions_cases[7].load);
KSTATE_CATALOG(versions_cases[8].load);
KSTATE_CATALOG(versions_cases[9].load);

static struct versions_data versions_objs[ARRAY_SIZE(versions_cases)];

static bool versions_as_expected(const struct versions_case *c,
				 const struct versions_data *obj)
{
	struct versions_data want = versions_blank;

	if (c->a)
		want.a = versions_saved.a;
	if (c->b)
		want.b = versions_saved.b;
	if (c->c)
		want.c = versions_saved.c;
	return obj->a == want.a && obj->b == want.b && obj->c == want.c;
}

static int __init versions_restore(void)
{
	int wrong = 0;

	for (size_t i = 0; i < ARRAY_SIZE(versions_cases); i++) {
		const struct versions_case *c = &versions_cases[i];
		int err = i ? kstate_restore(&c->load, &versions_objs[i], i) : 0;
		bool ok = err == c->err && versions_as_expected(c, &versions_objs[i]);

		wrong += !ok;
		pr_info("%s: %s: error %d of %d, members %s\n", ok ? "right" : "WRONG",
			c->what, err, c->err,
			versions_as_expected(c, &versions_objs[i]) ? "as expected" : "not");
	}
	return wrong ? -EIO : 0;
}

static int __init versions_register(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(versions_cases); i++) {
		int err;

		versions_objs[i] = versions_saved;
		err = kstate_register(&versions_cases[i].save, &versions_objs[i], i);
		if (err) {
			while (i--)
				kstate_unregister(&versions_cases[i].save,
						  &versions_objs[i], i);
			return err;
		}
	}
	pr_info("registered %zu cases\n", ARRAY_SIZE(versions_cases));
	return 0;
}

static int __init versions_init(void)
{
	struct versions_data probe = versions_blank;

	for (size_t i = 0; i < ARRAY_SIZE(versions_cases); i++)
		versions_objs[i] = versions_blank;
	/* The first case restores wherever there is something to restore. */
	if (kstate_restore(&versions_cases[0].load, &probe, 0) == -ENOENT)
		return versions_register();
	versions_objs[0] = probe;
	return versions_restore();
}
module_init(versions_init);

static void __exit versions_exit(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(versions_cases); i++)
		kstate_unregister(&versions_cases[i].save, &versions_objs[i], i);
}
module_exit(versions_exit);

MODULE_DESCRIPTION("kstate sample: descriptions that changed between two kernels");
MODULE_LICENSE("GPL");
