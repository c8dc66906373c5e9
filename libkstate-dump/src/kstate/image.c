// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* The shards of an image, its producer and its descriptions. */

#include "base/crc32c.h"
#include "kstate/image.h"
#include "kho/kho_root.h"
#include "memory/phys.h"
#include "fdt/fdt_props.h"
#include "source/source.h"

#define SHARD_HEAD	40	/* the header of an FDT */

static int check_version(struct kstd_image *image, const struct kstd_cursor *root)
{
	struct kstd_span value = kstd_span_of(NULL, 0, root->s.at);
	const char *compatible;
	char safe[KSTD_SAFE];

	if (kstd_fdt_prop(root, KSTD_PROP_COMPATIBLE, &value))
		image->compatible = kstd_fdt_str(&value);
	compatible = image->compatible ? image->compatible : "";
	kstd_safe(safe, compatible, strlen(compatible));
	if (!strncmp(compatible, KSTD_KHO_PREFIX, strlen(KSTD_KHO_PREFIX)))
		return kstd_err(image->dump->ctx, KSTD_E_NOT_KSTATE, KSTD_NO_OFFSET,
				"a KHO root, which names subtrees but does not hold them: try \"info\", or sub_fdts/" KSTATE_KHO_NAME);
	if (strncmp(compatible, "kstate-v", 8))
		return kstd_err(image->dump->ctx, KSTD_E_NOT_KSTATE, value.at,
				"an FDT, but not a kstate image: its root says \"%s\"", safe);
	if (strcmp(compatible, KSTATE_COMPATIBLE))
		return kstd_err(image->dump->ctx, KSTD_E_UNSUPPORTED, value.at,
				"an image of version \"%s\"; this program reads " KSTATE_COMPATIBLE,
				safe);
	return 0;
}

static void read_producer(struct kstd_props *r, struct kstd_producer *p)
{
	const char *order;

	p->present = true;
	p->release = kstd_prop_str(r, KSTD_PROP_RELEASE);
	p->machine = kstd_prop_str(r, KSTD_PROP_MACHINE);
	p->page_size = kstd_prop_u32(r, KSTD_PROP_PAGE_BYTES);
	p->word_size = kstd_prop_u32(r, KSTD_PROP_WORD_BYTES);
	p->generation = kstd_prop_u64(r, KSTD_PROP_GENERATION);
	p->saved_at = kstd_prop_u64(r, KSTD_PROP_SAVED_AT);
	p->save_ns = kstd_prop_u64(r, KSTD_PROP_SAVE_DURATION);
	order = kstd_prop_str(r, KSTD_PROP_ENDIAN);
	p->big = !strcmp(order, KSTATE_ABI_BIG);
	if (!p->big && strcmp(order, KSTATE_ABI_LITTLE))
		kstd_defect(r->dump, r->where, KSTD_E_CORRUPT, r->at,
			    "byte-order is neither little nor big: little is assumed");
	if (p->page_size & (p->page_size - 1)) {
		kstd_defect(r->dump, r->where, KSTD_E_CORRUPT, r->at,
			    "page size %u is not a power of two", p->page_size);
		p->page_size = 0;
	}
	kstd_prop_crc(r, kstd_fdt_crc(KSTD_CRC_INIT, r->node));
}

struct found {
	bool producer;
	bool descriptions;
};

/* Read one child of a root; returns 0 to go on. */
static int read_child(struct kstd_image *image, struct kstd_shard *shard,
		      const struct kstd_where *where, const struct kstd_tok *tok,
		      const struct kstd_cursor *c, struct found *found)
{
	struct kstd_where here = KSTD_IN(where, tok->name, tok->name_len);
	struct kstd_props r = { image->dump, &here, c, tok->at, true };

	if (!strcmp(tok->name, KSTATE_NODE_SECTIONS) && !shard->has_sections) {
		shard->has_sections = true;
		shard->sections = *c;
	} else if (!strcmp(tok->name, KSTATE_NODE_PRODUCER) && !shard->index && !found->producer) {
		found->producer = true;
		read_producer(&r, &image->producer);
	} else if (!strcmp(tok->name, KSTATE_NODE_DESCRIPTIONS) && !shard->index &&
		   !found->descriptions) {
		found->descriptions = true;
		return kstd_schema_read(image->dump, &here, c, &image->schema);
	}
	return 0;
}

