// SPDX-License-Identifier: GPL-2.0
/*
 * trace.bpf.c - the program in the kernel: it filters and counts the events of kstate
 *
 * Each event has a program on the BTF of its tracepoint, which gets the arguments of the event.
 * Each function of KHO and LUO has a pair of programs (fentry, fexit); one pair of kprobes is for
 * all functions, in kernels where fentry cannot be attached.
 */

#include <linux/bpf.h>
#include <linux/types.h>
#include <stdbool.h>

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#include "count.h"
#include "kernel_types.h"

#define MAX_TASKS	4096
#define MAX_FILTERS	64
#define MAX_ERRNO	4095

char LICENSE[] SEC("license") = "GPL";

const volatile struct settings settings;

/* User space reads these in .bss. */
struct total totals[NR_RECORD_KINDS];
struct share shares[NR_WHERE][NR_GROUPS];
struct lost lost;
struct row call_rows[NR_FUNCTIONS];

/* A row of zeros: 1.3 KiB do not fit on the stack. */
static const struct row no_row;

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct row_key);
	__type(value, struct row);
} rows SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_FILTERS);
	__type(key, char[RECORD_NAME]);
	__type(value, __u8);
} names SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_FILTERS);
	__type(key, __u32);
	__type(value, __u8);
} ids SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_TASKS);
	__type(key, __u32);
	__type(value, struct task);
} tasks SEC(".maps");

struct call_key {
	__u32 pid;
	__u32 fn;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_TASKS);
	__type(key, struct call_key);
	__type(value, __u64);
} calls SEC(".maps");

static __u32 pid(void)
{
	return bpf_get_current_pid_tgid();
}

static struct task *task_get(__u32 id)
{
	struct task *t = bpf_map_lookup_elem(&tasks, &id), none = {};

	if (t)
		return t;
	bpf_map_update_elem(&tasks, &id, &none, BPF_NOEXIST);
	return bpf_map_lookup_elem(&tasks, &id);
}

static void task_put(__u32 id, const struct task *t)
{
	if (!t->depth && t->where == WHERE_OUTSIDE)
		bpf_map_delete_elem(&tasks, &id);
}

static bool passes(const struct record *r)
{
	/* A copy: the compiler would take a const that is 0 in the source for 0. */
	struct settings wanted = settings;

	if (!count_wants(&wanted, r))
		return false;
	if (settings.names && !bpf_map_lookup_elem(&names, r->name))
		return false;
	return !settings.ids || bpf_map_lookup_elem(&ids, &r->id);
}

static struct row *row_get(const struct row_key *key)
{
	struct row *row = bpf_map_lookup_elem(&rows, key);

	if (row)
		return row;
	bpf_map_update_elem(&rows, key, &no_row, BPF_NOEXIST);
	return bpf_map_lookup_elem(&rows, key);
}

static void add_row(const struct record *r)
{
	struct row_key key = { .id = r->id, .kind = r->kind };
	struct row *row;

	__builtin_memcpy(key.name, r->name, sizeof(key.name));
	if (!settings.by_name)
		key.instance = r->instance;
	row = row_get(&key);
	if (row)
		count_row(row, r);
	else
		__sync_fetch_and_add(&lost.rows, 1);
}

static void add_total(const struct record *r, __u64 wall)
{
	if (r->kind < NR_RECORD_KINDS)
		count_total(&totals[r->kind], r, wall);
}

/*
 * Waking user space takes longer than all the rest, and delays the save: do it at the end of a save
 * only, and when a quarter of the buffer is full. User space also looks into it every 200 ms.
 */
static __u64 wakeup(const struct record *r)
{
	if (r->kind == RECORD_SAVE_END ||
	    bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA) * 4 >
	    bpf_ringbuf_query(&ring, BPF_RB_RING_SIZE))
		return BPF_RB_FORCE_WAKEUP;
	return BPF_RB_NO_WAKEUP;
}

static void hand_on(const struct record *r)
{
	if (bpf_ringbuf_output(&ring, (void *)r, sizeof(*r), wakeup(r)))
		__sync_fetch_and_add(&lost.ring, 1);
}

static void count_and_show(const struct record *r, __u64 wall)
{
	add_total(r, wall);
	if (!passes(r))
		return;
	if (settings.kinds >> r->kind & 1)
		hand_on(r);
	if (settings.rows && count_has_row(r))
		add_row(r);
}

/* The arguments of an event's begin and end: see include/trace/events/kstate.h. */
enum { NAME, ID, INSTANCE, VERSION, BYTES, NS, ERROR, DONE };

static void fill_record(struct record *r, const __u64 *arg, enum record_kind kind)
{
	r->time = bpf_ktime_get_ns();
	r->kind = kind;
	r->pid = pid();
	r->id = arg[ID];
	r->instance = arg[INSTANCE];
	bpf_probe_read_kernel_str(r->name, sizeof(r->name), (const void *)arg[NAME]);
}

static int begin_call(const __u64 *arg, enum record_kind kind, enum record_where where)
{
	struct record r = {};
	struct task *t;

	fill_record(&r, arg, kind);
	r.done = 1;
	t = task_get(r.pid);
	if (t) {
		t->where = where;
		t->began = r.time;
	}
	count_and_show(&r, 0);
	return 0;
}

static void fill_end(struct record *r, const __u64 *arg, enum record_kind kind)
{
	fill_record(r, arg, kind);
	r->version = arg[VERSION];
	r->bytes = arg[BYTES];
	r->ns = arg[NS];
	r->error = (__s32)arg[ERROR];
	r->done = (__u8)arg[DONE];
}

