// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include "memory/core.h"
#include "luo/kernel_structs.h"
#include "luo/luo.h"

/* The data of a kernel is not farther than this from its type information, or its other data. */
#define IMAGE_BYTES	(128UL << 20)

/* LUO's data is near to other data of it, and not far from KHO's. */
#define NEAR_LUO	(256UL << 10)
#define NEAR_KHO	(2UL << 20)

/* The linear map begins at a multiple of this, less the address at which memory begins. */
#define LINEAR_STEP	(128UL << 20)

/* Without a hint where the kernel is, this much memory is searched. */
#define MAX_SEARCH	(64UL << 30)

/* The physical and virtual start of a kernel are multiples of this on x86-64 and arm64. */
#define IMAGE_ALIGN	(2UL << 20)

#define PA_BITS		52	/* of physical memory, of which the linear map has all */

#define FLB_HEADER	16	/* struct luo_flb_header_ser */

/**
 * struct search - looking for a kernel with one layout
 * @best: the one with the highest number so far; @found says whether there is one
 * @of_image: what is searched is the image of the kernel that runs, which has one alone
 * @last: no more are looked for
 */
struct search {
	struct kstd_dump *dump;
	const struct kstd_btf_offsets *layout;
	struct kstd_luo_kernel best;
	bool found;
	bool of_image;
	bool last;
};

static bool read_word(struct kstd_dump *dump, uint64_t pa, size_t size, uint64_t *v)
{
	uint8_t raw[8];

	if (size > sizeof(raw) || kstd_phys_copy(dump, pa, raw, size))
		return false;
	*v = kstd_bytes_int(raw, size, dump->phys->big);
	return true;
}

bool kstd_kernel_int(const struct kstd_luo_kernel *k, uint64_t pa, size_t size, uint64_t *v)
{
	return read_word(k->dump, pa, size, v);
}

/* Translate a virtual address by what the core has on it. */
static bool core_pa(const struct kstd_dump *dump, uint64_t va, uint64_t *pa)
{
	const struct kstd_core *core = kstd_core_of(dump);
	const struct kstd_mapped_range *seg = core ? kstd_range_map_find(&core->virt, va) : NULL;

	if (!kstd_mapped_range_has(seg, va))
		return false;
	*pa = seg->off + (va - seg->pa);
	return true;
}

/* Is it in the kernel's image, by where that is, or by how near it is to the kernel's data? */
static bool image_pa(const struct kstd_luo_kernel *k, uint64_t va, uint64_t *pa, bool *sure)
{
	uint64_t unused;

	*sure = core_pa(k->dump, k->global + k->image, &unused);
	if (*sure)
		return core_pa(k->dump, va, pa);
	*pa = va - k->image;
	return *pa - k->global < IMAGE_BYTES || k->global - *pa < IMAGE_BYTES;
}

static bool linear_pa(const struct kstd_luo_kernel *k, uint64_t va, uint64_t *pa)
{
	uint64_t unused;

	*pa = va - k->linear;
	return va >= k->linear && read_word(k->dump, *pa, 1, &unused);
}

static const struct kstd_page_tables *find_tables(const struct kstd_luo_kernel *k)
{
	const struct kstd_known_address known[] = {
		{ k->global + k->image, k->global }, { k->ser + k->linear, k->ser },
	};
	const struct kstd_core *core = kstd_core_of(k->dump);
	struct kstd_kernel_pages *tables = k->tables;

	if (!tables->tried && core)
		tables->found = kstd_page_tables_find(k->dump, core->machine, k->global, known, 2,
						      &tables->t);
	tables->tried = true;
	return tables->found ? &tables->t : NULL;
}

