// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <stdarg.h>
#include <stdio.h>

#include <kstate-dump/browse.h>

#include "base/alloc.h"
#include "base/model.h"

#define X(sym, name, label, phrase, style) \
	[KSTD_K_##sym] = { name, label, phrase, KSTD_STYLE_##style },
const struct kstd_key kstd_keys[] = {
#include "base/model_keys.def"
	[KSTD_NO_KEY] = { NULL, NULL, NULL, KSTD_STYLE_NONE },
};
#undef X

_Static_assert(KSTD_NR_KEYS < UINT16_MAX, "the key of a node is 16 bits");

struct kstd_node *kstd_put(struct kstd_arena *a, struct kstd_node *parent,
			   enum kstd_key_index key, enum kstd_type type)
{
	struct kstd_node *n = kstd_arena_get(a, sizeof(*n));

	return n ? kstd_link(parent, kstd_node_init(n, key, type)) : NULL;
}

struct kstd_node *kstd_put_num(struct kstd_arena *a, struct kstd_node *parent,
			       enum kstd_key_index key, enum kstd_type type, uint64_t v)
{
	struct kstd_node *n = kstd_put(a, parent, key, type);

	if (n)
		n->u = v;
	return n;
}

struct kstd_node *kstd_put_mem(struct kstd_arena *a, struct kstd_node *parent,
			       enum kstd_key_index key, enum kstd_type type, const void *p,
			       size_t len)
{
	struct kstd_node *n = kstd_put(a, parent, key, type);

	if (n) {
		n->mem.p = p;
		n->mem.len = len;
	}
	return n;
}

struct kstd_node *kstd_put_str(struct kstd_arena *a, struct kstd_node *parent,
			       enum kstd_key_index key, const char *str)
{
	if (!str)
		return kstd_put(a, parent, key, KSTD_NULL);
	return kstd_put_mem(a, parent, key, KSTD_TEXT, str, strlen(str));
}

struct kstd_node *kstd_put_fmt(struct kstd_arena *a, struct kstd_node *parent,
			       enum kstd_key_index key, const char *fmt, ...)
{
	char buf[512], *copy;
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	if (len < 0)
		len = 0;
	if ((size_t)len >= sizeof(buf))
		len = sizeof(buf) - 1;
	copy = kstd_arena_str(a, buf, len);
	return copy ? kstd_put_mem(a, parent, key, KSTD_TEXT, copy, len) : NULL;
}

struct kstd_node *kstd_put_lazy(struct kstd_arena *a, struct kstd_node *parent,
				enum kstd_key_index key, const struct kstd_list_ops *ops,
				const void *arg)
{
	struct kstd_node *n = kstd_put(a, parent, key, KSTD_LIST);

	if (n) {
		n->lazy = true;
		n->list.ops = ops;
		n->list.arg = arg;
	}
	return n;
}

struct kstd_node *kstd_put_flags(struct kstd_arena *a, struct kstd_node *parent,
				 enum kstd_key_index key, enum kstd_type type, uint64_t v,
				 uint64_t at)
{
	struct kstd_node *n = kstd_styled(kstd_put(a, parent, key, KSTD_OBJECT), KSTD_STYLE_INLINE);

	kstd_styled(kstd_placed(kstd_put_num(a, n, KSTD_K_ENUM_VALUE, type, v), at),
		    KSTD_STYLE_HEX);
	return kstd_put(a, n, KSTD_K_FLAG_NAMES, KSTD_LIST);
}

void kstd_put_unnamed_bits(struct kstd_arena *a, struct kstd_node *names, uint64_t bits)
{
	if (bits)
		kstd_put_fmt(a, names, KSTD_NO_KEY, "0x%llx", (unsigned long long)bits);
}

const char *kstd_node_name(const struct kstd_node *node)
{
	return kstd_keys[node->key].name;
}

const char *kstd_node_label(const struct kstd_node *node)
{
	return kstd_keys[node->key].label;
}

const char *kstd_node_phrase(const struct kstd_node *node)
{
	return kstd_keys[node->key].phrase;
}

enum kstd_type kstd_node_type(const struct kstd_node *node)
{
	return node->type;
}

enum kstd_style kstd_node_style(const struct kstd_node *node)
{
	return node->style;
}

uint64_t kstd_node_u64(const struct kstd_node *node)
{
	switch (node->type) {
	case KSTD_BOOL:
	case KSTD_U32:
	case KSTD_U64:
	case KSTD_ADDRESS:
	case KSTD_SIZE:
	case KSTD_NS:
		return node->u;
	default:
		return 0;
	}
}

int64_t kstd_node_s64(const struct kstd_node *node)
{
	return node->type == KSTD_S32 || node->type == KSTD_S64 ? node->s : 0;
}

const void *kstd_node_mem(const struct kstd_node *node, size_t *len)
{
	if (node->type != KSTD_TEXT && node->type != KSTD_BYTES) {
		*len = 0;
		return NULL;
	}
	*len = node->mem.len;
	return node->mem.p ? node->mem.p : "";
}

size_t kstd_node_leaves(const struct kstd_node *node, uint32_t *form,
			const struct kstd_node *const **leaves)
{
	const struct kstd_formed *formed = (const struct kstd_formed *)node;

	if (!node->formed)
		return 0;
	*form = formed->form;
	*leaves = formed->leaves;
	return formed->nr_leaves;
}

uint64_t kstd_node_offset(const struct kstd_node *node)
{
	return node->offset;
}

bool kstd_node_is_text(const struct kstd_node *n, const char *text)
{
	return n && n->type == KSTD_TEXT && n->mem.len == strlen(text) &&
	       !memcmp(n->mem.p, text, n->mem.len);
}

const struct kstd_node *kstd_node_get(const struct kstd_node *node, const char *name)
{
	if (node->type != KSTD_OBJECT)
		return NULL;
	for (const struct kstd_node *n = node->kids.first; n; n = n->next)
		if (!strcmp(kstd_keys[n->key].name, name))
			return n;
	return NULL;
}

static bool says_nothing(const struct kstd_node *n)
{
	return n->type == KSTD_NULL || (n->type == KSTD_LIST && !n->lazy && !n->kids.first);
}

const struct kstd_node *kstd_node_bare(const struct kstd_node *node)
{
	static const uint16_t parts[] = {
		KSTD_K_ENUM_NAME, KSTD_K_FLAG_NAMES, KSTD_K_ADDRESS, KSTD_K_PAGE_ADDRESS,
		KSTD_K_PFN, KSTD_K_FIRST_CHUNK, KSTD_K_RANGES, KSTD_K_CUSTOM_DATA,
		KSTD_K_ENUM_VALUE,
	};

	if (node->type != KSTD_OBJECT)
		return node;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		for (const struct kstd_node *n = node->kids.first; n; n = n->next)
			if (n->key == parts[i] && !says_nothing(n))
				return n;
	return node;
}

uint64_t kstd_node_count(const struct kstd_node *list)
{
	uint64_t nr = 0;

	if (list->type != KSTD_LIST || (list->lazy && !list->list.ops->count))
		return KSTD_NO_COUNT;
	if (list->lazy)
		return list->list.ops->count(list);
	for (const struct kstd_node *n = list->kids.first; n; n = n->next)
		nr++;
	return nr;
}

static bool has_kids(const struct kstd_node *node)
{
	return node->type == KSTD_OBJECT || node->type == KSTD_LIST;
}

void kstd_iter_begin(struct kstd_iter *iter, const struct kstd_node *node)
{
	struct kstd_place *it = (void *)iter;

	it->of = node;
	if (!node->lazy) {
		it->cur = has_kids(node) ? node->kids.first : NULL;
		return;
	}
	*it = (struct kstd_place){ .of = node, .failed_before = kstd_allocs_failed() };
	if (node->list.ops->begin)
		node->list.ops->begin(it);
}

const struct kstd_node *kstd_iter_next(struct kstd_iter *iter)
{
	struct kstd_place *it = (void *)iter;
	struct kstd_node *n = it->cur;

	if (it->of->lazy)
		return it->cur = it->of->list.ops->next(it);
	if (n)
		it->cur = n->next;
	return n;
}

bool kstd_iter_cut(const struct kstd_iter *iter)
{
	const struct kstd_place *it = (const void *)iter;

	if (!it->of->lazy)
		return it->of->cut;
	return it->of->list.ops->cut && it->of->list.ops->cut(it);
}

int kstd_iter_end(struct kstd_iter *iter)
{
	struct kstd_place *it = (void *)iter;

	if (!it->of->lazy)
		return 0;
	if (it->of->list.ops->end)
		it->of->list.ops->end(it);
	return it->broke || it->failed_before != kstd_allocs_failed() ? -KSTD_ENVIRONMENT : 0;
}

void kstd_iter_begin_at(struct kstd_iter *iter, const struct kstd_node *node, uint64_t nr)
{
	struct kstd_place *it = (void *)iter;

	kstd_iter_begin(iter, node);
	if (!node->lazy)
		for (; nr && it->cur; nr--)
			it->cur = it->cur->next;
	else if (node->list.ops->seek)
		node->list.ops->seek(it, nr);
	else
		while (nr-- && kstd_iter_next(iter))
			;
}

static size_t utf8_len(uint8_t first)
{
	return first < 0x80 ? 1 : first >> 5 == 6 ? 2 : first >> 4 == 14 ? 3 :
	       first >> 3 == 30 ? 4 : 0;
}

size_t kstd_utf8_code(const void *mem, size_t len, uint32_t *code)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const uint8_t *p = mem;
	size_t n = len ? utf8_len(*p) : 0;
	uint32_t c;

	if (!n || n > len)
		return 0;
	c = n == 1 ? *p : *p & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if (p[i] >> 6 != 2)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 0;
	*code = c;
	return n;
}

bool kstd_utf8_hidden(uint32_t code)
{
#define X(first, last, why) { first, last },
	static const struct {
		uint32_t first;
		uint32_t last;
	} hidden[] = {
#include "base/hidden.def"
	};
#undef X

	if (code >= 0x20 && code < 0x7f)
		return false;
	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		if (code <= hidden[i].last)
			return code >= hidden[i].first;
	return (code & 0xfffe) == 0xfffe;
}

size_t kstd_utf8(const void *mem, size_t len)
{
	uint32_t code;
	size_t n = kstd_utf8_code(mem, len, &code);

	return n && !kstd_utf8_hidden(code) ? n : 0;
}
