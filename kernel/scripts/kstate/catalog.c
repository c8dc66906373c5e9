// SPDX-License-Identifier: GPL-2.0
/*
 * catalog.c - what KSTATE_CATALOG() lists, as a tree
 *
 * The sections .discard.kstate (a pointer to each description) and
 * .discard.kstate_abis (the versions that the kernel speaks) are read here and
 * do not reach vmlinux or a module. What is found goes there as the section
 * .kstate_catalog.
 */

#include <xalloc.h>

#include "catalog.h"
#include "kstate-offsets.h"

#define KSTATE_MAX		4096	/* fields, subsections, names of a hint */
#define KSTATE_POINTER		8	/* bytes of a pointer */

#define FNV_BASIS		0xcbf29ce484222325ULL
#define FNV_PRIME		0x100000001b3ULL

#define __KSTATE_CODE(sym, code, name)	KSTATE_KIND_##sym = (code),
enum { KSTATE_ABI_KINDS(__KSTATE_CODE) };
#undef __KSTATE_CODE
#define __KSTATE_CODE(sym, code, name)	KSTATE_SIGN_##sym = (code),
enum { KSTATE_ABI_SIGNS(__KSTATE_CODE) };
#undef __KSTATE_CODE
#define __KSTATE_CODE(sym, code, name)	KSTATE_HINT_##sym = (code),
enum { KSTATE_ABI_HINTS(__KSTATE_CODE) };
#undef __KSTATE_CODE

#define __KSTATE_NAME(sym, code, name)	[code] = name,
static const char *const kstate_kinds[256] = { KSTATE_ABI_KINDS(__KSTATE_NAME) };
static const char *const kstate_signs[256] = { KSTATE_ABI_SIGNS(__KSTATE_NAME) };
static const char *const kstate_hints[256] = { KSTATE_ABI_HINTS(__KSTATE_NAME) };

/**
 * struct kstate_desc - a description
 * @next: the one that was met after it
 * @at: the struct kstate_description
 * @name: its name
 * @id: its id
 * @fields: its fields
 * @nr_fields: their number
 * @whole: bytes of the struct that it is of, 0 if no field says so
 * @copy: it says the same as one before: both come from a header
 */
struct kstate_desc {
	struct kstate_desc *next;
	struct kstate_place at;
	const char *name;
	uint32_t id;
	struct kstate_place fields;
	unsigned int nr_fields;
	uint64_t whole;
	bool copy;
};

/**
 * struct kstate_reader - an object that is read
 * @elf: the object
 * @descs: in the order of first use
 * @tail: where the next one goes
 * @failed: something was wrong with a description, and has been reported
 * @errors: something was wrong that has to end the build
 */
struct kstate_reader {
	struct kstate_elf *elf;
	struct kstate_desc *descs;
	struct kstate_desc **tail;
	bool failed;
	bool errors;
};

static struct kstate_place kstate_plus(struct kstate_place at, size_t off)
{
	return (struct kstate_place){ at.sec, at.off + off };
}

/* Begin a line about the object, as compilers do: @what is "error" or "warning". */
static FILE *kstate_say(const struct kstate_reader *r, const char *what)
{
	fprintf(stderr, "%s: %s: kstate: ", r->elf->path, what);
	return stderr;
}

static void kstate_wrong(struct kstate_reader *r, const char *name, const char *what)
{
	if (!r->failed)
		fprintf(kstate_say(r, "error"), "%s: %s\n", name, what);
	r->failed = true;
	r->errors = true;
}

static struct kstate_place kstate_follow(struct kstate_reader *r, const char *name,
					 struct kstate_place at)
{
	struct kstate_place to;
	const char *symbol;

	if (!kstate_pointer(r->elf, at, &to, &symbol))
		return to;
	if (!r->failed)
		fprintf(kstate_say(r, "warning"),
			"%s is not in the catalog: it refers to %s of another module\n",
			name, symbol);
	r->failed = true;
	return to;
}

