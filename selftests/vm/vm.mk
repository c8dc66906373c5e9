# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# The VM: its initramfs, and one executable for each test in tests/.

# dump.sh is for a machine of another architecture: inspect.sh reads this one's dumps, and more of them.
VM_NAMES := $(filter-out dump,$(basename $(notdir $(wildcard selftests/vm/tests/*.sh))))
VM_TESTS += $(VM_NAMES:%=$(B)/tests/vm/%)
VM_FILES := $(addprefix selftests/vm/,initramfs.sh init guest.sh tap.sh banner)

$(B)/tests/vm/%: selftests/vm/tests/%.sh selftests/vm/vm.mk
	@mkdir -p $(@D)
	@printf '#!/bin/sh\nexec selftests/vm/run.sh %s\n' $* > $@
	@chmod +x $@

# Kernels that most users have: the same release without the overlay, without modules, tracing and what the
# engine's tests need. It boots the same initramfs.
STOCK_NAMES := $(basename $(notdir $(wildcard selftests/vm/stock/*.sh)))
VM_TESTS += $(STOCK_NAMES:%=$(B)/tests/vm/%)
STOCK_CONFIG := $(B)/stock/stock.config
STOCK_WITHOUT := KSTATE|SAMPLE|KUNIT|RUNTIME_TESTING|TEST_|FTRACE|FUNCTION_TRACER|DYNAMIC_FTRACE|TRACEPOINTS|EVENT_TRACING|KPROBES
STOCK_WITHOUT := $(STOCK_WITHOUT)|BPF_JIT|BPF_EVENTS|PERF_EVENTS|BLK_DEV[ =]|BLK_DEV_RAM|EXT2_FS|BLOCK|MQ_IOSCHED|BLK_DEBUG|MODULE

$(STOCK_CONFIG): selftests/vm/x86_64.config selftests/vm/vm.mk
	$(call cmd,GEN,mkdir -p $(@D) && sed -E '/^(# )?CONFIG_($(STOCK_WITHOUT))/d' $< > $@)

$(B)/tests/vm/%: selftests/vm/stock/%.sh selftests/vm/vm.mk
	@mkdir -p $(@D)
	@printf '#!/bin/sh\nexec selftests/vm/run.sh %s\n' $* > $@
	@chmod +x $@

.PHONY: stock-kernel
stock-kernel: deps-check $(STOCK_CONFIG)
	@B=$(B)/stock KSTOCK=1 KCONFIG='$(STOCK_CONFIG)' kernel/build.sh

# Next kernels that lack what is needed: two of the stock kernel's release with less in their configuration and
# one with a patch, and a distribution's, which has no KHO: its package is fetched, and not installed.
LACKING_TESTS := $(B)/tests/vm/next-distribution $(B)/tests/vm/next-lacking
LACKING_KERNELS := no-memfd no-kho

$(B)/no-memfd/no-memfd.config: LACKS = LIVEUPDATE_MEMFD
$(B)/no-kho/no-kho.config: LACKS = KEXEC_HANDOVER|LIVEUPDATE
$(foreach k,$(LACKING_KERNELS),$(B)/$k/$k.config): $(STOCK_CONFIG)
	$(call cmd,GEN,mkdir -p $(@D) && { sed -E '/^CONFIG_($(LACKS))/d' $< && \
		echo '# CONFIG_LIVEUPDATE_MEMFD is not set'; } > $@)

.PHONY: other-luo-kernel $(LACKING_KERNELS:%=%-kernel)
$(LACKING_KERNELS:%=%-kernel): %-kernel: stock-kernel
	@$(MAKE) -s --no-print-directory $(B)/$*/$*.config
	@B=$(B)/$* KSTOCK=1 KCONFIG=$(B)/$*/$*.config kernel/build.sh
other-luo-kernel: stock-kernel
	@B=$(B)/other-luo KPATCHES=selftests/vm/lacking/other-luo KCONFIG='$(STOCK_CONFIG)' kernel/build.sh

$(B)/no-kho-distribution/vmlinuz: selftests/vm/lacking/distribution.sh
	$(call cmd,GET,selftests/vm/lacking/distribution.sh $(@D))

$(B)/tests/vm/%: selftests/vm/lacking/%.sh selftests/vm/vm.mk
	@mkdir -p $(@D)
	@printf '#!/bin/sh\nexec selftests/vm/run.sh %s\n' $* > $@
	@chmod +x $@

## check-kernels: live updates into kernels that lack what is needed: three are built, one is fetched
.PHONY: check-kernels
check-kernels: vm-ready $(LACKING_KERNELS:%=%-kernel) other-luo-kernel $(B)/no-kho-distribution/vmlinuz $(LACKING_TESTS)
	@B=$(B) mk/prove.sh $(LACKING_TESTS)

# Stock kernels in which two things fail at boot, without and with kernel/fixes: what each of these puts right,
# and that it is wrong without.
FIXES_TESTS := $(B)/tests/vm/kho-stock $(B)/tests/vm/kho-fixed
FAILING := selftests/vm/fixes/failing

.PHONY: fixes-kernels check-fixes
fixes-kernels: stock-kernel
	@B=$(B)/unfixed KPATCHES='$(FAILING)' KCONFIG='$(STOCK_CONFIG)' kernel/build.sh
	@B=$(B)/fixes KPATCHES='kernel/fixes $(FAILING)' KCONFIG='$(STOCK_CONFIG)' kernel/build.sh

$(B)/tests/vm/kho-stock: FIXES_ENV = KSTATE_VM_KERNEL=$(B)/unfixed/kernel
$(B)/tests/vm/kho-fixed: FIXES_ENV = KSTATE_VM_KERNEL=$(B)/fixes/kernel KSTATE_VM_CMDLINE=kstate_fixed=1 kstate_fixed=1

$(FIXES_TESTS): selftests/vm/vm.mk
	@mkdir -p $(@D)
	@printf '#!/bin/sh\n$(FIXES_ENV) exec selftests/vm/run.sh kho\n' > $@
	@chmod +x $@

## check-fixes: kernel/fixes in a kernel without and in one with them, by hand
check-fixes: vm-ready fixes-kernels $(FIXES_TESTS)
	@B=$(B) mk/prove.sh $(FIXES_TESTS)

# Programs that only the VM needs: luo preserves memfds, failing lets allocations fail, hostile damages images.
$(B)/vm/bin/%: selftests/vm/%.c $(B)/flags
	$(call cmd,CC,mkdir -p $(@D) && $(CC) $(BASE_CFLAGS) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -static -o $@ $<)

# Only after `make kernel`, which tells by this stamp that its artefacts changed.
VM_TOOLS := $(B)/kstate-dump $(KSTATE_TRACE) $(B)/vm/bin/luo $(B)/vm/bin/failing $(B)/vm/bin/hostile
$(B)/vm/initramfs.cpio: $(VM_FILES) $(B)/kernel/stamp $(VM_TOOLS)
	$(call cmd,INITRD,mkdir -p $(@D) && selftests/vm/initramfs.sh $@ $(B)/kernel $(VM_TOOLS))

.PHONY: vm-ready
vm-ready: kernel
	@$(MAKE) -s --no-print-directory $(B)/vm/initramfs.cpio

## vm: a root shell in QEMU with the tools and the sample; KSTATE_VM_ACCEL=kvm for KVM
.PHONY: vm
vm: vm-ready
	@B=$(B) selftests/vm/shell.sh

## data: make selftests/data/live-update again, from a live update in the VM
.PHONY: data
data: vm-ready
	@B=$(B) selftests/vm/data.sh

# A kernel of its own, with all that looks for mistakes: larger, and several times slower. Scratch
# memory has to hold KASAN's shadow, and KHO's own guess is more than fits. Interpreting ACPI's tables
# of interrupts takes too long, MSI does without. LUO is off, since KHO's debugfs shows a page of it
# that it has freed, and whoever copies debugfs reads it, which KASAN reports. And paging has four
# levels: identify_cpu() clears what the boot CPU can, and an interrupt that comes before that is known
# again finds KASAN with the addresses of four levels.
DEBUG_NAMES := $(basename $(notdir $(wildcard selftests/vm/debug/*.sh))) kunit live-update live-update-klog \
	live-update-versions refuse-kexec readers debugfs sysfs churn leave kexec-load brd nested hostile
DEBUG_TESTS := $(DEBUG_NAMES:%=$(B)/debug/tests/vm/%)
DEBUG_ENV := KSTATE_VM_MEM=1536M KSTATE_VM_TIMEOUT=4500 \
	KSTATE_VM_CMDLINE='kho_scratch=16M,384M,64M pci=noacpi liveupdate=off no5lvl'

$(B)/tests/vm/%: selftests/vm/debug/%.sh selftests/vm/vm.mk
	@mkdir -p $(@D)
	@printf '#!/bin/sh\nexec selftests/vm/run.sh %s\n' $* > $@
	@chmod +x $@

$(B)/tests/vm/%: selftests/vm/plain/%.sh selftests/vm/vm.mk
	@mkdir -p $(@D)
	@printf '#!/bin/sh\nexec selftests/vm/run.sh %s\n' $* > $@
	@chmod +x $@

## check-debug: tests in a kernel with KASAN, lockdep, kmemleak and failing allocations; a quarter of an hour
.PHONY: check-debug
check-debug: deps-check
	@$(MAKE) -s --no-print-directory B=$(B)/debug \
		KCONFIG='selftests/vm/x86_64.config selftests/vm/debug.config' vm-ready $(DEBUG_TESTS)
	@B=$(B)/debug $(DEBUG_ENV) mk/prove.sh $(DEBUG_TESTS)

# Another release, in a folder of its own: stock, and with the overlay.
RELEASE ?= 7.2
RELEASE_NAMES := kunit kinds live-update live-update-versions brd luo check $(STOCK_NAMES)
RELEASE_TESTS := $(RELEASE_NAMES:%=$(B)/$(RELEASE)/tests/vm/%)

## check-release: RELEASE=7.2, stock and with the overlay, in the VM, by hand; builds two kernels
.PHONY: check-release
check-release: deps-check
	@KSTATE_RELEASE=$(RELEASE) $(MAKE) -s --no-print-directory B=$(B)/$(RELEASE) vm-ready stock-kernel $(RELEASE_TESTS)
	@B=$(B)/$(RELEASE) mk/prove.sh $(RELEASE_TESTS)

# A kernel without the function tracer and without jump labels, for what kstate-trace does there.
PLAIN_CONFIG := $(B)/plain/plain.config

$(PLAIN_CONFIG): selftests/vm/x86_64.config selftests/vm/vm.mk
	$(call cmd,GEN,mkdir -p $(@D) && { \
		sed -E '/^CONFIG_(DYNAMIC_FTRACE|FUNCTION_TRACER|JUMP_LABEL)=y$$/d' $< && \
		printf '\n# CONFIG_%s is not set' FUNCTION_TRACER JUMP_LABEL && echo; } > $@)

## check-plain: kstate-trace in a kernel without the function tracer; ten minutes the first time
.PHONY: check-plain
check-plain: deps-check $(PLAIN_CONFIG)
	@$(MAKE) -s --no-print-directory B=$(B)/plain KCONFIG=$(PLAIN_CONFIG) vm-ready \
		$(B)/plain/tests/vm/kstate-trace-plain
	@B=$(B)/plain mk/prove.sh $(B)/plain/tests/vm/kstate-trace-plain

# Another architecture: what x86_64.config has for all, and its own. KERNEL=small is without what takes long to
# build: tracing, type information, tests in the kernel, the ram disk; `make check` boots that.
KERNEL ?= full
FULL_WITHOUT := KERNEL_GZIP|64BIT|ACPI|INTEL
SMALL_WITHOUT := $(FULL_WITHOUT)|SAMPLE_KSTATE_LUO|FTRACE|FUNCTION_TRACER|DYNAMIC_FTRACE|TRACEPOINTS|EVENT_TRACING|KPROBES|BPF
SMALL_WITHOUT := $(SMALL_WITHOUT)|PERF_EVENTS|DEBUG_INFO|KUNIT|KSTATE_KUNIT|TEST_|RUNTIME_TESTING
SMALL_WITHOUT := $(SMALL_WITHOUT)|BLK_DEV[ =]|BLK_DEV_RAM|EXT2_FS|BLOCK|MQ_IOSCHED|BLK_DEBUG

ifneq ($(ARCH),x86_64)
KCONFIG := $(B)/$(ARCH)-$(KERNEL).config
kernel: $(KCONFIG)

$(B)/$(ARCH)-small.config: WITHOUT = $(SMALL_WITHOUT)
$(B)/$(ARCH)-full.config: WITHOUT = $(FULL_WITHOUT)
$(B)/$(ARCH)-%.config: selftests/vm/x86_64.config selftests/vm/$(ARCH).config selftests/vm/vm.mk
	$(call cmd,GEN,mkdir -p $(@D) && { sed -E '/^(# )?CONFIG_($(WITHOUT))/d' $< && \
		cat selftests/vm/$(ARCH).config; } > $@)
else

# What runs on arm64 in `make check`, and by `make check-arm64`.
ARM64 := $(B)/arm64
ARM64_ENV := ARCH=arm64 B=$(ARM64) KSTATE_TOOLS=$(B)
ARM64_TESTS := $(addprefix $(B)/tests/vm/arm64-,live-update catalog check dump)
VM_TESTS += $(ARM64_TESTS)
ARM64_NAMES := $(VM_NAMES) dump

$(B)/tests/vm/arm64-%: selftests/vm/tests/%.sh selftests/vm/vm.mk
	@mkdir -p $(@D)
	@printf '#!/bin/sh\n$(ARM64_ENV) exec selftests/vm/run.sh %s\n' $* > $@
	@chmod +x $@

.PHONY: arm64-small arm64-full check-arm64 check-arm64-units
arm64-small arm64-full: arm64-%: deps-arm64
	@$(MAKE) -s --no-print-directory $(ARM64_ENV) KERNEL=$* vm-ready

## check-arm64: every VM test that arm64 can run, with a kernel that has all, and the unit tests
check-arm64: arm64-full $(ARM64_NAMES:%=$(B)/tests/vm/arm64-%) $(B)/kstate-dump $(KSTATE_TRACE) check-arm64-units
	@B=$(B) mk/prove.sh $(ARM64_NAMES:%=$(B)/tests/vm/arm64-%)

## check-arm64-units: the unit tests, cross compiled, as processes that QEMU emulates
check-arm64-units: deps-arm64
	@$(MAKE) -s --no-print-directory $(PARALLEL) $(ARM64_ENV) check-units
endif
