// SPDX-License-Identifier: GPL-2.0
/* drivers.c - drivers of the old and of the new kernel */

#include "../shim/all.h"
#include "drivers.h"

#define FIELDS(...)	(const struct kstate_field[]) { __VA_ARGS__, KSTATE_END_OF_LIST() }
#define SUBS(...)	(const struct kstate_description *[]) { __VA_ARGS__, NULL }

/* Every kind, in one struct. */

static const struct kstate_description all_v1 = {
	.name = "all", .id = 0x30, .version_id = 1, .flags = KSTATE_STABLE,
	.fields = FIELDS(ALL_FIELDS),
};

struct all_more {
	struct all all;
	u32 tail;
};

static const struct kstate_description all_v2 = {
	.name = "all", .id = 0x30, .version_id = 2, .flags = KSTATE_STABLE, .min_version_id = 1,
	.fields = FIELDS(KSTATE_BASE_TYPE_V(tail, struct all_more, u32, 2,
					    .whole = sizeof(struct all)), SECRET, REVISION,
			 AREA, PAGE, LINEAR, BITS, NAME, TEXT, LIST, TARGETS, ITEMS, BIG_CALLER,
			 SMALL, PAIR, ONE),
};

static const struct kstate_description all_gone = {
	.name = "all", .id = 0x30, .version_id = 2, .flags = KSTATE_STABLE, .min_version_id = 1,
	.fields = FIELDS(KSTATE_STRUCT_DEPRECATED(one, 1),
			 KSTATE_STRUCT_ARRAY_DEPRECATED(pair, 2, 1),
			 KSTATE_VARRAY_DEPRECATED(small, u16, 4, 1),
			 KSTATE_VARRAY_DEPRECATED(big, u64, 100, 1),
			 KSTATE_STRUCT_VARRAY_DEPRECATED(items, 10, 1),
			 KSTATE_ARRAY_OF_POINTER_DEPRECATED(targets, u32, 3, 1),
			 KSTATE_LIST_DEPRECATED(list, 1000, 1),
			 KSTATE_STRING_DEPRECATED(text, 8, 1),
			 KSTATE_STRING_DEPRECATED(name, 16, 1),
			 KSTATE_BITMAP_DEPRECATED(bits, ALL_BITS, 1),
			 KSTATE_ADDRESS_DEPRECATED(linear, void *, 1),
			 KSTATE_ADDRESS_DEPRECATED(page, struct page *, 1),
			 KSTATE_VMALLOC_DEPRECATED(area, 1),
			 KSTATE_EQUAL_DEPRECATED(revision, u32, 1),
			 KSTATE_CUSTOM_DEPRECATED(secret, 1),
			 KSTATE_BASE_TYPE_V(nr_small, struct all, u8, 2)),
};

/* Versions: a field is added, one goes, kinds are mixed; subsections. */

struct card {
	u32 mode;
	s16 temp;
	u8 on;
	u8 hole;
	u64 *counter;
	struct folio *ring;
	struct list_head jobs;
	char *label;
	u32 nr_irqs;
	u16 irqs[8];
	u64 extra[2];
	void *buffer;
};

struct job {
	struct list_head link;
	u32 key;
	u32 nr_parts;
	struct item *parts;
	char *what;
};

static const struct kstate_description part_desc = {
	.name = "part", .id = 0x43, .version_id = 1,
	.fields = FIELDS(KSTATE_BASE_TYPE(a, struct item, u16), KSTATE_BASE_TYPE(b, struct item, u8)),
};

static const struct kstate_description job_v1 = {
	.name = "job", .id = 0x42, .version_id = 1,
	.fields = FIELDS(KSTATE_BASE_TYPE(key, struct job, u32),
			 KSTATE_STRUCT_VARRAY(parts, struct job, struct item, &part_desc, nr_parts,
					      50, KSTATE_ALLOCATED),
			 KSTATE_STRING(what, struct job, 32)),
};

static const struct kstate_description job_v2 = {
	.name = "job", .id = 0x42, .version_id = 2,
	.fields = FIELDS(KSTATE_STRING(what, struct job, 32),
			 KSTATE_BASE_TYPE(key, struct job, u32),
			 KSTATE_STRUCT_VARRAY_DEPRECATED(parts, 50, 1)),
};

