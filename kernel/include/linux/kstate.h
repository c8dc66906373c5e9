/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_KSTATE_H
#define _LINUX_KSTATE_H

#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kho/abi/kstate.h>
#include <linux/stddef.h>
#include <linux/types.h>

/**
 * DOC: kstate for driver authors
 *
 * A driver describes a struct once, with a &struct kstate_description, and
 * registers each object that shall survive a live update. The engine saves the
 * registered objects when the machine kexecs, and the driver of the next kernel
 * asks for them back, in any order, from early_initcall on::
 *
 *     static const struct kstate_description foo_state = {
 *         .name = "foo",
 *         .id = FOO_KSTATE_ID,
 *         .version_id = 1,
 *         .fields = (const struct kstate_field[]) {
 *             KSTATE_BASE_TYPE(mode, struct foo, u32),
 *             KSTATE_FOLIO(ring, struct foo),
 *             KSTATE_END_OF_LIST()
 *         },
 *     };
 *
 *     err = kstate_restore(&foo_state, foo, instance);
 *     if (err == -ENOENT)
 *         err = foo_cold_init(foo);
 *     ...
 *     err = kstate_register(&foo_state, foo, instance);
 *
 * Versions: state is always saved as @version_id. A kernel loads versions from
 * @min_version_id to @version_id. To add a field, raise @version_id and use the
 * _V form with the new version. To drop one, replace it by the _DEPRECATED form
 * with the last version that had it, and raise @version_id. To add state that an
 * older kernel may do without, add a subsection: a reader ignores subsections
 * that it does not know.
 *
 * A description, its field table and its subsections must be static data of the
 * kernel or of a module, and must not change.
 */

struct folio;
struct kimage;

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
 */
enum kstate_hint {
	KSTATE_HINT_DEFAULT = 0,
	KSTATE_ABI_HINTS(__KSTATE_CODE)
};
#undef __KSTATE_CODE

/**
 * struct kstate_field - one member of a described struct
 * @name: member name, unique in the description: [A-Za-z0-9,._+-], at most
 *	  %KSTATE_ABI_NAME_MAX bytes; NULL ends the table
 * @type: the C type as text, for people
 * @offset: bytes from the start of the object to the member
 * @size: bytes of one element
 * @count: number of elements
 * @since: first version that has the field, 0 for every one
 * @until: last version that has the field, %KSTATE_ABI_NO_UNTIL for no end
 * @kind: &enum kstate_kind
 * @sign: &enum kstate_sign
 * @hint: &enum kstate_hint
 *
 * Filled by the macros below. A field with an @until is deprecated: never saved,
 * skipped when older data has it.
 */
struct kstate_field {
	const char *name;
	const char *type;
	size_t offset;
	size_t size;
	size_t count;
	u32 since;
	u32 until;
	u8 kind;
	u8 sign;
	u8 hint;
};

/* Description flags. */
#define KSTATE_OPTIONAL		KSTATE_ABI_OPTIONAL

/**
 * struct kstate_description - how a struct is saved and restored
 * @name: unique among descriptions, rules as for a field's name
 * @id: unique among descriptions; ids below %KSTATE_ID_VENDOR are assigned in
 *	&enum kstate_id
 * @version_id: version that is saved and newest that is understood
 * @min_version_id: oldest version that is understood
 * @flags: %KSTATE_OPTIONAL: if it cannot be saved, the kexec goes on without it
 * @fields: table that ends with KSTATE_END_OF_LIST()
 * @subsections: optional, NULL-terminated: descriptions of the same object that
 *	an older kernel ignores. A subsection has no subsections of its own
 * @needed: optional, of a subsection: whether to save it. Called while sizes are
 *	computed, too: no side effects
 * @pre_save: optional: bring the object's fields up to date. An error fails the
 *	section, and the kexec if it is mandatory
 * @post_save: optional: called after every @pre_save that succeeded, whatever
 *	became of the save; cannot fail
 * @pre_restore: optional: last check before anything is written; no side
 *	effects. An error refuses the section
 * @post_restore: optional: act on the restored values. An error is reported and
 *	recorded, but what was written stays
 *
 * All callbacks may sleep. They run with the engine's lock held and must not call
 * back into kstate.
 */
