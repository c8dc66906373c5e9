// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Roots that the kernel itself names: its symbols, its data, its setup_data. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/file.h"
#include "vmlinux/kernel_virt.h"
#include "kho/find_root.h"

#define WORDS		64	/* words of kho_in or kho_out that are read */
#define CHUNK		(256UL << 10)
#define PAGE_MASK	4095ULL
#define AT_SETUP	0x250	/* struct boot_params.hdr.setup_data */
#define SETUP_KHO	10	/* SETUP_KEXEC_KHO */
#define SETUP_MAX	64	/* entries of a list */
#define SETUP_BYTES	32	/* struct kho_data */

static const char by_symbol[] = "the kernel's symbols";
static const char by_data[] = "the kernel's data";
static const char by_setup[] = "setup_data";

static bool set_known_root(struct kstd_dump *dump, uint64_t pa, unsigned int side, const char *how,
			   struct kstd_known_roots *known)
{
	struct kstd_root root;

	if (pa & PAGE_MASK || !kstd_root_at(dump, pa, &root))
		return false;
	root.side = side;
	if (side == KSTD_SIDE_IN) {
		known->in = root;
		known->in_how = how;
	} else {
		known->out = root;
		known->out_how = how;
	}
	return true;
}

/*
 * A word that is the address of a root may be so by chance. What a kernel got is another root than
 * the one that it will hand over, and one kexec older.
 */
static void check_in(struct kstd_known_roots *known)
{
	const struct kstd_root *in = &known->in, *out = &known->out;

	if (!known->in_how || !known->out_how)
		return;
	if (in->pa == out->pa || (in->counted && out->counted && in->count + 1 != out->count) ||
	    (in->numbered && out->numbered && in->count + 1 != out->count))
		known->in_how = NULL;
}

/* Look for a word of the variable that points to a root. */
static void ask_variable(struct kstd_dump *dump, uint64_t va, unsigned int side,
			 struct kstd_known_roots *known)
{
	uint64_t word, pa;

	for (uint64_t i = 0; i < WORDS && kstd_virt_u64(dump, va + 8 * i, &word); i++) {
		if (!word || word & PAGE_MASK)
			continue;
		pa = word;
		if (side == KSTD_SIDE_OUT && !kstd_virt(dump, word, &pa))
			continue;
		if (set_known_root(dump, pa, side, by_symbol, known)) {
			kstd_virt(dump, va, &dump->kernel_data);
			return;
		}
	}
}

/* The list of setup_data that begins at @pa. */
static void ask_setup(struct kstd_dump *dump, uint64_t pa, struct kstd_known_roots *known)
{
	uint64_t root;

	for (int i = 0; pa && i < SETUP_MAX; i++) {
		if (kstd_setup_at(dump, pa, &root) &&
		    set_known_root(dump, root, KSTD_SIDE_IN, by_setup, known))
			return;
		if (!kstd_phys_u64(dump, pa, &pa))
			return;
	}
}

bool kstd_setup_at(struct kstd_dump *dump, uint64_t pa, uint64_t *root)
{
	uint64_t word, bytes;

	return kstd_phys_u64(dump, pa + 8, &word) && word == KSTD_SETUP_WORD &&
	       kstd_phys_u64(dump, pa + 16, root) && kstd_phys_u64(dump, pa + 24, &bytes) &&
	       bytes == dump->phys->page_size && !(*root & PAGE_MASK);
}

static void ask_symbols(struct kstd_dump *dump, struct kstd_known_roots *known)
{
	struct kstd_symbol v[] = { { "kho_in", 0 }, { "kho_out", 0 }, { "boot_params", 0 } };
	uint64_t pa;

	if (!kstd_symbols(dump, v, 3))
		return;
	if (v[0].va)
		ask_variable(dump, v[0].va, KSTD_SIDE_IN, known);
	if (v[1].va)
		ask_variable(dump, v[1].va, KSTD_SIDE_OUT, known);
	check_in(known);
	if (v[2].va && !known->in_how && kstd_virt_u64(dump, v[2].va + AT_SETUP, &pa))
		ask_setup(dump, pa, known);
}

/* A word of the kernel's image that could be the address of a page. */
static void ask_word(struct kstd_dump *dump, uint64_t word, unsigned int side,
		     struct kstd_known_roots *known)
{
	uint64_t pa;

