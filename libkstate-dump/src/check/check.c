// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* kstd_check(): all is compared and counted first; the result is handed out then. */

#include "check/check.h"

/* The worst counts; what is not known comes before optional state, for then nothing passes. */
static void count(struct kstd_check_run *c, unsigned int weight)
{
	static const enum kstd_check_result by_weight[] = {
		KSTD_CHECK_PASSES, KSTD_CHECK_LOSES, KSTD_CHECK_NOT_KNOWN, KSTD_CHECK_FAILS,
	};

	for (unsigned int i = 0; i < weight; i++)
		if (c->totals.result == by_weight[i]) {
			c->totals.result = by_weight[weight];
			return;
		}
}

void kstd_check_count(struct kstd_check_run *c, enum kstd_effect effect)
{
	count(c, effect == KSTD_EFFECT_REFUSES ? 3 :
	      effect == KSTD_EFFECT_UNKNOWN && !c->assume_unknown ? 2 :
	      effect == KSTD_EFFECT_LOSES ? 1 : 0);
}

uint64_t kstd_check_wrong(const struct kstd_check_run *c)
{
	const struct kstd_reports *wrong = &c->dump->reports[KSTD_SAYS_WRONG];

	return wrong->nr + wrong->more;
}

/*
 * What could not be read may be what makes it fail. So may what is wrong with the source, as a file
 * that is cut: no rule was applied to that, and nobody can accept what is not as it should be.
 */
static void count_reports(struct kstd_check_run *c)
{
	if (c->dump->reports[KSTD_SAYS_UNKNOWN].nr)
		kstd_check_count(c, KSTD_EFFECT_UNKNOWN);
	if (kstd_check_wrong(c) > c->damage)
		count(c, 2);
}

/* Match every description that is in use, then count what becomes of the sections. */
static int compare(struct kstd_check_run *c)
{
	int rc = kstd_check_versions(c);

	if (!rc)
		rc = c->image ? kstd_check_gather_sections(c) : kstd_check_gather_descs(c);
	if (rc)
		return rc;
	for (struct kstd_checked_desc *j = c->checked; j; j = j->next)
		kstd_check_match(c, j);
	for (const struct kstd_finding *f = c->all.first; f; f = f->next)
		if (!f->waiver)
			kstd_check_count(c, kstd_check_defs[f->code].effect);
	if (c->image)
		rc = kstd_check_count_sections(c);
	else
		kstd_check_count_descs(c);
	count_reports(c);
	return rc;
}

static int put_result(struct kstd_check_run *c, struct kstd_node *root)
{
	struct kstd_node *const parts[] = {
		kstd_rows_list(c), kstd_check_list(c), kstd_findings_list(c), kstd_waivers_list(c),
		kstd_check_summary(c),
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (parts[i])
			kstd_link(root, parts[i]);
	return c->dump->arena.short_of ? kstd_nomem(c->dump->ctx) : 0;
}

static int get_opts(struct kstd_dump *dump, const struct kstd_check_opts *user,
		    struct kstd_check_opts *opts)
{
	struct kstd_ctx *ctx = dump->ctx;
	int rc;

	*opts = (struct kstd_check_opts){ .sz = sizeof(*opts) };
	rc = kstd_opts(ctx, "kstd_check", user, offsetof(struct kstd_check_opts, reverse), opts,
		       sizeof(*opts));
	if (!rc && !opts->nr_next)
		rc = kstd_err(ctx, KSTD_E_OPTIONS, KSTD_NO_OFFSET,
			      "kstd_check: no other kernel is named");
	for (size_t i = 0; i < opts->nr_next && !rc; i++)
		if (opts->next[i] == dump)
			rc = kstd_err(ctx, KSTD_E_OPTIONS, KSTD_NO_OFFSET,
				      "kstd_check: a dump cannot be checked against itself");
	return rc;
}

int kstd_check(struct kstd_dump *dump, const struct kstd_check_opts *user,
	       const struct kstd_node **root)
{
	struct kstd_check_run *c = kstd_arena_get(&dump->arena, sizeof(*c));
	struct kstd_node *n = kstd_put(&dump->arena, NULL, KSTD_NO_KEY, KSTD_OBJECT);
	struct kstd_check_opts opts;
	int rc = get_opts(dump, user, &opts);

	*root = NULL;
	if (rc)
		return rc;
	if (!c || !n)
		return kstd_nomem(dump->ctx);
	*c = (struct kstd_check_run){
		.dump = dump, .next = opts.next, .nr_next = opts.nr_next, .reverse = opts.reverse,
		.assume_unknown = opts.assume_unknown, .next_cmdline = opts.next_cmdline,
		.budget = KSTD_CHECK_BUDGET,
	};
	c->last_checked = &c->checked;
	c->last_row = &c->rows;
	c->all.tail = &c->all.first;
	rc = opts.waivers ? kstd_waivers_read(c, opts.waivers) : 0;
	rc = rc ?: kstd_check_sides(c) ?: kstd_check_next(c) ?: compare(c) ?: put_result(c, n) ?:
	     kstd_whole(dump->ctx);
	if (!rc)
		*root = n;
	return rc;
}
