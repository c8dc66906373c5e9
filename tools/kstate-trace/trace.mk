# SPDX-License-Identifier: GPL-2.0
# kstate-trace. Its BPF program needs clang and bpftool: where one is missing, the tool is left out,
# and `make` says so. All that needs no kernel is compiled for the unit tests in any case.

CLANG ?= clang
BPFTOOL ?= $(firstword $(wildcard /usr/sbin/bpftool /sbin/bpftool) bpftool)
TRACE := tools/kstate-trace
TRACE_SRC := $(filter-out %.bpf.c,$(sort $(wildcard $(TRACE)/*.c)))
# What only counts and shows: no kernel, no command line.
TRACE_PURE_SRC := $(addprefix $(TRACE)/,agg.c boot.c budget.c show.c show_boot.c show_json.c show_tables.c \
	show_text.c trace_event.c trace_text.c)
TRACE_OBJ := $(TRACE_SRC:%.c=$(B)/%.o)
TRACE_SKEL := $(B)/$(TRACE)/trace.skel.h

# Headers of the C library are in a folder of the machine's name.
BPF_INCLUDES := -I$(SYSROOT)/usr/include/$(shell $(CC) -print-multiarch 2>/dev/null)
BPF_CFLAGS := -target bpf -mcpu=v3 -g -O2 -Wall -Wextra $(WERROR_FLAG) -Wno-unused-parameter $(BPF_INCLUDES) \
	-ffile-prefix-map=$(CURDIR)=.

TRACE_MISSING := $(foreach p,$(CLANG) $(BPFTOOL),$(if $(shell command -v $(p) 2>/dev/null),,$(p)))

ifeq ($(strip $(TRACE_MISSING)),)
KSTATE_TRACE := $(B)/kstate-trace
PROGRAMS += $(KSTATE_TRACE)
else
PROGRAMS += trace-left-out
endif

.PHONY: trace-left-out
trace-left-out:
	@echo '  kstate-trace is left out, for there is no $(strip $(TRACE_MISSING)): mk/deps.sh fast installs what it needs'

$(B)/$(TRACE)/trace.bpf.o: $(TRACE)/trace.bpf.c $(B)/flags
	$(call cmd,BPF,mkdir -p $(@D) && $(CLANG) $(BPF_CFLAGS) -MMD -MP -MT $@ -c -o $@ $<)

# Linking leaves debug information out, which the skeleton would carry along.
$(B)/$(TRACE)/trace.linked.o: $(B)/$(TRACE)/trace.bpf.o
	$(call cmd,BPFTOOL,$(BPFTOOL) gen object $@ $<)

$(TRACE_SKEL): $(B)/$(TRACE)/trace.linked.o
	$(call cmd,BPFTOOL,$(BPFTOOL) gen skeleton $< name trace_bpf > $@)

$(TRACE_OBJ): $(B)/%.o: %.c $(B)/flags
	$(call compile,-Ilibkstate-dump/include -I$(B)/$(TRACE) $(LTO_CFLAGS) $(LTO_SEED))

$(B)/$(TRACE)/live.o $(B)/$(TRACE)/live_load.o: $(TRACE_SKEL)

$(B)/kstate-trace: $(TRACE_OBJ) $(TOOLS_COMMON_SRC:%.c=$(B)/%.o) $(B)/libkstate-dump.a
	$(call cmd,LD,$(CC) $(CFLAGS) $(LTO_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIB_LIBS))

-include $(TRACE_OBJ:.o=.d) $(B)/$(TRACE)/trace.bpf.d
