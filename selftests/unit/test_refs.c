// SPDX-License-Identifier: GPL-2.0

/* The references to memory that decoders add. */

#include "helpers.h"

#include "kho/kho_side.h"
#include "kho/refs.h"
#include "../lib/world.h"

struct fixture {
	struct world w;
	struct view v;
	struct kstd_refs refs;
};

static void gather(struct fixture *f)
{
	world_make(&f->w);
	world_core(&f->w);
	view_mem(&f->v, f->w.c.file, f->w.c.len);
	assert_int_equal(f->v.rc, 0);
	assert_int_equal(kstd_refs_gather(f->v.dump, KSTD_SIDE_OUT, &f->refs), 0);
	f->v.defects = json_reports(f->v.dump);
	f->v.notes = json_of(kstd_notes(f->v.dump));
}

static void end(struct fixture *f)
{
	kstd_refs_free(&f->refs);
	view_close(&f->v);
	world_free(&f->w);
}

static const struct kstd_memory_ref *find(const struct fixture *f, uint64_t pa, const char *owner)
{
	for (size_t i = 0; i < f->refs.nr; i++)
		if (f->refs.v[i].pa == pa && !strcmp(f->refs.v[i].owner, owner))
			return &f->refs.v[i];
	return NULL;
}

static void told(const struct fixture *f, uint64_t pa, uint64_t bytes, enum kstd_ref_kind kind,
		 const char *owner)
{
	const struct kstd_memory_ref *r = find(f, pa, owner);

	if (!r)
		fail_msg("no reference to 0x%llx, %s", (unsigned long long)pa, owner);
	assert_int_equal(r->bytes, bytes);
	assert_int_equal(r->kind, kind);
}

static void everything(bool big)
{
	struct fixture f = { .refs = { 0 } };
	struct world *w = &f.w;

	world_begin(w, big);
	gather(&f);
	assert_string_equal(f.v.defects, "[]");
	told(&f, w->metadata, 73, KSTD_REF_BLOB, "kho/out/sub_fdts/kexec-metadata");
	told(&f, w->kstate, w->im.len, KSTD_REF_BLOB, "kho/out/sub_fdts/kstate");
	told(&f, w->region, 65536, KSTD_REF_DATA, "kho/out/sub_fdts/memblock: pool");
	told(&f, w->test_list, 4096, KSTD_REF_BLOB, "kho/out/sub_fdts/kho_test: folios");
	told(&f, w->test_chunk, 4096, KSTD_REF_KHO, "kho/out/sub_fdts/kho_test: folios");
	for (int i = 0; i < WORLD_TEST_FOLIOS; i++)
		told(&f, w->test_folios[i], 4096 << i, KSTD_REF_DATA,
		     "kho/out/sub_fdts/kho_test: folios");
	told(&f, w->ring, 16384, KSTD_REF_DATA, "kho/out/sub_fdts/kstate: dev@7b/ring");
	told(&f, w->chunk, 4096, KSTD_REF_KHO, "kho/out/sub_fdts/kstate: dev@7b/table");
	told(&f, w->table[0], 3 * 4096, KSTD_REF_DATA, "kho/out/sub_fdts/kstate: dev@7b/table");
	told(&f, w->at, 1, KSTD_REF_POINTER, "kho/out/sub_fdts/kstate: dev@7b/at");
	told(&f, w->page, 4096, KSTD_REF_POINTER, "kho/out/sub_fdts/kstate: dev@7b/page");
	told(&f, w->slots[0], 4096, KSTD_REF_DATA, "kho/out/sub_fdts/kstate: dev@7b/slots/0/buf");
	told(&f, w->slots[1], 4096, KSTD_REF_DATA, "kho/out/sub_fdts/kstate: dev@7b/slots/1/buf");
	told(&f, w->extent, 5000, KSTD_REF_BLOB, "kho/out/sub_fdts/kstate: bulk@0");
	assert_non_null(find(&f, w->map, "kho/out/fdt: preserved-memory map"));
	assert_non_null(find(&f, w->root, "kho/out/fdt"));
	end(&f);
}

static void test_everything_tells(void **state)
{
	everything(false);
	everything(true);
}

