// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/*
 * The files of the next kernel are of one kernel: its own file and modules, or a catalog of it and
 * modules. Of two kernels' files together, something would be read that neither of them reads.
 */

#include "check/check.h"
#include "vmlinux/kernel_file.h"

static bool says_kho(const struct kstd_kernel_reads *cat)
{
	for (size_t i = 0; i < cat->nr_abis; i++)
		if (kstd_abi_is_named(&cat->abis[i], "kho", 3))
			return true;
	return false;
}

/* Does it stand for a kernel, rather than for a module, or for sections alone? */
static bool is_whole(const struct kstd_kernel_reads *cat)
{
	return cat->dump->kernel ? !cat->dump->kernel->is_module : says_kho(cat);
}

static bool has_version(const struct kstd_kernel_reads *cat, const char *version)
{
	for (size_t i = 0; i < cat->nr_abis; i++)
		if (!strcmp(cat->abis[i].version, version))
			return true;
	return false;
}

static bool has_desc(const struct kstd_kernel_reads *cat, const struct kstd_desc *d)
{
	const struct kstd_image *image;
	const struct kstd_desc *own = kstd_catalog_find(cat, d->id, &image);

	return own && kstd_same_name(own, d) && own->fingerprint == d->fingerprint;
}

/* Has one of the files of kernel and modules this version? */
static bool kernel_has_version(const struct kstd_check_run *c, const char *version)
{
	const struct kstd_kernel_reads *cat;

	for (size_t i = 0; i < c->nr_next; i++)
		if (c->next[i]->kernel && !kstd_catalog_get(c->next[i], &cat) &&
		    has_version(cat, version))
			return true;
	return false;
}

/* Has one of them this description? */
static bool kernel_has_desc(const struct kstd_check_run *c, const struct kstd_desc *d)
{
	const struct kstd_kernel_reads *cat;

	for (size_t i = 0; i < c->nr_next; i++)
		if (c->next[i]->kernel && !kstd_catalog_get(c->next[i], &cat) && has_desc(cat, d))
			return true;
	return false;
}

/* What a catalog says that is not in the files of kernel and modules beside it; NULL: nothing. */
static const char *added_by(struct kstd_check_run *c, const struct kstd_kernel_reads *cat)
{
	for (size_t i = 0; i < cat->nr_abis; i++)
		if (!kernel_has_version(c, cat->abis[i].version))
			return cat->abis[i].version;
	for (size_t i = 0; i < cat->nr_images; i++)
		for (size_t d = 0; d < cat->images[i]->schema.nr; d++) {
			const struct kstd_desc *desc = &cat->images[i]->schema.descs[d];

			if (!kernel_has_desc(c, desc))
				return kstd_check_text(c, "%.*s", (int)desc->name_len, desc->name);
		}
	return NULL;
}

static int refuse_two(struct kstd_check_run *c, const struct kstd_dump *a,
		      const struct kstd_dump *b)
{
	char first[KSTD_SAFE], second[KSTD_SAFE];

	return kstd_err(c->dump->ctx, KSTD_E_OPTIONS, KSTD_NO_OFFSET,
			"two kernels are named as the next one, %s and %s: name one, and its modules",
			kstd_safe(first, a->source, strlen(a->source)),
			kstd_safe(second, b->source, strlen(b->source)));
}

static int refuse_catalog(struct kstd_check_run *c, const struct kstd_dump *kernel,
			  const struct kstd_dump *catalog, const char *what)
{
	char first[KSTD_SAFE], second[KSTD_SAFE], safe[KSTD_SAFE];

	return kstd_err(c->dump->ctx, KSTD_E_OPTIONS, KSTD_NO_OFFSET,
			"%s and %s are named as the next kernel, and only the latter has %s: name one of them, and modules",
			kstd_safe(first, kernel->source, strlen(kernel->source)),
			kstd_safe(second, catalog->source, strlen(catalog->source)),
			kstd_safe(safe, what, strlen(what)));
}

/* The kernel's own file if there is one, or else what stands for it; NULL if nothing does. */
static const struct kstd_dump *find_kernel(const struct kstd_check_run *c)
{
	const struct kstd_dump *whole = NULL;
	const struct kstd_kernel_reads *cat;

	for (size_t i = 0; i < c->nr_next; i++) {
		if (kstd_catalog_get(c->next[i], &cat) || !is_whole(cat))
			continue;
		if (c->next[i]->kernel)
			return c->next[i];
		whole = whole ?: c->next[i];
	}
	return whole;
}

int kstd_check_next(struct kstd_check_run *c)
{
	const struct kstd_dump *kernel = find_kernel(c);
	const struct kstd_kernel_reads *cat;

	for (size_t i = 0; kernel && i < c->nr_next; i++) {
		const struct kstd_dump *other = c->next[i];
		const char *what;

		if (other == kernel || kstd_catalog_get(c->next[i], &cat) || !is_whole(cat))
			continue;
		if (other->kernel || !kernel->kernel)
			return refuse_two(c, kernel, other);
		what = added_by(c, cat);
		if (what)
			return refuse_catalog(c, kernel, other, what);
	}
	return 0;
}
