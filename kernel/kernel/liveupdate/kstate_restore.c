// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * kstate_restore.c - sections of the incoming image into objects
 *
 * Three passes over the payload. Validate has no side effect. Acquire takes
 * folios back from KHO, which can be done once only, so the section keeps them
 * if a later step fails. Commit writes to the object and cannot fail. So an
 * object is either restored or as it was.
 *
 * What to do with each field is in a plan, see kstate_plan.c.
 */

#include <linux/cleanup.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/sched/clock.h>
#include <linux/slab.h>
#include <trace/events/kstate.h>

#include "kstate_internal.h"

/**
 * struct kstate_part - a section or one of its subsections, while it is restored
 * @desc: this kernel's description
 * @plan: how the payload maps to it
 * @version: of the payload
 * @node: where it is
 * @r: the payload, at its start
 * @ool: the payload's memory, if it is outside the tree
 */
struct kstate_part {
	const struct kstate_description *desc;
	const struct kstate_plan *plan;
	u32 version;
	int node;
	struct kstate_reader r;
	struct kstate_ool ool;
};

/**
 * struct kstate_restoring - one call of kstate_restore()
 * @section: what is restored
 * @obj: the object
 * @parts: the section, then the subsections that are there
 * @nr: their number
 */
struct kstate_restoring {
	struct kstate_section *section;
	void *obj;
	struct kstate_part *parts;
	unsigned int nr;
};

static int kstate_part_wrong(const struct kstate_restoring *op,
			     const struct kstate_part *part, const char *what, int err)
{
	pr_err("restore: %s@%llx: %s: %s\n", op->parts[0].desc->name,
	       op->section->key.instance, part->desc->name, what);
	return err;
}

/* Whether the part is what its place in the tree says. */
static bool kstate_part_fits(const struct kstate_restoring *op, const struct kstate_part *part,
			     const struct kstate_in_part *from, const struct kstate_in_desc *in)
{
	return from->key.id == part->desc->id &&
	       from->key.instance == op->section->key.instance &&
	       in && in->layout.version == from->version;
}

/* Find the payload of a section or subsection, and how to read it. */
static int kstate_part_open(struct kstate_restoring *op, struct kstate_part *part,
			    const struct kstate_in_part *from)
{
	struct kstate_in_desc *in;
	int err;

	err = kstate_payload_open(&from->payload, &part->r, &part->ool);
	if (err)
		return kstate_part_wrong(op, part, err == -ENODATA ?
					 "the previous kernel could not save it" :
					 "header or payload cannot be read", err);
	part->version = from->version;
	part->node = from->node;
	in = kstate_in_desc(part->desc->id);
	if (!kstate_part_fits(op, part, from, in))
		return kstate_part_wrong(op, part, "header or description is damaged",
					 -EBADMSG);
	if (kstate_payload_crc(from, in, &part->r))
		return kstate_part_wrong(op, part, "checksum is wrong", -EBADMSG);
	part->plan = kstate_plan_find(in, part->desc);
	if (!(part->plan ? part->plan->named : kstate_in_desc_is(in, part->desc)))
		return kstate_part_wrong(op, part, "its id belongs to another name in the image",
					 -EPROTO);
	if (!part->plan)
		part->plan = kstate_plan_get(in, part->desc, op->section);
	return PTR_ERR_OR_ZERO(part->plan);
}

static void *kstate_step_member(const struct kstate_step *step, void *obj)
{
	return step->ours && obj ? obj + step->ours->offset : NULL;
}

/**
 * kstate_steps_check - validate a payload
 * @ctx: the reader is at its start
 * @plan: how to restore it
 * @obj: the object, or NULL if it does not exist yet
 *
 * Return: 0, or the error of a field, which is noted in @ctx.
 */
int kstate_steps_check(struct kstate_restore_ctx *ctx, const struct kstate_plan *plan,
		       void *obj)
{
	if (plan->plain && !kstate_r_skip(&ctx->r, plan->bytes))
		return 0;
	for (size_t i = 0; i < plan->nr; i++) {
		const struct kstate_step *step = &plan->steps[i];
		size_t at = ctx->r.pos;
		int err;

		ctx->step = step;
		ctx->obj = obj;
		err = step->bytes ? kstate_r_skip(&ctx->r, step->bytes) :
			step->type->check(ctx, kstate_step_member(step, obj));
		if (err && !ctx->blamed) {
			ctx->blamed = step->wire;
			ctx->blamed_at = at;
		}
		if (err)
			return err;
	}
	return 0;
}

/* Read over a field, which has been checked. */
static int kstate_step_pass(struct kstate_restore_ctx *ctx, const struct kstate_step *step)
{
	ctx->obj = NULL;
	return step->type->check(ctx, NULL);
}

/**
 * kstate_steps_acquire - take what a payload refers to
 * @ctx: the reader is at its start; it goes on if there is something to take
 * @plan: how to restore it
 *
 * Return: 0, or the error of a field, which is noted in @ctx.
 */
