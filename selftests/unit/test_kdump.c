// SPDX-License-Identifier: GPL-2.0

/* Compressed kernel dumps: what they have, what they left out, what was cut off. */

#include <unistd.h>

#include "memory/core.h"
#include "../lib/kdump.h"
#include "../lib/machine.h"
#include "helpers.h"

#define ROOT	0x300000u
#define MAX	0x40400u	/* memory_alloc() begins at 1 GiB */

struct fixture {
	struct memory m;
	struct kdump k;
	struct image im;
	struct view v;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct machine_subtree kstate;
	struct machine_root root = {
		.pa = ROOT, .keeps = true, .metadata = ROOT + 0x2000, .count = 1,
		.subtrees = &kstate, .nr = 1,
	};

	image_init(&f->im);
	image_example(&f->im);
	memory_init(&f->m, 4096, false);
	kstate = (struct machine_subtree){ "kstate", ROOT + 0x4000, f->im.fdt, f->im.len };
	root.map = memory_map(&f->m);
	machine_root(&f->m, &root);
	f->k.max = MAX;
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	view_close(&f->v);
	memory_free(&f->m);
	image_free(&f->im);
	free(f->k.file);
	free(f);
	return 0;
}

static void opened(struct fixture *f, size_t len)
{
	view_mem(&f->v, f->k.file, len);
	view_info(&f->v);
}

static void test_dump_is_decoded(void **state)
{
	struct fixture *f = *state;

	kdump_write(&f->k, &f->m);
	opened(f, f->k.len);
	assert_int_equal(f->v.rc, 0);
	assert_has(f->v.json, "\"kho\":[{\"side\":\"out\",\"format\":\"kho-v4\"");
	assert_has(f->v.json, "\"kstate\":[{\"side\":\"out\"");
	assert_has(f->v.notes, "memory, a compressed kdump of x86_64: a KHO root at 0x300000");
	assert_string_equal(f->v.defects, "[]");
}

static void test_dump_in_a_file_is_decoded(void **state)
{
	char path[] = "/tmp/kstate-kdump-XXXXXX";
	struct fixture *f = *state;
	int fd = mkstemp(path);

	kdump_write(&f->k, &f->m);
	assert_int_equal(write(fd, f->k.file, f->k.len), f->k.len);
	close(fd);
	view_path(&f->v, path);
	unlink(path);
	view_sections(&f->v, "test@0.s");
	assert_has(f->v.json, "\"value\":\"abcdefghi\"");
}

/* QEMU's dump of arm64: it counts in blocks of 64 KiB, whatever a page has, and names no machine. */
static void test_block_of_an_unnamed_machine_is_no_page(void **state)
{
	struct fixture *f = *state;

	f->k.machine = "Unknown";
	f->k.block = 65536;
	f->k.max = MAX / 16 + 1;
	kdump_write(&f->k, &f->m);
	opened(f, f->k.len);
	assert_int_equal(f->v.rc, 0);
	assert_has(f->v.json, "\"kho\":[{\"side\":\"out\",\"format\":\"kho-v4\"");
	assert_has(f->v.notes, "a page has 4096 bytes: the preserved-memory map is whole with that size");
}

static enum kstd_avail at(struct kstd_dump *dump, uint64_t pa)
{
	enum kstd_avail there;
	uint8_t byte;

	assert_int_equal(dump->phys->ops->read(dump->phys, pa, &byte, 1, &there), 1);
	return there;
}

static void test_pages_that_were_left_out_are_told_from_absent_ones(void **state)
{
	struct fixture *f = *state;

	f->k.left_out = 0x1000;
	kdump_write(&f->k, &f->m);
	opened(f, f->k.len);
	assert_int_equal(at(f->v.dump, ROOT), KSTD_AVAIL_PRESENT);
	assert_int_equal(at(f->v.dump, 0x1000), KSTD_AVAIL_EXCLUDED);
	assert_int_equal(at(f->v.dump, 0x2000), KSTD_AVAIL_ABSENT);
	assert_int_equal(at(f->v.dump, (uint64_t)MAX << 12), KSTD_AVAIL_ABSENT);
	assert_int_equal(at(f->v.dump, UINT64_MAX), KSTD_AVAIL_ABSENT);
}