/* What is near the image may be of a module: the tables know, if they are there. */
bool kstd_kernel_pa(const struct kstd_luo_kernel *k, uint64_t va, uint64_t *pa)
{
	const struct kstd_page_tables *tables;
	uint64_t near;
	bool sure, is_near = image_pa(k, va, &near, &sure);

	*pa = near;
	if ((is_near && sure) || (!is_near && linear_pa(k, va, pa)))
		return true;
	tables = find_tables(k);
	switch (tables ? kstd_page_tables_walk(tables, va, pa, NULL, NULL) : KSTD_MAPPED_UNKNOWN) {
	case KSTD_MAPPED:
		return true;
	case KSTD_NOT_MAPPED:
		return false;
	default:
		*pa = near;
		return is_near;
	}
}

bool kstd_kernel_read(const struct kstd_luo_kernel *k, uint64_t va, void *buf, size_t len)
{
	uint32_t page = k->dump->phys->page_size;
	uint64_t pa;

	for (size_t n; len; len -= n, va += n, buf = (uint8_t *)buf + n) {
		n = page - va % page < len ? page - va % page : len;
		if (!kstd_kernel_pa(k, va, &pa) || kstd_phys_copy(k->dump, pa, buf, n))
			return false;
	}
	return true;
}

/* The two pointers of a list_head at @va, which may be in two pages. @pa: of the first. */
static bool read_links(const struct kstd_luo_kernel *k, uint64_t va, uint64_t *pa, uint64_t *next,
		       uint64_t *prev)
{
	uint64_t second;

	if (!kstd_kernel_pa(k, va, pa))
		return false;
	second = *pa + 8;
	if (second % k->dump->phys->page_size == 0 && !kstd_kernel_pa(k, va + 8, &second))
		return false;
	return read_word(k->dump, *pa, 8, next) && read_word(k->dump, second, 8, prev);
}

void kstd_kernel_pages_each(const struct kstd_luo_kernel *k, uint64_t va,
			void (*each)(void *arg, uint64_t table), void *arg)
{
	uint64_t pa;

	if (!k->tables->found)
		return;
	kstd_page_tables_walk(&k->tables->t, k->global + k->image, &pa, each, arg);
	kstd_page_tables_walk(&k->tables->t, k->ser + k->linear, &pa, each, arg);
	kstd_page_tables_walk(&k->tables->t, va, &pa, each, arg);
}

static uint64_t head_of(const struct kstd_luo_kernel *k, enum kstd_member side)
{
	return k->global + k->layout.off[side];
}

static bool is_luo_ser(struct kstd_luo_kernel *k, uint64_t pa)
{
	uint8_t raw[KSTD_LUO_COMPAT];
	struct kstd_span s = kstd_span_of(raw, sizeof(raw), pa);

	if (pa % k->dump->phys->page_size || kstd_phys_copy(k->dump, pa, raw, sizeof(raw)) ||
	    !kstd_span_starts(&s, KSTD_LUO_COMPATIBLE, sizeof(KSTD_LUO_COMPATIBLE)))
		return false;
	return kstd_kernel_int(k, pa + KSTD_LUO_COMPAT, 8, &k->number);
}

static uint64_t end_of_memory(struct kstd_dump *dump)
{
	uint64_t pa = 0, start, len;

	while (dump->phys->ops->next(dump->phys, pa, &start, &len) && start + len > pa)
		pa = start + len;
	return pa;
}

/* The virtual address of the head of a list of sessions: an empty list points to itself, and else
 * the first object, which is in the linear map, points back to it. */
static bool head_va(struct kstd_luo_kernel *k, enum kstd_member side, uint64_t pa, uint64_t *va)
{
	uint64_t count, prev;

	if (!kstd_kernel_int(k, head_of(k, side) + k->layout.off[KSTD_M_HEAD_COUNT], 8, &count) ||
	    !kstd_kernel_int(k, pa, 8, va) || !kstd_kernel_int(k, pa + 8, 8, &prev) ||
	    count > KSTD_KLIST_MAX)
		return false;
	return count ? kstd_kernel_int(k, *va - k->linear + 8, 8, va) : *va == prev;
}

