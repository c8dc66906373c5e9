# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# The engine's own files, unmodified, in user space, under ASAN and UBSAN.

SHIM_ENGINE := claim compat containers core crc elements incoming index keep kexec object ool plan registry release restore save schema \
	seal sections stream types types_array types_bits types_container types_place types_struct withdraw writer
SHIM_TESTS := $(basename $(notdir $(wildcard selftests/shim/test_*.c)))
SHIM_FLAGS := -Iselftests/shim/include -Ikernel/include -DCONFIG_KSTATE -Wno-undef \
	-Wno-missing-declarations -Wno-missing-prototypes -Wno-sign-compare -Wno-pointer-arith -Wno-override-init -Wno-missing-field-initializers -Wno-discarded-qualifiers
SHIM_MACHINE := shim shim_containers handover shim_crc shim_kho shim_map shim_trace tokens
SHIM_OBJS := $(SHIM_ENGINE:%=$(B)/shim/kstate_%.o) $(SHIM_MACHINE:%=$(B)/shim/%.o) $(B)/shim/steps.o

# Of this one the tests count the steps.
$(B)/shim/kstate_claim.o: SHIM_STEPS := -fsanitize-coverage=trace-pc

$(B)/shim/kstate_%.o: kernel/kernel/liveupdate/kstate_%.c $(B)/flags
	$(call compile,$(SHIM_FLAGS) $(SANITIZE) $(SHIM_STEPS))

$(B)/shim/%.o: selftests/shim/%.c $(B)/flags
	$(call compile,$(SHIM_FLAGS) $(SANITIZE))

# Drivers and objects of the fuzz targets.
SHIM_FUZZ_OBJS := $(addprefix $(B)/shim/fuzz/,drivers.o fuzz.o object.o object_held.o object_walk.o)

$(B)/shim/fuzz/%.o: selftests/fuzz/%.c $(B)/flags
	$(call compile,$(SHIM_FLAGS) $(SANITIZE))

$(B)/tests/shim/test_flips $(B)/tests/shim/test_short: $(SHIM_FUZZ_OBJS)

$(B)/tests/shim/%: $(B)/shim/%.o $(SHIM_OBJS)
	$(call cmd,LD,mkdir -p $(@D) && $(CC) $(CFLAGS) $(LDFLAGS) $(SANITIZE) -o $@ $^ -lcmocka -lfdt)

# With threads, under TSAN.
SHIM_TSAN := -DSHIM_THREADS -fsanitize=thread -fno-omit-frame-pointer -pthread
SHIM_TSAN_OBJS := $(patsubst $(B)/shim/%,$(B)/tsan/%,$(SHIM_OBJS))
SHIM_THREADED := test_threads test_drivers

$(B)/tsan/kstate_%.o: kernel/kernel/liveupdate/kstate_%.c $(B)/flags
	$(call compile,$(SHIM_FLAGS) $(SHIM_TSAN))

$(B)/tsan/%.o: selftests/shim/%.c $(B)/flags
	$(call compile,$(SHIM_FLAGS) $(SHIM_TSAN))

$(B)/tests/tsan/%: $(B)/tsan/%.o $(SHIM_TSAN_OBJS)
	$(call cmd,LD,mkdir -p $(@D) && $(CC) $(CFLAGS) $(LDFLAGS) $(SHIM_TSAN) -o $@ $^ -lcmocka -lfdt)

# The same under ASAN and UBSAN, which see what is freed too early.
SHIM_MANY := -DSHIM_THREADS $(SANITIZE) -pthread
SHIM_MANY_OBJS := $(patsubst $(B)/shim/%,$(B)/threads/%,$(SHIM_OBJS))

$(B)/threads/kstate_%.o: kernel/kernel/liveupdate/kstate_%.c $(B)/flags
	$(call compile,$(SHIM_FLAGS) $(SHIM_MANY))

$(B)/threads/%.o: selftests/shim/%.c $(B)/flags
	$(call compile,$(SHIM_FLAGS) $(SHIM_MANY))

$(B)/tests/threads/%: $(B)/threads/%.o $(SHIM_MANY_OBJS)
	$(call cmd,LD,mkdir -p $(@D) && $(CC) $(CFLAGS) $(LDFLAGS) $(SHIM_MANY) -o $@ $^ -lcmocka -lfdt)

SHIM_TESTS := $(filter-out $(SHIM_THREADED),$(SHIM_TESTS))
FAST_TESTS += $(SHIM_THREADED:%=$(B)/tests/tsan/%) $(SHIM_THREADED:%=$(B)/tests/threads/%)

.SECONDARY: $(SHIM_TESTS:%=$(B)/shim/%.o) $(SHIM_THREADED:%=$(B)/tsan/%.o) $(SHIM_THREADED:%=$(B)/threads/%.o)
FAST_TESTS += $(SHIM_TESTS:%=$(B)/tests/shim/%)
-include $(wildcard $(B)/shim/*.d $(B)/shim/fuzz/*.d $(B)/tsan/*.d $(B)/threads/*.d)
