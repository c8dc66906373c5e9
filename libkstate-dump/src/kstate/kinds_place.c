// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Kinds that refer to memory. */

#include "kstate/field_kinds.h"

#define MAX_ORDER	KSTD_AREA_MAX_ORDER	/* no kernel has more, and no shift overflows */
#define FOLIO_BYTES	12

static void refer(const struct kstd_payload *p, const struct kstd_field *f, uint64_t pa,
		  uint64_t bytes, enum kstd_ref_kind kind)
{
	struct kstd_where where = KSTD_AT(p->where, f->name, strlen(f->name));

	if (p->refs && bytes)
		p->refs->memory(p->refs, &where, pa, bytes, kind);
}

static bool bytes_of(const struct kstd_payload *p, uint64_t pages, uint64_t *bytes)
{
	*bytes = 0;
	return p->page_size && !__builtin_mul_overflow(pages, p->page_size, bytes);
}

/* Pages in bytes; null if that is not known. */
static void put_bytes(struct kstd_payload *p, struct kstd_node *n, uint64_t pages)
{
	uint64_t bytes;

	if (bytes_of(p, pages, &bytes))
		kstd_put_num(p->arena, n, KSTD_K_FOLIO_BYTES, KSTD_SIZE, bytes);
	else
		kstd_put(p->arena, n, KSTD_K_FOLIO_BYTES, KSTD_NULL);
}

static struct kstd_node *put_object(struct kstd_payload *p, struct kstd_node *into, uint64_t at)
{
	return kstd_placed(kstd_styled(kstd_put(p->arena, into, KSTD_K_VALUE, KSTD_OBJECT),
				       KSTD_STYLE_INLINE), at);
}

static bool no_folio(const struct kstd_payload *p, uint64_t address, uint64_t order)
{
	return !address || order > MAX_ORDER ||
	       (p->page_size && address & (((uint64_t)p->page_size << order) - 1));
}

static int get_folio(struct kstd_payload *p, uint64_t *address, uint64_t *order)
{
	if (p->s.len < FOLIO_BYTES)
		return kstd_too_short(p, FOLIO_BYTES);
	kstd_get_int(p, 8, address);
	return kstd_get_int(p, 4, order);
}

static void put_folio(struct kstd_payload *p, const struct kstd_field *f, struct kstd_node *n,
		      uint64_t address, uint64_t order, uint64_t at)
{
	uint64_t bytes, pages = order <= MAX_ORDER ? 1ULL << order : UINT64_MAX;

	if (bytes_of(p, pages, &bytes))
		refer(p, f, address, bytes, KSTD_REF_DATA);
	kstd_placed(kstd_put_num(p->arena, n, KSTD_K_ADDRESS, KSTD_ADDRESS, address), at);
	kstd_placed(kstd_put_num(p->arena, n, KSTD_K_ORDER, KSTD_U32, order), at + 8);
	put_bytes(p, n, pages);
}

int kstd_decode_folio(struct kstd_payload *p, const struct kstd_field *f, struct kstd_node *into)
{
	uint64_t address = 0, order = 0, at = p->s.at;
	int rc = get_folio(p, &address, &order);

	if (rc)
		return rc;
	if (!address && !order)
		return kstd_null_put(p, into, at);
	if (no_folio(p, address, order))
		kstd_odd(p, at, "no folio can be at 0x%llx with order %llu",
			 (unsigned long long)address, (unsigned long long)order);
	put_folio(p, f, put_object(p, into, at), address, order, at);
	return 0;
}

/* Make an element of an array or map of folios, which check_folios() has checked. */
static void make_folio(struct kstd_payload *p, const struct kstd_field *f, uint64_t i,
		       struct kstd_node *into)
{
	bool map = f->kind->decode == kstd_decode_folio_map;
	uint64_t index = 0, address = 0, order = 0, at = p->s.at;
	struct kstd_node *n;

	(void)i;
	if (map && kstd_get_int(p, 8, &index))
		return;
	if (get_folio(p, &address, &order))
		return;
	if (!map && !address && !order) {
		kstd_null_put(p, into, at);
		return;
	}
	n = put_object(p, into, at);
	if (map)
		kstd_placed(kstd_put_num(p->arena, n, KSTD_K_INDEX, KSTD_U64, index), at);
	put_folio(p, f, n, address, order, at + (map ? 8 : 0));
}

/* The elements are made later, when they are asked for; errors in them are reported now. */
static void check_folios(struct kstd_payload *p, struct kstd_span raw, uint64_t nr, bool map)
{
	struct kstd_payload at = *p;
	uint64_t index = 0, before = 0, address = 0, order = 0;

	at.s = raw;
	for (uint64_t i = 0; i < nr; i++, before = index) {
		uint64_t here = at.s.at;

		if (map)
			kstd_get_int(&at, 8, &index);
		get_folio(&at, &address, &order);
		if (map && i && index <= before)
			kstd_odd(p, here, "index %llu after index %llu", (unsigned long long)index,
				 (unsigned long long)before);
		else if ((map || address || order) && no_folio(p, address, order))
			kstd_odd(p, here, "no folio can be at 0x%llx with order %llu",
				 (unsigned long long)address, (unsigned long long)order);
		else
			continue;
		return;
	}
}