/* A catalog is made when a kernel is built: it has no producer and no payloads. */
static bool is_catalog(const struct kstd_shard *shard)
{
	struct kstd_cursor root = kstd_fdt_root(&shard->fdt);
	struct kstd_span value;

	return kstd_fdt_prop(&root, KSTD_PROP_ABIS, &value);
}

/* Read the children of a root, but not the sections, of which there may be many. */
static int read_children(struct kstd_image *image, struct kstd_shard *shard,
			 const struct kstd_where *where, struct kstd_cursor c)
{
	struct found found = { false, false };
	struct kstd_tok tok;
	int rc = 0;

	while (!rc && kstd_fdt_child(&c, &tok)) {
		rc = read_child(image, shard, where, &tok, &c, &found);
		if (shard->has_sections && (shard->index || (found.producer && found.descriptions)))
			return rc;
		kstd_fdt_leave(&c);
	}
	if (!shard->index && !found.producer && !is_catalog(shard))
		kstd_defect(image->dump, where, KSTD_E_MISSING, shard->at,
			    "no " KSTATE_NODE_PRODUCER ": payloads are taken as little-endian");
	if (!shard->index && !found.descriptions)
		kstd_defect(image->dump, where, KSTD_E_MISSING, shard->at,
			    "no " KSTATE_NODE_DESCRIPTIONS ": payloads cannot be decoded");
	if (!shard->has_sections) {
		image->cut = true;
		kstd_defect(image->dump, where, KSTD_E_MISSING, shard->at,
			    "no " KSTATE_NODE_SECTIONS);
	}
	return rc;
}

static int read_shard(struct kstd_image *image, struct kstd_shard *shard)
{
	const struct kstd_blob *b = image->blob;
	struct kstd_where where = KSTD_AT(NULL, b->path, strlen(b->path));
	struct kstd_cursor root = kstd_fdt_root(&shard->fdt);
	struct kstd_props r = { image->dump, &where, &root, shard->at, true };
	int rc = check_version(image, &root);
	uint32_t index;

	if (rc)
		return rc;
	index = kstd_prop_u32(&r, KSTD_PROP_SHARD);
	shard->sections_here = kstd_prop_u64(&r, KSTD_PROP_SECTIONS_HERE);
	if (r.complete && index != shard->index)
		kstd_defect(image->dump, &where, KSTD_E_MISMATCH, shard->at,
			    "shard %u where %u should be", index, shard->index);
	kstd_prop_crc(&r, kstd_fdt_crc(KSTD_CRC_INIT, &root));
	return read_children(image, shard, &where, root);
}

/* Take the FDT that @rest starts with. */
static int take_shard(struct kstd_image *image, struct kstd_span *rest, struct kstd_shard **tail)
{
	struct kstd_shard *shard = kstd_arena_get(&image->dump->arena, sizeof(*shard));
	struct kstd_span bytes = *rest;
	uint32_t total = kstd_fdt_total(rest);
	int rc;

	if (!shard)
		return kstd_nomem(image->dump->ctx);
	*shard = (struct kstd_shard){ .index = image->nr_shards, .at = rest->at };
	if (total && total <= rest->len)
		kstd_span_sub(rest, 0, total, &bytes);
	rc = kstd_blob_realign(image->dump, &bytes) ?:
	     kstd_fdt_open(image->dump->ctx, &bytes, &shard->fdt) ?: read_shard(image, shard);
	if (rc)
		return rc;
	if (*tail)
		(*tail)->next = shard;
	else
		image->shards = shard;
	*tail = shard;
	image->nr_shards++;
	image->bytes += shard->fdt.len;
	kstd_span_skip(rest, shard->fdt.len);
	return 0;
}

/* The last shard has zeros as the place of the next one, or no such property. */
static bool next_of(const struct kstd_shard *last, uint64_t *address, uint64_t *bytes)
{
	struct kstd_cursor root = kstd_fdt_root(&last->fdt);
	struct kstd_span value;

	*bytes = 0;
	if (!kstd_fdt_prop(&root, KSTD_PROP_NEXT_SHARD, &value) ||
	    !kstd_span_be64(&value, address) || !*address)
		return false;
	kstd_span_be64(&value, bytes);
	return true;
}

