/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/* Is KHO on, on the live system? Its folder in debugfs takes a configuration of its own. */

#ifndef KSTD_KHO_ON_H
#define KSTD_KHO_ON_H

#include "base/known.h"

/**
 * kstd_boot_word - what a word of the kernel's command line decides, as "kho=on" does
 * @line: the command line, which is taken apart; what is behind "--" is not the kernel's
 * @said: gets the word, with its quotes: the last that has a truth value counts
 *
 * Words are as for the kernel's next_arg(): any white space separates them, but not between two
 * quotes, and a quote may stand around a word or a value.
 */
struct kstd_answer kstd_boot_word(char *line, const char *name, char **said);

/**
 * kstd_kho_on - is KHO on?
 * @root: prefix of all paths, or ""
 * @why: gets the reason, unless it is on
 */
struct kstd_answer kstd_kho_on(const char *root, const char **why);

#endif
