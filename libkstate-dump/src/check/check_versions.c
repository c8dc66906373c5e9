// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* What concerns all sections: the machine, and the versions of KHO, LUO and their users. */

#include "base/abi_version.h"
#include "check/check.h"
#include "fdt/native.h"
#include "luo/luo.h"
#include "memory/core.h"
#include "source/source.h"
#include "vmlinux/kernel_file.h"

/**
 * struct abi_use - what depends on a version
 * @name: as in a version, "kho" of "kho-v4"
 * @everything: nothing at all is handed over if the version differs
 * @subtree: in use if KHO has a subtree of this name; NULL: always
 * @lost: what is lost: the end of a clause
 */
static const struct abi_use {
	const char *name;
	bool everything;
	const char *subtree;
	const char *lost;
} abi_uses[] = {
	{ "kho", true, NULL, "nothing at all is handed over" },
	{ "kstate", true, NULL, "no section is restored" },
	{ "luo", false, "LUO", "no session and no file of LUO is handed over" },
	{ "memfd", false, "LUO", "no memfd is handed over" },
	{ "memblock", false, "memblock", "no reserve_mem region is handed over" },
	{ "reserve-mem", false, "memblock", "no reserve_mem region is handed over" },
};

/* Does @reader have all versions of this name that @writer has? */
static bool reads_all(const struct kstd_abi_set *writer, const struct kstd_abi_set *reader,
		      const char *name, size_t len)
{
	for (size_t i = 0; i < writer->nr; i++)
		if (kstd_abi_is_named(&writer->abis[i], name, len) &&
		    !kstd_abi_find(reader, writer->abis[i].version))
			return false;
	return true;
}

static const struct abi_use *use_of(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof(abi_uses) / sizeof(abi_uses[0]); i++)
		if (strlen(abi_uses[i].name) == len && !memcmp(abi_uses[i].name, name, len))
			return &abi_uses[i];
	return NULL;
}

static void report_unknown(struct kstd_check_run *c, const char *name, const char *saved,
			   const char *reads)
{
	struct kstd_finding *f;

	if (reads)
		f = kstd_find(c, &c->all, KSTD_CHECK_ABI_UNKNOWN, name, "", 0,
			      "%s is written, and the file of %s has the strings %s: which of them it reads is not known",
			      saved, c->reader, reads);
	else
		f = kstd_find(c, &c->all, KSTD_CHECK_ABI_UNKNOWN, name, "", 0,
			      "%s is written, and what %s reads is not known", saved, c->reader);
	f->saved = saved;
	f->reads = reads;
}

/* A kernel that accepts the root of KHO, and in it finds LUO of another version, panics. */
static bool does_panic(const struct kstd_abi_set *writer, const struct kstd_abi_set *reader,
		       const char *name, const char *reads)
{
	return reads && !strcmp(name, "luo") && reads_all(writer, reader, "kho", 3);
}

static void report_differs(struct kstd_check_run *c, const struct kstd_abi_set *writer,
			   const struct kstd_abi_set *reader, const char *name,
			   const char *saved, const char *reads)
{
	const struct abi_use *use = use_of(name, strlen(name));
	const char *lost = use ? use->lost : "what it hands over is lost";
	struct kstd_finding *f;

	if (!reads && !strcmp(name, "kho"))
		f = kstd_find(c, &c->all, KSTD_CHECK_ABI, name, "", 0,
			      "%s is written, and %s has no KHO: %s", saved, c->reader, lost);
	else if (!strcmp(name, "kho"))
		f = kstd_find(c, &c->all, KSTD_CHECK_ABI, name, "", 0,
			      "%s is written, and %s reads %s: it drops all of it, with a warning, and %s",
			      saved, c->reader, reads, lost);
	else
		f = kstd_find(c, &c->all, KSTD_CHECK_ABI, name, "", 0,
			      "%s is written, and %s reads %s: %s%s", saved, c->reader,
			      reads ? reads : "no version of it", lost,
			      does_panic(writer, reader, name, reads) ?
			      ", and it panics while it boots" : "");
	f->saved = saved;
	f->reads = reads;
	if (use && use->everything && !c->refused)
		c->refused = f;
}

