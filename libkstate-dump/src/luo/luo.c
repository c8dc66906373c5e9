// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include "fdt/native.h"
#include "kho/kho_side.h"
#include "kho/writer.h"
#include "luo/luo.h"
#include "memory/phys.h"
#include "base/file.h"
#include "memory/blob.h"

bool kstd_luo_probe(const struct kstd_blob *blob)
{
	const char *compatible = kstd_fdt_compatible(&blob->bytes);

	if (compatible)
		return !strncmp(compatible, KSTD_LUO_PREFIX, strlen(KSTD_LUO_PREFIX));
	return kstd_span_starts(&blob->bytes, KSTD_LUO_PREFIX, strlen(KSTD_LUO_PREFIX)) ||
	       (blob->role == KSTD_ROLE_SUBTREE && !strcmp(blob->name, KSTD_LUO_NAME));
}

static bool is_luo(const struct kstd_blob *b)
{
	if (b->role == KSTD_ROLE_LONE)
		return b->loaded && kstd_luo_probe(b);
	return b->role == KSTD_ROLE_SUBTREE && !strcmp(b->name, KSTD_LUO_NAME);
}

static struct kstd_blob *next_blob(struct kstd_dump *dump, struct kstd_blob *blob)
{
	for (blob = blob ? blob->next : dump->blobs; blob; blob = blob->next)
		if (is_luo(blob))
			return blob;
	return NULL;
}

/* Are sessions written? Only the kexec does that; there may be none, too. */
static bool is_written(const struct kstd_luo_side *luo)
{
	if (luo->format && luo->format->sessions == KSTD_STORE_ARRAY)
		return luo->sessions && luo->nr_sessions;
	return luo->sessions;
}

static bool are_flbs_known(const struct kstd_luo_side *luo)
{
	const bool hidden = luo->kernel && luo->kernel->flbs_hidden;

	if (luo->flbs_unread)
		return false;
	if (luo->no_flbs || luo->flbs_from_kernel)
		return true;
	/* The memory for FLBs is there from the boot on, and nothing is in it before the kexec. */
	if (luo->blob->side == KSTD_SIDE_OUT)
		return luo->from == KSTD_LUO_BLOCKS;
	if (hidden && (!luo->flbs || luo->from == KSTD_LUO_KERNEL))
		return false;
	return luo->flbs || (luo->kernel && luo->kernel->flbs) || luo->from == KSTD_LUO_BLOCKS ||
	       !luo->released;
}

const char *kstd_luo_flbs_why(const struct kstd_luo_side *luo)
{
	if (are_flbs_known(luo))
		return NULL;
	if (luo->flbs_unread)
		return "the memory that says where they are is not in the source";
	if (luo->kernel && luo->kernel->flbs_hidden)
		return "the kernel's list of them was not found";
	return luo->released ? "LUO has released the memory that says where they are" :
	       "LUO writes them during the kexec, not before";
}

/* A running system is not scanned: that would take long, and find freed blocks. */
static void choose_without_kernel(struct kstd_luo_side *luo)
{
	luo->reused = is_written(luo) && kstd_kho_booted(luo->dump, luo->blob->side) &&
		      luo->format->sessions == KSTD_STORE_ARRAY && !kstd_luo_is_array(luo);
	luo->from = is_written(luo) && !luo->reused ? KSTD_LUO_BLOCKS : KSTD_LUO_NOWHERE;
	if (!luo->released || luo->dump->phys->changing)
		return;
	kstd_luo_scan(luo);
	luo->from = luo->nr_heads ? KSTD_LUO_SCAN : KSTD_LUO_NOWHERE;
}

/* The incoming side: the kernel knows what is left of it, struct luo_ser only what it was. */
static void choose_incoming(struct kstd_luo_side *luo)
{
	uint64_t sessions, count;

	if (!luo->kernel || !kstd_luo_kernel_incoming(luo, &sessions, &count)) {
		choose_without_kernel(luo);
		return;
	}
	luo->sessions = sessions;
	luo->from = sessions ? KSTD_LUO_BLOCKS : count ? KSTD_LUO_KERNEL : KSTD_LUO_NOWHERE;
	luo->finished = !sessions && !count;
}

