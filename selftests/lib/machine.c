// SPDX-License-Identifier: GPL-2.0

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libfdt.h>

#include "machine.h"

static void must(int rc)
{
	if (rc) {
		fprintf(stderr, "machine: %s\n", fdt_strerror(rc));
		abort();
	}
}

static void native(uint8_t *p, size_t size, bool big, uint64_t v)
{
	for (size_t i = 0; i < size; i++)
		p[big ? size - 1 - i : i] = v >> (8 * i);
}

static void native_prop(const struct memory *m, void *fdt, const char *name, uint64_t v)
{
	uint8_t raw[8];

	native(raw, sizeof(raw), m->phys.big, v);
	must(fdt_property(fdt, name, raw, sizeof(raw)));
}

static void put_subtree(struct memory *m, void *fdt, const struct machine_root *root,
			const struct machine_subtree *s)
{
	bool first = root->compatible && !strcmp(root->compatible, "kho-v1");

	must(fdt_begin_node(fdt, s->name));
	native_prop(m, fdt, first ? "fdt" : "preserved-data", s->pa);
	if (!first)
		native_prop(m, fdt, "blob-size", s->bytes);
	must(fdt_end_node(fdt));
	if (!s->blob)
		return;
	memory_put(m, s->pa, s->blob, s->bytes);
	for (uint64_t at = 0; root->keeps && at < s->bytes; at += m->phys.page_size)
		memory_preserve(m, root->map, s->pa + at, 0);
}

static void put_metadata(struct memory *m, void *fdt, const struct machine_root *root)
{
	struct machine_subtree s = { .name = "kexec-metadata", .pa = root->metadata };
	uint8_t raw[73] = "";

	native(raw, 4, m->phys.big, 1);
	strcpy((char *)raw + 4, root->release ? root->release : "7.3.4-test");
	native(raw + 69, 4, m->phys.big, root->count);
	s.blob = raw;
	s.bytes = sizeof(raw);
	put_subtree(m, fdt, root, &s);
}

void machine_root(struct memory *m, const struct machine_root *root)
{
	uint32_t room = m->phys.page_size;
	uint8_t *fdt = calloc(1, room);

	if (!fdt)
		abort();
	must(fdt_create(fdt, room));
	must(fdt_finish_reservemap(fdt));
	must(fdt_begin_node(fdt, ""));
	must(fdt_property_string(fdt, "compatible",
				 root->compatible ? root->compatible : "kho-v4"));
	native_prop(m, fdt, "preserved-memory-map", root->map);
	if (root->metadata)
		put_metadata(m, fdt, root);
	for (size_t i = 0; i < root->nr; i++)
		put_subtree(m, fdt, root, &root->subtrees[i]);
	must(fdt_end_node(fdt));
	must(fdt_finish(fdt));
	memory_put(m, root->pa, fdt, fdt_totalsize(fdt));
	free(fdt);
	if (root->keeps)
		memory_preserve(m, root->map, root->pa, 0);
}
