// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* kstd_features(): what the running system offers. Nothing is written, no device is opened. */

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/magic.h>

#include "base/error.h"
#include "base/file.h"
#include "base/model.h"
#include "source/kexec_image.h"
#include "source/kho_on.h"

/* Whether something is there, if that can be known. */
enum here {
	NO,
	YES,
	UNKNOWN,
};

#define KHO_DIR		"/sys/kernel/debug/kho"
#define LUO_DEVICE	"/dev/liveupdate"

/**
 * struct feature_list - the list on its way
 * @root: prefix of every path
 * @closed: debugfs cannot be looked into
 * @absent: since it is not there
 * @kho: is KHO on
 */
struct feature_list {
	struct kstd_ctx *ctx;
	struct kstd_node *list;
	const char *root;
	bool closed;
	bool absent;
	enum here kho;
};

static void put_feature(struct feature_list *m, const char *feature, enum here here,
			const char *detail, const char *advice)
{
	struct kstd_arena *a = &m->ctx->arena;
	struct kstd_node *n = kstd_put(a, m->list, KSTD_NO_KEY, KSTD_OBJECT);

	kstd_put_str(a, n, KSTD_K_FEATURE, feature);
	if (here == UNKNOWN)
		kstd_styled(kstd_put(a, n, KSTD_K_HERE, KSTD_NULL), KSTD_STYLE_UNKNOWN);
	else
		kstd_put_num(a, n, KSTD_K_HERE, KSTD_BOOL, here);
	if (detail)
		kstd_put_fmt(a, n, KSTD_K_FEATURE_DETAIL, "%s", detail);
	else
		kstd_put(a, n, KSTD_K_FEATURE_DETAIL, KSTD_NULL);
	kstd_put_str(a, n, KSTD_K_ADVICE, here == YES ? NULL : advice);
}

static bool is_there(const struct feature_list *m, const char *path, int mode)
{
	char full[PATH_MAX];

	if (snprintf(full, sizeof(full), "%s%s", m->root, path) >= (int)sizeof(full))
		return false;
	if (!access(full, mode))
		return true;
	if (errno != ENOENT && errno != ENOTDIR && errno != EACCES && errno != EPERM)
		kstd_errno(m->ctx, full, errno);
	return false;
}

/* How to be allowed to read. */
static const char *to_read(void)
{
	return geteuid() ? "permission: run as root" : "root may not read it here, as in a container";
}

static void put_debugfs(struct feature_list *m)
{
	const char *path = "/sys/kernel/debug";
	struct statfs fs;

	m->closed = !is_there(m, path, X_OK);
	if (!is_there(m, path, F_OK) ||
	    (!*m->root && !statfs(path, &fs) && fs.f_type != DEBUGFS_MAGIC)) {
		m->closed = m->absent = true;
		put_feature(m, "debugfs", NO, path, "a kernel with CONFIG_DEBUG_FS; mount -t debugfs none /sys/kernel/debug");
		return;
	}
	put_feature(m, "debugfs", m->closed ? NO : YES, path, to_read());
}

static enum here here_of(struct kstd_answer answer)
{
	return answer.is == KSTD_YES ? YES : answer.is == KSTD_NO ? NO : UNKNOWN;
}

/* What to do to look into debugfs. */
static const char *to_look(const struct feature_list *m)
{
	if (m->absent)
		return "debugfs: the row above says how to get it";
	return m->closed ? to_read() : "a kernel with CONFIG_KEXEC_HANDOVER_DEBUGFS";
}

static void put_file(struct feature_list *m, const char *feature, const char *path, int mode,
		     const char *advice)
{
	put_feature(m, feature, is_there(m, path, mode) ? YES : NO, path, advice);
}

static FILE *open_below(const struct feature_list *m, const char *path)
{
	char full[PATH_MAX];

	if (snprintf(full, sizeof(full), "%s%s", m->root, path) >= (int)sizeof(full))
		return NULL;
	return fopen(full, "re");
}

