// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>

#include "live_load.h"

/* How functions are timed. */
enum means {
	MEANS_FENTRY,	/* and kprobes for functions where fentry cannot be attached */
	MEANS_KPROBE,
	MEANS_NONE,
};

static const char *const functions[NR_FUNCTIONS] = {
#define X(name, group, failure) #name,
#include "functions.def"
#undef X
};

#define NR_EVENTS	6
#define PROGRAM_NAME	64

static void events_of(struct trace_bpf *bpf, struct bpf_program **p)
{
	p[0] = bpf->progs.save_begin;
	p[1] = bpf->progs.section_save;
	p[2] = bpf->progs.save_end;
	p[3] = bpf->progs.restore_begin;
	p[4] = bpf->progs.section_restore;
	p[5] = bpf->progs.restore_end;
}

/* The program that runs when a function begins ("enter") or ends ("leave"). */
static struct bpf_program *program_of(struct trace_bpf *bpf, const char *when, size_t fn)
{
	char name[PROGRAM_NAME];

	snprintf(name, sizeof(name), "%s_%s", when, functions[fn]);
	return bpf_object__find_program_by_name(bpf->obj, name);
}

static bool in_btf(const struct btf *btf, const char *function)
{
	return btf && btf__find_by_name_kind(btf, function, BTF_KIND_FUNC) > 0;
}

/* Choose the programs to load: one for a function that the kernel lacks would make all fail. */
static void choose_programs(struct trace_bpf *bpf, enum means means)
{
	struct btf *btf = means == MEANS_FENTRY ? btf__load_vmlinux_btf() : NULL;

	for (size_t i = 0; i < NR_FUNCTIONS; i++) {
		bool load_program = in_btf(btf, functions[i]);

		bpf_program__set_autoload(program_of(bpf, "enter", i), load_program);
		bpf_program__set_autoload(program_of(bpf, "leave", i), load_program);
	}
	bpf_program__set_autoload(bpf->progs.call_enter, means != MEANS_NONE);
	bpf_program__set_autoload(bpf->progs.call_leave, means != MEANS_NONE);
	btf__free(btf);
}

static struct trace_bpf *load_program(const struct trace_opts *o, enum means means)
{
	struct trace_bpf *bpf = trace_bpf__open();
	int err;

	if (!bpf)
		return NULL;
	bpf->rodata->settings = o->agg->settings;
	bpf_map__set_max_entries(bpf->maps.ring, o->ring);
	bpf_map__set_max_entries(bpf->maps.rows, o->agg->settings.rows ? o->agg->max_rows : 1);
	choose_programs(bpf, means);
	err = trace_bpf__load(bpf);
	if (!err)
		return bpf;
	trace_bpf__destroy(bpf);
	errno = -err;
	return NULL;
}

static int set_filters(struct trace_bpf *bpf, const struct agg *a)
{
	__u8 yes = 1;
	int err = 0;

	for (__u32 i = 0; !err && i < a->settings.names; i++)
		err = bpf_map__update_elem(bpf->maps.names, a->names[i], RECORD_NAME, &yes,
					   sizeof(yes), BPF_ANY);
	for (__u32 i = 0; !err && i < a->settings.ids; i++)
		err = bpf_map__update_elem(bpf->maps.ids, &a->ids[i], sizeof(a->ids[i]), &yes,
					   sizeof(yes), BPF_ANY);
	return err;
}

static int keep_link(struct loaded *l, struct bpf_link *link)
{
	if (!link)
		return -errno;
	l->links[l->nr++] = link;
	return 0;
}

static int attach_events(struct loaded *l)
{
	struct bpf_program *p[NR_EVENTS];
	int err = 0;

	events_of(l->bpf, p);
	for (size_t i = 0; !err && i < NR_EVENTS; i++)
		err = keep_link(l, bpf_program__attach(p[i]));
	return err;
}

/* Detach the links after the first @nr. */
static void drop_events(struct loaded *l, unsigned int nr)
{
	while (l->nr > nr)
		bpf_link__destroy(l->links[--l->nr]);
}

/* The program at the end is attached first: without a begin it counts nothing. */
static bool attach_fentry(struct loaded *l, size_t fn)
{
	struct bpf_program *leave = program_of(l->bpf, "leave", fn);
	unsigned int nr = l->nr;

	if (bpf_program__fd(leave) < 0)
		return false;
	if (keep_link(l, bpf_program__attach(leave)) ||
	    keep_link(l, bpf_program__attach(program_of(l->bpf, "enter", fn)))) {
		drop_events(l, nr);
		return false;
	}
	return true;
}

static bool attach_kprobe(struct loaded *l, size_t fn)
{
	LIBBPF_OPTS(bpf_kprobe_opts, opts, .bpf_cookie = fn, .retprobe = true);
	unsigned int nr = l->nr;

	if (bpf_program__fd(l->bpf->progs.call_leave) < 0)
		return false;
	if (keep_link(l, bpf_program__attach_kprobe_opts(l->bpf->progs.call_leave, functions[fn],
							 &opts)))
		return false;
	opts.retprobe = false;
	if (keep_link(l, bpf_program__attach_kprobe_opts(l->bpf->progs.call_enter, functions[fn],
							 &opts))) {
		drop_events(l, nr);
		return false;
	}
	return true;
}

