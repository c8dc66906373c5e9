// SPDX-License-Identifier: GPL-2.0

/* Files that are read here and there: which bytes of a sparse one are in no hole. */

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "memory/io.h"
#include "helpers.h"

#define PAGE	4096

static unsigned int nr_lseek;

/* In place of the C library's, for all of this program. */
off_t lseek(int fd, off_t off, int whence)
{
	nr_lseek++;
	return syscall(SYS_lseek, fd, off, whence);
}

/* Eight pages: two of data, two of a hole, two of data, and a hole to the end. */
static void open_sparse(struct kstd_io *io)
{
	static const uint8_t data[2 * PAGE] = { 1 };
	int fd = memfd_create("sparse", MFD_CLOEXEC);

	assert_int_equal(pwrite(fd, data, sizeof(data), 0), sizeof(data));
	assert_int_equal(pwrite(fd, data, sizeof(data), 4 * PAGE), sizeof(data));
	assert_int_equal(ftruncate(fd, 8 * PAGE), 0);
	assert_int_equal(kstd_io_fd(io, fd), 0);
}

static void has_data(struct kstd_io *io, uint64_t off, uint64_t start, uint64_t end)
{
	uint64_t at, to;

	assert_true(kstd_io_data(io, off, &at, &to));
	assert_int_equal(at, start);
	assert_int_equal(to, end);
}

static void test_holes_are_passed_over_in_any_order(void **state)
{
	uint64_t start, end;
	struct kstd_io io;

	open_sparse(&io);
	for (int i = 0; i < 2; i++) {
		has_data(&io, 4 * PAGE + 7, 4 * PAGE + 7, 6 * PAGE);
		has_data(&io, PAGE, PAGE, 2 * PAGE);
		has_data(&io, 0, 0, 2 * PAGE);
		has_data(&io, 2 * PAGE - 1, 2 * PAGE - 1, 2 * PAGE);
		has_data(&io, 2 * PAGE, 4 * PAGE, 6 * PAGE);
		has_data(&io, 3 * PAGE + 9, 4 * PAGE, 6 * PAGE);
		assert_false(kstd_io_data(&io, 6 * PAGE, &start, &end));
		assert_false(kstd_io_data(&io, 8 * PAGE, &start, &end));
	}
	kstd_io_close(&io);
}

/* A dump has thousands of segments in a row: to walk to the end of all of them for each is too much. */
static void test_where_data_ends_is_looked_for_once(void **state)
{
	struct kstd_io io;

	open_sparse(&io);
	nr_lseek = 0;
	for (uint64_t off = 0; off < 2 * PAGE; off++)
		has_data(&io, off, off, 2 * PAGE);
	assert_int_equal(nr_lseek, 2);
	kstd_io_close(&io);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_holes_are_passed_over_in_any_order),
		cmocka_unit_test(test_where_data_ends_is_looked_for_once),
	};

	return RUN(tests);
}
