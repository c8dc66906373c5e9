/* SPDX-License-Identifier: GPL-2.0 */

/* The line at the bottom where text is typed, and searching. */

#ifndef BROWSE_PROMPT_H
#define BROWSE_PROMPT_H

#include "app.h"

void prompt_open(struct app *app, enum prompt_kind kind, const char *text);
void prompt_key(struct app *app, uint32_t key);
const char *prompt_label(const struct app *app);

/* Search as one types, from the cursor on. */
void search_open(struct app *app);
void search_again(struct app *app, bool back);

/* Look at some more rows; false if no search is going on. */
bool search_step(struct app *app);

#endif
