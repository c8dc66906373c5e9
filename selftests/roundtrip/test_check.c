// SPDX-License-Identifier: GPL-2.0

/*
 * What the library says of an image and a catalog, against what the engine does with
 * them: the same descriptions, saved, kexec'd and restored. First those of the kernel's
 * samples, which have a pair for each way in which a description can change; then
 * thousands that are made up.
 */

#include <stdio.h>
#include <stdlib.h>

#include "../fuzz/gen.h"
#include "../fuzz/object.h"
#include "../shim/fixture.h"
#include "../shim/handover.h"
#include "../../kernel/samples/kstate/kstate_evolve.h"
#include "evolve.h"

#include <kstate-dump.h>

#define MADE_UP	3000

/**
 * struct blob - a copy of what the engine wrote
 */
struct blob {
	void *p;
	size_t len;
};

static struct blob copy_image(void)
{
	struct blob b;
	const void *image = shim_outgoing(&b.len);

	b.p = malloc(b.len);
	memcpy(b.p, image, b.len);
	return b;
}

/* What this kernel can read: all that is registered. */
static struct blob write_catalog(void)
{
	struct blob b;
	size_t room;

	guard(kstate_out)(&kstate_out.lock);
	room = kstate_write_catalog(NULL, SIZE_MAX);
	b.p = malloc(room);
	b.len = kstate_write_catalog(b.p, room);
	assert_int_equal(b.len, room);
	return b;
}

/**
 * struct asked - a check of two blobs
 */
struct asked {
	struct kstd_ctx *ctx;
	struct kstd_dump *dump;
	struct kstd_dump *next;
	const struct kstd_node *root;
};

static struct kstd_dump *open_blob(struct kstd_ctx *ctx, const struct blob *b)
{
	struct kstd_open_opts opts = { .sz = sizeof(opts), .buf = b->p, .buf_len = b->len };
	struct kstd_dump *dump;

	if (kstd_open(ctx, &opts, &dump))
		fail_msg("%s", kstd_error_message(ctx));
	return dump;
}

static struct asked ask(const struct blob *image, const struct blob *catalog, bool reverse)
{
	struct asked a = { .ctx = kstd_ctx_new() };
	struct kstd_check_opts opts = { .sz = sizeof(opts), .next = &a.next, .nr_next = 1,
					.reverse = reverse };

	a.dump = open_blob(a.ctx, image);
	a.next = open_blob(a.ctx, catalog);
	if (kstd_check(a.dump, &opts, &a.root))
		fail_msg("%s", kstd_error_message(a.ctx));
	return a;
}

static void done(struct asked *a)
{
	kstd_close(a->next);
	kstd_close(a->dump);
	kstd_ctx_free(a->ctx);
}

static bool is_text(const struct kstd_node *n, const char *name, const char *text)
{
	size_t len;
	const char *p = kstd_node_mem(kstd_node_get(n, name), &len);

	return p && len == strlen(text) && !memcmp(p, text, len);
}

/**
 * struct said - what is said of one section
 * @err: what kstate_restore() will answer
 * @found: it is there
 */
struct said {
	bool found;
	int err;
	bool unclaimed;
	char skips[200];
};

static int error_of(const struct kstd_node *n)
{
	static const struct {
		const char *name;
		int err;
	} errors[] = {
		{ "EPROTO", -EPROTO }, { "EOPNOTSUPP", -EOPNOTSUPP }, { "EBADMSG", -EBADMSG },
		{ "ENOENT", -ENOENT }, { "ENODATA", -ENODATA },
	};

	for (size_t i = 0; i < ARRAY_SIZE(errors); i++)
		if (is_text(n, "error", errors[i].name))
			return errors[i].err;
	assert_int_equal(kstd_node_type(kstd_node_get(n, "error")), KSTD_NULL);
	return 0;
}

