/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: the report
 *
 * One page of HTML about an image, for a ticket: it needs no other file and asks for none. Its
 * policy (Content-Security-Policy) allows its own style and script by their checksums, and nothing
 * else; so text of an image that was markup after all would do nothing.
 *
 * Decoding is the library's. Here nodes become tables and pictures: html.h, picture.h.
 */

#ifndef REPORT_H
#define REPORT_H

#include <kstate-dump.h>

#include "../common/buf.h"

#define REPORT_WHY	300

/**
 * struct report_part - a result of the library, or why there is none
 * @node: NULL if there is none
 * @why: as kstd_error_message() had it
 */
struct report_part {
	const struct kstd_node *node;
	char why[REPORT_WHY];
};

/**
 * struct report - what a report is made of
 * @dump: the image
 * @verify: of kstd_verify(); the others are those of the functions of their names
 * @made: when, in seconds since the epoch
 */
struct report {
	struct kstd_dump *dump;
	const struct kstd_node *verify;
	struct report_part info;
	struct report_part list;
	struct report_part luo;
	struct report_part mem;
	long long made;
};

/*
 * Ask the library for all parts. Returns 0, or a negative &enum kstd_class if nothing could be
 * verified: then there is no report. A part that could not be had is said in it, and is not known.
 */
int report_read(struct report *r, struct kstd_ctx *ctx, struct kstd_dump *dump);

/*
 * Put the page. What it says first was found to the end: all is decoded once before that. The
 * answer is that of kstd_all_well() with the findings.
 */
enum kstd_truth report_put(const struct report *r, struct buf *b);

#endif
