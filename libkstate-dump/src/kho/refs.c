// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include "base/array.h"
#include "kho/refs.h"

bool kstd_ref(struct kstd_refs *refs, uint64_t pa, uint64_t bytes, enum kstd_ref_kind kind,
	      const char *owner)
{
	struct kstd_memory_ref *last;

	if (!refs || !bytes)
		return true;
	if (pa + bytes < pa)
		return false;
	last = refs->nr ? &refs->v[refs->nr - 1] : NULL;
	if (last && last->owner == owner && last->kind == kind && last->pa + last->bytes == pa) {
		last->bytes += bytes;
		return true;
	}
	if (!owner || !kstd_array_fits(refs->v, refs->nr, refs->room)) {
		refs->short_of = true;
		return false;
	}
	refs->v[refs->nr++] = (struct kstd_memory_ref){ pa, bytes, kind, refs->holder, owner };
	return true;
}

bool kstd_ref_opaque(struct kstd_refs *refs, const char *owner)
{
	if (!owner || !kstd_array_fits(refs->opaque, refs->nr_opaque, refs->opaque_room)) {
		refs->short_of = true;
		return false;
	}
	refs->opaque[refs->nr_opaque++] = owner;
	return true;
}

void kstd_ref_add(struct kstd_dump *dump, const struct kstd_where *where, struct kstd_refs *refs,
		  uint64_t pa, uint64_t bytes, enum kstd_ref_kind kind, const char *owner)
{
	if (kstd_ref(refs, pa, bytes, kind, owner))
		return;
	if (pa + bytes < pa)
		kstd_defect(dump, where, KSTD_E_CORRUPT, KSTD_NO_OFFSET,
			    "0x%llx bytes at 0x%llx: beyond the end of all memory",
			    (unsigned long long)bytes, (unsigned long long)pa);
	else
		kstd_defect(dump, where, KSTD_E_MEMORY, KSTD_NO_OFFSET, NULL);
}

const char *kstd_owner(struct kstd_dump *dump, const struct kstd_where *where)
{
	char text[KSTD_WHERE_TEXT];

	kstd_where_text(text, sizeof(text), where);
	return kstd_arena_str(&dump->arena, text, strlen(text));
}

bool kstd_refs_whole(const struct kstd_refs *refs, const char *owner)
{
	if (refs->nr_partial > KSTD_MAX_PARTIAL)
		return false;
	for (size_t i = 0; i < refs->nr_partial; i++)
		if (!strncmp(owner, refs->partial[i], strlen(refs->partial[i])))
			return false;
	return true;
}

static int by_address(const void *a, const void *b)
{
	const struct kstd_memory_ref *x = a, *y = b;

	if (x->pa != y->pa)
		return x->pa < y->pa ? -1 : 1;
	return x->bytes == y->bytes ? 0 : x->bytes > y->bytes ? -1 : 1;
}

void kstd_refs_sort(struct kstd_refs *refs)
{
	if (refs->nr)
		qsort(refs->v, refs->nr, sizeof(*refs->v), by_address);
}

void kstd_refs_free(struct kstd_refs *refs)
{
	free(refs->opaque);
	free(refs->v);
	*refs = (struct kstd_refs){ .side = refs->side };
}