static void get_skips(const struct kstd_node *n, struct said *said)
{
	const struct kstd_node *path;
	struct kstd_iter it;
	size_t len, used = 0;

	kstd_iter_begin(&it, kstd_node_get(n, "skips"));
	while ((path = kstd_iter_next(&it))) {
		const char *p = kstd_node_mem(path, &len);

		used += snprintf(said->skips + used, sizeof(said->skips) - used, " %.*s ",
				 (int)len, p);
	}
	kstd_iter_end(&it);
}

static struct said said_of(const struct asked *a, const char *section)
{
	const struct kstd_node *n;
	struct said said = { .found = false };
	struct kstd_iter it;

	kstd_iter_begin(&it, kstd_node_get(a->root, "sections"));
	while ((n = kstd_iter_next(&it))) {
		if (!is_text(n, "section", section))
			continue;
		said.found = true;
		said.err = error_of(n);
		said.unclaimed = is_text(n, "verdict", "unclaimed");
		get_skips(n, &said);
	}
	kstd_iter_end(&it);
	return said;
}

/* ---- The kernel's samples ---------------------------------------------- */

static struct evolve_data objs[64];
static u32 targets[64];

static void fill(size_t i, u32 value)
{
	targets[i] = value;
	objs[i] = (struct evolve_data){
		.a = value, .b = value, .c = value, .p = &targets[i],
		.list = { value, value, value, value },
		.in = { .x = value, .y = value, .wide_x = value }, .wide_b = value,
	};
}

static void register_all(const struct evolve *e)
{
	assert_true(e->nr <= ARRAY_SIZE(objs));
	for (size_t i = 0; i < e->nr; i++) {
		fill(i, 1);
		assert_int_equal(kstate_register(e->descs[i], &objs[i], 0), 0);
	}
}

static void unregister_all(const struct evolve *e)
{
	for (size_t i = 0; i < e->nr; i++)
		kstate_unregister(e->descs[i], &objs[i], 0);
}

static const struct kstate_description *of_id(const struct evolve *e, u32 id)
{
	for (size_t i = 0; i < e->nr; i++)
		if (e->descs[i]->id == id)
			return e->descs[i];
	return NULL;
}

static bool is_value(const struct kstate_field *f, const char *name, u32 version)
{
	return !strcmp(f->name, name) && f->until == KSTATE_ABI_NO_UNTIL && f->since <= version;
}

/* Whether data of a version has it, and it is not dropped. */
static bool has_value(const struct kstate_description *d, const char *name, u32 version)
{
	for (const struct kstate_field *f = d->fields; f->name; f++)
		if (is_value(f, name, version))
			return true;
	return false;
}

/* Whether a subsection has it that both know: by its id. */
static bool subs_have_value(const struct kstate_description *was,
			    const struct kstate_description *is, const char *name)
{
	for (size_t i = 0; was->subsections && was->subsections[i]; i++) {
		for (size_t j = 0; is->subsections && is->subsections[j]; j++)
			if (was->subsections[i]->id == is->subsections[j]->id &&
			    has_value(was->subsections[i], name, 0) &&
			    has_value(is->subsections[j], name, 0))
				return true;
	}
	return false;
}

/* Of a section that loads: what both have is restored, unless it is said to be skipped. */
static void check_members(const struct kstate_description *was, const struct kstate_description *is,
			  const struct evolve_data *obj, const struct said *said)
{
	const struct {
		const char *name;
		u64 value;
	} members[] = { { "a", obj->a }, { "b", obj->b }, { "c", obj->c } };

	for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
		bool saved = has_value(was, members[i].name, was->version_id);
		bool read = has_value(is, members[i].name, was->version_id);
		char word[8];

		snprintf(word, sizeof(word), " %s ", members[i].name);
		if ((saved && read) || subs_have_value(was, is, members[i].name))
			assert_int_equal(members[i].value, 1);
		else
			assert_int_equal(members[i].value, 2);
		assert_int_equal(saved && !read, !!strstr(said->skips, word));
	}
}

