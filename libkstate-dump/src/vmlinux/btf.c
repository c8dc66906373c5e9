// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "base/alloc.h"
#include "vmlinux/btf.h"
#include "memory/phys.h"
#include "base/file.h"
#include "memory/blob.h"

#define LIVE_BTF	"/sys/kernel/btf/vmlinux"
#define MAGIC		0xeb9f
#define HEADER		24U		/* bytes of struct btf_header that every version has */
#define MIN_SECTION	(16UL << 10)	/* of types, of strings: a kernel has more */
#define MAX_SECTION	(32UL << 20)
#define MAX_BTFS	8		/* in memory */
#define STEP		4096UL		/* every page size is a multiple */

#define X(sym, type, member) [KSTD_M_##sym] = { #type, #member },
static const struct {
	const char *type;
	const char *member;
} members[] = {
#include "vmlinux/btf_members.def"
};
#undef X

static bool find_member(const struct btf *btf, const struct btf_type *t, const char *name,
			uint16_t *off)
{
	const struct btf_member *m = btf_members(t);

	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		const char *s = btf__name_by_offset(btf, m[i].name_off);
		uint32_t bit = btf_member_bit_offset(t, i);

		if (!s || strcmp(s, name))
			continue;
		*off = bit / 8;
		return bit % 8 == 0 && bit / 8 < KSTD_BTF_MAX;
	}
	return false;
}

static const struct btf_type *find_struct(const struct btf *btf, const char *name)
{
	int id = btf__find_by_name_kind(btf, name, BTF_KIND_STRUCT);

	return id > 0 ? btf__type_by_id(btf, id) : NULL;
}

static bool find_size(const struct btf *btf, const char *name, uint16_t *bytes)
{
	const struct btf_type *t = find_struct(btf, name);

	*bytes = t && t->size <= KSTD_BTF_MAX ? t->size : 0;
	return *bytes;
}

/* The table has the members of a struct one after the other, so the struct is looked up once. */
static bool read_offsets(const struct btf *btf, struct kstd_btf_offsets *l)
{
	const struct btf_type *t = NULL;

	for (size_t i = 0; i < KSTD_NR_MEMBERS; i++) {
		if (!i || strcmp(members[i].type, members[i - 1].type))
			t = find_struct(btf, members[i].type);
		if (!t || !find_member(btf, t, members[i].member, &l->off[i]))
			return false;
	}
	return find_size(btf, "luo_session_global", &l->session_global) &&
	       find_size(btf, "luo_flb_global", &l->flb_global);
}

/* libbpf would write to standard error. Its function is one for the whole process, so this lasts
 * only as long as it must. */
static struct btf *quietly(struct btf *(*make)(const void *arg), const void *arg)
{
	libbpf_print_fn_t old = libbpf_set_print(NULL);
	struct btf *btf = make(arg);
	int err = errno;

	libbpf_set_print(old);
	errno = err;
	return btf;
}

static struct btf *from_file(const void *arg)
{
	return btf__parse(arg, NULL);
}

static struct btf *from_bytes(const void *arg)
{
	const struct kstd_span *s = arg;

	return btf__new(s->p, s->len);
}

static int by_file(struct kstd_dump *dump, const char *path,
		   void (*each)(void *arg, const struct kstd_btf_offsets *layout), void *arg)
{
	struct kstd_where where = KSTD_AT(NULL, path, strlen(path));
	struct kstd_btf_offsets l = { .image = 0 };
	struct btf *btf = quietly(from_file, path);
	int rc = 0;

	if (!btf)
		rc = kstd_err(dump->ctx, KSTD_E_FOREIGN, KSTD_NO_OFFSET,
			      "neither BTF nor an ELF file with it: no type information of a kernel");
	else if (!read_offsets(btf, &l))
		rc = kstd_err(dump->ctx, KSTD_E_UNSUPPORTED, KSTD_NO_OFFSET,
			      "the type information has no LUO as in Linux 7.2 and 7.3");
	btf__free(btf);
	if (rc)
		return kstd_err_at(dump->ctx, &where, rc);
	snprintf(l.where, sizeof(l.where), "%s", path);
	each(arg, &l);
	return 0;
}

/**
 * struct scan - looking for type information in memory
 * @name: of a string that it must have, with a NUL on both sides; NULL: any will do
 * @nr: how many pieces were handed on
 */
struct scan {
	struct kstd_dump *dump;
	const char *name;
	size_t name_bytes;
	bool (*each)(void *arg, struct btf *btf, uint64_t pa, size_t bytes);
	void *arg;
	unsigned int nr;
};

static bool is_section(uint64_t bytes)
{
	return bytes >= MIN_SECTION && bytes <= MAX_SECTION;
}

/* struct btf_header of include/uapi/linux/btf.h: types, then strings, with nothing between. */
static size_t btf_bytes(struct kstd_span s, bool big)
{
	uint64_t magic, version, header, types_at, types, strings_at, strings;

	if (!kstd_span_int(&s, 2, big, &magic) || magic != MAGIC ||
	    !kstd_span_int(&s, 2, false, &version) || version != 1 ||	/* u8, and u8 flags */
	    !kstd_span_int(&s, 4, big, &header) || !kstd_span_int(&s, 4, big, &types_at) ||
	    !kstd_span_int(&s, 4, big, &types) || !kstd_span_int(&s, 4, big, &strings_at) ||
	    !kstd_span_int(&s, 4, big, &strings))
		return 0;
	if (header < HEADER || header > 2 * HEADER || types_at || strings_at != types ||
	    !is_section(types) || !is_section(strings))
		return 0;
	return header + types + strings;
}

