// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* The running system, through debugfs. Nothing is written there. */

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/magic.h>

#include "base/file.h"
#include "memory/tree.h"
#include "source/kho_on.h"
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
			"no kho/ here: this kernel has no KHO, was booted without kho=on, or has no CONFIG_KEXEC_HANDOVER_DEBUGFS");
}

static int cannot_look(struct kstd_dump *dump, int err)
{
	switch (err) {
	case ENOENT:
		return no_debugfs(dump);
	case EACCES:
	case EPERM:
		return kstd_err(dump->ctx, KSTD_E_PERMISSION, KSTD_NO_OFFSET,
				"permission denied%s", kstd_debugfs_denied());
	default:
		return kstd_err(dump->ctx, err == ENOTDIR ? KSTD_E_NO_FILE : KSTD_E_IO,
				KSTD_NO_OFFSET, "%s", strerror(err));
	}
}

static int scan_debugfs(struct kstd_dump *dump, const char *dir, bool real)
{
	enum kstd_tree_found found;
	struct statfs fs;
	int rc;

	if (real && !statfs(dir, &fs) && fs.f_type != DEBUGFS_MAGIC)
		return no_debugfs(dump);
	if (access(dir, X_OK))
		return cannot_look(dump, errno);
	rc = kstd_tree_open(dump, dir) ?: kstd_tree_look(dump, "kho", &found);
	if (rc)
		return rc;
	return found == KSTD_TREE_DIR ? kstd_source_scan(dump) : no_kho(dump);
}

/*
 * A kernel may have KHO and not show it in debugfs. In one that has none, what another kernel
 * handed over may be left in memory, and means nothing.
 */
static int without_debugfs(struct kstd_dump *dump, int rc)
{
	struct kstd_report err = dump->ctx->err;
	const char *why;

	if (kstd_kho_on(dump->sysroot ?: "", &why).is == KSTD_NO)
		return kstd_err(dump->ctx, KSTD_E_NO_KHO, KSTD_NO_OFFSET,
				"KHO is off: %s; if an earlier kernel preserved something, it is lost", why);
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
