/* SPDX-License-Identifier: GPL-2.0 */

/*
 * Pictures of a report, as SVG within the page. Colors are classes: they belong to the style sheet.
 */

#ifndef REPORT_PICTURE_H
#define REPORT_PICTURE_H

#include "html.h"

/*
 * Put a map of the ranges of one side of kstd_mem(), by owner; it says whether they are known to be
 * preserved.
 */
void picture_memory(struct html *h, const struct kstd_node *side);

/* Put how long the sections of kstd_sections() took to save and to restore. */
void picture_times(struct html *h, const struct kstd_node *sections);

#endif
