// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * kstate_schema.c - descriptions: checked when registered, written when saved
 *
 * The image carries the description of everything in it, so that a kernel with
 * another one can compare, and a tool that has none can decode.
 */

#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/libfdt.h>
#include <linux/printk.h>
#include <linux/slab.h>

#include "kstate_internal.h"

/**
 * kstate_desc_nr_fields - number of fields, deprecated ones included
 * @desc: the description
 *
 * Return: the number.
 */
size_t kstate_desc_nr_fields(const struct kstate_description *desc)
{
	size_t nr = 0;

	while (desc->fields && desc->fields[nr].name)
		nr++;
	return nr;
}

/**
 * kstate_desc_nr_subs - number of subsections
 * @desc: the description
 *
 * Return: the number.
 */
unsigned int kstate_desc_nr_subs(const struct kstate_description *desc)
{
	unsigned int nr = 0;

	while (desc->subsections && desc->subsections[nr])
		nr++;
	return nr;
}

static bool kstate_name_ok(const char *name)
{
	size_t len = 0;

	for (; name[len]; len++) {
		if (len == KSTATE_ABI_NAME_MAX ||
		    (!isalnum(name[len]) && !strchr(",._+-", name[len])) ||
		    !isascii(name[len]))
			return false;
	}
	return len;
}

/* Whether the member that counts can hold the maximum. */
static bool kstate_nr_fits(const struct kstate_field *f)
{
	unsigned int bits = 8 * f->nr_size - f->nr_signed;

	/* Nothing counts where the number is always the same, or that of the machine. */
	if (f->kind == KSTATE_KIND_FOLIO_ARRAY && !f->nr_size)
		return f->owner == KSTATE_EMBEDDED;
	if (f->kind == KSTATE_KIND_VARBITMAP && f->mask)
		return !f->nr_size && f->mask <= KSTATE_MASK_NODES &&
		       f->count == KSTATE_ABI_MASK_BITS;
	switch (f->nr_size) {
	case sizeof(u8):
	case sizeof(u16):
	case sizeof(u32):
	case sizeof(u64):
		return bits == 64 || !((u64)f->count >> bits);
	default:
		return false;
	}
}

/* A list has no indices, an array with indices has no links. */
static const char *kstate_container_wrong(const struct kstate_field *f,
					  const struct kstate_type *type)
{
	const struct kstate_container_ops *ops = kstate_container_of(f);
	bool indexed = type->flags & KSTATE_TYPE_INDEXED;

	if (!ops || (f->kind != KSTATE_KIND_LIST && !indexed ? f->container :
		     !ops->last == indexed))
		return "its container is not one of its kind";
	if (f->container == KSTATE_IN_RBTREE || f->container == KSTATE_IN_RBTREE_CACHED)
		return f->less ? NULL : "nothing says in which order its elements are";
	return NULL;
}

static const char *kstate_owner_wrong(const struct kstate_field *f)
{
	if (f->owner > KSTATE_ALLOCATED)
		return "its owner is unknown";
	if ((f->kind == KSTATE_KIND_LIST || f->kind == KSTATE_KIND_MAP) &&
	    f->owner != KSTATE_ALLOCATED)
		return "the elements of a list are allocated";
	if ((f->kind == KSTATE_KIND_STRUCT_POINTER ||
	     f->kind == KSTATE_KIND_STRUCT_POINTER_ARRAY) && f->owner == KSTATE_EMBEDDED)
		return "a struct behind a pointer is the caller's or allocated";
	if (f->mask && f->owner == KSTATE_ALLOCATED)
		return "a mask is embedded or the caller's";
	if (f->kind == KSTATE_KIND_STRING && f->owner == KSTATE_CALLER)
		return "a string is embedded or allocated";
	return NULL;
}

