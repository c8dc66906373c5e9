// SPDX-License-Identifier: GPL-2.0

#include "commands.h"

const struct cmd *const commands[] = {
	&cmd_info,
	&cmd_list,
	&cmd_show_section,
	&cmd_get,
	&cmd_schema,
	&cmd_catalog,
	&cmd_check,
	&cmd_diff,
	&cmd_capture,
	&cmd_hexdump,
	&cmd_mem,
	&cmd_verify,
	&cmd_features,
	&cmd_help,
	&cmd_version,
	NULL,
};
