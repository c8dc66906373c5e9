/* SPDX-License-Identifier: GPL-2.0 */

#ifndef TOOLS_TERMINAL_H
#define TOOLS_TERMINAL_H

/*
 * The columns of the terminal that @fd is, or what COLUMNS says of it; 0: it is none, or not known.
 */
unsigned int terminal_columns(int fd);

#endif
