// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * kstate_plan.c - how the payloads of an incoming description are restored
 *
 * The description of the data is compared with this kernel's once, by the rules
 * of kstate_compat.c. The outcome is a plan, a list of steps that every section
 * of the description then follows. Plans refer to descriptions of this kernel, so
 * they are dropped when a module goes; one that a restore follows stays until that ends.
 *
 * All functions run with kstate_in.lock held, but for kstate_plans_forget().
 */

#include <linux/cleanup.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/slab.h>

#include "kstate_internal.h"

struct kstate_complaint {
	struct kstate_compat compat;
	const struct kstate_description *desc;
	const struct kstate_section *section;
};

static void kstate_complain(struct kstate_compat *c, enum kstate_verdict verdict,
			    const struct kstate_layout_field *ours,
			    const struct kstate_layout_field *theirs)
{
	struct kstate_complaint *complaint = container_of(c, struct kstate_complaint, compat);
	const struct kstate_description *desc = complaint->desc;
	u64 instance = complaint->section->key.instance;

	if (ours || theirs) {
		if (verdict > KSTATE_NOT_IN_DATA)
			pr_err("restore: %s@%llx: field %s %s\n", desc->name, instance,
			       (theirs ?: ours)->name, kstate_verdict_text(verdict));
	} else if (c->depth) {
		pr_err("restore: %s@%llx: nested %s\n", desc->name, instance,
		       kstate_verdict_text(verdict));
	} else {
		pr_err("restore: %s@%llx: %s: %u, not in %u to %u\n", desc->name, instance,
		       kstate_verdict_text(verdict), complaint->section->key.version,
		       desc->min_version_id, desc->version_id);
	}
}

static int kstate_plan_match(const struct kstate_in_desc *in,
			     const struct kstate_description *desc,
			     const struct kstate_section *section)
{
	struct kstate_complaint complaint = {
		.compat.verdict = kstate_complain, .desc = desc, .section = section,
	};
	struct kstate_layout *ours = kstate_desc_layout(desc);
	int err;

	if (!ours)
		return -ENOMEM;
	err = kstate_compat_match(&complaint.compat, ours, &in->layout);
	kstate_layout_free(ours);
	return err;
}

/* The member that a field of the data goes to: NULL if it is dropped. */
static const struct kstate_field *kstate_desc_field(const struct kstate_description *desc,
						    const char *name, u32 version)
{
	for (const struct kstate_field *f = desc->fields; f->name; f++) {
		if (f->until == KSTATE_ABI_NO_UNTIL && f->since <= version &&
		    !strcmp(f->name, name))
			return f;
	}
	return NULL;
}

/* Whether a field may refer to folios or areas, by itself or by what is in it. */
static bool kstate_step_may_hold(const struct kstate_step *step)
{
	return step->type->acquire || step->type->flags & KSTATE_TYPE_NESTED;
}

/* Which number the payload has to have in common with that of a step before, if any. */
static u8 kstate_plan_share(struct kstate_plan *plan, const struct kstate_field *ours)
{
	if (!ours || (!kstate_nr_is(ours) && !plan->counts))
		return 0;
	plan->counts |= kstate_nr_is(ours);
	for (size_t i = 0; i < plan->nr; i++) {
		struct kstate_step *step = &plan->steps[i];

		if (!step->ours || !kstate_nr_is_same(step->ours, ours))
			continue;
		if (!step->shared)
			step->shared = ++plan->shares;
		return step->shared;
	}
	return 0;
}

/**
 * kstate_plan_add - add a step to a plan
 * @plan: the plan, with room for it
 * @wire: the field as it was saved
 * @ours: the field to restore it to, NULL to skip it
 * @nested: for a field of streams that is not skipped: steps for each
 */
void kstate_plan_add(struct kstate_plan *plan, const struct kstate_layout_field *wire,
		     const struct kstate_field *ours, const struct kstate_plan *nested)
{
	struct kstate_step step = {
		.wire = wire, .ours = ours, .nested = nested,
		.type = kstate_type_of(wire->kind), .shared = kstate_plan_share(plan, ours),
	};
	u64 bytes;

	if (wire->kind == KSTATE_KIND_VALUE &&
	    !check_mul_overflow(wire->size, wire->count, &bytes) && bytes <= SIZE_MAX)
		step.bytes = bytes;
	plan->plain = step.bytes && (plan->plain || !plan->nr) &&
		      !check_add_overflow(plan->bytes, step.bytes, &plan->bytes);
	plan->acquires |= ours && step.type->acquire;
	plan->skips |= ours ? nested && nested->skips : kstate_step_may_hold(&step);
	plan->posts |= nested && (nested->posts || nested->desc->post_restore);
	plan->steps[plan->nr++] = step;
}

