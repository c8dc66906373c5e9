/* SPDX-License-Identifier: GPL-2.0 */

/* Typing text in the status line, and searching. */

#ifndef BROWSE_PROMPT_H
#define BROWSE_PROMPT_H

#include "app.h"

void prompt_open(struct app *app, enum prompt_kind kind, const char *text);
void prompt_key(struct app *app, uint32_t key);
const char *prompt_label(const struct app *app);

/* Is a path asked for, which Tab completes? */
bool prompt_is_path(const struct app *app);

/* Begin a search from the cursor, which follows each letter that is typed; search again. */
void search_open(struct app *app);
void search_again(struct app *app, bool back);

/* Search in some more rows; false if no search goes on. */
bool search_step(struct app *app);

#endif