/* A string that a member points to; NULL if the member is. */
static const char *kstate_text(struct kstate_reader *r, const char *name, struct kstate_place at)
{
	struct kstate_place to = kstate_follow(r, name, at);
	const char *str = kstate_string(r->elf, to);

	if (to.sec && !str)
		kstate_wrong(r, name, "a name or type that is no string");
	return str;
}

static struct kstate_desc *kstate_known(struct kstate_reader *r, struct kstate_place at)
{
	for (struct kstate_desc *d = r->descs; d; d = d->next) {
		if (d->at.sec == at.sec && d->at.off == at.off)
			return d;
	}
	return NULL;
}

static struct kstate_place kstate_field(const struct kstate_desc *d, unsigned int i)
{
	return kstate_plus(d->fields, (size_t)i * SIZE_kstate_field);
}

static uint32_t kstate_u32(struct kstate_reader *r, struct kstate_place at, size_t off)
{
	return kstate_number(r->elf, kstate_plus(at, off), 4);
}

static uint64_t kstate_size(struct kstate_reader *r, struct kstate_place at, size_t off)
{
	return kstate_number(r->elf, kstate_plus(at, off), KSTATE_POINTER);
}

static uint8_t kstate_u8(struct kstate_reader *r, struct kstate_place at, size_t off)
{
	return kstate_number(r->elf, kstate_plus(at, off), 1);
}

static const char *kstate_field_name(struct kstate_reader *r, const struct kstate_desc *d,
				     unsigned int i)
{
	return kstate_text(r, d->name, kstate_plus(kstate_field(d, i), OFF_kstate_field_name));
}

static struct kstate_place kstate_field_desc(struct kstate_reader *r, const struct kstate_desc *d,
					     unsigned int i)
{
	return kstate_follow(r, d->name, kstate_plus(kstate_field(d, i), OFF_kstate_field_desc));
}

static void kstate_count_fields(struct kstate_reader *r, struct kstate_desc *d)
{
	struct kstate_place f;
	const char *name;
	uint64_t whole;

	while (!r->failed && (name = kstate_field_name(r, d, d->nr_fields))) {
		f = kstate_field(d, d->nr_fields);
		kstate_follow(r, d->name, kstate_plus(f, OFF_kstate_field_type));
		kstate_follow(r, d->name, kstate_plus(f, OFF_kstate_field_names));
		whole = kstate_size(r, f, OFF_kstate_field_whole);
		d->whole = whole > d->whole ? whole : d->whole;
		if (strlen(name) > KSTATE_ABI_NAME_MAX)
			kstate_wrong(r, d->name, "a field's name is too long");
		if (++d->nr_fields == KSTATE_MAX)
			kstate_wrong(r, d->name, "too many fields, or no KSTATE_END_OF_LIST()");
	}
}

static struct kstate_desc *kstate_new(struct kstate_reader *r, struct kstate_place at)
{
	struct kstate_desc *d = xmalloc(sizeof(*d));

	*d = (struct kstate_desc){ .at = at };
	d->id = kstate_u32(r, at, OFF_kstate_description_id);
	d->name = kstate_text(r, "?", kstate_plus(at, OFF_kstate_description_name));
	if (!d->name || strlen(d->name) > KSTATE_ABI_NAME_MAX) {
		d->name = "?";
		kstate_wrong(r, d->name, "a description without name, or its name is too long");
	}
	d->fields = kstate_follow(r, d->name, kstate_plus(at, OFF_kstate_description_fields));
	if (d->fields.sec)
		kstate_count_fields(r, d);
	*r->tail = d;
	r->tail = &d->next;
	return d;
}

/* The ith subsection; section 0 after the last one. */
static struct kstate_place kstate_sub(struct kstate_reader *r, const struct kstate_desc *d,
				      unsigned int i)
{
	struct kstate_place subs = kstate_follow(r, d->name,
			kstate_plus(d->at, OFF_kstate_description_subsections));

	if (!subs.sec)
		return subs;
	return kstate_follow(r, d->name, kstate_plus(subs, (size_t)i * KSTATE_POINTER));
}

