// SPDX-License-Identifier: GPL-2.0

/* LUO's sessions from the kernel's own structures, laid out as its type information says. */

#include <errno.h>
#include <unistd.h>

#include "kstructs.h"

static const struct kstructs_session *example(struct fixture *f)
{
	static struct kstructs_file files[3];
	static struct kstructs_session sessions[3];

	files[0] = (struct kstructs_file){ "memfd-v2", 0x7, luo_text(&f->x.m, "hello"), 0 };
	files[1] = (struct kstructs_file){ "memfd-v2", 0x8, 0x4000, 1 };
	files[2] = (struct kstructs_file){ "vfio-v9", 0x9, 0x4242, -5 };
	sessions[0] = (struct kstructs_session){ "vm1", true, files, 3 };
	sessions[1] = (struct kstructs_session){ "empty", false, NULL, 0 };
	sessions[2] = (struct kstructs_session){ "vm2", false, files + 2, 1 };
	return sessions;
}

static void test_sessions_before_the_kexec(void **state)
{
	for (int big = 0; big < 2; big++) {
		struct fixture f = { 0 };

		init(&f, big);
		kstructs_sessions(&f.k, false, example(&f), 3, 0);
		/* Before the kexec nothing was retrieved, so the second memfd is followed in vain. */
		open_side(&f, KSTD_SIDE_OUT);
		assert_has(f.x.v.json, "\"read_from\":\"the kernel's structures\"");
		assert_has(f.x.v.json, "{\"name\":\"vm1\",\"file_count\":\"3\",\"fd_name\":null,"
			   "\"unit\":null,\"state\":null,\"files\":[{\"token\":\"7\",\"handler\":\"memfd-v2\"");
		assert_has(f.x.v.json, "\"bytes\":5,");
		assert_has(f.x.v.json, "{\"name\":\"empty\",\"file_count\":\"0\"");
		assert_has(f.x.v.json, "{\"name\":\"vm2\",\"file_count\":\"1\"");
		assert_has(f.x.v.notes, "LUO writes them during the kexec, not before");
		assert_has(f.x.v.defects, "token 0x8");
		assert_has_not(f.x.v.defects, "token 0x7");
		end(&f);
	}
}

static void test_what_became_of_sessions_and_files(void **state)
{
	for (int big = 0; big < 2; big++) {
		struct fixture f = { 0 };

		init(&f, big);
		kstructs_sessions(&f.k, true, example(&f), 3, 0);
		open_side(&f, KSTD_SIDE_IN);
		assert_string_equal(f.x.v.defects, "[]");
		assert_has(f.x.v.json, "\"unit\":null,\"state\":\"retrieved\",\"files\":["
			   "{\"token\":\"7\",\"handler\":\"memfd-v2\",\"fd_name\":null,\"unit\":null,"
			   "\"state\":\"not retrieved\"");
		assert_has(f.x.v.json, "{\"token\":\"8\",\"handler\":\"memfd-v2\",\"fd_name\":null,"
			   "\"unit\":null,\"state\":\"retrieved\",\"data\":\"0x4000\",\"memfd\":null,\"typed\":null}");
		assert_has(f.x.v.json, "\"state\":\"failed: error -5\"");
		assert_has(f.x.v.json, "{\"name\":\"empty\",\"file_count\":\"0\",\"fd_name\":null,"
			   "\"unit\":null,\"state\":\"not retrieved\"");
		assert_has(f.x.v.notes, "LUO has read and freed the blocks");
		end(&f);
	}
}

static void test_blocks_that_the_kernel_keeps(void **state)
{
	for (int big = 0; big < 2; big++) {
		struct fixture f = { 0 };
		struct luo_example e;

		init(&f, big);
		e = luo_example(&f.x.m);
		kstructs_sessions(&f.k, true, NULL, 0, e.sessions);
		open_side(&f, KSTD_SIDE_IN);
		assert_string_equal(f.x.v.defects, "[]");
		assert_has(f.x.v.json, "\"read_from\":\"serialized blocks\"");
		assert_has(f.x.v.json, "{\"name\":\"vm1\",\"file_count\":\"2\"");
		assert_has(f.x.v.notes, "where the kernel's own structures say");
		end(&f);
	}
}

