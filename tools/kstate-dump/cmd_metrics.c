// SPDX-License-Identifier: GPL-2.0

#include <string.h>
#include <time.h>

#include "commands.h"
#include "image_args.h"
#include "metrics.h"
#include "replace_file.h"

#define MODE	0644	/* the collector runs as another user */

static void put_file(void *arg, struct buf *b)
{
	metrics_put(arg, b);
}

static int put(struct run *run, struct metrics *m)
{
	if (run->opts->output)
		return replace_file(run, run->opts->output, MODE, put_file, m);
	metrics_put(m, &run->out->b);
	return STATUS_DONE;
}

/* The live system without KHO has figures, too: that it has none. Returns a status, reported. */
static int read_live(struct run *run, struct metrics *m, bool *known)
{
	struct kstd_features_opts features = {
		.sz = sizeof(features), .sysroot = run->opts->sysroot,
	};
	struct kstd_open_opts opts = { .sz = sizeof(opts), .sysroot = run->opts->sysroot,
				       .sides = run->opts->sides };
	const struct kstd_node *list;

	run->source = "live";
	if (kstd_features(run->ctx, &features, &list))
		return cmd_fail(run);
	metrics_features(m, list);
	if (!kstd_open(run->ctx, &opts, &run->dump))
		return metrics_read(m, run->dump) ? cmd_fail(run) : STATUS_DONE;
	if (strcmp(kstd_error_code(run->ctx), "no-kho"))
		return cmd_fail(run);
	/* Debugfs may not show KHO where it is on. */
	*known = metrics_feature_known(list, "KHO");
	return STATUS_DONE;
}

static int read_image(struct run *run, struct metrics *m)
{
	int status = image_args_open(run);

	if (!status && metrics_read(m, run->dump))
		status = cmd_fail(run);
	return status;
}

static int run_metrics(struct run *run)
{
	static struct metrics m;
	bool known = true;
	int status;

	if (run->argc > 1)
		return cmd_usage(run, "metrics takes one IMAGE");
	if (run->out->ops != &out_text)
		return cmd_usage(run, "metrics has one format, that of Prometheus");
	status = run->argc ? read_image(run, &m) : read_live(run, &m, &known);
	if (status)
		return status;
	/* A failed read or allocation: figures are missing. */
	if (kstd_status(run->ctx) || !known)
		metrics_add(&m, METRIC_UNKNOWNS, 1, NULL, 0);
	if (known)
		metrics_add(&m, METRIC_READABLE, run->dump ? 1 : 0, NULL, 0);
	metrics_add(&m, METRIC_TIME, time(NULL), NULL, 0);
	return put(run, &m);
}

const struct cmd cmd_metrics = {
	.name = "metrics",
	.args = "[-o FILE] [IMAGE]",
	.help = "figures for a fleet, as Prometheus takes them",
	.details =
		"What KHO, LUO and kstate hold, as gauges in the text format of Prometheus, which\n"
		"OpenMetrics reads, too. With -o it is written beside FILE and then renamed, as the\n"
		"textfile collector of node_exporter wants it:\n"
		"\n"
		"  kstate-dump metrics -o /var/lib/node_exporter/kstate.prom\n"
		"\n"
		"A figure that could not be known is left out, and kstate_dump_not_known says how many\n"
		"reasons there were. A system without KHO has kho_readable 0 and exit status 0; what\n"
		"could not be read for want of permission is exit status 4, and FILE stays as it was.\n",
	.run = run_metrics,
};