/* A description of a larger struct would be followed beyond the member. */
static void kstate_check_struct(struct kstate_reader *r, const struct kstate_desc *d,
				unsigned int i)
{
	const struct kstate_desc *inner = kstate_known(r, kstate_field_desc(r, d, i));
	uint64_t stride = kstate_size(r, kstate_field(d, i), OFF_kstate_field_stride);

	if (inner && inner->whole && inner->whole != stride)
		kstate_wrong(r, d->name, "a nested description is that of another struct");
}

static void kstate_collect(struct kstate_reader *r, struct kstate_place at, unsigned int depth)
{
	struct kstate_place to;
	struct kstate_desc *d;

	if (r->failed || kstate_known(r, at))
		return;
	d = kstate_new(r, at);
	if (depth > KSTATE_ABI_DEPTH)
		kstate_wrong(r, d->name, "descriptions nest too deep");
	for (unsigned int i = 0; !r->failed && i < KSTATE_MAX; i++) {
		to = kstate_sub(r, d, i);
		if (!to.sec)
			break;
		kstate_collect(r, to, depth + 1);
	}
	for (unsigned int i = 0; !r->failed && i < d->nr_fields; i++) {
		to = kstate_field_desc(r, d, i);
		if (!to.sec)
			continue;
		kstate_collect(r, to, depth + 1);
		kstate_check_struct(r, d, i);
	}
}

/* Free what follows. */
static void kstate_drop(struct kstate_reader *r, struct kstate_desc **from)
{
	struct kstate_desc *d = *from;

	while (d) {
		struct kstate_desc *next = d->next;

		free(d);
		d = next;
	}
	*from = NULL;
	r->tail = from;
}

static uint64_t kstate_fnv(uint64_t hash, const void *p, size_t len)
{
	const uint8_t *from = p;

	while (len--)
		hash = (hash ^ *from++) * FNV_PRIME;
	return hash;
}

static uint64_t kstate_fnv_le(uint64_t hash, uint64_t val, size_t len)
{
	for (; len--; val >>= 8) {
		uint8_t byte = val;

		hash = kstate_fnv(hash, &byte, 1);
	}
	return hash;
}

/* As the ABI header has it, under "Fingerprint". */
static uint64_t kstate_fingerprint(struct kstate_reader *r, const struct kstate_desc *d,
				   unsigned int depth)
{
	uint64_t hash = FNV_BASIS;

	for (unsigned int i = 0; i < d->nr_fields && depth <= KSTATE_ABI_DEPTH; i++) {
		struct kstate_place f = kstate_field(d, i);
		const char *name = kstate_field_name(r, d, i);
		struct kstate_desc *nested = kstate_known(r, kstate_field_desc(r, d, i));

		hash = kstate_fnv(hash, name, strlen(name) + 1);
		hash = kstate_fnv_le(hash, kstate_u8(r, f, OFF_kstate_field_kind), 1);
		hash = kstate_fnv_le(hash, kstate_u8(r, f, OFF_kstate_field_sign), 1);
		hash = kstate_fnv_le(hash, kstate_size(r, f, OFF_kstate_field_size), 8);
		hash = kstate_fnv_le(hash, kstate_size(r, f, OFF_kstate_field_count), 8);
		hash = kstate_fnv_le(hash, kstate_u32(r, f, OFF_kstate_field_since), 4);
		hash = kstate_fnv_le(hash, kstate_u32(r, f, OFF_kstate_field_until), 4);
		hash = kstate_fnv_le(hash, !nested ? 0 :
				     kstate_fingerprint(r, nested, depth + 1), 8);
	}
	return hash;
}

