# SPDX-License-Identifier: GPL-2.0
# The programs. They link the static library, so they run from the build tree.

TOOLS_COMMON_SRC := $(sort $(wildcard tools/common/*.c))
KSTATE_DUMP_SRC := $(sort $(wildcard tools/kstate-dump/*.c))
# The page of `report`: made of what the library says, as text output is.
REPORT_SRC := $(sort $(wildcard tools/report/*.c))
REPORT_ASSETS := $(B)/tools/report/report_assets.h
TOOLS_OBJ := $(TOOLS_COMMON_SRC:%.c=$(B)/%.o) $(KSTATE_DUMP_SRC:%.c=$(B)/%.o) $(REPORT_SRC:%.c=$(B)/%.o)

PROGRAMS += $(B)/kstate-dump

$(filter-out $(B)/tools/report/report.o,$(TOOLS_OBJ)): $(B)/%.o: %.c $(B)/flags
	$(call compile,-Ilibkstate-dump/include $(LTO_CFLAGS) $(LTO_SEED))

# Style and script as strings, and their SHA-256 in base 64, by which the page's policy allows them.
$(REPORT_ASSETS): tools/report/report.css tools/report/report.js
	$(call cmd,GEN,mkdir -p $(@D) && for t in css js; do f=tools/report/report.$$t; \
		echo "static const char report_$$t[] =" && sed 's/[\\"]/\\&/g; s/.*/"&\\n"/' $$f && echo ';' && \
		printf '#define REPORT_%s_SHA256 "%s"\n' "$$(echo $$t | tr a-z A-Z)" "$$(sha256sum <$$f | cut -c1-64 | \
			sed 's/../\\x&/g' | tr -d '\n' | xargs -0 env printf | base64 -w0)" || exit 1; done > $@)

$(B)/tools/report/report.o: tools/report/report.c $(REPORT_ASSETS) $(B)/flags
	$(call compile,-Ilibkstate-dump/include -I$(B)/tools/report $(LTO_CFLAGS) $(LTO_SEED))

$(B)/kstate-dump: $(TOOLS_OBJ) $(B)/libkstate-dump.a
	$(call cmd,LD,$(CC) $(CFLAGS) $(LTO_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIB_LIBS))

-include $(TOOLS_OBJ:.o=.d)

include tools/kstate-trace/trace.mk
