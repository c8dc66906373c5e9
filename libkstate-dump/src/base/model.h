/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: the model
 *
 * One tree of typed values. Objects are made whole, in an arena; a list is
 * either made whole, too, or lazy: its operations make one element at a time.
 *
 * The kstd_put_*() functions add a member to an object or an element to a list.
 * They take a parent or a key of NULL, and return NULL if memory is short; the
 * arena then knows (&kstd_arena.short_of), so that callers need not look.
 */

#ifndef KSTD_MODEL_H
#define KSTD_MODEL_H

#include <kstate-dump.h>

#include "base/arena.h"
#include "base/span.h"

struct kstd_key {
	const char *name;
	const char *label;
	const char *phrase;
	enum kstd_style style;
};

#define X(sym, name, label, phrase, style) KSTD_K_##sym,
enum kstd_key_index {
#include "base/model_keys.def"
	KSTD_NR_KEYS,
	KSTD_NO_KEY = KSTD_NR_KEYS,
};
#undef X

extern const struct kstd_key kstd_keys[];

struct kstd_list_ops;

/**
 * struct kstd_node - a typed value
 * @formed: it is the first member of a struct kstd_formed
 * @cut: of a list that is made whole: elements that could not be read are missing; of the result
 *       of kstd_diff(): not all could be compared
 * @lazy: @list is valid, not @kids
 */
struct kstd_node {
	struct kstd_node *next;
	uint64_t offset;
	uint8_t type;		/* enum kstd_type */
	uint8_t style : 6;	/* enum kstd_style */
	bool formed : 1;
	bool lazy : 1;
	uint16_t key;		/* enum kstd_key_index */
	bool cut;
	union {
		uint64_t u;
		int64_t s;
		struct {
			const void *p;
			size_t len;
		} mem;
		struct {
			struct kstd_node *first;
			struct kstd_node *last;
		} kids;
		struct {
			const struct kstd_list_ops *ops;
			const void *arg;
		} list;
	};
};

/**
 * struct kstd_formed - an object that differs from others in some leaves alone
 * @form: as kstd_node_leaves() returns it
 */
struct kstd_formed {
	struct kstd_node node;
	uint32_t form;
	size_t nr_leaves;
	const struct kstd_node **leaves;
};

/**
 * struct kstd_place - struct kstd_iter from inside
 * @of: the list or object
 * @cur: the node that was handed out last
 * @elem: an element, for lists that make their elements here
 * @s: what is left to read, for such lists
 * @state: for lists that need more
 * @failed_before: kstd_allocs_failed() at the beginning, for lazy lists
 * @broke: the list ended early, as its @end or @next says
 */
struct __attribute__((may_alias)) kstd_place {
	const struct kstd_node *of;
	struct kstd_node *cur;
	struct kstd_node elem;
	struct kstd_span s;
	void *state;
	uint64_t failed_before;
	bool broke;
};

_Static_assert(sizeof(struct kstd_place) <= sizeof(struct kstd_iter), "kstd_iter is too small");

/**
 * struct kstd_list_ops - a lazy list
 * @begin: may be NULL
 * @seek: after @begin: pass over so many elements; NULL if they must be made for that
 * @next: the next element, which may live in the place; NULL after the last
 * @end: may be NULL
 * @count: how many elements @next will give; NULL if that is not known
 * @cut: after @next gave NULL: are elements missing that could not be read? NULL: none are
 */
struct kstd_list_ops {
	void (*begin)(struct kstd_place *it);
	void (*seek)(struct kstd_place *it, uint64_t nr);
	struct kstd_node *(*next)(struct kstd_place *it);
	void (*end)(struct kstd_place *it);
	uint64_t (*count)(const struct kstd_node *list);
	bool (*cut)(const struct kstd_place *it);
};

/* Add @n at the end of @parent, which may be NULL; returns @n. */
static inline struct kstd_node *kstd_link(struct kstd_node *parent, struct kstd_node *n)
{
	if (!parent)
		return n;
	if (parent->kids.last)
		parent->kids.last->next = n;
	else
		parent->kids.first = n;
	parent->kids.last = n;
	return n;
}

/* Make @n a node without a value. */
static inline struct kstd_node *kstd_node_init(struct kstd_node *n, enum kstd_key_index key,
					       enum kstd_type type)
{
	*n = (struct kstd_node){
		.type = type, .style = kstd_keys[key].style, .key = key, .offset = KSTD_NO_OFFSET,
	};
	return n;
}

struct kstd_node *kstd_put(struct kstd_arena *a, struct kstd_node *parent,
			   enum kstd_key_index key, enum kstd_type type);
struct kstd_node *kstd_put_num(struct kstd_arena *a, struct kstd_node *parent,
			       enum kstd_key_index key, enum kstd_type type, uint64_t v);
/* @p must outlive the node. */
struct kstd_node *kstd_put_mem(struct kstd_arena *a, struct kstd_node *parent,
			       enum kstd_key_index key, enum kstd_type type, const void *p,
			       size_t len);
/* @str must outlive the node; NULL makes a %KSTD_NULL. */
struct kstd_node *kstd_put_str(struct kstd_arena *a, struct kstd_node *parent,
			       enum kstd_key_index key, const char *str);
struct kstd_node *kstd_put_fmt(struct kstd_arena *a, struct kstd_node *parent,
			       enum kstd_key_index key, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
struct kstd_node *kstd_put_lazy(struct kstd_arena *a, struct kstd_node *parent,
				enum kstd_key_index key, const struct kstd_list_ops *ops,
				const void *arg);

/* Is @n, which may be NULL, a text node with this text? */
bool kstd_node_is_text(const struct kstd_node *n, const char *text);

/**
 * kstd_put_flags - add a number and the names of its bits: an object with "value" and "names"
 * @type: of the number
 * @at: its offset
 *
 * Return: the list "names", to be filled; NULL if memory is short.
 */
struct kstd_node *kstd_put_flags(struct kstd_arena *a, struct kstd_node *parent,
				 enum kstd_key_index key, enum kstd_type type, uint64_t v,
				 uint64_t at);

/* Add the bits that have no name to the list of kstd_put_flags(), in hex. */
void kstd_put_unnamed_bits(struct kstd_arena *a, struct kstd_node *names, uint64_t bits);

/* Set a style other than that of the key, or an offset; @n may be NULL. Return @n. */
static inline struct kstd_node *kstd_styled(struct kstd_node *n, enum kstd_style style)
{
	if (n)
		n->style = style;
	return n;
}

static inline struct kstd_node *kstd_hidden_if(struct kstd_node *n, bool hidden)
{
	return hidden ? kstd_styled(n, KSTD_STYLE_HIDDEN) : n;
}

static inline struct kstd_node *kstd_placed(struct kstd_node *n, uint64_t offset)
{
	if (n)
		n->offset = offset;
	return n;
}

#endif