/* What the engine takes where the author does not say it. */
static uint8_t kstate_default_hint(uint8_t kind, uint8_t sign)
{
	switch (sign) {
	case KSTATE_SIGN_CHAR:
		return KSTATE_HINT_TEXT;
	case KSTATE_SIGN_BOOL:
		return KSTATE_HINT_BOOL;
	case KSTATE_SIGN_OPAQUE:
		break;
	default:
		return kind == KSTATE_KIND_BITMAP || kind == KSTATE_KIND_VARBITMAP ?
			KSTATE_HINT_HEX : KSTATE_HINT_DECIMAL;
	}
	switch (kind) {
	case KSTATE_KIND_FOLIO:
	case KSTATE_KIND_FOLIO_MAP:
	case KSTATE_KIND_FOLIO_ARRAY:
	case KSTATE_KIND_ADDRESS:
	case KSTATE_KIND_PAGE:
	case KSTATE_KIND_VMALLOC:
		return KSTATE_HINT_ADDRESS;
	default:
		return KSTATE_HINT_BYTES;
	}
}

static void kstate_hint_names(struct kstate_reader *r, const struct kstate_desc *d,
			      struct kstate_place f, struct kstate_buf *b)
{
	struct kstate_place at = kstate_follow(r, d->name, kstate_plus(f, OFF_kstate_field_names));
	char value[24];

	for (unsigned int i = 0; at.sec && i < KSTATE_MAX; i++) {
		const char *name = kstate_text(r, d->name,
					       kstate_plus(at, OFF_kstate_hint_name_name));

		if (!name)
			break;
		snprintf(value, sizeof(value), "%llx=", (unsigned long long)
			 kstate_number(r->elf, kstate_plus(at, OFF_kstate_hint_name_value), 8));
		kstate_add(b, value, strlen(value));
		kstate_add(b, name, strlen(name) + 1);
		at = kstate_plus(at, SIZE_kstate_hint_name);
	}
}

static void kstate_put_hint(struct kstate_reader *r, struct kstate_fdt *fdt,
			    const struct kstate_desc *d, struct kstate_place f)
{
	uint8_t hint = kstate_u8(r, f, OFF_kstate_field_hint);
	struct kstate_buf b = {};

	if (!hint)
		hint = kstate_default_hint(kstate_u8(r, f, OFF_kstate_field_kind),
					   kstate_u8(r, f, OFF_kstate_field_sign));
	if (!kstate_hints[hint]) {
		kstate_wrong(r, d->name, "a field with an unknown hint");
		return;
	}
	kstate_add(&b, kstate_hints[hint], strlen(kstate_hints[hint]) + 1);
	kstate_hint_names(r, d, f, &b);
	kstate_fdt_prop(fdt, KSTATE_PROP_HINT, b.p, b.len);
	free(b.p);
}

/* As the engine has it: a field that has namesakes says since when there is it. */
static void kstate_field_node(struct kstate_reader *r, const struct kstate_desc *d,
			      unsigned int i, char *node, size_t size)
{
	const char *name = kstate_field_name(r, d, i);
	uint32_t since = kstate_u32(r, kstate_field(d, i), OFF_kstate_field_since);

	snprintf(node, size, "%s", name);
	for (unsigned int j = 0; j < d->nr_fields; j++) {
		if (j != i && !strcmp(kstate_field_name(r, d, j), name))
			snprintf(node, size, "%s@%x", name, since);
	}
}

