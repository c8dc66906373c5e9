/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_KSTATE_CONTAINERS_H
#define _LINUX_KSTATE_CONTAINERS_H

/*
 * The fields of a kstate description that hold any number of elements, linked into a
 * list, a tree or an array with indices. Included by <linux/kstate_fields.h>.
 *
 * Elements are structs with a description, or folios. Restoring needs an empty
 * container, allocates the structs with kvzalloc(), and puts the elements in: the
 * driver frees them with kvfree(). A description with alloc() and free() has the driver
 * do both. While it saves, the engine follows the container
 * between lock() and unlock() of the description.
 *
 * Lists and trees are the same in the data, and so are xarrays and IDRs: the next
 * version of a driver may hold its elements in another one.
 */

#define __KSTATE_LINKED(_kind, _container, _f, _type, _text, _desc, _max, _since) \
	__KSTATE_COMMON(_kind, #_f, _text #_type, _since, KSTATE_ABI_NO_UNTIL), \
	.count = (_max), .stride = sizeof(_type), .desc = (_desc),	\
	.owner = KSTATE_ALLOCATED, .container = (_container)

/**
 * KSTATE_LIST - a linked list of structs
 * @_f: member, a &struct list_head
 * @_state: struct type
 * @_type: struct type of an element
 * @_link: its &struct list_head
 * @_desc: description of an element, as for KSTATE_STRUCT()
 * @_max: the most elements that there may be
 */
#define KSTATE_LIST(_f, _state, _type, _link, _desc, _max)		\
	KSTATE_LIST_V(_f, _state, _type, _link, _desc, _max, 0)

/** KSTATE_LIST_V - the same, in version @_since and later */
#define KSTATE_LIST_V(_f, _state, _type, _link, _desc, _max, _since) {	\
	__KSTATE_LINKED(KSTATE_KIND_LIST, KSTATE_IN_LIST, _f, _type, "list of ", \
			_desc, _max, _since),				\
	__KSTATE_AT(_state, __KSTATE_OFFSET(_f, _state, struct list_head)), \
	.link = __KSTATE_OFFSET(_link, _type, struct list_head) }

/** KSTATE_LIST_DEPRECATED - a list, or a tree, that older versions have */
#define KSTATE_LIST_DEPRECATED(_f, _max, _last)				\
	__KSTATE_DEPRECATED(KSTATE_KIND_LIST, #_f, "", 0, _max,		\
			    KSTATE_SIGN_OPAQUE, _last)

/**
 * KSTATE_HLIST - a linked list of structs, whose head is one pointer
 * @_f: member, a &struct hlist_head
 * @_state: struct type
 * @_type: struct type of an element
 * @_link: its &struct hlist_node
 * @_desc: description of an element, as for KSTATE_STRUCT()
 * @_max: the most elements that there may be
 */
#define KSTATE_HLIST(_f, _state, _type, _link, _desc, _max)		\
	KSTATE_HLIST_V(_f, _state, _type, _link, _desc, _max, 0)

/** KSTATE_HLIST_V - the same, in version @_since and later */
#define KSTATE_HLIST_V(_f, _state, _type, _link, _desc, _max, _since) {	\
	__KSTATE_LINKED(KSTATE_KIND_LIST, KSTATE_IN_HLIST, _f, _type, "list of ", \
			_desc, _max, _since),				\
	__KSTATE_AT(_state, __KSTATE_OFFSET(_f, _state, struct hlist_head)), \
	.link = __KSTATE_OFFSET(_link, _type, struct hlist_node) }

/** KSTATE_HLIST_DEPRECATED - such a list that older versions have */
#define KSTATE_HLIST_DEPRECATED(_f, _max, _last)			\
	KSTATE_LIST_DEPRECATED(_f, _max, _last)

