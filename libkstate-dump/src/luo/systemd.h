/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: systemd's file descriptor stores
 *
 * systemd preserves what services put into their stores in a session of its own,
 * "systemd". The memfd with token 0 in it has, in JSON, the owner of each other file:
 *
 *   { "version": 1, "units": { "UNIT": { "fdstore": [
 *     { "type": "fd", "name": "NAME", "token": 1 },
 *     { "type": "luo_session", "name": "NAME", "sessionName": "SESSION" } ] } } }
 *
 * and before it had a version, { "UNIT": [ ... ] } with the same entries, where
 * "fd_index" may be written for "token" and "session_name" for "sessionName".
 */

#ifndef KSTD_SYSTEMD_H
#define KSTD_SYSTEMD_H

#include "base/dump.h"

#define KSTD_SYSTEMD_SESSION	"systemd"
#define KSTD_SYSTEMD_TOKEN	0
#define KSTD_SYSTEMD_MAX	(1UL << 20)	/* bytes of the JSON */

/**
 * struct kstd_fd_name - what systemd calls a file or a session
 * @unit: the unit that owns the file; each \xNN of its name in systemd as that byte
 * @name: in the store of the unit
 * @session: of a session: its name; NULL for a file of systemd's session
 * @token: of a file
 * @there: for whoever looks whether what is named is there
 *
 * Strings end in NUL and live in the arena that they were read into.
 */
struct kstd_fd_name {
	const char *unit;
	const char *name;
	const char *session;
	uint64_t token;
	bool there;
};

/**
 * struct kstd_fd_names - all of them: files by token, then sessions by name
 */
struct kstd_fd_names {
	struct kstd_fd_name *v;
	size_t nr;
};

/**
 * kstd_fd_names_read - read systemd's mapping
 * @where: its place, for reports
 * @json: @len bytes and a NUL; zeros behind the JSON do not matter; its numbers may be changed
 * @names: where to put them; their memory is the dump's
 *
 * An entry that is not of this form is reported as a defect and passed over, and so is
 * the second one of a file or session. Keys that are not known are passed over.
 *
 * Return: 0; -KSTD_INPUT: not JSON, bytes after it, or another version;
 * -KSTD_ENVIRONMENT: no memory.
 */
int kstd_fd_names_read(struct kstd_dump *dump, const struct kstd_where *where, char *json,
		       size_t len, struct kstd_fd_names *names);

/* NULL if systemd has no name for it. */
const struct kstd_fd_name *kstd_fd_name_of_token(const struct kstd_fd_names *names, uint64_t token);
const struct kstd_fd_name *kstd_fd_name_of_session(const struct kstd_fd_names *names,
						   const char *session);

#endif
