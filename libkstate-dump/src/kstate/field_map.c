// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <stdio.h>
#include <stdlib.h>

#include "base/array.h"
#include "kstate/field_map.h"

void kstd_field_map_init(struct kstd_field_map *m, uint64_t at)
{
	*m = (struct kstd_field_map){ .at = at, .current = KSTD_NO_MARK };
}

void kstd_field_map_free(struct kstd_field_map *m)
{
	free(m->v);
	*m = (struct kstd_field_map){ .current = KSTD_NO_MARK };
}

static uint32_t begin(struct kstd_field_map *m, const char *name, uint64_t index,
		      const struct kstd_span *s)
{
	uint64_t start = s->at - m->at;

	m->full |= m->nr >= KSTD_MAX_MARKS || !kstd_array_fits(m->v, m->nr, m->room);
	if (m->full)
		return KSTD_NO_MARK;
	if (m->current != KSTD_NO_MARK)
		m->v[m->current].framed = true;
	m->v[m->nr] = (struct kstd_field_range){ name, index, m->current, false, start, start };
	m->current = m->nr;
	return m->nr++;
}

uint32_t kstd_field_map_field(struct kstd_field_map *m, const char *name, const struct kstd_span *s)
{
	return m ? begin(m, name, 0, s) : KSTD_NO_MARK;
}

uint32_t kstd_field_map_element(struct kstd_field_map *m, uint64_t index, const struct kstd_span *s)
{
	return m ? begin(m, NULL, index, s) : KSTD_NO_MARK;
}

void kstd_field_map_end(struct kstd_field_map *m, uint32_t mark, const struct kstd_span *s)
{
	if (mark == KSTD_NO_MARK)
		return;
	m->v[mark].end = s->at - m->at;
	m->current = m->v[mark].up;
}

static size_t put_path(const struct kstd_field_map *m, uint32_t i, char *buf, size_t size)
{
	const struct kstd_field_range *mark = &m->v[i];
	size_t n = mark->up == KSTD_NO_MARK ? 0 : put_path(m, mark->up, buf, size);
	char *to = buf ? buf + n : NULL;

	if (!mark->name)
		return n + snprintf(to, size - (buf ? n : 0), "[%llu]",
				    (unsigned long long)mark->index);
	return n + snprintf(to, size - (buf ? n : 0), "%s%s", n ? "." : "", mark->name);
}

const char *kstd_field_map_path(const struct kstd_field_map *m, uint32_t mark, struct kstd_arena *a)
{
	size_t len = put_path(m, mark, NULL, 0);
	char *path = kstd_arena_get(a, len + 1);

	if (path)
		put_path(m, mark, path, len + 1);
	return path;
}

void kstd_byte_range_begin(struct kstd_byte_range_walk *p, const struct kstd_field_map *m,
			   uint64_t len)
{
	*p = (struct kstd_byte_range_walk){ .marks = m, .len = len, .open = KSTD_NO_MARK };
}

/* Leave the ranges that end where the next part begins. */
static void leave_fields(struct kstd_byte_range_walk *p)
{
	while (p->open != KSTD_NO_MARK && p->marks->v[p->open].end <= p->pos)
		p->open = p->marks->v[p->open].up;
}

/* Enter the ranges that begin there; empty ranges are skipped. */
static void enter(struct kstd_byte_range_walk *p)
{
	for (; p->next < p->marks->nr && p->marks->v[p->next].start <= p->pos; p->next++)
		if (p->marks->v[p->next].end > p->pos)
			p->open = p->next;
}

bool kstd_byte_range_next(struct kstd_byte_range_walk *p, struct kstd_byte_range *part)
{
	const struct kstd_field_map *m = p->marks;
	uint64_t end = p->len;

	if (p->pos >= p->len)
		return false;
	leave_fields(p);
	enter(p);
	if (p->open != KSTD_NO_MARK && m->v[p->open].end < end)
		end = m->v[p->open].end;
	if (p->next < m->nr && m->v[p->next].start < end)
		end = m->v[p->next].start;
	*part = (struct kstd_byte_range){ p->pos, end, p->open,
					  p->open != KSTD_NO_MARK && m->v[p->open].framed };
	p->pos = end;
	return true;
}
