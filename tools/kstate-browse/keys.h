/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: keys
 *
 * keys.def alone defines which key does what. A key is a Unicode character, or an &enum key if it
 * has no character.
 */

#ifndef BROWSE_KEYS_H
#define BROWSE_KEYS_H

#include <stddef.h>
#include <stdint.h>

#define X(sym, keys, group, word, help) ACT_##sym,
enum action {
	ACT_NONE,
#include "keys.def"
	NR_ACTIONS,
};
#undef X

enum key {
	KEY_NONE_ = 0,
	K_BACKSPACE = 0x110000,
	K_DEL,
	K_DOWN,
	K_END,
	K_ENTER,
	K_ESC,
	K_F1,
	K_HOME,
	K_LEFT,
	K_PGDN,
	K_PGUP,
	K_RIGHT,
	K_TAB,
	K_UP,
};

#define CTRL(c)	((c) & 0x1f)

/**
 * struct key_def - a line of keys.def
 */
struct key_def {
	const char *keys;
	const char *group;
	const char *word;
	const char *help;
};

/* By &enum action; that of %ACT_NONE is empty. */
extern const struct key_def key_defs[NR_ACTIONS];

/* The action of a key; %ACT_NONE if it has none. */
enum action key_action(uint32_t key);

/* The key of a name of @len bytes, as in "PgUp", "^C", "x"; 0 if there is none. */
uint32_t key_of_name(const char *name, size_t len);

#define KEY_NAME	8

/* The name of a key, in @name if it has none in the table; "" if it cannot be named. */
const char *name_of_key(uint32_t key, char name[KEY_NAME]);

/* Write the UTF-8 of a character to @p, at most four bytes; returns their number. */
size_t key_utf8(uint32_t key, char *p);

#endif
