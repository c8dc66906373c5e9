// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <stdlib.h>

#include "base/alloc.h"
#include "kho/kho_map.h"

const char kstd_map_no_width[] = "its bitmaps have 512 bytes (Linux 6.16, 6.17) or a page (6.18 to 7.0), and nothing here says which";

#define RUNS_TOLD	4096	/* between two calls for progress */

/**
 * struct map_walk - a walk of a map of some version
 * @is_list: of version 1
 */
struct map_walk {
	bool is_list;
	union {
		struct kstd_radix tree;
		struct kstd_bitlist list;
	};
};

/**
 * struct kstd_map_order - the walk of one order
 * @run: the next run; its blocks are 0 after the last
 */
struct kstd_map_order {
	struct map_walk at;
	struct kstd_run run;
};

static int map_walk_begin(struct map_walk *m, struct kstd_map *map, struct kstd_refs *refs)
{
	m->is_list = map->format->map == KSTD_MAP_LIST;
	if (m->is_list)
		return kstd_bitlist_begin(&m->list, map->dump, map->where, map->root,
					  map->bitmap_bytes, &map->seen, refs);
	return kstd_radix_begin(&m->tree, map->dump, map->where, map->root, &map->seen, refs);
}

static bool map_walk_next(struct map_walk *m, struct kstd_run *run)
{
	return m->is_list ? kstd_bitlist_next(&m->list, run) : kstd_radix_next(&m->tree, run);
}

static void map_walk_only(struct map_walk *m, unsigned int order)
{
	if (m->is_list)
		kstd_bitlist_only(&m->list, order);
	else
		kstd_radix_only(&m->tree, order);
}

static void map_walk_skip(struct map_walk *m)
{
	if (m->is_list)
		m->list.skip_bitmaps = true;
	else
		m->tree.skip_leaves = true;
}

static void map_walk_holes(struct map_walk *m, struct kstd_holes *holes)
{
	if (m->is_list)
		m->list.holes = holes;
	else
		m->tree.holes = holes;
}

static struct kstd_work *map_walk_work(struct map_walk *m)
{
	return m->is_list ? &m->list.work : &m->tree.work;
}

static void map_walk_end(struct map_walk *m)
{
	if (m->is_list)
		kstd_bitlist_end(&m->list);
	else
		kstd_radix_end(&m->tree);
}

/* Trees of two depths have the same version, see formats.h. */
static int check_known(const struct kstd_map *map)
{
	struct kstd_ctx *ctx = map->dump->ctx;

	if (!map->format)
		return kstd_err(ctx, KSTD_E_UNSUPPORTED, KSTD_NO_OFFSET,
				"a preserved-memory map of an unknown version");
	if (map->format->unsure_16k && map->dump->phys->page_size == 16384)
		return kstd_err(ctx, KSTD_E_UNSUPPORTED, KSTD_NO_OFFSET,
				"a preserved-memory map of %s with pages of 16 KiB: its trees could be of two depths",
				map->format->compatible);
	return 0;
}

static int begin_map(struct kstd_map *map, struct kstd_dump *dump,
		     const struct kstd_where *where, const struct kstd_kho_root *root)
{
	int rc;

	*map = (struct kstd_map){
		.dump = dump, .where = where, .format = root->format, .root = root->map,
		.seen = { .max = KSTD_MAX_RADIX_NODES },
	};
	if (!dump->phys)
		return kstd_no_memory_error(dump, root->map);
	rc = check_known(map);
	if (!rc && map->format->map == KSTD_MAP_LIST)
		rc = kstd_bitlist_width(dump, where, root, &map->bitmap_bytes);
	if (!rc && map->format->map == KSTD_MAP_LIST && !map->bitmap_bytes)
		rc = kstd_err(dump->ctx, KSTD_E_UNSUPPORTED, KSTD_NO_OFFSET, "%s",
			      kstd_map_no_width);
	return rc;
}

static void count_run(struct kstd_map *map, const struct kstd_run *run)
{
	map->runs++;
	map->blocks[run->order] += run->blocks;
}

