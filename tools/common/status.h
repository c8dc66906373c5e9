/* SPDX-License-Identifier: GPL-2.0 */

/* The exit statuses of kstate-dump, kstate-browse and kstate-trace. */

#ifndef TOOLS_STATUS_H
#define TOOLS_STATUS_H

/**
 * enum status - what a program returns to the shell
 * @STATUS_DONE: all was read, and there is nothing to complain about
 * @STATUS_FINDING: a difference, a defect, something not found, a budget that was exceeded
 * @STATUS_USAGE: the command line is wrong
 * @STATUS_INPUT: nothing was decoded: the input is unreadable, corrupt or of another format
 * @STATUS_ENVIRONMENT: no permission, no KHO, no such file, no memory
 * @STATUS_LOSES: only for "check": the next kernel would lose optional state
 * @STATUS_NOT_KNOWN: what was asked for cannot be known from what was read
 */
enum status {
	STATUS_DONE = 0,
	STATUS_FINDING = 1,
	STATUS_USAGE = 2,
	STATUS_INPUT = 3,
	STATUS_ENVIRONMENT = 4,
	STATUS_LOSES = 5,
	STATUS_NOT_KNOWN = 6,
};

/* The exit status for an error of the library, of class &enum kstd_class. */
int status_of_class(int class);

#endif
