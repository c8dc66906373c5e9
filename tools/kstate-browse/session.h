/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: what is browsed
 *
 * An opened source, and of each image an index of its sections and the order in which
 * they are shown. Work that takes longer than a moment is done in steps (session_step()),
 * so that keys are answered meanwhile.
 */

#ifndef BROWSE_SESSION_H
#define BROWSE_SESSION_H

#include <kstate-dump.h>

#include "options.h"

#define FILTER_MAX	64
#define MAX_IMAGES	3	/* one a side */

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
 * struct sort_key - what a section is sorted by
 * @name: its name, padded with NUL
 * @v: its instance after @name, else what counts, so that the greatest is first
 */
struct sort_key {
	char name[32];
	uint64_t v;
	uint32_t nr;
};

/**
 * struct order - which sections are shown, and in which order
 * @on: false: all, as they stand in the image
 * @nr: the numbers of those that are shown, @count of them
 * @building: it is being made: @keys so far, sections before @at were looked at
 * @max: of @v so far
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
	uint64_t room;
	uint64_t at;
};

/**
 * struct image - the sections of a side
 * @node: from the overview
 * @complete: all are indexed
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
 * @path: NULL is the live system
 * @other: what it is compared with, or NULL
 * @generation: counts up whenever nodes of the dumps are gone
 * @luo: list as of kstd_luo(), NULL if there is none; so for @schema
 * @mem: as of kstd_mem(), NULL until it is asked for
 * @findings: as of kstd_verify(), likewise
 * @diff: as of kstd_diff(), likewise
 * @error: what went wrong last, one line
 * @cancelled: somebody stopped it: everything must be opened again
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

/* Open, or open again; 0, or -1 with @error. What was asked for later is gone. */
int session_open(struct session *s);
void session_close(struct session *s);

/* Ask for @mem, @findings, @diff; 0, or -1 with @error. */
int session_need_mem(struct session *s);
int session_need_findings(struct session *s);
int session_need_diff(struct session *s, const char *path);

/* Do some of the work that is left; false if there is none. */
bool session_step(struct session *s);

/* How many defects are known, and whether there may be more than that. */
uint64_t session_defects(struct session *s, bool *more);

/* Sections that are shown of an image, and the number of one of them in its index. */
uint64_t image_count(const struct image *im);
uint64_t image_nr(const struct image *im, uint64_t row);

/* Some of the work on the order of an image; false if there is none. */
bool order_step(struct image *im);

/* Sort and filter: the order is made by session_step(). */
void image_sort(struct image *im, enum sort sort, const char *filter);

/**
 * struct pinned_node - a node that needs iterators to stay
 */
struct pinned_node {
	struct kstd_iter it[4];
	int nr;
	const struct kstd_node *node;
};

/* Hold element @nr of @list; then an element of one of its lists, and so on. NULL if there is none. */
const struct kstd_node *pin_element(struct pinned_node *h, const struct kstd_node *list, uint64_t nr);
void unpin(struct pinned_node *h);

/* Text of a member, copied, "" if there is none; @size bytes. */
const char *member_text(const struct kstd_node *n, const char *name, char *buf, size_t size);
uint64_t member_u64(const struct kstd_node *n, const char *name);

/* Does @text have @part in it? Upper case matters if @part has any. */
bool text_has(const char *text, size_t len, const char *part);

#endif
