// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Compares what preserved memory holds: memfds, folios, vmalloc areas, memory of subtrees. */

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/array.h"
#include "diff/diff.h"
#include "kho/kho_side.h"
#include "luo/luo.h"
#include "luo/memfd_pieces.h"
#include "subtree/decoder.h"

#define BUFFER	65536UL
#define SHOWN	16	/* bytes of each side from the first difference on */
#define TOLD	(64UL << 20)
#define MAX_REFS	4096	/* of a subtree: each owner's are looked for among all */
#define NOT_OURS	"the memory is not here, or a driver has it since"

/**
 * struct contents - bytes of one of the two, which are taken in order
 * @next: sets @piece to the next piece; false after the last
 * @walk: of a memfd, or @area: of a vmalloc area, or @refs: of a subtree, those of @owner from
 *        number @nr on
 * @holes: a piece without an address is a hole; otherwise it may be memory that is not here
 * @piece: what is left of the current piece
 */
struct contents {
	struct kstd_dump *dump;
	bool (*next)(struct contents *c);
	struct kstd_piece_walk walk;
	struct kstd_area_walk area;
	const struct kstd_refs *refs;
	const char *owner;
	size_t nr;
	bool holes;
	struct kstd_piece piece;
	uint8_t buf[BUFFER];
};

/**
 * struct comparison - the contents of two things, side by side
 * @at: bytes that were looked at
 * @missing: bytes that one of them does not have
 * @first, @last: the first and the last byte that differs, if @differ
 * @shown: bytes of each from the first difference on, @nr_shown of them
 */
struct comparison {
	struct contents x;
	struct contents y;
	struct kstd_work work;
	uint64_t at;
	uint64_t missing;
	bool differ;
	uint64_t first;
	uint64_t last;
	uint8_t shown[2][SHOWN];
	size_t nr_shown;
};

static bool next_of_memfd(struct contents *c)
{
	return kstd_pieces_next(&c->walk, &c->piece);
}

static bool next_of_area(struct contents *c)
{
	return kstd_area_next(&c->area, &c->piece.pa, &c->piece.bytes);
}

/* A folio is one piece. */
static bool next_of_folio(struct contents *c)
{
	(void)c;
	return false;
}

static bool has_bytes(struct contents *c)
{
	return c->piece.bytes || c->next(c);
}

/* Read what there is of @n bytes; *@there: are they in the source? */
static size_t read_piece(struct contents *c, size_t n, bool *there)
{
	enum kstd_avail avail;

	if (c->piece.pa) {
		n = c->dump->phys->ops->read(c->dump->phys, c->piece.pa, c->buf, n, &avail);
		*there &= avail == KSTD_AVAIL_PRESENT;
	} else {
		memset(c->buf, 0, n);
		*there &= c->holes;
	}
	return n;
}

static void skip(struct contents *c, uint64_t n)
{
	c->piece.pa += c->piece.pa ? n : 0;
	c->piece.off += n;
	c->piece.bytes -= n;
}

static void look_at_folio(struct comparison *c, size_t n)
{
	size_t i = 0, j = n;

	if (!memcmp(c->x.buf, c->y.buf, n))
		return;
	while (c->x.buf[i] == c->y.buf[i])
		i++;
	while (c->x.buf[j - 1] == c->y.buf[j - 1])
		j--;
	c->last = c->at + j - 1;
	if (c->differ)
		return;
	c->differ = true;
	c->first = c->at + i;
	c->nr_shown = n - i < SHOWN ? n - i : SHOWN;
	memcpy(c->shown[0], c->x.buf + i, c->nr_shown);
	memcpy(c->shown[1], c->y.buf + i, c->nr_shown);
}

static bool compare_piece(struct comparison *c)
{
	uint64_t n = c->x.piece.bytes < c->y.piece.bytes ? c->x.piece.bytes : c->y.piece.bytes;
	bool there = true;

	if (c->x.piece.pa || c->y.piece.pa || !c->x.holes || !c->y.holes) {
		n = read_piece(&c->x, n < BUFFER ? n : BUFFER, &there);
		n = read_piece(&c->y, n, &there);
		if (there)
			look_at_folio(c, n);
		else
			c->missing += n;
	}
	skip(&c->x, n);
	skip(&c->y, n);
	c->at += n;
	return kstd_work_on(&c->work, n);
}

