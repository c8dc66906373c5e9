/* SPDX-License-Identifier: GPL-2.0 */

/*
 * The members of kernel structs that the BPF program reads. libbpf finds their offsets in the
 * running kernel (CO-RE), so that a struct here has these members alone. For libbpf, the name of a
 * struct ends before three underscores.
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
