// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/btf.h>

#include "kho/chains.h"
#include "typed/typed_walk.h"

/**
 * struct walk - a place in a struct
 * @root: name of the struct that rows of handlers.h are about
 * @s: the bytes
 * @path: of the member, @len bytes
 * @key: the same with [] for each [n], and without the number of the struct
 * @left: values that may still come
 */
struct walk {
	struct kstd_dump *dump;
	const struct kstd_where *where;
	const struct kstd_typed_visit *visit;
	const struct btf *btf;
	const char *root;
	struct kstd_span s;
	char path[KSTD_TYPED_PATH];
	char key[KSTD_TYPED_PATH];
	unsigned int left;
	bool big;
};

bool kstd_typed_big(const struct kstd_type_at *type)
{
	return btf__endianness(type->btf) == BTF_BIG_ENDIAN;
}

static const char *name_of(const struct btf *btf, uint32_t off)
{
	const char *name = off ? btf__name_by_offset(btf, off) : NULL;

	return name ? name : "";
}

/* The type behind typedefs and qualifiers; NULL if there is none. */
static const struct btf_type *strip(const struct btf *btf, uint32_t id, uint32_t *stripped)
{
	int rc = btf__resolve_type(btf, id);

	*stripped = rc > 0 ? rc : 0;
	return rc > 0 ? btf__type_by_id(btf, rc) : NULL;
}

/* A type for people. Anonymous structs have no name. */
static void type_text(const struct btf *btf, uint32_t id, char *out, size_t size, int depth)
{
	const struct btf_type *t = btf__type_by_id(btf, id);
	char inner[KSTD_TYPED_NAME] = "";

	while (t &&
	       (btf_is_const(t) || btf_is_volatile(t) || btf_is_restrict(t) || btf_is_type_tag(t)))
		t = btf__type_by_id(btf, t->type);
	if (!t || depth > 8) {
		snprintf(out, size, "%s", t && depth > 8 ? "..." : "void");
	} else if (btf_is_ptr(t)) {
		type_text(btf, t->type, inner, sizeof(inner), depth + 1);
		snprintf(out, size, "%.100s *", inner);
	} else if (btf_is_array(t)) {
		type_text(btf, btf_array(t)->type, inner, sizeof(inner), depth + 1);
		snprintf(out, size, "%.100s[%u]", inner, btf_array(t)->nelems);
	} else {
		snprintf(out, size, "%s%.100s", btf_is_struct(t) || btf_is_fwd(t) ? "struct " :
			 btf_is_union(t) ? "union " : btf_is_any_enum(t) ? "enum " : "",
			 name_of(btf, t->name_off));
	}
}

static void report_value(struct walk *w, const char *type, uint64_t bit, const char *text)
{
	struct kstd_typed_value v = { w->path, type, bit / 8, text };

	if (w->visit->value)
		w->visit->value(w->visit->arg, &v);
}

/* Bits from @bit on, at most 64, as the machine numbers them. */
static bool take_bits(const struct walk *w, uint64_t bit, unsigned int nr, uint64_t *v)
{
	unsigned int bytes = (bit % 8 + nr + 7) / 8;
	struct kstd_span raw = { 0 };
	uint8_t b[9];

	*v = 0;
	if (nr > 64 || !kstd_span_sub(&w->s, bit / 8, bytes, &raw))
		return false;
	memcpy(b, raw.p, bytes);
	for (unsigned int i = 0; i < nr; i++) {
		unsigned int at = bit % 8 + (w->big ? nr - 1 - i : i);
		unsigned int shift = w->big ? 7 - at % 8 : at % 8;

		*v |= (uint64_t)(b[at / 8] >> shift & 1) << i;
	}
	return true;
}

static bool ends_in(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && !strcmp(s + n - m, end);
}

/* Does the type, the name, or a row of handlers.h say that it is an address? */
static bool is_address(const struct walk *w, const char *type)
{
	return !strcmp(type, "phys_addr_t") || !strcmp(type, "dma_addr_t") ||
	       ends_in(w->key, "_pa") || ends_in(w->key, "_phys") || ends_in(w->key, "_pa[]") ||
	       kstd_saying_member(w->dump, KSTD_OF_AT, w->root, w->key) ||
	       kstd_saying_member(w->dump, KSTD_OF_BLOCKS, w->root, w->key);
}

