// SPDX-License-Identifier: GPL-2.0
/*
 * kstate_catalog.c - the versions of formats that this kernel speaks
 *
 * The catalog in debugfs has them, and the catalog in the kernel image, which
 * scripts/kstate makes of the section below and of what KSTATE_CATALOG() lists.
 */

#include <linux/compiler.h>
#include <linux/kho/abi/kexec_handover.h>
#include <linux/kho/abi/luo.h>
#include <linux/kho/abi/memblock.h>
#include <linux/kho/abi/memfd.h>

#include "kstate_internal.h"

#ifdef CONFIG_LIVEUPDATE
#define KSTATE_ABIS_LUO		"\0" LUO_ABI_COMPATIBLE
#else
#define KSTATE_ABIS_LUO
#endif

#ifdef CONFIG_LIVEUPDATE_MEMFD
#define KSTATE_ABIS_MEMFD	"\0" MEMFD_LUO_FH_COMPATIBLE
#else
#define KSTATE_ABIS_MEMFD
#endif

#define KSTATE_ABIS		KSTATE_COMPATIBLE "\0" KHO_FDT_COMPATIBLE	\
				KSTATE_ABIS_LUO KSTATE_ABIS_MEMFD		\
				"\0" MEMBLOCK_KHO_NODE_COMPATIBLE		\
				"\0" RESERVE_MEM_KHO_NODE_COMPATIBLE

const char kstate_abis[] = KSTATE_ABIS;
const size_t kstate_abis_len = sizeof(kstate_abis);

static const char kstate_abis_of_image[] __used __section(".discard.kstate_abis") = KSTATE_ABIS;
