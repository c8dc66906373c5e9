// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Opening a capture: its note becomes blobs, hints and gaps. See memory/capture_format.h. */

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "memory/core.h"
#include "source/capture_read.h"
#include "source/source.h"

#define PAIR	16
#define CHUNK	(1UL << 20)

static bool is_digest(const struct kstd_span *s, const uint8_t *digest)
{
	uint8_t here[SHA256_DIGEST_SIZE];
	struct sha256_ctx sha;

	sha256_init(&sha);
	sha256_update(&sha, s->len, s->p);
	sha256_digest(&sha, sizeof(here), here);
	return !memcmp(here, digest, sizeof(here));
}

static bool prop_int(const struct kstd_cursor *c, const char *name, uint64_t *v)
{
	struct kstd_span s;

	return kstd_fdt_prop(c, name, &s) && (s.len == 4 || s.len == 8) &&
	       kstd_span_int(&s, s.len, true, v);
}

static const char *prop_str(const struct kstd_cursor *c, const char *name)
{
	struct kstd_span s;

	return kstd_fdt_prop(c, name, &s) ? kstd_fdt_str(&s) : NULL;
}

/* A child of the root; false if there is none. */
static bool child(const struct kstd_fdt *fdt, const char *name, struct kstd_cursor *c)
{
	struct kstd_tok tok;

	*c = kstd_fdt_root(fdt);
	while (kstd_fdt_child(c, &tok)) {
		if (!strcmp(tok.name, name))
			return true;
		kstd_fdt_leave(c);
	}
	return false;
}

/* ---- What was left out ---- */

static bool take_gaps(struct kstd_core *core, const struct kstd_cursor *c)
{
	int reason = kstd_reason_by_name(prop_str(c, "reason"));
	enum kstd_avail avail = reason < 0 ? KSTD_AVAIL_ABSENT : kstd_reason_avail(reason);
	struct kstd_range_map *gaps = avail == KSTD_AVAIL_EXCLUDED ? &core->left_out : &core->lost;
	struct kstd_span s;
	uint64_t pa, bytes;

	if (avail == KSTD_AVAIL_ABSENT || !kstd_fdt_prop(c, "ranges", &s))
		return true;
	while (kstd_span_be64(&s, &pa) && kstd_span_be64(&s, &bytes))
		if (!kstd_range_map_add(gaps, pa, bytes, 0))
			return false;
	return true;
}

static void take_head(struct kstd_core *core)
{
	struct kstd_cursor root = kstd_fdt_root(&core->capture->fdt);
	uint64_t v;

	if (prop_int(&root, "page-size", &v) && v <= UINT32_MAX)
		core->hint.page_size = v;
	/* Not dump->live, which means this machine: the capture may be of another one. */
	core->phys.changing = prop_int(&root, "running", &v) && v;
}

static int bad_note(struct kstd_dump *dump, struct kstd_core *core)
{
	struct kstd_where file = KSTD_AT(NULL, core->phys.name, strlen(core->phys.name));
	struct kstd_where where = KSTD_IN(&file, "note", 4);

	kstd_defect_err(dump, &where);
	core->capture->damaged = true;
	return 0;
}

static int check_note(struct kstd_dump *dump, struct kstd_core *core)
{
	struct kstd_capture_in *in = core->capture;
	const char *compatible;
	struct kstd_cursor root;
	int rc = kstd_fdt_open(dump->ctx, &in->raw, &in->fdt);

	if (rc)
		return rc;
	root = kstd_fdt_root(&in->fdt);
	compatible = prop_str(&root, "compatible");
	if (!compatible || strcmp(compatible, KSTD_CAPTURE_COMPATIBLE))
		return kstd_err(dump->ctx, KSTD_E_UNSUPPORTED, in->raw.at,
				"a capture of another version, not " KSTD_CAPTURE_COMPATIBLE);
	if (core->capture_digest.len == SHA256_DIGEST_SIZE &&
	    !is_digest(&in->raw, core->capture_digest.p))
		kstd_defect(dump, NULL, KSTD_E_CHECKSUM, in->raw.at,
			    "%s: note: its SHA-256 is another one: what it lists cannot be relied on",
			    core->phys.name);
	return 0;
}

