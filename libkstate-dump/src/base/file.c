// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <errno.h>
#include <string.h>

#include "base/file.h"

int kstd_errno(struct kstd_ctx *ctx, const char *file, int err)
{
	struct kstd_where where = KSTD_AT(NULL, file, strlen(file));
	int rc;

	switch (err) {
	case EACCES:
	case EPERM:
		rc = kstd_err(ctx, KSTD_E_PERMISSION, KSTD_NO_OFFSET,
			      "permission denied: blobs of debugfs are for root only");
		break;
	case ENOENT:
	case ENOTDIR:
		rc = kstd_err(ctx, KSTD_E_NO_FILE, KSTD_NO_OFFSET, "%s", strerror(err));
		break;
	default:
		rc = kstd_err(ctx, KSTD_E_IO, KSTD_NO_OFFSET, "%s", strerror(err));
	}
	return kstd_err_at(ctx, &where, rc);
}