static void put_comparison(struct kstd_differ *d, const struct kstd_diff_at *at,
			   const struct comparison *c)
{
	char range[64];
	struct kstd_diff_at here = { at, range, 0, 0 };
	struct kstd_node a = { .type = KSTD_BYTES, .mem = { c->shown[0], c->nr_shown } };
	struct kstd_node b = { .type = KSTD_BYTES, .mem = { c->shown[1], c->nr_shown } };

	here.len = snprintf(range, sizeof(range), "contents[0x%llx-0x%llx]",
			    (unsigned long long)c->first, (unsigned long long)c->last);
	kstd_differ_put(d, at ? &here : NULL, "contents", &a, &b);
}

/* Compare as many bytes as both have. */
static void compare(struct kstd_differ *d, const struct kstd_diff_at *at, struct comparison *c,
		    uint64_t total)
{
	kstd_work_begin(&c->work, d->dump, "comparing contents", total, TOLD);
	while (has_bytes(&c->x) && has_bytes(&c->y) && compare_piece(c))
		;
	if (!*c->work.cancelled)
		kstd_work_end(&c->work);
	if (c->differ)
		put_comparison(d, at, c);
}

static struct comparison *new_comparison(struct kstd_differ *d)
{
	struct comparison *c = kstd_calloc(1, sizeof(*c));

	if (!c) {
		kstd_defect(d->dump, NULL, KSTD_E_MEMORY, KSTD_NO_OFFSET, NULL);
		return NULL;
	}
	c->x.dump = d->dump;
	c->y.dump = d->b;
	return c;
}

/* ---- Memfds ---- */

/**
 * struct memfd_entry - a file of the second dump
 */
struct memfd_entry {
	struct kstd_luo_session s;
	struct kstd_luo_file f;
};

/**
 * struct memfds - the files of both
 * @v: those of the second, @nr of them, sorted by session and token
 */
struct memfds {
	struct kstd_differ *d;
	struct kstd_luo_side *x;
	struct kstd_luo_side *y;
	struct memfd_entry *v;
	size_t nr;
	size_t room;
	struct kstd_diff_bytes *sum;
};

static int by_session(const void *a_, const void *b_)
{
	const struct memfd_entry *a = a_, *b = b_;
	int order = strcmp(a->s.name, b->s.name);

	if (order)
		return order;
	return a->f.token < b->f.token ? -1 : a->f.token > b->f.token;
}

static bool collect(struct memfds *m)
{
	struct kstd_luo_walk sessions, files;
	struct memfd_entry e;
	bool ok = true;

	kstd_sessions_begin(&sessions, m->y, NULL, NULL);
	while (ok && kstd_sessions_next(&sessions, &e.s)) {
		struct kstd_where where = KSTD_IN(m->y->where, e.s.label, strlen(e.s.label));

		kstd_files_begin(&files, m->y, &e.s, &where, NULL, NULL);
		while (ok && kstd_files_next(&files, &e.f)) {
			ok = kstd_array_fits(m->v, m->nr, m->room);
			if (ok)
				m->v[m->nr++] = e;
		}
		kstd_files_end(&files);
	}
	kstd_sessions_end(&sessions);
	if (m->nr)
		qsort(m->v, m->nr, sizeof(*m->v), by_session);
	return ok;
}

/* Why the contents of a file cannot be had; NULL if they can. */
static const char *why_not(const struct kstd_luo_side *luo, const struct kstd_luo_file *f)
{
	if (f->handler_unread)
		return "which handler it is of could not be read";
	if (!kstd_memfd_format(f->handler, f->handler_len))
		return "what it holds is known to its handler alone";
	return kstd_file_is_memfd(luo, f) == KSTD_YES ? NULL : "it was retrieved, or its memory is not here";
}

/* Is the list of folios whole, so that what it leaves out is a hole? */
static bool has_whole_list(const struct kstd_memfd *m, const struct kstd_where *where)
{
	struct kstd_piece_walk w;
	struct kstd_piece p;
	bool whole;

	kstd_quiet_begin(m->dump);
	kstd_pieces_begin(&w, m, where);
	while (kstd_pieces_next(&w, &p))
		;
	whole = kstd_pieces_whole(&w);
	kstd_pieces_end(&w);
	kstd_quiet_end(m->dump);
	return whole;
}

