// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* The subtree of LUO, of every version: an FDT, or struct luo_ser. */

#include "fdt/native.h"
#include "kho/kho_side.h"
#include "luo/luo.h"

#define PROP_NUMBER	"liveupdate-number"
#define NODE_SESSIONS	"luo-session"
#define PROP_SESSIONS	"luo-session-header"
#define SESSIONS_COMPAT	"luo-session-v2"
#define NODE_FLBS	"luo-flb"
#define PROP_FLBS	"luo-flb-header"
#define FLBS_COMPAT	"luo-flb-v1"

/* Proposed in place of a version: u64 supported, required, active, and 13 that are 0. */
#define FEATURES	3
#define FEATURE_WORDS	16

static int other_version(struct kstd_luo_side *luo, const char *text, size_t len, uint64_t at)
{
	const char *proposed = kstd_format_proposed(text, len);
	char safe[KSTD_SAFE];

	kstd_safe(safe, text, len);
	if (proposed)
		return kstd_err(luo->dump->ctx, KSTD_E_UNSUPPORTED, at,
				"\"%s\": %s; nothing of it is decoded", safe, proposed);
	return kstd_err(luo->dump->ctx, KSTD_E_UNSUPPORTED, at,
			"version \"%s\"; this program reads luo-v1 to " KSTD_LUO_COMPATIBLE, safe);
}

static int take_format(struct kstd_luo_side *luo, const char *compatible, uint64_t at)
{
	const struct kstd_luo_format *format = kstd_luo_format(compatible);

	if (!format)
		return other_version(luo, compatible, strlen(compatible), at);
	if (!format->known)
		return kstd_err(luo->dump->ctx, KSTD_E_UNSUPPORTED, at,
				"version \"%s\", which %s has; it is not decoded", compatible,
				format->kernels);
	luo->format = format;
	return 0;
}

/* A node that has an address of something. @address is untouched if there is no such node. */
static int read_node(struct kstd_luo_side *luo, struct kstd_cursor *c, const char *wanted,
		     const char *prop, uint64_t *address, uint64_t *at)
{
	struct kstd_span value = { 0 };
	const char *compatible = kstd_fdt_prop(c, "compatible", &value) ? kstd_fdt_str(&value) :
									   NULL;
	char safe[KSTD_SAFE];

	if (!compatible || strcmp(compatible, wanted))
		return kstd_err(luo->dump->ctx, KSTD_E_UNSUPPORTED, value.at,
				"\"%s\" where this program reads \"%s\"",
				kstd_safe(safe, compatible, compatible ? strlen(compatible) : 0),
				wanted);
	if (!kstd_native_u64(c, prop, luo->big, address, at))
		return kstd_err(luo->dump->ctx, KSTD_E_CORRUPT, value.at, "no %s of 8 bytes", prop);
	return 0;
}

static bool fdt_is_big(const struct kstd_luo_side *luo, const struct kstd_fdt *fdt)
{
	struct kstd_cursor c = kstd_fdt_root(fdt);
	struct kstd_span raw;
	struct kstd_tok tok;
	int vote = 0;

	if (luo->dump->phys)
		return luo->dump->phys->big;
	if (kstd_fdt_prop(&c, PROP_NUMBER, &raw))
		vote += kstd_native_vote(&raw);
	while (kstd_fdt_child(&c, &tok)) {
		if (kstd_fdt_prop(&c, PROP_SESSIONS, &raw) || kstd_fdt_prop(&c, PROP_FLBS, &raw))
			vote += kstd_native_vote(&raw);
		kstd_fdt_leave(&c);
	}
	return vote > 0;
}

static int read_fdt(struct kstd_luo_side *luo, const char *compatible)
{
	bool sessions = false, flbs = false;
	struct kstd_cursor c;
	struct kstd_tok tok;
	struct kstd_fdt fdt;
	int rc = take_format(luo, compatible, 0) ?:
		 kstd_fdt_open(luo->dump->ctx, &luo->blob->bytes, &fdt);

	if (rc)
		return rc;
	luo->big = fdt_is_big(luo, &fdt);
	c = kstd_fdt_root(&fdt);
	if (!luo->format->is_fdt || !kstd_native_u64(&c, PROP_NUMBER, luo->big, &luo->number,
						      &luo->number_at))
		return kstd_err(luo->dump->ctx, KSTD_E_CORRUPT, c.s.at, "no " PROP_NUMBER
				" of 8 bytes in an FDT of \"%s\"", luo->format->compatible);
	while (!rc && kstd_fdt_child(&c, &tok)) {
		if (!strcmp(tok.name, NODE_SESSIONS)) {
			sessions = true;
			rc = read_node(luo, &c, SESSIONS_COMPAT, PROP_SESSIONS, &luo->sessions,
				       &luo->sessions_at);
		} else if (!strcmp(tok.name, NODE_FLBS)) {
			flbs = true;
			rc = read_node(luo, &c, FLBS_COMPAT, PROP_FLBS, &luo->flbs, &luo->flbs_at);
		}
		kstd_fdt_leave(&c);
	}
	luo->no_flbs = !flbs;
	if (!rc && !sessions)
		return kstd_err(luo->dump->ctx, KSTD_E_CORRUPT, KSTD_NO_OFFSET,
				"no node " NODE_SESSIONS);
	return rc;
}