/* What is proposed for, or said by the user of, a number that is an address. */
static void follow_number(struct walk *w, uint64_t pa)
{
	const struct kstd_saying *at = kstd_saying_member(w->dump, KSTD_OF_AT, w->root, w->key);
	const struct kstd_saying *s = at ? at :
		kstd_saying_member(w->dump, KSTD_OF_BLOCKS, w->root, w->key);
	struct kstd_typed_link l = {
		.path = w->path, .nr = 1, .form = at ? KSTD_LINK_AT : KSTD_LINK_BLOCKS, .pa = pa,
	};

	if (!s || !pa || !w->visit->link)
		return;
	l.name = s->type;
	if (kstd_type_find(w->dump, s->type, &l.type))
		kstd_defect_err(w->dump, w->where);
	else
		w->visit->link(w->visit->arg, &l);
}

static void put_int(struct walk *w, const struct btf_type *t, const char *type, uint64_t bit,
		    unsigned int bits)
{
	char text[48];
	uint64_t v;

	if (!take_bits(w, bit, bits, &v)) {
		report_value(w, type, bit, NULL);
		return;
	}
	if (btf_int_encoding(t) & BTF_INT_BOOL)
		snprintf(text, sizeof(text), "%s", v ? "true" : "false");
	else if (is_address(w, type))
		snprintf(text, sizeof(text), "0x%llx", (unsigned long long)v);
	else if (btf_int_encoding(t) & BTF_INT_SIGNED && bits && bits < 64 && v >> (bits - 1))
		snprintf(text, sizeof(text), "%lld", (long long)(v | ~0ULL << bits));
	else if (btf_int_encoding(t) & BTF_INT_SIGNED)
		snprintf(text, sizeof(text), "%lld", (long long)v);
	else
		snprintf(text, sizeof(text), "%llu", (unsigned long long)v);
	report_value(w, type, bit, text);
	if (bits == 64)
		follow_number(w, v);
}

static void put_enum(struct walk *w, const struct btf_type *t, const char *type, uint64_t bit,
		     unsigned int bits)
{
	const char *name = "";
	char text[KSTD_TYPED_NAME + 24];
	uint64_t v, mask = bits < 64 ? (1ULL << bits) - 1 : ~0ULL;

	if (!take_bits(w, bit, bits, &v)) {
		report_value(w, type, bit, NULL);
		return;
	}
	for (uint32_t i = 0; i < btf_vlen(t) && !*name; i++) {
		if (btf_is_enum(t) && ((uint32_t)btf_enum(t)[i].val & mask) == v)
			name = name_of(w->btf, btf_enum(t)[i].name_off);
		else if (btf_is_enum64(t) && (btf_enum64_value(&btf_enum64(t)[i]) & mask) == v)
			name = name_of(w->btf, btf_enum64(t)[i].name_off);
	}
	if (*name)
		snprintf(text, sizeof(text), "%.100s (%llu)", name, (unsigned long long)v);
	else
		snprintf(text, sizeof(text), "%llu", (unsigned long long)v);
	report_value(w, type, bit, text);
}

static char *append_hex(char *to, const uint8_t *p, size_t len)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		*to++ = digits[p[i] >> 4];
		*to++ = digits[p[i] & 15];
	}
	*to = 0;
	return to;
}

/* Characters that end in zeros are text; all else is bytes in hex. */
static void put_bytes(struct walk *w, const char *type, uint64_t bit, uint64_t bytes, bool is_char)
{
	struct kstd_span raw = { 0 }, text;
	char *out;

	if (bit % 8 || !kstd_span_sub(&w->s, bit / 8, bytes, &raw)) {
		report_value(w, type, bit, NULL);
		return;
	}
	out = kstd_arena_get(w->visit->arena, 2 * bytes + 1);
	if (!out)
		return;
	text = kstd_span_until(&raw, 0);
	if (is_char && text.len < bytes && (!raw.len || (kstd_span_uniform(&raw) && !*raw.p))) {
		memcpy(out, text.p, text.len);
		out[text.len] = 0;
	} else {
		kstd_span_sub(&w->s, bit / 8, bytes, &raw);
		append_hex(out, raw.p, bytes);
	}
	report_value(w, type, bit, out);
}

