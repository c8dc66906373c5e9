// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* What is asked for: a file of LUO by session and token or by systemd's names, a subtree, or a
 * folio of a section. */

#include <errno.h>
#include <stdlib.h>

#include <kstate-dump.h>

#include "base/alloc.h"
#include "extract/extract.h"
#include "fdt/fdt_view.h"
#include "kho/kho_side.h"
#include "luo/luo.h"
#include "luo/memfd_pieces.h"
#include "memory/blob.h"

/* Bytes of a subtree that is made whole with a hole: no blob has more. */
#define MAX_SUBTREE	(1ULL << 31)

/**
 * struct wanted - a file of LUO that is looked for
 * @session, @token: which
 * @unit, @name: as systemd calls it; NULL: only by session and token
 * @found: it
 */
struct wanted {
	const char *session;
	bool has_token;
	uint64_t token;
	const char *unit;
	const char *name;
	struct kstd_luo_found found;
	unsigned int nr;
};

static bool parse_token(const char *text, uint64_t *token)
{
	char *end;

	if (!text || *text < '0' || *text > '9')
		return false;
	errno = 0;
	*token = strtoull(text, &end, 0);
	return !*end && !errno;
}

static bool is_wanted(const struct wanted *w, struct kstd_luo_side *luo,
		      const struct kstd_luo_session *s, const struct kstd_luo_file *f)
{
	const struct kstd_fd_name *name;

	if (w->has_token && f->token == w->token && !strcmp(s->name, w->session))
		return true;
	name = w->unit ? kstd_luo_file_name(luo, s, f) : NULL;
	return name && !strcmp(name->unit, w->unit) && !strcmp(name->name, w->name);
}

static void look_in_session(struct wanted *w, struct kstd_luo_side *luo,
			    const struct kstd_luo_session *s)
{
	struct kstd_where where = KSTD_IN(luo->where, s->label, strlen(s->label));
	struct kstd_luo_walk files;
	struct kstd_luo_file f;

	kstd_files_begin(&files, luo, s, &where, NULL, NULL);
	while (kstd_files_next(&files, &f))
		if (is_wanted(w, luo, s, &f)) {
			w->found = (struct kstd_luo_found){ luo, *s, f };
			w->nr++;
		}
	kstd_files_end(&files);
}

static void look_for_files(struct wanted *w, struct kstd_dump *dump)
{
	struct kstd_luo_side *luo = NULL;
	struct kstd_luo_walk sessions;
	struct kstd_luo_session s;

	kstd_quiet_begin(dump);
	while ((luo = kstd_luo_next(dump, luo))) {
		kstd_luo_read_names(luo);
		kstd_sessions_begin(&sessions, luo, NULL, NULL);
		while (kstd_sessions_next(&sessions, &s))
			look_in_session(w, luo, &s);
		kstd_sessions_end(&sessions);
	}
	kstd_quiet_end(dump);
}

static int put_memfd(struct kstd_extract_run *run, const struct kstd_memfd *m)
{
	struct kstd_piece_walk *w = kstd_malloc(sizeof(*w));
	struct kstd_piece p;
	int rc = 0;

	if (!w)
		return kstd_nomem(run->dump->ctx);
	kstd_work_begin(&run->work, run->dump, "extracting", m->size, 64UL << 20);
	kstd_pieces_begin(w, m, run->where);
	while (!rc && kstd_pieces_next(w, &p))
		rc = p.pa ? kstd_extract_memory(run, p.pa, p.bytes) :
			    kstd_extract_hole(run, p.bytes);
	if (!rc && !kstd_pieces_whole(w))
		rc = kstd_err(run->dump->ctx, KSTD_E_CORRUPT, m->pa,
			      "its list of folios is damaged or not all there: what it holds is not known");
	kstd_pieces_end(w);
	free(w);
	return rc;
}

int kstd_extract_file(struct kstd_extract_run *run, const void *found)
{
	const struct kstd_luo_found *w = found;
	struct kstd_where session = KSTD_IN(w->luo->where, w->s.label, strlen(w->s.label));
	struct kstd_where where = KSTD_IN(&session, w->f.label, strlen(w->f.label));
	struct kstd_ctx *ctx = run->dump->ctx;
	char safe[KSTD_SAFE];
	struct kstd_memfd m;
	int rc;

	if (w->f.handler_unread)
		rc = kstd_err(ctx, KSTD_E_NOT_KNOWN, KSTD_NO_OFFSET,
			      "which handler it is of could not be read: what it holds is not known");
	else if (!kstd_memfd_format(w->f.handler, w->f.handler_len))
		rc = kstd_err(ctx, KSTD_E_UNSUPPORTED, w->f.at,
			      "a file of \"%s\": what it holds is known to its handler alone",
			      kstd_safe(safe, w->f.handler, w->f.handler_len));
	else if (kstd_file_is_memfd(w->luo, &w->f) != KSTD_YES)
		rc = kstd_err(ctx, KSTD_E_NOT_KNOWN, KSTD_NO_OFFSET,
			      "it was retrieved, or its memory is not here: what it holds is not known");
	else if (!kstd_file_memfd(w->luo, &w->s, &w->f, &where, &m))
		return -kstd_error_class(ctx);
	else {
		run->where = &where;
		rc = put_memfd(run, &m);
		run->where = NULL;
	}
	return kstd_err_at(ctx, &where, rc);
}

/* What the root says of a subtree; zeros if it says nothing, or cannot be read. */
static struct kstd_kho_subtree in_root(struct kstd_dump *dump, const struct kstd_blob *b)
{
	struct kstd_kho_subtree sub = { 0 };
	struct kstd_kho_of_side s;
	struct kstd_cursor c;
	bool found = false;

