/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/*
 * The version that a program is compiled against; kstd_version() is that of the library it runs
 * with. The file VERSION at the top of the source has it, too, and a test compares the two.
 */

#ifndef KSTATE_DUMP_VERSION_H
#define KSTATE_DUMP_VERSION_H

#define KSTD_VERSION_MAJOR	0
#define KSTD_VERSION_MINOR	1
#define KSTD_VERSION_PATCH	0
#define KSTD_VERSION		"0.1.0"

/*
 * As a number that grows with the version, for #if: KSTD_VERSION_NUMBER >= KSTD_VERSION_OF(0, 1, 0)
 */
#define KSTD_VERSION_OF(major, minor, patch)	((major) * 1000000 + (minor) * 1000 + (patch))
#define KSTD_VERSION_NUMBER \
	KSTD_VERSION_OF(KSTD_VERSION_MAJOR, KSTD_VERSION_MINOR, KSTD_VERSION_PATCH)

#endif
