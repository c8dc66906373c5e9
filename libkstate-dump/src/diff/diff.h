/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: differences
 *
 * Two nodes are compared by meaning: fields of a struct, sessions and files are
 * matched by name, at whatever place they are. Addresses, durations, and values that
 * follow from other values count only if the caller asks for them.
 *
 * A difference is an object with "path", "what", "a" and "b"; the latter two are
 * leaves, null where there is nothing.
 */

#ifndef KSTD_DIFF_H
#define KSTD_DIFF_H

#include "kstate/image.h"

/* Differences that are kept of one section. */
#define KSTD_MAX_CHANGES	1000

/* Elements that may be passed over, in all, to find elements at another place of a list. */
#define KSTD_MAX_SEEKS		(1u << 22)

/**
 * struct kstd_diff_at - where a comparison is, as a chain that lives on the stack
 * @up: the place around it, or NULL
 * @name: not NUL-terminated; NULL for an element
 * @index: of the element
 */
struct kstd_diff_at {
	const struct kstd_diff_at *up;
	const char *name;
	size_t len;
	uint64_t index;
};

/**
 * struct kstd_diff_bytes - contents that were compared
 * @memfds: how many files
 * @bytes: of them, holes included
 * @other: bytes of other preserved memory
 */
struct kstd_diff_bytes {
	uint64_t memfds;
	uint64_t bytes;
	uint64_t other;
};

/**
 * struct kstd_differ - a comparison
 * @dump: gets a defect if something could not be compared
 * @a: memory for the nodes
 * @list: gets the differences, at most %KSTD_MAX_CHANGES of them; NULL to count them only
 * @nr: number of differences
 * @nr_unknown: places of which it is not known whether they differ
 * @all: addresses, durations and order count, too
 * @contents: what preserved memory holds counts, too
 * @handed_over: what was only registered is no difference from what was saved
 * @compared: what @contents compared is added to it
 * @b: the second dump, @dump being the first; @side_a, @side_b: what is compared of them
 * @seeks: list elements that were passed over, at most %KSTD_MAX_SEEKS
 * @unsure: objects around this place of which one of the two does not know something: their lists
 *          may lack elements, so that "added" and "removed" are not known
 * @doubted: the list of the innermost object of which that was reported last
 */
struct kstd_differ {
	struct kstd_dump *dump;
	struct kstd_arena *a;
	struct kstd_node *list;
	uint64_t nr;
	uint64_t nr_unknown;
	bool all;
	bool contents;
	bool handed_over;
	struct kstd_diff_bytes *compared;
	struct kstd_dump *b;
	unsigned int side_a;
	unsigned int side_b;
	uint32_t seeks;
	unsigned int unsure;
	const struct kstd_diff_at *doubted;
};

/* A place as text, as in "sessions.vm1.files[1]"; cut if it is longer than @size. */
void kstd_diff_path(const struct kstd_diff_at *at, char *buf, size_t size);

/* Add the empty list "changes" to @parent; @d fills it. False if memory is short. */
bool kstd_differ_begin(struct kstd_differ *d, struct kstd_node *parent);

/* Add the number of differences that are not in the list to @parent. */
void kstd_differ_end(struct kstd_differ *d, struct kstd_node *parent);

/*
 * Note a difference; @x and @y may be NULL, and are copied. An element of only one of two lists
 * that may not be whole is reported as not known instead.
 */
void kstd_differ_put(struct kstd_differ *d, const struct kstd_diff_at *at, const char *what,
		     const struct kstd_node *x, const struct kstd_node *y);

#define KSTD_NOT_ALL_READ	"not all of it could be read from both"

/* Report that it is not known whether what is at a place is the same. */
void kstd_differ_unknown(struct kstd_differ *d, const struct kstd_diff_at *at, const char *why);

/*
 * Compare two values, objects or lists. What one of the two does not know is reported as not known.
 */
void kstd_differ_nodes(struct kstd_differ *d, const struct kstd_diff_at *at,
		       const struct kstd_node *x, const struct kstd_node *y);

/* Compare two sections, subsections or structs: versions, fields, subsections. */
void kstd_differ_streams(struct kstd_differ *d, const struct kstd_diff_at *at,
			 const struct kstd_node *x, const struct kstd_node *y);

/**
 * kstd_differ_named - compare lists of objects that have names
 * @x: a list; NULL is an empty one; so for @y
 * @compare: called for elements of the same name
 *
 * An element that is in one list only is a difference, "added" or "removed"; if elements of the
 * other could not be read, it is not known whether it is one.
 */
