// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Files of waivers. The format is in kstate-dump/check.h. */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "check/check.h"

#define MAX_BYTES	(1u << 20)

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static void skip_blanks(struct kstd_span *s)
{
	while (s->len && is_blank(*s->p))
		kstd_span_skip(s, 1);
}

/* The next word of a line; empty at its end. */
static struct kstd_span next_word(struct kstd_span *s)
{
	struct kstd_span w = { 0 };
	size_t n = 0;

	skip_blanks(s);
	while (n < s->len && !is_blank(s->p[n]))
		n++;
	kstd_span_take(s, n, &w);
	skip_blanks(s);
	return w;
}

static enum kstd_check_code code_of(const struct kstd_span *w)
{
	enum kstd_check_code code = 0;

	while (code < KSTD_NR_CHECK_CODES && !kstd_span_is(w, kstd_check_defs[code].name))
		code++;
	return code;
}

static int line_error(struct kstd_check_run *c, unsigned int line, const char *what,
		 const struct kstd_span *w)
{
	char safe[KSTD_SAFE];

	return kstd_err(c->dump->ctx, KSTD_E_WAIVERS, KSTD_NO_OFFSET, "line %u: %s \"%s\"", line,
			what, kstd_safe(safe, w->p, w->len));
}

/* A line is CODE WHERE [REASON...], or empty, or a comment. */
static int read_line(struct kstd_check_run *c, struct kstd_span s, unsigned int line,
		     struct kstd_waiver ***tail)
{
	struct kstd_arena *a = &c->dump->arena;
	struct kstd_span code = next_word(&s), where = next_word(&s);
	struct kstd_waiver *w;

	if (!code.len || *code.p == '#')
		return 0;
	if (code_of(&code) == KSTD_NR_CHECK_CODES)
		return line_error(c, line, "no finding has the code", &code);
	if (!where.len)
		return line_error(c, line, "nothing is named after", &code);
	while (s.len && is_blank(s.p[s.len - 1]))
		s.len--;
	w = kstd_arena_get(a, sizeof(*w));
	if (!w)
		return kstd_nomem(c->dump->ctx);
	*w = (struct kstd_waiver){
		.line = line, .code = code_of(&code),
		.where = kstd_arena_str(a, (const char *)where.p, where.len),
		.reason = kstd_arena_str(a, s.len ? (const char *)s.p : "", s.len),
	};
	if (!w->where || !w->reason)
		return kstd_nomem(c->dump->ctx);
	**tail = w;
	*tail = &w->next;
	return 0;
}

static int read_lines(struct kstd_check_run *c, struct kstd_span s)
{
	struct kstd_waiver **tail = &c->waivers;
	int rc = 0;

	for (unsigned int line = 1; s.len && !rc; line++)
		rc = read_line(c, kstd_span_until(&s, '\n'), line, &tail);
	return rc;
}

static int read_all(struct kstd_check_run *c, int fd, const char *path)
{
	uint8_t *buf;
	size_t len;
	int err = kstd_file_read(fd, (struct kstd_span){ 0 }, MAX_BYTES + 1, &buf, &len), rc;

	if (err)
		return err == ENOMEM ? kstd_nomem(c->dump->ctx) :
		       kstd_errno(c->dump->ctx, path, err);
	if (len > MAX_BYTES)
		rc = kstd_err(c->dump->ctx, KSTD_E_WAIVERS, KSTD_NO_OFFSET,
			      "more than %u bytes: not a file of waivers", MAX_BYTES);
	else
		rc = read_lines(c, kstd_span_of(buf, len, 0));
	free(buf);
	return rc;
}

int kstd_waivers_read(struct kstd_check_run *c, const char *path)
{
	struct kstd_where where = KSTD_AT(NULL, path, strlen(path));
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc;

	if (fd < 0)
		return kstd_errno(c->dump->ctx, path, errno);
	rc = read_all(c, fd, path);
	close(fd);
	return rc == -KSTD_USAGE ? kstd_err_at(c->dump->ctx, &where, rc) : rc;
}

/* "NAME" covers every finding about a description; "NAME.PATH" the findings about the path. */
static bool covers(const struct kstd_waiver *w, const struct kstd_finding *f)
{
	size_t len = strlen(f->name);

	if (w->code != f->code || strncmp(w->where, f->name, len))
		return false;
	if (!w->where[len])
		return true;
	return w->where[len] == '.' && !strcmp(w->where + len + 1, f->path);
}

struct kstd_waiver *kstd_waiver_find(struct kstd_check_run *c, const struct kstd_finding *f)
{
	for (struct kstd_waiver *w = c->waivers; w; w = w->next)
		if (covers(w, f)) {
			w->used = true;
			return w;
		}
	return NULL;
}

struct kstd_waiver *kstd_waiver_section(struct kstd_check_run *c, enum kstd_check_code code,
					const char *name, uint64_t instance)
{
	size_t len = strlen(name);

	for (struct kstd_waiver *w = c->waivers; w; w = w->next) {
		uint64_t v;

		if (w->code != code || strncmp(w->where, name, len) || w->where[len] != '@' ||
		    !kstd_hex(w->where + len + 1, strlen(w->where + len + 1), &v) || v != instance)
			continue;
		w->used = true;
		return w;
	}
	return NULL;
}

struct kstd_node *kstd_waivers_list(struct kstd_check_run *c)
{
	struct kstd_arena *a = &c->dump->arena;
	struct kstd_node *list = kstd_put(a, NULL, KSTD_K_UNUSED, KSTD_LIST), *n;

	for (const struct kstd_waiver *w = c->waivers; w && list; w = w->next) {
		if (w->used)
			continue;
		n = kstd_put(a, list, KSTD_NO_KEY, KSTD_OBJECT);
		kstd_put_num(a, n, KSTD_K_WAIVER_LINE, KSTD_U32, w->line);
		kstd_put_str(a, n, KSTD_K_CODE, kstd_check_defs[w->code].name);
		kstd_put_str(a, n, KSTD_K_WHERE, w->where);
		kstd_put_str(a, n, KSTD_K_REASON, w->reason);
	}
	return list;
}
