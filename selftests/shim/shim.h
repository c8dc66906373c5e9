/* SPDX-License-Identifier: GPL-2.0 */
/*
 * shim.h - the machine that the engine's tests run on
 *
 * Physical memory is a range of addresses, mapped to memory of the process.
 * It replaces kstate_kho.c: what is preserved survives shim_kexec(), and
 * everything else is lost.
 */
#ifndef SHIM_H
#define SHIM_H

#include <shim/containers.h>
#include <shim/trace.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>


#include "../../kernel/kernel/liveupdate/kstate_internal.h"

/* A folio as the shim has it. */
struct folio {
	void *mem;
	phys_addr_t phys;
	unsigned int order;
	size_t pages;		/* of a vmalloc area, else 0 */
	u64 alias;		/* another page that the area has, as KHO knows it, or 0 */
	bool preserved;
	bool was_preserved;
	bool handed_over;	/* by the previous kernel, and not taken back */
	bool in_scratch;
	unsigned int refs;	/* of the engine, from preserving on */
	bool freed;		/* by its driver, while the engine had references */
	bool owned;		/* found with an object, see shim_folios_lost() */
	struct folio *next;
};

struct page {
	int dummy;
};

struct kimage {
	bool carries;
};

/* cmocka's setup and teardown: an empty machine; nothing may be left at the end. */
int shim_setup(void **state);
int shim_teardown(void **state);

struct folio *shim_folio_alloc(unsigned int order);

/* A folio at an address, or the folio in place of a vmalloc area of so many pages. */
struct folio *shim_folio_at(u64 phys, unsigned int order, size_t pages);
struct folio *shim_folio_find(u64 phys);
bool shim_folio_is_live(const struct folio *folio);

/* How many are neither marked as owned nor handed over; takes the marks away. */
size_t shim_folios_lost(void);

/* Free all of them, whoever has them. */
void shim_folios_drop(void);

/* Number of folios and vmalloc areas that there are. */
size_t shim_folios(void);
void shim_folio_free(struct folio *folio);

/* An area of vmalloc(), and the folio in its place. */
void *shim_vmalloc(size_t pages);
struct folio *shim_area(const void *ptr);

/* The shim's linear map, and its struct pages. */
extern u8 shim_linear[];
extern struct page shim_pages[];

/*
 * Jump to the next kernel: what KHO's root points to is what it is handed. The
 * registry is forgotten, as the old kernel's memory is.
 */
void shim_kexec(void);

/* Modules that are pinned now: one for each description of a module, see shim_module. */
extern int shim_pins;

/* Whether descriptions are in a module, as far as kstate_module_get() knows. */
extern bool shim_module;

/* The image that KHO's root points to now, or that the previous kernel left. */
const void *shim_outgoing(size_t *bytes);
void *shim_incoming(size_t *bytes);

/* Hand these bytes to the engine as the previous kernel's image. NULL: none. */
void shim_hand_over(const void *image, size_t bytes);

/* The same for a block at an address; the first one is the image's first shard. */
void shim_hand_over_at(u64 phys, const void *data, size_t bytes);

/* The nth allocation from now on fails, and all after it; 0: none does. */
void shim_fail_alloc(unsigned long nth);
unsigned long shim_allocs(void);

bool shim_alloc_failed(void);

/* Steps that kstate_claim.c has taken: what grows with the square of a number shows here. */
unsigned long shim_steps(void);

/* Bytes of memory and number of folios that are preserved. */
size_t shim_preserved_bytes(void);
size_t shim_preserved_folios(void);

/* Bytes of the previous kernel's blocks that have not been given back. */
size_t shim_incoming_bytes(void);

/* What the engine logged since the test began, or since shim_log_clear(). */
const char *shim_log_text(void);
void shim_log_clear(void);

void shim_kho_off(void);

/* Blocks above this order are not to be had; how many were asked for since. */
void shim_limit_order(unsigned int order);
unsigned long shim_too_large(void);

/* So many bytes of preserved memory are to be had in all. */
void shim_limit_memory(size_t bytes);

#endif /* SHIM_H */
