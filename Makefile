# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# One make for all of it: `make help` says what there is.

.DEFAULT_GOAL := all

include mk/common.mk

# Each part adds its objects, programs, TESTS and VM_TESTS.
-include libkstate-dump/lib.mk
-include tools/tools.mk
-include tools/kstate-browse/browse.mk
-include selftests/unit/unit.mk
-include selftests/cli/cli.mk
-include selftests/tui/tui.mk
-include selftests/fault/fault.mk
-include selftests/shim/shim.mk
-include selftests/roundtrip/roundtrip.mk
-include selftests/bench/bench.mk
-include selftests/fuzz/fuzz.mk
-include selftests/report/report.mk
-include selftests/static/static.mk
-include selftests/coverage/coverage.mk
-include kernel/kernel.mk
-include selftests/vm/vm.mk

include mk/install.mk
include packaging/packaging.mk
include mk/targets.mk