/* Guess the byte order: the number is small, and the upper bytes of addresses are zero. */
static bool guess_big(const struct kstd_dump *dump, const struct kstd_span *s)
{
	struct kstd_span v;
	int vote = 0;

	if (dump->phys)
		return dump->phys->big;
	for (uint64_t off = KSTD_LUO_COMPAT; kstd_span_sub(s, off, 8, &v); off += 8)
		vote += kstd_native_vote(&v);
	return vote > 0;
}

static int read_packed(struct kstd_luo_side *luo)
{
	struct kstd_span s = luo->blob->bytes, name = { 0 };
	char compatible[KSTD_LUO_NAME_MAX + 1] = "";
	int rc;

	kstd_span_sub(&s, 0, s.len < KSTD_LUO_NAME_MAX ? s.len : KSTD_LUO_NAME_MAX, &name);
	name = kstd_span_until(&name, 0);
	memcpy(compatible, name.p, name.len);
	rc = take_format(luo, compatible, s.at);
	if (rc)
		return rc;
	luo->big = guess_big(luo->dump, &s);
	luo->number_at = KSTD_LUO_COMPAT;
	luo->sessions_at = KSTD_LUO_COMPAT + 8;
	luo->flbs_at = KSTD_LUO_COMPAT + 16;
	if (luo->format->is_fdt || !kstd_span_skip(&s, KSTD_LUO_COMPAT) ||
	    !kstd_span_int(&s, 8, luo->big, &luo->number) ||
	    !kstd_span_int(&s, 8, luo->big, &luo->sessions) ||
	    !kstd_span_int(&s, 8, luo->big, &luo->flbs))
		return kstd_err(luo->dump->ctx, KSTD_E_TRUNCATED, s.at,
				"%zu bytes where 24 are needed", s.len);
	return 0;
}

/* Is it a header of features, as was proposed? Its bits that are set must be known ones. */
static bool is_features(const struct kstd_luo_side *luo, uint64_t v[FEATURES])
{
	struct kstd_span s = luo->blob->bytes;
	bool big = guess_big(luo->dump, &s);
	uint64_t word;

	for (int i = 0; i < FEATURE_WORDS; i++) {
		if (!kstd_span_int(&s, 8, big, &word) || (i >= FEATURES && word))
			return false;
		if (i < FEATURES)
			v[i] = word;
	}
	return v[0] && !(v[1] & ~v[0]) && !(v[2] & ~v[0]) && v[2];
}

/*
 * Only what a kernel was handed over is released, once it has booted, and only where the subtree is
 * struct luo_ser. Anything else that does not begin with a version is damaged. Where it is not
 * known which side it is of, it may be either.
 */
static enum kstd_truth is_released(const struct kstd_luo_side *luo)
{
	unsigned int side = luo->blob->side;
	struct kstd_kho_of_side kho;

	if (side == KSTD_SIDE_OUT)
		return KSTD_NO;
	kstd_quiet_begin(luo->dump);
	kstd_kho_side(luo->dump, side, &kho);
	kstd_quiet_end(luo->dump);
	if (kho.has_root && kho.root.format && kho.root.version < 4)
		return KSTD_NO;
	return side == KSTD_SIDE_IN ? KSTD_YES : KSTD_NOT_KNOWN;
}

int kstd_luo_read_root(struct kstd_luo_side *luo)
{
	const char *compatible = kstd_fdt_compatible(&luo->blob->bytes);
	enum kstd_truth released;
	uint64_t v[FEATURES];

	if (compatible)
		return read_fdt(luo, compatible);
	if (kstd_span_starts(&luo->blob->bytes, KSTD_LUO_PREFIX, strlen(KSTD_LUO_PREFIX)))
		return read_packed(luo);
	if (is_features(luo, v))
		return kstd_err(luo->dump->ctx, KSTD_E_UNSUPPORTED, 0,
				"features instead of a version (supported 0x%llx, required 0x%llx, active 0x%llx), which is proposed and in no release; nothing of it is decoded",
				(unsigned long long)v[0], (unsigned long long)v[1],
				(unsigned long long)v[2]);
	released = is_released(luo);
	if (released == KSTD_NOT_KNOWN)
		return kstd_err(luo->dump->ctx, KSTD_E_NOT_KNOWN, KSTD_NO_OFFSET,
				"it does not begin with a version of LUO: a kernel that was handed it over has released it, or it is damaged; which side it is of is not known");
	if (released == KSTD_NO)
		return kstd_err(luo->dump->ctx, KSTD_E_CORRUPT, 0,
				"it does not begin with a version of LUO");
	luo->released = true;
	return 0;
}