struct kstate_description {
	const char *name;
	u32 id;
	u32 version_id;
	u32 min_version_id;
	u32 flags;
	const struct kstate_field *fields;
	const struct kstate_description **subsections;
	bool (*needed)(const void *obj);
	int (*pre_save)(void *obj);
	void (*post_save)(void *obj);
	int (*pre_restore)(void *obj, u32 version);
	int (*post_restore)(void *obj, u32 version);
};

/**
 * enum kstate_id - description ids assigned in this tree
 * @KSTATE_ID_NONE: not an id
 * @KSTATE_TEST_ID: samples/kstate
 * @KSTATE_TEST_ID_V2: subsection of the same
 * @KSTATE_ID_VENDOR: the first id that is free for code outside this tree
 */
enum kstate_id {
	KSTATE_ID_NONE		= 0,
	KSTATE_TEST_ID		= 1,
	KSTATE_TEST_ID_V2	= 2,
	KSTATE_ID_VENDOR	= 0x10000,
};

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

#define __KSTATE_FIELD(_kind, _name, _type, _text, _off, _since, _until, ...) { \
	.name = (_name), .type = (_text), .offset = (_off),		\
	.size = __KSTATE_SIZE_OF(_type),				\
	.count = sizeof(_type) / __KSTATE_SIZE_OF(_type),		\
	.since = (_since), .until = (_until), .kind = (_kind),		\
	.sign = __KSTATE_SIGN_OF(_type), ##__VA_ARGS__ }

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
		       __KSTATE_OFFSET(_f, _state, _type), _since,	\
		       KSTATE_ABI_NO_UNTIL, ##__VA_ARGS__)

/**
 * KSTATE_BASE_TYPE_DEPRECATED - a value that older versions have
 * @_f: name that the member had
 * @_type: C type that it had
 * @_last: last version that has it
 */
