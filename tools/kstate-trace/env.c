// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <linux/capability.h>

#include "env.h"

#define PATH_ROOM	512

static bool missing(struct env *env, const char *code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static bool missing(struct env *env, const char *code, const char *fmt, ...)
{
	va_list ap;

	env->code = code;
	va_start(ap, fmt);
	vsnprintf(env->text, sizeof(env->text), fmt, ap);
	va_end(ap);
	return false;
}

/* Copy the rest of the first line that begins with @key; false if there is no such line. */
static bool line_of(const char *sysroot, const char *file, const char *key, char *to, size_t size)
{
	char path[PATH_ROOM], line[256];
	bool found = false;
	FILE *f;

	snprintf(path, sizeof(path), "%s%s", sysroot, file);
	f = fopen(path, "re");
	if (!f)
		return false;
	while (!found && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = 0;
		found = !strncmp(line, key, strlen(key));
	}
	fclose(f);
	if (found)
		snprintf(to, size, "%s", line + strlen(key));
	return found;
}

/* Is the kernel older than 6.16, and so without KHO? */
static bool is_old(const char *release)
{
	unsigned int major, minor;

	if (sscanf(release, "%u.%u", &major, &minor) != 2)
		return false;
	return major < 6 || (major == 6 && minor < 16);
}

static bool has_cap(uint64_t caps, int cap)
{
	return caps >> cap & 1;
}

static bool check_privilege(struct env *env, const char *sysroot)
{
	uint64_t caps;
	char text[64];

	if (!line_of(sysroot, "/proc/self/status", "CapEff:", text, sizeof(text)))
		return true;
	caps = strtoull(text, NULL, 16);
	if (has_cap(caps, CAP_SYS_ADMIN) ||
	    (has_cap(caps, CAP_BPF) && has_cap(caps, CAP_PERFMON)))
		return true;
	return missing(env, "no-permission",
		       "no permission to trace: run it as root, or with CAP_BPF and CAP_PERFMON");
}

static bool check_events(struct env *env, const char *path, const char *release)
{
	struct btf *btf = btf__parse(path, NULL);
	bool found;

	if (!btf)
		return missing(env, "no-btf", "the kernel's type information cannot be read from %s",
			       path);
	found = btf__find_by_name_kind(btf, "btf_trace_kstate_section_save", BTF_KIND_TYPEDEF) > 0;
	btf__free(btf);
	if (found)
		return true;
	return missing(env, "no-tracepoints",
		       "Linux %s has no events of kstate: build it with CONFIG_KSTATE, CONFIG_TRACEPOINTS and CONFIG_EVENT_TRACING",
		       release);
}

static int say_nothing(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	return 0;
}

bool env_check(struct env *env, const char *sysroot)
{
	char release[80] = "of unknown version", path[PATH_ROOM];

	*env = (struct env){ 0 };
	libbpf_set_print(say_nothing);
	line_of(sysroot, "/proc/sys/kernel/osrelease", "", release, sizeof(release));
	if (is_old(release))
		return missing(env, "old-kernel",
			       "Linux %s is too old: KHO came with 6.16, and kstate is for 7.2 and later",
			       release);
	snprintf(path, sizeof(path), "%s/sys/kernel/btf/vmlinux", sysroot);
	if (access(path, F_OK) && errno == ENOENT)
		return missing(env, "no-btf",
			       "no type information in %s: build the kernel with CONFIG_DEBUG_INFO_BTF",
			       path);
	return check_events(env, path, release) && check_privilege(env, sysroot);
}

void env_refused(struct env *env, int err)
{
	if (err == -EPERM || err == -EACCES)
		missing(env, "no-permission",
			"the kernel refuses the BPF program (%s): run it as root; lockdown=confidentiality forbids it to root, too",
			strerror(-err));
	else if (err == -ENOSYS)
		missing(env, "no-bpf", "this kernel has no bpf(): build it with CONFIG_BPF_SYSCALL");
	else
		missing(env, "no-bpf",
			"the kernel does not take the BPF program: %s; it needs CONFIG_BPF_SYSCALL and CONFIG_BPF_EVENTS, and -v says more",
			strerror(-err));
}
