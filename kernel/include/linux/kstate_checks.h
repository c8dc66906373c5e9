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
#define __KSTATE_SIGN_OF(_type)	_Generic((typeof(_type) *)NULL,		\
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

/* The class of pointers; arrays are of it, too. */
#define __KSTATE_CLASS_POINTER	5

/* Does not compile if the type is that of a pointer, which means nothing later. */
#define __KSTATE_NO_POINTER(_type)					\
	BUILD_BUG_ON_ZERO(sizeof(_type) == sizeof(void *) &&		\
			  __KSTATE_SIGN_OF(_type) == KSTATE_SIGN_OPAQUE && \
			  __builtin_classify_type(*(typeof(_type) *)NULL) == \
			  __KSTATE_CLASS_POINTER)

#endif /* _LINUX_KSTATE_CHECKS_H */
