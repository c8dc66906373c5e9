// SPDX-License-Identifier: GPL-2.0

/* ELF cores: of every byte of memory, whether it is there; and files that are none. */

#include <elf.h>

#include "memory/core.h"
#include "../lib/make_core.h"
#include "helpers.h"

/* A core that is opened without looking for roots. */
struct opened {
	struct kstd_ctx *ctx;
	struct kstd_dump dump;
	int rc;
};

static void open_mem(struct opened *o, const void *p, size_t len)
{
	struct kstd_io io;

	*o = (struct opened){ .ctx = kstd_ctx_new() };
	o->dump.ctx = o->ctx;
	o->dump.source = "core";
	o->dump.last_blob = &o->dump.blobs;
	for (int i = 0; i < KSTD_NR_SAYS; i++)
		o->dump.reports[i].list = kstd_put(&o->dump.arena, NULL, KSTD_NO_KEY, KSTD_LIST);
	o->dump.notes = kstd_put(&o->dump.arena, NULL, KSTD_NO_KEY, KSTD_LIST);
	kstd_io_mem(&io, p, len);
	o->rc = kstd_core_open(&o->dump, &io, "core", 0, false);
}

static void open_core(struct opened *o, struct core *c)
{
	core_finish(c);
	open_mem(o, c->file, c->len);
	assert_int_equal(o->rc, 0);
}

static void close_core(struct opened *o)
{
	kstd_arena_free(&o->dump.arena);
	kstd_ctx_free(o->ctx);
}

static bool has_defect(struct opened *o, const char *text)
{
	char *json = json_reports(&o->dump);
	bool found = strstr(json, text);

	free(json);
	return found;
}

/* The state of the byte at @pa, and its value if it is there. */
static enum kstd_avail at(struct opened *o, uint64_t pa, uint8_t *byte)
{
	enum kstd_avail there;
	size_t n = o->dump.phys->ops->read(o->dump.phys, pa, byte, 1, &there);

	assert_int_equal(n, 1);
	return there;
}

#define assert_state(o, pa, want) do { \
	uint8_t byte_; \
	assert_int_equal(at(o, pa, &byte_), want); \
} while (0)

#define assert_byte(o, pa, want) do { \
	uint8_t byte_ = 0; \
	assert_int_equal(at(o, pa, &byte_), KSTD_AVAIL_PRESENT); \
	assert_int_equal(byte_, want); \
} while (0)

/* @len bytes that count from @first on. */
static uint8_t *counting(size_t len, uint8_t first)
{
	uint8_t *p = malloc(len);

	for (size_t i = 0; i < len; i++)
		p[i] = first + i;
	return p;
}

static void test_bytes_are_read(void **state)
{
	uint8_t *p = counting(4096, 7), buf[16];
	struct core c = { 0 };
	struct opened o;

	core_load(&c, 0x10000, p, 4096);
	open_core(&o, &c);
	assert_int_equal(kstd_phys_copy(&o.dump, 0x10003, buf, sizeof(buf)), 0);
	assert_memory_equal(buf, p + 3, sizeof(buf));
	assert_string_equal(kstd_core_of(&o.dump)->what, "an ELF core of x86-64, 1 segment");
	close_core(&o);
	core_free(&c);
	free(p);
}

static void test_big_endian_core_is_read(void **state)
{
	uint8_t *p = counting(4096, 1);
	struct core c = { .big = true, .machine = EM_S390 };
	struct opened o;

	core_load(&c, 0x10000, p, 4096);
	open_core(&o, &c);
	assert_byte(&o, 0x10001, 2);
	assert_true(o.dump.phys->big);
	assert_string_equal(kstd_core_of(&o.dump)->what, "an ELF core of S/390, 1 segment");
	close_core(&o);
	core_free(&c);
	free(p);
}