static void put_type(struct walk *w, uint32_t id, uint64_t bit, unsigned int bits, int depth);

/* Put a member or an element: its name is added to the path, and taken off again. */
static void put_part(struct walk *w, const char *part, const char *key, uint32_t id, uint64_t bit,
		     unsigned int bits, int depth)
{
	size_t len = strlen(w->path), key_len = strlen(w->key);

	if (!w->left || depth > KSTD_TYPED_DEPTH)
		return;
	snprintf(w->path + len, sizeof(w->path) - len, "%s%s",
		 len && *part && *part != '[' ? "." : "", part);
	snprintf(w->key + key_len, sizeof(w->key) - key_len, "%s%s",
		 key_len && *key && *key != '[' ? "." : "", key);
	put_type(w, id, bit, bits, depth);
	w->path[len] = 0;
	w->key[key_len] = 0;
}

/* DECLARE_KHOSER_PTR() makes a union of "phys" and "ptr". Its pointer's type; 0 if it is none. */
static uint32_t is_preserved_pointer(const struct btf *btf, const struct btf_type *t)
{
	const struct btf_member *m = btf_members(t);
	const struct btf_type *ptr;
	uint32_t id;

	if (!btf_is_union(t) || btf_vlen(t) != 2 || t->size != 8 ||
	    strcmp(name_of(btf, m[0].name_off), "phys") ||
	    strcmp(name_of(btf, m[1].name_off), "ptr"))
		return 0;
	ptr = strip(btf, m[1].type, &id);
	return ptr && btf_is_ptr(ptr) ? m[1].type : 0;
}

static void put_preserved_pointer(struct walk *w, uint32_t ptr_id, uint64_t bit)
{
	const struct btf_type *t, *ptr;
	char type[KSTD_TYPED_NAME], text[24];
	uint32_t id, unused;
	uint64_t pa;
	struct kstd_typed_link l = { .path = w->path, .nr = 1, .form = KSTD_LINK_AT };

	type_text(w->btf, ptr_id, type, sizeof(type), 0);
	if (!take_bits(w, bit, 64, &pa)) {
		report_value(w, type, bit, NULL);
		return;
	}
	snprintf(text, sizeof(text), "0x%llx", (unsigned long long)pa);
	report_value(w, type, bit, text);
	ptr = strip(w->btf, ptr_id, &unused);
	t = ptr ? strip(w->btf, ptr->type, &id) : NULL;
	if (!t || !btf_is_struct(t) || !pa || !w->visit->link ||
	    !strcmp(name_of(w->btf, t->name_off), "kho_vmalloc_chunk"))
		return;
	l.pa = pa;
	type[strlen(type) - 2] = 0;	/* " *" */
	l.name = kstd_arena_str(w->visit->arena, type, strlen(type));
	l.type = (struct kstd_type_at){ w->btf, id, t->size, "" };
	if (l.name)
		w->visit->link(w->visit->arg, &l);
}

/* The number that a row says where to find, as a path from the start of the struct on. */
static bool count_of(struct walk *w, const struct kstd_saying *s, uint64_t *nr);

/* A preserved vmalloc area; what is in it is known if somebody says it. */
static void link_area(struct walk *w, uint64_t bit)
{
	const struct kstd_saying *s = kstd_saying_member(w->dump, KSTD_OF_AREA, w->root, w->key);
	struct kstd_typed_link l = { .path = w->path, .form = KSTD_LINK_AREA };

	if (!w->visit->link || bit % 8 || !kstd_span_sub(&w->s, bit / 8, KSTD_AREA_BYTES, &l.area))
		return;
	if (s && !kstd_type_find(w->dump, s->type, &l.type) && count_of(w, s, &l.nr))
		l.name = s->type;
	else
		l.type.btf = NULL;
	w->visit->link(w->visit->arg, &l);
}

