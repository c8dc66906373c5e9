/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: output
 *
 * A command hands nodes of the library's model to a back end, which renders them. The options
 * select the back end, and no command depends on which one it is.
 */

#ifndef TOOLS_OUT_H
#define TOOLS_OUT_H

#include <kstate-dump.h>

#include "buf.h"
#include "json.h"
#include "yaml.h"

#define OUT_SCHEMA	"kstate-dump/2"

struct out;
struct doc_ops;

/**
 * struct out_error - why there is no result
 * @code: a stable word
 * @text: one line
 * @path: the file, and the place in it; "" if there is none
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
 * @begin: begin the result of @command on @source
 * @node: show the result; if @name is not NULL, as the result's member @name
 * @end: end the result, with what @dump, which may be NULL, has to report
 * @fail: show that there is no result; in place of the other three
 * @doc: for formats that are one document, see doc.h
 */
struct out_ops {
	const char *name;
	void (*begin)(struct out *out, const char *command, const char *source);
	void (*node)(struct out *out, const char *name, const struct kstd_node *node);
	void (*end)(struct out *out, struct kstd_dump *dump);
	void (*fail)(struct out *out, const char *command, const char *source,
		     const struct out_error *err);
	const struct doc_ops *doc;
};

extern const struct out_ops out_text;
extern const struct out_ops out_json;
extern const struct out_ops out_yaml;
extern const struct out_ops out_columns;

/**
 * struct out - where output goes
 * @program: name for messages on standard error
 * @b: standard output
 * @pretty: JSON with line breaks
 * @quiet: no notes, no progress
 * @verbose: long values in full, every defect and everything that is not known
 * @raw: a bare value is written as its bytes, without a newline
 * @terminal: standard output is a terminal: no control character of a value may reach it
 * @color: headlines have colors
 * @columns: names, separated by commas, for out_columns, which counts the rows in @nr_rows
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
	const char *columns;
	unsigned long nr_rows;
};

#endif
