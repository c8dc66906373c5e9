// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* kstd_catalog(): what a kernel can read, as nodes. */

#include "query/catalog.h"
#include "query/descriptions.h"
#include "vmlinux/kernel_file.h"

/**
 * struct catalog_lists - the result on its way
 * @dump: the first one, which gets it
 * @parts: the images of the descriptions that are listed
 * @tail: where the next one is to be linked
 * @is_only: there is one file only
 * @rc: of what could not be done
 */
struct catalog_lists {
	struct kstd_dump *dump;
	struct kstd_node *files;
	struct kstd_node *abis;
	struct kstd_node *handlers;
	const struct kstd_descs_part *parts;
	const struct kstd_descs_part **tail;
	bool is_only;
	int rc;
};

static size_t count_descs(const struct kstd_kernel_reads *cat)
{
	size_t n = 0;

	for (size_t i = 0; i < cat->nr_images; i++)
		n += cat->images[i]->schema.nr;
	return n;
}

static const char *format_of(const struct kstd_kernel_reads *cat)
{
	const struct kstd_dump *dump = cat->dump;

	if (dump->kernel)
		return dump->kernel->format;
	if (dump->live)
		return "live system";
	if (!dump->lone)
		return "directory";
	return cat->is_catalog ? "catalog" : "image";
}

static const char *release_of(const struct kstd_kernel_reads *cat)
{
	if (cat->dump->kernel)
		return cat->dump->kernel->release;
	for (size_t i = 0; i < cat->nr_images; i++)
		if (cat->images[i]->producer.present && cat->images[i]->producer.release[0])
			return cat->images[i]->producer.release;
	return NULL;
}

static void put_file(struct catalog_lists *m, const struct kstd_kernel_reads *cat)
{
	struct kstd_arena *a = &m->dump->arena;
	struct kstd_node *n = kstd_put(a, m->files, KSTD_NO_KEY, KSTD_OBJECT);

	kstd_put_str(a, n, KSTD_K_CAT_FILE, cat->dump->source);
	kstd_put_str(a, n, KSTD_K_CAT_FORMAT, format_of(cat));
	kstd_put_str(a, n, KSTD_K_CAT_RELEASE, release_of(cat));
	kstd_put_num(a, n, KSTD_K_CAT_DESCRIPTIONS, KSTD_U64, count_descs(cat));
}

static void put_abis(struct catalog_lists *m, const struct kstd_kernel_reads *cat)
{
	struct kstd_arena *a = &m->dump->arena;

	for (size_t i = 0; i < cat->nr_abis; i++) {
		const struct kstd_abi *abi = &cat->abis[i];
		struct kstd_node *n = kstd_put(a, m->abis, KSTD_NO_KEY, KSTD_OBJECT);

		kstd_put_mem(a, n, KSTD_K_ABI, KSTD_TEXT, abi->name, abi->name_len);
		kstd_put_str(a, n, KSTD_K_ABI_VERSION, abi->version);
		kstd_put_str(a, n, KSTD_K_HOW, abi->how);
		kstd_put_str(a, n, KSTD_K_CAT_FILE, cat->dump->source);
	}
}

static void put_handlers(struct catalog_lists *m, const struct kstd_kernel_reads *cat)
{
	static const char *const kinds[] = {
		[KSTD_TABLE_HANDLER] = "file", [KSTD_TABLE_FLB] = "flb",
		[KSTD_TABLE_HANDLER | KSTD_TABLE_FLB] = "both",
	};
	const struct kstd_kernel *kernel = cat->dump->kernel;
	struct kstd_arena *a = &m->dump->arena;

	for (struct kstd_kernel_table *t = kernel ? kernel->tables.first : NULL; t; t = t->next) {
		struct kstd_node *n = kstd_put(a, m->handlers, KSTD_NO_KEY, KSTD_OBJECT);

		kstd_put_str(a, n, KSTD_K_CAT_HANDLER, t->name);
		kstd_put_str(a, n, KSTD_K_KIND, kinds[t->kinds]);
		kstd_put_str(a, n, KSTD_K_HOW, t->how);
		kstd_put_str(a, n, KSTD_K_CAT_FILE, cat->dump->source);
	}
}

static void add_parts(struct catalog_lists *m, const struct kstd_kernel_reads *cat)
{
	for (size_t i = 0; i < cat->nr_images; i++) {
		struct kstd_descs_part *part = kstd_arena_get(&m->dump->arena, sizeof(*part));

		if (!part) {
			m->rc = kstd_nomem(m->dump->ctx);
			return;
		}
		*part = (struct kstd_descs_part){
			.image = cat->images[i], .file = cat->dump->source, .is_only = m->is_only,
		};
		*m->tail = part;
		m->tail = &part->next;
	}
}

static void add_dump(struct catalog_lists *m, struct kstd_dump *dump)
{
	const struct kstd_kernel_reads *cat;

	if (m->rc)
		return;
	if (dump != m->dump)
		kstd_report_to(dump, m->dump);
	m->rc = kstd_catalog_get(dump, &cat);
	if (m->rc)
		return;
	put_file(m, cat);
	put_abis(m, cat);
	put_handlers(m, cat);
	add_parts(m, cat);
}

int kstd_catalog(struct kstd_dump *dump, const struct kstd_catalog_opts *user,
		 const struct kstd_node **out)
{
	struct kstd_catalog_opts opts = { .sz = sizeof(opts) };
	struct kstd_node *root = kstd_put(&dump->arena, NULL, KSTD_NO_KEY, KSTD_OBJECT);
	struct catalog_lists m = { .dump = dump };
	const struct kstd_node *list;

	*out = NULL;
	m.tail = &m.parts;
	m.rc = kstd_opts(dump->ctx, "kstd_catalog", user, sizeof(opts.sz), &opts, sizeof(opts));
	m.is_only = !opts.nr_more;
	m.files = kstd_put(&dump->arena, root, KSTD_K_CAT_FILES, KSTD_LIST);
	m.abis = kstd_put(&dump->arena, root, KSTD_K_ABIS, KSTD_LIST);
	m.handlers = kstd_put(&dump->arena, root, KSTD_K_CAT_HANDLERS, KSTD_LIST);
	add_dump(&m, dump);
	for (size_t i = 0; i < opts.nr_more; i++)
		add_dump(&m, opts.more[i]);
	if (!m.rc)
		m.rc = kstd_descs(dump, m.parts, opts.select, root, KSTD_K_DESCRIPTIONS, &list);
	if (!m.rc && dump->arena.short_of)
		m.rc = kstd_nomem(dump->ctx);
	m.rc = m.rc ?: kstd_whole(dump->ctx);
	if (!m.rc)
		*out = root;
	return m.rc;
}
