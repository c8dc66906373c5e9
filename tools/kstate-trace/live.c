// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "live.h"
#include "live_load.h"
#include "../common/short.h"
#include "../common/text_value.h"

#define NS_PER_SECOND	1000000000ULL
#define NS_PER_MS	1000000ULL
#define LOOK_MS		200	/* time between two looks: an event does not wake the program */
#define CANNOT_RUN	127	/* the status that a shell returns for an unknown command */

/**
 * struct live - a run
 * @child: pid of the command; 0: none runs
 * @end: when to end, in ns of CLOCK_MONOTONIC; 0: never
 * @next: when the next report is due, likewise
 * @status: the exit status of the command
 */
struct live {
	const struct trace_opts *o;
	struct show *show;
	struct loaded loaded;
	struct ring_buffer *ring;
	int signals;
	pid_t child;
	uint64_t end;
	uint64_t next;
	int status;
	bool stop;
};

static bool verbose;

__attribute__((format(printf, 2, 0)))
static int print(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	return verbose ? vfprintf(stderr, fmt, ap) : 0;
}

static uint64_t now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * NS_PER_SECOND + t.tv_nsec;
}

static int one_record(void *arg, void *data, size_t size)
{
	struct live *live = arg;
	struct record r;

	if (size < sizeof(r))
		return 0;
	memcpy(&r, data, sizeof(r));
	r.name[RECORD_NAME - 1] = 0;
	if (live->o->events)
		trace_event_record(live->o->events, &r);
	if (r.kind < NR_RECORD_KINDS && live->o->shown >> r.kind & 1)
		live->show->ops->record(live->show, &r);
	return 0;
}

/* Signals are read from a file descriptor, so that poll() misses none. Returns it, or -1. */
static int take_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		return -1;
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void give_signals_back(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigprocmask(SIG_SETMASK, &set, NULL);
}

struct live *live_open(const struct trace_opts *o, struct show *show, struct env *env)
{
	struct live *live = short_if_null(calloc(1, sizeof(*live)));
	int err = live ? 0 : -ENOMEM;

	verbose = o->verbose;
	libbpf_set_print(print);
	if (!live) {
		env_refused(env, err);
		return NULL;
	}
	live->o = o;
	live->show = show;
	live->signals = take_signals();
	err = live->signals < 0 ? -errno : live_load(&live->loaded, o, show);
	if (!err) {
		live->ring = ring_buffer__new(bpf_map__fd(live->loaded.bpf->maps.ring), one_record,
					      live, NULL);
		err = live->ring ? 0 : -errno;
	}
	if (err) {
		env_refused(env, err);
		live_close(live);
		return NULL;
	}
	return live;
}

static int start_child(struct live *live)
{
	char **argv = live->o->command, text[500];

	if (!argv)
		return 0;
	live->child = fork();
	if (live->child < 0)
		return -errno;
	if (live->child)
		return 0;
	give_signals_back();
	execvp(argv[0], argv);
	snprintf(text, sizeof(text), "%.400s: %s", argv[0], strerror(errno));
	text_to_stderr("kstate-trace", text);
	_exit(CANNOT_RUN);
}

static void reap(struct live *live)
{
	int status;

	if (!live->child || waitpid(live->child, &status, WNOHANG) != live->child)
		return;
	live->child = 0;
	live->stop = true;
	live->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void read_signals(struct live *live)
{
	struct signalfd_siginfo info;

	while (read(live->signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGCHLD)
			reap(live);
		else
			live->stop = true;
	}
}

static uint64_t sooner(uint64_t a, uint64_t b)
{
	return !a ? b : !b ? a : a < b ? a : b;
}

/* Milliseconds until a report or the end is due, or until the next look; -1: forever. */
static int until_due(const struct live *live)
{
	uint64_t due = sooner(live->end, live->next), t = now(CLOCK_MONOTONIC);
	int look = live->o->agg->settings.kinds ? LOOK_MS : -1;

	if (!due)
		return look;
	if (due <= t)
		return 0;
	due = (due - t + NS_PER_MS - 1) / NS_PER_MS;
	if (look >= 0 && due > LOOK_MS)
		return look;
	return due < INT32_MAX ? due : INT32_MAX;
}

static void collect(struct live *live)
{
	live_collect(&live->loaded, live->o->agg);
}

static void report(struct live *live)
{
	struct budget budget = { .limit = live->o->budget };

	collect(live);
	budget_measure(&budget, live->o->agg);
	live->show->ops->report(live->show, live->o->agg, &budget);
}

/* If both are due, the report comes before the end. */
static void look_at_clock(struct live *live)
{
	uint64_t t = now(CLOCK_MONOTONIC);

	if (live->next && t >= live->next) {
		report(live);
		while (live->next <= t)
			live->next += live->o->interval;
	}
	if (live->end && t >= live->end)
		live->stop = true;
}

/* Wait for an event, a signal or the clock, and handle it. */
static void turn(struct live *live)
{
	struct pollfd fds[] = {
		{ .fd = ring_buffer__epoll_fd(live->ring), .events = POLLIN },
		{ .fd = live->signals, .events = POLLIN },
	};

	if (poll(fds, 2, until_due(live)) < 0 && errno != EINTR)
		live->stop = true;
	ring_buffer__consume(live->ring);
	if (fds[1].revents)
		read_signals(live);
	look_at_clock(live);
	buf_flush(&live->show->b);
	if (live->show->b.failed)
		live->stop = true;
}

static int child_status(struct live *live)
{
	if (!live->o->command || !live->status)
		return 0;
	if (live->status == CANNOT_RUN)
		return -ENOENT;
	show_note(live->show, "the command ended with status %d", live->status);
	return 0;
}

int live_run(struct live *live)
{
	const struct trace_opts *o = live->o;
	uint64_t start = now(CLOCK_MONOTONIC);
	int err;

	live->show->realtime = now(CLOCK_REALTIME) - start;
	live->end = o->duration ? start + o->duration : 0;
	live->next = o->interval ? start + o->interval : 0;
	err = start_child(live);
	while (!err && !live->stop)
		turn(live);
	live_detach(&live->loaded);
	ring_buffer__consume(live->ring);
	collect(live);
	return err ? err : child_status(live);
}

void live_close(struct live *live)
{
	ring_buffer__free(live->ring);
	live_unload(&live->loaded);
	if (live->signals >= 0)
		close(live->signals);
	free(live);
}
