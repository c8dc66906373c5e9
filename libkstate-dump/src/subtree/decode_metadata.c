// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/*
 * The "kexec-metadata" subtree, struct kho_kexec_metadata of
 * include/linux/kho/abi/kexec_metadata.h: packed, native-endian, and without a
 * magic number; the version shows the byte order.
 */

#include "subtree/decoder.h"

#define NAME		"kexec-metadata"
#define VERSION		1
#define RELEASE_LEN	65	/* __NEW_UTS_LEN + 1, which is uABI */
#define BYTES		(4 + RELEASE_LEN + 4)

static bool probe(const struct kstd_blob *blob)
{
	return blob->role != KSTD_ROLE_LONE ? !strcmp(blob->name, NAME) :
	       blob->bytes.len == BYTES && (kstd_span_starts(&blob->bytes, "\1\0\0", 4) ||
					    kstd_span_starts(&blob->bytes, "\0\0\0\1", 4));
}

static int details(struct kstd_dump *dump, const struct kstd_blob *blob, struct kstd_node *into)
{
	struct kstd_arena *a = &dump->arena;
	struct kstd_span s = blob->bytes, release;
	bool big = kstd_span_starts(&s, "\0\0\0", 3);
	uint64_t version, count;

	if (!kstd_span_int(&s, 4, big, &version))
		return kstd_err(dump->ctx, KSTD_E_TRUNCATED, s.at,
				"%zu bytes where %d are needed", blob->bytes.len, BYTES);
	kstd_placed(kstd_put_num(a, into, KSTD_K_META_VERSION, KSTD_U32, version), 0);
	if (version != VERSION)
		return kstd_err(dump->ctx, KSTD_E_UNSUPPORTED, 0, "version %llu, not %d",
				(unsigned long long)version, VERSION);
	if (!kstd_span_take(&s, RELEASE_LEN, &release) || !kstd_span_int(&s, 4, big, &count))
		return kstd_err(dump->ctx, KSTD_E_TRUNCATED, s.at,
				"%zu bytes where %d are needed", blob->bytes.len, BYTES);
	release = kstd_span_until(&release, 0);
	kstd_placed(kstd_put_mem(a, into, KSTD_K_META_RELEASE, KSTD_TEXT, release.p, release.len),
		    release.at);
	kstd_placed(kstd_put_num(a, into, KSTD_K_META_COUNT, KSTD_U32, count), BYTES - 4);
	return 0;
}

const struct kstd_decoder kstd_decoder_metadata = {
	.name = NAME,
	.probe = probe,
	.details = details,
};
