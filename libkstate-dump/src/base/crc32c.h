/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/* CRC-32C (Castagnoli), as include/linux/kho/abi/kstate.h uses it. */

#ifndef KSTD_CRC32C_H
#define KSTD_CRC32C_H

#include <stddef.h>
#include <stdint.h>

#define KSTD_CRC_INIT	0xffffffffU

/* Feed @len bytes. Start with %KSTD_CRC_INIT, end with kstd_crc_final(). */
uint32_t kstd_crc_add(uint32_t crc, const void *p, size_t len);
uint32_t kstd_crc_add_portable(uint32_t crc, const void *p, size_t len);
uint32_t kstd_crc_be32(uint32_t crc, uint32_t v);

static inline uint32_t kstd_crc_final(uint32_t crc)
{
	return ~crc;
}

#endif
