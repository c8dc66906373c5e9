// SPDX-License-Identifier: GPL-2.0
/* fuzz_memfd.c - a session with two files whose memfd state is at the start of the input */

#include "../lib/make_luo.h"
#include "lib.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct luo_file files[] = {
		{ "memfd-v2", 0, LIB_AT }, { "memfd-v2", 1, LIB_AT + 4096 },
	};
	static const struct luo_session session = { "systemd", files, 2 };
	struct machine_subtree luo = { "LUO", 0, NULL, 32 };
	uint8_t ser[32];
	struct memory m;

	memory_init(&m, 4096, false);
	luo.pa = memory_alloc(&m, sizeof(ser));
	luo_ser(ser, false, 1, luo_sessions(&m, &session, 1), 0);
	memory_put(&m, luo.pa, ser, sizeof(ser));
	lib_memory(&m, 0, &luo, data, size);
	return 0;
}
