// SPDX-License-Identifier: GPL-2.0

/* Writing what a view shows to a file. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "app.h"
#include "../common/out.h"

static bool is_json(const char *path)
{
	size_t len = strlen(path);

	return len > 5 && !strcmp(path + len - 5, ".json");
}

/* Write the document that the command of kstate-dump writes. */
static int write_json(struct app *app, const struct shown *s, int fd)
{
	struct out out = { .ops = &out_json, .program = "kstate-browse", .pretty = true };
	int failed;

	buf_open(&out.b, fd);
	out.ops->begin(&out, s->command, kstd_source(app->session.dump));
	out.ops->node(&out, s->name, s->node);
	out.ops->end(&out, app->session.dump);
	buf_flush(&out.b);
	failed = out.b.failed;
	buf_free(&out.b);
	return failed;
}

static int write_text(struct app *app, int fd)
{
	struct view *v = app_top(app);
	struct buf b = { 0 };
	int failed;

	buf_open(&b, fd);
	v->ops->text(v, &b);
	buf_flush(&b);
	failed = b.failed;
	buf_free(&b);
	return failed;
}

void app_export(struct app *app, const char *path)
{
	struct view *v = app_top(app);
	struct shown s = { NULL, NULL, NULL };
	int fd, failed;

	if (!*path)
		return;
	if (is_json(path) && (!v->ops->shown || !v->ops->shown(v, &s) || !s.node)) {
		app_message(app, "there is no JSON of this view: give a name that does not end in .json");
		return;
	}
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0) {
		app_message(app, "%s: %s", path, strerror(errno));
		return;
	}
	failed = s.node ? write_json(app, &s, fd) : write_text(app, fd);
	if (close(fd) && !failed)
		failed = errno;
	if (failed)
		app_message(app, "%s: %s", path, strerror(failed));
	else
		app_message(app, "written to %s", path);
}
