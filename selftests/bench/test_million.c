// SPDX-License-Identifier: GPL-2.0
/*
 * test_million.c - an image of a million sections, without sanitizers, which would take
 * a minute
 */

#include <stdlib.h>

#include <libfdt.h>

#include "port.h"

#define NR	1000000

static struct port *ports;

static int setup(void **state)
{
	shim_setup(state);
	ports = calloc(NR, sizeof(*ports));
	for (u64 i = 0; i < NR; i++) {
		port_fill(&ports[i], i);
		if (kstate_register(&port_state, &ports[i], i))
			return -1;
	}
	return locked_save();
}

static int teardown(void **state)
{
	int err = shim_teardown(state);

	free(ports);
	return err;
}

static u64 sections_here(const void *fdt)
{
	int len;
	const void *val = fdt_getprop(fdt, 0, "sections-here", &len);

	assert_int_equal(len, sizeof(u64));
	return get_unaligned_be64(val);
}

static void every_shard_of_a_million_sections_is_a_valid_tree(void **state)
{
	u64 sections = 0;

	for (size_t i = 0; i < kstate_out.nr_shards; i++) {
		const struct kstate_shard *shard = &kstate_out.shards[i];

		assert_int_equal(fdt_check_full(shard->mem, shard->len), 0);
		sections += sections_here(shard->mem);
	}
	assert_int_equal(sections, NR);
	assert_in_range(kstate_out.nr_shards, 30, 60);
}

static void every_one_of_a_million_sections_is_restored(void **state)
{
	shim_kexec();
	memset(ports, 0, NR * sizeof(*ports));
	for (u64 i = 0; i < NR; i++) {
		struct port saved;

		assert_int_equal(kstate_restore(&port_state, &ports[i], i), 0);
		port_fill(&saved, i);
		assert_true(port_equal(&saved, &ports[i]));
	}
	assert_int_equal(kstate_in.restored, NR);
	assert_int_equal(kstate_in.nr, NR);
	assert_int_equal(kstate_in.failed, 0);
}

int main(void)
{
	/* One after the other: the second goes on where the first ends. */
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_shard_of_a_million_sections_is_a_valid_tree),
		cmocka_unit_test(every_one_of_a_million_sections_is_restored),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, teardown);
}
