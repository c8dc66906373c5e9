// SPDX-License-Identifier: GPL-2.0

#include <unistd.h>

#include "image_args.h"

int image_args_alone(struct run *run, const char **image)
{
	*image = run->argc ? run->argv[0] : NULL;
	if (run->argc <= 1)
		return 0;
	return cmd_usage(run, "%s takes one IMAGE; try: kstate-dump help %s", run->cmd->name,
			 run->cmd->name);
}

int image_args_open(struct run *run)
{
	const char *image;
	int status = image_args_alone(run, &image);

	return status ? status : cmd_open(run, image);
}

bool image_args_is_image(const char *word)
{
	return !strcmp(word, "-") || strchr(word, '/') || !access(word, F_OK);
}

int image_args_open_part(struct run *run, bool needed, const char **part)
{
	const char *args = run->cmd->args, *name = run->cmd->name;
	const char *first = run->argc ? run->argv[0] : NULL;
	bool live = run->opts->live;
	bool has_image = run->argc == 2 || (first && !live && image_args_is_image(first));

	*part = run->argc == 2 ? run->argv[1] : has_image ? NULL : first;
	if (first && !live && !has_image)
		run->not_file = first;
	if (run->argc <= (live ? 1 : 2) && (*part || !needed))
		return cmd_open(run, has_image ? first : NULL);
	if (live && !strncmp(args, "[IMAGE] ", 8))
		args += 8;
	return cmd_usage(run, "%s takes %s%s; try: kstate-dump help %s", name, args,
			 live ? " with --live" : "", name);
}