/* Begin with the contents of a memfd; false if it cannot be read, which was reported. */
static bool begin(struct contents *c, struct kstd_luo_side *luo, const struct memfd_entry *e,
		  const struct kstd_where *where, struct kstd_memfd *m)
{
	if (!kstd_file_memfd(luo, &e->s, &e->f, where, m))
		return false;
	c->holes = has_whole_list(m, where);
	kstd_pieces_begin(&c->walk, m, where);
	c->next = next_of_memfd;
	return true;
}

static void compare_memfds(struct memfds *m, struct comparison *c, const struct memfd_entry *x,
			   const struct memfd_entry *y, const struct kstd_where *where)
{
	struct kstd_diff_at sessions = { NULL, "sessions", 8, 0 };
	struct kstd_diff_at session = { &sessions, x->s.name, x->s.name_len, 0 };
	struct kstd_diff_at files = { &session, "files", 5, 0 };
	struct kstd_diff_at file = { &files, NULL, 0, x->f.token };
	struct kstd_memfd a, b;
	bool whole;

	if (!begin(&c->x, m->x, x, where, &a))
		return;
	if (begin(&c->y, m->y, y, where, &b)) {
		compare(m->d, &file, c, a.size < b.size ? a.size : b.size);
		m->sum->memfds++;
		m->sum->bytes += c->at - c->missing;
		whole = kstd_pieces_whole(&c->x.walk) && kstd_pieces_whole(&c->y.walk);
		if (c->missing || !whole)
			kstd_unknown(m->d->dump, where,
				     "whether contents are the same: %llu of %llu bytes are not in both sources%s",
				     (unsigned long long)c->missing, (unsigned long long)c->at,
				     whole ? "" : ", and a list of folios is not whole");
		kstd_pieces_end(&c->y.walk);
	}
	kstd_pieces_end(&c->x.walk);
}

static void compare_file(struct memfds *m, const struct memfd_entry *x)
{
	struct kstd_where session = KSTD_IN(m->x->where, x->s.label, strlen(x->s.label));
	struct kstd_where where = KSTD_IN(&session, x->f.label, strlen(x->f.label));
	const struct memfd_entry *y = m->nr ?
		bsearch(x, m->v, m->nr, sizeof(*x), by_session) : NULL;
	struct comparison *c;
	const char *why;

	if (!y)
		return;
	why = why_not(m->x, &x->f);
	why = why ? why : why_not(m->y, &y->f);
	if (why) {
		kstd_unknown(m->d->dump, &where, "whether contents are the same: %s", why);
		return;
	}
	c = new_comparison(m->d);
	if (c)
		compare_memfds(m, c, x, y, &where);
	free(c);
}

static struct kstd_luo_side *luo_of(struct kstd_dump *dump, unsigned int side)
{
	struct kstd_luo_side *luo = NULL;

	kstd_quiet_begin(dump);
	do {
		luo = kstd_luo_next(dump, luo);
	} while (luo && luo->blob->side != side);
	kstd_quiet_end(dump);
	return luo;
}

/* What an FLB holds is known to its handler alone. */
static void report_flbs(struct memfds *m)
{
	struct kstd_flb_walk w;
	struct kstd_luo_flb f;
	char safe[KSTD_SAFE];

	kstd_flbs_begin(&w, m->x, NULL, NULL);
	while (kstd_flbs_next(&w, &f))
		kstd_unknown(m->d->dump, m->x->where,
			     "whether contents are the same: what the FLB \"%s\" holds is known to its handler alone",
			     kstd_safe(safe, f.name, f.name_len));
	kstd_flbs_end(&w);
}

