// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/*
 * Lists the sections of an image, or of the live system, with their sizes.
 *
 *     cc example.c $(pkg-config --cflags --libs libkstate-dump) && ./a.out [IMAGE]
 */

#include <stdio.h>

#include <kstate-dump.h>

static void print(const struct kstd_node *section)
{
	size_t len;
	const char *name = kstd_node_mem(kstd_node_get(section, "section"), &len);
	uint64_t bytes = kstd_node_u64(kstd_node_get(section, "bytes"));

	printf("%.*s %llu\n", (int)len, name, (unsigned long long)bytes);
}

int main(int argc, char **argv)
{
	struct kstd_open_opts opts = { .sz = sizeof(opts), .path = argc > 1 ? argv[1] : NULL };
	struct kstd_sections_opts summary = { .sz = sizeof(summary), .summary = true };
	struct kstd_ctx *ctx = kstd_ctx_new();
	const struct kstd_node *list, *section;
	struct kstd_dump *dump = NULL;
	struct kstd_iter it;
	int failed = !ctx || kstd_open(ctx, &opts, &dump) || kstd_sections(dump, &summary, &list);

	if (failed) {
		fprintf(stderr, "%s\n", ctx ? kstd_error_message(ctx) : "out of memory");
	} else {
		kstd_iter_begin(&it, list);
		while ((section = kstd_iter_next(&it)))
			print(section);
		kstd_iter_end(&it);
	}
	kstd_close(dump);
	kstd_ctx_free(ctx);
	return failed;
}
