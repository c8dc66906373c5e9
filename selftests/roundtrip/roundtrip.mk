# SPDX-License-Identifier: GPL-2.0
# The contract of both sides: what the engine writes, the library reads. Both in one process,
# under ASAN and UBSAN.

ROUNDTRIP_TESTS := $(patsubst selftests/roundtrip/%.c,%,$(sort $(wildcard selftests/roundtrip/test_*.c)))

$(B)/roundtrip/%.o: selftests/roundtrip/%.c $(B)/flags
	$(call compile,$(SHIM_FLAGS) -Ilibkstate-dump/include $(SANITIZE))

$(B)/tests/roundtrip/%: $(B)/roundtrip/%.o $(SHIM_OBJS) $(B)/tests/unit/libunit.a
	$(call cmd,LD,mkdir -p $(@D) && $(CC) $(CFLAGS) $(LDFLAGS) $(SANITIZE) -o $@ $^ $(LIB_LIBS) -lcmocka)

.SECONDARY: $(ROUNDTRIP_TESTS:%=$(B)/roundtrip/%.o)
FAST_TESTS += $(ROUNDTRIP_TESTS:%=$(B)/tests/roundtrip/%)
-include $(wildcard $(B)/roundtrip/*.d)

# Two versions of a driver, and descriptions that are made up.
$(B)/tests/roundtrip/test_check: $(B)/roundtrip/evolve_old.o $(B)/roundtrip/evolve_new.o $(SHIM_FUZZ_OBJS) \
	$(B)/shim/fuzz/gen.o $(B)/shim/fuzz/gen_change.o