void kstd_diff_memfds(struct kstd_differ *d)
{
	struct memfds m = { .d = d, .sum = d->compared, .x = luo_of(d->dump, d->side_a),
			    .y = luo_of(d->b, d->side_b) };
	struct kstd_luo_walk sessions, files;
	struct memfd_entry e;

	if (!m.x || !m.y)
		return;
	if (!collect(&m))
		kstd_defect(d->dump, NULL, KSTD_E_MEMORY, KSTD_NO_OFFSET, NULL);
	kstd_sessions_begin(&sessions, m.x, NULL, NULL);
	while (kstd_sessions_next(&sessions, &e.s)) {
		struct kstd_where where = KSTD_IN(m.x->where, e.s.label, strlen(e.s.label));

		kstd_files_begin(&files, m.x, &e.s, &where, NULL, NULL);
		while (kstd_files_next(&files, &e.f))
			compare_file(&m, &e);
		kstd_files_end(&files);
	}
	kstd_sessions_end(&sessions);
	report_flbs(&m);
	free(m.v);
}

/* ---- Folios and areas of sections ---- */

static uint64_t number(const struct kstd_node *object, enum kstd_key_index key)
{
	for (const struct kstd_node *n = object->kids.first; n; n = n->next)
		if (n->key == key)
			return n->type == KSTD_NULL ? 0 : n->u;
	return 0;
}

static bool is_area(const struct kstd_node *n)
{
	return number(n, KSTD_K_FIRST_CHUNK);
}

static bool is_folio(const struct kstd_node *n)
{
	const struct kstd_node *first = n->kids.first;

	if (first && first->key == KSTD_K_INDEX)
		first = first->next;
	return first && first->key == KSTD_K_ADDRESS && first->next &&
	       first->next->key == KSTD_K_ORDER && number(n, KSTD_K_FOLIO_BYTES);
}

/* Begin with the memory that a value names. */
static void begin_value(struct contents *c, const struct kstd_node *n)
{
	static const struct kstd_where where = KSTD_AT(NULL, "area", 4);
	struct kstd_area area = {
		.first = number(n, KSTD_K_FIRST_CHUNK), .pages = number(n, KSTD_K_PAGES),
		.flags = number(n, KSTD_K_AREA_FLAGS), .order = number(n, KSTD_K_AREA_ORDER),
	};

	if (is_area(n)) {
		kstd_area_begin(&c->area, c->dump, &where, &area, NULL, NULL, KSTD_REF_DATA);
		c->next = next_of_area;
		return;
	}
	c->next = next_of_folio;
	c->piece.pa = number(n, KSTD_K_ADDRESS);
	c->piece.bytes = number(n, KSTD_K_FOLIO_BYTES);
}

/* Is the memory still what was handed over? A kernel that has booted gave it to its driver. */
static bool may_read(struct kstd_dump *dump, unsigned int side)
{
	return kstd_phys_follows(dump, side) && !kstd_kho_booted(dump, side);
}

static void report(struct kstd_differ *d, const struct kstd_diff_at *at, const char *why)
{
	char path[256];

	kstd_diff_path(at, path, sizeof(path));
	kstd_unknown(d->dump, NULL, "whether contents of preserved memory are the same: %s: %s",
		     path, why);
}

static void compare_values(struct kstd_differ *d, const struct kstd_diff_at *at,
			   const struct kstd_node *x, const struct kstd_node *y)
{
	struct comparison *c = new_comparison(d);

	if (!c)
		return;
	begin_value(&c->x, x);
	begin_value(&c->y, y);
	compare(d, at, c, c->x.piece.bytes);
	d->compared->other += c->at - c->missing;
	if (c->missing || c->x.area.broken || c->y.area.broken)
		report(d, at, "some of the memory is not in both sources");
	if (is_area(x))
		kstd_area_end(&c->x.area);
	if (is_area(y))
		kstd_area_end(&c->y.area);
	free(c);
}

void kstd_diff_folios(struct kstd_differ *d, const struct kstd_diff_at *at,
		      const struct kstd_node *x, const struct kstd_node *y)
{
	if ((!is_area(x) || !is_area(y)) && (!is_folio(x) || !is_folio(y)))
		return;
	if (may_read(d->dump, d->side_a) && may_read(d->b, d->side_b))
		compare_values(d, at, x, y);
	else
		report(d, at, NOT_OURS);
}

/* ---- Memory of subtrees: reserve_mem regions and the like ---- */

static bool is_data_of(const struct kstd_memory_ref *r, const char *owner)
{
	return r->kind == KSTD_REF_DATA && !strcmp(r->owner, owner);
}