static void kstate_put_field(struct kstate_reader *r, struct kstate_fdt *fdt,
			     const struct kstate_desc *d, unsigned int i)
{
	struct kstate_place f = kstate_field(d, i);
	const char *kind = kstate_kinds[kstate_u8(r, f, OFF_kstate_field_kind)];
	const char *sign = kstate_signs[kstate_u8(r, f, OFF_kstate_field_sign)];
	const char *type = kstate_text(r, d->name, kstate_plus(f, OFF_kstate_field_type));
	struct kstate_desc *nested = kstate_known(r, kstate_field_desc(r, d, i));
	char node[KSTATE_ABI_NAME_MAX + 16];

	if (!kind || !sign || !type) {
		kstate_wrong(r, d->name, "a field of an unknown kind or sign, or without type");
		return;
	}
	kstate_field_node(r, d, i, node, sizeof(node));
	kstate_fdt_node(fdt, node);
	kstate_fdt_crc_name(fdt, node);
	kstate_fdt_str(fdt, KSTATE_PROP_KIND, kind);
	kstate_fdt_str(fdt, KSTATE_PROP_TYPE, type);
	kstate_fdt_str(fdt, KSTATE_PROP_SIGN, sign);
	kstate_fdt_u64(fdt, KSTATE_PROP_SIZE, kstate_size(r, f, OFF_kstate_field_size));
	kstate_fdt_u64(fdt, KSTATE_PROP_COUNT, kstate_size(r, f, OFF_kstate_field_count));
	kstate_fdt_u32(fdt, KSTATE_PROP_SINCE, kstate_u32(r, f, OFF_kstate_field_since));
	kstate_fdt_u32(fdt, KSTATE_PROP_UNTIL, kstate_u32(r, f, OFF_kstate_field_until));
	kstate_put_hint(r, fdt, d, f);
	if (nested)
		kstate_fdt_u32(fdt, KSTATE_PROP_STRUCT_ID, nested->id);
	kstate_fdt_end_node(fdt);
}

static void kstate_put_subs(struct kstate_reader *r, struct kstate_fdt *fdt,
			    const struct kstate_desc *d)
{
	struct kstate_buf b = {};

	for (unsigned int i = 0; i < KSTATE_MAX; i++) {
		struct kstate_desc *sub = kstate_known(r, kstate_sub(r, d, i));
		char raw[4];

		if (!sub)
			break;
		kstate_put_be32(raw, sub->id);
		kstate_add(&b, raw, sizeof(raw));
	}
	kstate_fdt_prop(fdt, KSTATE_PROP_SUBSECTIONS, b.p, b.len);
	free(b.p);
}

static void kstate_put_desc(struct kstate_reader *r, struct kstate_fdt *fdt,
			    const struct kstate_desc *d)
{
	char node[KSTATE_ABI_NAME_MAX + 16];

	snprintf(node, sizeof(node), "%s@%x", d->name, d->id);
	kstate_fdt_node(fdt, node);
	kstate_fdt_crc_begin(fdt);
	kstate_fdt_u32(fdt, KSTATE_PROP_ID, d->id);
	kstate_fdt_u32(fdt, KSTATE_PROP_VERSION,
		       kstate_u32(r, d->at, OFF_kstate_description_version_id));
	kstate_fdt_u32(fdt, KSTATE_PROP_MIN_VERSION,
		       kstate_u32(r, d->at, OFF_kstate_description_min_version_id));
	kstate_fdt_u32(fdt, KSTATE_PROP_FLAGS, KSTATE_ABI_FLAGS &
		       kstate_u32(r, d->at, OFF_kstate_description_flags));
	kstate_fdt_u64(fdt, KSTATE_PROP_FINGERPRINT, kstate_fingerprint(r, d, 0));
	kstate_put_subs(r, fdt, d);
	kstate_fdt_crc_here(fdt);
	kstate_fdt_node(fdt, KSTATE_NODE_FIELDS);
	for (unsigned int i = 0; i < d->nr_fields; i++)
		kstate_put_field(r, fdt, d, i);
	kstate_fdt_end_node(fdt);
	kstate_fdt_end_node(fdt);
	kstate_fdt_crc_end(fdt);
}