/* The worst of what becomes of the versions of one name that are written. */
static enum kstd_row_verdict verdict_of(const struct kstd_abi_set *writer,
					const struct kstd_abi_set *reader,
					const struct kstd_abi *abi, const char **how)
{
	enum kstd_row_verdict worst = KSTD_ROW_SAME, verdict;

	for (size_t i = 0; i < writer->nr; i++) {
		const char *found;

		if (!kstd_abi_is_named(&writer->abis[i], abi->name, abi->name_len))
			continue;
		verdict = kstd_abi_reads(reader, writer->abis[i].version, abi->name, abi->name_len,
					 &found);
		*how = found ? found : *how;
		if (verdict == KSTD_ROW_REFUSED || worst == KSTD_ROW_SAME)
			worst = verdict;
	}
	return worst;
}

/* Once the root is refused, what is under it is lost, and there is nothing more to say of it. */
static void compare_abi(struct kstd_check_run *c, const struct kstd_abi_set *writer,
			const struct kstd_abi_set *reader, const struct kstd_abi *abi, bool dropped)
{
	const char *name = kstd_check_text(c, "%.*s", (int)abi->name_len, abi->name);
	const char *saved = kstd_abi_versions(c, writer, abi->name, abi->name_len);
	struct kstd_check_row *row = kstd_row_add(c, name, saved);

	if (!row)
		return;
	row->reads = kstd_abi_versions(c, reader, abi->name, abi->name_len);
	row->verdict = dropped ? KSTD_ROW_LOST : verdict_of(writer, reader, abi, &row->how);
	if (row->verdict == KSTD_ROW_NOT_KNOWN)
		report_unknown(c, name, saved, row->reads);
	if (row->verdict != KSTD_ROW_REFUSED)
		return;
	report_differs(c, writer, reader, name, saved, row->reads);
	if (!row->reads)
		row->verdict = KSTD_ROW_LOST;
}

static bool is_first(const struct kstd_abi_set *s, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (kstd_abi_is_named(&s->abis[k], s->abis[i].name, s->abis[i].name_len))
			return false;
	return true;
}

/* ---- What is in use ---- */

/* Is a version in use? Files say which version of memfd is: there is a row for each handler. */
static bool in_use(struct kstd_check_run *c, unsigned int side, const struct kstd_abi *abi,
		   bool files_known)
{
	const struct abi_use *use = use_of(abi->name, abi->name_len);
	bool is_luo = abi->name_len >= 3 && !memcmp(abi->name, "luo", 3);

	if (!side)
		return true;
	if (is_luo || (files_known && kstd_abi_is_named(abi, "memfd", 5)))
		return false;
	return !use || !use->subtree ||
	       kstd_blob_find(c->dump, side, KSTD_ROLE_SUBTREE, use->subtree, strlen(use->subtree));
}

/* ---- Other subtrees ---- */