static void test_nothing_is_left(void **state)
{
	struct fixture f = { 0 };

	init(&f, false);
	open_side(&f, KSTD_SIDE_IN);
	assert_has(f.x.v.json, "\"read_from\":null,\"sessions\":[]");
	assert_has(f.x.v.notes, "handed over no sessions, or all of them are finished");
	end(&f);
}

static void test_flbs_before_the_kexec(void **state)
{
	for (int big = 0; big < 2; big++) {
		struct fixture f = { 0 };

		init(&f, big);
		kstructs_flb(&f.k, "bus-v1", 0x1234000, 2);
		open_side(&f, KSTD_SIDE_OUT);
		assert_string_equal(f.x.v.defects, "[]");
		assert_has(f.x.v.json, "\"flbs\":[{\"name\":\"bus-v1\",\"data\":\"0x1234000\","
			   "\"file_count\":\"2\"}]");
		end(&f);
		init(&f, big);
		kstructs_flb(&f.k, "bus-v1", 0x1234000, 0);
		open_side(&f, KSTD_SIDE_OUT);
		assert_has(f.x.v.json, "\"flbs\":[]");
		end(&f);
	}
}

/* The kernel before this one may still lie in memory, whole. */
static void test_the_latest_kernel_is_asked(void **state)
{
	const struct kstructs_session old = { "old", false, NULL, 0 }, new = { "new", false, NULL, 0 };

	for (int first = 0; first < 2; first++) {
		struct kstructs other;
		struct fixture f = { 0 };

		guest_init(&f.x, 4096, false);
		kstructs_init(first ? &f.k : &other, &f.x.m, first ? 5 : 4);
		kstructs_init(first ? &other : &f.k, &f.x.m, first ? 4 : 5);
		kstructs_sessions(&other, false, &old, 1, 0);
		kstructs_sessions(&f.k, false, &new, 1, 0);
		open_side(&f, KSTD_SIDE_OUT);
		assert_has(f.x.v.json, "\"name\":\"new\"");
		assert_has_not(f.x.v.json, "\"name\":\"old\"");
		end(&f);
	}
}

/* A page of the image as it is now, as a program that read it leaves it behind. */
static void leave_copy(struct kstructs *k, uint64_t pa)
{
	for (uint64_t i = 0; i < 4096; i += 8)
		memory_int(k->m, k->gap + i, 8, memory_u64(k->m, (pa & ~4095ULL) + i));
}

static void test_a_copy_that_a_program_left_behind_is_passed_over(void **state)
{
	for (int big = 0; big < 2; big++) {
		struct luo_example e;
		struct fixture f = { 0 };

		init(&f, big);
		e = luo_example(&f.x.m);
		kstructs_sessions(&f.k, true, NULL, 0, e.sessions);
		leave_copy(&f.k, f.k.global);
		kstructs_sessions(&f.k, true, example(&f), 3, 0);
		open_side(&f, KSTD_SIDE_IN);
		assert_string_equal(f.x.v.defects, "[]");
		assert_has(f.x.v.json, "\"read_from\":\"the kernel's structures\"");
		end(&f);
	}
}

static void test_a_copy_of_flbs_is_passed_over(void **state)
{
	struct fixture f = { 0 };

	init(&f, false);
	leave_copy(&f.k, f.k.flbs);
	kstructs_flb(&f.k, "bus-v1", 0x1234000, 2);
	open_side(&f, KSTD_SIDE_OUT);
	assert_has(f.x.v.json, "\"flbs\":[{\"name\":\"bus-v1\"");
	end(&f);
}

