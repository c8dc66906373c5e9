// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Looking for catalog, release and versions in the bytes of a kernel. */

#include <stdlib.h>

#include <linux/kho/abi/kstate.h>

#include "base/alloc.h"
#include "base/abi_version.h"
#include "fdt/fdt_props.h"
#include "vmlinux/kernel_scan.h"

#define ROOM		(1UL << 20)
#define TELL_EVERY	(8UL << 20)
#define BACK		64	/* bytes before a place that are looked at */
#define AHEAD		192	/* and after it */
#define FDT_BEGIN	1
#define FDT_PROPERTY	3
#define FDT_V		17

int kstd_kernel_scan_begin(struct kstd_kernel_scan *s, struct kstd_dump *dump)
{
	*s = (struct kstd_kernel_scan){ .dump = dump };
	kstd_work_begin(&s->work, dump, "looking through a kernel", 0, TELL_EVERY);
	s->buf = kstd_malloc(ROOM);
	return s->buf ? 0 : kstd_nomem(dump->ctx);
}

void kstd_kernel_scan_end(struct kstd_kernel_scan *s)
{
	free(s->buf);
	free(s->catalog);
	s->buf = s->catalog = NULL;
	kstd_string_set_free(&s->strings);
}

static void remains_of_catalog(struct kstd_kernel_scan *s, uint64_t at)
{
	if (!s->remains)
		s->remains_at = at;
	s->remains = true;
}

/* Is the tree a catalog? An image has no property "abis". */
static bool is_catalog(const struct kstd_kernel_scan *s)
{
	struct kstd_span bytes = kstd_span_of(s->catalog, s->catalog_total, 0), value;
	struct kstd_cursor root;
	struct kstd_fdt fdt;

	if (!kstd_fdt_peek(&bytes, &fdt))
		return false;
	root = kstd_fdt_root(&fdt);
	return kstd_fdt_prop(&root, KSTD_PROP_ABIS, &value);
}

/* Append bytes to a catalog that has begun. */
static void collect(struct kstd_kernel_scan *s, const uint8_t *p, size_t len)
{
	size_t left = s->catalog_total - s->catalog_len;

	if (!s->catalog || s->complete)
		return;
	len = len < left ? len : left;
	memcpy(s->catalog + s->catalog_len, p, len);
	s->catalog_len += len;
	if (s->catalog_len < s->catalog_total)
		return;
	s->complete = is_catalog(s);
	if (s->complete)
		return;
	remains_of_catalog(s, s->catalog_at);
	free(s->catalog);
	s->catalog = NULL;
}

/* Is the tree one of kstate? The first property of its root says so. */
static bool is_kstate(struct kstd_span root)
{
	static const char prefix[] = "kstate-v";
	uint32_t begin, name, prop, len, at;

	return kstd_span_be32(&root, &begin) && begin == FDT_BEGIN &&
	       kstd_span_be32(&root, &name) && !name &&
	       kstd_span_be32(&root, &prop) && prop == FDT_PROPERTY &&
	       kstd_span_be32(&root, &len) && len < AHEAD && kstd_span_be32(&root, &at) &&
	       kstd_span_starts(&root, prefix, sizeof(prefix) - 1);
}

/*
 * Is a property with this value the first of a tree? The tag, the length and the name are before
 * it.
 */
static bool is_first_property(const char *value, size_t back)
{
	static const uint8_t tag[] = { 0, 0, 0, FDT_PROPERTY, 0, 0, 0 };

	return back >= 12 && !memcmp(value - 12, tag, sizeof(tag));
}

/* The total size of the tree that begins here; 0: it is none of kstate's. */
static uint32_t tree_bytes(const struct kstd_span *from)
{
	struct kstd_span head = *from, root;
	uint32_t v[10];

	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++)
		if (!kstd_span_be32(&head, &v[i]))
			return 0;
	if (v[5] != FDT_V || v[1] > KSTD_SCAN_CATALOG || v[2] >= v[1] || v[3] >= v[1] ||
	    !kstd_span_sub(from, v[2], from->len - (v[2] < from->len ? v[2] : from->len), &root))
		return 0;
	return is_kstate(root) ? v[1] : 0;
}

static int found_magic(struct kstd_kernel_scan *s, const struct kstd_span *from, size_t back)
{
	uint32_t total = tree_bytes(from);

	(void)back;
	if (!total)
		return 0;
	if (s->catalog) {
		s->more += s->complete;
		return 0;
	}
	s->catalog = kstd_malloc(total);
	if (!s->catalog)
		return kstd_nomem(s->dump->ctx);
	s->catalog_total = total;
	s->catalog_len = 0;
	s->catalog_at = from->at;
	collect(s, from->p, from->len);
	return 0;
}

static bool is_known(const char *p, size_t len)
{
	static const char *const names[] = {
		"kho", "kstate", "luo", "memfd", "memblock", "reserve-mem",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i]) == len && !memcmp(names[i], p, len))
			return true;
	return len > 4 && (!memcmp(p, "kho-", 4) || !memcmp(p, "luo-", 4));
}