/* A small file, without the end of its last line. False: nothing of it could be read. */
static bool read_text(const struct feature_list *m, const char *path, char *text, size_t size)
{
	FILE *f = open_below(m, path);
	size_t len = 0;

	if (f) {
		len = fread(text, 1, size - 1, f);
		if (ferror(f))
			kstd_errno(m->ctx, path, EIO);
		fclose(f);
	} else if (errno != ENOENT && errno != EACCES && errno != EPERM) {
		kstd_errno(m->ctx, path, errno);
	}
	text[len - (len && text[len - 1] == '\n')] = 0;
	return len;
}

/* What LUO preserves is there without its device in a copy of a system, or in a container. */
static enum here luo_of(const struct feature_list *m)
{
	char line[4096], *said;

	if (is_there(m, LUO_DEVICE, F_OK) || is_there(m, KHO_DIR "/out/sub_fdts/LUO", F_OK))
		return YES;
	if (read_text(m, "/proc/cmdline", line, sizeof(line)) &&
	    kstd_boot_word(line, "liveupdate", &said).is == KSTD_NO)
		return NO;
	return is_there(m, "/dev", X_OK) && (!m->closed || m->kho == NO) ? NO : UNKNOWN;
}

/*
 * The parameter @name of the kernel. Without a word the kernel's configuration decides: @set is
 * whether what it switches on is there.
 */
static void put_parameter(struct feature_list *m, const char *feature, const char *name,
			  enum here set, const char *advice)
{
	char line[4096], *said;
	enum here here;

	if (!read_text(m, "/proc/cmdline", line, sizeof(line))) {
		put_feature(m, feature, UNKNOWN, NULL, "/proc/cmdline cannot be read");
		return;
	}
	here = here_of(kstd_boot_word(line, name, &said));
	if (here != UNKNOWN)
		put_feature(m, feature, here, said, advice);
	else if (set == YES)
		put_feature(m, feature, YES, "on by the kernel's configuration", NULL);
	else
		put_feature(m, feature, set, set == NO ? NULL :
			    "the kernel's configuration decides, and nothing here shows it", advice);
}

static void put_kho(struct feature_list *m)
{
	const char *why;

	m->kho = here_of(kstd_kho_on(m->root, &why));
	put_parameter(m, "kho=on", "kho", is_there(m, KHO_DIR, F_OK) ? YES : m->kho == NO ? NO :
		      UNKNOWN, m->kho == NO ?
		      "the row below says what KHO needs" : "boot with kho=on");
	if (m->kho == UNKNOWN)
		put_feature(m, "KHO", UNKNOWN, m->closed ? KHO_DIR : why, m->closed ? to_look(m) :
			    "a kernel with CONFIG_KEXEC_HANDOVER and CONFIG_KEXEC_HANDOVER_DEBUGFS, booted with kho=on");
	else
		put_feature(m, "KHO", m->kho, m->kho == YES ? KHO_DIR : why,
			    "a kernel with CONFIG_KEXEC_HANDOVER, booted with kho=on");
}

/* sysfs has it, too, without CONFIG_KSTATE_DEBUGFS. */
static void put_kstate(struct feature_list *m)
{
	const char *path = "/sys/kernel/debug/kstate", *sysfs = "/sys/kernel/kstate";
	bool there = is_there(m, path, F_OK), named = is_there(m, sysfs, F_OK);

	put_feature(m, "kstate", there || named ? YES : m->closed ? UNKNOWN : NO,
		    there || !named ? path : sysfs,
		    m->closed ? to_look(m) : "a kernel with CONFIG_KSTATE");
}

/*
 * What the lockdown of the kernel keeps from root, too: security/lockdown of securityfs, "none
 * [integrity] ...".
 */
static void put_lockdown(struct feature_list *m)
{
	char line[128], text[160], *level, *end;

	if (!read_text(m, "/sys/kernel/security/lockdown", line, sizeof(line)))
		return;
	level = strchr(line, '[');
	end = level ? strchr(level, ']') : NULL;
	if (!end) {
		put_feature(m, "lockdown", UNKNOWN, "/sys/kernel/security/lockdown says no level", NULL);
		return;
	}
	*end = 0;
	level++;
	if (!strcmp(level, "none")) {
		put_feature(m, "lockdown", NO, "/sys/kernel/security/lockdown", NULL);
		return;
	}
	snprintf(text, sizeof(text), "%s: the kernel shows %s to nobody, and loads signed images with kexec -s only",
		 level, strcmp(level, "integrity") ? "neither debugfs nor /proc/kcore" : "debugfs");
	put_feature(m, "lockdown", YES, text, NULL);
}

