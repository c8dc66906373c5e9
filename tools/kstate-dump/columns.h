/* SPDX-License-Identifier: GPL-2.0 */

#ifndef KSTATE_DUMP_COLUMNS_H
#define KSTATE_DUMP_COLUMNS_H

#include "cmd.h"

/*
 * Does a table of the command have each of the names of --columns? An empty list does not say which
 * columns it would have, so they are known beforehand. Returns 0 or %STATUS_USAGE, reported.
 */
int columns_check(struct run *run);

#endif
