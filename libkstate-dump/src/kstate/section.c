// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Read and check one section. */

#include <endian.h>

#include "base/crc32c.h"
#include "kstate/extents.h"
#include "fdt/fdt_props.h"
#include "kstate/section.h"

/* The name of a node is "name@instance", of a subsection the name alone. */
static void read_name(struct kstd_image *image, const struct kstd_where *where,
		      const struct kstd_section *parent, struct kstd_section *s)
{
	const char *at_sign = memchr(s->node, '@', s->node_len);

	s->name_len = at_sign ? (size_t)(at_sign - s->node) : s->node_len;
	if (parent) {
		s->instance = parent->instance;
		return;
	}
	if (!at_sign || !kstd_hex(at_sign + 1, s->node_len - s->name_len - 1, &s->instance))
		kstd_defect(image->dump, where, KSTD_E_CORRUPT, s->at,
			    "the node's name does not end in @ and a hex number");
}

static void read_header(struct kstd_image *image, const struct kstd_where *where,
			struct kstd_span v, struct kstd_section *s)
{
	struct kstd_span raw = v;

	s->has_header = v.len == sizeof(struct kstate_section_ser) &&
			kstd_span_be32(&raw, &s->id) &&
			kstd_span_be64(&raw, &s->header_instance) &&
			kstd_span_be32(&raw, &s->version) &&
			kstd_span_be32(&raw, &s->crc) &&
			kstd_span_be64(&raw, &s->duration);
	if (!s->has_header)
		kstd_defect(image->dump, where, KSTD_E_CORRUPT, v.at,
			    "header: %zu bytes where %zu are needed", v.len,
			    sizeof(struct kstate_section_ser));
}

static void read_extents(struct kstd_image *image, const struct kstd_where *where,
			 struct kstd_span v, struct kstd_section *s)
{
	struct kstd_span raw = v;
	uint64_t address, bytes;

	s->has_extents = true;
	kstd_span_sub(&v, 0, v.len - v.len % 16, &s->extents);
	while (kstd_span_be64(&raw, &address) && kstd_span_be64(&raw, &bytes))
		if (__builtin_add_overflow(s->extent_bytes, bytes, &s->extent_bytes))
			s->extent_bytes = UINT64_MAX;
	if (!v.len || v.len % 16)
		kstd_defect(image->dump, where, KSTD_E_CORRUPT, raw.at,
			    "data-extents: %zu bytes, not pairs of 16", v.len);
}

static void read_prop(struct kstd_image *image, const struct kstd_where *where,
		      const struct kstd_tok *tok, struct kstd_section *s)
{
	struct kstd_span v = tok->value;

	if (!strcmp(tok->name, KSTD_PROP_HEADER)) {
		read_header(image, where, v, s);
	} else if (!strcmp(tok->name, KSTD_PROP_DATA)) {
		s->has_data = s->has_payload = true;
		s->payload = v;
	} else if (!strcmp(tok->name, KSTD_PROP_DATA_EXTENTS)) {
		read_extents(image, where, v, s);
	} else if (!strcmp(tok->name, KSTD_PROP_LOST)) {
		if (v.len != sizeof(s->lost) || !kstd_span_be32(&v, &s->lost))
			kstd_defect(image->dump, where, KSTD_E_CORRUPT, v.at,
				    "lost: %zu bytes where 4 are needed", v.len);
	} else if (!strcmp(tok->name, KSTD_PROP_WITHDRAWN)) {
		if (v.len != sizeof(s->withdrawn) || !kstd_span_be64(&v, &s->withdrawn))
			kstd_defect(image->dump, where, KSTD_E_CORRUPT, v.at,
				    "withdrawn: %zu bytes where 8 are needed", v.len);
	}
}