/* One step for each field of the data; the match has said that they fit. */
static int kstate_plan_fill(struct kstate_plan *plan, struct kstate_in_desc *in,
			    const struct kstate_section *section)
{
	for (size_t i = 0; i < in->layout.nr; i++) {
		const struct kstate_layout_field *wire = &in->layout.fields[i];
		const struct kstate_plan *nested = NULL;
		const struct kstate_field *ours;

		if (!kstate_field_in(wire, in->layout.version))
			continue;
		ours = kstate_desc_field(plan->desc, wire->name, in->layout.version);
		if (ours && ours->desc)
			nested = kstate_plan_get(kstate_in_desc(in->ids[i]), ours->desc,
						 section);
		if (IS_ERR(nested))
			return PTR_ERR(nested);
		kstate_plan_add(plan, wire, ours, nested);
	}
	return 0;
}

/**
 * kstate_plan_put - done with a plan
 * @plan: from kstate_plan_get(), or NULL
 */
void kstate_plan_put(const struct kstate_plan *plan)
{
	struct kstate_plan *own = (struct kstate_plan *)plan;

	if (!own || --own->users)
		return;
	for (size_t i = 0; i < own->nr; i++)
		kstate_plan_put(own->steps[i].nested);
	kvfree(own);
}

/* An id says what a description is. That it had another name is worth a line. */
static void kstate_plan_name(const struct kstate_in_desc *in,
			     const struct kstate_description *desc)
{
	size_t len = strcspn(in->name, "@");

	if (kstate_compat_kin(desc->name, strlen(desc->name), desc->id, in->name, len,
			      in->key.id) == KSTATE_RENAMED)
		pr_info("restore: %s is %s in the image\n", desc->name, in->name);
}

static struct kstate_plan *kstate_plan_make(struct kstate_in_desc *in,
					    const struct kstate_description *desc,
					    const struct kstate_section *section)
{
	struct kstate_plan *plan;
	int err;

	err = kstate_plan_match(in, desc, section);
	if (err)
		return ERR_PTR(err);
	plan = kvzalloc(struct_size(plan, steps, in->layout.nr), GFP_KERNEL);
	if (!plan)
		return ERR_PTR(-ENOMEM);
	plan->desc = desc;
	plan->users = 1;
	plan->version = in->layout.version;
	err = kstate_plan_fill(plan, in, section);
	if (err) {
		kstate_plan_put(plan);
		return ERR_PTR(err);
	}
	return plan;
}

/**
 * kstate_plan_find - a plan that has been made already
 * @in: the data's description
 * @desc: this kernel's
 *
 * Return: the plan, or NULL.
 */
const struct kstate_plan *kstate_plan_find(const struct kstate_in_desc *in,
					   const struct kstate_description *desc)
{
	const struct kstate_plan *plan = in->plans;

	while (plan && plan->desc != desc)
		plan = plan->next;
	return plan;
}

/**
 * kstate_plan_get - how to restore payloads of a description
 * @in: the data's
 * @desc: this kernel's, checked
 * @section: for messages
 *
 * Return: the plan, for kstate_plan_put(); -EOPNOTSUPP, -EPROTO if the descriptions do not
 * fit, after saying so in the log; -ENOMEM.
 */
const struct kstate_plan *kstate_plan_get(struct kstate_in_desc *in,
					  const struct kstate_description *desc,
					  const struct kstate_section *section)
{
	struct kstate_plan *plan = (struct kstate_plan *)kstate_plan_find(in, desc);

	if (!plan) {
		plan = kstate_plan_make(in, desc, section);
		if (IS_ERR(plan))
			return plan;
		kstate_plan_name(in, desc);
		plan->next = in->plans;
		in->plans = plan;
	}
	plan->users++;
	return plan;
}

/**
 * kstate_plans_free - forget the plans for an incoming description
 * @in: the description
 */
void kstate_plans_free(struct kstate_in_desc *in)
{
	while (in->plans) {
		struct kstate_plan *plan = in->plans;

		in->plans = plan->next;
		kstate_plan_put(plan);
	}
}

/**
 * kstate_plans_forget - descriptions of this kernel may have gone away
 */
void kstate_plans_forget(void)
{
	guard(mutex)(&kstate_in.lock);
	for (size_t i = 0; i < kstate_in.nr_descs; i++)
		kstate_plans_free(&kstate_in.descs[i]);
}
