# SPDX-License-Identifier: GPL-2.0
# Unit tests on cmocka, with the library and the renderers under ASAN and UBSAN.

UNIT_TESTS := $(patsubst selftests/unit/%.c,%,$(sort $(wildcard selftests/unit/test_*.c)))
IMAGE_SRC := selftests/lib/image.c selftests/lib/image_examples.c
MEMORY_SRC := $(filter-out $(IMAGE_SRC) selftests/lib/mk%.c,$(sort $(wildcard selftests/lib/*.c)))
UNIT_SRC := $(LIB_SRC) $(TOOLS_COMMON_SRC) \
	$(IMAGE_SRC) $(MEMORY_SRC) $(TRACE_PURE_SRC) selftests/unit/helpers.c
UNIT_OBJ := $(UNIT_SRC:%.c=$(B)/%.san.o)
UNIT_MAIN := $(UNIT_TESTS:%=$(B)/selftests/unit/%.san.o)
UNIT_CFLAGS = $(LIB_CFLAGS) $(SANITIZE) -O1

$(UNIT_OBJ) $(UNIT_MAIN): $(B)/%.san.o: %.c $(B)/flags
	$(call compile,$(UNIT_CFLAGS))

$(B)/tests/unit/libunit.a: $(UNIT_OBJ)
	$(call cmd,AR,mkdir -p $(@D) && rm -f $@ && $(AR) rcs $@ $^)

$(UNIT_TESTS:%=$(B)/tests/unit/%): $(B)/tests/unit/%: $(B)/selftests/unit/%.san.o $(B)/tests/unit/libunit.a
	$(call cmd,LD,$(CC) $(CFLAGS) $(LDFLAGS) $(SANITIZE) -o $@ $^ $(LIB_LIBS) -lcmocka)

FAST_TESTS += $(UNIT_TESTS:%=$(B)/tests/unit/%)

-include $(UNIT_OBJ:.o=.d) $(UNIT_MAIN:.o=.d)