/* Save with one version of the driver; what is said of the other must be what it does. */
static void compare_all(const struct evolve *from, const struct evolve *to, bool reverse)
{
	struct blob image, old_catalog, new_catalog;
	size_t unclaimed = 0;
	struct asked a;
	char section[64];

	register_all(from);
	old_catalog = write_catalog();
	assert_int_equal(locked_save(), 0);
	image = copy_image();
	shim_kexec();
	register_all(to);
	new_catalog = write_catalog();
	unregister_all(to);
	/* Reversed, this kernel is the one that reads, and what the other one saves is not there yet. */
	a = reverse ? ask(&new_catalog, &old_catalog, true) : ask(&image, &new_catalog, false);
	for (size_t i = 0; i < from->nr; i++) {
		const struct kstate_description *was = from->descs[i], *is = of_id(to, was->id);
		struct said said;
		int err;

		snprintf(section, sizeof(section), reverse ? "%s" : "%s@0", was->name);
		said = said_of(&a, section);
		if (!said.found)
			fail_msg("nothing is said of %s", section);
		assert_int_equal(said.unclaimed, !is);
		unclaimed += !is;
		if (!is)
			continue;
		fill(i, 2);
		err = kstate_restore(is, &objs[i], 0);
		if (err != said.err)
			fail_msg("%s: said %d, and it is %d", section, said.err, err);
		if (!err)
			check_members(was, is, &objs[i], &said);
	}
	assert_int_equal(kstate_in_unclaimed(), unclaimed);
	done(&a);
	free(image.p);
	free(old_catalog.p);
	free(new_catalog.p);
}

static void every_change_is_judged_as_the_engine_does(void **state)
{
	compare_all(&evolve_old, &evolve_new, false);
}

static void so_is_every_change_on_the_way_back(void **state)
{
	compare_all(&evolve_new, &evolve_old, false);
}

static void reverse_says_the_same_before_anything_is_saved(void **state)
{
	compare_all(&evolve_new, &evolve_old, true);
}

/* The engine's messages are about the same fields, and as many. */
static size_t count_logged(void)
{
	size_t nr = 0;

	for (const char *p = shim_log_text(); (p = strstr(p, ": field ")); p++)
		nr++;
	for (const char *p = shim_log_text(); (p = strstr(p, ": nested version")); p++)
		nr++;
	return nr;
}

static const char *leaf_of(const struct kstd_node *finding, char *leaf, size_t size)
{
	size_t len, dot;
	const char *p = kstd_node_mem(kstd_node_get(finding, "path"), &len);

	for (dot = len; dot && p[dot - 1] != '.'; dot--)
		;
	snprintf(leaf, size, ": field %.*s ", (int)(len - dot), p + dot);
	return leaf;
}

static size_t check_logged(const struct asked *a, const char *name)
{
	static const char *const codes[] = {
		"unknown-field", "still-in-data", "missing-field", "other-kind", "other-sign",
		"other-size", "other-count", "other-nested",
	};
	const struct kstd_node *n;
	struct kstd_iter it;
	size_t nr = 0;
	char leaf[80];

	kstd_iter_begin(&it, kstd_node_get(a->root, "findings"));
	while ((n = kstd_iter_next(&it))) {
		bool nested = is_text(n, "path", "in") &&
			      (is_text(n, "code", "too-old") || is_text(n, "code", "too-new"));

		if (!is_text(n, "name", name))
			continue;
		nr += nested;
		for (size_t i = 0; i < ARRAY_SIZE(codes); i++) {
			if (!is_text(n, "code", codes[i]))
				continue;
			nr++;
			if (!strstr(shim_log_text(), leaf_of(n, leaf, sizeof(leaf))))
				fail_msg("%s: the engine does not say '%s' but: %s", name, leaf,
					 shim_log_text());
		}
	}
	kstd_iter_end(&it);
	return nr;
}

