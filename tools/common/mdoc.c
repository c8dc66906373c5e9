// SPDX-License-Identifier: GPL-2.0

#include "mdoc.h"

/* Is @s the blank after a sentence? For roff, each sentence must begin a line. */
static bool ends_sentence(const char *s, const char *begin)
{
	return *s == ' ' && s > begin && strchr(".?!", s[-1]);
}

void mdoc_line(struct buf *b, const char *s, size_t len)
{
	const char *begin = s;

	for (bool first = true; len; s++, len--) {
		if (ends_sentence(s, begin)) {
			buf_char(b, '\n');
			first = true;
			continue;
		}
		if (first && (*s == '.' || *s == '\''))
			buf_str(b, "\\&");
		first = false;
		if (*s == '\\')
			buf_str(b, "\\e");
		else
			buf_char(b, *s);
	}
	buf_char(b, '\n');
}

void mdoc_text(struct buf *b, const char *s)
{
	while (*s) {
		size_t len = strcspn(s, "\n");

		if (len)
			mdoc_line(b, s, len);
		else
			buf_str(b, ".Pp\n");
		s += len + (s[len] == '\n');
	}
}
