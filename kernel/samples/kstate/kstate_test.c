// SPDX-License-Identifier: GPL-2.0
/*
 * kstate_test.c - the struct of the kstate documentation, across live updates
 *
 * Loaded after a cold boot, it sets values and registers the object. Loaded after
 * a live update, it restores the object, verifies every value and the contents of
 * the folio, and registers it again for the next one. Loading fails if anything
 * differs.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kstate.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>
#include <linux/string.h>

#define TEST_INSTANCE	0
#define TEST_INT	(-42)
#define TEST_ULONG	0x123456789abcdef0UL
#define TEST_TEXT	"kstate-ok"
#define TEST_ORDER	2

static bool fail_save;
module_param(fail_save, bool, 0644);
MODULE_PARM_DESC(fail_save, "let saving fail, which refuses a kexec");

struct kstate_test_data {
	int i;
	unsigned long *p_ulong;
	char s[10];
	struct folio *folio;
};

/* A later addition that an older kernel may do without. */
static const struct kstate_description test_state_v2 = {
	.name = "test_v2",
	.id = KSTATE_TEST_ID_V2,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(i, struct kstate_test_data, int),
		KSTATE_END_OF_LIST()
	},
};

static bool test_fails(const void *obj)
{
	return fail_save;
}

static int test_fail_save(const void *obj, struct kstate_writer *w)
{
	return -EIO;
}

static int test_fail_check(const void *obj, const void *data, size_t len)
{
	return -EIO;
}

static void test_fail_apply(void *obj, const void *data, size_t len) { }

/* What cannot be saved, once it is asked for. */
static const struct kstate_description test_state_fail = {
	.name = "test_fail",
	.id = KSTATE_ID_VENDOR + 0x300,
	.needed = test_fails,
	.fields = (const struct kstate_field[]) {
		KSTATE_CUSTOM(fail, test_fail_save, test_fail_check, test_fail_apply),
		KSTATE_END_OF_LIST()
	},
};

/* Version 1 also had a u16 k. */
static const struct kstate_description test_state = {
	.name = "test",
	.id = KSTATE_TEST_ID,
	.version_id = 2,
	.min_version_id = 1,
	.flags = KSTATE_STABLE,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(s, struct kstate_test_data, char [10]),
		KSTATE_POINTER(p_ulong, struct kstate_test_data, .hint = KSTATE_HINT_HEX),
		KSTATE_FOLIO(folio, struct kstate_test_data),
		KSTATE_BASE_TYPE_DEPRECATED(k, u16, 1),
		KSTATE_END_OF_LIST()
	},
	.subsections = (const struct kstate_description *[]) {
		&test_state_v2,
		&test_state_fail,
		NULL
	},
};

KSTATE_CATALOG(test_state);

static unsigned long test_ulong;
static struct kstate_test_data test_data = { .p_ulong = &test_ulong };

/* What the nth word of the folio holds. */
static u64 test_word(size_t n)
{
	return (n + 1) * 0x9e3779b97f4a7c15ULL;
}

static int test_set(struct kstate_test_data *data)
{
	u64 *words;

	data->folio = folio_alloc(GFP_KERNEL, TEST_ORDER);
	if (!data->folio)
		return -ENOMEM;
	words = folio_address(data->folio);
	for (size_t n = 0; n < folio_size(data->folio) / sizeof(*words); n++)
		words[n] = test_word(n);
	data->i = TEST_INT;
	*data->p_ulong = TEST_ULONG;
	strscpy(data->s, TEST_TEXT);
	pr_info("set: i=%d *p_ulong=%#lx s=%s folio=%#llx order=%u\n", data->i,
		*data->p_ulong, data->s, (u64)PFN_PHYS(folio_pfn(data->folio)),
		folio_order(data->folio));
	return 0;
}

static bool test_folio_ok(const struct folio *folio)
{
	const u64 *words;

	if (!folio || folio_order(folio) != TEST_ORDER)
		return false;
	words = folio_address(folio);
	for (size_t n = 0; n < folio_size(folio) / sizeof(*words); n++) {
		if (words[n] != test_word(n))
			return false;
	}
	return true;
}

static int test_verify(const struct kstate_test_data *data)
{
	if (data->i != TEST_INT || data->p_ulong != &test_ulong ||
	    *data->p_ulong != TEST_ULONG || strcmp(data->s, TEST_TEXT) ||
	    !test_folio_ok(data->folio)) {
		pr_err("restored, but not what was saved: i=%d *p_ulong=%#lx s=%.10s\n",
		       data->i, test_ulong, data->s);
		return -EIO;
	}
	pr_info("restored: i=%d *p_ulong=%#lx s=%s folio=%#llx order=%u, contents as saved\n",
		data->i, *data->p_ulong, data->s, (u64)PFN_PHYS(folio_pfn(data->folio)),
		folio_order(data->folio));
	return 0;
}

static int __init kstate_test_init(void)
{
	int err;

	err = kstate_restore(&test_state, &test_data, TEST_INSTANCE);
	if (!err)
		err = test_verify(&test_data);
	else if (err == -ENOENT || err == -EALREADY)
		err = test_set(&test_data);
	if (!err)
		err = kstate_register(&test_state, &test_data, TEST_INSTANCE);
	if (err && test_data.folio)
		folio_put(test_data.folio);
	return err;
}
module_init(kstate_test_init);

static void __exit kstate_test_exit(void)
{
	kstate_unregister(&test_state, &test_data, TEST_INSTANCE);
	folio_put(test_data.folio);
}
module_exit(kstate_test_exit);

MODULE_DESCRIPTION("kstate sample: one struct across live updates");
MODULE_LICENSE("GPL");