static void kstate_put_root(struct kstate_reader *r, struct kstate_fdt *fdt, unsigned int abis)
{
	static const char nowhere[16];
	size_t len = kstate_section_size(r->elf, abis);
	const void *list = kstate_data(r->elf, (struct kstate_place){ abis, 0 }, len);

	if (abis && !list)
		kstate_wrong(r, "?", "the versions of formats are not in the file");

	kstate_fdt_node(fdt, "");
	kstate_fdt_crc_begin(fdt);
	kstate_fdt_str(fdt, KSTATE_PROP_COMPATIBLE, KSTATE_COMPATIBLE);
	kstate_fdt_u32(fdt, KSTATE_PROP_SHARD, 0);
	kstate_fdt_u64(fdt, KSTATE_PROP_SECTIONS_HERE, 0);
	kstate_fdt_prop(fdt, KSTATE_PROP_NEXT_SHARD, nowhere, sizeof(nowhere));
	kstate_fdt_crc_here(fdt);
	kstate_fdt_prop(fdt, KSTATE_PROP_ABIS, list, list ? len : 0);
	kstate_fdt_crc_end(fdt);
}

static void kstate_put_tree(struct kstate_reader *r, struct kstate_fdt *fdt, unsigned int abis)
{
	kstate_fdt_begin(fdt);
	kstate_put_root(r, fdt, abis);
	kstate_fdt_node(fdt, KSTATE_NODE_DESCRIPTIONS);
	for (struct kstate_desc *d = r->descs; d; d = d->next) {
		if (!d->copy)
			kstate_put_desc(r, fdt, d);
	}
	kstate_fdt_end_node(fdt);
	kstate_fdt_node(fdt, KSTATE_NODE_SECTIONS);
	kstate_fdt_end_node(fdt);
	kstate_fdt_end_node(fdt);
	kstate_fdt_end(fdt);
}

/* Whether a tree says the same of both. */
static bool kstate_same(struct kstate_reader *r, const struct kstate_desc *a,
			const struct kstate_desc *b)
{
	struct kstate_fdt of_a = {}, of_b = {};
	bool same;

	kstate_put_desc(r, &of_a, a);
	kstate_put_desc(r, &of_b, b);
	same = of_a.b.len == of_b.b.len && !memcmp(of_a.b.p, of_b.b.p, of_a.b.len);
	free(of_a.b.p);
	free(of_b.b.p);
	return same;
}

/* Ids and names belong to one description each, and to copies of it. */
static void kstate_check_twins(struct kstate_reader *r)
{
	for (struct kstate_desc *a = r->descs; a; a = a->next) {
		for (struct kstate_desc *b = a->next; b; b = b->next) {
			if (a->copy || (a->id != b->id && strcmp(a->name, b->name)))
				continue;
			b->copy = kstate_same(r, a, b);
			if (b->copy)
				continue;
			fprintf(kstate_say(r, "error"),
				"description %s (id %#x) collides with %s (id %#x)\n",
				b->name, b->id, a->name, a->id);
			r->errors = true;
		}
	}
}

/* Follow each pointer of the list. A description that refers elsewhere is left out. */
static void kstate_read_list(struct kstate_reader *r, unsigned int list)
{
	size_t size = kstate_section_size(r->elf, list);

	for (size_t off = 0; off < size; off += KSTATE_POINTER) {
		struct kstate_desc **before = r->tail;
		struct kstate_place at = { list, off };

		at = kstate_follow(r, "KSTATE_CATALOG()", at);
		if (at.sec)
			kstate_collect(r, at, 0);
		if (r->failed)
			kstate_drop(r, before);
		r->failed = false;
	}
}

/**
 * kstate_catalog_of - make the tree of an object
 * @elf: the object
 * @tree: the tree; of no length if nothing is listed
 *
 * Return: false if something is wrong, which has been reported.
 */
bool kstate_catalog_of(struct kstate_elf *elf, struct kstate_buf *tree)
{
	unsigned int list = kstate_section(elf, ".discard.kstate");
	unsigned int abis = kstate_section(elf, ".discard.kstate_abis");
	struct kstate_reader r = { .elf = elf };
	struct kstate_fdt fdt = {};

	if (!list && !abis)
		return true;
	r.tail = &r.descs;
	kstate_read_list(&r, list);
	kstate_check_twins(&r);
	kstate_put_tree(&r, &fdt, abis);
	kstate_drop(&r, &r.descs);
	*tree = fdt.b;
	return !r.errors;
}
