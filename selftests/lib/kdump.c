// SPDX-License-Identifier: GPL-2.0

#include <stdlib.h>
#include <string.h>

#include "kdump.h"

#define BLOCK		4096UL
#define SUB_BLOCKS	1
#define BITMAP(max)	(((max) / 8 + BLOCK - 1) / BLOCK * BLOCK)
#define AT_UTSNAME	12
#define AT_STATUS	424
#define DESC		24
#define FLAT_HEADER	4096

static void *must_have(void *p)
{
	if (!p)
		abort();
	return p;
}

static void le(uint8_t *p, size_t size, uint64_t v)
{
	for (size_t i = 0; i < size; i++)
		p[i] = v >> 8 * i;
}

static void be64(uint8_t *p, uint64_t v)
{
	for (int i = 0; i < 8; i++)
		p[i] = v >> 8 * (7 - i);
}

static void put_header(struct kdump *k, size_t bitmaps)
{
	uint8_t *p = k->file, *sub = k->file + BLOCK;

	memcpy(p, "KDUMP   ", 8);
	le(p + 8, 4, 6);
	strcpy((char *)p + AT_UTSNAME, "Linux");
	strcpy((char *)p + AT_UTSNAME + 2 * 65, "7.3.4-test");
	strcpy((char *)p + AT_UTSNAME + 4 * 65, "x86_64");
	le(p + AT_STATUS, 4, k->status);
	le(p + AT_STATUS + 4, 4, BLOCK);
	le(p + AT_STATUS + 8, 4, SUB_BLOCKS);
	le(p + AT_STATUS + 12, 4, bitmaps / BLOCK);
	le(p + AT_STATUS + 16, 4, k->max);
	le(p + AT_STATUS + 36, 4, 1);
	le(sub + 8, 4, 31);
	le(sub + 12, 4, k->split);
	le(sub + 80, 8, k->first);
	le(sub + 88, 8, k->end ? k->end : k->max);
	le(sub + 96, 8, k->max);
	if (!k->vmcoreinfo)
		return;
	le(sub + 32, 8, BLOCK + 1024);
	le(sub + 40, 8, strlen(k->vmcoreinfo));
	memcpy(sub + 1024, k->vmcoreinfo, strlen(k->vmcoreinfo));
}

static void set(uint8_t *bitmap, uint64_t pfn)
{
	bitmap[pfn / 8] |= 1 << pfn % 8;
}

static bool in_part(const struct kdump *k, uint64_t pa)
{
	return pa / BLOCK >= k->first && pa / BLOCK < (k->end ? k->end : k->max);
}

/* Pages that are written into this part; their bits are set, too. */
static size_t count(struct kdump *k, struct memory *m, uint8_t *memory, uint8_t *dumped)
{
	uint64_t pa, len;
	size_t nr = 0;

	for (uint64_t at = 0; m->phys.ops->next(&m->phys, at, &pa, &len); at = pa + len) {
		set(memory, pa / BLOCK);
		set(dumped, pa / BLOCK);
		nr += in_part(k, pa);
	}
	if (k->left_out)
		set(memory, k->left_out / BLOCK);
	return nr;
}

static void put_pages(struct kdump *k, struct memory *m)
{
	uint64_t pa, len, at = 0;
	enum kstd_avail there;

	for (size_t i = 0; m->phys.ops->next(&m->phys, at, &pa, &len); at = pa + len) {
		uint8_t *desc = k->file + k->descs + i * DESC;

		if (!in_part(k, pa))
			continue;
		le(desc, 8, k->pages + i * BLOCK);
		le(desc + 8, 4, BLOCK);
		m->phys.ops->read(&m->phys, pa, k->file + k->pages + i * BLOCK, BLOCK, &there);
		i++;
	}
}

void kdump_write(struct kdump *k, struct memory *m)
{
	size_t bitmap = BITMAP(k->max), nr;
	uint8_t *bits = must_have(calloc(2, bitmap));

	nr = count(k, m, bits, bits + bitmap);
	k->descs = (1 + SUB_BLOCKS) * BLOCK + 2 * bitmap;
	k->pages = k->descs + nr * DESC;
	k->len = k->pages + nr * BLOCK;
	k->file = must_have(calloc(1, k->len));
	put_header(k, 2 * bitmap);
	memcpy(k->file + (1 + SUB_BLOCKS) * BLOCK, bits, 2 * bitmap);
	put_pages(k, m);
	free(bits);
}

uint8_t *kdump_flatten(const struct kdump *k, size_t record, size_t *len)
{
	size_t nr = (k->len + record - 1) / record, n;
	uint8_t *out = must_have(calloc(1, FLAT_HEADER + k->len + 16 * (nr + 1)));
	uint8_t *p = out + FLAT_HEADER;

	memcpy(out, "makedumpfile", 12);
	be64(out + 16, 1);
	be64(out + 24, 1);
	for (size_t at = 0; at < k->len; at += n, p += 16 + n) {
		n = k->len - at < record ? k->len - at : record;
		be64(p, at);
		be64(p + 8, n);
		memcpy(p + 16, k->file + at, n);
	}
	memset(p, 0xff, 16);
	*len = p + 16 - out;
	return out;
}
