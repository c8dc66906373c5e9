# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Manual pages and completion, made from the program's tables; installing.

PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
LIBDIR ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
DATADIR ?= $(PREFIX)/share
MANDIR ?= $(DATADIR)/man
COMPLETIONDIR ?= $(DATADIR)/bash-completion/completions
ZSHDIR ?= $(DATADIR)/zsh/site-functions
FISHDIR ?= $(DATADIR)/fish/vendor_completions.d
DOCDIR ?= $(DATADIR)/doc/kstate
UNITDIR ?= $(PREFIX)/lib/systemd/system
INSTALL ?= install

MAN_PAGES := $(B)/man/kstate-dump.8 $(B)/man/kstate-image.5
INSTALLED_TOOLS := kstate-dump

ifneq ($(KSTATE_TRACE),)
MAN_PAGES += $(B)/man/kstate-trace.8
INSTALLED_TOOLS += kstate-trace
endif

ifeq ($(HAVE_NCURSES),yes)
MAN_PAGES += $(B)/man/kstate-browse.8
INSTALLED_TOOLS += kstate-browse
endif

COMPLETION := $(INSTALLED_TOOLS:%=$(B)/completion/%)
COMPLETION_ZSH := $(INSTALLED_TOOLS:%=$(B)/completion/_%)
COMPLETION_FISH := $(INSTALLED_TOOLS:%=$(B)/completion/%.fish)
UNITS := $(notdir $(wildcard packaging/systemd/kstate-*.*))
DOCS := README.md CHANGELOG.md COPYING $(wildcard docs/*.md LICENSES/*) \
	libkstate-dump/docs/example.c libkstate-dump/docs/ownership.md \
	$(wildcard packaging/prometheus/* packaging/grafana/* packaging/systemd/override/*)

PROGRAMS += $(MAN_PAGES) $(COMPLETION) $(COMPLETION_ZSH) $(COMPLETION_FISH)

$(B)/man/%.8: tools/man/%.8.in $(B)/%
	$(call cmd,GEN,mkdir -p $(@D) && $(RUN) $(B)/$* --list man-commands > $@.commands && \
		$(RUN) $(B)/$* --list man-options > $@.options && \
		$(RUN) $(B)/$* --list man-statuses > $@.statuses && \
		sed -e '/^@COMMANDS@$$/{r $@.commands' -e 'd}' -e '/^@OPTIONS@$$/{r $@.options' -e 'd}' \
		-e '/^@STATUSES@$$/{r $@.statuses' -e 'd}' \
			$< > $@ && rm -f $@.commands $@.options)

$(B)/man/%.5: tools/man/%.5
	$(call cmd,GEN,mkdir -p $(@D) && cp $< $@)

$(COMPLETION): $(B)/completion/%: tools/completion/%.bash $(B)/%
	$(call cmd,GEN,mkdir -p $(@D) && { $(RUN) $(B)/$* --list completion && cat $<; } > $@)

# zsh and fish have one script for all programs: @F@ is the program's name as a part of a variable's.
$(COMPLETION_ZSH): $(B)/completion/_%: tools/completion/kstate.zsh $(B)/%
	$(call cmd,GEN,mkdir -p $(@D) && { echo '#compdef $*' && $(RUN) $(B)/$* --list completion && \
		sed 's/@F@/$(subst -,_,$*)/g' $<; } > $@)

$(COMPLETION_FISH): $(B)/completion/%.fish: tools/completion/kstate.fish $(B)/%
	$(call cmd,GEN,mkdir -p $(@D) && { $(RUN) $(B)/$* --list completion | sed 's/^\(_kstate_[a-z_]*\)=/set -g \1 /' && \
		sed -e 's/@F@/$(subst -,_,$*)/g' -e 's/@P@/$*/g' $<; } > $@)

# What is installed: a line each, mode, source, target.
define INSTALLED
755 $(B)/kstate-dump $(BINDIR)/kstate-dump
644 $(B)/libkstate-dump.a $(LIBDIR)/libkstate-dump.a
755 $(B)/libkstate-dump.so $(LIBDIR)/libkstate-dump.so.$(LIB_VERSION)
644 libkstate-dump/include/kstate-dump.h $(INCLUDEDIR)/kstate-dump.h
$(foreach h,$(wildcard libkstate-dump/include/kstate-dump/*.h),644 $(h) $(INCLUDEDIR)/kstate-dump/$(notdir $(h))$(newline))644 $(B)/man/kstate-dump.8 $(MANDIR)/man8/kstate-dump.8
644 $(B)/man/kstate-image.5 $(MANDIR)/man5/kstate-image.5
$(foreach t,$(INSTALLED_TOOLS),$(call installed_tool,$(t)))$(foreach u,$(UNITS),644 packaging/systemd/$(u) $(UNITDIR)/$(u)$(newline))$(foreach d,$(DOCS),644 $(d) $(DOCDIR)/$(d:libkstate-dump/docs/%=%)$(newline))644 tools/kstate-dump/kstate-dump-2.schema.json $(DATADIR)/kstate-dump/kstate-dump-2.schema.json
$(if $(KSTATE_TRACE),$(INSTALLED_TRACE))
$(if $(HAVE_NCURSES),$(INSTALLED_BROWSE))
endef

# Where it could be built.
define INSTALLED_TRACE
755 $(B)/kstate-trace $(BINDIR)/kstate-trace
644 $(B)/man/kstate-trace.8 $(MANDIR)/man8/kstate-trace.8
644 tools/kstate-trace/kstate-trace-1.schema.json $(DATADIR)/kstate-trace/kstate-trace-1.schema.json
endef

define INSTALLED_BROWSE
755 $(B)/kstate-browse $(BINDIR)/kstate-browse
644 $(B)/man/kstate-browse.8 $(MANDIR)/man8/kstate-browse.8
endef

define newline


endef

# Completion of a program in three shells.
define installed_tool
644 $(B)/completion/$(1) $(COMPLETIONDIR)/$(1)
644 $(B)/completion/_$(1) $(ZSHDIR)/_$(1)
644 $(B)/completion/$(1).fish $(FISHDIR)/$(1).fish

endef

export INSTALLED

.PHONY: install uninstall

## install: programs, library, header, manual pages, completion (PREFIX, default /usr/local; DESTDIR)
install: all
	@printf '%s\n' "$$INSTALLED" | sed '/^$$/d' | while read -r mode from to; do \
		$(INSTALL) -D -m "$$mode" "$$from" "$(DESTDIR)$$to" || exit 1; done
	@sed -i 's|/usr/bin/|$(BINDIR)/|g' $(UNITS:%=$(DESTDIR)$(UNITDIR)/%)
	@ln -sf libkstate-dump.so.$(LIB_VERSION) $(DESTDIR)$(LIBDIR)/$(LIB_SONAME)
	@ln -sf $(LIB_SONAME) $(DESTDIR)$(LIBDIR)/libkstate-dump.so
	@$(INSTALL) -d $(DESTDIR)$(LIBDIR)/pkgconfig
	@sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(LIB_VERSION)|' -e 's|@LIBS@|$(LIB_LIBS)|' \
		-e 's|^libdir=.*|libdir=$(LIBDIR)|' -e 's|^includedir=.*|includedir=$(INCLUDEDIR)|' \
		libkstate-dump/libkstate-dump.pc.in > $(DESTDIR)$(LIBDIR)/pkgconfig/libkstate-dump.pc
	@chmod 644 $(DESTDIR)$(LIBDIR)/pkgconfig/libkstate-dump.pc

## uninstall: remove what install put there (the same PREFIX and DESTDIR)
uninstall:
	@printf '%s\n' "$$INSTALLED" | sed '/^$$/d' | while read -r mode from to; do rm -f "$(DESTDIR)$$to"; done
	@rm -f $(DESTDIR)$(LIBDIR)/$(LIB_SONAME) $(DESTDIR)$(LIBDIR)/libkstate-dump.so \
		$(DESTDIR)$(LIBDIR)/pkgconfig/libkstate-dump.pc
	@cd "$(DESTDIR)/" 2>/dev/null && for dir in $(INCLUDEDIR)/kstate-dump $(DATADIR)/kstate-dump $(DATADIR)/kstate-trace \
		$(addprefix $(DOCDIR)/,docs packaging/prometheus packaging/grafana packaging/systemd/override packaging/systemd \
		packaging LICENSES) $(DOCDIR); do \
		rmdir "$(DESTDIR)$$dir" 2>/dev/null || true; done
