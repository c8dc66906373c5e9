/* SPDX-License-Identifier: GPL-2.0 */
/* gen_priv.h - between gen.c and gen_change.c */
#ifndef FUZZ_GEN_PRIV_H
#define FUZZ_GEN_PRIV_H

struct gen_desc *gen_new(struct gen *g);
void gen_field(struct gen *g, struct gen_desc *d, unsigned int depth, bool allocated);
void gen_deprecate(struct gen *g, struct gen_desc *d, struct kstate_field *f);

#endif
