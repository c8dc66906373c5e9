// SPDX-License-Identifier: GPL-2.0
/*
 * mkseeds.c - mkseeds DIR: images that the engine itself saves, for fuzz_restore
 *
 * One for each set of old drivers; and variants of them with payloads outside the
 * tree, with further shards, and with a shortage of memory.
 */

#include <stdio.h>
#include <stdlib.h>

#include <libfdt.h>

#include "drivers.h"
#include "../shim/handover.h"
#include "object.h"

static const char *dir;

static void write_seed(const struct handover *img, const char *set, const char *variant)
{
	static u8 buf[1 << 20];
	size_t len = handover_emit(img, buf, sizeof(buf));
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s%s", dir, set, variant);
	f = fopen(path, "wb");
	if (!f || fwrite(buf, 1, len, f) != len || fclose(f)) {
		perror(path);
		exit(1);
	}
}

static void set_u64(void *fdt, const char *path, const char *prop, u64 val)
{
	fuzz_assert(!fdt_setprop_inplace_u64(fdt, fdt_path_offset(fdt, path), prop, val));
}

/* As if no time passed, so that the same seeds are made each time. */
static void stop_clocks(struct handover *img)
{
	void *fdt = img->blocks[0].p;
	int node;

	set_u64(fdt, "/producer", "saved-at", 1700000000000000000ULL);
	set_u64(fdt, "/producer", "save-duration", 1000);
	fdt_for_each_subnode(node, fdt, fdt_path_offset(fdt, "/sections")) {
		u8 *header = (u8 *)fdt_getprop(fdt, node, "header", NULL);

		put_unaligned_be64(100, header + offsetof(struct kstate_section_ser, duration));
	}
	handover_repair(img);
}

/* Save the drivers of a set; the image is the caller's. */
static void save_set(const char *set, struct handover *img)
{
	static struct object objects[8];
	struct fuzz_in in = fuzz_in(NULL, 0);
	unsigned int nr = 0;
	size_t bytes;
	const void *saved;

	shim_setup(NULL);
	handover_memory(false);
	for (unsigned int i = 0; i < nr_old_drivers; i++) {
		const struct driver *d = &old_drivers[i];

		if (strcmp(d->set, set))
			continue;
		object_fill(&objects[nr], d->desc, d->bytes, &in);
		fuzz_assert(!kstate_register(d->desc, objects[nr++].mem, d->instance));
	}
	kstate_out.lock.held = 1;
	fuzz_assert(!kstate_save());
	kstate_out.lock.held = 0;
	saved = shim_outgoing(&bytes);
	*img = (struct handover){ .flags = HANDOVER_REPAIR, .nr = 1 };
	img->blocks[0] = (struct handover_block){ .p = malloc(bytes), .len = bytes };
	memcpy(img->blocks[0].p, saved, bytes);
	stop_clocks(img);
	shim_kexec();
	shim_hand_over(NULL, 0);
	while (nr)
		object_free(&objects[--nr]);
	fuzz_assert(!shim_teardown(NULL));
}

static int section_of(const struct handover *img, int index)
{
	const void *fdt = img->blocks[0].p;
	int node;

	fdt_for_each_subnode(node, fdt, fdt_subnode_offset(fdt, 0, KSTATE_NODE_SECTIONS)) {
		if (!index--)
			return node;
	}
	return node;
}

static void write_variants(const char *set)
{
	struct handover img;

	save_set(set, &img);
	write_seed(&img, set, "");
	img.flags = 0;
	img.fail_at = 9;
	write_seed(&img, set, "-short");
	img.flags = HANDOVER_REPAIR;
	img.fail_at = 0;
	if (handover_move_payload(&img, 0, section_of(&img, 0), 4096)) {
		handover_repair(&img);
		write_seed(&img, set, "-outside");
	}
	if (handover_move_section(&img, section_of(&img, 0))) {
		if (section_of(&img, 0) >= 0)
			handover_move_section(&img, section_of(&img, 0));
		handover_repair(&img);
		write_seed(&img, set, "-shards");
	}
	handover_free(&img);
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fputs("usage: mkseeds DIR\n", stderr);
		return 2;
	}
	dir = argv[1];
	for (unsigned int i = 0; i < nr_old_drivers; i++) {
		if (!i || strcmp(old_drivers[i].set, old_drivers[i - 1].set))
			write_variants(old_drivers[i].set);
	}
	return 0;
}