static void check_header(struct kstd_image *image, const struct kstd_where *where,
			 const struct kstd_section *s)
{
	if (!s->has_header) {
		kstd_defect(image->dump, where, KSTD_E_MISSING, s->at, "no header");
		return;
	}
	if (s->header_instance != s->instance)
		kstd_defect(image->dump, where, KSTD_E_MISMATCH, s->at,
			    "its header is of instance 0x%llx",
			    (unsigned long long)s->header_instance);
	if (!s->desc) {
		kstd_defect(image->dump, where, KSTD_E_MISSING, s->at,
			    "the image has no description with id 0x%x", s->id);
		return;
	}
	if (s->desc->name_len != s->name_len || memcmp(s->desc->name, s->node, s->name_len)) {
		char safe[KSTD_SAFE];

		kstd_defect(image->dump, where, KSTD_E_MISMATCH, s->at,
			    "its description, id 0x%x, is named %s", s->id,
			    kstd_safe(safe, s->desc->name, s->desc->name_len));
	}
}

void kstd_section_read(struct kstd_image *image, const struct kstd_where *where,
		       struct kstd_cursor *c, const struct kstd_tok *node,
		       const struct kstd_section *parent, struct kstd_section *s)
{
	struct kstd_tok tok;

	*s = (struct kstd_section){
		.node = node->name, .node_len = node->name_len, .at = node->at, .inside = *c,
	};
	read_name(image, where, parent, s);
	for (;;) {
		switch (kstd_fdt_next(c, &tok)) {
		case KSTD_TOK_PROP:
			read_prop(image, where, &tok, s);
			continue;
		case KSTD_TOK_NODE:
			s->nr_subs++;
			kstd_fdt_leave(c);
			continue;
		case KSTD_TOK_UP:
		case KSTD_TOK_BAD:
			break;
		}
		break;
	}
	if (s->has_header)
		s->desc = kstd_schema_find(&image->schema, s->id);
	check_header(image, where, s);
	if (s->has_data + s->has_extents + !!s->lost > 1)
		kstd_defect(image->dump, where, KSTD_E_MISMATCH, s->at,
			    "more than one of data, data-extents and lost");
	else if (!s->has_data && !s->has_extents && !s->lost)
		kstd_defect(image->dump, where, KSTD_E_MISSING, s->at, "no payload");
}

void kstd_section_load(struct kstd_image *image, struct kstd_arena *a,
		       const struct kstd_where *where, struct kstd_section *s, bool summary)
{
	struct kstd_extents *x;

	if (s->has_payload || !s->extents.len)
		return;
	x = kstd_extents_of(image->dump, image->side);
	if (!x && summary)
		kstd_note(image->dump, "payloads that are kept outside the image are not in this source: kstate/{in,out}/extents/ has them");
	else if (!x)
		kstd_defect(image->dump, where, KSTD_E_ABSENT, s->at,
			    "absent: its payload of %llu bytes is kept outside this file; kstate/{in,out}/extents/ has it",
			    (unsigned long long)s->extent_bytes);
	else if (kstd_extents_load(image->dump, a, x, s->extents, s->at, &s->payload))
		kstd_defect_err(image->dump, where);
	else
		s->has_payload = true;
}

enum kstd_crc_state kstd_section_crc(struct kstd_image *image, const struct kstd_where *where,
				     const struct kstd_section *s)
{
	struct __attribute__((packed)) {
		uint32_t id;
		uint64_t instance;
		uint32_t version;
		uint64_t fingerprint;
	} head;
	uint32_t crc;

	if (s->lost)
		return KSTD_CRC_NONE;
	if (!s->has_header || !s->has_payload || !s->desc)
		return KSTD_CRC_UNCHECKED;
	head.id = htobe32(s->id);
	head.instance = htobe64(s->header_instance);
	head.version = htobe32(s->version);
	head.fingerprint = htobe64(s->desc->fingerprint);
	crc = kstd_crc_add(KSTD_CRC_INIT, &head, sizeof(head));
	crc = kstd_crc_final(kstd_crc_add(crc, s->payload.p, s->payload.len));
	if (crc == s->crc)
		return KSTD_CRC_OK;
	kstd_defect(image->dump, where, KSTD_E_CHECKSUM, s->payload.at,
		    "checksum is 0x%08x, but the payload gives 0x%08x", s->crc, crc);
	return KSTD_CRC_BAD;
}