int kstd_capture_open(struct kstd_dump *dump, struct kstd_core *core)
{
	struct kstd_capture_in *in = kstd_arena_get(&dump->arena, sizeof(*in));
	struct kstd_cursor c;
	struct kstd_tok tok;

	if (!in)
		return kstd_nomem(dump->ctx);
	*in = (struct kstd_capture_in){ .raw = core->capture_note };
	core->capture = in;
	dump->captured = true;
	if (check_note(dump, core))
		return bad_note(dump, core);
	take_head(core);
	if (!child(&core->capture->fdt, "left-out", &c))
		return 0;
	while (kstd_fdt_child(&c, &tok)) {
		if (!take_gaps(core, &c))
			return kstd_nomem(dump->ctx);
		kstd_fdt_leave(&c);
	}
	return 0;
}

/* ---- Blobs ---- */

static unsigned int side_by_name(const char *name)
{
	static const unsigned int sides[] = { KSTD_SIDE_IN, KSTD_SIDE_OUT, KSTD_SIDE_FILE };

	for (int i = 0; name && i < 3; i++)
		if (!strcmp(kstd_side_name(sides[i]), name))
			return sides[i];
	return 0;
}

static int bad_blob(struct kstd_dump *dump, const struct kstd_core *core,
		    const struct kstd_tok *tok)
{
	struct kstd_where file = KSTD_AT(NULL, core->phys.name, strlen(core->phys.name));
	struct kstd_where blobs = KSTD_IN(&file, "blobs", 5);
	struct kstd_where blob = KSTD_AT(&blobs, tok->name, tok->name_len);

	kstd_defect(dump, &blob, KSTD_E_CORRUPT, tok->at,
		    "no path, side, role, place or size that makes sense");
	return 0;
}

/* Add a blob of its path, side and role, without bytes. @b: NULL if nobody asks for it. */
static int new_blob(struct kstd_dump *dump, struct kstd_core *core, const struct kstd_cursor *c,
		    const struct kstd_tok *tok, struct kstd_blob **b)
{
	const char *path = prop_str(c, "path");
	unsigned int side = side_by_name(prop_str(c, "side"));
	int role = kstd_role_by_name(prop_str(c, "role"));

	*b = NULL;
	if (!path || !*path || !side || role < 0)
		return bad_blob(dump, core, tok);
	if (!(dump->sides & side) || dump->nr_blobs >= KSTD_MAX_BLOBS)
		return 0;
	*b = kstd_blob_add(dump, path, NULL, side, role);
	if (!*b)
		return kstd_nomem(dump->ctx);
	if (role == KSTD_ROLE_LONE)
		dump->lone = true;
	return 0;
}

static int add_blob(struct kstd_dump *dump, struct kstd_core *core, const struct kstd_cursor *c,
		    const struct kstd_tok *tok)
{
	uint64_t at, bytes;
	struct kstd_blob *b;
	bool memory = prop_int(c, "address", &at);
	int rc;

	if ((!memory && !prop_int(c, "offset", &at)) || !prop_int(c, "bytes", &bytes) ||
	    at + bytes < at)
		return bad_blob(dump, core, tok);
	rc = new_blob(dump, core, c, tok, &b);
	if (!b)
		return rc;
	b->in_memory = memory;
	b->in_capture = !memory;
	b->pa = at;
	b->in_memory_bytes = bytes;
	return 0;
}

/* ---- What was reported ---- */

/* As messages are: printable ASCII. A note that was written by anyone else may have all. */
static void printable(char *to, size_t size, const char *p, size_t len)
{
	if (len >= size)
		len = size - 1;
	for (size_t i = 0; i < len; i++)
		to[i] = p[i] >= ' ' && p[i] < 0x7f ? p[i] : '?';
	to[len] = 0;
}

