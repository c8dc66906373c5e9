// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/*
 * kstd_catalog_save(): the descriptions of all files as one catalog, in the format of
 * include/linux/kho/abi/kstate.h. Nodes of descriptions are copied as they are, so that
 * their checksums stay right.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libfdt.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/new_file.h"
#include "query/catalog.h"
#include "base/crc32c.h"
#include "fdt/fdt_props.h"

#define ROOM_FIRST	(64UL << 10)
#define ROOM_MAX	(64UL << 20)
#define DEPTH		4	/* descriptions, one, its fields, one */

/**
 * struct saver - a catalog on its way
 * @cats: of the dumps, @nr of them
 * @fdt: @room bytes
 * @err: of libfdt
 */
struct saver {
	struct kstd_dump *dump;
	const struct kstd_kernel_reads **cats;
	size_t nr;
	uint8_t *fdt;
	size_t room;
	int err;
};

static void check(struct saver *s, int err)
{
	if (!s->err && err)
		s->err = err;
}

static void put_u32(struct saver *s, const char *name, uint32_t v)
{
	check(s, fdt_property_u32(s->fdt, name, v));
}

/* Whether a file that came before has this version, found in the same way. */
static bool is_listed(const struct saver *s, size_t file, const struct kstd_abi *abi)
{
	for (size_t i = 0; i < file; i++)
		for (size_t j = 0; j < s->cats[i]->nr_abis; j++)
			if (!strcmp(s->cats[i]->abis[j].version, abi->version) &&
			    !strcmp(s->cats[i]->abis[j].how, abi->how))
				return true;
	return false;
}

/* In two rounds: how many bytes, and the bytes. */
static size_t list_abis(const struct saver *s, const char *how, char *to)
{
	size_t bytes = 0;

	for (size_t i = 0; i < s->nr; i++)
		for (size_t j = 0; j < s->cats[i]->nr_abis; j++) {
			const struct kstd_abi *abi = &s->cats[i]->abis[j];
			size_t len = strlen(abi->version) + 1;

			if (strcmp(abi->how, how) || !kstd_abi_counts(s->cats[i], abi) ||
			    is_listed(s, i, abi))
				continue;
			if (to)
				memcpy(to + bytes, abi->version, len);
			bytes += len;
		}
	return bytes;
}

/* The list that makes a tree a catalog is there if it is empty, too. */
static void put_abis(struct saver *s, const struct kstd_abi_list *list)
{
	size_t bytes = list_abis(s, list->how, NULL);
	void *to;
	int err;

	if (!bytes && strcmp(list->prop, KSTD_PROP_ABIS))
		return;
	err = fdt_property_placeholder(s->fdt, list->prop, bytes, &to);
	check(s, err);
	if (!err)
		list_abis(s, list->how, to);
}

static void put_root(struct saver *s)
{
	static const uint8_t nowhere[16];

	check(s, fdt_begin_node(s->fdt, ""));
	check(s, fdt_property_string(s->fdt, KSTD_PROP_COMPATIBLE, KSTATE_COMPATIBLE));
	put_u32(s, KSTD_PROP_SHARD, 0);
	check(s, fdt_property_u64(s->fdt, KSTD_PROP_SECTIONS_HERE, 0));
	check(s, fdt_property(s->fdt, KSTD_PROP_NEXT_SHARD, nowhere, sizeof(nowhere)));
	put_u32(s, KSTD_PROP_CRC, 0);
	for (const struct kstd_abi_list *list = kstd_abi_lists; list->prop; list++)
		put_abis(s, list);
}

/* The node that @c is in, without its beginning. */
static void copy_node(struct saver *s, struct kstd_cursor *c, unsigned int depth)
{
	struct kstd_tok tok;

	for (;;) {
		switch (kstd_fdt_next(c, &tok)) {
		case KSTD_TOK_PROP:
			check(s, fdt_property(s->fdt, tok.name, tok.value.p, tok.value.len));
			break;
		case KSTD_TOK_NODE:
			if (depth == DEPTH) {
				kstd_fdt_leave(c);
				break;
			}
			check(s, fdt_begin_node(s->fdt, tok.name));
			copy_node(s, c, depth + 1);
			break;
		default:
			check(s, fdt_end_node(s->fdt));
			return;
		}
	}
}

/* Several modules may list the same nested description: it is written once. */
static bool is_there(const struct saver *s, size_t file, const struct kstd_tok *tok)
{
	for (size_t i = 0; i < file; i++)
		for (size_t j = 0; j < s->cats[i]->nr_images; j++) {
			const struct kstd_schema_set *schema = &s->cats[i]->images[j]->schema;

			for (size_t k = 0; k < schema->nr; k++)
				if (schema->descs[k].node_len == tok->name_len &&
				    !memcmp(schema->descs[k].node, tok->name, tok->name_len))
					return true;
		}
	return false;
}

