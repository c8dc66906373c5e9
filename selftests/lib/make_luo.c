// SPDX-License-Identifier: GPL-2.0

#include <stdlib.h>
#include <string.h>

#include "make_luo.h"

static void encode(uint8_t *p, size_t size, bool big, uint64_t v)
{
	for (size_t i = 0; i < size; i++)
		p[big ? size - 1 - i : i] = v >> 8 * i;
}

static void *must(void *p)
{
	if (!p)
		abort();
	return p;
}

void luo_ser(uint8_t out[32], bool big, uint64_t number, uint64_t sessions, uint64_t flbs)
{
	memset(out, 0, 32);
	memcpy(out, "luo-v5", 6);
	encode(out + 8, 8, big, number);
	encode(out + 16, 8, big, sessions);
	encode(out + 24, 8, big, flbs);
}

static uint64_t put_files(struct memory *m, const struct luo_session *s)
{
	uint8_t *raw = must(calloc(s->nr + 1, 64));
	uint64_t first;

	for (size_t i = 0; i < s->nr; i++) {
		strncpy((char *)raw + 64 * i, s->files[i].handler, 47);
		encode(raw + 64 * i + 48, 8, m->phys.big, s->files[i].data);
		encode(raw + 64 * i + 56, 8, m->phys.big, s->files[i].token);
	}
	first = memory_blocks(m, raw, s->nr, 64);
	free(raw);
	return first;
}

uint64_t luo_sessions(struct memory *m, const struct luo_session *sessions, size_t nr)
{
	uint8_t *raw = must(calloc(nr + 1, 80));
	uint64_t first;

	for (size_t i = 0; i < nr; i++) {
		strncpy((char *)raw + 80 * i, sessions[i].name, 63);
		encode(raw + 80 * i + 64, 8, m->phys.big, put_files(m, &sessions[i]));
		encode(raw + 80 * i + 72, 8, m->phys.big, sessions[i].nr);
	}
	first = memory_blocks(m, raw, nr, 80);
	free(raw);
	return first;
}

uint64_t luo_flbs(struct memory *m, const char *const *flbs, size_t nr)
{
	uint64_t page = memory_alloc(m, m->phys.page_size);

	memory_int(m, page, 8, 1);
	memory_int(m, page + 8, 8, nr);
	for (size_t i = 0; i < nr; i++) {
		memory_put(m, page + 16 + 64 * i, flbs[i], strlen(flbs[i]));
		memory_int(m, page + 16 + 64 * i + 48, 8, 0x1000 * (i + 1));
		memory_int(m, page + 16 + 64 * i + 56, 8, i + 1);
	}
	return page;
}

/* Bitfields: the first one at the lower end of a little-endian word, else at the upper end. */
static uint64_t pack(const struct luo_folio *f, bool big)
{
	return big ? f->pfn << 12 | f->flags : f->flags << 52 | f->pfn;
}

/* The pages of the list, back to front so that they are not next to one another. */
static void put_list(struct memory *m, const struct luo_memfd *fd, uint8_t desc[16])
{
	size_t page = m->phys.page_size, per = page / 16, pages = (fd->nr + per - 1) / per;
	uint64_t *list = must(calloc(pages + 1, sizeof(*list)));

	for (size_t i = pages; i-- > 0;)
		list[i] = memory_alloc(m, page);
	for (size_t i = 0; i < fd->nr; i++) {
		uint64_t at = list[i / per] + i % per * 16;

		memory_int(m, at, 8, pack(&fd->folios[i], m->phys.big));
		memory_int(m, at + 8, 8, fd->folios[i].index);
	}
	memory_area(m, desc, list, pages, 0);
	free(list);
}

uint64_t luo_memfd(struct memory *m, const struct luo_memfd *fd)
{
	uint64_t pa = memory_alloc(m, m->phys.page_size);
	uint8_t desc[16] = { 0 };

	if (fd->nr)
		put_list(m, fd, desc);
	memory_int(m, pa, 8, fd->pos);
	memory_int(m, pa + 8, 8, fd->size);
	memory_int(m, pa + 16, 4, fd->seals);
	memory_int(m, pa + 20, 4, fd->flags);
	memory_int(m, pa + 24, 8, fd->nr);
	memory_put(m, pa + 32, desc, sizeof(desc));
	return pa;
}

uint64_t luo_text(struct memory *m, const char *text)
{
	size_t page = m->phys.page_size, len = strlen(text), nr = (len + page - 1) / page;
	struct luo_folio *folios = must(calloc(nr + 1, sizeof(*folios)));
	struct luo_memfd fd = { .size = len, .folios = folios, .nr = nr };
	uint64_t pa;

	for (size_t i = 0; i < nr; i++) {
		size_t n = len - i * page < page ? len - i * page : page;

		pa = memory_alloc(m, page);
		memory_put(m, pa, text + i * page, n);
		folios[i] = (struct luo_folio){ pa / page, 3, i };
	}
	pa = luo_memfd(m, &fd);
	free(folios);
	return pa;
}
