/* SPDX-License-Identifier: GPL-2.0 */
/*
 * payload.h - look at the payload of a section, and put another one in its place
 */
#ifndef PAYLOAD_H
#define PAYLOAD_H

#include <stdlib.h>

#include <libfdt.h>

#include "fixture.h"

/* Save an object; find its payload in a copy of the image, which the caller frees. */
static inline void *save_and_find(const struct kstate_description *desc, void *obj,
				  u8 **payload, int *bytes)
{
	const void *image;
	size_t len;
	void *copy;
	int node;

	assert_int_equal(kstate_register(desc, obj, 0), 0);
	assert_int_equal(locked_save(), 0);
	image = shim_outgoing(&len);
	assert_int_equal(fdt_check_full(image, len), 0);
	copy = malloc(len);
	memcpy(copy, image, len);
	node = fdt_first_subnode(copy, fdt_path_offset(copy, "/sections"));
	*payload = (u8 *)fdt_getprop(copy, node, "data", bytes);
	assert_non_null(*payload);
	return copy;
}

/* Hand the image over, with another payload and the checksum that goes with it. */
static inline void hand_over_payload(const struct kstate_description *desc, const void *image,
				     const void *payload, size_t bytes)
{
	size_t cap = fdt_totalsize(image) + bytes + 64;
	struct kstate_section_ser header;
	void *fdt = malloc(cap);
	int node;
	u32 crc;

	fdt_open_into(image, fdt, cap);
	node = fdt_first_subnode(fdt, fdt_path_offset(fdt, "/sections"));
	assert_int_equal(fdt_setprop(fdt, node, "data", payload, bytes), 0);
	memcpy(&header, fdt_getprop(fdt, node, "header", NULL), sizeof(header));
	crc = kstate_crc_section(desc->id, 0, 1, kstate_desc_fingerprint(desc));
	header.crc = cpu_to_fdt32(kstate_crc_finish(kstate_crc_add(crc, payload, bytes)));
	fdt_setprop(fdt, node, "header", &header, sizeof(header));
	fdt_pack(fdt);
	shim_hand_over(fdt, fdt_totalsize(fdt));
	free(fdt);
}

#endif /* PAYLOAD_H */
