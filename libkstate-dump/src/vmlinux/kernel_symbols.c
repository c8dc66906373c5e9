// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/*
 * The kernel's table of symbols in its memory, as scripts/kallsyms.c writes it.
 * kallsyms_names holds, for each symbol, the length of its compressed name (one
 * byte, or two if the first has its top bit set: seven bits, then the rest) and
 * as many bytes; each of these is an index into kallsyms_token_table, at the
 * place that kallsyms_token_index gives. The first letter is the type.
 *
 * kallsyms_offsets: since Linux 7.x from the place of each entry itself; before
 * that from kallsyms_relative_base, which VMCOREINFO then names, too.
 */

#include <stdlib.h>

#include "base/alloc.h"
#include "vmlinux/kernel_virt.h"

#define MAX_SYMBOLS	(4U << 20)
#define TOKENS		256
#define TOKEN_TABLE	(64UL << 10)	/* a token has 512 bytes at most, and few have many */
#define CHUNK		(64UL << 10)
#define STEP		4096
#define NAME_MAX_LEN	512

/**
 * struct table - the table that is read
 * @names: virtual addresses of its parts; @base is 0 if there is none
 * @tokens: kallsyms_token_table, NUL-terminated
 * @index: kallsyms_token_index
 * @buf: a part of kallsyms_names, @len bytes, of which @at are done
 * @next: virtual address of what follows
 */
struct table {
	struct kstd_dump *dump;
	uint64_t names;
	uint64_t count;
	uint64_t token_table;
	uint64_t token_index;
	uint64_t offsets;
	uint64_t base;
	char tokens[TOKEN_TABLE + 1];
	uint16_t index[TOKENS];
	uint8_t buf[CHUNK];
	size_t len;
	size_t at;
	uint64_t next;
};

static bool get_symbol(const struct kstd_core *core, const char *key, uint64_t *va)
{
	struct kstd_span value;

	return kstd_vmcoreinfo(core, key, &value) && kstd_hex(value.p, value.len, va);
}

/* Copy up to @len bytes: adjacent virtual memory need not be adjacent physical memory. */
static size_t read_virt(struct kstd_dump *dump, uint64_t va, void *buf, size_t len)
{
	enum kstd_avail there;
	size_t done = 0;
	uint64_t pa;

	while (done < len && kstd_virt(dump, va + done, &pa)) {
		size_t n = STEP - (va + done) % STEP;

		n = dump->phys->ops->read(dump->phys, pa, (uint8_t *)buf + done,
					  n < len - done ? n : len - done, &there);
		if (there != KSTD_AVAIL_PRESENT)
			break;
		done += n;
	}
	return done;
}

static bool next_byte(struct table *t, uint8_t *byte)
{
	if (t->at == t->len) {
		t->len = read_virt(t->dump, t->next, t->buf, CHUNK);
		t->next += t->len;
		t->at = 0;
	}
	if (!t->len)
		return false;
	*byte = t->buf[t->at++];
	return true;
}

/* The next name, without its type; long ones are cut. */
static bool next_name(struct table *t, char *name)
{
	size_t len, n = 0;
	uint8_t byte;

	if (!next_byte(t, &byte))
		return false;
	len = byte & 0x7f;
	if (byte & 0x80) {
		if (!next_byte(t, &byte))
			return false;
		len |= (size_t)byte << 7;
	}
	while (len--) {
		if (!next_byte(t, &byte))
			return false;
		for (const char *s = t->tokens + t->index[byte]; *s && n < NAME_MAX_LEN; s++)
			name[n++] = *s;
	}
	name[n] = 0;
	return true;
}

static bool address(struct table *t, uint64_t i, uint64_t *va)
{
	uint64_t at = t->offsets + 4 * i, base = at;
	uint8_t raw[4];
	uint32_t off;

	if (read_virt(t->dump, at, raw, sizeof(raw)) != sizeof(raw))
		return false;
	off = kstd_bytes_int(raw, sizeof(raw), t->dump->phys->big);
	if (!t->base) {
		*va = base + (int32_t)off;
		return true;
	}
	if (!kstd_virt_u64(t->dump, t->base, &base))
		return false;
	*va = base + off;
	return true;
}

static bool open_table(struct table *t, uint32_t *count)
{
	const struct kstd_core *core = kstd_core_of(t->dump);
	uint8_t raw[2 * TOKENS];

	get_symbol(core, "SYMBOL(kallsyms_relative_base)", &t->base);
	if (!get_symbol(core, "SYMBOL(kallsyms_names)", &t->names) ||
	    !get_symbol(core, "SYMBOL(kallsyms_num_syms)", &t->count) ||
	    !get_symbol(core, "SYMBOL(kallsyms_token_table)", &t->token_table) ||
	    !get_symbol(core, "SYMBOL(kallsyms_token_index)", &t->token_index) ||
	    !get_symbol(core, "SYMBOL(kallsyms_offsets)", &t->offsets) ||
	    read_virt(t->dump, t->count, raw, 4) != 4)
		return false;
	*count = kstd_bytes_int(raw, 4, t->dump->phys->big);
	if (*count > MAX_SYMBOLS ||
	    read_virt(t->dump, t->token_index, raw, sizeof(raw)) != sizeof(raw) ||
	    !read_virt(t->dump, t->token_table, t->tokens, TOKEN_TABLE))
		return false;
	for (size_t i = 0; i < TOKENS; i++)
		t->index[i] = kstd_bytes_int(raw + 2 * i, 2, t->dump->phys->big);
	t->next = t->names;
	return true;
}

static size_t find_symbols(struct table *t, uint32_t count, struct kstd_symbol *v, size_t nr)
{
	char name[NAME_MAX_LEN + 1];
	size_t found = 0;

	for (uint32_t i = 0; i < count && next_name(t, name); i++)
		for (size_t j = 0; j < nr && *name; j++)
			if (!v[j].va && !strcmp(name + 1, v[j].name) && address(t, i, &v[j].va))
				found++;
	return found;
}

size_t kstd_kallsyms(struct kstd_dump *dump, struct kstd_symbol *v, size_t nr)
{
	struct table *t = kstd_calloc(1, sizeof(*t));
	size_t found = 0;
	uint32_t count;

	if (!t)
		return 0;
	t->dump = dump;
	if (kstd_core_of(dump)->vmcoreinfo.len && open_table(t, &count))
		found = find_symbols(t, count, v, nr);
	free(t);
	return found;
}
