// SPDX-License-Identifier: GPL-2.0

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/btf.h>

#include "make_kstructs.h"

#define FILLERS	2000	/* types that nobody asks for: a kernel has many */

struct member {
	const char *name;
	size_t off;
};

struct type {
	const char *name;
	size_t size;
	struct member members[8];
};

/* A list_head is 16 bytes, a struct kho_block_set 72, a struct luo_file_set 112. */
static const struct type types[] = {
	{ "kho_block", 48, { { "ser", 8 }, { "list", 24 } } },
	{ "kho_block_set", 72, { { "head_pa", 0 }, { "blocks", 16 }, { "count_per_block", 40 },
				 { "entry_size", 56 } } },
	{ "luo_session_header", 168, { { "active", 3 }, { "list", 16 }, { "sessions_pa", 40 },
				       { "count", 56 }, { "block_set", 80 } } },
	{ "luo_session_global", 360, { { "outgoing", 16 }, { "incoming", 184 } } },
	{ "luo_file_set", 112, { { "count", 8 }, { "block_set", 16 }, { "files_list", 96 } } },
	{ "luo_session", 240, { { "list", 8 }, { "retrieved", 31 }, { "name", 32 },
				{ "file_set", 104 } } },
	{ "luo_file", 112, { { "token", 8 }, { "list", 24 }, { "retrieve_status", 44 },
			     { "serialized_data", 56 }, { "fh", 72 } } },
	{ "liveupdate_file_handler", 80, { { "compatible", 16 } } },
	{ "luo_flb_header", 40, { { "header_ser", 16 }, { "ser", 24 } } },
	{ "luo_flb_global", 128, { { "count", 8 }, { "list", 24 }, { "outgoing", 40 },
				   { "incoming", 80 } } },
	{ "luo_flb_private_state", 32, { { "data", 8 }, { "count", 20 } } },
	{ "luo_flb_private", 96, { { "outgoing", 16 }, { "list", 64 } } },
	{ "liveupdate_flb", 192, { { "compatible", 8 }, { "private", 64 } } },
};

#define NR_TYPES	(sizeof(types) / sizeof(types[0]))

static void must(bool yes)
{
	if (!yes)
		abort();
}

size_t kstructs_off(const char *type, const char *member)
{
	for (size_t i = 0; i < NR_TYPES; i++)
		for (size_t j = 0; j < 8 && types[i].members[j].name; j++)
			if (!strcmp(types[i].name, type) &&
			    !strcmp(types[i].members[j].name, member))
				return types[i].members[j].off;
	abort();
}

static void add_type(struct btf *btf, const struct type *t, int word)
{
	must(btf__add_struct(btf, t->name, t->size) > 0);
	for (size_t i = 0; i < 8 && t->members[i].name; i++)
		must(!btf__add_field(btf, t->members[i].name, word, 8 * t->members[i].off, 0));
}

static uint64_t put_btf(struct memory *m)
{
	struct btf *btf = btf__new_empty();
	const void *raw;
	uint32_t len;
	char name[32];
	uint64_t pa;
	int word;

	must(btf && !btf__set_endianness(btf, m->phys.big ? BTF_BIG_ENDIAN : BTF_LITTLE_ENDIAN));
	word = btf__add_int(btf, "u64", 8, 0);
	must(word > 0);
	for (int i = 0; i < FILLERS; i++) {
		snprintf(name, sizeof(name), "filler_%d", i);
		must(btf__add_struct(btf, name, 8) > 0);
	}
	for (size_t i = 0; i < NR_TYPES; i++)
		add_type(btf, &types[i], word);
	raw = btf__raw_data(btf, &len);
	must(raw);
	pa = memory_alloc(m, len);
	memory_put(m, pa, raw, len);
	btf__free(btf);
	return pa;
}

static void put(struct kstructs *k, uint64_t pa, size_t size, uint64_t v)
{
	memory_int(k->m, pa, size, v);
}