static void test_memory_that_no_segment_has_is_absent(void **state)
{
	uint8_t *p = counting(4096, 1);
	struct core c = { 0 };
	struct opened o;

	core_load(&c, 0x10000, p, 4096);
	open_core(&o, &c);
	assert_state(&o, 0, KSTD_AVAIL_ABSENT);
	assert_state(&o, 0xffff, KSTD_AVAIL_ABSENT);
	assert_state(&o, 0x11000, KSTD_AVAIL_ABSENT);
	assert_state(&o, UINT64_MAX, KSTD_AVAIL_ABSENT);
	close_core(&o);
	core_free(&c);
	free(p);
}

static void test_memory_beyond_filesz_is_left_out(void **state)
{
	uint8_t *p = counting(4096, 1);
	struct core c = { 0 };
	struct opened o;

	core_load(&c, 0x10000, p, 4096)->memory = 8192;
	open_core(&o, &c);
	assert_byte(&o, 0x10fff, (uint8_t)(1 + 0xfff));
	assert_state(&o, 0x11000, KSTD_AVAIL_EXCLUDED);
	assert_state(&o, 0x11fff, KSTD_AVAIL_EXCLUDED);
	assert_state(&o, 0x12000, KSTD_AVAIL_ABSENT);
	close_core(&o);
	core_free(&c);
	free(p);
}

static void test_a_read_ends_where_the_state_changes(void **state)
{
	uint8_t *p = counting(4096, 1), buf[16384];
	struct core c = { 0 };
	enum kstd_avail there;
	struct opened o;

	core_load(&c, 0x10000, p, 4096)->memory = 8192;
	open_core(&o, &c);
	assert_int_equal(o.dump.phys->ops->read(o.dump.phys, 0xf800, buf, 16384, &there), 0x800);
	assert_int_equal(there, KSTD_AVAIL_ABSENT);
	assert_int_equal(o.dump.phys->ops->read(o.dump.phys, 0x10800, buf, 16384, &there), 0x800);
	assert_int_equal(there, KSTD_AVAIL_PRESENT);
	assert_int_equal(o.dump.phys->ops->read(o.dump.phys, 0x11800, buf, 16384, &there), 0x800);
	assert_int_equal(there, KSTD_AVAIL_EXCLUDED);
	close_core(&o);
	core_free(&c);
	free(p);
}

static void test_first_of_overlapping_segments_wins(void **state)
{
	uint8_t *a = counting(4096, 1), *b = counting(3 * 4096, 101);
	struct core c = { 0 };
	struct opened o;

	core_load(&c, 0x11000, a, 4096);
	core_load(&c, 0x10000, b, 3 * 4096);
	core_load(&c, 0x10800, a, 4096);
	open_core(&o, &c);
	assert_byte(&o, 0x10000, 101);
	assert_byte(&o, 0x10fff, b[0xfff]);
	assert_byte(&o, 0x11000, 1);
	assert_byte(&o, 0x11fff, a[0xfff]);
	assert_byte(&o, 0x12000, b[0x2000]);
	assert_state(&o, 0x13000, KSTD_AVAIL_ABSENT);
	close_core(&o);
	core_free(&c);
	free(a);
	free(b);
}

static void test_bytes_win_over_a_segment_that_left_them_out(void **state)
{
	uint8_t *p = counting(4096, 1);
	struct core c = { 0 };
	struct opened o;

	core_load(&c, 0x10000, p, 0)->memory = 16384;
	core_load(&c, 0x11000, p, 4096);
	open_core(&o, &c);
	assert_state(&o, 0x10000, KSTD_AVAIL_EXCLUDED);
	assert_byte(&o, 0x11000, 1);
	assert_state(&o, 0x12000, KSTD_AVAIL_EXCLUDED);
	close_core(&o);
	core_free(&c);
	free(p);
}

static void test_segment_without_physical_address_is_passed_over(void **state)
{
	uint8_t *p = counting(4096, 1);
	struct core c = { 0 };
	struct opened o;

	core_load(&c, UINT64_MAX, p, 4096)->virt = 0xffffc90000000000;
	core_load(&c, 0x10000, p, 4096);
	open_core(&o, &c);
	assert_state(&o, UINT64_MAX, KSTD_AVAIL_ABSENT);
	assert_byte(&o, 0x10000, 1);
	close_core(&o);
	core_free(&c);
	free(p);
}

