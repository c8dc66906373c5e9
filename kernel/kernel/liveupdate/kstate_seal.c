// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * kstate_seal.c - what is known last: links between shards, and checksums of nodes
 *
 * All functions run with kstate_out.lock held.
 */

#include <linux/errno.h>
#include <linux/libfdt.h>

#include "kstate_internal.h"

static int kstate_seal_node(void *fdt, int node)
{
	u32 crc;
	int err;

	err = node < 0 ? -EBADMSG : kstate_crc_node(fdt, node, &crc);
	if (!err && fdt_setprop_inplace_u32(fdt, node, kstate_prop_name(KSTATE_PROP_CRC),
					    crc))
		err = -EBADMSG;
	return err;
}

static int kstate_seal_producer(void *fdt)
{
	int node = fdt_subnode_offset(fdt, 0, KSTATE_NODE_PRODUCER);
	const char *name = kstate_prop_name(KSTATE_PROP_SAVE_DURATION);

	if (fdt_setprop_inplace_u64(fdt, node, name, kstate_out.save_ns))
		return -EBADMSG;
	return kstate_seal_node(fdt, node);
}

static int kstate_seal_descriptions(void *fdt)
{
	int parent = fdt_subnode_offset(fdt, 0, KSTATE_NODE_DESCRIPTIONS);
	int node, err = 0;

	fdt_for_each_subnode(node, fdt, parent) {
		err = kstate_seal_node(fdt, node);
		if (err)
			return err;
	}
	return err;
}

static int kstate_seal_shard(size_t i)
{
	struct kstate_shard *shard = &kstate_out.shards[i];
	const char *name = kstate_prop_name(KSTATE_PROP_NEXT_SHARD);
	__be64 next[2] = {};

	if (i + 1 < kstate_out.nr_shards && shard[1].len) {
		next[0] = cpu_to_fdt64(kstate_mem_phys(shard[1].mem));
		next[1] = cpu_to_fdt64(shard[1].len);
	}
	if (fdt_setprop_inplace(shard->mem, 0, name, next, sizeof(next)))
		return -EBADMSG;
	return kstate_seal_node(shard->mem, 0);
}

/**
 * kstate_seal_image - write links and checksums into a saved image
 *
 * Return: 0 or -EBADMSG.
 */
int kstate_seal_image(void)
{
	void *first = kstate_out.shards[0].mem;
	int err;

	err = kstate_seal_producer(first);
	err = err ?: kstate_seal_descriptions(first);
	for (size_t i = 0; !err && i < kstate_out.nr_shards; i++) {
		if (kstate_out.shards[i].len)
			err = kstate_seal_shard(i);
	}
	return err;
}

/**
 * kstate_seal_catalog - write checksums into an image of one shard
 * @fdt: the shard
 *
 * Return: 0 or -EBADMSG.
 */
int kstate_seal_catalog(void *fdt)
{
	int err = kstate_seal_node(fdt, fdt_subnode_offset(fdt, 0, KSTATE_NODE_PRODUCER));

	err = err ?: kstate_seal_descriptions(fdt);
	return err ?: kstate_seal_node(fdt, 0);
}
