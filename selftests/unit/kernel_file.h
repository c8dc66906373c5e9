/* SPDX-License-Identifier: GPL-2.0 */

/* Files of kernels for the unit tests: made, looked at, found or refused. */

#ifndef UNIT_KERNEL_FILE_H
#define UNIT_KERNEL_FILE_H

#include "helpers.h"
#include "../lib/make_kernel.h"

#define BYTES		(3UL << 20)
#define BANNER		0x2000
#define CATALOG		0x12348
#define STRINGS		0x200100
#define EDGE		(1UL << 20)	/* how much is looked at at once */
#define BEYOND		(EDGE + 0x10000)

static const char abis[] = "kstate-v1\0kho-v4\0luo-v5";

static inline void make(struct kernel *k)
{
	kernel_init(k, KERNEL_VMLINUX, BYTES);
	kernel_banner(k, BANNER);
	kernel_catalog(k, CATALOG, abis, sizeof(abis));
}

static inline void make_module(struct kernel *k)
{
	kernel_init(k, KERNEL_MODULE, 20000);
	kernel_vermagic(k, 0x200);
	kernel_catalog(k, 0x1000, "", 0);
}

static inline void make_efi(struct kernel *k, enum kernel_pack pack)
{
	kernel_init(k, KERNEL_ARM64, BYTES);
	kernel_banner(k, BANNER);
	kernel_catalog(k, CATALOG, abis, sizeof(abis));
	kernel_zboot(k, pack);
}

static inline void view_catalog(struct view *v, const void *p, size_t len)
{
	const struct kstd_node *root;

	view_mem(v, p, len);
	if (!v->rc)
		v->rc = kstd_catalog(v->dump, NULL, &root);
	if (v->rc)
		return;
	v->json = json_of(root);
	v->defects = json_reports(v->dump);
	v->notes = json_of(kstd_notes(v->dump));
}

static inline void view_kernel(struct view *v, struct kernel *k)
{
	view_catalog(v, k->p, k->len);
}

static inline void close_kernel(struct view *v, struct kernel *k)
{
	view_close(v);
	kernel_free(k);
}

static inline void assert_found(struct view *v, const char *format)
{
	char want[160];

	assert_int_equal(v->rc, 0);
	snprintf(want, sizeof(want), "\"format\":\"%s\",\"release\":\"7.3.4\",\"descriptions\":\"2\"",
		 format);
	assert_has(v->json, want);
	assert_has(v->json, "{\"description\":\"test\",");
	assert_has(v->json, "{\"description\":\"test_v2\",");
	assert_string_equal(v->defects, "[]");
}

static inline void assert_refused(struct view *v, const char *code, const char *text)
{
	assert_int_equal(v->rc, -KSTD_INPUT);
	assert_string_equal(kstd_error_code(v->ctx), code);
	assert_has(kstd_error_message(v->ctx), text);
}

static const struct {
	enum kernel_pack pack;
	const char *name;
} packs[] = {
	{ PACK_GZIP, "gzip" }, { PACK_XZ, "xz" }, { PACK_LZMA, "lzma" }, { PACK_ZSTD, "zstd" },
	{ PACK_LZ4, "lz4" },
};

#define for_each_pack(i) for (size_t i = 0; i < sizeof(packs) / sizeof(packs[0]); i++)

#endif