static int end_section(const __u64 *arg, enum record_kind kind)
{
	struct record r = {};

	fill_end(&r, arg, kind);
	count_and_show(&r, 0);
	return 0;
}

static int end_call(const __u64 *arg, enum record_kind kind)
{
	struct record r = {};
	__u64 wall = 0;
	struct task *t;
	__u32 id;

	fill_end(&r, arg, kind);
	id = r.pid;
	t = bpf_map_lookup_elem(&tasks, &id);
	if (t) {
		wall = r.time - t->began;
		t->where = WHERE_OUTSIDE;
		task_put(id, t);
	}
	count_and_show(&r, wall);
	return 0;
}

SEC("tp_btf/kstate_save_begin")
int save_begin(__u64 *arg)
{
	return begin_call(arg, RECORD_SAVE_BEGIN, WHERE_SAVE);
}

SEC("tp_btf/kstate_section_save")
int section_save(__u64 *arg)
{
	return end_section(arg, RECORD_SECTION_SAVE);
}

SEC("tp_btf/kstate_save_end")
int save_end(__u64 *arg)
{
	return end_call(arg, RECORD_SAVE_END);
}

SEC("tp_btf/kstate_restore_begin")
int restore_begin(__u64 *arg)
{
	return begin_call(arg, RECORD_RESTORE_BEGIN, WHERE_RESTORE);
}

SEC("tp_btf/kstate_section_restore")
int section_restore(__u64 *arg)
{
	return end_section(arg, RECORD_SECTION_RESTORE);
}

SEC("tp_btf/kstate_restore_end")
int restore_end(__u64 *arg)
{
	return end_call(arg, RECORD_RESTORE_END);
}

/* What a function returns when it fails, see functions.def. */
enum { INT, PTR, VOID };

static const struct {
	__u32 group;
	__u32 failure;
} functions[] = {
#define X(name, group, failure) { GROUP_##group, failure },
#include "functions.def"
#undef X
};

static int enter(__u32 fn)
{
	struct call_key key = { pid(), fn };
	__u64 now = bpf_ktime_get_ns();
	struct task *t = task_get(key.pid);

	if (!t || bpf_map_update_elem(&calls, &key, &now, BPF_NOEXIST)) {
		__sync_fetch_and_add(&lost.calls, 1);
		return 0;
	}
	if (!t->depth++)
		t->outer = now;
	return 0;
}

static __s32 error_of(__u32 failure, __u64 ret)
{
	if (failure == INT && (__s32)ret < 0)
		return (__s32)ret;
	if (failure == PTR && !ret)
		return -12; /* -ENOMEM: the likely reason for NULL */
	if (failure == PTR && ret >= (__u64)-MAX_ERRNO)
		return (__s32)ret;
	return 0;
}

static void add_share(__u32 where, __u32 group, __u64 ns)
{
	__u32 i = where * NR_GROUPS + group;
	struct share *share;

	/*
	 * Keep the compiler from computing the index twice: the verifier must see the one compared.
	 */
	asm volatile("" : "+r"(i));
	if (i >= NR_WHERE * NR_GROUPS)
		return;
	share = &shares[0][0] + i;
	__sync_fetch_and_add(&share->calls, 1);
	__sync_fetch_and_add(&share->ns, ns);
}

static void close_call(__u32 id, __u32 group, __u64 now)
{
	struct task *t = bpf_map_lookup_elem(&tasks, &id);

	if (!t || !t->depth)
		return;
	if (!--t->depth)
		add_share(t->where, group, now - t->outer);
	task_put(id, t);
}

static int leave_function(__u32 fn, __u64 ret)
{
	struct call_key key = { pid(), fn };
	struct record r = { .kind = RECORD_CALL, .id = fn, .pid = key.pid };
	__u64 *start;

	if (fn >= NR_FUNCTIONS)
		return 0;
	start = bpf_map_lookup_elem(&calls, &key);
	if (!start)
		return 0;
	r.time = bpf_ktime_get_ns();
	r.ns = r.time - *start;
	r.error = error_of(functions[fn].failure, ret);
	r.done = !r.error;
	bpf_map_delete_elem(&calls, &key);
	close_call(key.pid, functions[fn].group, r.time);
	count_row(&call_rows[fn], &r);
	if (settings.kinds >> RECORD_CALL & 1 && r.ns >= settings.min_ns)
		hand_on(&r);
	return 0;
}

#define X(name, group, failure)						\
	SEC("fentry/" #name)						\
	int enter_##name(__u64 *ctx)					\
	{								\
		return enter(FN_##name);				\
	}								\
									\
	SEC("fexit/" #name)						\
	int leave_##name(__u64 *ctx)					\
	{								\
		__u64 ret = 0;						\
									\
		if (failure != VOID)					\
			bpf_get_func_ret(ctx, &ret);			\
		return leave_function(FN_##name, ret);				\
	}
#include "functions.def"
#undef X

/* The return value of a function, in the registers of the machine. */
static __u64 returned(void *ctx)
{
	struct pt_regs___x86 *x86 = ctx;
	struct pt_regs___arm64 *arm64 = ctx;

	if (bpf_core_field_exists(x86->ax))
		return BPF_CORE_READ(x86, ax);
	if (bpf_core_field_exists(arm64->regs))
		return BPF_CORE_READ(arm64, regs[0]);
	return 0;
}

SEC("kprobe")
int call_enter(void *ctx)
{
	return enter(bpf_get_attach_cookie(ctx));
}

SEC("kretprobe")
int call_leave(void *ctx)
{
	return leave_function(bpf_get_attach_cookie(ctx), returned(ctx));
}
