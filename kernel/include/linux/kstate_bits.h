/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_KSTATE_BITS_H
#define _LINUX_KSTATE_BITS_H

/*
 * The fields of a kstate description that are bits. Included by
 * <linux/kstate_fields.h>.
 */

/**
 * KSTATE_BITMAP - a bitmap
 * @_f: member, as from DECLARE_BITMAP()
 * @_state: struct type
 * @_nbits: its bits
 */
#define KSTATE_BITMAP(_f, _state, _nbits, ...)				\
	KSTATE_BITMAP_V(_f, _state, _nbits, 0, ##__VA_ARGS__)

/** KSTATE_BITMAP_V - the same, in version @_since and later */
#define KSTATE_BITMAP_V(_f, _state, _nbits, _since, ...) {		\
	__KSTATE_COMMON(KSTATE_KIND_BITMAP, #_f, "bitmap", _since,	\
			KSTATE_ABI_NO_UNTIL),				\
	__KSTATE_AT(_state, __KSTATE_OFFSET(_f, _state,			\
				  unsigned long [__KSTATE_WORDS(_nbits)])), \
	.size = sizeof(long), .count = (_nbits), .sign = KSTATE_SIGN_UNSIGNED, \
	##__VA_ARGS__ }

#define __KSTATE_WORDS(_nbits)	(((_nbits) + 8 * sizeof(long) - 1) / (8 * sizeof(long)))

/** KSTATE_BITMAP_DEPRECATED - a bitmap that older versions have */
#define KSTATE_BITMAP_DEPRECATED(_f, _nbits, _last)			\
	__KSTATE_DEPRECATED(KSTATE_KIND_BITMAP, #_f, "bitmap", sizeof(long), \
			    _nbits, KSTATE_SIGN_UNSIGNED, _last)

/**
 * KSTATE_VARBITMAP - a bitmap whose number of bits is another member
 * @_f: member: an array of words as from DECLARE_BITMAP(), or a pointer to words
 * @_state: struct type
 * @_nbits: the member that has the number of bits, an integer; restored with the bitmap
 * @_max: the most bits that there may be
 * @_owner: &enum kstate_owner. Restore allocates with kvzalloc()
 */
#define KSTATE_VARBITMAP(_f, _state, _nbits, _max, _owner, ...)	\
	KSTATE_VARBITMAP_V(_f, _state, _nbits, _max, _owner, 0, ##__VA_ARGS__)

/** KSTATE_VARBITMAP_V - the same, in version @_since and later */
#define KSTATE_VARBITMAP_V(_f, _state, _nbits, _max, _owner, _since, ...) { \
	__KSTATE_COMMON(KSTATE_KIND_VARBITMAP, #_f, "bitmap", _since,	\
			KSTATE_ABI_NO_UNTIL),				\
	__KSTATE_AT(_state, __KSTATE_VOFFSET(_f, _state, unsigned long,	\
					     __KSTATE_WORDS(_max), _owner)), \
	.size = sizeof(long), .count = (_max), .sign = KSTATE_SIGN_UNSIGNED, \
	.owner = (_owner), __KSTATE_NR(_nbits, _state), ##__VA_ARGS__ }

/** KSTATE_VARBITMAP_DEPRECATED - such a bitmap that older versions have */
#define KSTATE_VARBITMAP_DEPRECATED(_f, _max, _last)			\
	__KSTATE_DEPRECATED(KSTATE_KIND_VARBITMAP, #_f, "bitmap", sizeof(long), \
			    _max, KSTATE_SIGN_UNSIGNED, _last)

#define __KSTATE_MASK(_f, _text, _mask, _since, ...)			\
	__KSTATE_COMMON(KSTATE_KIND_VARBITMAP, #_f, _text, _since,	\
			KSTATE_ABI_NO_UNTIL),				\
	.size = sizeof(long), .count = KSTATE_ABI_MASK_BITS,		\
	.sign = KSTATE_SIGN_UNSIGNED, .mask = (_mask)

/**
 * KSTATE_CPUMASK - a set of processors
 * @_f: member: a cpumask_var_t, which the driver has allocated, or a &struct cpumask
 * @_state: struct type
 *
 * The kernels may be built for different numbers of processors. Restoring refuses a set
 * with -ERANGE if it has a processor that cannot be there.
 */
#define KSTATE_CPUMASK(_f, _state)	KSTATE_CPUMASK_V(_f, _state, 0)

/** KSTATE_CPUMASK_V - the same, in version @_since and later */
#define KSTATE_CPUMASK_V(_f, _state, _since) {				\
	__KSTATE_MASK(_f, "cpumask", KSTATE_MASK_CPUS, _since),		\
	.owner = __KSTATE_IS(_f, _state, struct cpumask *) ? KSTATE_CALLER : KSTATE_EMBEDDED, \
	__KSTATE_AT(_state, offsetof(_state, _f) + BUILD_BUG_ON_ZERO(	\
		!__KSTATE_IS(_f, _state, struct cpumask *) &&		\
		!__KSTATE_IS(_f, _state, struct cpumask [1]) &&		\
		!__KSTATE_IS(_f, _state, struct cpumask))) }

/** KSTATE_CPUMASK_DEPRECATED - a set of processors that older versions have */
#define KSTATE_CPUMASK_DEPRECATED(_f, _last)				\
	KSTATE_VARBITMAP_DEPRECATED(_f, KSTATE_ABI_MASK_BITS, _last)

/**
 * KSTATE_NODEMASK - a set of NUMA nodes
 * @_f: member, a nodemask_t
 * @_state: struct type
 *
 * As KSTATE_CPUMASK().
 */
#define KSTATE_NODEMASK(_f, _state)	KSTATE_NODEMASK_V(_f, _state, 0)

/** KSTATE_NODEMASK_V - the same, in version @_since and later */
#define KSTATE_NODEMASK_V(_f, _state, _since) {				\
	__KSTATE_MASK(_f, "nodemask", KSTATE_MASK_NODES, _since),	\
	__KSTATE_AT(_state, __KSTATE_OFFSET(_f, _state, nodemask_t)) }

/** KSTATE_NODEMASK_DEPRECATED - a set of nodes that older versions have */
#define KSTATE_NODEMASK_DEPRECATED(_f, _last)				\
	KSTATE_VARBITMAP_DEPRECATED(_f, KSTATE_ABI_MASK_BITS, _last)

#endif /* _LINUX_KSTATE_BITS_H */
