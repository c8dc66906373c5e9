// SPDX-License-Identifier: GPL-2.0

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "terminal.h"

#define MOST	10000

unsigned int terminal_columns(int fd)
{
	const char *columns = getenv("COLUMNS");
	unsigned long n = columns ? strtoul(columns, NULL, 10) : 0;
	struct winsize size;

	if (!isatty(fd))
		return 0;
	if (n && n < MOST)
		return n;
	return ioctl(fd, TIOCGWINSZ, &size) ? 0 : size.ws_col;
}