static int put_folios(struct kstd_payload *p, const struct kstd_field *f, uint64_t size,
		      struct kstd_node *into)
{
	struct kstd_node *list;
	struct kstd_span raw;
	uint64_t nr, bytes;
	int rc = kstd_get_number(p, f, &nr);

	if (rc)
		return rc;
	if (__builtin_mul_overflow(nr, size, &bytes))
		bytes = UINT64_MAX;
	if (!kstd_span_take(&p->s, bytes, &raw))
		return kstd_too_short(p, bytes);
	check_folios(p, raw, nr, size != FOLIO_BYTES);
	list = kstd_styled(kstd_lazy_put(p, f, raw, nr, make_folio, into, KSTD_K_VALUE),
			   KSTD_STYLE_INLINE);
	if (p->refs)
		kstd_lazy_decode(list);
	return 0;
}

int kstd_decode_folio_array(struct kstd_payload *p, const struct kstd_field *f,
			    struct kstd_node *into)
{
	return put_folios(p, f, FOLIO_BYTES, into);
}

int kstd_decode_folio_map(struct kstd_payload *p, const struct kstd_field *f,
			  struct kstd_node *into)
{
	return put_folios(p, f, 8 + FOLIO_BYTES, into);
}

int kstd_decode_address(struct kstd_payload *p, const struct kstd_field *f,
			struct kstd_node *into)
{
	uint64_t address, at = p->s.at;
	int rc = kstd_get_int(p, 8, &address);

	if (rc)
		return rc;
	if (!address)
		return kstd_null_put(p, into, at);
	kstd_placed(kstd_put_num(p->arena, into, KSTD_K_VALUE, KSTD_ADDRESS, address), at);
	refer(p, f, address, 1, KSTD_REF_POINTER);	/* how much is there is not known */
	return 0;
}

int kstd_decode_page(struct kstd_payload *p, const struct kstd_field *f, struct kstd_node *into)
{
	uint64_t pfn, address, at = p->s.at;
	int rc = kstd_get_int(p, 8, &pfn);
	struct kstd_node *n;

	if (rc)
		return rc;
	if (pfn == KSTATE_ABI_NO_PAGE)
		return kstd_null_put(p, into, at);
	n = put_object(p, into, at);
	kstd_placed(kstd_put_num(p->arena, n, KSTD_K_PFN, KSTD_U64, pfn), at);
	if (p->page_size && !__builtin_mul_overflow(pfn, p->page_size, &address)) {
		kstd_put_num(p->arena, n, KSTD_K_PAGE_ADDRESS, KSTD_ADDRESS, address);
		refer(p, f, address, p->page_size, KSTD_REF_POINTER);
		return 0;
	}
	kstd_put(p->arena, n, KSTD_K_PAGE_ADDRESS, KSTD_NULL);
	if (p->page_size)
		kstd_odd(p, at, "no page can have number 0x%llx", (unsigned long long)pfn);
	return 0;
}

static void put_area(struct kstd_payload *p, const struct kstd_area *a, uint64_t at,
		     struct kstd_node *into)
{
	struct kstd_node *n = put_object(p, into, at);

	kstd_placed(kstd_put_num(p->arena, n, KSTD_K_PAGES, KSTD_U32, a->pages), at + 8);
	put_bytes(p, n, a->pages);
	kstd_placed(kstd_put_num(p->arena, n, KSTD_K_AREA_ORDER, KSTD_U32, a->order), at + 14);
	kstd_placed(kstd_put_num(p->arena, n, KSTD_K_FIRST_CHUNK, KSTD_ADDRESS, a->first), at);
	kstd_hidden_if(kstd_placed(kstd_put_num(p->arena, n, KSTD_K_AREA_FLAGS, KSTD_U32, a->flags),
				   at + 12), !a->flags);
}

int kstd_decode_vmalloc(struct kstd_payload *p, const struct kstd_field *f,
			struct kstd_node *into)
{
	struct kstd_where where = KSTD_AT(p->where, f->name, strlen(f->name));
	uint64_t at = p->s.at;
	struct kstd_area a;

	if (!kstd_area_take(&p->s, p->big, &a))
		return kstd_too_short(p, KSTD_AREA_BYTES);
	if (!a.first && !a.pages && !a.flags && !a.order)
		return kstd_null_put(p, into, at);
	if (!a.first || !a.pages || a.order > MAX_ORDER ||
	    (p->page_size && a.first % p->page_size))
		kstd_odd(p, at, "no area can have %llu pages of order %llu and begin at 0x%llx",
			 (unsigned long long)a.pages, (unsigned long long)a.order,
			 (unsigned long long)a.first);
	put_area(p, &a, at, into);
	if (p->refs)
		p->refs->area(p->refs, &where, &a);
	return 0;
}