	if (!word || word & PAGE_MASK)
		return;
	if (side == KSTD_SIDE_OUT && !known->out_how && kstd_virt(dump, word, &pa))
		set_known_root(dump, pa, KSTD_SIDE_OUT, by_data, known);
	if (side == KSTD_SIDE_IN && !known->in_how) {
		set_known_root(dump, word, KSTD_SIDE_IN, by_data, known);
		check_in(known);
	}
}

static const char *how_known(const struct kstd_known_roots *known, unsigned int side)
{
	return side == KSTD_SIDE_IN ? known->in_how : known->out_how;
}

/* At most CHUNK bytes of the image. */
static void ask_chunk(struct kstd_dump *dump, uint64_t pa, uint64_t bytes, uint64_t *words,
		      unsigned int side, struct kstd_known_roots *known)
{
	enum kstd_avail there;

	for (uint64_t n; bytes && !how_known(known, side); bytes -= n, pa += n) {
		n = dump->phys->ops->read(dump->phys, pa, words, bytes, &there);
		for (size_t i = 0; there == KSTD_AVAIL_PRESENT && i < n / 8; i++) {
			ask_word(dump, kstd_bytes_int((const uint8_t *)&words[i], 8,
						      dump->phys->big), side, known);
			if (!how_known(known, side))
				continue;
			dump->kernel_data = pa + 8 * i;
			return;
		}
	}
}

/* From its end on: data comes after text, which is most of it. */
static void ask_image(struct kstd_dump *dump, uint64_t pa, uint64_t bytes, uint64_t *words,
		      unsigned int side, struct kstd_known_roots *known)
{
	for (uint64_t n; bytes && !how_known(known, side); bytes -= n) {
		n = bytes < CHUNK ? bytes : CHUNK;
		ask_chunk(dump, pa + bytes - n, n, words, side, known);
	}
}

/* The outgoing root first: the incoming one is compared with it. */
static void ask_data(struct kstd_dump *dump, unsigned int sides, struct kstd_known_roots *known)
{
	uint64_t pa, bytes, *words = kstd_malloc(CHUNK);

	if (words && kstd_kernel_image(dump, &pa, &bytes)) {
		bytes -= bytes < 8 ? bytes : -pa & 7;
		pa = (pa + 7) & ~7ULL;
		if (!known->out_how)
			ask_image(dump, pa, bytes, words, KSTD_SIDE_OUT, known);
		if (known->out_how && !known->in_how && sides & KSTD_SIDE_IN)
			ask_image(dump, pa, bytes, words, KSTD_SIDE_IN, known);
	}
	free(words);
}

/* The running system shows each entry, /sys/kernel/boot_params/setup_data/N/. */
static bool read_sysfs(const struct kstd_dump *dump, int i, const char *what, void *buf, size_t len)
{
	char path[64];
	bool ok;
	FILE *f;

	snprintf(path, sizeof(path), "/sys/kernel/boot_params/setup_data/%d/%s", i, what);
	f = kstd_live_file(dump, path);
	if (!f)
		return false;
	ok = fread(buf, 1, len, f) > 0;
	if (ferror(f))
		kstd_errno(dump->ctx, path, EIO);
	fclose(f);
	return ok;
}

static void ask_sysfs(struct kstd_dump *dump, struct kstd_known_roots *known)
{
	for (int i = 0; i < SETUP_MAX && !known->in_how; i++) {
		uint8_t data[SETUP_BYTES] = { 0 };
		char type[16] = "";

		if (!read_sysfs(dump, i, "type", type, sizeof(type) - 1))
			return;
		if (strtoul(type, NULL, 0) == SETUP_KHO && read_sysfs(dump, i, "data", data, 32))
			set_known_root(dump, kstd_bytes_int(data, 8, false), KSTD_SIDE_IN, by_setup,
				       known);
	}
}

static bool lacks(const struct kstd_known_roots *known, unsigned int sides)
{
	return !known->out_how || (!known->in_how && sides & KSTD_SIDE_IN);
}

void kstd_find_root_kernel(struct kstd_dump *dump, unsigned int sides,
			   struct kstd_known_roots *known)
{
	/* /proc/kallsyms takes longer to read than the data, and has it only with KALLSYMS_ALL. */
	if (dump->live)
		ask_data(dump, sides, known);
	if (lacks(known, sides))
		ask_symbols(dump, known);
	if (lacks(known, sides) && !dump->live)
		ask_data(dump, sides, known);
	if (!known->in_how && sides & KSTD_SIDE_IN && dump->live)
		ask_sysfs(dump, known);
}
