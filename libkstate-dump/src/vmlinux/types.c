// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include <bpf/btf.h>

#include "base/file.h"
#include "vmlinux/btf.h"
#include "vmlinux/types.h"

#define LIVE_DIR	"/sys/kernel/btf"
#define MAX_PIECES	1024	/* modules of a kernel */

/**
 * struct piece - type information
 */
struct piece {
	struct piece *next;
	struct btf *btf;
	const char *where;
};

/**
 * struct kstd_types - all that was opened so far
 * @base: that of the kernel; NULL if there is none
 * @next_stage: what is opened when a type is not in the pieces so far
 * @missing: what could not be opened, as a clause; NULL if nothing
 */
struct kstd_types {
	struct piece *first;
	struct piece **last;
	struct btf *base;
	unsigned int nr;
	enum { NAMED, KERNEL, MODULES, NO_MORE } next_stage;
	const char *missing;
};

/* Pieces of modules are freed before that of their kernel: the arena frees the last one first. */
static void free_btf(void *p, size_t len)
{
	(void)len;
	btf__free(p);
}

static bool add(struct kstd_dump *dump, struct btf *btf, const char *where)
{
	struct kstd_types *t = dump->types;
	struct piece *p = t->nr < MAX_PIECES ? kstd_arena_get(&dump->arena, sizeof(*p)) : NULL;

	if (!p) {
		btf__free(btf);
		return false;
	}
	*p = (struct piece){
		.btf = btf, .where = kstd_arena_str(&dump->arena, where, strlen(where)),
	};
	if (!kstd_arena_own(&dump->arena, free_btf, btf, 0) || !p->where)
		return false;
	*t->last = p;
	t->last = &p->next;
	t->nr++;
	return true;
}

static int bad_file(struct kstd_dump *dump, const char *path, int err)
{
	if (err == ENOMEM)
		return kstd_nomem(dump->ctx);
	if (access(path, R_OK))
		return kstd_errno(dump->ctx, path, errno);
	return kstd_err(dump->ctx, KSTD_E_FOREIGN, KSTD_NO_OFFSET,
			"%s: neither BTF nor an ELF file with it%s", path, dump->types->base ? "" :
			", or that of a module, which --vmlinux has to name the kernel for");
}

/* The kernel's goes first, for the others build on it. */
static int open_kernel_file(struct kstd_dump *dump, const char *path)
{
	struct btf *btf = kstd_btf_load(path, NULL);

	if (!btf)
		return bad_file(dump, path, errno);
	if (!add(dump, btf, path))
		return kstd_nomem(dump->ctx);
	dump->types->base = btf;
	return 0;
}

static bool keep_kernel(void *arg, struct btf *btf, uint64_t pa, size_t bytes)
{
	struct kstd_dump *dump = arg;
	char where[128];

	(void)bytes;
	snprintf(where, sizeof(where), "the memory of %.60s at 0x%llx", dump->source,
		 (unsigned long long)pa);
	if (add(dump, btf, where))
		dump->types->base = btf;
	return true;
}

/* The kernel's type information, if the caller did not name a file with it. */
static int open_kernel(struct kstd_dump *dump)
{
	struct kstd_types *t = dump->types;
	char path[PATH_MAX];
	struct btf *btf;

	if (dump->vmlinux)
		return 0;
	if (!dump->live) {
		if (dump->phys && kstd_btf_each(dump, keep_kernel, dump))
			return kstd_nomem(dump->ctx);
		if (!t->base)
			t->missing = dump->phys ? "no type information of a kernel (BTF) is in the memory" :
						  "there is no memory in which type information (BTF) could be";
		return 0;
	}
	snprintf(path, sizeof(path), "%s" LIVE_DIR "/vmlinux", dump->sysroot ? dump->sysroot : "");
	btf = kstd_btf_load(path, NULL);
	if (!btf)
		t->missing = access(path, R_OK) && errno == ENOENT ?
			     "there is no " LIVE_DIR "/vmlinux: a kernel without CONFIG_DEBUG_INFO_BTF" :
			     LIVE_DIR "/vmlinux cannot be read";
	else if (!add(dump, btf, path))
		return kstd_nomem(dump->ctx);
	t->base = btf;
	return 0;
}

static int open_named(struct kstd_dump *dump)
{
	int rc = dump->vmlinux ? open_kernel_file(dump, dump->vmlinux) : 0;

	if (!rc && dump->nr_btf_files && !dump->vmlinux)
		rc = open_kernel(dump);
	for (size_t i = 0; i < dump->nr_btf_files && !rc; i++) {
		struct btf *btf = kstd_btf_load(dump->btf_files[i], dump->types->base);

		if (!btf)
			rc = bad_file(dump, dump->btf_files[i], errno);
		else if (!add(dump, btf, dump->btf_files[i]))
			rc = kstd_nomem(dump->ctx);
	}
	return rc;
}

