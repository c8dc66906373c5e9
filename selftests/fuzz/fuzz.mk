# SPDX-License-Identifier: GPL-2.0
# Fuzz targets: libFuzzer, under ASAN and UBSAN. A target NAME is fuzz_NAME.c, seeds/NAME/ and its
# name in one of these two lists.

# On the engine, in the shim's machine.
FUZZ_ENGINE := restore roundtrip lifecycle
# On libkstate-dump.
FUZZ_LIB := blob root radix kstate luo memfd core capture catalog pair dir
# On what kstate-trace reads and counts.
FUZZ_TRACE := trace

FUZZ_TARGETS := $(FUZZ_ENGINE) $(FUZZ_LIB) $(FUZZ_TRACE)
FUZZ_SECONDS ?= 60
FUZZ_CC ?= clang
FUZZ := $(B)/fuzz
FUZZ_SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
FUZZ_CFLAGS = -O1 -g $(FUZZ_SANITIZE) $(FUZZ_COVERAGE) -Wno-unknown-warning-option \
	-Wno-initializer-overrides -Wno-c2x-extensions -Wno-c23-extensions -Wno-unused-const-variable \
	-Wno-unused-function
FUZZ_COMMON := $(FUZZ)/fuzz.o
FUZZ_ENGINE_OBJS := $(SHIM_ENGINE:%=$(FUZZ)/kstate_%.o) $(SHIM_MACHINE:%=$(FUZZ)/shim/%.o) \
	$(addprefix $(FUZZ)/,drivers.o gen.o gen_change.o object.o object_held.o object_walk.o)
FUZZ_LIB_OBJS = $(LIB_SRC:%.c=$(FUZZ)/%.o) $(FUZZ)/lib.o \
	$(patsubst %.c,$(FUZZ)/%.o,$(IMAGE_SRC) $(MEMORY_SRC))

FUZZ_TRACE_OBJS = $(patsubst %.c,$(FUZZ)/%.o,$(TRACE_PURE_SRC) $(LIB_SRC) \
	$(addprefix tools/common/,buf.c json.c progress.c short.c text_table.c text_value.c utf8.c))

# Why there can be no targets: empty if they can be built. Asked once, and only when needed.
fuzz_missing = $(eval fuzz_missing := $(shell selftests/fuzz/missing.sh $(FUZZ_CC)))$(fuzz_missing)

$(FUZZ)/flags: FORCE
	@mkdir -p $(FUZZ)
	@echo '$(FUZZ_CC) $(FUZZ_CFLAGS) $(fuzz_missing)' | cmp -s - $@ || \
		echo '$(FUZZ_CC) $(FUZZ_CFLAGS) $(fuzz_missing)' > $@

# fuzz_cc and fuzz_ld, with more flags: an empty file where clang has no libFuzzer.
fuzz_cc = $(if $(fuzz_missing),@mkdir -p $(@D) && : > $@,$(call cmd,CLANG,mkdir -p $(@D) && \
	$(FUZZ_CC) $(BASE_CFLAGS) $(FUZZ_CFLAGS) -fsanitize=fuzzer-no-link $(1) -MMD -MP -c -o $@ $<))
fuzz_ld = $(if $(fuzz_missing),@: > $@,$(call cmd,LD,$(FUZZ_CC) $(FUZZ_CFLAGS) $(1) -o $@ \
	$(filter %.o,$^) -lcmocka $(LIB_LIBS) $(BPF_LIBS)))

$(FUZZ)/kstate_%.o: kernel/kernel/liveupdate/kstate_%.c $(FUZZ)/flags
	$(call fuzz_cc,$(SHIM_FLAGS))

$(FUZZ)/shim/%.o: selftests/shim/%.c $(FUZZ)/flags
	$(call fuzz_cc,$(SHIM_FLAGS))

$(FUZZ)/libkstate-dump/%.o: libkstate-dump/%.c $(FUZZ)/flags
	$(call fuzz_cc,$(LIB_CFLAGS))

$(FUZZ)/tools/%.o: tools/%.c $(FUZZ)/flags
	$(call fuzz_cc,$(LIB_CFLAGS))

$(FUZZ)/selftests/lib/%.o: selftests/lib/%.c $(FUZZ)/flags
	$(call fuzz_cc,$(LIB_CFLAGS))

$(FUZZ_LIB:%=$(FUZZ)/fuzz_%.o) $(FUZZ_TRACE:%=$(FUZZ)/fuzz_%.o) $(FUZZ)/lib.o $(FUZZ)/mkseeds_lib.o: FUZZ_INCLUDES = $(LIB_CFLAGS)
$(FUZZ)/%.o: FUZZ_INCLUDES = $(SHIM_FLAGS)
$(FUZZ)/%.o: selftests/fuzz/%.c $(FUZZ)/flags
	$(call fuzz_cc,$(FUZZ_INCLUDES))

