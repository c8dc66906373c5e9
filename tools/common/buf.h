/* SPDX-License-Identifier: GPL-2.0 */

/* A growing buffer of bytes, and buffered writing to a file descriptor. */

#ifndef TOOLS_BUF_H
#define TOOLS_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/**
 * struct buf - zero it before use
 * @p: @len bytes; not NUL-terminated
 * @fd: with @to_fd, the bytes are written here whenever the buffer is full
 * @failed: errno of the first failure, of memory or of writing; nothing is added after that
 */
struct buf {
	char *p;
	size_t len;
	size_t size;
	int fd;
	bool to_fd;
	int failed;
};

/* Begin a buffer that writes to @fd whenever it is full. */
void buf_open(struct buf *b, int fd);

/* Make room for @n more bytes; false on failure. */
bool buf_room(struct buf *b, size_t n);

/* Write the bytes to the file descriptor. */
void buf_flush(struct buf *b);
void buf_free(struct buf *b);

static inline void buf_add(struct buf *b, const void *p, size_t n)
{
	if ((n > b->size - b->len || !b->p) && !buf_room(b, n))
		return;
	memcpy(b->p + b->len, p, n);
	b->len += n;
}

/* Room for @n bytes; the caller fills them in and adds to @b->len. NULL on failure. */
static inline char *buf_reserve(struct buf *b, size_t n)
{
	if ((n > b->size - b->len || !b->p) && !buf_room(b, n))
		return NULL;
	return b->p + b->len;
}

static inline void buf_char(struct buf *b, char c)
{
	if (b->len == b->size && !buf_room(b, 1))
		return;
	b->p[b->len++] = c;
}

static inline void buf_str(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_fill(struct buf *b, char c, size_t n);
#define BUF_U64	20	/* digits at most */
char *buf_put_u64(char *p, uint64_t v);	/* returns the end */
void buf_u64(struct buf *b, uint64_t v);
void buf_s64(struct buf *b, int64_t v);

/* How many there are, or how many bytes, for people: "1,010". */
#define COUNT_TEXT	27	/* digits, commas, NUL */
const char *count_text(uint64_t v, char room[COUNT_TEXT]);
void buf_count(struct buf *b, uint64_t v);

/* Put bytes as lower-case hex, with @gap between two bytes. */
void buf_hex(struct buf *b, const void *p, size_t n, const char *gap);

void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
