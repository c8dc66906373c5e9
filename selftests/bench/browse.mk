# SPDX-License-Identifier: GPL-2.0
# How fast kstate-browse is: a line of JSON for each measure, with its baseline.

BENCH_BROWSE := $(B)/bench/bench_browse

.PHONY: bench-browse
BENCHES += bench-browse

## bench-browse: the first screen of 1,000,000 sections, keys to screens, memory
bench-browse: $(BENCH_BROWSE) $(B)/kstate-browse $(B)/bench/many-1000000
	@$(BENCH_BROWSE) $(B)/kstate-browse $(B)/bench/many-1000000

$(BENCH_BROWSE): selftests/bench/bench_browse.c $(B)/flags
	$(call cmd,CC,mkdir -p $(@D) && $(CC) $(BASE_CFLAGS) $(CFLAGS) -o $@ $< -lfdt)
