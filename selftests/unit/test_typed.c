// SPDX-License-Identifier: GPL-2.0

/*
 * Data of handlers that no decoder knows, by type information that libbpf writes: every kind of value,
 * what addresses lead to, and what is said where it is missing.
 */

#include <errno.h>
#include <unistd.h>

#include <bpf/btf.h>

#include "luo.h"

/**
 * struct fixture - a guest with a session "vm" that has a file 0x4 of a handler of nobody's
 * @btf: a file with type information; @handlers: which says what the handler's data is
 * @data: where it is
 */
struct fixture {
	struct guest x;
	char btf[32];
	char handlers[32];
	uint64_t data;
};

static int must(int id)
{
	assert_true(id >= 0);
	return id;
}

static int add_khoser(struct btf *btf, int u64, int target)
{
	int ptr = must(btf__add_ptr(btf, target));
	int id = must(btf__add_union(btf, NULL, 8));

	must(btf__add_field(btf, "phys", u64, 0, 0));
	must(btf__add_field(btf, "ptr", ptr, 0, 0));
	return id;
}

static void add_structs(struct btf *btf)
{
	int u64 = must(btf__add_int(btf, "u64", 8, 0)), u32 = must(btf__add_int(btf, "u32", 4, 0));
	int s16 = must(btf__add_int(btf, "short", 2, BTF_INT_SIGNED));
	int c = must(btf__add_int(btf, "char", 1, BTF_INT_SIGNED));
	int u8 = must(btf__add_int(btf, "unsigned char", 1, 0));
	int b = must(btf__add_int(btf, "_Bool", 1, BTF_INT_BOOL));
	int text = must(btf__add_array(btf, u32, c, 8)), raw = must(btf__add_array(btf, u32, u8, 4));
	int e = must(btf__add_enum(btf, "color", 4)), item, items, target, ptr;

	must(btf__add_enum_value(btf, "RED", 1));
	must(btf__add_enum_value(btf, "BLUE", 7));
	item = must(btf__add_struct(btf, "item_ser", 4));
	must(btf__add_field(btf, "a", s16, 0, 0));
	must(btf__add_field(btf, "b", u8, 16, 0));
	must(btf__add_field(btf, "c", u8, 24, 0));
	items = must(btf__add_array(btf, u32, item, 0));
	target = must(btf__add_struct(btf, "target_ser", 16));
	must(btf__add_field(btf, "x", u64, 0, 0));
	must(btf__add_field(btf, "y", u64, 64, 0));
	ptr = add_khoser(btf, u64, target);
	must(btf__add_struct(btf, "outer_ser", 56));
	must(btf__add_field(btf, "color", e, 0, 0));
	must(btf__add_field(btf, "nr", u32, 32, 0));
	must(btf__add_field(btf, "name", text, 64, 0));
	must(btf__add_field(btf, "raw", raw, 128, 0));
	must(btf__add_field(btf, "yes", b, 160, 0));
	must(btf__add_field(btf, "low", u32, 168, 3));
	must(btf__add_field(btf, "high", u32, 171, 5));
	must(btf__add_field(btf, "to", ptr, 192, 0));
	must(btf__add_field(btf, "other_pa", u64, 256, 0));
	must(btf__add_field(btf, "next", u64, 320, 0));
	must(btf__add_field(btf, "minus", s16, 384, 0));
	must(btf__add_field(btf, "items", items, 448, 0));
}