/* The outgoing side: the kernel writes struct luo_ser during the kexec, and not before. */
static void choose_outgoing(struct kstd_luo_side *luo)
{
	luo->from = is_written(luo) ? KSTD_LUO_BLOCKS : luo->kernel ? KSTD_LUO_KERNEL :
		    KSTD_LUO_NOWHERE;
	luo->flbs_from_kernel = luo->from == KSTD_LUO_KERNEL && luo->kernel->flbs;
}

/* The number of sessions is in memory directly before their array. */
static void read_header(struct kstd_luo_side *luo)
{
	struct kstd_span s;
	uint8_t raw[KSTD_LUO_ARRAY_HEADER];

	if (!luo->format || luo->format->sessions != KSTD_STORE_ARRAY || !luo->sessions)
		return;
	if (kstd_phys_copy(luo->dump, luo->sessions, raw, sizeof(raw))) {
		kstd_defect_err(luo->dump, luo->where);
		return;
	}
	s = kstd_span_of(raw, sizeof(raw), luo->sessions);
	kstd_span_int(&s, sizeof(raw), luo->big, &luo->nr_sessions);
}

static void choose(struct kstd_luo_side *luo)
{
	unsigned int side = luo->blob->side;

	if (!luo->dump->phys)
		return;
	luo->big = luo->dump->phys->big;
	read_header(luo);
	if (side == KSTD_SIDE_IN || (side == KSTD_SIDE_OUT && !is_written(luo)))
		luo->kernel = kstd_luo_kernel_open(luo->dump);
	if (side == KSTD_SIDE_IN)
		choose_incoming(luo);
	else
		choose_outgoing(luo);
}

static void free_side(void *p, size_t len)
{
	struct kstd_luo_side *luo = p;

	(void)len;
	kstd_visited_free(&luo->visited);
}

static struct kstd_luo_side *new_luo(struct kstd_dump *dump, const struct kstd_blob *blob)
{
	struct kstd_where where = KSTD_AT(NULL, blob->path, strlen(blob->path));
	struct kstd_luo_side *luo = kstd_arena_get(&dump->arena, sizeof(*luo));

	if (!luo)
		return NULL;
	*luo = (struct kstd_luo_side){
		.dump = dump, .blob = blob, .where = kstd_where_keep(&dump->arena, &where),
		.visited = { .max = KSTD_LUO_MAX_PAGES },
	};
	return luo->where && kstd_arena_own(&dump->arena, free_side, luo, 0) ? luo : NULL;
}

int kstd_luo_open(struct kstd_dump *dump, const struct kstd_blob *blob, struct kstd_luo_side **out)
{
	struct kstd_luo_side *luo = dump->luos;
	int rc;

	while (luo && luo->blob != blob)
		luo = luo->next;
	if (!luo) {
		luo = new_luo(dump, blob);
		if (!luo)
			return kstd_nomem(dump->ctx);
		rc = kstd_luo_read_root(luo);
		if (rc)
			return rc;
		choose(luo);
		luo->next = dump->luos;
		dump->luos = luo;
	}
	*out = luo;
	return 0;
}

/* What came in without sessions had none. */
static void explain_unwritten(const struct kstd_luo_side *luo)
{
	if (luo->blob->side != KSTD_SIDE_IN)
		kstd_unknown(luo->dump, luo->where, "which sessions there are: LUO writes them during the kexec, not before");
}

