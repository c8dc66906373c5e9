// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"

#define DEBUGFS		"/sys/kernel/debug"
#define FIRST_ROOM	(64UL << 10)

const char *kstd_debugfs_denied(void)
{
	return geteuid() ? ": debugfs is for root only" :
	       ", and this is root: a kernel that is locked down (/sys/kernel/security/lockdown) shows debugfs to nobody";
}

int kstd_errno(struct kstd_ctx *ctx, const char *file, int err)
{
	struct kstd_where where = KSTD_AT(NULL, file, strlen(file));
	bool debugfs = !strncmp(file, DEBUGFS, strlen(DEBUGFS));
	int rc;

	switch (err) {
	case EACCES:
	case EPERM:
		rc = kstd_err(ctx, KSTD_E_PERMISSION, KSTD_NO_OFFSET, "permission denied%s",
			      debugfs ? kstd_debugfs_denied() : "");
		break;
	case ENOMEM:
		rc = kstd_nomem(ctx);
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

/*
 * Room for a file of the size that it states, and for a byte more, which says whether that is true.
 */
static size_t first_room(int fd, size_t least, size_t max)
{
	struct stat st;
	size_t room = 0;

	if (least < FIRST_ROOM)
		least = FIRST_ROOM;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size > 0)
		room = (uint64_t)st.st_size < max ? (size_t)st.st_size + 1 : max;
	return room > least ? room : least;
}

int kstd_file_read(int fd, struct kstd_span head, size_t max, uint8_t **buf, size_t *len)
{
	size_t room = first_room(fd, head.len, max);
	uint8_t *p = kstd_malloc_large(&room), *bigger;
	ssize_t n = 1;

	*buf = NULL;
	if (!p)
		return ENOMEM;
	*len = head.len;
	if (head.len)
		memcpy(p, head.p, head.len);
	while (n && *len < max) {
		if (*len == room) {
			bigger = kstd_realloc(p, 2 * room);
			if (!bigger) {
				free(p);
				return ENOMEM;
			}
			p = bigger;
			room *= 2;
		}
		n = read(fd, p + *len, max - *len < room - *len ? max - *len : room - *len);
		if (n < 0 && errno != EINTR) {
			int err = errno;

			free(p);
			return err;
		}
		*len += n > 0 ? n : 0;
	}
	*buf = p;
	return 0;
}