/*
 * A copy, in what a program that read the kernel's memory has left behind, points to the same
 * objects, and is not where the kernel has its image.
 */
static bool is_of_image(const struct kstd_luo_kernel *k, uint64_t va, uint64_t pa)
{
	uint64_t said;

	if (core_pa(k->dump, va, &said))
		return said == pa;
	return (va - pa) % IMAGE_ALIGN == 0;
}

/* Both lists must give the same start of the linear map. */
static bool find_image(struct kstd_luo_kernel *k)
{
	uint64_t in = head_of(k, KSTD_M_GLOBAL_IN) + k->layout.off[KSTD_M_HEAD_LIST];
	uint64_t out = head_of(k, KSTD_M_GLOBAL_OUT) + k->layout.off[KSTD_M_HEAD_LIST];
	uint64_t in_va, out_va;

	if (!head_va(k, KSTD_M_GLOBAL_IN, in, &in_va) ||
	    !head_va(k, KSTD_M_GLOBAL_OUT, out, &out_va) || in_va - in != out_va - out ||
	    !is_of_image(k, in_va, in))
		return false;
	k->image = in_va - in;
	return true;
}

/*
 * The linear map, from where the kernel's pointer to its luo_ser points, and the image. Memory may
 * hold luo_ser of other kernels: what the lists say decides.
 */
static bool find_maps(struct kstd_luo_kernel *k)
{
	uint64_t va, end;

	if (!kstd_kernel_int(k,
			     head_of(k, KSTD_M_GLOBAL_OUT) + k->layout.off[KSTD_M_HEAD_SESSIONS_PA],
			     8, &va))
		return false;
	va -= KSTD_LUO_COMPAT + 8;
	if (core_pa(k->dump, va, &k->ser) && is_luo_ser(k, k->ser)) {
		k->linear = va - k->ser;
		return find_image(k);
	}
	end = end_of_memory(k->dump);
	for (k->ser = va % LINEAR_STEP; k->ser < end; k->ser += LINEAR_STEP) {
		k->linear = va - k->ser;
		if (is_luo_ser(k, k->ser) && find_image(k))
			return true;
	}
	return false;
}

static bool is_set(struct kstd_luo_kernel *k, enum kstd_member side)
{
	uint64_t set = head_of(k, side) + k->layout.off[KSTD_M_HEAD_BLOCKS], size, per, active;

	return kstd_kernel_int(k, set + k->layout.off[KSTD_M_SET_ENTRY_SIZE], 8, &size) &&
	       size == KSTD_LUO_SESSION_BYTES &&
	       kstd_kernel_int(k, set + k->layout.off[KSTD_M_SET_PER_BLOCK], 8, &per) &&
	       per == (k->dump->phys->page_size - 16) / KSTD_LUO_SESSION_BYTES &&
	       kstd_kernel_int(k, head_of(k, side) + k->layout.off[KSTD_M_HEAD_ACTIVE], 1,
			       &active) &&
	       active <= 1;
}

/* Is there a kernel's luo_session_global at @pa? */
static void try_structs(struct search *s, uint64_t pa)
{
	struct kstd_luo_kernel k = { .dump = s->dump, .layout = *s->layout, .global = pa };

	if (pa % 8 || !is_set(&k, KSTD_M_GLOBAL_IN) || !is_set(&k, KSTD_M_GLOBAL_OUT) ||
	    !find_maps(&k))
		return;
	if (s->found && s->best.number >= k.number)
		return;
	s->best = k;
	s->found = true;
	s->last = s->of_image;
}

/* The bytes of a number in memory. */
static uint64_t native(const struct kstd_dump *dump, uint64_t v)
{
	const bool here = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;

	return dump->phys->big == here ? v : __builtin_bswap64(v);
}