/* As version 1, but the driver's own struct has grown. */
struct big_job {
	struct list_head link;
	u8 more[300];
	u32 key;
	u32 nr_parts;
	struct big_part {
		u8 more[100];
		u16 a;
		u8 b;
	} *parts;
	char *what;
};

static const struct kstate_description big_part_desc = {
	.name = "part", .id = 0x43, .version_id = 1,
	.fields = FIELDS(KSTATE_BASE_TYPE(a, struct big_part, u16),
			 KSTATE_BASE_TYPE(b, struct big_part, u8)),
};

static const struct kstate_description big_job = {
	.name = "job", .id = 0x42, .version_id = 1,
	.fields = FIELDS(KSTATE_BASE_TYPE(key, struct big_job, u32),
			 KSTATE_STRUCT_VARRAY(parts, struct big_job, struct big_part,
					      &big_part_desc, nr_parts, 50, KSTATE_ALLOCATED),
			 KSTATE_STRING(what, struct big_job, 32)),
};

#define CARD_SUB(_name, _id, ...)						\
	&(const struct kstate_description){ .name = _name, .id = _id, .version_id = 1,	\
		.fields = FIELDS(__VA_ARGS__) }
#define SUB_EXTRA	CARD_SUB("card-extra", 0x44, \
				 KSTATE_BASE_TYPE(extra, struct card, u64 [2]))
#define SUB_BUFFER	CARD_SUB("card-buffer", 0x45, KSTATE_VMALLOC(buffer, struct card), \
				 KSTATE_VARRAY(irqs, struct card, u16, nr_irqs, 8, KSTATE_EMBEDDED))
#define SUB_LABEL	CARD_SUB("card-label", 0x46, KSTATE_STRING(label, struct card, 64))

#define CARD_FIELDS(_type, _job)						\
	KSTATE_BASE_TYPE(mode, struct card, u32),				\
	KSTATE_POINTER(counter, struct card),					\
	KSTATE_FOLIO(ring, struct card),					\
	KSTATE_LIST(jobs, struct card, struct _type, link, _job, 100)

static const struct kstate_description card_v1 = {
	.name = "card", .id = 0x40, .version_id = 1, .flags = KSTATE_STABLE,
	.fields = FIELDS(CARD_FIELDS(job, &job_v1), KSTATE_BASE_TYPE(temp, struct card, s16)),
	.subsections = SUBS(SUB_EXTRA, SUB_LABEL),
};

static const struct kstate_description card_big = {
	.name = "card", .id = 0x40, .version_id = 1, .flags = KSTATE_STABLE,
	.fields = FIELDS(CARD_FIELDS(big_job, &big_job), KSTATE_BASE_TYPE(temp, struct card, s16)),
	.subsections = SUBS(SUB_LABEL),
};

static const struct kstate_description card_v2 = {
	.name = "card", .id = 0x40, .version_id = 2, .flags = KSTATE_STABLE, .min_version_id = 1,
	.fields = FIELDS(KSTATE_BASE_TYPE_V(on, struct card, u8, 2), CARD_FIELDS(job, &job_v1),
			 KSTATE_BASE_TYPE_DEPRECATED(temp, s16, 1)),
	.subsections = SUBS(SUB_BUFFER, SUB_EXTRA, SUB_LABEL),
};

/* Nothing is read of version 1, and jobs are read otherwise. */
static const struct kstate_description card_v3 = {
	.name = "card", .id = 0x40, .version_id = 3, .flags = KSTATE_STABLE, .min_version_id = 1,
	.fields = FIELDS(KSTATE_LIST(jobs, struct card, struct job, link, &job_v2, 100),
			 KSTATE_BASE_TYPE_DEPRECATED(mode, u32, 2),
			 KSTATE_BASE_TYPE_DEPRECATED(temp, s16, 1),
			 KSTATE_BASE_TYPE_DEPRECATED(on, u8, 2),
			 KSTATE_POINTER_DEPRECATED(counter, u64, 2),
			 KSTATE_FOLIO_DEPRECATED(ring, 2)),
	.subsections = SUBS(SUB_LABEL, SUB_BUFFER),
};

/* Deep: structs in structs, to the limit. */

struct deep {
	u32 nr;
	u32 leaf;
	struct deep *more;
};

