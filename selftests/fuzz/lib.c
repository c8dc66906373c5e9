// SPDX-License-Identifier: GPL-2.0
/* lib.c - every question to the library, about whatever the input is */

#include "../lib/make_core.h"
#include "lib.h"

/* Lists may be long, and the same inside each other: enough is enough. */
#define LIB_NODES	200000

static unsigned int lib_left;
static volatile uint8_t lib_sum;

static void lib_read(const struct kstd_node *node)
{
	const struct kstd_node *kid;
	const uint8_t *p;
	struct kstd_iter it;
	size_t len;

	p = kstd_node_mem(node, &len);
	for (size_t i = 0; i < len; i++)
		lib_sum += p[i];
	lib_sum += kstd_node_u64(node) + kstd_node_s64(node) + kstd_node_offset(node);
	if (kstd_node_type(node) != KSTD_OBJECT && kstd_node_type(node) != KSTD_LIST)
		return;
	kstd_iter_begin(&it, node);
	while (lib_left && (kid = kstd_iter_next(&it))) {
		lib_left--;
		lib_read(kid);
	}
	kstd_iter_end(&it);
}

void lib_answer(struct kstd_ctx *ctx, int rc, const struct kstd_node *node)
{
	lib_left = LIB_NODES;
	if (!rc)
		lib_read(node);
	else
		fuzz_assert(rc < 0 && kstd_error_class(ctx) == -rc && *kstd_error_message(ctx));
}

static void lib_ask(struct kstd_ctx *ctx, struct kstd_dump *dump)
{
	const struct kstd_hexdump_opts hex = { .sz = sizeof(hex), .select = "test@0" };
	const struct kstd_get_opts get = { .sz = sizeof(get), .select = "test@0.s" };
	const struct kstd_sections_opts brief = { .sz = sizeof(brief), .summary = true };
	const struct kstd_node *node;

	lib_answer(ctx, kstd_info(dump, &node), node);
	lib_answer(ctx, kstd_list(dump, &node), node);
	lib_answer(ctx, kstd_sections(dump, &brief, &node), node);
	lib_answer(ctx, kstd_sections(dump, NULL, &node), node);
	lib_answer(ctx, kstd_get(dump, &get, &node), node);
	lib_answer(ctx, kstd_hexdump(dump, &hex, &node), node);
	lib_answer(ctx, kstd_schema(dump, NULL, &node), node);
	lib_answer(ctx, kstd_catalog(dump, NULL, &node), node);
	lib_answer(ctx, kstd_luo(dump, NULL, &node), node);
	lib_answer(ctx, kstd_mem(dump, &node), node);
	lib_answer(ctx, kstd_mem_who(dump, LIB_AT, &node), node);
	lib_answer(ctx, kstd_verify(dump, &node), node);
	lib_answer(ctx, 0, kstd_defects(dump));
	lib_answer(ctx, 0, kstd_unknowns(dump));
	lib_answer(ctx, 0, kstd_notes(dump));
}

static void lib_open(const struct kstd_open_opts *opts)
{
	struct kstd_ctx *ctx = kstd_ctx_new();
	struct kstd_dump *dump;
	int rc = kstd_open(ctx, opts, &dump);

	if (rc)
		lib_answer(ctx, rc, NULL);
	else
		lib_ask(ctx, dump);
	kstd_close(dump);
	kstd_ctx_free(ctx);
}

void lib_file(const uint8_t *data, size_t size)
{
	const struct kstd_open_opts opts = { .sz = sizeof(opts), .buf = data, .buf_len = size };

	lib_open(&opts);
}

void lib_path(const char *path)
{
	const struct kstd_open_opts opts = { .sz = sizeof(opts), .path = path };

	lib_open(&opts);
}

void lib_memory(struct memory *m, uint64_t map, const struct machine_subtree *subtree,
		const uint8_t *data, size_t size)
{
	struct machine_root root = {
		.pa = LIB_AT / 2, .map = map, .keeps = !map, .subtrees = subtree, .nr = !!subtree,
	};
	struct core core = { 0 };

	if (!map)
		root.map = memory_map(m);
	machine_root(m, &root);
	memory_put(m, LIB_AT, data, size);
	core_memory(&core, m, 0);
	core_finish(&core);
	lib_file(core.file, core.len);
	core_free(&core);
	memory_free(m);
}