void kstd_differ_named(struct kstd_differ *d, const struct kstd_diff_at *at,
		       const struct kstd_node *x, const struct kstd_node *y,
		       void (*compare)(struct kstd_differ *d, const struct kstd_diff_at *at,
				       const struct kstd_node *x, const struct kstd_node *y));

/* Is @n an object with a name of its own, and which? */
bool kstd_diff_name(const struct kstd_node *n, struct kstd_diff_at *name);

/* Does a dump have subtrees of KHO on a side? */
bool kstd_diff_has_subtrees(const struct kstd_dump *dump, unsigned int side);

/* Does it have KHO's root there, or subtrees? */
bool kstd_diff_has_kho(const struct kstd_dump *dump, unsigned int side);

/**
 * kstd_diff_subtrees - compare KHO's subtrees of two sides, matched by name
 * @d: has the first dump, and gets the differences; paths begin with the subtree's name
 * @b: the second dump
 * @side_a: of the first, one KSTD_SIDE_*
 * @side_b: of the second
 *
 * The subtrees of kstate and LUO are left out: sections and sessions are compared instead.
 * A subtree that no decoder knows is compared byte by byte. A blob that cannot be read is
 * a defect.
 */
void kstd_diff_subtrees(struct kstd_differ *d, struct kstd_dump *b, unsigned int side_a,
			unsigned int side_b);

/**
 * struct kstd_diff_pair - two images that are compared
 * @alone: one of them is NULL, and its source has nothing of that side: whether it has the sections
 *         of the other is not known
 */
struct kstd_diff_pair {
	struct kstd_image *a;
	struct kstd_image *b;
	bool alone;
};

#define KSTD_DIFF_PAIRS	3

/* Sides of the two dumps that are compared with each other. */
struct kstd_diff_sides {
	unsigned int a;
	unsigned int b;
};

/**
 * struct kstd_diff_plan - what is compared with what
 * @a, @b: the two dumps, the first of which gets reports and notes
 * @pairs: images, @nr of them
 * @sides: for all else that is handed over, @nr_sides of them
 */
struct kstd_diff_plan {
	struct kstd_dump *a;
	struct kstd_dump *b;
	struct kstd_diff_pair pairs[KSTD_DIFF_PAIRS];
	size_t nr;
	struct kstd_diff_sides sides[KSTD_DIFF_PAIRS];
	size_t nr_sides;
};

/* Make the plan; an image that cannot be compared is reported, and what is not obvious noted. */
void kstd_diff_plan(struct kstd_dump *a, struct kstd_dump *b, bool handed_over,
		    struct kstd_diff_plan *plan);

/**
 * struct kstd_diff_totals - numbers of sections, over all pairs of images
 * @not_known: no difference is known, and not all could be read
 */
struct kstd_diff_totals {
	uint64_t same;
	uint64_t changed;
	uint64_t removed;
	uint64_t added;
	uint64_t not_known;
};

/**
 * kstd_diff_sections - compare the sections of images
 * @how: what counts, and the two dumps, the first of which has memory for the result, and
 *       gets defects
 * @pairs: @nr of them; an image of NULL has no sections
 * @totals: filled in
 * @ordered: whether the sections that both images have are in the same order, a bool for
 *           each pair
 *
 * Return: the list of sections that differ, whose elements are made one by one; NULL if
 * memory is short. If the work was cancelled, &kstd_dump.progress says so.
 */
struct kstd_node *kstd_diff_sections(const struct kstd_differ *how,
				     const struct kstd_diff_pair *pairs, size_t nr,
				     struct kstd_diff_totals *totals, bool *ordered);

/**
 * kstd_diff_memfds - compare what memfds hold, files being matched by session and token
 * @d: its sides are compared
 *
 * A memfd that differs is one change, whose path has the bytes in which all differences are.
 * What cannot be compared is reported as not known. A file that only one side has is none.
 */
void kstd_diff_memfds(struct kstd_differ *d);

/*
 * Compare the memory that two subtrees of one name refer to, as that of reserve_mem regions; that
 * of a format that nobody here knows is not known.
 */
void kstd_diff_memory(struct kstd_differ *d, const struct kstd_blob *x, const struct kstd_blob *y);

/* Compare the memory that two values name, if they are a folio or a vmalloc area each. */
void kstd_diff_folios(struct kstd_differ *d, const struct kstd_diff_at *at,
		      const struct kstd_node *x, const struct kstd_node *y);

#endif