static bool search_structs(void *arg, uint64_t pa, const uint8_t *buf, size_t n)
{
	struct search *s = arg;
	const uint16_t *off = s->layout->off;
	uint64_t from = off[KSTD_M_GLOBAL_IN] + off[KSTD_M_HEAD_BLOCKS] +
			off[KSTD_M_SET_ENTRY_SIZE];
	const uint64_t needle = native(s->dump, KSTD_LUO_SESSION_BYTES);
	uint64_t word;

	for (uint64_t at = -pa % 8; at + 8 <= n && !s->last; at += 8) {
		memcpy(&word, buf + at, sizeof(word));
		if (word == needle && pa + at >= from)
			try_structs(s, pa + at - from);
	}
	return !s->last;
}

/* The image, first where KHO's data was found, for LUO's is near it. */
static void search_image(struct search *s, const struct kstd_mapped_range *seg)
{
	uint64_t near = s->dump->kernel_data, last = seg->off + (seg->len - 1);

	s->of_image = true;
	if (near >= seg->off && near <= last)
		kstd_phys_scan(s->dump, near - seg->off > NEAR_KHO ? near - NEAR_KHO : seg->off,
			       last - near > NEAR_KHO ? near + NEAR_KHO : last, 0, search_structs,
			       s);
	if (!s->last)
		kstd_phys_scan(s->dump, seg->off, last, 0, search_structs, s);
	s->of_image = false;
}

/* A segment that is not of the linear map, which most of memory is in: the image. */
static bool search_core(struct search *s)
{
	const struct kstd_core *core = kstd_core_of(s->dump);
	const struct kstd_mapped_range *largest = NULL;
	bool any = false;

	for (size_t i = 0; core && i < core->virt.nr; i++)
		if (!largest || core->virt.v[i].len > largest->len)
			largest = &core->virt.v[i];
	for (size_t i = 0; largest && i < core->virt.nr && !s->last; i++) {
		const struct kstd_mapped_range *seg = &core->virt.v[i];

		if (seg->pa - seg->off == largest->pa - largest->off || seg->len > IMAGE_BYTES)
			continue;
		search_image(s, seg);
		any = true;
	}
	return any;
}

static void search(void *arg, const struct kstd_btf_offsets *layout)
{
	struct search *s = arg;

	s->layout = layout;
	if (layout->image)
		kstd_phys_scan(s->dump, layout->image, layout->image + IMAGE_BYTES, 0,
			       search_structs, s);
	else if (!search_core(s))
		kstd_phys_scan(s->dump, 0, MAX_SEARCH, 0, search_structs, s);
}

/**
 * struct flb_search - looking for luo_flb_global
 * @va: of the page of FLBs that will be handed over
 */
struct flb_search {
	struct kstd_luo_kernel *k;
	uint64_t va;
};

/* Its list must be where the image has it: see is_of_image(). */
static bool is_flbs(const struct kstd_luo_kernel *k, uint64_t base)
{
	uint64_t list = base + k->layout.off[KSTD_M_FLBS_LIST], va = list + k->image;
	uint64_t first, pa, next, prev;

	return kstd_kernel_int(k, list, 8, &first) && read_links(k, first, &pa, &next, &prev) &&
	       prev == va;
}

static bool look_for_flbs(void *arg, uint64_t pa, const uint8_t *buf, size_t n)
{
	struct flb_search *s = arg;
	const uint16_t *off = s->k->layout.off;
	const uint64_t needle = native(s->k->dump, s->va), head = off[KSTD_M_FLBS_OUT];
	uint64_t word, entries;

	for (uint64_t at = -pa % 8; at + 8 <= n && !s->k->flbs; at += 8) {
		uint64_t base = pa + at - off[KSTD_M_FLB_HEAD_SER] - head;

		memcpy(&word, buf + at, sizeof(word));
		if (word == needle &&
		    kstd_kernel_int(s->k, base + head + off[KSTD_M_FLB_HEAD_ENTRIES], 8,
				    &entries) &&
		    entries == s->va + FLB_HEADER && is_flbs(s->k, base))
			s->k->flbs = base;
	}
	return !s->k->flbs;
}

