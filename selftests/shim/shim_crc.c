// SPDX-License-Identifier: GPL-2.0
/*
 * shim_crc.c - the checksum, as fast as the kernel's where that matters
 *
 * The kernel has the processor's instruction for short lengths and several streams at
 * once for long ones. Benchmarks take the latter from ISA-L.
 */

#include <shim/custom.h>

#ifdef SHIM_ISAL
#include <isa-l/crc.h>
#endif

#define CRC32C_POLY	0x82f63b78U

static u32 crc_table[256];

static void crc_init(void)
{
	for (u32 i = 0; i < 256; i++) {
		u32 crc = i;

		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? CRC32C_POLY : 0);
		crc_table[i] = crc;
	}
}

static u32 crc32c_table(u32 crc, const u8 *p, size_t len)
{
	if (!crc_table[1])
		crc_init();
	while (len--)
		crc = crc >> 8 ^ crc_table[(crc ^ *p++) & 0xff];
	return crc;
}

#ifdef __x86_64__
__attribute__((target("sse4.2")))
static u32 crc32c_sse(u32 crc, const u8 *p, size_t len)
{
	unsigned long long word, wide = crc;

	for (; len >= sizeof(word); len -= sizeof(word), p += sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		wide = __builtin_ia32_crc32di(wide, word);
	}
	for (crc = wide; len; len--)
		crc = __builtin_ia32_crc32qi(crc, *p++);
	return crc;
}
#endif

/* From here on, the kernel of x86 has several streams. */
#define CRC32C_LONG	512

u32 crc32c(u32 crc, const void *p, size_t len)
{
#ifdef SHIM_ISAL
	if (len >= CRC32C_LONG && len <= INT_MAX)
		return crc32_iscsi((unsigned char *)p, len, crc);
#endif
#ifdef __x86_64__
	if (__builtin_cpu_supports("sse4.2"))
		return crc32c_sse(crc, p, len);
#endif
	return crc32c_table(crc, p, len);
}
