// SPDX-License-Identifier: GPL-2.0

/* kstate-browse: shows what one kernel hands over to the next, to look around in. */

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "bench.h"
#include "../common/cmd.h"

#define PROGRAM	"kstate-browse"

static int wrong(const char *text)
{
	fprintf(stderr, PROGRAM ": %s; try: " PROGRAM " --help\n", text);
	return EXIT_USAGE;
}

/* What characters the terminal has, the locale says; a script has all of them. */
static bool set_locale(const struct settings *o)
{
	if (o->headless || o->bench)
		return setlocale(LC_CTYPE, "C.UTF-8") && !o->ascii;
	setlocale(LC_CTYPE, "");
	return !strcmp(nl_langinfo(CODESET), "UTF-8") && !o->ascii;
}

static bool want_color(const struct settings *o)
{
	return o->color < 0 ? !getenv("NO_COLOR") : o->color;
}

static int status_of(int class)
{
	return class == KSTD_INPUT ? EXIT_INPUT : class == KSTD_USAGE ? EXIT_USAGE :
	       EXIT_ENVIRONMENT;
}

static bool app_init(struct app *app, const struct settings *o)
{
	*app = (struct app){
		.opts = o,
		.term = o->bench ? &term_bench : o->headless ? &term_text : &term_curses,
		.model = { .opts = o, .path = o->image, .progress = app_progress,
			   .progress_arg = app },
	};
	app->canvas.ascii = !set_locale(o);
	app->now = calloc(1, sizeof(*app->now));
	app->before = calloc(1, sizeof(*app->before));
	app->other = o->other ? strdup(o->other) : NULL;
	return app->now && app->before;
}

static void app_free(struct app *app)
{
	while (app->nr_views) {
		struct view *v = app->views[--app->nr_views];

		v->ops->free(v);
	}
	model_close(&app->model);
	canvas_free(&app->canvas);
	free(app->now);
	free(app->before);
	free(app->other);
}

/* The first look at the source, with its progress on the screen. */
static int open_all(struct app *app)
{
	app->busy_since = now_ms();
	app_message(app, "opening %s", app->model.path ? app->model.path : "the live system");
	app_draw(app);
	*app->message = 0;
	if (model_open(&app->model))
		return status_of(app->model.error_class);
	app->views[0] = view_tree(app);
	if (!app->views[0]) {
		snprintf(app->model.error, sizeof(app->model.error), "out of memory");
		return EXIT_ENVIRONMENT;
	}
	app->nr_views = 1;
	if (app->other && !model_need_diff(&app->model, app->other))
		app_push(app, view_diff(app));
	else if (app->other)
		return status_of(app->model.error_class);
	app->busy_since = 0;
	app->refreshed = now_ms();
	return 0;
}

static int browse(struct app *app)
{
	const struct settings *o = app->opts;
	struct term_opts opts = {
		.color = want_color(o), .ascii = app->canvas.ascii, .script = o->script,
		.rows = o->rows, .cols = o->cols,
	};
	const char *why = app->term->open(&opts);
	int status;

	if (why) {
		fprintf(stderr, PROGRAM ": %s\n", why);
		return EXIT_ENVIRONMENT;
	}
	status = open_all(app);
	if (!status)
		status = app_run(app);
	else
		app->broken = true;
	app->term->close();
	if (app->broken && status)
		fprintf(stderr, PROGRAM ": %s\n", app->model.error);
	return status;
}

int main(int argc, char **argv)
{
	struct settings opts;
	struct app app;
	int status;

	settings_parse(&opts, argc, argv);
	if (opts.list)
		return settings_list(opts.list);
	if (opts.help)
		return settings_help();
	if (opts.version) {
		printf(PROGRAM " %s\n", kstd_version());
		return 0;
	}
	if (*opts.error)
		return wrong(opts.error);
	if (!app_init(&app, &opts)) {
		fprintf(stderr, PROGRAM ": out of memory\n");
		return EXIT_ENVIRONMENT;
	}
	status = browse(&app);
	app_free(&app);
	return status;
}