static void every_finding_is_one_of_the_engines(void **state)
{
	struct blob image, catalog;
	struct asked a;

	register_all(&evolve_old);
	assert_int_equal(locked_save(), 0);
	image = copy_image();
	shim_kexec();
	register_all(&evolve_new);
	catalog = write_catalog();
	unregister_all(&evolve_new);
	a = ask(&image, &catalog, false);
	for (size_t i = 0; i < evolve_old.nr; i++) {
		const struct kstate_description *is = of_id(&evolve_new, evolve_old.descs[i]->id);

		if (!is)
			continue;
		fill(i, 2);
		shim_log_clear();
		kstate_restore(is, &objs[i], 0);
		assert_int_equal(check_logged(&a, evolve_old.descs[i]->name), count_logged());
	}
	done(&a);
	free(image.p);
	free(catalog.p);
}

/* ---- Made up ----------------------------------------------------------- */

static struct object saved, restored;

/* What two versions of a made-up driver do; false if this input makes none. */
static bool compare_one(struct gen *g, unsigned int *refused)
{
	struct gen_desc *was = gen_desc(g, true), *is;
	struct blob image, catalog;
	struct said said;
	struct asked a;
	char section[64];
	int err;

	object_fill(&saved, &was->desc, was->bytes, g->in);
	assert_int_equal(kstate_register(&was->desc, saved.mem, 0), 0);
	is = gen_evolve(g, was);
	assert_int_equal(locked_save(), 0);
	image = copy_image();
	shim_kexec();
	if (kstate_desc_check(&is->desc)) {
		free(image.p);
		return false;
	}
	object_prepare(&restored, &is->desc, is->bytes);
	memcpy(restored.mem, saved.mem, GEN_HIDDEN);
	assert_int_equal(kstate_register(&is->desc, restored.mem, 0), 0);
	catalog = write_catalog();
	kstate_unregister(&is->desc, restored.mem, 0);
	a = ask(&image, &catalog, false);
	snprintf(section, sizeof(section), "%s@0", was->desc.name);
	said = said_of(&a, section);
	assert_true(said.found);
	err = kstate_restore(&is->desc, restored.mem, 0);
	if (err != said.err)
		fail_msg("%s: said %d, and it is %d; the log: %s", section, said.err, err,
			 shim_log_text());
	if (err)
		assert_int_equal(kstd_check_status(a.root), was->desc.flags & KSTATE_OPTIONAL ?
				 KSTD_CHECK_LOSES : KSTD_CHECK_FAILS);
	*refused += !!err;
	done(&a);
	free(image.p);
	free(catalog.p);
	return true;
}

static void made_up_descriptions_are_judged_as_the_engine_does(void **state)
{
	unsigned int nr = 0, refused = 0;

	for (u32 seed = 1; seed <= MADE_UP; seed++) {
		struct fuzz_in in = fuzz_in((const u8 *)&seed, sizeof(seed));
		struct gen g = { .in = &in };

		handover_memory(false);
		nr += compare_one(&g, &refused);
		object_free(&saved);
		object_free(&restored);
		shim_hand_over(NULL, 0);
		assert_int_equal(shim_teardown(NULL), 0);
		gen_free(&g);
		shim_setup(NULL);
	}
	assert_true(nr > MADE_UP / 2 && refused > nr / 10 && refused < nr - nr / 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_change_is_judged_as_the_engine_does,
						shim_setup, shim_teardown),
		cmocka_unit_test_setup_teardown(so_is_every_change_on_the_way_back,
						shim_setup, shim_teardown),
		cmocka_unit_test_setup_teardown(reverse_says_the_same_before_anything_is_saved,
						shim_setup, shim_teardown),
		cmocka_unit_test_setup_teardown(every_finding_is_one_of_the_engines,
						shim_setup, shim_teardown),
		cmocka_unit_test_setup_teardown(made_up_descriptions_are_judged_as_the_engine_does,
						shim_setup, shim_teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
