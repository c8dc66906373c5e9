// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* The table of kinds, and the decoders of plain values. */

#include "kstate/field_kinds.h"

static int decode_value(struct kstd_payload *p, const struct kstd_field *f,
			struct kstd_node *into)
{
	struct kstd_span raw;

	if (!kstd_span_take(&p->s, f->bytes, &raw))
		return kstd_too_short(p, f->bytes);
	/* A list of structs that have only such fields would never end. */
	if (!f->bytes)
		return kstd_err(p->dump->ctx, KSTD_E_CORRUPT, p->s.at, "a value of no bytes");
	kstd_value_put(p, f, raw, into);
	return 0;
}

static int decode_pointer(struct kstd_payload *p, const struct kstd_field *f,
			  struct kstd_node *into)
{
	uint64_t at = p->s.at;
	bool present;
	int rc = kstd_get_presence(p, &present);

	if (rc)
		return rc;
	return present ? decode_value(p, f, into) : kstd_null_put(p, into, at);
}

static int decode_custom(struct kstd_payload *p, const struct kstd_field *f,
			 struct kstd_node *into)
{
	uint64_t len, at = p->s.at;
	struct kstd_span raw;
	struct kstd_node *n;
	int rc = kstd_get_int(p, 8, &len);

	if (rc)
		return rc;
	if (!kstd_span_take(&p->s, len, &raw))
		return kstd_too_short(p, len);
	n = kstd_styled(kstd_put(p->arena, into, KSTD_K_VALUE, KSTD_OBJECT), KSTD_STYLE_INLINE);
	kstd_placed(n, at);
	kstd_placed(kstd_put_num(p->arena, n, KSTD_K_CUSTOM_BYTES, KSTD_SIZE, len), at);
	kstd_placed(kstd_put_mem(p->arena, n, KSTD_K_CUSTOM_DATA, KSTD_BYTES, raw.p, raw.len),
		    raw.at);
	return 0;
}

static const struct kstd_kind kinds[] = {
	{ "value",		false,	decode_value },
	{ "pointer",		false,	decode_pointer },
	{ "folio",		true,	kstd_decode_folio },
	{ "struct",		false,	kstd_decode_struct },
	{ "struct-array",	false,	kstd_decode_struct_array },
	{ "varray",		false,	kstd_decode_varray },
	{ "struct-varray",	false,	kstd_decode_list },
	{ "pointer-array",	false,	kstd_decode_pointer_array },
	{ "list",		false,	kstd_decode_list },
	{ "string",		false,	kstd_decode_string },
	{ "bitmap",		false,	kstd_decode_bitmap },
	{ "address",		true,	kstd_decode_address },
	{ "page",		true,	kstd_decode_page },
	{ "vmalloc",		true,	kstd_decode_vmalloc },
	{ "equal",		false,	decode_value },
	{ "custom",		false,	decode_custom },
	{ "map",		false,	kstd_decode_map },
	{ "folio-map",		true,	kstd_decode_folio_map },
	{ "folio-array",	true,	kstd_decode_folio_array },
	{ "struct-pointer",	false,	kstd_decode_struct_pointer },
	{ "struct-pointer-array", false, kstd_decode_struct_pointer_array },
	{ "varbitmap",		false,	kstd_decode_varbitmap },
};

const struct kstd_kind *kstd_kind_find(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kinds[i].name, name))
			return &kinds[i];
	return NULL;
}