static void test_a_handler_of_a_module_is_not_known(void **state)
{
	const struct kstructs_file file = { NULL, 7, 0x1000, 0 };
	const struct kstructs_session session = { "vm", false, &file, 1 };
	struct fixture f = { 0 };

	init(&f, false);
	kstructs_sessions(&f.k, false, &session, 1, 0);
	open_side(&f, KSTD_SIDE_OUT);
	assert_has(f.x.v.defects, "\"code\":\"not-known\",\"text\":\"token 0x7: which handler it is of: ");
	assert_has(f.x.v.json, "{\"token\":\"7\",\"handler\":null,");
	end(&f);
}

static void test_without_type_information_a_note_says_so(void **state)
{
	struct fixture f = { 0 };

	init(&f, false);
	kstructs_sessions(&f.k, false, example(&f), 3, 0);
	memory_int(&f.x.m, f.k.btf, 2, 0);
	open_side(&f, KSTD_SIDE_OUT);
	assert_has(f.x.v.json, "\"read_from\":null,\"sessions\":[]");
	assert_not_known(&f.x.v, "which sessions there are: LUO writes them during the kexec, not before");
	end(&f);
}

/* Memory for FLBs is there from the boot on, and is empty until the kexec. */
static void test_without_type_information_empty_memory_is_no_list_of_flbs(void **state)
{
	for (int changing = 0; changing < 2; changing++) {
		struct fixture f = { 0 };

		init(&f, false);
		kstructs_flb(&f.k, "bus-v1", 0x1234000, 2);
		memory_int(&f.x.m, f.k.btf, 2, 0);
		f.x.m.phys.changing = changing;
		open_side(&f, KSTD_SIDE_OUT);
		assert_not_known(&f.x.v, "which FLBs there are: LUO writes them during the kexec, not before");
		end(&f);
	}
}

/* What makes a structure be LUO's: without it there is none. */
static void test_what_only_looks_like_it_is_passed_over(void **state)
{
	static const struct {
		const char *type;
		const char *member;
	} parts[] = { { "kho_block_set", "entry_size" }, { "kho_block_set", "count_per_block" } };
	size_t out = kstructs_off("luo_session_global", "outgoing");
	size_t set = out + kstructs_off("luo_session_header", "block_set");

	for (size_t i = 0; i < 5; i++) {
		struct fixture f = { 0 };

		init(&f, false);
		kstructs_sessions(&f.k, false, example(&f), 3, 0);
		if (i < 2)
			memory_int(&f.x.m, f.k.global + set +
				   kstructs_off(parts[i].type, parts[i].member), 8, 79);
		else if (i == 2)
			memory_int(&f.x.m, f.k.ser, 1, 'k');
		else if (i == 3)
			memory_int(&f.x.m, f.k.global + out +
				   kstructs_off("luo_session_header", "sessions_pa"), 8, 0);
		else
			memory_int(&f.x.m, f.k.global + out +
				   kstructs_off("luo_session_header", "active"), 1, 2);
		open_side(&f, KSTD_SIDE_OUT);
		assert_has(f.x.v.json, "\"read_from\":null,\"sessions\":[]");
		assert_not_known(&f.x.v, "which sessions there are");
		end(&f);
	}
}

#define NO_MEMORY	0xffff9a4fc0000000ULL	/* in the linear map: a core may lack it */

/* The second node of the list of sessions points elsewhere. */
static void broken_list(bool changing, uint64_t to)
{
	struct fixture f = { 0 };

	init(&f, false);
	kstructs_sessions(&f.k, false, example(&f), 3, 0);
	f.x.m.phys.changing = changing;
	memory_int(&f.x.m, f.k.session[1] - f.k.linear, 8, to == 1 ? f.k.session[0] : to);
	open_side(&f, KSTD_SIDE_OUT);
	assert_has(f.x.v.json, "\"name\":\"vm1\"");
	if (changing)
		assert_has(f.x.v.notes, "list of sessions changed while it was read");
	else if (to == NO_MEMORY)
		assert_not_known(&f.x.v, "which further sessions there are");
	else
		assert_has(f.x.v.defects, "the kernel's list of sessions cannot be followed");
	look_at_all(&f.x);
	end(&f);
}