static void write_bytes(const char *path, const void *p, size_t len)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(p, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

static void put_btf(struct fixture *f)
{
	struct btf *btf = btf__new_empty();
	const void *raw;
	uint32_t len;

	assert_non_null(btf);
	btf__set_endianness(btf, f->x.m.phys.big ? BTF_BIG_ENDIAN : BTF_LITTLE_ENDIAN);
	add_structs(btf);
	raw = btf__raw_data(btf, &len);
	assert_non_null(raw);
	write_bytes(f->btf, raw, len);
	btf__free(btf);
}

static void put(struct fixture *f, uint64_t pa, size_t size, uint64_t v)
{
	memory_int(&f->x.m, pa, size, v);
}

/* A struct outer_ser with two items, and the struct target_ser that it leads to. */
static void put_data(struct fixture *f)
{
	bool big = f->x.m.phys.big;
	uint64_t target = memory_alloc(&f->x.m, 4096);

	f->data = memory_alloc(&f->x.m, 4096);
	put(f, f->data, 4, 7);
	put(f, f->data + 4, 4, 2);
	memory_put(&f->x.m, f->data + 8, "guest", 5);
	memory_put(&f->x.m, f->data + 16, "\xde\xad\xbe\xef", 4);
	put(f, f->data + 20, 1, 1);
	/* low is 5, high is 18: from the first bit on, which each byte order numbers its way */
	put(f, f->data + 21, 1, big ? 5 << 5 | 18 : 18 << 3 | 5);
	put(f, f->data + 24, 8, target);
	put(f, f->data + 32, 8, 0x7000);
	put(f, f->data + 40, 8, 0);
	put(f, f->data + 48, 2, 0xffd6);
	put(f, f->data + 56, 2, 0xffff);
	put(f, f->data + 58, 1, 3);
	put(f, f->data + 60, 2, 9);
	put(f, f->data + 63, 1, 4);
	put(f, target, 8, 0x1122334455667788ULL);
	put(f, target + 8, 8, 12);
}

static void init(struct fixture *f, bool big, const char *handlers)
{
	struct luo_file file = { "nobodys-v1", 0x4, 0 };
	struct luo_session session = { "vm", &file, 1 };

	*f = (struct fixture){ .btf = "/tmp/kstate-btf-XXXXXX", .handlers = "/tmp/kstate-say-XXXXXX" };
	close(mkstemp(f->btf));
	close(mkstemp(f->handlers));
	guest_init(&f->x, 4096, big);
	put_btf(f);
	put_data(f);
	write_bytes(f->handlers, handlers, strlen(handlers));
	file.data = f->data;
	guest_open(&f->x, luo_sessions(&f->x.m, &session, 1), 0);
	assert_int_equal(kstd_btf_file(f->x.v.dump, f->btf), 0);
	assert_int_equal(kstd_handlers_file(f->x.v.dump, f->handlers), 0);
}

static void end(struct fixture *f)
{
	guest_close(&f->x);
	unlink(f->btf);
	unlink(f->handlers);
}

#define SAYS "file nobodys-v1 struct outer_ser\ncount outer_ser items nr # how many\n"

#define MEMBER(name, type, at, value) \
	"{\"name\":\"" name "\",\"type\":\"" type "\",\"offset\":\"" at "\",\"value\":\"" value "\"}"

static void test_each_kind_of_value(void **state)
{
	for (int big = 0; big < 2; big++) {
		struct fixture f;

		init(&f, big, SAYS);
		show(&f.x, NULL);
		assert_string_equal(f.x.v.defects, "[]");
		assert_has(f.x.v.json, "\"typed\":{\"type\":\"struct outer_ser\",");
		assert_has(f.x.v.json, MEMBER("color", "enum color", "0", "BLUE (7)"));
		assert_has(f.x.v.json, MEMBER("nr", "u32", "4", "2"));
		assert_has(f.x.v.json, MEMBER("name", "char[8]", "8", "guest"));
		assert_has(f.x.v.json, MEMBER("raw", "unsigned char[4]", "16", "deadbeef"));
		assert_has(f.x.v.json, MEMBER("yes", "_Bool", "20", "true"));
		assert_has(f.x.v.json, MEMBER("low", "u32", "21", "5"));
		assert_has(f.x.v.json, MEMBER("high", "u32", "21", "18"));
		assert_has(f.x.v.json, MEMBER("other_pa", "u64", "32", "0x7000"));
		assert_has(f.x.v.json, MEMBER("minus", "short", "48", "-42"));
		end(&f);
	}
}

static void test_an_array_at_the_end_has_as_many_elements_as_a_row_says(void **state)
{
	for (int big = 0; big < 2; big++) {
		struct fixture f;

		init(&f, big, SAYS);
		show(&f.x, NULL);
		assert_has(f.x.v.json, "\"bytes\":64,");
		assert_has(f.x.v.json, MEMBER("items[0].a", "short", "56", "-1"));
		assert_has(f.x.v.json, MEMBER("items[0].b", "unsigned char", "58", "3"));
		assert_has(f.x.v.json, MEMBER("items[1].a", "short", "60", "9"));
		assert_has(f.x.v.json, MEMBER("items[1].c", "unsigned char", "63", "4"));
		assert_has_not(f.x.v.json, "items[2]");
		end(&f);
	}
}

static void test_without_a_row_its_elements_are_not_known(void **state)
{
	struct fixture f;

	init(&f, false, "file nobodys-v1 struct outer_ser\n");
	show(&f.x, NULL);
	assert_not_known(&f.x.v, "how many elements items has");
	assert_has(f.x.v.json, "{\"name\":\"items\",\"type\":\"struct item_ser[0]\",\"offset\":\"56\",\"value\":null}");
	assert_has_not(f.x.v.json, "items[0]");
	end(&f);
}

static void test_a_preserved_pointer_is_followed(void **state)
{
	for (int big = 0; big < 2; big++) {
		struct fixture f;

		init(&f, big, SAYS);
		show(&f.x, NULL);
		assert_has(f.x.v.json, "\"followed\":[{\"member\":\"to\",\"type\":\"struct target_ser\",");
		assert_has(f.x.v.json, MEMBER("x", "u64", "0", "1234605616436508552"));
		assert_has(f.x.v.json, MEMBER("y", "u64", "8", "12"));
		end(&f);
	}
}

static void test_a_number_is_followed_if_a_row_says_that_it_is_an_address(void **state)
{
	struct fixture f;
	uint64_t one;

	init(&f, false, SAYS "at outer_ser next struct item_ser\n");
	one = memory_alloc(&f.x.m, 4096);
	put(&f, f.data + 40, 8, one);
	put(&f, one, 2, 77);
	show(&f.x, NULL);
	assert_has(f.x.v.json, "{\"member\":\"next\",\"type\":\"struct item_ser\",");
	assert_has(f.x.v.json, MEMBER("a", "short", "0", "77"));
	end(&f);
}

static void test_a_chain_of_blocks_is_followed_if_a_row_says_so(void **state)
{
	struct fixture f;
	uint64_t a, b;

	init(&f, false, SAYS "blocks outer_ser next struct item_ser\n");
	a = memory_alloc(&f.x.m, 4096);
	b = memory_alloc(&f.x.m, 4096);
	put(&f, f.data + 40, 8, a);
	put(&f, a, 8, b);
	put(&f, a + 8, 8, 1);
	put(&f, a + 16, 2, 77);
	put(&f, b + 8, 8, 1);
	put(&f, b + 16, 2, 78);
	show(&f.x, NULL);
	assert_string_equal(f.x.v.defects, "[]");
	assert_has(f.x.v.json, "\"bytes\":8,\"count\":\"2\",");
	assert_has(f.x.v.json, MEMBER("[0].a", "short", "0", "77"));
	assert_has(f.x.v.json, MEMBER("[1].a", "short", "0", "78"));
	end(&f);
}

/* A chain that leads back to itself ends. */
static void test_a_loop_of_structs_ends(void **state)
{
	struct fixture f;

	init(&f, false, SAYS "at outer_ser next struct outer_ser\n");
	put(&f, f.data + 40, 8, f.data);
	show(&f.x, NULL);
	assert_has(f.x.v.json, "\"typed\":{\"type\":\"struct outer_ser\",");
	assert_has_not(f.x.v.json, "\"member\":\"next\"");
	end(&f);
}

static void test_what_lacks_in_the_type_information_is_not_known(void **state)
{
	struct fixture f;

	init(&f, false, "file nobodys-v1 struct unheard_of\n");
	show(&f.x, NULL);
	assert_not_known(&f.x.v, "struct unheard_of: there is no such type in the type information of /tmp/kstate-btf-");
	assert_has(f.x.v.json, "\"handler\":\"nobodys-v1\"");
	assert_has(f.x.v.json, "\"typed\":null");
	end(&f);
}

static void test_without_type_information_it_is_said_that_it_lacks(void **state)
{
	struct fixture f;

	init(&f, false, SAYS);
	f.x.v.dump->vmlinux = NULL;
	show(&f.x, NULL);
	assert_not_known(&f.x.v, "struct outer_ser: no type information of a kernel (BTF) is in the memory");
	assert_has(f.x.v.json, "\"typed\":null");
	end(&f);
}

static void test_memory_that_lacks_is_said(void **state)
{
	struct fixture f;

	init(&f, false, SAYS);
	put(&f, f.data + 24, 8, 0x7ffff000000ULL);
	show(&f.x, NULL);
	assert_not_known(&f.x.v, "no memory at 0x7ffff000000");
	assert_has(f.x.v.json, MEMBER("to", "struct target_ser *", "24", "0x7ffff000000"));
	end(&f);
}

static void test_a_number_of_elements_that_is_too_large_is_refused(void **state)
{
	struct fixture f;

	init(&f, false, SAYS);
	put(&f, f.data + 4, 4, 0xffffffff);
	show(&f.x, NULL);
	assert_not_known(&f.x.v, "struct outer_ser: over 1024 KiB");
	end(&f);
}

static bool owns(const struct kstd_refs *refs, uint64_t pa)
{
	for (size_t i = 0; i < refs->nr; i++)
		if (refs->v[i].pa == pa && refs->v[i].bytes == 4096 &&
		    refs->v[i].kind == KSTD_REF_BLOB)
			return true;
	return false;
}

static void test_its_memory_has_an_owner(void **state)
{
	struct kstd_where where = KSTD_AT(NULL, "LUO", 3);
	struct kstd_refs refs = { .side = KSTD_SIDE_FILE };
	struct fixture f;

	init(&f, false, SAYS);
	assert_int_equal(kstd_decoder_luo.refs(f.x.v.dump, f.x.v.dump->blobs, &where, &refs), 0);
	assert_true(owns(&refs, f.data));
	assert_true(owns(&refs, memory_u64(&f.x.m, f.data + 24)));
	/* There may be more that type information does not tell. */
	assert_int_equal(refs.nr_opaque, 1);
	kstd_refs_free(&refs);
	end(&f);
}

static void as(struct fixture *f, const char *select, const char *type)
{
	struct kstd_typed_opts opts = { .sz = sizeof(opts), .select = select, .type = type };
	const struct kstd_node *n = NULL;
	int rc = kstd_typed(f->x.v.dump, &opts, &n);

	answer(&f->x, rc, n);
}

static void test_as_a_type_that_the_caller_names(void **state)
{
	char address[32];
	struct fixture f;

	init(&f, false, "");
	as(&f, "LUO.vm.0x4", "struct target_ser");
	assert_int_equal(f.x.v.rc, 0);
	assert_has(f.x.v.json, "token 0x4\",\"type\":\"struct target_ser\",");
	assert_has(f.x.v.json, "\"said_by\":\"--as\"");
	snprintf(address, sizeof(address), "0x%llx", (unsigned long long)memory_u64(&f.x.m, f.data + 24));
	as(&f, address, "target_ser");
	assert_int_equal(f.x.v.rc, 0);
	assert_has(f.x.v.json, MEMBER("y", "u64", "8", "12"));
	as(&f, address, "struct unheard_of");
	assert_int_equal(f.x.v.rc, -KSTD_INPUT);
	assert_string_equal(kstd_error_code(f.x.v.ctx), "not-known");
	as(&f, "LUO.vm.5", "struct target_ser");
	assert_int_equal(f.x.v.rc, -KSTD_NOT_FOUND);
	as(&f, "no-subtree", "struct target_ser");
	assert_int_equal(f.x.v.rc, -KSTD_NOT_FOUND);
	end(&f);
}

static void get(struct fixture *f, const char *select)
{
	struct kstd_get_opts opts = { .sz = sizeof(opts), .select = select };
	const struct kstd_node *n = NULL;
	int rc = kstd_get(f->x.v.dump, &opts, &n);

	answer(&f->x, rc, n);
}

static void test_one_value_of_it(void **state)
{
	struct fixture f;

	init(&f, false, SAYS);
	get(&f, "LUO.vm.4.items[1].a");
	assert_int_equal(f.x.v.rc, 0);
	assert_has(f.x.v.json, "\"section\":\"LUO.vm.4\"");
	assert_has(f.x.v.json, "\"field\":\"items[1].a\"");
	assert_has(f.x.v.json, "\"value\":\"9\"");
	get(&f, "LUO.vm.0x4.to.y");
	assert_has(f.x.v.json, "\"value\":\"12\"");
	/* Something of this machine cannot be read, so that it may be there. */
	get(&f, "LUO.vm.0x4.nothing");
	assert_int_equal(f.x.v.rc, -KSTD_INPUT);
	get(&f, "LUO.vm.0x5.nr");
	assert_int_equal(f.x.v.rc, -KSTD_INPUT);
	end(&f);
}

static void test_lines_that_say_nothing_are_refused(void **state)
{
	static const char *const lines[] = {
		"handler x struct y\n", "file x\n", "file x y z\n", "file x struct y z\n", "count a b\n",
		"area a b struct c\n", "at a b c\n", "blocks a b struct\n", "file x struct y\nfile\n",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct fixture f;

		init(&f, false, "# nothing\n\n");
		write_bytes(f.handlers, lines[i], strlen(lines[i]));
		assert_int_equal(kstd_handlers_file(f.x.v.dump, f.handlers), -KSTD_USAGE);
		assert_has(kstd_error_text(f.x.v.ctx), i == 8 ? "line 2: " : "line 1: ");
		end(&f);
	}
}

/* Type information with wild numbers: whatever comes of it, it is survived. */
static void test_damaged_type_information(void **state)
{
	for (uint64_t off = 0; off < 1400; off += 4) {
		struct fixture f;
		FILE *file;
		int rc;

		init(&f, false, SAYS);
		file = fopen(f.btf, "r+");
		assert_non_null(file);
		rc = fseek(file, off, SEEK_SET) || fwrite("\xff\xff\xff\x0f", 1, 4, file) != 4;
		assert_int_equal(rc, 0);
		assert_int_equal(fclose(file), 0);
		show(&f.x, NULL);
		look_at_all(&f.x);
		end(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_kind_of_value),
		cmocka_unit_test(test_an_array_at_the_end_has_as_many_elements_as_a_row_says),
		cmocka_unit_test(test_without_a_row_its_elements_are_not_known),
		cmocka_unit_test(test_a_preserved_pointer_is_followed),
		cmocka_unit_test(test_a_number_is_followed_if_a_row_says_that_it_is_an_address),
		cmocka_unit_test(test_a_chain_of_blocks_is_followed_if_a_row_says_so),
		cmocka_unit_test(test_a_loop_of_structs_ends),
		cmocka_unit_test(test_what_lacks_in_the_type_information_is_not_known),
		cmocka_unit_test(test_without_type_information_it_is_said_that_it_lacks),
		cmocka_unit_test(test_memory_that_lacks_is_said),
		cmocka_unit_test(test_a_number_of_elements_that_is_too_large_is_refused),
		cmocka_unit_test(test_its_memory_has_an_owner),
		cmocka_unit_test(test_as_a_type_that_the_caller_names),
		cmocka_unit_test(test_one_value_of_it),
		cmocka_unit_test(test_lines_that_say_nothing_are_refused),
		cmocka_unit_test(test_damaged_type_information),
	};

	return RUN(tests);
}
