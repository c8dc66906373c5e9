// SPDX-License-Identifier: GPL-2.0
/*
 * bench_large.c - one payload that is far larger than any cache
 */

#include <stdio.h>
#include <stdlib.h>

#include "bench_engine.h"

#define PAYLOAD_BYTES	(256UL << 20)
#define FIELD_BYTES	(64UL << 10)
#define FIELDS		(PAYLOAD_BYTES / FIELD_BYTES)
#define ROUNDS		7

static char names[FIELDS][8];
static struct kstate_field fields[FIELDS + 1];
static const struct kstate_description large_state = {
	.name = "large", .id = 0x72, .version_id = 1, .fields = fields,
};

static void make_fields(void)
{
	for (size_t i = 0; i < FIELDS; i++) {
		snprintf(names[i], sizeof(names[i]), "f%zu", i);
		fields[i] = (struct kstate_field){
			.name = names[i], .type = "u8 [64 KiB]", .offset = i * FIELD_BYTES,
			.size = 1, .count = FIELD_BYTES, .until = KSTATE_ABI_NO_UNTIL,
			.kind = KSTATE_KIND_VALUE, .sign = KSTATE_SIGN_UNSIGNED,
		};
	}
}

/**
 * struct large - a payload
 * @obj: the object
 * @copy: memory of the same size
 */
struct large {
	u8 *obj;
	u8 *copy;
};

/*
 * At the start of a page, as large objects of the kernel are: where the destination of a
 * copy is a few bytes behind its source, but for whole pages, some processors take three
 * times as long.
 */
static u8 *alloc_pages(size_t bytes)
{
	u8 *p = aligned_alloc(PAGE_SIZE, bytes);

	bench_must(p != NULL, "out of memory");
	memset(p, 0, bytes);
	return p;
}

static u64 run_save(void *arg)
{
	u64 start = bench_now();

	bench_must(!locked_save(), "the save fails");
	return bench_now() - start;
}

static u64 run_copy(void *arg)
{
	struct large *large = arg;
	u64 start = bench_now();

	memcpy(large->copy, large->obj, PAYLOAD_BYTES);
	return bench_now() - start;
}

static u64 run_copy_fields(void *arg)
{
	struct large *large = arg;
	u64 start = bench_now();

	for (size_t at = 0; at < PAYLOAD_BYTES; at += FIELD_BYTES)
		memcpy(large->copy + at, large->obj + at, FIELD_BYTES);
	return bench_now() - start;
}

/* As the kernel's memcpy() does: glibc's bypasses the cache when a copy is this large. */
static u64 run_kernel_copy(void *arg)
{
	struct large *large = arg;
	u64 start = bench_now();

#ifdef __x86_64__
	void *to = large->copy, *from = large->obj;
	size_t bytes = PAYLOAD_BYTES;

	__asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) : : "memory");
#else
	memcpy(large->copy, large->obj, PAYLOAD_BYTES);
#endif
	return bench_now() - start;
}

void bench_save_large(void)
{
	struct large large = { alloc_pages(PAYLOAD_BYTES), alloc_pages(PAYLOAD_BYTES) };
	struct bench_side sides[] = {
		{ "kstate", run_save },
		{ "memcpy of each field", run_copy_fields, &large },
		{ "memcpy of all, as the kernel has it", run_kernel_copy, &large },
		{ "memcpy of all, as glibc has it", run_copy, &large },
	};

	make_fields();
	for (size_t i = 0; i < PAYLOAD_BYTES; i++)
		large.obj[i] = i * 7 + (i >> 13);
	bench_must(!kstate_register(&large_state, large.obj, 0), "registering fails");
	bench_run(sides, ARRAY_SIZE(sides), ROUNDS);
	for (size_t i = 1; i < ARRAY_SIZE(sides); i++)
		bench_slower("save, 256 MiB in fields of 64 KiB", &sides[0], &sides[i], 1, 1.4);
	machine_reset();
	free(large.obj);
	free(large.copy);
}
