// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include "base/known.h"

struct kstd_node *kstd_put_unknown(struct kstd_arena *a, struct kstd_node *parent,
				   enum kstd_key_index key)
{
	return kstd_styled(kstd_put(a, parent, key, KSTD_NULL), KSTD_STYLE_UNKNOWN);
}

void kstd_set_answer(struct kstd_dump *dump, struct kstd_node *n, const struct kstd_where *where,
		     const char *what, struct kstd_answer answer)
{
	bool known = answer.is != KSTD_NOT_KNOWN;

	if (n) {
		n->type = known ? KSTD_BOOL : KSTD_NULL;
		n->u = answer.is == KSTD_YES;
	}
	if (known)
		return;
	kstd_styled(n, KSTD_STYLE_UNKNOWN);
	kstd_unknown(dump, where, "%s: %s", what, answer.why ? answer.why : "not known");
}
