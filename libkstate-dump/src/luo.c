// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include "luo.h"
#include "phys.h"
#include "source.h"

static bool is_luo(const struct kstd_blob *b)
{
	if (b->role == KSTD_ROLE_LONE)
		return b->loaded && kstd_dec_of(b) == &kstd_dec_luo;
	return b->role == KSTD_ROLE_SUBTREE && !strcmp(b->name, KSTD_LUO_NAME);
}

struct kstd_blob *kstd_luo_blob(struct kstd_dump *dump, struct kstd_blob *blob)
{
	for (blob = blob ? blob->next : dump->blobs; blob; blob = blob->next)
		if (is_luo(blob))
			return blob;
	return NULL;
}

static int other_version(struct kstd_dump *dump, const struct kstd_span *s)
{
	char safe[KSTD_SAFE];
	struct kstd_span compatible = { 0 };

	kstd_span_sub(s, 0, s->len < KSTD_LUO_COMPAT ? s->len : KSTD_LUO_COMPAT, &compatible);
	compatible = kstd_span_until(&compatible, 0);
	return kstd_err(dump->ctx, KSTD_E_UNSUPPORTED, s->at,
			"version \"%s\", not " KSTD_LUO_COMPATIBLE,
			kstd_safe(safe, compatible.p, compatible.len));
}

/* The number is small, and addresses have zeros at their upper end. */
static bool guess_big(const struct kstd_dump *dump, const struct kstd_span *s)
{
	struct kstd_span v;
	int vote = 0;

	if (dump->phys)
		return dump->phys->big;
	for (uint64_t off = KSTD_LUO_COMPAT; kstd_span_sub(s, off, 8, &v); off += 8)
		vote += kstd_native_vote(&v);
	return vote > 0;
}

static int read_ser(struct kstd_luo *luo)
{
	struct kstd_span s = luo->blob->bytes;

	if (!kstd_span_starts(&s, KSTD_LUO_PREFIX, strlen(KSTD_LUO_PREFIX))) {
		luo->released = true;
		return 0;
	}
	if (!kstd_span_starts(&s, KSTD_LUO_COMPATIBLE, sizeof(KSTD_LUO_COMPATIBLE)))
		return other_version(luo->dump, &s);
	luo->big = guess_big(luo->dump, &s);
	if (!kstd_span_skip(&s, KSTD_LUO_COMPAT) || !kstd_span_int(&s, 8, luo->big, &luo->number) ||
	    !kstd_span_int(&s, 8, luo->big, &luo->sessions) ||
	    !kstd_span_int(&s, 8, luo->big, &luo->flbs))
		return kstd_err(luo->dump->ctx, KSTD_E_TRUNCATED, s.at,
				"%zu bytes where 24 are needed", s.len);
	return 0;
}

static void drop(void *p, size_t len)
{
	struct kstd_luo *luo = p;

	(void)len;
	kstd_seen_free(&luo->met);
}

static struct kstd_luo *new_luo(struct kstd_dump *dump, const struct kstd_blob *blob)
{
	struct kstd_where where = KSTD_AT(NULL, blob->path, strlen(blob->path));
	struct kstd_luo *luo = kstd_arena_get(&dump->arena, sizeof(*luo));

	if (!luo)
		return NULL;
	*luo = (struct kstd_luo){
		.dump = dump, .blob = blob, .where = kstd_where_keep(&dump->arena, &where),
		.met = { .max = KSTD_LUO_MAX_PAGES },
	};
	return luo->where && kstd_arena_own(&dump->arena, drop, luo, 0) ? luo : NULL;
}

int kstd_luo_open(struct kstd_dump *dump, const struct kstd_blob *blob, struct kstd_luo **out)
{
	struct kstd_luo *luo = dump->luos;
	int rc;

	while (luo && luo->blob != blob)
		luo = luo->next;
	if (!luo) {
		luo = new_luo(dump, blob);
		if (!luo)
			return kstd_nomem(dump->ctx);
		rc = read_ser(luo);
		if (rc)
			return rc;
		luo->from = luo->sessions && dump->phys ? KSTD_LUO_BLOCKS : KSTD_LUO_NOWHERE;
		luo->next = dump->luos;
		dump->luos = luo;
	}
	*out = luo;
	return 0;
}

void kstd_luo_explain(struct kstd_luo *luo)
{
	const char *path = luo->blob->path;
	struct kstd_dump *dump = luo->dump;

	if (luo->from != KSTD_LUO_NOWHERE)
		return;
	if (luo->released)
		kstd_note(dump, "%s: LUO has released this memory, as Linux 7.3 does after boot; what debugfs shows is somebody else's",
			  path);
	else if (!luo->sessions)
		kstd_note(dump, "%s: no sessions are listed: LUO writes them during the kexec, not before",
			  path);
	else
		kstd_note(dump, "%s: no sessions are listed: they are in memory, and %s has none",
			  path, dump->source);
}
