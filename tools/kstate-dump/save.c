// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "save.h"

#define CONTROL	"/sys/kernel/debug/kstate/out/control"

/* The signals that end a process and can be handled. */
static const int fatal[] = {
	SIGHUP, SIGINT, SIGQUIT, SIGILL, SIGABRT, SIGBUS, SIGFPE, SIGUSR1, SIGSEGV, SIGUSR2,
	SIGPIPE, SIGALRM, SIGTERM, SIGXCPU, SIGXFSZ,
};

#define NR_FATAL	(sizeof(fatal) / sizeof(fatal[0]))

/*
 * fd: the open control file
 * owed: "save" was written, and "abort" not yet
 * prepared: memory was prepared before
 * was_there: another program had saved an image before
 * old: the actions of the signals before, in the order of fatal
 */
static struct {
	int fd;
	volatile sig_atomic_t owed;
	bool prepared;
	bool was_there;
	struct sigaction old[NR_FATAL];
} save;

/* Write a command to the control file; 0 or an errno. Safe in a signal handler. */
static int put_phase(const char *word, size_t len)
{
	ssize_t n;

	do {
		n = write(save.fd, word, len);
	} while (n < 0 && errno == EINTR);
	return n < 0 ? errno : (size_t)n < len ? EIO : 0;
}

static int prepare_again(void)
{
	return save.prepared ? put_phase("prepare\n", 8) : 0;
}

/* Write "abort" and "prepare"; *@word is the one that failed. Safe in a signal handler. */
static int undo(const char **word)
{
	int err;

	if (!save.owed)
		return 0;
	save.owed = 0;
	*word = "abort";
	err = put_phase("abort\n", 6);
	if (err)
		return err;
	*word = "prepare";
	return prepare_again();
}

/* The signal is raised again with its old action; it is blocked until this function returns. */
static void on_signal(int sig)
{
	const char *word;
	int err = errno;

	kstd_unfinished_remove();
	undo(&word);
	for (size_t i = 0; i < NR_FATAL; i++)
		if (fatal[i] == sig)
			sigaction(sig, &save.old[i], NULL);
	raise(sig);
	errno = err;
}

static void all_fatal(sigset_t *set)
{
	sigemptyset(set);
	for (size_t i = 0; i < NR_FATAL; i++)
		sigaddset(set, fatal[i]);
}

/* A signal that is ignored, as nohup ignores SIGHUP, stays ignored. */
static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal };
	static bool caught;

	if (caught)
		return;
	caught = true;
	all_fatal(&action.sa_mask);
	for (size_t i = 0; i < NR_FATAL; i++) {
		sigaction(fatal[i], NULL, &save.old[i]);
		if (save.old[i].sa_handler != SIG_IGN)
			sigaction(fatal[i], &action, NULL);
	}
}

static int fail(struct run *run, const char *path, const char *code, const char *text)
{
	struct out_error err = { code, text, path, KSTD_NO_OFFSET };

	run->out->ops->fail(run->out, run->cmd->name, run->source, &err);
	return STATUS_ENVIRONMENT;
}

static int cannot_open(struct run *run, const char *path, int err)
{
	char text[200];

	if (err == EACCES || err == EPERM)
		return fail(run, path, "no-permission", "permission denied: only root can save");
	if (err == ENOENT || err == ENOTDIR)
		return fail(run, path, "no-kstate", "nothing to save with: no kstate in this kernel, or debugfs is not mounted; try: kstate-dump features");
	snprintf(text, sizeof(text), "cannot save: %s", strerror(err));
	return fail(run, path, "save-failed", text);
}

static int refused(struct run *run, const char *path, int err)
{
	char text[200];

	if (err == EOPNOTSUPP)
		return fail(run, path, "no-kho", "save refused: KHO is off: boot with kho=on");
	snprintf(text, sizeof(text),
		 "save refused: %s; dmesg says what could not be saved, and so a kexec would fail",
		 strerror(err));
	return fail(run, path, "save-failed", text);
}

/* Read the phase of the outgoing image: is it saved? */
static int read_phase(struct run *run, const char *path, bool *saved)
{
	char phase[16], text[100];
	ssize_t n = pread(save.fd, phase, sizeof(phase) - 1, 0);

	if (n < 0)
		return cannot_open(run, path, errno);
	phase[n] = 0;
	phase[strcspn(phase, "\n")] = 0;
	*saved = !strcmp(phase, "saved");
	save.prepared = !strcmp(phase, "prepared");
	if (*saved || save.prepared || !strcmp(phase, "idle"))
		return 0;
	snprintf(text, sizeof(text), "\"%s\" is none of idle, prepared and saved", phase);
	return fail(run, path, "save-failed", text);
}

/* Signals are blocked until it is known whether there is an image to abort. */
static int put_save(void)
{
	sigset_t set, before;
	int err;

	all_fatal(&set);
	sigprocmask(SIG_BLOCK, &set, &before);
	catch_signals();
	err = put_phase("save\n", 5);
	save.owed = !err;
	if (err)
		prepare_again();
	sigprocmask(SIG_SETMASK, &before, NULL);
	return err;
}

void save_file_begin(void)
{
	signal(SIGXFSZ, SIG_IGN);
	catch_signals();
}

int save_begin(struct run *run)
{
	const char *root = run->opts->sysroot ? run->opts->sysroot : "";
	char path[PATH_MAX];
	int status;

	if (snprintf(path, sizeof(path), "%s" CONTROL, root) >= (int)sizeof(path))
		return cannot_open(run, root, ENAMETOOLONG);
	save.fd = open(path, O_RDWR | O_CLOEXEC);
	if (save.fd < 0)
		return cannot_open(run, path, errno);
	status = read_phase(run, path, &save.was_there);
	if (status || save.was_there)
		return status;
	status = put_save();
	return status ? refused(run, path, status) : 0;
}

bool save_was_there(void)
{
	return save.was_there;
}

int save_end(struct run *run, int status)
{
	const char *word = NULL;
	sigset_t set, before;
	int err;

	all_fatal(&set);
	sigprocmask(SIG_BLOCK, &set, &before);
	err = undo(&word);
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (!err)
		return status;
	fprintf(stderr, "%s: " CONTROL ": %s refused: %s; the image is not as it was before\n",
		run->out->program, word, strerror(err));
	return STATUS_ENVIRONMENT;
}
