/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: documents
 *
 * JSON and YAML output is one document, on success and on failure, with the same members. A format
 * defines how it writes them (&struct doc_ops); its &struct out_ops has the functions of this file.
 */

#ifndef TOOLS_DOC_H
#define TOOLS_DOC_H

#include "out.h"

/**
 * struct doc_ops - how a format writes the members of a document
 * @start: write what comes before the outermost object
 * @open: begin an object; with @key NULL, the outermost one
 * @close: end it
 * @node: write a node of the model
 * @text: write a string; NULL as null
 * @bytes: write a number of bytes; %KSTD_NO_OFFSET as null
 * @empty: write a list without elements
 * @finish: write what comes after the outermost object
 */
struct doc_ops {
	void (*start)(struct out *out);
	void (*open)(struct out *out, const char *key);
	void (*close)(struct out *out);
	void (*node)(struct out *out, const char *key, const struct kstd_node *n);
	void (*text)(struct out *out, const char *key, const char *s);
	void (*bytes)(struct out *out, const char *key, uint64_t v);
	void (*empty)(struct out *out, const char *key);
	void (*finish)(struct out *out);
};

void doc_begin(struct out *out, const char *command, const char *source);
void doc_node(struct out *out, const char *name, const struct kstd_node *n);
void doc_end(struct out *out, struct kstd_dump *dump);
void doc_fail(struct out *out, const char *command, const char *source,
	      const struct out_error *err);

#endif
