/* SPDX-License-Identifier: GPL-2.0 */
/*
 * fuzz.h - what every fuzz target uses
 *
 * A target is a file fuzz_NAME.c with LLVMFuzzerTestOneInput(), and a line in
 * fuzz.mk. It must not depend on the clock, on addresses or on earlier inputs.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);

/* A promise is broken: say which, and stop. */
#define fuzz_assert(cond)	do {						\
	if (!(cond))								\
		fuzz_fail("%s:%d: %s", __FILE__, __LINE__, #cond);		\
} while (0)

__attribute__((format(printf, 1, 2), noreturn)) void fuzz_fail(const char *fmt, ...);

/**
 * struct fuzz_in - decisions, read from the input
 * @p: the next byte
 * @len: bytes that are left; when there are none, decisions follow from @state
 * @state: of a generator that starts with a hash of the input; never 0
 */
struct fuzz_in {
	const uint8_t *p;
	size_t len;
	uint32_t state;
};

struct fuzz_in fuzz_in(const uint8_t *data, size_t size);

/* The next byte; a number below nr, which is not 0; whether one of nr is drawn. */
uint8_t fuzz_u8(struct fuzz_in *in);
uint32_t fuzz_below(struct fuzz_in *in, uint32_t nr);
int fuzz_one_in(struct fuzz_in *in, uint32_t nr);
void fuzz_fill(struct fuzz_in *in, void *to, size_t len);

#endif /* FUZZ_H */
