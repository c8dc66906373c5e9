// SPDX-License-Identifier: GPL-2.0

#include <unistd.h>

#include "image_args.h"

static bool is_image(const char *word)
{
	return !strcmp(word, "-") || strchr(word, '/') || !access(word, F_OK);
}

static int wrong(struct run *run)
{
	const char *args = run->cmd->args, *name = run->cmd->name;

	if (run->opts->live && !strncmp(args, "[IMAGE] ", 8))
		args += 8;
	return cmd_usage(run, "%s takes %s%s; try: kstate-dump help %s", name, args,
			 run->opts->live ? " with --live" : "", name);
}

static int split(struct run *run, bool need, struct image_args *w)
{
	*w = (struct image_args){ NULL, NULL };
	if (run->argc > (run->opts->live ? 1 : 2))
		return wrong(run);
	if (run->argc == 2) {
		w->image = run->argv[0];
		w->part = run->argv[1];
	} else if (run->argc == 1 && !run->opts->live && is_image(run->argv[0])) {
		w->image = run->argv[0];
	} else if (run->argc == 1) {
		w->part = run->argv[0];
	}
	return need && !w->part ? wrong(run) : 0;
}

int image_args_get(struct run *run, struct image_args *w)
{
	return split(run, false, w);
}

int image_args_need(struct run *run, struct image_args *w)
{
	return split(run, true, w);
}

int image_args_alone(struct run *run, const char **image)
{
	*image = run->argc ? run->argv[0] : NULL;
	if (run->argc <= 1)
		return 0;
	return cmd_usage(run, "%s takes one IMAGE; try: kstate-dump help %s", run->cmd->name,
			 run->cmd->name);
}
