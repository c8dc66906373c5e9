// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Find the blobs of a dump that make an image, for each side. */

#include <stdlib.h>

#include "base/alloc.h"
#include "fdt/native.h"
#include "kstate/image.h"
#include "base/file.h"
#include "memory/blob.h"

static void free_image(struct kstd_image *image)
{
	if (image->rows)
		kstd_section_table_close(image->rows);
	free(image->rows);
	kstd_schema_free(&image->schema);
	free(image);
}

/* Free the images and the catalog of the dump. */
static void drop_images(void *p, size_t len)
{
	struct kstd_dump *dump = p;

	(void)len;
	if (dump->catalog)
		free_image(dump->catalog);
	dump->catalog = NULL;
	while (dump->images) {
		struct kstd_image *next = dump->images->next;

		free_image(dump->images);
		dump->images = next;
	}
}

/* From the first image on, those of @dump are freed when it is closed. */
static struct kstd_image *new_image(struct kstd_dump *dump, unsigned int side)
{
	struct kstd_image *image;

	if (!dump->images_owned)
		dump->images_owned = kstd_arena_own(&dump->arena, drop_images, dump, 0);
	image = dump->images_owned ? kstd_calloc(1, sizeof(*image)) : NULL;
	if (image) {
		image->dump = dump;
		image->side = side;
	}
	return image;
}

bool kstd_image_probe(const struct kstd_blob *blob)
{
	const char *compatible = kstd_fdt_compatible(&blob->bytes);

	return compatible && !strncmp(compatible, KSTD_IMAGE_PREFIX, strlen(KSTD_IMAGE_PREFIX));
}

/* Could @b hold the image? Blobs of other users are skipped, but a lone blob is not. */
static bool is_candidate(struct kstd_dump *dump, struct kstd_blob *b)
{
	if (b->role == KSTD_ROLE_LONE || b->role == KSTD_ROLE_IMAGE)
		return true;
	if (b->role != KSTD_ROLE_SUBTREE)
		return false;
	if (!strcmp(b->name, KSTATE_KHO_NAME))
		return true;
	return b->side == KSTD_SIDE_FILE && !kstd_blob_load(dump, b) &&
	       kstd_image_probe(b);
}

/* The kernel says that it has not saved anything yet: there is no image then. */
static bool is_unsaved(const struct kstd_dump *dump, const struct kstd_blob *b,
		       const struct kstd_image *image)
{
	struct kstd_span line;

	if (b->role != KSTD_ROLE_IMAGE || b->bytes.len)
		return false;
	if (dump->live)
		return true;
	if (!image->rows)
		return false;
	line = image->rows->body;
	return !line.len || memmem(line.p, line.len, "registered", 10);
}

static int read_blob(struct kstd_dump *dump, struct kstd_blob *b, struct kstd_image **image)
{
	struct kstd_section_table *rows = (*image)->rows;
	struct kstd_image *fresh;
	int rc = kstd_blob_load(dump, b);

	if (rc || is_unsaved(dump, b, *image))
		return rc;
	rc = kstd_image_read(*image, b);
	if (!rc)
		return 0;
	/* An image that was read in part is freed. */
	fresh = new_image(dump, (*image)->side);
	if (!fresh)
		return kstd_nomem(dump->ctx);
	(*image)->rows = NULL;
	free_image(*image);
	fresh->rows = rows;
	*image = fresh;
	return rc;
}

static int read_table(struct kstd_dump *dump, struct kstd_blob *b, struct kstd_image *image)
{
	struct kstd_where where = KSTD_AT(NULL, b->path, strlen(b->path));
	int rc = kstd_blob_load(dump, b);

	if (rc)
		return rc;
	image->rows = kstd_calloc(1, sizeof(*image->rows));
	if (!image->rows)
		return kstd_nomem(dump->ctx);
	rc = kstd_err_at(dump->ctx, &where, kstd_section_table_open(dump, b, image->rows));
	if (rc) {
		free(image->rows);
		image->rows = NULL;
	}
	return rc;
}

/* Read the table of a side; errors in it are defects. */
static void find_table(struct kstd_dump *dump, struct kstd_image *image)
{
	for (struct kstd_blob *b = dump->blobs; b; b = b->next) {
		if (b->side != image->side || b->role != KSTD_ROLE_TABLE || image->rows)
			continue;
		if (read_table(dump, b, image))
			kstd_defect_err(dump, NULL);
	}
}

