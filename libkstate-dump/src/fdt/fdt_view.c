// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <limits.h>
#include <stdio.h>

#include <libfdt.h>

#include "base/crc32c.h"
#include "fdt/fdt_view.h"

#define PROP_CRC	"crc"
#define HEADER_BYTES	40	/* of version 17, the only one read here */
#define VERSION		17

bool kstd_fdt_magic(const struct kstd_span *blob)
{
	static const uint8_t magic[] = { 0xd0, 0x0d, 0xfe, 0xed };

	return kstd_span_starts(blob, magic, sizeof(magic));
}

uint32_t kstd_fdt_total(const struct kstd_span *blob)
{
	struct kstd_span s;
	uint32_t total;

	if (!kstd_fdt_magic(blob) || blob->len < HEADER_BYTES ||
	    !kstd_span_sub(blob, 4, 4, &s) || !kstd_span_be32(&s, &total))
		return 0;
	return total;
}

#define UNTAR	"unpack it with tar -xf, then name the folder in it that is a copy of /sys/kernel/debug, or the file"
#define VIRSH	"virsh restore --paused it, then virsh dump --memory-only DOMAIN FILE makes a core of the guest"
#define PAGE	4096
#define RAW	(16 * PAGE)	/* a whole number of pages, and no less, may be memory */

static const struct {
	const char *magic;
	size_t len;
	const char *what;
	const char *hint;	/* what makes it readable; NULL: nothing does */
	size_t at;
} known[] = {
	{ "ustar",		5, "a tar archive", UNTAR, 257 },
	{ "LibvirtQemudSave",	16, "a guest's memory as virsh save writes it", VIRSH, 0 },
	{ "LibvirtQemudPart",	16, "a guest's memory that virsh save did not finish", VIRSH, 0 },
	{ "QEVM",		4, "a migration stream of QEMU", "start the guest with -incoming, then use dump-guest-memory", 0 },
	{ "\x7f" "ELF",		4, "an ELF file", NULL, 0 },
	{ "\x1f\x8b",		2, "gzip", "gunzip it first", 0 },
	{ "\xfd" "7zXZ",	5, "xz", "unxz it first", 0 },
	{ "\x28\xb5\x2f\xfd",	4, "zstd", "unzstd it first", 0 },
	{ "\x04\x22\x4d\x18",	4, "lz4", "unlz4 it first", 0 },
	{ "\x02\x21\x4c\x18",	4, "lz4", "unlz4 it first", 0 },
	{ "BZh",		3, "bzip2", "bunzip2 it first", 0 },
	{ "KDUMP   ",		8, "a compressed kernel dump", NULL, 0 },
	{ "makedumpfile",	12, "a flattened kernel dump", NULL, 0 },
	{ "MZ",			2, "a kernel image or an EFI program", NULL, 0 },
	{ "#!",			2, "a script", NULL, 0 },
	{ "PK\x03\x04",		4, "a zip archive", "unzip it first", 0 },
	{ "070701",		6, "an initramfs (a cpio archive)", NULL, 0 },
	{ "070702",		6, "an initramfs (a cpio archive)", NULL, 0 },
	{ "!<arch>",		7, "a Debian package, or another archive of ar", NULL, 0 },
	{ "\xed\xab\xee\xdb",	4, "an RPM package", NULL, 0 },
	{ "hsqs",		4, "a squashfs file system", NULL, 0 },
	{ "/dts-v1/",		8, "device tree source; dtc compiles it", NULL, 0 },
	{ "{",			1, "JSON?", NULL, 0 },
};

const char *kstd_file_guess(const struct kstd_span *blob, const char **hint)
{
	struct kstd_span s;

	*hint = NULL;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (!kstd_span_sub(blob, known[i].at, known[i].len, &s) ||
		    !kstd_span_starts(&s, known[i].magic, known[i].len))
			continue;
		*hint = known[i].hint;
		return known[i].what;
	}
	return NULL;
}

static int foreign(struct kstd_ctx *ctx, const struct kstd_span *blob)
{
	const char *hint, *what = kstd_file_guess(blob, &hint);
	char hex[3 * 8 + 1] = "";

	for (size_t i = 0; i < 8 && i < blob->len; i++)
		snprintf(hex + 3 * i, 4, " %02x", blob->p[i]);
	if (!what && blob->len >= RAW && !(blob->len % PAGE))
		hint = "if it is raw memory, it does not say at which addresses: --raw BASE says where it begins; or make a core instead, with virsh dump --memory-only or dump-guest-memory";
	return kstd_err(ctx, KSTD_E_FOREIGN, KSTD_NO_OFFSET,
			"not a blob of KHO: starts with%s%s%s%s%s%s", hex, what ? " (" : "",
			what ? what : "", what ? ")" : "", hint ? "; " : "", hint ? hint : "");
}

