// SPDX-License-Identifier: GPL-2.0

#include <stdlib.h>
#include <string.h>

#include <elf.h>

#include "make_core.h"

#define EHDR	64
#define PHDR	56
#define SHDR	64

static void *must_have(void *p)
{
	if (!p)
		abort();
	return p;
}

struct core_load *core_load(struct core *c, uint64_t pa, const void *p, uint64_t bytes)
{
	if (c->nr == c->room) {
		c->room = c->room ? 2 * c->room : 16;
		c->loads = must_have(realloc(c->loads, c->room * sizeof(*c->loads)));
	}
	c->loads[c->nr] = (struct core_load){ .pa = pa, .p = p, .bytes = bytes, .memory = bytes };
	return &c->loads[c->nr++];
}

void core_memory(struct core *c, struct memory *m, uint64_t virt)
{
	const struct kstd_phys_ops *ops = m->phys.ops;
	uint64_t pa, len;

	for (uint64_t at = 0; ops->next(&m->phys, at, &pa, &len); at = pa + len) {
		struct core_load *l = core_load(c, pa, NULL, len);

		l->own = must_have(malloc(len));
		l->p = l->own;
		if (virt)
			l->virt = virt + pa;
		for (uint64_t done = 0; done < len;) {
			enum kstd_avail there;

			done += ops->read(&m->phys, pa + done, l->own + done, len - done, &there);
		}
	}
}

static void native(const struct core *c, uint8_t *p, size_t size, uint64_t v)
{
	for (size_t i = 0; i < size; i++)
		p[c->big ? size - 1 - i : i] = v >> (8 * i);
}

static size_t up4(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

void core_note(struct core *c, const char *owner, uint32_t type, const void *desc, size_t len)
{
	size_t name = strlen(owner) + 1, all = 12 + up4(name) + up4(len);
	uint8_t *p;

	c->notes = must_have(realloc(c->notes, c->notes_len + all));
	p = c->notes + c->notes_len;
	memset(p, 0, all);
	native(c, p, 4, name);
	native(c, p + 4, 4, len);
	native(c, p + 8, 4, type);
	memcpy(p + 12, owner, name);
	memcpy(p + 12 + up4(name), desc, len);
	c->notes_len += all;
}

static void put_header(const struct core *c, size_t phdrs, uint64_t phoff, uint64_t shoff)
{
	uint8_t *p = c->file;

	memcpy(p, ELFMAG, SELFMAG);
	p[EI_CLASS] = ELFCLASS64;
	p[EI_DATA] = c->big ? ELFDATA2MSB : ELFDATA2LSB;
	p[EI_VERSION] = EV_CURRENT;
	native(c, p + 16, 2, c->type ? c->type : ET_CORE);
	native(c, p + 18, 2, c->machine ? c->machine : EM_X86_64);
	native(c, p + 20, 4, EV_CURRENT);
	native(c, p + 32, 8, phoff);
	native(c, p + 40, 8, shoff);
	native(c, p + 52, 2, EHDR);
	native(c, p + 54, 2, PHDR);
	native(c, p + 56, 2, c->xnum ? PN_XNUM : phdrs);
	native(c, p + 58, 2, SHDR);
	native(c, p + 60, 2, c->xnum ? 1 : 0);
	if (c->xnum)
		native(c, p + shoff + 44, 4, phdrs);
}

static void put_phdr(const struct core *c, uint8_t *p, uint32_t type, const struct core_load *l)
{
	native(c, p, 4, type);
	native(c, p + 8, 8, l->offset);
	native(c, p + 16, 8, l->virt);
	native(c, p + 24, 8, l->pa);
	native(c, p + 32, 8, l->bytes);
	native(c, p + 40, 8, l->memory);
}

void core_finish(struct core *c)
{
	size_t notes = c->notes_len ? 1 : 0, phdrs = c->nr + notes;
	uint64_t shoff = c->xnum ? EHDR : 0, phoff = EHDR + (c->xnum ? SHDR : 0);
	uint64_t at = phoff + phdrs * PHDR, note_at = at;

	at += c->notes_len + c->zeros;
	for (size_t i = 0; i < c->nr; i++) {
		if (c->loads[i].wild)
			continue;
		c->loads[i].offset = at;
		at += c->loads[i].bytes;
	}
	c->len = at;
	c->file = must_have(calloc(1, at));
	put_header(c, phdrs, phoff, shoff);
	if (notes) {
		struct core_load l = { .offset = note_at, .bytes = c->notes_len };

		put_phdr(c, c->file + phoff, PT_NOTE, &l);
		memcpy(c->file + note_at, c->notes, c->notes_len);
	}
	for (size_t i = 0; i < c->nr; i++) {
		put_phdr(c, c->file + phoff + (notes + i) * PHDR, PT_LOAD, &c->loads[i]);
		if (!c->loads[i].wild && c->loads[i].bytes)
			memcpy(c->file + c->loads[i].offset, c->loads[i].p, c->loads[i].bytes);
	}
}

void core_free(struct core *c)
{
	for (size_t i = 0; i < c->nr; i++)
		free(c->loads[i].own);
	free(c->loads);
	free(c->notes);
	free(c->file);
	*c = (struct core){ 0 };
}