static void test_runs_of_pages_are_found(void **state)
{
	struct fixture *f = *state;
	uint64_t pa, len, want, want_len, n = 0;

	kdump_write(&f->k, &f->m);
	opened(f, f->k.len);
	for (uint64_t at = 0; f->v.dump->phys->ops->next(f->v.dump->phys, at, &pa, &len);
	     at = pa + len) {
		for (uint64_t in = 0; in < len; in += 4096, n++) {
			assert_true(f->m.phys.ops->next(&f->m.phys, pa + in, &want, &want_len));
			assert_int_equal(want, pa + in);
		}
	}
	assert_int_equal(n, f->m.nr);
}

/* Every page is right or unreadable, and a cut is a defect. */
static void check_cut(struct fixture *f, size_t len)
{
	uint64_t pa, n;

	opened(f, len);
	if (!f->v.dump)
		return;
	assert_has(f->v.defects, "\"code\":\"truncated\"");
	for (uint64_t from = 0; f->m.phys.ops->next(&f->m.phys, from, &pa, &n); from = pa + n) {
		uint8_t want[4096], got[4096];
		enum kstd_avail there;

		f->m.phys.ops->read(&f->m.phys, pa, want, 4096, &there);
		f->v.dump->phys->ops->read(f->v.dump->phys, pa, got, 4096, &there);
		if (there == KSTD_AVAIL_PRESENT)
			assert_memory_equal(got, want, 4096);
		else
			assert_int_equal(there, KSTD_AVAIL_UNREADABLE);
	}
}

static void test_truncated_dump_has_no_zeros(void **state)
{
	struct fixture *f = *state;

	kdump_write(&f->k, &f->m);
	for (size_t len = f->k.len - 1; len > f->k.pages - 100; len -= 1000) {
		check_cut(f, len);
		view_close(&f->v);
	}
	f->v = (struct view){ 0 };
}

static void test_every_truncation_survives(void **state)
{
	struct fixture *f = *state;

	kdump_write(&f->k, &f->m);
	for (size_t len = 0; len < f->k.descs; len += len < 9000 ? 1 : 997) {
		opened(f, len);
		assert_int_equal(f->v.rc, -KSTD_INPUT);
		assert_has(kstd_error_message(f->v.ctx), len < 8 ? "" : "a compressed kdump");
		view_close(&f->v);
	}
	f->v = (struct view){ 0 };
}

static void test_incomplete_dump_is_a_defect(void **state)
{
	struct fixture *f = *state;

	f->k.status = 8;
	kdump_write(&f->k, &f->m);
	opened(f, f->k.len);
	assert_has(f->v.defects, "the dump says of itself that it is incomplete");
}

static void test_part_of_a_split_dump_is_not_the_whole(void **state)
{
	struct fixture *f = *state;

	f->k.split = true;
	f->k.end = 0x40000;
	kdump_write(&f->k, &f->m);
	opened(f, f->k.len);
	assert_not_known(&f->v, "it is one part of a dump that was split, and the memory from 0x40000000 to ");
}

/* The bitmaps of a part are of the whole; the descriptors are its own. */
static void test_a_part_of_a_split_dump_has_its_own_pages(void **state)
{
	struct fixture *f = *state;
	uint64_t pa, n;
	size_t here = 0;

	f->k.split = true;
	for (pa = 0x100000; pa < 0x110000; pa += 4096)
		memory_put(&f->m, pa, "of another part", 16);
	f->k.first = ROOT / 4096;
	kdump_write(&f->k, &f->m);
	opened(f, f->k.len);
	assert_has_not(f->v.defects ? f->v.defects : "", "truncated");
	for (uint64_t from = 0; f->m.phys.ops->next(&f->m.phys, from, &pa, &n); from = pa + n) {
		uint8_t want[4096], got[4096];
		enum kstd_avail there;

		f->m.phys.ops->read(&f->m.phys, pa, want, 4096, &there);
		f->v.dump->phys->ops->read(f->v.dump->phys, pa, got, 4096, &there);
		assert_int_equal(there, pa / 4096 < f->k.first ? KSTD_AVAIL_EXCLUDED :
				 KSTD_AVAIL_PRESENT);
		if (there == KSTD_AVAIL_PRESENT)
			assert_memory_equal(got, want, 4096);
		here += there == KSTD_AVAIL_PRESENT;
	}
	assert_true(here && here < f->m.nr);
}