$(FUZZ_ENGINE:%=$(FUZZ)/fuzz_%): $(FUZZ)/fuzz_%: $(FUZZ)/fuzz_%.o $(FUZZ_COMMON) $(FUZZ_ENGINE_OBJS)
	$(call fuzz_ld,-fsanitize=fuzzer)

$(FUZZ_LIB:%=$(FUZZ)/fuzz_%): $(FUZZ)/fuzz_%: $(FUZZ)/fuzz_%.o $(FUZZ_COMMON) $(FUZZ_LIB_OBJS)
	$(call fuzz_ld,-fsanitize=fuzzer)

$(FUZZ_TRACE:%=$(FUZZ)/fuzz_%): $(FUZZ)/fuzz_%: $(FUZZ)/fuzz_%.o $(FUZZ_COMMON) $(FUZZ_TRACE_OBJS)
	$(call fuzz_ld,-fsanitize=fuzzer)

# Images change as trees do, and as trees do not.
$(FUZZ)/fuzz_restore: $(FUZZ)/mutate.o $(FUZZ)/mutate_tree.o
$(FUZZ)/fuzz_pair: $(addprefix $(FUZZ)/,mutate_pair.o mutate_tree.o shim/tokens.o)

$(FUZZ)/mkseeds: $(FUZZ)/mkseeds.o $(FUZZ_COMMON) $(FUZZ_ENGINE_OBJS)
	$(call fuzz_ld)

$(FUZZ)/mkseeds_lib: $(FUZZ)/mkseeds_lib.o $(FUZZ_COMMON) $(FUZZ_LIB_OBJS)
	$(call fuzz_ld)

# A TAP test for each: its seeds, and so many runs from them.
$(FUZZ_TARGETS:%=$(B)/tests/fuzz/%): $(B)/tests/fuzz/%: $(FUZZ)/fuzz_% selftests/fuzz/smoke.sh
	@mkdir -p $(@D)
	@printf '#!/bin/sh\nexec selftests/fuzz/smoke.sh $* "$(fuzz_missing)"\n' > $@ && chmod +x $@

CHECK_TESTS += $(FUZZ_TARGETS:%=$(B)/tests/fuzz/%)

.PHONY: fuzz fuzz-build fuzz-seeds fuzz-coverage $(FUZZ_TARGETS:%=fuzz-%)

## fuzz: all fuzz targets one after the other, FUZZ_SECONDS=60 each; fuzz-NAME for one
fuzz: fuzz-build
	@$(call fuzz_run,$(FUZZ_TARGETS))

$(FUZZ_TARGETS:%=fuzz-%): fuzz-%: $(FUZZ)/fuzz_%
	@$(call fuzz_run,$*)

fuzz_run = $(if $(fuzz_missing),echo "fuzz: $(fuzz_missing)"; exit 1,\
	for name in $(1); do selftests/fuzz/run.sh $(FUZZ) $$name $(FUZZ_SECONDS) || exit 1; done)

fuzz-build: $(FUZZ_TARGETS:%=$(FUZZ)/fuzz_%)

## fuzz-seeds: make the seeds of the fuzz targets again that are images, memory, cores and captures
fuzz-seeds: $(FUZZ)/mkseeds $(FUZZ)/mkseeds_lib $(MKWORLD) $(B)/kstate-dump
	@$(FUZZ)/mkseeds selftests/fuzz/seeds/restore
	@B=$(B) selftests/fuzz/seeds.sh

## fuzz-coverage: lines of the engine that seeds and corpora in build/ reach
fuzz-coverage:
	@$(MAKE) -s --no-print-directory B=$(B)/coverage \
		FUZZ_COVERAGE='-fprofile-instr-generate -fcoverage-mapping' fuzz-build
	@selftests/fuzz/coverage.sh $(B)/coverage/fuzz $(FUZZ)/corpus $(FUZZ_TARGETS)

## fuzz-afl: one fuzz target under AFL++ (TARGET=core, FUZZ_SECONDS=60); by hand
.PHONY: fuzz-afl
TARGET ?= core
fuzz-afl:
	@command -v afl-fuzz afl-clang-fast >/dev/null || { echo 'fuzz: the package afl++ is not installed'; exit 1; }
	@$(MAKE) -s --no-print-directory $(PARALLEL) B=$(B)/afl FUZZ_CC=afl-clang-fast fuzz_missing= \
		$(B)/afl/fuzz/fuzz_$(TARGET)
	@selftests/fuzz/afl.sh $(B)/afl/fuzz $(TARGET) $(FUZZ_SECONDS)

-include $(wildcard $(FUZZ)/*.d $(FUZZ)/tools/*/*.d $(FUZZ)/shim/*.d $(FUZZ)/libkstate-dump/src/*.d $(FUZZ)/libkstate-dump/src/*/*.d \
	$(FUZZ)/selftests/lib/*.d)
