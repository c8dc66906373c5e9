/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_KSTATE_CHECKS_H
#define _LINUX_KSTATE_CHECKS_H

/*
 * What the macros of <linux/kstate_fields.h> learn of a member, and what they
 * refuse at compile time. Included by that header only.
 */

#include <linux/build_bug.h>
#include <linux/stddef.h>
#include <linux/types.h>

/* Sign of a type, or of the elements of an array type. */
#define __KSTATE_SIGN_OF(_type)	__KSTATE_SIGN_AT((typeof(_type) *)NULL)
#define __KSTATE_SIGN_AT(_ptr)	_Generic((_ptr),			\
	__KSTATE_SIGN_CASES(signed char, KSTATE_SIGN_SIGNED),		\
	__KSTATE_SIGN_CASES(short, KSTATE_SIGN_SIGNED),			\
	__KSTATE_SIGN_CASES(int, KSTATE_SIGN_SIGNED),			\
	__KSTATE_SIGN_CASES(long, KSTATE_SIGN_SIGNED),			\
	__KSTATE_SIGN_CASES(long long, KSTATE_SIGN_SIGNED),		\
	__KSTATE_SIGN_CASES(unsigned char, KSTATE_SIGN_UNSIGNED),	\
	__KSTATE_SIGN_CASES(unsigned short, KSTATE_SIGN_UNSIGNED),	\
	__KSTATE_SIGN_CASES(unsigned int, KSTATE_SIGN_UNSIGNED),	\
	__KSTATE_SIGN_CASES(unsigned long, KSTATE_SIGN_UNSIGNED),	\
	__KSTATE_SIGN_CASES(unsigned long long, KSTATE_SIGN_UNSIGNED),	\
	__KSTATE_SIGN_CASES(char, KSTATE_SIGN_CHAR),			\
	__KSTATE_SIGN_CASES(bool, KSTATE_SIGN_BOOL),			\
	default: KSTATE_SIGN_OPAQUE)
#define __KSTATE_SIGN_CASES(_t, _sign)	_t *: (_sign), _t (*)[]: (_sign)

/* Bytes of a scalar, or of an element of an array of scalars. */
#define __KSTATE_SIZE_OF(_type)	_Generic((typeof(_type) *)NULL,		\
	char (*)[]: sizeof(char), bool (*)[]: sizeof(bool),		\
	signed char (*)[]: sizeof(char), unsigned char (*)[]: sizeof(char), \
	short (*)[]: sizeof(short), unsigned short (*)[]: sizeof(short), \
	int (*)[]: sizeof(int), unsigned int (*)[]: sizeof(int),	\
	long (*)[]: sizeof(long), unsigned long (*)[]: sizeof(long),	\
	long long (*)[]: sizeof(long long),				\
	unsigned long long (*)[]: sizeof(long long),			\
	default: sizeof(_type))

/* The C name of a pointer's target, where it is a basic type. */
#define __KSTATE_NAME_OF(_type)	_Generic((typeof(_type) *)NULL,		\
	char *: "char", bool *: "bool",					\
	signed char *: "signed char", unsigned char *: "unsigned char",	\
	short *: "short", unsigned short *: "unsigned short",		\
	int *: "int", unsigned int *: "unsigned int",			\
	long *: "long", unsigned long *: "unsigned long",		\
	long long *: "long long",					\
	unsigned long long *: "unsigned long long",			\
	default: "")

#define __KSTATE_MEMBER(_f, _state)	(((_state *)NULL)->_f)

/* The member's offset; does not compile unless the member has the type. */
#define __KSTATE_OFFSET(_f, _state, _type)				\
	(offsetof(_state, _f) +						\
	 BUILD_BUG_ON_ZERO(!__builtin_types_compatible_p(		\
			typeof(__KSTATE_MEMBER(_f, _state)), _type)))

/* Does not compile if the member, which can be dereferenced, is an array. */
#define __KSTATE_NO_ARRAY(_f, _state)					\
	BUILD_BUG_ON_ZERO(!__builtin_types_compatible_p(		\
			typeof(__KSTATE_MEMBER(_f, _state)),		\
			typeof(0 ? __KSTATE_MEMBER(_f, _state) :	\
				   __KSTATE_MEMBER(_f, _state))))

/* What an expression of the type becomes where arrays decay. */
#define __KSTATE_DECAYED(_type)	((void)0, *(typeof(_type) *)NULL)

/* The sign of the elements of an array of arrays. */
#define __KSTATE_ROW_SIGN(_type)					\
	(__builtin_types_compatible_p(typeof(_type), typeof(__KSTATE_DECAYED(_type))) ? \
	 KSTATE_SIGN_OPAQUE : __KSTATE_SIGN_AT(__KSTATE_DECAYED(_type)))

/* The compiler's class of integers; of those that are no basic type, too. */
#define __KSTATE_CLASS_INTEGER	1

/*
 * Does not compile unless the type is an integer, an array of integers, or an array of
 * such arrays. Pointers mean nothing later, and nor do structs with locks, lists or
 * pointers in them. The compiler cannot look into a struct, so none is a value: a struct
 * has a description, where every member is looked at, or its members are fields.
 */
#define __KSTATE_VALUE(_type)						\
	BUILD_BUG_ON_ZERO(__KSTATE_SIGN_OF(_type) == KSTATE_SIGN_OPAQUE && \
			  __KSTATE_ROW_SIGN(_type) == KSTATE_SIGN_OPAQUE && \
			  __builtin_classify_type(__KSTATE_DECAYED(_type)) != \
			  __KSTATE_CLASS_INTEGER)

/* Does not compile unless the type is one of an integer that counts. */
#define __KSTATE_COUNTS(_type)						\
	BUILD_BUG_ON_ZERO(sizeof(_type) > sizeof(u64) ||		\
			  __builtin_classify_type(__KSTATE_DECAYED(_type)) != \
			  __KSTATE_CLASS_INTEGER ||			\
			  __builtin_types_compatible_p(_type, bool))

/* Whether an integer type has negative values. */
#define __KSTATE_IS_SIGNED(_type)	((typeof(_type))-1 < (typeof(_type))1)

#endif /* _LINUX_KSTATE_CHECKS_H */
