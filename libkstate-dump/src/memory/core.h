/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: files that hold a machine's memory
 *
 * ELF cores (vmcore, QEMU's dump-guest-memory, /proc/kcore, captures) and
 * compressed kernel dumps, which QEMU writes as a stream that is put in order
 * first. The content of a file says what it is, never its name.
 *
 * An ELF core is read by its program headers, which libelf decodes: they say of
 * every byte whether it is there. libkdumpfile reads the compressed forms; of an
 * ELF core that was cut short it would give zeros (0.5.1).
 */

#ifndef KSTD_CORE_H
#define KSTD_CORE_H

#include "memory/io.h"
#include "memory/phys.h"
#include "base/range_map.h"

/* Enough of the beginning of a file for kstd_core_sniff(). */
#define KSTD_HEAD	64

enum kstd_core_kind {
	KSTD_NO_CORE,
	KSTD_CORE_ELF,
	KSTD_CORE_KDUMP,
	KSTD_CORE_FLAT,		/* a compressed kdump as a stream of records */
	KSTD_CORE_RAW,		/* bytes of memory and nothing else; its bytes do not show it */
};

/* What a file is by its first bytes. */
enum kstd_core_kind kstd_core_sniff(const struct kstd_span *head);

/**
 * struct kstd_core_hint - what the note of a capture says of a core
 * @present: there is such a note
 * @roots: physical addresses of the KHO roots, by side: in, out, not known;
 *         %KSTD_NO_OFFSET if there is none
 * @page_size: 0 if it does not say
 */
struct kstd_core_hint {
	bool present;
	uint64_t roots[3];
	uint32_t page_size;
};

/**
 * struct kstd_core - an opened core
 * @phys: what the dump has of it; first, as its operations get that
 * @kind: not %KSTD_NO_CORE
 * @what: "an ELF core of x86-64, 3 segments"
 * @capture_note: the FDT of a capture's note, see capture_format.h; @capture_note.len is
 *                0 if the core is no capture
 * @capture_digest: the SHA-256 of that, if there is one
 * @capture: what @capture_note says, set by kstd_capture_open(); else NULL
 * @there: memory that the file has, finished; what is beyond the end of a truncated
 *         file is in it
 * @left_out: memory that the file names and does not have, finished
 * @lost: memory that could not be read when the file was made, finished
 * @virt: virtual addresses of what is in @there, with the physical address as
 *        &kstd_mapped_range.off; finished; ELF only
 * @vmcoreinfo: the text of the note; @vmcoreinfo.len is 0 if there is none
 * @lacks: how it is known that the file is less than the whole, for the error if nothing is
 *         found in it; empty if its headers say that it is whole
 * @lacks_code: the error's code
 * @page_known: @phys.page_size is said somewhere, or proved, not assumed
 * @kdump: libkdumpfile's
 */
struct kstd_core {
	struct kstd_phys phys;
	enum kstd_core_kind kind;
	struct kstd_io io;
	char what[128];
	uint16_t machine;
	struct kstd_range_map there;
	struct kstd_range_map left_out;
	struct kstd_range_map lost;
	struct kstd_range_map virt;
	struct kstd_span vmcoreinfo;
	struct kstd_core_hint hint;
	struct kstd_span capture_note;
	struct kstd_span capture_digest;
	struct kstd_capture_in *capture;
	char lacks[320];
	enum kstd_code lacks_code;
	bool page_known;
	struct kstd_kdump *kdump;
};

/**
 * kstd_core_read - read headers and notes of a core
 * @io: taken over, also if this fails
 * @name: the source as given
 * @changing: a running system's
 * @core: set to the core, which lives as long as @dump. Ranges may be added to its
 *        maps until kstd_core_finish().
 *
 * Return: 0; -KSTD_INPUT: not a core after all, of a form that is not read, damaged;
 * -KSTD_ENVIRONMENT: no memory.
 */
int kstd_core_read(struct kstd_dump *dump, struct kstd_io *io, const char *name, bool changing,
		   struct kstd_core **core);

/**
 * kstd_core_finish - finish the maps of a core, and hang its memory on the dump
 * @page_size: what the caller says; 0 for what the file says
 *
 * Return: 0, and dump->phys is set if the core has memory; -KSTD_ENVIRONMENT: no memory.
 */
int kstd_core_finish(struct kstd_dump *dump, struct kstd_core *core, uint32_t page_size);

/* kstd_core_read() and kstd_core_finish() in one, for what is no capture. */
int kstd_core_open(struct kstd_dump *dump, struct kstd_io *io, const char *name,
		   uint32_t page_size, bool changing);

/* The core that a dump was opened from; NULL if it was none. */
struct kstd_core *kstd_core_of(const struct kstd_dump *dump);

/* Where an ELF core ends, by its headers; 0 if they are not whole. */
uint64_t kstd_core_elf_end(int fd);

/* Two ways to read a core. They fill all of @core but its page size. */
int kstd_core_elf(struct kstd_dump *dump, struct kstd_core *core);
int kstd_core_kdump(struct kstd_dump *dump, struct kstd_core *core);
void kstd_core_kdump_close(struct kstd_core *core);

/**
 * kstd_split_add - add another part of a split dump
 * @core: the first part, as kstd_core_read() made it
 * @io: of the other part; taken over, also if this fails
 * @name: of it; must live as long as @dump
 *
 * Return: 0. -KSTD_USAGE: @core is no part of a split dump. -KSTD_INPUT: the other file is
 * none, is of another dump, or has what a part that was given before has. -KSTD_ENVIRONMENT.
 */
int kstd_split_add(struct kstd_dump *dump, struct kstd_core *core, struct kstd_io *io,
		   const char *name);

/* After the last part: report what is missing, if @core is of a split dump. */
void kstd_split_finish(struct kstd_dump *dump, struct kstd_core *core);

/* The ELF machine of a kernel's, as in "x86_64"; EM_NONE if this program does not know it. */
uint16_t kstd_machine_number(const char *utsname);

/* The name of an ELF machine, as in "x86-64"; NULL if this program does not know it. */
const char *kstd_machine_name(uint16_t machine);

/* Set @lacks of a core, unless it is set. */
void kstd_core_lacks(struct kstd_core *core, enum kstd_code code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Keep a note of an ELF core if the library uses notes of its kind. False if memory is short. */
bool kstd_core_note(struct kstd_dump *dump, struct kstd_core *core, const char *owner,
		    uint32_t type, struct kstd_span desc);

/**
 * kstd_vmcoreinfo - the value of a line "@key=value"
 * @value: without the newline
 *
 * Return: false if there is no such line.
 */
bool kstd_vmcoreinfo(const struct kstd_core *core, const char *key, struct kstd_span *value);

#endif