/*
 * A code of another version says no more than that something is not known. So do those by which
 * a read of this capture would count as one that failed.
 */
static enum kstd_code report_code(const char *name)
{
	enum kstd_code code = name ? kstd_code_by_name(name) : KSTD_E_NONE;

	if (code == KSTD_E_MEMORY || code == KSTD_E_IO || !name ||
	    !kstd_code_meaning(name, strlen(name)))
		return KSTD_E_NOT_KNOWN;
	return code;
}

/* Returns false if it has no text. The path stays empty if it has none. */
static bool read_report(const struct kstd_cursor *c, struct kstd_report *r)
{
	const char *text = prop_str(c, "text"), *path = prop_str(c, "path");
	const char *before = KSTD_CAPTURED_BEFORE;
	size_t len = strlen(before);

	*r = (struct kstd_report){ .code = report_code(prop_str(c, "code")) };
	if (!prop_int(c, "offset", &r->offset))
		r->offset = KSTD_NO_OFFSET;
	if (!text || !*text)
		return false;
	if (!strncmp(text, before, len))	/* a capture of a capture */
		len = 0;
	memcpy(r->text, before, len);
	printable(r->text + len, sizeof(r->text) - len, text, strlen(text));
	if (path)
		printable(r->path, sizeof(r->path), path, strlen(path));
	return true;
}

static int bad_report(struct kstd_dump *dump, const struct kstd_core *core, const char *list,
		      const struct kstd_tok *tok)
{
	struct kstd_where file = KSTD_AT(NULL, core->phys.name, strlen(core->phys.name));
	struct kstd_where reports = KSTD_IN(&file, list, strlen(list));
	struct kstd_where report = KSTD_AT(&reports, tok->name, tok->name_len);

	kstd_defect(dump, &report, KSTD_E_CORRUPT, tok->at, "it does not say what it reports");
	return 0;
}

/* A blob whose reading fails as it did when it was captured. */
static int add_not_read(struct kstd_dump *dump, struct kstd_core *core,
			const struct kstd_cursor *c, const struct kstd_tok *tok)
{
	struct kstd_report *r = kstd_arena_get(&dump->arena, sizeof(*r));
	struct kstd_where where;
	struct kstd_blob *b;
	int rc;

	if (!r)
		return kstd_nomem(dump->ctx);
	if (!read_report(c, r))
		return bad_report(dump, core, "not-read", tok);
	rc = new_blob(dump, core, c, tok, &b);
	if (!b)
		return rc;
	where = KSTD_AT(NULL, b->path, strlen(b->path));
	kstd_where_text(r->path, sizeof(r->path), &where);
	b->unread = r;
	return 0;
}

static int add_report(struct kstd_dump *dump, struct kstd_core *core,
		      const struct kstd_cursor *c, const struct kstd_tok *tok)
{
	struct kstd_report r;

	if (!read_report(c, &r))
		return bad_report(dump, core, "reports", tok);
	dump->ctx->err = r;
	kstd_defect_err(dump, NULL);
	return 0;
}

/* The sides that were asked for; in captures of the first versions nothing says so. */
static void take_sides(struct kstd_dump *dump, const struct kstd_cursor *root)
{
	unsigned int sides = 0;
	struct kstd_span s;
	const char *name;
	size_t len;

	if (!kstd_fdt_prop(root, "sides", &s))
		return;
	while (s.len && kstd_span_str(&s, &name, &len))
		sides |= side_by_name(name);
	if (!(sides & (KSTD_SIDE_IN | KSTD_SIDE_OUT)))
		return;
	dump->captured_sides = sides;
	if (kstd_side_uncaptured(dump))
		kstd_note(dump, "when it was captured, only side \"%s\" was asked for: nothing is known of the other",
			  kstd_side_name(sides & (KSTD_SIDE_IN | KSTD_SIDE_OUT)));
}

