# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# The VM: its initramfs, and one executable for each test in tests/.

VM_NAMES := $(basename $(notdir $(wildcard selftests/vm/tests/*.sh)))
VM_TESTS += $(VM_NAMES:%=$(B)/tests/vm/%)
VM_FILES := $(addprefix selftests/vm/,initramfs.sh init guest.sh tap.sh banner)

$(B)/tests/vm/%: selftests/vm/tests/%.sh selftests/vm/vm.mk
	@mkdir -p $(@D)
	@printf '#!/bin/sh\nexec selftests/vm/run.sh %s\n' $* > $@
	@chmod +x $@

# What preserves memfds in the VM.
$(B)/vm/luo: selftests/vm/luo.c $(B)/flags
	$(call cmd,CC,mkdir -p $(@D) && $(CC) $(BASE_CFLAGS) $(CFLAGS) -static -o $@ $<)

# Only after `make kernel`, which tells by this stamp that its artefacts changed.
$(B)/vm/initramfs.cpio: $(VM_FILES) $(B)/kernel/stamp $(B)/kstate-dump $(B)/vm/luo
	$(call cmd,INITRD,mkdir -p $(@D) && selftests/vm/initramfs.sh $@ $(B)/kernel $(B)/kstate-dump $(B)/vm/luo)

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