static void test_broken_lists(void **state)
{
	static const uint64_t to[] = { 0, 1, 0xdead0000, UINT64_MAX, NO_MEMORY };

	for (size_t i = 0; i < sizeof(to) / sizeof(to[0]); i++) {
		broken_list(false, to[i]);
		broken_list(true, to[i]);
	}
}

static void test_a_list_of_files_that_ends_early(void **state)
{
	struct fixture f = { 0 };

	init(&f, false);
	kstructs_sessions(&f.k, false, example(&f), 1, 0);
	memory_int(&f.x.m, f.k.file[0] - f.k.linear, 8, f.k.file[2]);
	open_side(&f, KSTD_SIDE_OUT);
	assert_has(f.x.v.defects, "the kernel's list of files cannot be followed");
	assert_has(f.x.v.json, "\"token\":\"7\"");
	end(&f);
}

static void test_blocks_have_owners(void **state)
{
	struct kstd_where where = KSTD_AT(NULL, "kho/out/LUO", 11);
	struct kstd_refs refs = { .side = KSTD_SIDE_OUT };
	size_t files = kstructs_off("luo_session", "file_set") +
		       kstructs_off("luo_file_set", "block_set");
	struct fixture f = { 0 };
	uint64_t block, session;

	init(&f, false);
	block = memory_alloc(&f.x.m, 4096);
	kstructs_sessions(&f.k, false, example(&f), 1, block);
	open_side(&f, KSTD_SIDE_OUT);
	assert_int_equal(kstd_decoder_luo.refs(f.x.v.dump, f.x.v.dump->blobs, &where, &refs), 0);
	session = f.k.session[0] - f.k.linear - kstructs_off("luo_session", "list");
	assert_true(owns(&refs, "kho/out/LUO", block));
	assert_true(owns(&refs, "kho/out/LUO: session \"vm1\"",
			 memory_u64(&f.x.m, session + files + kstructs_off("kho_block_set", "head_pa"))));
	kstd_refs_free(&refs);
	end(&f);
}

/* References of the subtree on a side that will go. */
static void refs_of(struct fixture *f, struct kstd_refs *refs)
{
	struct kstd_where where = KSTD_AT(NULL, "LUO", 3);

	*refs = (struct kstd_refs){ .side = KSTD_SIDE_OUT };
	open_side(f, KSTD_SIDE_OUT);
	assert_int_equal(kstd_decoder_luo.refs(f->x.v.dump, f->x.v.dump->blobs, &where, refs), 0);
	answer(&f->x, 0, kstd_notes(f->x.v.dump));
}

static void test_a_file_whose_handler_is_not_known_has_no_owner_of_no_name(void **state)
{
	const struct kstructs_file file = { NULL, 7, 0x1000, 0 };
	const struct kstructs_session session = { "vm", false, &file, 1 };
	struct kstd_refs refs;
	struct fixture f = { 0 };

	init(&f, false);
	kstructs_sessions(&f.k, false, &session, 1, 0);
	refs_of(&f, &refs);
	assert_int_equal(refs.nr_opaque, 0);
	kstd_refs_free(&refs);
	end(&f);
}

/* Without the block itself, and without what points to it. */
static void test_where_a_block_is_may_not_be_known(void **state)
{
	size_t set = kstructs_off("luo_session", "file_set") + kstructs_off("luo_file_set", "block_set");

	for (int itself = 0; itself < 2; itself++) {
		struct kstd_refs refs;
		struct fixture f = { 0 };
		uint64_t session, block;

		init(&f, false);
		kstructs_sessions(&f.k, false, example(&f), 1, 0);
		session = f.k.session[0] - f.k.linear - kstructs_off("luo_session", "list");
		block = memory_u64(&f.x.m, session + set + kstructs_off("kho_block_set", "head_pa"));
		if (itself)
			memory_state(&f.x.m, block, KSTD_AVAIL_ABSENT);
		else
			memory_int(&f.x.m, memory_u64(&f.x.m, session + set + kstructs_off("kho_block_set", "blocks")) -
				   f.k.linear - kstructs_off("kho_block", "list") + kstructs_off("kho_block", "ser"),
				   8, NO_MEMORY);
		refs_of(&f, &refs);
		assert_not_known(&f.x.v, "where a block is that it will be written to: ");
		kstd_refs_free(&refs);
		end(&f);
	}
}

