/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: captures
 *
 * A capture is everything that a source lets reach, in one file that opens on
 * any machine. It is an ELF64 core (ET_CORE, machine and byte order of the
 * source), so that other tools open it as well:
 *
 *   - a PT_LOAD for each captured run of physical memory: p_paddr and p_vaddr are
 *     its address, ascending, disjoint, p_memsz whole pages. Bytes beyond p_filesz
 *     are not known.
 *   - a segment of type %KSTD_PT_FILES, if blobs were files: their bytes
 *   - a PT_NOTE: "kstate-dump" of type %KSTD_NT_CAPTURE, an FDT that says what is
 *     where; "kstate-dump" of type %KSTD_NT_DIGEST, 32 bytes: SHA-256 of that FDT;
 *     "VMCOREINFO" with PAGESIZE=, for tools that need it
 *
 * Program headers and note are before the data, so that a capture that was cut still
 * says what it had. They are after the data if they need more room than was set aside.
 * With more than 65,534 segments e_phnum is PN_XNUM and section header 0 holds the
 * number.
 *
 * The FDT (FDT rules: big-endian cells, u64 in two):
 *
 *     / {
 *         compatible = "kstate-capture-v1";
 *         page-size (u32, bytes); byte-order ("little" or "big")
 *         source (string); source-kind (string); captured-at (u64, ns since the epoch)
 *         tool (string); contents (u32: 1 if the contents of folios were taken along)
 *         running (u32: 1 if it was the running system)
 *         notes (strings: what the source had to be said of)
 *         sides (strings: "in", "out", "file": those that were asked for; without it, all)
 *         ranges (pairs of u64 address, u64 bytes: as the PT_LOADs have them)
 *         ranges-sha256 (32 bytes for each)
 *         blobs {
 *             <n> { path, side ("in", "out", "file"), role (%KSTD_ROLES)
 *                   address, bytes (u64) | offset, bytes (u64, in this file); sha256 }
 *         }
 *         not-read {
 *             <n> { path, side, role: as those of blobs, for one that could not be read
 *                   code, text, offset: why, as those of reports }
 *         }
 *         reports {
 *             <n> { code, text (strings: of what was wrong with the source, or not known of it,
 *                   %KSTD_MAX_OF_SOURCE and one that counts the rest), path (string, or none)
 *                   offset (u64, or none) }
 *         }
 *         left-out {
 *             <n> { owner (string), reason (%KSTD_REASONS), ranges }
 *         }
 *     };
 *
 * sides, not-read and reports are not in captures of the first versions of this program, which pass
 * them over. Strings of reports are printable ASCII, as messages are, and are not escaped again. A
 * code that a reader does not know says that something is not known.
 *
 * Any change that a reader cannot ignore comes with a new compatible string.
 */

#ifndef KSTD_CAPTURE_FORMAT_H
#define KSTD_CAPTURE_FORMAT_H

#include "memory/blob.h"
#include "memory/phys.h"

#define KSTD_CAPTURE_COMPATIBLE	"kstate-capture-v1"
#define KSTD_CAPTURE_NOTE	"kstate-dump"
#define KSTD_NT_CAPTURE		0x6b730001
#define KSTD_NT_DIGEST		0x6b730002
#define KSTD_CAPTURED_BEFORE	"when it was captured: "	/* before texts of it */
#define KSTD_PT_FILES		0x6b737464	/* "kstd"; between PT_LOOS and PT_HIOS */

/* Why memory is not in a capture: X(symbol, name, what a read says). */
#define KSTD_REASONS(X)					\
	X(CONTENTS,	"contents",	KSTD_AVAIL_EXCLUDED)	\
	X(EXCLUDED,	"excluded",	KSTD_AVAIL_EXCLUDED)	\
	X(ABSENT,	"absent",	KSTD_AVAIL_ABSENT)	\
	X(UNREADABLE,	"unreadable",	KSTD_AVAIL_UNREADABLE)

#define X(sym, name, there) KSTD_LEFT_##sym,
enum kstd_reason {
	KSTD_REASONS(X)
	KSTD_NR_REASONS
};
#undef X

const char *kstd_role_name(enum kstd_role role);
const char *kstd_reason_name(enum kstd_reason reason);

/* The reason with that name; -1 if there is none. */
int kstd_reason_by_name(const char *name);

/* What a read says of memory that was left out for a reason. */
enum kstd_avail kstd_reason_avail(enum kstd_reason reason);

/* The role with that name; -1 if there is none. */
int kstd_role_by_name(const char *name);

#endif