static int check_size(struct kstd_ctx *ctx, const struct kstd_span *blob)
{
	uint32_t total;

	if (blob->len < HEADER_BYTES)
		return kstd_err(ctx, KSTD_E_TRUNCATED, KSTD_NO_OFFSET,
				"truncated: %zu bytes, less than the header of an FDT", blob->len);
	total = kstd_fdt_total(blob);
	if (total > blob->len)
		return kstd_err(ctx, KSTD_E_TRUNCATED, KSTD_NO_OFFSET,
				"truncated: %zu bytes of the %u that its header gives",
				blob->len, total);
	if (total < HEADER_BYTES)
		return kstd_err(ctx, KSTD_E_CORRUPT, blob->at + 4,
				"a total size of %u bytes is less than the header", total);
	return 0;
}

static int check_version(struct kstd_ctx *ctx, const struct kstd_span *blob)
{
	uint32_t version = fdt_version(blob->p);

	if (version < VERSION || fdt_last_comp_version(blob->p) > VERSION)
		return kstd_err(ctx, KSTD_E_UNSUPPORTED, blob->at + 20,
				"an FDT of version %u, not %u", version, VERSION);
	return 0;
}

static int damaged(struct kstd_ctx *ctx, uint64_t at, const char *what)
{
	return kstd_err(ctx, KSTD_E_CORRUPT, at, "damaged FDT: %s", what);
}

/* Walk to the end of the node that the cursor is in; @at is where that fails. */
static bool leave_node(struct kstd_cursor *c, uint64_t *at)
{
	struct kstd_tok tok;

	for (size_t depth = 1; depth; ) {
		switch (kstd_fdt_next(c, &tok)) {
		case KSTD_TOK_NODE:
			depth++;
			break;
		case KSTD_TOK_UP:
			depth--;
			break;
		case KSTD_TOK_PROP:
			break;
		case KSTD_TOK_BAD:
			*at = tok.at;
			return false;
		}
	}
	return true;
}

/*
 * Whether the tree is whole, by the walker that reads it later: a foreign tree is never handed to
 * libfdt, whose fdt_next_tag() of version 1.6.1 does not end where the length of a property wraps.
 * It accepts nothing that fdt_check_full() refuses, and takes a third of its time.
 */
static int check_structure(struct kstd_ctx *ctx, const struct kstd_span *blob)
{
	struct kstd_cursor c;
	struct kstd_fdt fdt;
	struct kstd_tok tok;
	uint64_t at = blob->at;
	uint32_t tag;

	if (fdt_check_header(blob->p) || fdt_num_mem_rsv(blob->p) < 0)
		return damaged(ctx, blob->at, "its header, or its list of reserved memory");
	if (!kstd_fdt_peek(blob, &fdt) || fdt.strct.len > INT_MAX)
		return damaged(ctx, blob->at, "no root node");
	c = (struct kstd_cursor){ .fdt = &fdt, .s = fdt.strct };
	if (kstd_fdt_next(&c, &tok) != KSTD_TOK_NODE || tok.name_len)
		return damaged(ctx, tok.at, "its root node has a name");
	if (!leave_node(&c, &at))
		return damaged(ctx, at, "a node, a property or a name is not whole");
	do {
		at = c.s.at;
		if (!kstd_span_be32(&c.s, &tag))
			return damaged(ctx, at, "no end");
	} while (tag == FDT_NOP);
	return tag == FDT_END ? 0 : damaged(ctx, at, "no end after the root node");
}

static int check(struct kstd_ctx *ctx, const struct kstd_span *blob)
{
	if (!blob->len)
		return kstd_err(ctx, KSTD_E_EMPTY, KSTD_NO_OFFSET,
				"empty: tar and copying by file size do this to files of debugfs; copy them with cp");
	if (!kstd_fdt_magic(blob))
		return foreign(ctx, blob);
	return check_size(ctx, blob) ?: check_version(ctx, blob) ?: check_structure(ctx, blob);
}

