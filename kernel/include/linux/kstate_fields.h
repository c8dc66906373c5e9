/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_KSTATE_FIELDS_H
#define _LINUX_KSTATE_FIELDS_H

/*
 * The fields of a kstate description. Included by <linux/kstate.h>.
 *
 * Each kind of field has three macros: the plain one; the _V form, for a member
 * that data of version @_since and later has; and the _DEPRECATED form, for one
 * that data up to version @_last had. Where the last parameters of a macro are
 * open, ``.hint = KSTATE_HINT_HEX`` and the like may follow.
 */

#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/kho/abi/kstate.h>
#include <linux/kstate_checks.h>
#include <linux/stddef.h>
#include <linux/types.h>

struct folio;
struct list_head;
struct page;
struct rb_node;

#define __KSTATE_CODE(sym, code, name)	KSTATE_KIND_##sym = (code),
/** enum kstate_kind - what a field is; codes are ABI, see KSTATE_ABI_KINDS */
enum kstate_kind {
	KSTATE_ABI_KINDS(__KSTATE_CODE)
};
#undef __KSTATE_CODE

#define __KSTATE_CODE(sym, code, name)	KSTATE_SIGN_##sym = (code),
/** enum kstate_sign - what an element is; codes are ABI, see KSTATE_ABI_SIGNS */
enum kstate_sign {
	KSTATE_ABI_SIGNS(__KSTATE_CODE)
};
#undef __KSTATE_CODE

#define __KSTATE_CODE(sym, code, name)	KSTATE_HINT_##sym = (code),
/**
 * enum kstate_hint - how tools show a value, see KSTATE_ABI_HINTS
 * @KSTATE_HINT_DEFAULT: what fits the type: text for char arrays, decimal for
 *			 integers, bytes for the rest
 * @KSTATE_ABI_HINTS: the others, as listed there
 */
enum kstate_hint {
	KSTATE_HINT_DEFAULT = 0,
	KSTATE_ABI_HINTS(__KSTATE_CODE)
};
#undef __KSTATE_CODE

/**
 * enum kstate_owner - where the elements of a counted array are
 * @KSTATE_EMBEDDED: in the member itself, an array of the maximum's length
 * @KSTATE_CALLER: the member points to memory of the driver, with room for the
 *		   maximum also when restoring
 * @KSTATE_ALLOCATED: the member points to memory that restore allocates with
 *		      kvzalloc(), and must be NULL then; the driver frees it with
 *		      kvfree()
 */
enum kstate_owner {
	KSTATE_EMBEDDED,
	KSTATE_CALLER,
	KSTATE_ALLOCATED,
};

/**
 * enum kstate_container - what holds the elements of a list or map
 * @KSTATE_IN_LIST: &struct list_head
 * @KSTATE_IN_HLIST: &struct hlist_head
 * @KSTATE_IN_RBTREE: &struct rb_root
 * @KSTATE_IN_RBTREE_CACHED: &struct rb_root_cached
 * @KSTATE_IN_XARRAY: &struct xarray
 * @KSTATE_IN_IDR: &struct idr
 */
enum kstate_container {
	KSTATE_IN_LIST,
	KSTATE_IN_HLIST,
	KSTATE_IN_RBTREE,
	KSTATE_IN_RBTREE_CACHED,
	KSTATE_IN_XARRAY,
	KSTATE_IN_IDR,
};

/**
 * enum kstate_mask - what each bit of a bitmap means
 * @KSTATE_MASK_NONE: what the driver says
 * @KSTATE_MASK_CPUS: processors, &struct cpumask
 * @KSTATE_MASK_NODES: NUMA nodes, nodemask_t
 */
enum kstate_mask {
	KSTATE_MASK_NONE,
	KSTATE_MASK_CPUS,
	KSTATE_MASK_NODES,
};

/* Flags of a field. */
#define KSTATE_FIELD_PAGE	0x1	/* in memory, folios are &struct page pointers */

struct kstate_custom;
struct kstate_description;
struct kstate_hint_name;

