// SPDX-License-Identifier: GPL-2.0

/*
 * An object with every kind of field, saved by the engine and read by the library:
 * each side's reading of include/linux/kho/abi/kstate.h against the other's.
 */

#include <stdio.h>
#include <stdlib.h>

#include <libfdt.h>

#include "../shim/all.h"

#include "read.h"

static const struct kstate_hint_name mode_names[] = {
	{ 0, "down" }, { 2, "link-up" }, { }
};

static const struct kstate_hint_name flag_names[] = {
	{ 1, "ready" }, { 4, "irq" }, { }
};

struct shown {
	u32 mode;
	u32 flags;
	u64 address;
	u64 took;
	u16 port;
	u8 mac[6];
	char text[6];
	int delta;
	bool on;
	u64 *counter;
	struct folio *folio;
};

static const struct kstate_description shown_sub = {
	.name = "shown-sub", .id = 0x41, .version_id = 4,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(delta, struct shown, int),
		KSTATE_END_OF_LIST()
	},
};

static const struct kstate_description shown_desc = {
	.name = "shown", .id = 0x40, .version_id = 2,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(mode, struct shown, u32, .hint = KSTATE_HINT_ENUM,
				 .names = mode_names),
		KSTATE_BASE_TYPE(flags, struct shown, u32, .hint = KSTATE_HINT_FLAGS,
				 .names = flag_names),
		KSTATE_BASE_TYPE(address, struct shown, u64, .hint = KSTATE_HINT_ADDRESS),
		KSTATE_BASE_TYPE(took, struct shown, u64, .hint = KSTATE_HINT_NS),
		KSTATE_BASE_TYPE(port, struct shown, u16, .hint = KSTATE_HINT_HEX),
		KSTATE_BASE_TYPE(mac, struct shown, u8 [6], .hint = KSTATE_HINT_BYTES),
		KSTATE_BASE_TYPE(text, struct shown, char [6]),
		KSTATE_BASE_TYPE(on, struct shown, bool),
		KSTATE_POINTER(counter, struct shown),
		KSTATE_FOLIO(folio, struct shown),
		KSTATE_BASE_TYPE_DEPRECATED(gone, u64, 1),
		KSTATE_END_OF_LIST()
	},
	.subsections = (const struct kstate_description *[]) { &shown_sub, NULL },
};

static const struct kstate_description all_desc = {
	.name = "all", .id = 0x30, .version_id = 1, .flags = KSTATE_STABLE,
	.fields = (const struct kstate_field[]) { ALL_FIELDS, KSTATE_END_OF_LIST() },
};

struct twice {
	struct folio *folio;
	struct folio *same_folio;
	void *area;
	void *same_area;
};

static const struct kstate_description twice_desc = {
	.name = "twice", .id = 0x51,
	.fields = (const struct kstate_field[]) {
		KSTATE_FOLIO(folio, struct twice), KSTATE_FOLIO(same_folio, struct twice),
		KSTATE_VMALLOC(area, struct twice), KSTATE_VMALLOC(same_area, struct twice),
		KSTATE_END_OF_LIST()
	},
};

struct large {
	u32 nr;
	u64 words[20000];
};

static const struct kstate_description large_desc = {
	.name = "large", .id = 0x50,
	.fields = (const struct kstate_field[]) {
		KSTATE_VARRAY(words, struct large, u64, nr, 20000, KSTATE_EMBEDDED),
		KSTATE_END_OF_LIST()
	},
};

static struct item items[] = { { 5, 6 }, { 7, 8 } };
static u64 big[] = { 11, 12, ~0ULL };
static u32 targets[] = { 21, 22 };
static struct node nodes[3];
static struct all all;


static void fill(void)
{
	all = (struct all){
		.one = { 0x1122, 0x33 }, .pair = { { 1, 2 }, { 3, 4 } },
		.nr_small = 3, .small = { 7, 8, 9, 10 },
		.nr_big = 3, .big = big, .nr_items = 2, .items = items,
		.targets = { &targets[0], NULL, &targets[1] },
		.text = "eth0", .name = "bridge", .revision = 7, .secret = 0xfeed,
		.bits = { 0xf | 1UL << 63, 0x20 },
		.linear = shim_linear + 0x1005, .page = &shim_pages[2],
		.area = shim_vmalloc(2),
	};
	INIT_LIST_HEAD(&all.list);
	for (int i = 0; i < 3; i++) {
		nodes[i] = (struct node){ .key = 100 + i };
		list_add_tail(&nodes[i].link, &all.list);
	}
	nodes[1].folio = shim_folio_alloc(2);
}