static bool next_of_refs(struct contents *c)
{
	while (c->nr < c->refs->nr) {
		const struct kstd_memory_ref *r = &c->refs->v[c->nr++];

		if (!is_data_of(r, c->owner))
			continue;
		c->piece = (struct kstd_piece){ .pa = r->pa, .bytes = r->bytes };
		return true;
	}
	return false;
}

static void begin_refs(struct contents *c, const struct kstd_refs *refs, const char *owner)
{
	c->refs = refs;
	c->owner = owner;
	c->next = next_of_refs;
}

static uint64_t bytes_of(const struct kstd_refs *refs, const char *owner)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < refs->nr; i++)
		if (is_data_of(&refs->v[i], owner))
			sum += refs->v[i].bytes;
	return sum;
}

static void compare_owner(struct kstd_differ *d, const struct kstd_diff_at *at,
			  const struct kstd_refs *x, const struct kstd_refs *y, const char *owner)
{
	struct kstd_node a = { .type = KSTD_SIZE, .u = bytes_of(x, owner) };
	struct kstd_node b = { .type = KSTD_SIZE, .u = bytes_of(y, owner) };
	struct comparison *c = new_comparison(d);

	if (!c)
		return;
	begin_refs(&c->x, x, owner);
	begin_refs(&c->y, y, owner);
	compare(d, at, c, a.u < b.u ? a.u : b.u);
	d->compared->other += c->at - c->missing;
	if (c->missing)
		report(d, at, "some of the memory is not in both sources");
	if (a.u != b.u)
		kstd_differ_put(d, at, "bytes", &a, &b);
	free(c);
}

static bool is_first(const struct kstd_refs *refs, size_t nr)
{
	const char *owner = refs->v[nr].owner;

	for (size_t i = 0; i < nr; i++)
		if (is_data_of(&refs->v[i], owner))
			return false;
	return is_data_of(&refs->v[nr], owner);
}

/* The part of an owner's name behind that of the subtree, "NAME: ". */
static const char *name_in(const struct kstd_blob *b, const char *owner)
{
	size_t len = strlen(b->name) + 2;

	return strlen(owner) > len ? owner + len : owner;
}

/* Both are called by the name of the subtree, so that owners have the same names. */
static bool gather(struct kstd_dump *dump, const struct kstd_blob *b, struct kstd_refs *refs)
{
	struct kstd_where where = KSTD_AT(NULL, b->name, strlen(b->name));
	const struct kstd_decoder *dec = kstd_decoder_of(b);

	if (dec->refs && dec->refs(dump, b, &where, refs))
		kstd_defect_err(dump, &where);
	for (size_t i = 0; i < refs->nr; i++)
		if (!refs->v[i].owner)
			return false;
	return !refs->short_of;
}

void kstd_diff_memory(struct kstd_differ *d, const struct kstd_blob *x, const struct kstd_blob *y)
{
	struct kstd_refs a = { .side = d->side_a }, b = { .side = d->side_b };
	bool ok = gather(d->dump, x, &a) && gather(d->b, y, &b);
	bool may = may_read(d->dump, d->side_a) && may_read(d->b, d->side_b);

	if (!ok)
		kstd_defect(d->dump, NULL, KSTD_E_MEMORY, KSTD_NO_OFFSET, NULL);
	if (a.nr > MAX_REFS || b.nr > MAX_REFS) {
		report(d, &(struct kstd_diff_at){ NULL, x->name, strlen(x->name), 0 },
		       "it refers to more pieces of memory than are compared");
		ok = false;
	}
	for (size_t i = 0; ok && i < a.nr; i++) {
		const char *owner = a.v[i].owner, *name = name_in(x, owner);
		struct kstd_diff_at subtree = { NULL, x->name, strlen(x->name), 0 };
		struct kstd_diff_at at = { &subtree, name, strlen(name), 0 };

		/* What one of the two lacks is a difference in the subtree itself. */
		if (!is_first(&a, i) || !bytes_of(&b, owner))
			continue;
		if (may)
			compare_owner(d, &at, &a, &b, owner);
		else
			report(d, &at, NOT_OURS);
	}
	kstd_refs_free(&a);
	kstd_refs_free(&b);
}
