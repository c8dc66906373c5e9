// SPDX-License-Identifier: GPL-2.0
/*
 * by_hand.c - what kstate is measured against
 */

#include <stdio.h>
#include <stdlib.h>

#include <libfdt.h>

#include "bench.h"
#include "by_hand.h"

/* More than a port takes in a tree, and than the tree takes without ports. */
#define NODE_ROOM	512
#define TREE_ROOM	4096

static void must(int err)
{
	bench_must(!err, fdt_strerror(err));
}

static void tree_begin(struct by_hand *to)
{
	if (to->cap < TREE_ROOM) {
		to->cap = TREE_ROOM;
		to->buf = bench_alloc(to->cap);
	}
	must(fdt_create(to->buf, to->cap));
	must(fdt_finish_reservemap(to->buf));
	must(fdt_begin_node(to->buf, ""));
	must(fdt_property_string(to->buf, "compatible", "ports-v1"));
}

static void tree_grow(struct by_hand *to)
{
	u8 *bigger = malloc(2 * to->cap);

	bench_must(bigger != NULL, "out of memory");
	must(fdt_resize(to->buf, bigger, 2 * to->cap));
	free(to->buf);
	to->buf = bigger;
	to->cap *= 2;
}

static void tree_put_port(void *fdt, const struct port *port, u64 number)
{
	char name[32];

	snprintf(name, sizeof(name), "port@%llx", number);
	must(fdt_begin_node(fdt, name));
	must(fdt_property_u64(fdt, "received", port->received));
	must(fdt_property_u64(fdt, "sent", port->sent));
	must(fdt_property_u64(fdt, "offset", port->offset));
	must(fdt_property_u64(fdt, "features", port->features));
	must(fdt_property(fdt, "name", port->name, sizeof(port->name)));
	must(fdt_property_u32(fdt, "mtu", port->mtu));
	must(fdt_property_u32(fdt, "node", port->node));
	must(fdt_property_u64(fdt, "since", port->since));
	must(fdt_end_node(fdt));
}

void by_hand_tree_save(struct by_hand *to, const struct port *ports, size_t nr)
{
	tree_begin(to);
	for (size_t i = 0; i < nr; i++) {
		if (to->cap - fdt_size_dt_struct(to->buf) < TREE_ROOM + NODE_ROOM)
			tree_grow(to);
		tree_put_port(to->buf, &ports[i], i);
	}
	must(fdt_end_node(to->buf));
	must(fdt_finish(to->buf));
	to->len = fdt_totalsize(to->buf);
}

static const void *tree_value(const void *fdt, int node, const char *name, int bytes)
{
	int len;
	const void *value = fdt_getprop(fdt, node, name, &len);

	bench_must(value && len == bytes, "a property is not there");
	return value;
}

static u64 tree_u64(const void *fdt, int node, const char *name)
{
	return get_unaligned_be64(tree_value(fdt, node, name, sizeof(u64)));
}

static u32 tree_u32(const void *fdt, int node, const char *name)
{
	return get_unaligned_be32(tree_value(fdt, node, name, sizeof(u32)));
}

void by_hand_tree_restore(const struct by_hand *from, struct port *ports, size_t nr)
{
	const void *fdt = from->buf;
	int node;

	fdt_for_each_subnode(node, fdt, 0) {
		const char *at = strchr(fdt_get_name(fdt, node, NULL), '@');
		size_t number = at ? strtoull(at + 1, NULL, 16) : nr;
		struct port *port = &ports[number];

		bench_must(number < nr, "a port that is not there");
		port->received = tree_u64(fdt, node, "received");
		port->sent = tree_u64(fdt, node, "sent");
		port->offset = tree_u64(fdt, node, "offset");
		port->features = tree_u64(fdt, node, "features");
		memcpy(port->name, tree_value(fdt, node, "name", sizeof(port->name)),
		       sizeof(port->name));
		port->mtu = tree_u32(fdt, node, "mtu");
		port->node = tree_u32(fdt, node, "node");
		port->since = tree_u64(fdt, node, "since");
	}
}

struct member {
	size_t offset;
	size_t bytes;
};

#define MEMBER(_member, _type)	{ offsetof(struct port, _member), sizeof(_type) },
static const struct member members[] = { PORT_MEMBERS(MEMBER) };

void by_hand_stream_save(struct by_hand *to, const struct port *ports, size_t nr)
{
	u8 *p = to->buf;

	for (size_t i = 0; i < nr; i++) {
		for (size_t m = 0; m < ARRAY_SIZE(members); m++) {
			memcpy(p, (const u8 *)&ports[i] + members[m].offset, members[m].bytes);
			p += members[m].bytes;
		}
	}
	to->len = p - to->buf;
}

void by_hand_stream_restore(const struct by_hand *from, struct port *ports, size_t nr)
{
	const u8 *p = from->buf;

	for (size_t i = 0; i < nr; i++) {
		for (size_t m = 0; m < ARRAY_SIZE(members); m++) {
			memcpy((u8 *)&ports[i] + members[m].offset, p, members[m].bytes);
			p += members[m].bytes;
		}
	}
}

void by_hand_free(struct by_hand *by_hand)
{
	free(by_hand->buf);
	*by_hand = (struct by_hand){};
}
