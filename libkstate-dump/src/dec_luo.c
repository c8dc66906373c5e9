// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/*
 * The "LUO" subtree, struct luo_ser of include/linux/kho/abi/luo.h: packed,
 * native-endian. LUO frees it early in the boot while debugfs goes on showing
 * the page, so the compatible string decides whether anything is there.
 */

#include "dec.h"

#define NAME		"LUO"
#define PREFIX		"luo-v"
#define COMPATIBLE	"luo-v5"
#define COMPAT_LEN	8

static bool probe(const struct kstd_blob *blob)
{
	return kstd_span_starts(&blob->bytes, PREFIX, strlen(PREFIX)) ||
	       (blob->role == KSTD_ROLE_SUBTREE && !strcmp(blob->name, NAME));
}

static int released(struct kstd_dump *dump, const struct kstd_blob *blob, struct kstd_node *into)
{
	kstd_put_str(&dump->arena, into, KSTD_K_STATE, "released by its owner");
	kstd_note(dump, "%s: LUO has released this memory, as Linux 7.3 does after boot; what debugfs shows is somebody else's",
		  blob->path);
	return 0;
}

static int other_version(struct kstd_dump *dump, const struct kstd_span *s)
{
	char safe[KSTD_SAFE];
	struct kstd_span compatible;

	kstd_span_sub(s, 0, s->len < COMPAT_LEN ? s->len : COMPAT_LEN, &compatible);
	compatible = kstd_span_until(&compatible, 0);
	return kstd_err(dump->ctx, KSTD_E_UNSUPPORTED, s->at, "version \"%s\", not " COMPATIBLE,
			kstd_safe(safe, compatible.p, compatible.len));
}

/* 0 is no address: there are none. */
static void put_address(struct kstd_arena *a, struct kstd_node *into, enum kstd_key_index key,
			uint64_t v, uint64_t at)
{
	kstd_placed(v ? kstd_put_num(a, into, key, KSTD_ADDRESS, v) :
			kstd_put(a, into, key, KSTD_NULL), at);
}

static int details(struct kstd_dump *dump, const struct kstd_blob *blob, struct kstd_node *into)
{
	struct kstd_arena *a = &dump->arena;
	struct kstd_span s = blob->bytes, vote = s;
	uint64_t count, sessions, flbs;
	bool big;

	if (!kstd_span_starts(&s, PREFIX, strlen(PREFIX)))
		return released(dump, blob, into);
	if (!kstd_span_starts(&s, COMPATIBLE, sizeof(COMPATIBLE)))
		return other_version(dump, &s);
	big = kstd_span_sub(&s, COMPAT_LEN + 8, 8, &vote) && kstd_native_vote(&vote) > 0;
	if (!kstd_span_skip(&s, COMPAT_LEN) || !kstd_span_int(&s, 8, big, &count) ||
	    !kstd_span_int(&s, 8, big, &sessions) || !kstd_span_int(&s, 8, big, &flbs))
		return kstd_err(dump->ctx, KSTD_E_TRUNCATED, s.at, "%zu bytes where 24 are needed",
				s.len);
	kstd_placed(kstd_put_num(a, into, KSTD_K_LUO_COUNT, KSTD_U64, count), COMPAT_LEN);
	put_address(a, into, KSTD_K_LUO_SESSIONS, sessions, COMPAT_LEN + 8);
	put_address(a, into, KSTD_K_LUO_FLBS, flbs, COMPAT_LEN + 16);
	return 0;
}

const struct kstd_dec kstd_dec_luo = {
	.name = NAME,
	.probe = probe,
	.details = details,
};