#define MIB	(1024.0 * 1024)

/* A line of /proc/meminfo, in bytes. */
static bool read_meminfo(const struct feature_list *m, const char *name, uint64_t *bytes)
{
	FILE *f = open_below(m, "/proc/meminfo");
	char line[128];
	unsigned long long kib;
	size_t len = strlen(name);
	bool found = false;

	while (f && !found && fgets(line, sizeof(line), f))
		found = !strncmp(line, name, len) && sscanf(line + len, ": %llu kB", &kib) == 1;
	if (f)
		fclose(f);
	if (found)
		*bytes = kib * 1024;
	return found;
}

/* Memory that only the next kernel's boot and movable pages may use. Returns the bytes of it. */
static uint64_t put_scratch(struct feature_list *m)
{
	FILE *f = open_below(m, "/sys/kernel/debug/kho/out/scratch_len");
	uint64_t bytes = 0, total = 0;
	unsigned long long one;
	unsigned int nr = 0;
	char text[160];

	while (f && fscanf(f, "%llx", &one) == 1) {
		bytes += one;
		nr++;
	}
	if (f)
		fclose(f);
	if (!nr) {
		put_feature(m, "scratch", m->kho == NO ? NO : UNKNOWN, NULL, m->kho != NO ? to_look(m) :
			    "KHO sets it aside at boot; it turns itself off where memory is too small");
		return 0;
	}
	if (read_meminfo(m, "MemTotal", &total) && total)
		snprintf(text, sizeof(text), "areas: %u, %.1f MiB, %.1f%% of the memory; kho_scratch= sets it, kho=off gives it back",
			 nr, bytes / MIB, 100.0 * bytes / total);
	else
		snprintf(text, sizeof(text), "areas: %u, %.1f MiB; kho_scratch= sets it, kho=off gives it back",
			 nr, bytes / MIB);
	put_feature(m, "scratch", YES, text, NULL);
	return bytes;
}

/* KHO's scratch is of the migrate type of CMA without being an area of it. */
static void put_cma(struct feature_list *m, uint64_t scratch)
{
	uint64_t total, have;
	char text[160];

	if (!scratch || !read_meminfo(m, "CmaTotal", &total) || !read_meminfo(m, "CmaFree", &have))
		return;
	snprintf(text, sizeof(text), "CmaFree %.1f MiB, CmaTotal %.1f MiB%s", have / MIB,
		 total / MIB, have > total ? ": KHO's scratch is counted as free CMA; memory that is pinned for long cannot be there" : "");
	put_feature(m, "scratch in CmaFree", have > total ? YES : NO, text,
		    "scratch is used up, or this kernel does not count it");
}

/* Up to Linux 7.0 KHO has a file for that; later ones need no such step. */
static void put_finalized(struct feature_list *m)
{
	char line[16];

	if (!read_text(m, "/sys/kernel/debug/kho/out/finalize", line, sizeof(line)))
		return;
	put_feature(m, "finalized", *line == '1' ? YES : *line == '0' ? NO : UNKNOWN,
		    "/sys/kernel/debug/kho/out/finalize",
		    "write 1 to it before kexec -s -l; from 6.19 on, with liveupdate=on, LUO does that in the kexec");
}

/* The image that is loaded, and what came with the one before it. */
static void put_kexec(struct feature_list *m)
{
	struct kstd_answer loaded = kstd_kexec_loaded(m->root), booted = kstd_kexec_booted(m->root);
	bool kho = m->kho != NO;
	bool in = is_there(m, "/sys/kernel/debug/kho/in", F_OK);

	put_feature(m, "kexec image", here_of(loaded), loaded.why, "kexec -s -l loads one");
	if (loaded.is == KSTD_YES)
		put_feature(m, "KHO reaches it", kho ? UNKNOWN : NO,
			    kho ? "the kernel does not say how the image was loaded" : "KHO is off",
			    "load it with kexec -s -l (kexec_file_load): KHO never reaches what kexec -c -l loads");
	put_feature(m, "booted by kexec", here_of(booted), booted.why, NULL);
	put_feature(m, "handed over", in ? YES : m->kho == NO || (m->kho == YES && !m->closed) ? NO : UNKNOWN,
		    !in && booted.is == KSTD_YES && m->kho != UNKNOWN ?
		    "this kernel came by kexec without KHO: what was preserved is lost" :
		    "/sys/kernel/debug/kho/in",
		    m->kho == UNKNOWN ? to_look(m) : "load the next image with kexec -s -l, with KHO on");
}

