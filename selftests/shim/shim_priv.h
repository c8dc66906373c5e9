/* SPDX-License-Identifier: GPL-2.0 */
/* shim_priv.h - between shim.c and shim_kho.c */
#ifndef SHIM_PRIV_H
#define SHIM_PRIV_H

bool shim_may_alloc(void);
long shim_live_allocs(void);

void shim_maps_flush(void);
void shim_maps_forget(void);

#endif