#define KSTATE_BASE_TYPE_DEPRECATED(_f, _type, _last)			\
	__KSTATE_FIELD(KSTATE_KIND_VALUE, #_f, _type, #_type, 0, 0, _last)

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
		       offsetof(_state, _f), _since,			\
		       KSTATE_ABI_NO_UNTIL, ##__VA_ARGS__)

/**
 * KSTATE_POINTER_DEPRECATED - a pointer that older versions have
 * @_f: name that the member had
 * @_type: C type that it pointed to
 * @_last: last version that has it
 */
#define KSTATE_POINTER_DEPRECATED(_f, _type, _last)			\
	__KSTATE_FIELD(KSTATE_KIND_POINTER, #_f, _type, #_type, 0, 0, _last)

/**
 * KSTATE_FOLIO - a folio, preserved in place
 * @_f: member, a &struct folio pointer, or NULL
 * @_state: struct type
 *
 * The driver keeps the folio until the kexec or until it unregisters. After a
 * restore, the object owns a reference.
 */
#define KSTATE_FOLIO(_f, _state, ...)					\
	KSTATE_FOLIO_V(_f, _state, 0, ##__VA_ARGS__)

/** KSTATE_FOLIO_V - the same, in version @_since and later */
#define KSTATE_FOLIO_V(_f, _state, _since, ...) {			\
	.name = #_f, .type = "struct folio *",				\
	.offset = __KSTATE_OFFSET(_f, _state, struct folio *),		\
	.size = KSTATE_FOLIO_BYTES, .count = 1, .since = (_since),	\
	.until = KSTATE_ABI_NO_UNTIL, .kind = KSTATE_KIND_FOLIO,	\
	.sign = KSTATE_SIGN_OPAQUE, ##__VA_ARGS__ }

/** KSTATE_FOLIO_DEPRECATED - a folio that older versions, up to @_last, have */
#define KSTATE_FOLIO_DEPRECATED(_f, _last) {				\
	.name = #_f, .type = "struct folio *",				\
	.size = KSTATE_FOLIO_BYTES, .count = 1, .until = (_last),	\
	.kind = KSTATE_KIND_FOLIO, .sign = KSTATE_SIGN_OPAQUE }

/* A folio on the wire: u64 physical address, u32 order. */
#define KSTATE_FOLIO_BYTES	12

/** KSTATE_END_OF_LIST - ends a field table */
#define KSTATE_END_OF_LIST()	{ .name = NULL }

#ifdef CONFIG_KSTATE

/**
 * kstate_register - have an object saved at the next live update
 * @desc: its description
 * @obj: the object; must stay valid until kstate_unregister()
 * @instance_id: unique among the objects of @desc, and the same in the next
 *		 kernel: a bus address, say, or 0 for the only one
 *
 * Context: may sleep. Not from a callback of a description.
 * Return: 0; -EINVAL if the description makes no sense; -EEXIST if the object is
 * registered, or if the id or name belongs to another description; -ENOMEM. All
 * but the last say in the log what is wrong.
 */
int kstate_register(const struct kstate_description *desc, void *obj,
		    u64 instance_id);

/**
 * kstate_unregister - an object that is not to be saved any more
 * @desc: as registered
 * @obj: as registered
 * @instance_id: as registered
 *
 * Nothing happens if that object is not registered. Waits for a save that is
 * under way. An image that was saved before is dropped, since it may refer to
 * the object's memory.
 *
 * Context: may sleep.
 */
void kstate_unregister(const struct kstate_description *desc, void *obj,
		       u64 instance_id);

/**
 * kstate_restore - take back what the previous kernel saved
 * @desc: description of this kernel
 * @obj: the object to write to
 * @instance_id: as registered in the previous kernel
 *
 * All or nothing: everything is validated before the object is touched, and an
 * object that could not be restored is as it was. The attempt may be repeated.
 *
 * Context: may sleep; from early_initcall on. Any order.
 * Return: 0; an error of the description's pre_restore or post_restore (after
 * the latter the object has been written); or
 *
 * * -ENOENT: there is no such section, or no kstate image
 * * -EALREADY: the section has been restored
 * * -ENODATA: the previous kernel could not save this section (it is optional)
 * * -EOPNOTSUPP: its version is outside [min_version_id, version_id], or the
 *   image comes from another word size, page size or byte order
 * * -EBADMSG: checksum or framing
 * * -EPROTO: the layout differs although the versions fit
 * * -EFAULT: a pointer of the object is NULL where data is present
 * * -ENXIO: a folio was not preserved, or has been taken
 * * -EINVAL: @desc makes no sense
 * * -ENOMEM
 */
int kstate_restore(const struct kstate_description *desc, void *obj,
		   u64 instance_id);

/**
 * kstate_register_restore - kstate_register() and kstate_restore() in one
 * @desc: as there
 * @obj: as there
 * @instance_id: as there
 *
 * Return: 1 if the object was registered and restored, 0 if it was registered
 * and there was nothing to restore, else an error of either call; then it is not
 * registered.
 */
int kstate_register_restore(const struct kstate_description *desc, void *obj,
			    u64 instance_id);

/**
 * kstate_kexec_save - save everything, just before a kexec
 * @image: the image that is about to run
 *
 * Return: 0 also if there is nothing to do: no object is registered, or KHO does
 * not carry state into @image. An error must stop the kexec: state that is not
 * optional could not be saved.
 */
int kstate_kexec_save(const struct kimage *image);

/** kstate_kexec_abort - the kexec does not happen: give back what was saved */
void kstate_kexec_abort(void);

#else /* !CONFIG_KSTATE */

static inline int kstate_register(const struct kstate_description *desc,
				  void *obj, u64 instance_id)
{
	return 0;
}

static inline void kstate_unregister(const struct kstate_description *desc,
				     void *obj, u64 instance_id) { }

static inline int kstate_restore(const struct kstate_description *desc,
				 void *obj, u64 instance_id)
{
	return -ENOENT;
}

static inline int kstate_register_restore(const struct kstate_description *desc,
					  void *obj, u64 instance_id)
{
	return 0;
}

static inline int kstate_kexec_save(const struct kimage *image)
{
	return 0;
}

static inline void kstate_kexec_abort(void) { }

#endif /* CONFIG_KSTATE */

#endif /* _LINUX_KSTATE_H */
