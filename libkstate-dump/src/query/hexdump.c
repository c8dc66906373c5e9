// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* kstd_hexdump(): payloads in parts, and the field that each part belongs to. */

#include "base/lazy_list.h"
#include "kstate/field_kinds.h"
#include "kstate/select.h"
#include "query/hexdump.h"

/**
 * struct payload_query - what a list of payloads is
 * @sel: refers to @text
 * @matched: sections that were selected by name and instance so far
 * @saved: one of them is in an image
 */
struct payload_query {
	struct kstd_select sel;
	size_t matched;
	bool saved;
	char text[];
};

/**
 * struct payload - what a list of parts is made from
 * @s: its section or subsection
 * @field: the path of what is wanted, empty: all
 */
struct payload {
	struct kstd_image *image;
	struct kstd_section s;
	struct kstd_span field;
	struct kstd_field_map marks;
};

/* Is the part called @name, of all that is wanted, or something within it? */
static bool is_wanted(const struct kstd_span *field, const char *name)
{
	size_t len = field->len;

	return !len || (!strncmp(name, (const char *)field->p, len) &&
			(!name[len] || name[len] == '.' || name[len] == '['));
}

static void map_fields(struct payload *p, struct kstd_arena *a, const struct kstd_where *up)
{
	struct kstd_where where = KSTD_IN(up, "data", 4);
	struct kstd_payload stream = {
		.dump = p->image->dump, .arena = a, .where = &where, .s = p->s.payload,
		.depth = 1, .big = p->image->producer.big,
		.page_size = p->image->producer.page_size, .marks = &p->marks,
	};
	static const struct kstd_span all;
	struct kstd_node fields = { .type = KSTD_LIST };

	kstd_field_map_init(&p->marks, p->s.payload.at);
	if (p->s.desc && p->s.has_payload)
		kstd_stream_put(&stream, p->s.desc, p->s.version, &fields, &all);
	if (p->marks.full)
		kstd_note(p->image->dump, "more than %d fields in one payload: what follows is shown in one piece",
			  KSTD_MAX_MARKS);
}

/* The physical address of a byte of a payload that is kept outside the tree. */
static bool extent_of(const struct kstd_section *s, uint64_t offset, uint64_t *address,
		      uint64_t *left)
{
	struct kstd_span raw = s->extents;
	uint64_t bytes;

	while (kstd_span_be64(&raw, address) && kstd_span_be64(&raw, &bytes)) {
		if (offset < bytes) {
			*address += offset;
			*left = bytes - offset;
			return true;
		}
		offset -= bytes;
	}
	return false;
}

/* Where a part is, in a file or in memory. Returns how many bytes are there together. */
static uint64_t put_place(const struct payload *p, struct kstd_arena *a, uint64_t offset,
			  uint64_t len, struct kstd_node *n)
{
	const struct kstd_blob *b = p->image->blob;
	uint64_t address, left = len, at = p->s.payload.at + offset;
	bool known = !p->s.has_data && extent_of(&p->s, offset, &address, &left);

	if (p->s.has_data && b->in_memory && at < b->in_memory_bytes) {
		address = b->pa + at;
		known = true;
	}
	if (p->s.has_data && !b->in_memory)
		kstd_put_num(a, n, KSTD_K_FILE_OFFSET, KSTD_SIZE, at);
	else
		kstd_put(a, n, KSTD_K_FILE_OFFSET, KSTD_NULL);
	if (known)
		kstd_put_num(a, n, KSTD_K_PART_ADDRESS, KSTD_ADDRESS, address);
	else
		kstd_put(a, n, KSTD_K_PART_ADDRESS, KSTD_NULL);
	return left < len ? left : len;
}

/**
 * struct part_iter - an iteration over the parts of a payload
 * @part: the current one
 * @pos: what is left of it begins there
 * @name: its path, "" if it was not decoded
 * @names: holds that
 */
struct part_iter {
	struct kstd_list_iter it;
	struct kstd_byte_range_walk parts;
	struct kstd_byte_range part;
	uint64_t pos;
	const char *name;
	struct kstd_arena names;
};

/* Go to the next part that is wanted. */
static bool next_part(const struct payload *p, struct part_iter *at)
{
	while (kstd_byte_range_next(&at->parts, &at->part)) {
		kstd_arena_reset(&at->names);
		at->pos = at->part.start;
		at->name = at->part.mark == KSTD_NO_MARK ? "" :
			   kstd_field_map_path(&p->marks, at->part.mark, &at->names);
		if (at->name && is_wanted(&p->field, at->name))
			return true;
	}
	return false;
}

static bool any_part(const struct payload *p)
{
	struct part_iter at = { 0 };
	bool any;

	kstd_byte_range_begin(&at.parts, &p->marks, p->s.payload.len);
	any = next_part(p, &at);
	kstd_arena_free(&at.names);
	return any;
}