bool kstd_fdt_peek(const struct kstd_span *blob, struct kstd_fdt *fdt)
{
	struct kstd_tok tok;
	struct kstd_cursor c;

	fdt->len = kstd_fdt_total(blob);
	if (!fdt->len ||
	    !kstd_span_sub(blob, fdt_off_dt_struct(blob->p), fdt_size_dt_struct(blob->p),
			   &fdt->strct) ||
	    !kstd_span_sub(blob, fdt_off_dt_strings(blob->p), fdt_size_dt_strings(blob->p),
			   &fdt->strings))
		return false;
	c = (struct kstd_cursor){ .fdt = fdt, .s = fdt->strct };
	return kstd_fdt_next(&c, &tok) == KSTD_TOK_NODE;
}

int kstd_fdt_open(struct kstd_ctx *ctx, const struct kstd_span *blob, struct kstd_fdt *fdt)
{
	int rc = check(ctx, blob);

	if (!rc && !kstd_fdt_peek(blob, fdt))
		rc = kstd_err(ctx, KSTD_E_CORRUPT, KSTD_NO_OFFSET, "damaged FDT: no root node");
	return rc;
}

/* Names and values of @len bytes are followed by zeroes up to a multiple of four. */
static inline void skip_padding(struct kstd_span *s, size_t len)
{
	kstd_span_skip(s, -len % 4);
}

enum kstd_token kstd_fdt_next(struct kstd_cursor *c, struct kstd_tok *tok)
{
	struct kstd_span s = c->s, name = c->fdt->strings;
	uint32_t tag, len, nameoff;

	do {
		tok->at = s.at;
		if (!kstd_span_be32(&s, &tag))
			tag = FDT_END;
	} while (tag == FDT_NOP);

	tok->type = KSTD_TOK_BAD;
	if (tag == FDT_PROP) {
		if (kstd_span_be32(&s, &len) && kstd_span_be32(&s, &nameoff) &&
		    kstd_span_take(&s, len, &tok->value) && kstd_span_skip(&name, nameoff) &&
		    kstd_span_str(&name, &tok->name, &tok->name_len)) {
			skip_padding(&s, len);
			tok->type = KSTD_TOK_PROP;
		}
	} else if (tag == FDT_BEGIN_NODE) {
		if (kstd_span_str(&s, &tok->name, &tok->name_len)) {
			skip_padding(&s, tok->name_len + 1);
			tok->type = KSTD_TOK_NODE;
		}
	} else if (tag == FDT_END_NODE) {
		tok->type = KSTD_TOK_UP;
	}
	if (tok->type == KSTD_TOK_BAD)
		s.len = 0;	/* so that every loop over a damaged tree ends */
	c->s = s;
	return tok->type;
}

struct kstd_cursor kstd_fdt_root(const struct kstd_fdt *fdt)
{
	struct kstd_cursor c = { .fdt = fdt, .s = fdt->strct };
	struct kstd_tok tok;

	kstd_fdt_next(&c, &tok);
	return c;
}

bool kstd_fdt_leave(struct kstd_cursor *c)
{
	uint64_t at;

	return leave_node(c, &at);
}

bool kstd_fdt_child(struct kstd_cursor *c, struct kstd_tok *tok)
{
	while (kstd_fdt_next(c, tok) == KSTD_TOK_PROP)
		;
	return tok->type == KSTD_TOK_NODE;
}

bool kstd_fdt_prop(const struct kstd_cursor *c, const char *name, struct kstd_span *value)
{
	struct kstd_cursor copy = *c;
	struct kstd_tok tok;

	while (kstd_fdt_next(&copy, &tok) == KSTD_TOK_PROP) {
		if (!strcmp(tok.name, name)) {
			*value = tok.value;
			return true;
		}
	}
	return false;
}

const char *kstd_fdt_str(const struct kstd_span *value)
{
	struct kstd_span s = *value;
	const char *str;
	size_t len;

	return kstd_span_str(&s, &str, &len) && !s.len ? str : NULL;
}

uint32_t kstd_fdt_crc(uint32_t crc, const struct kstd_cursor *c)
{
	struct kstd_cursor copy = *c;
	struct kstd_tok tok;

	while (kstd_fdt_next(&copy, &tok) == KSTD_TOK_PROP) {
		if (!strcmp(tok.name, PROP_CRC))
			continue;
		crc = kstd_crc_add(crc, tok.name, tok.name_len + 1);
		crc = kstd_crc_be32(crc, tok.value.len);
		crc = kstd_crc_add(crc, tok.value.p, tok.value.len);
	}
	return crc;
}
