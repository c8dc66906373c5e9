// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../common/progress.h"
#include "many.h"

#define COPY	65536
#define AHEAD	4	/* answers for each processor that may wait for an earlier one */

/**
 * struct answer - what one process says
 * @pid: 0 if it has ended
 * @fd: its standard output, in memory
 * @wait_status: as of waitpid(), once it has ended
 */
struct answer {
	pid_t pid;
	int fd;
	int wait_status;
};

/**
 * struct many - the work
 * @answers: a ring of @room, of the images from @shown to @started
 * @max: processes at a time, @running are there
 */
struct many {
	struct run *run;
	int (*one)(struct run *run, const char *image, void *arg);
	void *arg;
	struct answer *answers;
	int room;
	int max;
	int running;
	int shown;
	int started;
	int status;
};

static struct answer *answer_of(struct many *m, int image)
{
	return &m->answers[image % m->room];
}

/* In the child: answer for one image, and end. */
static void answer(struct many *m, const char *image, int fd, pid_t parent)
{
	struct run *run = m->run;
	int status;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(STATUS_ENVIRONMENT);
	progress_off();
	buf_open(&run->out->b, fd);
	run->source = image;
	status = cmd_if_whole(run, m->one(run, image, m->arg));
	buf_flush(&run->out->b);
	_exit(run->out->b.failed ? STATUS_ENVIRONMENT : status);
}

/* Returns false if no process can be made; the image is answered for with an error later on. */
static bool start(struct many *m)
{
	struct answer *a = answer_of(m, m->started);
	const char *image = m->run->argv[m->started];
	pid_t parent = getpid();

	*a = (struct answer){ .fd = memfd_create("answer", MFD_CLOEXEC) };
	m->started++;
	if (a->fd < 0)
		return false;
	a->pid = fork();
	if (!a->pid)
		answer(m, image, a->fd, parent);
	if (a->pid < 0) {
		a->pid = 0;
		close(a->fd);
		a->fd = -1;
		return false;
	}
	m->running++;
	return true;
}

/* Wait until a process ends. */
static void reap(struct many *m)
{
	int status;
	pid_t pid;

	do {
		pid = waitpid(-1, &status, 0);
	} while (pid < 0 && errno == EINTR);
	if (pid < 0) {
		m->running = 0;
		return;
	}
	for (int i = m->shown; i < m->started; i++) {
		struct answer *a = answer_of(m, i);

		if (a->pid != pid)
			continue;
		a->pid = 0;
		a->wait_status = status;
		m->running--;
	}
}

static int fail(struct run *run, const char *image, const char *text)
{
	struct out_error err = { "no-answer", text, image, KSTD_NO_OFFSET };

	run->out->ops->fail(run->out, run->cmd->name, image, &err);
	return STATUS_ENVIRONMENT;
}

static void copy(struct buf *b, int fd)
{
	char chunk[COPY];
	off_t at = 0;
	ssize_t n;

	while ((n = pread(fd, chunk, sizeof(chunk), at)) > 0) {
		buf_add(b, chunk, n);
		at += n;
	}
	if (n < 0)
		b->failed = errno;
}

/* Show what a process that has ended said; one that did not end by itself said nothing. */
static int show(struct many *m, const struct answer *a, const char *image)
{
	char text[80];

	if (a->fd < 0)
		return fail(m->run, image, "no process could be made for this image");
	if (!WIFEXITED(a->wait_status)) {
		snprintf(text, sizeof(text), "the process that read this image ended by signal %d",
			 WTERMSIG(a->wait_status));
		return fail(m->run, image, text);
	}
	copy(&m->run->out->b, a->fd);
	return WEXITSTATUS(a->wait_status);
}

/* Show all answers that are there and whose turn it is. */
static void show_ended(struct many *m)
{
	while (m->shown < m->started && !answer_of(m, m->shown)->pid) {
		struct answer *a = answer_of(m, m->shown);
		int status = show(m, a, m->run->argv[m->shown]);

		if (m->shown++)
			status = status_of_many(m->status, status);
		m->status = status;
		if (a->fd >= 0)
			close(a->fd);
	}
	progress_show(NULL, "images", m->shown, m->run->argc);
}

static int run_all(struct many *m)
{
	struct buf *b = &m->run->out->b;

	while (m->shown < m->run->argc && !b->failed) {
		while (m->started < m->run->argc && m->running < m->max &&
		       m->started - m->shown < m->room)
			if (!start(m))
				break;
		if (m->running)
			reap(m);
		show_ended(m);
	}
	/* After a failed write nobody reads the rest. */
	for (int i = m->shown; i < m->started; i++)
		if (answer_of(m, i)->pid)
			kill(answer_of(m, i)->pid, SIGTERM);
	while (m->running)
		reap(m);
	return m->status;
}

int many_run(struct run *run, int (*one)(struct run *run, const char *image, void *arg), void *arg)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	struct many m = { .run = run, .one = one, .arg = arg, .max = cpus > 0 ? cpus : 1 };
	const char *name = run->cmd->name;
	int status;

	if (run->out->ops != &out_json || run->out->pretty)
		return cmd_usage(run, "%s takes several IMAGEs with -j, and answers with a line for each", name);
	if (run->opts->live || run->opts->save)
		return cmd_usage(run, "%s: --%s is for one IMAGE", name, run->opts->live ? "live" : "save");
	for (int i = 0; i < run->argc; i++)
		if (!strcmp(run->argv[i], "-"))
			return cmd_usage(run, "%s: standard input is no IMAGE among several", name);
	m.room = m.max * AHEAD;
	m.answers = calloc(m.room, sizeof(*m.answers));
	if (!m.answers)
		return cmd_no_memory(run);
	buf_flush(&run->out->b);
	status = run_all(&m);
	free(m.answers);
	return status;
}
