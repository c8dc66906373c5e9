// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* kstd_schema(): descriptions as nodes. */

#include "base/lazy_list.h"
#include "query/descriptions.h"
#include "kstate/field_kinds.h"

/**
 * struct desc_query - what a list of descriptions is
 * @select: NULL for all
 */
struct desc_query {
	const struct kstd_descs_part *parts;
	const char *select;
};

/**
 * struct desc_iter - an iteration over it
 * @part: NULL after the last
 * @i: the next description of @part
 */
struct desc_iter {
	struct kstd_list_iter it;
	const struct kstd_descs_part *part;
	size_t i;
};

static const struct kstd_desc *next_desc(const struct desc_query *q, struct desc_iter *c)
{
	for (; c->part; c->part = c->part->next, c->i = 0)
		while (c->i < c->part->image->schema.nr) {
			const struct kstd_desc *d = &c->part->image->schema.descs[c->i++];

			if (!q->select || (strlen(q->select) == d->name_len &&
					   !memcmp(q->select, d->name, d->name_len)))
				return d;
		}
	return NULL;
}

static void put_version(struct kstd_arena *a, struct kstd_node *n, enum kstd_key_index key,
			uint32_t version)
{
	if (version == KSTATE_ABI_NO_UNTIL)
		kstd_put(a, n, key, KSTD_NULL);
	else
		kstd_put_num(a, n, key, KSTD_U32, version);
}

static void put_names(struct kstd_arena *a, const struct kstd_field *f, struct kstd_node *n)
{
	struct kstd_node *list = kstd_put(a, n, KSTD_K_HINT_NAMES, KSTD_LIST);
	struct kstd_span names = f->names, name;
	unsigned int left = KSTD_MAX_NAMES;
	struct kstd_node *entry;
	uint64_t value;

	if (!list)
		return;
	while (kstd_hint_name(&names, &left, &value, &name)) {
		entry = kstd_styled(kstd_put(a, list, KSTD_NO_KEY, KSTD_OBJECT), KSTD_STYLE_INLINE);
		kstd_put_mem(a, entry, KSTD_K_NAME, KSTD_TEXT, name.p, name.len);
		kstd_styled(kstd_put_num(a, entry, KSTD_K_HINT_VALUE, KSTD_U64, value),
			    f->hint == KSTD_HINT_FLAGS ? KSTD_STYLE_HEX : KSTD_STYLE_NONE);
	}
	if (!list->kids.first)
		list->style = KSTD_STYLE_HIDDEN;
}

static void put_field(struct kstd_arena *a, const struct kstd_field *f, struct kstd_node *list)
{
	struct kstd_node *n = kstd_put(a, list, KSTD_NO_KEY, KSTD_OBJECT);

	kstd_put_str(a, n, KSTD_K_FIELD_NAME, f->name);
	kstd_put_str(a, n, KSTD_K_KIND, f->kind_name);
	kstd_put_str(a, n, KSTD_K_TYPE, f->type);
	kstd_put_str(a, n, KSTD_K_SIGN, f->sign_name);
	kstd_put_num(a, n, KSTD_K_SIZE, KSTD_SIZE, f->size);
	kstd_put_num(a, n, KSTD_K_COUNT, KSTD_U64, f->count);
	put_version(a, n, KSTD_K_SINCE, f->since);
	put_version(a, n, KSTD_K_UNTIL, f->until);
	kstd_put_str(a, n, KSTD_K_HINT, f->hint_name);
	/* The nested description: its name; its id if the image has none of that id. */
	if (f->nested)
		kstd_put_mem(a, n, KSTD_K_STRUCT, KSTD_TEXT, f->nested->name, f->nested->name_len);
	else if (f->has_struct_id)
		kstd_put_fmt(a, n, KSTD_K_STRUCT, "0x%x", f->struct_id);
	else
		kstd_put(a, n, KSTD_K_STRUCT, KSTD_NULL);
	put_names(a, f, n);
}

static void put_subs(struct kstd_arena *a, const struct kstd_image *image,
		     const struct kstd_desc *d, struct kstd_node *n)
{
	struct kstd_node *list = kstd_put(a, n, KSTD_K_KNOWN_SUBS, KSTD_LIST);
	const struct kstd_desc *sub;
	struct kstd_span ids = d->subs;
	uint32_t id;

	while (list && kstd_span_be32(&ids, &id)) {
		sub = kstd_schema_find(&image->schema, id);
		if (sub)
			kstd_put_mem(a, list, KSTD_NO_KEY, KSTD_TEXT, sub->name, sub->name_len);
		else
			kstd_put_fmt(a, list, KSTD_NO_KEY, "0x%x", id);
	}
}

static void put_flags(struct kstd_arena *a, const struct kstd_desc *d, struct kstd_node *n)
{
	struct kstd_node *list = kstd_put(a, n, KSTD_K_DESC_FLAGS, KSTD_LIST);

	if (list && d->flags & KSTATE_ABI_OPTIONAL)
		kstd_put_str(a, list, KSTD_NO_KEY, "optional");
	if (list && d->flags & ~KSTATE_ABI_OPTIONAL)
		kstd_put_fmt(a, list, KSTD_NO_KEY, "0x%x", d->flags & ~KSTATE_ABI_OPTIONAL);
}

