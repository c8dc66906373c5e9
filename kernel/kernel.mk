# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# What make has to know of the kernel; kernel/build.sh knows the rest, and when nothing is to be done.

## kernel: fetch, patch and build the kernel; KSRC=DIR uses a tree of yours
.PHONY: kernel
kernel: deps-check
	@B=$(B) KSRC='$(KSRC)' KCONFIG='$(KCONFIG)' kernel/build.sh
