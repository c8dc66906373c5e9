/* SPDX-License-Identifier: GPL-2.0 */

/* What every unit test needs: cmocka, an image in memory, its model as JSON. */

#ifndef UNIT_HELPERS_H
#define UNIT_HELPERS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <kstate-dump.h>

#include "../lib/image.h"

/**
 * struct view - an opened source
 * @json: what was asked for last, malloc()ed
 * @defects: the defects so far, and what is not known, as one list in JSON, malloc()ed
 * @rc: what opening or asking returned
 */
struct view {
	struct kstd_ctx *ctx;
	struct kstd_dump *dump;
	char *json;
	char *defects;
	char *notes;
	int rc;
};

void view_mem(struct view *v, const void *p, size_t len);
void view_path(struct view *v, const char *path);
void view_image(struct view *v, const struct image *im);
void view_close(struct view *v);

/* Ask, and have the answer in @json; NULL if it is an error. */
void view_sections(struct view *v, const char *select);
void view_list(struct view *v);
void view_info(struct view *v);
void view_get(struct view *v, const char *select);
void view_schema(struct view *v, const char *select);
void view_hexdump(struct view *v, const char *select);

/* Everything at once, for tests that only want it to survive. */
void view_all(const void *p, size_t len);

#define assert_has(text, part) has((text), (part), true, __FILE__, __LINE__)
#define assert_has_not(text, part) has((text), (part), false, __FILE__, __LINE__)
/* Nothing is wrong, and this is not known. */
#define assert_not_known(v, text) \
	(assert_has((v)->defects, (text)), \
	 assert_int_equal(kstd_all_well((v)->dump), KSTD_NOT_KNOWN))
void has(const char *text, const char *part, bool yes, const char *file, int line);

/* A node as JSON, malloc()ed. */
char *json_of(const struct kstd_node *n);

/* Defects and what is not known, as one list in JSON, malloc()ed. */
char *json_reports(struct kstd_dump *dump);

/* One section of one description, with the payload that was put into @im. */
void one_section(struct image *im, const struct image_desc *d);

#define RUN(tests) \
	(cmocka_set_message_output(CM_OUTPUT_TAP), cmocka_run_group_tests(tests, NULL, NULL))

#endif
