// SPDX-License-Identifier: GPL-2.0

#include <stdlib.h>
#include <string.h>

#include "agg.h"
#include "../common/array.h"
#include "../common/short.h"

static bool passes(const struct agg *a, const struct record *r)
{
	bool named = !a->settings.names, known = !a->settings.ids;

	if (!count_wants(&a->settings, r))
		return false;
	for (uint32_t i = 0; !named && i < a->settings.names; i++)
		named = !memcmp(a->names[i], r->name, RECORD_NAME);
	for (uint32_t i = 0; !known && i < a->settings.ids; i++)
		known = a->ids[i] == r->id;
	return named && known;
}

/* FNV-1a. A key has no holes. */
static size_t hash_of(const struct row_key *key)
{
	const unsigned char *p = (const unsigned char *)key;
	uint64_t h = 0xcbf29ce484222325ULL;

	for (size_t i = 0; i < sizeof(*key); i++)
		h = (h ^ p[i]) * 0x100000001b3ULL;
	return h ^ h >> 32;
}

/* The slot of a key; if the key is not there, the free slot for it. */
static uint32_t *slot_of(const struct agg *a, const struct row_key *key)
{
	size_t i = hash_of(key) & (a->nr_slots - 1);

	while (a->slots[i] && memcmp(&a->rows[a->slots[i] - 1].key, key, sizeof(*key)))
		i = (i + 1) & (a->nr_slots - 1);
	return &a->slots[i];
}

static bool grow_slots(struct agg *a)
{
	size_t nr = a->nr_slots ? 2 * a->nr_slots : 64;
	uint32_t *slots = short_if_null(calloc(nr, sizeof(*slots)));

	if (!slots)
		return false;
	free(a->slots);
	a->slots = slots;
	a->nr_slots = nr;
	for (size_t i = 0; i < a->nr; i++)
		*slot_of(a, &a->rows[i].key) = i + 1;
	return true;
}

static struct agg_row *new_row(struct agg *a, const struct row_key *key)
{
	if (!array_fits(a->rows, a->nr, a->size))
		return NULL;
	a->rows[a->nr] = (struct agg_row){ .key = *key };
	return &a->rows[a->nr++];
}

bool agg_put(struct agg *a, const struct row_key *key, const struct row *row)
{
	struct agg_row *new = new_row(a, key);

	if (new)
		new->row = *row;
	else
		a->failed = true;
	return new;
}

/* The row of a key; NULL if there is no room or no memory, which are counted. */
static struct agg_row *find_row(struct agg *a, const struct row_key *key)
{
	struct agg_row *row;
	uint32_t *slot;

	if (2 * a->nr >= a->nr_slots && !grow_slots(a)) {
		a->failed = true;
		return NULL;
	}
	slot = slot_of(a, key);
	if (*slot)
		return &a->rows[*slot - 1];
	if (a->nr >= a->max_rows) {
		a->lost.rows++;
		return NULL;
	}
	row = new_row(a, key);
	if (row)
		*slot = a->nr;
	else
		a->failed = true;
	return row;
}

/* An end without a begin ends nothing: tracing may have begun in between. */
static void follow(struct agg *a, const struct record *r)
{
	bool save = r->kind == RECORD_SAVE_BEGIN || r->kind == RECORD_SAVE_END;
	struct begun b = { .key = { .instance = r->instance, .id = r->id }, .pid = r->pid };
	size_t i = a->nr_begun;

	b.key.kind = save ? RECORD_SAVE_BEGIN : RECORD_RESTORE_BEGIN;
	memcpy(b.key.name, r->name, RECORD_NAME);
	if (count_is_begin(r)) {
		a->not_ended++;
		if (a->nr_begun < AGG_BEGUN && array_fits(a->begun, a->nr_begun, a->size_begun))
			a->begun[a->nr_begun++] = b;
		return;
	}
	while (i && memcmp(&a->begun[i - 1], &b, sizeof(b)))
		i--;
	if (!i)
		return;
	memmove(&a->begun[i - 1], &a->begun[i], (a->nr_begun - i) * sizeof(b));
	a->nr_begun--;
	a->not_ended--;
}