/* What only a field with a member has. */
static const char *kstate_member_wrong(const struct kstate_field *f,
				       const struct kstate_type *type)
{
	bool nested = type->flags & KSTATE_TYPE_NESTED;

	if (nested && (!f->desc || !f->stride))
		return "it has no description";
	if (!nested && f->desc)
		return "it has a description, but holds no structs";
	if (type->flags & KSTATE_TYPE_CUSTOM &&
	    (!f->custom || !f->custom->save || !f->custom->check || !f->custom->apply))
		return "it lacks a callback";
	if (type->flags & KSTATE_TYPE_COUNTED && !kstate_nr_fits(f))
		return "the member that counts cannot hold its maximum";
	if (f->mask && f->kind != KSTATE_KIND_VARBITMAP)
		return "it is no mask";
	if (f->kind == KSTATE_KIND_FOLIO_ARRAY && f->stride != sizeof(void *))
		return "its elements are not pointers";
	if (f->kind == KSTATE_KIND_VARRAY && f->stride != f->size)
		return "its elements do not lie one after the other";
	return kstate_container_wrong(f, type) ?: kstate_owner_wrong(f);
}

static const char *kstate_shape_wrong(const struct kstate_field *f,
				      const struct kstate_type *type)
{
	bool sized = !(type->flags & (KSTATE_TYPE_NESTED | KSTATE_TYPE_CUSTOM));
	size_t bytes;

	if (!f->type || !f->count || !f->size == sized ||
	    check_mul_overflow(max_t(size_t, f->size, f->stride), f->count, &bytes))
		return "its size makes no sense";
	if (type->element && f->size != type->element)
		return "its size is not that of its kind";
	if (f->count != 1 && (type->flags & KSTATE_TYPE_ONE || f->kind == KSTATE_KIND_STRUCT ||
			      f->kind == KSTATE_KIND_STRUCT_POINTER))
		return "its kind has one element";
	if (!kstate_sign_name(f->sign) || !kstate_hint_name(f))
		return "its sign or its hint is unknown";
	if (f->until == KSTATE_ABI_NO_UNTIL)
		return kstate_member_wrong(f, type);
	return f->desc ? "it is deprecated, but has a description" : NULL;
}

static const char *kstate_field_wrong(const struct kstate_description *desc,
				      const struct kstate_field *f, bool allocated)
{
	const struct kstate_type *type = kstate_type_of(f->kind);
	const char *wrong;

	if (!kstate_name_ok(f->name))
		return "its name is not a legal one";
	if (!type)
		return "its kind is unknown";
	wrong = kstate_shape_wrong(f, type);
	if (wrong)
		return wrong;
	if (f->since > desc->version_id)
		return "it is newer than version_id";
	if (f->until != KSTATE_ABI_NO_UNTIL && f->until >= desc->version_id)
		return "it is deprecated, but version_id has not been raised";
	if (f->since > f->until)
		return "its last version is before its first";
	if (allocated && f->until == KSTATE_ABI_NO_UNTIL &&
	    (type->flags & KSTATE_TYPE_LIVE || f->owner == KSTATE_CALLER))
		return "it needs a live object, but restore allocates the struct";
	return NULL;
}

/*
 * Bytes of the struct that a description is of, 0 if its fields do not say. Some may be
 * of a smaller one, that the struct begins with.
 */
static size_t kstate_desc_whole(const struct kstate_description *desc)
{
	size_t whole = 0;

	for (const struct kstate_field *f = desc->fields; f && f->name; f++)
		whole = max(whole, f->whole);
	return whole;
}

/* It would be followed beyond the member. */
static const char *kstate_struct_wrong(const struct kstate_field *f)
{
	size_t whole = f->desc ? kstate_desc_whole(f->desc) : 0;

	return whole && whole != f->stride ? "its description is that of another struct" : NULL;
}

static const char *kstate_desc_wrong(const struct kstate_description *desc)
{
	if (!desc->name || !kstate_name_ok(desc->name))
		return "its name is not a legal one";
	if (desc->id == KSTATE_ID_NONE)
		return "it has no id";
	if (!desc->fields)
		return "it has no fields";
	if (desc->min_version_id > desc->version_id)
		return "min_version_id is above version_id";
	if (desc->version_id == KSTATE_ABI_NO_UNTIL)
		return "version_id is too large";
	if (desc->flags & ~(KSTATE_OPTIONAL | KSTATE_STABLE))
		return "it has unknown flags";
	if (!desc->lock != !desc->unlock)
		return "it has one of lock and unlock only";
	if (kstate_desc_nr_fields(desc) > KSTATE_FIELDS_MAX)
		return "it has too many fields";
	return NULL;
}

