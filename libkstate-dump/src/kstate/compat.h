/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: the rules of the kernel's engine
 *
 * The kernel decides by kstate_compat.c whether a description can read data. That very
 * file is compiled into the library, so that the two cannot disagree. This header has the
 * types that the file takes from the kernel.
 */

#ifndef KSTD_COMPAT_H
#define KSTD_COMPAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;

#ifndef U8_MAX
#define U8_MAX	UINT8_MAX
#endif

#include "../../../kernel/kernel/liveupdate/kstate_compat.h"

struct kstd_field;

/* A field as the engine's rules take it; its kind is U8_MAX if it is unknown here. */
struct kstate_layout_field kstd_layout_field(const struct kstd_field *f,
					     const struct kstate_layout *nested);

#endif
