// SPDX-License-Identifier: GPL-2.0

#include <stdio.h>
#include <string.h>

#include "../common/nearest.h"
#include "columns.h"

#define X(command, ...) { #command, { __VA_ARGS__ } },
static const struct columns {
	const char *command;
	const char *names[64];
} table[] = {
#include "columns.def"
};
#undef X

static const struct columns *columns_of(const char *command)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (!strcmp(table[i].command, command))
			return &table[i];
	return NULL;
}

static bool has_name(const struct columns *c, const char *name)
{
	for (const char *const *p = c->names; *p; p++)
		if (!strcmp(*p, name))
			return true;
	return false;
}

static int no_column(struct run *run, const struct columns *c, const char *name)
{
	struct nearest n = { .word = name };
	char all[800];
	size_t len = 0;

	for (const char *const *p = c->names; *p; p++) {
		nearest_try(&n, *p);
		len += snprintf(all + len, sizeof(all) - len, "%s%s", len ? " " : "", *p);
	}
	return cmd_usage(run, "--columns: %s has no column \"%s\"%s%s%s; there are: %s", c->command,
			 name, n.found ? ", did you mean \"" : "", n.found ? n.found : "",
			 n.found ? "\"?" : "", all);
}

int columns_check(struct run *run)
{
	const struct columns *c = columns_of(run->cmd->name);
	const char *p = run->opts->columns;
	char name[64];

	for (size_t len; c && p; p = p[len] ? p + len + 1 : NULL) {
		len = strcspn(p, ",");
		snprintf(name, sizeof(name), "%.*s", (int)len, p);
		if (!has_name(c, name))
			return no_column(run, c, name);
	}
	return 0;
}