	kstd_quiet_begin(dump);
	kstd_kho_side(dump, b->side, &s);
	if (s.has_root) {
		c = kstd_fdt_root(&s.root.fdt);
		while (!found && kstd_kho_next(dump, &s.where, &s.root, &c, &sub))
			found = sub.name_len == strlen(b->name) &&
				!memcmp(sub.name, b->name, sub.name_len);
	}
	kstd_quiet_end(dump);
	return found ? sub : (struct kstd_kho_subtree){ 0 };
}

/* A copy may have less than there was: the root and the header of an FDT say how much that is. */
static int put_blob(struct kstd_extract_run *run, const struct kstd_blob *b)
{
	struct kstd_kho_subtree sub = in_root(run->dump, b);
	uint64_t has = b->bytes.len, wanted = sub.has_bytes ? sub.bytes : 0;
	uint64_t total = kstd_fdt_magic(&b->bytes) ? kstd_fdt_total(&b->bytes) : 0;
	struct kstd_where where = KSTD_AT(NULL, b->path, strlen(b->path));
	int rc;

	wanted = wanted > total ? wanted : total;
	if (!has && !(run->lax && wanted))
		rc = kstd_err(run->dump->ctx, KSTD_E_EMPTY, KSTD_NO_OFFSET,
			      "empty%s", run->dump->live ? "" :
			      ": tar and copying by file size do this to files of debugfs; copy them with cp");
	else if (wanted > has && (!run->lax || wanted > MAX_SUBTREE))
		rc = kstd_err(run->dump->ctx, KSTD_E_TRUNCATED, has,
			      "truncated: %llu of %llu bytes", (unsigned long long)has,
			      (unsigned long long)wanted);
	else
		rc = kstd_extract_bytes(run, &b->bytes);
	if (!rc && wanted > has)
		rc = kstd_extract_missing(run, sub.has_address ? sub.address + has : 0,
					  wanted - has);
	return kstd_err_at(run->dump->ctx, &where, rc);
}

/* A subtree, of one side alone. Returns -KSTD_NOT_FOUND, without an error, if there is none. */
static int put_subtree(struct kstd_extract_run *run, const char *name)
{
	struct kstd_blob *found = NULL;

	for (struct kstd_blob *b = run->dump->blobs; b; b = b->next) {
		if (b->role != KSTD_ROLE_SUBTREE || strcmp(b->name, name))
			continue;
		if (found)
			return kstd_err(run->dump->ctx, KSTD_E_OPTIONS, KSTD_NO_OFFSET,
					"both sides have a subtree \"%s\"; say --in or --out", name);
		found = b;
	}
	if (!found)
		return -KSTD_NOT_FOUND;
	return kstd_blob_load(run->dump, found) ?: put_blob(run, found);
}

static int put_field(struct kstd_extract_run *run, const char *what)
{
	struct kstd_get_opts opts = { .sz = sizeof(opts), .select = what };
	const struct kstd_node *root, *value, *address, *bytes;
	int rc = kstd_get(run->dump, &opts, &root);

	if (rc)
		return rc;
	value = kstd_node_get(root, "value");
	address = value ? kstd_node_get(value, "address") : NULL;
	bytes = value ? kstd_node_get(value, "bytes") : NULL;
	if (!address || !bytes)
		return kstd_err(run->dump->ctx, KSTD_E_NO_FIELD, KSTD_NO_OFFSET,
				"%s is no folio: get -r writes other values", what);
	return kstd_extract_memory(run, kstd_node_u64(address), kstd_node_u64(bytes));
}

/* "SESSION.TOKEN": names may have dots. */
static char *split(struct kstd_dump *dump, const char *what, struct wanted *w)
{
	char *copy = kstd_arena_str(&dump->arena, what, strlen(what));
	char *dot = copy ? strrchr(copy, '.') : NULL;

	if (!dot || !parse_token(dot + 1, &w->token))
		return NULL;
	*dot = 0;
	w->session = copy;
	w->has_token = true;
	return copy;
}

int kstd_extract_what(struct kstd_extract_run *run, const char *what, const char *token)
{
	struct wanted w = { .session = what, .unit = token ? what : NULL, .name = token };
	struct kstd_ctx *ctx = run->dump->ctx;
	char safe[KSTD_SAFE], safe_token[KSTD_SAFE];
	int rc;

	kstd_safe(safe, what, strlen(what));
	if (!token) {
		rc = put_subtree(run, what);
		if (rc != -KSTD_NOT_FOUND)
			return rc;
	}
	if (token)
		w.has_token = parse_token(token, &w.token);
	if (token || split(run->dump, what, &w))
		look_for_files(&w, run->dump);
	if (w.nr > 1)
		return kstd_err(ctx, KSTD_E_OPTIONS, KSTD_NO_OFFSET,
				"%u files are called \"%s\"; say --in or --out, or session and token",
				w.nr, safe);
	if (w.nr)
		return kstd_extract_file(run, &w.found);
	if (!token && strchr(what, '.'))
		return put_field(run, what);
	if (!token)
		return kstd_not_found(run->dump, KSTD_E_NO_SESSION, "subtree \"%s\"", safe);
	kstd_luo_missed(run->dump);
	return kstd_not_found(run->dump, KSTD_E_NO_SESSION, "file \"%s\" of a session or unit \"%s\"",
			      kstd_safe(safe_token, token, strlen(token)), safe);
}
