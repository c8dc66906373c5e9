// SPDX-License-Identifier: GPL-2.0

#include <stdio.h>
#include <stdlib.h>

#include "make_core.h"
#include "make_kstructs.h"
#include "machine.h"

static const char mapping[] =
	"{\"version\":1,\"state\":{},\"units\":{\"vm.service\":{\"fdstore\":["
	"{\"type\":\"fd\",\"name\":\"guest-ram\",\"token\":1},"
	"{\"type\":\"luo_session\",\"name\":\"devices\",\"sessionName\":\"vm1\"}]}}}";

/* The second folio has two pages, and the file ends in it; a hole is before it. */
static uint64_t large(struct memory *m)
{
	static const struct luo_folio folios[] = { { 0x1234, 3, 0 }, { 0x1236, 1, 2 } };
	const struct luo_memfd fd = { .pos = 3, .size = 4 * m->phys.page_size, .seals = 6,
				      .folios = folios, .nr = 2 };

	return luo_memfd(m, &fd);
}

static uint64_t flb(struct memory *m)
{
	static const char *const flbs[] = { "newer-v1" };

	return luo_flbs(m, flbs, 1);
}

struct luo_example luo_example(struct memory *m)
{
	struct luo_example e = { .fd = { large(m), luo_text(m, "hello") } };
	const struct luo_file vm1[] = { { "memfd-v2", 0x7, e.fd[0] },
					{ "vfio-v9", 0x1001, 0x4242 } };
	const struct luo_file vm2[] = { { "memfd-v2", 1, e.fd[1] } };
	const struct luo_session sessions[] = {
		{ "vm1", vm1, 2 }, { "empty", NULL, 0 }, { "vm2", vm2, 1 },
	};

	e.sessions = luo_sessions(m, sessions, 3);
	e.flbs = flb(m);
	return e;
}

/* Folios with a hole before the last, and more of them than text shows. */
static uint64_t sparse(struct memory *m)
{
	struct luo_folio folios[12];
	const struct luo_memfd fd = { .size = 13 * m->phys.page_size - 100, .seals = 0x20,
				      .folios = folios, .nr = 12 };

	for (size_t i = 0; i < 12; i++)
		folios[i] = (struct luo_folio){ 0x2001 + 2 * i, i % 4, i + (i == 11) };
	return luo_memfd(m, &fd);
}

static uint64_t put_sessions(struct memory *m)
{
	const struct luo_file vm1[] = { { "memfd-v2", 0x7, large(m) }, { "vfio-v9", 0x1001, 0x4242 } };
	const struct luo_file systemd[] = { { "memfd-v2", 0, luo_text(m, mapping) },
					    { "memfd-v2", 1, sparse(m) } };
	const struct luo_session sessions[] = {
		{ "vm1", vm1, 2 }, { "empty", NULL, 0 }, { "systemd", systemd, 2 },
	};

	return luo_sessions(m, sessions, 3);
}

/* What the boot loader's setup_data says of a root that came; the map's memory is something else's by then. */
static void hand_over(struct memory *m, uint64_t root, uint64_t map)
{
	uint64_t setup = memory_alloc(m, 4096);

	memory_int(m, setup + 8, 4, 10);
	memory_int(m, setup + 12, 4, 32);
	memory_int(m, setup + 16, 8, root);
	memory_int(m, setup + 24, 8, 4096);
	memory_put(m, map, "#!/bin/sh\nexport PATH", 21);
}

/* A root with LUO's subtree at @luo, which came (@in) or will go, and all of @m as a core. */
static void write_core(const char *path, struct memory *m, const struct machine_subtree *luo, bool in)
{
	struct machine_root root = { .keeps = true, .count = 3, .subtrees = luo, .nr = 1 };
	struct core core = { 0 };
	FILE *f = fopen(path, "wb");

	root.pa = memory_alloc(m, 4096);
	root.map = memory_map(m);
	root.metadata = memory_alloc(m, 4096);
	machine_root(m, &root);
	if (in)
		hand_over(m, root.pa, root.map);
	core_memory(&core, m, 0);
	core_finish(&core);
	if (!f || fwrite(core.file, 1, core.len, f) != core.len || fclose(f))
		abort();
	core_free(&core);
	memory_free(m);
}

void luo_core(const char *path)
{
	uint8_t ser[32];
	struct machine_subtree luo = { .name = "LUO", .blob = ser, .bytes = sizeof(ser) };
	struct memory m;

	memory_init(&m, 4096, false);
	luo.pa = memory_alloc(&m, 4096);
	luo_ser(ser, false, 3, put_sessions(&m), flb(&m));
	write_core(path, &m, &luo, false);
}

void luo_kernel_core(const char *path)
{
	uint8_t ser[32];
	struct machine_subtree luo = { .name = "LUO", .blob = ser, .bytes = sizeof(ser) };
	struct kstructs_file files[3];
	const struct kstructs_session sessions[] = {
		{ "vm1", false, files, 1 }, { "empty", false, NULL, 0 },
		{ "systemd", false, files + 1, 2 },
	};
	struct kstructs k;
	struct memory m;

	memory_init(&m, 4096, false);
	kstructs_init(&k, &m, 3);
	files[0] = (struct kstructs_file){ "vfio-v9", 0x1001, 0x4242, 0 };
	files[1] = (struct kstructs_file){ "memfd-v2", 0, luo_text(&m, mapping), 0 };
	files[2] = (struct kstructs_file){ "memfd-v2", 1, large(&m), 0 };
	kstructs_sessions(&k, false, sessions, 3, 0);
	kstructs_flb(&k, "newer-v1", 0x1234000, 1);
	luo_ser(ser, false, 3, 0, k.page);
	luo.pa = k.ser;
	write_core(path, &m, &luo, false);
}

void luo_kernel_in_core(const char *path)
{
	struct machine_subtree luo = { .name = "LUO", .blob = "#!/bin/sh\nexport PATH=/sbin:/bin", .bytes = 32 };
	struct kstructs_file files[4];
	const struct kstructs_session sessions[] = {
		{ "vm1", false, files, 2 }, { "empty", true, NULL, 0 },
		{ "systemd", false, files + 2, 2 },
	};
	struct kstructs k;
	struct memory m;

	memory_init(&m, 4096, false);
	luo.pa = memory_alloc(&m, 4096);
	kstructs_init(&k, &m, 4);
	files[0] = (struct kstructs_file){ "vfio-v9", 0x1001, 0x4242, -5 };
	files[1] = (struct kstructs_file){ "memfd-v2", 0x1002, 0x4000, 1 };
	files[2] = (struct kstructs_file){ "memfd-v2", 0, luo_text(&m, mapping), 0 };
	files[3] = (struct kstructs_file){ "memfd-v2", 1, large(&m), 0 };
	kstructs_sessions(&k, true, sessions, 3, 0);
	kstructs_flbs_in(&k, flb(&m));
	write_core(path, &m, &luo, true);
}
