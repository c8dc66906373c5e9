/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: output
 *
 * A command hands nodes of the library's model to a back end, which renders
 * them. Which one it is, only the options know: no command asks.
 */

#ifndef TOOLS_OUT_H
#define TOOLS_OUT_H

#include <kstate-dump.h>

#include "buf.h"
#include "json.h"
#include "yaml.h"

#define OUT_SCHEMA	"kstate-dump/1"

struct out;
struct doc_ops;

/**
 * struct out_error - why there is no result
 * @code: a stable word
 * @text: one line
 * @path: where; empty if nowhere
 * @offset: in bytes, or %KSTD_NO_OFFSET
 */
struct out_error {
	const char *code;
	const char *text;
	const char *path;
	uint64_t offset;
};

/**
 * struct out_ops - a back end
 * @begin: there is a result, of @command about @source
 * @node: the result, or one of its members if @name is not NULL
 * @end: all was shown; @defects and @notes may be NULL
 * @fail: instead of all this: there is no result
 * @doc: of formats that are one document, see doc.h
 */
struct out_ops {
	const char *name;
	void (*begin)(struct out *out, const char *command, const char *source);
	void (*node)(struct out *out, const char *name, const struct kstd_node *node);
	void (*end)(struct out *out, const struct kstd_node *defects,
		    const struct kstd_node *notes);
	void (*fail)(struct out *out, const char *command, const char *source,
		     const struct out_error *err);
	const struct doc_ops *doc;
};

extern const struct out_ops out_text;
extern const struct out_ops out_json;
extern const struct out_ops out_yaml;

/**
 * struct out - where output goes
 * @program: name for messages on standard error
 * @b: standard output
 * @pretty: JSON with line breaks
 * @quiet: no notes, no progress
 * @verbose: long values in full, every defect
 * @raw: a bare value as its bytes are, and nothing else
 * @terminal: standard output is one: no control character may reach it
 * @color: escape sequences are welcome
 */
struct out {
	const struct out_ops *ops;
	const char *program;
	struct buf b;
	struct json json;
	struct yaml yaml;
	bool pretty;
	bool quiet;
	bool verbose;
	bool raw;
	bool terminal;
	bool color;
};

#endif
