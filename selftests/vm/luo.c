// SPDX-License-Identifier: GPL-2.0

/*
 * luo: preserve memfds through /dev/liveupdate, in the VM. Linked statically.
 *
 *   luo hold SESSION [TOKEN=SPEC]... [-- SESSION [TOKEN=SPEC]...]...
 *     Create sessions, and memfds in them; a child holds them until the kexec. SPEC is
 *     TEXT[,size=BYTES][,pos=BYTES][,seal=NAME]..., or @FILE for the contents of a file, or
 *     open:PATH for no memfd but that file itself.
 *   luo open
 *     Open and close the device: the kernel then reads what was handed over.
 *   luo retrieve SESSION TOKEN
 *     Print a memfd that was handed over, and hold it in a child.
 *
 * The interface: include/uapi/linux/liveupdate.h of Linux 7.3, which no libc package has yet.
 */

#include <err.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define DEVICE		"/dev/liveupdate"
#define NAME_LENGTH	64

struct session_arg {
	uint32_t size;
	int32_t fd;
	uint8_t name[NAME_LENGTH];
};

struct fd_arg {
	uint32_t size;
	int32_t fd;
	uint64_t token __attribute__((aligned(8)));
};

#define CREATE_SESSION		_IO(0xba, 0x00)
#define RETRIEVE_SESSION	_IO(0xba, 0x01)
#define PRESERVE_FD		_IO(0xba, 0x40)
#define RETRIEVE_FD		_IO(0xba, 0x41)

static const struct {
	const char *name;
	int bit;
} seals[] = {
	{ "seal", F_SEAL_SEAL }, { "shrink", F_SEAL_SHRINK }, { "grow", F_SEAL_GROW },
	{ "write", F_SEAL_WRITE }, { "future-write", F_SEAL_FUTURE_WRITE },
};

static int open_device(void)
{
	int fd = open(DEVICE, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		err(1, DEVICE);
	return fd;
}

static int get_session(int device, unsigned long request, const char *name)
{
	struct session_arg arg = { .size = sizeof(arg) };

	if (strlen(name) >= NAME_LENGTH)
		errx(1, "session %s: the name is too long", name);
	strcpy((char *)arg.name, name);
	if (ioctl(device, request, &arg))
		err(1, "session %s", name);
	return arg.fd;
}

static int seal_bit(const char *name)
{
	for (size_t i = 0; i < sizeof(seals) / sizeof(seals[0]); i++)
		if (!strcmp(name, seals[i].name))
			return seals[i].bit;
	errx(1, "no seal %s", name);
}

static void write_all(int fd, const char *p, size_t len)
{
	if (write(fd, p, len) != (ssize_t)len)
		err(1, "writing %zu bytes to a memfd", len);
}

static void copy_file(int fd, const char *path)
{
	static char text[65536];
	FILE *f = fopen(path, "r");

	if (!f)
		err(1, "%s", path);
	write_all(fd, text, fread(text, 1, sizeof(text), f));
	fclose(f);
}

/* Size before contents, seals last: a seal may forbid what the others do. */
static int make_memfd(char *spec)
{
	int fd = memfd_create("luo", MFD_ALLOW_SEALING), add = 0;
	char *text = strsep(&spec, ","), *word;
	off_t pos = 0;

	if (fd < 0)
		err(1, "memfd_create");
	if (*text == '@')
		copy_file(fd, text + 1);
	else
		write_all(fd, text, strlen(text));
	while ((word = strsep(&spec, ","))) {
		if (!strncmp(word, "size=", 5) && ftruncate(fd, strtoull(word + 5, NULL, 0)))
			err(1, "%s", word);
		else if (!strncmp(word, "pos=", 4))
			pos = strtoull(word + 4, NULL, 0);
		else if (!strncmp(word, "seal=", 5))
			add |= seal_bit(word + 5);
	}
	if (lseek(fd, pos, SEEK_SET) != pos || (add && fcntl(fd, F_ADD_SEALS, add)))
		err(1, "a memfd");
	return fd;
}

static void preserve(int session, char *word)
{
	struct fd_arg arg = { .size = sizeof(arg) };
	char *spec = strchr(word, '=');

	if (!spec)
		errx(1, "%s: not TOKEN=SPEC", word);
	*spec++ = 0;
	arg.token = strtoull(word, NULL, 0);
	arg.fd = strncmp(spec, "open:", 5) ? make_memfd(spec) : open(spec + 5, O_RDWR | O_CLOEXEC);
	if (arg.fd < 0)
		err(1, "%s", spec);
	if (ioctl(session, PRESERVE_FD, &arg))
		err(1, "token %s", word);
	close(arg.fd);
}

/* What is held lives until this process ends. */
static int stay(void)
{
	pid_t pid = fork();

	if (pid < 0)
		err(1, "fork");
	if (pid)
		return 0;
	setsid();
	for (int fd = 0; fd < 3; fd++)
		close(fd);
	for (;;)
		pause();
}

static int hold(char **argv)
{
	int device = open_device();

	while (*argv) {
		int session = get_session(device, CREATE_SESSION, *argv++);

		while (*argv && strcmp(*argv, "--"))
			preserve(session, *argv++);
		if (*argv)
			argv++;
	}
	close(device);
	return stay();
}

static int retrieve(const char *name, const char *token)
{
	struct fd_arg arg = { .size = sizeof(arg), .token = strtoull(token, NULL, 0) };
	int device = open_device(), session = get_session(device, RETRIEVE_SESSION, name);
	char text[4096];
	ssize_t n;

	if (ioctl(session, RETRIEVE_FD, &arg))
		err(1, "session %s: token %s", name, token);
	n = pread(arg.fd, text, sizeof(text), 0);
	if (n < 0)
		err(1, "reading a memfd");
	printf("%.*s\n", (int)n, text);
	fflush(stdout);
	close(device);	/* one at a time may have it open */
	return stay();
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "open"))
		return close(open_device());
	if (argc > 2 && !strcmp(argv[1], "hold"))
		return hold(argv + 2);
	if (argc == 4 && !strcmp(argv[1], "retrieve"))
		return retrieve(argv[2], argv[3]);
	errx(2, "usage: luo hold SESSION [TOKEN=SPEC]... | open | retrieve SESSION TOKEN");
}
