// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Find out what the kernel of one source can read. */

#include "base/abi_version.h"
#include "query/catalog.h"
#include "fdt/native.h"
#include "subtree/decoder.h"
#include "vmlinux/kernel_file.h"
#include "luo/luo.h"
#include "fdt/fdt_props.h"
#include "source/source.h"

void kstd_abi_add(struct kstd_kernel_reads *cat, const char *version, size_t len, const char *how)
{
	struct kstd_abi *abi = &cat->abis[cat->nr_abis];
	size_t name_len;

	if (!kstd_abi_parse(version, len, &name_len) || cat->nr_abis == KSTD_MAX_ABIS)
		return;
	for (size_t i = 0; i < cat->nr_abis; i++)
		if (strlen(cat->abis[i].version) == len &&
		    !memcmp(cat->abis[i].version, version, len))
			return;
	abi->version = kstd_arena_str(&cat->dump->arena, version, len);
	if (!abi->version)
		return;
	abi->name = abi->version;
	abi->name_len = name_len;
	abi->how = how;
	cat->nr_abis++;
}

/* A blob that the kernel itself wrote begins with its version, or says it in its root. */
static void add_blob(struct kstd_kernel_reads *cat, struct kstd_blob *b)
{
	struct kstd_where where = KSTD_AT(NULL, b->path, strlen(b->path));
	const char *compatible;
	struct kstd_span s;
	struct kstd_fdt fdt;
	size_t len;

	if (b->side == KSTD_SIDE_IN ||
	    (b->role != KSTD_ROLE_ROOT && b->role != KSTD_ROLE_SUBTREE))
		return;
	if (kstd_blob_load(cat->dump, b)) {
		kstd_defect_err(cat->dump, NULL);
		return;
	}
	compatible = kstd_fdt_compatible(&b->bytes);
	s = b->bytes;
	if (compatible)
		kstd_abi_add(cat, compatible, strlen(compatible), "blob");
	else if (kstd_span_starts(&s, KSTD_LUO_PREFIX, strlen(KSTD_LUO_PREFIX)) &&
		 kstd_span_str(&s, &compatible, &len))
		kstd_abi_add(cat, compatible, len, "blob");
	else if (kstd_fdt_magic(&b->bytes) && kstd_fdt_open(cat->dump->ctx, &b->bytes, &fdt))
		kstd_defect_err(cat->dump, &where);
}

const struct kstd_abi_list kstd_abi_lists[] = {
	{ KSTD_PROP_ABIS,	"catalog" },
	{ "abis-string",	"string" },
	{ "abis-blob",		"blob" },
	{ }
};

bool kstd_abi_counts(const struct kstd_kernel_reads *cat, const struct kstd_abi *abi)
{
	const struct kstd_kernel *kernel = cat->dump->kernel;

	return !kernel || !kernel->is_module || abi->name_len != 3 || memcmp(abi->name, "kho", 3);
}

/* The root of a catalog has lists of them; what proves most comes first. */
static bool add_listed(struct kstd_kernel_reads *cat, const struct kstd_image *image)
{
	struct kstd_cursor root;
	struct kstd_span list;
	const char *version;
	size_t len;

	if (!image->shards)
		return false;
	root = kstd_fdt_root(&image->shards->fdt);
	if (!kstd_fdt_prop(&root, KSTD_PROP_ABIS, &list))
		return false;
	for (const struct kstd_abi_list *l = kstd_abi_lists; l->prop; l++) {
		if (!kstd_fdt_prop(&root, l->prop, &list))
			continue;
		while (kstd_span_str(&list, &version, &len))
			kstd_abi_add(cat, version, len, l->how);
	}
	return true;
}

static void add_image(struct kstd_kernel_reads *cat, const struct kstd_image *image)
{
	const size_t max = sizeof(cat->images) / sizeof(cat->images[0]);

	if (!image->blob || cat->nr_images == max)
		return;
	cat->images[cat->nr_images++] = image;
	if (!add_listed(cat, image) && image->compatible)
		kstd_abi_add(cat, image->compatible, strlen(image->compatible), "blob");
}

