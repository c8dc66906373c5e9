// SPDX-License-Identifier: GPL-2.0
/*
 * fuzz_dir.c - a directory of blobs, as copied of debugfs
 *
 * An input is a list of files: a byte for the name, two for the length, the bytes. The first byte with the
 * highest bit set makes a link to nowhere of it instead.
 */

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib.h"

#define FILES	16

static const char *const names[] = {
	"kho/in/fdt", "kho/in/sub_fdts/LUO", "kho/in/sub_fdts/kstate", "kho/in/sub_fdts/memblock",
	"kho/in/sub_fdts/kexec-metadata", "kho/out/fdt", "kho/out/finalize", "kho/out/scratch_phys",
	"kho/out/scratch_len", "kho/out/sub_fdts/LUO", "kho/out/sub_fdts/kstate", "kho/out/sub_fdts/other",
	"kstate/catalog", "kstate/in/image", "kstate/in/sections", "kstate/in/extents/0", "kstate/out/image",
	"kstate/out/sections",
};

static const char *const folders[] = {
	"kho", "kho/in", "kho/in/sub_fdts", "kho/out", "kho/out/sub_fdts", "kstate", "kstate/in",
	"kstate/in/extents", "kstate/out",
};

static char top[] = "/tmp/fuzz-dir-XXXXXX";

static int top_fd;

static void make_top(void)
{
	fuzz_assert(mkdtemp(top));
	top_fd = open(top, O_PATH | O_DIRECTORY | O_CLOEXEC);
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		fuzz_assert(!mkdirat(top_fd, folders[i], 0700));
}

static void clean(void)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlinkat(top_fd, names[i], 0);
}

static void clean_up(void)
{
	clean();
	for (size_t i = sizeof(folders) / sizeof(folders[0]); i; i--)
		unlinkat(top_fd, folders[i - 1], AT_REMOVEDIR);
	rmdir(top);
}

static void put(const char *name, const uint8_t *p, size_t len, bool link)
{
	int fd;

	unlinkat(top_fd, name, 0);
	if (link) {
		fuzz_assert(!symlinkat("nowhere", top_fd, name));
		return;
	}
	fd = openat(top_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	fuzz_assert(fd >= 0 && write(fd, p, len) == (ssize_t)len);
	close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool made;

	if (!made) {
		make_top();
		atexit(clean_up);
		made = true;
	}
	for (int i = 0; i < FILES && size >= 3; i++) {
		size_t len = data[1] | data[2] << 8;
		const char *name = names[(data[0] & 0x7f) % (sizeof(names) / sizeof(names[0]))];

		len = len < size - 3 ? len : size - 3;
		put(name, data + 3, len, data[0] & 0x80);
		data += 3 + len;
		size -= 3 + len;
	}
	lib_path(top);
	clean();
	return 0;
}
