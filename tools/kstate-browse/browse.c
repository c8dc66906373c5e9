// SPDX-License-Identifier: GPL-2.0

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app.h"
#include "browse.h"
#include "../common/status.h"
#include "../common/text_value.h"
#include "../common/short.h"
#include "../common/utf8.h"

#define PROGRAM	"kstate-browse"

/* Can the screen have UTF-8? The locale says that of a terminal; a script always can. */
static bool set_locale(const struct options *o, const struct term_ops *term)
{
	if (term != &term_curses)
		return utf8_set_locale("C.UTF-8") && !o->ascii;
	utf8_set_locale("");
	return utf8_locale() && !o->ascii;
}

static bool app_init(struct app *app, const struct options *o, const struct term_ops *term)
{
	*app = (struct app){
		.opts = o,
		.term = term,
		.session = { .opts = o, .path = o->image, .progress = app_progress,
			   .progress_arg = app },
	};
	app->canvas.ascii = !set_locale(o, term);
	app->now = short_if_null(calloc(1, sizeof(*app->now)));
	app->before = short_if_null(calloc(1, sizeof(*app->before)));
	app->other = o->other ? short_if_null(strdup(o->other)) : NULL;
	return app->now && app->before && (app->other || !o->other);
}

static void app_free(struct app *app)
{
	while (app->nr_views)
		view_free(app->views[--app->nr_views]);
	session_close(&app->session);
	canvas_free(&app->canvas);
	free(app->now);
	free(app->before);
	free(app->other);
}

/* The first look at the source, with its progress on the screen. */
static int open_all(struct app *app)
{
	app->busy_since = now_ms();
	app_message(app, "opening %s", app->session.path ? app->session.path : "the live system");
	app_draw(app);
	*app->message = 0;
	if (session_open(&app->session))
		return status_of_class(app->session.error_class);
	app->views[0] = view_tree(app);
	if (!app->views[0]) {
		snprintf(app->session.error, sizeof(app->session.error), "out of memory");
		return STATUS_ENVIRONMENT;
	}
	app->nr_views = 1;
	if (app->other && !session_need_diff(&app->session, app->other))
		app_push(app, view_diff(app));
	else if (app->other)
		return status_of_class(app->session.error_class);
	app->busy_since = 0;
	app->refreshed = now_ms();
	return 0;
}

/* What was shown is not all there is, if memory was short or a read failed meanwhile. */
static int if_whole(struct app *app)
{
	struct session *s = &app->session;
	struct kstd_ctx *ctxs[] = { s->ctx, s->other_ctx };

	for (int i = 0; i < 2; i++) {
		if (!ctxs[i] || !kstd_status(ctxs[i]))
			continue;
		snprintf(s->error, sizeof(s->error), "%s: what was shown is not complete",
			 kstd_error_message(ctxs[i]));
		app->broken = true;
		return STATUS_ENVIRONMENT;
	}
	if (!short_of_memory())
		return STATUS_DONE;
	snprintf(s->error, sizeof(s->error), "out of memory: what was shown is not complete");
	app->broken = true;
	return STATUS_ENVIRONMENT;
}

static int browse(struct app *app)
{
	const struct options *o = app->opts;
	struct term_opts opts = {
		.color = want_color(o->color, true), .ascii = app->canvas.ascii,
		.script = o->script,
		.rows = o->rows, .cols = o->cols,
	};
	const char *why = app->term->open(&opts);
	int status, err;

	if (why) {
		fprintf(stderr, PROGRAM ": %s\n", why);
		return STATUS_ENVIRONMENT;
	}
	status = open_all(app);
	if (!status)
		status = app_run(app) ?: if_whole(app);
	else
		app->broken = true;
	err = app->term->close();
	if (err && !status) {
		snprintf(app->session.error, sizeof(app->session.error), "standard output: %s",
			 strerror(err));
		app->broken = true;
		status = STATUS_ENVIRONMENT;
	}
	if (app->broken && status)
		text_to_stderr(PROGRAM, app->session.error);
	return status;
}

/* Print the help, or a list for the build. */
static int print(const struct options *o)
{
	struct buf b = { 0 };
	bool known = true;

	buf_open(&b, STDOUT_FILENO);
	if (o->list)
		known = options_list(&b, o->list);
	else
		options_help(&b);
	buf_flush(&b);
	buf_free(&b);
	return known ? STATUS_DONE : STATUS_USAGE;
}

int browse_main(int argc, char **argv, const struct term_ops *term)
{
	char line[sizeof(((struct options *)0)->line.error) + 40];
	struct options opts;
	struct app app;
	int status;

	options_parse(&opts, argc, argv);
	if (opts.list || opts.help || opts.version)
		free(opts.parts);
	if (opts.list || opts.help)
		return print(&opts);
	if (opts.version) {
		printf(PROGRAM " %s\n", kstd_version());
		return STATUS_DONE;
	}
	if (*opts.line.error) {
		free(opts.parts);
		snprintf(line, sizeof(line), "%s; try: " PROGRAM " --help", opts.line.error);
		text_to_stderr(PROGRAM, line);
		return STATUS_USAGE;
	}
	if (!app_init(&app, &opts, term ? term : opts.headless ? &term_text : &term_curses)) {
		fprintf(stderr, PROGRAM ": out of memory\n");
		free(opts.parts);
		return STATUS_ENVIRONMENT;
	}
	status = browse(&app);
	app_free(&app);
	free(opts.parts);
	return status;
}