static bool more_promised(const struct kstd_shard *last)
{
	uint64_t address, bytes;

	return next_of(last, &address, &bytes);
}

static bool is_shard(const struct kstd_span *bytes, uint32_t index)
{
	struct kstd_span value;
	struct kstd_cursor c;
	struct kstd_fdt fdt;
	uint32_t v;

	if (!kstd_fdt_peek(bytes, &fdt))
		return false;
	c = kstd_fdt_root(&fdt);
	return kstd_fdt_prop(&c, KSTD_PROP_SHARD, &value) && kstd_span_be32(&value, &v) &&
	       v == index;
}

/* Read the shard at @address. Its number is checked first, so that no chain is a circle. */
static int get_shard(struct kstd_image *image, uint64_t address, uint64_t bytes,
		     struct kstd_shard **tail)
{
	struct kstd_dump *dump = image->dump;
	uint8_t head[SHARD_HEAD];
	struct kstd_span s = kstd_span_of(head, sizeof(head), 0);
	uint32_t total;
	int rc = bytes < sizeof(head) ? kstd_err(dump->ctx, KSTD_E_CORRUPT, address,
						 "a shard of %llu bytes at 0x%llx",
						 (unsigned long long)bytes,
						 (unsigned long long)address) :
		 kstd_phys_copy(dump, address, head, sizeof(head));

	if (rc)
		return rc;
	total = kstd_fdt_total(&s);
	rc = kstd_phys_get(dump, address, total && total < bytes ? total : bytes, &s);
	if (rc)
		return rc;
	s.at = image->bytes;
	if (kstd_fdt_magic(&s) && !is_shard(&s, image->nr_shards))
		return kstd_err(dump->ctx, KSTD_E_CORRUPT, address,
				"what is at 0x%llx is not shard %zu",
				(unsigned long long)address, image->nr_shards);
	return take_shard(image, &s, tail);
}

/* Shards that are not in the blob are in memory, if the source has memory. */
static bool follow_shards(struct kstd_image *image, struct kstd_shard **last)
{
	const struct kstd_blob *b = image->blob;
	struct kstd_where where = KSTD_AT(NULL, b->path, strlen(b->path));
	uint64_t address, bytes;

	if (!kstd_phys_follows(image->dump, image->side) || !next_of(*last, &address, &bytes))
		return false;
	while (next_of(*last, &address, &bytes)) {
		if (!get_shard(image, address, bytes, last))
			continue;
		kstd_defect_err(image->dump, &where);
		image->cut = true;
		break;
	}
	return true;
}

static void skip_zeros(struct kstd_span *s)
{
	while (s->len && !*s->p)
		kstd_span_skip(s, 1);
}

int kstd_image_read(struct kstd_image *image, const struct kstd_blob *blob)
{
	struct kstd_where where = KSTD_AT(NULL, blob->path, strlen(blob->path));
	struct kstd_span rest = blob->bytes;
	struct kstd_shard *last = NULL;
	bool followed;
	int rc;

	image->blob = blob;
	rc = take_shard(image, &rest, &last);
	if (rc)
		return kstd_err_at(image->dump->ctx, &where, rc);
	for (skip_zeros(&rest); kstd_fdt_magic(&rest) && more_promised(last); skip_zeros(&rest)) {
		if (take_shard(image, &rest, &last)) {
			image->cut = true;
			kstd_defect_err(image->dump, &where);
			return 0;
		}
	}
	followed = follow_shards(image, &last);
	if (rest.len)
		kstd_defect(image->dump, &where, KSTD_E_CORRUPT, rest.at,
			    "%zu bytes after the image that are no part of it", rest.len);
	if (!followed && more_promised(last)) {
		image->cut = true;
		kstd_defect(image->dump, &where, KSTD_E_ABSENT, KSTD_NO_OFFSET,
			    "shard %u and what follows are not in this file; kstate's own \"image\" has all",
			    last->index + 1);
	}
	return 0;
}
