# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# The targets that people call. A line `## name: text` is what `make help` prints.

.PHONY: all demo check-fast check-units check clean help deps-demo deps-fast deps-check

# Of a make with -j, those below share its jobs.
PARALLEL = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(JOBS))

## all: build the tools and the library (the default)
all: $(PROGRAMS)

## demo: install what is missing, build kstate-dump alone, decode a real image
demo: deps-demo
	@$(MAKE) -s --no-print-directory $(PARALLEL) $(B)/kstate-dump
	@B=$(B) mk/demo.sh

## check-fast: all tests that need no kernel; two minutes of a processor, five the first time
check-fast: deps-fast
	@$(MAKE) -s --no-print-directory $(PARALLEL) all $(FAST_TESTS)
	@B=$(B) mk/prove.sh $(FAST_TESTS)

# Those of them that are programs, and need no more of a machine than to run there.
UNIT_KINDS := unit shim threads roundtrip
CHECK_UNITS := $(filter $(UNIT_KINDS:%=$(B)/tests/%/%),$(FAST_TESTS))

## check-units: unit tests of the library and of the engine alone; ARCH=arm64 under QEMU
check-units: deps-fast
	@$(MAKE) -s --no-print-directory $(PARALLEL) $(CHECK_UNITS)
	@B=$(B) mk/prove.sh $(CHECK_UNITS)

## check: all tests; builds the kernel and boots it in a VM
check: deps-arm64
	@$(MAKE) -s --no-print-directory $(PARALLEL) all $(FAST_TESTS) $(CHECK_TESTS) $(VM_TESTS)
	@$(MAKE) -s --no-print-directory vm-ready stock-kernel $(if $(ARM64),arm64-small)
	@B=$(B) mk/prove.sh $(FAST_TESTS) $(CHECK_TESTS) $(VM_TESTS)

# The stock kernel, and what systemd needs.
.PHONY: fleet-kernel
fleet-kernel: stock-kernel
	@B=$(B)/fleet KSTOCK=1 KCONFIG='$(STOCK_CONFIG) selftests/fleet/systemd.config' kernel/build.sh

## check-fleet: figures all the way to an alert of a real Prometheus; kexecs by systemd, refused and done; by hand
.PHONY: check-fleet deps-fleet
check-fleet: deps-fleet $(B)/kstate-dump $(B)/vm/bin/luo fleet-kernel
	@B=$(B) selftests/fleet/test-fleet.py $(B)/kstate-dump
	@selftests/fleet/test-kexec.sh $(B)/kstate-dump
	@selftests/fleet/test-systemd.sh $(B)/kstate-dump $(B)/vm/bin/luo $(B)/fleet/kernel
	@promtool check rules packaging/prometheus/kstate.rules.yml

## clean: remove build/; the kernel's cache stays (its folder: KSTATE_CACHE, default ~/.cache/kstate)
clean:
	rm -rf $(B)

## help: this list
help:
	@sed -n 's/^## \([^:]*\): \(.*\)/  make \1\t\2/p' mk/targets.mk \
		$(filter-out mk/targets.mk mk/common.mk,$(filter %.mk,$(MAKEFILE_LIST))) | expand -t 20
	@echo '  V=1 shows commands, B=DIR builds elsewhere, JOBS=N as make -j'

deps-demo deps-fast deps-check deps-arm64 deps-fleet deps-report: deps-%:
	@mk/deps.sh $*
