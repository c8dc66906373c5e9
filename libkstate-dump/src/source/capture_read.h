/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/* Opening a capture. Its format: memory/capture_format.h. */

#ifndef KSTD_CAPTURE_READ_H
#define KSTD_CAPTURE_READ_H

#include <nettle/sha2.h>

#include "fdt/fdt_view.h"
#include "memory/capture_format.h"
#include "memory/core.h"

/**
 * struct kstd_capture_in - a capture that was opened
 * @raw: the FDT of the note
 * @fdt: the same, checked
 * @damaged: @fdt is not valid
 */
struct kstd_capture_in {
	struct kstd_span raw;
	struct kstd_fdt fdt;
	bool damaged;
};

/**
 * kstd_capture_open - read the note of a capture
 * @core: between kstd_core_read() and kstd_core_finish(); it gets the gaps that the
 *        note lists, its page size, and whether it was a running system
 *
 * Return: 0, also if the note is damaged, which is a defect; -KSTD_ENVIRONMENT: no memory.
 */
int kstd_capture_open(struct kstd_dump *dump, struct kstd_core *core);

/**
 * kstd_capture_blobs - add the blobs of a capture to the dump
 *
 * Return: 0; -KSTD_INPUT: its note is damaged; -KSTD_ENVIRONMENT: no memory.
 */
int kstd_capture_blobs(struct kstd_dump *dump, struct kstd_core *core);

/**
 * kstd_capture_verify - compare all bytes of a capture with their checksums
 *
 * What differs is a defect. Return: how many ranges and blobs were compared; 0 if
 * the source is no capture.
 */
size_t kstd_capture_verify(struct kstd_dump *dump);

#endif
