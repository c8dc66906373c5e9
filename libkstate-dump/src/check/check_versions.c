// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* What concerns all sections: the machine, and the versions of KHO, LUO and their users. */

#include "base/abi_version.h"
#include "check/check.h"
#include "kho/kho_side.h"
#include "luo/luo.h"
#include "vmlinux/kernel_file.h"
#include "source/source.h"

/**
 * struct abi_use - what depends on a version
 * @name: as in a version, "kho" of "kho-v4"
 * @everything: nothing at all is handed over if the version differs
 * @lost: what is lost: the end of a clause
 */
static const struct abi_use {
	const char *name;
	bool everything;
	const char *lost;
} abi_uses[] = {
	{ "kho", true, "nothing at all is handed over" },
	{ "kstate", true, "no section is restored" },
	{ "luo", false, "no session and no file of LUO is handed over" },
	{ "memfd", false, "no memfd is handed over" },
	{ "memblock", false, "no reserve_mem region is handed over" },
	{ "reserve-mem", false, "no reserve_mem region is handed over" },
};

#define MAX_LISTED	8	/* versions of one name, in a text */

static bool is_named(const struct kstd_abi *abi, const char *name, size_t len)
{
	return abi->name_len == len && !memcmp(abi->name, name, len);
}

/**
 * struct abi_set - the versions that one kernel has, from all its files
 * @complete: the kernel's own file is among them: the kernel has no other versions
 */
struct abi_set {
	struct kstd_abi abis[KSTD_MAX_ABIS];
	size_t nr;
	bool complete;
};

/* The file of a kernel was searched as a whole: what is not in it, the kernel does not have. */
static void add_abis(struct abi_set *s, const struct kstd_kernel_reads *cat)
{
	const struct kstd_kernel *kernel = cat ? cat->dump->kernel : NULL;

	s->complete |= kernel && !kernel->is_module;
	for (size_t i = 0; cat && i < cat->nr_abis && s->nr < KSTD_MAX_ABIS; i++) {
		const struct kstd_abi *abi = &cat->abis[i];

		s->complete |= is_named(abi, "kho", 3) && strcmp(abi->how, "blob");
		s->abis[s->nr++] = *abi;
	}
}

static const struct kstd_kernel_reads *catalog_of(struct kstd_dump *dump)
{
	const struct kstd_kernel_reads *cat = NULL;

	return kstd_catalog_get(dump, &cat) ? NULL : cat;
}

/* A running kernel that took over a root of KHO writes the same version. */
static void add_root_version(struct kstd_dump *dump, struct abi_set *s)
{
	struct kstd_kho_of_side side;
	size_t len;

	for (size_t i = 0; i < s->nr; i++)
		if (is_named(&s->abis[i], "kho", 3))
			return;
	kstd_quiet_begin(dump);
	kstd_kho_side(dump, KSTD_SIDE_IN, &side);
	kstd_quiet_end(dump);
	if (side.has_root && s->nr < KSTD_MAX_ABIS && side.root.compatible &&
	    kstd_abi_parse(side.root.compatible, strlen(side.root.compatible), &len))
		s->abis[s->nr++] = (struct kstd_abi){
			.name = side.root.compatible, .name_len = len,
			.version = side.root.compatible, .how = "blob",
		};
}

/* Versions of one name, as in "kho-v3, kho-v4"; NULL if there are none. */
static const char *versions_of(struct kstd_check_run *c, const struct abi_set *s, const char *name,
			       size_t len)
{
	const char *text = NULL;
	unsigned int nr = 0;

	for (size_t i = 0; i < s->nr; i++) {
		if (!is_named(&s->abis[i], name, len) || nr++ >= MAX_LISTED)
			continue;
		text = text ? kstd_check_text(c, "%s, %s", text, s->abis[i].version) :
		       s->abis[i].version;
	}
	return text;
}

static bool has_version(const struct abi_set *s, const char *version)
{
	for (size_t i = 0; i < s->nr; i++)
		if (!strcmp(s->abis[i].version, version))
			return true;
	return false;
}