/**
 * struct kstate_field - one member of a described struct
 * @name: member name, unique in the description: [A-Za-z0-9,._+-], at most
 *	  %KSTATE_ABI_NAME_MAX bytes; NULL ends the table
 * @type: the C type as text, for people
 * @offset: bytes from the start of the object to the member
 * @whole: bytes of the struct that the member is in, 0 if that is not known
 * @size: bytes of one element on the wire, 0 if it is a stream
 * @count: number of elements, or their maximum
 * @stride: bytes from one element to the next in memory
 * @nr_offset: of the member that counts the elements
 * @link: offset of what links an element into its container: a &struct list_head,
 *	  &struct hlist_node or &struct rb_node
 * @less: order of the elements of a tree, as for rb_add()
 * @xa_flags: what an xarray is initialized with
 * @base: lowest id of an IDR
 * @since: first version that has the field, 0 for every one
 * @until: last version that has the field, %KSTATE_ABI_NO_UNTIL for no end
 * @desc: description of the elements
 * @custom: callbacks of a custom field
 * @names: names for a hint of %KSTATE_HINT_FLAGS or %KSTATE_HINT_ENUM
 * @kind: &enum kstate_kind
 * @sign: &enum kstate_sign
 * @hint: &enum kstate_hint
 * @nr_size: bytes of the member that counts the elements
 * @nr_signed: whether that has negative values
 * @owner: &enum kstate_owner
 * @container: &enum kstate_container, of a list or map
 * @mask: &enum kstate_mask, of a bitmap
 * @flags: KSTATE_FIELD_*
 *
 * Filled by the macros below. A field with an @until is deprecated: never saved,
 * skipped when older data has it.
 */
struct kstate_field {
	const char *name;
	const char *type;
	size_t offset;
	size_t whole;
	size_t size;
	size_t count;
	size_t stride;
	size_t nr_offset;
	size_t link;
	bool (*less)(struct rb_node *a, const struct rb_node *b);
	gfp_t xa_flags;
	u32 base;
	u32 since;
	u32 until;
	const struct kstate_description *desc;
	const struct kstate_custom *custom;
	const struct kstate_hint_name *names;
	u8 kind;
	u8 sign;
	u8 hint;
	u8 nr_size;
	bool nr_signed;
	u8 owner;
	u8 container;
	u8 mask;
	u8 flags;
};

/* What all fields have; the rest follows as designated initializers. */
#define __KSTATE_COMMON(_kind, _name, _text, _since, _until)		\
	.name = (_name), .type = (_text), .until = (_until), .kind = (_kind), \
	.since = (_since) +						\
		 BUILD_BUG_ON_ZERO(sizeof(_name) > KSTATE_ABI_NAME_MAX + 1)

/* An element of the type, or of the array type. */
#define __KSTATE_ELEMENTS(_type)					\
	.size = __KSTATE_SIZE_OF(_type),				\
	.count = sizeof(_type) / (__KSTATE_SIZE_OF(_type)),		\
	.sign = __KSTATE_SIGN_OF(_type)

#define __KSTATE_FIELD(_kind, _name, _type, _text, _whole, _off, _since, _until, ...) { \
	__KSTATE_COMMON(_kind, _name, _text, _since, _until),		\
	__KSTATE_ELEMENTS(_type), .whole = (_whole), .offset = (_off), ##__VA_ARGS__ }

/* Where the member is, and in what. */
#define __KSTATE_AT(_state, _off)	.whole = sizeof(_state), .offset = (_off)

/* A field of older versions: name and what it takes to skip it. */
#define __KSTATE_DEPRECATED(_kind, _name, _text, _size, _count, _sign, _last) { \
	__KSTATE_COMMON(_kind, _name, _text, 0, _last),			\
	.size = (_size), .count = (_count), .sign = (_sign) }

/**
 * KSTATE_BASE_TYPE - a value, char array or fixed array, saved by its bytes
 * @_f: member
 * @_state: struct type
 * @_type: the member's C type, checked at compile time
 *
 * A further argument such as ``.hint = KSTATE_HINT_HEX`` sets how tools show it.
 */
