# SPDX-License-Identifier: GPL-2.0
# How fast kstate-browse is: a line of JSON for each measure, with its baseline.

BENCH_BROWSE := $(B)/bench/bench_browse
BROWSE_KEYS := $(B)/bench/browse_keys
BROWSE_KEYS_OBJ := $(B)/selftests/bench/browse_keys.o

.PHONY: bench-browse
BENCHES += bench-browse

## bench-browse: the first screen of 1,000,000 sections, keys to screens, memory
bench-browse: $(BENCH_BROWSE) $(BROWSE_KEYS) $(B)/bench/many-1000000
	@$(BENCH_BROWSE) $(BROWSE_KEYS) $(B)/bench/many-1000000

# The program itself, on a terminal that presses keys.
$(BROWSE_KEYS): $(BROWSE_KEYS_OBJ) $(filter-out %/main.o,$(KSTATE_BROWSE_OBJ)) \
		$(TOOLS_COMMON_SRC:%.c=$(B)/%.o) $(B)/libkstate-dump.a
	$(call cmd,LD,mkdir -p $(@D) && $(CC) $(CFLAGS) $(LTO_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIB_LIBS) $(NCURSES_LIBS))

$(BROWSE_KEYS_OBJ): $(B)/%.o: %.c $(B)/flags
	$(call compile,-Ilibkstate-dump/include $(LTO_CFLAGS))

$(BENCH_BROWSE): selftests/bench/bench_browse.c $(B)/flags
	$(call cmd,CC,mkdir -p $(@D) && $(CC) $(BASE_CFLAGS) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< -lfdt)

-include $(BROWSE_KEYS_OBJ:.o=.d)
