/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: documents
 *
 * What JSON and YAML output have in common: one document, whatever happens,
 * always with the same members. A format says how it writes them (&struct
 * doc_ops); its &struct out_ops has the functions of this file.
 */

#ifndef TOOLS_DOC_H
#define TOOLS_DOC_H

#include "out.h"

/**
 * struct doc_ops - how a format writes the members of a document
 * @start: what stands before the outermost object
 * @open: begin an object, the outermost if @key is NULL
 * @close: end it
 * @node: a node of the model
 * @text: a string; null if it is NULL
 * @bytes: a number of bytes; null if it is %KSTD_NO_OFFSET
 * @empty: a list without elements
 * @finish: what stands after the outermost object
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
void doc_end(struct out *out, const struct kstd_node *defects, const struct kstd_node *notes);
void doc_fail(struct out *out, const char *command, const char *source,
	      const struct out_error *err);

#endif
