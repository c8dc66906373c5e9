// SPDX-License-Identifier: GPL-2.0

#include <stdlib.h>
#include <string.h>

#include "kdump.h"

#define PAGE		4096UL
#define SUB_BLOCKS	1
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
	uint8_t *p = k->file, *sub = k->file + k->block;

	memcpy(p, "KDUMP   ", 8);
	le(p + 8, 4, 6);
	strcpy((char *)p + AT_UTSNAME, "Linux");
	strcpy((char *)p + AT_UTSNAME + 2 * 65, "7.3.4-test");
	strcpy((char *)p + AT_UTSNAME + 4 * 65, k->machine ? k->machine : "x86_64");
	le(p + AT_STATUS, 4, k->status);
	le(p + AT_STATUS + 4, 4, k->block);
	le(p + AT_STATUS + 8, 4, SUB_BLOCKS);
	le(p + AT_STATUS + 12, 4, bitmaps / k->block);
	le(p + AT_STATUS + 16, 4, k->max);
	le(p + AT_STATUS + 36, 4, 1);
	le(sub + 8, 4, 31);
	le(sub + 12, 4, k->split);
	le(sub + 80, 8, k->first);
	le(sub + 88, 8, k->end ? k->end : k->max);
	le(sub + 96, 8, k->max);
	if (!k->vmcoreinfo)
		return;
	le(sub + 32, 8, k->block + 1024);
	le(sub + 40, 8, strlen(k->vmcoreinfo));
	memcpy(sub + 1024, k->vmcoreinfo, strlen(k->vmcoreinfo));
}

static void set(uint8_t *bitmap, uint64_t pfn)
{
	bitmap[pfn / 8] |= 1 << pfn % 8;
}

static bool in_part(const struct kdump *k, uint64_t pa)
{
	return pa / k->block >= k->first && pa / k->block < (k->end ? k->end : k->max);
}

/* Blocks that are written into this part; the bits of all are set, too. */
static size_t count(struct kdump *k, struct memory *m, uint8_t *memory, uint8_t *dumped)
{
	uint64_t pa, len, last = UINT64_MAX;
	size_t nr = 0;

	for (uint64_t at = 0; m->phys.ops->next(&m->phys, at, &pa, &len); at = pa + len) {
		set(memory, pa / k->block);
		set(dumped, pa / k->block);
		nr += in_part(k, pa) && pa / k->block != last;
		last = pa / k->block;
	}
	if (k->left_out)
		set(memory, k->left_out / k->block);
	return nr;
}

static void put_pages(struct kdump *k, struct memory *m)
{
	uint64_t pa, len, last = UINT64_MAX;
	enum kstd_avail there;
	uint8_t *desc = k->file + k->descs - DESC, *page = k->file + k->pages - k->block;

	for (uint64_t at = 0; m->phys.ops->next(&m->phys, at, &pa, &len); at = pa + len) {
		if (!in_part(k, pa))
			continue;
		if (pa / k->block != last) {
			desc += DESC;
			page += k->block;
			le(desc, 8, page - k->file);
			le(desc + 8, 4, k->block);
		}
		last = pa / k->block;
		m->phys.ops->read(&m->phys, pa, page + pa % k->block, PAGE, &there);
	}
}

void kdump_write(struct kdump *k, struct memory *m)
{
	size_t bitmap, nr;
	uint8_t *bits;

	k->block = k->block ? k->block : PAGE;
	bitmap = (k->max / 8 + k->block - 1) / k->block * k->block;
	bits = must_have(calloc(2, bitmap));
	nr = count(k, m, bits, bits + bitmap);
	k->descs = (1 + SUB_BLOCKS) * k->block + 2 * bitmap;
	k->pages = k->descs + nr * DESC;
	k->len = k->pages + nr * k->block;
	k->file = must_have(calloc(1, k->len));
	put_header(k, 2 * bitmap);
	memcpy(k->file + (1 + SUB_BLOCKS) * k->block, bits, 2 * bitmap);
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