/* Both are LUO's data, and so near to each other. If not, the rest of the image is searched. */
static void search_flbs(struct flb_search *s, uint64_t distance)
{
	uint64_t global = s->k->global, from = global > distance ? global - distance : 0;

	kstd_phys_scan(s->k->dump, from, global + distance, 0, look_for_flbs, s);
}

static void find_flbs(struct kstd_luo_kernel *k)
{
	struct flb_search s = { .k = k };
	uint64_t flbs;

	k->flbs_hidden = true;
	if (!kstd_kernel_int(k, k->ser + KSTD_LUO_COMPAT + 16, 8, &flbs))
		return;
	if (flbs) {
		s.va = flbs + k->linear;
		search_flbs(&s, NEAR_LUO);
		if (!k->flbs)
			search_flbs(&s, IMAGE_BYTES);
	}
	k->flbs_hidden = flbs && !k->flbs;
}

/* This is tried once, and the caller may be quiet at that time. */
static void defect(struct kstd_dump *dump)
{
	unsigned int quiet = dump->quiet;

	dump->quiet = 0;
	kstd_defect_err(dump, NULL);
	dump->quiet = quiet;
}

struct kstd_luo_kernel *kstd_luo_kernel_open(struct kstd_dump *dump)
{
	struct search s = { .dump = dump };

	if (dump->kstructs_tried || !dump->phys)
		return dump->kstructs;
	dump->kstructs_tried = true;
	if (kstd_btf_find(dump, search, &s)) {
		if (dump->vmlinux)
			defect(dump);
		return NULL;
	}
	dump->kstructs = s.found ? kstd_arena_get(&dump->arena, sizeof(s.best)) : NULL;
	if (!dump->kstructs)
		return NULL;
	*dump->kstructs = s.best;
	dump->kstructs->tables = kstd_arena_get(&dump->arena, sizeof(*dump->kstructs->tables));
	if (!dump->kstructs->tables) {
		dump->kstructs = NULL;
		return NULL;
	}
	*dump->kstructs->tables = (struct kstd_kernel_pages){ 0 };
	find_flbs(dump->kstructs);
	return dump->kstructs;
}

bool kstd_luo_kernel_btf(const struct kstd_luo_kernel *k, struct kstd_btf_offsets *btf)
{
	uint64_t from = k->global > IMAGE_BYTES ? k->global - IMAGE_BYTES : 0;

	*btf = k->layout;
	return btf->image || kstd_btf_memory(k->dump, from, k->global, &k->layout, btf);
}

void kstd_klist_begin(struct kstd_klist *l, const struct kstd_luo_kernel *k, uint64_t head,
		      uint64_t node)
{
	uint64_t pa;

	*l = (struct kstd_klist){
		.k = k, .head = head, .node = node, .prev = head, .left = KSTD_KLIST_MAX,
	};
	l->broken = !kstd_kernel_pa(k, head, &pa) || !kstd_kernel_int(k, pa, 8, &l->at);
}

/* Could an object of the kernel be there, in memory that the source lacks? */
static bool is_object(const struct kstd_luo_kernel *k, uint64_t va)
{
	return va >= k->linear && !((va - k->linear) >> PA_BITS) && !(va & 7);
}

bool kstd_klist_next(struct kstd_klist *l, uint64_t *pa)
{
	uint64_t next, prev;

	if (l->broken || l->at == l->head)
		return false;
	l->broken = !read_links(l->k, l->at, pa, &next, &prev);
	l->wrong = l->broken && !is_object(l->k, l->at);
	if (l->broken)
		return false;
	l->wrong = l->broken = !l->left-- || prev != l->prev;
	if (l->broken)
		return false;
	*pa -= l->node;
	l->object = l->at - l->node;
	l->prev = l->at;
	l->at = next;
	return true;
}
