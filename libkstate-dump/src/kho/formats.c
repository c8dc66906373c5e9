// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <string.h>

#include "kho/formats.h"

#define ROWS(table)	(sizeof(table) / sizeof((table)[0]))

static const struct kstd_kho_format kho_formats[] = {
	{ "kho-v1", 1, KSTD_MAP_LIST, "fdt", NULL, false, "Linux 6.16 to 7.0" },
	{ "kho-v2", 2, KSTD_MAP_TREE, "preserved-data", NULL, true, "no released kernel" },
	{ "kho-v3", 3, KSTD_MAP_TREE, "preserved-data", "blob-size", true, "Linux 7.1" },
	{ "kho-v4", 4, KSTD_MAP_TREE, "preserved-data", "blob-size", false, "Linux 7.2 and 7.3" },
};

static const struct kstd_luo_format luo_formats[] = {
	{ "luo-v1", true, true, KSTD_STORE_ARRAY, KSTD_STORE_ARRAY, "Linux 6.19 to 7.1" },
	{ "luo-v2", true, false, KSTD_STORE_ARRAY, KSTD_STORE_ARRAY, "no released kernel" },
	{ "luo-v3", false, true, KSTD_STORE_ARRAY, KSTD_STORE_ARRAY, "no released kernel" },
	{ "luo-v4", false, true, KSTD_STORE_CHAIN, KSTD_STORE_ARRAY, "no released kernel" },
	{ "luo-v5", false, true, KSTD_STORE_CHAIN, KSTD_STORE_CHAIN, "Linux 7.2 and 7.3" },
};

static const struct kstd_memfd_format memfd_formats[] = {
	{ "memfd-v1", 40, 0, 8, KSTD_NO_FIELD, KSTD_NO_FIELD, 16, 24, "Linux 6.19 and 7.0" },
	{ "memfd-v2", 48, 0, 8, 16, 20, 24, 32, "Linux 7.1 to 7.3" },
};

const struct kstd_kho_format *kstd_kho_format(const char *compatible)
{
	for (size_t i = 0; i < ROWS(kho_formats); i++)
		if (!strcmp(compatible, kho_formats[i].compatible))
			return &kho_formats[i];
	return NULL;
}

const struct kstd_luo_format *kstd_luo_format(const char *compatible)
{
	for (size_t i = 0; i < ROWS(luo_formats); i++)
		if (!strcmp(compatible, luo_formats[i].compatible))
			return &luo_formats[i];
	return NULL;
}

const struct kstd_memfd_format *kstd_memfd_format(const char *handler, size_t len)
{
	for (size_t i = 0; i < ROWS(memfd_formats); i++)
		if (strlen(memfd_formats[i].handler) == len &&
		    !memcmp(handler, memfd_formats[i].handler, len))
			return &memfd_formats[i];
	return NULL;
}

/* Is it a name and a version, as in "block-v1"? */
static bool is_version(const char *text, size_t len)
{
	size_t digits = 0;

	while (digits < len && text[len - 1 - digits] >= '0' && text[len - 1 - digits] <= '9')
		digits++;
	return digits && len > digits + 2 && !memcmp(text + len - digits - 2, "-v", 2);
}

const char *kstd_format_proposed(const char *text, size_t len)
{
	size_t parts = 0;

	for (;;) {
		const char *end = memchr(text, ';', len);
		size_t part = end ? (size_t)(end - text) : len;

		if (!is_version(text, part))
			return NULL;
		parts++;
		if (!end)
			break;
		text += part + 1;
		len -= part + 1;
	}
	return parts > 1 ? "versions of parts joined to one string, which is proposed and in no release" :
			   NULL;
}