bool agg_add(struct agg *a, const struct record *r)
{
	struct row_key key = { .id = r->id, .kind = r->kind };
	struct agg_row *row;
	uint64_t wall = 0;

	if (r->kind >= NR_RECORD_KINDS)
		return false;
	/* One save runs at a time: its end counts the time since its begin. */
	if (!r->no_time && r->kind == RECORD_SAVE_BEGIN)
		a->began = r->time;
	if (!r->no_time && r->kind == RECORD_SAVE_END && a->began && r->time > a->began)
		wall = r->time - a->began;
	if (r->kind == RECORD_SAVE_END)
		a->began = 0;
	if (count_is_begin(r) || r->kind == RECORD_SAVE_END || r->kind == RECORD_RESTORE_END)
		follow(a, r);
	count_total(&a->totals[r->kind], r, wall);
	if (!passes(a, r))
		return false;
	if (!count_has_row(r))
		return true;
	memcpy(key.name, r->name, RECORD_NAME);
	if (!a->settings.by_name)
		key.instance = r->instance;
	row = find_row(a, &key);
	if (row)
		count_row(&row->row, r);
	return true;
}

void agg_reset(struct agg *a)
{
	a->nr = 0;
	if (a->slots)
		memset(a->slots, 0, a->nr_slots * sizeof(*a->slots));
	a->began = a->nr_begun = a->not_ended = 0;
	memset(a->totals, 0, sizeof(a->totals));
	memset(a->shares, 0, sizeof(a->shares));
	a->lost = (struct lost){ 0 };
}

void agg_free(struct agg *a)
{
	free(a->rows);
	free(a->slots);
	free(a->begun);
	a->rows = NULL;
	a->slots = NULL;
	a->begun = NULL;
	a->nr = a->size = a->nr_slots = a->nr_begun = a->size_begun = 0;
}

static int compare_u64(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int compare_rows(const void *pa, const void *pb)
{
	const struct agg_row *a = *(struct agg_row *const *)pa;
	const struct agg_row *b = *(struct agg_row *const *)pb;
	int c = compare_u64(b->row.ns, a->row.ns);

	c = c ? c : strncmp(a->key.name, b->key.name, RECORD_NAME);
	c = c ? c : compare_u64(a->key.instance, b->key.instance);
	c = c ? c : compare_u64(a->key.kind, b->key.kind);
	return c ? c : compare_u64(a->key.id, b->key.id);
}

struct agg_row **agg_sorted(const struct agg *a)
{
	struct agg_row **sorted = short_if_null(calloc(a->nr + 1, sizeof(*sorted)));

	if (!sorted)
		return NULL;
	for (size_t i = 0; i < a->nr; i++)
		sorted[i] = &a->rows[i];
	qsort(sorted, a->nr, sizeof(*sorted), compare_rows);
	return sorted;
}

void agg_bucket(uint32_t bucket, uint64_t *from, uint64_t *below)
{
	uint32_t log = bucket / HIST_STEPS;
	uint64_t step;

	if (!log) {
		*from = bucket;
		*below = bucket + 1;
		return;
	}
	step = 1ULL << (log - 1);
	*from = (HIST_STEPS + bucket % HIST_STEPS) * step;
	*below = bucket == HIST_BUCKETS - 1 ? UINT64_MAX : *from + step;
}

uint64_t agg_percentile(const struct row *row, unsigned int percent)
{
	uint64_t wanted = row->count / 100 * percent + (row->count % 100 * percent + 99) / 100;
	uint64_t seen = 0, from, below;

	/* The longest event is known exactly. */
	if (wanted >= row->count)
		return row->max;
	for (uint32_t i = 0; i < HIST_BUCKETS - 1; i++) {
		seen += row->hist[i];
		if (seen < wanted || !seen)
			continue;
		agg_bucket(i, &from, &below);
		from += (below - from) / 2;
		return from < row->max ? from : row->max;
	}
	return row->max;
}

static uint64_t outside(const struct agg *a)
{
	return count_sum(a->shares[WHERE_OUTSIDE][GROUP_KHO].ns,
			 a->shares[WHERE_OUTSIDE][GROUP_LUO].ns);
}

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

uint64_t agg_whole(const struct agg *a)
{
	const struct total *save = &a->totals[RECORD_SAVE_END];

	return count_sum(count_sum(larger(save->wall, save->ns), a->totals[RECORD_RESTORE_END].ns),
			 outside(a));
}