#define DEEP(_n, _id, _inner)							\
	static const struct kstate_description deep##_n = {			\
		.name = "deep" #_n, .id = _id, .version_id = _n, .flags = KSTATE_STABLE,		\
		.fields = FIELDS(KSTATE_BASE_TYPE(leaf, struct deep, u32),	\
				 KSTATE_STRUCT_VARRAY(more, struct deep, struct deep, &_inner, \
						      nr, 2, KSTATE_ALLOCATED)) }

static const struct kstate_description deep1 = {
	.name = "deep1", .id = 0x50, .version_id = 1,
	.fields = FIELDS(KSTATE_BASE_TYPE(leaf, struct deep, u32)),
};

DEEP(2, 0x51, deep1);
DEEP(3, 0x52, deep2);
DEEP(4, 0x53, deep3);
DEEP(5, 0x54, deep4);
DEEP(6, 0x55, deep5);
DEEP(7, 0x56, deep6);
DEEP(8, 0x57, deep7);

static const struct kstate_description deep3_v2 = {
	.name = "deep3", .id = 0x52, .version_id = 4, .flags = KSTATE_STABLE, .min_version_id = 3,
	.fields = FIELDS(KSTATE_STRUCT_VARRAY(more, struct deep, struct deep, &deep2, nr, 2,
					      KSTATE_ALLOCATED),
			 KSTATE_BASE_TYPE_DEPRECATED(leaf, u32, 3)),
};

/* Hooks; and what is small, or large. */

struct lone {
	u64 val;
	u32 more;
	u32 hole;
};

static int lone_pre(void *obj, u32 version)
{
	return version == 3 ? PRE_RESTORE_ERR : 0;
}

static int lone_post(void *obj, u32 version)
{
	return ((struct lone *)obj)->val & 1 ? POST_RESTORE_ERR : 0;
}

static const struct kstate_description lone_v1 = {
	.name = "lone", .id = 0x60, .version_id = 1, .flags = KSTATE_OPTIONAL,
	.fields = FIELDS(KSTATE_BASE_TYPE(val, struct lone, u64)),
};

static const struct kstate_description lone_v2 = {
	.name = "lone", .id = 0x60, .version_id = 2, .flags = KSTATE_OPTIONAL,
	.fields = FIELDS(KSTATE_BASE_TYPE_V(more, struct lone, u32, 2),
			 KSTATE_BASE_TYPE(val, struct lone, u64)),
};

static const struct kstate_description lone_v3 = {
	.name = "lone", .id = 0x60, .version_id = 3, .flags = KSTATE_OPTIONAL,
	.pre_restore = lone_pre, .post_restore = lone_post,
	.fields = FIELDS(KSTATE_BASE_TYPE(val, struct lone, u64)),
};

/* It cannot be saved. */
static int refuse_save(const void *obj, struct kstate_writer *w)
{
	return -EIO;
}

static int refuse_check(const void *obj, const void *data, size_t len)
{
	return -EIO;
}

static void refuse_apply(void *obj, const void *data, size_t len)
{
}

static const struct kstate_description lost = {
	.name = "lone", .id = 0x60, .version_id = 1, .flags = KSTATE_OPTIONAL | KSTATE_STABLE,
	.fields = FIELDS(KSTATE_BASE_TYPE(val, struct lone, u64),
			 KSTATE_CUSTOM(refused, refuse_save, refuse_check, refuse_apply)),
};

struct wide {
	char text[5000];
};

static const struct kstate_description wide = {
	.name = "wide", .id = 0x61,
	.fields = FIELDS(KSTATE_BASE_TYPE(text, struct wide, char [5000])),
};

/* Places. */

struct places {
	struct folio *first;
	struct folio *second;
	struct folio *again;
	void *area;
	void *linear;
	struct page *page;
	struct place {
		struct folio *folio;
		void *area;
	} more[2];
};

static const struct kstate_description place_desc = {
	.name = "place", .id = 0x81,
	.fields = FIELDS(KSTATE_FOLIO(folio, struct place), KSTATE_VMALLOC(area, struct place)),
};

static const struct kstate_description places = {
	.name = "places", .id = 0x80,
	.fields = FIELDS(KSTATE_FOLIO(first, struct places), KSTATE_FOLIO(second, struct places),
			 KSTATE_FOLIO(again, struct places), KSTATE_VMALLOC(area, struct places),
			 KSTATE_ADDRESS(linear, struct places), KSTATE_ADDRESS(page, struct places),
			 KSTATE_STRUCT_ARRAY(more, struct places, struct place, &place_desc)),
};

