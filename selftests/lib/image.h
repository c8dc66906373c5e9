/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: building images for tests
 *
 * A second writer of the format of include/linux/kho/abi/kstate.h, made from its
 * text alone: on libfdt's fdt_sw, slow and simple. It shares no code with the
 * engine or the library. Failures abort: a test without its image is no test.
 */

#ifndef SELFTESTS_IMAGE_H
#define SELFTESTS_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Tables of fields are written in order, and end where zeros would follow. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

struct image_desc;

/**
 * struct image_field - an entry of a field table
 * @hint: its name, then entries, each NUL-terminated; @hint_len counts all NULs,
 *        0 means that @hint is one string
 * @nested: description of the elements, of kinds that have one
 */
struct image_field {
	const char *name;
	const char *kind;
	const char *type;
	const char *sign;
	uint64_t size;
	uint64_t count;
	uint32_t since;
	uint32_t until;
	const char *hint;
	size_t hint_len;
	const struct image_desc *nested;
};

#define IMAGE_ALWAYS	0, 0xffffffffU

struct image_desc {
	const char *name;
	uint32_t id;
	uint32_t version;
	uint32_t min_version;
	const struct image_field *fields;
	size_t nr_fields;
	uint32_t flags;
};

/**
 * struct image - an image that is being made
 * @fdt: malloc()ed, @len bytes once it is finished
 * @big: byte order of payloads; and so on: set before image_begin()
 * @abis: versions, each NUL-terminated, @abis_len bytes; not NULL: it is the catalog of
 *        a kernel build
 * @payload: what image_put_*() collected for the next section
 */
struct image {
	uint8_t *fdt;
	size_t room;
	size_t len;
	bool big;
	uint32_t page_size;
	uint32_t word_size;
	uint64_t nr_sections;
	uint32_t shard;
	uint64_t next_shard;
	const char *compatible;
	const char *byte_order;
	const char *abis;
	size_t abis_len;
	uint8_t *payload;
	size_t payload_len;
	size_t payload_room;
};

/* Little-endian, 64-bit, 4 KiB pages. */
void image_init(struct image *im);

/* Root and producer; then descriptions, image_sections(), sections, image_finish(). */
void image_begin(struct image *im);
void image_desc(struct image *im, const struct image_desc *d);
void image_sections(struct image *im);
void image_finish(struct image *im);
void image_free(struct image *im);

/* Add to the payload of the next section. */
void image_put(struct image *im, const void *p, size_t len);
void image_put_int(struct image *im, size_t size, uint64_t v);

/* A section or subsection with the payload so far, left open for subsections. */
void image_section(struct image *im, const struct image_desc *d, uint64_t instance,
		   uint64_t duration);
void image_subsection(struct image *im, const struct image_desc *d, uint64_t instance);
void image_end_section(struct image *im);

/* A section that was lost; closed. */
void image_lost(struct image *im, const struct image_desc *d, uint64_t instance, uint32_t err);
/* One that was withdrawn @ns after 1970, after it had been saved; closed. */
void image_withdrawn(struct image *im, const struct image_desc *d, uint64_t instance, uint64_t ns);

/**
 * image_extents - a section with the payload so far outside the tree; closed
 * @list: addresses and numbers of bytes, @nr pairs
 */
void image_extents(struct image *im, const struct image_desc *d, uint64_t instance,
		   const uint64_t (*list)[2], size_t nr);

/* A stream within the payload: begin returns what end takes. */
size_t image_stream(struct image *im, uint32_t version);
void image_end_stream(struct image *im, size_t begin);

uint64_t image_fingerprint(const struct image_desc *d);
uint32_t image_crc(uint32_t crc, const void *p, size_t len);

/* Make all checksums of nodes right again after a change in place. */
void image_reseal(void *fdt);

/* The example of the KSTATE documentation: test, with its subsection test_v2. */
extern const struct image_desc image_test;
extern const struct image_desc image_test_v2;

/* A whole image with test@0 in it. */
void image_example(struct image *im);

/* @n sections of 8 fields, 64 bytes. */
void image_many(struct image *im, size_t n);

/* Sections of some forms, in a row and mixed; one is lost, one withdrawn, the payload of one is cut. */
void image_series(struct image *im);

/*
 * Other blobs of KHO: written to @out, which is malloc()ed; return their length. A
 * root has the properties of the version that @compatible names.
 */
size_t image_kho_root(uint8_t **out, bool big, const char *compatible, const char *const *names,
		      const uint64_t *sizes, size_t nr);
size_t image_memblock(uint8_t **out, bool big);
size_t image_metadata(uint8_t **out, bool big);
size_t image_luo(uint8_t **out, bool big);
size_t image_board(uint8_t **out);

#endif