static int setup(void **state)
{
	shim_setup(state);
	memset(&rd, 0, sizeof(rd));
	fill();
	return 0;
}

#define LEAF(name, type, v)						\
	"{\"name\":\"" name "\",\"kind\":\"value\",\"type\":\"" type "\",\"value\":" v "}"
#define ITEM(a, b)							\
	"{\"version\":3,\"fields\":[" LEAF("a", "u16", a) "," LEAF("b", "u8", b) "]}"
#define NODE(key, folio)						\
	"{\"version\":0,\"fields\":[" LEAF("key", "u32", key) ",{\"name\":\"folio\"," \
	"\"kind\":\"folio\",\"type\":\"struct folio *\",\"value\":" folio "}]}"

static void structs_are_read(void **state)
{
	save_and_open(&all_desc, &all, "all@9");
	assert_value("one", ITEM("4386", "51"));
	assert_value("pair", "[" ITEM("1", "2") "," ITEM("3", "4") "]");
	assert_value("items", "[" ITEM("5", "6") "," ITEM("7", "8") "]");
	assert_value("list", "[" NODE("100", "null") ","
		     NODE("101", "{\"address\":\"0x%llx\",\"order\":2,\"bytes\":16384}") ","
		     NODE("102", "null") "]", (unsigned long long)nodes[1].folio->phys);
	assert_int_equal(kstd_node_count(value("list")), 3);
	assert_no_defects();
}

static void arrays_are_read(void **state)
{
	save_and_open(&all_desc, &all, NULL);
	assert_value("small", "[7,8,9]");
	assert_value("big", "[\"11\",\"12\",\"18446744073709551615\"]");
	assert_value("targets", "[21,null,22]");
	assert_value("text", "\"eth0\"");
	assert_value("name", "\"bridge\"");
	assert_value("bits", "{\"ranges\":[{\"first\":\"0\",\"last\":\"3\"},"
		     "{\"first\":\"63\",\"last\":\"63\"},{\"first\":\"69\",\"last\":\"69\"}],"
		     "\"bits\":\"70\"}");
	assert_no_defects();
}

static void places_are_read(void **state)
{
	const struct kstd_node *area;
	u64 phys;

	save_and_open(&all_desc, &all, NULL);
	assert_int_equal(kstate_address_out(all.linear, &phys), 0);
	assert_int_equal(kstd_node_type(value("linear")), KSTD_ADDRESS);
	assert_int_equal(kstd_node_u64(value("linear")), phys);
	assert_int_equal(kstd_node_u64(kstd_node_get(value("page"), "pfn")),
			 kstate_page_out(all.page));
	assert_int_equal(kstd_node_u64(kstd_node_get(value("page"), "address")),
			 kstate_page_out(all.page) * PAGE_SIZE);
	area = value("area");
	assert_int_equal(kstd_node_u64(kstd_node_get(area, "pages")), 2);
	assert_int_equal(kstd_node_u64(kstd_node_get(area, "bytes")), 2 * PAGE_SIZE);
	assert_true(kstd_node_u64(kstd_node_get(area, "first_chunk")));
	assert_no_defects();
}

/* The engine gives it back once, to all fields that had it. */
static void memory_that_two_fields_have_is_no_overlap(void **state)
{
	struct twice twice = { .folio = shim_folio_alloc(1), .area = shim_vmalloc(2) };
	const struct kstd_node *result;
	char *found;

	twice.same_folio = twice.folio;
	twice.same_area = twice.area;
	save_and_open(&twice_desc, &twice, NULL);
	assert_int_equal(kstd_node_u64(kstd_node_get(value("same_area"), "first_chunk")),
			 kstd_node_u64(kstd_node_get(value("area"), "first_chunk")));
	assert_int_equal(kstd_verify(rd.dump, &result), 0);
	found = json_of(kstd_node_get(result, "findings"));
	assert_string_equal(found, "[]");
	free(found);
}

