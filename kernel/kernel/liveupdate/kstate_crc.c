// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * kstate_crc.c - checksums of sections and of nodes
 */

#include <linux/crc32.h>
#include <linux/errno.h>
#include <linux/libfdt.h>
#include <linux/unaligned.h>

#include "kstate_internal.h"

/**
 * kstate_crc_add - add bytes to a checksum
 * @crc: the checksum so far, ~0 to start
 * @data: the bytes
 * @len: their number
 *
 * Return: the new checksum, before kstate_crc_finish().
 */
u32 kstate_crc_add(u32 crc, const void *data, size_t len)
{
	return crc32c(crc, data, len);
}

/**
 * kstate_crc_finish - the checksum that goes into the image
 * @crc: the running checksum
 *
 * Return: the final value.
 */
u32 kstate_crc_finish(u32 crc)
{
	return ~crc;
}

/**
 * kstate_crc_section - start the checksum of a section
 * @id: description id
 * @instance: instance id
 * @version: of the payload
 * @fingerprint: of the description
 *
 * Return: the running checksum, to which the payload is added.
 */
u32 kstate_crc_section(u32 id, u64 instance, u32 version, u64 fingerprint)
{
	u8 seed[24];

	put_unaligned_be32(id, seed);
	put_unaligned_be64(instance, seed + 4);
	put_unaligned_be32(version, seed + 12);
	put_unaligned_be64(fingerprint, seed + 16);
	return kstate_crc_add(~0U, seed, sizeof(seed));
}

static int kstate_crc_props(const void *fdt, int node, u32 *crc)
{
	int prop;

	fdt_for_each_property_offset(prop, fdt, node) {
		const char *name;
		const void *val;
		__be32 cell;
		int len;

		val = kstate_fdt_prop_at(fdt, prop, &name, &len);
		if (!val)
			return -EBADMSG;
		if (!strcmp(name, kstate_prop_name(KSTATE_PROP_CRC)))
			continue;
		cell = cpu_to_fdt32(len);
		*crc = kstate_crc_add(*crc, name, strlen(name) + 1);
		*crc = kstate_crc_add(*crc, &cell, sizeof(cell));
		*crc = kstate_crc_add(*crc, val, len);
	}
	return prop == -FDT_ERR_NOTFOUND ? 0 : -EBADMSG;
}

/**
 * kstate_crc_node - the checksum of a root, producer or description node
 * @fdt: the tree
 * @node: offset of the node
 * @crc: the checksum
 *
 * Return: 0, or -EBADMSG if the tree is damaged there.
 */
int kstate_crc_node(const void *fdt, int node, u32 *crc)
{
	int err, fields, field;

	*crc = ~0U;
	err = kstate_crc_props(fdt, node, crc);
	if (err)
		return err;
	fields = node ? fdt_subnode_offset(fdt, node, KSTATE_NODE_FIELDS) : -1;
	if (fields >= 0) {
		fdt_for_each_subnode(field, fdt, fields) {
			const char *name = fdt_get_name(fdt, field, NULL);

			if (!name)
				return -EBADMSG;
			*crc = kstate_crc_add(*crc, name, strlen(name) + 1);
			err = kstate_crc_props(fdt, field, crc);
			if (err)
				return err;
		}
	}
	*crc = kstate_crc_finish(*crc);
	return 0;
}