/* What of them cannot be read is passed over: another one may have the type. */
static int open_modules(struct kstd_dump *dump)
{
	char dir[PATH_MAX - 256], path[PATH_MAX];
	struct dirent *e;
	DIR *d;

	if (!dump->live || dump->vmlinux || !dump->types->base)
		return 0;
	snprintf(dir, sizeof(dir), "%s" LIVE_DIR, dump->sysroot ? dump->sysroot : "");
	d = opendir(dir);
	while (d && (e = readdir(d))) {
		struct btf *btf;

		if (e->d_name[0] == '.' || !strcmp(e->d_name, "vmlinux"))
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		btf = kstd_btf_load(path, dump->types->base);
		if (btf && !add(dump, btf, path))
			break;
	}
	if (d)
		closedir(d);
	return dump->arena.short_of ? kstd_nomem(dump->ctx) : 0;
}

static int open_more(struct kstd_dump *dump)
{
	switch (dump->types->next_stage++) {
	case NAMED:
		return open_named(dump);
	case KERNEL:
		return dump->nr_btf_files ? 0 : open_kernel(dump);
	default:
		return open_modules(dump);
	}
}

static int by_kind(const struct btf *btf, const char *name, bool is_struct, bool is_union)
{
	int id = is_struct ? btf__find_by_name_kind(btf, name, BTF_KIND_STRUCT) : -1;

	if (id <= 0 && is_union)
		id = btf__find_by_name_kind(btf, name, BTF_KIND_UNION);
	if (id <= 0 && is_struct && is_union)
		id = btf__find_by_name_kind(btf, name, BTF_KIND_TYPEDEF);
	return id;
}

static int id_of(const struct btf *btf, const char *name)
{
	if (!strncmp(name, "struct ", 7))
		return by_kind(btf, name + 7, true, false);
	if (!strncmp(name, "union ", 6))
		return by_kind(btf, name + 6, false, true);
	return by_kind(btf, name, true, true);
}

static int not_found(struct kstd_dump *dump, const char *name)
{
	const struct kstd_types *t = dump->types;
	char safe[KSTD_SAFE];

	kstd_safe(safe, name, strlen(name));
	if (!t->first)
		return kstd_err(dump->ctx, KSTD_E_NOT_KNOWN, KSTD_NO_OFFSET,
				"%s: %s: --vmlinux names a file with it", safe, t->missing);
	return kstd_err(dump->ctx, KSTD_E_NOT_KNOWN, KSTD_NO_OFFSET,
			"%s: there is no such type in the type information of %s%s: --btf names the file of the module that has it",
			safe, t->first->where, t->nr > 1 ? " and of what else there is" : "");
}

/* Look in the pieces from @p on. Two that differ are of two kernels. */
static int look_up_type(struct kstd_dump *dump, const struct piece *p, const char *name,
			struct kstd_type_at *type)
{
	char safe[KSTD_SAFE];

	*type = (struct kstd_type_at){ .btf = NULL };
	for (; p; p = p->next) {
		int id = id_of(p->btf, name);
		int64_t bytes = id > 0 ? btf__resolve_size(p->btf, id) : -1;

		if (bytes < 0)
			continue;
		if (type->btf && type->bytes != (uint64_t)bytes)
			return kstd_err(dump->ctx, KSTD_E_NOT_KNOWN, KSTD_NO_OFFSET,
					"%s: it has %zu bytes by %s, and %lld by %s: --vmlinux names the right one",
					kstd_safe(safe, name, strlen(name)), type->bytes,
					type->where,
					(long long)bytes, p->where);
		*type = (struct kstd_type_at){ p->btf, id, bytes, p->where };
	}
	return 0;
}

int kstd_type_find(struct kstd_dump *dump, const char *name, struct kstd_type_at *type)
{
	struct kstd_types *t = dump->types;
	int rc = 0;

	if (!t) {
		t = kstd_arena_get(&dump->arena, sizeof(*t));
		if (!t)
			return kstd_nomem(dump->ctx);
		*t = (struct kstd_types){ .last = &t->first };
		dump->types = t;
	}
	rc = look_up_type(dump, t->first, name, type);
	while (!rc && !type->btf && t->next_stage < NO_MORE) {
		struct piece **from = t->last;

		rc = open_more(dump);
		if (!rc)
			rc = look_up_type(dump, *from, name, type);
	}
	return rc ?: type->btf ? 0 : not_found(dump, name);
}

int kstd_types_files(struct kstd_dump *dump, const char *const *v, size_t nr)
{
	const char **copy = kstd_arena_get(&dump->arena, nr * sizeof(*copy));

	if (!copy)
		return kstd_nomem(dump->ctx);
	for (size_t i = 0; i < nr; i++) {
		if (access(v[i], R_OK))
			return kstd_errno(dump->ctx, v[i], errno);
		copy[i] = kstd_arena_str(&dump->arena, v[i], strlen(v[i]));
		if (!copy[i])
			return kstd_nomem(dump->ctx);
	}
	dump->btf_files = copy;
	dump->nr_btf_files = nr;
	return 0;
}