/* A list of nodes at virtual addresses. */
static void put_list(struct kstructs *k, uint64_t head_pa, uint64_t head, const uint64_t *nodes,
		     size_t nr)
{
	uint64_t prev = head, prev_pa = head_pa;

	for (size_t i = 0; i < nr; i++) {
		put(k, prev_pa, 8, nodes[i]);
		prev_pa = nodes[i] - k->linear;
		put(k, prev_pa + 8, 8, prev);
		prev = nodes[i];
	}
	put(k, prev_pa, 8, head);
	put(k, head_pa + 8, 8, prev);
}

/* With a block at @first, if that is not 0, as it will be written to. */
static void put_set(struct kstructs *k, uint64_t set, uint64_t set_va, uint64_t entry,
		    uint64_t first)
{
	uint64_t block = first ? memory_alloc(k->m, 64) + 8 : 0;
	uint64_t node = block + kstructs_off("kho_block", "list") + k->linear;
	size_t blocks = kstructs_off("kho_block_set", "blocks");

	put(k, set + kstructs_off("kho_block_set", "entry_size"), 8, entry);
	put(k, set + kstructs_off("kho_block_set", "count_per_block"), 8,
	    (k->m->phys.page_size - 16) / entry);
	put(k, set + kstructs_off("kho_block_set", "head_pa"), 8, first);
	put_list(k, set + blocks, set_va + blocks, &node, first ? 1 : 0);
	if (first)
		put(k, block + kstructs_off("kho_block", "ser"), 8, first + k->linear);
}

static uint64_t header(const struct kstructs *k, bool in)
{
	return k->global + kstructs_off("luo_session_global", in ? "incoming" : "outgoing");
}

static void put_header(struct kstructs *k, bool in, const uint64_t *sessions, size_t nr,
		       uint64_t blocks)
{
	uint64_t h = header(k, in), list = h + kstructs_off("luo_session_header", "list");
	uint64_t set = h + kstructs_off("luo_session_header", "block_set");

	put(k, h + kstructs_off("luo_session_header", "count"), 8, nr);
	put(k, h + kstructs_off("luo_session_header", "active"), 1, 1);
	put_list(k, list, list + k->image, sessions, nr);
	put_set(k, set, set + k->image, 80, blocks);
}

static void put_flbs(struct kstructs *k)
{
	uint64_t out = k->flbs + kstructs_off("luo_flb_global", "outgoing");
	uint64_t list = k->flbs + kstructs_off("luo_flb_global", "list");

	put(k, out + kstructs_off("luo_flb_header", "header_ser"), 8, k->page + k->linear);
	put(k, out + kstructs_off("luo_flb_header", "ser"), 8, k->page + k->linear + 16);
	put_list(k, list, list + k->image, NULL, 0);
}

void kstructs_init(struct kstructs *k, struct memory *m, uint64_t number)
{
	uint8_t ser[32];

	*k = (struct kstructs){ .m = m, .linear = 0xffff9a4fc0000000ULL };
	k->btf = put_btf(m);
	k->gap = memory_alloc(m, 4096);
	k->global = memory_alloc(m, 4096) + 0x248;
	k->flbs = memory_alloc(m, 4096) + 0x1d0;
	k->image = 0xffffffff9b600000ULL - (k->btf & ~0x1fffffULL);
	k->ser = memory_alloc(m, 32);
	k->page = memory_alloc(m, m->phys.page_size);
	luo_ser(ser, m->phys.big, number, 0, k->page);
	memory_put(m, k->ser, ser, sizeof(ser));
	put(k, k->page, 8, 1);
	put_header(k, true, NULL, 0, 0);
	put_header(k, false, NULL, 0, 0);
	put(k, header(k, false) + kstructs_off("luo_session_header", "sessions_pa"), 8,
	    k->ser + 16 + k->linear);
	put_flbs(k);
}