static void the_rest_is_read(void **state)
{
	u32 wire = ~all.secret;
	char *want;

	save_and_open(&all_desc, &all, NULL);
	assert_value("revision", "7");
	assert_true(asprintf(&want, "{\"bytes\":4,\"data\":{\"hex\":\"%02x%02x%02x%02x\"}}",
			     wire & 0xff, wire >> 8 & 0xff, wire >> 16 & 0xff, wire >> 24) > 0);
	assert_json(value("secret"), want);
	free(want);
	assert_json(kstd_node_get(rd.section, "crc"), "\"ok\"");
	assert_json(kstd_node_get(rd.section, "instance"), "\"9\"");
	assert_no_defects();
}

/* Every kind that the ABI has is in the two objects, and the library knows it. */
static void every_kind_is_known(void **state)
{
	static const char *const kinds[][2] = {
		{ "one", "struct" }, { "pair", "struct-array" }, { "small", "varray" },
		{ "items", "struct-varray" }, { "targets", "pointer-array" }, { "list", "list" },
		{ "text", "string" }, { "bits", "bitmap" }, { "linear", "address" },
		{ "page", "page" }, { "area", "vmalloc" }, { "revision", "equal" },
		{ "secret", "custom" },
	};
	char want[40];

#define COUNT(sym, code, name) + 1
	/* value, pointer and folio are in struct shown, six are in test_held.c. */
	assert_int_equal(sizeof(kinds) / sizeof(kinds[0]) + 9, 0 KSTATE_ABI_KINDS(COUNT));
	save_and_open(&all_desc, &all, NULL);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		snprintf(want, sizeof(want), "\"%s\"", kinds[i][1]);
		assert_json(kstd_node_get(field(kinds[i][0]), "kind"), want);
	}
}

static void nothing_is_null(void **state)
{
	all.nr_small = 0;
	all.nr_big = 0;
	all.nr_items = 0;
	all.big = NULL;
	all.items = NULL;
	all.name = NULL;
	all.area = NULL;
	all.linear = NULL;
	all.page = NULL;
	memset(all.bits, 0, sizeof(all.bits));
	INIT_LIST_HEAD(&all.list);
	save_and_open(&all_desc, &all, NULL);
	assert_value("small", "[]");
	assert_value("big", "[]");
	assert_value("items", "[]");
	assert_value("list", "[]");
	assert_value("name", "null");
	assert_value("area", "null");
	assert_value("linear", "null");
	assert_value("page", "null");
	assert_value("bits", "{\"ranges\":[],\"bits\":\"70\"}");
	assert_no_defects();
}

static void values_and_hints_are_read(void **state)
{
	static u64 counter = 5;
	static struct shown s;

	s = (struct shown){
		.mode = 2, .flags = 0x15, .address = 0xfee00000, .took = 1500, .port = 0x1f90,
		.mac = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 }, .text = "hello", .delta = -3,
		.on = true, .counter = &counter, .folio = shim_folio_alloc(1),
	};
	save_and_open(&shown_desc, &s, NULL);
	assert_value("mode", "{\"value\":2,\"name\":\"link-up\"}");
	assert_value("flags", "{\"value\":21,\"names\":[\"ready\",\"irq\",\"0x10\"]}");
	assert_value("address", "\"0xfee00000\"");
	assert_value("took", "1500");
	assert_value("port", "8080");
	assert_int_equal(kstd_node_style(value("port")), KSTD_STYLE_HEX);
	assert_value("mac", "{\"hex\":\"525400123456\"}");
	assert_value("text", "\"hello\"");
	assert_value("on", "true");
	assert_value("counter", "\"5\"");
	assert_value("folio", "{\"address\":\"0x%llx\",\"order\":1,\"bytes\":8192}",
		     (unsigned long long)s.folio->phys);
	assert_json(kstd_node_get(rd.section, "subsections"),
		    "[{\"section\":\"shown-sub\",\"version\":4,\"bytes\":4,\"crc\":\"ok\","
		    "\"fields\":[" LEAF("delta", "int", "-3") "],\"subsections\":[]}]");
	assert_no_defects();
}

/* Payloads outside the tree: in files beside the image, or not there at all. */

static struct large large;

static void fill_large(void)
{
	large.nr = 20000;
	for (u64 i = 0; i < 20000; i++)
		large.words[i] = i * i;
}