/* FLBs that came are in a page to which the kernel points. */
static void test_where_flbs_are_may_not_be_known(void **state)
{
	static const char *const flbs[] = { "bus-v1" };

	for (int there = 0; there < 2; there++) {
		struct fixture f = { 0 };
		uint64_t page;

		init(&f, false);
		page = luo_flbs(&f.x.m, flbs, 1);
		kstructs_sessions(&f.k, true, example(&f), 3, 0);
		kstructs_flbs_in(&f.k, page);
		if (!there)
			memory_state(&f.x.m, page, KSTD_AVAIL_ABSENT);
		open_side(&f, KSTD_SIDE_IN);
		if (there)
			assert_has(f.x.v.json, "\"flbs\":[{\"name\":\"bus-v1\"");
		else
			assert_not_known(&f.x.v, "which FLBs there are: the memory that says where they are is not in the source");
		end(&f);
	}
}

/* If the first file of systemd's session is its mapping, it has the names. */
static void test_names_are_not_known_where_the_handler_of_the_mapping_is_not(void **state)
{
	const struct kstructs_file file = { NULL, 0, 0x1000, 0 };
	const struct kstructs_session sessions[] = {
		{ "systemd", false, &file, 1 }, { "vm", false, NULL, 0 },
	};
	struct fixture f = { 0 };

	init(&f, false);
	kstructs_sessions(&f.k, false, sessions, 2, 0);
	open_side(&f, KSTD_SIDE_OUT);
	assert_true(f.x.v.dump->luos->names_cut);
	end(&f);
}

/* What a capture needs beside what is preserved. */
static void test_what_reads_it_again_is_told_if_wanted(void **state)
{
	for (int wanted = 0; wanted < 2; wanted++) {
		struct kstd_where where = KSTD_AT(NULL, "LUO", 3);
		struct kstd_refs refs = { .side = KSTD_SIDE_OUT, .kernel = wanted };
		struct fixture f = { 0 };

		init(&f, false);
		kstructs_sessions(&f.k, false, example(&f), 1, 0);
		open_side(&f, KSTD_SIDE_OUT);
		kstd_decoder_luo.refs(f.x.v.dump, f.x.v.dump->blobs, &where, &refs);
		assert_int_equal(owns(&refs, "LUO", f.k.btf), wanted);
		assert_int_equal(owns(&refs, "LUO", f.k.global), wanted);
		assert_int_equal(owns(&refs, "LUO", f.k.session[0] - f.k.linear -
				      kstructs_off("luo_session", "list")), wanted);
		kstd_refs_free(&refs);
		end(&f);
	}
}

/* The type information of a guest's kernel, in a file. */
static void put_btf_file(struct fixture *f, const char *path)
{
	FILE *file = fopen(path, "w");
	uint32_t head = memory_u64(&f->x.m, f->k.btf) >> 32, types, strings;
	uint64_t left;

	assert_non_null(file);
	types = memory_u64(&f->x.m, f->k.btf + 8) >> 32;
	strings = memory_u64(&f->x.m, f->k.btf + 16) >> 32;
	left = head + types + strings;
	for (uint64_t at = 0; at < left; at += 8) {
		uint64_t word = memory_u64(&f->x.m, f->k.btf + at);

		assert_int_equal(fwrite(&word, 1, left - at < 8 ? left - at : 8, file),
				 left - at < 8 ? left - at : 8);
	}
	assert_int_equal(fclose(file), 0);
}

