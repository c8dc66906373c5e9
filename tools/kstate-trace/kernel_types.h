/* SPDX-License-Identifier: GPL-2.0 */

/*
 * The few members of kernel structs that the BPF program reads. libbpf finds out where the
 * running kernel has them (CO-RE), so a struct names what is read and nothing else; what
 * follows three underscores is no part of its name.
 */

#ifndef KSTATE_TRACE_KERNEL_TYPES_H
#define KSTATE_TRACE_KERNEL_TYPES_H

#define CORE	__attribute__((preserve_access_index))

/* arch/x86/include/asm/ptrace.h */
struct pt_regs___x86 {
	unsigned long ax;
} CORE;

/* arch/arm64/include/asm/ptrace.h */
struct pt_regs___arm64 {
	__u64 regs[31];
} CORE;

#endif
