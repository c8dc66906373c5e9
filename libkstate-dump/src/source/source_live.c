// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* The running system, through debugfs. Nothing is written there. */

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/magic.h>

#include "source/source.h"

#define DEBUGFS	"/sys/kernel/debug"

static int no_debugfs(struct kstd_dump *dump)
{
	return kstd_err(dump->ctx, KSTD_E_NO_DEBUGFS, KSTD_NO_OFFSET,
			"debugfs is not mounted: mount -t debugfs none " DEBUGFS);
}

static int no_kho(struct kstd_dump *dump)
{
	return kstd_err(dump->ctx, KSTD_E_NO_KHO, KSTD_NO_OFFSET,
			"no kho/ here: this kernel has no KHO, or was booted without kho=on");
}

static int scan_debugfs(struct kstd_dump *dump, const char *dir, bool real)
{
	char kho[PATH_MAX];
	struct statfs fs;
	struct stat st;

	if (real && !statfs(dir, &fs) && fs.f_type != DEBUGFS_MAGIC)
		return no_debugfs(dump);
	if (access(dir, X_OK))
		return errno == ENOENT ? no_debugfs(dump) :
		       kstd_err(dump->ctx, KSTD_E_PERMISSION, KSTD_NO_OFFSET,
				"permission denied: debugfs is for root only");
	snprintf(kho, sizeof(kho), "%s/kho", dir);
	if (stat(kho, &st))
		return errno == ENOENT ? no_kho(dump) : kstd_errno(dump->ctx, "kho", errno);
	return kstd_source_scan(dump, dir);
}

/* A kernel may have KHO and not show it in debugfs. */
static int without_debugfs(struct kstd_dump *dump, int rc)
{
	struct kstd_report err = dump->ctx->err;

	if (err.code == KSTD_E_NO_KHO || err.code == KSTD_E_NO_DEBUGFS) {
		if (kstd_live_memory(dump))
			return -KSTD_ENVIRONMENT;
		if (dump->blobs)
			return 0;
	}
	dump->ctx->err = err;
	return rc;
}

int kstd_source_live(struct kstd_dump *dump, const char *sysroot)
{
	char dir[PATH_MAX - 64];
	struct kstd_where where = KSTD_AT(NULL, dir, 0);
	int rc;

	snprintf(dir, sizeof(dir), "%s" DEBUGFS, sysroot ? sysroot : "");
	where.len = strlen(dir);
	dump->live = true;
	dump->sysroot = sysroot;
	rc = kstd_err_at(dump->ctx, &where, scan_debugfs(dump, dir, !sysroot));
	return rc ? without_debugfs(dump, rc) : kstd_live_memory(dump);
}