int kstate_steps_acquire(struct kstate_restore_ctx *ctx, const struct kstate_plan *plan)
{
	for (size_t i = 0; plan->acquires && i < plan->nr; i++) {
		const struct kstate_step *step = &plan->steps[i];
		size_t at = ctx->r.pos;
		int err;

		ctx->step = step;
		err = step->type->acquire && step->ours ? step->type->acquire(ctx) :
							  kstate_step_pass(ctx, step);
		if (err && !ctx->blamed) {
			ctx->blamed = step->wire;
			ctx->blamed_at = at;
		}
		if (err)
			return err;
	}
	return 0;
}

/**
 * kstate_steps_commit - write an object
 * @ctx: the reader is at the start of the payload
 * @plan: how to restore it
 * @obj: the object
 */
void kstate_steps_commit(struct kstate_restore_ctx *ctx, const struct kstate_plan *plan,
			 void *obj)
{
	for (size_t i = 0; i < plan->nr; i++) {
		const struct kstate_step *step = &plan->steps[i];

		ctx->step = step;
		ctx->obj = obj;
		if (!step->ours)
			kstate_step_pass(ctx, step);
		else if (step->bytes)
			kstate_r_bytes(&ctx->r, obj + step->ours->offset, step->bytes);
		else
			step->type->commit(ctx, kstate_step_member(step, obj));
	}
}

static struct kstate_restore_ctx kstate_part_ctx(const struct kstate_restoring *op,
						 const struct kstate_part *part)
{
	return (struct kstate_restore_ctx){
		.r = part->r, .section = op->section, .node = part->node,
	};
}

static int kstate_part_blame(const struct kstate_restoring *op,
			     const struct kstate_part *part,
			     const struct kstate_restore_ctx *ctx, const char *what, int err)
{
	pr_err("restore: %s@%llx: field %s at offset %zu of %zu bytes: %s: error %d\n",
	       part->desc->name, op->section->key.instance, ctx->blamed->name,
	       ctx->blamed_at, ctx->r.len, what, err);
	return err;
}

static int kstate_part_validate(const struct kstate_restoring *op,
				const struct kstate_part *part)
{
	struct kstate_restore_ctx ctx = kstate_part_ctx(op, part);
	int err;

	err = kstate_steps_check(&ctx, part->plan, op->obj);
	if (err)
		return kstate_part_blame(op, part, &ctx, "refused", err);
	if (ctx.r.pos != ctx.r.len)
		return kstate_part_wrong(op, part, "payload is longer than its fields",
					 -EBADMSG);
	return 0;
}

static int kstate_part_acquire(const struct kstate_restoring *op,
			       const struct kstate_part *part)
{
	struct kstate_restore_ctx ctx = kstate_part_ctx(op, part);
	int err;

	err = kstate_steps_acquire(&ctx, part->plan);
	if (err)
		return kstate_part_blame(op, part, &ctx, "its memory cannot be taken", err);
	return 0;
}

static void kstate_part_commit(const struct kstate_restoring *op,
			       const struct kstate_part *part)
{
	struct kstate_restore_ctx ctx = kstate_part_ctx(op, part);

	kstate_steps_commit(&ctx, part->plan, op->obj);
}

/* The section itself and those of its subsections that this kernel knows. */
static int kstate_parts_open(struct kstate_restoring *op,
			     const struct kstate_description *desc)
{
	const struct kstate_section *section = op->section;
	unsigned int nr_subs = section->subs ? kstate_desc_nr_subs(desc) : 0;
	struct kstate_in_part from = {
		.key = section->key, .version = section->version, .crc = section->crc,
		.node = section->node, .payload = section->payload,
	};
	int err;

	op->parts[0].desc = desc;
	err = kstate_part_open(op, &op->parts[0], &from);
	op->nr = 1;
	for (unsigned int i = 0; !err && i < nr_subs; i++) {
		struct kstate_part *part = &op->parts[op->nr];

		part->desc = desc->subsections[i];
		err = kstate_sub_read(section, part->desc, &from);
		if (err == -ENOENT) {
			err = 0;
			continue;
		}
		err = err ? kstate_part_wrong(op, part, "header or name is damaged", err) :
			    kstate_part_open(op, part, &from);
		op->nr++;
	}
	return err;
}

static int kstate_pre_restore(const struct kstate_restoring *op)
{
	int err = 0;

	for (unsigned int i = 0; !err && i < op->nr; i++) {
		const struct kstate_part *part = &op->parts[i];

		if (part->desc->pre_restore)
			err = part->desc->pre_restore(op->obj, part->version);
		if (err)
			kstate_part_wrong(op, part, "pre_restore refuses it", err);
	}
	return err;
}

