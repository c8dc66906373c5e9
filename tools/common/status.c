// SPDX-License-Identifier: GPL-2.0

#include <kstate-dump.h>

#include "status.h"

int status_of_class(int class)
{
	switch (class) {
	case KSTD_USAGE:
		return STATUS_USAGE;
	case KSTD_INPUT:
		return STATUS_INPUT;
	case KSTD_NOT_FOUND:
		return STATUS_FINDING;
	default:
		return STATUS_ENVIRONMENT;
	}
}
