// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <pthread.h>
#include <string.h>

#include "base/crc32c.h"

#define POLY	0x82f63b78U	/* Castagnoli, bit-reversed */

static uint32_t table[8][256];
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* table[n][b]: the effect of byte b when n more bytes follow it. */
static void make_table(void)
{
	for (unsigned int b = 0; b < 256; b++) {
		uint32_t crc = b;

		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? POLY : 0);
		table[0][b] = crc;
	}
	for (unsigned int n = 1; n < 8; n++)
		for (unsigned int b = 0; b < 256; b++)
			table[n][b] = table[n - 1][b] >> 8 ^ table[0][table[n - 1][b] & 0xff];
}

static uint32_t le32(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static uint32_t eight(uint32_t crc, const uint8_t *p)
{
	uint32_t a = crc ^ le32(p), b = le32(p + 4);

	return table[7][a & 0xff] ^ table[6][a >> 8 & 0xff] ^
	       table[5][a >> 16 & 0xff] ^ table[4][a >> 24] ^
	       table[3][b & 0xff] ^ table[2][b >> 8 & 0xff] ^
	       table[1][b >> 16 & 0xff] ^ table[0][b >> 24];
}

static uint32_t add_by_table(uint32_t crc, const uint8_t *p, size_t len)
{
	pthread_once(&once, make_table);
	for (; len >= 8; len -= 8, p += 8)
		crc = eight(crc, p);
	for (; len; len--, p++)
		crc = crc >> 8 ^ table[0][(crc ^ *p) & 0xff];
	return crc;
}

#ifdef __x86_64__
/* The processor has an instruction for this polynomial. */
static uint32_t __attribute__((target("sse4.2")))
add_by_processor(uint32_t crc, const uint8_t *p, size_t len)
{
	uint64_t word, wide = crc;

	for (; len >= 8; len -= 8, p += 8) {
		memcpy(&word, p, sizeof(word));
		wide = __builtin_ia32_crc32di(wide, word);
	}
	for (crc = wide; len; len--, p++)
		crc = __builtin_ia32_crc32qi(crc, *p);
	return crc;
}

uint32_t kstd_crc_add(uint32_t crc, const void *p, size_t len)
{
	return __builtin_cpu_supports("sse4.2") ? add_by_processor(crc, p, len) :
						  add_by_table(crc, p, len);
}
#else
uint32_t kstd_crc_add(uint32_t crc, const void *p, size_t len)
{
	return add_by_table(crc, p, len);
}
#endif

/* For tests: the checksum without that instruction. */
uint32_t kstd_crc_add_portable(uint32_t crc, const void *p, size_t len)
{
	return add_by_table(crc, p, len);
}

uint32_t kstd_crc_be32(uint32_t crc, uint32_t v)
{
	uint8_t raw[4] = { v >> 24, v >> 16, v >> 8, v };

	return kstd_crc_add(crc, raw, sizeof(raw));
}