static void put_members(struct walk *w, const struct btf_type *t, uint64_t bit, int depth)
{
	const struct btf_member *m = btf_members(t);
	const char *name = name_of(w->btf, t->name_off);
	uint32_t pointer = is_preserved_pointer(w->btf, t);

	if (pointer) {
		put_preserved_pointer(w, pointer, bit);
		return;
	}
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		const char *part = name_of(w->btf, m[i].name_off);

		put_part(w, part, part, m[i].type, bit + btf_member_bit_offset(t, i),
			 btf_member_bitfield_size(t, i), depth + 1);
	}
	if (btf_is_struct(t) && t->size == KSTD_AREA_BYTES && !strcmp(name, "kho_vmalloc"))
		link_area(w, bit);
}

/* The array at a struct's end: elements as far as there are bytes, which the caller has counted. */
static uint64_t elements(struct walk *w, const struct btf_type *t, const char *type, uint64_t bit,
			 uint64_t size)
{
	if (btf_array(t)->nelems)
		return btf_array(t)->nelems;
	if (!kstd_saying_member(w->dump, KSTD_OF_COUNT, w->root, w->key)) {
		report_value(w, type, bit, NULL);
		kstd_unknown(w->dump, w->where, "struct %s: how many elements %s has: type information does not say it; a file of --handlers may (\"count\")",
			     w->root, w->path);
		return 0;
	}
	return size && bit / 8 < w->s.len ? (w->s.len - bit / 8) / size : 0;
}

static void put_array(struct walk *w, const struct btf_type *t, const char *type, uint64_t bit,
		      int depth)
{
	const struct btf_array *a = btf_array(t);
	int64_t size = btf__resolve_size(w->btf, a->type);
	char elem[KSTD_TYPED_NAME], part[32];
	const struct btf_type *e;
	uint32_t id;
	uint64_t nr;

	type_text(w->btf, a->type, elem, sizeof(elem), 0);
	e = strip(w->btf, a->type, &id);
	nr = elements(w, t, type, bit, size > 0 ? size : 0);
	if (size == 1 && e && btf_is_int(e) && nr) {
		put_bytes(w, type, bit, nr, !strcmp(elem, "char"));
		return;
	}
	for (uint64_t i = 0; i < nr && w->left && size > 0; i++) {
		snprintf(part, sizeof(part), "[%llu]", (unsigned long long)i);
		put_part(w, part, "[]", a->type, bit + i * size * 8, 0, depth + 1);
	}
}

static void put_pointer(struct walk *w, const char *type, uint64_t bit)
{
	char text[40];
	uint64_t v;

	if (!take_bits(w, bit, 64, &v))
		report_value(w, type, bit, NULL);
	else if (snprintf(text, sizeof(text), "0x%llx", (unsigned long long)v))
		report_value(w, type, bit, text);
}

static void put_type(struct walk *w, uint32_t id, uint64_t bit, unsigned int bits, int depth)
{
	char type[KSTD_TYPED_NAME];
	uint32_t stripped;
	const struct btf_type *t = strip(w->btf, id, &stripped);

	if (!t)
		return;
	w->left--;
	type_text(w->btf, id, type, sizeof(type), 0);
	if (btf_is_struct(t) || btf_is_union(t))
		put_members(w, t, bit, depth);
	else if (btf_is_array(t))
		put_array(w, t, type, bit, depth);
	else if (btf_is_int(t) && t->size <= 8)
		put_int(w, t, type, bit, bits ? bits : t->size * 8);
	else if (btf_is_any_enum(t) && t->size <= 8)
		put_enum(w, t, type, bit, bits ? bits : t->size * 8);
	else if (btf_is_ptr(t))
		put_pointer(w, type, bit);
	else if (btf_is_int(t) || btf_is_float(t))
		put_bytes(w, type, bit, t->size, false);
}

/* ---- How many ---- */

/**
 * struct wanted - a number that is looked for by its path
 */
struct wanted {
	const char *path;
	uint64_t v;
	bool found;
};

