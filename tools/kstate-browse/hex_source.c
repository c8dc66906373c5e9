// SPDX-License-Identifier: GPL-2.0

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hex_source.h"
#include "../common/array.h"
#include "../common/short.h"

static uint32_t keep_name(struct hex_source *s, const char *name)
{
	size_t len = strlen(name) + 1, room = s->names_room ? 2 * s->names_room : 4096;
	char *names;

	if (s->nr && s->parts[s->nr - 1].field &&
	    !strcmp(s->names + s->parts[s->nr - 1].field, name))
		return s->parts[s->nr - 1].field;
	while (room < s->names_len + len + 1)
		room *= 2;
	if (s->names_len + len + 1 > s->names_room) {
		names = short_if_null(realloc(s->names, room));
		if (!names || room > UINT32_MAX)
			return 0;
		s->names = names;
		s->names_room = room;
	}
	if (!s->names_len)
		s->names[s->names_len++] = 0;
	memcpy(s->names + s->names_len, name, len);
	s->names_len += len;
	return s->names_len - len;
}

static struct hex_part *new_part(struct hex_source *s)
{
	if (s->nr == HEX_PARTS_MAX || !array_fits(s->parts, s->nr, s->room))
		return NULL;
	return &s->parts[s->nr];
}

/* The path of a part's field: "i" of the payload "test@0.test_v2" is "test_v2.i". */
static uint32_t field_of(struct hex_source *s, const char *sub, const struct kstd_node *n)
{
	char path[512], name[300];

	if (!*member_text(n, "field", name, sizeof(name)))
		return 0;
	snprintf(path, sizeof(path), "%s%s%s", sub, *sub ? "." : "", name);
	return keep_name(s, path);
}

static bool add_part(struct hex_source *s, const char *sub, const struct kstd_node *n)
{
	const struct kstd_node *data = kstd_node_get(n, "data");
	const struct kstd_node *address = kstd_node_get(n, "address");
	const struct kstd_node *offset = kstd_node_get(n, "file_offset");
	uint32_t field = field_of(s, sub, n);
	struct hex_part *part = new_part(s);
	size_t len = 0;

	if (!part || !data)
		return false;
	*part = (struct hex_part){ .start = s->size, .field = field };
	part->data = kstd_node_mem(data, &len);
	part->end = part->start + len;
	part->framing = member_u64(n, "framing");
	part->in_memory = address && kstd_node_type(address) != KSTD_NULL;
	part->has_place = part->in_memory || (offset && kstd_node_type(offset) != KSTD_NULL);
	if (part->has_place)
		part->address = kstd_node_u64(part->in_memory ? address : offset);
	s->size += len;
	s->nr += len != 0;
	return true;
}

static void add_payload(struct hex_source *s, const struct kstd_node *payload)
{
	const struct kstd_node *n, *parts = kstd_node_get(payload, "parts");
	struct kstd_iter it;
	char name[300];
	const char *sub;

	sub = strchr(member_text(payload, "section", name, sizeof(name)), '.');
	if (!parts)
		return;
	kstd_iter_begin(&it, parts);
	while ((n = kstd_iter_next(&it)))
		if (!add_part(s, sub ? sub + 1 : "", n))
			break;
	kstd_iter_end(&it);
}

bool hex_section(struct hex_source *s, struct session *session, struct image *im, uint64_t nr)
{
	const struct kstd_node *n, *list = kstd_index_payloads(im->index, nr);
	struct kstd_iter it;

	*s = (struct hex_source){ .session = session };
	if (!list)
		return false;
	kstd_iter_begin(&it, list);
	while ((n = kstd_iter_next(&it)))
		add_payload(s, n);
	kstd_iter_end(&it);
	return s->nr;
}

void hex_memory(struct hex_source *s, struct session *session)
{
	*s = (struct hex_source){ .session = session, .memory = true, .size = UINT64_MAX };
}

void hex_free(struct hex_source *s)
{
	free(s->parts);
	free(s->names);
	*s = (struct hex_source){
		.session = s->session, .memory = s->memory, .size = s->memory ? s->size : 0,
	};
}

const struct hex_part *hex_part_at(const struct hex_source *s, uint64_t at)
{
	size_t low = 0, high = s->nr;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (at >= s->parts[middle].end)
			low = middle + 1;
		else
			high = middle;
	}
	return low < s->nr && at >= s->parts[low].start ? &s->parts[low] : NULL;
}

const char *hex_field(const struct hex_source *s, const struct hex_part *part)
{
	return part && part->field ? s->names + part->field : "";
}

uint64_t hex_find(const struct hex_source *s, const char *field)
{
	size_t len = strlen(field);

	for (size_t i = 0; len && i < s->nr; i++) {
		const char *name = hex_field(s, &s->parts[i]);

		if (!strncmp(name, field, len) &&
		    (!name[len] || name[len] == '.' || name[len] == '['))
			return s->parts[i].start;
	}
	return 0;
}

int hex_byte(const struct hex_source *s, uint64_t at)
{
	const struct hex_part *part = hex_part_at(s, at);
	enum kstd_presence there;
	uint8_t byte;

	if (!s->memory)
		return part ? part->data[at - part->start] : -KSTD_MEM_ABSENT;
	kstd_peek(s->session->dump, at, &byte, 1, &there);
	return there == KSTD_MEM_THERE ? byte : -(int)there;
}
