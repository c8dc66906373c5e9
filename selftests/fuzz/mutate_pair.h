/* SPDX-License-Identifier: GPL-2.0 */
/* mutate_pair.h - mutate_tree() for targets that know nothing of the shim */
#ifndef FUZZ_MUTATE_PAIR_H
#define FUZZ_MUTATE_PAIR_H

#include <stddef.h>
#include <stdint.h>

/* A changed copy of a tree, malloc()ed, of *@got bytes; NULL if it is none. @raw has the decisions. */
uint8_t *mutate_pair(const uint8_t *tree, size_t len, const uint8_t *raw, size_t nr, size_t *got);

#endif /* FUZZ_MUTATE_PAIR_H */
