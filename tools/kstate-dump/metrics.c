// SPDX-License-Identifier: GPL-2.0

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "metrics.h"

#define NS_PER_SECOND	1e9
#define NAMED		64	/* bytes of a label's value at most */

static const struct {
	const char *name;
	const char *help;
} families[NR_METRICS] = {
#define X(sym, name, help) [METRIC_##sym] = { name, help },
#include "metrics.def"
#undef X
};

/* Printable ASCII as it is; what the format would take for its own, and all else, as "_". */
static void add_value(char *to, size_t size, const struct metric_label *l)
{
	const unsigned char *p = l->value;
	size_t len = l->len < NAMED ? l->len : NAMED, at = strlen(to);

	for (size_t i = 0; i < len && at + 1 < size; i++) {
		bool plain = p[i] >= ' ' && p[i] < 0x7f && p[i] != '"' && p[i] != '\\';

		to[at++] = plain ? p[i] : '_';
	}
	to[at] = 0;
}

static void make_labels(char *to, size_t size, const struct metric_label *labels, unsigned int nr)
{
	*to = 0;
	for (unsigned int i = 0; i < nr; i++) {
		size_t at = strlen(to);

		snprintf(to + at, size - at, "%s%s=\"", i ? "," : "", labels[i].key);
		add_value(to, size - 1, &labels[i]);
		strcat(to, "\"");
	}
}

static struct metric_series *find_series(struct metrics *m, enum metric metric, const char *labels)
{
	for (unsigned int i = 0; i < m->nr; i++)
		if (m->series[i].metric == metric && !strcmp(m->series[i].labels, labels))
			return &m->series[i];
	return NULL;
}

void metrics_add(struct metrics *m, enum metric metric, double value,
		 const struct metric_label *labels, unsigned int nr)
{
	struct metric_series *s;
	char text[METRICS_LABELS];

	make_labels(text, sizeof(text), labels, nr);
	s = find_series(m, metric, text);
	/* The last places are for those with "other": one for each metric is enough. */
	if (!s && m->nr >= METRICS_MAX - NR_METRICS && nr) {
		snprintf(text, sizeof(text), "%s=\"other\"", labels[nr - 1].key);
		s = find_series(m, metric, text);
	}
	if (!s && m->nr < METRICS_MAX) {
		s = &m->series[m->nr++];
		*s = (struct metric_series){ .metric = metric };
		strcpy(s->labels, text);
	}
	if (s)
		s->value += value;
}

static bool is_text(const struct kstd_node *n)
{
	return n && kstd_node_type(n) == KSTD_TEXT;
}

static struct metric_label text_label(const char *key, const struct kstd_node *n)
{
	struct metric_label l = { .key = key, .value = "none", .len = 4 };

	if (is_text(n))
		l.value = kstd_node_mem(n, &l.len);
	return l;
}

static bool is_number(const struct kstd_node *n)
{
	switch (n ? kstd_node_type(n) : KSTD_NULL) {
	case KSTD_U32:
	case KSTD_U64:
	case KSTD_SIZE:
	case KSTD_NS:
		return true;
	default:
		return false;
	}
}

/* Add a number that may be not known, with the side as its label. */
static void add_number(struct metrics *m, enum metric metric, const struct kstd_node *side,
		       const struct kstd_node *n, double unit)
{
	struct metric_label label = text_label("side", kstd_node_get(side, "side"));

	if (is_number(n))
		metrics_add(m, metric, kstd_node_u64(n) / unit, &label, 1);
}

/* The member @key of the member @object of @of; NULL if there is none. */
static const struct kstd_node *member(const struct kstd_node *of, const char *object,
				      const char *key)
{
	const struct kstd_node *n = of ? kstd_node_get(of, object) : NULL;

	return n && kstd_node_type(n) == KSTD_OBJECT ? kstd_node_get(n, key) : NULL;
}

static void add_info(struct metrics *m, enum metric metric, const struct kstd_node *side)
{
	struct metric_label labels[] = {
		text_label("side", kstd_node_get(side, "side")),
		text_label("format", kstd_node_get(side, "format")),
	};

	if (is_text(kstd_node_get(side, "format")))
		metrics_add(m, metric, 1, labels, 2);
}

static void read_kho(struct metrics *m, const struct kstd_node *side)
{
	const struct kstd_node *list = kstd_node_get(side, "subtrees"), *subtree;
	struct metric_label label = text_label("side", kstd_node_get(side, "side"));
	struct kstd_iter it;

	add_info(m, METRIC_KHO_INFO, side);
	if (!list)
		return;
	metrics_add(m, METRIC_SUBTREES, 0, &label, 1);
	kstd_iter_begin(&it, list);
	while ((subtree = kstd_iter_next(&it))) {
		metrics_add(m, METRIC_SUBTREES, 1, &label, 1);
		if (is_number(kstd_node_get(subtree, "bytes")))
			add_number(m, METRIC_SUBTREE_BYTES, side, kstd_node_get(subtree, "bytes"), 1);
		else
			metrics_add(m, METRIC_SUBTREE_BYTES, NAN, &label, 1);
		add_number(m, METRIC_LIVE_UPDATES, side, member(subtree, "details", "kexec_count"), 1);
	}
	kstd_iter_end(&it);
}

