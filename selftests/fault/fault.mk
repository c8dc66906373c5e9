# SPDX-License-Identifier: GPL-2.0
# Every call that can fail does: `make check` tries some of them, `make check-faults` all.

FAULT_TEST := selftests/fault/test-faults.sh

$(FAULT_TEST): $(MKIMAGE) $(MKWORLD) $(B)/kstate-dump $(B)/kstate-browse $(KSTATE_TRACE)
	@:

CHECK_TESTS += $(FAULT_TEST)

# Files that become shorter while they are read.
SHORTER_TEST := selftests/fault/test-shorter.sh

$(SHORTER_TEST): $(MKIMAGE) $(MKWORLD) $(B)/kstate-dump
	@:

FAST_TESTS += $(SHORTER_TEST)

## check-faults: each call of each command that can fail does, one after the other; by hand
.PHONY: check-faults
check-faults: $(FAULT_TEST)
	FAULT_STEP=1 B=$(B) bash $(FAULT_TEST)
