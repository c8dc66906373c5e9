/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_KSTATE_MEMORY_H
#define _LINUX_KSTATE_MEMORY_H

/*
 * The fields of a kstate description that say where memory is: folios, pages and
 * vmalloc areas, which are preserved in place, and addresses, which are translated.
 * Included by <linux/kstate_fields.h>.
 */

/**
 * KSTATE_FOLIO - a folio, preserved in place
 * @_f: member, a &struct folio pointer, or NULL
 * @_state: struct type
 *
 * The driver keeps the folio until the kexec or until it unregisters. After a
 * restore, the object owns a reference: one, also if several of its fields refer
 * to the folio. Objects that refer to one folio are refused when they are saved.
 */
#define KSTATE_FOLIO(_f, _state, ...)					\
	KSTATE_FOLIO_V(_f, _state, 0, ##__VA_ARGS__)

/** KSTATE_FOLIO_V - the same, in version @_since and later */
#define KSTATE_FOLIO_V(_f, _state, _since, ...) {			\
	__KSTATE_COMMON(KSTATE_KIND_FOLIO, #_f, "struct folio *", _since, \
			KSTATE_ABI_NO_UNTIL),				\
	__KSTATE_AT(_state, __KSTATE_OFFSET(_f, _state, struct folio *)), \
	.size = KSTATE_FOLIO_BYTES, .count = 1, ##__VA_ARGS__ }

/** KSTATE_FOLIO_DEPRECATED - a folio that older versions, up to @_last, have */
#define KSTATE_FOLIO_DEPRECATED(_f, _last)				\
	__KSTATE_DEPRECATED(KSTATE_KIND_FOLIO, #_f, "struct folio *",	\
			    KSTATE_FOLIO_BYTES, 1, KSTATE_SIGN_OPAQUE, _last)

/**
 * KSTATE_PAGE - a page, preserved in place
 * @_f: member, a &struct page pointer, or NULL: a page of its own, or the first of a
 *	compound one
 * @_state: struct type
 *
 * As KSTATE_FOLIO(), which reads the same data. KSTATE_ADDRESS() is for a page that
 * belongs to somebody else.
 */
#define KSTATE_PAGE(_f, _state, ...)					\
	KSTATE_PAGE_V(_f, _state, 0, ##__VA_ARGS__)

/** KSTATE_PAGE_V - the same, in version @_since and later */
#define KSTATE_PAGE_V(_f, _state, _since, ...) {			\
	__KSTATE_COMMON(KSTATE_KIND_FOLIO, #_f, "struct page *", _since, \
			KSTATE_ABI_NO_UNTIL),				\
	__KSTATE_AT(_state, __KSTATE_OFFSET(_f, _state, struct page *)), \
	.size = KSTATE_FOLIO_BYTES, .count = 1,				\
	.flags = KSTATE_FIELD_PAGE, ##__VA_ARGS__ }

/** KSTATE_PAGE_DEPRECATED - a page that older versions, up to @_last, have */
#define KSTATE_PAGE_DEPRECATED(_f, _last)	KSTATE_FOLIO_DEPRECATED(_f, _last)

#define __KSTATE_FOLIO_ARRAY(_f, _state, _type, _flags, _since)		\
	__KSTATE_COMMON(KSTATE_KIND_FOLIO_ARRAY, #_f, #_type "[]", _since, \
			KSTATE_ABI_NO_UNTIL),				\
	__KSTATE_AT(_state, __KSTATE_OFFSET(_f, _state,			\
				  _type [__KSTATE_LENGTH(_f, _state)])), \
	.size = KSTATE_FOLIO_BYTES, .count = __KSTATE_LENGTH(_f, _state), \
	.stride = sizeof(void *), .flags = (_flags)

#define __KSTATE_FOLIO_VARRAY(_f, _state, _type, _nr, _max, _owner, _flags, _since) \
	__KSTATE_COMMON(KSTATE_KIND_FOLIO_ARRAY, #_f, #_type "[]", _since, \
			KSTATE_ABI_NO_UNTIL),				\
	__KSTATE_COUNTED(_f, _state, _type, _nr, _max, _owner),		\
	.size = KSTATE_FOLIO_BYTES, .flags = (_flags)

/**
 * KSTATE_FOLIO_ARRAY - an array of folios, each preserved in place
 * @_f: member, an array of &struct folio pointers, each of which may be NULL
 * @_state: struct type
 *
 * Each is treated as by KSTATE_FOLIO().
 */
#define KSTATE_FOLIO_ARRAY(_f, _state)	KSTATE_FOLIO_ARRAY_V(_f, _state, 0)

/** KSTATE_FOLIO_ARRAY_V - the same, in version @_since and later */
#define KSTATE_FOLIO_ARRAY_V(_f, _state, _since)			\
	{ __KSTATE_FOLIO_ARRAY(_f, _state, struct folio *, 0, _since) }

/** KSTATE_FOLIO_ARRAY_DEPRECATED - an array, counted or not, that older versions have */
#define KSTATE_FOLIO_ARRAY_DEPRECATED(_f, _max, _last)			\
	__KSTATE_DEPRECATED(KSTATE_KIND_FOLIO_ARRAY, #_f, "struct folio *[]", \
			    KSTATE_FOLIO_BYTES, _max, KSTATE_SIGN_OPAQUE, _last)

/**
 * KSTATE_FOLIO_VARRAY - an array of folios whose length is another member
 * @_f: member: an array of @_max &struct folio pointers, or a pointer to them
 * @_state: struct type
 * @_nr: as for KSTATE_VARRAY()
 * @_max: the most that there may be
 * @_owner: &enum kstate_owner, of the array
 */
#define KSTATE_FOLIO_VARRAY(_f, _state, _nr, _max, _owner)		\
	KSTATE_FOLIO_VARRAY_V(_f, _state, _nr, _max, _owner, 0)

/** KSTATE_FOLIO_VARRAY_V - the same, in version @_since and later */
#define KSTATE_FOLIO_VARRAY_V(_f, _state, _nr, _max, _owner, _since)	\
	{ __KSTATE_FOLIO_VARRAY(_f, _state, struct folio *, _nr, _max, _owner, 0, _since) }

/** KSTATE_FOLIO_VARRAY_DEPRECATED - such an array that older versions have */
#define KSTATE_FOLIO_VARRAY_DEPRECATED(_f, _max, _last)			\
	KSTATE_FOLIO_ARRAY_DEPRECATED(_f, _max, _last)

/**
 * KSTATE_PAGE_ARRAY - an array of pages, each preserved in place
 * @_f: member, an array of &struct page pointers, each of which may be NULL
 * @_state: struct type
 *
 * Each is treated as by KSTATE_PAGE().
 */
#define KSTATE_PAGE_ARRAY(_f, _state)	KSTATE_PAGE_ARRAY_V(_f, _state, 0)

/** KSTATE_PAGE_ARRAY_V - the same, in version @_since and later */
#define KSTATE_PAGE_ARRAY_V(_f, _state, _since)				\
	{ __KSTATE_FOLIO_ARRAY(_f, _state, struct page *, KSTATE_FIELD_PAGE, _since) }

/** KSTATE_PAGE_ARRAY_DEPRECATED - such an array that older versions have */
#define KSTATE_PAGE_ARRAY_DEPRECATED(_f, _max, _last)			\
	KSTATE_FOLIO_ARRAY_DEPRECATED(_f, _max, _last)

/**
 * KSTATE_PAGE_VARRAY - an array of pages whose length is another member
 * @_f: member: an array of @_max &struct page pointers, or a pointer to them
 * @_state: struct type
 * @_nr: as for KSTATE_VARRAY()
 * @_max: the most that there may be
 * @_owner: &enum kstate_owner, of the array
 */
#define KSTATE_PAGE_VARRAY(_f, _state, _nr, _max, _owner)		\
	KSTATE_PAGE_VARRAY_V(_f, _state, _nr, _max, _owner, 0)

/** KSTATE_PAGE_VARRAY_V - the same, in version @_since and later */
#define KSTATE_PAGE_VARRAY_V(_f, _state, _nr, _max, _owner, _since)	\
	{ __KSTATE_FOLIO_VARRAY(_f, _state, struct page *, _nr, _max, _owner, \
				KSTATE_FIELD_PAGE, _since) }

/** KSTATE_PAGE_VARRAY_DEPRECATED - such an array that older versions have */
#define KSTATE_PAGE_VARRAY_DEPRECATED(_f, _max, _last)			\
	KSTATE_FOLIO_ARRAY_DEPRECATED(_f, _max, _last)

/* A folio on the wire: u64 physical address, u32 order. */
#define KSTATE_FOLIO_BYTES	12

/**
 * KSTATE_ADDRESS - a pointer into memory that both kernels have at one place
 * @_f: member: a pointer into the linear map, or a &struct page pointer
 * @_state: struct type
 *
 * Saved as physical address or page frame number, restored as what that is in
 * the kernel that restores: neither KASLR nor the size of struct page matters.
 * The memory itself is not preserved by this.
 */
#define KSTATE_ADDRESS(_f, _state)	KSTATE_ADDRESS_V(_f, _state, 0)

/** KSTATE_ADDRESS_V - the same, in version @_since and later */
#define KSTATE_ADDRESS_V(_f, _state, _since) {				\
	__KSTATE_COMMON(__KSTATE_IS(_f, _state, struct page *) ?	\
			KSTATE_KIND_PAGE : KSTATE_KIND_ADDRESS, #_f,	\
			__KSTATE_IS(_f, _state, struct page *) ?	\
			"struct page *" : "void *", _since, KSTATE_ABI_NO_UNTIL), \
	__KSTATE_AT(_state, offsetof(_state, _f) + __KSTATE_NO_ARRAY(_f, _state) + \
		BUILD_BUG_ON_ZERO(sizeof(*__KSTATE_MEMBER(_f, _state)) == 0)), \
	.size = sizeof(u64), .count = 1 }

/** KSTATE_ADDRESS_DEPRECATED - an address that older versions have */
#define KSTATE_ADDRESS_DEPRECATED(_f, _type, _last)			\
	__KSTATE_DEPRECATED(__builtin_types_compatible_p(_type, struct page *) ? \
			    KSTATE_KIND_PAGE : KSTATE_KIND_ADDRESS, #_f, #_type, \
			    sizeof(u64), 1, KSTATE_SIGN_OPAQUE, _last)

/**
 * KSTATE_VMALLOC - an area from vmalloc(), preserved in place
 * @_f: member, a pointer to its start, or NULL
 * @_state: struct type
 *
 * The driver keeps the area until the kexec or until it unregisters. After a
 * restore, the object owns an area with the same contents, elsewhere in the
 * kernel's address space: one, also if several of its fields refer to it. Objects
 * that refer to one area are refused when they are saved.
 */
#define KSTATE_VMALLOC(_f, _state)	KSTATE_VMALLOC_V(_f, _state, 0)

/** KSTATE_VMALLOC_V - the same, in version @_since and later */
#define KSTATE_VMALLOC_V(_f, _state, _since) {				\
	__KSTATE_COMMON(KSTATE_KIND_VMALLOC, #_f, "void *", _since,	\
			KSTATE_ABI_NO_UNTIL),				\
	__KSTATE_AT(_state, offsetof(_state, _f) + __KSTATE_NO_ARRAY(_f, _state) + \
		BUILD_BUG_ON_ZERO(sizeof(*__KSTATE_MEMBER(_f, _state)) == 0)), \
	.size = KSTATE_VMALLOC_BYTES, .count = 1 }

/** KSTATE_VMALLOC_DEPRECATED - an area that older versions, up to @_last, have */
#define KSTATE_VMALLOC_DEPRECATED(_f, _last)				\
	__KSTATE_DEPRECATED(KSTATE_KIND_VMALLOC, #_f, "void *",		\
			    KSTATE_VMALLOC_BYTES, 1, KSTATE_SIGN_OPAQUE, _last)

/* A vmalloc area on the wire: KHO's descriptor. */
#define KSTATE_VMALLOC_BYTES	16

#endif /* _LINUX_KSTATE_MEMORY_H */