static void read_kstate(struct metrics *m, const struct kstd_node *side)
{
	static const char *const results[] = { "restored", "failed", "unclaimed", "released",
					       "saved", "lost", "withdrawn", "registered" };
	const struct kstd_node *outcome = kstd_node_get(side, "outcome");

	add_number(m, METRIC_IMAGE_BYTES, side, member(side, "image", "bytes"), 1);
	add_number(m, METRIC_SAVE_SECONDS, side, member(side, "saved", "ns"), NS_PER_SECOND);
	add_number(m, METRIC_SAVED_AT, side, member(side, "saved", "at"), NS_PER_SECOND);
	add_number(m, METRIC_RESTORE_SECONDS, side, member(side, "outcome", "restore_ns"), NS_PER_SECOND);
	if (!outcome || kstd_node_type(outcome) != KSTD_OBJECT)
		return;
	for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++) {
		const struct kstd_node *n = kstd_node_get(outcome, results[i]);
		struct metric_label labels[] = {
			text_label("side", kstd_node_get(side, "side")),
			{ "result", results[i], strlen(results[i]) },
		};

		if (is_number(n))
			metrics_add(m, METRIC_SECTIONS, kstd_node_u64(n), labels, 2);
	}
}

static void read_memory(struct metrics *m, const struct kstd_node *side)
{
	if (is_text(kstd_node_get(side, "not_known")))
		metrics_add(m, METRIC_UNKNOWNS, 1, NULL, 0);
	add_number(m, METRIC_PRESERVED, side, member(side, "total", "bytes"), 1);
	add_number(m, METRIC_OWNED, side, member(side, "owned", "bytes"), 1);
	add_number(m, METRIC_UNOWNED, side, member(side, "unowned", "bytes"), 1);
	add_number(m, METRIC_NOT_PRESERVED, side, member(side, "not_preserved", "bytes"), 1);
	add_number(m, METRIC_OVERHEAD, side, member(side, "overhead", "bytes"), 1);
}

static bool is_unknown(const struct kstd_node *n)
{
	return n && kstd_node_type(n) == KSTD_NULL && kstd_node_style(n) == KSTD_STYLE_UNKNOWN;
}

/* Not all that is counted for a side could be read: none of its figures is one. */
static void forget(struct metrics *m, enum metric metric, const struct metric_label *side)
{
	char text[METRICS_LABELS];
	size_t len;

	make_labels(text, sizeof(text), side, 1);
	len = strlen(text);
	for (unsigned int i = 0; i < m->nr; i++)
		if (m->series[i].metric == metric && !strncmp(m->series[i].labels, text, len))
			m->series[i].value = NAN;
}

/* False if it is not known under which labels it counts. */
static bool read_file(struct metrics *m, const struct kstd_node *side, const struct kstd_node *file)
{
	struct metric_label labels[] = {
		text_label("side", kstd_node_get(side, "side")),
		text_label("handler", kstd_node_get(file, "handler")),
		text_label("state", kstd_node_get(file, "state")),
	};
	const struct kstd_node *bytes = member(file, "memfd", "bytes");

	metrics_add(m, METRIC_FILES, 1, labels, 3);
	if (is_number(bytes))
		metrics_add(m, METRIC_FILE_BYTES, kstd_node_u64(bytes), labels, 2);
	else if (is_unknown(kstd_node_get(file, "memfd")))
		metrics_add(m, METRIC_FILE_BYTES, NAN, labels, 2);
	return !is_unknown(kstd_node_get(file, "handler")) &&
	       !is_unknown(kstd_node_get(file, "state"));
}

/* The files of a session; false if not all of them, or not all of each, could be read. */
static bool read_files(struct metrics *m, const struct kstd_node *side,
		       const struct kstd_node *files)
{
	const struct kstd_node *file;
	bool all = true, cut;
	struct kstd_iter it;

	if (!files || kstd_node_type(files) != KSTD_LIST)
		return true;
	kstd_iter_begin(&it, files);
	while ((file = kstd_iter_next(&it)))
		all &= read_file(m, side, file);
	cut = kstd_iter_cut(&it);
	return !kstd_iter_end(&it) && !cut && all;
}

