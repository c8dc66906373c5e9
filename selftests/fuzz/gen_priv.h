/* SPDX-License-Identifier: GPL-2.0 */
/* gen_priv.h - between gen.c and gen_change.c */
#ifndef FUZZ_GEN_PRIV_H
#define FUZZ_GEN_PRIV_H

/* Room for what links an element, and for the head of all, whatever the container. */
#define GEN_LINK_BYTES	sizeof(struct rb_node)
#define GEN_HEAD_BYTES	sizeof(struct rb_root_cached)

/* A list or a tree, of some kind. */
void gen_linked(struct gen *g, struct kstate_field *f);
struct gen_desc *gen_new(struct gen *g);
void gen_field(struct gen *g, struct gen_desc *d, unsigned int depth, bool allocated);
void gen_deprecate(struct gen *g, struct gen_desc *d, struct kstate_field *f);

#endif
