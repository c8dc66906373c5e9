// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"

#define KSTD_OPTS_MAX	4096

#define X(sym, code, class, says, text, meaning) \
	[KSTD_E_##sym] = { code, text, KSTD_##class, KSTD_SAYS_##says, meaning },
static const struct {
	const char *name;
	const char *text;
	int class;
	enum kstd_says says;
	const char *meaning;
} codes[] = {
	[KSTD_E_NONE] = { "none", "no error", 0, KSTD_SAYS_WRONG, NULL },
#include "base/errors.def"
};
#undef X

struct kstd_ctx *kstd_ctx_new(void)
{
	struct kstd_ctx *ctx = kstd_calloc(1, sizeof(*ctx));

	if (ctx) {
		ctx->err.offset = KSTD_NO_OFFSET;
		kstd_whole_again(ctx);
	}
	return ctx;
}

void kstd_ctx_free(struct kstd_ctx *ctx)
{
	if (ctx)
		kstd_arena_free(&ctx->arena);
	free(ctx);
}

const char *kstd_code_name(enum kstd_code code)
{
	return codes[code].name;
}

enum kstd_code kstd_code_by_name(const char *name)
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (!strcmp(codes[i].name, name))
			return i;
	return KSTD_E_NONE;
}

enum kstd_says kstd_code_says(enum kstd_code code)
{
	return codes[code].says;
}

const char *kstd_code_meaning(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strlen(codes[i].name) == len && !memcmp(codes[i].name, name, len))
			return codes[i].meaning;
	return NULL;
}

/* Printable ASCII, at most @size bytes with NUL; what does not fit ends in "...". */
static size_t put_safe(char *buf, size_t size, const void *p, size_t len)
{
	const unsigned char *in = p;
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		bool plain = in[i] >= 0x20 && in[i] < 0x7f && in[i] != '\\';

		if (n + 8 > size) {
			n += snprintf(buf + n, size - n, "...");
			break;
		}
		n += plain ? (size_t)snprintf(buf + n, size - n, "%c", in[i]) :
			     (size_t)snprintf(buf + n, size - n, "\\x%02x", in[i]);
	}
	buf[n] = 0;
	return n;
}

const char *kstd_safe(char *buf, const void *p, size_t len)
{
	put_safe(buf, KSTD_SAFE, p, len);
	return buf;
}

int kstd_verr(struct kstd_ctx *ctx, enum kstd_code code, uint64_t offset, const char *fmt,
	      va_list ap)
{
	struct kstd_report *r = &ctx->err;

	r->code = code;
	r->offset = offset;
	r->path[0] = 0;
	if (fmt)
		vsnprintf(r->text, sizeof(r->text), fmt, ap);
	else
		snprintf(r->text, sizeof(r->text), "%s", codes[code].text);
	if ((code == KSTD_E_MEMORY || code == KSTD_E_IO) && !ctx->broke.code)
		ctx->broke = *r;
	return -codes[code].class;
}

void kstd_whole_again(struct kstd_ctx *ctx)
{
	ctx->broke.code = KSTD_E_NONE;
	ctx->failed_before = kstd_allocs_failed();
}

bool kstd_is_whole(const struct kstd_ctx *ctx)
{
	return !ctx->broke.code && ctx->failed_before == kstd_allocs_failed();
}

int kstd_whole(struct kstd_ctx *ctx)
{
	if (kstd_is_whole(ctx))
		return 0;
	if (!ctx->broke.code)
		return kstd_nomem(ctx);
	ctx->err = ctx->broke;
	return -KSTD_ENVIRONMENT;
}

int kstd_status(struct kstd_ctx *ctx)
{
	return kstd_whole(ctx);
}

int kstd_err(struct kstd_ctx *ctx, enum kstd_code code, uint64_t offset, const char *fmt, ...)
{
	va_list ap;
	int rc;

	va_start(ap, fmt);
	rc = kstd_verr(ctx, code, offset, fmt, ap);
	va_end(ap);
	return rc;
}

static bool is_zero(const void *mem, size_t from, size_t to)
{
	const uint8_t *p = mem;

	while (from < to)
		if (p[from++])
			return false;
	return true;
}

int kstd_opts(struct kstd_ctx *ctx, const char *function, const void *user, size_t least,
	      void *opts, size_t size)
{
	size_t sz;

	if (!user)
		return 0;
	memcpy(&sz, user, sizeof(sz));
	if (sz < least || sz > KSTD_OPTS_MAX || !is_zero(user, size, sz))
		return kstd_err(ctx, KSTD_E_OPTIONS, KSTD_NO_OFFSET,
				"%s: options of %zu bytes are not what this version knows", function,
				sz);
	memcpy(opts, user, sz < size ? sz : size);
	memcpy(opts, &size, sizeof(size));
	return 0;
}

int kstd_nomem(struct kstd_ctx *ctx)
{
	return kstd_err(ctx, KSTD_E_MEMORY, KSTD_NO_OFFSET, NULL);
}

static size_t put_where(char *buf, size_t size, const struct kstd_where *w)
{
	size_t n = 0;

	if (w->up) {
		n = put_where(buf, size, w->up);
		if (n + sizeof("...: ") + 8 > size)
			return n;
		n += snprintf(buf + n, size - n, "%s", w->sep);
	}
	return n + put_safe(buf + n, size - n, w->name, w->len);
}

void kstd_where_text(char *buf, size_t size, const struct kstd_where *where)
{
	buf[0] = 0;
	if (where)
		put_where(buf, size, where);
}

int kstd_err_at(struct kstd_ctx *ctx, const struct kstd_where *where, int rc)
{
	struct kstd_report *r = &ctx->err;
	char path[sizeof(r->path)], rest[sizeof(r->path)];

	if (rc >= 0 || !where)
		return rc;
	put_where(path, sizeof(path), where);
	memcpy(rest, r->path, sizeof(rest));
	snprintf(r->path, sizeof(r->path), "%.180s%s%.180s", path, *rest ? ": " : "", rest);
	if (r->code == ctx->broke.code && r->offset == ctx->broke.offset &&
	    !strcmp(rest, ctx->broke.path) && !strcmp(r->text, ctx->broke.text))
		ctx->broke = *r;
	return rc;
}

const char *kstd_error_code(const struct kstd_ctx *ctx)
{
	return codes[ctx->err.code].name;
}

int kstd_error_class(const struct kstd_ctx *ctx)
{
	return codes[ctx->err.code].class;
}

const char *kstd_error_text(const struct kstd_ctx *ctx)
{
	return ctx->err.text;
}

const char *kstd_error_path(const struct kstd_ctx *ctx)
{
	return ctx->err.path;
}

uint64_t kstd_error_offset(const struct kstd_ctx *ctx)
{
	return ctx->err.offset;
}

const char *kstd_error_message(const struct kstd_ctx *ctx_)
{
	struct kstd_ctx *ctx = (struct kstd_ctx *)ctx_;
	const struct kstd_report *r = &ctx->err;
	char offset[40] = "";

	if (r->offset != KSTD_NO_OFFSET)
		snprintf(offset, sizeof(offset), "offset 0x%llx: ",
			 (unsigned long long)r->offset);
	snprintf(ctx->message, sizeof(ctx->message), "%s%s%s%s", r->path, *r->path ? ": " : "",
		 offset, r->text);
	return ctx->message;
}
