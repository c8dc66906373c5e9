/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: the Live Update Orchestrator
 *
 * What user space preserves through /dev/liveupdate: sessions by name, in each of
 * them files by token, and objects bound to the life of files (FLBs). Formats:
 * include/linux/kho/abi/luo.h; everything packed, integers in the byte order of the
 * machine. What differs from version to version: kho/formats.h.
 *
 * The subtree is an FDT until luo-v2: "liveupdate-number" u64; a node "luo-session",
 * compatible with "luo-session-v2", with "luo-session-header", the u64 address of the
 * sessions; from Linux 7.0 on a node "luo-flb", compatible with "luo-flb-v1", with
 * "luo-flb-header", the u64 address of the page of FLBs. From luo-v3 on it is &struct
 * luo_ser: char compatible[8] (the string's length, rounded up to 8), u64 number of
 * this live update, u64 address of sessions, u64 address of the page of FLBs.
 *
 * A session, 80 bytes: char name[64], u64 address of its files, u64 number of files.
 * A file, 64 bytes: char compatible[48] of its handler, u64 data that only the
 * handler understands, u64 token. They are entries of a chain of blocks or of an
 * array: that of sessions has 16 pages and begins with the u64 number of sessions,
 * that of files has 2 pages. The page of FLBs: u64 number of pages, u64 number of
 * FLBs, and 64 bytes for each: char name[48], u64 data, u64 number of files that need
 * it.
 *
 * When there is what to read:
 *   - the sessions are written during the kexec and not before: the address of the
 *     chain of sessions is 0 until then, the number of the array's; only the
 *     kernel's own structures know them
 *   - the next kernel frees struct luo_ser early in its boot, and the FDT never; what
 *     sessions are in when /dev/liveupdate is first opened, what files are in when
 *     the session is finished, and the page of FLBs never
 */

#ifndef KSTD_LUO_H
#define KSTD_LUO_H

#include "kho/chains.h"
#include "kho/formats.h"
#include "memory/blob.h"
#include "luo/kernel_structs.h"
#include "luo/memfd.h"
#include "luo/systemd.h"
#include "typed/typed.h"

#define KSTD_LUO_PREFIX		"luo-v"
#define KSTD_LUO_COMPATIBLE	"luo-v5"
#define KSTD_LUO_COMPAT		8
#define KSTD_LUO_SER_BYTES	32
#define KSTD_LUO_NAME_MAX	64	/* of a version string */
#define KSTD_LUO_ARRAY_HEADER	8
#define KSTD_LUO_ARRAY_PAGES	16	/* of sessions */
#define KSTD_LUO_FILES_PAGES	2
#define KSTD_LUO_SESSION_NAME	64
#define KSTD_LUO_SESSION_BYTES	80
#define KSTD_LUO_HANDLER	48
#define KSTD_LUO_FILE_BYTES	64
#define KSTD_LUO_FLB_BYTES	64

/* No machine has more, and it bounds the time of a loop. */
#define KSTD_LUO_MAX_PAGES	(1u << 22)

/**
 * enum kstd_luo_from - what sessions are read from
 * @KSTD_LUO_NOWHERE: there is nothing to read
 * @KSTD_LUO_BLOCKS: serialized blocks, found through struct luo_ser or the kernel
 * @KSTD_LUO_KERNEL: the kernel's own structures
 * @KSTD_LUO_SCAN: memory that looks like serialized blocks
 */
enum kstd_luo_from {
	KSTD_LUO_NOWHERE,
	KSTD_LUO_BLOCKS,
	KSTD_LUO_KERNEL,
	KSTD_LUO_SCAN,
};

/**
 * struct kstd_luo_side - the LUO of a side
 * @where: its place, for defects
 * @format: its version; NULL if @released
 * @released: the subtree's memory is not LUO's any more; the next four are 0
 * @number: of this live update
 * @sessions: physical address of the first block of sessions, 0 for none, or of their
 *            array
 * @nr_sessions: entries of the array
 * @flbs: physical address of the page of FLBs, 0 for none
 * @number_at, @sessions_at, @flbs_at: offsets of the three in the subtree
 * @flbs_unread: where the page of FLBs is could not be read: @flbs is 0, and there may be one
 * @no_flbs: the kernel that wrote it has no FLBs
 * @flbs_from_kernel: it is not written yet: the kernel's list has them
 * @kernel: its structures; NULL if they were not needed or not found
 * @reused: the memory of the array of sessions was freed and is something else
 * @finished: the kernel has no sessions any more
 * @heads: first blocks of chains that look like those of sessions, @nr_heads of them
 * @visited: pages of chains, each with its chain: no page belongs to two chains
 * @names: the names that systemd gives to files and sessions; may be empty
 * @names_cut: they could not be read, or not all: who has no name here may have one
 */
struct kstd_luo_side {
	struct kstd_luo_side *next;
	struct kstd_dump *dump;
	const struct kstd_blob *blob;
	const struct kstd_where *where;
	const struct kstd_luo_format *format;
	bool big;
	bool released;
	uint64_t number;
	uint64_t sessions;
	uint64_t nr_sessions;
	uint64_t flbs;
	uint64_t number_at;
	uint64_t sessions_at;
	uint64_t flbs_at;
	bool flbs_unread;
	bool no_flbs;
	bool flbs_from_kernel;
	bool reused;
	bool finished;
	struct kstd_luo_kernel *kernel;
	enum kstd_luo_from from;
	uint64_t *heads;
	size_t nr_heads;
	struct kstd_visited visited;
	struct kstd_fd_names names;
	bool names_read;
	bool names_cut;
};

/* Is a loaded blob of LUO, by its first bytes or its name? */
bool kstd_luo_probe(const struct kstd_blob *blob);

/**
 * kstd_luo_open - the LUO of a subtree; the same one every time
 * @blob: its subtree, loaded
 * @luo: where to put it; lives as long as the dump
 *
 * Return: 0, also if the subtree's memory was released; -KSTD_INPUT: another
 * version, too short; -KSTD_ENVIRONMENT: no memory.
 */
int kstd_luo_open(struct kstd_dump *dump, const struct kstd_blob *blob, struct kstd_luo_side **luo);

/* luo_root.c: read the subtree. Returns as kstd_luo_open(). */
int kstd_luo_read_root(struct kstd_luo_side *luo);

/* Why it is not known which FLBs there are: a clause, without a report. NULL if it is known. */
const char *kstd_luo_flbs_why(const struct kstd_luo_side *luo);

/* Report why only the subtree itself is shown, if that is so. */
void kstd_luo_explain(struct kstd_luo_side *luo);

/*
 * Count as not known, without a report, what kstd_luo_explain() would: something was not found in
 * any LUO.
 */
void kstd_luo_missed(struct kstd_dump *dump);

/**
 * kstd_luo_next - the LUO of the next subtree that can be read
 * @after: the LUO of the one before; NULL for the first
 *
 * A subtree that cannot be read is a defect, and is skipped.
 *
 * Return: NULL after the last.
 */
struct kstd_luo_side *kstd_luo_next(struct kstd_dump *dump, const struct kstd_luo_side *after);

/**
 * enum kstd_luo_state - what became of a session or file
 * @KSTD_LUO_UNKNOWN: what it was read from does not say it
 * @KSTD_LUO_UNREAD: what says it could not be read, which was reported
 */
enum kstd_luo_state {
	KSTD_LUO_UNKNOWN,
	KSTD_LUO_UNREAD,
	KSTD_LUO_WAITING,	/* not retrieved */
	KSTD_LUO_RETRIEVED,
	KSTD_LUO_FAILED,	/* to be retrieved */
};

/**
 * struct kstd_luo_session - a session
 * @name: ends in NUL
 * @label: "session NAME", for places
 * @i: number of the session, from 0 on
 * @at: physical address of its name, @count_at of the number of files
 * @count: files that it says it has
 * @files: physical address of the first block of files; of a session of the kernel's,
 *         of its struct luo_file_set
 */
struct kstd_luo_session {
	char name[KSTD_LUO_SESSION_NAME];
	size_t name_len;
	char label[KSTD_SAFE + 16];
	uint64_t i;
	uint64_t at;
	uint64_t count_at;
	uint64_t count;
	uint64_t files;
	enum kstd_luo_state state;
};

/**
 * struct kstd_luo_file - a file of a session
 * @label: "token 0x7", for places
 * @handler: compatible string, @handler_len bytes; 0 if it has none, or if @handler_unread
 * @handler_unread: it could not be read, which was reported: the file may be of any handler
 * @at: physical address of it or of its file, @data_at and @token_at of these
 * @error: of %KSTD_LUO_FAILED, negative
 */
struct kstd_luo_file {
	char handler[KSTD_LUO_HANDLER];
	size_t handler_len;
	bool handler_unread;
	char label[32];
	uint64_t i;
	uint64_t at;
	uint64_t data_at;
	uint64_t token_at;
	uint64_t data;
	uint64_t token;
	enum kstd_luo_state state;
	int error;
};

struct kstd_luo_flb {
	char name[KSTD_LUO_HANDLER];
	size_t name_len;
	uint64_t at;
	uint64_t data_at;
	uint64_t count_at;
	uint64_t data;
	uint64_t count;
};

/**
 * struct kstd_luo_walk - a place among sessions, or among the files of one
 * @where: of LUO, or of the session; outlives the walk
 * @i: how many were given so far
 * @count: how many files there should be
 * @head: which of luo->heads comes next
 * @refs, @owner: as they were given
 */
struct kstd_luo_walk {
	struct kstd_luo_side *luo;
	const struct kstd_where *where;
	struct kstd_blocks blocks;
	struct kstd_klist list;
	uint64_t i;
	uint64_t count;
	size_t head;
	struct kstd_refs *refs;
	const char *owner;
};

/* @refs: gets the blocks, with @owner as their owner; may be NULL. */
void kstd_sessions_begin(struct kstd_luo_walk *w, struct kstd_luo_side *luo, struct kstd_refs *refs,
			 const char *owner);
bool kstd_sessions_next(struct kstd_luo_walk *w, struct kstd_luo_session *s);
void kstd_sessions_end(struct kstd_luo_walk *w);

void kstd_files_begin(struct kstd_luo_walk *w, struct kstd_luo_side *luo,
		      const struct kstd_luo_session *s, const struct kstd_where *where,
		      struct kstd_refs *refs, const char *owner);
bool kstd_files_next(struct kstd_luo_walk *w, struct kstd_luo_file *f);
void kstd_files_end(struct kstd_luo_walk *w);

/* Does @f lead to the state of a memfd, and is that still there? */
enum kstd_truth kstd_file_is_memfd(const struct kstd_luo_side *luo, const struct kstd_luo_file *f);

/**
 * kstd_file_memfd - the state of a file that is a memfd
 * @s: the session of @f
 * @where: of the file
 *
 * Return: false if it cannot be read, which is a defect.
 */
bool kstd_file_memfd(struct kstd_luo_side *luo, const struct kstd_luo_session *s,
		     const struct kstd_luo_file *f, const struct kstd_where *where,
		     struct kstd_memfd *m);

/**
 * kstd_file_typed - the data of a file of which no decoder knows anything
 * @where: of the file; why it is not known although somebody says of which type it is, is
 *         reported there
 * @t: set to what it is
 *
 * Return: false if nobody says of which type it is, or the kernel has taken it back.
 */
bool kstd_file_typed(const struct kstd_luo_side *luo, const struct kstd_luo_file *f,
		     const struct kstd_where *where, struct kstd_typed *t);

/**
 * kstd_luo_each_file - files by name, of all sides
 * @text: "SESSION.TOKEN", and after a dot or a bracket whatever the caller takes it for
 * @found: called for each file that this names; @rest is what follows, "" if nothing does; valid
 *         until it returns
 *
 * Return: how many there are.
 */
size_t kstd_luo_each_file(struct kstd_dump *dump, const char *text,
			  void (*found)(void *arg, struct kstd_luo_side *luo,
					const struct kstd_luo_file *f,
					const struct kstd_where *where, const char *rest),
			  void *arg);

/* The same of an FLB. */
bool kstd_flb_typed(const struct kstd_luo_side *luo, const struct kstd_luo_flb *f,
		    const struct kstd_where *where, struct kstd_typed *t);

/**
 * struct kstd_flb_walk - a place among the FLBs
 * @s: what is left of their page
 * @left: how many there are
 * @cut: not all could be read
 * @refs, @owner: of kstd_flbs_begin()
 */
struct kstd_flb_walk {
	struct kstd_luo_side *luo;
	uint8_t *page;
	struct kstd_span s;
	uint64_t left;
	struct kstd_klist list;
	bool cut;
	struct kstd_refs *refs;
	const char *owner;
};

void kstd_flbs_begin(struct kstd_flb_walk *w, struct kstd_luo_side *luo, struct kstd_refs *refs,
		     const char *owner);
bool kstd_flbs_next(struct kstd_flb_walk *w, struct kstd_luo_flb *f);
void kstd_flbs_end(struct kstd_flb_walk *w);

/* The text of a fixed array, up to the NUL that must be in it; its length, 0 if there is none. */
size_t kstd_luo_text(struct kstd_span *s, size_t size, char *out);

/* luo_scan.c: find luo->heads; is the array of sessions still that? */
void kstd_luo_scan(struct kstd_luo_side *luo);
bool kstd_luo_is_array(const struct kstd_luo_side *luo);

/* luo_kernel.c: the same from the kernel's own structures. */
void kstd_luo_kernel_sessions_begin(struct kstd_luo_walk *w, struct kstd_refs *refs,
				    const char *owner);
bool kstd_luo_kernel_sessions_next(struct kstd_luo_walk *w, struct kstd_luo_session *s);
void kstd_luo_kernel_files_begin(struct kstd_luo_walk *w, const struct kstd_luo_session *s,
				 struct kstd_refs *refs, const char *owner);
bool kstd_luo_kernel_files_next(struct kstd_luo_walk *w, struct kstd_luo_file *f);
void kstd_luo_kernel_flbs_begin(struct kstd_flb_walk *w);
bool kstd_luo_kernel_flbs_next(struct kstd_flb_walk *w, struct kstd_luo_flb *f);

/* Add the memory that is needed to find and read these structures, if @refs wants it. */
void kstd_luo_kernel_refs(struct kstd_luo_side *luo, struct kstd_refs *refs, const char *owner);

/* What the kernel knows of what it was handed over: the first block of sessions, 0 once it has
 * read them; how many sessions it has read and not finished. Sets @luo->flbs, flbs_unread. */
bool kstd_luo_kernel_incoming(struct kstd_luo_side *luo, uint64_t *sessions, uint64_t *count);

/**
 * struct kstd_luo_select - which sessions and files
 * @session: NULL for all
 */
struct kstd_luo_select {
	const char *session;
	bool has_token;
	uint64_t token;
};

/* luo_node.c: sessions, files and FLBs as lists that are made while they are iterated over. */
void kstd_luo_put(struct kstd_luo_side *luo, const struct kstd_luo_select *sel,
		  struct kstd_node *into);

/* Its parts: the name that systemd gives (NULL if none), the handler and state of a file. */
void kstd_luo_put_name(struct kstd_arena *a, struct kstd_node *into,
		       const struct kstd_luo_side *luo, const struct kstd_fd_name *name);
void kstd_luo_put_state(struct kstd_arena *a, struct kstd_node *into,
			const struct kstd_luo_file *f);
void kstd_luo_put_handler(struct kstd_arena *a, struct kstd_node *into,
			  const struct kstd_luo_file *f);
const struct kstd_fd_name *kstd_luo_file_name(const struct kstd_luo_side *luo,
					      const struct kstd_luo_session *s,
					      const struct kstd_luo_file *f);

/* luo_names.c: read the mapping of systemd, if there is one; errors in it are defects. */
void kstd_luo_read_names(struct kstd_luo_side *luo);

#endif
