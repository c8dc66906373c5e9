/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KSTATE_CATALOG_H
#define _KSTATE_CATALOG_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../include/linux/kho/abi/kstate.h"

/*
 * kstate's descriptions, as KSTATE_CATALOG() lists them, become a tree that needs
 * no pointer followed: a section of vmlinux and of each module that has some. See
 * include/linux/kho/abi/kstate.h, "Catalog".
 */

/**
 * struct kstate_buf - bytes, more of which are coming
 * @p: the bytes; to be freed
 * @len: their number
 * @size: for how many there is room
 */
struct kstate_buf {
	char *p;
	size_t len;
	size_t size;
};

/* elf.c: data of an object, and where its pointers lead */

/**
 * struct kstate_sec - a section's header
 * @name: offset into the section of names
 * @type: SHT_*
 * @link: sh_link
 * @info: sh_info
 * @off: where it is in the file
 * @size: bytes
 */
struct kstate_sec {
	uint32_t name;
	uint32_t type;
	uint32_t link;
	uint32_t info;
	uint64_t off;
	uint64_t size;
};

/**
 * struct kstate_elf - an object that is read
 * @path: its file, for messages
 * @map: its bytes
 * @size: their number
 * @swap: its byte order is not the host's
 * @sec: its sections
 * @nr: their number
 * @names: the one of names
 * @symtab: the one of symbols
 * @shndx: the one of sections' indices that do not fit into symbols, or 0
 * @relas: relocations that were looked for
 */
struct kstate_elf {
	const char *path;
	const void *map;
	size_t size;
	bool swap;
	struct kstate_sec *sec;
	unsigned int nr;
	unsigned int names;
	unsigned int symtab;
	unsigned int shndx;
	struct kstate_relas *relas;
};

/**
 * struct kstate_place - what a pointer points to
 * @sec: index of the section; 0 if the pointer is NULL
 * @off: bytes from its start
 */
struct kstate_place {
	unsigned int sec;
	uint64_t off;
};

bool kstate_elf_open(struct kstate_elf *elf, const char *path);
void kstate_elf_close(struct kstate_elf *elf);
bool kstate_elf_write(const struct kstate_elf *like, const char *path,
		      const struct kstate_buf *tree);

unsigned int kstate_section(const struct kstate_elf *elf, const char *name);
size_t kstate_section_size(const struct kstate_elf *elf, unsigned int sec);
const void *kstate_data(const struct kstate_elf *elf, struct kstate_place at, size_t len);
const char *kstate_string(const struct kstate_elf *elf, struct kstate_place at);
uint64_t kstate_number(const struct kstate_elf *elf, struct kstate_place at, size_t size);

/* 0, or -1 if it is a symbol of another object: @symbol is its name. */
int kstate_pointer(struct kstate_elf *elf, struct kstate_place at, struct kstate_place *to,
		   const char **symbol);

/* catalog.c */

bool kstate_catalog_of(struct kstate_elf *elf, struct kstate_buf *tree);

/* fdt.c: writing a tree */

#define __KSTATE_FDT_PROP(sym, name)	KSTATE_PROP_##sym,
enum kstate_prop {
	KSTATE_ABI_PROPS(__KSTATE_FDT_PROP)
};
#undef __KSTATE_FDT_PROP

/**
 * struct kstate_fdt - a tree on its way
 * @b: its bytes
 * @crc: over the properties since kstate_fdt_crc_begin()
 * @crc_at: where it belongs
 */
struct kstate_fdt {
	struct kstate_buf b;
	uint32_t crc;
	size_t crc_at;
};

void kstate_fdt_begin(struct kstate_fdt *fdt);
void kstate_fdt_end(struct kstate_fdt *fdt);
void kstate_fdt_node(struct kstate_fdt *fdt, const char *name);
void kstate_fdt_end_node(struct kstate_fdt *fdt);
void kstate_fdt_prop(struct kstate_fdt *fdt, enum kstate_prop prop, const void *p, size_t len);
void kstate_fdt_str(struct kstate_fdt *fdt, enum kstate_prop prop, const char *str);
void kstate_fdt_u32(struct kstate_fdt *fdt, enum kstate_prop prop, uint32_t val);
void kstate_fdt_u64(struct kstate_fdt *fdt, enum kstate_prop prop, uint64_t val);
void kstate_fdt_crc_begin(struct kstate_fdt *fdt);
void kstate_fdt_crc_name(struct kstate_fdt *fdt, const char *name);
void kstate_fdt_crc_here(struct kstate_fdt *fdt);
void kstate_fdt_crc_end(struct kstate_fdt *fdt);

void kstate_add(struct kstate_buf *b, const void *p, size_t len);
void kstate_put_be32(void *p, uint32_t val);

#endif /* _KSTATE_CATALOG_H */
