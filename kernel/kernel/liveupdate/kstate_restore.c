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
 *
 * A section is busy while it is restored: then it belongs to whoever does that, and no
 * lock is held over the passes or over a callback of a driver. So a driver may restore
 * other sections from its callbacks, and sections of different objects are restored at
 * the same time. Who asks for a section that is busy is refused, and does not wait: it
 * may be the callback itself that asks, or somebody that the callback waits for.
 */

#include <linux/cache.h>
#include <linux/cleanup.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/prefetch.h>
#include <linux/printk.h>
#include <linux/sched/clock.h>
#include <linux/slab.h>
#include <trace/events/kstate.h>

#include "kstate_internal.h"

/**
 * struct kstate_part - a section or one of its subsections, while it is restored
 * @desc: this kernel's description
 * @from: what is in the tree
 * @there: whether there is such a subsection; the section itself always is
 * @plan: how the payload maps to @desc
 * @r: the payload, at its start
 * @ool: the payload's memory, if it is outside the tree
 */
struct kstate_part {
	const struct kstate_description *desc;
	struct kstate_in_part from;
	bool there;
	const struct kstate_plan *plan;
	struct kstate_reader r;
	struct kstate_ool ool;
};

/**
 * struct kstate_restoring - one call of kstate_restore()
 * @desc: this kernel's description
 * @section: what is restored, NULL until it has been found
 * @obj: the object
 * @claims: what is taken for it
 * @one: the section
 * @parts: @one, or memory with the section and the subsections that are there
 * @nr: their number
 * @start: when it began, ns
 * @found: whether there is a section to restore; then errors may be the driver's
 * @written: whether the object has been
 */
struct kstate_restoring {
	const struct kstate_description *desc;
	struct kstate_section *section;
	void *obj;
	struct kstate_claims claims;
	struct kstate_part one;
	struct kstate_part *parts;
	unsigned int nr;
	u64 start;
	bool found;
	bool written;
};

/* A driver may do in its callbacks whatever takes the engine's locks. */
static void kstate_assert_unlocked(void)
{
	lockdep_assert_not_held(&kstate_in.lock);
	lockdep_assert_not_held(&kstate_out.lock);
}

static int kstate_part_wrong(const struct kstate_restoring *op,
			     const struct kstate_part *part, const char *what, int err)
{
	pr_err("restore: %s@%llx: %s: %s\n", op->desc->name,
	       op->section->key.instance, part->desc->name, what);
	return err;
}

/* Whether the part is what its place in the tree says. */
static bool kstate_part_fits(const struct kstate_restoring *op,
			     const struct kstate_in_part *from, const struct kstate_in_desc *in)
{
	return in && in->layout.version == from->key.version &&
	       from->key.instance == op->section->key.instance;
}

static int kstate_part_plan(struct kstate_restoring *op, struct kstate_part *part,
			    struct kstate_in_desc *in)
{
	const struct kstate_plan *plan;

	if (part->plan)
		return 0;
	guard(mutex)(&kstate_in.lock);
	plan = kstate_plan_get(in, part->desc, op->section);
	if (IS_ERR(plan))
		return PTR_ERR(plan);
	part->plan = plan;
	return 0;
}

