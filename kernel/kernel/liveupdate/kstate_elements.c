// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * kstate_elements.c - after a restore, each struct of an object hears of it
 *
 * A nested description may have a post_restore. It is called when the whole object has
 * been written: for the structs within a struct first, in the order of the fields, in
 * a container in its order. A callback may take its own struct out of the container.
 */

#include <linux/kernel.h>

#include "kstate_internal.h"

static bool kstate_plan_posts(const struct kstate_plan *plan)
{
	return plan && (plan->posts || plan->desc->post_restore);
}

static int kstate_element_post(const struct kstate_plan *plan, void *elem)
{
	int inner = kstate_steps_post(plan, elem);
	int err = plan->desc->post_restore ? plan->desc->post_restore(elem, plan->version) : 0;

	return inner ?: kstate_answer(plan->desc->name, err);
}

static int kstate_array_post(const struct kstate_step *step, void *base, u64 nr)
{
	int first = 0;

	for (u64 i = 0; i < nr; i++) {
		int err = kstate_element_post(step->nested, base + i * step->ours->stride);

		first = first ?: err;
	}
	return first;
}

static int kstate_pointers_post(const struct kstate_step *step, void *const *targets)
{
	int first = 0;

	for (u64 i = 0; i < step->wire->count; i++) {
		int err = targets[i] ? kstate_element_post(step->nested, targets[i]) : 0;

		first = first ?: err;
	}
	return first;
}

static int kstate_container_post(const struct kstate_step *step, void *head)
{
	const struct kstate_container_ops *ops = kstate_container_of(step->ours);
	struct kstate_visit visit = { .f = step->ours, .head = head };
	int first = 0;

	ops->next(&visit);
	while (visit.elem) {
		void *elem = visit.elem;
		int err;

		ops->next(&visit);
		err = kstate_element_post(step->nested, elem);
		first = first ?: err;
	}
	return first;
}

static int kstate_varray_post(const struct kstate_step *step, void *obj)
{
	const struct kstate_field *f = step->ours;
	const struct kstate_save_ctx ctx = { .obj = obj };
	void *member = obj + f->offset;

	return kstate_array_post(step, f->owner == KSTATE_EMBEDDED ? member : *(void **)member,
				 kstate_nr_get(&ctx, f));
}

static int kstate_step_post(const struct kstate_step *step, void *obj)
{
	void *member = obj + step->ours->offset;

	if (step->type->flags & KSTATE_TYPE_PRESENCE)
		return kstate_pointers_post(step, member);
	if (step->type->flags & KSTATE_TYPE_COUNTED)
		return kstate_varray_post(step, obj);
	if (step->type->flags & KSTATE_TYPE_NUMBERED)
		return kstate_container_post(step, member);
	return kstate_array_post(step, member, step->wire->count);
}

/**
 * kstate_steps_post - call the post_restore of every struct in an object
 * @plan: how the object was restored
 * @obj: the object
 *
 * Return: 0 or the first error; all are called.
 */
int kstate_steps_post(const struct kstate_plan *plan, void *obj)
{
	int first = 0;

	for (size_t i = 0; plan->posts && i < plan->nr; i++) {
		const struct kstate_step *step = &plan->steps[i];
		int err = step->ours && kstate_plan_posts(step->nested) ?
			kstate_step_post(step, obj) : 0;

		first = first ?: err;
	}
	return first;
}
