// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* What is nearly used up of what a kernel has room for: the next one more is refused. */

#include "kho/kho_side.h"
#include "kho/scratch.h"
#include "luo/luo.h"
#include "query/info.h"

/* From so many hundredths on a limit is named. */
#define NEAR	80

/* LUO of Linux 7.3 has pages of this form; see luo/luo.h. */
#define CHAIN_HEADER	16
#define FLBS_HEADER	16

/**
 * struct limits - where limits that are near are put
 * @path: of the side's root or LUO, for the note
 */
struct limits {
	struct kstd_dump *dump;
	struct kstd_node *list;
	const char *path;
};

static void limit(struct limits *l, const char *of, uint64_t used, uint64_t most)
{
	struct kstd_arena *a = &l->dump->arena;
	struct kstd_node *n;

	if (!most || used > UINT64_MAX / 100 || used * 100 < most * NEAR)
		return;
	n = kstd_put(a, l->list, KSTD_NO_KEY, KSTD_OBJECT);
	kstd_put_str(a, n, KSTD_K_LIMIT_OF, of);
	kstd_put_num(a, n, KSTD_K_LIMIT_USED, KSTD_U64, used);
	kstd_put_num(a, n, KSTD_K_LIMIT_MOST, KSTD_U64, most);
	kstd_note(l->dump, "%s: %s: %llu of %llu: the kernel refuses more", l->path, of,
		  (unsigned long long)used, (unsigned long long)most);
}

static uint64_t most_in(enum kstd_luo_store store, uint64_t array_bytes, uint64_t page,
			uint64_t entry)
{
	return store == KSTD_STORE_ARRAY ? array_bytes / entry :
	       KSTD_MAX_BLOCKS * ((page - CHAIN_HEADER) / entry);
}

static void luo_limits(struct limits *l, struct kstd_luo_side *luo)
{
	uint64_t page = luo->dump->phys->page_size, sessions = 0, files = 0, flbs = 0;
	struct kstd_luo_session s;
	struct kstd_luo_walk w;
	struct kstd_flb_walk f;
	struct kstd_luo_flb flb;

	kstd_quiet_begin(l->dump);
	kstd_sessions_begin(&w, luo, NULL, NULL);
	for (; kstd_sessions_next(&w, &s); sessions++)
		files = s.count > files ? s.count : files;
	kstd_sessions_end(&w);
	kstd_flbs_begin(&f, luo, NULL, NULL);
	for (; kstd_flbs_next(&f, &flb); flbs++)
		;
	kstd_flbs_end(&f);
	kstd_quiet_end(l->dump);
	limit(l, "sessions", sessions,
	      most_in(luo->format->sessions, KSTD_LUO_ARRAY_PAGES * page - KSTD_LUO_ARRAY_HEADER,
		      page, KSTD_LUO_SESSION_BYTES));
	limit(l, "files in one session", files,
	      most_in(luo->format->files, KSTD_LUO_FILES_PAGES * page, page, KSTD_LUO_FILE_BYTES));
	limit(l, "FLBs", flbs, (page - FLBS_HEADER) / KSTD_LUO_FLB_BYTES);
}

/* Bytes of an FDT that are in use: Linux makes the root as large as a page at once. */
static uint64_t root_used(const struct kstd_span *fdt)
{
	struct kstd_span s = { 0 };
	uint64_t strings_at, strings, structs;

	/* struct fdt_header: off_dt_strings, size_dt_strings, size_dt_struct */
	if (!kstd_span_sub(fdt, 12, 4, &s) || !kstd_span_int(&s, 4, true, &strings_at) ||
	    !kstd_span_sub(fdt, 32, 4, &s) || !kstd_span_int(&s, 4, true, &strings) ||
	    !kstd_span_sub(fdt, 36, 4, &s) || !kstd_span_int(&s, 4, true, &structs))
		return 0;
	return strings_at + strings > structs ? strings_at + strings : structs;
}

void kstd_limits_put(struct kstd_dump *dump, const struct kstd_kho_of_side *kho,
		     struct kstd_node *into)
{
	struct limits l = { .dump = dump, .path = kstd_side_name(kho->side) };
	struct kstd_luo_side *luo = NULL;

	l.list = kstd_put(&dump->arena, into, KSTD_K_LIMITS, KSTD_LIST);
	if (!l.list || kho->side == KSTD_SIDE_IN)
		return;
	if (kho->has_root)
		limit(&l, "bytes of the root's page, for subtrees", root_used(&kho->blob->bytes),
		      dump->phys ? dump->phys->page_size : 0);
	kstd_quiet_begin(dump);
	do
		luo = kstd_luo_next(dump, luo);
	while (luo && luo->blob->side != kho->side);
	kstd_quiet_end(dump);
	if (luo && luo->format && dump->phys && luo->from != KSTD_LUO_NOWHERE)
		luo_limits(&l, luo);
}

void kstd_limits_put_scratch(struct kstd_dump *dump, unsigned int side, struct kstd_node *into)
{
	struct kstd_arena *a = &dump->arena;
	struct kstd_scratch s;
	uint64_t bytes = 0;

	kstd_scratch_read(dump, side, &s);
	for (size_t i = 0; i < s.nr; i++)
		bytes += s.areas[i][1];
	if (s.known)
		kstd_put_num(a, into, KSTD_K_INFO_SCRATCH, KSTD_SIZE, bytes);
	else
		kstd_hidden_if(kstd_put(a, into, KSTD_K_INFO_SCRATCH, KSTD_NULL), true);
}