/* Does @reader have all versions of this name that @writer has? */
static bool reads_all(const struct abi_set *writer, const struct abi_set *reader, const char *name,
		       size_t len)
{
	for (size_t i = 0; i < writer->nr; i++)
		if (is_named(&writer->abis[i], name, len) && !has_version(reader, writer->abis[i].version))
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

static const char *report_unknown(struct kstd_check_run *c, const char *name, const char *saved)
{
	struct kstd_finding *f;

	f = kstd_find(c, &c->all, KSTD_CHECK_ABI_UNKNOWN, name, "", 0,
		      "%s is written, and what %s reads is not known", saved, c->reader);
	f->saved = saved;
	return "unknown";
}

/* A kernel that accepts the root of KHO, and in it finds LUO of another version, panics. */
static bool does_panic(const struct abi_set *writer, const struct abi_set *reader,
		       const char *name, const char *reads)
{
	return reads && !strcmp(name, "luo") && reads_all(writer, reader, "kho", 3);
}

static const char *report_differs(struct kstd_check_run *c, const struct abi_set *writer,
				  const struct abi_set *reader, const char *name,
				  const char *saved, const char *reads)
{
	const struct abi_use *use = use_of(name, strlen(name));
	const char *lost = use ? use->lost : "what it hands over is lost";
	struct kstd_finding *f;

	if (!reads && !strcmp(name, "kho"))
		f = kstd_find(c, &c->all, KSTD_CHECK_ABI, name, "", 0,
			      "%s is written, and %s has no KHO: %s", saved, c->reader, lost);
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
	return "differs";
}

static void compare_abi(struct kstd_check_run *c, const struct abi_set *writer,
			const struct abi_set *reader, const struct kstd_abi *abi,
			struct kstd_node *list)
{
	const char *name = kstd_check_text(c, "%.*s", (int)abi->name_len, abi->name);
	const char *saved = versions_of(c, writer, abi->name, abi->name_len);
	const char *reads = versions_of(c, reader, abi->name, abi->name_len), *verdict = "same";
	struct kstd_arena *a = &c->dump->arena;
	struct kstd_node *n;

	if (!reads && !reader->complete)
		verdict = report_unknown(c, name, saved);
	else if (!reads_all(writer, reader, abi->name, abi->name_len))
		verdict = report_differs(c, writer, reader, name, saved, reads);
	n = kstd_put(a, list, KSTD_NO_KEY, KSTD_OBJECT);
	kstd_put_str(a, n, KSTD_K_ABI, name);
	kstd_put_str(a, n, KSTD_K_ABI_SAVED, saved);
	kstd_put_str(a, n, KSTD_K_ABI_READ, reads);
	kstd_put_str(a, n, KSTD_K_ABI_VERDICT, verdict);
}

static bool is_first(const struct abi_set *s, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (is_named(&s->abis[k], s->abis[i].name, s->abis[i].name_len))
			return false;
	return true;
}

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

static void compare_machines(struct kstd_check_run *c)
{
	if (!c->data)
		return;
	for (const struct kstd_desc_set *k = c->readers; k; k = k->next)
		if (k->producer->present) {
			compare_producers(c, c->data->producer, k->producer);
			return;
		}
}

static int compare_abis(struct kstd_check_run *c, struct kstd_node *root)
{
	struct kstd_node *list = kstd_put(&c->dump->arena, root, KSTD_K_ABIS, KSTD_LIST);
	struct abi_set here = { .nr = 0 }, next = { .nr = 0 };
	const struct abi_set *writer = c->reverse ? &next : &here;
	const struct abi_set *reader = c->reverse ? &here : &next;

	if (!list)
		return kstd_nomem(c->dump->ctx);
	add_abis(&here, catalog_of(c->dump));
	add_root_version(c->dump, &here);
	for (size_t i = 0; i < c->nr_next; i++) {
		add_abis(&next, catalog_of(c->next[i]));
		add_root_version(c->next[i], &next);
	}
	for (size_t i = 0; i < writer->nr; i++)
		if (is_first(writer, i))
			compare_abi(c, writer, reader, &writer->abis[i], list);
	return 0;
}

int kstd_check_versions(struct kstd_check_run *c, struct kstd_node *root)
{
	compare_machines(c);
	return compare_abis(c, root);
}