/**
 * find_shards - the blob with the image of a side
 * @role: look only at blobs of this role
 * @err: set to the error if there was a blob and it could not be used
 *
 * Return: whether one was read.
 */
static bool find_shards(struct kstd_dump *dump, struct kstd_image **image, enum kstd_role role,
			struct kstd_report *err)
{
	for (struct kstd_blob *b = dump->blobs; b; b = b->next) {
		if (b->side != (*image)->side || b->role != role || !is_candidate(dump, b))
			continue;
		if (!read_blob(dump, b, image)) {
			if ((*image)->blob)
				return true;
			continue;
		}
		*err = dump->ctx->err;
		if (!dump->lone)
			kstd_defect_err(dump, NULL);
	}
	return false;
}

/* Try the file of kstate itself first, for it has every shard. */
static int open_side(struct kstd_dump *dump, unsigned int side, struct kstd_image ***tail,
		     struct kstd_report *err)
{
	struct kstd_image *image = new_image(dump, side);
	uint64_t troubles = dump->troubles;
	bool found;

	if (!image)
		return kstd_nomem(dump->ctx);
	find_table(dump, image);
	found = find_shards(dump, &image, KSTD_ROLE_IMAGE, err) ||
		find_shards(dump, &image, KSTD_ROLE_SUBTREE, err) ||
		find_shards(dump, &image, KSTD_ROLE_LONE, err) || image->rows;
	if (dump->troubles != troubles)
		dump->images_unwell |= 1U << side;
	if (!found) {
		free_image(image);
		return 0;
	}
	**tail = image;
	*tail = &image->next;
	return 0;
}

static int no_image(struct kstd_dump *dump, const struct kstd_report *err)
{
	struct kstd_where where = KSTD_AT(NULL, dump->source, strlen(dump->source));
	int rc;

	if (err->code == KSTD_E_NONE && dump->kernel) {
		rc = kstd_err(dump->ctx, KSTD_E_NOT_KSTATE, KSTD_NO_OFFSET,
			      "a kernel's file, not an image: \"kstate-dump catalog\" shows what it can read");
		return kstd_err_at(dump->ctx, &where, rc);
	}
	if (err->code == KSTD_E_NONE) {
		rc = kstd_err(dump->ctx, KSTD_E_NO_KSTATE, KSTD_NO_OFFSET, dump->live ?
			      "KHO is here, but no kstate%s: a kernel without CONFIG_KSTATE?" :
			      dump->troubles ? "no kstate image in what could be read of it%s" :
			      "no kstate image in it%s", kstd_asked(dump));
		return kstd_err_at(dump->ctx, &where, rc);
	}
	dump->ctx->err = *err;
	rc = -kstd_error_class(dump->ctx);
	return dump->lone ? rc : kstd_err_at(dump->ctx, &where, rc);
}

int kstd_images(struct kstd_dump *dump)
{
	static const unsigned int sides[] = { KSTD_SIDE_FILE, KSTD_SIDE_IN, KSTD_SIDE_OUT };
	struct kstd_report err = { .code = KSTD_E_NONE };
	struct kstd_image **tail = &dump->images;
	int rc = 0;

	if (dump->images_rc <= 0)
		return dump->images_rc ? no_image(dump, &dump->images_err) : 0;
	for (int i = 0; i < 3 && !rc; i++)
		rc = open_side(dump, sides[i], &tail, &err);
	if (!rc && !dump->images)
		rc = no_image(dump, &err);
	dump->images_err = err;
	dump->images_rc = rc;
	return rc;
}

static bool read_catalog(struct kstd_dump *dump, struct kstd_blob *b)
{
	struct kstd_image *image = new_image(dump, b->side);

	if (!image) {
		kstd_nomem(dump->ctx);
		return false;
	}
	if (!kstd_blob_load(dump, b) && !kstd_image_read(image, b)) {
		dump->catalog = image;
		return true;
	}
	free_image(image);
	return false;
}

struct kstd_image *kstd_catalog_image(struct kstd_dump *dump)
{
	for (struct kstd_blob *b = dump->blobs; b && !dump->catalog; b = b->next)
		if (b->role == KSTD_ROLE_CATALOG && !read_catalog(dump, b))
			kstd_defect_err(dump, NULL);
	return dump->catalog;
}
