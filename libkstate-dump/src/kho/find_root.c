// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Which root is which, and the blobs that come from memory. */

#include <stdio.h>

#include <elf.h>

#include "kho/kho_root.h"
#include "kho/find_root.h"
#include "base/file.h"
#include "memory/blob.h"

#define GIB	(1024.0 * 1024 * 1024)

/* By its map, a running kernel may be about to hand it over. */
static bool can_be_out(const struct kstd_root *r)
{
	return r->map_is_whole || r->unfinished;
}

/* Numbers of kexecs and of live updates cannot be compared: those of kexecs are asked, if any. */
static bool any_counted(const struct kstd_roots *roots)
{
	for (size_t i = 0; i < roots->nr; i++)
		if (roots->v[i].counted)
			return true;
	return false;
}

/* The root with the highest number, if @can of those that can be out; NULL if two have it. */
static struct kstd_root *highest(struct kstd_roots *roots, bool can)
{
	bool counted = any_counted(roots), alone = false;
	struct kstd_root *best = NULL;

	for (struct kstd_root *r = roots->v; r < roots->v + roots->nr; r++) {
		if (!(counted ? r->counted : r->numbered) || (can && !can_be_out(r)))
			continue;
		if (best && r->count == best->count)
			alone = false;
		if (best && r->count <= best->count)
			continue;
		best = r;
		alone = true;
	}
	return alone ? best : NULL;
}

static bool is_before(const struct kstd_root *in, const struct kstd_root *out)
{
	return ((in->counted && out->counted) || (in->numbered && out->numbered)) &&
	       in->count + 1 == out->count;
}

static struct kstd_root *before(struct kstd_roots *roots, const struct kstd_root *out)
{
	struct kstd_root *found = NULL;

	for (struct kstd_root *r = roots->v; r < roots->v + roots->nr; r++) {
		if (!is_before(r, out))
			continue;
		if (found)
			return NULL;
		found = r;
	}
	return found;
}

/* The only other root that is named, if @out is the only one that can be out. */
static struct kstd_root *only_named(struct kstd_roots *roots, const struct kstd_root *out)
{
	struct kstd_root *found = NULL;

	for (struct kstd_root *r = roots->v; r < roots->v + roots->nr; r++) {
		if (r == out)
			continue;
		if (can_be_out(r) || found)
			return NULL;
		found = r->in_setup_data ? r : NULL;
	}
	return found;
}

static struct kstd_root *only_keeper(struct kstd_roots *roots)
{
	struct kstd_root *found = NULL;

	for (struct kstd_root *r = roots->v; r < roots->v + roots->nr; r++) {
		if (!can_be_out(r))
			continue;
		if (found)
			return NULL;
		found = r;
	}
	return found;
}

static void decide(struct kstd_roots *roots)
{
	struct kstd_root *out = highest(roots, true), *any = highest(roots, false), *in = NULL;
	struct kstd_root *lone = roots->nr == 1 ? roots->v : NULL;

	if (out && out == any) {
		in = before(roots, out);
	} else if (!any && (out = only_keeper(roots)) && (in = only_named(roots, out))) {
		;
	} else if (lone && !can_be_out(lone) && lone->in_setup_data) {
		in = lone;
		out = NULL;
	} else if (lone && !any && lone->may_lack_number && can_be_out(lone) &&
		   !lone->in_setup_data) {
		out = lone;
	} else {
		any = any ? any : roots->v;
		any->side = KSTD_SIDE_FILE;
		return;
	}
	if (out)
		out->side = KSTD_SIDE_OUT;
	if (in)
		in->side = KSTD_SIDE_IN;
}

static struct kstd_root *at(struct kstd_roots *roots, uint64_t pa)
{
	for (struct kstd_root *r = roots->v; r < roots->v + roots->nr; r++)
		if (r->pa == pa)
			return r;
	return NULL;
}

/* One side is known: the other is the root before or after it. */
static void complete(struct kstd_roots *roots, const struct kstd_known_roots *known)
{
	struct kstd_root *in = known->in_how ? at(roots, known->in.pa) : NULL;
	struct kstd_root *out = known->out_how ? at(roots, known->out.pa) : NULL;

	if (in && !out)
		out = highest(roots, true);
	else if (out && !in)
		in = before(roots, out);
	if (in && out && in != out) {
		in->side = KSTD_SIDE_IN;
		out->side = KSTD_SIDE_OUT;
	} else if (in) {
		in->side = KSTD_SIDE_IN;
	} else if (out) {
		out->side = KSTD_SIDE_OUT;
	}
}

void kstd_assign_sides(struct kstd_roots *roots, const struct kstd_known_roots *known)
{
	if (!roots->nr)
		return;
	if (known->in_how || known->out_how)
		complete(roots, known);
	else
		decide(roots);
}

