// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Codes of findings, each with its effect and with advice. */

#include "check/check.h"

#define X(sym, code, effect, error, advice) \
	[KSTD_CHECK_##sym] = { code, KSTD_EFFECT_##effect, error, advice },
const struct kstd_check_def kstd_check_defs[] = {
#include "check/check_codes.def"
};
#undef X

/* In a reverse check, the reader is a kernel that runs already and cannot be changed. */
const char *kstd_check_advice(const struct kstd_check_run *c, enum kstd_check_code code)
{
	const struct kstd_check_def *def = &kstd_check_defs[code];

	if (c->reverse && code <= KSTD_CHECK_TOO_COMPLEX && def->effect >= KSTD_EFFECT_LOSES)
		return "plan for a way back without it, or have the next kernel add what is new in subsections";
	return def->advice;
}
