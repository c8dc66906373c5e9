// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Notes of a core that are of use: VMCOREINFO's text, and what `capture` writes. */

#include "capture/capture.h"
#include "memory/core.h"

static bool take_vmcoreinfo(struct kstd_dump *dump, struct kstd_core *core,
			    const struct kstd_span *desc)
{
	char *copy;

	if (core->vmcoreinfo.len || !desc->len)
		return true;
	copy = kstd_arena_str(&dump->arena, (const char *)desc->p, desc->len);
	if (copy)
		core->vmcoreinfo = kstd_span_of(copy, desc->len, desc->at);
	return copy;
}

static const struct {
	const char *owner;
	uint32_t type;
	bool (*take)(struct kstd_dump *dump, struct kstd_core *core, const struct kstd_span *desc);
} notes[] = {
	{ "VMCOREINFO", 0, take_vmcoreinfo },
	{ KSTD_CAPTURE_NOTE, KSTD_NT_CAPTURE, kstd_capture_take },
	{ KSTD_CAPTURE_NOTE, KSTD_NT_DIGEST, kstd_capture_take_digest },
};

bool kstd_core_note(struct kstd_dump *dump, struct kstd_core *core, const char *owner,
		    uint32_t type, struct kstd_span desc)
{
	for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++)
		if (notes[i].type == type && !strcmp(notes[i].owner, owner))
			return notes[i].take(dump, core, &desc);
	return true;
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