/* Write the part from @first up to @end (0: the last one) to a new file. */
static void put_part(struct fixture *f, char *path, uint64_t first, uint64_t end)
{
	int fd;

	strcpy(path, "/tmp/kstate-part-XXXXXX");
	fd = mkstemp(path);
	free(f->k.file);
	f->k.split = true;
	f->k.first = first;
	f->k.end = end;
	kdump_write(&f->k, &f->m);
	assert_int_equal(write(fd, f->k.file, f->k.len), f->k.len);
	close(fd);
}

static void open_parts(struct fixture *f, const char *first, const char *const *parts, size_t nr)
{
	struct kstd_open_opts opts = {
		.sz = sizeof(opts), .path = first, .parts = parts, .nr_parts = nr,
	};

	f->v.ctx = kstd_ctx_new();
	f->v.rc = kstd_open(f->v.ctx, &opts, &f->v.dump);
	view_info(&f->v);
}

/* How many pages of the machine the dump has; they are the machine's. */
static size_t right_pages(struct fixture *f)
{
	struct kstd_phys *phys = f->v.dump->phys;
	uint8_t want[4096], got[4096];
	enum kstd_avail there;
	uint64_t pa, len;
	size_t nr = 0;

	for (uint64_t at = 0; phys->ops->next(phys, at, &pa, &len); at = pa + len)
		for (uint64_t in = 0; in < len; in += 4096, nr++) {
			f->m.phys.ops->read(&f->m.phys, pa + in, want, 4096, &there);
			assert_int_equal(there, KSTD_AVAIL_PRESENT);
			phys->ops->read(phys, pa + in, got, 4096, &there);
			assert_int_equal(there, KSTD_AVAIL_PRESENT);
			assert_memory_equal(got, want, 4096);
		}
	return nr;
}

static void test_parts_are_one_memory_in_whatever_order(void **state)
{
	char a[32], b[32], c[32];
	const char *const others[] = { c, a };
	struct fixture *f = *state;

	put_part(f, a, 0, ROOT / 4096 + 2);
	put_part(f, b, ROOT / 4096 + 2, 0x40000);
	put_part(f, c, 0x40000, 0);
	open_parts(f, b, others, 2);
	unlink(a);
	unlink(b);
	unlink(c);
	assert_int_equal(f->v.rc, 0);
	assert_has(f->v.notes, "a compressed kdump of x86_64, 3 parts");
	assert_string_equal(f->v.defects, "[]");
	assert_int_equal(kstd_all_well(f->v.dump), KSTD_YES);
	assert_int_equal(right_pages(f), f->m.nr);
}

static void test_a_part_that_was_not_given_is_not_known(void **state)
{
	char a[32], c[32];
	const char *const others[] = { c };
	struct fixture *f = *state;

	put_part(f, a, 0, ROOT / 4096 + 2);
	put_part(f, c, 0x40000, 0);
	open_parts(f, a, others, 1);
	unlink(a);
	unlink(c);
	assert_not_known(&f->v, "and the memory from 0x302000 to 0x40000000 is in other parts");
	assert_int_equal(at(f->v.dump, ROOT), KSTD_AVAIL_PRESENT);
	assert_int_equal(at(f->v.dump, ROOT + 0x2000), KSTD_AVAIL_EXCLUDED);
	assert_in_range(right_pages(f), 1, f->m.nr - 1);
}

/* No page of it was dumped, so nothing is missing without it. */
static void test_a_part_without_pages_is_not_missed(void **state)
{
	char a[32], c[32];
	const char *const others[] = { c };
	struct fixture *f = *state;

	put_part(f, a, 0, 0x20000);
	put_part(f, c, 0x30000, 0);
	open_parts(f, a, others, 1);
	unlink(a);
	unlink(c);
	assert_int_equal(kstd_all_well(f->v.dump), KSTD_YES);
}

static void test_flattened_dump_is_decoded(void **state)
{
	struct fixture *f = *state;
	uint8_t *flat;
	size_t len;

	kdump_write(&f->k, &f->m);
	flat = kdump_flatten(&f->k, 10000, &len);
	view_mem(&f->v, flat, len);
	view_info(&f->v);
	assert_has(f->v.json, "\"kho\":[{\"side\":\"out\"");
	assert_has(f->v.notes, "a flattened kdump of x86_64");
	assert_string_equal(f->v.defects, "[]");
	free(flat);
}