static void take_notes(struct kstd_dump *dump, const struct kstd_cursor *root)
{
	struct kstd_span s;
	const char *note;
	size_t len;

	if (!kstd_fdt_prop(root, "notes", &s))
		return;
	while (s.len && kstd_span_str(&s, &note, &len)) {
		char safe[300];

		printable(safe, sizeof(safe), note, len);
		kstd_note(dump, KSTD_CAPTURED_BEFORE "%s", safe);
	}
}

/* Give each node of a list of the note to @add, at most @max of them. */
static int each_of(struct kstd_dump *dump, struct kstd_core *core, const char *list, size_t max,
		   int (*add)(struct kstd_dump *dump, struct kstd_core *core,
			      const struct kstd_cursor *c, const struct kstd_tok *tok))
{
	struct kstd_cursor c;
	struct kstd_tok tok;
	int rc = 0;

	if (!child(&core->capture->fdt, list, &c))
		return 0;
	while (!rc && kstd_fdt_child(&c, &tok)) {
		if (!max--) {
			kstd_unknown(dump, NULL, "what else %s of the capture's note say: they are too many",
				     list);
			return 0;
		}
		rc = add(dump, core, &c, &tok);
		kstd_fdt_leave(&c);
	}
	return rc;
}

int kstd_capture_blobs(struct kstd_dump *dump, struct kstd_core *core)
{
	struct kstd_capture_in *in = core->capture;
	struct kstd_cursor root;

	if (in->damaged) {
		struct kstd_where where = KSTD_AT(NULL, core->phys.name, strlen(core->phys.name));

		return kstd_err_at(dump->ctx, &where,
				   kstd_err(dump->ctx, KSTD_E_CORRUPT, in->raw.at,
					    "a capture whose note is damaged"));
	}
	root = kstd_fdt_root(&in->fdt);
	take_notes(dump, &root);
	take_sides(dump, &root);
	return each_of(dump, core, "reports", KSTD_MAX_OF_SOURCE + 1, add_report) ?:
	       each_of(dump, core, "blobs", SIZE_MAX, add_blob) ?:
	       each_of(dump, core, "not-read", KSTD_MAX_BLOBS, add_not_read);
}

/* ---- Checksums ---- */

/**
 * struct hasher - what all checksums share
 * @buf: %CHUNK bytes
 * @work: in bytes
 */
struct hasher {
	uint8_t *buf;
	struct kstd_work work;
};

static bool hash(const struct kstd_core *core, uint64_t off, uint64_t bytes, struct hasher *h,
		 uint8_t *digest)
{
	struct sha256_ctx sha;
	ssize_t n;

	sha256_init(&sha);
	for (; bytes && !*h->work.cancelled; off += n, bytes -= n) {
		n = kstd_io_read(&core->io, off, h->buf, bytes < CHUNK ? bytes : CHUNK);
		if (n <= 0)
			return false;
		sha256_update(&sha, n, h->buf);
		kstd_work_on(&h->work, n);
	}
	sha256_digest(&sha, SHA256_DIGEST_SIZE, digest);
	return true;
}

static void compare(struct kstd_dump *dump, const struct kstd_where *where, uint64_t off,
		    uint64_t bytes, const uint8_t *wanted, struct hasher *h)
{
	const struct kstd_core *core = kstd_core_of(dump);
	uint8_t digest[SHA256_DIGEST_SIZE];

	if (!hash(core, off, bytes, h, digest))
		kstd_defect(dump, where, KSTD_E_TRUNCATED, off,
			    "%llu bytes of the capture cannot be read, its checksum not compared",
			    (unsigned long long)bytes);
	else if (!*h->work.cancelled && memcmp(digest, wanted, sizeof(digest)))
		kstd_defect(dump, where, KSTD_E_CHECKSUM, off,
			    "SHA-256 of %llu bytes differs: the capture was changed since it was made",
			    (unsigned long long)bytes);
}

