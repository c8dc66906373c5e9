// SPDX-License-Identifier: GPL-2.0

#include "commands.h"

static const struct cmd *const cmds[] = {
	&cmd_info,
	&cmd_list,
	&cmd_show_section,
	&cmd_get,
	&cmd_schema,
	&cmd_catalog,
	&cmd_check,
	&cmd_diff,
	&cmd_capture,
	&cmd_extract,
	&cmd_hexdump,
	&cmd_mem,
	&cmd_verify,
	&cmd_report,
	&cmd_metrics,
	&cmd_features,
	&cmd_help,
	&cmd_version,
	NULL,
};

const struct cmd_table commands = { "kstate-dump", 27, cmds, &options_table };
