/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: what is browsed
 *
 * A session is an opened source, with an index of the sections of each image and the order in which
 * they are shown. Long work is done in steps (session_step()), so that keys are answered between
 * them.
 */

#ifndef BROWSE_SESSION_H
#define BROWSE_SESSION_H

#include <kstate-dump.h>

#include "options.h"

#define FILTER_MAX	64
#define MAX_IMAGES	3	/* one for each side */

enum sort {
	SORT_ORDER,
	SORT_NAME,
	SORT_SIZE,
	SORT_SAVE,
	SORT_RESTORE,
	NR_SORTS,
};

extern const char *const sort_names[NR_SORTS];

/**
 * struct sort_key - the key that a section is sorted by
 * @name: its name, padded with NUL; empty if names do not count
 * @v: its instance, if names count; else the complement of what counts: the greatest is first
 * @nr: number of the section in the index
 */
struct sort_key {
	char name[32];
	uint64_t v;
	uint32_t nr;
};

/**
 * struct order - which sections are shown, and in which order
 * @on: false: all sections are shown, in the order of the image
 * @nr: numbers of the sections that are shown, @count of them
 * @building: the order is being made
 * @keys: the keys so far, @nr_keys of them; there is room for @room
 * @at: the next section to look at
 */
struct order {
	enum sort sort;
	char filter[FILTER_MAX];
	bool on;
	uint32_t *nr;
	uint64_t count;
	bool building;
	struct sort_key *keys;
	uint64_t nr_keys;
	size_t room;
	uint64_t at;
};

/**
 * struct image - the sections of a side
 * @node: the image in the overview
 * @complete: all sections are indexed
 */
struct image {
	unsigned int side;
	const char *side_name;
	const struct kstd_node *node;
	struct kstd_index *index;
	bool complete;
	struct order order;
};

/**
 * struct session - see above
 * @path: the source; NULL is the live system
 * @other: the image to compare with, once it is opened; NULL if none
 * @generation: is increased whenever the nodes of the dumps are freed
 * @luo, @schema: results of kstd_luo() and kstd_schema(); NULL if there is none
 * @mem, @findings, @diff: results of kstd_mem(), kstd_verify() and kstd_diff(); NULL until needed
 * @error: the last error, one line
 * @cancelled: the user cancelled, so that the source must be opened again
 */
struct session {
	const struct options *opts;
	int (*progress)(void *arg, const char *what, uint64_t done, uint64_t total);
	void *progress_arg;
	const char *path;
	const char *other_path;
	struct kstd_ctx *ctx;
	struct kstd_dump *dump;
	struct kstd_ctx *other_ctx;
	struct kstd_dump *other;
	uint32_t generation;
	const struct kstd_node *overview;
	const struct kstd_node *luo;
	const struct kstd_node *schema;
	const struct kstd_node *mem;
	const struct kstd_node *findings;
	const struct kstd_node *diff;
	struct image images[MAX_IMAGES];
	int nr_images;
	int error_class;
	bool cancelled;
	char error[400];
};

/* Open, or open again; 0, or -1 with @error. All nodes from before are gone. */
int session_open(struct session *s);
void session_close(struct session *s);

/* Make @mem, @findings, @diff if they are not there; 0, or -1 with @error. */
int session_need_mem(struct session *s);
int session_need_findings(struct session *s);
int session_need_diff(struct session *s, const char *path);

/* Do a little of the work that is left; false if there is none. */
bool session_step(struct session *s);

/* The number of known defects; *@more: there may be more. */
uint64_t session_defects(struct session *s, bool *more);
/* How much is not known so far. */
uint64_t session_unknowns(struct session *s);

/* The number of sections that are shown; the number in the index of the one in a row. */
uint64_t image_count(const struct image *im);
uint64_t image_nr(const struct image *im, uint64_t row);

/* Do a little of the work on the order of an image; false if there is none. */
bool order_step(struct image *im);

/* Set the order and the filter; session_step() makes the order. */
void image_sort(struct image *im, enum sort sort, const char *filter);

/**
 * struct pinned_node - a node that lives as long as its iterators
 */
struct pinned_node {
	struct kstd_iter it[4];
	int nr;
	const struct kstd_node *node;
};

/*
 * Pin element @nr of @list; a second call pins an element of a list within the first, and so on, to
 * a depth of four. Returns the element; NULL if there is none.
 */
const struct kstd_node *pin_element(struct pinned_node *h, const struct kstd_node *list,
				    uint64_t nr);
void unpin(struct pinned_node *h);

/* Copy the text of a member into @buf of @size bytes; "" if there is none. Returns @buf. */
const char *member_text(const struct kstd_node *n, const char *name, char *buf, size_t size);
uint64_t member_u64(const struct kstd_node *n, const char *name);

/* Is @part in @text? Upper and lower case differ only if @part has a letter in upper case. */
bool text_has(const char *text, size_t len, const char *part);

#endif
