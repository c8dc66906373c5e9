// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Elements of a field as nodes: by sign, size and hint of its entry in the field table. */

#include "kstate/field_kinds.h"

static enum kstd_type number_type(const struct kstd_field *f)
{
	if (f->sign == KSTD_SIGN_SIGNED)
		return f->wide ? KSTD_S64 : KSTD_S32;
	return f->wide ? KSTD_U64 : KSTD_U32;
}

static uint64_t extend(const struct kstd_field *f, uint64_t v)
{
	unsigned int unused = 64 - 8 * f->size;

	return f->sign == KSTD_SIGN_SIGNED ? (uint64_t)((int64_t)(v << unused) >> unused) : v;
}

/* Fill a leaf for one element. put_enum() and put_flags() make what needs more than a leaf. */
static void set_leaf(struct kstd_payload *p, const struct kstd_field *f, uint64_t v,
		     struct kstd_node *n)
{
	n->u = v;
	switch (f->shape) {
	case KSTD_SHAPE_BOOL:
		n->type = KSTD_BOOL;
		n->u = !!v;
		if (v > 1 && p) {
			kstd_odd(p, n->offset, "a bool is 0x%llx, neither 0 nor 1",
				 (unsigned long long)v);
		}
		break;
	case KSTD_SHAPE_ADDRESS:
		n->type = KSTD_ADDRESS;
		break;
	case KSTD_SHAPE_NS:
		n->type = KSTD_NS;
		break;
	default:
		n->type = number_type(f);
		n->u = extend(f, v);
		n->style = f->hint == KSTD_HINT_HEX || f->hint == KSTD_HINT_FLAGS ?
			   KSTD_STYLE_HEX : KSTD_STYLE_NONE;
	}
}

bool kstd_hint_name(struct kstd_span *names, unsigned int *left, uint64_t *value,
		    struct kstd_span *name)
{
	while (names->len && (*left)--) {
		struct kstd_span entry = kstd_span_until(names, 0);
		struct kstd_span hex = kstd_span_until(&entry, '=');

		*name = entry;
		if (kstd_hex(hex.p, hex.len, value))
			return true;
	}
	return false;
}

static void put_enum(struct kstd_payload *p, const struct kstd_field *f, uint64_t v, uint64_t at,
		     struct kstd_node *into)
{
	struct kstd_node *n = kstd_styled(kstd_put(p->arena, into, KSTD_K_VALUE, KSTD_OBJECT),
					  KSTD_STYLE_INLINE);
	struct kstd_span names = f->names, name;
	uint64_t value, mask = f->size < 8 ? (1ULL << (8 * f->size)) - 1 : UINT64_MAX;
	unsigned int left = KSTD_MAX_NAMES;
	bool found = false;

	kstd_placed(kstd_put_num(p->arena, n, KSTD_K_ENUM_VALUE, number_type(f), extend(f, v)), at);
	while (!found && kstd_hint_name(&names, &left, &value, &name))
		found = (value & mask) == (v & mask);
	if (found)
		kstd_put_mem(p->arena, n, KSTD_K_ENUM_NAME, KSTD_TEXT, name.p, name.len);
	else
		kstd_put(p->arena, n, KSTD_K_ENUM_NAME, KSTD_NULL);
}

/* The names of bits or groups of bits; bits without a name follow last, in hex. */
static void put_flag_names(struct kstd_payload *p, const struct kstd_field *f, uint64_t v,
			   struct kstd_node *list)
{
	struct kstd_span names = f->names, name;
	uint64_t value, unnamed = v;
	unsigned int left = KSTD_MAX_NAMES;

	while (kstd_hint_name(&names, &left, &value, &name)) {
		if (!value || (v & value) != value)
			continue;
		kstd_put_mem(p->arena, list, KSTD_NO_KEY, KSTD_TEXT, name.p, name.len);
		unnamed &= ~value;
	}
	kstd_put_unnamed_bits(p->arena, list, unnamed);
}

static void put_flags(struct kstd_payload *p, const struct kstd_field *f, uint64_t v, uint64_t at,
		      struct kstd_node *into)
{
	struct kstd_node *list = kstd_put_flags(p->arena, into, KSTD_K_VALUE,
						f->wide ? KSTD_U64 : KSTD_U32, v, at);

	if (list)
		put_flag_names(p, f, v, list);
}

static void put_one(struct kstd_payload *p, const struct kstd_field *f, struct kstd_span raw,
		    struct kstd_node *into)
{
	uint64_t v = 0, at = raw.at;
	struct kstd_node *n;

	kstd_span_int(&raw, f->size, p->big, &v);
	if (f->shape == KSTD_SHAPE_ENUM) {
		put_enum(p, f, v, at, into);
	} else if (f->shape == KSTD_SHAPE_FLAGS) {
		put_flags(p, f, v, at, into);
	} else {
		n = kstd_placed(kstd_put(p->arena, into, KSTD_K_VALUE, KSTD_NULL), at);
		if (n)
			set_leaf(p, f, v, n);
	}
}

