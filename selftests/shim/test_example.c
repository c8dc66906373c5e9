// SPDX-License-Identifier: GPL-2.0
/*
 * test_example.c - the example of the KSTATE documentation, word for word
 *
 * No callback, no flag, no lock: what it describes comes back. The ids are those of
 * <linux/kstate.h>, as the documentation has them.
 */

#include <stdio.h>
#include <stdlib.h>

#include "fixture.h"

struct kstate_test_data {
	int i;
	unsigned long *p_ulong;
	char s[10];
	struct folio *folio;
};

struct kstate_description test_state_v2 = {
	.name = "test_v2",
	.id = KSTATE_TEST_ID_V2,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(i, struct kstate_test_data, int),
		KSTATE_END_OF_LIST()
	},
};

struct kstate_description test_state = {
	.name = "test",
	.version_id = 1,
	.id = KSTATE_TEST_ID,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(s, struct kstate_test_data, char [10]),
		KSTATE_POINTER(p_ulong, struct kstate_test_data),
		KSTATE_FOLIO(folio, struct kstate_test_data),
		KSTATE_END_OF_LIST()
	},
	.subsections = (const struct kstate_description *[]){
		&test_state_v2,
		NULL
	},
};

static void the_example_of_the_documentation_works(void **state)
{
	const struct kimage image = { .carries = true };
	unsigned long saved_ulong = 0x1234, live_ulong = 0;
	struct kstate_test_data saved = {
		.i = -42, .p_ulong = &saved_ulong, .s = "kstate-ok",
		.folio = shim_folio_alloc(2),
	}, live = { .p_ulong = &live_ulong };

	assert_int_equal(kstate_register(&test_state, &saved, 0), 0);
	kstate_kexec_loaded(&image);
	assert_int_equal(kstate_kexec_save(&image), 0);
	shim_kexec();
	assert_int_equal(kstate_restore(&test_state, &live, 0), 0);
	assert_int_equal(live.i, -42);
	assert_ptr_equal(live.p_ulong, &live_ulong);
	assert_int_equal(live_ulong, 0x1234);
	assert_string_equal(live.s, "kstate-ok");
	assert_ptr_equal(live.folio, saved.folio);
}

#define LONG_NAMES	80

/* A text for a type as long as it takes. */
static void descriptions_beyond_a_shard_are_named_as_the_reason(void **state)
{
	static struct kstate_field fields[LONG_NAMES + 1];
	static char names[LONG_NAMES][8];
	static char type[64 << 10];
	static const struct kstate_description desc = {
		.name = "long", .id = 0x90, .fields = fields,
	};
	static u32 value;

	memset(type, 'u', sizeof(type) - 1);
	for (int i = 0; i < LONG_NAMES; i++) {
		snprintf(names[i], sizeof(names[i]), "f%d", i);
		fields[i] = (struct kstate_field){
			.name = names[i], .kind = KSTATE_KIND_VALUE, .type = type, .size = 4,
			.count = 1, .until = KSTATE_ABI_NO_UNTIL,
		};
	}
	assert_int_equal(kstate_register(&desc, &value, 0), 0);
	assert_int_equal(locked_prepare(), -E2BIG);
	assert_logged("the descriptions in use do not fit in one shard of 4194304 bytes");
	assert_int_equal(shim_preserved_bytes(), 0);
}

#define test(f)	cmocka_unit_test_setup_teardown(f, shim_setup, shim_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(the_example_of_the_documentation_works),
		test(descriptions_beyond_a_shard_are_named_as_the_reason),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
