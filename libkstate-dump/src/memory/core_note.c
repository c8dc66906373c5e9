// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Notes of a core that are of use: VMCOREINFO's text, and what `capture` writes. */

#include "memory/capture_format.h"
#include "memory/core.h"

/* The first note of its kind, copied: the arena of the dump has it. False if memory is short. */
static bool keep_note(struct kstd_dump *dump, struct kstd_span *kept, const struct kstd_span *desc)
{
	char *copy;

	if (kept->len || !desc->len)
		return true;
	copy = kstd_arena_str(&dump->arena, (const char *)desc->p, desc->len);
	if (copy)
		*kept = kstd_span_of(copy, desc->len, desc->at);
	return copy;
}

bool kstd_core_note(struct kstd_dump *dump, struct kstd_core *core, const char *owner,
		    uint32_t type, struct kstd_span desc)
{
	if (!strcmp(owner, "VMCOREINFO") && !type)
		return keep_note(dump, &core->vmcoreinfo, &desc);
	if (strcmp(owner, KSTD_CAPTURE_NOTE))
		return true;
	if (type == KSTD_NT_CAPTURE)
		return keep_note(dump, &core->capture_note, &desc);
	return type != KSTD_NT_DIGEST || keep_note(dump, &core->capture_digest, &desc);
}

bool kstd_vmcoreinfo(const struct kstd_core *core, const char *key, struct kstd_span *value)
{
	struct kstd_span text = core->vmcoreinfo;
	size_t len = strlen(key);

	while (text.len) {
		struct kstd_span line = kstd_span_until(&text, '\n');

		if (line.len > len && kstd_span_starts(&line, key, len) && line.p[len] == '=')
			return kstd_span_sub(&line, len + 1, line.len - len - 1, value);
	}
	return false;
}
