// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/*
 * /proc/kcore, for what debugfs does not show of the running system: Linux from 6.19 on shows
 * the outgoing root as it was before subtrees were added, after a boot through KHO
 * not at all, and nothing without CONFIG_KEXEC_HANDOVER_DEBUGFS.
 *
 * It is read, never more: a kernel that is asked through /dev/liveupdate would let
 * no one else in meanwhile.
 */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "fdt/fdt_view.h"
#include "kho/formats.h"
#include "kho/kho_root.h"
#include "kho/kho_side.h"
#include "kho/find_root.h"
#include "kho/writer.h"
#include "source/source.h"

#define KCORE	"/proc/kcore"

static void no_memory(struct kstd_dump *dump, const char *why)
{
	dump->memory_why = kstd_arena_str(&dump->arena, why, strlen(why));
}

static void open_kcore(struct kstd_dump *dump)
{
	char path[PATH_MAX], *name;
	struct kstd_io io;
	int fd;

	snprintf(path, sizeof(path), "%s" KCORE, dump->sysroot ? dump->sysroot : "");
	name = kstd_arena_str(&dump->arena, path, strlen(path));
	fd = name ? open(name, O_RDONLY | O_CLOEXEC) : -1;
	if (fd < 0) {
		no_memory(dump, strerror(errno));
		return;
	}
	if (kstd_io_fd(&io, fd)) {
		no_memory(dump, strerror(errno));
		kstd_io_close(&io);
	} else if (kstd_core_open(dump, &io, name, dump->page_size, true)) {
		no_memory(dump, kstd_error_text(dump->ctx));
	}
}

/* Does debugfs have the whole root of a side? */
static bool is_whole(struct kstd_dump *dump, unsigned int side)
{
	struct kstd_blob *b = kstd_blob_find(dump, side, KSTD_ROLE_ROOT, NULL, 0);

	return b && !kstd_blob_load(dump, b) && b->bytes.len &&
	       kstd_fdt_total(&b->bytes) <= b->bytes.len;
}

/* Why a root is read from memory: debugfs has @len bytes of it, or none. */
static const char *origin(struct kstd_dump *dump, const struct kstd_root *root, const char *path,
			  size_t len, const char *how)
{
	char text[KSTD_WRITER];
	const char *writer = root->side == KSTD_SIDE_OUT ?
			    kstd_kho_writer(dump, root->side, KSTD_FROM_6_19, text) : NULL;
	char buf[400];

	if (len)
		snprintf(buf, sizeof(buf), "%s: %zu bytes of %u in debugfs, as %s shows it from before subtrees were added; read through %s, found by %s",
			 path, len, root->bytes, writer ? writer : "the kernel", dump->phys->name, how);
	else
		snprintf(buf, sizeof(buf), "%s is not in debugfs%s%s%s; read through %s, found by %s",
			 path, writer ? ": " : "", writer ? writer : "",
			 writer ? " shows none after a boot through KHO" : "", dump->phys->name, how);
	return kstd_arena_str(&dump->arena, buf, strlen(buf));
}

/* Make a root a blob that is read from memory. */
static struct kstd_blob *take_root(struct kstd_dump *dump, const struct kstd_root *root,
				   const char *how)
{
	struct kstd_blob *b = kstd_blob_find(dump, root->side, KSTD_ROLE_ROOT, NULL, 0);
	size_t len = 0;
	char path[32];

	snprintf(path, sizeof(path), "kho/%s/fdt", kstd_side_name(root->side));
	if (b) {
		len = b->loaded ? b->bytes.len : 0;
		kstd_blob_unload(b);
	} else {
		b = kstd_blob_add(dump, path, NULL, root->side, KSTD_ROLE_ROOT);
	}
	if (!b)
		return NULL;
	b->origin = origin(dump, root, path, len, how);
	b->in_memory = true;
	b->loaded = false;
	b->pa = root->pa;
	b->in_memory_bytes = root->bytes;
	return b;
}

/* Add a subtree that the root names and that has no file in debugfs. */
static int take_subtree(struct kstd_dump *dump, unsigned int side,
			const struct kstd_kho_subtree *sub)
{
	char path[256], safe[KSTD_SAFE], note[400];
	struct kstd_blob *b;

	if (kstd_blob_find(dump, side, KSTD_ROLE_SUBTREE, sub->name, sub->name_len))
		return 0;
	snprintf(path, sizeof(path), "kho/%s/sub_fdts/%s", kstd_side_name(side),
		 kstd_safe(safe, sub->name, sub->name_len));
	b = kstd_blob_add(dump, path, NULL, side, KSTD_ROLE_SUBTREE);
	if (!b)
		return kstd_nomem(dump->ctx);
	b->in_memory = true;
	b->pa = sub->address;
	b->in_memory_bytes = sub->bytes;
	snprintf(note, sizeof(note), "%s is not in debugfs; read through %s", path,
		 dump->phys->name);
	b->origin = kstd_arena_str(&dump->arena, note, strlen(note));
	return 0;
}