/* The bytes of all ranges and blobs; 0 if the sum overflows. */
static uint64_t all_bytes(const struct kstd_core *core)
{
	struct kstd_cursor c = kstd_fdt_root(&core->capture->fdt);
	uint64_t total = 0, pa, bytes;
	struct kstd_span ranges;
	struct kstd_tok tok;

	if (kstd_fdt_prop(&c, "ranges", &ranges))
		while (kstd_span_be64(&ranges, &pa) && kstd_span_be64(&ranges, &bytes))
			if (__builtin_add_overflow(total, bytes, &total))
				return 0;
	if (!child(&core->capture->fdt, "blobs", &c))
		return total;
	while (kstd_fdt_child(&c, &tok)) {
		if (prop_int(&c, "offset", &pa) && prop_int(&c, "bytes", &bytes) &&
		    __builtin_add_overflow(total, bytes, &total))
			return 0;
		kstd_fdt_leave(&c);
	}
	return total;
}

static size_t verify_ranges(struct kstd_dump *dump, const struct kstd_where *up,
			    struct hasher *h)
{
	const struct kstd_core *core = kstd_core_of(dump);
	struct kstd_cursor root = kstd_fdt_root(&core->capture->fdt);
	struct kstd_span ranges, sha, wanted;
	uint64_t pa, bytes;
	char name[32];
	size_t nr = 0;

	if (!kstd_fdt_prop(&root, "ranges", &ranges) ||
	    !kstd_fdt_prop(&root, "ranges-sha256", &sha))
		return 0;
	for (; kstd_span_be64(&ranges, &pa) && kstd_span_be64(&ranges, &bytes) &&
	       kstd_span_take(&sha, SHA256_DIGEST_SIZE, &wanted); nr++) {
		const struct kstd_mapped_range *seg = kstd_range_map_find(&core->there, pa);
		struct kstd_where where;

		snprintf(name, sizeof(name), "memory 0x%llx", (unsigned long long)pa);
		where = KSTD_IN(up, name, strlen(name));
		if (!kstd_mapped_range_has(seg, pa) || seg->len - (pa - seg->pa) < bytes)
			kstd_defect(dump, &where, KSTD_E_MISSING, pa,
				    "%llu bytes that the capture lists are not in it",
				    (unsigned long long)bytes);
		else
			compare(dump, &where, seg->off + (pa - seg->pa), bytes, wanted.p, h);
	}
	return nr;
}

static size_t verify_blobs(struct kstd_dump *dump, const struct kstd_where *up, struct hasher *h)
{
	const struct kstd_core *core = kstd_core_of(dump);
	struct kstd_span wanted;
	struct kstd_cursor c;
	struct kstd_tok tok;
	uint64_t at, bytes;
	size_t nr = 0;

	if (!child(&core->capture->fdt, "blobs", &c))
		return 0;
	while (kstd_fdt_child(&c, &tok)) {
		const char *path = prop_str(&c, "path");

		if (path && prop_int(&c, "offset", &at) && prop_int(&c, "bytes", &bytes) &&
		    kstd_fdt_prop(&c, "sha256", &wanted) && wanted.len == SHA256_DIGEST_SIZE) {
			struct kstd_where where = KSTD_IN(up, path, strlen(path));

			compare(dump, &where, at, bytes, wanted.p, h);
			nr++;
		}
		kstd_fdt_leave(&c);
	}
	return nr;
}

size_t kstd_capture_verify(struct kstd_dump *dump)
{
	const struct kstd_core *core = kstd_core_of(dump);
	struct kstd_where where;
	struct hasher h;
	size_t nr;

	if (!core || !core->capture || core->capture->damaged)
		return 0;
	h.buf = kstd_malloc(CHUNK);
	if (!h.buf)
		return 0;
	kstd_work_begin(&h.work, dump, "comparing checksums", all_bytes(core), CHUNK);
	where = KSTD_AT(NULL, core->phys.name, strlen(core->phys.name));
	nr = verify_ranges(dump, &where, &h);
	nr += verify_blobs(dump, &where, &h);
	kstd_work_end(&h.work);
	free(h.buf);
	return nr;
}