/* Subsections first, so that the section's own callback sees a whole object. */
static int kstate_post_restore(const struct kstate_restoring *op)
{
	int first = 0;

	for (unsigned int i = op->nr; i-- > 0;) {
		const struct kstate_part *part = &op->parts[i];
		int err = part->desc->post_restore ?
			part->desc->post_restore(op->obj, part->version) : 0;

		if (err)
			kstate_part_wrong(op, part, "post_restore reports an error", err);
		first = first ?: err;
	}
	return first;
}

/* Everything up to the point of no return. */
static int kstate_restore_ready(struct kstate_restoring *op,
				const struct kstate_description *desc)
{
	int err = kstate_parts_open(op, desc);

	for (unsigned int i = 0; !err && i < op->nr; i++)
		err = kstate_part_validate(op, &op->parts[i]);
	err = err ?: kstate_pre_restore(op);
	kstate_claims_rewind(op->section);
	for (unsigned int i = 0; !err && i < op->nr; i++)
		err = kstate_part_acquire(op, &op->parts[i]);
	return err;
}

static int kstate_restore_parts(struct kstate_restoring *op,
				const struct kstate_description *desc)
{
	struct kstate_section *section = op->section;
	int err = kstate_restore_ready(op, desc);

	if (err) {
		kstate_in.failed += section->result != KSTATE_FAILED;
		section->result = KSTATE_FAILED;
		return err;
	}
	kstate_claims_rewind(section);
	for (unsigned int i = 0; i < op->nr; i++)
		kstate_part_commit(op, &op->parts[i]);
	kstate_claims_release(section);
	kstate_in.failed -= section->result == KSTATE_FAILED;
	kstate_in.restored++;
	section->result = KSTATE_RESTORED;
	return kstate_post_restore(op);
}

/*
 * Drivers restore before the kernel has chosen its clock source: until then ktime_get()
 * counts ticks. local_clock() may go back from one processor to another.
 */
static u64 kstate_restore_since(u64 start)
{
	u64 now = local_clock();

	return now > start ? now - start : 0;
}

static int kstate_restore_section(struct kstate_section *section,
				  const struct kstate_description *desc, void *obj)
{
	unsigned int nr_subs = section->subs ? kstate_desc_nr_subs(desc) : 0;
	struct kstate_part one = {};
	struct kstate_restoring op = { .section = section, .obj = obj, .parts = &one };
	u64 start = local_clock();
	int err;

	if (nr_subs) {
		op.parts = kcalloc(nr_subs + 1, sizeof(*op.parts), GFP_KERNEL);
		if (!op.parts)
			return -ENOMEM;
	}
	err = kstate_restore_parts(&op, desc);
	for (unsigned int i = 0; i < op.nr; i++)
		kstate_extents_close(&op.parts[i].ool);
	if (nr_subs)
		kfree(op.parts);
	section->err = err;
	section->ns = kstate_restore_since(start);
	kstate_in.restore_ns += section->ns;
	trace_kstate_section_restore(desc->name, desc->id, section->key.instance,
				     section->version, section->bytes, section->ns, err,
				     section->result == KSTATE_RESTORED);
	return err;
}

/* A description is checked when it first meets the data's: then it has a plan. */
static int kstate_restore_check(const struct kstate_description *desc)
{
	const struct kstate_in_desc *in = kstate_in_desc(desc->id);

	return in && kstate_plan_find(in, desc) ? 0 : kstate_desc_check(desc);
}

static int kstate_restore_once(struct kstate_section *section,
			       const struct kstate_description *desc, void *obj)
{
	int err;

	if (!section)
		return -ENOENT;
	if (section->result == KSTATE_RESTORED)
		return -EALREADY;
	if (kstate_in.released)
		return -ENOENT;
	err = kstate_restore_check(desc);
	return err ?: kstate_restore_section(section, desc, obj);
}

/* What kstate_restore() answers. @start: ns when it was called. */
static void kstate_trace_restore(const struct kstate_description *desc, u64 instance,
				 const struct kstate_section *section, int err, u64 start)
{
	trace_kstate_restore_end(desc->name, desc->id, instance, section ? section->version : 0,
				 section ? section->bytes : 0, kstate_restore_since(start), err,
				 section && section->result == KSTATE_RESTORED &&
				 err != -EALREADY);
}

int kstate_restore(const struct kstate_description *desc, void *obj, u64 instance_id)
{
	u64 start = trace_kstate_restore_end_enabled() ? local_clock() : 0;
	struct kstate_section *section = NULL;
	int err;

	trace_kstate_restore_begin(desc->name, desc->id, instance_id);
	guard(mutex)(&kstate_in.lock);
	err = kstate_in_open();
	if (!err) {
		section = kstate_section_find(desc->id, instance_id);
		err = kstate_restore_once(section, desc, obj);
	}
	if (start)
		kstate_trace_restore(desc, instance_id, section, err, start);
	return err;
}
EXPORT_SYMBOL_GPL(kstate_restore);