static void parts_begin(struct kstd_list_iter *it)
{
	const struct payload *p = it->of;

	kstd_byte_range_begin(&((struct part_iter *)it)->parts, &p->marks, p->s.payload.len);
}

/* A part, in pieces if it is in more than one place. */
static struct kstd_node *parts_next(struct kstd_list_iter *it)
{
	struct part_iter *at = (struct part_iter *)it;
	const struct payload *p = it->of;
	struct kstd_arena *a = &it->arena;
	struct kstd_span bytes = { 0 };
	struct kstd_node *n;
	uint64_t len;

	if (at->pos == at->part.end && !next_part(p, at))
		return NULL;
	n = kstd_put(a, NULL, KSTD_NO_KEY, KSTD_OBJECT);
	kstd_put_num(a, n, KSTD_K_PART_OFFSET, KSTD_SIZE, at->pos);
	len = put_place(p, a, at->pos, at->part.end - at->pos, n);
	kstd_put_str(a, n, KSTD_K_FIELD, *at->name ? at->name : NULL);
	kstd_put_num(a, n, KSTD_K_FRAMING, KSTD_BOOL, at->part.framing);
	kstd_span_sub(&p->s.payload, at->pos, len, &bytes);
	kstd_put_mem(a, n, KSTD_K_DATA, KSTD_BYTES, bytes.p, bytes.len);
	at->pos += len;
	return n;
}

static void parts_end(struct kstd_list_iter *it)
{
	kstd_arena_free(&((struct part_iter *)it)->names);
}

static const struct kstd_list_type parts_type = {
	.bytes = sizeof(struct part_iter),
	.begin = parts_begin,
	.next = parts_next,
	.end = parts_end,
};

/**
 * struct reader - a section or subsection of which nodes are made
 * @a: for all of it
 * @name: "test@0", "test@0.test_v2"
 * @path: of the subsection: empty, or ends in "."
 * @field: what of the section is wanted, empty: all
 * @all: gets a node for each payload
 */
struct reader {
	struct kstd_image *image;
	struct kstd_arena *a;
	const struct kstd_where *where;
	const char *name;
	const char *path;
	struct kstd_section *s;
	struct kstd_span field;
	struct kstd_node *all;
};

static void free_marks(void *marks, size_t len)
{
	(void)len;
	kstd_field_map_free(marks);
}

static void put_payload(struct reader *r)
{
	struct payload *p = kstd_arena_get(r->a, sizeof(*p));
	struct kstd_arena *a = r->a;
	struct kstd_node *n;

	if (!p)
		return;
	kstd_section_load(r->image, a, r->where, r->s, false);
	*p = (struct payload){ .image = r->image, .s = *r->s, .field = r->field };
	kstd_span_skip(&p->field, strlen(r->path));
	map_fields(p, a, r->where);
	if (!kstd_arena_own(a, free_marks, &p->marks, 0) || (p->field.len && !any_part(p)))
		return;
	kstd_section_crc(r->image, r->where, r->s);
	n = kstd_styled(kstd_put(a, r->all, KSTD_NO_KEY, KSTD_OBJECT), KSTD_STYLE_BLOCK);
	kstd_put_str(a, n, KSTD_K_SECTION, r->name);
	kstd_put_str(a, n, KSTD_K_SIDE, kstd_side_name(r->image->side));
	if (r->s->has_header)
		kstd_put_num(a, n, KSTD_K_VERSION, KSTD_U32, r->s->version);
	else
		kstd_put(a, n, KSTD_K_VERSION, KSTD_NULL);
	if (p->s.has_payload)
		kstd_put_num(a, n, KSTD_K_BYTES, KSTD_SIZE, p->s.payload.len);
	else
		kstd_put(a, n, KSTD_K_BYTES, KSTD_NULL);
	kstd_put_str(a, n, KSTD_K_PATH, r->image->blob->path);
	kstd_list_put(a, n, KSTD_K_PARTS,
		      (struct kstd_list_args){ r->image->dump, &parts_type, p, NULL });
}

/* Is the subsection @path, which ends in ".", wanted, or something within it? */
static bool leads_into(const struct kstd_span *field, const char *path)
{
	size_t len = strlen(path);

	if (field->len > len)
		return !memcmp(field->p, path, len);
	return !field->len || (field->len == len - 1 && !memcmp(field->p, path, len - 1));
}

static void put_all(struct reader *r, unsigned int depth);

