# SPDX-License-Identifier: GPL-2.0
# How fast the preserved-memory map is walked, and what mem takes of a large machine.

MKBIG := $(B)/bench/mkbig
BENCH_RADIX := $(B)/bench/bench_radix
BENCH_RADIX_CORES := $(B)/bench/single-1024 $(B)/bench/alternate-1024 $(B)/bench/huge-1024
BENCH_MEM_CORES := $(B)/bench/single-4096 $(B)/bench/alternate-4096 $(B)/bench/huge-4096

.PHONY: bench-radix bench-mem
BENCHES += bench-radix bench-mem

## bench-radix: time the walk of 1 TiB of preserved pages against reading the bitmaps
bench-radix: $(BENCH_RADIX) $(BENCH_RADIX_CORES)
	@$(BENCH_RADIX) $(BENCH_RADIX_CORES)

## bench-mem: time and memory of mem on cores of 4 TiB (sparse files)
bench-mem: $(B)/kstate-dump $(BENCH_MEM_CORES)
	@selftests/bench/mem.sh $(B)/kstate-dump $(BENCH_MEM_CORES)

$(MKBIG): selftests/bench/mkbig.c $(B)/flags
	$(call cmd,CC,mkdir -p $(@D) && $(CC) $(BASE_CFLAGS) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< -lfdt)

$(BENCH_RADIX): selftests/bench/bench_radix.c $(B)/libkstate-dump.a $(B)/flags
	$(call cmd,CC,mkdir -p $(@D) && $(CC) $(BASE_CFLAGS) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) $(LIB_CFLAGS) -o $@ \
		$(filter %.c %.a,$^) $(LIB_LIBS))

$(BENCH_RADIX_CORES) $(BENCH_MEM_CORES): $(B)/bench/%: $(MKBIG)
	$(call cmd,GEN,mkdir -p $(@D) && $(MKBIG) $(subst -, ,$*) $@)
