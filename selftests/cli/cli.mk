# SPDX-License-Identifier: GPL-2.0
# The command line: exit statuses, messages, golden output, JSON.

MKIMAGE := $(B)/tests/mkimage

$(MKIMAGE): $(IMAGE_SRC) $(MEMORY_SRC) selftests/lib/mkimage.c $(wildcard selftests/lib/*.h) $(B)/flags
	$(call cmd,CC,mkdir -p $(@D) && $(CC) $(BASE_CFLAGS) $(CFLAGS) $(LIB_INCLUDES) -o $@ \
		$(filter %.c,$^) -lfdt $(BPF_LIBS))

MKWORLD := $(B)/tests/mkworld

$(MKWORLD): $(IMAGE_SRC) $(MEMORY_SRC) selftests/lib/mkworld.c selftests/lib/world.h $(B)/flags
	$(call cmd,CC,mkdir -p $(@D) && $(CC) $(BASE_CFLAGS) $(CFLAGS) $(LIB_CFLAGS) -o $@ \
		$(filter %.c,$^) -lfdt $(BPF_LIBS))

CLI_TESTS := $(sort $(wildcard selftests/cli/test-*.sh))

# A script is there already: what it needs is not.
$(CLI_TESTS): $(MKIMAGE) $(MKWORLD) $(B)/kstate-dump $(B)/libkstate-dump.so $(B)/libkstate-dump.pc
	@:

FAST_TESTS += $(CLI_TESTS)