static uint64_t put_handler(struct kstructs *k, const char *name)
{
	uint64_t pa = k->flbs + 0x400;

	/* One for all that have the same name. */
	for (; memory_u64(k->m, pa); pa += 80) {
		uint8_t old[48] = { 0 };

		for (size_t i = 0; i < 48; i += 8) {
			uint64_t v = memory_u64(k->m, pa + 16 + i);

			for (size_t j = 0; j < 8; j++)
				old[i + j] = v >> 8 * (k->m->phys.big ? 7 - j : j);
		}
		if (!strcmp((char *)old, name))
			return pa;
	}
	put(k, pa, 8, 1);
	memory_put(k->m, pa + kstructs_off("liveupdate_file_handler", "compatible"), name,
		   strlen(name));
	return pa;
}

static uint64_t put_file(struct kstructs *k, const struct kstructs_file *f)
{
	uint64_t pa = memory_alloc(k->m, 256) + 24;

	put(k, pa + kstructs_off("luo_file", "token"), 8, f->token);
	put(k, pa + kstructs_off("luo_file", "serialized_data"), 8, f->data);
	put(k, pa + kstructs_off("luo_file", "retrieve_status"), 4, f->status);
	put(k, pa + kstructs_off("luo_file", "fh"), 8, f->handler ?
	    put_handler(k, f->handler) + k->image : 0xffffffffc0401000ULL);
	return pa + kstructs_off("luo_file", "list") + k->linear;
}

static uint64_t put_session(struct kstructs *k, const struct kstructs_session *s)
{
	uint64_t pa = memory_alloc(k->m, 512) + 40;
	uint64_t set = pa + kstructs_off("luo_session", "file_set");
	uint64_t blocks = set + kstructs_off("luo_file_set", "block_set");
	uint64_t list = set + kstructs_off("luo_file_set", "files_list");

	memory_put(k->m, pa + kstructs_off("luo_session", "name"), s->name, strlen(s->name));
	put(k, pa + kstructs_off("luo_session", "retrieved"), 1, s->retrieved);
	put(k, set + kstructs_off("luo_file_set", "count"), 8, s->nr);
	for (size_t i = 0; i < s->nr; i++)
		k->file[i] = put_file(k, &s->files[i]);
	put_list(k, list, list + k->linear, k->file, s->nr);
	put_set(k, blocks, blocks + k->linear, 64, s->nr ? memory_alloc(k->m, 4096) : 0);
	return pa + kstructs_off("luo_session", "list") + k->linear;
}

void kstructs_sessions(struct kstructs *k, bool in, const struct kstructs_session *sessions,
		       size_t nr, uint64_t blocks)
{
	for (size_t i = 0; i < nr; i++)
		k->session[i] = put_session(k, &sessions[i]);
	put_header(k, in, k->session, nr, blocks);
}

void kstructs_flbs_in(struct kstructs *k, uint64_t page)
{
	uint64_t in = k->flbs + kstructs_off("luo_flb_global", "incoming");

	put(k, in + kstructs_off("luo_flb_header", "header_ser"), 8, page + k->linear);
	put(k, in + kstructs_off("luo_flb_header", "ser"), 8, page + k->linear + 16);
}

void kstructs_flb(struct kstructs *k, const char *name, uint64_t data, uint32_t count)
{
	uint64_t pa = k->flbs + 0x800, list = k->flbs + kstructs_off("luo_flb_global", "list");
	uint64_t private = pa + kstructs_off("liveupdate_flb", "private");
	uint64_t state = private + kstructs_off("luo_flb_private", "outgoing");
	uint64_t node = private + kstructs_off("luo_flb_private", "list");
	uint64_t head = list + k->image;

	memory_put(k->m, pa + kstructs_off("liveupdate_flb", "compatible"), name, strlen(name));
	put(k, state + kstructs_off("luo_flb_private_state", "data"), 8, data);
	put(k, state + kstructs_off("luo_flb_private_state", "count"), 4, count);
	put(k, list, 8, node + k->image);
	put(k, list + 8, 8, node + k->image);
	put(k, node, 8, head);
	put(k, node + 8, 8, head);
}