static void test_segments_are_counted_in_the_first_section(void **state)
{
	enum { NR = 70000 };
	uint8_t byte[NR];
	struct core c = { .xnum = true };
	struct opened o;

	for (int i = 0; i < NR; i++) {
		byte[i] = i * 7;
		core_load(&c, 0x100000 + (uint64_t)i * 4096, &byte[i], 1);
	}
	open_core(&o, &c);
	for (int i = 0; i < NR; i += 997) {
		assert_byte(&o, 0x100000 + (uint64_t)i * 4096, byte[i]);
		assert_state(&o, 0x100000 + (uint64_t)i * 4096 + 1, KSTD_AVAIL_ABSENT);
	}
	assert_string_equal(kstd_core_of(&o.dump)->what, "an ELF core of x86-64, 70000 segments");
	close_core(&o);
	core_free(&c);
}

/* Cut at every byte: what is left is right, what is gone is unreadable, never zero. */
static void test_truncated_core_has_no_zeros(void **state)
{
	uint8_t *a = counting(300, 1), *b = counting(200, 91);
	struct core c = { .zeros = 3 };

	core_load(&c, 0x10000, a, 300);
	core_load(&c, 0x20000, b, 200)->memory = 250;
	core_note(&c, "VMCOREINFO", 0, "PAGESIZE=4096\n", 14);
	core_finish(&c);
	for (size_t len = 0; len < c.len; len++) {
		uint8_t *cut = malloc(len ? len : 1);
		struct opened o;

		memcpy(cut, c.file, len);
		open_mem(&o, cut, len);
		for (size_t i = 0; !o.rc && i < 300 && len > c.loads[0].offset; i++) {
			if (c.loads[0].offset + i < len)
				assert_byte(&o, 0x10000 + i, a[i]);
			else
				assert_state(&o, 0x10000 + i, KSTD_AVAIL_UNREADABLE);
		}
		if (!o.rc && len >= c.loads[0].offset) {
			assert_state(&o, 0x200f0, KSTD_AVAIL_EXCLUDED);
			assert_true(has_defect(&o, "\"code\":\"truncated\""));
		}
		close_core(&o);
		free(cut);
	}
	core_free(&c);
	free(a);
	free(b);
}

static void test_wild_offsets_are_unreadable(void **state)
{
	static const uint64_t offsets[] = { 1ULL << 62, UINT64_MAX, UINT64_MAX - 4095, 1 << 20 };

	for (size_t i = 0; i < 4; i++) {
		struct core c = { 0 };
		struct core_load *l = core_load(&c, 0x10000, NULL, 4096);
		struct opened o;

		l->wild = true;
		l->offset = offsets[i];
		open_core(&o, &c);
		assert_state(&o, 0x10000, KSTD_AVAIL_UNREADABLE);
		assert_state(&o, 0x10fff, KSTD_AVAIL_UNREADABLE);
		assert_true(has_defect(&o, "4096 bytes that its program headers give"));
		close_core(&o);
		core_free(&c);
	}
}

static void test_wild_sizes_end_with_the_address_space(void **state)
{
	static const uint64_t sizes[] = { UINT64_MAX, UINT64_MAX - 0x10000, 1ULL << 63 };

	for (size_t i = 0; i < 3; i++) {
		struct core c = { 0 };
		struct core_load *l = core_load(&c, 0x10000, NULL, sizes[i]);
		struct opened o;
		uint8_t byte;

		l->wild = true;
		core_finish(&c);
		open_mem(&o, c.file, c.len);
		if (!o.rc)
			assert_int_equal(at(&o, 0x10000, &byte), KSTD_AVAIL_PRESENT);
		close_core(&o);
		core_free(&c);
	}
}

