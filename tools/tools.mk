# SPDX-License-Identifier: GPL-2.0
# The programs. They link the static library, so they run from the build tree.

TOOLS_COMMON_SRC := $(sort $(wildcard tools/common/*.c))
KSTATE_DUMP_SRC := $(sort $(wildcard tools/kstate-dump/*.c))
TOOLS_OBJ := $(TOOLS_COMMON_SRC:%.c=$(B)/%.o) $(KSTATE_DUMP_SRC:%.c=$(B)/%.o)

PROGRAMS += $(B)/kstate-dump

$(TOOLS_OBJ): $(B)/%.o: %.c $(B)/flags
	$(call compile,-Ilibkstate-dump/include $(LTO_CFLAGS) $(LTO_SEED))

$(B)/kstate-dump: $(TOOLS_OBJ) $(B)/libkstate-dump.a
	$(call cmd,LD,$(CC) $(CFLAGS) $(LTO_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIB_LIBS))

-include $(TOOLS_OBJ:.o=.d)

include tools/kstate-trace/trace.mk
