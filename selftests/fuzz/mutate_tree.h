/* SPDX-License-Identifier: GPL-2.0 */
/* mutate_tree.h - for mutate.c */
#ifndef FUZZ_MUTATE_TREE_H
#define FUZZ_MUTATE_TREE_H

struct handover_block;
struct fuzz_in;

/* Put nodes and properties of a block that is a tree, or was one, into disorder. */
void mutate_tree(struct handover_block *block, struct fuzz_in *in);

#endif /* FUZZ_MUTATE_TREE_H */