/**
 * KSTATE_RBTREE - a red-black tree of structs
 * @_f: member, a &struct rb_root or &struct rb_root_cached
 * @_state: struct type
 * @_type: struct type of an element
 * @_link: its &struct rb_node
 * @_less: whether one element comes before another, as for rb_add(). It looks at
 *	   described members only
 * @_desc: description of an element, as for KSTATE_STRUCT()
 * @_max: the most elements that there may be
 *
 * Elements are saved in the order of the tree, and put in with rb_add().
 */
#define KSTATE_RBTREE(_f, _state, _type, _link, _less, _desc, _max)	\
	KSTATE_RBTREE_V(_f, _state, _type, _link, _less, _desc, _max, 0)

/** KSTATE_RBTREE_V - the same, in version @_since and later */
#define KSTATE_RBTREE_V(_f, _state, _type, _link, _less, _desc, _max, _since) { \
	__KSTATE_LINKED(KSTATE_KIND_LIST,				\
			__KSTATE_IS(_f, _state, struct rb_root_cached) ? \
			KSTATE_IN_RBTREE_CACHED : KSTATE_IN_RBTREE,	\
			_f, _type, "tree of ", _desc, _max, _since),	\
	__KSTATE_AT(_state, offsetof(_state, _f) + BUILD_BUG_ON_ZERO(	\
		!__KSTATE_IS(_f, _state, struct rb_root) &&		\
		!__KSTATE_IS(_f, _state, struct rb_root_cached))),	\
	.link = __KSTATE_OFFSET(_link, _type, struct rb_node), .less = (_less) }

/** KSTATE_RBTREE_DEPRECATED - a tree that older versions have */
#define KSTATE_RBTREE_DEPRECATED(_f, _max, _last)			\
	KSTATE_LIST_DEPRECATED(_f, _max, _last)

/**
 * KSTATE_XARRAY - an xarray of structs, each at an index of its own
 * @_f: member, a &struct xarray
 * @_state: struct type
 * @_type: struct type of an element
 * @_desc: description of an element, as for KSTATE_STRUCT()
 * @_max: the most elements that there may be; indices may be larger
 *
 * If the xarray is not initialized with xa_init(), ``.xa_flags = XA_FLAGS_ALLOC`` or
 * the like follows: a live member with other flags is refused with -EINVAL. Marks are
 * not saved; entries that are values, or at several indices, are refused.
 */