static void test_map_of_a_booted_kernel_is_not_followed(void **state)
{
	struct fixture f = { .refs = { 0 } };

	world_begin(&f.w, false);
	world_make(&f.w);
	world_core(&f.w);
	view_mem(&f.v, f.w.c.file, f.w.c.len);
	for (struct kstd_blob *b = f.v.dump->blobs; b; b = b->next)
		b->side = KSTD_SIDE_IN;
	f.v.dump->phys->changing = true;
	assert_int_equal(kstd_refs_gather(f.v.dump, KSTD_SIDE_IN, &f.refs), 0);
	for (size_t i = 0; i < f.refs.nr; i++)
		assert_int_not_equal(f.refs.v[i].kind, KSTD_REF_MAP);
	assert_true(f.refs.nr > 10);
	f.v.notes = json_of(kstd_notes(f.v.dump));
	assert_has(f.v.notes, "in: a kernel frees the map that it got");
	end(&f);
}

static void test_chunk_that_is_not_there_is_defect(void **state)
{
	struct fixture f = { .refs = { 0 } };

	world_begin(&f.w, false);
	world_make(&f.w);
	memory_state(&f.w.m, f.w.chunk, KSTD_AVAIL_ABSENT);
	world_core(&f.w);
	view_mem(&f.v, f.w.c.file, f.w.c.len);
	assert_int_equal(kstd_refs_gather(f.v.dump, KSTD_SIDE_OUT, &f.refs), 0);
	f.v.defects = json_reports(f.v.dump);
	assert_has(f.v.defects, "\"path\":\"kho/out/sub_fdts/kstate: dev@7b/table\"");
	assert_has(f.v.defects, "\"code\":\"absent\"");
	told(&f, f.w.slots[1], 4096, KSTD_REF_DATA, "kho/out/sub_fdts/kstate: dev@7b/slots/1/buf");
	end(&f);
}

static void test_wild_folio_of_kho_test_is_defect(void **state)
{
	struct fixture f = { .refs = { 0 } };

	world_begin(&f.w, false);
	world_make(&f.w);
	memory_int(&f.w.m, f.w.test_list + 8, 8, 0x12fff);
	world_core(&f.w);
	view_mem(&f.v, f.w.c.file, f.w.c.len);
	assert_int_equal(kstd_refs_gather(f.v.dump, KSTD_SIDE_OUT, &f.refs), 0);
	f.v.defects = json_reports(f.v.dump);
	assert_has(f.v.defects, "no folio is 0x12fff");
	end(&f);
}

static void test_blobs_alone_tell_what_they_can(void **state)
{
	struct fixture f = { .refs = { 0 } };
	uint8_t *p;
	size_t len = image_memblock(&p, false);

	view_mem(&f.v, p, len);
	assert_int_equal(kstd_refs_gather(f.v.dump, KSTD_SIDE_FILE, &f.refs), 0);
	told(&f, 0x3fff0000, 65536, KSTD_REF_DATA, "memory: pool");
	f.v.notes = json_of(kstd_notes(f.v.dump));
	assert_has(f.v.notes, "file: there is no KHO root of this side");
	kstd_refs_free(&f.refs);
	view_close(&f.v);
	free(p);
}

static void test_neighbours_of_one_owner_join(void **state)
{
	struct kstd_refs refs = { 0 };
	static const char owner[] = "owner";

	assert_true(kstd_ref(&refs, 0x1000, 0x1000, KSTD_REF_DATA, owner));
	assert_true(kstd_ref(&refs, 0x2000, 0x1000, KSTD_REF_DATA, owner));
	assert_true(kstd_ref(&refs, 0x3000, 0x1000, KSTD_REF_BLOB, owner));
	assert_int_equal(refs.nr, 2);
	assert_int_equal(refs.v[0].bytes, 0x2000);
	assert_false(kstd_ref(&refs, -1ull, 2, KSTD_REF_DATA, owner));
	kstd_refs_free(&refs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_everything_tells),
		cmocka_unit_test(test_map_of_a_booted_kernel_is_not_followed),
		cmocka_unit_test(test_chunk_that_is_not_there_is_defect),
		cmocka_unit_test(test_wild_folio_of_kho_test_is_defect),
		cmocka_unit_test(test_blobs_alone_tell_what_they_can),
		cmocka_unit_test(test_neighbours_of_one_owner_join),
	};

	return RUN(tests);
}