/* @each takes the BTF, and returns true, or it is freed. */
static void add_btf(struct scan *scan, uint64_t pa, size_t bytes)
{
	uint8_t *raw = kstd_malloc(bytes);
	struct kstd_span s = kstd_span_of(raw, bytes, pa);
	struct btf *btf = NULL;

	if (raw && !kstd_phys_copy(scan->dump, pa, raw, bytes) &&
	    (!scan->name || memmem(raw, bytes, scan->name, scan->name_bytes)))
		btf = quietly(from_bytes, &s);
	if (btf) {
		scan->nr++;
		if (!scan->each(scan->arg, btf, pa, bytes))
			btf__free(btf);
	}
	free(raw);
}

/* Look for BTF in a piece of memory: it begins at the start of a page. */
static bool search_btf(void *arg, uint64_t pa, const uint8_t *buf, size_t n)
{
	struct scan *scan = arg;

	for (uint64_t at = -pa % STEP; at + HEADER <= n; at += STEP) {
		size_t bytes = btf_bytes(kstd_span_of(buf + at, HEADER, pa + at),
					 scan->dump->phys->big);

		if (bytes && scan->nr < MAX_BTFS)
			add_btf(scan, pa + at, bytes);
	}
	return scan->nr < MAX_BTFS;
}

/* The string table of a kernel with LUO has this. */
static const char luo_name[] = "\0luo_session_global";

/**
 * struct layouts - type information in memory by which LUO's structures can be read
 */
struct layouts {
	struct kstd_dump *dump;
	void (*each)(void *arg, const struct kstd_btf_offsets *layout);
	void *arg;
};

static bool report_layout(void *arg, struct btf *btf, uint64_t pa, size_t bytes)
{
	struct kstd_btf_offsets l = { .image = pa, .image_bytes = bytes };
	struct layouts *t = arg;

	if (!read_offsets(btf, &l))
		return false;
	snprintf(l.where, sizeof(l.where), "the memory of %.60s at 0x%llx", t->dump->source,
		 (unsigned long long)pa);
	t->each(t->arg, &l);
	return false;
}

static int scan_layouts(struct layouts *t, uint64_t from, uint64_t to)
{
	struct scan scan = {
		.dump = t->dump, .name = luo_name, .name_bytes = sizeof(luo_name),
		.each = report_layout, .arg = t,
	};

	return kstd_phys_scan(t->dump, from, to, 0, search_btf, &scan);
}

struct wanted {
	const struct kstd_btf_offsets *like;
	struct kstd_btf_offsets *found;
};

/* Candidates come by address: the last one that is alike stays. */
static void keep_alike(void *arg, const struct kstd_btf_offsets *layout)
{
	struct wanted *w = arg;

	if (!memcmp(layout->off, w->like->off, sizeof(layout->off)) &&
	    layout->session_global == w->like->session_global &&
	    layout->flb_global == w->like->flb_global)
		*w->found = *layout;
}

bool kstd_btf_memory(struct kstd_dump *dump, uint64_t from, uint64_t to,
		     const struct kstd_btf_offsets *like, struct kstd_btf_offsets *found)
{
	struct wanted w = { .like = like, .found = found };
	struct layouts t = { dump, keep_alike, &w };

	*found = (struct kstd_btf_offsets){ .image = 0 };
	return !scan_layouts(&t, from, to) && found->image;
}

int kstd_btf_each(struct kstd_dump *dump,
		  bool (*each)(void *arg, struct btf *btf, uint64_t pa, size_t bytes), void *arg)
{
	struct scan scan = { .dump = dump, .each = each, .arg = arg };

	return kstd_phys_scan(dump, 0, UINT64_MAX, 0, search_btf, &scan);
}

/**
 * struct file - a file with BTF
 * @base: what its numbers of types go on from; NULL: it is whole
 */
struct file {
	const char *path;
	struct btf *base;
};

static struct btf *from_split_file(const void *arg)
{
	const struct file *f = arg;

	return btf__parse_split(f->path, f->base);
}

struct btf *kstd_btf_load(const char *path, struct btf *base)
{
	struct file f = { path, base };
	struct btf *btf = quietly(from_file, path);

	return btf || !base ? btf : quietly(from_split_file, &f);
}

int kstd_btf_file(struct kstd_dump *dump, const char *path)
{
	if (!path)
		return 0;
	if (access(path, R_OK))
		return kstd_errno(dump->ctx, path, errno);
	dump->vmlinux = kstd_arena_str(&dump->arena, path, strlen(path));
	return dump->vmlinux ? 0 : kstd_nomem(dump->ctx);
}

int kstd_btf_find(struct kstd_dump *dump,
		  void (*each)(void *arg, const struct kstd_btf_offsets *layout), void *arg)
{
	struct layouts t = { dump, each, arg };
	char path[PATH_MAX];

	if (dump->vmlinux)
		return by_file(dump, dump->vmlinux, each, arg);
	if (dump->live) {
		snprintf(path, sizeof(path), "%s" LIVE_BTF, dump->sysroot ? dump->sysroot : "");
		return by_file(dump, path, each, arg);
	}
	return scan_layouts(&t, 0, UINT64_MAX);
}