static bool is_noted(const struct kstd_kernel_scan *s, const char *p, size_t len)
{
	struct kstd_span list = kstd_span_of(s->versions, s->versions_len, 0);
	const char *str;
	size_t n;

	while (kstd_span_str(&list, &str, &n))
		if (n == len && !memcmp(str, p, len))
			return true;
	return false;
}

/* A string that ends within @after, which begins at its "-v"; @back bytes precede that. */
static int found_version(struct kstd_kernel_scan *s, const struct kstd_span *after, size_t back)
{
	struct kstd_span rest = *after;
	const char *tail, *str;
	size_t n, len, name_len;

	if (!kstd_span_str(&rest, &tail, &n))
		return 0;
	for (len = 0; len < back && len < BACK && *(tail - len - 1); len++)
		;
	str = tail - len;
	if (len >= 6 && back >= 6 && !memcmp(tail - 6, "kstate", 6) &&
	    is_first_property(tail - 6, back - 6))
		remains_of_catalog(s, after->at - 6);
	len += n;
	if (!kstd_abi_parse(str, len, &name_len) || !is_known(str, name_len) ||
	    is_noted(s, str, len) || len + 1 > sizeof(s->versions) - s->versions_len)
		return 0;
	memcpy(s->versions + s->versions_len, str, len);
	s->versions[s->versions_len + len] = 0;
	s->versions_len += len + 1;
	return 0;
}

/* Copy a string up to a blank, a newline or its end. */
static int found_release(struct kstd_kernel_scan *s, const struct kstd_span *from, size_t skip)
{
	struct kstd_span rest = *from, word;
	size_t n = 0;

	if (s->release[0] || !kstd_span_skip(&rest, skip))
		return 0;
	word = kstd_span_until(&rest, ' ');
	while (n < word.len && n + 1 < sizeof(s->release) && word.p[n] > ' ' && word.p[n] < 0x7f)
		n++;
	if (!n || word.p[0] < '0' || word.p[0] > '9')
		return 0;
	memcpy(s->release, word.p, n);
	s->release[n] = 0;
	return 0;
}

static int found_banner(struct kstd_kernel_scan *s, const struct kstd_span *from, size_t back)
{
	(void)back;
	return found_release(s, from, sizeof("Linux version ") - 1);
}

static int found_vermagic(struct kstd_kernel_scan *s, const struct kstd_span *from, size_t back)
{
	(void)back;
	if (!s->release[0])
		s->vermagic = true;
	return found_release(s, from, sizeof("vermagic=") - 1);
}

static const struct {
	const char *what;
	size_t len;
	int (*found)(struct kstd_kernel_scan *s, const struct kstd_span *from, size_t back);
} patterns[] = {
	{ "\xd0\x0d\xfe\xed", 4, found_magic },
	{ "-v", 2, found_version },
	{ "Linux version ", 14, found_banner },
	{ "vermagic=", 9, found_vermagic },
};

/* All places of a pattern that begin in the first @end bytes of the buffer, from @from on. */
static int find_pattern(struct kstd_kernel_scan *s, size_t which, size_t from, size_t end)
{
	struct kstd_span all = kstd_span_of(s->buf, s->len, s->at - s->len), rest;
	const uint8_t *hit;
	int rc = 0;

	while (!rc && from < end && kstd_span_sub(&all, from, all.len - from, &rest)) {
		hit = memmem(rest.p, rest.len, patterns[which].what, patterns[which].len);
		if (!hit)
			break;
		from += hit - rest.p;
		if (from >= end || !kstd_span_skip(&rest, hit - rest.p))
			break;
		rc = patterns[which].found(s, &rest, from);
		from++;
	}
	return rc;
}

/* Look through the buffer, and keep of it what the next look needs. */
static int look_through(struct kstd_kernel_scan *s, size_t ahead)
{
	size_t from = s->at > s->len ? BACK : 0, end = s->len - ahead;
	int rc = 0;

	for (size_t i = 0; !rc && i < sizeof(patterns) / sizeof(patterns[0]); i++)
		rc = find_pattern(s, i, from, end);
	if (end < BACK)
		return rc;
	memmove(s->buf, s->buf + end - BACK, s->len - end + BACK);
	s->len -= end - BACK;
	return rc;
}

int kstd_kernel_scan_take(void *scan, const uint8_t *p, size_t len)
{
	struct kstd_span rest = kstd_span_of(p, len, 0), piece;
	struct kstd_kernel_scan *s = scan;
	size_t head = sizeof(s->head) - s->head_len;
	int rc = 0;

	head = len < head ? len : head;
	memcpy(s->head + s->head_len, p, head);
	s->head_len += head;
	kstd_string_set_take(&s->strings, p, len);
	while (!rc && rest.len) {
		size_t n = rest.len < ROOM - s->len ? rest.len : ROOM - s->len;

		if (!kstd_span_take(&rest, n, &piece))
			break;
		memcpy(s->buf + s->len, piece.p, n);
		s->len += n;
		s->at += n;
		collect(s, piece.p, n);
		if (s->len == ROOM)
			rc = look_through(s, AHEAD);
	}
	if (!rc && !kstd_work_on(&s->work, len))
		rc = kstd_cancelled(s->dump);
	return rc;
}

int kstd_kernel_scan_finish(struct kstd_kernel_scan *s)
{
	kstd_work_end(&s->work);
	return look_through(s, 0);
}