static void put_sub(struct reader *up, struct kstd_cursor *c, const struct kstd_tok *tok,
		    unsigned int depth)
{
	struct kstd_where where = KSTD_AT(up->where, tok->name, tok->name_len);
	size_t len = tok->name_len + 2;
	char *path = kstd_arena_get(up->a, strlen(up->path) + len);
	char *name = kstd_arena_get(up->a, strlen(up->name) + len);
	struct kstd_section s;
	struct reader r = *up;

	kstd_section_read(up->image, &where, c, tok, up->s, &s);
	if (!path || !name)
		return;
	stpcpy(stpcpy(stpcpy(path, up->path), tok->name), ".");
	stpcpy(stpcpy(stpcpy(name, up->name), "."), tok->name);
	if (!leads_into(&up->field, path))
		return;
	r.where = &where;
	r.name = name;
	r.path = path;
	r.s = &s;
	/* All of it, if it is what was asked for. */
	if (up->field.len < strlen(path))
		r.field.len = 0;
	put_all(&r, depth);
}

/* A section or subsection and its subsections. */
static void put_all(struct reader *r, unsigned int depth)
{
	struct kstd_cursor c = r->s->inside;
	struct kstd_tok tok;

	put_payload(r);
	if (!r->s->nr_subs || depth >= KSTD_MAX_NESTING)
		return;
	while (kstd_fdt_child(&c, &tok))
		put_sub(r, &c, &tok, depth + 1);
}

static void put_section(struct kstd_arena *a, struct kstd_step *step, struct kstd_span field,
			struct kstd_node *all)
{
	struct kstd_section *s = &step->section;
	struct reader r = {
		.image = step->image, .a = a, .where = &step->where, .path = "", .s = s,
		.field = field, .all = all,
	};

	r.name = kstd_arena_str(a, s->node, s->node_len);
	if (r.name)
		put_all(&r, 0);
}

void kstd_payloads_put(struct kstd_arena *a, struct kstd_step *step, struct kstd_node *all)
{
	put_section(a, step, kstd_span_of(NULL, 0, 0), all);
}

/**
 * struct payload_iter - an iteration over payloads
 * @all: those of the current section
 * @next: the next of them
 * @section: holds them
 */
struct payload_iter {
	struct kstd_list_iter it;
	struct kstd_walk walk;
	struct kstd_node all;
	struct kstd_node *next;
	struct kstd_arena section;
};

static void payloads_begin(struct kstd_list_iter *it)
{
	kstd_walk_begin(&((struct payload_iter *)it)->walk, it->dump);
}

static struct kstd_node *payloads_next(struct kstd_list_iter *it)
{
	struct payload_iter *at = (struct payload_iter *)it;
	struct payload_query *q = (struct payload_query *)it->of;
	struct kstd_span field;
	struct kstd_step step;
	struct kstd_node *n;

	while (!at->next) {
		if (!kstd_select_next(&at->walk, &q->sel, true, &step, &field))
			return NULL;
		q->matched++;
		q->saved |= step.in_tree;
		if (!step.in_tree)
			continue;
		kstd_arena_reset(&at->section);
		at->all = (struct kstd_node){ .type = KSTD_LIST };
		put_section(&at->section, &step, field, &at->all);
		if (at->section.short_of)
			kstd_defect(it->dump, &step.where, KSTD_E_MEMORY, KSTD_NO_OFFSET, NULL);
		at->next = at->all.kids.first;
	}
	n = at->next;
	at->next = n->next;
	return n;
}

static void payloads_end(struct kstd_list_iter *it)
{
	struct payload_iter *at = (struct payload_iter *)it;

	kstd_walk_end(&at->walk);
	kstd_arena_free(&at->section);
}

static const struct kstd_list_type payloads_type = {
	.bytes = sizeof(struct payload_iter),
	.begin = payloads_begin,
	.next = payloads_next,
	.end = payloads_end,
};

int kstd_hexdump(struct kstd_dump *dump, const struct kstd_hexdump_opts *user,
		 const struct kstd_node **list)
{
	struct kstd_hexdump_opts opts = { .sz = sizeof(opts) };
	int rc = kstd_opts(dump->ctx, "kstd_hexdump", user, sizeof(opts), &opts, sizeof(opts));
	struct kstd_node *n;
	struct payload_query *q;

	*list = NULL;
	if (!rc && !opts.select)
		rc = kstd_err(dump->ctx, KSTD_E_OPTIONS, KSTD_NO_OFFSET, "kstd_hexdump: no select");
	if (rc)
		return rc;
	q = kstd_arena_get(&dump->arena, sizeof(*q) + strlen(opts.select) + 1);
	if (!q)
		return kstd_nomem(dump->ctx);
	*q = (struct payload_query){ 0 };
	strcpy(q->text, opts.select);
	rc = kstd_select_parse(dump->ctx, q->text, &q->sel) ?: kstd_select_images(dump, &q->sel);
	if (rc)
		return rc;
	n = kstd_list_put(&dump->arena, NULL, KSTD_NO_KEY,
			  (struct kstd_list_args){ dump, &payloads_type, q, NULL });
	rc = n ? kstd_select_check(dump, &q->sel, n, &q->matched, &q->saved) :
	     kstd_nomem(dump->ctx);
	if (!rc)
		*list = n;
	return rc;
}
