// SPDX-License-Identifier: GPL-2.0
/*
 * fuzz_pair.c - two files that are set against each other: diff, check, waivers
 *
 * The first byte says what is asked, the next two how long the first file is; the second one is what
 * is left. Changes keep a file that is a tree one, more or less: mutate_tree.c.
 *
 * What is promised: a check passes only if all could be known; a file does not differ from itself.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <libfdt.h>

#include "../lib/make_kernel.h"
#include "lib.h"
#include "mutate_pair.h"

#define HEAD	3
#define AT	0x400	/* of data in a kernel, behind the headers and the release */

enum { DIFF, SAME, CHECK, WAIVERS, KERNEL, NR_MODES };

struct part {
	const uint8_t *p;
	size_t len;
};

static struct kstd_dump *open_part(struct kstd_ctx *ctx, struct part part)
{
	const struct kstd_open_opts opts = { .sz = sizeof(opts), .buf = part.p, .buf_len = part.len };
	struct kstd_dump *dump;
	int rc = part.len ? kstd_open(ctx, &opts, &dump) : -1;

	if (part.len && rc)
		lib_answer(ctx, rc, NULL);
	return rc ? NULL : dump;
}

static void diff(struct kstd_ctx *ctx, struct kstd_dump *x, struct kstd_dump *y, bool more, bool same)
{
	const struct kstd_diff_opts opts = { .sz = sizeof(opts), .all = more, .contents = more };
	const struct kstd_node *root;
	int rc = kstd_diff(x, y, &opts, &root);

	lib_answer(ctx, rc, root);
	if (!rc && same)
		fuzz_assert(kstd_diff_found(root) != KSTD_YES);
}

static bool any(const struct kstd_node *list)
{
	struct kstd_iter it;
	bool found;

	kstd_iter_begin(&it, list);
	found = kstd_iter_next(&it);
	kstd_iter_end(&it);
	return found;
}

static void check(struct kstd_ctx *ctx, struct kstd_dump *dump, struct kstd_dump *next, bool reverse,
		  const char *waivers)
{
	const struct kstd_check_opts opts = {
		.sz = sizeof(opts), .next = &next, .nr_next = 1, .reverse = reverse, .waivers = waivers,
		.next_cmdline = reverse ? NULL : "kho=on liveupdate=on",
	};
	const struct kstd_node *root;
	int rc = kstd_check(dump, &opts, &root);
	enum kstd_check_result result;

	if (!rc) {
		result = kstd_check_status(root);
		fuzz_assert((result != KSTD_CHECK_PASSES && result != KSTD_CHECK_LOSES) ||
			    !any(kstd_unknowns(dump)));
	}
	lib_answer(ctx, rc, root);
}

/* The second part is the file of waivers. */
static void check_waivers(struct kstd_ctx *ctx, struct kstd_dump *dump, struct kstd_dump *next,
			  struct part file)
{
	int fd = memfd_create("waivers", MFD_CLOEXEC);
	char path[32];

	fuzz_assert(fd >= 0 && write(fd, file.p, file.len) == (ssize_t)file.len);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	check(ctx, dump, next, false, path);
	close(fd);
}

static void ask(unsigned int how, struct part x, struct part y)
{
	bool more = how / NR_MODES & 1;
	struct kstd_ctx *ctx = kstd_ctx_new();
	unsigned int mode = how % NR_MODES;
	struct kstd_dump *a = open_part(ctx, x);
	struct kstd_dump *b = open_part(ctx, mode == SAME || mode == WAIVERS ? x : y);

	if (a && b && (mode == DIFF || mode == SAME))
		diff(ctx, a, b, more, mode == SAME);
	else if (a && b && mode == WAIVERS)
		check_waivers(ctx, a, b, y);
	else if (a && b)
		check(ctx, a, b, more, NULL);
	kstd_close(a);
	kstd_close(b);
	kstd_ctx_free(ctx);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct part x, y;
	struct kernel k;
	size_t len;

	if (size < HEAD)
		return 0;
	len = data[1] | data[2] << 8;
	len = len < size - HEAD ? len : size - HEAD;
	x = (struct part){ data + HEAD, len };
	y = (struct part){ data + HEAD + len, size - HEAD - len };
	if (data[0] % NR_MODES != KERNEL) {
		ask(data[0], x, y);
		return 0;
	}
	kernel_init(&k, KERNEL_VMLINUX, AT + y.len);
	kernel_banner(&k, AT / 2);
	kernel_put(&k, AT, y.p, y.len);
	ask(data[0], x, (struct part){ k.p, k.len });
	kernel_free(&k);
	return 0;
}

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed);

/* One of three changes is one of a tree; the others are libFuzzer's. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed)
{
	uint8_t raw[64], *tree;
	size_t len, at, old, got;

	if (size < HEAD || seed % 3)
		return LLVMFuzzerMutate(data, size, max);
	len = data[1] | data[2] << 8;
	len = len < size - HEAD ? len : size - HEAD;
	at = seed & 4 ? HEAD : HEAD + len;
	old = seed & 4 ? len : size - HEAD - len;
	for (size_t i = 0; i < sizeof(raw); i++) {
		seed = seed * 1103515245 + 12345;
		raw[i] = seed >> 16;
	}
	tree = mutate_pair(data + at, old, raw, sizeof(raw), &got);
	if (!tree || size - old + got > max || (at == HEAD && got > 0xffff)) {
		free(tree);
		return LLVMFuzzerMutate(data, size, max);
	}
	memmove(data + at + got, data + at + old, size - at - old);
	memcpy(data + at, tree, got);
	free(tree);
	if (at == HEAD) {
		data[1] = got;
		data[2] = got >> 8;
	}
	return size - old + got;
}
