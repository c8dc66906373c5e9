// SPDX-License-Identifier: GPL-2.0
/*
 * mutate_tree.c - changes to an image after which it may not be a proper tree any more
 *
 * Nodes and properties are inserted, moved, repeated and put into another order, with no
 * regard to what a tree may have where: libfdt would not do that. Readers that walk over
 * the same tree in different ways disagree about what is in such a one.
 */

#include <stdlib.h>

#include <libfdt.h>

#include "../shim/shim.h"
#include "../shim/handover.h"
#include "../shim/tokens.h"
#include "fuzz.h"
#include "mutate_tree.h"

#define TREE_MAX	(1 << 16)

struct surgery {
	struct fuzz_in *in;
	struct tokens t;
};

static u32 below(struct surgery *s, u32 nr)
{
	return fuzz_below(s->in, nr);
}

static size_t any_token(struct surgery *s)
{
	return below(s, s->t.nr);
}

static bool is_node(const struct surgery *s, size_t at)
{
	return s->t.v[at].tag == FDT_BEGIN_NODE;
}

/* Most of what there is are descriptions; most of what is read twice are sections. */
static size_t any_near_sections(struct surgery *s)
{
	size_t at = tokens_find(&s->t, 0, KSTATE_NODE_SECTIONS);

	return below(s, 4) && at < s->t.nr ? at + below(s, s->t.nr - at) : any_token(s);
}

static size_t any_of(struct surgery *s, u32 tag)
{
	size_t start = any_near_sections(s), at = start;

	do {
		if (s->t.v[at].tag == tag)
			return at;
		at = at + 1 < s->t.nr ? at + 1 : 0;
	} while (at != start);
	return start;
}

/* A node, a property, or a run of tokens. */
static size_t any_range(struct surgery *s, size_t *at)
{
	*at = below(s, 4) ? any_of(s, below(s, 2) ? FDT_BEGIN_NODE : FDT_PROP) :
			    any_near_sections(s);
	if (below(s, 8))
		return tokens_behind(&s->t, *at) - *at;
	return 1 + below(s, min(s->t.nr - *at, 8));
}

static void insert_tag(struct surgery *s, size_t at, u32 tag)
{
	const struct token token = { .tag = tag, .bytes = (u8 *)"" };

	tokens_insert(&s->t, at, &token, 1);
}

static void cut_nops(struct surgery *s)
{
	for (u32 nr = 1 + below(s, 4); nr; nr--)
		insert_tag(s, any_near_sections(s), FDT_NOP);
}

static void cut_delete(struct surgery *s)
{
	size_t at, nr = any_range(s, &at);

	if (nr < s->t.nr)
		tokens_delete(&s->t, at, nr);
}

static void copy_range(struct surgery *s, size_t to, size_t at, size_t nr)
{
	struct tokens copy = {};

	tokens_insert(&copy, 0, s->t.v + at, nr);
	tokens_insert(&s->t, to, copy.v, copy.nr);
	tokens_free(&copy);
}

static void cut_copy(struct surgery *s)
{
	size_t at, nr = any_range(s, &at);

	copy_range(s, any_near_sections(s), at, nr);
}

static void cut_move(struct surgery *s)
{
	size_t at, nr = any_range(s, &at), to = any_near_sections(s);

	copy_range(s, to, at, nr);
	tokens_delete(&s->t, to <= at ? at + nr : at, nr);
}

/* Two neighbours, nodes with all that is in them, change places. */
static void cut_swap(struct surgery *s)
{
	size_t at = any_near_sections(s), second = tokens_behind(&s->t, at), behind;

	if (second >= s->t.nr)
		return;
	behind = tokens_behind(&s->t, second);
	copy_range(s, at, second, behind - second);
	tokens_delete(&s->t, behind, behind - second);
}

/* A property goes to the end of its node, behind the children. */
static void cut_late_prop(struct surgery *s)
{
	size_t at = any_of(s, FDT_PROP), end = tokens_end(&s->t, at);

	copy_range(s, end, at, 1);
	if (below(s, 2))
		tokens_delete(&s->t, at, 1);
}

/* A property between two nodes. */
static void cut_prop_between(struct surgery *s)
{
	size_t prop = any_of(s, FDT_PROP), node = any_of(s, FDT_BEGIN_NODE);

	copy_range(s, below(s, 2) ? node : tokens_behind(&s->t, node), prop, 1);
}

/* Each of the copies is another instance, or the second would be refused. */
static void renumber(struct surgery *s, size_t at, size_t nr, u32 instance)
{
	size_t header = tokens_find_prop(&s->t, at, "header");

	if (header < at + nr && s->t.v[header].len >= 8 + 12)
		put_unaligned_be64(instance, s->t.v[header].bytes + 8 + 4);
}

static void cut_repeat(struct surgery *s)
{
	size_t at = any_of(s, FDT_BEGIN_NODE), nr = tokens_behind(&s->t, at) - at;
	u32 first = below(s, 1000);

	if (!is_node(s, at) || nr > s->t.nr / 2)
		return;
	for (u32 i = 1 + below(s, 12); i; i--) {
		copy_range(s, at + nr, at, nr);
		renumber(s, at + nr, nr, first + i);
	}
}

/* A node into its neighbour, or out of its parent. */
static void cut_nest(struct surgery *s)
{
	size_t at = any_of(s, FDT_BEGIN_NODE), nr = tokens_behind(&s->t, at) - at;
	size_t to = below(s, 2) ? at + nr + 1 : tokens_end(&s->t, at ? at - 1 : 0) + 1;

	if (!is_node(s, at) || to > s->t.nr)
		return;
	copy_range(s, to, at, nr);
	if (below(s, 2))
		tokens_delete(&s->t, at, nr);
}

static void cut_tag(struct surgery *s)
{
	static const u32 tags[] = { FDT_BEGIN_NODE, FDT_END_NODE, FDT_PROP, FDT_NOP, FDT_END, 0, 7 };

	if (below(s, 2))
		s->t.v[any_near_sections(s)].tag = tags[below(s, ARRAY_SIZE(tags))];
	else
		insert_tag(s, any_near_sections(s), tags[below(s, ARRAY_SIZE(tags))]);
}

static void cut_version(struct surgery *s)
{
	static const u32 versions[] = { 0, 1, 2, 3, 15, 16, 17, 18, 19, 0x7fffffff, 0xffffffff };

	if (below(s, 2))
		s->t.version = versions[below(s, ARRAY_SIZE(versions))];
	if (below(s, 2))
		s->t.last_version = versions[below(s, ARRAY_SIZE(versions))];
	if (!below(s, 4))
		s->t.strings_first = !s->t.strings_first;
}

static void cut_once(struct surgery *s)
{
	static void (*const how[])(struct surgery *s) = {
		cut_nops, cut_delete, cut_copy, cut_move, cut_swap, cut_late_prop, cut_late_prop,
		cut_prop_between, cut_prop_between, cut_repeat, cut_repeat, cut_nest, cut_tag,
		cut_version,
	};

	how[below(s, ARRAY_SIZE(how))](s);
}

void mutate_tree(struct handover_block *block, struct fuzz_in *in)
{
	struct surgery s = { .in = in };

	if (block->len > TREE_MAX || !tokens_load(&s.t, block->p, block->len))
		return;
	for (u32 i = 1 + below(&s, 3); i && s.t.nr; i--)
		cut_once(&s);
	free(block->p);
	block->p = tokens_emit(&s.t, &block->len);
	tokens_free(&s.t);
}