static void read_luo(struct metrics *m, const struct kstd_node *side)
{
	const struct kstd_node *list = kstd_node_get(side, "sessions"), *session;
	struct metric_label label = text_label("side", kstd_node_get(side, "side"));
	bool all = true, cut;
	struct kstd_iter it;

	add_info(m, METRIC_LUO_INFO, side);
	/*
	 * Without a place that they were read from there is an empty list, and no session is known.
	 */
	if (!list || kstd_node_type(list) != KSTD_LIST || !is_text(kstd_node_get(side, "read_from"))) {
		metrics_add(m, METRIC_UNKNOWNS, 1, NULL, 0);
		return;
	}
	metrics_add(m, METRIC_SESSIONS, 0, &label, 1);
	kstd_iter_begin(&it, list);
	while ((session = kstd_iter_next(&it))) {
		metrics_add(m, METRIC_SESSIONS, 1, &label, 1);
		all &= read_files(m, side, kstd_node_get(session, "files"));
	}
	cut = kstd_iter_cut(&it);
	if (kstd_iter_end(&it) || cut)
		forget(m, METRIC_SESSIONS, &label);
	if (!all || cut) {
		forget(m, METRIC_FILES, &label);
		forget(m, METRIC_FILE_BYTES, &label);
	}
}

static void each(struct metrics *m, const struct kstd_node *list,
		 void (*read)(struct metrics *m, const struct kstd_node *n))
{
	const struct kstd_node *n;
	struct kstd_iter it;

	if (!list || kstd_node_type(list) != KSTD_LIST)
		return;
	kstd_iter_begin(&it, list);
	while ((n = kstd_iter_next(&it)))
		read(m, n);
	kstd_iter_end(&it);
}

static void read_feature(struct metrics *m, const struct kstd_node *n)
{
	struct metric_label label = text_label("feature", kstd_node_get(n, "feature"));
	const struct kstd_node *here = kstd_node_get(n, "here");

	if (here && kstd_node_type(here) == KSTD_BOOL)
		metrics_add(m, METRIC_FEATURE, kstd_node_u64(here), &label, 1);
}

void metrics_features(struct metrics *m, const struct kstd_node *list)
{
	each(m, list, read_feature);
}

bool metrics_feature_known(const struct kstd_node *list, const char *feature)
{
	const struct kstd_node *n, *here = NULL;
	struct metric_label label;
	struct kstd_iter it;

	kstd_iter_begin(&it, list);
	while (!here && (n = kstd_iter_next(&it))) {
		label = text_label("feature", kstd_node_get(n, "feature"));
		if (label.len == strlen(feature) && !memcmp(label.value, feature, label.len))
			here = kstd_node_get(n, "here");
	}
	kstd_iter_end(&it);
	return here && kstd_node_type(here) == KSTD_BOOL;
}

static uint64_t count_of(const struct kstd_node *list)
{
	const struct kstd_node *n;
	struct kstd_iter it;
	uint64_t nr = 0;

	kstd_iter_begin(&it, list);
	while ((n = kstd_iter_next(&it)))
		nr++;
	kstd_iter_end(&it);
	return nr;
}

int metrics_read(struct metrics *m, struct kstd_dump *dump)
{
	const struct kstd_node *root;

	if (kstd_info(dump, &root))
		return -1;
	each(m, kstd_node_get(root, "kho"), read_kho);
	each(m, kstd_node_get(root, "kstate"), read_kstate);
	if (!kstd_mem(dump, &root))
		each(m, kstd_node_get(root, "memory"), read_memory);
	else
		metrics_add(m, METRIC_UNKNOWNS, 1, NULL, 0);
	if (!kstd_luo(dump, NULL, &root))
		each(m, root, read_luo);
	metrics_add(m, METRIC_DEFECTS, count_of(kstd_defects(dump)), NULL, 0);
	metrics_add(m, METRIC_UNKNOWNS, count_of(kstd_unknowns(dump)), NULL, 0);
	return 0;
}

static void put_series(const struct metric_series *s, struct buf *b)
{
	const char *name = families[s->metric].name;
	char value[32];

	if (*s->labels)
		buf_printf(b, "%s{%s} ", name, s->labels);
	else
		buf_printf(b, "%s ", name);
	/* 15 digits are right for most; 17 for every number that a double can be. */
	snprintf(value, sizeof(value), "%.15g", s->value);
	if (strtod(value, NULL) != s->value)
		snprintf(value, sizeof(value), "%.17g", s->value);
	buf_printf(b, "%s\n", value);
}

void metrics_put(const struct metrics *m, struct buf *b)
{
	for (unsigned int metric = 0; metric < NR_METRICS; metric++) {
		bool any = false;

		for (unsigned int i = 0; i < m->nr; i++) {
			if (m->series[i].metric != metric || isnan(m->series[i].value))
				continue;
			if (!any)
				buf_printf(b, "# HELP %s %s\n# TYPE %s gauge\n", families[metric].name,
					   families[metric].help, families[metric].name);
			any = true;
			put_series(&m->series[i], b);
		}
	}
	buf_str(b, "# EOF\n");
}
