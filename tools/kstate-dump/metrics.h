/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: metrics
 *
 * Figures in the text format of Prometheus, which node_exporter's textfile collector takes. A
 * figure that is not known (NAN) is left out, so that absent() finds it; it is never 0.
 */

#ifndef KSTATE_DUMP_METRICS_H
#define KSTATE_DUMP_METRICS_H

#include <kstate-dump.h>

#include "../common/buf.h"

#define X(sym, name, help) METRIC_##sym,
enum metric {
#include "metrics.def"
	NR_METRICS,
};
#undef X

/*
 * A value of a label comes from a kernel that may be damaged or hostile. So many series may a file
 * have; the series of further label values are added up in one, in which the value is "other".
 */
#define METRICS_MAX	512
#define METRICS_LABELS	160

/**
 * struct metric_series - a figure with its labels
 * @labels: as they are printed, without brackets: side="in",handler="memfd-v2"
 */
struct metric_series {
	enum metric metric;
	char labels[METRICS_LABELS];
	double value;
};

/**
 * struct metrics - zero it before use
 * @series: @nr of them, in the order in which they came
 */
struct metrics {
	struct metric_series series[METRICS_MAX];
	unsigned int nr;
};

/*
 * Add @value to the series of a metric; @side and @label may be NULL, and so may @second. @key and
 * @label are a label's name and its value of @len bytes.
 */
struct metric_label {
	const char *key;
	const void *value;
	size_t len;
};

void metrics_add(struct metrics *m, enum metric metric, double value,
		 const struct metric_label *labels, unsigned int nr);

/* Add all that @dump has; returns 0 or an &enum kstd_class error of the library. */
int metrics_read(struct metrics *m, struct kstd_dump *dump);

/* Add what kstd_features() lists. */
void metrics_features(struct metrics *m, const struct kstd_node *list);

/* Does that list say whether this feature is here? */
bool metrics_feature_known(const struct kstd_node *list, const char *feature);

/* Put all families that have a series, each with its help and type. */
void metrics_put(const struct metrics *m, struct buf *b);

#endif
