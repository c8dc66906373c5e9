// SPDX-License-Identifier: GPL-2.0

#include <stdio.h>
#include <string.h>

#include "keys.h"

#define X(sym, keys_, group_, word_, help_) [ACT_##sym] = { keys_, group_, word_, help_ },
const struct key_def key_defs[NR_ACTIONS] = {
	[ACT_NONE] = { "", "", "", "" },
#include "keys.def"
};
#undef X

static const struct {
	const char *name;
	uint32_t key;
} names[] = {
	{ "Backspace", K_BACKSPACE }, { "Del", K_DEL }, { "Down", K_DOWN }, { "End", K_END },
	{ "Enter", K_ENTER }, { "Esc", K_ESC }, { "F1", K_F1 }, { "Home", K_HOME }, { "Left", K_LEFT },
	{ "PgDn", K_PGDN }, { "PgUp", K_PGUP }, { "Right", K_RIGHT }, { "Space", ' ' },
	{ "Tab", K_TAB }, { "Up", K_UP }, { "Lt", '<' },
};

uint32_t key_of_name(const char *name, size_t len)
{
	if (len == 1)
		return (unsigned char)*name;
	if (len == 2 && *name == '^')
		return CTRL(name[1]);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i].name) == len && !memcmp(names[i].name, name, len))
			return names[i].key;
	return 0;
}

size_t key_utf8(uint32_t key, char *p)
{
	if (key < 0x80) {
		p[0] = key;
		return 1;
	}
	if (key < 0x800) {
		p[0] = 0xc0 | key >> 6;
		p[1] = 0x80 | (key & 0x3f);
		return 2;
	}
	if (key < 0x10000) {
		p[0] = 0xe0 | key >> 12;
		p[1] = 0x80 | (key >> 6 & 0x3f);
		p[2] = 0x80 | (key & 0x3f);
		return 3;
	}
	p[0] = 0xf0 | key >> 18;
	p[1] = 0x80 | (key >> 12 & 0x3f);
	p[2] = 0x80 | (key >> 6 & 0x3f);
	p[3] = 0x80 | (key & 0x3f);
	return 4;
}

const char *name_of_key(uint32_t key, char name[KEY_NAME])
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].key == key && key != '<')
			return names[i].name;
	if (!key || key >= K_BACKSPACE)
		return "";
	if (key < ' ')
		snprintf(name, KEY_NAME, "^%c", (int)key | '@');
	else
		name[key_utf8(key, name)] = 0;
	return name;
}

static int has_key(const char *keys, uint32_t key)
{
	while (*keys) {
		size_t len = strcspn(keys, " ");

		if (key_of_name(keys, len) == key)
			return 1;
		keys += len + strspn(keys + len, " ");
	}
	return 0;
}

enum action key_action(uint32_t key)
{
	for (int i = 1; i < NR_ACTIONS; i++)
		if (has_key(key_defs[i].keys, key))
			return i;
	return ACT_NONE;
}