static void refused(struct core *c, const char *text)
{
	struct opened o;

	core_finish(c);
	open_mem(&o, c->file, c->len);
	assert_int_equal(o.rc, -KSTD_INPUT);
	assert_has(kstd_error_message(o.ctx), text);
	assert_has(kstd_error_message(o.ctx), "core: an ELF core");
	close_core(&o);
	core_free(c);
}

static void test_core_without_segments_is_refused(void **state)
{
	struct core c = { 0 };

	refused(&c, "without memory: no PT_LOAD among its 0 program headers");
}

static void test_core_of_a_process_is_refused(void **state)
{
	static const uint8_t bytes[64];
	struct core c = { 0 };

	core_load(&c, 0, bytes, 64)->virt = 0x400000;
	core_load(&c, 0, bytes, 64)->virt = 0x600000;
	refused(&c, "of a process, not of a machine");
}

static void test_core_without_addresses_is_refused(void **state)
{
	static const uint8_t bytes[64];
	struct core c = { 0 };

	core_load(&c, UINT64_MAX, bytes, 64);
	refused(&c, "without physical addresses");
}

static void page_size_of(struct core *c, uint32_t want, bool known)
{
	static const uint8_t bytes[64];
	struct opened o;
	char *notes;

	core_load(c, 0x10000, bytes, 64);
	open_core(&o, c);
	assert_int_equal(o.dump.phys->page_size, want);
	notes = json_of(o.dump.notes);
	if (known)
		assert_has_not(notes, "--page-size");
	else
		assert_has(notes, "4096 bytes are assumed unless its memory proves another size");
	free(notes);
	close_core(&o);
	core_free(c);
}

static void test_page_size_comes_from_vmcoreinfo(void **state)
{
	static const char text[] = "OSRELEASE=7.3.4\nPAGESIZE=65536\nSYMBOL(x)=ffff\n";
	struct core c = { .machine = EM_AARCH64 };

	core_note(&c, "CORE", 1, "abc", 3);
	core_note(&c, "VMCOREINFO", 0, text, strlen(text));
	page_size_of(&c, 65536, true);
}

static void test_page_size_of_a_machine_that_has_only_one(void **state)
{
	struct core c = { .machine = EM_X86_64 };

	page_size_of(&c, 4096, true);
}

static void test_unknown_page_size_is_noted(void **state)
{
	struct core c = { .machine = EM_AARCH64 };

	page_size_of(&c, 4096, false);
}

static void test_nonsensical_page_size_is_not_believed(void **state)
{
	struct core c = { .machine = EM_AARCH64 };

	core_note(&c, "VMCOREINFO", 0, "PAGESIZE=12345\n", 15);
	page_size_of(&c, 4096, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes_are_read),
		cmocka_unit_test(test_big_endian_core_is_read),
		cmocka_unit_test(test_memory_that_no_segment_has_is_absent),
		cmocka_unit_test(test_memory_beyond_filesz_is_left_out),
		cmocka_unit_test(test_a_read_ends_where_the_state_changes),
		cmocka_unit_test(test_first_of_overlapping_segments_wins),
		cmocka_unit_test(test_bytes_win_over_a_segment_that_left_them_out),
		cmocka_unit_test(test_segment_without_physical_address_is_passed_over),
		cmocka_unit_test(test_segments_are_counted_in_the_first_section),
		cmocka_unit_test(test_truncated_core_has_no_zeros),
		cmocka_unit_test(test_wild_offsets_are_unreadable),
		cmocka_unit_test(test_wild_sizes_end_with_the_address_space),
		cmocka_unit_test(test_core_without_segments_is_refused),
		cmocka_unit_test(test_core_of_a_process_is_refused),
		cmocka_unit_test(test_core_without_addresses_is_refused),
		cmocka_unit_test(test_page_size_comes_from_vmcoreinfo),
		cmocka_unit_test(test_page_size_of_a_machine_that_has_only_one),
		cmocka_unit_test(test_unknown_page_size_is_noted),
		cmocka_unit_test(test_nonsensical_page_size_is_not_believed),
	};

	return RUN(tests);
}