static void put_format(struct feature_list *m, const char *feature, const struct kstd_node *format,
		       const char *advice)
{
	char text[80];
	size_t len;
	const char *p = format ? kstd_node_mem(format, &len) : NULL;

	if (!p) {
		put_feature(m, feature, UNKNOWN, NULL, advice);
		return;
	}
	snprintf(text, sizeof(text), "%.*s", (int)len, p);
	put_feature(m, feature, YES, text, NULL);
}

static const struct kstd_node *first_format(const struct kstd_node *list)
{
	const struct kstd_node *n, *format = NULL;
	struct kstd_iter it;

	if (!list)
		return NULL;
	kstd_iter_begin(&it, list);
	while (!format && (n = kstd_iter_next(&it))) {
		format = kstd_node_get(n, "format");
		if (format && format->type != KSTD_TEXT)
			format = NULL;
	}
	kstd_iter_end(&it);
	return format;
}

/* The formats that the kernel itself writes, from what it shows. */
static void put_formats(struct feature_list *m)
{
	struct kstd_open_opts opts = { .sz = sizeof(opts), .sysroot = *m->root ? m->root : NULL };
	const struct kstd_node *info = NULL;
	struct kstd_dump *dump = NULL;

	if (!kstd_open(m->ctx, &opts, &dump))
		kstd_info(dump, &info);
	put_format(m, "format of KHO", info ? first_format(kstd_node_get(info, "kho")) : NULL,
		   "no root of KHO can be read here");
	put_format(m, "format of kstate", info ? first_format(kstd_node_get(info, "kstate")) : NULL,
		   "no image of kstate can be read here");
	kstd_close(dump);
}

int kstd_features(struct kstd_ctx *ctx, const struct kstd_features_opts *user,
		  const struct kstd_node **list)
{
	struct kstd_features_opts opts = { .sz = sizeof(opts) };
	struct feature_list m = { .ctx = ctx, .root = "" };
	int rc = kstd_opts(ctx, "kstd_features", user, sizeof(opts.sz), &opts, sizeof(opts));

	*list = NULL;
	if (rc)
		return rc;
	if (!ctx->dumps)
		kstd_whole_again(ctx);
	if (opts.sysroot)
		m.root = opts.sysroot;
	m.list = kstd_styled(kstd_put(&ctx->arena, NULL, KSTD_NO_KEY, KSTD_LIST), KSTD_STYLE_TABLE);
	if (!m.list)
		return kstd_nomem(ctx);
	put_debugfs(&m);
	put_kho(&m);
	put_lockdown(&m);
	put_finalized(&m);
	put_cma(&m, put_scratch(&m));
	put_kstate(&m);
	put_parameter(&m, "liveupdate=on", "liveupdate", luo_of(&m),
		      "boot with liveupdate=on, and KHO on");
	put_feature(&m, "LUO", luo_of(&m), LUO_DEVICE,
		    "a kernel with CONFIG_LIVEUPDATE, booted with liveupdate=on");
	put_kexec(&m);
	put_file(&m, "memory", "/proc/kcore", R_OK, is_there(&m, "/proc/kcore", F_OK) ?
		 to_read() : "a kernel with CONFIG_PROC_KCORE");
	put_file(&m, "type information", "/sys/kernel/btf/vmlinux", R_OK,
		 "a kernel with CONFIG_DEBUG_INFO_BTF, or --vmlinux");
	/* Opening a dump begins anew with what failed. */
	rc = kstd_whole(ctx);
	if (rc)
		return rc;
	put_formats(&m);
	rc = kstd_whole(ctx);
	if (rc)
		return rc;
	*list = m.list;
	return 0;
}