/* Without a catalog: what this kernel wrote, or else what there is. */
static int add_images(struct kstd_kernel_reads *cat)
{
	struct kstd_dump *dump = cat->dump;
	const struct kstd_image *only;
	int rc = kstd_images(dump);

	if (rc)
		return rc;
	for (const struct kstd_image *image = dump->images; image; image = image->next)
		if (image->side != KSTD_SIDE_IN)
			add_image(cat, image);
	for (const struct kstd_image *image = dump->images; image && !cat->nr_images;
	     image = image->next)
		add_image(cat, image);
	/* A tree without sections says what a kernel can read; it is no state. */
	only = cat->nr_images == 1 ? cat->images[0] : NULL;
	cat->is_catalog = only && only->nr_shards == 1 && !only->shards->sections_here;
	return 0;
}

static bool has_name(const struct kstd_kernel_reads *cat, const char *name, size_t len)
{
	for (size_t i = 0; i < cat->nr_abis; i++)
		if (cat->abis[i].name_len == len && !memcmp(cat->abis[i].name, name, len))
			return true;
	return false;
}

/* The catalog names the versions that the kernel reads, so its strings are not needed. */
static void add_strings(struct kstd_kernel_reads *cat)
{
	struct kstd_span list = cat->dump->kernel->versions;
	size_t len, name_len, known = cat->nr_abis;
	const char *version;

	while (kstd_span_str(&list, &version, &len))
		if (kstd_abi_parse(version, len, &name_len) &&
		    !(known && has_name(cat, version, name_len)))
			kstd_abi_add(cat, version, len, "string");
}

static int fill_kernel(struct kstd_kernel_reads *cat)
{
	const struct kstd_image *catalog = kstd_catalog_image(cat->dump);

	cat->is_catalog = true;
	if (catalog)
		add_image(cat, catalog);
	if (!cat->dump->kernel->is_module)
		add_strings(cat);
	if (!cat->nr_images && cat->dump->kernel->is_module)
		kstd_note(cat->dump, "%s: a module without descriptions", cat->dump->source);
	return 0;
}

static int fill_catalog(struct kstd_kernel_reads *cat)
{
	const struct kstd_image *catalog = kstd_catalog_image(cat->dump);
	struct kstd_dump *dump = cat->dump;
	struct kstd_where where = KSTD_AT(NULL, dump->source, strlen(dump->source));
	int rc = 0;

	if (dump->kernel)
		return fill_kernel(cat);
	if (catalog) {
		cat->is_catalog = true;
		add_image(cat, catalog);
	} else {
		rc = add_images(cat);
	}
	if (!cat->is_catalog || cat->nr_abis < 2)
		for (struct kstd_blob *b = dump->blobs; b; b = b->next)
			add_blob(cat, b);
	if (cat->nr_images || cat->nr_abis)
		return 0;
	return rc ?: kstd_err_at(dump->ctx, &where,
				 kstd_err(dump->ctx, KSTD_E_NO_CATALOG, KSTD_NO_OFFSET, NULL));
}

int kstd_catalog_get(struct kstd_dump *dump, const struct kstd_kernel_reads **out)
{
	struct kstd_kernel_reads *cat = dump->known_catalog;
	int rc;

	*out = NULL;
	if (!cat) {
		cat = kstd_arena_get(&dump->arena, sizeof(*cat));
		if (!cat)
			return kstd_nomem(dump->ctx);
		*cat = (struct kstd_kernel_reads){ .dump = dump };
		rc = fill_catalog(cat);
		if (rc)
			return rc;
		dump->known_catalog = cat;
	}
	*out = cat;
	return 0;
}

const struct kstd_desc *kstd_catalog_find(const struct kstd_kernel_reads *cat, uint32_t id,
					  const struct kstd_image **image)
{
	for (size_t i = 0; i < cat->nr_images; i++) {
		const struct kstd_desc *d = kstd_schema_find(&cat->images[i]->schema, id);

		if (d) {
			*image = cat->images[i];
			return d;
		}
	}
	return NULL;
}