static int add_side(struct kstd_dump *dump, const struct kstd_root *root, const char *how)
{
	struct kstd_kho_subtree sub;
	struct kstd_kho_root kho;
	struct kstd_span bytes;
	struct kstd_cursor c;
	int rc = 0;

	if (!how || !(root->side & dump->sides))
		return 0;
	if (!take_root(dump, root, how))
		return kstd_nomem(dump->ctx);
	kstd_quiet_begin(dump);
	if (!kstd_phys_get(dump, root->pa, root->bytes, &bytes) &&
	    !kstd_kho_root_open(dump->ctx, &bytes, &kho)) {
		c = kstd_fdt_root(&kho.fdt);
		while (!rc && kstd_kho_next(dump, NULL, &kho, &c, &sub))
			rc = take_subtree(dump, root->side, &sub);
	}
	kstd_quiet_end(dump);
	return rc;
}

/* The last resort. Only %KSTD_LIVE_SCAN bytes: all memory of a large machine takes minutes. */
static int scan_for_out(struct kstd_dump *dump, struct kstd_known_roots *known)
{
	struct kstd_roots *roots = kstd_arena_get(&dump->arena, sizeof(*roots));

	int rc;

	if (!roots)
		return kstd_nomem(dump->ctx);
	*roots = (struct kstd_roots){ .limit = KSTD_LIVE_SCAN };
	rc = kstd_roots_scan(dump, roots);
	kstd_assign_sides(roots, known);
	for (size_t i = 0; i < roots->nr; i++) {
		if (roots->v[i].side == KSTD_SIDE_OUT && !known->out_how) {
			known->out = roots->v[i];
			known->out_how = "a scan of memory";
		}
	}
	return rc;
}

/*
 * A kernel with kernel/fixes makes no file for LUO's subtree, which it has freed. What is in
 * that memory now is as good as what the file shows in others: LUO's decoder tells, and asks
 * the kernel.
 */
static int add_released(struct kstd_dump *dump)
{
	struct kstd_kho_subtree sub;
	struct kstd_kho_of_side s;
	struct kstd_cursor c;
	int rc = 0;

	kstd_quiet_begin(dump);
	kstd_kho_side(dump, KSTD_SIDE_IN, &s);
	if (s.has_root) {
		c = kstd_fdt_root(&s.root.fdt);
		while (!rc && kstd_kho_next(dump, NULL, &s.root, &c, &sub))
			if (sub.name_len == strlen(KSTD_LUO_NAME) &&
			    !memcmp(sub.name, KSTD_LUO_NAME, sub.name_len))
				rc = take_subtree(dump, KSTD_SIDE_IN, &sub);
	}
	kstd_quiet_end(dump);
	return rc;
}

int kstd_live_memory(struct kstd_dump *dump)
{
	bool in = is_whole(dump, KSTD_SIDE_IN), out = is_whole(dump, KSTD_SIDE_OUT);
	bool no_in = !kstd_blob_find(dump, KSTD_SIDE_IN, KSTD_ROLE_ROOT, NULL, 0) &&
		     kstd_blob_find(dump, KSTD_SIDE_OUT, KSTD_ROLE_SUBTREE, NULL, 0);
	struct kstd_known_roots known = { 0 };
	int rc = 0;

	open_kcore(dump);
	/* debugfs with an `out` and without an `in` is that of a cold boot. */
	if (dump->phys && in)
		rc = add_released(dump);
	if (!dump->phys || (out && (in || no_in)) || rc)
		return rc;
	kstd_find_root_kernel(dump, KSTD_SIDE_OUT | (in || no_in ? 0 : KSTD_SIDE_IN), &known);
	if (!out && !known.out_how)
		rc = scan_for_out(dump, &known);
	rc = rc ?: kstd_cancelled(dump);
	if (!rc && !in && !no_in)
		rc = add_side(dump, &known.in, known.in_how);
	if (!rc && !out)
		rc = add_side(dump, &known.out, known.out_how);
	return rc;
}