static void copy_image(struct saver *s, size_t file, const struct kstd_image *image)
{
	struct kstd_cursor c = kstd_fdt_root(&image->shards->fdt);
	struct kstd_tok tok;

	while (kstd_fdt_child(&c, &tok)) {
		if (!strcmp(tok.name, KSTATE_NODE_DESCRIPTIONS))
			break;
		kstd_fdt_leave(&c);
	}
	while (!s->err && kstd_fdt_child(&c, &tok)) {
		if (is_there(s, file, &tok)) {
			kstd_fdt_leave(&c);
			continue;
		}
		check(s, fdt_begin_node(s->fdt, tok.name));
		copy_node(s, &c, 2);
	}
}

static void put_tree(struct saver *s)
{
	s->err = 0;
	check(s, fdt_create(s->fdt, s->room));
	check(s, fdt_finish_reservemap(s->fdt));
	put_root(s);
	check(s, fdt_begin_node(s->fdt, KSTATE_NODE_DESCRIPTIONS));
	for (size_t i = 0; i < s->nr; i++)
		for (size_t j = 0; j < s->cats[i]->nr_images; j++)
			copy_image(s, i, s->cats[i]->images[j]);
	check(s, fdt_end_node(s->fdt));
	check(s, fdt_begin_node(s->fdt, KSTATE_NODE_SECTIONS));
	check(s, fdt_end_node(s->fdt));
	check(s, fdt_end_node(s->fdt));
	check(s, fdt_finish(s->fdt));
}

static int seal(struct saver *s)
{
	struct kstd_span bytes = kstd_span_of(s->fdt, fdt_totalsize(s->fdt), 0);
	struct kstd_cursor root;
	struct kstd_fdt fdt;
	int rc = kstd_fdt_open(s->dump->ctx, &bytes, &fdt);

	if (rc)
		return rc;
	root = kstd_fdt_root(&fdt);
	fdt_setprop_inplace_u32(s->fdt, 0, KSTD_PROP_CRC,
				kstd_crc_final(kstd_fdt_crc(KSTD_CRC_INIT, &root)));
	return 0;
}

static int make_tree(struct saver *s)
{
	for (s->room = ROOM_FIRST; s->room <= ROOM_MAX; s->room *= 2) {
		free(s->fdt);
		s->fdt = kstd_malloc(s->room);
		if (!s->fdt)
			return kstd_nomem(s->dump->ctx);
		put_tree(s);
		if (s->err != -FDT_ERR_NOSPACE)
			break;
	}
	return s->err ? kstd_err(s->dump->ctx, KSTD_E_TOO_BIG, KSTD_NO_OFFSET,
				 "the catalog cannot be written: %s", fdt_strerror(s->err)) : seal(s);
}

static int write_file(struct saver *s, const char *path)
{
	struct kstd_span rest = kstd_span_of(s->fdt, fdt_totalsize(s->fdt), 0);
	struct kstd_ctx *ctx = s->dump->ctx;
	struct kstd_new_file file;
	int rc = kstd_new_file_begin(ctx, path, 0666, &file);

	if (rc)
		return rc;
	while (!rc && rest.len) {
		ssize_t n = write(file.fd, rest.p, rest.len);

		if (n < 0 && errno != EINTR)
			rc = kstd_errno(ctx, path, errno);
		else if (n > 0)
			kstd_span_skip(&rest, n);
	}
	return kstd_new_file_end(ctx, &file, rc);
}

/* What is kept has checksums of its own: it would be taken for whole. */
static int refuse_unwell(const struct saver *s)
{
	for (size_t i = 0; i < s->nr; i++) {
		struct kstd_dump *dump = s->cats[i]->dump;
		struct kstd_where where = KSTD_AT(NULL, dump->source, strlen(dump->source));

		if (kstd_all_well(dump) != KSTD_YES)
			return kstd_err_at(s->dump->ctx, &where,
					   kstd_err(s->dump->ctx, KSTD_E_NOT_KNOWN, KSTD_NO_OFFSET,
						    "no catalog is kept of it: not all of it could be read, or it is damaged"));
	}
	return 0;
}

int kstd_catalog_save(struct kstd_dump *dump, const struct kstd_catalog_opts *user,
		      const char *path)
{
	struct kstd_catalog_opts opts = { .sz = sizeof(opts) };
	struct saver s = { .dump = dump };
	int rc = kstd_opts(dump->ctx, "kstd_catalog_save", user, sizeof(opts.sz), &opts,
			   sizeof(opts));

	if (rc)
		return rc;
	s.nr = opts.nr_more + 1;
	s.cats = kstd_calloc(s.nr, sizeof(*s.cats));
	if (!s.cats)
		return kstd_nomem(dump->ctx);
	rc = kstd_catalog_get(dump, &s.cats[0]);
	for (size_t i = 0; !rc && i < opts.nr_more; i++)
		rc = kstd_catalog_get(opts.more[i], &s.cats[i + 1]);
	rc = rc ? rc : refuse_unwell(&s);
	rc = rc ? rc : make_tree(&s);
	rc = rc ? rc : kstd_whole(dump->ctx) ?: write_file(&s, path);
	free(s.cats);
	free(s.fdt);
	return rc;
}