/* Report the reason why there are no sessions. */
static void explain_nothing(struct kstd_luo_side *luo)
{
	const char *path = luo->blob->path;
	struct kstd_dump *dump = luo->dump;
	char writer[KSTD_WRITER];

	if (luo->flbs && !dump->phys)
		kstd_unknown(dump, luo->where, "which FLBs there are: they are in memory, and %s has none",
			     dump->source);
	if (luo->finished)
		kstd_note(dump, "%s: the kernel was handed over no sessions, or all of them are finished",
			  path);
	else if (luo->released)
		kstd_unknown(dump, luo->where, "which sessions and FLBs were handed over: LUO has released this memory, as %s does after boot; what debugfs shows is somebody else's",
			     kstd_kho_writer(dump, KSTD_SIDE_OUT, KSTD_FROM_7_2, writer));
	else if (luo->reused)
		kstd_unknown(dump, luo->where, "which sessions there are: what they were in was freed when /dev/liveupdate was first opened, and is used for something else");
	else if ((dump->phys && !is_written(luo)) ||
		 (luo->format->sessions == KSTD_STORE_CHAIN && !luo->sessions))
		explain_unwritten(luo);
	else
		kstd_unknown(dump, luo->where, "which sessions there are: they are in memory, and %s has none",
			     dump->source);
}

void kstd_luo_missed(struct kstd_dump *dump)
{
	struct kstd_luo_side *luo = NULL;

	kstd_quiet_begin(dump);
	while ((luo = kstd_luo_next(dump, luo)))
		kstd_luo_explain(luo);
	kstd_quiet_end(dump);
}

void kstd_luo_explain(struct kstd_luo_side *luo)
{
	const char *path = luo->blob->path;
	struct kstd_dump *dump = luo->dump;
	bool in = luo->blob->side == KSTD_SIDE_IN;

	if (luo->from == KSTD_LUO_NOWHERE)
		explain_nothing(luo);
	else if (luo->from == KSTD_LUO_KERNEL)
		kstd_note(dump, "%s: sessions are read from the kernel's own structures, as %s: laid out as %s says",
			  path, in ? "LUO has read and freed the blocks that it was handed over" :
				     "LUO writes them during the kexec, not before",
			  luo->kernel->layout.where);
	else if (luo->from == KSTD_LUO_SCAN)
		kstd_unknown(dump, luo->where, "whether these are all sessions, and sessions at all: %s: LUO has released its subtree, and no type information (BTF) was found by which the kernel could be asked: sessions are from memory that looks like blocks of them, in %zu chain%s; they may be what is left of freed memory",
			  path, luo->nr_heads, luo->nr_heads == 1 ? "" : "s");
	else if (in && luo->kernel)
		kstd_note(dump, "%s: the blocks of sessions are where the kernel's own structures say, laid out as %s says; LUO has released its subtree",
			  path, luo->kernel->layout.where);
	else if (in && luo->format->is_fdt)
		kstd_note(dump, "%s: LUO frees what sessions are in when /dev/liveupdate is first opened, and may have done so; no type information (BTF) was found by which the kernel could be asked",
			  path);
	else if (in)
		kstd_unknown(dump, luo->where, "whether sessions and files are still as they were handed over: LUO may have released this memory, and what it points to, as it does after boot; no type information (BTF) was found by which the kernel could be asked");
}

struct kstd_luo_side *kstd_luo_next(struct kstd_dump *dump, const struct kstd_luo_side *after)
{
	struct kstd_blob *b = after ? (struct kstd_blob *)after->blob : NULL;
	struct kstd_luo_side *luo;

	while ((b = next_blob(dump, b))) {
		struct kstd_where where = KSTD_AT(NULL, b->path, strlen(b->path));

		if (kstd_blob_load(dump, b)) {
			kstd_defect_err(dump, NULL);
			continue;
		}
		if (!b->bytes.len)
			kstd_err(dump->ctx, KSTD_E_EMPTY, KSTD_NO_OFFSET, NULL);
		else if (!kstd_luo_open(dump, b, &luo))
			return luo;
		kstd_defect_err(dump, &where);
	}
	return NULL;
}