#define KSTATE_BASE_TYPE(_f, _state, _type, ...)			\
	KSTATE_BASE_TYPE_V(_f, _state, _type, 0, ##__VA_ARGS__)

/** KSTATE_BASE_TYPE_V - the same, in version @_since and later */
#define KSTATE_BASE_TYPE_V(_f, _state, _type, _since, ...)		\
	__KSTATE_FIELD(KSTATE_KIND_VALUE, #_f, _type, #_type,		\
		       sizeof(_state), __KSTATE_OFFSET(_f, _state, _type) + \
		       __KSTATE_VALUE(_type), _since,			\
		       KSTATE_ABI_NO_UNTIL, ##__VA_ARGS__)

/**
 * KSTATE_BASE_TYPE_DEPRECATED - a value that older versions have
 * @_f: name that the member had
 * @_type: C type that it had
 * @_last: last version that has it
 */
#define KSTATE_BASE_TYPE_DEPRECATED(_f, _type, _last)			\
	__KSTATE_FIELD(KSTATE_KIND_VALUE, #_f, _type, #_type, 0, 0, 0, _last)

/**
 * KSTATE_POINTER - a pointer, saved by what it points to
 * @_f: member, a pointer to a complete type
 * @_state: struct type
 *
 * NULL is a value: restoring it sets the member to NULL. Restoring a target
 * writes through the live pointer; if that is NULL, the section is refused with
 * -EFAULT.
 */
#define KSTATE_POINTER(_f, _state, ...)					\
	KSTATE_POINTER_V(_f, _state, 0, ##__VA_ARGS__)

/** KSTATE_POINTER_V - the same, in version @_since and later */
#define KSTATE_POINTER_V(_f, _state, _since, ...)			\
	__KSTATE_FIELD(KSTATE_KIND_POINTER, #_f,			\
		       typeof(*__KSTATE_MEMBER(_f, _state)),		\
		       __KSTATE_NAME_OF(typeof(*__KSTATE_MEMBER(_f, _state))), \
		       sizeof(_state),					\
		       offsetof(_state, _f) + __KSTATE_NO_ARRAY(_f, _state) + \
		       BUILD_BUG_ON_ZERO(__builtin_types_compatible_p(	\
				typeof(*__KSTATE_MEMBER(_f, _state)), void)) + \
		       __KSTATE_VALUE(typeof(*__KSTATE_MEMBER(_f, _state))), \
		       _since, KSTATE_ABI_NO_UNTIL, ##__VA_ARGS__)

/**
 * KSTATE_POINTER_DEPRECATED - a pointer that older versions have
 * @_f: name that the member had
 * @_type: C type that it pointed to
 * @_last: last version that has it
 */
#define KSTATE_POINTER_DEPRECATED(_f, _type, _last)			\
	__KSTATE_FIELD(KSTATE_KIND_POINTER, #_f, _type, #_type, 0, 0, 0, _last)

/**
 * KSTATE_EQUAL - a value that must be the same in both kernels
 * @_f: member
 * @_state: struct type
 * @_type: the member's C type, checked at compile time
 *
 * Saved as a value, never written: if the live member differs, the section is
 * refused with -ENODEV. For properties that identify a device: a revision, a size.
 */
#define KSTATE_EQUAL(_f, _state, _type, ...)				\
	KSTATE_EQUAL_V(_f, _state, _type, 0, ##__VA_ARGS__)

/** KSTATE_EQUAL_V - the same, in version @_since and later */
#define KSTATE_EQUAL_V(_f, _state, _type, _since, ...)			\
	__KSTATE_FIELD(KSTATE_KIND_EQUAL, #_f, _type, #_type,		\
		       sizeof(_state), __KSTATE_OFFSET(_f, _state, _type) + \
		       __KSTATE_VALUE(_type), _since,			\
		       KSTATE_ABI_NO_UNTIL, ##__VA_ARGS__)

/** KSTATE_EQUAL_DEPRECATED - such a value that older versions have */
#define KSTATE_EQUAL_DEPRECATED(_f, _type, _last)			\
	__KSTATE_FIELD(KSTATE_KIND_EQUAL, #_f, _type, #_type, 0, 0, 0, _last)

/**
 * KSTATE_STRUCT - a struct in the struct, with a description of its own
 * @_f: member
 * @_state: struct type
 * @_type: the member's C type, checked at compile time
 * @_desc: its &struct kstate_description: without subsections, and of callbacks only
 *	   post_restore, alloc and free
 */
#define KSTATE_STRUCT(_f, _state, _type, _desc)				\
	KSTATE_STRUCT_V(_f, _state, _type, _desc, 0)

/** KSTATE_STRUCT_V - the same, in version @_since and later */
#define KSTATE_STRUCT_V(_f, _state, _type, _desc, _since) {		\
	__KSTATE_COMMON(KSTATE_KIND_STRUCT, #_f, #_type, _since,	\
			KSTATE_ABI_NO_UNTIL),				\
	__KSTATE_AT(_state, __KSTATE_OFFSET(_f, _state, _type)), .count = 1, \
	.stride = sizeof(_type), .desc = (_desc) }

/** KSTATE_STRUCT_DEPRECATED - a struct that older versions, up to @_last, have */
#define KSTATE_STRUCT_DEPRECATED(_f, _last)				\
	__KSTATE_DEPRECATED(KSTATE_KIND_STRUCT, #_f, "", 0, 1,		\
			    KSTATE_SIGN_OPAQUE, _last)

/**
 * KSTATE_STRUCT_ARRAY - an array of structs
 * @_f: member, an array
 * @_state: struct type
 * @_type: C type of an element, checked at compile time
 * @_desc: description of an element, as for KSTATE_STRUCT()
 */
#define KSTATE_STRUCT_ARRAY(_f, _state, _type, _desc)			\
	KSTATE_STRUCT_ARRAY_V(_f, _state, _type, _desc, 0)

/** KSTATE_STRUCT_ARRAY_V - the same, in version @_since and later */
#define KSTATE_STRUCT_ARRAY_V(_f, _state, _type, _desc, _since) {	\
	__KSTATE_COMMON(KSTATE_KIND_STRUCT_ARRAY, #_f, #_type " []", _since, \
			KSTATE_ABI_NO_UNTIL),				\
	__KSTATE_AT(_state, __KSTATE_OFFSET(_f, _state,			\
				  _type [__KSTATE_LENGTH(_f, _state)])), \
	.count = __KSTATE_LENGTH(_f, _state), .stride = sizeof(_type),	\
	.desc = (_desc) }

/** KSTATE_STRUCT_ARRAY_DEPRECATED - @_count structs that older versions have */
#define KSTATE_STRUCT_ARRAY_DEPRECATED(_f, _count, _last)		\
	__KSTATE_DEPRECATED(KSTATE_KIND_STRUCT_ARRAY, #_f, "", 0, _count, \
			    KSTATE_SIGN_OPAQUE, _last)

#define __KSTATE_LENGTH(_f, _state)	(sizeof(__KSTATE_MEMBER(_f, _state)) / \
					 sizeof(__KSTATE_MEMBER(_f, _state)[0]))

/* The offset of a counted array; does not compile unless it is what it says. */
#define __KSTATE_VOFFSET(_f, _state, _type, _max, _owner)		\
	(offsetof(_state, _f) +						\
	 BUILD_BUG_ON_ZERO((_owner) == KSTATE_EMBEDDED ?		\
		!__builtin_types_compatible_p(				\
			typeof(__KSTATE_MEMBER(_f, _state)), _type [_max]) : \
		!__builtin_types_compatible_p(				\
			typeof(__KSTATE_MEMBER(_f, _state)), _type *)))

#define __KSTATE_COUNTED(_f, _state, _type, _nr, _max, _owner)		\
	__KSTATE_AT(_state, __KSTATE_VOFFSET(_f, _state, _type, _max, _owner)), \
	.count = (_max), .stride = sizeof(_type), .owner = (_owner),	\
	__KSTATE_NR(_nr, _state)

/* The member that counts. */
#define __KSTATE_NR(_nr, _state)					\
	.nr_offset = offsetof(_state, _nr),				\
	.nr_size = sizeof(__KSTATE_MEMBER(_nr, _state)) +		\
		   __KSTATE_COUNTS(typeof(__KSTATE_MEMBER(_nr, _state))), \
	.nr_signed = __KSTATE_IS_SIGNED(typeof(__KSTATE_MEMBER(_nr, _state)))

/**
 * KSTATE_VARRAY - an array whose length is another member
 * @_f: member: an array of @_max elements, or a pointer to them
 * @_state: struct type
 * @_type: C type of an element
 * @_nr: the member that counts the elements, an integer, not negative; restored with
 *	 the array, so it needs no field of its own. Where it has one, or counts several
 *	 arrays, the data has one number for all of them, else -EBADMSG; up to 8 members may
 * @_max: the most that there may be
 * @_owner: &enum kstate_owner
 */
#define KSTATE_VARRAY(_f, _state, _type, _nr, _max, _owner, ...)	\
	KSTATE_VARRAY_V(_f, _state, _type, _nr, _max, _owner, 0, ##__VA_ARGS__)

/** KSTATE_VARRAY_V - the same, in version @_since and later */
#define KSTATE_VARRAY_V(_f, _state, _type, _nr, _max, _owner, _since, ...) { \
	__KSTATE_COMMON(KSTATE_KIND_VARRAY, #_f, #_type " []", _since,	\
			KSTATE_ABI_NO_UNTIL),				\
	__KSTATE_COUNTED(_f, _state, _type, _nr, _max, _owner),		\
	.size = sizeof(_type) + __KSTATE_VALUE(_type),			\
	.sign = __KSTATE_SIGN_OF(_type), ##__VA_ARGS__ }

/** KSTATE_VARRAY_DEPRECATED - such an array that older versions have */
#define KSTATE_VARRAY_DEPRECATED(_f, _type, _max, _last)		\
	__KSTATE_DEPRECATED(KSTATE_KIND_VARRAY, #_f, #_type " []",	\
			    sizeof(_type), _max, __KSTATE_SIGN_OF(_type), _last)

/**
 * KSTATE_STRUCT_VARRAY - an array of structs whose length is another member
 * @_f: member: an array of @_max elements, or a pointer to them
 * @_state: struct type
 * @_type: C type of an element
 * @_desc: description of an element, as for KSTATE_STRUCT()
 * @_nr: as for KSTATE_VARRAY()
 * @_max: the most that there may be
 * @_owner: &enum kstate_owner
 */
#define KSTATE_STRUCT_VARRAY(_f, _state, _type, _desc, _nr, _max, _owner) \
	KSTATE_STRUCT_VARRAY_V(_f, _state, _type, _desc, _nr, _max, _owner, 0)

/** KSTATE_STRUCT_VARRAY_V - the same, in version @_since and later */
#define KSTATE_STRUCT_VARRAY_V(_f, _state, _type, _desc, _nr, _max, _owner, _since) { \
	__KSTATE_COMMON(KSTATE_KIND_STRUCT_VARRAY, #_f, #_type " []", _since, \
			KSTATE_ABI_NO_UNTIL),				\
	__KSTATE_COUNTED(_f, _state, _type, _nr, _max, _owner),		\
	.desc = (_desc) }

/** KSTATE_STRUCT_VARRAY_DEPRECATED - such an array that older versions have */
#define KSTATE_STRUCT_VARRAY_DEPRECATED(_f, _max, _last)		\
	__KSTATE_DEPRECATED(KSTATE_KIND_STRUCT_VARRAY, #_f, "", 0, _max, \
			    KSTATE_SIGN_OPAQUE, _last)

/**
 * KSTATE_STRUCT_POINTER - a pointer to a struct, saved by what it points to
 * @_f: member, a pointer
 * @_state: struct type
 * @_type: struct type that it points to
 * @_desc: its description, as for KSTATE_STRUCT()
 * @_owner: %KSTATE_CALLER: restoring writes through the live pointer, as with
 *	    KSTATE_POINTER(); %KSTATE_ALLOCATED: restore allocates the struct, and the
 *	    member must be NULL then. The driver frees it with kvfree(), or what its
 *	    description says
 */
#define KSTATE_STRUCT_POINTER(_f, _state, _type, _desc, _owner)		\
	KSTATE_STRUCT_POINTER_V(_f, _state, _type, _desc, _owner, 0)

/** KSTATE_STRUCT_POINTER_V - the same, in version @_since and later */
#define KSTATE_STRUCT_POINTER_V(_f, _state, _type, _desc, _owner, _since) { \
	__KSTATE_COMMON(KSTATE_KIND_STRUCT_POINTER, #_f, #_type " *", _since, \
			KSTATE_ABI_NO_UNTIL),				\
	__KSTATE_AT(_state, __KSTATE_OFFSET(_f, _state, _type *)),	\
	.count = 1, .stride = sizeof(_type), .desc = (_desc), .owner = (_owner) }

/** KSTATE_STRUCT_POINTER_DEPRECATED - such a pointer that older versions have */
#define KSTATE_STRUCT_POINTER_DEPRECATED(_f, _last)			\
	__KSTATE_DEPRECATED(KSTATE_KIND_STRUCT_POINTER, #_f, "", 0, 1,	\
			    KSTATE_SIGN_OPAQUE, _last)

/**
 * KSTATE_ARRAY_OF_STRUCT_POINTER - an array of pointers to structs
 * @_f: member, an array of pointers
 * @_state: struct type
 * @_type: struct type that they point to
 * @_desc: its description, as for KSTATE_STRUCT()
 * @_owner: as for KSTATE_STRUCT_POINTER(), of each
 */
#define KSTATE_ARRAY_OF_STRUCT_POINTER(_f, _state, _type, _desc, _owner) \
	KSTATE_ARRAY_OF_STRUCT_POINTER_V(_f, _state, _type, _desc, _owner, 0)

/** KSTATE_ARRAY_OF_STRUCT_POINTER_V - the same, in version @_since and later */
#define KSTATE_ARRAY_OF_STRUCT_POINTER_V(_f, _state, _type, _desc, _owner, _since) { \
	__KSTATE_COMMON(KSTATE_KIND_STRUCT_POINTER_ARRAY, #_f, #_type " *[]", _since, \
			KSTATE_ABI_NO_UNTIL),				\
	__KSTATE_AT(_state, __KSTATE_OFFSET(_f, _state,			\
				  _type *[__KSTATE_LENGTH(_f, _state)])), \
	.count = __KSTATE_LENGTH(_f, _state), .stride = sizeof(_type),	\
	.desc = (_desc), .owner = (_owner) }

/** KSTATE_ARRAY_OF_STRUCT_POINTER_DEPRECATED - such an array that older versions have */
#define KSTATE_ARRAY_OF_STRUCT_POINTER_DEPRECATED(_f, _count, _last)	\
	__KSTATE_DEPRECATED(KSTATE_KIND_STRUCT_POINTER_ARRAY, #_f, "", 0, _count, \
			    KSTATE_SIGN_OPAQUE, _last)

/**
 * KSTATE_ARRAY_OF_POINTER - an array of pointers, saved by what they point to
 * @_f: member, an array of pointers
 * @_state: struct type
 * @_type: C type that they point to
 *
 * Each is treated as by KSTATE_POINTER().
 */
#define KSTATE_ARRAY_OF_POINTER(_f, _state, _type, ...)			\
	KSTATE_ARRAY_OF_POINTER_V(_f, _state, _type, 0, ##__VA_ARGS__)

/** KSTATE_ARRAY_OF_POINTER_V - the same, in version @_since and later */
#define KSTATE_ARRAY_OF_POINTER_V(_f, _state, _type, _since, ...) {	\
	__KSTATE_COMMON(KSTATE_KIND_POINTER_ARRAY, #_f, #_type " *[]", _since, \
			KSTATE_ABI_NO_UNTIL),				\
	__KSTATE_AT(_state, __KSTATE_OFFSET(_f, _state,			\
				  _type *[__KSTATE_LENGTH(_f, _state)])), \
	.size = sizeof(_type) + __KSTATE_VALUE(_type), .count = __KSTATE_LENGTH(_f, _state), \
	.stride = sizeof(void *), .sign = __KSTATE_SIGN_OF(_type), ##__VA_ARGS__ }

/** KSTATE_ARRAY_OF_POINTER_DEPRECATED - such an array that older versions have */
#define KSTATE_ARRAY_OF_POINTER_DEPRECATED(_f, _type, _count, _last)	\
	__KSTATE_DEPRECATED(KSTATE_KIND_POINTER_ARRAY, #_f, #_type " *[]", \
			    sizeof(_type), _count, __KSTATE_SIGN_OF(_type), _last)

/**
 * KSTATE_STRING - a NUL-terminated string
 * @_f: member: a char array, or a char pointer
 * @_state: struct type
 * @_max: bytes with the NUL; of an array, its size
 *
 * A pointer is restored to memory from kvzalloc(), which the driver frees with
 * kvfree(), and must be NULL then. A string that has no NUL within @_max is cut
 * in an array and refused with -E2BIG behind a pointer.
 */
#define KSTATE_STRING(_f, _state, _max)	KSTATE_STRING_V(_f, _state, _max, 0)

/** KSTATE_STRING_V - the same, in version @_since and later */
#define KSTATE_STRING_V(_f, _state, _max, _since) {			\
	__KSTATE_COMMON(KSTATE_KIND_STRING, #_f, "string", _since,	\
			KSTATE_ABI_NO_UNTIL),				\
	__KSTATE_AT(_state, offsetof(_state, _f) + BUILD_BUG_ON_ZERO(	\
		__KSTATE_STRING_OWNER(_f, _state) == KSTATE_EMBEDDED ?	\
		sizeof(__KSTATE_MEMBER(_f, _state)) != (_max) :		\
		!__KSTATE_IS(_f, _state, char *) &&			\
		!__KSTATE_IS(_f, _state, const char *))),		\
	.size = 1, .count = (_max), .sign = KSTATE_SIGN_CHAR,		\
	.owner = __KSTATE_STRING_OWNER(_f, _state) }

#define __KSTATE_IS(_f, _state, _type)					\
	__builtin_types_compatible_p(typeof(__KSTATE_MEMBER(_f, _state)), _type)
#define __KSTATE_STRING_OWNER(_f, _state)				\
	(__KSTATE_IS(_f, _state, char []) ? KSTATE_EMBEDDED : KSTATE_ALLOCATED)

/** KSTATE_STRING_DEPRECATED - a string that older versions have */
#define KSTATE_STRING_DEPRECATED(_f, _max, _last)			\
	__KSTATE_DEPRECATED(KSTATE_KIND_STRING, #_f, "string", 1, _max,	\
			    KSTATE_SIGN_CHAR, _last)

/**
 * KSTATE_CUSTOM - what only the driver understands
 * @_name: name of the field; need not be a member
 * @_save: as in &struct kstate_custom
 * @_check: as in &struct kstate_custom
 * @_apply: as in &struct kstate_custom
 *
 * The bytes carry their length, so a reader that deprecates the field, or a tool,
 * can skip them.
 */
#define KSTATE_CUSTOM(_name, _save, _check, _apply)			\
	KSTATE_CUSTOM_V(_name, _save, _check, _apply, 0)

/** KSTATE_CUSTOM_V - the same, in version @_since and later */
#define KSTATE_CUSTOM_V(_name, _save, _check, _apply, _since) {		\
	__KSTATE_COMMON(KSTATE_KIND_CUSTOM, #_name, "custom", _since,	\
			KSTATE_ABI_NO_UNTIL),				\
	.count = 1, .custom = &(const struct kstate_custom) {		\
		.save = (_save), .check = (_check), .apply = (_apply) } }

/** KSTATE_CUSTOM_DEPRECATED - such a field that older versions have */
#define KSTATE_CUSTOM_DEPRECATED(_name, _last)				\
	__KSTATE_DEPRECATED(KSTATE_KIND_CUSTOM, #_name, "custom", 0, 1,	\
			    KSTATE_SIGN_OPAQUE, _last)

/** KSTATE_END_OF_LIST - ends a field table */
#define KSTATE_END_OF_LIST()	{ .name = NULL }

#include <linux/kstate_bits.h>
#include <linux/kstate_containers.h>
#include <linux/kstate_memory.h>

#endif /* _LINUX_KSTATE_FIELDS_H */