/* Find the payload of a section or subsection, and how to read it. */
static int kstate_part_open(struct kstate_restoring *op, struct kstate_part *part)
{
	const struct kstate_in_part *from = &part->from;
	struct kstate_in_desc *in;
	int err;

	err = kstate_payload_open(&from->payload, &part->r, &part->ool);
	if (err)
		return kstate_part_wrong(op, part, err == -ENODATA ?
					 "the previous kernel could not save it" :
					 "header or payload cannot be read", err);
	in = kstate_in_desc(from->key.id);
	if (!kstate_part_fits(op, from, in))
		return kstate_part_wrong(op, part, "header or description is damaged",
					 -EBADMSG);
	if (kstate_payload_crc(from, in, &part->r))
		return kstate_part_wrong(op, part, "checksum is wrong", -EBADMSG);
	return kstate_part_plan(op, part, in);
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
	u64 nrs[KSTATE_SHARED_MAX];

	if (plan->plain && !kstate_r_skip(&ctx->r, plan->bytes))
		return 0;
	for (size_t i = 0; i < plan->shares; i++)
		nrs[i] = KSTATE_NR_NONE;
	for (size_t i = 0; i < plan->nr; i++) {
		const struct kstate_step *step = &plan->steps[i];
		const struct kstate_reader at = ctx->r;
		int err;

		ctx->step = step;
		ctx->obj = obj;
		err = step->bytes ? kstate_r_skip(&ctx->r, step->bytes) :
			step->type->check(ctx, kstate_step_member(step, obj));
		err = err ?: kstate_nr_agrees(step, at, nrs);
		if (err && !ctx->blamed) {
			ctx->blamed = step->wire;
			ctx->blamed_at = at.pos;
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

static struct kstate_restore_ctx kstate_part_ctx(struct kstate_restoring *op,
						 const struct kstate_part *part)
{
	return (struct kstate_restore_ctx){
		.r = part->r, .claims = &op->claims, .node = part->from.node,
		.root = op->obj,
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

static int kstate_part_validate(struct kstate_restoring *op,
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

static int kstate_part_acquire(struct kstate_restoring *op,
			       const struct kstate_part *part)
{
	struct kstate_restore_ctx ctx = kstate_part_ctx(op, part);
	int err;

	err = kstate_steps_acquire(&ctx, part->plan);
	if (err)
		return kstate_part_blame(op, part, &ctx, "its memory cannot be taken", err);
	return 0;
}

static void kstate_part_commit(struct kstate_restoring *op,
			       const struct kstate_part *part)
{
	struct kstate_restore_ctx ctx = kstate_part_ctx(op, part);

	kstate_steps_commit(&ctx, part->plan, op->obj);
}

static int kstate_sub_wrong(const struct kstate_restoring *op,
			    const struct kstate_in_part *sub, const char *what, int err)
{
	pr_err("restore: %s@%llx: subsection %s: %s\n", op->desc->name,
	       op->section->key.instance, sub->name, what);
	return err;
}

/*
 * A subsection that this kernel does not know is ignored, but only if that is what it is:
 * a known one with a damaged id is not.
 */
static int kstate_sub_ignore(const struct kstate_restoring *op,
			     const struct kstate_in_part *sub)
{
	const struct kstate_in_desc *in = kstate_in_desc(sub->key.id);
	struct kstate_ool ool = {};
	struct kstate_reader r;
	int err;

	err = kstate_payload_open(&sub->payload, &r, &ool);
	if (err == -ENODATA)
		return 0;
	if (!err && (!kstate_part_fits(op, sub, in) || kstate_payload_crc(sub, in, &r)))
		err = -EBADMSG;
	kstate_extents_close(&ool);
	return err ? kstate_sub_wrong(op, sub, "it is not known, and damaged", err) : 0;
}

/* Subsections are known by their id. */
static int kstate_sub_found(const struct kstate_in_part *sub, void *arg)
{
	struct kstate_restoring *op = arg;
	const struct kstate_description **subs = op->desc->subsections;

	if (!sub->sub)
		return 0;
	if (sub->err)
		return kstate_sub_wrong(op, sub, "its header is damaged", sub->err);
	for (unsigned int i = 0; subs && subs[i]; i++) {
		struct kstate_part *part = &op->parts[i + 1];

		if (subs[i]->id != sub->key.id)
			continue;
		if (part->there)
			return kstate_sub_wrong(op, sub, "it is there twice", -EBADMSG);
		part->desc = subs[i];
		part->from = *sub;
		part->there = true;
		return 0;
	}
	return kstate_sub_ignore(op, sub);
}

static int kstate_subs_open(struct kstate_restoring *op)
{
	unsigned int nr_subs = kstate_desc_nr_subs(op->desc);
	int err;

	op->parts = kcalloc(nr_subs + 1, sizeof(*op->parts), GFP_KERNEL);
	if (!op->parts) {
		op->parts = &op->one;
		return -ENOMEM;
	}
	op->parts[0] = op->one;
	err = kstate_section_parts(op->section, kstate_sub_found, op);
	for (unsigned int i = 1; !err && i <= nr_subs; i++) {
		if (!op->parts[i].there)
			continue;
		if (i != op->nr)
			op->parts[op->nr] = op->parts[i];
		err = kstate_part_open(op, &op->parts[op->nr++]);
	}
	return err;
}

/* The section itself and those of its subsections that this kernel knows. */
static int kstate_parts_open(struct kstate_restoring *op)
{
	int err;

	op->one.from = kstate_section_part(op->section);
	op->nr = 1;
	err = kstate_part_open(op, &op->one);
	op->found = err != -ENODATA;
	return err || !op->section->subs ? err : kstate_subs_open(op);
}

static int kstate_pre_restore(const struct kstate_restoring *op)
{
	int err = 0;

	kstate_assert_unlocked();
	for (unsigned int i = 0; !err && i < op->nr; i++) {
		const struct kstate_part *part = &op->parts[i];

		if (part->desc->pre_restore)
			err = kstate_answer(part->desc->name,
					    part->desc->pre_restore(op->obj,
								    part->from.key.version));
		if (err)
			kstate_part_wrong(op, part, "pre_restore refuses it", err);
	}
	return err;
}

/* Subsections first, so that the section's own callback sees a whole object. */
static int kstate_post_restore(const struct kstate_restoring *op)
{
	int first = 0;

	kstate_assert_unlocked();
	for (unsigned int i = op->nr; i-- > 0;) {
		const struct kstate_part *part = &op->parts[i];
		int inner = kstate_steps_post(part->plan, op->obj);
		int err = part->desc->post_restore ?
			part->desc->post_restore(op->obj, part->from.key.version) : 0;

		err = kstate_answer(part->desc->name, err);
		if (inner || err)
			kstate_part_wrong(op, part, "post_restore reports an error", inner ?: err);
		first = first ?: inner ?: err;
	}
	return first;
}

/* Everything up to the point of no return. */
static int kstate_restore_ready(struct kstate_restoring *op)
{
	int err = kstate_parts_open(op);

	for (unsigned int i = 0; !err && i < op->nr; i++)
		err = kstate_part_validate(op, &op->parts[i]);
	err = err ?: kstate_pre_restore(op);
	kstate_claims_rewind(&op->claims);
	for (unsigned int i = 0; !err && i < op->nr; i++)
		err = kstate_part_acquire(op, &op->parts[i]);
	return err;
}

static int kstate_restore_parts(struct kstate_restoring *op)
{
	int err = kstate_restore_ready(op);

	if (err) {
		kstate_claims_drop_elements(op->section);
		return err;
	}
	kstate_claims_rewind(&op->claims);
	for (unsigned int i = 0; i < op->nr; i++)
		kstate_part_commit(op, &op->parts[i]);
	kstate_claims_release(op->section);
	op->written = true;
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

/* A description is checked when it first meets the data's: then it has a plan. */
static int kstate_restore_plan(struct kstate_restoring *op)
{
	struct kstate_in_desc *in = kstate_in_desc(op->desc->id);

	if (!in || !kstate_plan_find(in, op->desc))
		return kstate_desc_check(op->desc);
	op->one.plan = kstate_plan_get(in, op->desc, op->section);
	return 0;
}

/* Make the section busy, if it is there and may be restored. */
static int kstate_restore_begin(struct kstate_restoring *op, u64 instance_id)
{
	struct kstate_section *section;
	int err;

	guard(mutex)(&kstate_in.lock);
	err = kstate_in_open();
	if (err)
		return err;
	section = kstate_section_find(op->desc->id, instance_id);
	op->section = section;
	op->claims.section = section;
	if (!section)
		return kstate_section_missing(op->desc, instance_id);
	if (section->busy)
		return -EDEADLK;
	if (section->result == KSTATE_RESTORED)
		return -EALREADY;
	if (kstate_in.released)
		return section->where == KSTATE_LOST ? -ENODATA : -ENOENT;
	err = kstate_restore_plan(op);
	if (err)
		return err;
	section->busy = true;
	kstate_in.busy++;
	return 0;
}

/* Whether nothing is left of the section but the bytes in its shard. */
static bool kstate_restore_spent(const struct kstate_restoring *op)
{
	return op->written && !op->section->subs && !op->section->outside &&
	       !op->parts[0].plan->skips;
}

static void kstate_restore_end(struct kstate_restoring *op, int err)
{
	struct kstate_section *section = op->section;

	guard(mutex)(&kstate_in.lock);
	kstate_in.failed -= section->result == KSTATE_FAILED;
	kstate_in.failed += !op->written;
	kstate_in.restored += op->written;
	section->result = op->written ? KSTATE_RESTORED : KSTATE_FAILED;
	section->err = -err;
	section->ns = kstate_restore_since(op->start);
	kstate_in.restore_ns += section->ns;
	section->spent = kstate_restore_spent(op);
	kstate_in.spent += section->spent;
	trace_kstate_section_restore(op->desc->name, op->desc->id, section->key.instance,
				     section->key.version, section->bytes, section->ns, err,
				     op->written);
	for (unsigned int i = 0; i < op->nr; i++)
		kstate_plan_put(op->parts[i].plan);
	section->busy = false;
	kstate_in.busy--;
	kstate_in_settle();
}

static int kstate_restore_section(struct kstate_restoring *op)
{
	int err = kstate_restore_parts(op);

	for (unsigned int i = 0; i < op->nr; i++)
		kstate_extents_close(&op->parts[i].ool);
	kstate_claims_end(&op->claims);
	kstate_restore_end(op, err);
	if (op->parts != &op->one)
		kfree(op->parts);
	return err;
}

/* What kstate_restore() answers. */
static void kstate_trace_restore(const struct kstate_restoring *op, u64 instance, int err)
{
	const struct kstate_section *section = op->section;

	trace_kstate_restore_end(op->desc->name, op->desc->id, instance,
				 section ? section->key.version : 0,
				 section ? section->bytes : 0,
				 kstate_restore_since(op->start), err, op->written);
}

/**
 * kstate_restore_found - kstate_restore(), which also says whether there was anything
 * @desc: as there
 * @obj: as there
 * @instance_id: as there
 * @found: whether there is a section that can be restored. If not, the error says why;
 *	   if so, it may also be one of the driver's own
 *
 * Return: as kstate_restore().
 */
int kstate_restore_found(const struct kstate_description *desc, void *obj, u64 instance_id,
			 bool *found)
{
	struct kstate_restoring op = {
		.desc = desc, .obj = obj, .one.desc = desc, .start = local_clock(),
	};
	int err;

	/* It is written last, and by then it shall be there. */
	prefetchw(obj);
	prefetchw(obj + L1_CACHE_BYTES);
	trace_kstate_restore_begin(desc->name, desc->id, instance_id);
	op.parts = &op.one;
	err = kstate_restore_begin(&op, instance_id);
	if (!err)
		err = kstate_restore_section(&op);
	if (trace_kstate_restore_end_enabled())
		kstate_trace_restore(&op, instance_id, err);
	*found = op.found;
	return err;
}

int kstate_restore(const struct kstate_description *desc, void *obj, u64 instance_id)
{
	bool found;

	return kstate_restore_found(desc, obj, instance_id, &found);
}
EXPORT_SYMBOL_GPL(kstate_restore);