static void look_at(void *arg, const struct kstd_typed_value *v)
{
	struct wanted *want = arg;
	char *end;

	if (want->found || strcmp(v->path, want->path) || !v->value)
		return;
	want->v = strtoull(v->value, &end, 0);
	want->found = !*end && *v->value != '-';
}

/* The bytes before the array at the end alone are gone through. */
static bool number_at(struct kstd_dump *dump, const struct btf *btf, uint32_t id,
		      const struct kstd_span *s, const char *path, uint64_t *nr)
{
	struct wanted want = { .path = path };
	struct kstd_arena once = { 0 };
	const struct kstd_typed_visit visit = { look_at, NULL, &want, &once };
	struct walk w = {
		.dump = dump, .visit = &visit, .btf = btf, .root = "", .s = *s,
		.left = KSTD_TYPED_MEMBERS,
		.big = btf__endianness(btf) == BTF_BIG_ENDIAN,
	};

	kstd_quiet_begin(dump);
	put_type(&w, id, 0, 0, 0);
	kstd_quiet_end(dump);
	kstd_arena_free(&once);
	*nr = want.v;
	return want.found;
}

static bool count_of(struct walk *w, const struct kstd_saying *s, uint64_t *nr)
{
	int id = btf__find_by_name_kind(w->btf, w->root, BTF_KIND_STRUCT);

	return id > 0 && number_at(w->dump, w->btf, id, &w->s, s->count, nr);
}

/*
 * The member of a struct that is an array of no length, with which it ends; NULL if there is none.
 */
static const struct btf_member *open_end(const struct btf *btf, const struct btf_type *t,
					 uint64_t *element)
{
	const struct btf_member *m = btf_is_struct(t) && btf_vlen(t) ?
				     btf_members(t) + btf_vlen(t) - 1 : NULL;
	const struct btf_type *a;
	uint32_t id;
	int64_t size;

	a = m ? strip(btf, m->type, &id) : NULL;
	if (!a || !btf_is_array(a) || btf_array(a)->nelems)
		return NULL;
	size = btf__resolve_size(btf, btf_array(a)->type);
	*element = size > 0 ? size : 0;
	return *element ? m : NULL;
}

uint64_t kstd_typed_bytes(struct kstd_dump *dump, const struct kstd_type_at *at,
			  const struct kstd_span *head)
{
	uint32_t id;
	const struct btf_type *t = strip(at->btf, at->id, &id);
	uint64_t element, nr, bytes;
	const struct btf_member *m = t ? open_end(at->btf, t, &element) : NULL;
	const struct kstd_saying *s = m ?
		kstd_saying_member(dump, KSTD_OF_COUNT, name_of(at->btf, t->name_off),
				   name_of(at->btf, m->name_off)) : NULL;

	if (!s || !number_at(dump, at->btf, id, head, s->count, &nr) ||
	    __builtin_mul_overflow(nr, element, &bytes) ||
	    __builtin_add_overflow(bytes, btf_member_bit_offset(t, btf_vlen(t) - 1) / 8, &bytes))
		return at->bytes;
	return bytes < at->bytes ? at->bytes : bytes;
}

void kstd_typed_walk(struct kstd_dump *dump, const struct kstd_where *where,
		     const struct kstd_type_at *type, const struct kstd_span *s, uint64_t nr,
		     const struct kstd_typed_visit *visit)
{
	uint32_t id;
	const struct btf_type *t = strip(type->btf, type->id, &id);
	struct walk w = {
		.dump = dump, .where = where, .visit = visit, .btf = type->btf,
		.left = KSTD_TYPED_MEMBERS, .big = kstd_typed_big(type),
	};

	if (!t || !type->bytes)
		return;
	w.root = name_of(type->btf, t->name_off);
	for (uint64_t i = 0; i < nr && w.left; i++) {
		w.s = *s;
		if (nr > 1) {
			snprintf(w.path, sizeof(w.path), "[%llu]", (unsigned long long)i);
			if (!kstd_span_sub(s, i * type->bytes, type->bytes, &w.s))
				break;
		}
		put_type(&w, id, 0, 0, 0);
	}
	if (!w.left)
		kstd_unknown(dump, where, "struct %s: what comes after %u values", w.root,
			     KSTD_TYPED_MEMBERS);
}