/* Add notes about functions that are not timed, or timed by kprobes. */
static void note_functions(struct show *show, const struct loaded *l, const char *missing,
			   unsigned int kprobes, bool wanted_fentry)
{
	if (!l->timed)
		show_note(show, "no function of KHO or LUO can be timed here: the kernel lacks them, or CONFIG_FUNCTION_TRACER and CONFIG_KPROBES");
	else if (*missing)
		show_note(show, "not timed, since they cannot be found here: %s", missing);
	if (l->timed && kprobes && wanted_fentry)
		show_note(show, "%u functions are timed by kprobes, which take longer: fentry needs CONFIG_FUNCTION_TRACER",
			  kprobes);
}

static void attach_functions(struct loaded *l, struct show *show, enum means means)
{
	unsigned int kprobes = 0;
	char missing[600] = "";

	if (means == MEANS_NONE)
		return;
	for (size_t i = 0; i < NR_FUNCTIONS; i++) {
		if (means == MEANS_FENTRY && attach_fentry(l, i)) {
			l->timed++;
		} else if (attach_kprobe(l, i)) {
			l->timed++;
			kprobes++;
		} else {
			size_t len = strlen(missing);

			snprintf(missing + len, sizeof(missing) - len, "%s%s", len ? ", " : "",
				 functions[i]);
		}
	}
	note_functions(show, l, missing, kprobes, means == MEANS_FENTRY);
}

static enum means first_means(const struct trace_opts *o)
{
	if (o->no_kho || (!o->summary && !o->trace_event))
		return MEANS_NONE;
	return o->kprobes ? MEANS_KPROBE : MEANS_FENTRY;
}

int live_load(struct loaded *l, const struct trace_opts *o, struct show *show)
{
	enum means means = first_means(o);
	int err;

	*l = (struct loaded){ 0 };
	while (!(l->bpf = load_program(o, means)) && means < MEANS_NONE && errno != EPERM)
		means++;
	if (!l->bpf)
		return -errno;
	err = set_filters(l->bpf, o->agg);
	if (!err)
		err = attach_events(l);
	if (err) {
		live_unload(l);
		return err;
	}
	attach_functions(l, show, means);
	if (first_means(o) != MEANS_NONE && means == MEANS_NONE)
		show_note(show, "functions of KHO and LUO are not timed: the kernel takes neither fentry nor kprobes");
	return 0;
}

void live_detach(struct loaded *l)
{
	drop_events(l, 0);
}

void live_unload(struct loaded *l)
{
	live_detach(l);
	trace_bpf__destroy(l->bpf);
	l->bpf = NULL;
}

static void collect_rows(const struct loaded *l, struct agg *a)
{
	int fd = bpf_map__fd(l->bpf->maps.rows);
	struct row_key key, *last = NULL;
	struct row row;

	while (!bpf_map_get_next_key(fd, last, &key)) {
		last = &key;
		if (!bpf_map_lookup_elem(fd, &key, &row) && !agg_put(a, &key, &row))
			return;
	}
}

static void collect_calls(const struct loaded *l, struct agg *a)
{
	struct row_key key = { .kind = RECORD_CALL };

	for (size_t i = 0; i < NR_FUNCTIONS; i++) {
		const struct row *row = &l->bpf->bss->call_rows[i];

		if (!row->count)
			continue;
		memset(key.name, 0, sizeof(key.name));
		strncpy(key.name, functions[i], sizeof(key.name) - 1);
		if (!agg_put(a, &key, row))
			return;
	}
}

/* Events that no program saw; *@unread: of how many programs the kernel does not say it. */
static uint64_t missed(const struct loaded *l, uint64_t *unread)
{
	struct bpf_program *p[NR_EVENTS];
	uint64_t sum = 0;

	events_of(l->bpf, p);
	for (size_t i = 0; i < NR_EVENTS; i++) {
		struct bpf_prog_info info = { 0 };
		__u32 len = sizeof(info);

		if (bpf_obj_get_info_by_fd(bpf_program__fd(p[i]), &info, &len))
			(*unread)++;
		else
			sum += info.recursion_misses;
	}
	return sum;
}

/* Threads that are in a save or restore, which has begun and not ended so far. */
static uint64_t not_ended(const struct loaded *l, const struct agg *a)
{
	const struct total *t = a->totals;
	uint64_t begins = t[RECORD_SAVE_BEGIN].count + t[RECORD_RESTORE_BEGIN].count;
	uint64_t ends = t[RECORD_SAVE_END].count + t[RECORD_RESTORE_END].count;
	int fd = bpf_map__fd(l->bpf->maps.tasks);
	uint32_t key, *last = NULL;
	uint64_t inside = 0;
	struct task task;

	while (!bpf_map_get_next_key(fd, last, &key)) {
		last = &key;
		inside += !bpf_map_lookup_elem(fd, &key, &task) && task.where != WHERE_OUTSIDE;
	}
	/* The table of threads has an end, too. */
	return begins > ends && begins - ends > inside ? begins - ends : inside;
}

void live_collect(const struct loaded *l, struct agg *a)
{
	agg_reset(a);
	memcpy(a->totals, l->bpf->bss->totals, sizeof(a->totals));
	memcpy(a->shares, l->bpf->bss->shares, sizeof(a->shares));
	a->lost = l->bpf->bss->lost;
	a->unread = 0;
	a->lost.missed = missed(l, &a->unread);
	a->not_ended = not_ended(l, a);
	a->calls_timed = l->timed;
	if (a->settings.rows)
		collect_rows(l, a);
	collect_calls(l, a);
}
