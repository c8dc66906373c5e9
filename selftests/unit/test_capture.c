// SPDX-License-Identifier: GPL-2.0

/* Captures: opened, they say what their source said; changed, they say so. */

#include <elf.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/capture.h"
#include "memory/core.h"
#include "memory/blob.h"
#include "source/capture_read.h"
#include "../lib/make_core.h"
#include "../lib/machine.h"
#include "helpers.h"

#define MIB	(1ULL << 20)

/**
 * struct fixture - a core, and a capture of it
 * @dir: with the capture in it
 * @bytes: of the capture, @len of them
 */
struct fixture {
	struct memory m;
	struct core c;
	struct image im;
	struct view v;
	char dir[40];
	char path[80];
	uint8_t *bytes;
	size_t len;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	image_init(&f->im);
	image_example(&f->im);
	strcpy(f->dir, "/tmp/kstate-capture-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->path, sizeof(f->path), "%s/capture", f->dir);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	view_close(&f->v);
	core_free(&f->c);
	memory_free(&f->m);
	image_free(&f->im);
	unlink(f->path);
	rmdir(f->dir);
	free(f->bytes);
	free(f);
	return 0;
}

/* A machine with a kstate image, in a core. */
static void make_core(struct fixture *f, bool big)
{
	struct machine_subtree kstate = { "kstate", 3 * MIB + 0x8000, f->im.fdt, f->im.len };
	struct machine_root root = {
		.pa = 3 * MIB, .keeps = true, .metadata = 3 * MIB + 0x2000,
		.count = 1, .subtrees = &kstate, .nr = 1,
	};

	memory_init(&f->m, 4096, big);
	f->c.big = big;
	root.map = memory_map(&f->m);
	machine_root(&f->m, &root);
	core_memory(&f->c, &f->m, 0);
	core_finish(&f->c);
}

static int capture(struct fixture *f, bool contents)
{
	struct kstd_capture_opts opts = {
		.sz = sizeof(opts), .path = f->path, .contents = contents,
	};
	const struct kstd_node *result;
	struct stat st;
	FILE *file;
	int rc = kstd_capture(f->v.dump, &opts, &result);

	if (rc)
		return rc;
	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	f->len = st.st_size;
	f->bytes = malloc(f->len);
	file = fopen(f->path, "r");
	assert_int_equal(fread(f->bytes, 1, f->len, file), f->len);
	fclose(file);
	return 0;
}

/* What the source says, then the capture of it: @f->v is the capture afterwards. */
static void same_as_source(struct fixture *f)
{
	char *info, *sections;

	view_info(&f->v);
	assert_int_equal(f->v.rc, 0);
	info = strdup(f->v.json);
	view_sections(&f->v, NULL);
	sections = strdup(f->v.json);
	assert_int_equal(capture(f, false), 0);
	view_close(&f->v);

	view_path(&f->v, f->path);
	view_info(&f->v);
	assert_int_equal(f->v.rc, 0);
	assert_string_equal(f->v.json, info);
	assert_string_equal(f->v.defects, "[]");
	view_sections(&f->v, NULL);
	assert_string_equal(f->v.json, sections);
	free(info);
	free(sections);
}

static void test_a_capture_of_a_core_says_the_same(void **state)
{
	struct fixture *f = *state;

	make_core(f, false);
	view_mem(&f->v, f->c.file, f->c.len);
	same_as_source(f);
}

static void test_a_capture_of_a_big_endian_core_says_the_same(void **state)
{
	struct fixture *f = *state;

	make_core(f, true);
	view_mem(&f->v, f->c.file, f->c.len);
	same_as_source(f);
	assert_true(f->v.dump->phys->big);
}

static void test_a_capture_of_a_blob_says_the_same(void **state)
{
	struct fixture *f = *state;

	view_image(&f->v, &f->im);
	same_as_source(f);
}

static void test_a_capture_of_a_capture_says_the_same(void **state)
{
	struct fixture *f = *state;

	make_core(f, false);
	view_mem(&f->v, f->c.file, f->c.len);
	same_as_source(f);
	unlink(f->path);
	free(f->bytes);
	same_as_source(f);
}

static void test_a_capture_opens_from_a_buffer(void **state)
{
	struct fixture *f = *state;

	view_image(&f->v, &f->im);
	assert_int_equal(capture(f, false), 0);
	view_close(&f->v);
	view_mem(&f->v, f->bytes, f->len);
	view_sections(&f->v, NULL);
	assert_int_equal(f->v.rc, 0);
	assert_has(f->v.json, "\"name\":\"test\"");
}

static void test_a_file_of_that_name_is_not_replaced(void **state)
{
	struct fixture *f = *state;
	int fd = open(f->path, O_CREAT | O_WRONLY, 0600);

	close(fd);
	view_image(&f->v, &f->im);
	assert_int_equal(capture(f, false), -KSTD_ENVIRONMENT);
	assert_has(kstd_error_message(f->v.ctx), "there is a file of that name");
}

static void test_a_folder_that_is_not_there_is_an_error(void **state)
{
	struct fixture *f = *state;

	view_image(&f->v, &f->im);
	snprintf(f->path, sizeof(f->path), "%s/no/capture", f->dir);
	assert_int_equal(capture(f, false), -KSTD_ENVIRONMENT);
	assert_string_equal(kstd_error_code(f->v.ctx), "no-file");
}

static void test_options_of_no_size_are_refused(void **state)
{
	struct fixture *f = *state;
	struct kstd_capture_opts opts = { .sz = 1, .path = f->path };
	const struct kstd_node *result;

	view_image(&f->v, &f->im);
	assert_int_equal(kstd_capture(f->v.dump, &opts, &result), -KSTD_USAGE);
	opts = (struct kstd_capture_opts){ .sz = sizeof(opts) };
	assert_int_equal(kstd_capture(f->v.dump, &opts, &result), -KSTD_USAGE);
}

/* Open what @f->bytes holds, and check its checksums. */
static size_t verified(struct fixture *f)
{
	size_t nr;

	view_close(&f->v);
	view_mem(&f->v, f->bytes, f->len);
	if (!f->v.dump)
		return 0;
	nr = kstd_capture_verify(f->v.dump);
	view_info(&f->v);
	return nr;
}

static void test_checksums_of_a_whole_capture_are_right(void **state)
{
	struct fixture *f = *state;

	make_core(f, false);
	view_mem(&f->v, f->c.file, f->c.len);
	assert_int_equal(capture(f, false), 0);
	assert_true(verified(f) > 0);
	assert_string_equal(f->v.defects, "[]");
}

/* The image starts with its compatible string, which the file has once. */
static void test_a_changed_byte_of_memory_is_found(void **state)
{
	struct fixture *f = *state;
	uint8_t *at;

	make_core(f, false);
	view_mem(&f->v, f->c.file, f->c.len);
	assert_int_equal(capture(f, false), 0);
	at = memmem(f->bytes, f->len, "kstate-v1", 9);
	assert_non_null(at);
	at[8] = '2';
	assert_true(verified(f) > 0);
	assert_has(f->v.defects, "memory 0x308000\"");
	assert_has(f->v.defects, "the capture was changed since it was made");
}

static void test_a_changed_byte_of_a_blob_is_found(void **state)
{
	struct fixture *f = *state;
	uint8_t *at;

	view_image(&f->v, &f->im);
	assert_int_equal(capture(f, false), 0);
	at = memmem(f->bytes, f->len, "kstate-v1", 9);
	assert_non_null(at);
	at[8] = '2';
	assert_true(verified(f) > 0);
	assert_has(f->v.defects, ": memory\"");
	assert_has(f->v.defects, "the capture was changed since it was made");
}

static void test_a_changed_note_is_found(void **state)
{
	struct fixture *f = *state;
	uint8_t *at;

	view_image(&f->v, &f->im);
	assert_int_equal(capture(f, false), 0);
	at = memmem(f->bytes, f->len, "libkstate-dump ", 15);
	assert_non_null(at);
	at[0] = 'L';
	verified(f);
	assert_has(f->v.defects, "what it lists cannot be relied on");
}

static void test_a_capture_of_another_version_is_named(void **state)
{
	struct fixture *f = *state;
	uint8_t *at;

	view_image(&f->v, &f->im);
	assert_int_equal(capture(f, false), 0);
	at = memmem(f->bytes, f->len, KSTD_CAPTURE_COMPATIBLE, strlen(KSTD_CAPTURE_COMPATIBLE));
	assert_non_null(at);
	at[strlen(KSTD_CAPTURE_COMPATIBLE) - 1] = '9';
	view_close(&f->v);
	view_mem(&f->v, f->bytes, f->len);
	assert_int_equal(f->v.rc, -KSTD_INPUT);
}

/* ---- What was not known, or wrong, when it was captured ---- */

/* As kstd_open() would: what is found to be wrong with the source, or not known of it. */
static void report(struct fixture *f)
{
	struct kstd_where where = KSTD_AT(NULL, "kho/out/\033", 9);

	f->v.dump->sourcing++;
	kstd_unknown(f->v.dump, &where, "whether it is whole");
	kstd_defect(f->v.dump, NULL, KSTD_E_CORRUPT, 0x1234, "it is damaged");
	f->v.dump->sourcing--;
}

static void capture_and_open(struct fixture *f)
{
	assert_int_equal(capture(f, false), 0);
	view_close(&f->v);
	view_path(&f->v, f->path);
	assert_int_equal(f->v.rc, 0);
	view_info(&f->v);
}

static void test_what_was_wrong_or_not_known_is_of_the_capture_too(void **state)
{
	struct fixture *f = *state;

	view_image(&f->v, &f->im);
	report(f);
	capture_and_open(f);
	assert_has(f->v.defects, "{\"code\":\"not-known\",\"text\":\"when it was captured: whether it is whole\",\"path\":\"kho/out/\\\\x1b\",\"offset\":null}");
	assert_has(f->v.defects, "{\"code\":\"corrupt\",\"text\":\"when it was captured: it is damaged\",\"path\":\"\",\"offset\":4660}");
	assert_int_equal(kstd_all_well(f->v.dump), KSTD_NO);
}

static void test_it_is_of_a_capture_of_a_capture_once(void **state)
{
	struct fixture *f = *state;

	view_image(&f->v, &f->im);
	report(f);
	capture_and_open(f);
	unlink(f->path);
	free(f->bytes);
	capture_and_open(f);
	assert_has(f->v.defects, "\"when it was captured: it is damaged\"");
	assert_has(f->v.defects, "\"path\":\"kho/out/\\\\x1b\"");
}

/* A file that is gone, or that nobody may read. */
static void test_a_blob_that_was_not_read_cannot_be_read_in_the_capture(void **state)
{
	struct fixture *f = *state;
	struct kstd_blob *b;

	view_image(&f->v, &f->im);
	assert_non_null(kstd_blob_add(f->v.dump, "kho/out/sub_fdts/LUO", f->path, KSTD_SIDE_OUT,
				      KSTD_ROLE_SUBTREE));
	unlink(f->path);
	capture_and_open(f);
	assert_not_known(&f->v, "{\"code\":\"no-file\",\"text\":\"when it was captured: No such file or directory\",\"path\":\"kho/out/sub_fdts/LUO\"");
	b = kstd_blob_find(f->v.dump, KSTD_SIDE_OUT, KSTD_ROLE_SUBTREE, "LUO", 3);
	assert_non_null(b);
	assert_int_equal(kstd_blob_load(f->v.dump, b), -KSTD_ENVIRONMENT);
}

static void test_a_side_that_was_not_asked_for_is_not_known(void **state)
{
	struct fixture *f = *state;

	make_core(f, false);
	view_mem(&f->v, f->c.file, f->c.len);
	f->v.dump->sides = KSTD_SIDE_IN | KSTD_SIDE_FILE;
	capture_and_open(f);
	assert_int_equal(f->v.dump->captured_sides, KSTD_SIDE_IN | KSTD_SIDE_FILE);
	assert_has(f->v.notes, "only side \\\"in\\\" was asked for");
	kstd_not_found(f->v.dump, KSTD_E_NO_KHO, "KHO");
	assert_string_equal(kstd_error_code(f->v.ctx), "not-known");
}

/* Replace what the capture has once, with as many bytes. */
static void patch(struct fixture *f, const char *from, const char *to)
{
	uint8_t *at = memmem(f->bytes, f->len, from, strlen(from));

	assert_non_null(at);
	memcpy(at, to, strlen(to));
}

static void test_a_report_that_was_made_up_is_shown_and_is_no_failed_read(void **state)
{
	struct fixture *f = *state;

	view_image(&f->v, &f->im);
	report(f);
	assert_int_equal(capture(f, false), 0);
	patch(f, "not-known", "no-memory");
	patch(f, "whether it", "\033[2J\377 \\ it");
	verified(f);
	assert_int_equal(f->v.rc, 0);
	assert_has(f->v.defects, "{\"code\":\"not-known\",\"text\":\"when it was captured: ?[2J? \\\\ it is whole\"");
	assert_int_equal(kstd_status(f->v.ctx), 0);
}

static void test_a_code_of_another_version_is_not_known(void **state)
{
	struct fixture *f = *state;

	view_image(&f->v, &f->im);
	report(f);
	assert_int_equal(capture(f, false), 0);
	patch(f, "corrupt", "tornado");
	verified(f);
	assert_has(f->v.defects, "{\"code\":\"not-known\",\"text\":\"when it was captured: it is damaged\"");
}

static void test_more_reports_than_a_capture_keeps_are_counted(void **state)
{
	struct fixture *f = *state;

	view_image(&f->v, &f->im);
	f->v.dump->sourcing++;
	for (int i = 0; i < KSTD_MAX_OF_SOURCE + 7; i++)
		kstd_defect(f->v.dump, NULL, i ? KSTD_E_CORRUPT : KSTD_E_NOT_KNOWN, i, "no. %d", i);
	f->v.dump->sourcing--;
	capture_and_open(f);
	assert_int_equal(f->v.dump->reports[KSTD_SAYS_WRONG].nr, KSTD_MAX_OF_SOURCE - 1);
	assert_has(f->v.defects, "when it was captured: 7 more things were wrong with the source, or not known");
}

/* A small image, where every byte of a capture is tried. */
static void make_small_core(struct fixture *f)
{
	image_free(&f->im);
	image_init(&f->im);
	image_many(&f->im, 1);
	make_core(f, false);
}

/* Every length: what is left opens or is refused, and nothing else happens. */
static void test_a_capture_truncated_anywhere_is_survived(void **state)
{
	struct fixture *f = *state;

	make_small_core(f);
	view_mem(&f->v, f->c.file, f->c.len);
	assert_int_equal(capture(f, false), 0);
	for (size_t len = 0; len < f->len; len += len < 512 || len > f->len - 2048 ? 1 : 509) {
		uint8_t *cut = malloc(len + 1);

		memcpy(cut, f->bytes, len);
		view_all(cut, len);
		free(cut);
	}
}

static void test_every_byte_of_the_note_may_be_damaged(void **state)
{
	struct fixture *f = *state;
	const uint8_t *fdt;

	make_small_core(f);
	view_mem(&f->v, f->c.file, f->c.len);
	report(f);
	assert_int_equal(capture(f, false), 0);
	fdt = memmem(f->bytes, f->len, KSTD_CAPTURE_NOTE, sizeof(KSTD_CAPTURE_NOTE));
	assert_non_null(fdt);
	for (size_t i = fdt - f->bytes; i < f->len; i++) {
		f->bytes[i] ^= 0xff;
		view_all(f->bytes, f->len);
		f->bytes[i] ^= 0xff;
	}
}

/* ---- Many ranges, and ranges with gaps, from a memory that is made up ---- */

#define NR_PAGES	66000

/* Every second page is there, and holds its own number. */
static size_t pattern_read(struct kstd_phys *phys, uint64_t pa, void *buf, size_t len,
			   enum kstd_avail *there)
{
	uint64_t page = pa / phys->page_size, left = phys->page_size - pa % phys->page_size;

