// SPDX-License-Identifier: GPL-2.0
/*
 * fdt.c - a tree, written front to back
 *
 * All property names are known beforehand and make up the strings block.
 */

#include <array_size.h>
#include <xalloc.h>

#include "catalog.h"

#define FDT_MAGIC		0xd00dfeed
#define FDT_BEGIN_NODE		1
#define FDT_END_NODE		2
#define FDT_PROP		3
#define FDT_END			9
#define FDT_HEAD		(10 * 4)
#define FDT_RSVMAP		16
#define FDT_VERSION		17
#define FDT_COMPATIBLE_VERSION	16

#define CRC32C_POLY		0x82f63b78

#define __KSTATE_FDT_NAME(sym, name)	name,
static const char *const kstate_names[] = { KSTATE_ABI_PROPS(__KSTATE_FDT_NAME) };

void kstate_add(struct kstate_buf *b, const void *p, size_t len)
{
	if (b->size - b->len < len) {
		b->size = 2 * b->size + len;
		b->p = xrealloc(b->p, b->size);
	}
	if (len)
		memcpy(b->p + b->len, p, len);
	b->len += len;
}

void kstate_put_be32(void *p, uint32_t val)
{
	uint8_t *to = p;

	for (int i = 0; i < 4; i++)
		to[i] = val >> (24 - 8 * i);
}

static void kstate_fdt_cell(struct kstate_fdt *fdt, uint32_t val)
{
	char raw[4];

	kstate_put_be32(raw, val);
	kstate_add(&fdt->b, raw, sizeof(raw));
}

static void kstate_fdt_pad(struct kstate_fdt *fdt)
{
	kstate_add(&fdt->b, "\0\0\0", -fdt->b.len & 3);
}

static void kstate_fdt_crc(struct kstate_fdt *fdt, const void *p, size_t len)
{
	const uint8_t *from = p;

	while (len--) {
		fdt->crc ^= *from++;
		for (int bit = 0; bit < 8; bit++)
			fdt->crc = fdt->crc >> 1 ^ (fdt->crc & 1 ? CRC32C_POLY : 0);
	}
}

static uint32_t kstate_fdt_name_at(enum kstate_prop prop)
{
	uint32_t at = 0;

	for (int i = 0; i < (int)prop; i++)
		at += strlen(kstate_names[i]) + 1;
	return at;
}

void kstate_fdt_begin(struct kstate_fdt *fdt)
{
	static const char head[FDT_HEAD + FDT_RSVMAP];

	*fdt = (struct kstate_fdt){};
	kstate_add(&fdt->b, head, sizeof(head));
}

/* The header, now that its numbers are known. */
static void kstate_fdt_head(struct kstate_fdt *fdt, uint32_t strings)
{
	const uint32_t head[] = {
		FDT_MAGIC, fdt->b.len, FDT_HEAD + FDT_RSVMAP, strings, FDT_HEAD,
		FDT_VERSION, FDT_COMPATIBLE_VERSION, 0, fdt->b.len - strings,
		strings - FDT_HEAD - FDT_RSVMAP,
	};

	for (size_t i = 0; i < ARRAY_SIZE(head); i++)
		kstate_put_be32(fdt->b.p + 4 * i, head[i]);
}

void kstate_fdt_end(struct kstate_fdt *fdt)
{
	uint32_t strings;

	kstate_fdt_cell(fdt, FDT_END);
	strings = fdt->b.len;
	for (size_t i = 0; i < ARRAY_SIZE(kstate_names); i++)
		kstate_add(&fdt->b, kstate_names[i], strlen(kstate_names[i]) + 1);
	kstate_fdt_head(fdt, strings);
}

void kstate_fdt_node(struct kstate_fdt *fdt, const char *name)
{
	kstate_fdt_cell(fdt, FDT_BEGIN_NODE);
	kstate_add(&fdt->b, name, strlen(name) + 1);
	kstate_fdt_pad(fdt);
}

void kstate_fdt_end_node(struct kstate_fdt *fdt)
{
	kstate_fdt_cell(fdt, FDT_END_NODE);
}

void kstate_fdt_prop(struct kstate_fdt *fdt, enum kstate_prop prop, const void *p, size_t len)
{
	char raw[4];

	kstate_put_be32(raw, len);
	kstate_fdt_crc_name(fdt, kstate_names[prop]);
	kstate_fdt_crc(fdt, raw, sizeof(raw));
	kstate_fdt_crc(fdt, p, len);
	kstate_fdt_cell(fdt, FDT_PROP);
	kstate_fdt_cell(fdt, len);
	kstate_fdt_cell(fdt, kstate_fdt_name_at(prop));
	kstate_add(&fdt->b, p, len);
	kstate_fdt_pad(fdt);
}

void kstate_fdt_str(struct kstate_fdt *fdt, enum kstate_prop prop, const char *str)
{
	kstate_fdt_prop(fdt, prop, str, strlen(str) + 1);
}

void kstate_fdt_u32(struct kstate_fdt *fdt, enum kstate_prop prop, uint32_t val)
{
	char raw[4];

	kstate_put_be32(raw, val);
	kstate_fdt_prop(fdt, prop, raw, sizeof(raw));
}

void kstate_fdt_u64(struct kstate_fdt *fdt, enum kstate_prop prop, uint64_t val)
{
	char raw[8];

	kstate_put_be32(raw, val >> 32);
	kstate_put_be32(raw + 4, val);
	kstate_fdt_prop(fdt, prop, raw, sizeof(raw));
}

/* Sum up the properties that follow. */
void kstate_fdt_crc_begin(struct kstate_fdt *fdt)
{
	fdt->crc = ~0U;
}

/* The name of a node whose properties count, too. */
void kstate_fdt_crc_name(struct kstate_fdt *fdt, const char *name)
{
	kstate_fdt_crc(fdt, name, strlen(name) + 1);
}

/* The property for the sum, which is not part of it. */
void kstate_fdt_crc_here(struct kstate_fdt *fdt)
{
	uint32_t crc = fdt->crc;

	kstate_fdt_u32(fdt, KSTATE_PROP_CRC, 0);
	fdt->crc = crc;
	fdt->crc_at = fdt->b.len - 4;
}

void kstate_fdt_crc_end(struct kstate_fdt *fdt)
{
	kstate_put_be32(fdt->b.p + fdt->crc_at, ~fdt->crc);
}
