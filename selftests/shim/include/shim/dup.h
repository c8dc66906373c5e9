/* SPDX-License-Identifier: GPL-2.0 */
/*
 * dup.h - what the kernel has under these names, with the same meaning
 *
 * If the kernel's meaning changes, this has to follow.
 */
#ifndef SHIM_DUP_H
#define SHIM_DUP_H

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>
#include <asm/types.h>	/* __u32 and the like, for headers of the C library */

typedef uint8_t u8;
typedef uint16_t u16;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef uint32_t u32;
/* As in the kernel, not as in C's headers: %llu prints it. */
typedef unsigned long long u64;
typedef u16 __be16;
typedef u32 __be32;
typedef u64 __be64;
typedef u64 phys_addr_t;

#define U8_MAX		UINT8_MAX
#define U32_MAX		UINT32_MAX
#define static_assert		_Static_assert_1
#define _Static_assert_1(cond)	_Static_assert(cond, #cond)
#define __packed	__attribute__((__packed__))
#define __aligned(bytes)	__attribute__((__aligned__(bytes)))
#define __used		__attribute__((__used__))
#define __section(name)	__attribute__((__section__(name)))
#define __PASTE_1(a, b)	a##b
#define __PASTE(a, b)	__PASTE_1(a, b)
#define __UNIQUE_ID(prefix)	__PASTE(prefix, __COUNTER__)
#define EXPORT_SYMBOL_GPL(sym)	extern typeof(sym) sym

#define BUILD_BUG_ON(cond)	_Static_assert(!(cond), #cond)
#define BUILD_BUG_ON_ZERO(e)	((int)sizeof(struct { int:(-!!(e)); }))
#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#define typeof_member(T, m)	typeof(((T *)0)->m)
#define container_of(ptr, type, member) ((type *)((char *)(ptr) - offsetof(type, member)))
#define swap(a, b)	do { typeof(a) tmp_ = (a); (a) = (b); (b) = tmp_; } while (0)
#define max_t(type, a, b)	((type)(a) > (type)(b) ? (type)(a) : (type)(b))
#define max(a, b)		((a) > (b) ? (a) : (b))
#define min(a, b)		((a) < (b) ? (a) : (b))
#define L1_CACHE_BYTES	64
#define prefetch(p)	__builtin_prefetch(p)
#define prefetchw(p)	__builtin_prefetch(p, 1)
#define check_add_overflow(a, b, d)	__builtin_add_overflow(a, b, d)
#define check_mul_overflow(a, b, d)	__builtin_mul_overflow(a, b, d)

static inline size_t array_size(size_t a, size_t b)
{
	size_t bytes;

	return check_mul_overflow(a, b, &bytes) ? SIZE_MAX : bytes;
}

/* Whether two strings are equal, but for a newline at the end of one. */
static inline bool sysfs_streq(const char *a, const char *b)
{
	size_t len = strcspn(a, "\n");

	return len == strcspn(b, "\n") && !strncmp(a, b, len) && strlen(a) <= len + 1 &&
	       strlen(b) <= len + 1;
}

/* The value of a hexadecimal digit, or -1. */
static inline int hex_to_bin(unsigned char ch)
{
	static const char digits[] = "0123456789abcdef";
	const char *p = ch ? strchr(digits, ch >= 'A' && ch <= 'F' ? ch | 0x20 : ch) : NULL;

	return p ? p - digits : -1;
}

#define struct_size(p, member, n)	(sizeof(*(p)) + sizeof((p)->member[0]) * (n))

#define MAX_ERRNO	4095
#define IS_ERR(p)	((unsigned long)(p) >= (unsigned long)-MAX_ERRNO)
#define IS_ERR_OR_NULL(p)	(!(p) || IS_ERR(p))
#define ERR_PTR(err)	((void *)(long)(err))
#define PTR_ERR(p)	((long)(p))
#define IS_ERR_VALUE(x)	IS_ERR((unsigned long)(x))
#define PTR_ERR_OR_ZERO(p)	(IS_ERR(p) ? PTR_ERR(p) : 0)

static inline u32 be32_to_cpu(__be32 v)
{
	return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? __builtin_bswap32(v) : v;
}

static inline u32 get_unaligned_be32(const void *p)
{
	__be32 v;

	memcpy(&v, p, sizeof(v));
	return be32_to_cpu(v);
}

static inline u64 get_unaligned_be64(const void *p)
{
	return (u64)get_unaligned_be32(p) << 32 | get_unaligned_be32((const u8 *)p + 4);
}

static inline void put_unaligned_be32(u32 v, void *p)
{
	v = be32_to_cpu(v);
	memcpy(p, &v, sizeof(v));
}

/* What a test does before and after such a store: another processor may see it so. */
extern void (*shim_at_store)(void);

#define smp_store_release(p, v) do {		\
	if (shim_at_store)			\
		shim_at_store();		\
	*(p) = (v);				\
	if (shim_at_store)			\
		shim_at_store();		\
} while (0)

static inline void put_unaligned_be64(u64 v, void *p)
{
	put_unaligned_be32(v >> 32, p);
	put_unaligned_be32(v, (u8 *)p + 4);
}

typedef unsigned int gfp_t;

struct list_head {
	struct list_head *next, *prev;
};

#define LIST_HEAD_INIT(name)	{ &(name), &(name) }

static inline void INIT_LIST_HEAD(struct list_head *head)
{
	head->next = head->prev = head;
}

static inline void list_add_tail(struct list_head *item, struct list_head *head)
{
	item->next = head;
	item->prev = head->prev;
	head->prev->next = item;
	head->prev = item;
}

static inline void list_del(struct list_head *item)
{
	item->next->prev = item->prev;
	item->prev->next = item->next;
	item->next = item->prev = NULL;
}

static inline bool list_empty(const struct list_head *head)
{
	return head->next == head;
}

#define list_entry(ptr, type, member)		container_of(ptr, type, member)
#define list_first_entry(head, type, member)	list_entry((head)->next, type, member)
#define list_next_entry(pos, member)	list_entry((pos)->member.next, typeof(*(pos)), member)
#define list_entry_is_head(pos, head, member)	(&(pos)->member == (head))
#define list_for_each_entry(pos, head, member)				\
	for (pos = list_first_entry(head, typeof(*pos), member);	\
	     !list_entry_is_head(pos, head, member); pos = list_next_entry(pos, member))
#define list_for_each_entry_safe(pos, n, head, member)			\
	for (pos = list_first_entry(head, typeof(*pos), member),	\
	     n = list_next_entry(pos, member);				\
	     !list_entry_is_head(pos, head, member);			\
	     pos = n, n = list_next_entry(n, member))
#define list_last_entry(head, type, member)	list_entry((head)->prev, type, member)
#define list_prev_entry(pos, member)	list_entry((pos)->member.prev, typeof(*(pos)), member)
#define list_for_each_entry_reverse(pos, head, member)			\
	for (pos = list_last_entry(head, typeof(*pos), member);		\
	     !list_entry_is_head(pos, head, member); pos = list_prev_entry(pos, member))

#endif /* SHIM_DUP_H */