#define KSTATE_XARRAY(_f, _state, _type, _desc, _max, ...)		\
	KSTATE_XARRAY_V(_f, _state, _type, _desc, _max, 0, ##__VA_ARGS__)

/** KSTATE_XARRAY_V - the same, in version @_since and later */
#define KSTATE_XARRAY_V(_f, _state, _type, _desc, _max, _since, ...) {	\
	__KSTATE_LINKED(KSTATE_KIND_MAP, KSTATE_IN_XARRAY, _f, _type, "xarray of ", \
			_desc, _max, _since),				\
	__KSTATE_AT(_state, __KSTATE_OFFSET(_f, _state, struct xarray)), ##__VA_ARGS__ }

/** KSTATE_XARRAY_DEPRECATED - an xarray, or an IDR, that older versions have */
#define KSTATE_XARRAY_DEPRECATED(_f, _max, _last)			\
	__KSTATE_DEPRECATED(KSTATE_KIND_MAP, #_f, "", 0, _max, KSTATE_SIGN_OPAQUE, _last)

/**
 * KSTATE_IDR - structs with ids that are handed out
 * @_f: member, a &struct idr
 * @_state: struct type
 * @_type: struct type of an element
 * @_desc: description of an element, as for KSTATE_STRUCT()
 * @_max: the most elements that there may be
 *
 * If the IDR does not begin at 0, ``.base = 1`` or the like follows: a live member with
 * another base is refused with -EINVAL. Where idr_alloc_cyclic() goes on is a value
 * that may be a field of its own, ``_f.idr_next``.
 */
#define KSTATE_IDR(_f, _state, _type, _desc, _max, ...)			\
	KSTATE_IDR_V(_f, _state, _type, _desc, _max, 0, ##__VA_ARGS__)

/** KSTATE_IDR_V - the same, in version @_since and later */
#define KSTATE_IDR_V(_f, _state, _type, _desc, _max, _since, ...) {	\
	__KSTATE_LINKED(KSTATE_KIND_MAP, KSTATE_IN_IDR, _f, _type, "IDR of ", \
			_desc, _max, _since),				\
	__KSTATE_AT(_state, __KSTATE_OFFSET(_f, _state, struct idr)), ##__VA_ARGS__ }

/** KSTATE_IDR_DEPRECATED - an IDR that older versions have */
#define KSTATE_IDR_DEPRECATED(_f, _max, _last)				\
	KSTATE_XARRAY_DEPRECATED(_f, _max, _last)

#define __KSTATE_FOLIO_MAP(_f, _state, _text, _max, _flags, _since, ...) { \
	__KSTATE_COMMON(KSTATE_KIND_FOLIO_MAP, #_f, _text, _since,	\
			KSTATE_ABI_NO_UNTIL),				\
	__KSTATE_AT(_state, __KSTATE_OFFSET(_f, _state, struct xarray)), \
	.size = KSTATE_FOLIO_BYTES, .count = (_max), .container = KSTATE_IN_XARRAY, \
	.flags = (_flags), ##__VA_ARGS__ }

/**
 * KSTATE_XARRAY_OF_FOLIO - an xarray of folios, preserved in place
 * @_f: member, a &struct xarray of &struct folio pointers, each at one index
 * @_state: struct type
 * @_max: the most that there may be
 *
 * Each folio is treated as by KSTATE_FOLIO(), the xarray as by KSTATE_XARRAY().
 */
#define KSTATE_XARRAY_OF_FOLIO(_f, _state, _max, ...)			\
	KSTATE_XARRAY_OF_FOLIO_V(_f, _state, _max, 0, ##__VA_ARGS__)

/** KSTATE_XARRAY_OF_FOLIO_V - the same, in version @_since and later */
#define KSTATE_XARRAY_OF_FOLIO_V(_f, _state, _max, _since, ...)		\
	__KSTATE_FOLIO_MAP(_f, _state, "xarray of struct folio", _max, 0, _since, \
			   ##__VA_ARGS__)

/** KSTATE_XARRAY_OF_FOLIO_DEPRECATED - such an xarray that older versions have */
#define KSTATE_XARRAY_OF_FOLIO_DEPRECATED(_f, _max, _last)		\
	__KSTATE_DEPRECATED(KSTATE_KIND_FOLIO_MAP, #_f, "", KSTATE_FOLIO_BYTES, _max, \
			    KSTATE_SIGN_OPAQUE, _last)

/**
 * KSTATE_XARRAY_OF_PAGE - an xarray of pages, preserved in place
 * @_f: member, a &struct xarray of &struct page pointers, each at one index
 * @_state: struct type
 * @_max: the most that there may be
 *
 * Each page is treated as by KSTATE_PAGE(), the xarray as by KSTATE_XARRAY().
 */
#define KSTATE_XARRAY_OF_PAGE(_f, _state, _max, ...)			\
	KSTATE_XARRAY_OF_PAGE_V(_f, _state, _max, 0, ##__VA_ARGS__)

/** KSTATE_XARRAY_OF_PAGE_V - the same, in version @_since and later */
#define KSTATE_XARRAY_OF_PAGE_V(_f, _state, _max, _since, ...)		\
	__KSTATE_FOLIO_MAP(_f, _state, "xarray of struct page", _max,	\
			   KSTATE_FIELD_PAGE, _since, ##__VA_ARGS__)

/** KSTATE_XARRAY_OF_PAGE_DEPRECATED - such an xarray that older versions have */
#define KSTATE_XARRAY_OF_PAGE_DEPRECATED(_f, _max, _last)		\
	KSTATE_XARRAY_OF_FOLIO_DEPRECATED(_f, _max, _last)

#endif /* _LINUX_KSTATE_CONTAINERS_H */
