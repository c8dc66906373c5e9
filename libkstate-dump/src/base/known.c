// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include "base/known.h"

struct kstd_node *kstd_put_unknown(struct kstd_arena *a, struct kstd_node *parent,
				   enum kstd_key_index key)
{
	return kstd_styled(kstd_put(a, parent, key, KSTD_NULL), KSTD_STYLE_UNKNOWN);
}

struct kstd_node *kstd_put_answer(struct kstd_dump *dump, struct kstd_arena *a,
				  struct kstd_node *parent, enum kstd_key_index key,
				  const struct kstd_where *where, struct kstd_answer answer)
{
	if (answer.is != KSTD_NOT_KNOWN)
		return kstd_put_num(a, parent, key, KSTD_BOOL, answer.is == KSTD_YES);
	kstd_unknown(dump, where, "%s: %s", kstd_keys[key].label,
		     answer.why ? answer.why : "not known");
	return kstd_put_unknown(a, parent, key);
}
