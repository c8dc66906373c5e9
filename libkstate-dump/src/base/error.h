/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: errors and defects
 *
 * A function that finds an error calls kstd_err(), which keeps the text and the
 * offset in the context and returns the negative class. Its callers return that
 * value and add the place in front (kstd_err_at()), or they turn the error into a
 * defect (kstd_defect_err()) and go on.
 */

#ifndef KSTD_ERROR_H
#define KSTD_ERROR_H

#include <stdarg.h>

#include <kstate-dump.h>

#include "base/arena.h"

#define X(sym, code, class, says, text, meaning) KSTD_E_##sym,
enum kstd_code {
	KSTD_E_NONE,
#include "base/errors.def"
};
#undef X

#define KSTD_WHERE_TEXT	384

struct kstd_report {
	enum kstd_code code;
	uint64_t offset;
	char text[400];
	char path[KSTD_WHERE_TEXT];
};

/**
 * struct kstd_ctx - see kstd_ctx_new()
 * @err: the last error
 * @dumps: how many dumps are open
 * @failed_before: kstd_allocs_failed() when the first of them was opened
 * @broke: since then, the first read that failed, or that memory was short; %KSTD_E_NONE if none
 * @message: what kstd_error_message() returned
 * @arena: for what belongs to no dump
 * @nr_forms: numbers that kstd_node_leaves() may return
 */
struct kstd_ctx {
	struct kstd_report err;
	unsigned int dumps;
	uint64_t failed_before;
	struct kstd_report broke;
	char message[1024];
	struct kstd_arena arena;
	uint32_t nr_forms;
};

/**
 * struct kstd_where - a place, as a chain that lives on the stack
 * @up: what it is in, or NULL
 * @name: @len bytes, not NUL-terminated; it may come from the input
 * @len: bytes in @name
 * @sep: what is printed between @up and @name: "/" or ": "
 */
struct kstd_where {
	const struct kstd_where *up;
	const char *name;
	size_t len;
	const char *sep;
};

#define KSTD_AT(up_, name_, len_)	((struct kstd_where){ (up_), (name_), (len_), "/" })
#define KSTD_IN(up_, name_, len_)	((struct kstd_where){ (up_), (name_), (len_), ": " })

/* A place as text, printable ASCII; what does not fit in @size bytes is left out. */
void kstd_where_text(char *buf, size_t size, const struct kstd_where *where);

const char *kstd_code_name(enum kstd_code code);

/* The code of that name; %KSTD_E_NONE if there is none. */
enum kstd_code kstd_code_by_name(const char *name);

/* Does a report with this code say that something is wrong, or that it could not be known? */
enum kstd_says { KSTD_SAYS_WRONG, KSTD_SAYS_UNKNOWN, KSTD_NR_SAYS };
enum kstd_says kstd_code_says(enum kstd_code code);

/* What a finding with the code of that name means, see errors.def; NULL if nothing says so. */
const char *kstd_code_meaning(const char *name, size_t len);

/* Note an error; @fmt NULL takes the text of errors.def. Returns -class. */
int __attribute__((format(printf, 4, 5)))
kstd_err(struct kstd_ctx *ctx, enum kstd_code code, uint64_t offset, const char *fmt, ...);
int __attribute__((format(printf, 4, 0)))
kstd_verr(struct kstd_ctx *ctx, enum kstd_code code, uint64_t offset, const char *fmt, va_list ap);

/* Put @where in front of the path of the error; hands on @rc. */
int kstd_err_at(struct kstd_ctx *ctx, const struct kstd_where *where, int rc);

/**
 * kstd_opts - take a caller's options
 * @function: for the error
 * @user: a struct that starts with its size, or NULL: the defaults
 * @least: the least size that it may have
 * @opts: a struct of @size bytes: where to put them; its size is set, the rest is
 *        the defaults
 *
 * A caller that was built against an older header has a shorter struct; one that
 * was built against a newer one has a longer one: what is behind @size must be zero.
 *
 * Return: 0 or -KSTD_USAGE.
 */
int kstd_opts(struct kstd_ctx *ctx, const char *function, const void *user, size_t least,
	      void *opts, size_t size);

/**
 * kstd_whole - was everything read that was asked for?
 *
 * For the end of each call that sums up. An error with the code "no-memory" or "io" is one of
 * these from the moment when it is made: who swallows it is found out here.
 *
 * Return: 0; -KSTD_ENVIRONMENT and the error: memory was short, or a read failed.
 */
int kstd_whole(struct kstd_ctx *ctx);

/* The same without setting the error. */
bool kstd_is_whole(const struct kstd_ctx *ctx);

/* A new start, for a context of which no dump is open. */
void kstd_whole_again(struct kstd_ctx *ctx);

/* Set the error that memory is short. Returns -KSTD_ENVIRONMENT. */
int kstd_nomem(struct kstd_ctx *ctx);

/**
 * kstd_safe - anything, as printable ASCII for a message
 * @buf: at least %KSTD_SAFE bytes; long input is cut and ends in "..."
 *
 * Return: @buf
 */
#define KSTD_SAFE	80
const char *kstd_safe(char *buf, const void *p, size_t len);

#endif
