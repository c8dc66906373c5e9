// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include "vmlinux/pe.h"

#define HEADER_AT	0x3c	/* u32: offset of "PE\0\0", which COFF's header follows */
#define NR_SECTIONS	6	/* u16, from "PE\0\0" on */
#define OPTIONAL_BYTES	20	/* u16: of the header behind COFF's */
#define COFF_END	24
#define SECTION_BYTES	40
#define SECTION_NAME	8
#define SECTION_USED	8	/* u32: bytes in memory */
#define SECTION_STORED	16	/* u32: bytes in the file, padded */
#define SECTION_AT	20	/* u32 */
#define MAX_SECTIONS	1024

static uint64_t number(const struct kstd_span *s, uint64_t at, size_t size)
{
	struct kstd_span part;
	uint64_t v = 0;

	if (kstd_span_sub(s, at, size, &part))
		kstd_span_int(&part, size, false, &v);
	return v;
}

bool kstd_pe_sniff(const struct kstd_span *head)
{
	struct kstd_span magic;

	return kstd_span_starts(head, "MZ", 2) &&
	       kstd_span_sub(head, number(head, HEADER_AT, 4), 4, &magic) &&
	       !memcmp(magic.p, "PE\0\0", 4);
}

static bool is_named(const struct kstd_span *file, uint64_t at, const char *name)
{
	char padded[SECTION_NAME] = { 0 };
	struct kstd_span s;

	memcpy(padded, name, strnlen(name, sizeof(padded)));
	return kstd_span_sub(file, at, SECTION_NAME, &s) && !memcmp(s.p, padded, sizeof(padded));
}

/* Set @at to the first section's header, and return how many there are. */
static uint64_t sections(const struct kstd_span *file, uint64_t *at)
{
	uint64_t head = number(file, HEADER_AT, 4), nr = number(file, head + NR_SECTIONS, 2);

	*at = head + COFF_END + number(file, head + OPTIONAL_BYTES, 2);
	return nr < MAX_SECTIONS ? nr : MAX_SECTIONS;
}

bool kstd_pe_section(const struct kstd_span *file, const char *name, unsigned int nth, uint64_t *at,
		     uint64_t *len)
{
	uint64_t s, stored, nr = sections(file, &s);

	for (uint64_t i = 0; i < nr; i++, s += SECTION_BYTES) {
		if (!is_named(file, s, name) || nth--)
			continue;
		*at = number(file, s + SECTION_AT, 4);
		*len = number(file, s + SECTION_USED, 4);
		stored = number(file, s + SECTION_STORED, 4);
		if (!*len || stored < *len)
			*len = stored;
		return true;
	}
	return false;
}

uint64_t kstd_pe_end(const struct kstd_span *file)
{
	uint64_t s, stored, nr = sections(file, &s), end = 0;

	for (uint64_t i = 0; i < nr; i++, s += SECTION_BYTES) {
		stored = number(file, s + SECTION_STORED, 4);
		if (stored && number(file, s + SECTION_AT, 4) + stored > end)
			end = number(file, s + SECTION_AT, 4) + stored;
	}
	return end;
}
