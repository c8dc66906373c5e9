/* SPDX-License-Identifier: GPL-2.0 */

#ifndef KSTATE_DUMP_COMMANDS_H
#define KSTATE_DUMP_COMMANDS_H

#include "cmd.h"

/* The commands and options of kstate-dump. */
extern const struct cmd_table commands;

extern const struct cmd cmd_info;
extern const struct cmd cmd_list;
extern const struct cmd cmd_show_section;
extern const struct cmd cmd_get;
extern const struct cmd cmd_schema;
extern const struct cmd cmd_catalog;
extern const struct cmd cmd_check;
extern const struct cmd cmd_diff;
extern const struct cmd cmd_capture;
extern const struct cmd cmd_extract;
extern const struct cmd cmd_hexdump;
extern const struct cmd cmd_mem;
extern const struct cmd cmd_verify;
extern const struct cmd cmd_report;
extern const struct cmd cmd_metrics;
extern const struct cmd cmd_features;
extern const struct cmd cmd_help;
extern const struct cmd cmd_version;

#endif
