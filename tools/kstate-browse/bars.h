/* SPDX-License-Identifier: GPL-2.0 */

/* The tabs of the views in the first line, and the most useful keys in the last one. */

#ifndef BROWSE_BARS_H
#define BROWSE_BARS_H

#include "app.h"

/* Does a screen have lines for both? */
bool has_bars(const struct canvas *c);

/* Draw the tabs into the first line; the tab of the view on top is marked. */
void draw_tabs(struct app *app, struct canvas *c);

/* Draw the keys of the view on top, or of the prompt, into the last line. */
void draw_keys(struct app *app, struct canvas *c);

#endif
