/* SPDX-License-Identifier: GPL-2.0 */

/* The program, on any terminal. */

#ifndef BROWSE_BROWSE_H
#define BROWSE_BROWSE_H

#include "term.h"

/**
 * browse_main - what main() does
 * @term: the terminal; NULL: the real one, or that of a script if the options say so
 *
 * Return: the exit status, an &enum status.
 */
int browse_main(int argc, char **argv, const struct term_ops *term);

#endif