	*there = page % 2 ? KSTD_AVAIL_UNREADABLE : KSTD_AVAIL_PRESENT;
	len = len < left ? len : left;
	if (*there == KSTD_AVAIL_PRESENT) {
		memset(buf, 0, len);
		memcpy(buf, &page, sizeof(page) < len ? sizeof(page) : len);
	}
	return len;
}

static const struct kstd_phys_ops pattern_ops = { .kind = "pattern", .read = pattern_read };

static void make_many(struct fixture *f, struct kstd_capture_run *c)
{
	static struct kstd_phys phys = { .ops = &pattern_ops, .name = "pattern", .page_size = 512 };
	void *fdt;
	size_t len;

	view_image(&f->v, &f->im);
	f->v.dump->phys = &phys;
	*c = (struct kstd_capture_run){ .dump = f->v.dump, .page = 512, .machine = EM_X86_64 };
	assert_true(kstd_ref(&c->want, 0, NR_PAGES * 2 * 512, KSTD_REF_BLOB, "a list"));
	c->f = fopen(f->path, "w");
	assert_int_equal(kstd_capture_data(c), 0);
	assert_int_equal(kstd_capture_leave(c, 1ULL << 40, 4096, KSTD_LEFT_CONTENTS, "a memfd"), 0);
	assert_int_equal(kstd_capture_fdt(c, &fdt, &len), 0);
	assert_int_equal(kstd_capture_elf(c, fdt, len), 0);
	fclose(c->f);
	f->v.dump->phys = NULL;
	free(fdt);
	view_close(&f->v);
}

static void test_more_ranges_than_a_header_can_count(void **state)
{
	struct fixture *f = *state;
	struct kstd_capture_run c;
	uint64_t page = 0;
	uint8_t byte;

	make_many(f, &c);
	assert_int_equal(c.nr_ranges, NR_PAGES);
	view_path(&f->v, f->path);
	assert_int_equal(f->v.rc, 0);
	assert_int_equal(kstd_core_of(f->v.dump)->there.nr, NR_PAGES);
	assert_int_equal(kstd_phys_copy(f->v.dump, (NR_PAGES - 1) * 2 * 512, &page, 8), 0);
	assert_int_equal(page, (NR_PAGES - 1) * 2);
	assert_int_equal(kstd_phys_copy(f->v.dump, 512, &byte, 1), -KSTD_INPUT);
	assert_string_equal(kstd_error_code(f->v.ctx), "truncated");
	kstd_refs_free(&c.want);
	free(c.ranges);
	free(c.files);
	free(c.left);
}

static void test_contents_that_were_left_out_are_not_zeros(void **state)
{
	struct fixture *f = *state;
	struct kstd_capture_run c = { 0 };
	uint8_t byte;

	make_many(f, &c);
	view_path(&f->v, f->path);
	assert_int_equal(kstd_phys_copy(f->v.dump, 1ULL << 40, &byte, 1), -KSTD_INPUT);
	assert_string_equal(kstd_error_code(f->v.ctx), "excluded");
	kstd_refs_free(&c.want);
	free(c.ranges);
	free(c.files);
	free(c.left);
}

#define T(name)	cmocka_unit_test_setup_teardown(test_##name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_capture_of_a_core_says_the_same),
		T(a_capture_of_a_big_endian_core_says_the_same),
		T(a_capture_of_a_blob_says_the_same),
		T(a_capture_of_a_capture_says_the_same),
		T(a_capture_opens_from_a_buffer),
		T(a_file_of_that_name_is_not_replaced),
		T(a_folder_that_is_not_there_is_an_error),
		T(options_of_no_size_are_refused),
		T(checksums_of_a_whole_capture_are_right),
		T(a_changed_byte_of_memory_is_found),
		T(a_changed_byte_of_a_blob_is_found),
		T(a_changed_note_is_found),
		T(a_capture_of_another_version_is_named),
		T(what_was_wrong_or_not_known_is_of_the_capture_too),
		T(it_is_of_a_capture_of_a_capture_once),
		T(a_blob_that_was_not_read_cannot_be_read_in_the_capture),
		T(a_side_that_was_not_asked_for_is_not_known),
		T(a_report_that_was_made_up_is_shown_and_is_no_failed_read),
		T(a_code_of_another_version_is_not_known),
		T(more_reports_than_a_capture_keeps_are_counted),
		T(a_capture_truncated_anywhere_is_survived),
		T(every_byte_of_the_note_may_be_damaged),
		T(more_ranges_than_a_header_can_count),
		T(contents_that_were_left_out_are_not_zeros),
	};

	return RUN(tests);
}