/**
 * struct array - what the elements of a list are made from
 * @raw: all of them
 */
struct array {
	const struct kstd_field *f;
	struct kstd_span raw;
	bool big;
};

static void array_begin(struct kstd_place *it)
{
	const struct array *a = it->of->list.arg;

	it->s = a->raw;
}

static struct kstd_node *array_next(struct kstd_place *it)
{
	const struct array *a = it->of->list.arg;
	uint64_t v, at = it->s.at;

	if (!it->s.len || !kstd_span_int(&it->s, a->f->size, a->big, &v))
		return NULL;
	it->elem = (struct kstd_node){ .key = KSTD_NO_KEY, .offset = at };
	set_leaf(NULL, a->f, v, &it->elem);
	return &it->elem;
}

static uint64_t array_count(const struct kstd_node *list)
{
	const struct array *a = list->list.arg;

	return a->raw.len / a->f->size;
}

static const struct kstd_list_ops array_ops = {
	.begin = array_begin,
	.next = array_next,
	.count = array_count,
};

static void put_array(struct kstd_payload *p, const struct kstd_field *f, struct kstd_span raw,
		      struct kstd_node *into)
{
	struct array *a = kstd_arena_get(p->arena, sizeof(*a));

	if (!a)
		return;
	*a = (struct array){ f, raw, p->big };
	kstd_styled(kstd_placed(kstd_put_lazy(p->arena, into, KSTD_K_VALUE, &array_ops, a),
				raw.at), KSTD_STYLE_INLINE);
}

/* Text or bytes, which stay in one piece; false if @f is neither. */
static bool put_piece(struct kstd_payload *p, const struct kstd_field *f, struct kstd_span raw,
		      struct kstd_node *into)
{
	struct kstd_span all = raw;

	switch (f->shape) {
	case KSTD_SHAPE_TEXT:
		raw = kstd_span_until(&all, 0);
		kstd_styled(kstd_placed(kstd_put_mem(p->arena, into, KSTD_K_VALUE, KSTD_TEXT,
						     raw.p, raw.len), raw.at),
			    KSTD_STYLE_QUOTED);
		return true;
	case KSTD_SHAPE_BYTES:
		kstd_placed(kstd_put_mem(p->arena, into, KSTD_K_VALUE, KSTD_BYTES, raw.p,
					 raw.len), raw.at);
		return true;
	}
	return false;
}

void kstd_value_put_one(struct kstd_payload *p, const struct kstd_field *f, struct kstd_span raw,
			struct kstd_node *into)
{
	if (!put_piece(p, f, raw, into))
		put_one(p, f, raw, into);
}

void kstd_value_put_all(struct kstd_payload *p, const struct kstd_field *f, struct kstd_span raw,
			struct kstd_node *into)
{
	if (!put_piece(p, f, raw, into))
		put_array(p, f, raw, into);
}

void kstd_value_put(struct kstd_payload *p, const struct kstd_field *f, struct kstd_span raw,
		    struct kstd_node *into)
{
	if (f->count == 1)
		kstd_value_put_one(p, f, raw, into);
	else
		kstd_value_put_all(p, f, raw, into);
}

static bool is_simple(const struct kstd_field *f)
{
	if (!f->bytes || (strcmp(f->kind_name, "value") && strcmp(f->kind_name, "equal")))
		return false;
	switch (f->shape) {
	case KSTD_SHAPE_TEXT:
	case KSTD_SHAPE_BYTES:
		return true;
	case KSTD_SHAPE_NUMBER:
	case KSTD_SHAPE_ADDRESS:
	case KSTD_SHAPE_NS:
		return f->count == 1;
	}
	return false;
}

void kstd_value_prepare(struct kstd_field *f)
{
	struct kstd_node *n = &f->node[4];

	f->simple = is_simple(f);
	*n = (struct kstd_node){ .key = KSTD_K_VALUE };
	if (f->shape == KSTD_SHAPE_TEXT) {
		n->type = KSTD_TEXT;
		n->style = KSTD_STYLE_QUOTED;
	} else if (f->shape == KSTD_SHAPE_BYTES) {
		n->type = KSTD_BYTES;
	} else if (f->simple) {
		set_leaf(NULL, f, 0, n);
	}
}

void kstd_value_fill(const struct kstd_field *f, struct kstd_span raw, bool big,
		     struct kstd_node *n)
{
	struct kstd_span all = raw;

	n->offset = raw.at;
	switch (f->shape) {
	case KSTD_SHAPE_TEXT:
		raw = kstd_span_until(&all, 0);
		__attribute__((fallthrough));
	case KSTD_SHAPE_BYTES:
		n->mem.p = raw.p;
		n->mem.len = raw.len;
		break;
	case KSTD_SHAPE_NUMBER:
		kstd_span_int(&raw, f->size, big, &n->u);
		n->u = extend(f, n->u);
		break;
	default:
		kstd_span_int(&raw, f->size, big, &n->u);
	}
}
