# SPDX-License-Identifier: GPL-2.0
# What tracing costs a save, in the VM. An emulated processor is compared by the instructions that it
# runs (-icount: its clock counts them), which no load of the machine changes; then by time, for
# information. With KVM it is time alone.

.PHONY: bench-trace

BENCH_TRACE := KSTATE_VM_TIMEOUT=900 B=$(B) selftests/vm/run.sh trace-overhead
ICOUNT := KSTATE_VM_ACCEL=tcg,thread=single KSTATE_VM_ARGS='-icount shift=0,sleep=off'

# $(call bench_trace,ENVIRONMENT): run it, and show its lines, or what went wrong.
bench_trace = @$(1) $(BENCH_TRACE) > $(B)/bench-trace.tap || { cat $(B)/bench-trace.tap; exit 1; }; \
	cat $(B)/vm/trace-overhead/share/bench.json

## bench-trace: saves in the VM with tracing and without; minutes; KSTATE_VM_ACCEL=kvm for KVM
bench-trace: vm-ready
ifneq ($(KSTATE_VM_ACCEL),kvm)
	$(call bench_trace,$(ICOUNT))
endif
	$(call bench_trace,)
