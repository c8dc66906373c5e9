# SPDX-License-Identifier: GPL-2.0
# The command line: exit statuses, messages, golden output, JSON.

MKIMAGE := $(B)/tests/mkimage

$(MKIMAGE): $(IMAGE_SRC) $(MEMORY_SRC) selftests/lib/mkimage.c $(wildcard selftests/lib/*.h) $(B)/flags
	$(call cmd,CC,mkdir -p $(@D) && $(CC) $(BASE_CFLAGS) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) $(LIB_INCLUDES) -o $@ \
		$(filter %.c,$^) -lfdt $(BPF_LIBS) $(PACK_LIBS))

MKWORLD := $(B)/tests/mkworld

$(MKWORLD): $(IMAGE_SRC) $(MEMORY_SRC) selftests/lib/mkworld.c selftests/lib/world.h $(B)/flags
	$(call cmd,CC,mkdir -p $(@D) && $(CC) $(BASE_CFLAGS) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) $(LIB_CFLAGS) -o $@ \
		$(filter %.c,$^) -lfdt $(BPF_LIBS) $(PACK_LIBS))

MKTRUTH := $(B)/tests/mktruth

$(MKTRUTH): $(IMAGE_SRC) $(MEMORY_SRC) selftests/lib/mktruth.c $(wildcard selftests/lib/*.h) $(B)/flags
	$(call cmd,CC,mkdir -p $(@D) && $(CC) $(BASE_CFLAGS) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) $(LIB_CFLAGS) -o $@ \
		$(filter %.c,$^) -lfdt $(BPF_LIBS) $(PACK_LIBS))

# kstate-trace under ASAN and UBSAN, for recorded events; where it can be built.
TRACE_SAN := $(KSTATE_TRACE:$(B)/%=$(B)/tests/%)
TRACE_SAN_OBJ := $(patsubst %.c,$(B)/%.san.o,$(filter-out $(TRACE_PURE_SRC),$(TRACE_SRC)))

$(TRACE_SAN_OBJ): $(B)/%.san.o: %.c $(B)/flags
	$(call compile,$(UNIT_CFLAGS) -I$(B)/$(TRACE))

$(B)/$(TRACE)/live.san.o $(B)/$(TRACE)/live_load.san.o: $(TRACE_SKEL)

$(TRACE_SAN): $(TRACE_SAN_OBJ) $(B)/tests/unit/libunit.a
	$(call cmd,LD,mkdir -p $(@D) && $(CC) $(CFLAGS) $(LDFLAGS) $(SANITIZE) -o $@ $^ $(LIB_LIBS))

-include $(TRACE_SAN_OBJ:.o=.d)

CLI_TESTS := $(sort $(wildcard selftests/cli/test-*.sh))

# A script is there already: what it needs is not.
$(CLI_TESTS): $(TRACE_SAN) $(MKIMAGE) $(MKWORLD) $(MKTRUTH) $(B)/kstate-dump $(B)/libkstate-dump.so $(B)/libkstate-dump.pc
	@:

FAST_TESTS += $(CLI_TESTS)

selftests/cli/truth-all.sh: $(MKWORLD) $(MKTRUTH) $(MKIMAGE) $(B)/kstate-dump
	@:

CHECK_TESTS += selftests/cli/truth-all.sh
