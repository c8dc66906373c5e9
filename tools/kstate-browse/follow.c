// SPDX-License-Identifier: GPL-2.0

/* Going to addresses, and to the places that defects and owners name. */

#include <stdio.h>
#include <string.h>

#include "app.h"

void app_go_address(struct app *app, uint64_t address)
{
	if (kstd_has_memory(app->session.dump))
		app_push(app, view_hex_memory(app, address));
	else
		app_push(app, view_map(app, address, true));
}

void app_go_section(struct app *app, const char *side, const char *section, const char *path)
{
	while (app->nr_views > 1)
		app_pop(app);
	if (!tree_go_section(app->views[0], side, section, path))
		app_message(app, kstd_all_well(app->session.dump) == KSTD_YES ? "no section %s here" :
			    "no section %s in what could be read", section);
}

/* The side of a file, as in "kho/in/sub_fdts/kstate" or "kstate/out/image"; NULL if it has none. */
static const char *side_of(const char *place)
{
	if (!strncmp(place, "kho/in/", 7) || !strncmp(place, "kstate/in/", 10))
		return "in";
	if (!strncmp(place, "kho/out/", 8) || !strncmp(place, "kstate/out/", 11))
		return "out";
	return NULL;
}

/* Split "dev@7b/slots/1/buf" into the section "dev@7b" and the field "slots[1].buf". */
static void split_place(const char *p, char *section, size_t size, char *path, size_t path_size)
{
	size_t len = strcspn(p, "/ :"), n = 0;

	snprintf(section, size, "%.*s", (int)len, p);
	p += len;
	while (*p == '/' && n + 4 < path_size) {
		size_t part = strcspn(++p, "/ :");
		bool number = part && strspn(p, "0123456789") >= part;

		n += snprintf(path + n, path_size - n, number ? "[%.*s]" : n ? ".%.*s" : "%.*s",
			      (int)part, p);
		if (n >= path_size)
			break;
		p += part;
	}
}

bool app_go_place(struct app *app, const char *place)
{
	const char *p = strstr(place, ": ");
	char section[128], path[256] = "";

	p = p ? p + 2 : place;
	if (!strncmp(p, "sections/", 9))
		p += 9;
	if (!memchr(p, '@', strcspn(p, "/ :")))
		return false;
	split_place(p, section, sizeof(section), path, sizeof(path));
	if (!strcmp(path, "data") || !strncmp(path, "data.", 5))
		memmove(path, path + 4 + (path[4] == '.'), strlen(path + 4) + (path[4] != '.'));
	app_go_section(app, side_of(place), section, path);
	return true;
}
