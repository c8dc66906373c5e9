# SPDX-License-Identifier: GPL-2.0
# kstate-browse: golden screens, a real terminal, random keys.

BROWSE_SAN := $(B)/tests/kstate-browse
BROWSE_SAN_OBJ := $(KSTATE_BROWSE_SRC:%.c=$(B)/%.san.o)

$(BROWSE_SAN_OBJ): $(B)/%.san.o: %.c $(B)/flags
	$(call compile,$(UNIT_CFLAGS) $(NCURSES_CFLAGS))

$(BROWSE_SAN): $(BROWSE_SAN_OBJ) $(B)/tests/unit/libunit.a
	$(call cmd,LD,mkdir -p $(@D) && $(CC) $(CFLAGS) $(LDFLAGS) $(SANITIZE) -o $@ $^ $(LIB_LIBS) $(NCURSES_LIBS))

TUI_TESTS := $(sort $(wildcard selftests/tui/test-*.sh))

# A script is there already: what it needs is not.
$(TUI_TESTS): $(BROWSE_SAN) $(B)/kstate-browse $(B)/kstate-dump $(MKIMAGE) $(MKWORLD)
	@:

FAST_TESTS += $(TUI_TESTS)

.PHONY: fuzz-browse golden-browse session-browse

## fuzz-browse: random keys and sizes on good and damaged images, with sanitizers (FUZZ_SECONDS)
fuzz-browse: $(BROWSE_SAN) $(MKIMAGE) $(MKWORLD)
	@B=$(B) python3 selftests/tui/fuzz.py $(or $(FUZZ_SECONDS),60)

## golden-browse: write the golden screens of kstate-browse again: look at the difference
golden-browse: $(TUI_TESTS)
	@B=$(B) GOLDEN=write selftests/tui/test-screens.sh

## session-browse: record the session in the README again
session-browse: $(B)/kstate-browse
	@B=$(B) selftests/tui/session.sh --write README.md

-include $(BROWSE_SAN_OBJ:.o=.d)
