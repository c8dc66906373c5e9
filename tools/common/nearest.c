// SPDX-License-Identifier: GPL-2.0

#include <string.h>

#include "nearest.h"

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/*
 * The distance of Levenshtein, with one row of its table; two letters that changed places count as
 * two.
 */
static size_t distance(const char *a, const char *b)
{
	size_t nr = strlen(b), row[NEAREST_MAX + 1];

	for (size_t j = 0; j <= nr; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t above_left = row[0];

		row[0] = i;
		for (size_t j = 1; j <= nr; j++) {
			size_t above = row[j];

			row[j] = least(least(above, row[j - 1]) + 1,
				       above_left + (a[i - 1] != b[j - 1]));
			above_left = above;
		}
	}
	return row[nr];
}

void nearest_try(struct nearest *n, const char *candidate)
{
	size_t len = strlen(n->word), d;

	if (!len || len > NEAREST_MAX || strlen(candidate) > NEAREST_MAX)
		return;
	d = distance(n->word, candidate);
	/* A third of the letters, at least one: more is another word. */
	if (d > (len < 6 ? 1 + (len > 2) : len / 3) || (n->found && d >= n->distance))
		return;
	n->found = candidate;
	n->distance = d;
}
