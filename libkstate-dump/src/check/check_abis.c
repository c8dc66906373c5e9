// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Which versions, handlers and FLBs a kernel has, and how that was found. */

#include "base/abi_version.h"
#include "check/check.h"
#include "fdt/native.h"
#include "kho/writer.h"
#include "vmlinux/kernel_file.h"

#define MAX_LISTED	8	/* versions of one name, in a text */

bool kstd_abi_is_named(const struct kstd_abi *abi, const char *name, size_t len)
{
	return abi->name_len == len && !memcmp(abi->name, name, len);
}

/* The file of a kernel was searched as a whole: what is not in it, the kernel does not have. */
static void add_abis(struct kstd_abi_set *s, const struct kstd_kernel_reads *cat)
{
	const struct kstd_kernel *kernel = cat ? cat->dump->kernel : NULL;

	s->of_kernel |= kernel || (cat && cat->is_catalog);
	s->whole |= kernel && !kernel->is_module;
	s->complete |= s->whole;
	if (kernel && !kernel->is_module && kernel->release[0])
		s->release = kernel->release;
	for (size_t i = 0; cat && i < cat->nr_abis && s->nr < KSTD_MAX_ABIS; i++) {
		const struct kstd_abi *abi = &cat->abis[i];

		if (!kstd_abi_counts(cat, abi))
			continue;
		if (kstd_abi_is_named(abi, "kho", 3)) {
			s->complete |= strcmp(abi->how, "blob");
			s->listed |= !strcmp(abi->how, "catalog");
		}
		s->abis[s->nr++] = *abi;
	}
}

/* Whatever hands over says of which release it is, if it is known. */
static void add_release(struct kstd_dump *dump, struct kstd_abi_set *s)
{
	char release[KSTD_RELEASE];

	if (!s->release && !dump->kernel && kstd_kho_release(dump, KSTD_SIDE_OUT, release))
		s->release = kstd_arena_str(&dump->arena, release, strlen(release));
}

/* A running kernel that took over a root of KHO writes the same version. */
static void add_root_version(struct kstd_dump *dump, struct kstd_abi_set *s)
{
	struct kstd_kho_of_side side;
	size_t len;

	for (size_t i = 0; i < s->nr; i++)
		if (kstd_abi_is_named(&s->abis[i], "kho", 3))
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

static void add_version(struct kstd_abi_set *s, const char *version)
{
	size_t len;

	if (s->nr < KSTD_MAX_ABIS && kstd_abi_parse(version, strlen(version), &len) &&
	    !kstd_abi_find(s, version))
		s->abis[s->nr++] = (struct kstd_abi){
			.name = version, .name_len = len, .version = version, .how = "blob",
		};
}

void kstd_abi_set_incoming(struct kstd_abi_set *s, struct kstd_dump *dump)
{
	const char *version;

	for (struct kstd_blob *b = dump->blobs; b; b = b->next) {
		if (b->side != KSTD_SIDE_IN || b->role != KSTD_ROLE_SUBTREE ||
		    kstd_blob_load(dump, b))
			continue;
		version = kstd_fdt_compatible(&b->bytes);
		if (version)
			add_version(s, version);
	}
}

static bool has_kernel_file(struct kstd_dump *const *dumps, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (dumps[i]->kernel && !dumps[i]->kernel->is_module)
			return true;
	return false;
}

/* Beside a kernel's own file a catalog is there for its descriptions: it proves no version. */
void kstd_abi_set_fill(struct kstd_abi_set *s, struct kstd_dump *const *dumps, size_t nr)
{
	bool own = has_kernel_file(dumps, nr);
	const struct kstd_kernel_reads *cat;

	*s = (struct kstd_abi_set){ .dumps = dumps, .nr_dumps = nr };
	for (size_t i = 0; i < nr; i++) {
		if (own && !dumps[i]->kernel)
			continue;
		add_abis(s, kstd_catalog_get(dumps[i], &cat) ? NULL : cat);
		add_root_version(dumps[i], s);
		add_release(dumps[i], s);
	}
}

const char *kstd_abi_versions(struct kstd_check_run *c, const struct kstd_abi_set *s,
			      const char *name, size_t len)
{
	const char *text = NULL;
	unsigned int nr = 0;

	for (size_t i = 0; i < s->nr; i++) {
		if (!kstd_abi_is_named(&s->abis[i], name, len) || nr++ >= MAX_LISTED)
			continue;
		text = text ? kstd_check_text(c, "%s, %s", text, s->abis[i].version) :
		       s->abis[i].version;
	}
	return text;
}

const struct kstd_abi *kstd_abi_find(const struct kstd_abi_set *s, const char *version)
{
	for (size_t i = 0; i < s->nr; i++)
		if (!strcmp(s->abis[i].version, version))
			return &s->abis[i];
	return NULL;
}

enum kstd_row_verdict kstd_abi_reads(const struct kstd_abi_set *s, const char *version,
				     const char *name, size_t len, const char **how)
{
	const struct kstd_abi *found = kstd_abi_find(s, version);
	bool others = false, only_strings = true;

	*how = found ? found->how : NULL;
	for (size_t i = 0; i < s->nr; i++) {
		if (!kstd_abi_is_named(&s->abis[i], name, len))
			continue;
		others |= strcmp(s->abis[i].version, version);
		only_strings &= !strcmp(s->abis[i].how, "string");
	}
	if (found && others && only_strings)
		return KSTD_ROW_NOT_KNOWN;
	if (found)
		return others ? KSTD_ROW_READS : KSTD_ROW_SAME;
	return others || s->complete ? KSTD_ROW_REFUSED : KSTD_ROW_NOT_KNOWN;
}

static const char *table_of(const struct kstd_kernel *kernel, const char *name, unsigned int kind)
{
	for (const struct kstd_kernel_table *t = kernel->tables.first; t; t = t->next)
		if (t->kinds & kind && !strcmp(t->name, name))
			return t->how;
	return NULL;
}

/* Why a file with the string, or perhaps with it, does not say whether the handler is there. */
static const char *why_not_known(struct kstd_check_run *c, const struct kstd_dump *dump)
{
	char safe[KSTD_SAFE];
	const char *why = dump->kernel->tables.why_not;

	return kstd_check_text(c, "the string is in %s, and %s",
			       kstd_safe(safe, dump->source, strlen(dump->source)),
			       why ? why : "in no table of handlers or FLBs: it may be anything's");
}

enum kstd_row_verdict kstd_abi_handler(struct kstd_check_run *c, const struct kstd_abi_set *s,
				       const char *name, unsigned int kind, const char **how,
				       const char **why)
{
	const struct kstd_abi *abi = kstd_abi_find(s, name);

	*why = NULL;
	*how = abi && strcmp(abi->how, "string") ? abi->how : NULL;
	for (size_t i = 0; i < s->nr_dumps && !*how; i++) {
		const struct kstd_kernel *kernel = s->dumps[i]->kernel;

		*how = kernel ? table_of(kernel, name, kind) : NULL;
		if (kernel && !*how && !kstd_string_set_lacks(&kernel->strings, name))
			*why = why_not_known(c, s->dumps[i]);
	}
	if (*how)
		return KSTD_ROW_SAME;
	if (*why)
		return KSTD_ROW_NOT_KNOWN;
	if (s->whole || (s->listed && !strncmp(name, "memfd-v", 7)))
		return KSTD_ROW_LOST;
	*why = kstd_check_text(c, "no file of %s was named that says which handlers it has", c->reader);
	return KSTD_ROW_NOT_KNOWN;
}