static struct kstd_node *put_desc(struct desc_iter *c, const struct kstd_desc *d)
{
	const struct kstd_descs_part *part = c->part;
	struct kstd_arena *a = &c->it.arena;
	struct kstd_node *n = kstd_styled(kstd_put(a, NULL, KSTD_NO_KEY, KSTD_OBJECT),
					  KSTD_STYLE_BLOCK), *fields;

	kstd_placed(n, d->at);
	kstd_put_mem(a, n, KSTD_K_DESC, KSTD_TEXT, d->name, d->name_len);
	/* Where it is from: the file, if there may be several. */
	if (part->file)
		kstd_hidden_if(kstd_put_str(a, n, KSTD_K_DESC_FILE, part->file), part->is_only);
	else
		kstd_put_str(a, n, KSTD_K_ORIGIN, part->is_catalog ? "catalog" :
			     kstd_side_name(part->image->side));
	kstd_put_num(a, n, KSTD_K_DESC_VERSION, KSTD_U32, d->version);
	kstd_put_num(a, n, KSTD_K_MIN_VERSION, KSTD_U32, d->min_version);
	kstd_put_num(a, n, KSTD_K_DESC_ID, KSTD_U32, d->id);
	put_flags(a, d, n);
	put_subs(a, part->image, d, n);
	kstd_put_num(a, n, KSTD_K_FINGERPRINT, KSTD_ADDRESS, d->fingerprint);
	fields = kstd_styled(kstd_put(a, n, KSTD_K_FIELDS, KSTD_LIST), KSTD_STYLE_TABLE);
	for (size_t i = 0; fields && i < d->nr_fields; i++)
		put_field(a, &d->fields[i], fields);
	return n;
}

static void descs_begin(struct kstd_list_iter *it)
{
	const struct desc_query *q = it->of;

	((struct desc_iter *)it)->part = q->parts;
}

static struct kstd_node *descs_next(struct kstd_list_iter *it)
{
	struct desc_iter *c = (struct desc_iter *)it;
	const struct kstd_desc *d = next_desc(it->of, c);

	return d ? put_desc(c, d) : NULL;
}

static const struct kstd_list_type descs_type = {
	.bytes = sizeof(struct desc_iter),
	.begin = descs_begin,
	.next = descs_next,
};

int kstd_descs(struct kstd_dump *dump, const struct kstd_descs_part *parts, const char *select,
	       struct kstd_node *parent, enum kstd_key_index key, const struct kstd_node **list)
{
	struct desc_query *q = kstd_arena_get(&dump->arena, sizeof(*q));
	struct desc_iter c = { .part = parts };
	char safe[KSTD_SAFE];

	*list = NULL;
	if (!q)
		return kstd_nomem(dump->ctx);
	*q = (struct desc_query){ .parts = parts };
	if (select) {
		q->select = kstd_arena_str(&dump->arena, select, strlen(select));
		if (!q->select)
			return kstd_nomem(dump->ctx);
		if (!next_desc(q, &c))
			return kstd_not_found(dump, KSTD_E_NO_DESC, "description \"%s\"",
					      kstd_safe(safe, select, strlen(select)));
	}
	*list = kstd_list_put(&dump->arena, parent, key,
			      (struct kstd_list_args){ dump, &descs_type, q, NULL });
	return *list ? 0 : kstd_nomem(dump->ctx);
}

/* False if memory is short. */
static bool add_part(struct kstd_dump *dump, const struct kstd_image *image, bool is_catalog,
		     const struct kstd_descs_part ***tail)
{
	struct kstd_descs_part *part = kstd_arena_get(&dump->arena, sizeof(*part));

	if (!part)
		return false;
	*part = (struct kstd_descs_part){ .image = image, .is_catalog = is_catalog };
	**tail = part;
	*tail = &part->next;
	return true;
}

int kstd_schema(struct kstd_dump *dump, const struct kstd_schema_opts *user,
		const struct kstd_node **list)
{
	struct kstd_schema_opts opts = { .sz = sizeof(opts) };
	const struct kstd_descs_part *parts = NULL, **tail = &parts;
	const struct kstd_image *catalog;
	bool ok = true;
	int rc = kstd_opts(dump->ctx, "kstd_schema", user, sizeof(opts.sz), &opts, sizeof(opts));

	*list = NULL;
	if (rc)
		return rc;
	catalog = kstd_catalog_image(dump);
	rc = kstd_images(dump);
	if (rc && !catalog)
		return rc;
	for (const struct kstd_image *image = dump->images; image && ok; image = image->next)
		ok = add_part(dump, image, false, &tail);
	if (catalog)
		ok = ok && add_part(dump, catalog, true, &tail);
	return ok ? kstd_descs(dump, parts, opts.select, NULL, KSTD_NO_KEY, list) :
	       kstd_nomem(dump->ctx);
}
