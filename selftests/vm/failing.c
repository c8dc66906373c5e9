// SPDX-License-Identifier: GPL-2.0
/*
 * failing.c - write to files of the kernel while its allocations fail
 *
 *   failing nth [+]FILE=TEXT...
 *   failing random ROUNDS PERCENT [+]FILE=TEXT...
 *
 * Writes TEXT to FILE, one after the other. While a step with a + is written,
 * allocations of this task fail: with nth, the first one in the first round, the
 * second one in the second, until a round goes through without one; with random, so
 * many percent of all. A step without a + must succeed. One with a + may lack memory,
 * and nothing else; with ++ it may not even do that.
 *
 * Prints how many allocations failed, or how many writes. Needs root and the
 * debugfs of failslab and fail_page_alloc.
 *
 * Exit status: 0; 1 if a step failed that must not; 2 usage, or no fault injection.
 */

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FAULTS		"/sys/kernel/debug"
#define MAX_STEPS	16
/* Far more than any operation allocates: a loop that does not end is an error. */
#define MAX_ROUNDS	100000

struct step {
	const char *file;
	const char *text;
	bool fails;
	bool must;
};

static struct step steps[MAX_STEPS];
static int nr_steps;

static void put(const char *file, const char *text)
{
	int fd = open(file, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		err(2, "%s", file);
	close(fd);
}

/* No allocation is spared: neither those that may wait, nor those of one page. */
static void spare_none(const char *percent)
{
	static const char *const kinds[] = { "failslab", "fail_page_alloc" };
	char file[100];

	for (int i = 0; i < 2; i++) {
		const char *const set[][2] = {
			{ "ignore-gfp-wait", "N" }, { "task-filter", "Y" }, { "interval", "1" },
			{ "times", "-1" }, { "verbose", "0" }, { "probability", percent },
		};

		for (size_t j = 0; j < sizeof(set) / sizeof(set[0]); j++) {
			snprintf(file, sizeof(file), FAULTS "/%s/%s", kinds[i], set[j][0]);
			put(file, set[j][1]);
		}
	}
	put(FAULTS "/fail_page_alloc/ignore-gfp-highmem", "N");
	put(FAULTS "/fail_page_alloc/min-order", "0");
}

/* The fault is set and taken back with one write each, so that no other call meets it. */
static int faults;

static void arm(const char *text)
{
	if (pwrite(faults, text, strlen(text), 0) < 0)
		err(2, "fault injection");
}

/* What is left to count down to: not 0 if no allocation has failed. */
static unsigned long disarm(void)
{
	char text[32] = "";

	if (pread(faults, text, sizeof(text) - 1, 0) < 0)
		err(2, "fault injection");
	arm("0");
	return strtoul(text, NULL, 0);
}

/* The result of a step: 0 or an errno. */
static int do_step(const struct step *step, const char *fault, unsigned long *left)
{
	int fd = open(step->file, O_WRONLY);
	ssize_t n;
	int error;

	if (fd < 0)
		err(2, "%s", step->file);
	if (step->fails)
		arm(fault);
	n = write(fd, step->text, strlen(step->text));
	error = n < 0 ? errno : 0;
	if (step->fails)
		*left = disarm();
	close(fd);
	return error;
}

/* A round: whether any write failed, and what was left of the fault's count. */
static bool do_round(const char *fault, unsigned long *left)
{
	bool failed = false;

	for (int i = 0; i < nr_steps; i++) {
		const struct step *step = &steps[i];
		int error = do_step(step, fault, left);

		if (error && (error != ENOMEM || step->must))
			errx(1, "fault %s: %s to %s: %s", fault, step->text, step->file,
			     strerror(error));
		failed |= error;
	}
	return failed;
}

static void each_in_turn(void)
{
	unsigned long n, left = 0, failed = 0;
	char fault[32];

	faults = open("/proc/thread-self/fail-nth", O_RDWR);
	for (n = 1; !left && n < MAX_ROUNDS; n++) {
		snprintf(fault, sizeof(fault), "%lu", n);
		failed += do_round(fault, &left);
	}
	if (!left)
		errx(1, "it does not end");
	printf("%lu allocations failed, %lu times a write\n", n - 2, failed);
}

static void at_random(const char *rounds)
{
	unsigned long n = strtoul(rounds, NULL, 0), left, failed = 0;

	faults = open("/proc/self/make-it-fail", O_RDWR);
	for (unsigned long i = 0; i < n; i++)
		failed += do_round("1", &left);
	printf("%lu rounds, in %lu a write failed\n", n, failed);
}

static void take_steps(char **argv)
{
	for (; *argv && nr_steps < MAX_STEPS; argv++) {
		struct step *step = &steps[nr_steps++];
		char *text = strchr(*argv, '=');

		if (!text)
			errx(2, "%s: no step", *argv);
		step->fails = **argv == '+';
		step->must = !step->fails || (*argv)[1] == '+';
		step->file = *argv + strspn(*argv, "+");
		*text = 0;
		step->text = text + 1;
	}
}

int main(int argc, char **argv)
{
	if (argc > 2 && !strcmp(argv[1], "nth")) {
		take_steps(argv + 2);
		spare_none("0");
		each_in_turn();
	} else if (argc > 4 && !strcmp(argv[1], "random")) {
		take_steps(argv + 4);
		spare_none(argv[3]);
		at_random(argv[2]);
	} else {
		errx(2, "usage: failing nth|random ROUNDS PERCENT [+]FILE=TEXT...");
	}
	return 0;
}
