// SPDX-License-Identifier: GPL-2.0

#include <stdlib.h>
#include <string.h>

#include "boot.h"
#include "../common/array.h"

/* Copy the text of a node, cut and NUL-terminated; "" if there is none. */
static void copy_text(char *to, size_t size, const struct kstd_node *n)
{
	size_t len = 0;
	const void *p = n ? kstd_node_mem(n, &len) : NULL;

	len = !p ? 0 : len < size ? len : size - 1;
	if (len)
		memcpy(to, p, len);
	to[len] = 0;
}

static uint64_t number(const struct kstd_node *object, const char *key, bool *has)
{
	const struct kstd_node *n = kstd_node_get(object, key);

	*has = n && kstd_node_type(n) != KSTD_NULL;
	return *has ? kstd_node_u64(n) : 0;
}

static struct boot_row *new_row(struct boot *b)
{
	if (!array_fits(b->rows, b->nr, b->size)) {
		b->failed = true;
		return NULL;
	}
	b->rows[b->nr] = (struct boot_row){ 0 };
	return &b->rows[b->nr++];
}

static bool is_in(const struct kstd_node *n)
{
	char side[8];

	copy_text(side, sizeof(side), kstd_node_get(n, "side"));
	return !strcmp(side, "in");
}

static void add_section(struct boot *b, const struct kstd_node *n)
{
	struct boot_row *row = new_row(b);
	char *colon;
	bool has;

	if (!row)
		return;
	copy_text(row->name, sizeof(row->name), kstd_node_get(n, "name"));
	row->instance = number(n, "instance", &has);
	row->version = number(n, "version", &row->has_version);
	row->bytes = number(n, "bytes", &row->has_bytes);
	row->save_ns = number(n, "save_ns", &row->has_save);
	row->restore_ns = number(n, "restore_ns", &row->has_restore);
	copy_text(row->result, sizeof(row->result), kstd_node_get(n, "result"));
	/* "failed:-61" is a result and an error. */
	colon = strchr(row->result, ':');
	if (colon) {
		*colon = 0;
		row->error = strtol(colon + 1, NULL, 10);
	}
}

static void read_saved(struct boot *b, const struct kstd_node *image)
{
	const struct kstd_node *producer = kstd_node_get(image, "producer");
	const struct kstd_node *saved = kstd_node_get(image, "saved");
	bool has;

	if (producer)
		copy_text(b->release, sizeof(b->release), kstd_node_get(producer, "release"));
	if (!saved)
		return;
	b->image = true;
	b->save_ns = number(saved, "ns", &b->has_save);
	b->generation = number(saved, "generation", &has);
}

static void read_images(struct boot *b, const struct kstd_node *list)
{
	const struct kstd_node *n;
	struct kstd_iter it;

	kstd_iter_begin(&it, list);
	while ((n = kstd_iter_next(&it)))
		if (is_in(n))
			read_saved(b, n);
	kstd_iter_end(&it);
}

static int compare_place(const void *pa, const void *pb)
{
	const struct boot_row *a = pa, *b = pb;
	int c = strcmp(a->name, b->name);

	if (c)
		return c;
	return a->instance < b->instance ? -1 : a->instance > b->instance;
}

int boot_image(struct boot *b, struct kstd_dump *dump)
{
	struct kstd_sections_opts opts = { .sz = sizeof(opts), .summary = true };
	const struct kstd_node *list, *n;
	struct kstd_iter it;
	int err;

	err = kstd_sections(dump, &opts, &list);
	if (err)
		return err;
	kstd_iter_begin(&it, list);
	while ((n = kstd_iter_next(&it)) && !b->failed)
		if (is_in(n))
			add_section(b, n);
	b->cut = !n && kstd_iter_cut(&it);
	kstd_iter_end(&it);
	if (b->nr)
		qsort(b->rows, b->nr, sizeof(*b->rows), compare_place);
	b->known = b->nr;
	return 0;
}

int boot_producer(struct boot *b, struct kstd_dump *dump)
{
	const struct kstd_node *root;
	int err = kstd_info(dump, &root);

	if (!err && kstd_node_get(root, "kstate"))
		read_images(b, kstd_node_get(root, "kstate"));
	return err;
}

/* The row of a section of the image; or of one that is known from an event alone. */
static struct boot_row *find_row(struct boot *b, const struct boot_row *key)
{
	struct boot_row *row = NULL;

	if (b->known)
		row = bsearch(key, b->rows, b->known, sizeof(*b->rows), compare_place);
	for (size_t i = b->nr; !row && i > b->known; i--)
		if (!compare_place(&b->rows[i - 1], key))
			row = &b->rows[i - 1];
	return row;
}

/* Make a row for a section that is known from an event alone; NULL if there are too many. */
static struct boot_row *unknown_row(struct boot *b, const struct boot_row *key)
{
	struct boot_row *row = b->nr - b->known < BOOT_UNKNOWN ? new_row(b) : NULL;

	if (!row)
		return NULL;
	memcpy(row->name, key->name, sizeof(row->name));
	row->instance = key->instance;
	return row;
}

void boot_event(void *boot, const struct trace_line *line)
{
	const struct record *r = &line->record;
	struct boot_row key = { .instance = r->instance }, *row;
	struct boot *b = boot;

	if (r->kind != RECORD_SECTION_RESTORE)
		return;
	memcpy(key.name, r->name, sizeof(key.name));
	row = find_row(b, &key);
	if (!row)
		row = unknown_row(b, &key);
	if (!row)
		return;
	row->events++;
	row->time = r->time;
	row->has_time = !r->no_time;
	row->pid = r->pid;
	row->error = r->error;
	if (!row->has_restore || row >= b->rows + b->known) {
		row->restore_ns = r->ns;
		row->has_restore = true;
		strcpy(row->result, r->done ? "restored" : "failed");
	}
	if (!row->has_version) {
		row->version = r->version;
		row->bytes = r->bytes;
		row->has_version = row->has_bytes = true;
	}
	memcpy(row->comm, line->comm, sizeof(row->comm));
}

static int compare_time(const void *pa, const void *pb)
{
	const struct boot_row *a = pa, *b = pb;
	uint64_t ta = count_sum(a->save_ns, a->restore_ns);
	uint64_t tb = count_sum(b->save_ns, b->restore_ns);

	if (ta != tb)
		return ta > tb ? -1 : 1;
	return compare_place(pa, pb);
}

/* Who is not restored takes no time. */
static bool is_unknown(const struct boot_row *row)
{
	bool tried = !strcmp(row->result, "restored") || !strcmp(row->result, "failed");

	return !*row->result || (tried && !row->has_restore);
}

static void add_up(const struct boot *b, struct boot_sum *sum)
{
	*sum = (struct boot_sum){ .sections = b->nr };
	for (size_t i = 0; i < b->nr; i++) {
		const struct boot_row *row = &b->rows[i];

		sum->bytes = count_sum(sum->bytes, row->bytes);
		sum->restore_ns = count_sum(sum->restore_ns, row->restore_ns);
		sum->restored += !strcmp(row->result, "restored");
		sum->failed += !strcmp(row->result, "failed");
		sum->unclaimed += !strcmp(row->result, "unclaimed");
		sum->unknown += is_unknown(row);
	}
}

void boot_finish(struct boot *b)
{
	if (b->nr)
		qsort(b->rows, b->nr, sizeof(*b->rows), compare_time);
	b->shown = b->nr;
	add_up(b, &b->sum);
}

void boot_free(struct boot *b)
{
	free(b->rows);
	b->rows = NULL;
	b->nr = b->size = b->known = 0;
}