static void kstate_field_layout(struct kstate_layout_field *to,
				const struct kstate_field *field)
{
	*to = (struct kstate_layout_field){
		.name = field->name,
		.size = field->size,
		.count = field->count,
		.since = field->since,
		.until = field->until,
		.kind = field->kind,
		.sign = field->sign,
	};
}

static bool kstate_field_again(const struct kstate_field *fields,
			       const struct kstate_field *f)
{
	struct kstate_layout_field a, b;

	kstate_field_layout(&a, f);
	for (const struct kstate_field *g = fields; g < f; g++) {
		kstate_field_layout(&b, g);
		if (kstate_field_twin(&a, &b))
			return true;
	}
	return false;
}

/*
 * Whether another field has the same name, for other versions. None has that of a field
 * that is in every version: of 4,096 of these, looking takes more than twice as long as saving
 * 256 MiB.
 */
static bool kstate_field_has_namesake(const struct kstate_description *desc,
				      const struct kstate_field *f)
{
	if (!f->since && f->until == KSTATE_ABI_NO_UNTIL)
		return false;
	for (const struct kstate_field *g = desc->fields; g->name; g++) {
		if (g != f && !strcmp(g->name, f->name))
			return true;
	}
	return false;
}

static int kstate_fields_check(const struct kstate_description *desc, bool allocated)
{
	for (const struct kstate_field *f = desc->fields; f->name; f++) {
		const char *wrong = kstate_field_wrong(desc, f, allocated);

		wrong = wrong ?: kstate_struct_wrong(f);
		if (!wrong && kstate_field_again(desc->fields, f))
			wrong = "there are two of that name in one version";
		if (!wrong)
			continue;
		pr_err("description %s (id %#x), field %s: %s\n", desc->name,
		       desc->id, f->name, wrong);
		return -EINVAL;
	}
	return 0;
}

/* What only the description of a registered object has. */
static bool kstate_desc_owns(const struct kstate_description *desc)
{
	return desc->subsections || desc->lock || desc->unlock || desc->freeze || desc->thaw;
}

/* The same, or its subsection. */
static bool kstate_desc_calls(const struct kstate_description *desc)
{
	return kstate_desc_owns(desc) || desc->needed || desc->pre_restore;
}

/* The field of a description, or of a nested one, that only a lock keeps in place. */
static const struct kstate_field *kstate_desc_shape(const struct kstate_description *desc)
{
	for (const struct kstate_field *f = desc->fields; f->name; f++) {
		const struct kstate_field *nested = NULL;

		if (kstate_follows_shape(f))
			return f;
		if (f->desc && f->until == KSTATE_ABI_NO_UNTIL)
			nested = kstate_desc_shape(f->desc);
		if (nested)
			return nested;
	}
	return NULL;
}

static int kstate_shape_check(const struct kstate_description *desc,
			      const struct kstate_description *part)
{
	const struct kstate_field *f = kstate_desc_shape(part);

	if (!f || desc->lock || desc->flags & KSTATE_STABLE)
		return 0;
	pr_err("description %s (id %#x), field %s of %s: what it follows may change at any time: it takes lock and unlock, or KSTATE_STABLE\n",
	       desc->name, desc->id, f->name, part->name);
	return -EINVAL;
}

static int kstate_desc_check_one(const struct kstate_description *desc, unsigned int depth,
				 bool allocated)
{
	const char *wrong = kstate_desc_wrong(desc);
	int err;

	if (!wrong && depth >= KSTATE_ABI_DEPTH)
		wrong = "descriptions nest too deep";
	if (!wrong && depth && kstate_desc_calls(desc))
		wrong = "nested, it has no subsections; of callbacks post_restore, alloc, free";
	if (!wrong && !desc->alloc != !desc->free)
		wrong = "it has one of alloc and free without the other";
	if (!wrong && !depth && desc->alloc)
		wrong = "nobody allocates what it describes, unless it is nested";
	if (wrong) {
		pr_err("description %s (id %#x): %s\n", desc->name ?: "?", desc->id,
		       wrong);
		return -EINVAL;
	}
	err = kstate_fields_check(desc, allocated);
	for (const struct kstate_field *f = desc->fields; !err && f->name; f++) {
		if (f->desc && f->until == KSTATE_ABI_NO_UNTIL)
			err = kstate_desc_check_one(f->desc, depth + 1, allocated ||
						    f->owner == KSTATE_ALLOCATED);
	}
	return err ?: kstate_counters_check(desc);
}

