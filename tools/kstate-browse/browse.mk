# SPDX-License-Identifier: GPL-2.0
# kstate-browse. Without ncurses it is not built, and neither kstate-dump nor its demo asks for it.

NCURSES_LIBS := $(shell $(PKG_CONFIG) --libs ncursesw 2>/dev/null || echo -lncursesw -ltinfo)
NCURSES_CFLAGS := $(shell $(PKG_CONFIG) --cflags ncursesw 2>/dev/null)

KSTATE_BROWSE_SRC := $(sort $(wildcard tools/kstate-browse/*.c))
KSTATE_BROWSE_OBJ := $(KSTATE_BROWSE_SRC:%.c=$(B)/%.o)

HAVE_NCURSES := $(shell $(PKG_CONFIG) --exists ncursesw 2>/dev/null && echo yes)

ifeq ($(HAVE_NCURSES),yes)
PROGRAMS += $(B)/kstate-browse
else
PROGRAMS += browse-left-out
endif

.PHONY: browse-left-out
browse-left-out:
	@echo '  kstate-browse is left out, for $(PKG_CONFIG) finds no ncursesw: mk/deps.sh fast installs what it needs'

$(KSTATE_BROWSE_OBJ): $(B)/%.o: %.c $(B)/flags
	$(call compile,-Ilibkstate-dump/include $(NCURSES_CFLAGS) $(LTO_CFLAGS) $(LTO_SEED))

$(B)/kstate-browse: $(KSTATE_BROWSE_OBJ) $(TOOLS_COMMON_SRC:%.c=$(B)/%.o) $(B)/libkstate-dump.a
	$(call cmd,LD,$(CC) $(CFLAGS) $(LTO_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIB_LIBS) $(NCURSES_LIBS))

-include $(KSTATE_BROWSE_OBJ:.o=.d)
