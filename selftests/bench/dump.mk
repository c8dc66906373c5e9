# SPDX-License-Identifier: GPL-2.0
# How fast kstate-dump is: a line of JSON for each measure, with its baseline.

BENCH_DUMP := $(B)/bench/bench_dump
BENCH_DUMP_IMAGES := $(B)/bench/many-100000 $(B)/bench/many-1000000

.PHONY: bench-dump
BENCHES += bench-dump

## bench-dump: time show and list of large images against fdtdump and libfdt
bench-dump: $(BENCH_DUMP) $(B)/kstate-dump $(BENCH_DUMP_IMAGES)
	@$(BENCH_DUMP) $(B)/kstate-dump $(BENCH_DUMP_IMAGES)

$(BENCH_DUMP): selftests/bench/bench_dump.c $(B)/flags
	$(call cmd,CC,mkdir -p $(@D) && $(CC) $(BASE_CFLAGS) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< -lfdt)

$(BENCH_DUMP_IMAGES): $(B)/bench/many-%: $(MKIMAGE)
	$(call cmd,GEN,mkdir -p $(@D) && $(MKIMAGE) many $@ $*)