/* What only a part of the same object has. One of a struct that the object begins with is. */
static const char *kstate_sub_wrong(const struct kstate_description *desc,
				    const struct kstate_description *sub)
{
	size_t whole = kstate_desc_whole(desc);

	if (kstate_desc_owns(sub))
		return "has subsections, lock or freeze of its own";
	/* It would be followed beyond the object. */
	if (whole && kstate_desc_whole(sub) > whole)
		return "is that of a larger struct";
	return kstate_counters_clash(desc, sub) ? "sets a member that counts, as it does" : NULL;
}

static int kstate_subs_check(const struct kstate_description *desc, unsigned int i)
{
	const struct kstate_description *sub = desc->subsections[i];
	const char *wrong;
	int err;

	err = kstate_desc_check_one(sub, 0, false);
	wrong = err ? NULL : kstate_sub_wrong(desc, sub);
	if (wrong) {
		pr_err("subsection %s of %s %s\n", sub->name, desc->name, wrong);
		err = -EINVAL;
	}
	err = err ?: kstate_shape_check(desc, sub);
	for (unsigned int j = 0; !err && j < i; j++) {
		const struct kstate_description *other = desc->subsections[j];

		if (!strcmp(sub->name, other->name))
			wrong = "is there twice";
		else if (kstate_counters_clash(sub, other))
			wrong = "sets a member that counts, as another does";
		else
			continue;
		pr_err("subsection %s of %s %s\n", sub->name, desc->name, wrong);
		err = -EINVAL;
	}
	return err;
}

/**
 * kstate_desc_check - whether a description makes sense
 * @desc: the description; its subsections and nested ones are checked too
 *
 * Return: 0, or -EINVAL after saying in the log what is wrong.
 */
int kstate_desc_check(const struct kstate_description *desc)
{
	unsigned int nr = kstate_desc_nr_subs(desc);
	int err;

	err = kstate_desc_check_one(desc, 0, false);
	err = err ?: kstate_shape_check(desc, desc);
	for (unsigned int i = 0; !err && i < nr; i++)
		err = kstate_subs_check(desc, i);
	return err;
}

/**
 * kstate_desc_fingerprint - fingerprint of a description's fields
 * @desc: the description, checked
 *
 * Return: the fingerprint.
 */
u64 kstate_desc_fingerprint(const struct kstate_description *desc)
{
	u64 hash = KSTATE_FINGERPRINT_START;

	for (const struct kstate_field *f = desc->fields; f->name; f++) {
		struct kstate_layout nested = {};
		struct kstate_layout_field layout;

		kstate_field_layout(&layout, f);
		if (f->desc) {
			nested.fingerprint = kstate_desc_fingerprint(f->desc);
			layout.nested = &nested;
		}
		hash = kstate_fingerprint(hash, &layout);
	}
	return hash;
}

/**
 * kstate_layout_free - free what kstate_desc_layout() made
 * @layout: the layout, or NULL
 */
void kstate_layout_free(struct kstate_layout *layout)
{
	for (size_t i = 0; layout && i < layout->nr; i++)
		kstate_layout_free((struct kstate_layout *)layout->fields[i].nested);
	kvfree(layout);
}

/**
 * kstate_desc_layout - a description as the rules see it
 * @desc: the description, checked
 *
 * Return: its layout, with those of nested descriptions; NULL without memory.
 */
struct kstate_layout *kstate_desc_layout(const struct kstate_description *desc)
{
	size_t nr = kstate_desc_nr_fields(desc);
	struct kstate_layout_field *fields;
	struct kstate_layout *layout;

	layout = kvzalloc(sizeof(*layout) + array_size(nr, sizeof(*fields)), GFP_KERNEL);
	if (!layout)
		return NULL;
	fields = (struct kstate_layout_field *)(layout + 1);
	layout->version = desc->version_id;
	layout->min_version = desc->min_version_id;
	layout->fields = fields;
	for (size_t i = 0; i < nr; i++) {
		kstate_field_layout(&fields[i], &desc->fields[i]);
		layout->nr++;
		if (!desc->fields[i].desc)
			continue;
		fields[i].nested = kstate_desc_layout(desc->fields[i].desc);
		if (!fields[i].nested) {
			kstate_layout_free(layout);
			return NULL;
		}
	}
	return layout;
}

