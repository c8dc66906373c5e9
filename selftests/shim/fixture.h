/* SPDX-License-Identifier: GPL-2.0 */
/*
 * fixture.h - a driver's struct with every kind of field, for the tests
 */
#ifndef FIXTURE_H
#define FIXTURE_H

#include "shim.h"

#define DEV_ID		0x10
#define DEV_SUB_ID	0x11

struct dev {
	char name[8];
	u32 mode;
	s16 temp;
	bool on;
	u8 hole;	/* no padding: objects are compared as bytes */
	u64 *counter;
	struct folio *ring;
	u32 extra;
	u32 tail;
};

static const struct kstate_description dev_sub = {
	.name = "dev-extra",
	.id = DEV_SUB_ID,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(extra, struct dev, u32, .hint = KSTATE_HINT_HEX),
		KSTATE_END_OF_LIST()
	},
};

#define DEV_FIELDS							\
	KSTATE_BASE_TYPE(name, struct dev, char [8]),			\
	KSTATE_BASE_TYPE(mode, struct dev, u32),			\
	KSTATE_BASE_TYPE(temp, struct dev, s16),			\
	KSTATE_BASE_TYPE(on, struct dev, bool),				\
	KSTATE_POINTER(counter, struct dev),				\
	KSTATE_FOLIO(ring, struct dev)

static const struct kstate_description dev_state = {
	.name = "dev",
	.id = DEV_ID,
	.version_id = 1,
	.fields = (const struct kstate_field[]) { DEV_FIELDS, KSTATE_END_OF_LIST() },
	.subsections = (const struct kstate_description *[]) { &dev_sub, NULL },
};

/* A description of version 1 without subsections. */
#define DEV_DESC(_name, _id, ...) {					\
	.name = (_name), .id = (_id), .version_id = 1, .flags = KSTATE_STABLE, \
	.fields = (const struct kstate_field[]) { __VA_ARGS__, KSTATE_END_OF_LIST() } }

/* A custom field without bytes. Saving it fails when a test says so; counting does not. */
static int __attribute__((unused)) failing_err;

static inline int failing_save(const void *obj, struct kstate_writer *w)
{
	return w->buf ? failing_err : 0;
}

static inline int failing_check(const void *obj, const void *data, size_t len)
{
	return 0;
}

static inline void failing_apply(void *obj, const void *data, size_t len)
{
}

#define FAILING		KSTATE_CUSTOM(failing, failing_save, failing_check, failing_apply)

static inline struct dev dev_make(u64 *counter, struct folio *ring)
{
	return (struct dev){
		.name = "eth0", .mode = 0x11223344, .temp = -5, .on = true,
		.counter = counter, .ring = ring, .extra = 0xabcd,
	};
}

/* The engine's locks are taken by its callers. */
static inline int locked_save(void)
{
	guard(kstate_out)(&kstate_out.lock);
	return kstate_save();
}

static inline int locked_prepare(void)
{
	guard(kstate_out)(&kstate_out.lock);
	return kstate_prepare();
}

static inline void locked_abort(void)
{
	guard(kstate_out)(&kstate_out.lock);
	kstate_abort();
}

#define assert_logged(text) do {						\
	if (!strstr(shim_log_text(), text))				\
		fail_msg("the log does not say '%s' but: %s", text, shim_log_text()); \
} while (0)

#endif /* FIXTURE_H */
