// SPDX-License-Identifier: GPL-2.0

/*
 * Elements in lists, trees and arrays, pointers to structs, folios and bitmaps of any
 * size: saved by the engine, read by the library.
 */

#include "../shim/held.h"

#include "read.h"

struct part {
	u32 key;
};

struct rest {
	struct holder held;
	struct part *part;
	struct part *parts[2];
	struct folio *folios[2];
	int nr_bits;
	unsigned long *bits;
	struct cpumask cpus;
};

static const struct kstate_description part_desc = {
	.name = "part", .id = 0x52, .version_id = 2,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(key, struct part, u32), KSTATE_END_OF_LIST() },
};

static const struct kstate_description held_desc = {
	.name = "held", .id = 0x50, .version_id = 1, .flags = KSTATE_STABLE,
	.fields = (const struct kstate_field[]) {
		HELD_FIELDS,
		KSTATE_STRUCT_POINTER(part, struct rest, struct part, &part_desc, KSTATE_CALLER),
		KSTATE_ARRAY_OF_STRUCT_POINTER(parts, struct rest, struct part, &part_desc,
					       KSTATE_CALLER),
		KSTATE_FOLIO_ARRAY(folios, struct rest),
		KSTATE_VARBITMAP(bits, struct rest, nr_bits, 99, KSTATE_CALLER),
		KSTATE_CPUMASK(cpus, struct rest),
		KSTATE_END_OF_LIST()
	},
};

static struct thing things[8];
static struct part parts[2] = { { 50 }, { 51 } };
static unsigned long bits[2] = { 6, 1 };
static struct folio *mem[3];
static struct rest rest;

static int setup(void **state)
{
	struct holder *h = &rest.held;

	shim_setup(state);
	memset(&rd, 0, sizeof(rd));
	nr_cpu_ids = 128;
	for (u32 i = 0; i < 8; i++)
		things[i] = (struct thing){ .key = i };
	for (int i = 0; i < 3; i++)
		mem[i] = shim_folio_alloc(i);
	rest = (struct rest){
		.part = &parts[0], .parts = { NULL, &parts[1] }, .folios = { NULL, mem[0] },
		.nr_bits = 66, .bits = bits, .cpus = { { 1, 1UL << 63 } },
	};
	holder_init(h);
	hlist_add_head(&things[0].hlink, &h->hlist);
	rb_add(&things[2].rlink, &h->tree, thing_less);
	rb_add(&things[1].rlink, &h->tree, thing_less);
	shim_xa_put(&h->slots, 70, &things[3]);
	shim_xa_put(&h->ids.idr_rt, 6, &things[4]);
	shim_xa_put(&h->pages, 5, mem[1]);
	shim_xa_put(&h->pages, 9, mem[2]);
	return 0;
}

static int drop(void **state)
{
	xa_destroy(&rest.held.slots);
	xa_destroy(&rest.held.ids.idr_rt);
	xa_destroy(&rest.held.pages);
	return teardown(state);
}

#define KEY(key)	"\"version\":2,\"fields\":[{\"name\":\"key\",\"kind\":\"value\"," \
			"\"type\":\"u32\",\"value\":" key "}]}"

static void containers_are_read(void **state)
{
	save_and_open(&held_desc, &rest, NULL);
	assert_value("hlist", "[{" KEY("0") "]");
	assert_value("tree", "[{" KEY("1") ",{" KEY("2") "]");
	assert_value("cached", "[]");
	assert_value("slots", "[{\"index\":\"70\"," KEY("3") "]");
	assert_value("ids", "[{\"index\":\"7\"," KEY("4") "]");
	assert_value("pages", "[{\"index\":\"5\",\"address\":\"0x%llx\",\"order\":1,\"bytes\":8192},"
		     "{\"index\":\"9\",\"address\":\"0x%llx\",\"order\":2,\"bytes\":16384}]",
		     (unsigned long long)mem[1]->phys, (unsigned long long)mem[2]->phys);
	assert_value("folios", "[null,{\"address\":\"0x%llx\",\"order\":0,\"bytes\":4096}]",
		     (unsigned long long)mem[0]->phys);
	assert_no_defects();
}

static void pointers_and_bits_are_read(void **state)
{
	save_and_open(&held_desc, &rest, NULL);
	assert_value("part", "{" KEY("50"));
	assert_value("parts", "[null,{" KEY("51") "]");
	assert_value("bits", "{\"ranges\":[{\"first\":\"1\",\"last\":\"2\"},"
		     "{\"first\":\"64\",\"last\":\"64\"}],\"bits\":\"66\"}");
	assert_value("cpus", "{\"ranges\":[{\"first\":\"0\",\"last\":\"0\"},"
		     "{\"first\":\"127\",\"last\":\"127\"}],\"bits\":\"128\"}");
	assert_no_defects();
}

static void every_kind_is_known(void **state)
{
	static const char *const kinds[][2] = {
		{ "slots", "map" }, { "pages", "folio-map" }, { "folios", "folio-array" },
		{ "part", "struct-pointer" }, { "parts", "struct-pointer-array" },
		{ "bits", "varbitmap" },
	};
	char want[40];

	save_and_open(&held_desc, &rest, NULL);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		snprintf(want, sizeof(want), "\"%s\"", kinds[i][1]);
		assert_json(kstd_node_get(field(kinds[i][0]), "kind"), want);
	}
}

#define test(f)	cmocka_unit_test_setup_teardown(f, setup, drop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(containers_are_read),
		test(pointers_and_bits_are_read),
		test(every_kind_is_known),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