static struct kstd_blob *add_root_blob(struct kstd_dump *dump, const struct kstd_root *root,
				       const char *dir, const char *name, enum kstd_role role)
{
	char path[256], safe[KSTD_SAFE];
	struct kstd_blob *b;

	snprintf(path, sizeof(path), "kho/%s%s%s%s",
		 root->side == KSTD_SIDE_FILE ? "" : kstd_side_name(root->side),
		 root->side == KSTD_SIDE_FILE ? "" : "/", dir,
		 kstd_safe(safe, name, strlen(name)));
	b = kstd_blob_add(dump, path, NULL, root->side, role);
	if (b)
		b->in_memory = true;
	return b;
}

static int add_subtrees(struct kstd_dump *dump, const struct kstd_root *root,
			const struct kstd_span *bytes)
{
	struct kstd_kho_subtree sub;
	struct kstd_kho_root kho;
	struct kstd_cursor c;
	int rc = 0;

	if (kstd_kho_root_open(dump->ctx, bytes, &kho))
		return 0;	/* kstd_kho_side() notes why */
	c = kstd_fdt_root(&kho.fdt);
	kstd_quiet_begin(dump);
	while (!rc && kstd_kho_next(dump, NULL, &kho, &c, &sub)) {
		struct kstd_blob *b;

		if (!sub.has_address || !sub.has_bytes)
			continue;
		b = add_root_blob(dump, root, "sub_fdts/", sub.name, KSTD_ROLE_SUBTREE);
		if (!b) {
			rc = kstd_nomem(dump->ctx);
			continue;
		}
		b->pa = sub.address;
		b->in_memory_bytes = sub.bytes;
	}
	kstd_quiet_end(dump);
	return rc;
}

int kstd_root_add(struct kstd_dump *dump, const struct kstd_root *root)
{
	struct kstd_blob *b = add_root_blob(dump, root, "", "fdt", KSTD_ROLE_ROOT);

	if (!b)
		return kstd_nomem(dump->ctx);
	b->pa = root->pa;
	b->in_memory_bytes = root->bytes;
	if (kstd_blob_load(dump, b))
		return 0;
	return add_subtrees(dump, root, &b->bytes);
}

static const char *side_text(unsigned int side)
{
	return side == KSTD_SIDE_IN ? "what the kernel got (in)" :
	       side == KSTD_SIDE_OUT ? "what it will hand over (out)" : "of an unknown side";
}

/* What was read that decides the side of the root, as text. @buf: %EVIDENCE bytes. */
#define EVIDENCE	128
static const char *evidence(const struct kstd_root *r, char *buf)
{
	char number[64] = "no kexec count";

	if (r->counted || r->numbered)
		snprintf(number, sizeof(number), "%s %llu",
			 r->counted ? "kexec count" : "live update number",
			 (unsigned long long)r->count);
	snprintf(buf, EVIDENCE, "%s, its memory map is %s", number,
		 r->map_is_whole ? "whole" :
		 r->unfinished ? "not made yet (not finalized)" : "not whole");
	return buf;
}

static void note_root(struct kstd_dump *dump, const struct kstd_core *core,
		      const struct kstd_root *r, const char *how)
{
	char buf[EVIDENCE];

	evidence(r, buf);
	if (r->side == KSTD_SIDE_FILE)
		kstd_unknown(dump, NULL, "%s: whether the KHO root at 0x%llx is of what the kernel got or of what it will hand over: %s (%s)",
			     core->phys.name, (unsigned long long)r->pa,
			     r->absent ? "pages of its memory map or its count, which would decide it, are missing" :
			     "nothing in it decides that", buf);
	kstd_note(dump, "%s, %s: a KHO root at 0x%llx, %s; found by %s; %s%s",
		  core->phys.name, core->what, (unsigned long long)r->pa, side_text(r->side), how,
		  buf, !r->in_setup_data ? "" :
		  core->machine == EM_X86_64 ? ", setup_data names it" : ", /chosen names it");
}

static void note_rest(struct kstd_dump *dump, const struct kstd_core *core,
		      const struct kstd_root *r)
{
	char buf[EVIDENCE];

	kstd_note(dump, "%s: another KHO root at 0x%llx, %s: of an earlier kernel, or of before a reset; not shown",
		  core->phys.name, (unsigned long long)r->pa, evidence(r, buf));
}

static int no_root(struct kstd_dump *dump, const struct kstd_core *core,
		   const struct kstd_roots *roots)
{
	struct kstd_where where = KSTD_AT(NULL, core->phys.name, strlen(core->phys.name));

	if (*core->lacks)
		return kstd_err_at(dump->ctx, &where,
				   kstd_err(dump->ctx, core->lacks_code, KSTD_NO_OFFSET,
					    "%s: no KHO root in what is there of it, %.2f GiB: %s; whether there was KHO is not known, its root may be in what is missing",
					    core->what, roots->scanned / GIB, core->lacks));
	return kstd_err_at(dump->ctx, &where,
			   kstd_err(dump->ctx, KSTD_E_NO_BLOBS, KSTD_NO_OFFSET,
				    "%s: no KHO root in it; %.2f GiB were scanned: KHO was off, or its pages are not in this file",
				    core->what, roots->scanned / GIB));
}