static int walk_once(struct kstd_map *map, struct kstd_refs *refs, bool skip)
{
	struct map_walk m;
	struct kstd_run run;
	int rc = map_walk_begin(&m, map, refs);

	if (rc)
		return rc;
	if (skip)
		map_walk_skip(&m);
	map_walk_holes(&m, &map->holes);
	while (map_walk_next(&m, &run))
		count_run(map, &run);
	kstd_holes_settle(&map->holes);
	kstd_work_end(map_walk_work(&m));
	map->stats = m.is_list ? m.list.stats : m.tree.stats;
	map_walk_end(&m);
	return kstd_cancelled(map->dump);
}

static int open_map(struct kstd_dump *dump, const struct kstd_where *where,
		    const struct kstd_kho_root *root, struct kstd_refs *refs, bool skip,
		    struct kstd_map *map)
{
	int rc = begin_map(map, dump, where, root);

	if (!rc)
		rc = walk_once(map, refs, skip);
	if (rc)
		kstd_map_close(map);
	return rc;
}

int kstd_map_open(struct kstd_dump *dump, const struct kstd_where *where,
		  const struct kstd_kho_root *root, struct kstd_refs *refs,
		  struct kstd_map *map)
{
	return open_map(dump, where, root, refs, false, map);
}

int kstd_map_tree(struct kstd_dump *dump, const struct kstd_where *where,
		  const struct kstd_kho_root *root, struct kstd_refs *refs)
{
	struct kstd_map map;
	int rc = open_map(dump, where, root, refs, true, &map);

	if (!rc)
		kstd_map_close(&map);
	return rc;
}

void kstd_map_close(struct kstd_map *map)
{
	kstd_visited_free(&map->seen);
	kstd_holes_free(&map->holes);
}

static int begin_order(struct kstd_map_walk *w, unsigned int order)
{
	struct kstd_map_order *o = &w->orders[w->nr];
	int rc = map_walk_begin(&o->at, w->map, NULL);

	if (rc)
		return rc;
	w->nr++;
	map_walk_only(&o->at, order);
	/* The walk of all orders counts the progress. */
	map_walk_work(&o->at)->next = UINT64_MAX;
	map_walk_next(&o->at, &o->run);
	return 0;
}

/* Quietly: opening the map noted its defects. */
int kstd_map_begin(struct kstd_map_walk *w, struct kstd_map *map)
{
	int rc = 0;

	*w = (struct kstd_map_walk){ .map = map };
	kstd_work_begin(&w->work, map->dump, "going over preserved memory", map->runs, RUNS_TOLD);
	w->orders = kstd_calloc(KSTD_MAP_ORDERS, sizeof(*w->orders));
	if (!w->orders)
		return kstd_nomem(map->dump->ctx);
	kstd_quiet_begin(map->dump);
	for (unsigned int order = 0; order < KSTD_MAP_ORDERS && !rc; order++)
		if (map->blocks[order])
			rc = begin_order(w, order);
	kstd_quiet_end(map->dump);
	if (rc)
		kstd_map_end(w);
	return rc;
}

/* By address; at one address the larger blocks first. */
static struct kstd_map_order *lowest(const struct kstd_map_walk *w)
{
	struct kstd_map_order *found = NULL;

	for (size_t i = 0; i < w->nr; i++) {
		struct kstd_map_order *o = &w->orders[i];

		if (o->run.blocks && (!found || o->run.pa <= found->run.pa))
			found = o;
	}
	return found;
}

bool kstd_map_next(struct kstd_map_walk *w, struct kstd_run *run)
{
	struct kstd_map_order *o = lowest(w);

	if (!o) {
		kstd_work_end(&w->work);
		return false;
	}
	if (!kstd_work_on(&w->work, 1))
		return false;
	*run = o->run;
	kstd_quiet_begin(w->map->dump);
	map_walk_next(&o->at, &o->run);
	kstd_quiet_end(w->map->dump);
	return true;
}

void kstd_map_end(struct kstd_map_walk *w)
{
	for (size_t i = 0; i < w->nr; i++)
		map_walk_end(&w->orders[i].at);
	free(w->orders);
	w->orders = NULL;
	w->nr = 0;
}
