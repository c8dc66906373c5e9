/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KSTATE_CATALOG_H
#define _KSTATE_CATALOG_H

#include <stdint.h>

#include "../../include/linux/kho/abi/kstate.h"

/* Include "modpost.h" first, which may be included once only. */

/*
 * kstate's descriptions, as KSTATE_CATALOG() lists them, become a tree that needs
 * no pointer followed: a section of vmlinux and of each module that has some. See
 * include/linux/kho/abi/kstate.h, "Catalog".
 */

/* kstate_catalog.c */

void kstate_read_catalog(struct module *mod, struct elf_info *elf);
void kstate_write_catalog(struct buffer *b, struct module *mod);

/* kstate_elf.c: data of an object, and where its pointers lead */

/**
 * struct kstate_place - what a pointer points to
 * @sec: index of the section; 0 if the pointer is NULL
 * @off: bytes from its start
 */
struct kstate_place {
	unsigned int sec;
	Elf_Addr off;
};

unsigned int kstate_section(const struct elf_info *elf, const char *name);
const void *kstate_data(const struct elf_info *elf, struct kstate_place at, size_t len);
const char *kstate_string(const struct elf_info *elf, struct kstate_place at);
uint64_t kstate_number(const struct elf_info *elf, struct kstate_place at, size_t size);

/* 0, or -1 if it is a symbol of another object: @symbol is its name. */
int kstate_pointer(struct elf_info *elf, struct kstate_place at, struct kstate_place *to,
		   const char **symbol);
void kstate_elf_finish(void);

/* kstate_fdt.c: writing a tree */

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
	struct buffer b;
	uint32_t crc;
	int crc_at;
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

void kstate_add(struct buffer *b, const void *p, size_t len);
void kstate_put_be32(void *p, uint32_t val);

#endif /* _KSTATE_CATALOG_H */