static void test_truncated_flattened_dump_is_refused(void **state)
{
	struct fixture *f = *state;
	uint8_t *flat;
	size_t len;

	kdump_write(&f->k, &f->m);
	flat = kdump_flatten(&f->k, 10000, &len);
	for (size_t n = len - 1; n > 16; n -= n < 5000 ? 1 : 4999) {
		view_mem(&f->v, flat, n);
		assert_int_equal(f->v.rc, -KSTD_INPUT);
		assert_string_equal(kstd_error_code(f->v.ctx), "truncated");
		assert_has(kstd_error_message(f->v.ctx), "a flattened kdump, cut after ");
		view_close(&f->v);
	}
	f->v = (struct view){ 0 };
	free(flat);
}

static void test_damaged_flattened_dump_survives(void **state)
{
	struct fixture *f = *state;
	uint8_t *flat;
	size_t len;

	kdump_write(&f->k, &f->m);
	flat = kdump_flatten(&f->k, 50000, &len);
	for (size_t i = 4096; i < 4096 + 16; i++) {
		flat[i] ^= 0x55;
		view_mem(&f->v, flat, len);
		assert_int_equal(f->v.rc, -KSTD_INPUT);
		view_close(&f->v);
		flat[i] ^= 0x55;
	}
	f->v = (struct view){ 0 };
	free(flat);
}

static void test_vmcoreinfo_is_read(void **state)
{
	struct fixture *f = *state;
	struct kstd_span value;

	f->k.vmcoreinfo = "OSRELEASE=7.3.4\nPAGESIZE=4096\n";
	kdump_write(&f->k, &f->m);
	opened(f, f->k.len);
	assert_true(kstd_vmcoreinfo(kstd_core_of(f->v.dump), "OSRELEASE", &value));
	assert_int_equal(value.len, 5);
	assert_memory_equal(value.p, "7.3.4", 5);
	assert_false(kstd_vmcoreinfo(kstd_core_of(f->v.dump), "OSREL", &value));
}

/* Names of utsname that are text for people: all but that of the machine. */
static bool is_text(size_t at)
{
	return at >= 12 && at < 12 + 6 * 65 && (at - 12) / 65 != 4;
}

/* Each byte of header, sub-header and descriptors; one value of text is as good as another. */
static void test_damaged_headers_survive(void **state)
{
	static const uint8_t values[] = { 0xff, 0, 1, 0x7f };
	struct fixture *f = *state;

	kdump_write(&f->k, &f->m);
	for (size_t i = 0; i < f->k.pages; i += i == 464 ? 4096 - 464 : i == 4200 ? f->k.descs - 4200 : 1) {
		uint8_t was = f->k.file[i];

		for (size_t j = 0; j < (is_text(i) ? 1 : sizeof(values)); j++) {
			if (values[j] == was)
				continue;
			f->k.file[i] = values[j];
			opened(f, f->k.len);
			view_close(&f->v);
		}
		f->k.file[i] = was;
	}
	f->v = (struct view){ 0 };
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_dump_is_decoded),
		TEST(test_dump_in_a_file_is_decoded),
		TEST(test_block_of_an_unnamed_machine_is_no_page),
		TEST(test_pages_that_were_left_out_are_told_from_absent_ones),
		TEST(test_runs_of_pages_are_found),
		TEST(test_truncated_dump_has_no_zeros),
		TEST(test_every_truncation_survives),
		TEST(test_incomplete_dump_is_a_defect),
		TEST(test_part_of_a_split_dump_is_not_the_whole),
		TEST(test_a_part_of_a_split_dump_has_its_own_pages),
		TEST(test_parts_are_one_memory_in_whatever_order),
		TEST(test_a_part_that_was_not_given_is_not_known),
		TEST(test_a_part_without_pages_is_not_missed),
		TEST(test_flattened_dump_is_decoded),
		TEST(test_truncated_flattened_dump_is_refused),
		TEST(test_damaged_flattened_dump_survives),
		TEST(test_vmcoreinfo_is_read),
		TEST(test_damaged_headers_survive),
	};

	return RUN(tests);
}
