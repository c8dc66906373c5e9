// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <stdio.h>

#include "base/file.h"
#include "kho/writer.h"
#include "memory/blob.h"
#include "memory/core.h"
#include "vmlinux/kernel_virt.h"

#define VERSION		1
#define RELEASE_LEN	65	/* __NEW_UTS_LEN + 1, which is uABI */
#define OSRELEASE	"/proc/sys/kernel/osrelease"

bool kstd_kexec_metadata_take(struct kstd_span bytes, bool big, struct kstd_kexec_metadata *m)
{
	struct kstd_span release = { 0 };
	uint64_t version, count;

	*m = (struct kstd_kexec_metadata){ .count = 0 };
	if (!kstd_span_int(&bytes, 4, big, &version) || version != VERSION ||
	    !kstd_span_take(&bytes, RELEASE_LEN, &release) ||
	    !kstd_span_int(&bytes, 4, big, &count))
		return false;
	release = kstd_span_until(&release, 0);
	kstd_safe(m->release, release.p, release.len);
	m->count = count;
	return true;
}

static bool of_metadata(struct kstd_dump *dump, unsigned int side, char release[KSTD_RELEASE])
{
	struct kstd_blob *b = kstd_blob_find(dump, side, KSTD_ROLE_SUBTREE, KSTD_METADATA,
					     strlen(KSTD_METADATA));
	struct kstd_kexec_metadata m;

	if (!b || kstd_blob_load(dump, b) ||
	    !kstd_kexec_metadata_take(b->bytes, kstd_span_starts(&b->bytes, "\0\0\0", 3), &m))
		return false;
	memcpy(release, m.release, KSTD_RELEASE);
	return *release;
}

static bool of_core(struct kstd_dump *dump, char release[KSTD_RELEASE])
{
	const struct kstd_core *core = kstd_core_of(dump);
	struct kstd_span value;

	if (!core || !kstd_vmcoreinfo(core, "OSRELEASE", &value))
		return false;
	kstd_safe(release, value.p, value.len);
	return *release;
}

static bool of_running(struct kstd_dump *dump, char release[KSTD_RELEASE])
{
	FILE *f = dump->live ? kstd_live_file(dump, OSRELEASE) : NULL;
	char line[KSTD_RELEASE] = "";

	if (!f)
		return false;
	if (!fgets(line, sizeof(line), f))
		*line = 0;
	fclose(f);
	kstd_safe(release, line, strcspn(line, "\n"));
	return *release;
}

bool kstd_kho_release(struct kstd_dump *dump, unsigned int side, char release[KSTD_RELEASE])
{
	bool known;

	kstd_quiet_begin(dump);
	known = of_metadata(dump, side, release) ||
		(side == KSTD_SIDE_OUT && (of_core(dump, release) || of_running(dump, release)));
	kstd_quiet_end(dump);
	return known;
}

const char *kstd_kho_writer(struct kstd_dump *dump, unsigned int side, const char *kernels,
			    char *text)
{
	char release[KSTD_RELEASE];

	if (!kstd_kho_release(dump, side, release))
		return kernels;
	snprintf(text, KSTD_WRITER, "Linux %s", release);
	return text;
}