/* Subtrees that have rows of their own, or that no kernel needs. */
static bool is_compared(const char *name)
{
	static const char *const names[] = { "LUO", "memblock", "kstate", "kexec-metadata" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

/*
 * Does the reader have the version of a subtree that is a tree? If not, who reads a subtree asks
 * for it by its name, so a kernel without that string does not.
 */
static enum kstd_row_verdict subtree_verdict(struct kstd_check_run *c, struct kstd_blob *b,
					     const struct kstd_abi_set *reader,
					     struct kstd_check_row *row, const char **why)
{
	const char *version = kstd_blob_load(c->dump, b) ? NULL : kstd_fdt_compatible(&b->bytes);
	const struct kstd_abi *abi = version ? kstd_abi_find(reader, version) : NULL;

	if (!abi)
		return kstd_abi_handler(c, reader, row->saved, 0, &row->how, why);
	row->how = abi->how;
	row->reads = abi->version;
	return KSTD_ROW_SAME;
}

static void compare_subtree(struct kstd_check_run *c, struct kstd_blob *b,
			    const struct kstd_abi_set *reader)
{
	const char *why = NULL, *name = kstd_check_text(c, "%s", b->name);
	struct kstd_check_row *row = kstd_row_add(c, "subtree", name);

	if (!row)
		return;
	row->verdict = subtree_verdict(c, b, reader, row, &why);
	if (c->refused)
		row->verdict = KSTD_ROW_LOST;
	else if (row->verdict == KSTD_ROW_SAME)
		return;
	else if (row->verdict == KSTD_ROW_LOST)
		kstd_find(c, &c->all, KSTD_CHECK_NO_SUBTREE, name, "", 0,
			  "%s has nobody who asks for this subtree: what it refers to is lost",
			  c->reader);
	else
		kstd_find(c, &c->all, KSTD_CHECK_SUBTREE_UNKNOWN, name, "", 0,
			  "whether %s reads this subtree is not known: %s", c->reader,
			  why ? why : "it has no version that could be compared");
}

static void compare_subtrees(struct kstd_check_run *c, unsigned int side,
			     const struct kstd_abi_set *reader)
{
	for (struct kstd_blob *b = c->dump->blobs; b; b = b->next)
		if (b->side == side && b->role == KSTD_ROLE_SUBTREE && !is_compared(b->name))
			compare_subtree(c, b, reader);
}

/* ---- The machine ---- */

static void compare_numbers(struct kstd_check_run *c, enum kstd_check_code code, const char *what,
			    uint32_t saved, uint32_t reads)
{
	struct kstd_finding *f;

	if (!saved || !reads || saved == reads)
		return;
	f = kstd_find(c, &c->all, code, "image", "", 0,
		      "the %s is %u bytes where it is saved, and %u in %s, which refuses all of it",
		      what, saved, reads, c->reader);
	f->saved = kstd_check_text(c, "%u", saved);
	f->reads = kstd_check_text(c, "%u", reads);
	if (!c->refused)
		c->refused = f;
}

static void compare_producers(struct kstd_check_run *c, const struct kstd_producer *saved,
			      const struct kstd_producer *reads)
{
	struct kstd_finding *f;

	if (!saved->present || !reads->present)
		return;
	compare_numbers(c, KSTD_CHECK_PAGE_SIZE, "page size", saved->page_size, reads->page_size);
	compare_numbers(c, KSTD_CHECK_WORD_SIZE, "word size", saved->word_size, reads->word_size);
	if (saved->big == reads->big)
		return;
	f = kstd_find(c, &c->all, KSTD_CHECK_BYTE_ORDER, "image", "", 0,
		      "payloads are %s-endian, and %s is not, which refuses all of it",
		      saved->big ? "big" : "little", c->reader);
	f->saved = saved->big ? "big" : "little";
	f->reads = reads->big ? "big" : "little";
	if (!c->refused)
		c->refused = f;
}

/* The machine that memory is of, or an image; 0 if nothing says it. */
static uint16_t machine_of(struct kstd_check_run *c)
{
	if (c->dump->core)
		return c->dump->core->machine;
	return c->data && c->data->producer->machine ?
	       kstd_machine_number(c->data->producer->machine) : 0;
}

/* A kernel of another architecture boots on another machine. */
static void compare_architecture(struct kstd_check_run *c)
{
	uint16_t here = machine_of(c);
	struct kstd_finding *f;

	for (size_t i = 0; i < c->nr_next && here; i++) {
		const struct kstd_kernel *k = c->next[i]->kernel;
		const char *names[2] = { kstd_machine_name(here) ?: "another machine" };

		if (!k || !k->machine || k->machine == here)
			continue;
		names[1] = kstd_machine_name(k->machine) ?: "another machine";
		f = kstd_find(c, &c->all, KSTD_CHECK_MACHINE, c->next[i]->source, "", 0,
			      "it is a kernel for %s, and what is handed over is of %s: it does not boot there",
			      names[1], names[0]);
		f->saved = names[0];
		f->reads = names[1];
		if (!c->refused)
			c->refused = f;
	}
}

static void compare_machines(struct kstd_check_run *c)
{
	compare_architecture(c);
	if (!c->data)
		return;
	for (const struct kstd_desc_set *k = c->readers; k; k = k->next)
		if (k->producer->present) {
			compare_producers(c, c->data->producer, k->producer);
			return;
		}
}

/* A root of a version that has no such form is in use, too. */
static void add_odd_root(struct kstd_check_run *c, const struct kstd_kho_of_side *side,
			 const struct kstd_abi_set *writer, const struct kstd_abi_set *reader)
{
	const char *version = side->has_root ? side->root.compatible : NULL;
	struct kstd_abi abi = { .name = version, .name_len = 3, .version = version, .how = "blob" };
	struct kstd_abi_set odd = { .abis = { abi }, .nr = 1 };

	if (!version || strncmp(version, KSTD_KHO_PREFIX, strlen(KSTD_KHO_PREFIX)) ||
	    kstd_abi_find(writer, version))
		return;
	compare_abi(c, &odd, reader, &odd.abis[0], false);
}

/* Can it be read what a subtree is that has a row of its own? */
static bool is_read(struct kstd_check_run *c, struct kstd_blob *b)
{
	if (kstd_blob_load(c->dump, b) || !b->bytes.len)
		return false;
	if (!strcmp(b->name, "kstate"))
		return c->image;
	return !strcmp(b->name, "LUO") || kstd_fdt_compatible(&b->bytes);
}

static void add_lost(struct kstd_check_run *c, const char *abi)
{
	struct kstd_check_row *row = kstd_row_add(c, abi, NULL);

	if (row)
		row->verdict = KSTD_ROW_LOST;
}

/* What cannot be read is in use all the same. */
static void compare_unread(struct kstd_check_run *c, unsigned int side)
{
	static const struct {
		const char *subtree, *abi;
	} rows[] = {
		{ "LUO", "luo" }, { "memblock", "memblock" }, { "kho_test", "kho-test" },
		{ "kstate", "kstate" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct kstd_blob *b = kstd_blob_find(c->dump, side, KSTD_ROLE_SUBTREE,
						     rows[i].subtree,
						     strlen(rows[i].subtree));

		if (!b || is_read(c, b))
			continue;
		c->sections_unknown |= !strcmp(rows[i].abi, "kstate");
		if (c->refused)
			add_lost(c, rows[i].abi);
		else
			kstd_row_unknown(c, rows[i].abi, KSTD_CHECK_UNREAD,
				    kstd_check_text(c, "whether %s reads this subtree is not known: it cannot be read",
						    c->reader));
	}
}

/* A side without a version of KHO: the source does not have it. */
static void report_no_version(struct kstd_check_run *c)
{
	kstd_row_unknown(c, "kho", KSTD_CHECK_ABI_UNKNOWN,
			 "which version of KHO is written is not in the source, nor what else is handed over");
}

/* A whole kernel without KHO decides it, whatever the other one does. */
static void compare_no_kho(struct kstd_check_run *c, const struct kstd_abi_set *writer,
			   const struct kstd_abi_set *reader)
{
	const char *reads = kstd_abi_versions(c, reader, "kho", 3);
	bool writes_none = writer->complete;
	struct kstd_check_row *row;

	if (!writes_none && (reads || !reader->complete)) {
		report_no_version(c);
		return;
	}
	row = kstd_row_add(c, "kho", NULL);
	if (!row)
		return;
	row->reads = reads;
	row->verdict = KSTD_ROW_LOST;
	c->refused = kstd_find(c, &c->all, KSTD_CHECK_NO_KHO, "kho", "", 0,
			       "%s has no KHO: nothing at all is handed over",
			       writes_none == c->reverse ? "the next kernel" : "this kernel");
}

/*
 * The root comes first: what it refuses decides the rest. Sections alone are compared with
 * descriptions alone, as a driver's tests do; whether a kernel takes them depends on the root.
 */
static void compare_kho(struct kstd_check_run *c, const struct kstd_abi_set *writer,
			const struct kstd_abi_set *reader, struct kstd_kho_of_side *side)
{
	for (size_t i = 0; i < writer->nr; i++)
		if (is_first(writer, i) && kstd_abi_is_named(&writer->abis[i], "kho", 3))
			compare_abi(c, writer, reader, &writer->abis[i], false);
	if (!side->dump) {
		if (!c->nr_rows && (writer->of_kernel || reader->whole))
			compare_no_kho(c, writer, reader);
		kstd_check_map_of_files(c, writer, reader);
		return;
	}
	add_odd_root(c, side, writer, reader);
	if (!c->nr_rows)
		report_no_version(c);
	kstd_check_map(c, side, reader);
}

static void compare_abis(struct kstd_check_run *c, const struct kstd_abi_set *writer,
			 const struct kstd_abi_set *reader, unsigned int side)
{
	struct kstd_kho_of_side kho = { 0 };
	bool files_known = false, dropped;

	if (side) {
		kstd_quiet_begin(c->dump);
		kstd_kho_side(c->dump, side, &kho);
		kstd_quiet_end(c->dump);
	}
	compare_kho(c, writer, reader, &kho);
	dropped = side && c->refused;
	if (side)
		files_known = kstd_check_luo(c, side, reader, dropped);
	for (size_t i = 0; i < writer->nr; i++) {
		const struct kstd_abi *abi = &writer->abis[i];

		if (is_first(writer, i) && !kstd_abi_is_named(abi, "kho", 3) &&
		    in_use(c, side, abi, files_known))
			compare_abi(c, writer, reader, abi, dropped);
	}
	if (side) {
		compare_unread(c, side);
		compare_subtrees(c, side, reader);
		kstd_check_cmdline(c);
	} else {
		kstd_check_luo_of_files(c, writer, reader);
	}
}

/*
 * All there is was handed over, and may be what the kernel hands over again, or not. Whoever asked
 * for that side knows it.
 */
static void report_incoming(struct kstd_check_run *c)
{
	if (c->dump->sides == KSTD_SIDE_IN)
		kstd_note(c->dump, "%s: what was handed over is checked, not what will be",
			  c->dump->source);
	else
		kstd_unknown(c->dump, NULL, "%s: what will be handed over: nothing of that is in it, and what was handed over is checked",
			     c->dump->source);
}

int kstd_check_versions(struct kstd_check_run *c)
{
	struct kstd_abi_set *here = kstd_arena_get(&c->dump->arena, sizeof(*here));
	struct kstd_abi_set *next = kstd_arena_get(&c->dump->arena, sizeof(*next));
	unsigned int side = c->reverse ? 0 : kstd_check_side(c->dump);

	if (!here || !next)
		return kstd_nomem(c->dump->ctx);
	kstd_abi_set_fill(here, &c->dump, 1);
	kstd_abi_set_fill(next, c->next, c->nr_next);
	compare_machines(c);
	if (side == KSTD_SIDE_IN) {
		report_incoming(c);
		kstd_abi_set_incoming(here, c->dump);
	}
	if (c->reverse)
		compare_abis(c, next, here, 0);
	else
		compare_abis(c, here, next, side);
	return c->dump->arena.short_of ? kstd_nomem(c->dump->ctx) : 0;
}