static void write_file(const char *dir, const char *name, const void *p, size_t len)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(p, 1, len, f), len);
	fclose(f);
}

static void write_extents(const char *dir, const void *image)
{
	int node = fdt_first_subnode(image, fdt_path_offset(image, "/sections")), len;
	const fdt64_t *list = fdt_getprop(image, node, "data-extents", &len);

	assert_non_null(list);
	for (int i = 0; i < len / 16; i++) {
		u64 phys = fdt64_to_cpu(list[2 * i]), bytes = fdt64_to_cpu(list[2 * i + 1]);
		const void *mem = kstate_shard_map(phys, bytes);
		char name[64];

		assert_non_null(mem);
		snprintf(name, sizeof(name), "in/extents/%llx", (unsigned long long)phys);
		write_file(dir, name, mem, bytes);
	}
}

static void run(const char *what, const char *dir)
{
	char command[300];

	snprintf(command, sizeof(command), "%s %s", what, dir);
	assert_int_equal(system(command), 0);
}

static void a_payload_outside_is_read_from_beside(void **state)
{
	char dir[] = "/tmp/kstate-roundtrip-XXXXXX", sub[64], *json;
	const struct kstd_node *words;
	const void *image;
	size_t len;

	assert_non_null(mkdtemp(dir));
	snprintf(sub, sizeof(sub), "%s/in/extents", dir);
	run("mkdir -p", sub);
	fill_large();
	assert_int_equal(kstate_register(&large_desc, &large, 9), 0);
	assert_int_equal(locked_save(), 0);
	shim_kexec();
	image = shim_incoming(&len);
	write_file(dir, "in/image", image, len);
	write_extents(dir, image);
	open_image(dir, NULL);
	assert_json(kstd_node_get(rd.section, "crc"), "\"ok\"");
	assert_json(kstd_node_get(rd.section, "bytes"), "160008");
	words = value("words");
	assert_int_equal(kstd_node_count(words), 20000);
	json = json_of(words);
	assert_non_null(strstr(json, "\"399880009\",\"399920004\",\"399960001\"]"));
	free(json);
	assert_no_defects();
	run("rm -r", dir);
}

static void a_payload_outside_is_absent_from_a_lone_image(void **state)
{
	char *defects;

	fill_large();
	save_and_open(&large_desc, &large, NULL);
	assert_json(kstd_node_get(rd.section, "crc"), "\"unchecked\"");
	assert_json(kstd_node_get(rd.section, "bytes"), "160008");
	assert_json(kstd_node_get(rd.section, "fields"), "[]");
	defects = json_of(kstd_unknowns(rd.dump));
	assert_non_null(strstr(defects, "\"code\":\"absent\""));
	free(defects);
}

#define test(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

static void catalog_says_what_is_read(void **state)
{
	struct kstd_open_opts opts = { .sz = sizeof(opts) };
	const struct kstd_node *root;
	char *json;

	assert_int_equal(kstate_register(&all_desc, &all, 9), 0);
	opts.buf_len = kstate_write_catalog(NULL, SIZE_MAX);
	opts.buf = rd.image = malloc(opts.buf_len);
	assert_int_equal(kstate_write_catalog(rd.image, opts.buf_len), opts.buf_len);
	rd.ctx = kstd_ctx_new();
	assert_int_equal(kstd_open(rd.ctx, &opts, &rd.dump), 0);
	assert_int_equal(kstd_catalog(rd.dump, NULL, &root), 0);
	json = json_of(root);
	assert_non_null(strstr(json, "{\"abi\":\"shim\",\"version\":\"shim-v1\",\"how\":\"catalog\","));
	assert_non_null(strstr(json, "\"format\":\"catalog\""));
	assert_non_null(strstr(json, "{\"description\":\"all\","));
	free(json);
	assert_no_defects();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(structs_are_read),
		test(arrays_are_read),
		test(places_are_read),
		test(memory_that_two_fields_have_is_no_overlap),
		test(the_rest_is_read),
		test(every_kind_is_known),
		test(nothing_is_null),
		test(values_and_hints_are_read),
		test(a_payload_outside_is_read_from_beside),
		test(a_payload_outside_is_absent_from_a_lone_image),
		test(catalog_says_what_is_read),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
