# SPDX-License-Identifier: GPL-2.0
# How fast the engine is, in user space: its own files, unmodified, without sanitizers.

BENCH_FLAGS := $(SHIM_FLAGS) -O2 -DSHIM_ISAL
BENCH_SHIM := $(patsubst $(B)/shim/%,$(B)/bench/shim/%,$(SHIM_OBJS))
BENCH_ENGINE := $(B)/bench/bench_engine
BENCH_ENGINE_OBJS := $(patsubst %,$(B)/bench/%.o,bench bench_engine bench_large bench_restore \
	bench_save by_hand phases port)
BENCH_LIBS := -lcmocka -lfdt -lisal

.PHONY: bench-engine bench-instructions
BENCHES += bench-engine bench-instructions

## bench-engine: time saving and restoring, in user space, against code written by hand
bench-engine: $(BENCH_ENGINE)
	@GLIBC_TUNABLES=glibc.malloc.hugetlb=1 $(BENCH_ENGINE)

## bench-instructions: count the instructions of the same, which no load changes
bench-instructions: $(BENCH_ENGINE)
	@selftests/bench/instructions.sh $(BENCH_ENGINE)

$(B)/bench/shim/kstate_%.o: kernel/kernel/liveupdate/kstate_%.c $(B)/flags
	$(call compile,$(BENCH_FLAGS))

$(B)/bench/shim/%.o: selftests/shim/%.c $(B)/flags
	$(call compile,$(BENCH_FLAGS))

$(BENCH_ENGINE_OBJS) $(B)/bench/test_million.o: $(B)/bench/%.o: selftests/bench/%.c $(B)/flags
	$(call compile,$(BENCH_FLAGS))

$(BENCH_ENGINE): $(BENCH_ENGINE_OBJS) $(BENCH_SHIM)
	$(call cmd,LD,$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(BENCH_LIBS))

$(B)/tests/bench/test_million: $(B)/bench/test_million.o $(B)/bench/port.o $(BENCH_SHIM)
	$(call cmd,LD,mkdir -p $(@D) && $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(BENCH_LIBS))

FAST_TESTS += $(B)/tests/bench/test_million
-include $(wildcard $(B)/bench/*.d $(B)/bench/shim/*.d)