static void kstate_schema_hint(struct kstate_writer *w, const struct kstate_field *f)
{
	const char *name = kstate_hint_name(f);
	size_t start = kstate_w_prop_open(w, KSTATE_PROP_HINT);

	kstate_w_bytes(w, name, strlen(name) + 1);
	for (const struct kstate_hint_name *n = f->names; n && n->name; n++) {
		kstate_w_hex(w, n->value);
		kstate_w_bytes(w, "=", 1);
		kstate_w_bytes(w, n->name, strlen(n->name) + 1);
	}
	kstate_w_prop_close(w, start);
}

static void kstate_schema_field(struct kstate_writer *w, const struct kstate_description *desc,
				const struct kstate_field *f)
{
	if (kstate_field_has_namesake(desc, f))
		kstate_w_node_at(w, f->name, f->since);
	else
		kstate_w_node(w, f->name);
	kstate_w_prop_str(w, KSTATE_PROP_KIND, kstate_kind_name(f->kind));
	kstate_w_prop_str(w, KSTATE_PROP_TYPE, f->type);
	kstate_w_prop_str(w, KSTATE_PROP_SIGN, kstate_sign_name(f->sign));
	kstate_w_prop_u64(w, KSTATE_PROP_SIZE, f->size);
	kstate_w_prop_u64(w, KSTATE_PROP_COUNT, f->count);
	kstate_w_prop_u32(w, KSTATE_PROP_SINCE, f->since);
	kstate_w_prop_u32(w, KSTATE_PROP_UNTIL, f->until);
	kstate_schema_hint(w, f);
	if (f->desc)
		kstate_w_prop_u32(w, KSTATE_PROP_STRUCT_ID, f->desc->id);
	kstate_w_end_node(w);
}

static void kstate_schema_subsections(struct kstate_writer *w,
				      const struct kstate_description *desc)
{
	unsigned int nr = kstate_desc_nr_subs(desc);
	size_t start = kstate_w_prop_open(w, KSTATE_PROP_SUBSECTIONS);

	for (unsigned int i = 0; i < nr; i++) {
		__be32 id = cpu_to_fdt32(desc->subsections[i]->id);

		kstate_w_bytes(w, &id, sizeof(id));
	}
	kstate_w_prop_close(w, start);
}

static void kstate_schema_one(struct kstate_writer *w, const struct kstate_class *class)
{
	const struct kstate_description *desc = class->desc;

	kstate_w_node_at(w, desc->name, desc->id);
	kstate_w_prop_u32(w, KSTATE_PROP_ID, desc->id);
	kstate_w_prop_u32(w, KSTATE_PROP_VERSION, desc->version_id);
	kstate_w_prop_u32(w, KSTATE_PROP_MIN_VERSION, desc->min_version_id);
	kstate_w_prop_u32(w, KSTATE_PROP_FLAGS, desc->flags & KSTATE_ABI_FLAGS);
	kstate_w_prop_u64(w, KSTATE_PROP_FINGERPRINT, class->fingerprint);
	kstate_schema_subsections(w, desc);
	kstate_w_prop_u32(w, KSTATE_PROP_CRC, 0);
	kstate_w_node(w, KSTATE_NODE_FIELDS);
	for (const struct kstate_field *f = desc->fields; f->name; f++)
		kstate_schema_field(w, desc, f);
	kstate_w_end_node(w);
	kstate_w_end_node(w);
}

/**
 * kstate_schema_write - write the node ``descriptions``
 * @w: where to
 *
 * The checksums are filled in when the tree is complete.
 */
void kstate_schema_write(struct kstate_writer *w)
{
	struct kstate_family *family;

	kstate_w_node(w, KSTATE_NODE_DESCRIPTIONS);
	list_for_each_entry(family, &kstate_out.families, list)
		kstate_schema_one(w, kstate_family_class(family));
	kstate_w_end_node(w);
}