static int add_noted(struct kstd_dump *dump, const struct kstd_core *core,
		     const struct kstd_root *r, const char *how)
{
	note_root(dump, core, r, how);
	if (r->side != KSTD_SIDE_FILE && !(r->side & dump->sides))
		return 0;
	return kstd_root_add(dump, r);
}

static const char *how_of(const struct kstd_known_roots *known, const struct kstd_root *r,
			  const char *scan)
{
	if (known->in_how && r->pa == known->in.pa)
		return known->in_how;
	return known->out_how && r->pa == known->out.pa ? known->out_how : scan;
}

static bool any_whole(struct kstd_dump *dump, const struct kstd_roots *roots)
{
	struct kstd_root root;

	for (size_t i = 0; i < roots->nr; i++)
		if (kstd_root_at(dump, roots->v[i].pa, &root) && root.map_is_whole)
			return true;
	return false;
}

/*
 * Nothing says how large a page is: it is the size with which a map is whole, if that is one alone.
 */
static void prove_page_size(struct kstd_dump *dump, struct kstd_roots *roots)
{
	static const uint32_t sizes[] = { 4096, 16384, 65536 };
	struct kstd_core *core = dump->core;
	uint32_t assumed = core->phys.page_size, proved = 0;
	unsigned int nr = 0;
	bool setup;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		core->phys.page_size = sizes[i];
		if (!any_whole(dump, roots))
			continue;
		proved = sizes[i];
		nr++;
	}
	core->phys.page_size = nr == 1 ? proved : assumed;
	core->page_known = nr == 1;
	for (struct kstd_root *r = roots->v; r < roots->v + roots->nr; r++) {
		setup = r->in_setup_data;
		kstd_root_at(dump, r->pa, r);
		r->in_setup_data = setup;
	}
	if (core->page_known)
		kstd_note(dump, "%s: a page has %u bytes: the preserved-memory map is whole with that size and no other",
			  core->phys.name, proved);
	else
		kstd_unknown(dump, NULL, "%s: how large a page is: nothing says it, and no preserved-memory map proves it; --page-size does",
			     core->phys.name);
}

static int add_scanned(struct kstd_dump *dump, const struct kstd_core *core,
		       const struct kstd_known_roots *known)
{
	struct kstd_roots roots = { 0 };
	char scan[64];
	int rc;

	rc = kstd_roots_scan(dump, &roots) ?: kstd_cancelled(dump);
	if (rc)
		return rc;
	if (!roots.nr)
		return no_root(dump, core, &roots);
	if (!core->page_known)
		prove_page_size(dump, &roots);
	kstd_assign_sides(&roots, known);
	snprintf(scan, sizeof(scan), "a scan of %.2f GiB", roots.scanned / GIB);
	for (size_t i = 0; i < roots.nr && !rc; i++) {
		const struct kstd_root *r = &roots.v[i];

		if (r->side)
			rc = add_noted(dump, core, r, how_of(known, r, scan));
		else
			note_rest(dump, core, r);
	}
	if (roots.more)
		kstd_note(dump, "%s: %zu more pages look like KHO roots", core->phys.name,
			  roots.more);
	return rc;
}

/* Add the roots that the kernel names: if it names its outgoing root, it names the other, too. */
static int add_known(struct kstd_dump *dump, const struct kstd_core *core)
{
	struct kstd_known_roots known = { 0 };
	int rc = 0;

	kstd_find_root_kernel(dump, KSTD_SIDE_IN | KSTD_SIDE_OUT, &known);
	if (!known.out_how)
		return add_scanned(dump, core, &known);
	if (known.in_how)
		rc = add_noted(dump, core, &known.in, known.in_how);
	return rc ? rc : add_noted(dump, core, &known.out, known.out_how);
}

/* Add the roots that a note of the core names. Returns 0 if it names none. */
static int add_hinted(struct kstd_dump *dump, const struct kstd_core *core, bool *found)
{
	static const unsigned int sides[] = { KSTD_SIDE_IN, KSTD_SIDE_OUT, KSTD_SIDE_FILE };
	struct kstd_where where = KSTD_AT(NULL, core->phys.name, strlen(core->phys.name));
	struct kstd_root root;
	int rc = 0;

	for (int i = 0; core->hint.present && i < 3 && !rc; i++) {
		uint64_t pa = core->hint.roots[i];

		if (pa == KSTD_NO_OFFSET)
			continue;
		*found = true;
		if (!kstd_root_at(dump, pa, &root)) {
			kstd_defect(dump, &where, KSTD_E_MISMATCH, pa,
				    "its note names a KHO root at 0x%llx, and there is none",
				    (unsigned long long)pa);
			continue;
		}
		root.side = sides[i];
		rc = add_noted(dump, core, &root, "its own note");
	}
	return rc;
}

int kstd_roots_add(struct kstd_dump *dump, const struct kstd_core *core)
{
	bool found = false;
	int rc = add_hinted(dump, core, &found);

	return rc || found ? rc : add_known(dump, core);
}