static const struct kstate_description places_v2 = {
	.name = "places", .id = 0x80, .version_id = 1,
	.fields = FIELDS(KSTATE_STRUCT_ARRAY(more, struct places, struct place, &place_desc),
			 KSTATE_FOLIO(first, struct places), KSTATE_FOLIO(second, struct places),
			 KSTATE_FOLIO(again, struct places),
			 KSTATE_VMALLOC_DEPRECATED(area, 0),
			 KSTATE_ADDRESS(linear, struct places), KSTATE_ADDRESS(page, struct places)),
};

#define DRIVER(_desc, _type, _instance, ...) \
	{ .desc = &(_desc), .bytes = sizeof(_type), .instance = (_instance), ##__VA_ARGS__ }

const struct driver old_drivers[] = {
	DRIVER(all_v1, struct all, 1, .set = "all"),
	DRIVER(all_v1, struct all, 2, .set = "all"),
	DRIVER(card_v1, struct card, 1, .set = "card1"),
	DRIVER(card_v1, struct card, 2, .set = "card1"),
	DRIVER(lone_v1, struct lone, 1, .set = "card1"),
	DRIVER(card_v2, struct card, 1, .set = "card2"),
	DRIVER(card_v2, struct card, 2, .set = "card2"),
	DRIVER(deep8, struct deep, 1, .set = "deep"),
	DRIVER(deep3, struct deep, 2, .set = "deep"),
	DRIVER(lone_v1, struct lone, 1, .set = "small"),
	DRIVER(lone_v1, struct lone, 2, .set = "small"),
	DRIVER(lone_v1, struct lone, 3, .set = "small"),
	DRIVER(lone_v3, struct lone, 1, .set = "hooked"),
	DRIVER(lone_v3, struct lone, 2, .set = "hooked"),
	DRIVER(lost, struct lone, 1, .set = "lost"),
	DRIVER(wide, struct wide, 1, .set = "wide"),
	DRIVER(places, struct places, 1, .set = "places"),
	DRIVER(places, struct places, 2, .set = "places"),
};
const unsigned int nr_old_drivers = ARRAY_SIZE(old_drivers);

/* One of each, for tests: as saved; and newer versions that read all of it. */
const struct driver sample_drivers[] = {
	DRIVER(all_v1, struct all, 1),
	DRIVER(card_v1, struct card, 1),
	DRIVER(deep3, struct deep, 2),
	DRIVER(lone_v1, struct lone, 1),
	DRIVER(places, struct places, 1),
};
const unsigned int nr_sample_drivers = ARRAY_SIZE(sample_drivers);

const struct driver newer_drivers[] = {
	DRIVER(all_v2, struct all_more, 1),
	DRIVER(card_v2, struct card, 1),
	DRIVER(deep3_v2, struct deep, 2),
	DRIVER(lone_v2, struct lone, 1),
	DRIVER(places_v2, struct places, 1),
};
const unsigned int nr_newer_drivers = ARRAY_SIZE(newer_drivers);

const struct driver new_drivers[] = {
	DRIVER(all_v2, struct all_more, 1),
	DRIVER(all_v1, struct all, 1),
	DRIVER(all_gone, struct all, 1),
	DRIVER(all_v1, struct all, 2),
	DRIVER(card_v3, struct card, 1),
	DRIVER(card_v2, struct card, 1),
	DRIVER(card_v1, struct card, 1),
	DRIVER(card_big, struct card, 1),
	DRIVER(card_v1, struct card, 2),
	DRIVER(card_big, struct card, 2),
	DRIVER(card_v2, struct card, 2),
	DRIVER(deep8, struct deep, 1),
	DRIVER(deep3, struct deep, 2),
	DRIVER(lone_v1, struct lone, 1),
	DRIVER(lone_v3, struct lone, 1),
	DRIVER(lone_v1, struct lone, 2),
	DRIVER(lone_v1, struct lone, 3),
	DRIVER(wide, struct wide, 1),
	DRIVER(places, struct places, 1),
	DRIVER(places, struct places, 2),
};
const unsigned int nr_new_drivers = ARRAY_SIZE(new_drivers);