/*
 * After a kexec the image of the kernel before this one is free memory, in which its type information
 * may be partly overwritten, so that it still begins as such.
 */
static void test_a_capture_takes_the_type_information_that_is_whole(void **state)
{
	for (int whole = 0; whole < 2; whole++) {
		struct kstd_where where = KSTD_AT(NULL, "LUO", 3);
		struct kstd_refs refs = { .side = KSTD_SIDE_IN, .kernel = true };
		char path[] = "/tmp/kstate-btf-XXXXXX";
		struct kstructs old;
		struct fixture f = { 0 };
		int fd = mkstemp(path);

		assert_return_code(fd, errno);
		close(fd);
		guest_init(&f.x, 4096, false);
		kstructs_init(&old, &f.x.m, 4);
		kstructs_init(&f.k, &f.x.m, 5);
		kstructs_sessions(&f.k, true, example(&f), 3, 0);
		put_btf_file(&f, path);
		for (uint64_t at = 64; at < 32768 && !whole; at += 8)
			memory_int(&f.x.m, old.btf + at, 8, 0x6b6b6b6b6b6b6b6bULL);
		guest_open(&f.x, 0, f.k.page);
		f.x.v.dump->blobs->side = KSTD_SIDE_IN;
		f.x.v.dump->vmlinux = path;
		assert_int_equal(kstd_decoder_luo.refs(f.x.v.dump, f.x.v.dump->blobs, &where, &refs), 0);
		assert_true(owns(&refs, "LUO", f.k.btf));
		assert_false(owns(&refs, "LUO", old.btf));
		kstd_refs_free(&refs);
		end(&f);
		unlink(path);
	}
}

/* Type information with wild numbers, each in turn. */
static void test_damaged_type_information(void **state)
{
	for (uint64_t off = 0; off < 4096; off += 4) {
		struct fixture f = { 0 };

		if (off == 64)
			off = 4096 - 64;
		init(&f, false);
		kstructs_sessions(&f.k, false, example(&f), 1, 0);
		memory_int(&f.x.m, f.k.btf + off, 4, 0xfffffff0);
		open_side(&f, KSTD_SIDE_OUT);
		assert_int_equal(f.x.v.rc, 0);
		end(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sessions_before_the_kexec),
		cmocka_unit_test(test_what_became_of_sessions_and_files),
		cmocka_unit_test(test_blocks_that_the_kernel_keeps),
		cmocka_unit_test(test_nothing_is_left),
		cmocka_unit_test(test_flbs_before_the_kexec),
		cmocka_unit_test(test_the_latest_kernel_is_asked),
		cmocka_unit_test(test_a_copy_that_a_program_left_behind_is_passed_over),
		cmocka_unit_test(test_a_copy_of_flbs_is_passed_over),
		cmocka_unit_test(test_a_handler_of_a_module_is_not_known),
		cmocka_unit_test(test_without_type_information_a_note_says_so),
		cmocka_unit_test(test_without_type_information_empty_memory_is_no_list_of_flbs),
		cmocka_unit_test(test_what_only_looks_like_it_is_passed_over),
		cmocka_unit_test(test_broken_lists),
		cmocka_unit_test(test_a_list_of_files_that_ends_early),
		cmocka_unit_test(test_blocks_have_owners),
		cmocka_unit_test(test_a_file_whose_handler_is_not_known_has_no_owner_of_no_name),
		cmocka_unit_test(test_where_a_block_is_may_not_be_known),
		cmocka_unit_test(test_where_flbs_are_may_not_be_known),
		cmocka_unit_test(test_names_are_not_known_where_the_handler_of_the_mapping_is_not),
		cmocka_unit_test(test_what_reads_it_again_is_told_if_wanted),
		cmocka_unit_test(test_a_capture_takes_the_type_information_that_is_whole),
		cmocka_unit_test(test_damaged_type_information),
	};

	return RUN(tests);
}
